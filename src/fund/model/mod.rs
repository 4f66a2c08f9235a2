//! Words of the repair fund.

mod operation;
mod policy;
mod rows;

pub use operation::{NewOperation, OpeningLine, Operation, OperationState};
pub use policy::{Policy, Standard, TopUpBase, find_policy, policies};
pub use rows::{
    BillRow, BudgetRow, ClaimRow, ClaimUnitRow, OperationRow, PaymentRow, SchemeRow, ShareRow,
    UseRow,
};

use crate::kernel::{CommunityId, Fen, LocalDate, Outcome, ProjectId, VoteId};
use crate::ledger::Tier;
use crate::platform::db::Conn;

crate::text_enum! {
    /// The state of a use.
    pub enum UseState {
        /// 已预留: reserved, and paid out of.
        Reserved = "reserved",
        /// 已释放: given up before anything was paid.
        Released = "released",
        /// 已审定: settled by an audit report.
        Audited = "audited",
    }
}

crate::text_enum! {
    /// The state of a claim.
    pub enum ClaimState {
        /// 排队: the budget of a tier is exhausted.
        Queued = "queued",
        /// 已申请: both tiers have the money set aside.
        Submitted = "submitted",
        /// 已到账: both tiers have paid.
        Received = "received",
        /// 已入户: credited to the sub-accounts, or paid to the project.
        Credited = "credited",
    }
}

crate::text_enum! {
    /// Whose duty a cost is (165号令 art. 25: the fund pays for none but the first).
    pub enum Liability {
        /// 共用部位、共用设施设备: the owners'.
        CommonParts = "common_parts",
        /// 保修期内: the developer's or contractor's.
        Warranty = "warranty",
        /// 专营单位管线设备: the utility operator's.
        Operator = "operator",
        /// 人为损坏: whoever did it.
        Damage = "damage",
        /// 物业服务合同约定: the property manager's.
        ManagerContract = "manager_contract",
    }
}

/// What a plan says about one of its items, as far as money rests on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanItemFacts {
    /// The project's community.
    pub community_id: CommunityId,
    /// The item's name.
    pub title: String,
    /// Its estimated cost.
    pub cost: Fen,
    /// Whether the project's owners decided on the plan.
    pub is_decided: bool,
}

/// Whoever knows the plans.
pub trait PlanItems: Send + Sync {
    /// An item of the newest fixed version of a project's plan, by its key.
    ///
    /// # Errors
    /// Of the database.
    fn find_item(&self, conn: &mut Conn, of: (ProjectId, &str)) -> Outcome<Option<PlanItemFacts>>;
}

/// What raises money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewScheme {
    /// Its name.
    pub title: String,
    /// Which of the policy's standards.
    pub standard: String,
    /// How much of it, in percent.
    pub percent: u32,
    /// Until when units are to pay.
    pub due_on: LocalDate,
    /// The confirmed special vote.
    pub raise_vote_id: VoteId,
}

/// What uses money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUse {
    /// The project.
    pub project_id: ProjectId,
    /// The key of the item of its plan.
    pub plan_item: String,
    /// Who does the works.
    pub contractor: String,
    /// The contract's number.
    pub contract: String,
    /// The confirmed vote that decided it.
    pub use_vote_id: VoteId,
    /// The residents' share of the item's cost.
    pub amount: Fen,
    /// Whose duty the cost is.
    pub liability: Liability,
}

/// What a tier has for a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBudget {
    /// Where it applies: a prefix of division codes.
    pub division_code: String,
    /// Which government.
    pub tier: Tier,
    /// The year.
    pub year: i32,
    /// How much.
    pub amount: Fen,
    /// The document that says so.
    pub document: String,
}
