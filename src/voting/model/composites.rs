//! Composite decisions 组合表决: several votes, all of which must pass.

use diesel::{Insertable, Queryable, Selectable};
use serde::Serialize;

use super::{VoteScope, VoteState};
use crate::kernel::{
    AccountId, BuildingId, CommunityId, CompositeId, CompositeMemberId, CompositePlaceId,
    EntranceId, LocalDate, RulePackId, UtcTime, VoteId,
};
use crate::platform::db::schema::{
    composite_decisions, composite_members, composite_places, composites,
};

crate::text_enum! {
    /// What a vote of a composite decision has come to.
    pub enum MemberOutcome {
        /// 缺少: no vote stands for that place and matter.
        Missing = "missing",
        /// 未定: its result is not final.
        Undecided = "undecided",
        /// 通过: confirmed, every item of the matter passed.
        Passed = "passed",
        /// 未通过: confirmed, an item of the matter did not pass.
        Failed = "failed",
        /// 已作废: ended without a result.
        Voided = "voided",
    }
}

crate::text_enum! {
    /// What the votes of a composite decision come to together.
    pub enum CompositeVerdict {
        /// 未定.
        Pending = "pending",
        /// 全部通过.
        AllPassed = "all_passed",
        /// 未通过: a vote failed or was voided, and no re-vote replaced it.
        Failed = "failed",
    }
}

/// A composite decision.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = composites)]
#[expect(missing_docs, reason = "the migration documents the columns")]
pub struct CompositeRow {
    pub id: CompositeId,
    pub rule_pack_id: RulePackId,
    pub composite_key: String,
    pub title: String,
    pub created_by: AccountId,
    pub creator_name: String,
    pub created_at: UtcTime,
    pub version: i32,
}

/// A place that votes for itself.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = composite_places)]
#[diesel(treat_none_as_default_value = false)]
#[expect(missing_docs, reason = "the migration documents the columns")]
pub struct PlaceRow {
    pub id: CompositePlaceId,
    pub composite_id: CompositeId,
    pub position: i32,
    pub name: String,
    pub division_code: String,
    pub community_id: CommunityId,
    pub building_id: Option<BuildingId>,
    pub entrance_id: Option<EntranceId>,
}

impl PlaceRow {
    /// Who decides there.
    #[must_use]
    pub fn kind(&self) -> VoteScope {
        match (self.entrance_id, self.building_id) {
            (Some(_), _) => VoteScope::Entrance,
            (None, Some(_)) => VoteScope::Building,
            (None, None) => VoteScope::Community,
        }
    }
}

/// A vote as part of a composite decision.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = composite_members)]
#[diesel(treat_none_as_default_value = false)]
#[expect(missing_docs, reason = "the migration documents the columns")]
pub struct MemberRow {
    pub id: CompositeMemberId,
    pub composite_id: CompositeId,
    pub place_id: CompositePlaceId,
    pub part: i32,
    pub vote_id: VoteId,
    pub added_at: UtcTime,
    pub added_name: String,
    pub replaced_at: Option<UtcTime>,
}

/// A member with what its vote is called and where it stands.
pub type MemberVote = (MemberRow, String, VoteState);

/// The authority's decision.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable, Serialize, utoipa::ToSchema)]
#[diesel(table_name = composite_decisions)]
pub struct AuthorityRow {
    /// The composite decision.
    pub composite_id: CompositeId,
    /// 批准, else 不批准.
    pub approved: bool,
    /// Who decided.
    pub authority: String,
    /// The number of its document.
    pub document_number: String,
    /// The day of the document.
    pub decided_on: LocalDate,
    /// Where the document itself is kept.
    pub evidence: String,
    /// What is announced to the owners, word for word.
    pub announcement: String,
    /// The account that recorded it.
    #[serde(skip)]
    pub recorded_by: AccountId,
    /// Who recorded it.
    pub recorder_name: String,
    /// When it was recorded (legal time).
    pub recorded_at: UtcTime,
}

/// A composite decision to be opened.
#[derive(Debug, Clone)]
pub struct NewComposite {
    /// What it is called.
    pub title: String,
    /// The rule pack, by its key.
    pub rule_pack: String,
    /// The composite of the pack, by its key.
    pub composite: String,
    /// Who votes.
    pub places: Vec<NewPlace>,
}

/// A place that is to vote for itself.
#[derive(Debug, Clone)]
pub struct NewPlace {
    /// What people call it; the community's name where empty.
    pub name: String,
    /// The community.
    pub community_id: CommunityId,
    /// Only this building.
    pub building_id: Option<BuildingId>,
    /// Only this entrance.
    pub entrance_id: Option<EntranceId>,
}

/// The authority's decision, as it is recorded.
#[derive(Debug, Clone)]
pub struct NewAuthority {
    /// 批准, else 不批准.
    pub approved: bool,
    /// Who decided.
    pub authority: String,
    /// The number of its document.
    pub document_number: String,
    /// The day of the document.
    pub decided_on: LocalDate,
    /// Where the document itself is kept.
    pub evidence: String,
    /// What is announced to the owners.
    pub announcement: String,
}

/// Where a draft came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ClonedFrom {
    /// The vote that had ended.
    pub vote_id: VoteId,
    /// Whether another version of the rule pack is in force since.
    pub rule_pack_changed: bool,
}
