//! Corrections: a journal is never changed, another one takes it back.

use super::post::{Posted, post};
use crate::kernel::{Code, JournalId, LocalDate, Outcome, Refusal};
use crate::ledger::{
    model::{BookRow, Event, NewEntry, NewJournal, References, Signatures},
    store::journals,
};
use crate::platform::db::WriteTx;

/// Takes a journal back (E16): its entries turned round, on a day of its own, with the reason.
///
/// # Errors
/// `not_found`; `journal_reversed`; those of [`post`], such as `balance_too_low` where the money is used.
pub fn reverse(
    tx: &mut WriteTx<'_>,
    (book, id): (&BookRow, JournalId),
    (on, reason): (LocalDate, &str),
    signatures: Signatures,
) -> Outcome<Posted> {
    let original = journals::find_journal(tx.conn(), id)?.filter(|row| row.book_id == book.id);
    let original = original.ok_or_else(|| Refusal::new(Code::NotFound))?;
    let taken_back = journals::find_reversal(tx.conn(), id)?;
    if original.event == Event::Reversal || taken_back.is_some() {
        let by = taken_back.map(|row| row.number);
        return Err(Refusal::new(Code::JournalReversed).with("number", by));
    }
    let entries = journals::list_entries(tx.conn(), id)?.into_iter();
    let turned = entries.map(|entry| NewEntry {
        debit: entry.credit_account_id,
        credit: entry.debit_account_id,
        amount: entry.amount_fen,
    });
    let journal = NewJournal {
        id: JournalId::new(),
        event: Event::Reversal,
        on,
        narrative: reason.to_owned(),
        entries: turned.collect(),
        references: References {
            subject: original.subject,
            vote_id: original.vote_id,
            project_id: original.project_id,
            reverses: Some(id),
            ..References::default()
        },
        signatures,
    };
    post(tx, book, &journal)
}
