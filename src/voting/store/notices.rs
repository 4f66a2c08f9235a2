//! Notices to households, and ballots by their receipts.

use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, RunQueryDsl, SelectableHelper,
};

use crate::kernel::{BallotId, BallotNoticeId, HeadId, OwnerId, UtcTime, VoteId};
use crate::platform::db::{
    CHUNK, Conn, MultiBackend,
    schema::{ballot_choices, ballot_notices, ballots, head_owners},
};
use crate::voting::model::{BallotRow, Channel, NoticeRow, NoticeState};

/// Adds notices.
pub fn insert_notices(conn: &mut Conn, rows: &[NoticeRow]) -> QueryResult<()> {
    crate::insert_many!(conn, ballot_notices::table, rows)
}

/// The notices of some causes.
pub fn list_notices_of(conn: &mut Conn, causes: &[String]) -> QueryResult<Vec<NoticeRow>> {
    let mut found = Vec::new();
    for chunk in causes.chunks(CHUNK) {
        let some = ballot_notices::table.filter(ballot_notices::cause.eq_any(chunk.to_vec()));
        found.extend(some.select(NoticeRow::as_select()).load::<NoticeRow>(conn)?);
    }
    Ok(found)
}

/// What became of notices: none that was brought by hand meanwhile is changed.
pub fn set_notices(
    conn: &mut Conn,
    ids: &[BallotNoticeId],
    (state, at): (NoticeState, UtcTime),
) -> QueryResult<()> {
    for chunk in ids.chunks(CHUNK) {
        let open = ballot_notices::table
            .filter(ballot_notices::id.eq_any(chunk.to_vec()))
            .filter(ballot_notices::state.eq_any([NoticeState::Queued, NoticeState::Failed]));
        diesel::update(open)
            .set((ballot_notices::state.eq(state), ballot_notices::at.eq(at)))
            .execute(conn)?;
    }
    Ok(())
}

/// Marks a notice as brought, where nobody has; whether it was so.
pub fn set_delivered(
    conn: &mut Conn,
    id: BallotNoticeId,
    (by, note, at): (&str, &str, UtcTime),
) -> QueryResult<bool> {
    let waiting = [NoticeState::NoContact, NoticeState::Failed];
    let open = ballot_notices::table
        .filter(ballot_notices::id.eq(id))
        .filter(ballot_notices::state.eq_any(waiting));
    diesel::update(open)
        .set((
            ballot_notices::state.eq(NoticeState::Delivered),
            ballot_notices::at.eq(at),
            ballot_notices::delivered_by.eq(by),
            ballot_notices::delivery_note.eq(note),
        ))
        .execute(conn)
        .map(|rows| rows == 1)
}

/// A notice with receipt and channel of its ballot.
pub type NoticeOfBallot = (NoticeRow, String, Channel);

/// A notice of a vote.
pub fn find_notice(
    conn: &mut Conn,
    vote_id: VoteId,
    id: BallotNoticeId,
) -> QueryResult<Option<NoticeOfBallot>> {
    ballot_notices::table
        .inner_join(ballots::table)
        .filter(ballot_notices::id.eq(id))
        .filter(ballot_notices::vote_id.eq(vote_id))
        .select((NoticeRow::as_select(), ballots::receipt, ballots::channel))
        .first(conn)
        .optional()
}

/// The notices of a vote, oldest first, after the cursor.
pub fn list_notices(
    conn: &mut Conn,
    vote_id: VoteId,
    state: Option<NoticeState>,
    (after, limit): (Option<BallotNoticeId>, i64),
) -> QueryResult<Vec<NoticeOfBallot>> {
    let mut query = ballot_notices::table
        .inner_join(ballots::table)
        .filter(ballot_notices::vote_id.eq(vote_id))
        .select((NoticeRow::as_select(), ballots::receipt, ballots::channel))
        .into_boxed::<MultiBackend>();
    if let Some(state) = state {
        query = query.filter(ballot_notices::state.eq(state));
    }
    if let Some(after) = after {
        query = query.filter(ballot_notices::id.gt(after));
    }
    query.order(ballot_notices::id).limit(limit).load(conn)
}

/// Ballots by their ids.
pub fn list_ballots_by_id(conn: &mut Conn, ids: &[BallotId]) -> QueryResult<Vec<BallotRow>> {
    let mut found = Vec::new();
    for chunk in ids.chunks(CHUNK) {
        let some = ballots::table.filter(ballots::id.eq_any(chunk.to_vec()));
        found.extend(some.select(BallotRow::as_select()).load::<BallotRow>(conn)?);
    }
    Ok(found)
}

/// The ballot of a receipt code.
pub fn find_ballot_by_receipt(conn: &mut Conn, receipt: &str) -> QueryResult<Option<BallotRow>> {
    ballots::table
        .filter(ballots::receipt.eq(receipt))
        .select(BallotRow::as_select())
        .first(conn)
        .optional()
}

/// Every owner of some heads.
pub fn list_owners_of_heads(
    conn: &mut Conn,
    heads: &[HeadId],
) -> QueryResult<Vec<(HeadId, OwnerId)>> {
    let mut found = Vec::new();
    for chunk in heads.chunks(CHUNK) {
        let some = head_owners::table.filter(head_owners::head_id.eq_any(chunk.to_vec()));
        let rows = some.select((head_owners::head_id, head_owners::owner_id));
        found.extend(rows.order(head_owners::owner_id).load::<(HeadId, OwnerId)>(conn)?);
    }
    Ok(found)
}

/// Of these ballots those that stand, on one item at least.
pub fn list_standing_ballots(conn: &mut Conn, ids: &[BallotId]) -> QueryResult<Vec<BallotId>> {
    ballot_choices::table
        .filter(ballot_choices::ballot_id.eq_any(ids))
        .filter(ballot_choices::standing.eq(true))
        .select(ballot_choices::ballot_id)
        .distinct()
        .load(conn)
}
