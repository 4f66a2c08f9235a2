//! Disputed ballots 表决票异议: who disputes which ballot, why, and what two people ruled.

use diesel::{AsChangeset, Insertable, Queryable, Selectable};

use super::{Choice, InvalidReason};
use crate::kernel::{AccountId, BallotId, DisputeId, ItemId, OwnerId, UtcTime, VoteId};
use crate::platform::db::schema::ballot_disputes;

crate::text_enum! {
    /// Why a ballot is disputed.
    pub enum DisputeReason {
        /// 非本人所签: nobody of the household cast it.
        NotMine = "not_mine",
        /// 录入有误: the paper says something else than was recorded.
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
        /// 异议成立，作废: the ballot is void, as if it had never been cast.
        Upheld = "upheld",
        /// 异议成立，已更正: the paper was read again, and the ballot says what stands on it.
        Corrected = "corrected",
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
    pub unit_code: Option<String>,
    pub filer: Option<AccountId>,
    pub filed_by: String,
    pub filed_at: UtcTime,
    pub log_seq: i64,
    pub upheld: Option<bool>,
    pub ruling: Option<String>,
    pub choices: Option<String>,
    pub invalid_reason: Option<InvalidReason>,
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
            (Some(true), Some(_)) if self.choices.is_some() => DisputeState::Corrected,
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

/// Who files a dispute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filer {
    /// An owner, about a ballot of the own head.
    Owner(OwnerId),
    /// Staff, on behalf of the household of this unit.
    Household(String),
    /// The paper desk, which read a sheet again.
    Recheck,
}

/// What one person rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruling {
    /// Whether the dispute is right.
    pub upheld: bool,
    /// What stands on the sheet, where an upheld dispute says that it was misread; items left out are
    /// blank.
    pub choices: Option<Vec<(ItemId, Choice)>>,
    /// Why a choice is invalid.
    pub invalid_reason: Option<InvalidReason>,
}

/// What a proposal leaves on its dispute.
#[derive(Debug, Clone, AsChangeset)]
#[diesel(table_name = ballot_disputes)]
#[diesel(treat_none_as_null = true)]
#[expect(missing_docs, reason = "the migration documents the columns")]
pub struct Proposal {
    pub upheld: Option<bool>,
    pub ruling: Option<String>,
    pub choices: Option<String>,
    pub invalid_reason: Option<InvalidReason>,
    pub proposed_by: Option<AccountId>,
    pub proposed_name: Option<String>,
    pub proposed_at: Option<UtcTime>,
}

/// What a confirmation leaves on its dispute.
#[derive(Debug, Clone, AsChangeset)]
#[diesel(table_name = ballot_disputes)]
#[expect(missing_docs, reason = "the migration documents the columns")]
pub struct Confirmation {
    pub confirmed_by: AccountId,
    pub confirmed_name: String,
    pub confirmed_at: UtcTime,
    pub ruling_seq: i64,
}

/// What a list of disputes is narrowed by.
#[derive(Debug, Clone, Copy, Default)]
pub struct DisputeFilter {
    /// Without a confirmed ruling only, or with one only.
    pub open: Option<bool>,
    /// Of ballots of this owner's heads only.
    pub owner_id: Option<OwnerId>,
}
