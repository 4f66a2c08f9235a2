//! The rows of the slice's tables.

use diesel::{Insertable, Queryable, Selectable};

use super::Channel;
use crate::kernel::{
    AccountId, CommunityId, Fen, FundingAllocationId, FundingCommitmentId, FundingInvoiceId,
    FundingLineId, FundingPaymentId, FundingReleaseId, FundingReturnId, FundingSourceId, LocalDate,
    ProjectId, ProposalState, UtcTime,
};
use crate::platform::db::schema::{
    funding_allocations, funding_commitments, funding_invoices, funding_lines, funding_payments,
    funding_purposes, funding_releases, funding_returns, funding_sources,
};

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = funding_sources)]
#[diesel(treat_none_as_default_value = false)]
pub struct SourceRow {
    pub id: FundingSourceId,
    pub channel: Channel,
    pub name: String,
    pub document: String,
    pub region: String,
    pub valid_from: LocalDate,
    pub valid_until: LocalDate,
    pub programme_only: bool,
    pub fund_reference: Option<String>,
    pub amount_fen: Fen,
    pub allocated_fen: Fen,
    pub returned_fen: Fen,
    pub carried_fen: Fen,
    pub supersedes_id: Option<FundingSourceId>,
    pub closed_at: Option<UtcTime>,
    pub recorder_name: String,
    pub recorded_at: UtcTime,
}

impl SourceRow {
    /// What is neither allocated nor returned nor carried over.
    #[must_use]
    pub const fn rest(&self) -> Fen {
        let used = self.allocated_fen.0.saturating_add(self.returned_fen.0);
        Fen(self.amount_fen.0.saturating_sub(used.saturating_add(self.carried_fen.0)))
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = funding_purposes)]
#[diesel(treat_none_as_default_value = false)]
pub struct PurposeRow {
    pub source_id: FundingSourceId,
    pub purpose: String,
    pub tag: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = funding_lines)]
pub struct LineRow {
    pub id: FundingLineId,
    pub project_id: ProjectId,
    pub community_id: CommunityId,
    pub division_code: String,
    pub item_key: String,
    pub code: String,
    pub class: String,
    pub name: String,
    pub cost_fen: Fen,
    pub allocated_fen: Fen,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = funding_allocations)]
pub struct AllocationRow {
    pub id: FundingAllocationId,
    pub source_id: FundingSourceId,
    pub line_id: FundingLineId,
    pub purpose: String,
    pub code: String,
    pub class: String,
    pub division_code: String,
    pub region: String,
    pub valid_from: LocalDate,
    pub valid_until: LocalDate,
    pub allocated_on: LocalDate,
    pub amount_fen: Fen,
    pub released_fen: Fen,
    pub committed_fen: Fen,
    pub note: String,
    pub recorder_name: String,
    pub recorded_at: UtcTime,
}

impl AllocationRow {
    /// What stands of it.
    #[must_use]
    pub const fn standing(&self) -> Fen {
        Fen(self.amount_fen.0.saturating_sub(self.released_fen.0))
    }

    /// What no contract binds.
    #[must_use]
    pub const fn free(&self) -> Fen {
        Fen(self.standing().0.saturating_sub(self.committed_fen.0))
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = funding_commitments)]
pub struct CommitmentRow {
    pub id: FundingCommitmentId,
    pub allocation_id: FundingAllocationId,
    pub contract_number: String,
    pub counterparty: String,
    pub amount_fen: Fen,
    pub released_fen: Fen,
    pub claimed_fen: Fen,
    pub recorder_name: String,
    pub recorded_at: UtcTime,
}

impl CommitmentRow {
    /// What is neither paid nor waiting to be paid nor released.
    #[must_use]
    pub const fn open(&self) -> Fen {
        let used = self.released_fen.0.saturating_add(self.claimed_fen.0);
        Fen(self.amount_fen.0.saturating_sub(used))
    }
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = funding_releases)]
#[diesel(treat_none_as_default_value = false)]
pub struct ReleaseRow {
    pub id: FundingReleaseId,
    pub allocation_id: FundingAllocationId,
    pub commitment_id: Option<FundingCommitmentId>,
    pub amount_fen: Fen,
    pub reason: String,
    pub recorder_name: String,
    pub recorded_at: UtcTime,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = funding_invoices)]
pub struct InvoiceRow {
    pub id: FundingInvoiceId,
    pub counterparty: String,
    pub number: String,
    pub amount_fen: Fen,
    pub claimed_fen: Fen,
    pub claims: i32,
    pub has_twin: bool,
    pub recorded_at: UtcTime,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = funding_payments)]
#[diesel(treat_none_as_default_value = false)]
pub struct PaymentRow {
    pub id: FundingPaymentId,
    pub commitment_id: FundingCommitmentId,
    pub invoice_id: FundingInvoiceId,
    pub amount_fen: Fen,
    pub state: ProposalState,
    pub proposed_by: AccountId,
    pub proposer_name: String,
    pub proposed_at: UtcTime,
    pub settled_by: Option<AccountId>,
    pub settler_name: Option<String>,
    pub settled_at: Option<UtcTime>,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = funding_returns)]
pub struct ReturnRow {
    pub id: FundingReturnId,
    pub source_id: FundingSourceId,
    pub amount_fen: Fen,
    pub document: String,
    pub reason: String,
    pub recorder_name: String,
    pub recorded_at: UtcTime,
}
