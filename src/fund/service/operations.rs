//! Operations: asked for by one person, from the payment on checked by another, above a limit by two.

use serde_json::json;

use super::{
    bills,
    plan::{Draft, Effect, Plan, plan},
    schemes::policy_of,
};
use crate::fund::{
    model::{NewOperation, Operation, OperationRow, OperationState},
    store::{claims, operations, uses},
};
use crate::kernel::{
    Code, Fen, FundOperationId, JournalId, LocalDate, Outcome, Refusal, ReservationId,
};
use crate::ledger::{
    AccountKey, BookRow, NewEntry, NewJournal, Signatures, check_money, close_accounts,
    ensure_accounts, needs_checker, post, release, reverse,
};
use crate::platform::{db::WriteTx, two_people::Person};

fn is_checked(plan: &Plan, operation: &Operation) -> bool {
    let needs = |draft: &Draft| needs_checker(draft.event);
    let is_heavy = matches!(
        operation,
        Operation::Pay { .. } | Operation::Audit { .. } | Operation::Reverse { .. }
    );
    is_heavy || plan.drafts.iter().any(needs)
}

/// Turns a draft into a journal; accounts that are new are made.
fn journal_of(
    tx: &mut WriteTx<'_>,
    book: &BookRow,
    (draft, on, signatures): (Draft, LocalDate, Signatures),
) -> Outcome<NewJournal> {
    let both = draft.lines.iter().flat_map(|(debit, credit, _)| [debit.clone(), credit.clone()]);
    let wanted: Vec<_> = both.collect();
    let accounts = ensure_accounts(tx, book, &wanted)?;
    let id = |key: &AccountKey| {
        let account = accounts.get(key).map(|account| account.id);
        account.ok_or_else(|| Refusal::internal("an account is missing"))
    };
    let entry = |(debit, credit, amount): &(super::plan::Leg, super::plan::Leg, Fen)| {
        Ok(NewEntry { debit: id(&debit.0)?, credit: id(&credit.0)?, amount: *amount })
    };
    let entries = draft.lines.iter().map(entry).collect::<Outcome<_>>()?;
    Ok(NewJournal {
        id: JournalId::new(),
        event: draft.event,
        on,
        narrative: draft.narrative,
        entries,
        references: draft.references,
        signatures,
    })
}

/// Asks for an operation. What needs nobody else is booked at once.
///
/// # Errors
/// `already_exists` for a known id; those of the operation, told now and not only when it is checked.
pub fn ask(tx: &mut WriteTx<'_>, book: &BookRow, new: &NewOperation) -> Outcome<OperationRow> {
    if operations::find_operation(tx.conn(), new.id)?.is_some() {
        return Err(Refusal::new(Code::AlreadyExists).with("operation_id", new.id.to_string()));
    }
    let on = new.on.unwrap_or_else(|| tx.legal_now().local_date());
    let at = tx.legal_now();
    let planned = plan(tx, book, (new.id, &new.operation, at))?;
    let policy = policy_of(book)?;
    let signatures_needed = match (is_checked(&planned, &new.operation), planned.amount) {
        (false, _) => 0,
        (true, amount) if amount >= policy.two_checkers_from => 2,
        (true, _) => 1,
    };
    let person = Person::of(tx)?;
    let body = serde_json::to_value(&new.operation).map_err(Refusal::internal)?;
    let kind = body.get("kind").and_then(serde_json::Value::as_str).unwrap_or_default();
    let row = OperationRow {
        id: new.id,
        book_id: book.id,
        kind: kind.to_owned(),
        body: body.to_string(),
        amount_fen: planned.amount,
        on_date: on,
        signatures_needed,
        state: OperationState::Proposed,
        maker_id: person.id,
        maker_name: person.name,
        checker_id: None,
        checker_name: None,
        second_checker_id: None,
        second_checker_name: None,
        reason: None,
        made_at: at,
        settled_at: None,
        version: 1,
    };
    if signatures_needed > 0 {
        // What can't be booked is told to whoever asks, not only to whoever checks; a second journal rests
        // on what the first one brings.
        if let Some(draft) = planned.drafts.first().cloned() {
            let journal = journal_of(tx, book, (draft, on, Signatures::default()))?;
            check_money(tx, book, &journal)?;
        }
        operations::insert_operation(tx.conn(), &row)?;
        tell(tx, (book, &row), "fund.operation_proposed");
        return Ok(row);
    }
    let row = OperationRow { state: OperationState::Booked, settled_at: Some(at), ..row };
    operations::insert_operation(tx.conn(), &row)?;
    book_plan(tx, (book, &row), (&new.operation, planned))?;
    tell(tx, (book, &row), "fund.operation_booked");
    Ok(row)
}

fn tell(tx: &mut WriteTx<'_>, (book, row): (&BookRow, &OperationRow), what: &str) {
    let told = json!({ "book_id": book.id, "community_id": book.community_id, "kind": row.kind,
        "amount": row.amount_fen, "signatures_needed": row.signatures_needed });
    tx.emit(what, row.id, &told);
    tx.audit(what, ("fund_operation", row.id), (None, Some(&told)));
}

fn signatures_of(row: &OperationRow) -> Signatures {
    let person = |id, name: &str| Person { id, name: name.to_owned() };
    let first = row.checker_id.zip(row.checker_name.as_deref());
    let second = row.second_checker_id.zip(row.second_checker_name.as_deref());
    Signatures {
        maker: Some(person(row.maker_id, &row.maker_name)),
        checkers: first.into_iter().chain(second).map(|(id, name)| person(id, name)).collect(),
    }
}

fn book_plan(
    tx: &mut WriteTx<'_>,
    (book, row): (&BookRow, &OperationRow),
    (operation, planned): (&Operation, Plan),
) -> Outcome<()> {
    for draft in planned.drafts {
        let journal = journal_of(tx, book, (draft, row.on_date, signatures_of(row)))?;
        post(tx, book, &journal)?;
    }
    if let Operation::Reverse { journal_id } = operation {
        let reason = row.reason.as_deref().unwrap_or("冲销");
        reverse(tx, (book, *journal_id), (row.on_date, reason), signatures_of(row))?;
    }
    apply(tx, book, planned.effect)
}

fn apply(tx: &mut WriteTx<'_>, book: &BookRow, effect: Effect) -> Outcome<()> {
    let stale = || Refusal::new(Code::StaleVersion);
    match effect {
        Effect::None => {}
        Effect::Paid(units) => {
            for one in units {
                bills::pay(tx, book, one)?;
            }
        }
        Effect::Unpaid(units) => {
            for one in units {
                bills::unpay(tx, book, one)?;
            }
        }
        Effect::Use(row, parts, payment) => {
            let shares = uses::list_shares(tx.conn(), row.id)?;
            for (share, (unit, part)) in shares.iter().zip(parts) {
                let borne = share.borne_fen.checked_add(part);
                let borne = borne.ok_or_else(|| Refusal::internal("overflow"))?;
                uses::set_borne(tx.conn(), (row.id, unit), borne)?;
            }
            uses::insert_payment(tx.conn(), &payment)?;
            uses::update_use(tx.conn(), &row)?.then_some(()).ok_or_else(stale)?;
        }
        Effect::Audited(row, borne, reservation) => {
            for (unit, fen) in borne {
                uses::set_borne(tx.conn(), (row.id, unit), fen)?;
            }
            if let Some(id) = reservation {
                free(tx, id)?;
            }
            uses::update_use(tx.conn(), &row)?.then_some(()).ok_or_else(stale)?;
        }
        Effect::Claim(row) => {
            claims::update_claim(tx.conn(), &row)?.then_some(()).ok_or_else(stale)?;
        }
        Effect::Closed(ids) => close_accounts(tx, &ids)?,
    }
    Ok(())
}

/// Frees what a reservation still holds; one that expired holds nothing.
pub(super) fn free(tx: &mut WriteTx<'_>, id: ReservationId) -> Outcome<()> {
    match release(tx, id) {
        Err(refusal) if refusal.code() == Code::ReservationConflict => Ok(()),
        released => released.map(|_| ()),
    }
}

/// An operation of the books that waits.
///
/// # Errors
/// `not_found`; `fund_state_conflict` with the state.
fn get_waiting(tx: &mut WriteTx<'_>, book: &BookRow, id: FundOperationId) -> Outcome<OperationRow> {
    let found = operations::find_operation(tx.conn(), id)?.filter(|row| row.book_id == book.id);
    let row = found.ok_or_else(|| Refusal::new(Code::NotFound))?;
    if row.state != OperationState::Proposed {
        return Err(Refusal::new(Code::FundStateConflict).with("state", row.state.as_str()));
    }
    Ok(row)
}

/// Signs an operation that another asked for; the last signature books it, as the books stand then.
///
/// # Errors
/// `not_found`; `fund_state_conflict`; `same_clerk` for whoever asked or signed; those of the operation.
pub fn check(
    tx: &mut WriteTx<'_>,
    (book, id): (&BookRow, FundOperationId),
) -> Outcome<OperationRow> {
    let row = get_waiting(tx, book, id)?;
    let person = Person::of(tx)?;
    if row.maker_id == person.id || row.checker_id == Some(person.id) {
        let detail =
            "whoever asked for it or signed it does not check it · 制单人不得复核，复核人不得重复";
        return Err(Refusal::new(Code::SameClerk).detail(detail));
    }
    let is_first = row.checker_id.is_none();
    let mut signed = row.clone();
    if is_first {
        (signed.checker_id, signed.checker_name) = (Some(person.id), Some(person.name));
    } else {
        signed.second_checker_id = Some(person.id);
        signed.second_checker_name = Some(person.name);
    }
    let is_last = !is_first || row.signatures_needed == 1;
    if is_last {
        signed.state = OperationState::Booked;
        signed.settled_at = Some(tx.legal_now());
        let operation: Operation = serde_json::from_str(&row.body).map_err(Refusal::internal)?;
        let at = tx.legal_now();
        let planned = plan(tx, book, (row.id, &operation, at))?;
        book_plan(tx, (book, &signed), (&operation, planned))?;
    }
    if !operations::update_operation(tx.conn(), &signed)? {
        return Err(Refusal::new(Code::StaleVersion));
    }
    let what = if is_last { "fund.operation_booked" } else { "fund.operation_signed" };
    tell(tx, (book, &signed), what);
    Ok(signed)
}

/// Takes an operation back before it is booked: whoever asked, or whoever could check it.
///
/// # Errors
/// `not_found`; `fund_state_conflict`.
pub fn withdraw(
    tx: &mut WriteTx<'_>,
    (book, id): (&BookRow, FundOperationId),
    reason: &str,
) -> Outcome<OperationRow> {
    let row = get_waiting(tx, book, id)?;
    let row = OperationRow {
        state: OperationState::Withdrawn,
        reason: Some(reason.to_owned()),
        settled_at: Some(tx.legal_now()),
        ..row
    };
    if !operations::update_operation(tx.conn(), &row)? {
        return Err(Refusal::new(Code::StaleVersion));
    }
    tell(tx, (book, &row), "fund.operation_withdrawn");
    Ok(row)
}
