//! Items of plans, allocations, commitments, releases.

use diesel::{
    EscapeExpressionMethods, ExpressionMethods, JoinOnDsl, OptionalExtension, QueryDsl,
    QueryResult, RunQueryDsl, SelectableHelper, TextExpressionMethods,
};

use crate::funding::model::{AllocationRow, Channel, CommitmentRow, LineRow, ReleaseRow};
use crate::kernel::{Fen, FundingAllocationId, FundingCommitmentId, FundingLineId, ProjectId};
use crate::platform::db::{
    Conn, escape_like,
    schema::{
        funding_allocations as allocations, funding_commitments as commitments,
        funding_lines as lines, funding_releases as releases, funding_sources as sources,
    },
};

/// Keeps an item.
pub fn insert_line(conn: &mut Conn, row: &LineRow) -> QueryResult<()> {
    diesel::insert_into(lines::table).values(row).execute(conn).map(|_| ())
}

/// Gives an item the cost and the name of a newer plan, where what it got fits in.
pub fn set_cost(conn: &mut Conn, row: &LineRow) -> QueryResult<bool> {
    let found =
        lines::table.filter(lines::id.eq(row.id)).filter(lines::allocated_fen.le(row.cost_fen));
    diesel::update(found)
        .set((lines::cost_fen.eq(row.cost_fen), lines::name.eq(&row.name)))
        .execute(conn)
        .map(|rows| rows == 1)
}

/// An item by its key.
pub fn find_line(conn: &mut Conn, id: ProjectId, key: &str) -> QueryResult<Option<LineRow>> {
    lines::table
        .filter(lines::project_id.eq(id))
        .filter(lines::item_key.eq(key.to_owned()))
        .select(LineRow::as_select())
        .first(conn)
        .optional()
}

/// An item.
pub fn get_line(conn: &mut Conn, id: FundingLineId) -> QueryResult<LineRow> {
    lines::table.find(id).select(LineRow::as_select()).first(conn)
}

/// The items of some projects that money was given to.
pub fn list_lines(conn: &mut Conn, ids: &[ProjectId]) -> QueryResult<Vec<LineRow>> {
    lines::table
        .filter(lines::project_id.eq_any(ids.to_vec()))
        .order(lines::id)
        .select(LineRow::as_select())
        .load(conn)
}

/// Gives an item an amount; whether it had room for it.
pub fn cover(conn: &mut Conn, id: FundingLineId, amount: Fen) -> QueryResult<bool> {
    let found = lines::table
        .filter(lines::id.eq(id))
        .filter((lines::allocated_fen + amount.0).le(lines::cost_fen));
    diesel::update(found)
        .set(lines::allocated_fen.eq(lines::allocated_fen + amount.0))
        .execute(conn)
        .map(|rows| rows == 1)
}

/// Takes an amount from an item again.
pub fn uncover(conn: &mut Conn, id: FundingLineId, amount: Fen) -> QueryResult<()> {
    diesel::update(lines::table.find(id))
        .set(lines::allocated_fen.eq(lines::allocated_fen - amount.0))
        .execute(conn)
        .map(|_| ())
}

/// Keeps an allocation.
pub fn insert(conn: &mut Conn, row: &AllocationRow) -> QueryResult<()> {
    diesel::insert_into(allocations::table).values(row).execute(conn).map(|_| ())
}

/// An allocation.
pub fn find(conn: &mut Conn, id: FundingAllocationId) -> QueryResult<Option<AllocationRow>> {
    allocations::table.find(id).select(AllocationRow::as_select()).first(conn).optional()
}

/// The allocations of some items, in order.
pub fn list_of_lines(conn: &mut Conn, ids: &[FundingLineId]) -> QueryResult<Vec<AllocationRow>> {
    allocations::table
        .filter(allocations::line_id.eq_any(ids.to_vec()))
        .order(allocations::id)
        .select(AllocationRow::as_select())
        .load(conn)
}

/// The allocations of some channels within a region, in order.
pub fn list_of_channels(
    conn: &mut Conn,
    channels: &[Channel],
    region: &str,
) -> QueryResult<Vec<(AllocationRow, LineRow)>> {
    let prefix = format!("{}%", escape_like(region));
    allocations::table
        .inner_join(lines::table.on(lines::id.eq(allocations::line_id)))
        .inner_join(sources::table.on(sources::id.eq(allocations::source_id)))
        .filter(sources::channel.eq_any(channels.to_vec()))
        .filter(allocations::division_code.like(prefix).escape('\\'))
        .order(allocations::id)
        .select((AllocationRow::as_select(), LineRow::as_select()))
        .load(conn)
}

/// Gives back what no contract binds; whether the allocation had it free.
pub fn release(conn: &mut Conn, row: &ReleaseRow) -> QueryResult<bool> {
    let used = allocations::released_fen + allocations::committed_fen;
    let found = allocations::table
        .filter(allocations::id.eq(row.allocation_id))
        .filter((used + row.amount_fen.0).le(allocations::amount_fen));
    let changed = diesel::update(found)
        .set(allocations::released_fen.eq(allocations::released_fen + row.amount_fen.0))
        .execute(conn)?;
    if changed != 1 {
        return Ok(false);
    }
    diesel::insert_into(releases::table).values(row).execute(conn).map(|_| true)
}

/// Binds an amount by a contract; whether the allocation had it free.
pub fn commit(conn: &mut Conn, row: &CommitmentRow) -> QueryResult<bool> {
    let used = allocations::released_fen + allocations::committed_fen;
    let found = allocations::table
        .filter(allocations::id.eq(row.allocation_id))
        .filter((used + row.amount_fen.0).le(allocations::amount_fen));
    let changed = diesel::update(found)
        .set(allocations::committed_fen.eq(allocations::committed_fen + row.amount_fen.0))
        .execute(conn)?;
    if changed != 1 {
        return Ok(false);
    }
    diesel::insert_into(commitments::table).values(row).execute(conn).map(|_| true)
}

/// Lets a contract give back what is not paid; whether it had that open.
pub fn uncommit(conn: &mut Conn, id: FundingCommitmentId, row: &ReleaseRow) -> QueryResult<bool> {
    let used = commitments::released_fen + commitments::claimed_fen;
    let found = commitments::table
        .filter(commitments::id.eq(id))
        .filter((used + row.amount_fen.0).le(commitments::amount_fen));
    let changed = diesel::update(found)
        .set(commitments::released_fen.eq(commitments::released_fen + row.amount_fen.0))
        .execute(conn)?;
    if changed != 1 {
        return Ok(false);
    }
    diesel::update(allocations::table.find(row.allocation_id))
        .set(allocations::committed_fen.eq(allocations::committed_fen - row.amount_fen.0))
        .execute(conn)?;
    diesel::insert_into(releases::table).values(row).execute(conn).map(|_| true)
}

/// A commitment.
pub fn find_commitment(
    conn: &mut Conn,
    id: FundingCommitmentId,
) -> QueryResult<Option<CommitmentRow>> {
    commitments::table.find(id).select(CommitmentRow::as_select()).first(conn).optional()
}

/// The commitments of some allocations, in order.
pub fn list_commitments(
    conn: &mut Conn,
    ids: &[FundingAllocationId],
) -> QueryResult<Vec<CommitmentRow>> {
    commitments::table
        .filter(commitments::allocation_id.eq_any(ids.to_vec()))
        .order(commitments::id)
        .select(CommitmentRow::as_select())
        .load(conn)
}

/// What an allocation and its contracts gave back, in order.
pub fn list_releases(conn: &mut Conn, id: FundingAllocationId) -> QueryResult<Vec<ReleaseRow>> {
    releases::table
        .filter(releases::allocation_id.eq(id))
        .order(releases::id)
        .select(ReleaseRow::as_select())
        .load(conn)
}
