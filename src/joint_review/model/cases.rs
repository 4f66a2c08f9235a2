//! A case as rules see it, and the commands.

use serde::Serialize;

use super::{
    InvitationRow, InviteSource, ItemRow, Move, OpinionRow, Resolution, ResponseKind, ResponseRow,
    Verdict, Wants,
};
use crate::kernel::{CommunityId, JointReviewId, PlanVersionId, ProjectId, ReviewOpinionId};

/// A fixed version of a plan, as this slice knows one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanReference {
    /// The project.
    pub project_id: ProjectId,
    /// Its division's code.
    pub division_code: String,
    /// Its community.
    pub community_id: CommunityId,
    /// Its name.
    pub title: String,
    /// The version.
    pub plan_version_id: PlanVersionId,
    /// Its number.
    pub number: i32,
    /// SHA-256 of its text.
    pub sha256: String,
    /// Its items, in order.
    pub items: Vec<PlanItem>,
}

/// An item of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanItem {
    /// The same for the same item of another version.
    pub key: String,
    /// Its code in the catalogue.
    pub code: String,
    /// In Chinese.
    pub title: String,
    /// In English.
    pub title_en: String,
    /// Where, for people.
    pub place: String,
    /// SHA-256 of its canonical JSON.
    pub digest: String,
}

/// A department that the desk wants in, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InviteWish {
    /// The department.
    pub department: String,
    /// Why.
    pub reason: String,
}

/// What a round is opened with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewSettings {
    /// Working days to answer in; the data's number where absent.
    pub days: Option<u32>,
    /// The departments that the district's policy names.
    pub policy: Vec<String>,
    /// Those that the desk wants besides.
    pub wishes: Vec<InviteWish>,
}

/// A department that a round invites: which items it is asked about, by position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invited {
    /// The department.
    pub department: String,
    /// Why it is invited.
    pub source: InviteSource,
    /// The same for people.
    pub reason: String,
    /// The positions.
    pub asked: Vec<i32>,
}

/// An invitation with the positions read.
#[derive(Debug, Clone)]
pub struct Invitation {
    /// The row.
    pub row: InvitationRow,
    /// The positions that it asks about.
    pub asked: Vec<i32>,
}

/// A round with everything that was said in it.
#[derive(Debug, Clone)]
pub struct Round {
    /// The items, in order.
    pub items: Vec<ItemRow>,
    /// The invitations, in order.
    pub invitations: Vec<Invitation>,
    /// Every opinion, in order.
    pub opinions: Vec<OpinionRow>,
    /// What followed the opinions, in order; those of carried ones at their originals.
    pub responses: Vec<ResponseRow>,
}

/// What keeps a case from being closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct OpenPoint {
    /// The department.
    pub department: String,
    /// The item's position.
    pub item: i32,
    /// Its title.
    pub title: String,
    /// What is missing.
    pub missing: Resolution,
    /// The same for people, in Chinese and English.
    pub message: String,
    /// The opinion, where there is one.
    pub opinion_id: Option<ReviewOpinionId>,
}

/// Two departments that want opposite things.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Clash {
    /// The item's position.
    pub item: i32,
    /// Its title.
    pub title: String,
    /// One department.
    pub one: String,
    /// What it says.
    pub one_verdict: Verdict,
    /// What it wants.
    pub one_wants: Option<Wants>,
    /// The other.
    pub other: String,
    /// What it says.
    pub other_verdict: Verdict,
    /// What it wants.
    pub other_wants: Option<Wants>,
}

/// What became of an item since another round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ItemMove {
    /// The item's key.
    pub key: String,
    /// Its title.
    pub title: String,
    /// Its place.
    pub place: String,
    /// What became of it.
    pub change: Move,
    /// Its position in the earlier round.
    pub from: Option<i32>,
    /// In the later one.
    pub to: Option<i32>,
}

/// An opinion to be given.
#[derive(Debug, Clone)]
pub struct NewOpinion {
    /// The item's position.
    pub item: i32,
    /// What the department says.
    pub verdict: Verdict,
    /// What it wants.
    pub wants: Option<Wants>,
    /// Why; needed for everything but a pass.
    pub text: String,
}

/// What is recorded after an opinion.
#[derive(Debug, Clone)]
pub struct NewResponse {
    /// What it is.
    pub kind: ResponseKind,
    /// Why.
    pub reason: String,
    /// The number of the version that answers an adopted opinion.
    pub plan_number: Option<i32>,
    /// The authority of a ruling, with SHA-256 of its document.
    pub ruling: Option<(String, String)>,
}

/// What a list of cases is narrowed by.
#[derive(Debug, Clone, Default)]
pub struct ReviewFilter {
    /// One project.
    pub project_id: Option<ProjectId>,
    /// One state.
    pub state: Option<super::ReviewState>,
    /// A department that is invited to the round that stands.
    pub department: Option<String>,
}

/// How a project's review stands, for whoever asks about its gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The case.
    pub id: JointReviewId,
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
