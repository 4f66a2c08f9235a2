//! Booking: the one way in which money moves.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::{
    accounts::by_id,
    books::subject,
    leaf,
    reserve::{set_aside, settle},
};
use crate::kernel::{Code, Fen, LedgerAccountId, LocalDate, Outcome, Refusal};
use crate::ledger::{
    model::{AccountRow, BookRow, EntryRow, JournalRow, NewEntry, NewJournal},
    rules::post::{self as rules, Facts},
    store::{accounts, journals, periods},
};
use crate::platform::{
    db::{Conn, WriteTx},
    tlog::{NewLeaf, store},
};

/// A journal that was booked.
#[derive(Debug, Clone)]
pub struct Posted {
    /// The journal.
    pub journal: JournalRow,
    /// Its entries, in order.
    pub entries: Vec<EntryRow>,
}

fn must_be_new(conn: &mut Conn, book: &BookRow, journal: &NewJournal) -> Outcome<()> {
    if let Some(row) = journals::find_journal(conn, journal.id)? {
        return Err(Refusal::new(Code::AlreadyExists).with("number", row.number));
    }
    let Some(serial) = &journal.references.bank_serial else { return Ok(()) };
    match journals::find_serial(conn, book.id, serial)? {
        None => Ok(()),
        Some(row) => Err(Refusal::new(Code::BankSerialBooked)
            .with("bank_serial", serial.clone())
            .with("journal_id", row.id.to_string())
            .with("number", row.number)),
    }
}

fn entry_rows(
    journal: &NewJournal,
    (book, accounts): (&BookRow, &BTreeMap<LedgerAccountId, AccountRow>),
) -> Outcome<Vec<EntryRow>> {
    let kind = |id| {
        let account = accounts.get(&id).map(|account| account.kind);
        account.ok_or_else(|| Refusal::internal("an unknown account"))
    };
    let row = |(at, entry): (usize, &NewEntry)| {
        Ok(EntryRow {
            journal_id: journal.id,
            position: i32::try_from(at + 1).map_err(Refusal::internal)?,
            book_id: book.id,
            event: journal.event,
            debit_account_id: entry.debit,
            debit_kind: kind(entry.debit)?,
            credit_account_id: entry.credit,
            credit_kind: kind(entry.credit)?,
            amount_fen: entry.amount,
        })
    };
    journal.entries.iter().enumerate().map(row).collect()
}

fn journal_row(
    tx: &mut WriteTx<'_>,
    (book, journal): (&BookRow, &NewJournal),
    amount: Fen,
) -> Outcome<JournalRow> {
    let NewJournal { id, event, on, narrative, references, signatures, .. } = journal.clone();
    let mut checkers = signatures.checkers.into_iter();
    let (first, second) = (checkers.next(), checkers.next());
    Ok(JournalRow {
        id,
        book_id: book.id,
        number: accounts::take_number(tx.conn(), book.id)?,
        event,
        on_date: on,
        amount_fen: amount,
        narrative,
        bank_serial: references.bank_serial,
        document: references.document,
        subject: references.subject,
        vote_id: references.vote_id,
        project_id: references.project_id,
        reservation_id: references.reservation,
        reverses_id: references.reverses,
        maker_id: signatures.maker.as_ref().map(|person| person.id),
        maker_name: signatures.maker.map_or_else(|| "system".to_owned(), |person| person.name),
        checker_id: first.as_ref().map(|person| person.id),
        checker_name: first.map(|person| person.name),
        second_checker_id: second.as_ref().map(|person| person.id),
        second_checker_name: second.map(|person| person.name),
        log_seq: 0,
        recorded_at: tx.legal_now(),
    })
}

/// Appends to the log of the books; where the first leaf stands.
pub(super) fn append(tx: &mut WriteTx<'_>, book: &BookRow, leaves: Vec<NewLeaf>) -> Outcome<i64> {
    let log = store::find_log(tx.conn(), &subject(book.id))?;
    let log = log.ok_or_else(|| Refusal::internal(format!("books {} have no log", book.id)))?;
    let appended = store::append(tx.conn(), log, leaves)?;
    i64::try_from(appended.first).map_err(Refusal::internal)
}

/// What decides on a journal, as it stands now.
fn load(tx: &mut WriteTx<'_>, book: &BookRow, journal: &NewJournal) -> Outcome<Loaded> {
    must_be_new(tx.conn(), book, journal)?;
    let both = |entry: &NewEntry| [entry.debit, entry.credit];
    let ids: BTreeSet<LedgerAccountId> = journal.entries.iter().flat_map(both).collect();
    let mut known = by_id(tx.conn(), &ids)?;
    known.retain(|_, account| account.book_id == book.id);
    let closed_through = periods::find_last(tx.conn(), book.id)?.map(|period| period.through);
    let set_aside = match journal.references.reservation {
        Some(id) => set_aside(tx, id, &journal.entries)?,
        None => BTreeMap::new(),
    };
    Ok(Loaded { known, set_aside, closed_through, today: tx.legal_now().local_date() })
}

struct Loaded {
    known: BTreeMap<LedgerAccountId, AccountRow>,
    set_aside: BTreeMap<LedgerAccountId, Fen>,
    closed_through: Option<LocalDate>,
    today: LocalDate,
}

impl Loaded {
    fn facts(&self) -> Facts<'_> {
        Facts {
            accounts: &self.known,
            set_aside: &self.set_aside,
            today: self.today,
            closed_through: self.closed_through,
        }
    }
}

/// Whether a journal could be booked as the books stand, whoever signs it; nothing is booked.
///
/// # Errors
/// As [`post`], without `same_clerk`.
pub fn check_money(tx: &mut WriteTx<'_>, book: &BookRow, journal: &NewJournal) -> Outcome<Fen> {
    rules::check_money(journal, &load(tx, book, journal)?.facts())
}

/// Books a journal: entries, balances and the leaf in the log of the books, all or nothing.
///
/// # Errors
/// `already_exists` for a known id; `bank_serial_booked`; those of the rule; `log_frozen`.
pub fn post(tx: &mut WriteTx<'_>, book: &BookRow, journal: &NewJournal) -> Outcome<Posted> {
    let loaded = load(tx, book, journal)?;
    let amount = rules::check(journal, &loaded.facts())?;
    let mut row = journal_row(tx, (book, journal), amount)?;
    let entries = entry_rows(journal, (book, &loaded.known))?;
    let codes = leaf::codes(&loaded.known);
    row.log_seq = append(tx, book, leaf::of_journal(&row, &entries, &codes)?)?;
    journals::insert_journal(tx.conn(), &row, &entries)?;
    if let Some(id) = row.reservation_id {
        settle(tx, (id, row.id), amount)?;
    }
    accounts::apply_entries(tx.conn(), row.id)?;
    let told = json!({ "book_id": book.id, "community_id": book.community_id,
        "number": row.number, "event": row.event, "amount": row.amount_fen });
    tx.emit("ledger.booked", row.id, &told);
    tx.audit("ledger.booked", ("journal", row.id), (None, Some(&told)));
    Ok(Posted { journal: row, entries })
}
