//! Paper sheets and their entries. An entry is read back only to compare it, or after the close.

use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, RunQueryDsl, SelectableHelper,
};

use crate::kernel::{AccountId, SheetId, UtcTime, VoteId};
use crate::platform::db::{
    Conn, MultiBackend,
    schema::{sheet_accounts, sheet_entries, sheet_rechecks, sheets},
};
use crate::voting::model::{SheetChange, SheetEntryRow, SheetRow, SheetState};

/// A sheet of a vote.
pub fn find_sheet(conn: &mut Conn, vote_id: VoteId, id: SheetId) -> QueryResult<Option<SheetRow>> {
    sheets::table
        .filter(sheets::id.eq(id))
        .filter(sheets::vote_id.eq(vote_id))
        .select(SheetRow::as_select())
        .first(conn)
        .optional()
}

/// Changes a sheet if it still has that version; whether it had.
pub fn set_sheet(
    conn: &mut Conn,
    (id, version): (SheetId, i32),
    change: &SheetChange,
) -> QueryResult<bool> {
    diesel::update(sheets::table.filter(sheets::id.eq(id)).filter(sheets::version.eq(version)))
        .set((change, sheets::version.eq(version + 1)))
        .execute(conn)
        .map(|rows| rows == 1)
}

/// The ballot of a sheet is void since then: its head may have another sheet.
pub fn set_ballot_void(conn: &mut Conn, id: SheetId, at: UtcTime) -> QueryResult<()> {
    diesel::update(sheets::table.filter(sheets::id.eq(id)))
        .set(sheets::ballot_void_at.eq(at))
        .execute(conn)
        .map(|_| ())
}

/// Sheets of a vote in the order of their issue, after the cursor.
pub fn list_sheets(
    conn: &mut Conn,
    vote_id: VoteId,
    state: Option<SheetState>,
    (after, limit): (Option<SheetId>, i64),
) -> QueryResult<Vec<SheetRow>> {
    let mut query = sheets::table
        .filter(sheets::vote_id.eq(vote_id))
        .select(SheetRow::as_select())
        .into_boxed::<MultiBackend>();
    if let Some(state) = state {
        query = query.filter(sheets::state.eq(state));
    }
    if let Some(after) = after {
        query = query.filter(sheets::id.gt(after));
    }
    query.order(sheets::id).limit(limit).load(conn)
}

/// The sheets that this clerk may enter: not settled, and not entered by the clerk already.
pub fn list_enterable(
    conn: &mut Conn,
    vote_id: VoteId,
    clerk_id: AccountId,
) -> QueryResult<Vec<SheetRow>> {
    let own = sheet_entries::table
        .filter(sheet_entries::clerk_id.eq(clerk_id))
        .select(sheet_entries::sheet_id);
    sheets::table
        .filter(sheets::vote_id.eq(vote_id))
        .filter(sheets::state.eq_any([SheetState::Registered, SheetState::EnteredOnce]))
        .filter(sheets::id.ne_all(own))
        .select(SheetRow::as_select())
        .load(conn)
}

/// How many sheets of a vote are neither settled nor void.
pub fn count_unsettled(conn: &mut Conn, vote_id: VoteId) -> QueryResult<i64> {
    let open = [SheetState::Registered, SheetState::EnteredOnce, SheetState::Differing];
    sheets::table
        .filter(sheets::vote_id.eq(vote_id))
        .filter(sheets::state.eq_any(open))
        .count()
        .get_result(conn)
}

/// How many sheets were issued for a vote whose account is not closed.
pub fn count_unaccounted(conn: &mut Conn, vote_id: VoteId) -> QueryResult<i64> {
    let closed = sheet_accounts::table.select(sheet_accounts::vote_id);
    sheets::table
        .filter(sheets::vote_id.eq(vote_id))
        .filter(sheets::vote_id.ne_all(closed))
        .count()
        .get_result(conn)
}

/// How many settled sheets there are of a vote whose re-check is not finished.
pub fn count_unchecked(conn: &mut Conn, vote_id: VoteId) -> QueryResult<i64> {
    let finished = sheet_rechecks::table
        .filter(sheet_rechecks::finished_at.is_not_null())
        .select(sheet_rechecks::vote_id);
    sheets::table
        .filter(sheets::vote_id.eq(vote_id))
        .filter(sheets::state.eq(SheetState::Settled))
        .filter(sheets::vote_id.ne_all(finished))
        .count()
        .get_result(conn)
}

/// How many sheets of a vote are in each state.
pub fn count_by_state(conn: &mut Conn, vote_id: VoteId) -> QueryResult<Vec<(SheetState, i64)>> {
    sheets::table
        .filter(sheets::vote_id.eq(vote_id))
        .group_by(sheets::state)
        .order(sheets::state)
        .select((sheets::state, diesel::dsl::count_star()))
        .load(conn)
}

/// Keeps an entry.
pub fn insert_entry(conn: &mut Conn, row: &SheetEntryRow) -> QueryResult<()> {
    diesel::insert_into(sheet_entries::table).values(row).execute(conn).map(|_| ())
}

/// The entries of a sheet, in their order.
pub fn list_entries(conn: &mut Conn, sheet_id: SheetId) -> QueryResult<Vec<SheetEntryRow>> {
    sheet_entries::table
        .filter(sheet_entries::sheet_id.eq(sheet_id))
        .order(sheet_entries::id)
        .select(SheetEntryRow::as_select())
        .load(conn)
}
