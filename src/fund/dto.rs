//! What travels over HTTP into the repair fund.

use serde::Deserialize;

use crate::fund::model::{
    Liability, NewBudget, NewOperation, NewScheme, NewUse, Operation, OperationState,
};
use crate::kernel::{
    Code, CommunityId, Fen, FundOperationId, LocalDate, Outcome, PageQuery, ProjectId, Refusal,
    VoteId, text::check_text,
};
use crate::ledger::Tier;

/// A scheme that raises money.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SchemeIn {
    /// Its name, 1 to 100 characters.
    #[schema(example = "2026年维修资金补建方案")]
    pub title: String,
    /// Which of the policy's standards.
    #[schema(example = "multi-storey")]
    pub standard: String,
    /// How much of it, in percent; the policy says from where to where.
    #[schema(example = 60)]
    pub percent: u32,
    /// Until when units are to pay.
    pub due_on: LocalDate,
    /// The confirmed vote on matter 6.
    pub raise_vote_id: VoteId,
}

impl SchemeIn {
    /// The command.
    ///
    /// # Errors
    /// `invalid_field` with the pointer; so for all.
    pub fn into_command(self) -> Outcome<NewScheme> {
        Ok(NewScheme {
            title: check_text("/title", &self.title, 1..=100)?,
            standard: self.standard,
            percent: self.percent,
            due_on: self.due_on,
            raise_vote_id: self.raise_vote_id,
        })
    }
}

/// More time for a household.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeferralIn {
    /// Until when.
    pub until: LocalDate,
    /// Why, 1 to 500 characters.
    #[schema(example = "低保家庭，凭证号 2026-017")]
    pub reason: String,
}

impl DeferralIn {
    /// Day and reason.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<(LocalDate, String)> {
        Ok((self.until, check_text("/reason", &self.reason, 1..=500)?))
    }
}

/// A use of the fund.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FundUseIn {
    /// The project.
    pub project_id: ProjectId,
    /// The item of its plan: its code, with `@building-…` or `@entrance-…` where it has a place.
    #[schema(example = "B01")]
    pub plan_item: String,
    /// Who does the works, 1 to 100 characters.
    #[schema(example = "宁波市某某建设有限公司")]
    pub contractor: String,
    /// The contract's number, 1 to 60 characters.
    #[schema(example = "HT-2026-018")]
    pub contract: String,
    /// The confirmed vote on matter 5.
    pub use_vote_id: VoteId,
    /// The residents' share of the item's cost, in yuan.
    pub amount: Fen,
    /// Whose duty the cost is.
    pub liability: Liability,
}

impl FundUseIn {
    /// The command.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<NewUse> {
        Ok(NewUse {
            project_id: self.project_id,
            plan_item: check_text("/plan_item", &self.plan_item, 1..=100)?,
            contractor: check_text("/contractor", &self.contractor, 1..=100)?,
            contract: check_text("/contract", &self.contract, 1..=60)?,
            use_vote_id: self.use_vote_id,
            amount: self.amount,
            liability: self.liability,
        })
    }
}

/// What is to be booked.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FundOperationIn {
    /// An id of your own, so that the same operation is never asked for twice.
    #[serde(default)]
    pub id: Option<FundOperationId>,
    /// On which day it counts; today when absent.
    #[serde(default)]
    pub on: Option<LocalDate>,
    /// What is to be booked.
    pub operation: Operation,
}

impl FundOperationIn {
    /// The command.
    ///
    /// # Errors
    /// `invalid_field` for a text that is empty or too long.
    pub fn into_command(self) -> Outcome<NewOperation> {
        check_operation(&self.operation)?;
        Ok(NewOperation { id: self.id.unwrap_or_default(), operation: self.operation, on: self.on })
    }
}

const MOST_LINES: usize = 20_000;

fn check_operation(operation: &Operation) -> Outcome<()> {
    let text = |field: &str, text: &str, most: usize| {
        check_text(&format!("/operation/{field}"), text, 1..=most).map(drop)
    };
    let serial = |serial: &str| text("bank_serial", serial, 64);
    let papers = |bank_serial: &str, document: &str| {
        serial(bank_serial)?;
        text("document", document, 100)
    };
    match operation {
        Operation::OpeningBalance { units, document } => {
            if units.is_empty() || units.len() > MOST_LINES {
                let detail = format!("{}; 1 to {MOST_LINES}", units.len());
                return Err(Refusal::field(Code::InvalidField, "/operation/units", detail));
            }
            text("document", document, 100)
        }
        Operation::Deposit { bank_serial, .. }
        | Operation::SellerDeposit { bank_serial, .. }
        | Operation::Interest { bank_serial, .. }
        | Operation::Redeem { bank_serial, .. }
        | Operation::ReceiveSubsidy { bank_serial, .. }
        | Operation::RefundMispayment { bank_serial, .. } => serial(bank_serial),
        Operation::Receipt { bank_serial, memo, .. } => {
            serial(bank_serial)?;
            text("memo", memo, 200)
        }
        Operation::PublicRevenue { bank_serial, document, .. }
        | Operation::Invest { bank_serial, document, .. }
        | Operation::PayClawback { bank_serial, document, .. }
        | Operation::PayRefund { bank_serial, document, .. } => papers(bank_serial, document),
        Operation::CreditPublicRevenue { document, .. } | Operation::HouseGone { document, .. } => {
            text("document", document, 100)
        }
        Operation::Pay { payee, invoice, acceptance, bank_serial, .. } => {
            text("payee", payee, 100)?;
            text("invoice", invoice, 60)?;
            text("acceptance", acceptance, 100)?;
            serial(bank_serial)
        }
        Operation::Audit { report, bank_serial, .. } => {
            text("report", report, 100)?;
            bank_serial.as_deref().map_or(Ok(()), serial)
        }
        Operation::IdentifyReceipt { .. }
        | Operation::AllocateInterest { .. }
        | Operation::CreditSubsidy { .. }
        | Operation::Reverse { .. } => Ok(()),
    }
}

/// Why an operation is taken back.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WithdrawalIn {
    /// Why, 1 to 500 characters.
    pub reason: String,
}

/// What is claimed.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClaimIn {
    /// The project whose audited use is matched.
    pub project_id: ProjectId,
}

/// What a tier has for matches in a year.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FundBudgetIn {
    /// Where it applies: a prefix of division codes.
    #[schema(example = "330203")]
    pub division_code: String,
    /// Which government.
    pub tier: Tier,
    /// The year.
    #[schema(example = 2026)]
    pub year: i32,
    /// How much, in yuan.
    pub amount: Fen,
    /// The document that says so, 1 to 100 characters.
    #[schema(example = "甬财建〔2026〕12号")]
    pub document: String,
}

impl FundBudgetIn {
    /// The command.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<NewBudget> {
        if self.amount < Fen::ZERO {
            return Err(Refusal::field(Code::InvalidField, "/amount", "below zero · 不得为负"));
        }
        Ok(NewBudget {
            division_code: check_text("/division_code", &self.division_code, 2..=12)?,
            tier: self.tier,
            year: self.year,
            amount: self.amount,
            document: check_text("/document", &self.document, 1..=100)?,
        })
    }
}

/// Which operations.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct FundOperationQuery {
    /// Items per page, 1 to 200; 50 when absent.
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// In one state only.
    pub state: Option<OperationState>,
}

impl FundOperationQuery {
    /// State and page.
    #[must_use]
    pub fn parts(self) -> (Option<OperationState>, PageQuery) {
        (self.state, PageQuery { limit: self.limit, cursor: self.cursor })
    }
}

/// What a household wants to know before the vote.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CalculatorQuery {
    /// The community.
    pub community_id: CommunityId,
    /// Which of the policy's standards.
    pub standard: String,
    /// The residents' share of the works that is to be paid, in yuan.
    #[param(value_type = String, example = "5000.00")]
    pub use_amount: Fen,
}
