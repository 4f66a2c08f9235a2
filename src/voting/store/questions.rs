//! Questions and run-offs.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, OptionalExtension, QueryDsl, QueryResult,
    RunQueryDsl, SelectableHelper,
};

use crate::kernel::{QuestionId, VoteId};
use crate::platform::db::{
    Conn,
    schema::{vote_items, vote_questions, vote_run_offs, votes},
};
use crate::voting::model::{ItemRow, QuestionRow, RunOffRow, VoteState};

/// The questions of a vote, in order.
pub fn list_questions(conn: &mut Conn, vote_id: VoteId) -> QueryResult<Vec<QuestionRow>> {
    vote_questions::table
        .filter(vote_questions::vote_id.eq(vote_id))
        .order(vote_questions::position)
        .select(QuestionRow::as_select())
        .load(conn)
}

/// Puts this agenda in place of the vote's present one.
pub fn replace_agenda(
    conn: &mut Conn,
    vote_id: VoteId,
    (questions, items): (&[QuestionRow], &[ItemRow]),
) -> QueryResult<()> {
    diesel::delete(vote_items::table.filter(vote_items::vote_id.eq(vote_id))).execute(conn)?;
    diesel::delete(vote_questions::table.filter(vote_questions::vote_id.eq(vote_id)))
        .execute(conn)?;
    crate::insert_many!(conn, vote_questions::table, questions)?;
    crate::insert_many!(conn, vote_items::table, items)
}

/// Links a run-off with the question that it is about.
pub fn insert_run_off(conn: &mut Conn, row: &RunOffRow) -> QueryResult<()> {
    diesel::insert_into(vote_run_offs::table).values(row).execute(conn).map(|_| ())
}

/// The question that a vote runs off, and its vote.
pub fn find_run_off_of(
    conn: &mut Conn,
    vote_id: VoteId,
) -> QueryResult<Option<(QuestionId, VoteId)>> {
    vote_run_offs::table
        .inner_join(vote_questions::table.on(vote_questions::id.eq(vote_run_offs::question_id)))
        .filter(vote_run_offs::vote_id.eq(vote_id))
        .select((vote_questions::id, vote_questions::vote_id))
        .first(conn)
        .optional()
}

/// The run-offs of a vote's questions that are not voided.
pub fn list_run_offs(conn: &mut Conn, vote_id: VoteId) -> QueryResult<Vec<RunOffRow>> {
    let of_vote = vote_questions::table
        .filter(vote_questions::vote_id.eq(vote_id))
        .select(vote_questions::id);
    vote_run_offs::table
        .inner_join(votes::table)
        .filter(vote_run_offs::question_id.eq_any(of_vote).and(votes::state.ne(VoteState::Voided)))
        .select((vote_run_offs::vote_id, vote_run_offs::question_id))
        .load(conn)
}
