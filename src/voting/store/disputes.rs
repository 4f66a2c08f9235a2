//! Disputed ballots.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, QueryResult,
    RunQueryDsl, SelectableHelper,
};

use crate::kernel::{BallotId, DisputeId, VoteId};
use crate::platform::db::{
    CHUNK, Conn, MultiBackend,
    schema::{ballot_disputes, ballots, head_owners},
};
use crate::voting::model::{BallotRow, Confirmation, DisputeFilter, DisputeRow, Proposal};

/// Files a dispute.
pub fn insert_dispute(conn: &mut Conn, row: &DisputeRow) -> QueryResult<()> {
    diesel::insert_into(ballot_disputes::table).values(row).execute(conn).map(|_| ())
}

/// A dispute of a vote, with its ballot.
pub fn find_dispute(
    conn: &mut Conn,
    vote_id: VoteId,
    id: DisputeId,
) -> QueryResult<Option<(DisputeRow, BallotRow)>> {
    ballot_disputes::table
        .inner_join(ballots::table)
        .filter(ballot_disputes::id.eq(id))
        .filter(ballot_disputes::vote_id.eq(vote_id))
        .select((DisputeRow::as_select(), BallotRow::as_select()))
        .first(conn)
        .optional()
}

/// Disputes by their ids.
pub fn list_disputes_by_id(conn: &mut Conn, ids: &[DisputeId]) -> QueryResult<Vec<DisputeRow>> {
    let mut found = Vec::new();
    for chunk in ids.chunks(CHUNK) {
        let some = ballot_disputes::table.filter(ballot_disputes::id.eq_any(chunk.to_vec()));
        found.extend(some.select(DisputeRow::as_select()).load::<DisputeRow>(conn)?);
    }
    Ok(found)
}

/// The disputes of some ballots, oldest first.
pub fn list_disputes_of(conn: &mut Conn, ballots: &[BallotId]) -> QueryResult<Vec<DisputeRow>> {
    ballot_disputes::table
        .filter(ballot_disputes::ballot_id.eq_any(ballots))
        .order(ballot_disputes::id)
        .select(DisputeRow::as_select())
        .load(conn)
}

/// The disputes of a vote with their ballots, in the order of filing, after the cursor.
pub fn list_disputes(
    conn: &mut Conn,
    vote_id: VoteId,
    filter: DisputeFilter,
    (after, limit): (Option<DisputeId>, i64),
) -> QueryResult<Vec<(DisputeRow, BallotRow)>> {
    let mut query = ballot_disputes::table
        .inner_join(ballots::table)
        .filter(ballot_disputes::vote_id.eq(vote_id))
        .select((DisputeRow::as_select(), BallotRow::as_select()))
        .into_boxed::<MultiBackend>();
    match filter.open {
        Some(true) => query = query.filter(ballot_disputes::confirmed_at.is_null()),
        Some(false) => query = query.filter(ballot_disputes::confirmed_at.is_not_null()),
        None => {}
    }
    if let Some(owner_id) = filter.owner_id {
        let own = head_owners::table
            .filter(head_owners::owner_id.eq(owner_id))
            .select(head_owners::head_id);
        query = query.filter(ballots::head_id.eq_any(own));
    }
    if let Some(after) = after {
        query = query.filter(ballot_disputes::id.gt(after));
    }
    query.order(ballot_disputes::id).limit(limit).load(conn)
}

/// Every dispute of a vote, in the order of its log.
pub fn list_all(conn: &mut Conn, vote_id: VoteId) -> QueryResult<Vec<DisputeRow>> {
    ballot_disputes::table
        .filter(ballot_disputes::vote_id.eq(vote_id))
        .order(ballot_disputes::log_seq)
        .select(DisputeRow::as_select())
        .load(conn)
}

/// Proposes a ruling on a dispute of that version that has none yet; whether it was so.
pub fn set_proposal(
    conn: &mut Conn,
    (id, version): (DisputeId, i32),
    proposal: &Proposal,
) -> QueryResult<bool> {
    let open = ballot_disputes::table
        .filter(ballot_disputes::id.eq(id))
        .filter(ballot_disputes::version.eq(version))
        .filter(ballot_disputes::confirmed_at.is_null());
    let change = (proposal, ballot_disputes::version.eq(version + 1));
    diesel::update(open).set(change).execute(conn).map(|rows| rows == 1)
}

/// Confirms the proposal of that version; whether it was so.
pub fn set_confirmation(
    conn: &mut Conn,
    (id, version): (DisputeId, i32),
    confirmation: &Confirmation,
) -> QueryResult<bool> {
    let proposed = ballot_disputes::table
        .filter(ballot_disputes::id.eq(id))
        .filter(ballot_disputes::version.eq(version))
        .filter(ballot_disputes::confirmed_at.is_null());
    let change = (confirmation, ballot_disputes::version.eq(version + 1));
    diesel::update(proposed).set(change).execute(conn).map(|rows| rows == 1)
}

/// How many disputes of a vote have no confirmed ruling.
pub fn count_open(conn: &mut Conn, vote_id: VoteId) -> QueryResult<i64> {
    ballot_disputes::table
        .filter(ballot_disputes::vote_id.eq(vote_id))
        .filter(ballot_disputes::confirmed_at.is_null())
        .count()
        .get_result(conn)
}

/// How many rulings of a vote came after that leaf.
pub fn count_rulings_after(conn: &mut Conn, vote_id: VoteId, seq: i64) -> QueryResult<i64> {
    ballot_disputes::table
        .filter(ballot_disputes::vote_id.eq(vote_id))
        .filter(ballot_disputes::ruling_seq.gt(seq))
        .count()
        .get_result(conn)
}

/// How many ballots were disputed at that leaf, without a ruling at that leaf.
pub fn count_challenged_at(conn: &mut Conn, vote_id: VoteId, seq: i64) -> QueryResult<i64> {
    let unruled = ballot_disputes::ruling_seq.is_null().or(ballot_disputes::ruling_seq.gt(seq));
    ballot_disputes::table
        .filter(ballot_disputes::vote_id.eq(vote_id))
        .filter(ballot_disputes::log_seq.lt(seq))
        .filter(unruled)
        .count()
        .get_result(conn)
}

/// The upheld disputes of a vote, oldest ruling first.
pub fn list_upheld(conn: &mut Conn, vote_id: VoteId) -> QueryResult<Vec<DisputeRow>> {
    ballot_disputes::table
        .filter(ballot_disputes::vote_id.eq(vote_id))
        .filter(ballot_disputes::upheld.eq(true))
        .filter(ballot_disputes::confirmed_at.is_not_null())
        .order(ballot_disputes::ruling_seq)
        .select(DisputeRow::as_select())
        .load(conn)
}
