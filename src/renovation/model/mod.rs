//! The words of a renovation project: stages, commands, requirements, plans, what is asked for.

mod chosen;
mod deadline;
mod drawing;
mod findings;
mod policy;
mod ports;
mod quantity;
mod rows;

pub use chosen::*;
pub use deadline::*;
pub use drawing::*;
pub use findings::*;
pub use policy::*;
pub use ports::*;
pub use quantity::Quantity;
pub use rows::*;

use crate::kernel::{
    BuildingId, CommunityId, EntranceId, Fen, ItemId, LocalDate, ProjectId, ReferenceId, VoteId,
};

crate::text_enum! {
    /// The stage of a project; `docs/state-machines/project-stages.md` draws it.
    pub enum Stage {
        /// 申报: somebody asked for the renovation.
        Applied = "applied",
        /// 摸底: the community was surveyed.
        Surveyed = "surveyed",
        /// 意愿达成: the owners want it.
        Consented = "consented",
        /// 方案设计: a plan is drawn up.
        Designed = "designed",
        /// 联合审查: the departments reviewed the plan.
        Reviewed = "reviewed",
        /// 方案通过: the plan is decided.
        Approved = "approved",
        /// 入库: in the project library.
        InLibrary = "in_library",
        /// 年度计划: in the annual programme.
        InProgramme = "in_programme",
        /// 施工: works have begun.
        Building = "building",
        /// 竣工验收: accepted.
        Accepted = "accepted",
        /// 质保: in warranty.
        InWarranty = "in_warranty",
        /// 长效管理: handed over to the long-term management.
        Maintained = "maintained",
        /// 暂停: goes on where it stood.
        Suspended = "suspended",
        /// 撤回: ended, with the reason.
        Withdrawn = "withdrawn",
        /// 被替补: another project of the library took its place in the programme.
        Substituted = "substituted",
    }
}

crate::text_enum! {
    /// What people do with a project.
    pub enum ProjectCommand {
        /// 申报.
        Create = "create",
        /// 进入下一阶段: only where everything that the policy asks for is met.
        Advance = "advance",
        /// 暂停.
        Suspend = "suspend",
        /// 恢复.
        Resume = "resume",
        /// 撤回.
        Withdraw = "withdraw",
        /// 替补: name the project that takes the place.
        Substitute = "substitute",
    }
}

crate::text_enum! {
    /// Whether a version of a plan may still change.
    pub enum PlanState {
        /// 草案.
        Draft = "draft",
        /// 已固定: it never changes.
        Fixed = "fixed",
    }
}

crate::text_enum! {
    /// How the community is managed after the renovation 改造后的管理模式.
    pub enum ManagementModel {
        /// 物业服务企业.
        PropertyCompany = "property_company",
        /// 业主自管.
        OwnersThemselves = "owners_themselves",
        /// 社区托管.
        CommunityTrust = "community_trust",
        /// 其他.
        Other = "other",
    }
}

crate::text_enum! {
    /// The classes of 国办发〔2020〕23号.
    pub enum ContentClass {
        /// 基础类: safety and basic needs.
        Basic = "basic",
        /// 完善类: convenience and improvement.
        Improvement = "improvement",
        /// 提升类: services.
        Upgrade = "upgrade",
    }
}

/// An item that a plan may hold.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContentItem {
    /// Its code.
    pub code: String,
    /// Its class.
    pub class: ContentClass,
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
    /// The unit of its quantity.
    pub unit: String,
}

/// A change between two versions of a plan.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct PlanChange {
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

impl PlanChange {
    /// A change in both languages.
    #[must_use]
    pub const fn new(zh: String, en: String) -> Self {
        Self { zh, en }
    }
}

/// A project to be created.
#[derive(Debug, Clone)]
pub struct NewProject {
    /// The community.
    pub community_id: CommunityId,
    /// The key of the policy pack.
    pub policy: String,
    /// The name.
    pub name: String,
}

/// What a list of projects is narrowed by.
#[derive(Debug, Clone, Default)]
pub struct ProjectFilter {
    /// One community only.
    pub community_id: Option<CommunityId>,
    /// One stage only.
    pub stage: Option<Stage>,
    /// A part of the name.
    pub search: Option<String>,
}

/// What is done to a project beside the main line, with its reason.
#[derive(Debug, Clone)]
pub enum Aside {
    /// Suspend.
    Suspend(String),
    /// Go on.
    Resume(String),
    /// End.
    Withdraw(String),
    /// Replaced by a project of the library.
    Substitute(String, ProjectId),
}

/// An item of a plan as it is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPlanItem {
    /// Its code in the catalogue.
    pub code: String,
    /// How much, in the catalogue's unit.
    pub quantity: Quantity,
    /// In this building.
    pub building_id: Option<BuildingId>,
    /// At this entrance.
    pub entrance_id: Option<EntranceId>,
    /// The estimate.
    pub cost: Fen,
    /// Whether it must be done.
    pub mandatory: bool,
    /// What else is to be said.
    pub note: String,
    /// By which vote or survey it was chosen.
    pub chosen: Option<Chosen>,
}

/// The content of a plan's version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanContent {
    /// Who is to pay what.
    pub funding: String,
    /// How it is managed afterwards.
    pub management_model: Option<ManagementModel>,
    /// When works are to begin.
    pub starts_on: Option<LocalDate>,
    /// When they are to end.
    pub ends_on: Option<LocalDate>,
    /// What else is to be said.
    pub note: String,
    /// The items.
    pub items: Vec<NewPlanItem>,
    /// The drawings and pictures.
    pub drawings: Vec<PlanDrawing>,
}

/// A document by its SHA-256.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentProof {
    /// Its title.
    pub title: String,
    /// Its number 文号.
    pub number: Option<String>,
    /// SHA-256 of the file, lower-case hex.
    pub sha256: String,
}

/// What is shown for a requirement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewProof {
    /// A survey.
    Survey(ReferenceId),
    /// A vote, with the item that decides; its only fitting one where none is named.
    Vote(VoteId, Option<ItemId>),
    /// A publicity: its first day and its place.
    Publicity(LocalDate, String),
    /// A document.
    Document(DocumentProof),
    /// A management model, by a vote or by a recorded decision.
    Model(ManagementModel, ModelProof),
}

/// How a management model was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ModelProof {
    /// By a vote, with the item that decides; its only one where none is named.
    Vote(VoteId, Option<ItemId>),
    /// By a decision on paper.
    Document(DocumentProof),
}
