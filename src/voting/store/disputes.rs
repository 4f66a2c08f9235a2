//! Disputed ballots.

use diesel::{ExpressionMethods, QueryDsl, QueryResult, RunQueryDsl, SelectableHelper};

use crate::kernel::{BallotId, DisputeId};
use crate::platform::db::{CHUNK, Conn, schema::ballot_disputes};
use crate::voting::model::DisputeRow;

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
