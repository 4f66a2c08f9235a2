//! What a decision on money rests on, within the reach of whoever decides.

use std::fmt::Display;

use serde::Serialize;

use crate::funding::{
    model::{AllocationRow, CommitmentRow, LineRow, PlanLines, Planned, SourceRow},
    store::{allocations, sources},
};
use crate::kernel::{
    Code, FundingAllocationId, FundingCommitmentId, FundingSourceId, Outcome, ProjectId, Refusal,
};
use crate::platform::{
    auth::{Place, Reach},
    db::{Conn, WriteTx},
};
use crate::registry::find_place_of_community;

pub(super) fn not_found() -> Refusal {
    Refusal::new(Code::NotFound)
}

/// The division codes that a reach stands for; `None` for everything.
pub(super) fn divisions(conn: &mut Conn, reach: &Reach) -> Outcome<Option<Vec<String>>> {
    if reach.is_everything() {
        return Ok(None);
    }
    let mut found = reach.divisions();
    for id in reach.communities() {
        found.extend(find_place_of_community(conn, id)?.map(|place| place.division_code));
    }
    Ok(Some(found))
}

/// Whether a source concerns the reach: it lies within, or may pay there.
fn concerns(divisions: Option<&[String]>, region: &str) -> bool {
    divisions.is_none_or(|codes| {
        codes.iter().any(|code| code.starts_with(region) || region.starts_with(code.as_str()))
    })
}

/// A source that concerns the reach.
///
/// # Errors
/// `not_found`.
pub fn get_source(conn: &mut Conn, id: FundingSourceId, reach: &Reach) -> Outcome<SourceRow> {
    let row = sources::find(conn, id)?.ok_or_else(not_found)?;
    let divisions = divisions(conn, reach)?;
    if concerns(divisions.as_deref(), &row.region) { Ok(row) } else { Err(not_found()) }
}

/// A source whose whole region lies within the reach: only there may it be changed.
///
/// # Errors
/// `not_found`.
pub fn get_own_source(conn: &mut Conn, id: FundingSourceId, reach: &Reach) -> Outcome<SourceRow> {
    let row = sources::find(conn, id)?.ok_or_else(not_found)?;
    let place = Place { division_code: row.region.clone(), ..Place::default() };
    if reach.covers(&place) { Ok(row) } else { Err(not_found()) }
}

/// A project within the reach.
///
/// # Errors
/// `not_found`.
pub fn get_project(
    conn: &mut Conn,
    (id, plans): (ProjectId, &dyn PlanLines),
    reach: &Reach,
) -> Outcome<Planned> {
    let found = plans.find(conn, id)?.ok_or_else(not_found)?;
    let place = Place {
        division_code: found.division_code.clone(),
        community_id: Some(found.community_id),
        building_id: None,
    };
    if reach.covers(&place) { Ok(found) } else { Err(not_found()) }
}

/// An allocation within the reach, with its item.
///
/// # Errors
/// `not_found`.
pub fn get_allocation(
    conn: &mut Conn,
    id: FundingAllocationId,
    reach: &Reach,
) -> Outcome<(AllocationRow, LineRow)> {
    let row = allocations::find(conn, id)?.ok_or_else(not_found)?;
    let line = allocations::get_line(conn, row.line_id)?;
    let place = Place {
        division_code: line.division_code.clone(),
        community_id: Some(line.community_id),
        building_id: None,
    };
    if reach.covers(&place) { Ok((row, line)) } else { Err(not_found()) }
}

/// A contract within the reach, with its allocation.
///
/// # Errors
/// `not_found`.
pub fn get_commitment(
    conn: &mut Conn,
    id: FundingCommitmentId,
    reach: &Reach,
) -> Outcome<(CommitmentRow, AllocationRow)> {
    let row = allocations::find_commitment(conn, id)?.ok_or_else(not_found)?;
    let (allocation, _) = get_allocation(conn, row.allocation_id, reach)?;
    Ok((row, allocation))
}

/// Tells of what was done and keeps it: `funding.<verb>` about a `funding_<thing>`.
///
/// # Errors
/// `internal` where the facts can't be written as JSON.
pub(super) fn record(
    tx: &mut WriteTx<'_>,
    action: &str,
    (thing, id): (&str, impl Display),
    facts: &impl Serialize,
) -> Outcome<()> {
    let facts = serde_json::to_value(facts).map_err(Refusal::internal)?;
    let id = id.to_string();
    tx.emit(action, &id, &facts);
    tx.audit(action, (thing, &id), (None, Some(&facts)));
    Ok(())
}
