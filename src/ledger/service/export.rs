//! The books in hledger's journal format (<https://hledger.org>), for auditors with tools of their own: every
//! journal is a transaction, every entry two postings, and balances at the end are asserted.

use std::{collections::HashMap, fmt::Write};

use crate::kernel::{Fen, JournalId, LedgerAccountId, LocalDate, Outcome};
use crate::ledger::{
    model::{AccountKind, BookRow, EntryRow, JournalRow},
    store::{accounts, journals, periods},
};
use crate::platform::db::Conn;

const BATCH: i64 = 500;

/// An account's name: a part that ends in two spaces or holds a colon would be read as something else.
fn name(kind: AccountKind, title: &str) -> String {
    let class = if kind.is_asset() { "assets" } else { "liabilities" };
    let words = title.split(|c: char| c.is_whitespace() || ":;()[]".contains(c));
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    match kind {
        AccountKind::Unit | AccountKind::Seller | AccountKind::Subsidy => {
            format!("{class}:{kind}:{}", words.join(" "))
        }
        _ => format!("{class}:{kind}"),
    }
}

/// A text as a comment or description: one line, without the mark that begins a comment.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || c == ';' || c == '|' { ' ' } else { c }).collect()
}

fn transaction(
    out: &mut String,
    (row, entries): (&JournalRow, &[EntryRow]),
    name_of: impl Fn(LedgerAccountId) -> String,
) {
    let (on, number, event) = (row.on_date, row.number, row.event);
    let _ = writeln!(out, "{on} ({number}) {event} {}", plain(&row.narrative));
    for entry in entries {
        let amount = entry.amount_fen;
        let (debit, credit) = (name_of(entry.debit_account_id), name_of(entry.credit_account_id));
        let _ = writeln!(out, "    {debit}  {amount} CNY");
        let _ = writeln!(out, "    {credit}  -{amount} CNY");
    }
    out.push('\n');
}

/// The books up to the end of a day. Debits are above zero, so that what is owed stands below.
///
/// # Errors
/// Of the database.
pub fn hledger(conn: &mut Conn, book: &BookRow, until: LocalDate) -> Outcome<String> {
    let mut out = format!("; jiugai, books {} until {until}\ncommodity 1000.00 CNY\n\n", book.id);
    let rows = accounts::list_accounts_of(conn, book.id)?;
    let names: HashMap<LedgerAccountId, (AccountKind, String)> =
        rows.into_iter().map(|row| (row.id, (row.kind, name(row.kind, &row.title)))).collect();
    let name_of = |id| names.get(&id).map(|(_, name)| name.clone()).unwrap_or_default();
    let mut after = 0;
    loop {
        let page = journals::list_journals(conn, book.id, (after, BATCH, Some(until)))?;
        let Some(last) = page.last() else { break };
        after = last.number;
        let ids: Vec<JournalId> = page.iter().map(|row| row.id).collect();
        let entries = journals::list_entries_of(conn, &ids)?;
        let mut by_journal: HashMap<JournalId, Vec<EntryRow>> = HashMap::new();
        for entry in entries {
            by_journal.entry(entry.journal_id).or_default().push(entry);
        }
        for row in page {
            let entries = by_journal.remove(&row.id).unwrap_or_default();
            transaction(&mut out, (&row, &entries), name_of);
        }
    }
    let _ = writeln!(out, "{until} assertions");
    for balance in periods::list_balances(conn, book.id, until)? {
        let Some((kind, name)) = names.get(&balance.account_id) else { continue };
        let fen = if kind.is_asset() { balance.fen } else { Fen(-balance.fen.0) };
        let _ = writeln!(out, "    {name}  0.00 CNY = {fen} CNY");
    }
    Ok(out)
}
