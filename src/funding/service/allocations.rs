//! Money of a source for an item, and back.

use super::{
    facts::{get_allocation, get_project, get_source, not_found, record},
    views::FundingAllocationView,
};
use crate::funding::{
    model::{
        AllocationRow, AmountWithReason, LineRow, NewAllocation, PlanLine, PlanLines, Planned,
        ReleaseRow, SourceRow,
    },
    rules::fit::{check_amounts, check_free, purpose_for, short},
    store::{allocations, sources},
};
use crate::kernel::{
    Code, Fen, FundingAllocationId, FundingLineId, FundingReleaseId, Outcome, ProjectId, Refusal,
};
use crate::platform::{
    auth::Reach,
    db::{Conn, WriteTx},
};

fn line_of(project: &Planned, key: &str) -> Outcome<PlanLine> {
    if project.is_ended {
        return Err(Refusal::new(Code::ProjectStateConflict));
    }
    let lines = project.lines.as_ref().ok_or_else(|| Refusal::new(Code::PlanNotFixed))?;
    lines.iter().find(|line| line.key == key).cloned().ok_or_else(|| {
        let detail = "现行方案中没有该项 · no item of the fixed plan";
        Refusal::field(Code::InvalidField, "/item_key", detail)
    })
}

/// The item as the slice keeps it, with the cost of the newest plan where what it got fits in.
fn keep_line(conn: &mut Conn, project: &Planned, line: &PlanLine) -> Outcome<LineRow> {
    let Some(known) = allocations::find_line(conn, project.id, &line.key)? else {
        let row = LineRow {
            id: FundingLineId::new(),
            project_id: project.id,
            community_id: project.community_id,
            division_code: project.division_code.clone(),
            item_key: line.key.clone(),
            code: line.code.clone(),
            class: line.class.clone(),
            name: line.name.clone(),
            cost_fen: line.cost,
            allocated_fen: Fen::ZERO,
        };
        allocations::insert_line(conn, &row)?;
        return Ok(row);
    };
    let row = LineRow { cost_fen: line.cost, name: line.name.clone(), ..known.clone() };
    if row != known {
        allocations::set_cost(conn, &row)?;
    }
    Ok(row)
}

fn row_of(
    tx: &WriteTx<'_>,
    (source, line): (&SourceRow, &LineRow),
    (new, purpose): (&NewAllocation, String),
) -> AllocationRow {
    let now = tx.legal_now();
    AllocationRow {
        id: FundingAllocationId::new(),
        source_id: source.id,
        line_id: line.id,
        purpose,
        code: line.code.clone(),
        class: line.class.clone(),
        division_code: line.division_code.clone(),
        region: source.region.clone(),
        valid_from: source.valid_from,
        valid_until: source.valid_until,
        allocated_on: now.local_date(),
        amount_fen: new.amount,
        released_fen: Fen::ZERO,
        committed_fen: Fen::ZERO,
        note: new.note.clone(),
        recorder_name: tx.actor().name.clone(),
        recorded_at: now,
    }
}

/// Gives an item money of a source.
///
/// # Errors
/// `not_found` for a project or a source outside the reach; `project_state_conflict`;
/// `plan_not_fixed`; `invalid_field` for no item of the plan; `funding_source_closed`;
/// `funding_outside_purpose`, `…_region`, `…_dates`, `…_programme`; `funding_item_exceeded`;
/// `funding_source_exceeded`.
pub fn allocate(
    tx: &mut WriteTx<'_>,
    (project_id, reach): (ProjectId, &Reach),
    (new, plans): (&NewAllocation, &dyn PlanLines),
) -> Outcome<FundingAllocationView> {
    let project = get_project(tx.conn(), (project_id, plans), reach)?;
    let source = get_source(tx.conn(), new.source_id, reach)?;
    let planned = line_of(&project, &new.item_key)?;
    let words = sources::list_purposes(tx.conn(), &[source.id])?;
    let words: Vec<String> = words.into_iter().map(|row| row.purpose).collect();
    let today = tx.legal_now().local_date();
    let purpose = purpose_for((&source, &words), (&project, &planned), today)?;
    let line = keep_line(tx.conn(), &project, &planned)?;
    check_amounts(source.rest(), (planned.cost, line.allocated_fen), new.amount)?;
    // Somebody else may have taken it since: the condition stands in the UPDATE.
    if !sources::take(tx.conn(), source.id, new.amount)? {
        let now = sources::find(tx.conn(), source.id)?.ok_or_else(not_found)?;
        return Err(short(Code::FundingSourceExceeded, now.rest(), new.amount));
    }
    if !allocations::cover(tx.conn(), line.id, new.amount)? {
        let now = allocations::get_line(tx.conn(), line.id)?;
        let left = Fen(now.cost_fen.0.saturating_sub(now.allocated_fen.0));
        return Err(short(Code::FundingItemExceeded, left, new.amount));
    }
    let row = row_of(tx, (&source, &line), (new, purpose));
    allocations::insert(tx.conn(), &row)?;
    let view = FundingAllocationView::of(row, &line);
    record(tx, "funding.allocate", ("funding_allocation", view.id), &view)?;
    Ok(view)
}

/// Gives back to the source what no contract binds; the item is uncovered again by as much.
///
/// # Errors
/// `not_found`; `funding_allocation_exceeded` with what is free.
pub fn release(
    tx: &mut WriteTx<'_>,
    (id, reach): (FundingAllocationId, &Reach),
    new: &AmountWithReason,
) -> Outcome<FundingAllocationView> {
    let (row, line) = get_allocation(tx.conn(), id, reach)?;
    check_free(&row, new.amount)?;
    let release = ReleaseRow {
        id: FundingReleaseId::new(),
        allocation_id: id,
        commitment_id: None,
        amount_fen: new.amount,
        reason: new.reason.clone(),
        recorder_name: tx.actor().name.clone(),
        recorded_at: tx.legal_now(),
    };
    if !allocations::release(tx.conn(), &release)? {
        let (now, _) = get_allocation(tx.conn(), id, reach)?;
        return Err(short(Code::FundingAllocationExceeded, now.free(), new.amount));
    }
    sources::give_back(tx.conn(), row.source_id, new.amount)?;
    allocations::uncover(tx.conn(), line.id, new.amount)?;
    let (row, line) = get_allocation(tx.conn(), id, reach)?;
    let view = FundingAllocationView::of(row, &line);
    record(tx, "funding.release", ("funding_allocation", id), &view)?;
    Ok(view)
}
