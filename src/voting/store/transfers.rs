//! Sales while a vote is open, and what their households were told.

use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, RunQueryDsl, SelectableHelper,
};

use crate::kernel::{AccountId, TransferNoticeId, UtcTime, VoteId, VoteTransferId};
use crate::platform::db::{
    Conn,
    schema::{transfer_notices, vote_transfers},
};
use crate::voting::model::{NoticeState, TransferNoticeRow, TransferRow};

/// Keeps a proposal.
pub fn insert_transfer(conn: &mut Conn, row: &TransferRow) -> QueryResult<()> {
    diesel::insert_into(vote_transfers::table).values(row).execute(conn).map(|_| ())
}

/// The transfers of a vote, in the order of their proposal.
pub fn list_transfers(conn: &mut Conn, vote_id: VoteId) -> QueryResult<Vec<TransferRow>> {
    vote_transfers::table
        .filter(vote_transfers::vote_id.eq(vote_id))
        .order(vote_transfers::id)
        .select(TransferRow::as_select())
        .load(conn)
}

/// A transfer, of whatever vote.
pub fn find_transfer(conn: &mut Conn, id: VoteTransferId) -> QueryResult<Option<TransferRow>> {
    vote_transfers::table
        .filter(vote_transfers::id.eq(id))
        .select(TransferRow::as_select())
        .first(conn)
        .optional()
}

/// The second signature.
pub fn set_transfer_confirmed(
    conn: &mut Conn,
    id: VoteTransferId,
    (by, name, at): (AccountId, &str, UtcTime),
) -> QueryResult<()> {
    diesel::update(vote_transfers::table.filter(vote_transfers::id.eq(id)))
        .set((
            vote_transfers::confirmed_by.eq(by),
            vote_transfers::confirmed_name.eq(name),
            vote_transfers::confirmed_at.eq(at),
        ))
        .execute(conn)
        .map(|_| ())
}

/// The proposal is given up.
pub fn set_transfer_withdrawn(
    conn: &mut Conn,
    id: VoteTransferId,
    (name, at): (&str, UtcTime),
) -> QueryResult<()> {
    diesel::update(vote_transfers::table.filter(vote_transfers::id.eq(id)))
        .set((vote_transfers::withdrawn_name.eq(name), vote_transfers::withdrawn_at.eq(at)))
        .execute(conn)
        .map(|_| ())
}

/// What the households of some transfers were told.
pub fn list_transfer_notices(
    conn: &mut Conn,
    transfers: &[VoteTransferId],
) -> QueryResult<Vec<TransferNoticeRow>> {
    transfer_notices::table
        .filter(transfer_notices::transfer_id.eq_any(transfers))
        .order(transfer_notices::id)
        .select(TransferNoticeRow::as_select())
        .load(conn)
}

/// Adds notices.
pub fn insert_transfer_notices(conn: &mut Conn, rows: &[TransferNoticeRow]) -> QueryResult<()> {
    crate::insert_many!(conn, transfer_notices::table, rows)
}

/// What became of a notice.
pub fn set_transfer_notice(
    conn: &mut Conn,
    id: TransferNoticeId,
    (state, at): (NoticeState, UtcTime),
) -> QueryResult<()> {
    diesel::update(transfer_notices::table.filter(transfer_notices::id.eq(id)))
        .set((transfer_notices::state.eq(state), transfer_notices::at.eq(at)))
        .execute(conn)
        .map(|_| ())
}
