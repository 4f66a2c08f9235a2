//! Amendments of a frozen roll.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::{flat, roll_rules};
use crate::{
    kernel::{Area, UnitId},
    voting::rules::{
        amend::{AmendFault, Amended, Change, Frozen, FrozenHead, Place, Seat, amend, seat},
        roll::{Roll, RollFault, Space, UnitRow},
    },
};

/// The roll of these units as it is frozen.
fn frozen(ids: &[UnitId], units: &[UnitRow]) -> Frozen {
    let roll = Roll::build(units, roll_rules()).unwrap();
    let number = |index: usize| i32::try_from(index).unwrap();
    let heads = roll.heads.iter().enumerate().map(|(index, head)| FrozenHead {
        number: number(index),
        key: head.key.clone(),
        members: members(&head.key),
        voters: members(&head.key),
    });
    let place = |(index, head): (usize, &Option<usize>)| {
        let (unit, head) = (&units[index], number((*head)?));
        let place = Place { head, area: unit.area.unwrap(), is_delivered: unit.is_delivered };
        Some((ids[index], place))
    };
    Frozen {
        heads: heads.collect(),
        units: roll.head_of.iter().enumerate().filter_map(place).collect(),
        next: number(roll.heads.len()),
    }
}

fn members(key: &str) -> BTreeSet<String> {
    key.trim_start_matches("developer:").split('+').map(str::to_owned).collect()
}

fn ids(count: usize) -> Vec<UnitId> {
    (0..count).map(|_| UnitId::new()).collect()
}

/// What the corrected register says of these units.
fn seats(ids: &[UnitId], units: &[UnitRow], which: &[usize]) -> Vec<(UnitId, Option<Seat>)> {
    let of = |index: &usize| (ids[*index], seat(units, *index, roll_rules()).unwrap());
    which.iter().map(of).collect()
}

#[test]
fn an_area_is_corrected_and_the_head_keeps_its_number() {
    let ids = ids(3);
    let mut units = [flat("80.00", &["A"]), flat("90.00", &["B"]), flat("10.00", &["A"])];
    let roll = frozen(&ids, &units);
    units[0].area = Some("86.40".parse().unwrap());
    let amended = amend(&roll, &seats(&ids, &units, &[0, 1])).unwrap();
    let place =
        |area: &str| Some(Place { head: 0, area: area.parse().unwrap(), is_delivered: true });
    let change = Change { unit: ids[0], before: place("80.00"), after: place("86.40") };
    assert_eq!(amended.changes, [change], "what does not differ is not a change");
    assert_eq!(amended.areas, BTreeMap::from([(0, Area(9640)), (1, Area(9000))]));
    assert_eq!(amended.area, Area(18640));
}

#[test]
fn a_new_owner_set_gets_the_next_number_and_a_head_without_units_counts_no_more() {
    let ids = ids(2);
    let mut units = [flat("80.00", &["A"]), flat("90.00", &["B"])];
    let roll = frozen(&ids, &units);
    units[0] = flat("80.00", &["A", "C"]);
    let amended = amend(&roll, &seats(&ids, &units, &[0])).unwrap();
    assert_eq!(amended.areas, BTreeMap::from([(1, Area(9000)), (2, Area(8000))]));
    assert_eq!((amended.new_heads[0].number, amended.new_heads[0].key.as_str()), (2, "A+C"));
    // Sold to B: one head is left.
    units[0] = flat("80.00", &["B"]);
    let amended = amend(&roll, &seats(&ids, &units, &[0])).unwrap();
    assert_eq!(amended.areas, BTreeMap::from([(1, Area(17000))]));
}

#[test]
fn an_undelivered_unit_goes_to_the_developers_pool() {
    let ids = ids(2);
    let mut units = [flat("80.00", &["A"]), flat("90.00", &["DEV"])];
    let roll = frozen(&ids, &units);
    units[0].is_delivered = false;
    let amended = amend(&roll, &seats(&ids, &units, &[0])).unwrap();
    assert_eq!(amended.areas, BTreeMap::from([(1, Area(17000))]));
}

#[test]
fn a_unit_is_added_and_one_is_struck() {
    let ids = ids(3);
    let units = [flat("80.00", &["A"]), flat("90.00", &["B"]), flat("40.00", &["A"])];
    let roll = frozen(&ids[..2], &units[..2]);
    let mut renewed = vec![(ids[1], None)];
    renewed.extend(seats(&ids, &units, &[2]));
    let amended = amend(&roll, &renewed).unwrap();
    assert_eq!(amended.areas, BTreeMap::from([(0, Area(12000))]));
    assert_eq!(amended.changes[0].after, None);
    assert_eq!(amended.changes[1].before, None);
    let parking = UnitRow { space: Space::Parking, ..flat("12.00", &["B"]) };
    assert_eq!(seat(&[parking], 0, roll_rules()), Ok(None), "what does not count has no seat");
}

#[test]
fn nothing_that_differs_an_empty_roll_and_faults_are_refused() {
    let ids = ids(1);
    let units = [flat("80.00", &["A"])];
    let roll = frozen(&ids, &units);
    assert_eq!(amend(&roll, &seats(&ids, &units, &[0])), Err(AmendFault::NothingDiffers));
    assert_eq!(amend(&roll, &[(UnitId::new(), None)]), Err(AmendFault::NothingDiffers));
    assert_eq!(amend(&roll, &[(ids[0], None)]), Err(AmendFault::Empty));
    let huge = flat("1.00", &["B"]);
    let huge = UnitRow { area: Some(Area(i64::MAX)), ..huge };
    let added = [(UnitId::new(), seat(&[huge], 0, roll_rules()).unwrap())];
    assert_eq!(amend(&roll, &added), Err(AmendFault::AreaTooLarge));
    let bare = UnitRow { has_area_source: false, owners: vec![], ..flat("1.00", &[]) };
    let faults = [RollFault::AreaSourceMissing, RollFault::OwnerMissing];
    assert_eq!(seat(&[bare], 0, roll_rules()), Err(faults.to_vec()));
}

fn row((area, one, two): &(i64, usize, usize)) -> UnitRow {
    let owner = |n: &usize| if *n == 0 { "DEV".to_owned() } else { format!("O{n}") };
    UnitRow { area: Some(Area(*area)), ..flat("1.00", &[&owner(one), &owner(two)]) }
}

/// Units by head.
fn partition(places: impl Iterator<Item = (UnitId, usize)>) -> BTreeSet<BTreeSet<UnitId>> {
    let mut heads: BTreeMap<usize, BTreeSet<UnitId>> = BTreeMap::new();
    for (unit, head) in places {
        heads.entry(head).or_default().insert(unit);
    }
    heads.into_values().collect()
}

/// The units of the amended roll with their places.
fn places(roll: &Frozen, amended: &Amended) -> BTreeMap<UnitId, Place> {
    let mut places: BTreeMap<UnitId, Place> = roll.units.iter().copied().collect();
    for Change { unit, after, .. } in &amended.changes {
        match after {
            Some(place) => drop(places.insert(*unit, *place)),
            None => drop(places.remove(unit)),
        }
    }
    places
}

proptest! {
    #[test]
    fn an_amended_roll_is_sound_and_is_the_register_where_every_unit_is_named(
        units in prop::collection::vec(((1_i64..30_000, 0_usize..6, 0_usize..6), any::<bool>()), 1..40),
        corrected in prop::collection::vec((1_i64..30_000, 0_usize..6, 0_usize..6), 1..40),
        named in prop::collection::vec(any::<prop::sample::Index>(), 1..40),
    ) {
        // Some units are on the roll, all are in the register, some with other facts than before.
        let ids = ids(units.len());
        let before: Vec<UnitRow> = units.iter().map(|(row_of, _)| row(row_of)).collect();
        let mut after = before.clone();
        corrected.iter().enumerate().take(after.len()).for_each(|(n, unit)| after[n] = row(unit));
        let on_roll: Vec<usize> = (0..units.len()).filter(|n| *n == 0 || units[*n].1).collect();
        let of = |index: &usize| (ids[*index], before[*index].clone());
        let (roll_ids, roll_units): (Vec<_>, Vec<_>) = on_roll.iter().map(of).unzip();
        let roll = frozen(&roll_ids, &roll_units);

        let named: BTreeSet<usize> = named.iter().map(|n| n.index(ids.len())).collect();
        let named: Vec<usize> = named.into_iter().collect();
        if let Ok(amended) = amend(&roll, &seats(&ids, &after, &named)) {
            let places = places(&roll, &amended);
            for (unit, place) in &roll.units {
                let is_changed = amended.changes.iter().any(|change| change.unit == *unit);
                prop_assert!(is_changed || places[unit] == *place, "untouched units stay");
            }
            let sum: i64 = places.values().map(|place| place.area.0).sum();
            prop_assert_eq!(amended.area.0, sum);
            prop_assert_eq!(amended.areas.values().map(|area| area.0).sum::<i64>(), sum);
            let heads: BTreeSet<i32> = places.values().map(|place| place.head).collect();
            prop_assert_eq!(amended.areas.keys().copied().collect::<BTreeSet<_>>(), heads);
        }

        let every: Vec<usize> = (0..ids.len()).collect();
        let whole = Roll::build(&after, roll_rules()).unwrap();
        match amend(&roll, &seats(&ids, &after, &every)) {
            Ok(amended) => {
                let places = places(&roll, &amended);
                let head = |place: &Place| usize::try_from(place.head).unwrap();
                let made = partition(places.iter().map(|(unit, place)| (*unit, head(place))));
                let built = partition(whole.head_of.iter().enumerate()
                    .map(|(index, head)| (ids[index], head.unwrap())));
                prop_assert_eq!(made, built);
                prop_assert_eq!(amended.area, whole.area);
                prop_assert_eq!(amended.areas.len(), whole.heads.len());
            }
            Err(fault) => prop_assert_eq!(fault, AmendFault::NothingDiffers),
        }
    }
}
