//! What committees and bureaus see: who has paid, what waits, what rests on what.

use serde::Serialize;

use crate::fund::{
    model::{BillRow, OperationRow, OperationState, SchemeRow, UseRow, UseState},
    store::{operations, schemes, uses},
};
use crate::kernel::{
    Area, BillId, BookId, Code, Fen, FundOperationId, FundUseId, LocalDate, Outcome, Page,
    PageQuery, ProjectId, Refusal, SchemeId, UnitId, UtcTime, VoteId,
};
use crate::ledger::BookRow;
use crate::platform::db::Conn;

/// A scheme.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct SchemeView {
    /// The scheme.
    pub id: SchemeId,
    /// Its name.
    pub title: String,
    /// The standard that it takes a part of.
    pub standard: String,
    /// Yuan for each m².
    pub per_m2: Fen,
    /// Which part of it, in percent.
    pub percent: i32,
    /// The vote that decided it.
    pub raise_vote_id: VoteId,
    /// Until when units are to pay.
    pub due_on: LocalDate,
    /// How many units are billed.
    pub units: i32,
    /// The sum of the bills.
    pub amount: Fen,
}

impl From<SchemeRow> for SchemeView {
    fn from(row: SchemeRow) -> Self {
        Self {
            id: row.id,
            title: row.title,
            standard: row.standard,
            per_m2: row.standard_fen,
            percent: row.percent,
            raise_vote_id: row.raise_vote_id,
            due_on: row.due_on,
            units: row.units,
            amount: row.amount_fen,
        }
    }
}

crate::text_enum! {
    /// How a bill stands.
    pub enum BillState {
        /// 未交.
        Open = "open",
        /// 部分交存.
        Partly = "partly",
        /// 已交清.
        Paid = "paid",
        /// 已逾期.
        Overdue = "overdue",
        /// 已缓交: more time was given.
        Deferred = "deferred",
    }
}

/// A unit's bill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct BillView {
    /// The bill.
    pub id: BillId,
    /// The unit.
    pub unit_id: UnitId,
    /// Its building.
    pub building: String,
    /// Its number.
    pub code: String,
    /// Its exclusive area.
    pub area: Area,
    /// What is to be paid.
    pub amount: Fen,
    /// What was paid; what is above the amount stays in the sub-account.
    pub paid: Fen,
    /// What is missing.
    pub open: Fen,
    /// Until when.
    pub due_on: LocalDate,
    /// How it stands.
    pub state: BillState,
}

/// A bill as it stands on a day.
pub fn bill_view(row: BillRow, today: LocalDate) -> BillView {
    let due_on = row.deferred_to.unwrap_or(row.due_on);
    let open = Fen(row.amount_fen.0.saturating_sub(row.paid_fen.0).max(0));
    let state = if open == Fen::ZERO {
        BillState::Paid
    } else if due_on < today {
        BillState::Overdue
    } else if row.deferred_to.is_some() {
        BillState::Deferred
    } else if row.paid_fen > Fen::ZERO {
        BillState::Partly
    } else {
        BillState::Open
    };
    BillView {
        id: row.id,
        unit_id: row.unit_id,
        building: row.building,
        code: row.code,
        area: row.area,
        amount: row.amount_fen,
        paid: row.paid_fen,
        open,
        due_on,
        state,
    }
}

/// How the bills of a building stand.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct BuildingBills {
    /// The building.
    pub building: String,
    /// How many units.
    pub units: usize,
    /// How many paid all.
    pub paid_units: usize,
    /// What is to be paid.
    pub amount: Fen,
    /// What was paid of it.
    pub paid: Fen,
}

/// 交存情况: who has paid, by building, with everybody who has not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct SchemeBoard {
    /// The scheme.
    pub scheme: SchemeView,
    /// By building.
    pub buildings: Vec<BuildingBills>,
    /// 欠交清单: bills with something open, by building and room.
    pub arrears: Vec<BillView>,
}

/// A scheme of the books.
///
/// # Errors
/// `not_found`.
pub fn scheme_board(
    conn: &mut Conn,
    (book, id): (&BookRow, SchemeId),
    today: LocalDate,
) -> Outcome<SchemeBoard> {
    let row = schemes::find_scheme(conn, id)?.filter(|row| row.book_id == book.id);
    let row = row.ok_or_else(|| Refusal::new(Code::NotFound))?;
    let mut buildings: Vec<BuildingBills> = Vec::new();
    let mut arrears = Vec::new();
    for bill in schemes::list_bills(conn, id)? {
        let view = bill_view(bill, today);
        if buildings.last().is_none_or(|last| last.building != view.building) {
            let building = view.building.clone();
            buildings.push(BuildingBills { building, ..BuildingBills::default() });
        }
        if let Some(last) = buildings.last_mut() {
            last.units += 1;
            last.amount = last.amount.checked_add(view.amount).unwrap_or_default();
            let paid = view.paid.min(view.amount);
            last.paid = last.paid.checked_add(paid).unwrap_or_default();
            last.paid_units += usize::from(view.state == BillState::Paid);
        }
        if view.open > Fen::ZERO {
            arrears.push(view);
        }
    }
    Ok(SchemeBoard { scheme: row.into(), buildings, arrears })
}

/// An operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct OperationView {
    /// The operation.
    pub id: FundOperationId,
    /// What is to be booked, as it was asked for.
    pub operation: serde_json::Value,
    /// How much it moves.
    pub amount: Fen,
    /// On which day it counts.
    pub on: LocalDate,
    /// How it stands.
    pub state: OperationState,
    /// How many others must sign.
    pub signatures_needed: i32,
    /// Who asked for it.
    pub maker: String,
    /// Who signed.
    pub checkers: Vec<String>,
    /// Why it was taken back.
    pub reason: Option<String>,
    /// When it was asked for.
    pub made_at: UtcTime,
    /// When it was booked or taken back.
    pub settled_at: Option<UtcTime>,
}

impl From<OperationRow> for OperationView {
    fn from(row: OperationRow) -> Self {
        Self {
            id: row.id,
            operation: serde_json::from_str(&row.body).unwrap_or_default(),
            amount: row.amount_fen,
            on: row.on_date,
            state: row.state,
            signatures_needed: row.signatures_needed,
            maker: row.maker_name,
            checkers: row.checker_name.into_iter().chain(row.second_checker_name).collect(),
            reason: row.reason,
            made_at: row.made_at,
            settled_at: row.settled_at,
        }
    }
}

/// A page of the operations of the books, the newest first.
///
/// # Errors
/// `invalid_cursor`.
pub fn list_operations(
    conn: &mut Conn,
    book_id: BookId,
    (state, page): (Option<OperationState>, &PageQuery),
) -> Outcome<Page<OperationView>> {
    let before = page.cursor::<FundOperationId>()?;
    let rows = operations::list_operations(conn, (book_id, state), (before, page.fetch()))?;
    let rows = Page::cut(rows, page.limit(), |row| row.id.to_string());
    Ok(rows.map(Into::into))
}

/// A unit's share of a use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ShareView {
    /// The unit.
    pub unit_id: UnitId,
    /// Building and room.
    pub building: String,
    /// Its number.
    pub code: String,
    /// Its share.
    pub share: Fen,
    /// What of it the sub-account bears.
    pub fund: Fen,
    /// What of it the owner owes directly 直接出资.
    pub direct: Fen,
    /// What the sub-account bore until now.
    pub borne: Fen,
}

/// A payment against an invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct PaymentView {
    /// Who was paid.
    pub payee: String,
    /// The invoice.
    pub invoice: String,
    /// The acceptance.
    pub acceptance: String,
    /// How much, direct contributions included.
    pub amount: Fen,
    /// What of it the fund paid.
    pub fund: Fen,
    /// When.
    pub at: UtcTime,
}

/// A use with everything that stands behind it: the chain from the vote to the match.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct UseView {
    /// The use.
    pub id: FundUseId,
    /// The project.
    pub project_id: ProjectId,
    /// The key of the item of its plan.
    pub plan_item: String,
    /// The item's name.
    pub title: String,
    /// Who does the works.
    pub contractor: String,
    /// The contract.
    pub contract: String,
    /// The vote that decided it.
    pub use_vote_id: VoteId,
    /// The residents' share.
    pub amount: Fen,
    /// What of it the fund bears.
    pub fund: Fen,
    /// What of it is owed directly.
    pub direct: Fen,
    /// What was paid of it.
    pub paid: Fen,
    /// What of that the fund paid.
    pub fund_paid: Fen,
    /// What the audit report allows.
    pub audited: Option<Fen>,
    /// The audit report.
    pub audit_report: Option<String>,
    /// How it stands.
    pub state: UseState,
    /// By unit; absent in lists.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub shares: Vec<ShareView>,
    /// Its payments; absent in lists.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub payments: Vec<PaymentView>,
}

impl From<UseRow> for UseView {
    fn from(row: UseRow) -> Self {
        Self {
            id: row.id,
            project_id: row.project_id,
            plan_item: row.plan_item,
            title: row.title,
            contractor: row.contractor,
            contract: row.contract,
            use_vote_id: row.use_vote_id,
            amount: row.amount_fen,
            fund: row.fund_fen,
            direct: row.direct_fen,
            paid: row.paid_fen,
            fund_paid: row.fund_paid_fen,
            audited: row.audited_fen,
            audit_report: row.audit_report,
            state: row.state,
            shares: Vec::new(),
            payments: Vec::new(),
        }
    }
}

/// A use of the books with its shares and payments.
///
/// # Errors
/// `not_found`.
pub fn use_view(conn: &mut Conn, book: &BookRow, id: FundUseId) -> Outcome<UseView> {
    let row = uses::find_use(conn, id)?.filter(|row| row.book_id == book.id);
    let row = row.ok_or_else(|| Refusal::new(Code::NotFound))?;
    let shares = uses::list_shares(conn, id)?.into_iter().map(|share| ShareView {
        unit_id: share.unit_id,
        building: share.building,
        code: share.code,
        share: share.share_fen,
        fund: share.fund_fen,
        direct: share.direct_fen,
        borne: share.borne_fen,
    });
    let shares = shares.collect();
    let payments = uses::list_payments(conn, id)?.into_iter().map(|one| PaymentView {
        payee: one.payee,
        invoice: one.invoice,
        acceptance: one.acceptance,
        amount: one.amount_fen,
        fund: one.fund_fen,
        at: one.at,
    });
    Ok(UseView { shares, payments: payments.collect(), ..row.into() })
}

/// The uses of the books, in order.
///
/// # Errors
/// Of the database.
pub fn list_uses(conn: &mut Conn, book: &BookRow) -> Outcome<Vec<UseView>> {
    Ok(uses::list_uses(conn, book.id)?.into_iter().map(Into::into).collect())
}

/// The schemes of the books, in order.
///
/// # Errors
/// Of the database.
pub fn list_schemes(conn: &mut Conn, book: &BookRow) -> Outcome<Vec<SchemeView>> {
    Ok(schemes::list_schemes(conn, book.id)?.into_iter().map(Into::into).collect())
}
