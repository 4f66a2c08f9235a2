//! The stored count of each item, with its working.

use crate::voting::model::ResultRow;
use diesel::{ExpressionMethods, QueryDsl, QueryResult, RunQueryDsl};

use crate::kernel::VoteId;
use crate::platform::db::{Conn, schema::item_results};

/// Keeps the counts of a vote.
pub fn insert_results(conn: &mut Conn, rows: &[ResultRow]) -> QueryResult<()> {
    crate::insert_many!(conn, item_results::table, rows)
}

/// The newest count of each item of a vote.
pub fn list_results(conn: &mut Conn, vote_id: VoteId) -> QueryResult<Vec<ResultRow>> {
    let Some(newest) = find_tally_seq(conn, vote_id)? else { return Ok(Vec::new()) };
    item_results::table
        .filter(item_results::vote_id.eq(vote_id))
        .filter(item_results::log_seq.eq(newest))
        .load(conn)
}

/// How often a vote was counted.
pub fn count_counts(conn: &mut Conn, vote_id: VoteId) -> QueryResult<usize> {
    let leaves = item_results::table
        .filter(item_results::vote_id.eq(vote_id))
        .select(item_results::log_seq)
        .distinct();
    Ok(leaves.load::<i64>(conn)?.len())
}

/// The leaf of the newest count of a vote.
pub fn find_tally_seq(conn: &mut Conn, vote_id: VoteId) -> QueryResult<Option<i64>> {
    item_results::table
        .filter(item_results::vote_id.eq(vote_id))
        .select(diesel::dsl::max(item_results::log_seq))
        .first(conn)
}

/// The votes that have a stored count.
pub fn list_counted_votes(conn: &mut Conn) -> QueryResult<Vec<VoteId>> {
    item_results::table.select(item_results::vote_id).distinct().load(conn)
}
