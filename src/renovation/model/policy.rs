//! The policy pack 政策包: what each stage requires in a district, each line with its clause and how
//! far it may be trusted. A project pins one version.

use serde::{Deserialize, Serialize};

use super::Stage;
pub use crate::consultation::PledgeKind;
use crate::kernel::{LocalDate, Ratio};
use crate::voting::{Basis, ItemClass};

crate::text_enum! {
    /// The kinds of requirements; closed.
    pub enum RequirementKind {
        /// 方案已固定.
        PlanFixed = "plan_fixed",
        /// 问卷关口.
        SurveyGate = "survey_gate",
        /// 业主表决.
        ConfirmedVote = "confirmed_vote",
        /// 公示.
        Publicity = "publicity",
        /// 联合审查.
        JointReview = "joint_review",
        /// 承诺.
        Pledges = "pledges",
        /// 管理模式.
        ManagementModel = "management_model",
        /// 文件.
        Document = "document",
    }
}

crate::text_enum! {
    /// A gate that a survey opens (河北).
    pub enum Gate {
        /// 纳入改造: agree to be included.
        Include = "include",
        /// 征求意见: were heard.
        Consult = "consult",
        /// 方案通过: are for the plan.
        Adopt = "adopt",
        /// 验收满意: are satisfied.
        Accept = "accept",
    }
}

crate::text_enum! {
    /// What a gate's share is of.
    pub enum GateBase {
        /// All households of the roll.
        Households = "households",
        /// Valid answers.
        Answers = "answers",
    }
}

crate::text_enum! {
    /// What a vote must have decided.
    pub enum VoteAbout {
        /// The project's current plan version, by its SHA-256.
        Plan = "plan",
        /// Whether to renovate, or what: no version of a plan is bound.
        Wish = "wish",
    }
}

crate::text_enum! {
    /// Among whom a vote must have been held.
    pub enum Among {
        /// All owners of the community.
        Community = "community",
        /// Owners of the community or of a part of it.
        Part = "part",
    }
}

/// What must be there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum Need {
    /// A fixed version of the plan.
    PlanFixed {},
    /// A closed survey whose share reaches the line.
    SurveyGate {
        /// Which gate.
        gate: Gate,
        /// What the share is of.
        of: GateBase,
        /// At least this.
        share: Ratio,
        /// Valid answers of all households, at least this.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        coverage: Option<Ratio>,
    },
    /// A vote that is confirmed and passed.
    ConfirmedVote {
        /// On what.
        about: VoteAbout,
        /// Among whom.
        among: Among,
        /// An item of this class.
        class: ItemClass,
    },
    /// A publicity that is over; its last day moves to a working day.
    Publicity {
        /// Its days; the first is not counted.
        days: u32,
        /// Whether it is of the current plan version.
        of_plan: bool,
        /// The vote after whose confirmation it begins.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<String>,
    },
    /// A closed joint review of the current plan version.
    JointReview {
        /// The departments that take part.
        departments: Vec<String>,
    },
    /// Households whose pledges of all these kinds stand.
    Pledges {
        /// What they pledge.
        of: Vec<PledgeKind>,
        /// At least this share of all households.
        share: Ratio,
    },
    /// A decision on how the community is managed afterwards.
    ManagementModel {},
    /// A document.
    Document {},
}

/// A requirement of a stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// Its name for machines, once in a pack.
    pub key: String,
    /// In Chinese.
    pub title: String,
    /// In English.
    pub title_en: String,
    /// Who has to bring it, in Chinese and English.
    pub by: String,
    /// What must be there.
    pub need: Need,
    /// The text that asks for it, or that nothing does.
    pub clause: String,
    /// How far the clause may be trusted.
    pub basis: Basis,
    /// What a reader should know beside it, in Chinese and English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What must be met before a stage begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StageRule {
    /// The stage.
    pub stage: Stage,
    /// Days within which it should be reached from the stage before; the last moves to a working day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within_days: Option<u32>,
    /// What it requires.
    #[serde(default)]
    pub requires: Vec<Requirement>,
}

/// How far a plan may change before what was decided on it must be decided anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeOrders {
    /// The changed costs together, of the whole estimate, at the most.
    pub cost: Ratio,
    /// The text that says so, or that nothing does.
    pub clause: String,
    /// How far the clause may be trusted.
    pub basis: Basis,
}

/// One version of a policy pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicyPack {
    /// Its name for machines.
    pub id: String,
    /// Counts up from 1; a used version never changes.
    pub version: u32,
    /// Its name in Chinese.
    pub name: String,
    /// Its name in English.
    pub name_en: String,
    /// The first day on which a project may pin it.
    pub effective_from: LocalDate,
    /// The last day on which a project may pin it; absent while it is in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective_until: Option<LocalDate>,
    /// Codes of the divisions whose projects may pin it, each with all below it; every one where empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub divisions: Vec<String>,
    /// Change orders; absent where every change of the plan is decided anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change_orders: Option<ChangeOrders>,
    /// The rule pack of votes by which timelines are reckoned.
    pub vote_pack: String,
    /// What a user must be told, each in Chinese and English.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cautions: Vec<String>,
    /// The stages after the first, in order, each with what it requires.
    #[serde(rename = "stage")]
    pub stages: Vec<StageRule>,
}
