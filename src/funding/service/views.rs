//! Sources, allocations, contracts and payments as they are shown. Amounts are in yuan.

use serde::Serialize;

use crate::funding::model::{
    AllocationRow, Channel, CommitmentRow, InvoiceRow, LineRow, PaymentRow, ReleaseRow, ReturnRow,
    SourceRow,
};
use crate::kernel::{
    Fen, FundingAllocationId, FundingCommitmentId, FundingPaymentId, FundingSourceId, LocalDate,
    ProjectId, ProposalState, UtcTime,
};

/// What a source may pay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct FundingPurposeView {
    /// The code of an item, or a class.
    pub purpose: String,
    /// The named programme that brought it.
    pub tag: Option<String>,
}

/// What went back to the channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct FundingReturnView {
    /// How much.
    pub amount: Fen,
    /// The voucher or notice.
    pub document: String,
    /// Why.
    pub reason: String,
    /// Who recorded it.
    pub recorded_by: String,
    /// When (legal time, as all of these).
    pub recorded_at: UtcTime,
}

impl From<ReturnRow> for FundingReturnView {
    fn from(row: ReturnRow) -> Self {
        Self {
            amount: row.amount_fen,
            document: row.document,
            reason: row.reason,
            recorded_by: row.recorder_name,
            recorded_at: row.recorded_at,
        }
    }
}

/// A source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct FundingSourceView {
    /// The source.
    pub id: FundingSourceId,
    /// The channel.
    pub channel: Channel,
    /// Its name.
    pub name: String,
    /// 文号.
    pub document: String,
    /// Where it may pay: a prefix of division codes.
    pub region: String,
    /// The first day.
    pub valid_from: LocalDate,
    /// The last day.
    pub valid_until: LocalDate,
    /// What it may pay.
    pub purposes: Vec<FundingPurposeView>,
    /// Only for projects of the annual programme.
    pub programme_only: bool,
    /// The reservation in the residents' fund's own books.
    pub fund_reference: Option<String>,
    /// What the document gives.
    pub amount: Fen,
    /// What items have of it.
    pub allocated: Fen,
    /// What went back to the channel.
    pub returned: Fen,
    /// What the document that took its place carries on.
    pub carried: Fen,
    /// What is left.
    pub rest: Fen,
    /// The document before.
    pub supersedes_id: Option<FundingSourceId>,
    /// When another document took its place; from then on it gives nothing.
    pub closed_at: Option<UtcTime>,
    /// Who recorded it.
    pub recorded_by: String,
    /// When.
    pub recorded_at: UtcTime,
}

impl FundingSourceView {
    /// A source with its purposes.
    #[must_use]
    pub fn of(row: SourceRow, purposes: Vec<FundingPurposeView>) -> Self {
        Self {
            id: row.id,
            channel: row.channel,
            rest: row.rest(),
            name: row.name,
            document: row.document,
            region: row.region,
            valid_from: row.valid_from,
            valid_until: row.valid_until,
            purposes,
            programme_only: row.programme_only,
            fund_reference: row.fund_reference,
            amount: row.amount_fen,
            allocated: row.allocated_fen,
            returned: row.returned_fen,
            carried: row.carried_fen,
            supersedes_id: row.supersedes_id,
            closed_at: row.closed_at,
            recorded_by: row.recorder_name,
            recorded_at: row.recorded_at,
        }
    }
}

/// A source with what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct FundingSourceDetail {
    /// As in a list.
    #[serde(flatten)]
    pub source: FundingSourceView,
    /// The source that took its place.
    pub superseded_by: Option<FundingSourceId>,
    /// What went back, in order.
    pub returns: Vec<FundingReturnView>,
}

/// What an allocation or a contract gave back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct FundingReleaseView {
    /// Of this contract; of the allocation itself where none is named.
    pub commitment_id: Option<FundingCommitmentId>,
    /// How much.
    pub amount: Fen,
    /// Why.
    pub reason: String,
    /// Who recorded it.
    pub recorded_by: String,
    /// When.
    pub recorded_at: UtcTime,
}

impl From<ReleaseRow> for FundingReleaseView {
    fn from(row: ReleaseRow) -> Self {
        Self {
            commitment_id: row.commitment_id,
            amount: row.amount_fen,
            reason: row.reason,
            recorded_by: row.recorder_name,
            recorded_at: row.recorded_at,
        }
    }
}

/// A payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct FundingPaymentView {
    /// The payment.
    pub id: FundingPaymentId,
    /// Its contract.
    pub commitment_id: FundingCommitmentId,
    /// The number of the invoice.
    pub invoice_number: String,
    /// What the invoice says in all.
    pub invoice_amount: Fen,
    /// How much is paid on it.
    pub amount: Fen,
    /// It counts once another person confirmed it.
    pub state: ProposalState,
    /// Who proposed it.
    pub proposed_by: String,
    /// When.
    pub proposed_at: UtcTime,
    /// Who confirmed or withdrew it.
    pub settled_by: Option<String>,
    /// When.
    pub settled_at: Option<UtcTime>,
}

impl FundingPaymentView {
    /// A payment with its invoice.
    #[must_use]
    pub fn of(row: PaymentRow, invoice: &InvoiceRow) -> Self {
        Self {
            id: row.id,
            commitment_id: row.commitment_id,
            invoice_number: invoice.number.clone(),
            invoice_amount: invoice.amount_fen,
            amount: row.amount_fen,
            state: row.state,
            proposed_by: row.proposer_name,
            proposed_at: row.proposed_at,
            settled_by: row.settler_name,
            settled_at: row.settled_at,
        }
    }
}

/// A contract against an allocation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct FundingCommitmentView {
    /// The commitment.
    pub id: FundingCommitmentId,
    /// The allocation.
    pub allocation_id: FundingAllocationId,
    /// The contract's number.
    pub contract_number: String,
    /// With whom.
    pub counterparty: String,
    /// What it binds.
    pub amount: Fen,
    /// What it gave back.
    pub released: Fen,
    /// What is paid, or waits to be.
    pub claimed: Fen,
    /// What is open.
    pub open: Fen,
    /// Who recorded it.
    pub recorded_by: String,
    /// When.
    pub recorded_at: UtcTime,
    /// Its payments, in order.
    pub payments: Vec<FundingPaymentView>,
}

impl FundingCommitmentView {
    /// A contract with its payments.
    #[must_use]
    pub fn of(row: CommitmentRow, payments: Vec<FundingPaymentView>) -> Self {
        Self {
            id: row.id,
            allocation_id: row.allocation_id,
            open: row.open(),
            contract_number: row.contract_number,
            counterparty: row.counterparty,
            amount: row.amount_fen,
            released: row.released_fen,
            claimed: row.claimed_fen,
            recorded_by: row.recorder_name,
            recorded_at: row.recorded_at,
            payments,
        }
    }
}

/// Money of a source for an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct FundingAllocationView {
    /// The allocation.
    pub id: FundingAllocationId,
    /// Of this source.
    pub source_id: FundingSourceId,
    /// For this project.
    pub project_id: ProjectId,
    /// For this item.
    pub item_key: String,
    /// The item's name.
    pub item: String,
    /// The purpose of the source that covers it.
    pub purpose: String,
    /// On which day.
    pub allocated_on: LocalDate,
    /// How much.
    pub amount: Fen,
    /// What was given back.
    pub released: Fen,
    /// What contracts bind.
    pub committed: Fen,
    /// What no contract binds.
    pub free: Fen,
    /// What else is to be said.
    pub note: String,
    /// Who recorded it.
    pub recorded_by: String,
    /// When.
    pub recorded_at: UtcTime,
}

impl FundingAllocationView {
    /// An allocation with its item.
    #[must_use]
    pub fn of(row: AllocationRow, line: &LineRow) -> Self {
        Self {
            id: row.id,
            source_id: row.source_id,
            project_id: line.project_id,
            item_key: line.item_key.clone(),
            item: line.name.clone(),
            free: row.free(),
            purpose: row.purpose,
            allocated_on: row.allocated_on,
            amount: row.amount_fen,
            released: row.released_fen,
            committed: row.committed_fen,
            note: row.note,
            recorded_by: row.recorder_name,
            recorded_at: row.recorded_at,
        }
    }
}

/// An allocation with its contracts and payments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct FundingAllocationDetail {
    /// As in a list.
    #[serde(flatten)]
    pub allocation: FundingAllocationView,
    /// What is paid.
    pub paid: Fen,
    /// Its contracts, in order.
    pub commitments: Vec<FundingCommitmentView>,
    /// What it and its contracts gave back, in order.
    pub releases: Vec<FundingReleaseView>,
}
