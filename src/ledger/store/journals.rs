//! Journals and their entries: rows are only ever added.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, OptionalExtension, QueryDsl, QueryResult,
    RunQueryDsl, SelectableHelper,
};

use crate::kernel::{BookId, Fen, JournalId, LedgerAccountId, LocalDate, ProjectId};
use crate::ledger::model::{EntryRow, Event, JournalRow};
use crate::platform::db::{
    CHUNK, Conn,
    schema::{ledger_entries, ledger_journals},
    sum_i64,
};

/// Keeps a journal with its entries.
pub fn insert_journal(
    conn: &mut Conn,
    journal: &JournalRow,
    entries: &[EntryRow],
) -> QueryResult<()> {
    diesel::insert_into(ledger_journals::table).values(journal).execute(conn)?;
    crate::insert_many!(conn, ledger_entries::table, entries)
}

/// A journal.
pub fn find_journal(conn: &mut Conn, id: JournalId) -> QueryResult<Option<JournalRow>> {
    ledger_journals::table.find(id).select(JournalRow::as_select()).first(conn).optional()
}

/// The journal under which a bank serial is booked.
pub fn find_serial(
    conn: &mut Conn,
    book_id: BookId,
    serial: &str,
) -> QueryResult<Option<JournalRow>> {
    ledger_journals::table
        .filter(ledger_journals::book_id.eq(book_id).and(ledger_journals::bank_serial.eq(serial)))
        .select(JournalRow::as_select())
        .first(conn)
        .optional()
}

/// Whether a journal is taken back.
pub fn find_reversal(conn: &mut Conn, id: JournalId) -> QueryResult<Option<JournalRow>> {
    ledger_journals::table
        .filter(ledger_journals::reverses_id.eq(id))
        .select(JournalRow::as_select())
        .first(conn)
        .optional()
}

/// The entries of a journal, in order.
pub fn list_entries(conn: &mut Conn, id: JournalId) -> QueryResult<Vec<EntryRow>> {
    ledger_entries::table
        .filter(ledger_entries::journal_id.eq(id))
        .order(ledger_entries::position)
        .select(EntryRow::as_select())
        .load(conn)
}

/// The entries of several journals, by journal and place.
pub fn list_entries_of(conn: &mut Conn, ids: &[JournalId]) -> QueryResult<Vec<EntryRow>> {
    let mut found = Vec::new();
    for chunk in ids.chunks(CHUNK) {
        let query = ledger_entries::table
            .filter(ledger_entries::journal_id.eq_any(chunk.to_vec()))
            .order((ledger_entries::journal_id, ledger_entries::position))
            .select(EntryRow::as_select());
        found.extend(query.load::<EntryRow>(conn)?);
    }
    Ok(found)
}

/// Journals after a number, in order, at most that many, booked until the day.
pub fn list_journals(
    conn: &mut Conn,
    book_id: BookId,
    (after, most, until): (i64, i64, Option<LocalDate>),
) -> QueryResult<Vec<JournalRow>> {
    let mut query = ledger_journals::table
        .filter(ledger_journals::book_id.eq(book_id))
        .filter(ledger_journals::number.gt(after))
        .order(ledger_journals::number)
        .limit(most)
        .select(JournalRow::as_select())
        .into_boxed();
    if let Some(until) = until {
        query = query.filter(ledger_journals::on_date.le(until));
    }
    query.load(conn)
}

/// The entries of an account with their journals, by number, after a number, at most that many.
pub fn list_of_account(
    conn: &mut Conn,
    id: LedgerAccountId,
    (after, most): (i64, i64),
) -> QueryResult<Vec<(JournalRow, EntryRow)>> {
    let joined = ledger_journals::id.eq(ledger_entries::journal_id);
    ledger_entries::table
        .inner_join(ledger_journals::table.on(joined))
        .filter(
            ledger_entries::debit_account_id.eq(id).or(ledger_entries::credit_account_id.eq(id)),
        )
        .filter(ledger_journals::number.gt(after))
        .order((ledger_journals::number, ledger_entries::position))
        .limit(most)
        .select((JournalRow::as_select(), EntryRow::as_select()))
        .load(conn)
}

/// What the journals of a subject sum to, less what was taken back.
pub fn sum_of_subject(conn: &mut Conn, (book_id, subject): (BookId, &str)) -> QueryResult<Fen> {
    let of_subject = || {
        ledger_journals::table
            .filter(ledger_journals::book_id.eq(book_id).and(ledger_journals::subject.eq(subject)))
            .select(sum_i64(ledger_journals::amount_fen))
    };
    let booked = ledger_journals::event.ne(Event::Reversal);
    let booked: Option<i64> = of_subject().filter(booked).first(conn)?;
    let taken_back = ledger_journals::event.eq(Event::Reversal);
    let taken_back: Option<i64> = of_subject().filter(taken_back).first(conn)?;
    Ok(Fen(booked.unwrap_or(0).saturating_sub(taken_back.unwrap_or(0))))
}

/// What journals of an event for a project sum to.
pub fn sum_of_project(
    conn: &mut Conn,
    (book_id, project_id): (BookId, ProjectId),
    event: Event,
) -> QueryResult<Option<i64>> {
    ledger_journals::table
        .filter(ledger_journals::book_id.eq(book_id))
        .filter(ledger_journals::project_id.eq(project_id).and(ledger_journals::event.eq(event)))
        .select(sum_i64(ledger_journals::amount_fen))
        .first(conn)
}
