//! A frozen roll beside the corrected register: the difference that two people see. Absent on purpose:
//! who may amend and when (`amendment`), the rule itself (`rules::amend`), the rows (`amended_rows`).

use std::collections::{BTreeSet, HashMap, HashSet};

use serde_json::json;

use super::{facts::Vote, roll::unit_row};
use crate::kernel::{Code, HeadId, Outcome, OwnerId, Refusal, UnitId};
use crate::platform::db::Conn;
use crate::registry::{ScopeUnit, list_scope_units};
use crate::voting::{
    model::{
        HeadOwnerRow, HeadRow, RollDifference, RollUnitRow, SheetState, Totals, UnitDifference,
        UnitPlace,
    },
    rules::{
        amend::{AmendFault, Amended, Change, Frozen, FrozenHead, Place, Seat, amend, seat},
        roll::{RollRules, UnitRow},
    },
    store::{amendments, rolls, sheet_ledger},
};

/// An amendment, not yet written.
#[derive(Debug)]
pub struct Plan {
    /// What it changes, for people.
    pub difference: RollDifference,
    pub(super) amended: Amended,
    pub(super) heads: Vec<HeadRow>,
    pub(super) owners: Vec<HeadOwnerRow>,
    pub(super) units: Vec<RollUnitRow>,
    pub(super) register: HashMap<UnitId, ScopeUnit>,
    pub(super) seats: HashMap<UnitId, Seat>,
}

/// What taking these units anew from the register, as of the record date, would change.
///
/// # Errors
/// `invalid_field` for a unit that is neither on the roll nor in the scope, or whose number another
/// one on the roll has; `roll_incomplete` with the faults of the units; `nothing_differs`;
/// `empty_scope`; `sheet_state_conflict` with the sheets that must be voided first.
pub fn plan(conn: &mut Conn, vote: &Vote, wanted: &[UnitId]) -> Outcome<Plan> {
    let id = vote.row.id;
    let day = vote.row.record_on.ok_or_else(|| Refusal::internal("a roll without a day"))?;
    let register = list_scope_units(conn, &vote.scope, day)?;
    let units = rolls::list_whole_roll(conn, id)?;
    let renewed = renew(&register, &units, (wanted, RollRules::from(&*vote.pack)))?;
    let heads = rolls::list_heads(conn, id)?;
    let owners = rolls::list_head_owners(conn, id)?;
    let by = vote.pack.switches.head_key.value;
    let numbers: HashMap<HeadId, i32> = heads.iter().map(|head| (head.id, head.position)).collect();
    let frozen = Frozen {
        heads: heads.iter().map(|head| FrozenHead::of(head, &owners, by)).collect(),
        units: units
            .iter()
            .filter_map(|unit| Some((unit.unit_id, place(unit, &numbers)?)))
            .collect(),
        next: amendments::next_head_position(conn, id)?,
    };
    let amended = amend(&frozen, &renewed).map_err(refusal)?;
    let register: HashMap<UnitId, ScopeUnit> =
        register.into_iter().map(|unit| (unit.id, unit)).collect();
    let seats = renewed.into_iter().filter_map(|(id, seat)| Some((id, seat?))).collect();
    let before = Totals {
        area: vote.row.roll_area.unwrap_or_default(),
        heads: u64::try_from(heads.len()).map_err(Refusal::internal)?,
    };
    let after = Totals {
        area: amended.area,
        heads: u64::try_from(amended.areas.len()).map_err(Refusal::internal)?,
    };
    let difference = RollDifference { before, after, units: Vec::new() };
    let mut plan = Plan { difference, amended, heads, owners, units, register, seats };
    plan.difference.units = plan.amended.changes.iter().map(|c| plan.tell(c)).collect();
    plan.check_names()?;
    plan.check_sheets(conn, vote)?;
    Ok(plan)
}

/// The wanted units with their seats in the register: those to be struck first, in the order of the
/// roll, then the others in the register's.
fn renew(
    register: &[ScopeUnit],
    units: &[RollUnitRow],
    (wanted, rules): (&[UnitId], RollRules),
) -> Outcome<Vec<(UnitId, Option<Seat>)>> {
    let ids: HashSet<UnitId> = wanted.iter().copied().collect();
    let known: HashSet<UnitId> =
        register.iter().map(|unit| unit.id).chain(units.iter().map(|unit| unit.unit_id)).collect();
    if let Some(index) = wanted.iter().position(|id| !known.contains(id)) {
        let detail = "neither on the roll nor in the register of its scope";
        return Err(Refusal::field(Code::InvalidField, &format!("/units/{index}"), detail));
    }
    let rows: Vec<UnitRow> = register.iter().map(unit_row).collect();
    let (mut seated, mut faults) = (Vec::new(), Vec::new());
    for (index, unit) in register.iter().enumerate().filter(|(_, unit)| ids.contains(&unit.id)) {
        match seat(&rows, index, rules) {
            Ok(Some(seat)) => seated.push((unit.id, Some(seat))),
            Ok(None) => {}
            Err(found) => faults.extend(found.into_iter().map(|fault| {
                json!({ "unit_code": unit.code, "building": unit.building,
                    "fault": fault.as_str() })
            })),
        }
    }
    if !faults.is_empty() {
        return Err(Refusal::new(Code::RollIncomplete).with("units", faults));
    }
    let stays: HashSet<UnitId> = seated.iter().map(|(id, _)| *id).collect();
    let struck = units.iter().map(|unit| unit.unit_id);
    let struck = struck.filter(|id| ids.contains(id) && !stays.contains(id));
    Ok(struck.map(|id| (id, None)).chain(seated).collect())
}

fn place(unit: &RollUnitRow, numbers: &HashMap<HeadId, i32>) -> Option<Place> {
    let head = *numbers.get(&unit.head_id?)?;
    Some(Place { head, area: unit.area, is_delivered: unit.delivered })
}

fn refusal(fault: AmendFault) -> Refusal {
    match fault {
        AmendFault::NothingDiffers => Refusal::new(Code::NothingDiffers),
        AmendFault::Empty => Refusal::new(Code::EmptyScope),
        AmendFault::AreaTooLarge => {
            Refusal::new(Code::RollIncomplete).detail("the area can't be summed")
        }
    }
}

pub(super) fn owner_ids(members: &BTreeSet<String>) -> Vec<OwnerId> {
    members.iter().filter_map(|member| member.parse().ok()).collect()
}

impl Plan {
    pub(super) fn unit_of(&self, id: UnitId) -> Option<&RollUnitRow> {
        self.units.iter().find(|unit| unit.unit_id == id)
    }

    /// Number and building: as announced, or as the register has them.
    pub(super) fn name_of(&self, id: UnitId) -> (String, String) {
        let announced = self.unit_of(id).map(|unit| (unit.code.clone(), unit.building.clone()));
        let registered = self.register.get(&id);
        let registered = registered.map(|unit| (unit.code.clone(), unit.building.clone()));
        announced.or(registered).unwrap_or_default()
    }

    fn tell(&self, change: &Change) -> UnitDifference {
        let (code, building) = self.name_of(change.unit);
        let tell = |place: Place, owners: Vec<OwnerId>, mut voters: Vec<OwnerId>| {
            if owners.iter().all(|owner| voters.contains(owner)) {
                voters.clear();
            }
            let (head, area, delivered) = (place.head, place.area, place.is_delivered);
            UnitPlace { head, owners, voters, area, delivered }
        };
        let people = |number: i32, voters_only: bool| {
            let head = self.heads.iter().find(|head| head.position == number).map(|head| head.id);
            let own = self.owners.iter().filter(|owner| Some(owner.head_id) == head);
            let own = own.filter(|owner| owner.may_cast || !voters_only);
            own.map(|owner| owner.owner_id).collect()
        };
        let seat = self.seats.get(&change.unit);
        let voters =
            |number: i32| self.amended.voters.get(&number).map(owner_ids).unwrap_or_default();
        UnitDifference {
            unit_id: change.unit,
            code,
            building,
            before: change
                .before
                .map(|place| tell(place, people(place.head, false), people(place.head, true))),
            after: change
                .after
                .zip(seat)
                .map(|(place, seat)| tell(place, owner_ids(&seat.members), voters(place.head))),
        }
    }

    /// On the roll and in its log a unit is known by building and number.
    fn check_names(&self) -> Outcome<()> {
        let struck = |id: UnitId| {
            self.amended.changes.iter().any(|change| change.unit == id && change.after.is_none())
        };
        let taken: HashSet<(&str, &str)> = self
            .units
            .iter()
            .filter(|unit| !struck(unit.unit_id))
            .map(|unit| (unit.building.as_str(), unit.code.as_str()))
            .collect();
        let added = self.difference.units.iter().filter(|unit| unit.before.is_none());
        for unit in added {
            if taken.contains(&(unit.building.as_str(), unit.code.as_str())) {
                let detail = format!("{} stands on the roll: name the unit it replaces", unit.code);
                return Err(Refusal::field(Code::InvalidField, "/units", detail));
            }
        }
        Ok(())
    }

    /// A sheet tells its head's units and area: one that was issued is void before these change.
    fn check_sheets(&self, conn: &mut Conn, vote: &Vote) -> Outcome<()> {
        let numbers = self.amended.changes.iter().flat_map(|change| [change.before, change.after]);
        let numbers: BTreeSet<i32> = numbers.flatten().map(|place| place.head).collect();
        let touched: HashSet<HeadId> = self
            .heads
            .iter()
            .filter(|head| numbers.contains(&head.position))
            .map(|head| head.id)
            .collect();
        let issued: Vec<String> =
            sheet_ledger::list_in_states(conn, vote.row.id, &[SheetState::Issued])?
                .into_iter()
                .filter(|sheet| touched.contains(&sheet.head_id))
                .map(|sheet| sheet.serial.to_string())
                .collect();
        if issued.is_empty() {
            return Ok(());
        }
        let detail = "sheets of these heads are issued: void them first";
        Err(Refusal::new(Code::SheetStateConflict).detail(detail).with("serials", issued))
    }
}
