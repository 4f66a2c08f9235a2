//! The amendment of a frozen roll 名册更正: units are taken anew from the corrected register, everything
//! else stays as it was announced. Heads keep their numbers, a new owner set gets the next one, and a
//! head without units counts no more. Absent on purpose: who may amend, and until when (`state`).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::{
    kernel::{Area, UnitId},
    voting::{
        model::{HeadKey, HeadOwnerRow, HeadRow},
        rules::roll::{RollFault, RollRules, UnitRow, head_key, only_developer, unit_faults},
    },
};

/// Where a unit stands on a roll.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The number of its head, from 0.
    pub head: i32,
    /// Its area.
    pub area: Area,
    /// Whether it was handed over.
    pub is_delivered: bool,
}

/// A head of the frozen roll.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrozenHead {
    /// Its number.
    pub number: i32,
    /// Its canonical key, as [`super::roll::Head`] has it.
    pub key: String,
    /// The identities that belong to it.
    pub members: BTreeSet<String>,
    /// Those of them who may cast.
    pub voters: BTreeSet<String>,
}

impl FrozenHead {
    /// A stored head. Its key is not stored: it is the developer's, the one named voter's where the
    /// pack counts by representative, or everybody's who belongs to it.
    #[must_use]
    pub fn of(head: &HeadRow, owners: &[HeadOwnerRow], by: HeadKey) -> Self {
        let own = || owners.iter().filter(|owner| owner.head_id == head.id);
        let members: BTreeSet<String> = own().map(|owner| owner.owner_id.to_string()).collect();
        let voters: BTreeSet<String> =
            own().filter(|o| o.may_cast).map(|owner| owner.owner_id.to_string()).collect();
        let everybody = || members.iter().cloned().collect::<Vec<_>>().join("+");
        let key = match (head.is_developer_pool, by, voters.first()) {
            (true, _, _) => format!("developer:{}", everybody()),
            (false, HeadKey::Representative, Some(voter)) if voters.len() == 1 => voter.clone(),
            (false, HeadKey::Representative | HeadKey::ExactSet, _) => everybody(),
        };
        Self { number: head.position, key, members, voters }
    }
}

/// The frozen roll.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frozen {
    /// The heads that count.
    pub heads: Vec<FrozenHead>,
    /// The units, in the order of the roll.
    pub units: Vec<(UnitId, Place)>,
    /// The number that the next new head gets; no number is given twice.
    pub next: i32,
}

/// What the register says of a unit now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// The key of the head that it belongs to.
    pub key: String,
    /// Whether that is a developer's pool.
    pub is_developer_pool: bool,
    /// Its area.
    pub area: Area,
    /// Whether it was handed over.
    pub is_delivered: bool,
    /// Who belongs to the head by this unit.
    pub members: BTreeSet<String>,
    /// The voter whom its co-owners named.
    pub voter: Option<String>,
}

/// A unit that the amendment changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// The unit.
    pub unit: UnitId,
    /// Where it stood; none where it is added.
    pub before: Option<Place>,
    /// Where it stands; none where it is struck.
    pub after: Option<Place>,
}

/// A head that the roll did not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewHead {
    /// Its number.
    pub number: i32,
    /// Its key.
    pub key: String,
    /// Whether it is a developer's pool.
    pub is_developer_pool: bool,
}

/// The amended roll.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amended {
    /// What changes, in the order in which the units were given.
    pub changes: Vec<Change>,
    /// Heads that are new.
    pub new_heads: Vec<NewHead>,
    /// The areas of all heads that count, by number: those that have a unit.
    pub areas: BTreeMap<i32, Area>,
    /// Who may cast, by the number of each head that a unit was put to.
    pub voters: BTreeMap<i32, BTreeSet<String>>,
    /// The sum of all areas.
    pub area: Area,
}

/// Why a roll can't be amended so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AmendFault {
    /// The roll says what the register says.
    NothingDiffers,
    /// No unit would be left.
    Empty,
    /// The total passes what can be counted.
    AreaTooLarge,
}

/// What the register says of one of these units: the others are there to tell the developer. `None`
/// where it does not count.
///
/// # Errors
/// Its faults, as freezing finds them.
pub fn seat(
    units: &[UnitRow],
    index: usize,
    rules: RollRules,
) -> Result<Option<Seat>, Vec<RollFault>> {
    let Some(unit) = units.get(index).filter(|unit| rules.counts(unit.space)) else {
        return Ok(None);
    };
    let mut faults = unit_faults(unit);
    let key = head_key(unit, rules, only_developer(units));
    if key.is_none() {
        faults.push(RollFault::DeveloperUnknown);
    }
    let (Some((key, is_developer_pool)), true) = (key, faults.is_empty()) else {
        return Err(faults);
    };
    let members = match key.strip_prefix("developer:").filter(|_| is_developer_pool) {
        Some(developer) => BTreeSet::from([developer.to_owned()]),
        None => unit.owners.iter().map(|owner| owner.key.clone()).collect(),
    };
    let (area, is_delivered) = (unit.area.unwrap_or_default(), unit.is_delivered);
    let voter = unit.representative.clone().filter(|voter| members.contains(voter));
    Ok(Some(Seat { key, is_developer_pool, area, is_delivered, members, voter }))
}

/// Puts units where the register has them now; a unit without a seat is struck.
///
/// # Errors
/// As [`AmendFault`] says.
pub fn amend(frozen: &Frozen, renewed: &[(UnitId, Option<Seat>)]) -> Result<Amended, AmendFault> {
    let mut places: HashMap<UnitId, Place> = frozen.units.iter().copied().collect();
    let (moves, new_heads) = moves(frozen, renewed);
    let voters = voters(frozen, &moves);
    let known: HashMap<i32, &FrozenHead> =
        frozen.heads.iter().map(|head| (head.number, head)).collect();
    let mut changes = Vec::new();
    for Move { unit, after, seat } in &moves {
        let before = places.get(unit).copied();
        let head = after.and_then(|place| known.get(&place.head));
        let joins = head.zip(*seat).is_some_and(|(head, seat)| {
            !seat.members.is_subset(&head.members)
                || voters.get(&head.number).is_some_and(|voters| *voters != head.voters)
        });
        if before == *after && !joins {
            continue;
        }
        changes.push(Change { unit: *unit, before, after: *after });
        match after {
            Some(place) => places.insert(*unit, *place),
            None => places.remove(unit),
        };
    }
    if changes.is_empty() {
        return Err(AmendFault::NothingDiffers);
    }
    let mut areas: BTreeMap<i32, Area> = BTreeMap::new();
    for place in places.values() {
        let area = areas.entry(place.head).or_default();
        *area = area.checked_add(place.area).ok_or(AmendFault::AreaTooLarge)?;
    }
    let area = Area::checked_sum(areas.values().copied()).ok_or(AmendFault::AreaTooLarge)?;
    if areas.is_empty() {
        return Err(AmendFault::Empty);
    }
    Ok(Amended { changes, new_heads, areas, voters, area })
}

/// Where a unit is put.
struct Move<'a> {
    unit: UnitId,
    after: Option<Place>,
    seat: Option<&'a Seat>,
}

/// Heads keep their numbers; a key that the roll does not have gets the next one.
fn moves<'a>(
    frozen: &'a Frozen,
    renewed: &'a [(UnitId, Option<Seat>)],
) -> (Vec<Move<'a>>, Vec<NewHead>) {
    let mut numbers: HashMap<&str, i32> =
        frozen.heads.iter().map(|head| (head.key.as_str(), head.number)).collect();
    let (mut new_heads, mut next) = (Vec::new(), frozen.next);
    let mut put = |seat: &'a Seat| {
        let Seat { key, is_developer_pool, area, is_delivered, .. } = seat;
        let head = *numbers.entry(key.as_str()).or_insert_with(|| {
            let (number, is_developer_pool) = (next, *is_developer_pool);
            next = next.saturating_add(1);
            new_heads.push(NewHead { number, key: key.clone(), is_developer_pool });
            number
        });
        Place { head, area: *area, is_delivered: *is_delivered }
    };
    let moves = renewed
        .iter()
        .map(|(unit, seat)| Move {
            unit: *unit,
            after: seat.as_ref().map(&mut put),
            seat: seat.as_ref(),
        })
        .collect();
    (moves, new_heads)
}

/// Who may cast for each head that a unit is put to: the voters whom its units name, everybody where
/// they name none. A head that keeps a unit as it was announced keeps its people and their voters.
fn voters(frozen: &Frozen, moves: &[Move<'_>]) -> BTreeMap<i32, BTreeSet<String>> {
    let renewed: BTreeSet<UnitId> = moves.iter().map(|of| of.unit).collect();
    let kept: BTreeSet<i32> = frozen
        .units
        .iter()
        .filter(|(unit, _)| !renewed.contains(unit))
        .map(|(_, place)| place.head)
        .collect();
    let mut people: BTreeMap<i32, (BTreeSet<&String>, BTreeSet<&String>)> = BTreeMap::new();
    for (place, seat) in moves.iter().filter_map(|of| of.after.zip(of.seat)) {
        let (members, voters) = people.entry(place.head).or_default();
        members.extend(&seat.members);
        voters.extend(&seat.voter);
    }
    for head in frozen.heads.iter().filter(|head| kept.contains(&head.number)) {
        let Some((members, voters)) = people.get_mut(&head.number) else { continue };
        members.extend(&head.members);
        if head.voters != head.members {
            voters.extend(&head.voters);
        }
    }
    let settled = |(members, voters): (BTreeSet<&String>, BTreeSet<&String>)| {
        let named = if voters.is_empty() { members } else { voters };
        named.into_iter().cloned().collect()
    };
    people.into_iter().map(|(head, people)| (head, settled(people))).collect()
}
