//! Raising money: a scheme that owners decided, and a bill for each unit (E1).

use serde_json::json;

use super::votes::{RAISE, bearing_units, decided_scope};
use crate::fund::{
    model::{BillRow, NewScheme, Policy, SchemeRow, Standard, find_policy},
    rules::assess::assess,
    store::schemes,
};
use crate::kernel::{Area, BillId, Code, Fen, LocalDate, Outcome, Refusal, SchemeId};
use crate::ledger::BookRow;
use crate::platform::{db::WriteTx, two_people::Person};

/// The policy of the books' division.
///
/// # Errors
/// `fund_policy_missing`.
pub(super) fn policy_of(book: &BookRow) -> Outcome<&'static Policy> {
    find_policy(&book.division_code).ok_or_else(|| Refusal::new(Code::FundPolicyMissing))
}

/// A standard of a policy.
///
/// # Errors
/// `fund_policy_missing` with those that there are.
pub(super) fn standard_of<'a>(policy: &'a Policy, key: &str) -> Outcome<&'a Standard> {
    policy.standard.iter().find(|one| one.key == key).ok_or_else(|| {
        let known: Vec<&str> = policy.standard.iter().map(|one| one.key.as_str()).collect();
        Refusal::field(Code::FundPolicyMissing, "/standard", key).with("standards", known)
    })
}

/// A percentage that owners may choose.
///
/// # Errors
/// `invalid_field` with the range.
pub(super) fn check_percent(policy: &Policy, percent: u32) -> Outcome<()> {
    let range = policy.percent;
    if (range.least..=range.most).contains(&percent) {
        return Ok(());
    }
    let detail = format!("{percent} %; {}–{} %", range.least, range.most);
    Err(Refusal::field(Code::InvalidField, "/percent", detail)
        .with("have", percent)
        .with("least", range.least)
        .with("most", range.most))
}

/// Begins a scheme and bills every unit that voted.
///
/// # Errors
/// `fund_policy_missing`; `invalid_field`; `fund_vote_missing`; `already_exists` for a vote that has its
/// scheme; `roll_incomplete`; `empty_scope`.
pub fn create(tx: &mut WriteTx<'_>, book: &BookRow, new: &NewScheme) -> Outcome<SchemeRow> {
    let policy = policy_of(book)?;
    let standard = standard_of(policy, &new.standard)?;
    check_percent(policy, new.percent)?;
    let today = tx.legal_now().local_date();
    if new.due_on <= today {
        return Err(Refusal::field(Code::InvalidField, "/due_on", "after today · 须晚于今日"));
    }
    if let Some(row) = schemes::find_of_vote(tx.conn(), new.raise_vote_id)? {
        return Err(Refusal::new(Code::AlreadyExists).with("scheme_id", row.id.to_string()));
    }
    let scope = decided_scope(tx.conn(), (book, new.raise_vote_id), RAISE)?;
    let units = bearing_units(tx.conn(), &scope, today)?;
    let id = SchemeId::new();
    let mut bills = Vec::with_capacity(units.len());
    for unit in units {
        let area = unit.area.unwrap_or(Area::ZERO);
        let amount = assess(area, standard.per_m2, new.percent);
        bills.push(BillRow {
            id: BillId::new(),
            scheme_id: id,
            book_id: book.id,
            unit_id: unit.id,
            building: unit.building,
            code: unit.code,
            area,
            amount_fen: amount
                .ok_or_else(|| Refusal::internal("a bill beyond what is an amount"))?,
            paid_fen: Fen::ZERO,
            due_on: new.due_on,
            deferred_to: None,
            deferral_reason: None,
            version: 1,
        });
    }
    let sum = Fen::checked_sum(bills.iter().map(|bill| bill.amount_fen));
    let person = Person::of(tx)?;
    let row = SchemeRow {
        id,
        book_id: book.id,
        title: new.title.clone(),
        policy: serde_json::to_string(policy).map_err(Refusal::internal)?,
        standard: standard.key.clone(),
        standard_fen: standard.per_m2,
        percent: i32::try_from(new.percent).map_err(Refusal::internal)?,
        scope: serde_json::to_string(&scope).map_err(Refusal::internal)?,
        raise_vote_id: new.raise_vote_id,
        due_on: new.due_on,
        units: i32::try_from(bills.len()).map_err(Refusal::internal)?,
        amount_fen: sum.ok_or_else(|| Refusal::internal("overflow"))?,
        maker_id: person.id,
        maker_name: person.name,
        created_at: tx.legal_now(),
    };
    schemes::insert_scheme(tx.conn(), &row, &bills)?;
    let told = json!({ "book_id": book.id, "community_id": book.community_id,
        "percent": row.percent, "units": row.units, "amount": row.amount_fen });
    tx.emit("fund.scheme_begun", row.id, &told);
    tx.audit("fund.scheme_begun", ("fund_scheme", row.id), (None, Some(&told)));
    Ok(row)
}

/// Gives a household more time, for hardship: the day and the reason stay.
///
/// # Errors
/// `not_found`; `invalid_field` for a day that is not later; `fund_state_conflict` where it is paid.
pub fn defer(
    tx: &mut WriteTx<'_>,
    (book, id): (&BookRow, BillId),
    (until, reason): (LocalDate, &str),
) -> Outcome<BillRow> {
    let row = schemes::find_bill(tx.conn(), id)?.filter(|row| row.book_id == book.id);
    let row = row.ok_or_else(|| Refusal::new(Code::NotFound))?;
    if row.paid_fen >= row.amount_fen {
        return Err(Refusal::new(Code::FundStateConflict).with("state", "paid"));
    }
    if until <= row.deferred_to.unwrap_or(row.due_on) {
        let detail = "later than now · 须晚于现有期限";
        return Err(Refusal::field(Code::InvalidField, "/until", detail));
    }
    schemes::set_deferred(tx.conn(), id, (until, reason))?;
    let told = json!({ "unit_id": row.unit_id, "until": until });
    tx.emit("fund.bill_deferred", row.id, &told);
    tx.audit("fund.bill_deferred", ("fund_bill", row.id), (None, Some(&told)));
    Ok(BillRow { deferred_to: Some(until), deferral_reason: Some(reason.to_owned()), ..row })
}
