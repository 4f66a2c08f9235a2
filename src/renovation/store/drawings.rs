//! Drawings of plans: kept for good.

use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, RunQueryDsl, SelectableHelper,
};

use crate::kernel::{PlanDrawingId, ProjectId};
use crate::platform::db::{Conn, schema::plan_drawings};
use crate::renovation::model::{DrawingRow, NewDrawing};

/// Keeps a drawing.
pub fn insert(conn: &mut Conn, row: &NewDrawing<'_>) -> QueryResult<()> {
    diesel::insert_into(plan_drawings::table).values(row).execute(conn).map(|_| ())
}

/// The drawings of a project, in order.
pub fn list(conn: &mut Conn, id: ProjectId) -> QueryResult<Vec<DrawingRow>> {
    plan_drawings::table
        .filter(plan_drawings::project_id.eq(id))
        .order(plan_drawings::id)
        .select(DrawingRow::as_select())
        .load(conn)
}

/// A drawing of a project with its image.
pub fn find(
    conn: &mut Conn,
    (project_id, id): (ProjectId, PlanDrawingId),
) -> QueryResult<Option<(DrawingRow, Vec<u8>)>> {
    plan_drawings::table
        .filter(plan_drawings::project_id.eq(project_id))
        .filter(plan_drawings::id.eq(id))
        .select((DrawingRow::as_select(), plan_drawings::content))
        .first(conn)
        .optional()
}
