//! Disputed ballots 表决票异议: who disputes which ballot, why, and what two people ruled.

use diesel::{Insertable, Queryable, Selectable};

use crate::kernel::{AccountId, BallotId, DisputeId, OwnerId, UtcTime, VoteId};
use crate::platform::db::schema::ballot_disputes;

crate::text_enum! {
    /// Why a ballot is disputed.
    pub enum DisputeReason {
        /// 非本人所签: nobody of the household cast it.
        NotMine = "not_mine",
        /// 录入有误: it says something else than was recorded.
        Misread = "misread",
        /// 其他.
        Other = "other",
    }
}

crate::text_enum! {
    /// Where a dispute stands.
    pub enum DisputeState {
        /// 待裁决.
        Open = "open",
        /// 待复核: one person has proposed a ruling, another must confirm it.
        Proposed = "proposed",
        /// 异议成立: the ballot is void.
        Upheld = "upheld",
        /// 异议不成立: the ballot stays as it is.
        Dismissed = "dismissed",
    }
}

/// A dispute.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = ballot_disputes)]
#[diesel(treat_none_as_default_value = false)]
#[expect(missing_docs, reason = "the migration documents the columns")]
pub struct DisputeRow {
    pub id: DisputeId,
    pub vote_id: VoteId,
    pub ballot_id: BallotId,
    pub owner_id: Option<OwnerId>,
    pub reason: DisputeReason,
    pub text: String,
    pub filed_by: String,
    pub filed_at: UtcTime,
    pub log_seq: Option<i64>,
    pub upheld: Option<bool>,
    pub ruling: Option<String>,
    pub proposed_by: Option<AccountId>,
    pub proposed_name: Option<String>,
    pub proposed_at: Option<UtcTime>,
    pub confirmed_by: Option<AccountId>,
    pub confirmed_name: Option<String>,
    pub confirmed_at: Option<UtcTime>,
    pub ruling_seq: Option<i64>,
    pub version: i32,
}

impl DisputeRow {
    /// Where it stands: a proposal decides nothing.
    #[must_use]
    pub const fn state(&self) -> DisputeState {
        match (self.upheld, self.confirmed_at) {
            (None, _) => DisputeState::Open,
            (Some(_), None) => DisputeState::Proposed,
            (Some(true), Some(_)) => DisputeState::Upheld,
            (Some(false), Some(_)) => DisputeState::Dismissed,
        }
    }
}

/// A dispute to be filed.
#[derive(Debug, Clone)]
pub struct NewDispute {
    /// The ballot.
    pub ballot_id: BallotId,
    /// Why.
    pub reason: DisputeReason,
    /// In words.
    pub text: String,
}

/// A ruling to be proposed.
#[derive(Debug, Clone)]
pub struct NewRuling {
    /// Whether the ballot is void.
    pub upheld: bool,
    /// Why.
    pub text: String,
}

/// What a list of disputes is narrowed by.
#[derive(Debug, Clone, Default)]
pub struct DisputeFilter {
    /// Without a confirmed ruling only, or with one only.
    pub open: Option<bool>,
    /// Of ballots of this owner's heads only.
    pub owner_id: Option<OwnerId>,
}
