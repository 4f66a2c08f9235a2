//! What is met and what is missing: facts that a decision rests on, and its answer.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{GateAnswer, RequirementKind, Stage};
use crate::kernel::{EvidenceId, LocalDate, PlanVersionId, UtcTime};
use crate::voting::{Basis, ItemClass};

crate::text_enum! {
    /// Why a requirement is not met.
    pub enum Missing {
        /// Nothing is linked.
        NoEvidence = "no_evidence",
        /// No survey is linked, or there is none of that id.
        NoSurveyLinked = "no_survey_linked",
        /// The survey is of another gate or of another community.
        OtherSurvey = "other_survey",
        /// The survey still takes answers.
        SurveyOpen = "survey_open",
        /// The survey's own test was not met, or another round took its place.
        SurveyFailed = "survey_failed",
        /// The survey began before the project, or before the stage whose outcome it asks about.
        SurveyTooEarly = "survey_too_early",
        /// The share is below the line.
        ShareTooLow = "share_too_low",
        /// Too few households answered.
        CoverageTooLow = "coverage_too_low",
        /// There is no fixed plan.
        PlanNotFixed = "plan_not_fixed",
        /// The plan was changed after this.
        PlanChanged = "plan_changed",
        /// The vote was held among others, or not by the owners of every place where works are planned.
        VoteElsewhere = "vote_elsewhere",
        /// The evidence does not say which item of its vote decides.
        ItemNotNamed = "item_not_named",
        /// The item is an option of a question: which plan won can't be told from it.
        ItemIsOption = "item_is_option",
        /// The plan's SHA-256 is not among the vote's materials.
        PlanNotInVote = "plan_not_in_vote",
        /// The roll was frozen before the plan was fixed, or before the project began.
        RollFrozenTooEarly = "roll_frozen_too_early",
        /// The item is not of the class that is needed.
        ClassTooLow = "class_too_low",
        /// The vote is not confirmed.
        VoteNotConfirmed = "vote_not_confirmed",
        /// The vote is confirmed and did not pass.
        VoteNotPassed = "vote_not_passed",
        /// No joint review was opened.
        ReviewNotOpened = "review_not_opened",
        /// The joint review is not closed.
        ReviewOpen = "review_open",
        /// A department that the policy names was not asked.
        ReviewDepartmentNotAsked = "review_department_missing",
        /// The publicity is not over.
        PublicityRunning = "publicity_running",
        /// The publicity began before what it follows.
        PublishedTooEarly = "published_too_early",
        /// The work calendar of the year is not loaded.
        NoCalendar = "calendar_missing",
    }
}

/// A vote, as far as a requirement rests on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoteFacts {
    /// Its state, for people.
    pub state: String,
    /// Whether it was held among all owners of the community.
    pub of_community: bool,
    /// Whether it was held within the community, among the owners of every place of the plan's items.
    pub covers_plan: bool,
    /// The class of the deciding item.
    pub class: ItemClass,
    /// Whether that is an option of a question.
    pub is_option: bool,
    /// Whether the vote is confirmed and the item passed, and won where it is an option.
    pub passed: bool,
    /// When it was confirmed.
    pub confirmed_at: Option<UtcTime>,
    /// When its roll was frozen.
    pub roll_frozen_at: Option<UtcTime>,
    /// SHA-256 of its materials.
    pub materials: Vec<String>,
}

/// The project's joint review, as far as a requirement rests on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewFacts {
    /// The number of its round.
    pub round: i32,
    /// Whether it is closed.
    pub is_closed: bool,
    /// SHA-256 of the plan version that its round reviews.
    pub plan_sha256: String,
    /// The departments that its round invited.
    pub departments: Vec<String>,
    /// Points that are open.
    pub open_points: usize,
    /// Where to look it up.
    pub link: String,
}

/// What stands behind a piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Behind {
    /// A survey, if there is one.
    Survey(Option<GateAnswer>),
    /// A vote.
    Vote(VoteFacts),
    /// A vote of which it can't be told which item decides.
    VoteWithoutItem,
    /// A publicity from a day on.
    Publicity(LocalDate),
    /// A document.
    Document,
}

/// A piece of evidence that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// Its id.
    pub id: EvidenceId,
    /// Where to look it up.
    pub link: String,
    /// The plan version that was current when it was recorded.
    pub plan: Option<PlanVersionId>,
    /// What stands behind it.
    pub behind: Behind,
}

/// A fixed version of the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixedPlan {
    /// The version.
    pub id: PlanVersionId,
    /// Its number.
    pub number: i32,
    /// SHA-256 of its canonical text.
    pub sha256: String,
    /// When it was fixed.
    pub fixed_at: UtcTime,
}

/// The newest fixed version of the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurrentPlan {
    /// The version.
    pub fixed: FixedPlan,
    /// Earlier ones of which it is a small change order: what was decided on them still holds.
    pub changed_little: Vec<FixedPlan>,
}

impl CurrentPlan {
    /// The versions whose decisions hold for it.
    pub fn versions(&self) -> impl Iterator<Item = &FixedPlan> {
        std::iter::once(&self.fixed).chain(&self.changed_little)
    }

    /// That version, where what was decided on it still holds.
    #[must_use]
    pub fn version(&self, id: Option<PlanVersionId>) -> Option<&FixedPlan> {
        self.versions().find(|plan| Some(plan.id) == id)
    }
}

/// Everything that readiness rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Now, in legal time.
    pub now: UtcTime,
    /// The community of the project.
    pub community_id: crate::kernel::CommunityId,
    /// When the project was entered.
    pub created_at: UtcTime,
    /// When the works began.
    pub building_at: Option<UtcTime>,
    /// The current plan.
    pub plan: Option<CurrentPlan>,
    /// For each requirement of pledges: households whose pledges all stand, of all households.
    pub pledged: BTreeMap<String, (u64, u64)>,
    /// The newest standing evidence of each requirement.
    pub proofs: BTreeMap<String, Proof>,
    /// The joint review, where one was opened.
    pub review: Option<ReviewFacts>,
}

/// Where a piece of evidence is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct EvidenceLink {
    /// The evidence.
    pub evidence_id: EvidenceId,
    /// Where to look up what stands behind it.
    pub link: String,
}

/// A requirement with whether it is met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Finding {
    /// The requirement's key in the policy pack.
    pub requirement: String,
    /// Its kind.
    pub kind: RequirementKind,
    /// The stage that asked for it first; earlier ones that are bound to the plan must still hold.
    pub stage: Stage,
    /// What is asked for, in Chinese.
    pub title: String,
    /// In English.
    pub title_en: String,
    /// Whether it is met.
    pub met: bool,
    /// Why not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Missing>,
    /// The same for people, in Chinese and English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// What is there.
    pub have: String,
    /// What is needed.
    pub need: String,
    /// Who has to bring it.
    pub by: String,
    /// The text that asks for it.
    pub clause: String,
    /// How far that may be trusted.
    pub basis: Basis,
    /// The evidence that was looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<EvidenceLink>,
    /// Where to look up what meets it without evidence: the joint review.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// The first day on which it can be met, where a period runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earliest: Option<LocalDate>,
}

/// When a requirement can be met, if everything that can begins on one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct TimelineEntry {
    /// The stage that asks for it.
    pub stage: Stage,
    /// The requirement's key.
    pub requirement: String,
    /// Its kind.
    pub kind: RequirementKind,
    /// What is asked for, in Chinese.
    pub title: String,
    /// In English.
    pub title_en: String,
    /// Whether it is met already.
    pub met: bool,
    /// The day on which its period begins: the notice of a vote, the first day of a publicity.
    pub starts_on: Option<LocalDate>,
    /// The earliest day on which a vote may open.
    pub opens_on: Option<LocalDate>,
    /// The last day of its last period.
    pub ends_on: Option<LocalDate>,
    /// The first day on which it can be met; absent where no period is known.
    pub earliest: Option<LocalDate>,
    /// How it was reckoned, in Chinese and English.
    pub reckoning: String,
}
