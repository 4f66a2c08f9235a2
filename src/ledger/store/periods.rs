//! Closed periods, and what the entries say: sums that the database makes of them.

use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, QueryableByName, RunQueryDsl,
    SelectableHelper, sql_query,
    sql_types::{BigInt, Date},
};

use super::accounts::CHANGES;
use crate::kernel::{BookId, Fen, LedgerAccountId, LocalDate, id::DbId};
use crate::ledger::model::PeriodRow;
use crate::platform::db::{Conn, schema::ledger_periods};

/// An account's sum of entries.
#[derive(Debug, QueryableByName)]
pub struct Balance {
    /// The account.
    #[diesel(sql_type = DbId)]
    pub account_id: LedgerAccountId,
    /// What it holds.
    #[diesel(sql_type = BigInt)]
    pub fen: Fen,
}

/// Keeps a closed period.
pub fn insert_period(conn: &mut Conn, row: &PeriodRow) -> QueryResult<()> {
    diesel::insert_into(ledger_periods::table).values(row).execute(conn).map(|_| ())
}

/// The last closed period of the books.
pub fn find_last(conn: &mut Conn, book_id: BookId) -> QueryResult<Option<PeriodRow>> {
    ledger_periods::table
        .filter(ledger_periods::book_id.eq(book_id))
        .order(ledger_periods::through.desc())
        .select(PeriodRow::as_select())
        .first(conn)
        .optional()
}

/// The closed periods of the books, in order.
pub fn list_periods(conn: &mut Conn, book_id: BookId) -> QueryResult<Vec<PeriodRow>> {
    ledger_periods::table
        .filter(ledger_periods::book_id.eq(book_id))
        .order(ledger_periods::through)
        .select(PeriodRow::as_select())
        .load(conn)
}

/// What each account of the books held at the end of a day, from the entries alone.
pub fn list_balances(
    conn: &mut Conn,
    book_id: BookId,
    until: LocalDate,
) -> QueryResult<Vec<Balance>> {
    sql_query(format!(
        "SELECT change.account_id AS account_id, CAST(SUM(change.fen) AS BIGINT) AS fen
        FROM ({CHANGES}) AS change
        INNER JOIN ledger_journals AS journal ON journal.id = change.journal_id
        WHERE change.book_id = $1 AND journal.on_date <= $2
        GROUP BY change.account_id"
    ))
    .bind::<DbId, _>(book_id)
    .bind::<Date, _>(until)
    .load(conn)
}
