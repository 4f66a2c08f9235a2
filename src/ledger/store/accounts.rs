//! Books and accounts. A balance follows the entries: `apply_entries` adds those of one journal.

use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, RunQueryDsl, SelectableHelper,
    sql_query,
};

use crate::kernel::{BookId, CommunityId, JournalId, LedgerAccountId, UtcTime, id::DbId};
use crate::ledger::model::{AccountRow, BookRow};
use crate::platform::db::{
    CHUNK, Conn,
    schema::{ledger_accounts, ledger_books},
};

/// Keeps new books.
pub fn insert_book(conn: &mut Conn, row: &BookRow) -> QueryResult<()> {
    diesel::insert_into(ledger_books::table).values(row).execute(conn).map(|_| ())
}

/// The books of a management area.
pub fn find_book_of(conn: &mut Conn, community_id: CommunityId) -> QueryResult<Option<BookRow>> {
    ledger_books::table
        .filter(ledger_books::community_id.eq(community_id))
        .select(BookRow::as_select())
        .first(conn)
        .optional()
}

/// Books by their id.
pub fn find_book(conn: &mut Conn, id: BookId) -> QueryResult<Option<BookRow>> {
    ledger_books::table.find(id).select(BookRow::as_select()).first(conn).optional()
}

/// All books, in order.
pub fn list_books(conn: &mut Conn) -> QueryResult<Vec<BookRow>> {
    ledger_books::table.order(ledger_books::id).select(BookRow::as_select()).load(conn)
}

/// Takes the next number of the books' journals.
pub fn take_number(conn: &mut Conn, id: BookId) -> QueryResult<i64> {
    diesel::update(ledger_books::table.find(id))
        .set(ledger_books::last_number.eq(ledger_books::last_number + 1))
        .returning(ledger_books::last_number)
        .get_result(conn)
}

/// Keeps new accounts.
pub fn insert_accounts(conn: &mut Conn, rows: &[AccountRow]) -> QueryResult<()> {
    crate::insert_many!(conn, ledger_accounts::table, rows)
}

/// The accounts of the books with these codes, in no order.
pub fn list_by_code(
    conn: &mut Conn,
    book_id: BookId,
    codes: &[String],
) -> QueryResult<Vec<AccountRow>> {
    let mut found = Vec::with_capacity(codes.len());
    for chunk in codes.chunks(CHUNK) {
        let query = ledger_accounts::table
            .filter(ledger_accounts::book_id.eq(book_id))
            .filter(ledger_accounts::code.eq_any(chunk.to_vec()))
            .select(AccountRow::as_select());
        found.extend(query.load::<AccountRow>(conn)?);
    }
    Ok(found)
}

/// Accounts by their ids, in no order.
pub fn list_accounts(conn: &mut Conn, ids: &[LedgerAccountId]) -> QueryResult<Vec<AccountRow>> {
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(CHUNK) {
        let query = ledger_accounts::table
            .filter(ledger_accounts::id.eq_any(chunk.to_vec()))
            .select(AccountRow::as_select());
        found.extend(query.load::<AccountRow>(conn)?);
    }
    Ok(found)
}

/// Every account of the books, by kind, then title.
pub fn list_accounts_of(conn: &mut Conn, book_id: BookId) -> QueryResult<Vec<AccountRow>> {
    ledger_accounts::table
        .filter(ledger_accounts::book_id.eq(book_id))
        .order((ledger_accounts::kind, ledger_accounts::title, ledger_accounts::id))
        .select(AccountRow::as_select())
        .load(conn)
}

/// Nothing may be booked on these any more.
pub fn set_closed(conn: &mut Conn, ids: &[LedgerAccountId], at: UtcTime) -> QueryResult<()> {
    let accounts = ledger_accounts::table.filter(ledger_accounts::id.eq_any(ids.to_vec()));
    diesel::update(accounts).set(ledger_accounts::closed_at.eq(at)).execute(conn).map(|_| ())
}

/// What an entry adds to an account, as a table of `account_id, journal_id, book_id, fen`.
pub const CHANGES: &str = "
    SELECT debit_account_id AS account_id, journal_id, book_id,
        CASE WHEN debit_kind IN ('bank', 'investment') THEN amount_fen ELSE -amount_fen END AS fen
    FROM ledger_entries
    UNION ALL
    SELECT credit_account_id AS account_id, journal_id, book_id,
        CASE WHEN credit_kind IN ('bank', 'investment') THEN -amount_fen ELSE amount_fen END AS fen
    FROM ledger_entries";

/// Adds the entries of a journal to the balances of their accounts, in one statement.
pub fn apply_entries(conn: &mut Conn, journal_id: JournalId) -> QueryResult<()> {
    sql_query(format!(
        "UPDATE ledger_accounts SET balance_fen = balance_fen + changed.fen FROM (
            SELECT account_id, CAST(SUM(fen) AS BIGINT) AS fen FROM ({CHANGES}) AS change
            WHERE journal_id = $1 GROUP BY account_id) AS changed
        WHERE ledger_accounts.id = changed.account_id"
    ))
    .bind::<DbId, _>(journal_id)
    .execute(conn)
    .map(|_| ())
}
