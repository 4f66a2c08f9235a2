//! Versions of plans with their items.

use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, RunQueryDsl, SelectableHelper,
};

use crate::kernel::{PlanVersionId, ProjectId};
use crate::platform::db::{
    Conn,
    schema::{plan_items, plan_versions},
};
use crate::renovation::model::{PlanItemRow, PlanRow, PlanState};

/// Keeps a draft with its items.
pub fn insert_plan(conn: &mut Conn, row: &PlanRow, items: &[PlanItemRow]) -> QueryResult<()> {
    diesel::insert_into(plan_versions::table).values(row).execute(conn)?;
    crate::insert_many!(conn, plan_items::table, items)
}

/// Puts another content into a draft; whether it is one.
pub fn replace_draft(conn: &mut Conn, row: &PlanRow, items: &[PlanItemRow]) -> QueryResult<bool> {
    let draft = plan_versions::table
        .filter(plan_versions::id.eq(row.id))
        .filter(plan_versions::state.eq(PlanState::Draft));
    let changed = diesel::update(draft)
        .set((
            plan_versions::funding.eq(&row.funding),
            plan_versions::management_model.eq(row.management_model),
            plan_versions::starts_on.eq(row.starts_on),
            plan_versions::ends_on.eq(row.ends_on),
            plan_versions::note.eq(&row.note),
            plan_versions::cost.eq(row.cost),
            plan_versions::digest.eq(&row.digest),
            plan_versions::canonical.eq(&row.canonical),
            plan_versions::drawings.eq(&row.drawings),
        ))
        .execute(conn)?;
    if changed != 1 {
        return Ok(false);
    }
    let old = plan_items::table.filter(plan_items::plan_version_id.eq(row.id));
    diesel::delete(old).execute(conn)?;
    crate::insert_many!(conn, plan_items::table, items)?;
    Ok(true)
}

/// Fixes a draft of that digest; whether there was one.
pub fn fix_plan(conn: &mut Conn, row: &PlanRow) -> QueryResult<bool> {
    let draft = plan_versions::table
        .filter(plan_versions::id.eq(row.id))
        .filter(plan_versions::state.eq(PlanState::Draft))
        .filter(plan_versions::digest.eq(&row.digest));
    diesel::update(draft)
        .set((
            plan_versions::state.eq(PlanState::Fixed),
            plan_versions::fixer_name.eq(&row.fixer_name),
            plan_versions::fixed_at.eq(row.fixed_at),
        ))
        .execute(conn)
        .map(|rows| rows == 1)
}

/// A version of a project's plan.
pub fn find_plan(
    conn: &mut Conn,
    project_id: ProjectId,
    id: PlanVersionId,
) -> QueryResult<Option<PlanRow>> {
    plan_versions::table
        .filter(plan_versions::project_id.eq(project_id))
        .filter(plan_versions::id.eq(id))
        .select(PlanRow::as_select())
        .first(conn)
        .optional()
}

/// The newest fixed version of a project's plan.
pub fn find_fixed(conn: &mut Conn, project_id: ProjectId) -> QueryResult<Option<PlanRow>> {
    plan_versions::table
        .filter(plan_versions::project_id.eq(project_id))
        .filter(plan_versions::state.eq(PlanState::Fixed))
        .order(plan_versions::number.desc())
        .select(PlanRow::as_select())
        .first(conn)
        .optional()
}

/// All versions of a project's plan, in order.
pub fn list_plans(conn: &mut Conn, project_id: ProjectId) -> QueryResult<Vec<PlanRow>> {
    plan_versions::table
        .filter(plan_versions::project_id.eq(project_id))
        .order(plan_versions::number)
        .select(PlanRow::as_select())
        .load(conn)
}

/// The items of a version, in order.
pub fn list_items(conn: &mut Conn, id: PlanVersionId) -> QueryResult<Vec<PlanItemRow>> {
    plan_items::table
        .filter(plan_items::plan_version_id.eq(id))
        .order(plan_items::position)
        .select(PlanItemRow::as_select())
        .load(conn)
}
