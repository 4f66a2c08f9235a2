//! Projects with the items of their newest fixed plans.

use diesel::{
    EscapeExpressionMethods, ExpressionMethods, QueryDsl, QueryResult, RunQueryDsl,
    SelectableHelper, TextExpressionMethods,
};

use crate::kernel::{PlanVersionId, ProjectId};
use crate::platform::db::{
    Conn, MultiBackend, escape_like,
    schema::{plan_items, plan_versions, projects},
};
use crate::renovation::model::{PlanItemRow, PlanState, ProjectRow, Stage};

/// Stages in which no money is given any more.
const ENDED: [Stage; 2] = [Stage::Withdrawn, Stage::Substituted];

/// Projects within a division that were not given up, oldest first, after the cursor.
pub fn list_within(
    conn: &mut Conn,
    division: &str,
    (after, limit): (Option<ProjectId>, i64),
) -> QueryResult<Vec<ProjectRow>> {
    let prefix = format!("{}%", escape_like(division));
    let mut query = projects::table
        .select(ProjectRow::as_select())
        .filter(projects::division_code.like(prefix).escape('\\'))
        .filter(projects::stage.ne_all(ENDED))
        .into_boxed::<MultiBackend>();
    if let Some(after) = after {
        query = query.filter(projects::id.gt(after));
    }
    query.order(projects::id).limit(limit).load(conn)
}

/// The fixed versions of some projects' plans, newest first.
pub fn list_fixed(
    conn: &mut Conn,
    ids: &[ProjectId],
) -> QueryResult<Vec<(ProjectId, PlanVersionId)>> {
    plan_versions::table
        .filter(plan_versions::project_id.eq_any(ids.to_vec()))
        .filter(plan_versions::state.eq(PlanState::Fixed))
        .order(plan_versions::number.desc())
        .select((plan_versions::project_id, plan_versions::id))
        .load(conn)
}

/// The items of some versions, each in order.
pub fn list_items_of(conn: &mut Conn, ids: &[PlanVersionId]) -> QueryResult<Vec<PlanItemRow>> {
    plan_items::table
        .filter(plan_items::plan_version_id.eq_any(ids.to_vec()))
        .order((plan_items::plan_version_id, plan_items::position))
        .select(PlanItemRow::as_select())
        .load(conn)
}
