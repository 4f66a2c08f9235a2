//! Rectification tasks.

use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, RunQueryDsl, SelectableHelper,
};

use crate::kernel::{SurveyId, SurveyTaskId};
use crate::platform::db::{Conn, schema::survey_tasks};
use crate::survey::model::{TaskRow, TaskState};

/// Keeps tasks.
pub fn insert_tasks(conn: &mut Conn, rows: &[TaskRow]) -> QueryResult<()> {
    crate::insert_many!(conn, survey_tasks::table, rows)
}

/// A task.
pub fn find_task(conn: &mut Conn, id: SurveyTaskId) -> QueryResult<Option<TaskRow>> {
    survey_tasks::table.find(id).select(TaskRow::as_select()).first(conn).optional()
}

/// The tasks of a survey, in their order.
pub fn list_tasks(conn: &mut Conn, id: SurveyId) -> QueryResult<Vec<TaskRow>> {
    survey_tasks::table
        .filter(survey_tasks::survey_id.eq(id))
        .order(survey_tasks::position)
        .select(TaskRow::as_select())
        .load(conn)
}

/// Moves a task that still stands in that state; whether it did.
pub fn set_task(conn: &mut Conn, before: TaskState, row: &TaskRow) -> QueryResult<bool> {
    let seen = survey_tasks::table
        .filter(survey_tasks::id.eq(row.id))
        .filter(survey_tasks::state.eq(before));
    diesel::update(seen)
        .set((
            survey_tasks::state.eq(row.state),
            survey_tasks::evidence.eq(&row.evidence),
            survey_tasks::done_by.eq(row.done_by),
            survey_tasks::doer_name.eq(&row.doer_name),
            survey_tasks::done_at.eq(row.done_at),
            survey_tasks::confirmed_by.eq(row.confirmed_by),
            survey_tasks::confirmer_name.eq(&row.confirmer_name),
            survey_tasks::confirmed_at.eq(row.confirmed_at),
        ))
        .execute(conn)
        .map(|rows| rows == 1)
}
