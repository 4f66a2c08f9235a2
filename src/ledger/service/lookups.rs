//! What other slices ask of the books.

use std::collections::{BTreeMap, HashMap};

use super::accounts::by_id;
use crate::kernel::{
    BookId, Code, Fen, JournalId, LedgerAccountId, LocalDate, Outcome, ProjectId, Refusal,
};
use crate::ledger::{
    model::{AccountRow, Event, JournalRow},
    store::{accounts, checks, journals},
};
use crate::platform::db::{Conn, WriteTx};

/// A journal with the accounts of each entry: debit, credit, amount.
#[derive(Debug, Clone)]
pub struct Booked {
    /// The journal.
    pub journal: JournalRow,
    /// Its entries, in order.
    pub entries: Vec<(AccountRow, AccountRow, Fen)>,
}

/// A journal of the books.
///
/// # Errors
/// `not_found`.
pub fn get_booked(conn: &mut Conn, book_id: BookId, id: JournalId) -> Outcome<Booked> {
    let journal = journals::find_journal(conn, id)?.filter(|row| row.book_id == book_id);
    let journal = journal.ok_or_else(|| Refusal::new(Code::NotFound))?;
    let rows = journals::list_entries(conn, id)?;
    let both = rows.iter().flat_map(|row| [row.debit_account_id, row.credit_account_id]);
    let known = by_id(conn, &both.collect())?;
    let account =
        |id| known.get(&id).cloned().ok_or_else(|| Refusal::internal("an account is gone"));
    let entry = |row: &crate::ledger::model::EntryRow| {
        Ok((account(row.debit_account_id)?, account(row.credit_account_id)?, row.amount_fen))
    };
    let entries = rows.iter().map(entry).collect::<Outcome<_>>()?;
    Ok(Booked { journal, entries })
}

/// Whether a journal is taken back.
///
/// # Errors
/// Of the database.
pub fn is_reversed(conn: &mut Conn, id: JournalId) -> Outcome<bool> {
    Ok(journals::find_reversal(conn, id)?.is_some())
}

/// What the journals of a subject sum to, less what was taken back.
///
/// # Errors
/// Of the database.
pub fn sum_of_subject(conn: &mut Conn, book_id: BookId, subject: &str) -> Outcome<Fen> {
    Ok(journals::sum_of_subject(conn, (book_id, subject))?)
}

/// What the journals of an event for a project sum to.
///
/// # Errors
/// Of the database.
pub fn sum_of_project(conn: &mut Conn, of: (BookId, ProjectId), event: Event) -> Outcome<Fen> {
    Ok(Fen(journals::sum_of_project(conn, of, event)?.unwrap_or(0)))
}

/// What each event changed on each account of the books, reversals of it included.
///
/// # Errors
/// Of the database.
pub fn event_sums(
    conn: &mut Conn,
    book_id: BookId,
) -> Outcome<HashMap<LedgerAccountId, BTreeMap<Event, Fen>>> {
    let mut sums: HashMap<LedgerAccountId, BTreeMap<Event, Fen>> = HashMap::new();
    for one in checks::list_event_sums(conn, book_id)? {
        sums.entry(one.account_id).or_default().insert(one.event, one.fen);
    }
    Ok(sums)
}

/// What each account held from which day on.
pub type DayBalances = BTreeMap<LedgerAccountId, Vec<(LocalDate, Fen)>>;

/// The balances of each account of the books, by day.
///
/// # Errors
/// Of the database.
pub fn day_balances(conn: &mut Conn, book_id: BookId) -> Outcome<DayBalances> {
    let mut balances = DayBalances::new();
    for change in checks::list_day_changes(conn, book_id)? {
        let days = balances.entry(change.account_id).or_default();
        let before = days.last().map_or(Fen::ZERO, |(_, fen)| *fen);
        let after = before.checked_add(change.fen).ok_or_else(|| Refusal::internal("overflow"))?;
        days.push((change.on_date, after));
    }
    Ok(balances)
}

/// Every account of the books.
///
/// # Errors
/// Of the database.
pub fn list_accounts(conn: &mut Conn, book_id: BookId) -> Outcome<Vec<AccountRow>> {
    Ok(accounts::list_accounts_of(conn, book_id)?)
}

/// Closes accounts that hold nothing any more.
///
/// # Errors
/// `ck_ledger_accounts__closed_at` where one still holds something.
pub fn close_accounts(tx: &mut WriteTx<'_>, ids: &[LedgerAccountId]) -> Outcome<()> {
    let now = tx.legal_now();
    Ok(accounts::set_closed(tx.conn(), ids, now)?)
}
