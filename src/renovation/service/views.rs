//! Projects as they are shown.

use serde::Serialize;

use super::{facts::newest_plan, policies::pinned};
use crate::kernel::{
    CommunityId, Outcome, PlanVersionId, PolicyPackId, ProjectId, Refusal, UtcTime,
};
use crate::platform::db::Conn;
use crate::registry::{RegisterScope, find_scope_place};
use crate::renovation::{
    model::{Finding, FixedPlan, ProjectCommand, ProjectRow, Stage, StepRow},
    rules::stage::commands,
    store::projects,
};

/// A project in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ProjectSummary {
    /// The project.
    pub id: ProjectId,
    /// The community.
    pub community_id: CommunityId,
    /// The name.
    pub name: String,
    /// Where it stands.
    pub stage: Stage,
    /// Where a suspended project goes on.
    pub resume_stage: Option<Stage>,
    /// Why it was suspended, withdrawn or substituted.
    pub reason: Option<String>,
    /// The project that took its place.
    pub substitute_id: Option<ProjectId>,
    /// Who created it.
    pub created_by: String,
    /// When (legal time, as all of these).
    pub created_at: UtcTime,
    /// When it came to its stage.
    pub moved_at: UtcTime,
    /// Its version, for `If-Match`.
    pub version: i32,
}

impl From<ProjectRow> for ProjectSummary {
    fn from(row: ProjectRow) -> Self {
        Self {
            id: row.id,
            community_id: row.community_id,
            name: row.name,
            stage: row.stage,
            resume_stage: row.resume_stage,
            reason: row.reason,
            substitute_id: row.substitute_id,
            created_by: row.creator_name,
            created_at: row.created_at,
            moved_at: row.moved_at,
            version: row.version,
        }
    }
}

/// The policy that a project pinned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct PinnedPolicy {
    /// The stored version.
    pub id: PolicyPackId,
    /// Its key.
    pub key: String,
    /// Its version.
    pub version: i32,
    /// Its name in Chinese.
    pub name: String,
    /// In English.
    pub name_en: String,
    /// SHA-256 of its canonical JSON.
    pub digest: String,
    /// What a user must be told.
    pub cautions: Vec<String>,
}

/// The plan that stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct PlanRef {
    /// The version.
    pub plan_id: PlanVersionId,
    /// Its number.
    pub number: i32,
    /// SHA-256 of its document.
    pub sha256: String,
    /// When it was fixed.
    pub fixed_at: UtcTime,
}

impl From<FixedPlan> for PlanRef {
    fn from(plan: FixedPlan) -> Self {
        let FixedPlan { id, number, sha256, fixed_at } = plan;
        Self { plan_id: id, number, sha256, fixed_at }
    }
}

/// A step that a project took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ProjectStepView {
    /// What was done.
    pub command: ProjectCommand,
    /// From where.
    pub from_stage: Option<Stage>,
    /// To where.
    pub to_stage: Stage,
    /// Why.
    pub reason: Option<String>,
    /// What was met when the gate was passed.
    pub met: Vec<Finding>,
    /// Who.
    pub by: String,
    /// When.
    pub at: UtcTime,
}

/// A project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ProjectView {
    /// As in a list.
    #[serde(flatten)]
    pub project: ProjectSummary,
    /// The community's name.
    pub community: String,
    /// What the project must meet.
    pub policy: PinnedPolicy,
    /// The newest fixed plan.
    pub current_plan: Option<PlanRef>,
    /// What may be done now, requirements apart.
    pub commands: Vec<ProjectCommand>,
    /// Every step, in order.
    pub steps: Vec<ProjectStepView>,
}

fn step_view(row: StepRow) -> Outcome<ProjectStepView> {
    let met = match &row.proof {
        Some(text) => serde_json::from_str(text).map_err(Refusal::internal)?,
        None => Vec::new(),
    };
    Ok(ProjectStepView {
        command: row.command,
        from_stage: row.from_stage,
        to_stage: row.to_stage,
        reason: row.reason,
        met,
        by: row.actor_name,
        at: row.at,
    })
}

/// A project in full.
///
/// # Errors
/// Of the database.
pub fn view(conn: &mut Conn, row: ProjectRow) -> Outcome<ProjectView> {
    let (policy, pack) = pinned(conn, row.policy_pack_id)?;
    let place = find_scope_place(conn, &RegisterScope::Community(row.community_id))?;
    let steps = projects::list_steps(conn, row.id)?;
    Ok(ProjectView {
        community: place.map(|place| place.community).unwrap_or_default(),
        policy: PinnedPolicy {
            id: policy.id,
            key: policy.pack_key,
            version: policy.pack_version,
            name: pack.name.clone(),
            name_en: pack.name_en.clone(),
            digest: policy.digest,
            cautions: pack.cautions.clone(),
        },
        current_plan: newest_plan(conn, row.id)?.map(Into::into),
        commands: commands(row.stage).to_vec(),
        steps: steps.into_iter().map(step_view).collect::<Outcome<_>>()?,
        project: row.into(),
    })
}
