//! Sums that must agree, each made by the database in one statement; only what differs comes back.

use diesel::{
    ExpressionMethods, QueryDsl, QueryResult, QueryableByName, RunQueryDsl, sql_query,
    sql_types::{BigInt, Date, Text},
};

use super::accounts::CHANGES;
use crate::kernel::{BookId, Fen, LedgerAccountId, LocalDate, id::DbId};
use crate::ledger::model::Event;
use crate::platform::db::{Conn, schema::ledger_journals};

/// Something that does not agree.
#[derive(Debug, QueryableByName)]
pub struct Difference {
    /// Which account or journal.
    #[diesel(sql_type = Text)]
    pub title: String,
    /// What its row says.
    #[diesel(sql_type = BigInt)]
    pub have: Fen,
    /// What the other rows say.
    #[diesel(sql_type = BigInt)]
    pub need: Fen,
}

fn differences(conn: &mut Conn, book_id: BookId, query: &str) -> QueryResult<Vec<Difference>> {
    sql_query(query).bind::<DbId, _>(book_id).load(conn)
}

/// Accounts whose balance is not the sum of their entries.
pub fn list_wrong_balances(conn: &mut Conn, book_id: BookId) -> QueryResult<Vec<Difference>> {
    let query = format!(
        "SELECT account.title AS title, account.balance_fen AS have,
            COALESCE(summed.fen, 0) AS need
        FROM ledger_accounts AS account
        LEFT JOIN (SELECT account_id, CAST(SUM(fen) AS BIGINT) AS fen
            FROM ({CHANGES}) AS change WHERE book_id = $1 GROUP BY account_id) AS summed
            ON summed.account_id = account.id
        WHERE account.book_id = $1 AND account.balance_fen <> COALESCE(summed.fen, 0)"
    );
    differences(conn, book_id, &query)
}

/// Accounts whose reserve is not what open reservations still hold there.
pub fn list_wrong_reserves(conn: &mut Conn, book_id: BookId) -> QueryResult<Vec<Difference>> {
    let query = "SELECT account.title AS title, account.reserved_fen AS have,
            COALESCE(held.fen, 0) AS need
        FROM ledger_accounts AS account
        LEFT JOIN (SELECT hold.account_id AS account_id,
                CAST(SUM(hold.amount_fen - hold.settled_fen) AS BIGINT) AS fen
            FROM ledger_holds AS hold
            INNER JOIN ledger_reservations AS reservation
                ON reservation.id = hold.reservation_id AND reservation.state = 'held'
            WHERE reservation.book_id = $1 GROUP BY hold.account_id) AS held
            ON held.account_id = account.id
        WHERE account.book_id = $1 AND account.reserved_fen <> COALESCE(held.fen, 0)";
    differences(conn, book_id, query)
}

/// Journals whose amount is not the sum of their entries.
pub fn list_wrong_amounts(conn: &mut Conn, book_id: BookId) -> QueryResult<Vec<Difference>> {
    let query = "SELECT CAST(journal.number AS TEXT) AS title, journal.amount_fen AS have,
            COALESCE(summed.fen, 0) AS need
        FROM ledger_journals AS journal
        LEFT JOIN (SELECT journal_id, CAST(SUM(amount_fen) AS BIGINT) AS fen
            FROM ledger_entries WHERE book_id = $1 GROUP BY journal_id) AS summed
            ON summed.journal_id = journal.id
        WHERE journal.book_id = $1 AND journal.amount_fen <> COALESCE(summed.fen, 0)";
    differences(conn, book_id, query)
}

/// How many journals the books have.
pub fn count_journals(conn: &mut Conn, book_id: BookId) -> QueryResult<i64> {
    ledger_journals::table.filter(ledger_journals::book_id.eq(book_id)).count().get_result(conn)
}

/// What an event changed on an account of the books, reversals of it included.
#[derive(Debug, QueryableByName)]
pub struct EventSum {
    /// The account.
    #[diesel(sql_type = DbId)]
    pub account_id: LedgerAccountId,
    /// The event.
    #[diesel(sql_type = Text)]
    pub event: Event,
    /// The sum of its changes.
    #[diesel(sql_type = BigInt)]
    pub fen: Fen,
}

/// What each event changed on each account of the books.
pub fn list_event_sums(conn: &mut Conn, book_id: BookId) -> QueryResult<Vec<EventSum>> {
    sql_query(format!(
        "SELECT change.account_id AS account_id,
            COALESCE(original.event, journal.event) AS event,
            CAST(SUM(change.fen) AS BIGINT) AS fen
        FROM ({CHANGES}) AS change
        INNER JOIN ledger_journals AS journal ON journal.id = change.journal_id
        LEFT JOIN ledger_journals AS original ON original.id = journal.reverses_id
        WHERE change.book_id = $1
        GROUP BY change.account_id, COALESCE(original.event, journal.event)"
    ))
    .bind::<DbId, _>(book_id)
    .load(conn)
}

/// What an account of the books gained or lost on a day.
#[derive(Debug, QueryableByName)]
pub struct DayChange {
    /// The account.
    #[diesel(sql_type = DbId)]
    pub account_id: LedgerAccountId,
    /// The day.
    #[diesel(sql_type = Date)]
    pub on_date: LocalDate,
    /// The sum of its changes.
    #[diesel(sql_type = BigInt)]
    pub fen: Fen,
}

/// What the accounts of the books gained or lost by day, by account and day.
pub fn list_day_changes(conn: &mut Conn, book_id: BookId) -> QueryResult<Vec<DayChange>> {
    sql_query(format!(
        "SELECT change.account_id AS account_id, journal.on_date AS on_date,
            CAST(SUM(change.fen) AS BIGINT) AS fen
        FROM ({CHANGES}) AS change
        INNER JOIN ledger_journals AS journal ON journal.id = change.journal_id
        WHERE change.book_id = $1
        GROUP BY change.account_id, journal.on_date
        ORDER BY change.account_id, journal.on_date"
    ))
    .bind::<DbId, _>(book_id)
    .load(conn)
}
