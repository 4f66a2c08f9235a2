//! What a deposit pays: a unit's bills, the oldest first; what is over stays with the last one.

use crate::fund::store::schemes;
use crate::kernel::{Fen, Outcome, UnitId};
use crate::ledger::BookRow;
use crate::platform::db::WriteTx;

/// A unit paid in.
///
/// # Errors
/// Of the database.
pub(super) fn pay(tx: &mut WriteTx<'_>, book: &BookRow, (unit, fen): (UnitId, Fen)) -> Outcome<()> {
    let bills = schemes::list_of_unit(tx.conn(), book.id, unit)?;
    let mut rest = fen.0;
    for (at, bill) in bills.iter().enumerate() {
        let open = bill.amount_fen.0.saturating_sub(bill.paid_fen.0).max(0);
        let is_last = at + 1 == bills.len();
        let part = if is_last { rest } else { open.min(rest) };
        if part > 0 {
            let paid = Fen(bill.paid_fen.0.saturating_add(part));
            schemes::set_paid(tx.conn(), bill.id, paid)?;
            rest = rest.saturating_sub(part);
        }
    }
    Ok(())
}

/// What a unit paid in went back: of its newest bill first.
///
/// # Errors
/// Of the database.
pub(super) fn unpay(
    tx: &mut WriteTx<'_>,
    book: &BookRow,
    (unit, fen): (UnitId, Fen),
) -> Outcome<()> {
    let mut rest = fen.0;
    for bill in schemes::list_of_unit(tx.conn(), book.id, unit)?.into_iter().rev() {
        let part = bill.paid_fen.0.min(rest);
        if part > 0 {
            schemes::set_paid(tx.conn(), bill.id, Fen(bill.paid_fen.0.saturating_sub(part)))?;
            rest = rest.saturating_sub(part);
        }
    }
    Ok(())
}
