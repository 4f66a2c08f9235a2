//! Deadlines: kept when a project moves, settled by the clock.

use diesel::{ExpressionMethods, QueryDsl, QueryResult, RunQueryDsl, SelectableHelper};

use crate::kernel::{ProjectDeadlineId, ProjectId, UtcTime};
use crate::platform::db::{Conn, schema::project_deadlines};
use crate::renovation::model::{DeadlineKind, DeadlineRow, DeadlineState};

/// Keeps deadlines.
pub fn insert(conn: &mut Conn, rows: &[DeadlineRow]) -> QueryResult<()> {
    crate::insert_many!(conn, project_deadlines::table, rows)
}

/// Lets the deadlines of the stage that a project left lapse.
pub fn lapse_stage(conn: &mut Conn, id: ProjectId, now: UtcTime) -> QueryResult<()> {
    let waiting = project_deadlines::table
        .filter(project_deadlines::project_id.eq(id))
        .filter(project_deadlines::state.eq(DeadlineState::Waiting))
        .filter(project_deadlines::kind.ne(DeadlineKind::PublicityOver));
    diesel::update(waiting)
        .set((
            project_deadlines::state.eq(DeadlineState::Lapsed),
            project_deadlines::settled_at.eq(Some(now)),
        ))
        .execute(conn)
        .map(|_| ())
}

/// Settles a deadline that still waits; whether it did.
pub fn settle(
    conn: &mut Conn,
    id: ProjectDeadlineId,
    (state, now): (DeadlineState, UtcTime),
) -> QueryResult<bool> {
    let waiting = project_deadlines::table
        .filter(project_deadlines::id.eq(id))
        .filter(project_deadlines::state.eq(DeadlineState::Waiting));
    diesel::update(waiting)
        .set((project_deadlines::state.eq(state), project_deadlines::settled_at.eq(Some(now))))
        .execute(conn)
        .map(|rows| rows == 1)
}

/// Deadlines whose moment has come, the earliest first, at the most so many.
pub fn list_due(conn: &mut Conn, now: UtcTime, limit: i64) -> QueryResult<Vec<DeadlineRow>> {
    project_deadlines::table
        .filter(project_deadlines::state.eq(DeadlineState::Waiting))
        .filter(project_deadlines::fires_at.le(now))
        .order((project_deadlines::fires_at, project_deadlines::id))
        .limit(limit)
        .select(DeadlineRow::as_select())
        .load(conn)
}

/// The deadlines of a project, by their moments.
pub fn list(conn: &mut Conn, id: ProjectId) -> QueryResult<Vec<DeadlineRow>> {
    project_deadlines::table
        .filter(project_deadlines::project_id.eq(id))
        .order((project_deadlines::fires_at, project_deadlines::id))
        .select(DeadlineRow::as_select())
        .load(conn)
}
