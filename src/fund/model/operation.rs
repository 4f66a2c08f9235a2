//! Operations 业务单: everything that is booked on the fund, as it is asked for.

use serde::{Deserialize, Serialize};

use crate::kernel::{
    BuildingId, ClaimId, Fen, FundOperationId, FundUseId, JournalId, LocalDate, UnitId,
};
use crate::ledger::Tier;

crate::text_enum! {
    /// The state of an operation.
    pub enum OperationState {
        /// 待复核: it waits for another person.
        Proposed = "proposed",
        /// 已记账: it is booked.
        Booked = "booked",
        /// 已撤回: it was taken back before it was booked.
        Withdrawn = "withdrawn",
    }
}

/// What a sub-account begins with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpeningLine {
    /// The unit.
    pub unit_id: UnitId,
    /// In yuan.
    pub amount: Fen,
}

/// What is to be booked. Amounts are in yuan, above zero.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Operation {
    /// 期初余额: what sub-accounts that existed before begin with.
    OpeningBalance {
        /// By unit.
        units: Vec<OpeningLine>,
        /// The document that says so.
        document: String,
    },
    /// E2 交存: a unit pays in.
    Deposit {
        /// The unit.
        unit_id: UnitId,
        /// How much.
        amount: Fen,
        /// 银行流水号.
        bank_serial: String,
    },
    /// E2 待查款: a receipt whose payer is unknown.
    Receipt {
        /// How much.
        amount: Fen,
        /// 银行流水号.
        bank_serial: String,
        /// What the bank says of it.
        memo: String,
    },
    /// E2 待查款认领: the payer of a receipt is known now.
    IdentifyReceipt {
        /// The receipt's journal.
        journal_id: JournalId,
        /// Whose it is.
        unit_id: UnitId,
        /// How much of it.
        amount: Fen,
    },
    /// E3 售房单位交存: the seller's part for sold public housing.
    SellerDeposit {
        /// The building.
        building_id: BuildingId,
        /// How much.
        amount: Fen,
        /// 银行流水号.
        bank_serial: String,
    },
    /// E4 公共收益收入: income of common parts.
    PublicRevenue {
        /// How much.
        amount: Fen,
        /// 银行流水号.
        bank_serial: String,
        /// The statement of the period.
        document: String,
    },
    /// E4 公共收益转入分户: credited to all units by area.
    CreditPublicRevenue {
        /// How much.
        amount: Fen,
        /// The owners' assembly's decision.
        document: String,
    },
    /// E5 利息收入.
    Interest {
        /// How much.
        amount: Fen,
        /// 银行流水号.
        bank_serial: String,
    },
    /// E5 利息分配: by balance and days of a half-open period.
    AllocateInterest {
        /// How much.
        amount: Fen,
        /// Its first day.
        from: LocalDate,
        /// The day after its last.
        to: LocalDate,
    },
    /// E6 转存定期、购买国债.
    Invest {
        /// How much.
        amount: Fen,
        /// 银行流水号.
        bank_serial: String,
        /// The certificate.
        document: String,
    },
    /// E6 到期收回.
    Redeem {
        /// What was invested.
        principal: Fen,
        /// What it gained; may be zero.
        gain: Fen,
        /// 银行流水号.
        bank_serial: String,
    },
    /// E8 支付工程款.
    Pay {
        /// The use.
        use_id: FundUseId,
        /// The residents' share of the invoice, direct contributions included.
        amount: Fen,
        /// Who is paid.
        payee: String,
        /// 发票号码: paid once.
        invoice: String,
        /// 验收单: the acceptance of what is paid for.
        acceptance: String,
        /// 银行流水号.
        bank_serial: String,
    },
    /// E9 审定: what the audit report allows; below what was paid, the difference comes back.
    Audit {
        /// The use.
        use_id: FundUseId,
        /// The audited residents' share.
        audited: Fen,
        /// 审定报告.
        report: String,
        /// 银行流水号 of what came back, where something did.
        #[serde(default)]
        bank_serial: Option<String>,
    },
    /// E10 补助到账.
    ReceiveSubsidy {
        /// The claim.
        claim_id: ClaimId,
        /// Who paid.
        tier: Tier,
        /// How much.
        amount: Fen,
        /// 银行流水号.
        bank_serial: String,
    },
    /// E11 补助入户, or to the project where the policy says so.
    CreditSubsidy {
        /// The claim.
        claim_id: ClaimId,
    },
    /// E12 退回补助.
    PayClawback {
        /// How much.
        amount: Fen,
        /// 银行流水号.
        bank_serial: String,
        /// The demand.
        document: String,
    },
    /// E14 房屋灭失: the sub-account is paid out and closed.
    HouseGone {
        /// The unit.
        unit_id: UnitId,
        /// The proof.
        document: String,
    },
    /// E14 退还余额.
    PayRefund {
        /// How much.
        amount: Fen,
        /// 银行流水号.
        bank_serial: String,
        /// To whom, by which paper.
        document: String,
    },
    /// E15 退还误交.
    RefundMispayment {
        /// The deposit's journal.
        journal_id: JournalId,
        /// How much of it.
        amount: Fen,
        /// 银行流水号.
        bank_serial: String,
    },
    /// E16 冲销: a journal that was booked by mistake.
    Reverse {
        /// The journal.
        journal_id: JournalId,
    },
}

/// An operation that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOperation {
    /// The client's own id, or a new one.
    pub id: FundOperationId,
    /// What is to be booked.
    pub operation: Operation,
    /// On which day it counts; today when absent.
    pub on: Option<LocalDate>,
}
