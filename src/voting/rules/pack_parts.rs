//! Parts of a rule pack that only some places have: rules of procedure, silence, decisions that need
//! several votes. What the engine does not do yet is refused in `pack_use`, never passed over.

use serde::{Deserialize, Serialize};

use crate::{
    kernel::{LocalDate, Ratio, Threshold},
    voting::{
        model::{Basis, IdentityGrade, RankBy, SilentRule, TieRule, VoteScope},
        rules::pack::{PeriodRule, Sourced},
    },
};

/// Rules of procedure. Absent means: no rule of the place, our default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Procedure {
    /// The shorter notice of an extra meeting 临时会议. Told, not used: every vote has the full notice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notice_extra: Option<Sourced<PeriodRule>>,
    /// Whether paper ballots are taken; yes where nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paper_allowed: Option<Sourced<bool>>,
    /// How many owners one agent may stand for; no limit where nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxy_limit: Option<Sourced<u32>>,
    /// Whether staff of the property company may not be agents; they may where nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxy_excludes_property_staff: Option<Sourced<bool>>,
    /// How surely an online voter must be known; `registered` where nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity: Option<Sourced<IdentityGrade>>,
    /// Whether votes must run on the authority's own platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub official_platform_required: Option<Sourced<bool>>,
    /// The authority's document that makes this installation its platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recognised_platform: Option<Sourced<String>>,
}

impl Procedure {
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Rules of questions with options. Absent means: no rule of the place, our default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Questions {
    /// Which of the options that pass goes first, where more pass than may win.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rank_by: Option<Sourced<RankBy>>,
    /// What becomes of a tie for the last place; a run-off where nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tie: Option<Sourced<TieRule>>,
}

impl Questions {
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What becomes of silence, and by whose leave.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Silence {
    /// The matters that the clause covers; empty for all but unanimous ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub matters: Vec<String>,
    /// What the law of the place lets the owners' rules adopt; it weighs nothing by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permits: Option<Sourced<SilentRule>>,
    /// The largest share of the scope, by area and by heads, that may object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub objection_limit: Option<Sourced<Ratio>>,
    /// The clause in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adopted: Option<AdoptedClause>,
}

/// The clause by which silence weighs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdoptedClause {
    /// Document and clause: of the 管理规约 or 议事规则, or of local law.
    pub clause: String,
    /// When it was adopted.
    pub adopted_on: LocalDate,
    /// Whether it weighs only for units with their own proof of delivery.
    pub delivery_proof: bool,
    /// What the owners are told with the ballot, word for word.
    pub warning: String,
}

/// A decision that needs several votes, all of which must pass: each is counted for itself,
/// `composite` decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Composite {
    /// Its name for machines.
    pub key: String,
    /// Its name for people.
    pub title: String,
    /// The votes.
    pub parts: Vec<CompositePart>,
    /// A share of each vote that the organisers aim at; it decides nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<Threshold>,
    /// The clause.
    pub clause: String,
    /// How far it may be trusted.
    pub basis: Basis,
    /// Where the clause was seen, where that is not the text itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// What a reader should know beside it, in Chinese and English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// One vote of a composite, or one for each such scope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompositePart {
    /// The matter, by its key.
    pub matter: String,
    /// Who decides.
    pub scope: VoteScope,
    /// Whether every such scope votes for itself, as each building before courtyards are merged.
    #[serde(default)]
    pub each: bool,
}

/// The document by which the authority confirms that a pack of an older law may still be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LocalBasis {
    /// Document and clause.
    pub clause: String,
    /// Who confirmed it.
    pub confirmed_by: String,
    /// When.
    pub confirmed_on: LocalDate,
}
