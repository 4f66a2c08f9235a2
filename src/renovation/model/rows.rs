//! The rows of the slice's tables.

use diesel::{Insertable, Queryable, Selectable};

use super::{ManagementModel, PlanState, ProjectCommand, RequirementKind, Stage};
use crate::kernel::{
    BuildingId, CommunityId, EntranceId, EvidenceId, Fen, ItemId, LocalDate, PlanItemId,
    PlanVersionId, PolicyPackId, ProjectId, ProjectStepId, ReferenceId, UtcTime,
};
use crate::platform::db::schema::{
    plan_items, plan_versions, policy_packs, project_evidence, project_steps, projects,
};

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = policy_packs)]
pub struct PolicyRow {
    pub id: PolicyPackId,
    pub pack_key: String,
    pub pack_version: i32,
    pub digest: String,
    pub body: String,
    pub created_at: UtcTime,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = projects)]
#[diesel(treat_none_as_default_value = false)]
pub struct ProjectRow {
    pub id: ProjectId,
    pub division_code: String,
    pub community_id: CommunityId,
    pub policy_pack_id: PolicyPackId,
    pub name: String,
    pub stage: Stage,
    pub resume_stage: Option<Stage>,
    pub reason: Option<String>,
    pub substitute_id: Option<ProjectId>,
    pub creator_name: String,
    pub created_at: UtcTime,
    pub moved_at: UtcTime,
    pub version: i32,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = project_steps)]
#[diesel(treat_none_as_default_value = false)]
pub struct StepRow {
    pub id: ProjectStepId,
    pub project_id: ProjectId,
    pub command: ProjectCommand,
    pub from_stage: Option<Stage>,
    pub to_stage: Stage,
    pub reason: Option<String>,
    pub proof: Option<String>,
    pub actor_name: String,
    pub at: UtcTime,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = plan_versions)]
#[diesel(treat_none_as_default_value = false)]
pub struct PlanRow {
    pub id: PlanVersionId,
    pub project_id: ProjectId,
    pub number: i32,
    pub state: PlanState,
    pub funding: String,
    pub management_model: Option<ManagementModel>,
    pub starts_on: Option<LocalDate>,
    pub ends_on: Option<LocalDate>,
    pub note: String,
    pub cost: Fen,
    pub digest: String,
    pub canonical: String,
    pub author_name: String,
    pub created_at: UtcTime,
    pub fixer_name: Option<String>,
    pub fixed_at: Option<UtcTime>,
    pub drawings: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = plan_items)]
#[diesel(treat_none_as_default_value = false)]
pub struct PlanItemRow {
    pub id: PlanItemId,
    pub plan_version_id: PlanVersionId,
    pub position: i32,
    pub code: String,
    pub quantity: i64,
    pub building_id: Option<BuildingId>,
    pub entrance_id: Option<EntranceId>,
    pub cost: Fen,
    pub mandatory: bool,
    pub note: String,
    pub chosen: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = project_evidence)]
#[diesel(treat_none_as_default_value = false)]
pub struct EvidenceRow {
    pub id: EvidenceId,
    pub project_id: ProjectId,
    pub requirement: String,
    pub kind: RequirementKind,
    pub reference_id: Option<ReferenceId>,
    pub plan_version_id: Option<PlanVersionId>,
    pub starts_on: Option<LocalDate>,
    pub place: Option<String>,
    pub model: Option<ManagementModel>,
    pub title: Option<String>,
    pub number: Option<String>,
    pub sha256: Option<String>,
    pub withdraws_id: Option<EvidenceId>,
    pub reason: Option<String>,
    pub recorder_name: String,
    pub recorded_at: UtcTime,
    pub item_id: Option<ItemId>,
}
