//! What is sent to a household about its ballots 告知, and the receipts 回执码 by which it finds them.

use diesel::{Insertable, Queryable, Selectable};
use serde::Serialize;

use super::Channel;
use crate::kernel::{BallotId, BallotNoticeId, ContactKind, HeadId, OwnerId, UtcTime, VoteId};
use crate::platform::db::schema::ballot_notices;

crate::text_enum! {
    /// What a household is told about.
    pub enum NoticeOccasion {
        /// 已登记: a ballot was recorded for it.
        Recorded = "recorded",
        /// 异议已裁决: a disputed ballot was ruled on.
        Ruled = "ruled",
    }
}

crate::text_enum! {
    /// Where a notice stands.
    pub enum NoticeState {
        /// 待发送.
        Queued = "queued",
        /// 已发送: a gateway took it.
        Sent = "sent",
        /// 发送失败: no gateway took it so far; it is tried again for a while.
        Failed = "failed",
        /// 无联系方式: somebody must bring it.
        NoContact = "no_contact",
        /// 已送达: somebody brought it.
        Delivered = "delivered",
    }
}

/// A notice: one contact of a household, or none.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = ballot_notices)]
#[diesel(treat_none_as_default_value = false)]
#[expect(missing_docs, reason = "the migration documents the columns")]
pub struct NoticeRow {
    pub id: BallotNoticeId,
    pub vote_id: VoteId,
    pub ballot_id: BallotId,
    pub head_id: HeadId,
    pub owner_id: Option<OwnerId>,
    pub occasion: NoticeOccasion,
    pub cause: String,
    pub recipient: String,
    pub contact_kind: Option<ContactKind>,
    pub masked_contact: Option<String>,
    pub state: NoticeState,
    pub at: UtcTime,
    pub created_at: UtcTime,
    pub delivered_by: Option<String>,
    pub delivery_note: Option<String>,
}

/// A notice as the desk sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct NoticeView {
    /// The notice.
    pub notice_id: BallotNoticeId,
    /// The ballot.
    pub ballot_id: BallotId,
    /// 回执码 of the ballot.
    pub receipt: String,
    /// How the ballot came in.
    pub channel: Channel,
    /// The units of the household.
    pub units: Vec<String>,
    /// What it tells.
    pub occasion: NoticeOccasion,
    /// By phone or e-mail; absent where no contact is known.
    pub contact_kind: Option<ContactKind>,
    /// The contact, masked.
    pub masked_contact: Option<String>,
    /// Where it stands.
    pub state: NoticeState,
    /// Since when (legal time).
    pub at: UtcTime,
    /// Who brought it.
    pub delivered_by: Option<String>,
    /// How it was brought.
    pub delivery_note: Option<String>,
}
