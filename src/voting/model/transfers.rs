//! Sales while a vote is open 表决期间过户, as they are proposed and confirmed: two signatures, two
//! people.

use diesel::{Insertable, Queryable, Selectable};
use serde::Serialize;

use super::NoticeState;
use crate::kernel::{
    AccountId, HeadId, OwnerId, ProposalState, TransferNoticeId, UnitId, UtcTime, VoteId,
    VoteTransferId,
};
use crate::platform::db::schema::{transfer_notices, vote_transfers};

crate::text_enum! {
    /// Whose household is told.
    pub enum TransferSide {
        /// 出让人.
        Seller = "seller",
        /// 受让人.
        Buyer = "buyer",
    }
}

/// A transfer.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = vote_transfers)]
#[diesel(treat_none_as_default_value = false)]
#[expect(missing_docs, reason = "the migration documents the columns")]
pub struct TransferRow {
    pub id: VoteTransferId,
    pub vote_id: VoteId,
    pub unit_id: UnitId,
    pub head_id: HeadId,
    pub evidence: String,
    pub sellers: String,
    pub buyers: String,
    pub proposed_by: AccountId,
    pub proposed_name: String,
    pub proposed_at: UtcTime,
    pub confirmed_by: Option<AccountId>,
    pub confirmed_name: Option<String>,
    pub confirmed_at: Option<UtcTime>,
    pub withdrawn_name: Option<String>,
    pub withdrawn_at: Option<UtcTime>,
}

impl TransferRow {
    /// Where it stands.
    #[must_use]
    pub const fn state(&self) -> ProposalState {
        ProposalState::of(self.confirmed_at, self.withdrawn_at)
    }
}

/// A notice of a transfer: one contact of a household, or none.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = transfer_notices)]
#[diesel(treat_none_as_default_value = false)]
#[expect(missing_docs, reason = "the migration documents the columns")]
pub struct TransferNoticeRow {
    pub id: TransferNoticeId,
    pub transfer_id: VoteTransferId,
    pub owner_id: OwnerId,
    pub side: TransferSide,
    pub recipient: String,
    pub masked_contact: Option<String>,
    pub state: NoticeState,
    pub at: UtcTime,
}

/// A notice of a transfer, as the desk sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct TransferNotice {
    /// Whose household.
    pub side: TransferSide,
    /// The contact, masked; absent where none is known.
    pub masked_contact: Option<String>,
    /// Where it stands.
    pub state: NoticeState,
    /// Since when (legal time).
    pub at: UtcTime,
}

impl From<TransferNoticeRow> for TransferNotice {
    fn from(row: TransferNoticeRow) -> Self {
        let TransferNoticeRow { side, masked_contact, state, at, .. } = row;
        Self { side, masked_contact, state, at }
    }
}
