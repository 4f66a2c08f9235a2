//! A project's items against its sources: who pays what, and what nobody pays yet.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::funding::{
    model::{AllocationRow, Channel, LineRow, PlanLine, Planned, SourceRow},
    store::{allocations, payments, sources},
};
use crate::kernel::{
    CommunityId, Fen, FundingAllocationId, FundingLineId, FundingSourceId, Outcome, ProjectId,
};
use crate::platform::db::Conn;

/// How many ids one query takes.
const CHUNK: usize = 500;

/// A source's part in an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct FundingCell {
    /// The allocation.
    pub allocation_id: FundingAllocationId,
    /// Its source.
    pub source_id: FundingSourceId,
    /// What stands of it.
    pub allocated: Fen,
    /// What contracts bind.
    pub committed: Fen,
    /// What is paid.
    pub paid: Fen,
}

/// An item with the sources that pay for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct FundingItem {
    /// What it is known by.
    pub key: String,
    /// Its code in the catalogue.
    pub code: String,
    /// Its class.
    pub class: String,
    /// Its name.
    pub name: String,
    /// Whether the newest fixed plan holds it.
    pub is_planned: bool,
    /// What it costs by that plan.
    pub cost: Fen,
    /// What all sources give.
    pub allocated: Fen,
    /// What nobody gives yet.
    pub uncovered: Fen,
    /// What is given beyond the cost: the plan became cheaper; to be released.
    pub excess: Fen,
    /// The sources, in the order of allocation.
    pub cells: Vec<FundingCell>,
}

/// A source within a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct FundingColumn {
    /// The source.
    pub source_id: FundingSourceId,
    /// Its channel.
    pub channel: Channel,
    /// Its name.
    pub name: String,
    /// 文号.
    pub document: String,
    /// What it gives this project.
    pub allocated: Fen,
}

/// Items × sources.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct FundingMatrix {
    /// The project.
    pub project_id: ProjectId,
    /// Its community.
    pub community_id: CommunityId,
    /// Its name.
    pub name: String,
    /// What the items cost.
    pub cost: Fen,
    /// What all sources give.
    pub allocated: Fen,
    /// What nobody gives yet.
    pub uncovered: Fen,
    /// The items, as the plan has them; then those that it has no more.
    pub items: Vec<FundingItem>,
    /// The sources.
    pub sources: Vec<FundingColumn>,
}

/// What was paid of some allocations.
///
/// # Errors
/// Of the database.
pub(super) fn paid_of(
    conn: &mut Conn,
    ids: &[FundingAllocationId],
) -> Outcome<BTreeMap<FundingAllocationId, Fen>> {
    let mut paid: BTreeMap<FundingAllocationId, Fen> = BTreeMap::new();
    for chunk in ids.chunks(CHUNK) {
        for (id, amount) in payments::list_paid(conn, chunk)? {
            let sum = paid.entry(id).or_default();
            *sum = Fen(sum.0.saturating_add(amount.0));
        }
    }
    Ok(paid)
}

fn sum(amounts: impl Iterator<Item = Fen>) -> Fen {
    Fen::checked_sum(amounts).unwrap_or(Fen(i64::MAX))
}

fn less(from: Fen, amount: Fen) -> Fen {
    Fen(from.0.saturating_sub(amount.0).max(0))
}

fn item(line: PlanLine, is_planned: bool, cells: Vec<FundingCell>) -> FundingItem {
    let allocated = sum(cells.iter().map(|cell| cell.allocated));
    FundingItem {
        uncovered: less(line.cost, allocated),
        excess: less(allocated, line.cost),
        key: line.key,
        code: line.code,
        class: line.class,
        name: line.name,
        is_planned,
        cost: line.cost,
        allocated,
        cells,
    }
}

fn dropped(row: LineRow) -> PlanLine {
    PlanLine {
        key: row.item_key,
        code: row.code,
        class: row.class,
        name: row.name,
        cost: Fen::ZERO,
    }
}

fn columns(rows: Vec<SourceRow>, allocated: &[AllocationRow]) -> Vec<FundingColumn> {
    let column = |row: SourceRow| FundingColumn {
        allocated: sum(allocated
            .iter()
            .filter(|one| one.source_id == row.id)
            .map(AllocationRow::standing)),
        source_id: row.id,
        channel: row.channel,
        name: row.name,
        document: row.document,
    };
    rows.into_iter().map(column).collect()
}

/// The matrix of a project; items without a fixed plan are none.
///
/// # Errors
/// Of the database.
pub fn matrix(conn: &mut Conn, project: Planned) -> Outcome<FundingMatrix> {
    let lines = allocations::list_lines(conn, &[project.id])?;
    let ids: Vec<FundingLineId> = lines.iter().map(|row| row.id).collect();
    let rows = allocations::list_of_lines(conn, &ids)?;
    let paid = paid_of(conn, &rows.iter().map(|row| row.id).collect::<Vec<_>>())?;
    let mut source_ids: Vec<FundingSourceId> = rows.iter().map(|row| row.source_id).collect();
    source_ids.sort_unstable();
    source_ids.dedup();
    let cells_of = |id: FundingLineId| -> Vec<FundingCell> {
        let cell = |row: &AllocationRow| FundingCell {
            allocation_id: row.id,
            source_id: row.source_id,
            allocated: row.standing(),
            committed: row.committed_fen,
            paid: paid.get(&row.id).copied().unwrap_or_default(),
        };
        let standing = rows.iter().filter(|row| row.line_id == id && row.standing() > Fen::ZERO);
        standing.map(cell).collect()
    };
    let mut rest = lines;
    let mut items = Vec::new();
    for line in project.lines.unwrap_or_default() {
        let known = rest.iter().position(|row| row.item_key == line.key);
        let cells = known.map(|at| cells_of(rest.swap_remove(at).id)).unwrap_or_default();
        items.push(item(line, true, cells));
    }
    for row in rest {
        let cells = cells_of(row.id);
        if !cells.is_empty() {
            items.push(item(dropped(row), false, cells));
        }
    }
    Ok(FundingMatrix {
        project_id: project.id,
        community_id: project.community_id,
        name: project.name,
        cost: sum(items.iter().map(|item| item.cost)),
        allocated: sum(items.iter().map(|item| item.allocated)),
        uncovered: sum(items.iter().map(|item| item.uncovered)),
        sources: columns(sources::list_of(conn, &source_ids)?, &rows),
        items,
    })
}
