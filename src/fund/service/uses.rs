//! Using money: the residents' share of a plan item is reserved on the sub-accounts of those who voted (E7).

use serde_json::json;

use super::{
    operations::free,
    schemes::policy_of,
    votes::{USE, bearing_units, decided_scope},
};
use crate::fund::{
    model::{Liability, NewUse, PlanItems, ShareRow, UseRow, UseState},
    rules::shares::{Bearer, share_use},
    store::uses,
};
use crate::kernel::{Area, Code, Fen, FundUseId, Outcome, Refusal};
use crate::ledger::{AccountKey, BookRow, NewReservation, available, ensure_accounts, reserve};
use crate::platform::{db::WriteTx, two_people::Person};

/// The subject under which a use is booked.
pub(super) fn subject(id: FundUseId) -> String {
    format!("use:{id}")
}

fn check_item(
    tx: &mut WriteTx<'_>,
    (book, plans): (&BookRow, &dyn PlanItems),
    new: &NewUse,
) -> Outcome<String> {
    if new.liability != Liability::CommonParts {
        return Err(Refusal::field(Code::FundCostIneligible, "/liability", new.liability)
            .with("reason", new.liability.as_str())
            .with("clause", "住宅专项维修资金管理办法 25"));
    }
    let found = plans.find_item(tx.conn(), (new.project_id, &new.plan_item))?;
    let item = found.filter(|item| item.community_id == book.community_id);
    let item = item.ok_or_else(|| Refusal::new(Code::NotFound))?;
    if !item.is_decided {
        let detail = "the owners have not decided on the plan · 改造方案尚未表决通过";
        return Err(Refusal::field(Code::FundPlanItemUnfit, "/plan_item", detail));
    }
    let earlier = uses::list_of_item(tx.conn(), (new.project_id, &new.plan_item))?;
    let used = earlier.iter().map(|one| one.audited_fen.unwrap_or(one.amount_fen));
    let sum = Fen::checked_sum(used.chain([new.amount]));
    if sum.is_none_or(|sum| sum > item.cost) {
        return Err(Refusal::field(
            Code::FundPlanItemUnfit,
            "/amount",
            "above the item's cost · 超过造价",
        )
        .with("have", sum.unwrap_or_default().to_string())
        .with("need", item.cost.to_string()));
    }
    Ok(item.title)
}

/// Reserves the residents' share of a plan item.
///
/// # Errors
/// `fund_cost_ineligible`; `fund_vote_missing`; `fund_plan_item_unfit`; `balance_too_low` with the units
/// where the policy does not let them contribute directly; `empty_scope`; `roll_incomplete`.
pub fn create(
    tx: &mut WriteTx<'_>,
    (book, plans): (&BookRow, &dyn PlanItems),
    new: &NewUse,
) -> Outcome<UseRow> {
    if new.amount <= Fen::ZERO {
        return Err(Refusal::field(Code::InvalidField, "/amount", "above zero · 须大于零"));
    }
    let title = check_item(tx, (book, plans), new)?;
    let scope = decided_scope(tx.conn(), (book, new.use_vote_id), USE)?;
    let policy = policy_of(book)?;
    let today = tx.legal_now().local_date();
    let units = bearing_units(tx.conn(), &scope, today)?;
    let key = |unit: &crate::registry::UnitPlace| AccountKey::Unit {
        unit_id: unit.id,
        building_id: unit.building_id,
    };
    let wanted: Vec<(AccountKey, String)> =
        units.iter().map(|unit| (key(unit), format!("{} {}", unit.building, unit.code))).collect();
    let accounts = ensure_accounts(tx, book, &wanted)?;
    let bearer = |unit: &crate::registry::UnitPlace| Bearer {
        unit_id: unit.id,
        code: (unit.building.clone(), unit.code.clone()),
        area: unit.area.unwrap_or(Area::ZERO),
        available: accounts.get(&key(unit)).map_or(Fen::ZERO, available),
    };
    let bearers: Vec<Bearer> = units.iter().map(bearer).collect();
    let shares = share_use(new.amount, &bearers, policy.short_balance)?;
    let id = FundUseId::new();
    let mut rows = Vec::with_capacity(shares.len());
    for ((unit, bearer), share) in units.iter().zip(bearers).zip(shares) {
        let account = accounts.get(&key(unit));
        let account = account.ok_or_else(|| Refusal::internal("an account is missing"))?;
        let (building, code) = bearer.code;
        rows.push(ShareRow {
            use_id: id,
            unit_id: unit.id,
            account_id: account.id,
            building,
            code,
            area: bearer.area,
            share_fen: share.share,
            fund_fen: share.fund,
            direct_fen: share.direct,
            borne_fen: Fen::ZERO,
        });
    }
    let row = keep(tx, (book, new), (id, title), &rows)?;
    Ok(row)
}

fn keep(
    tx: &mut WriteTx<'_>,
    (book, new): (&BookRow, &NewUse),
    (id, title): (FundUseId, String),
    shares: &[ShareRow],
) -> Outcome<UseRow> {
    let policy = policy_of(book)?;
    let overflow = || Refusal::internal("overflow");
    let fund = Fen::checked_sum(shares.iter().map(|row| row.fund_fen)).ok_or_else(overflow)?;
    let holds = shares.iter().filter(|row| row.fund_fen > Fen::ZERO);
    let holds: Vec<_> = holds.map(|row| (row.account_id, row.fund_fen)).collect();
    let last_day = tx.legal_now().local_date().plus_days(policy.reserved_days);
    let reservation_id = if holds.is_empty() {
        None
    } else {
        let new = NewReservation { subject: subject(id), holds, expires_at: last_day.ends_at() };
        Some(reserve(tx, book, &new)?.id)
    };
    let person = Person::of(tx)?;
    let row = UseRow {
        id,
        book_id: book.id,
        project_id: new.project_id,
        plan_item: new.plan_item.clone(),
        title,
        contractor: new.contractor.clone(),
        contract: new.contract.clone(),
        use_vote_id: new.use_vote_id,
        policy: serde_json::to_string(policy).map_err(Refusal::internal)?,
        amount_fen: new.amount,
        fund_fen: fund,
        direct_fen: new.amount.checked_sub(fund).ok_or_else(overflow)?,
        paid_fen: Fen::ZERO,
        fund_paid_fen: Fen::ZERO,
        audited_fen: None,
        audit_report: None,
        reservation_id,
        state: UseState::Reserved,
        version: 1,
        maker_id: person.id,
        maker_name: person.name,
        created_at: tx.legal_now(),
    };
    uses::insert_use(tx.conn(), &row, shares)?;
    let told = json!({ "book_id": book.id, "project_id": row.project_id, "amount": row.amount_fen,
        "fund": row.fund_fen, "direct": row.direct_fen });
    tx.emit("fund.reserved", row.id, &told);
    tx.audit("fund.reserved", ("fund_use", row.id), (None, Some(&told)));
    Ok(row)
}

/// A use of the books.
///
/// # Errors
/// `not_found`.
pub(super) fn get(tx: &mut WriteTx<'_>, book: &BookRow, id: FundUseId) -> Outcome<UseRow> {
    let found = uses::find_use(tx.conn(), id)?.filter(|row| row.book_id == book.id);
    found.ok_or_else(|| Refusal::new(Code::NotFound))
}

/// Gives up a use of which nothing was paid.
///
/// # Errors
/// `not_found`; `fund_state_conflict` where something was paid, or it is given up.
pub fn give_up(tx: &mut WriteTx<'_>, (book, id): (&BookRow, FundUseId)) -> Outcome<UseRow> {
    let row = get(tx, book, id)?;
    if row.state != UseState::Reserved || row.paid_fen > Fen::ZERO {
        return Err(Refusal::new(Code::FundStateConflict)
            .with("state", row.state.as_str())
            .with("paid", row.paid_fen.to_string()));
    }
    if let Some(id) = row.reservation_id {
        free(tx, id)?;
    }
    let row = UseRow { state: UseState::Released, ..row };
    if !uses::update_use(tx.conn(), &row)? {
        return Err(Refusal::new(Code::StaleVersion));
    }
    let told = json!({ "book_id": book.id, "project_id": row.project_id });
    tx.emit("fund.released", row.id, &told);
    tx.audit("fund.released", ("fund_use", row.id), (None, Some(&told)));
    Ok(row)
}
