//! Where the units of a roll stand with their deliveries: totals, and who is still to be reached.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::{deliveries::DeliveryView, facts::Vote};
use crate::kernel::{Area, Code, Outcome, Page, PageQuery, Refusal, UnitId};
use crate::platform::db::Conn;
use crate::voting::{
    model::{DeliveryFilter, DeliveryRow, DeliveryStatus, RollFilter, RollUnitRow},
    rules::delivery::status_of,
    store::{deliveries, rolls},
};

/// Units of a roll by where they stand.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DeliveryTotals {
    /// Units that count.
    pub units: u64,
    /// Delivered, and checked by another person.
    pub checked: u64,
    /// Delivered, and not checked yet.
    pub unchecked: u64,
    /// A notice was posted, nothing else: not delivered.
    pub posted_only: u64,
    /// Every attempt failed.
    pub failed: u64,
    /// Nothing is on record.
    pub nothing: u64,
}

/// A unit with the record that it stands by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DeliveryUnit {
    /// The unit.
    pub unit_id: UnitId,
    /// Its number 房号.
    pub unit_code: String,
    /// Its building.
    pub building: String,
    /// Its entrance.
    pub entrance: Option<String>,
    /// Its exclusive area in square metres.
    pub area: Area,
    /// Where it stands.
    pub status: DeliveryStatus,
    /// The best of its records, the latest of equals.
    pub record: Option<DeliveryView>,
}

struct Listed {
    position: i32,
    unit: DeliveryUnit,
}

/// The best record of each unit; one that was corrected counts no more.
fn best_records(conn: &mut Conn, vote: &Vote) -> Outcome<HashMap<UnitId, DeliveryRow>> {
    let rows = deliveries::list_deliveries(conn, vote.row.id)?;
    let replaced: HashSet<_> = rows.iter().filter_map(|row| row.replaces_id).collect();
    let mut best: HashMap<UnitId, DeliveryRow> = HashMap::new();
    for row in rows.into_iter().filter(|row| !replaced.contains(&row.id)) {
        let is_best = best.get(&row.unit_id).is_none_or(|known| status(known) <= status(&row));
        if is_best {
            best.insert(row.unit_id, row);
        }
    }
    Ok(best)
}

const fn status(row: &DeliveryRow) -> DeliveryStatus {
    status_of((row.method, row.outcome), row.checked_at)
}

fn list(conn: &mut Conn, vote: &Vote, filter: &DeliveryFilter) -> Outcome<Vec<Listed>> {
    if vote.row.roll_heads.is_none() {
        let refusal = Refusal::new(Code::WrongState).with("state", vote.row.state.as_str());
        return Err(refusal.detail("the roll is not frozen"));
    }
    let mut best = best_records(conn, vote)?;
    let (building, search) = (filter.building.clone(), filter.search.clone());
    let of_roll = RollFilter { building, search };
    let units = rolls::list_roll_units(conn, vote.row.id, &of_roll, (None, i64::MAX))?;
    let listed = units.into_iter().filter(|unit| unit.head_id.is_some()).map(|unit| {
        let record = best.remove(&unit.unit_id);
        let (position, unit) = (unit.position, view(unit, record));
        Listed { position, unit }
    });
    let is_wanted = |status| filter.statuses.is_empty() || filter.statuses.contains(&status);
    Ok(listed.filter(|listed| is_wanted(listed.unit.status)).collect())
}

fn view(unit: RollUnitRow, record: Option<DeliveryRow>) -> DeliveryUnit {
    DeliveryUnit {
        unit_id: unit.unit_id,
        unit_code: unit.code,
        building: unit.building,
        entrance: unit.entrance,
        area: unit.area,
        status: record.as_ref().map_or(DeliveryStatus::Nothing, status),
        record: record.map(|row| DeliveryView::new(row, None)),
    }
}

/// How many units stand where.
///
/// # Errors
/// `wrong_state` before the roll is frozen.
pub fn totals(conn: &mut Conn, vote: &Vote) -> Outcome<DeliveryTotals> {
    let mut totals = DeliveryTotals::default();
    for listed in list(conn, vote, &DeliveryFilter::default())? {
        totals.units += 1;
        let place = match listed.unit.status {
            DeliveryStatus::Nothing => &mut totals.nothing,
            DeliveryStatus::Failed => &mut totals.failed,
            DeliveryStatus::PostedOnly => &mut totals.posted_only,
            DeliveryStatus::Unchecked => &mut totals.unchecked,
            DeliveryStatus::Checked => &mut totals.checked,
        };
        *place += 1;
    }
    Ok(totals)
}

/// Units in the order of the roll.
///
/// # Errors
/// `invalid_cursor`; `wrong_state` before the roll is frozen.
pub fn list_units(
    conn: &mut Conn,
    vote: &Vote,
    (filter, page): (&DeliveryFilter, &PageQuery),
) -> Outcome<Page<DeliveryUnit>> {
    let after: Option<i32> = page.cursor()?;
    let listed = list(conn, vote, filter)?.into_iter();
    let rest = listed.filter(|listed| after.is_none_or(|after| listed.position > after)).collect();
    let page = Page::cut(rest, page.limit(), |listed: &Listed| listed.position.to_string());
    Ok(page.map(|listed| listed.unit))
}

/// Every unit of a filter, for a list to walk with.
///
/// # Errors
/// `wrong_state` before the roll is frozen.
pub fn list_all_units(
    conn: &mut Conn,
    vote: &Vote,
    filter: &DeliveryFilter,
) -> Outcome<Vec<DeliveryUnit>> {
    Ok(list(conn, vote, filter)?.into_iter().map(|listed| listed.unit).collect())
}
