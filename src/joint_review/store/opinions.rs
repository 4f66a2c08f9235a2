//! Opinions and what followed them: rows are only ever added.

use diesel::{ExpressionMethods, QueryDsl, QueryResult, RunQueryDsl, SelectableHelper};

use crate::joint_review::model::{OpinionRow, ResponseRow};
use crate::kernel::{ReviewOpinionId, ReviewRoundId};
use crate::platform::db::{
    CHUNK, Conn,
    schema::{review_opinions, review_responses},
};

/// Keeps opinions.
pub fn insert_opinions(conn: &mut Conn, rows: &[OpinionRow]) -> QueryResult<()> {
    crate::insert_many!(conn, review_opinions::table, rows)
}

/// The opinions of a round, in order.
pub fn list_opinions(conn: &mut Conn, id: ReviewRoundId) -> QueryResult<Vec<OpinionRow>> {
    review_opinions::table
        .filter(review_opinions::round_id.eq(id))
        .order(review_opinions::id)
        .select(OpinionRow::as_select())
        .load(conn)
}

/// Keeps a response.
pub fn insert_response(conn: &mut Conn, row: &ResponseRow) -> QueryResult<()> {
    diesel::insert_into(review_responses::table).values(row).execute(conn).map(|_| ())
}

/// What followed some opinions, in order.
pub fn list_responses(conn: &mut Conn, ids: &[ReviewOpinionId]) -> QueryResult<Vec<ResponseRow>> {
    let mut found: Vec<ResponseRow> = Vec::new();
    for some in ids.chunks(CHUNK) {
        let rows: Vec<ResponseRow> = review_responses::table
            .filter(review_responses::opinion_id.eq_any(some.to_vec()))
            .select(ResponseRow::as_select())
            .load(conn)?;
        found.extend(rows);
    }
    found.sort_by_key(|row| row.id);
    Ok(found)
}
