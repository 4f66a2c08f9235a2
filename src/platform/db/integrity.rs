//! Whether the database itself is sound, as far as it can tell.

use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types::Text};

use super::Conn;
use crate::kernel::Outcome;

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// Every page and index is read, every reference is followed.
const SQLITE: &str = "
    SELECT integrity_check AS line FROM pragma_integrity_check WHERE integrity_check <> 'ok'
    UNION ALL SELECT \"table\" || ': row ' || coalesce(rowid, '?') || ' points at no ' || parent
    FROM pragma_foreign_key_check";
/// References are held by the server; what it reports by itself is read. `pg_amcheck` reads pages.
const POSTGRES: &str = "
    SELECT 'constraint ' || conname || ' was never checked' AS line
    FROM pg_constraint WHERE NOT convalidated
    UNION ALL SELECT 'index ' || indexrelid::regclass || ' is broken'
    FROM pg_index WHERE NOT indisvalid
    UNION ALL SELECT checksum_failures || ' pages with a wrong checksum'
    FROM pg_stat_database WHERE datname = current_database() AND checksum_failures > 0";

/// What is wrong; empty for a sound database.
///
/// # Errors
/// The database's.
pub fn list_faults(conn: &mut Conn) -> Outcome<Vec<String>> {
    let query = match conn {
        Conn::Pg(_) => POSTGRES,
        Conn::Sqlite(_) => SQLITE,
    };
    let rows: Vec<Line> = sql_query(query).load(conn)?;
    Ok(rows.into_iter().map(|row| row.line).collect())
}
