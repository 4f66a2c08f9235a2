//! The rows of the fund's tables.

use diesel::{Insertable, Queryable, Selectable};

use super::{ClaimState, OperationState, UseState};
use crate::kernel::{
    AccountId, Area, BillId, BookId, BudgetId, ClaimId, Fen, FundOperationId, FundUseId,
    LedgerAccountId, LocalDate, PaymentId, ProjectId, ReservationId, SchemeId, UnitId, UtcTime,
    VoteId,
};
use crate::ledger::Tier;
use crate::platform::db::schema::{
    fund_bills, fund_budgets, fund_claim_units, fund_claims, fund_operations, fund_payments,
    fund_schemes, fund_use_shares, fund_uses,
};

/// A scheme.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = fund_schemes)]
#[diesel(treat_none_as_default_value = false)]
pub struct SchemeRow {
    pub id: SchemeId,
    pub book_id: BookId,
    pub title: String,
    pub policy: String,
    pub standard: String,
    pub standard_fen: Fen,
    pub percent: i32,
    pub scope: String,
    pub raise_vote_id: VoteId,
    pub due_on: LocalDate,
    pub units: i32,
    pub amount_fen: Fen,
    pub maker_id: AccountId,
    pub maker_name: String,
    pub created_at: UtcTime,
}

/// A bill.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = fund_bills)]
#[diesel(treat_none_as_default_value = false)]
pub struct BillRow {
    pub id: BillId,
    pub scheme_id: SchemeId,
    pub book_id: BookId,
    pub unit_id: UnitId,
    pub building: String,
    pub code: String,
    pub area: Area,
    pub amount_fen: Fen,
    pub paid_fen: Fen,
    pub due_on: LocalDate,
    pub deferred_to: Option<LocalDate>,
    pub deferral_reason: Option<String>,
    pub version: i32,
}

/// A use.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = fund_uses)]
#[diesel(treat_none_as_default_value = false)]
pub struct UseRow {
    pub id: FundUseId,
    pub book_id: BookId,
    pub project_id: ProjectId,
    pub plan_item: String,
    pub title: String,
    pub contractor: String,
    pub contract: String,
    pub use_vote_id: VoteId,
    pub policy: String,
    pub amount_fen: Fen,
    pub fund_fen: Fen,
    pub direct_fen: Fen,
    pub paid_fen: Fen,
    pub fund_paid_fen: Fen,
    pub audited_fen: Option<Fen>,
    pub audit_report: Option<String>,
    pub reservation_id: Option<ReservationId>,
    pub state: UseState,
    pub version: i32,
    pub maker_id: AccountId,
    pub maker_name: String,
    pub created_at: UtcTime,
}

/// A unit's share of a use.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = fund_use_shares)]
#[diesel(treat_none_as_default_value = false)]
pub struct ShareRow {
    pub use_id: FundUseId,
    pub unit_id: UnitId,
    pub account_id: LedgerAccountId,
    pub building: String,
    pub code: String,
    pub area: Area,
    pub share_fen: Fen,
    pub fund_fen: Fen,
    pub direct_fen: Fen,
    pub borne_fen: Fen,
}

/// An operation.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = fund_operations)]
#[diesel(treat_none_as_default_value = false)]
pub struct OperationRow {
    pub id: FundOperationId,
    pub book_id: BookId,
    pub kind: String,
    pub body: String,
    pub amount_fen: Fen,
    pub on_date: LocalDate,
    pub signatures_needed: i32,
    pub state: OperationState,
    pub maker_id: AccountId,
    pub maker_name: String,
    pub checker_id: Option<AccountId>,
    pub checker_name: Option<String>,
    pub second_checker_id: Option<AccountId>,
    pub second_checker_name: Option<String>,
    pub reason: Option<String>,
    pub made_at: UtcTime,
    pub settled_at: Option<UtcTime>,
    pub version: i32,
}

/// A payment.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = fund_payments)]
#[diesel(treat_none_as_default_value = false)]
pub struct PaymentRow {
    pub id: PaymentId,
    pub use_id: FundUseId,
    pub operation_id: FundOperationId,
    pub payee: String,
    pub invoice: String,
    pub acceptance: String,
    pub amount_fen: Fen,
    pub fund_fen: Fen,
    pub at: UtcTime,
}

/// A budget.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = fund_budgets)]
#[diesel(treat_none_as_default_value = false)]
pub struct BudgetRow {
    pub id: BudgetId,
    pub division_code: String,
    pub tier: Tier,
    pub year: i32,
    pub document: String,
    pub amount_fen: Fen,
    pub committed_fen: Fen,
    pub version: i32,
}

/// A claim.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = fund_claims)]
#[diesel(treat_none_as_default_value = false)]
pub struct ClaimRow {
    pub id: ClaimId,
    pub book_id: BookId,
    pub project_id: ProjectId,
    pub number: i32,
    pub division_code: String,
    pub policy: String,
    pub year: i32,
    pub used_fen: Fen,
    pub entitled_fen: Fen,
    pub amount_fen: Fen,
    pub city_fen: Fen,
    pub district_fen: Fen,
    pub city_received_fen: Fen,
    pub district_received_fen: Fen,
    pub state: ClaimState,
    pub maker_id: AccountId,
    pub maker_name: String,
    pub created_at: UtcTime,
    pub version: i32,
}

/// A unit's part of a claim.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = fund_claim_units)]
#[diesel(treat_none_as_default_value = false)]
pub struct ClaimUnitRow {
    pub claim_id: ClaimId,
    pub unit_id: UnitId,
    pub account_id: LedgerAccountId,
    pub building: String,
    pub code: String,
    pub used_fen: Fen,
    pub amount_fen: Fen,
}
