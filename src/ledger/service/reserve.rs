//! Reservations 预留: set aside, paid out of, released, expired.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::accounts::by_id;
use crate::kernel::{Code, Fen, JournalId, LedgerAccountId, Outcome, Refusal, ReservationId};
use crate::ledger::{
    model::{BookRow, HoldRow, NewEntry, NewReservation, ReservationRow, ReservationState},
    rules::post::available,
    store::reservations,
};
use crate::platform::db::WriteTx;

/// Sets amounts aside.
///
/// # Errors
/// `journal_invalid` for nothing, or an account of other books; `balance_too_low` with each account.
pub fn reserve(
    tx: &mut WriteTx<'_>,
    book: &BookRow,
    new: &NewReservation,
) -> Outcome<ReservationRow> {
    let ids: BTreeSet<LedgerAccountId> = new.holds.iter().map(|(id, _)| *id).collect();
    let known = by_id(tx.conn(), &ids)?;
    let is_ours = known.values().all(|account| account.book_id == book.id);
    let invalid = || Refusal::new(Code::JournalInvalid).detail("nothing to reserve · 预留无效");
    if known.len() != new.holds.len() || !is_ours || new.holds.is_empty() {
        return Err(invalid());
    }
    for (id, fen) in &new.holds {
        let Some(account) = known.get(id) else { continue };
        let there = available(account);
        if fen.0 <= 0 {
            return Err(invalid());
        }
        if there < *fen {
            return Err(Refusal::new(Code::BalanceTooLow)
                .with("account", account.title.clone())
                .with("account_id", account.id.to_string())
                .with("have", there.to_string())
                .with("need", fen.to_string()));
        }
    }
    let sum = Fen::checked_sum(new.holds.iter().map(|(_, fen)| *fen)).ok_or_else(invalid)?;
    let row = ReservationRow {
        id: ReservationId::new(),
        book_id: book.id,
        subject: new.subject.clone(),
        amount_fen: sum,
        settled_fen: Fen::ZERO,
        state: ReservationState::Held,
        expires_at: new.expires_at,
        maker_name: tx.actor().name.clone(),
        created_at: tx.legal_now(),
        version: 1,
    };
    let hold = |(account_id, amount_fen): &(LedgerAccountId, Fen)| HoldRow {
        reservation_id: row.id,
        account_id: *account_id,
        amount_fen: *amount_fen,
        settled_fen: Fen::ZERO,
    };
    let holds: Vec<HoldRow> = new.holds.iter().map(hold).collect();
    reservations::insert_reservation(tx.conn(), &row, &holds)?;
    tell(tx, &row, "ledger.reserved");
    Ok(row)
}

fn tell(tx: &mut WriteTx<'_>, row: &ReservationRow, what: &str) {
    let told = json!({ "book_id": row.book_id, "subject": row.subject, "amount": row.amount_fen,
        "settled": row.settled_fen });
    tx.emit(what, row.id, &told);
    tx.audit(what, ("reservation", row.id), (None, Some(&told)));
}

fn get_held(tx: &mut WriteTx<'_>, id: ReservationId) -> Outcome<ReservationRow> {
    let row = reservations::find(tx.conn(), id)?.ok_or_else(|| Refusal::new(Code::NotFound))?;
    let now = tx.legal_now();
    if row.state != ReservationState::Held || row.expires_at <= now {
        let state =
            if row.state == ReservationState::Held { ReservationState::Expired } else { row.state };
        return Err(Refusal::new(Code::ReservationConflict)
            .with("state", state.as_str())
            .with("expires_at", row.expires_at.to_string()));
    }
    Ok(row)
}

fn set_state(
    tx: &mut WriteTx<'_>,
    row: &ReservationRow,
    to: (ReservationState, Fen),
) -> Outcome<ReservationRow> {
    if !reservations::set_state(tx.conn(), row, to)? {
        return Err(Refusal::new(Code::StaleVersion));
    }
    let (state, settled_fen) = to;
    Ok(ReservationRow { state, settled_fen, version: row.version + 1, ..row.clone() })
}

/// What a reservation sets aside for a journal: on each account what the journal debits, which must be
/// there.
///
/// # Errors
/// `not_found`; `reservation_conflict` where it does not hold, or holds less on an account.
pub(super) fn set_aside(
    tx: &mut WriteTx<'_>,
    id: ReservationId,
    entries: &[NewEntry],
) -> Outcome<BTreeMap<LedgerAccountId, Fen>> {
    get_held(tx, id)?;
    let holds = reservations::list_holds(tx.conn(), id)?.into_iter();
    let holds: BTreeMap<_, _> = holds.map(|hold| (hold.account_id, hold)).collect();
    let mut wanted: BTreeMap<LedgerAccountId, Fen> = BTreeMap::new();
    for entry in entries {
        let sum = wanted.entry(entry.debit).or_default();
        *sum = sum.checked_add(entry.amount).ok_or_else(|| Refusal::internal("overflow"))?;
    }
    for (account_id, fen) in &wanted {
        let rest =
            holds.get(account_id).and_then(|one| one.amount_fen.checked_sub(one.settled_fen));
        if rest.is_none_or(|rest| rest < *fen) {
            return Err(Refusal::new(Code::ReservationConflict)
                .with("account_id", account_id.to_string())
                .with("have", rest.unwrap_or_default().to_string())
                .with("need", fen.to_string()));
        }
    }
    Ok(wanted)
}

/// Marks as paid what a booked journal paid out of its reservation.
///
/// # Errors
/// As [`set_aside`].
pub(super) fn settle(
    tx: &mut WriteTx<'_>,
    (id, journal_id): (ReservationId, JournalId),
    amount: Fen,
) -> Outcome<()> {
    let row = get_held(tx, id)?;
    reservations::settle_holds(tx.conn(), journal_id)?;
    let settled = row.settled_fen.checked_add(amount);
    let settled = settled.ok_or_else(|| Refusal::internal("overflow"))?;
    let is_whole = settled == row.amount_fen;
    let state = if is_whole { ReservationState::Settled } else { ReservationState::Held };
    set_state(tx, &row, (state, settled)).map(|_| ())
}

/// Frees what a reservation still holds.
///
/// # Errors
/// `not_found`; `reservation_conflict`.
pub fn release(tx: &mut WriteTx<'_>, id: ReservationId) -> Outcome<ReservationRow> {
    let row = get_held(tx, id)?;
    reservations::free_rest(tx.conn(), id)?;
    let row = set_state(tx, &row, (ReservationState::Released, row.settled_fen))?;
    tell(tx, &row, "ledger.released");
    Ok(row)
}

/// Frees what reservations hold whose time is over; how many.
///
/// # Errors
/// Of the database.
pub fn expire_due(tx: &mut WriteTx<'_>) -> Outcome<usize> {
    let now = tx.legal_now();
    let due = reservations::list_due(tx.conn(), now)?;
    for row in &due {
        reservations::free_rest(tx.conn(), row.id)?;
        let row = set_state(tx, row, (ReservationState::Expired, row.settled_fen))?;
        tell(tx, &row, "ledger.reservation_expired");
    }
    Ok(due.len())
}
