//! Begin, commit and roll back through diesel's transaction manager, so that what diesel nests
//! itself (a multi-row insert on SQLite) becomes a savepoint.

use diesel::{
    QueryResult,
    connection::{AnsiTransactionManager, TransactionManager},
};

use super::Conn;

/// Begins: takes the write lock on SQLite, sees one state on PostgreSQL.
pub(super) fn begin(conn: &mut Conn) -> QueryResult<()> {
    match conn {
        Conn::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE"),
        Conn::Pg(c) => {
            let sql = "BEGIN ISOLATION LEVEL SERIALIZABLE";
            AnsiTransactionManager::begin_transaction_sql(c, sql)
        }
    }
}

/// A savepoint within the open transaction.
pub(super) fn savepoint(conn: &mut Conn) -> QueryResult<()> {
    crate::native!(conn, c => AnsiTransactionManager::begin_transaction(c))
}

/// Commits the innermost.
pub(super) fn commit(conn: &mut Conn) -> QueryResult<()> {
    crate::native!(conn, c => AnsiTransactionManager::commit_transaction(c))
}

/// Rolls the innermost back.
pub(super) fn rollback(conn: &mut Conn) -> QueryResult<()> {
    crate::native!(conn, c => AnsiTransactionManager::rollback_transaction(c))
}
