//! Scans of sheets, and the re-check of a vote.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, QueryResult,
    RunQueryDsl, SelectableHelper,
};

use crate::kernel::{AccountId, ScanId, SheetId, VoteId};
use crate::platform::db::{
    Conn,
    schema::{ballot_disputes, ballots, sheet_entries, sheet_rechecks, sheet_scans, sheets},
};
use crate::voting::model::{
    EntryRound, NewScanRow, RecheckChange, RecheckRow, ScanRemoval, ScanRow, Serial, SheetEntryRow,
};

/// Keeps a scan.
pub fn insert_scan(conn: &mut Conn, row: &NewScanRow<'_>) -> QueryResult<()> {
    diesel::insert_into(sheet_scans::table).values(row).execute(conn).map(|_| ())
}

/// The scans of a sheet in their order, removed ones too.
pub fn list_scans(conn: &mut Conn, sheet_id: SheetId) -> QueryResult<Vec<ScanRow>> {
    sheet_scans::table
        .filter(sheet_scans::sheet_id.eq(sheet_id))
        .order(sheet_scans::id)
        .select(ScanRow::as_select())
        .load(conn)
}

/// A scan of a sheet of this vote.
pub fn find_scan(conn: &mut Conn, vote_id: VoteId, id: ScanId) -> QueryResult<Option<ScanRow>> {
    sheet_scans::table
        .inner_join(sheets::table)
        .filter(sheet_scans::id.eq(id))
        .filter(sheets::vote_id.eq(vote_id))
        .select(ScanRow::as_select())
        .first(conn)
        .optional()
}

/// The image itself.
pub fn get_content(conn: &mut Conn, id: ScanId) -> QueryResult<Vec<u8>> {
    sheet_scans::table.filter(sheet_scans::id.eq(id)).select(sheet_scans::content).first(conn)
}

/// Removes a scan; whether it stood.
pub fn set_removed(conn: &mut Conn, id: ScanId, removal: &ScanRemoval) -> QueryResult<bool> {
    let standing = sheet_scans::table.filter(sheet_scans::id.eq(id));
    let standing = standing.filter(sheet_scans::removed_at.is_null());
    diesel::update(standing).set(removal).execute(conn).map(|rows| rows == 1)
}

/// Keeps a re-check that was drawn.
pub fn insert_recheck(conn: &mut Conn, row: &RecheckRow) -> QueryResult<()> {
    diesel::insert_into(sheet_rechecks::table).values(row).execute(conn).map(|_| ())
}

/// The re-check of a vote, once drawn.
pub fn find_recheck(conn: &mut Conn, vote_id: VoteId) -> QueryResult<Option<RecheckRow>> {
    sheet_rechecks::table
        .filter(sheet_rechecks::vote_id.eq(vote_id))
        .select(RecheckRow::as_select())
        .first(conn)
        .optional()
}

/// Changes the re-check if it still has that version; whether it had. Every re-reading does, so that
/// of two that come at once one is the last.
pub fn set_recheck(
    conn: &mut Conn,
    (vote_id, version): (VoteId, i32),
    change: &RecheckChange,
) -> QueryResult<bool> {
    let own = sheet_rechecks::table.filter(sheet_rechecks::vote_id.eq(vote_id));
    diesel::update(own.filter(sheet_rechecks::version.eq(version)))
        .set((change, sheet_rechecks::version.eq(version + 1)))
        .execute(conn)
        .map(|rows| rows == 1)
}

/// Keeps a further draw in place of the one of that version; whether it was so.
pub fn replace_recheck(conn: &mut Conn, version: i32, row: &RecheckRow) -> QueryResult<bool> {
    let own = sheet_rechecks::table.filter(sheet_rechecks::vote_id.eq(row.vote_id));
    diesel::update(own.filter(sheet_rechecks::version.eq(version)))
        .set(row)
        .execute(conn)
        .map(|rows| rows == 1)
}

/// What was read again of a vote: serial and entry.
pub fn list_rereads(conn: &mut Conn, vote_id: VoteId) -> QueryResult<Vec<(Serial, SheetEntryRow)>> {
    sheet_entries::table
        .inner_join(sheets::table)
        .filter(sheets::vote_id.eq(vote_id))
        .filter(sheet_entries::round.eq(EntryRound::Recheck))
        .order(sheets::serial)
        .select((sheets::serial, SheetEntryRow::as_select()))
        .load(conn)
}

/// The sheets of a vote on whose ballots this clerk has ruled or proposed a ruling.
pub fn list_ruled(
    conn: &mut Conn,
    vote_id: VoteId,
    clerk_id: AccountId,
) -> QueryResult<Vec<SheetId>> {
    let sheets: Vec<Option<SheetId>> = ballot_disputes::table
        .inner_join(ballots::table)
        .filter(ballots::vote_id.eq(vote_id))
        .filter(
            ballot_disputes::proposed_by
                .eq(clerk_id)
                .or(ballot_disputes::confirmed_by.eq(clerk_id)),
        )
        .select(ballots::sheet_id)
        .load(conn)?;
    Ok(sheets.into_iter().flatten().collect())
}

/// The sheets of a vote that this clerk has entered, or somebody has read again.
pub fn list_unreadable(
    conn: &mut Conn,
    vote_id: VoteId,
    clerk_id: AccountId,
) -> QueryResult<Vec<SheetId>> {
    sheet_entries::table
        .inner_join(sheets::table)
        .filter(sheets::vote_id.eq(vote_id))
        .filter(
            sheet_entries::round.eq(EntryRound::Recheck).or(sheet_entries::clerk_id.eq(clerk_id)),
        )
        .select(sheet_entries::sheet_id)
        .load(conn)
}
