//! The roll is frozen at a record date: from the register's units to heads (法释〔2009〕7号 8-9).

use std::collections::{BTreeSet, HashMap};

use serde_json::{Value, json};

use super::facts::Vote;
use crate::kernel::{Area, Code, HeadId, LocalDate, Outcome, OwnerId, Refusal, RollUnitId, VoteId};
use crate::platform::db::Conn;
use crate::registry::{OwnerKind, ScopeUnit, UnitUse, list_scope_units};
use crate::voting::{
    model::{BuildingTotals, HeadOwnerRow, HeadRow, RollUnitRow},
    rules::roll::{Head, OwnerRef, Roll, RollProblem, RollRules, Space, UnitRow},
};

/// A roll made from the register, not yet fixed.
#[derive(Debug)]
pub struct Preview {
    units: Vec<ScopeUnit>,
    /// The roll, or every unit that can't stand on it.
    pub roll: Result<Roll, Vec<RollProblem>>,
}

/// Makes the roll that freezing on `day` would give.
///
/// # Errors
/// Of the database only; faults of units are in the preview.
pub fn preview(conn: &mut Conn, vote: &Vote, day: LocalDate) -> Outcome<Preview> {
    let units = list_scope_units(conn, &vote.scope, day)?;
    let rows: Vec<UnitRow> = units.iter().map(unit_row).collect();
    let roll = Roll::build(&rows, RollRules::from(&*vote.pack));
    Ok(Preview { units, roll })
}

pub(super) fn unit_row(unit: &ScopeUnit) -> UnitRow {
    UnitRow {
        building: unit.building.clone(),
        space: match unit.unit_use {
            UnitUse::Residential | UnitUse::Commercial => Space::Premises,
            UnitUse::Parking => Space::Parking,
            UnitUse::Storage => Space::Storage,
        },
        area: unit.area,
        has_area_source: unit.area_source.is_some(),
        owners: unit
            .owners
            .iter()
            .map(|owner| OwnerRef {
                key: owner.id.to_string(),
                is_developer: owner.kind == OwnerKind::Developer,
            })
            .collect(),
        representative: unit.voter_id.map(|id| id.to_string()),
        is_delivered: unit.delivered,
        developer: unit.developer_id.map(|id| id.to_string()),
    }
}

impl Preview {
    /// The units that can't stand on the roll, for the list that freezing fails with.
    #[must_use]
    pub fn faults(&self) -> Vec<Value> {
        let Err(problems) = &self.roll else { return Vec::new() };
        problems
            .iter()
            .filter_map(|problem| {
                let unit = self.units.get(problem.unit)?;
                Some(json!({ "unit_code": unit.code, "building": unit.building,
                    "fault": problem.fault.as_str() }))
            })
            .collect()
    }

    /// The rows of the frozen roll.
    ///
    /// # Errors
    /// `roll_incomplete` where units can't stand on it.
    pub fn into_rows(self, vote_id: VoteId) -> Outcome<FrozenRoll> {
        let Ok(roll) = self.roll else { return Err(Refusal::new(Code::RollIncomplete)) };
        let mut frozen = FrozenRoll { area: roll.area, ..FrozenRoll::default() };
        for (position, head) in roll.heads.iter().enumerate() {
            let row = HeadRow {
                id: HeadId::new(),
                vote_id,
                position: i32::try_from(position).map_err(Refusal::internal)?,
                area: head.area,
                is_developer_pool: head.is_developer_pool,
            };
            frozen.owners.extend(head_owners(&row, head, &self.units));
            frozen.heads.push(row);
        }
        for (unit, head) in self.units.iter().zip(&roll.head_of) {
            let head = head.and_then(|index| frozen.heads.get(index)).map(|head| head.id);
            let (Some(head), Some(area), Some(area_source)) = (head, unit.area, unit.area_source)
            else {
                continue; // does not count: parking by switch
            };
            frozen.units.push(RollUnitRow {
                id: RollUnitId::new(),
                vote_id,
                unit_id: unit.id,
                head_id: Some(head),
                position: i32::try_from(frozen.units.len()).map_err(Refusal::internal)?,
                code: unit.code.clone(),
                building: unit.building.clone(),
                entrance: unit.entrance.clone(),
                unit_use: unit.unit_use.to_string(),
                area,
                area_source: area_source.to_string(),
                delivered: unit.delivered,
            });
        }
        Ok(frozen)
    }
}

/// Who belongs to a head, and who of them may cast: the voters that co-owners agreed on, or any
/// co-owner where they named none; for a developer's pool the developer alone.
fn head_owners(row: &HeadRow, head: &Head, units: &[ScopeUnit]) -> Vec<HeadOwnerRow> {
    let units: Vec<&ScopeUnit> = head.units.iter().filter_map(|&index| units.get(index)).collect();
    let members: BTreeSet<OwnerId> = if row.is_developer_pool {
        developer_of(head).into_iter().collect()
    } else {
        units.iter().flat_map(|unit| unit.owners.iter().map(|owner| owner.id)).collect()
    };
    let voters: BTreeSet<OwnerId> =
        units.iter().filter_map(|unit| unit.voter_id).filter(|id| members.contains(id)).collect();
    members
        .into_iter()
        .map(|owner_id| HeadOwnerRow {
            head_id: row.id,
            owner_id,
            vote_id: row.vote_id,
            may_cast: voters.is_empty() || voters.contains(&owner_id),
        })
        .collect()
}

/// A developer's head is keyed `developer:<owner id>`.
fn developer_of(head: &Head) -> Option<OwnerId> {
    head.key.rsplit(':').next()?.parse().ok()
}

/// The rows of a frozen roll.
#[derive(Debug, Default)]
pub struct FrozenRoll {
    /// Heads by position.
    pub heads: Vec<HeadRow>,
    /// Who belongs to them.
    pub owners: Vec<HeadOwnerRow>,
    /// Their units.
    pub units: Vec<RollUnitRow>,
    /// The sum of all areas.
    pub area: Area,
}

/// Totals by building, in the order of the roll.
#[must_use]
pub fn totals_by_building(units: &[RollUnitRow]) -> Vec<BuildingTotals> {
    let mut totals: Vec<BuildingTotals> = Vec::new();
    let mut index_of: HashMap<&str, usize> = HashMap::new();
    let mut seen: BTreeSet<(usize, HeadId)> = BTreeSet::new();
    for unit in units {
        let index = *index_of.entry(&unit.building).or_insert_with(|| {
            let building = unit.building.clone();
            totals.push(BuildingTotals { building, units: 0, heads: 0, area: Area::ZERO });
            totals.len() - 1
        });
        let is_new = unit.head_id.is_some_and(|head| seen.insert((index, head)));
        if let Some(total) = totals.get_mut(index) {
            total.units += 1;
            total.heads += u64::from(is_new);
            total.area = Area(total.area.0.saturating_add(unit.area.0));
        }
    }
    totals
}
