//! The words of an elevator case: states, commands, kinds of objections, commands' contents.

mod rows;

pub use rows::*;
use serde::{Deserialize, Serialize};

use crate::kernel::{Area, CommunityId, EntranceId, Fen, LocalDate, UtcTime};

crate::text_enum! {
    /// The state of an elevator case.
    pub enum CaseState {
        /// 待答复: a household asked; the committee owes an answer within one working day.
        Requested = "requested",
        /// 征询中: plan, vote, objections and signatures are under way.
        Started = "started",
        /// 预留基坑: owners do not agree yet; the pit is kept free.
        ReservedPit = "reserved_pit",
        /// 已签约: every payer signed.
        Agreed = "agreed",
        /// 已撤回: ended without an elevator.
        Withdrawn = "withdrawn",
    }
}

crate::text_enum! {
    /// What people do with an elevator case.
    pub enum CaseCommand {
        /// 申请: a household asks; it opens, joins or revives the case.
        Request = "request",
        /// 启动: the committee answers and begins.
        Start = "start",
        /// 方案: a new version of the cost plan.
        Plan = "plan",
        /// 关联表决: name the votes that the agreement rests on.
        LinkVotes = "link_votes",
        /// 异议: object.
        Object = "object",
        /// 办理异议: record a mediation or the end of an objection.
        Settle = "settle",
        /// 签署: sign the agreement, or check a signature on paper.
        Sign = "sign",
        /// 达成: the last payer signed.
        Conclude = "conclude",
        /// 预留: keep a pit for later.
        Reserve = "reserve",
        /// 重启: take a reserved case up again.
        Reopen = "reopen",
        /// 撤回: end the case.
        Withdraw = "withdraw",
    }
}

crate::text_enum! {
    /// What an elevator is objected to for.
    pub enum ObjectionKind {
        /// 采光.
        Light = "light",
        /// 噪声.
        Noise = "noise",
        /// 贬值.
        Value = "value",
        /// 占用专有空间: needs the owner's own consent.
        PrivateSpace = "private_space",
        /// 其他.
        Other = "other",
    }
}

crate::text_enum! {
    /// How an objection ended.
    pub enum Closing {
        /// 撤回: by whoever filed it.
        Withdrawn = "withdrawn",
        /// 和解: settled by talk or mediation.
        Settled = "settled",
        /// 未和解: no settlement; the next legal way is named.
        Unsettled = "unsettled",
    }
}

crate::text_enum! {
    /// Which way is open after an objection was not settled.
    pub enum NextWay {
        /// 人民调解.
        Mediation = "mediation",
        /// 诉讼.
        Lawsuit = "lawsuit",
    }
}

crate::text_enum! {
    /// What a share is weighted by.
    pub enum ShareBasis {
        /// Coefficient of the floor × area.
        Area = "area",
        /// Coefficient of the floor alone.
        Equal = "equal",
    }
}

crate::text_enum! {
    /// How a signature was given.
    pub enum SignatureChannel {
        /// From the owner's own account.
        Online = "online",
        /// On paper; recorded by one person and checked by another.
        Paper = "paper",
    }
}

crate::text_enum! {
    /// Whether a signature counts.
    pub enum SignatureState {
        /// On paper, not yet checked by a second person.
        Waiting = "waiting",
        /// It counts.
        Valid = "valid",
        /// The second person did not find it right.
        Rejected = "rejected",
    }
}

/// The weight of a floor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Coefficient {
    /// The floor, 1 to 99.
    #[schema(example = 3)]
    pub floor: i32,
    /// Its coefficient in 1/1000, 0 to 100,000: 700 is 0.7.
    #[schema(example = 700)]
    pub per_mille: i32,
}

/// What is to be shared, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cost {
    /// The whole cost.
    pub cost: Fen,
    /// What is paid by others and deducted first.
    pub subsidy: Fen,
    /// By area or not.
    pub basis: ShareBasis,
    /// The coefficient of each floor.
    pub coefficients: Vec<Coefficient>,
}

/// A unit that a cost is shared over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharingUnit {
    /// 房号.
    pub code: String,
    /// Its floor, where it is known.
    pub floor: Option<i32>,
    /// Its area, where the register knows it.
    pub area: Option<Area>,
}

/// What a unit pays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = ElevatorShare)]
pub struct Share {
    /// 房号.
    pub unit_code: String,
    /// 楼层.
    pub floor: i32,
    /// 专有部分面积, where the register knows it.
    pub area: Option<Area>,
    /// In 1/1000.
    pub per_mille: i32,
    /// What it pays.
    pub share: Fen,
    /// Which private space of the unit is used, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub private_space: Option<String>,
}

/// Where a table of coefficients comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CoefficientSource {
    /// A shipped scheme.
    Scheme(String),
    /// A table of its own.
    Table(Vec<Coefficient>),
}

/// The floor of a unit.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnitFloor {
    /// 房号.
    #[schema(example = "1-1-301")]
    pub unit_code: String,
    /// Its floor, 1 to 99.
    #[schema(example = 3)]
    pub floor: i32,
}

/// Private space of a unit that the elevator uses.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PrivateSpace {
    /// 房号.
    #[schema(example = "1-1-101")]
    pub unit_code: String,
    /// What is used, 1 to 500 characters.
    #[schema(example = "一楼小院东侧 1.2 米")]
    pub what: String,
}

/// A new version of a cost plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPlan {
    /// The whole cost.
    pub cost: Fen,
    /// What is deducted first.
    pub subsidy: Fen,
    /// By area or not.
    pub basis: ShareBasis,
    /// The coefficients.
    pub coefficients: CoefficientSource,
    /// The floor of each unit.
    pub floors: Vec<UnitFloor>,
    /// Private space that is used.
    pub private_space: Vec<PrivateSpace>,
    /// Upkeep, electricity, whatever else is agreed.
    pub terms: String,
}

/// What may be tried without commitment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// The whole cost.
    pub cost: Fen,
    /// What is deducted first.
    pub subsidy: Fen,
    /// The floor of each unit; those of the newest plan where it is empty.
    pub floors: Vec<UnitFloor>,
    /// Named alternatives.
    pub alternatives: Vec<(String, ShareBasis, CoefficientSource)>,
}

/// A household's request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRequest {
    /// The entrance.
    pub entrance_id: EntranceId,
    /// The unit; an owner with one unit there need not say it.
    pub unit_code: Option<String>,
    /// What was said.
    pub note: Option<String>,
}

/// An objection to be filed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewObjection {
    /// What for.
    pub kind: ObjectionKind,
    /// The unit; an owner with one unit there need not say it.
    pub unit_code: Option<String>,
    /// What is objected to, and why.
    pub text: String,
}

/// A mediation to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMediation {
    /// When it was held.
    pub held_on: LocalDate,
    /// Who mediated, and who took part.
    pub mediators: String,
    /// What came of it.
    pub outcome: String,
    /// Where the signed note is kept.
    pub signed_note: Option<String>,
}

/// The end of an objection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewClosing {
    /// How it ended.
    pub closing: Closing,
    /// Why.
    pub reason: String,
    /// The next legal way, where it was not settled.
    pub next_way: Option<NextWay>,
}

/// A signature under the text of a digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSignature {
    /// SHA-256 of the text that was read.
    pub digest: String,
    /// The unit; an owner with one unit there need not say it.
    pub unit_code: Option<String>,
    /// Whether the owner says expressly that the private space may be used.
    pub private_space_consent: Consent,
    /// Who signed on paper.
    pub signer_name: Option<String>,
}

/// Whether something was said expressly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    /// It was said.
    Given,
    /// Nothing was said.
    Silent,
}

/// What a list of cases is narrowed by.
#[derive(Debug, Clone, Default)]
pub struct CaseFilter {
    /// One community only.
    pub community_id: Option<CommunityId>,
    /// One state only.
    pub state: Option<CaseState>,
    /// Only those whose answer is overdue, or only the others.
    pub overdue: Option<bool>,
    /// A part of the name.
    pub search: Option<String>,
    /// Now, for what is overdue.
    pub now: Option<UtcTime>,
}
