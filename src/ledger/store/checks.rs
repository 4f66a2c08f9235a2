//! Sums that must agree, each made by the database in one statement; only what differs comes back.

use diesel::{
    ExpressionMethods, QueryDsl, QueryResult, QueryableByName, RunQueryDsl, sql_query,
    sql_types::{BigInt, Text},
};

use super::accounts::CHANGES;
use crate::kernel::{BookId, Fen, id::DbId};
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
