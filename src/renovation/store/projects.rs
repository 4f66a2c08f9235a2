//! Policies, projects and their steps.

use diesel::{
    BoolExpressionMethods, BoxableExpression, EscapeExpressionMethods, ExpressionMethods,
    OptionalExtension, QueryDsl, QueryResult, RunQueryDsl, SelectableHelper, TextExpressionMethods,
    sql_types::Bool,
};

use crate::kernel::{CommunityId, PolicyPackId, ProjectId};
use crate::platform::{
    auth::Reach,
    db::{
        Conn, MultiBackend, escape_like,
        schema::{policy_packs, project_steps, projects},
    },
};
use crate::renovation::model::{PolicyRow, ProjectFilter, ProjectRow, Stage, StepRow};

/// A version of a policy by its key.
pub fn find_policy_of(conn: &mut Conn, key: &str, version: i32) -> QueryResult<Option<PolicyRow>> {
    policy_packs::table
        .filter(policy_packs::pack_key.eq(key.to_owned()))
        .filter(policy_packs::pack_version.eq(version))
        .select(PolicyRow::as_select())
        .first(conn)
        .optional()
}

/// A version of a policy.
pub fn find_policy(conn: &mut Conn, id: PolicyPackId) -> QueryResult<Option<PolicyRow>> {
    policy_packs::table.find(id).select(PolicyRow::as_select()).first(conn).optional()
}

/// Keeps a version of a policy.
pub fn insert_policy(conn: &mut Conn, row: &PolicyRow) -> QueryResult<()> {
    diesel::insert_into(policy_packs::table).values(row).execute(conn).map(|_| ())
}

/// Keeps a new project.
pub fn insert_project(conn: &mut Conn, row: &ProjectRow) -> QueryResult<()> {
    diesel::insert_into(projects::table).values(row).execute(conn).map(|_| ())
}

/// A project.
pub fn find_project(conn: &mut Conn, id: ProjectId) -> QueryResult<Option<ProjectRow>> {
    projects::table.find(id).select(ProjectRow::as_select()).first(conn).optional()
}

/// Moves a project that nobody changed since; whether it was so.
pub fn set_project(conn: &mut Conn, row: &ProjectRow) -> QueryResult<bool> {
    let seen =
        projects::table.filter(projects::id.eq(row.id)).filter(projects::version.eq(row.version));
    diesel::update(seen)
        .set((
            projects::stage.eq(row.stage),
            projects::resume_stage.eq(row.resume_stage),
            projects::reason.eq(&row.reason),
            projects::substitute_id.eq(row.substitute_id),
            projects::moved_at.eq(row.moved_at),
            projects::version.eq(row.version + 1),
        ))
        .execute(conn)
        .map(|rows| rows == 1)
}

/// Projects within the reach, newest first, after the cursor.
pub fn list_projects(
    conn: &mut Conn,
    reach: &Reach,
    filter: &ProjectFilter,
    (after, limit): (Option<ProjectId>, i64),
) -> QueryResult<Vec<ProjectRow>> {
    let mut query = projects::table.select(ProjectRow::as_select()).into_boxed::<MultiBackend>();
    if !reach.is_everything() {
        query = query.filter(within(reach));
    }
    if let Some(id) = filter.community_id {
        query = query.filter(projects::community_id.eq(id));
    }
    if let Some(stage) = filter.stage {
        query = query.filter(projects::stage.eq(stage));
    }
    if let Some(search) = &filter.search {
        let part = format!("%{}%", escape_like(search));
        query = query.filter(projects::name.like(part).escape('\\'));
    }
    if let Some(after) = after {
        query = query.filter(projects::id.lt(after));
    }
    query.order(projects::id.desc()).limit(limit).load(conn)
}

/// The projects of a community, newest first.
pub fn list_of_community(conn: &mut Conn, id: CommunityId) -> QueryResult<Vec<ProjectRow>> {
    projects::table
        .filter(projects::community_id.eq(id))
        .order(projects::id.desc())
        .select(ProjectRow::as_select())
        .load(conn)
}

/// How many projects within the reach stand in each stage.
pub fn count_stages(conn: &mut Conn, reach: &Reach) -> QueryResult<Vec<(Stage, i64)>> {
    let mut query = projects::table
        .group_by(projects::stage)
        .select((projects::stage, diesel::dsl::count_star()))
        .into_boxed::<MultiBackend>();
    if !reach.is_everything() {
        query = query.filter(within(reach));
    }
    query.load(conn)
}

type Within = Box<dyn BoxableExpression<projects::table, MultiBackend, SqlType = Bool>>;

fn within(reach: &Reach) -> Within {
    let mut condition: Within = Box::new(projects::community_id.eq_any(reach.communities()));
    for division in reach.divisions() {
        let prefix = format!("{}%", escape_like(&division));
        let inside = projects::division_code.like(prefix).escape('\\');
        condition = Box::new(condition.or(inside));
    }
    condition
}

/// Keeps a step.
pub fn insert_step(conn: &mut Conn, row: &StepRow) -> QueryResult<()> {
    diesel::insert_into(project_steps::table).values(row).execute(conn).map(|_| ())
}

/// The steps of a project, in order.
pub fn list_steps(conn: &mut Conn, id: ProjectId) -> QueryResult<Vec<StepRow>> {
    project_steps::table
        .filter(project_steps::project_id.eq(id))
        .order(project_steps::id)
        .select(StepRow::as_select())
        .load(conn)
}
