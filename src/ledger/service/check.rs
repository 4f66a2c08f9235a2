//! The books against themselves: balances are what the entries say, reservations what is held, every
//! journal and closed period what its leaf in the log says. Whoever changes a row past the program is
//! found here, and the journal is named.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::Value;

use super::{accounts::by_id, books::subject, leaf};
use crate::kernel::{JournalId, LedgerAccountId, Outcome};
use crate::ledger::{
    model::{BookRow, EntryRow, JournalRow, PeriodRow},
    store::{accounts, checks, journals, periods},
};
use crate::platform::{
    db::Conn,
    tlog::{NewLeaf, check::check_rows, store::find_log},
};

/// How many journals are compared with their leaves at a time.
const BATCH: i64 = 500;

/// What the check found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BooksCheck {
    /// Books that were checked.
    pub books: usize,
    /// Their journals.
    pub journals: i64,
    /// A sentence each, with the books and the journal or account.
    pub faults: Vec<String>,
}

/// Checks all books.
///
/// # Errors
/// Of the database.
pub fn check_books(conn: &mut Conn) -> Outcome<BooksCheck> {
    let mut found = BooksCheck::default();
    for book in accounts::list_books(conn)? {
        found.books += 1;
        found.journals += book.last_number;
        let mut faults = check_sums(conn, &book)?;
        faults.extend(check_log(conn, &book)?);
        found.faults.extend(faults.into_iter().map(|fault| format!("books {}: {fault}", book.id)));
    }
    Ok(found)
}

/// What does not add up, by sums that the database makes.
fn check_sums(conn: &mut Conn, book: &BookRow) -> Outcome<Vec<String>> {
    let mut faults = Vec::new();
    for one in checks::list_wrong_balances(conn, book.id)? {
        let (have, need) = (one.have, one.need);
        faults.push(format!("{} holds {have}, its entries say {need}", one.title));
    }
    for one in checks::list_wrong_reserves(conn, book.id)? {
        let (have, need) = (one.have, one.need);
        faults.push(format!("{} has {have} reserved, its holds say {need}", one.title));
    }
    let gap = checks::count_journals(conn, book.id)?;
    if gap != book.last_number {
        faults.push(format!("{gap} journals, the books count {}", book.last_number));
    }
    for one in checks::list_wrong_amounts(conn, book.id)? {
        let (have, need) = (one.have, one.need);
        faults.push(format!("journal {} says {have}, its entries {need}", one.title));
    }
    Ok(faults)
}

/// The leaves that the rows would leave, by their place.
fn expected(conn: &mut Conn, book: &BookRow) -> Outcome<HashMap<i64, (String, Vec<u8>)>> {
    let mut leaves = HashMap::new();
    let mut keep = |name: String, seq: i64, written: Vec<NewLeaf>| {
        for (at, leaf) in (seq..).zip(written) {
            leaves.insert(at, (name.clone(), leaf.bytes));
        }
    };
    let mut after = 0;
    loop {
        let rows = journals::list_journals(conn, book.id, (after, BATCH, None))?;
        let Some(last) = rows.last() else { break };
        after = last.number;
        let ids: Vec<JournalId> = rows.iter().map(|row| row.id).collect();
        let entries = journals::list_entries_of(conn, &ids)?;
        let codes = codes_of(conn, &entries)?;
        let mut by_journal: HashMap<JournalId, Vec<EntryRow>> = HashMap::new();
        for entry in entries {
            by_journal.entry(entry.journal_id).or_default().push(entry);
        }
        for row in rows {
            let entries = by_journal.remove(&row.id).unwrap_or_default();
            let name = name_of(&row);
            keep(name, row.log_seq, leaf::of_journal(&row, &entries, &codes)?);
        }
    }
    for row in periods::list_periods(conn, book.id)? {
        let PeriodRow { through, log_seq, .. } = &row;
        keep(format!("period {through}"), *log_seq, vec![leaf::of_period(&row)?]);
    }
    Ok(leaves)
}

fn name_of(row: &JournalRow) -> String {
    format!("journal {}", row.number)
}

fn codes_of(conn: &mut Conn, entries: &[EntryRow]) -> Outcome<BTreeMap<LedgerAccountId, String>> {
    let both = |one: &EntryRow| [one.debit_account_id, one.credit_account_id];
    let ids: BTreeSet<LedgerAccountId> = entries.iter().flat_map(both).collect();
    Ok(leaf::codes(&by_id(conn, &ids)?))
}

fn check_log(conn: &mut Conn, book: &BookRow) -> Outcome<Vec<String>> {
    let Some(log) = find_log(conn, &subject(book.id))? else {
        return Ok(vec!["no log".to_owned()]);
    };
    let mut expected = expected(conn, book)?;
    let mut differing = Vec::new();
    let mut faults = check_rows(conn, &log, |seq, bytes, _| match expected.remove(&seq) {
        Some((_, wanted)) if wanted == bytes => {}
        Some((name, _)) => differing.push(format!("{name} is not what leaf {seq} says")),
        None => differing.push(format!("leaf {seq}, a {}, has no row", kind_of(bytes))),
    })?;
    faults.extend(differing);
    faults.extend(expected.into_values().map(|(name, _)| format!("{name} has no leaf")));
    faults.sort();
    Ok(faults)
}

fn kind_of(bytes: &[u8]) -> String {
    let value: Option<Value> = serde_json::from_slice(bytes).ok();
    let kind = value.as_ref().and_then(|value| value.get("type")).and_then(Value::as_str);
    kind.unwrap_or("leaf of no known kind").to_owned()
}
