//! Objections to rolls and results, and challenges in court.

use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, RunQueryDsl, SelectableHelper,
};

use crate::kernel::{ChallengeId, ItemId, ObjectionId, UtcTime, VoteId};
use crate::platform::db::{
    Conn, MultiBackend,
    schema::{objections, vote_challenges},
};
use crate::voting::model::{ChallengeRow, ObjectionFilter, ObjectionRow, ObjectionSubject};

/// Files an objection.
pub fn insert_objection(conn: &mut Conn, row: &ObjectionRow) -> QueryResult<()> {
    diesel::insert_into(objections::table).values(row).execute(conn).map(|_| ())
}

/// An objection of a vote.
pub fn find_objection(
    conn: &mut Conn,
    vote_id: VoteId,
    id: ObjectionId,
) -> QueryResult<Option<ObjectionRow>> {
    objections::table
        .filter(objections::id.eq(id))
        .filter(objections::vote_id.eq(vote_id))
        .select(ObjectionRow::as_select())
        .first(conn)
        .optional()
}

/// Answers an objection that has no answer yet; whether it had none.
pub fn set_answer(
    conn: &mut Conn,
    id: ObjectionId,
    (answer, upheld): (&str, bool),
    (answered_by, answered_at): (&str, UtcTime),
) -> QueryResult<bool> {
    diesel::update(
        objections::table.filter(objections::id.eq(id)).filter(objections::answered_at.is_null()),
    )
    .set((
        objections::answer.eq(answer),
        objections::upheld.eq(upheld),
        objections::answered_by.eq(answered_by),
        objections::answered_at.eq(answered_at),
        objections::version.eq(objections::version + 1),
    ))
    .execute(conn)
    .map(|rows| rows == 1)
}

/// Objections of a vote in the order of filing, after the cursor.
pub fn list_objections(
    conn: &mut Conn,
    vote_id: VoteId,
    filter: ObjectionFilter,
    (after, limit): (Option<ObjectionId>, i64),
) -> QueryResult<Vec<ObjectionRow>> {
    let mut query = objections::table
        .filter(objections::vote_id.eq(vote_id))
        .select(ObjectionRow::as_select())
        .into_boxed::<MultiBackend>();
    if let Some(subject) = filter.subject {
        query = query.filter(objections::subject.eq(subject));
    }
    match filter.answered {
        Some(true) => query = query.filter(objections::answered_at.is_not_null()),
        Some(false) => query = query.filter(objections::answered_at.is_null()),
        None => {}
    }
    if let Some(owner_id) = filter.owner_id {
        query = query.filter(objections::owner_id.eq(owner_id));
    }
    if let Some(after) = after {
        query = query.filter(objections::id.gt(after));
    }
    query.order(objections::id).limit(limit).load(conn)
}

/// How many objections to one subject have no answer.
pub fn count_open(conn: &mut Conn, vote_id: VoteId, subject: ObjectionSubject) -> QueryResult<i64> {
    objections::table
        .filter(objections::vote_id.eq(vote_id))
        .filter(objections::subject.eq(subject))
        .filter(objections::answered_at.is_null())
        .count()
        .get_result(conn)
}

/// Keeps a challenge.
pub fn insert_challenge(conn: &mut Conn, row: &ChallengeRow) -> QueryResult<()> {
    diesel::insert_into(vote_challenges::table).values(row).execute(conn).map(|_| ())
}

/// What courts annulled of a vote; `None` is the whole of it.
pub fn list_annulled_items(conn: &mut Conn, vote_id: VoteId) -> QueryResult<Vec<Option<ItemId>>> {
    vote_challenges::table
        .filter(vote_challenges::vote_id.eq(vote_id))
        .filter(vote_challenges::annuls.eq(true))
        .select(vote_challenges::item_id)
        .load(conn)
}

/// The challenges of a vote, in the order of recording, after the cursor.
pub fn list_challenges(
    conn: &mut Conn,
    vote_id: VoteId,
    (after, limit): (Option<ChallengeId>, i64),
) -> QueryResult<Vec<ChallengeRow>> {
    let mut query = vote_challenges::table
        .filter(vote_challenges::vote_id.eq(vote_id))
        .select(ChallengeRow::as_select())
        .into_boxed::<MultiBackend>();
    if let Some(after) = after {
        query = query.filter(vote_challenges::id.gt(after));
    }
    query.order(vote_challenges::id).limit(limit).load(conn)
}
