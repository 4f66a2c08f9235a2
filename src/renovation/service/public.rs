//! A project as everybody may see it.

use serde::Serialize;

use super::{
    drawings,
    plans::{self, PlanDocument, content_of},
};
use crate::consultation::{PublicObjection, list_plan_changes};
use crate::kernel::{
    Code, CommunityId, Outcome, PlanDrawingId, PlanVersionId, ProjectId, Refusal, UtcTime,
};
use crate::platform::db::Conn;
use crate::registry::{RegisterScope, find_scope_place};
use crate::renovation::{
    model::{DrawingRow, PlanChange, PlanState, ProjectCommand, ProjectRow, Stage, StepRow},
    rules::diff::diff,
    store::{plans as plan_store, projects},
};

/// A project in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct PublicSummary {
    /// The project.
    pub project_id: ProjectId,
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub stage: Stage,
    /// When it came there (legal time).
    pub moved_at: UtcTime,
}

impl From<ProjectRow> for PublicSummary {
    fn from(row: ProjectRow) -> Self {
        Self { project_id: row.id, name: row.name, stage: row.stage, moved_at: row.moved_at }
    }
}

/// A step of a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct PublicStep {
    /// What was done.
    pub command: ProjectCommand,
    /// To where.
    pub stage: Stage,
    /// When.
    pub at: UtcTime,
}

/// A fixed version of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct PublicPlan {
    /// The version.
    pub plan_id: PlanVersionId,
    /// SHA-256 of its document.
    pub sha256: String,
    /// When it was fixed.
    pub fixed_at: Option<UtcTime>,
    /// Its text.
    pub document: PlanDocument,
    /// What it changes against the fixed version before, in plain words.
    pub changes: Vec<PlanChange>,
}

/// A project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct PublicProject {
    /// As in a list.
    #[serde(flatten)]
    pub project: PublicSummary,
    /// The community's name.
    pub community: String,
    /// Every step, in order.
    pub steps: Vec<PublicStep>,
    /// The fixed versions of the plan, in order.
    pub plans: Vec<PublicPlan>,
    /// 居民提出 → 方案修改: what residents raised in the community's consultations and by which a plan was
    /// changed, with the version that answers it.
    pub raised_by_residents: Vec<PublicObjection>,
}

fn get(conn: &mut Conn, id: ProjectId) -> Outcome<ProjectRow> {
    projects::find_project(conn, id)?.ok_or_else(|| Refusal::new(Code::NotFound))
}

/// The projects of a community, newest first.
///
/// # Errors
/// Of the database.
pub fn list(conn: &mut Conn, id: CommunityId) -> Outcome<Vec<PublicSummary>> {
    let rows = projects::list_of_community(conn, id)?;
    Ok(rows.into_iter().map(PublicSummary::from).collect())
}

/// A project.
///
/// # Errors
/// `not_found`.
pub fn find(conn: &mut Conn, id: ProjectId) -> Outcome<PublicProject> {
    let row = get(conn, id)?;
    let place = find_scope_place(conn, &RegisterScope::Community(row.community_id))?;
    let steps = projects::list_steps(conn, id)?.into_iter();
    let step =
        |step: StepRow| PublicStep { command: step.command, stage: step.to_stage, at: step.at };
    Ok(PublicProject {
        community: place.map(|place| place.community).unwrap_or_default(),
        steps: steps.map(step).collect(),
        plans: fixed_plans(conn, id)?,
        raised_by_residents: list_plan_changes(conn, row.community_id)?,
        project: row.into(),
    })
}

fn fixed_plans(conn: &mut Conn, id: ProjectId) -> Outcome<Vec<PublicPlan>> {
    let mut before = None;
    let mut found = Vec::new();
    for row in plan_store::list_plans(conn, id)? {
        if row.state == PlanState::Draft {
            continue;
        }
        let content = content_of(conn, &row)?;
        found.push(PublicPlan {
            plan_id: row.id,
            sha256: row.digest.clone(),
            fixed_at: row.fixed_at,
            document: plans::document((id, row.number), &content)?,
            changes: before.as_ref().map(|old| diff(old, &content)).unwrap_or_default(),
        });
        before = Some(content);
    }
    Ok(found)
}

/// A drawing that a fixed plan names, with its image.
///
/// # Errors
/// `not_found`.
pub fn find_drawing(
    conn: &mut Conn,
    (id, drawing_id): (ProjectId, PlanDrawingId),
) -> Outcome<(DrawingRow, Vec<u8>)> {
    let plans = fixed_plans(conn, id)?;
    let mut named = plans.iter().flat_map(|plan| &plan.document.drawings);
    if named.all(|drawing| drawing.drawing_id != drawing_id) {
        return Err(Refusal::new(Code::NotFound));
    }
    drawings::find(conn, (id, drawing_id))
}
