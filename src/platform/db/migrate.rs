//! Migrations: one portable text in `migrations/common`, and `sqlite/` or `postgres/` only for what
//! must differ (triggers). All are embedded in the binary and run in the order of their timestamps.

use diesel::migration::{Migration, MigrationSource, Result as MigrationResult};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::{Conn, MultiBackend};

const COMMON: EmbeddedMigrations = embed_migrations!("migrations/common");
const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

struct Merged(EmbeddedMigrations);

impl MigrationSource<MultiBackend> for Merged {
    fn migrations(&self) -> MigrationResult<Vec<Box<dyn Migration<MultiBackend>>>> {
        let mut all = MigrationSource::<MultiBackend>::migrations(&COMMON)?;
        all.extend(MigrationSource::<MultiBackend>::migrations(&self.0)?);
        all.sort_by_key(|migration| migration.name().to_string());
        Ok(all)
    }
}

const fn source(conn: &Conn) -> Merged {
    match conn {
        Conn::Pg(_) => Merged(POSTGRES),
        Conn::Sqlite(_) => Merged(SQLITE),
    }
}

/// Brings the schema up to date and answers the names of what was run.
///
/// # Errors
/// The failing migration's own sentence.
pub fn migrate(conn: &mut Conn) -> Result<Vec<String>, String> {
    let source = source(conn);
    let run = conn.run_pending_migrations(source).map_err(|error| error.to_string())?;
    Ok(run.iter().map(ToString::to_string).collect())
}

/// The migrations that have not run yet.
///
/// # Errors
/// The database's sentence.
pub fn list_pending(conn: &mut Conn) -> Result<Vec<String>, String> {
    let source = source(conn);
    let pending = conn.pending_migrations(source).map_err(|error| error.to_string())?;
    Ok(pending.iter().map(|migration| migration.name().to_string()).collect())
}

/// Takes every migration back: for the test that up-down-up gives the same schema.
///
/// # Errors
/// The failing migration's own sentence.
pub fn revert_all(conn: &mut Conn) -> Result<(), String> {
    let source = source(conn);
    conn.revert_all_migrations(source).map(|_| ()).map_err(|error| error.to_string())
}
