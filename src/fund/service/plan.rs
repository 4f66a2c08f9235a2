//! What an operation books: the journals, and what it changes beside the books. Nothing is written here,
//! so that an operation can be looked at when it is asked for and again when it is checked.

use super::{plan_income, plan_use};
use crate::fund::model::{ClaimRow, Operation, PaymentRow, UseRow};
use crate::kernel::{
    BuildingId, Code, Fen, FundOperationId, LedgerAccountId, Outcome, Refusal, ReservationId,
    UnitId, UtcTime,
};
use crate::ledger::{AccountKey, BookRow, Event, References};
use crate::platform::db::WriteTx;
use crate::registry::{
    RegisterScope, UnitPlace, find_scope_place, list_building_names, list_unit_places,
};

/// An account with the title that it gets where it is new.
pub(super) type Leg = (AccountKey, String);

/// A journal to be booked, before its accounts are looked up.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub event: Event,
    pub narrative: String,
    /// Debit, credit, amount.
    pub lines: Vec<(Leg, Leg, Fen)>,
    pub references: References,
}

/// What an operation changes beside the books.
#[derive(Debug, Clone)]
pub(super) enum Effect {
    /// Nothing.
    None,
    /// Units paid in.
    Paid(Vec<(UnitId, Fen)>),
    /// What units paid in went back.
    Unpaid(Vec<(UnitId, Fen)>),
    /// A contractor was paid: the use as it is then, what each unit bears more, the invoice.
    Use(Box<UseRow>, Vec<(UnitId, Fen)>, Box<PaymentRow>),
    /// A use was audited: as it is then, what each unit bears then, what is free again.
    Audited(Box<UseRow>, Vec<(UnitId, Fen)>, Option<ReservationId>),
    /// A claim went on.
    Claim(Box<ClaimRow>),
    /// These accounts are closed.
    Closed(Vec<LedgerAccountId>),
}

/// What an operation books.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    /// What decides on how many people check it.
    pub amount: Fen,
    pub drafts: Vec<Draft>,
    pub effect: Effect,
}

impl Plan {
    pub(super) fn one(draft: Draft, effect: Effect) -> Outcome<Self> {
        let sum = Fen::checked_sum(draft.lines.iter().map(|(_, _, fen)| *fen));
        let amount = sum.ok_or_else(|| Refusal::internal("overflow"))?;
        Ok(Self { amount, drafts: vec![draft], effect })
    }
}

/// The account of one of a kind.
pub(super) fn leg(key: AccountKey) -> Leg {
    let title = match key {
        AccountKey::Bank => "专户存款".to_owned(),
        AccountKey::Investment => "定期与国债".to_owned(),
        AccountKey::Unallocated => "待分配收益".to_owned(),
        AccountKey::PublicRevenue => "公共收益".to_owned(),
        AccountKey::Suspense => "待查款".to_owned(),
        AccountKey::SubsidyRepayable => "应退补助".to_owned(),
        AccountKey::Refund => "应退款".to_owned(),
        AccountKey::Subsidy(tier, project) => format!("{tier} {project}"),
        AccountKey::Unit { unit_id, .. } => unit_id.to_string(),
        AccountKey::Seller(building_id) => building_id.to_string(),
    };
    (key, title)
}

/// The account of a unit.
pub(super) fn unit_leg(unit: &UnitPlace) -> Leg {
    let key = AccountKey::Unit { unit_id: unit.id, building_id: unit.building_id };
    (key, format!("{} {}", unit.building, unit.code))
}

/// Units of the books, as the register has them today.
///
/// # Errors
/// `fund_unit_outside` where one is not of the books' community.
pub(super) fn units_of_books(
    tx: &mut WriteTx<'_>,
    book: &BookRow,
    ids: &[UnitId],
) -> Outcome<Vec<UnitPlace>> {
    let scope = RegisterScope::Units(ids.to_vec());
    let place = find_scope_place(tx.conn(), &scope)?;
    let today = tx.legal_now().local_date();
    let units = list_unit_places(tx.conn(), &scope, today)?;
    let is_ours = place.is_some_and(|place| place.community_id == book.community_id);
    if is_ours && units.len() == ids.len() {
        return Ok(units);
    }
    let named: Vec<String> = ids.iter().take(10).map(ToString::to_string).collect();
    Err(Refusal::new(Code::FundUnitOutside).with("units", named))
}

/// One unit of the books.
///
/// # Errors
/// `fund_unit_outside`.
pub(super) fn unit_of_books(
    tx: &mut WriteTx<'_>,
    book: &BookRow,
    id: UnitId,
) -> Outcome<UnitPlace> {
    let unit = units_of_books(tx, book, &[id])?.into_iter().next();
    unit.ok_or_else(|| Refusal::new(Code::FundUnitOutside))
}

/// The account of the seller's part of a building of the books.
///
/// # Errors
/// `fund_unit_outside`.
pub(super) fn seller_leg(tx: &mut WriteTx<'_>, book: &BookRow, id: BuildingId) -> Outcome<Leg> {
    let place = find_scope_place(tx.conn(), &RegisterScope::Building(id))?;
    if place.is_none_or(|place| place.community_id != book.community_id) {
        return Err(Refusal::new(Code::FundUnitOutside).with("building_id", id.to_string()));
    }
    let names = list_building_names(tx.conn(), &[id])?;
    Ok((AccountKey::Seller(id), format!("{} 售房单位", names.join(" "))))
}

/// What an operation books, as the books stand.
///
/// # Errors
/// Of the operation: see [`Operation`].
pub(super) fn plan(
    tx: &mut WriteTx<'_>,
    book: &BookRow,
    (id, operation, at): (FundOperationId, &Operation, UtcTime),
) -> Outcome<Plan> {
    match operation {
        Operation::Pay { .. } => plan_use::pay(tx, book, (id, operation, at)),
        Operation::Audit { .. } => plan_use::audit(tx, book, operation),
        Operation::ReceiveSubsidy { .. } => plan_use::receive_subsidy(tx, book, operation),
        Operation::CreditSubsidy { claim_id } => plan_use::credit_subsidy(tx, book, *claim_id),
        Operation::PayClawback { amount, bank_serial, document } => plan_income::paid_out(
            (Event::ClawbackPaid, AccountKey::SubsidyRepayable),
            (*amount, bank_serial, document),
        ),
        Operation::PayRefund { amount, bank_serial, document } => plan_income::paid_out(
            (Event::RefundPaid, AccountKey::Refund),
            (*amount, bank_serial, document),
        ),
        Operation::HouseGone { unit_id, document } => {
            plan_income::house_gone(tx, book, (*unit_id, document))
        }
        Operation::RefundMispayment { journal_id, amount, bank_serial } => {
            plan_income::refund_mispayment(tx, book, (*journal_id, *amount, bank_serial))
        }
        Operation::Reverse { journal_id } => plan_income::reverse(tx, book, *journal_id),
        Operation::OpeningBalance { .. }
        | Operation::Deposit { .. }
        | Operation::Receipt { .. }
        | Operation::IdentifyReceipt { .. }
        | Operation::SellerDeposit { .. }
        | Operation::PublicRevenue { .. }
        | Operation::CreditPublicRevenue { .. }
        | Operation::Interest { .. }
        | Operation::AllocateInterest { .. }
        | Operation::Invest { .. }
        | Operation::Redeem { .. } => plan_income::income(tx, book, operation),
    }
}
