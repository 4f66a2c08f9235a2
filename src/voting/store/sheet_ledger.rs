//! The ledger of paper sheets: print runs, batches, the account.

use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, RunQueryDsl, SelectableHelper,
};

use crate::kernel::{HeadId, SheetId, VoteId};
use crate::platform::db::{
    Conn,
    schema::{sheet_accounts, sheet_batches, sheet_issues, sheets},
};
use crate::voting::model::{
    Serial, SheetAccountRow, SheetBatchRow, SheetIssueRow, SheetRow, SheetState,
};

/// Issues sheets.
pub fn insert_issue(conn: &mut Conn, run: &SheetIssueRow, rows: &[SheetRow]) -> QueryResult<()> {
    diesel::insert_into(sheet_issues::table).values(run).execute(conn)?;
    crate::insert_many!(conn, sheets::table, rows)
}

/// The print runs of a vote, in their order.
pub fn list_issues(conn: &mut Conn, vote_id: VoteId) -> QueryResult<Vec<SheetIssueRow>> {
    sheet_issues::table
        .filter(sheet_issues::vote_id.eq(vote_id))
        .order(sheet_issues::number)
        .select(SheetIssueRow::as_select())
        .load(conn)
}

/// The number of the last print run; 0 where there is none.
pub fn count_issues(conn: &mut Conn, vote_id: VoteId) -> QueryResult<i32> {
    sheet_issues::table
        .filter(sheet_issues::vote_id.eq(vote_id))
        .select(diesel::dsl::max(sheet_issues::number))
        .first::<Option<i32>>(conn)
        .map(Option::unwrap_or_default)
}

/// Heads that have a sheet which is not void, nor its ballot.
pub fn list_served_heads(conn: &mut Conn, vote_id: VoteId) -> QueryResult<Vec<HeadId>> {
    sheets::table
        .filter(sheets::vote_id.eq(vote_id))
        .filter(sheets::state.ne(SheetState::Void))
        .filter(sheets::ballot_void_at.is_null())
        .select(sheets::head_id)
        .load(conn)
}

/// Every serial of a vote.
pub fn list_serials(conn: &mut Conn, vote_id: VoteId) -> QueryResult<Vec<Serial>> {
    sheets::table.filter(sheets::vote_id.eq(vote_id)).select(sheets::serial).load(conn)
}

/// The sheets of these serials.
pub fn list_by_serials(
    conn: &mut Conn,
    vote_id: VoteId,
    serials: &[Serial],
) -> QueryResult<Vec<SheetRow>> {
    sheets::table
        .filter(sheets::vote_id.eq(vote_id))
        .filter(sheets::serial.eq_any(serials))
        .select(SheetRow::as_select())
        .load(conn)
}

/// The sheets in these states, by unit.
pub fn list_in_states(
    conn: &mut Conn,
    vote_id: VoteId,
    states: &[SheetState],
) -> QueryResult<Vec<SheetRow>> {
    sheets::table
        .filter(sheets::vote_id.eq(vote_id))
        .filter(sheets::state.eq_any(states))
        .order((sheets::unit_code, sheets::serial))
        .select(SheetRow::as_select())
        .load(conn)
}

/// The sheets of a head that came back and are not read to the end.
pub fn list_unread(
    conn: &mut Conn,
    vote_id: VoteId,
    head_id: HeadId,
) -> QueryResult<Vec<SheetRow>> {
    let unread = [SheetState::Registered, SheetState::EnteredOnce, SheetState::Differing];
    sheets::table
        .filter(sheets::vote_id.eq(vote_id))
        .filter(sheets::head_id.eq(head_id))
        .filter(sheets::state.eq_any(unread))
        .select(SheetRow::as_select())
        .load(conn)
}

/// Keeps a batch.
pub fn insert_batch(conn: &mut Conn, row: &SheetBatchRow) -> QueryResult<()> {
    diesel::insert_into(sheet_batches::table).values(row).execute(conn).map(|_| ())
}

/// The batches of a vote, in their order.
pub fn list_batches(conn: &mut Conn, vote_id: VoteId) -> QueryResult<Vec<SheetBatchRow>> {
    sheet_batches::table
        .filter(sheet_batches::vote_id.eq(vote_id))
        .order(sheet_batches::number)
        .select(SheetBatchRow::as_select())
        .load(conn)
}

/// The number of the last batch; 0 where there is none.
pub fn count_batches(conn: &mut Conn, vote_id: VoteId) -> QueryResult<i32> {
    sheet_batches::table
        .filter(sheet_batches::vote_id.eq(vote_id))
        .select(diesel::dsl::max(sheet_batches::number))
        .first::<Option<i32>>(conn)
        .map(Option::unwrap_or_default)
}

/// Registers issued sheets in a batch; whether all of them were still issued.
pub fn set_registered(
    conn: &mut Conn,
    batch: &SheetBatchRow,
    ids: &[SheetId],
) -> QueryResult<bool> {
    let still = sheets::table.filter(sheets::id.eq_any(ids));
    let still = still.filter(sheets::state.eq(SheetState::Issued));
    diesel::update(still)
        .set((
            sheets::batch_id.eq(batch.id),
            sheets::state.eq(SheetState::Registered),
            sheets::registered_at.eq(batch.registered_at),
            sheets::registered_by.eq(batch.registered_by),
            sheets::version.eq(sheets::version + 1),
        ))
        .execute(conn)
        .map(|rows| rows == ids.len())
}

/// Gives up the sheets that did not come back.
pub fn set_missing(conn: &mut Conn, vote_id: VoteId) -> QueryResult<()> {
    let away = sheets::table.filter(sheets::vote_id.eq(vote_id));
    let away = away.filter(sheets::state.eq(SheetState::Issued));
    diesel::update(away)
        .set((sheets::state.eq(SheetState::Missing), sheets::version.eq(sheets::version + 1)))
        .execute(conn)
        .map(|_| ())
}

/// Keeps the account.
pub fn insert_account(conn: &mut Conn, row: &SheetAccountRow) -> QueryResult<()> {
    diesel::insert_into(sheet_accounts::table).values(row).execute(conn).map(|_| ())
}

/// The account of a vote, once closed.
pub fn find_account(conn: &mut Conn, vote_id: VoteId) -> QueryResult<Option<SheetAccountRow>> {
    sheet_accounts::table
        .filter(sheet_accounts::vote_id.eq(vote_id))
        .select(SheetAccountRow::as_select())
        .first(conn)
        .optional()
}
