//! Words of the ledger: accounts, events, what is to be booked.

mod rows;

pub use rows::{AccountRow, BookRow, EntryRow, HoldRow, JournalRow, PeriodRow, ReservationRow};

use crate::kernel::{
    BuildingId, CommunityId, Fen, JournalId, LedgerAccountId, LocalDate, ProjectId, ReservationId,
    UnitId, UtcTime, VoteId,
};
use crate::platform::two_people::Person;

crate::text_enum! {
    /// What an account holds.
    #[schema(as = LedgerAccountKind)]
    pub enum AccountKind {
        /// 专户存款: money in the special bank account.
        Bank = "bank",
        /// 定期存款、国债: money that is invested.
        Investment = "investment",
        /// 分户账: an owner's sub-account, by unit.
        Unit = "unit",
        /// 售房单位部分: the seller's part of sold public housing, by building.
        Seller = "seller",
        /// 待分配收益: interest and gains that were not allocated yet.
        Unallocated = "unallocated",
        /// 公共收益: income of common parts that was not credited yet.
        PublicRevenue = "public_revenue",
        /// 待查款: receipts of an unknown payer.
        Suspense = "suspense",
        /// 财政补助: a subsidy that was received and not credited yet, by tier and project.
        Subsidy = "subsidy",
        /// 应退补助: a subsidy that is to be paid back.
        SubsidyRepayable = "subsidy_repayable",
        /// 应退款: money of a house that is gone, to be paid out.
        Refund = "refund",
    }
}

impl AccountKind {
    /// Whether a debit makes it larger.
    #[must_use]
    pub const fn is_asset(self) -> bool {
        matches!(self, Self::Bank | Self::Investment)
    }
}

crate::text_enum! {
    /// What is booked (E2-E16 of `docs/repair-fund.md`).
    pub enum Event {
        /// 期初余额: what the books begin with, or what is taken over.
        OpeningBalance = "opening_balance",
        /// E2 交存.
        Deposit = "deposit",
        /// E2 待查款认领: the payer of a receipt is known.
        DepositIdentified = "deposit_identified",
        /// E3 售房单位交存.
        SellerDeposit = "seller_deposit",
        /// E4 公共收益收入.
        PublicRevenueReceived = "public_revenue_received",
        /// E4 公共收益转入分户.
        PublicRevenueCredited = "public_revenue_credited",
        /// E5 利息收入.
        InterestReceived = "interest_received",
        /// E5 利息分配.
        InterestAllocated = "interest_allocated",
        /// E6 购买国债、转存定期.
        Invested = "invested",
        /// E6 到期收回.
        InvestmentRedeemed = "investment_redeemed",
        /// E8 支付工程款.
        ContractorPaid = "contractor_paid",
        /// E9 审定核减收回.
        SettlementRecovered = "settlement_recovered",
        /// E10 补助到账.
        SubsidyReceived = "subsidy_received",
        /// E11 补助入户.
        SubsidyCredited = "subsidy_credited",
        /// E11' 补助拨付项目.
        SubsidyToProject = "subsidy_to_project",
        /// E12 应退补助.
        ClawbackDue = "clawback_due",
        /// E12 退回补助.
        ClawbackPaid = "clawback_paid",
        /// E14 房屋灭失.
        HouseGone = "house_gone",
        /// E14 退还余额.
        RefundPaid = "refund_paid",
        /// E15 退还误交.
        MispaymentRefunded = "mispayment_refunded",
        /// E16 冲销.
        Reversal = "reversal",
    }
}

crate::text_enum! {
    /// Which government pays a subsidy.
    pub enum Tier {
        /// 市级.
        City = "city",
        /// 区级.
        District = "district",
    }
}

crate::text_enum! {
    /// The state of a reservation.
    pub enum ReservationState {
        /// 预留中: what was not paid yet is set aside.
        Held = "held",
        /// 已用完: all of it was paid.
        Settled = "settled",
        /// 已释放: the rest is free again.
        Released = "released",
        /// 已过期: its time is over, the rest is free again.
        Expired = "expired",
    }
}

/// Which account of the books.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AccountKey {
    /// The special bank account.
    Bank,
    /// Investments.
    Investment,
    /// A unit's sub-account.
    Unit {
        /// The unit.
        unit_id: UnitId,
        /// Its building: the building's ledger is the sum of its sub-accounts.
        building_id: BuildingId,
    },
    /// The seller's part of a building.
    Seller(BuildingId),
    /// Income to be allocated.
    Unallocated,
    /// Income of common parts.
    PublicRevenue,
    /// Receipts of unknown payers.
    Suspense,
    /// A tier's subsidy for a project.
    Subsidy(Tier, ProjectId),
    /// Subsidy to be paid back.
    SubsidyRepayable,
    /// Money to be paid out.
    Refund,
}

impl AccountKey {
    /// What it holds.
    #[must_use]
    pub const fn kind(self) -> AccountKind {
        match self {
            Self::Bank => AccountKind::Bank,
            Self::Investment => AccountKind::Investment,
            Self::Unit { .. } => AccountKind::Unit,
            Self::Seller(_) => AccountKind::Seller,
            Self::Unallocated => AccountKind::Unallocated,
            Self::PublicRevenue => AccountKind::PublicRevenue,
            Self::Suspense => AccountKind::Suspense,
            Self::Subsidy(..) => AccountKind::Subsidy,
            Self::SubsidyRepayable => AccountKind::SubsidyRepayable,
            Self::Refund => AccountKind::Refund,
        }
    }

    /// Its word within the books, which never changes: `unit:<id>`.
    #[must_use]
    pub fn code(self) -> String {
        let kind = self.kind();
        match self {
            Self::Unit { unit_id, .. } => format!("{kind}:{unit_id}"),
            Self::Seller(building_id) => format!("{kind}:{building_id}"),
            Self::Subsidy(tier, project_id) => format!("{kind}:{tier}:{project_id}"),
            _ => kind.to_string(),
        }
    }
}

/// What opens a set of books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBooks {
    /// The management area.
    pub community_id: CommunityId,
    /// The bank of the special account 专户银行.
    pub bank_name: String,
    /// Its number.
    pub bank_account: String,
}

/// One entry to be booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewEntry {
    /// The account that is debited.
    pub debit: LedgerAccountId,
    /// The account that is credited.
    pub credit: LedgerAccountId,
    /// Above zero.
    pub amount: Fen,
}

/// What a journal rests on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct References {
    /// 银行流水号: booked once in its books.
    pub bank_serial: Option<String>,
    /// Invoice, contract, report: as the papers have it.
    pub document: Option<String>,
    /// The thing of another slice that it is booked for.
    pub subject: Option<String>,
    /// The owner vote that decided it.
    pub vote_id: Option<VoteId>,
    /// The project.
    pub project_id: Option<ProjectId>,
    /// The reservation that it is paid out of.
    pub reservation: Option<ReservationId>,
    /// The journal that it takes back.
    pub reverses: Option<JournalId>,
}

/// Who made a journal and who checked it; nobody is two of them.
#[derive(Debug, Clone, Default)]
pub struct Signatures {
    /// Who made it; none for what the system itself books.
    pub maker: Option<Person>,
    /// Who checked it, at most two.
    pub checkers: Vec<Person>,
}

/// A journal to be booked.
#[derive(Debug, Clone)]
pub struct NewJournal {
    /// The client's own id, or a new one.
    pub id: JournalId,
    /// What happened.
    pub event: Event,
    /// On which day it counts; not after today.
    pub on: LocalDate,
    /// In a sentence.
    pub narrative: String,
    /// Its entries, in order.
    pub entries: Vec<NewEntry>,
    /// What it rests on.
    pub references: References,
    /// Who made and checked it.
    pub signatures: Signatures,
}

/// An amount to be reserved on accounts.
#[derive(Debug, Clone)]
pub struct NewReservation {
    /// What it is for.
    pub subject: String,
    /// How much on which account, each above zero.
    pub holds: Vec<(LedgerAccountId, Fen)>,
    /// When what was not paid is free again (legal time).
    pub expires_at: UtcTime,
}
