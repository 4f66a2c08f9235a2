//! The rows of the slice's tables.

use diesel::{Insertable, Queryable, Selectable};

use super::{
    InviteSource, OpinionSource, ResponseKind, ReviewState, SilencePolicy, Verdict, Wants,
};
use crate::kernel::{
    AccountId, CommunityId, DelegateId, JointReviewId, LocalDate, PlanVersionId, ProjectId,
    ReviewClosureId, ReviewInvitationId, ReviewItemId, ReviewMeetingId, ReviewOpinionId,
    ReviewResponseId, ReviewRoundId, UtcTime,
};
use crate::platform::{
    auth::Place,
    db::schema::{
        joint_reviews, review_closures, review_delegates, review_invitations, review_items,
        review_meetings, review_opinions, review_responses, review_rounds,
    },
};

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = review_delegates)]
#[diesel(treat_none_as_default_value = false)]
pub struct DelegateRow {
    pub id: DelegateId,
    pub account_id: AccountId,
    pub login: String,
    pub department: String,
    pub division_code: String,
    pub ends_id: Option<DelegateId>,
    pub actor_name: String,
    pub at: UtcTime,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = joint_reviews)]
#[diesel(treat_none_as_default_value = false)]
pub struct ReviewRow {
    pub id: JointReviewId,
    pub project_id: ProjectId,
    pub division_code: String,
    pub community_id: CommunityId,
    pub title: String,
    pub state: ReviewState,
    pub round: i32,
    pub due_at: Option<UtcTime>,
    pub version: i32,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = review_rounds)]
#[diesel(treat_none_as_default_value = false)]
pub struct RoundRow {
    pub id: ReviewRoundId,
    pub review_id: JointReviewId,
    pub number: i32,
    pub plan_version_id: PlanVersionId,
    pub plan_number: i32,
    pub plan_sha256: String,
    pub days: i32,
    pub opener_id: AccountId,
    pub opener_name: String,
    pub opened_at: UtcTime,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = review_items)]
#[diesel(treat_none_as_default_value = false)]
pub struct ItemRow {
    pub id: ReviewItemId,
    pub round_id: ReviewRoundId,
    pub position: i32,
    pub item_key: String,
    pub code: String,
    pub title: String,
    pub title_en: String,
    pub place: String,
    pub digest: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = review_invitations)]
#[diesel(treat_none_as_default_value = false)]
pub struct InvitationRow {
    pub id: ReviewInvitationId,
    pub round_id: ReviewRoundId,
    pub department: String,
    pub source: InviteSource,
    pub reason: String,
    pub asked: String,
    pub silence: SilencePolicy,
    pub due_at: UtcTime,
    pub inviter_name: String,
    pub invited_at: UtcTime,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = review_opinions)]
#[diesel(treat_none_as_default_value = false)]
pub struct OpinionRow {
    pub id: ReviewOpinionId,
    pub round_id: ReviewRoundId,
    pub item_id: ReviewItemId,
    pub department: String,
    pub source: OpinionSource,
    pub verdict: Option<Verdict>,
    pub wants: Option<Wants>,
    pub text: String,
    pub late: bool,
    pub original_id: Option<ReviewOpinionId>,
    pub author_id: Option<AccountId>,
    pub author_login: String,
    pub author_name: String,
    pub at: UtcTime,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = review_responses)]
#[diesel(treat_none_as_default_value = false)]
pub struct ResponseRow {
    pub id: ReviewResponseId,
    pub opinion_id: ReviewOpinionId,
    pub kind: ResponseKind,
    pub reason: String,
    pub plan_number: Option<i32>,
    pub authority: Option<String>,
    pub document_sha256: Option<String>,
    pub author_id: AccountId,
    pub author_name: String,
    pub at: UtcTime,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = review_meetings)]
#[diesel(treat_none_as_default_value = false)]
pub struct MeetingRow {
    pub id: ReviewMeetingId,
    pub round_id: ReviewRoundId,
    pub held_on: LocalDate,
    pub place: String,
    pub participants: String,
    pub summary: String,
    pub minutes_sha256: String,
    pub recorder_name: String,
    pub at: UtcTime,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = review_closures)]
#[diesel(treat_none_as_default_value = false)]
pub struct ClosureRow {
    pub id: ReviewClosureId,
    pub round_id: ReviewRoundId,
    pub closer_id: AccountId,
    pub closer_name: String,
    pub at: UtcTime,
}

impl ReviewRow {
    /// Where it lies.
    pub fn place(&self) -> Place {
        Place {
            division_code: self.division_code.clone(),
            community_id: Some(self.community_id),
            building_id: None,
        }
    }
}

impl OpinionRow {
    /// The opinion as it was given first: there it is answered.
    pub fn root(&self) -> ReviewOpinionId {
        self.original_id.unwrap_or(self.id)
    }
}
