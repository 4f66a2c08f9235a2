//! Sittings 现场会 of a vote, and who came for which head.

use diesel::{Insertable, Queryable, Selectable};

use crate::kernel::{
    AccountId, AttendanceId, HeadId, OwnerId, ProxyId, SittingId, UtcTime, VoteId,
};
use crate::platform::db::schema::{sitting_attendances, sittings};

/// Who came for a head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comer {
    /// The only owner who may vote for it.
    OnlyVoter,
    /// One of several owners.
    Owner(OwnerId),
    /// An agent, by this power.
    Agent(ProxyId),
}

/// A sitting to be announced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSitting {
    /// Where.
    pub place: String,
    /// From when.
    pub starts_at: UtcTime,
    /// Until when.
    pub ends_at: UtcTime,
}

/// A sitting.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = sittings)]
#[diesel(treat_none_as_default_value = false)]
#[expect(missing_docs, reason = "the migration documents the columns")]
pub struct SittingRow {
    pub id: SittingId,
    pub vote_id: VoteId,
    pub place: String,
    pub starts_at: UtcTime,
    pub ends_at: UtcTime,
    pub announced_at: UtcTime,
    pub announced_by: AccountId,
    pub announcer_name: String,
    pub cancelled_at: Option<UtcTime>,
    pub canceller_name: Option<String>,
    pub cancel_reason: Option<String>,
}

/// Somebody who came for a head: an owner, or an agent in the owner's place.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = sitting_attendances)]
#[diesel(treat_none_as_default_value = false)]
#[expect(missing_docs, reason = "the migration documents the columns")]
pub struct AttendanceRow {
    pub id: AttendanceId,
    pub sitting_id: SittingId,
    pub head_id: HeadId,
    pub owner_id: OwnerId,
    pub signed_in_at: UtcTime,
    pub recorded_by: AccountId,
    pub recorder_name: String,
    pub left_at: Option<UtcTime>,
    pub left_name: Option<String>,
    pub voided_at: Option<UtcTime>,
    pub voided_name: Option<String>,
    pub void_reason: Option<String>,
    pub proxy_id: Option<ProxyId>,
}

impl AttendanceRow {
    /// Whether the head is present by this row.
    #[must_use]
    pub const fn is_present(&self) -> bool {
        self.left_at.is_none() && self.voided_at.is_none()
    }
}
