//! Connections by URL scheme, with the settings that durability asks for.

use std::{fmt, str::FromStr};

use diesel::{
    Connection, PgConnection, RunQueryDsl, SqliteConnection, connection::SimpleConnection,
    r2d2::ManageConnection, sql_query,
};

use super::Conn;

/// A database URL whose scheme is one of ours.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// `sqlite://path`.
    Sqlite(String),
    /// `postgres://…` or `postgresql://…`, as libpq reads it.
    Postgres(String),
}

impl FromStr for DatabaseUrl {
    type Err = String;

    fn from_str(url: &str) -> Result<Self, String> {
        if let Some(path) = url.strip_prefix("sqlite://") {
            if path.is_empty() {
                return Err("sqlite:// needs a path, such as sqlite://data/jiugai.db".to_owned());
            }
            return Ok(Self::Sqlite(path.to_owned()));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(url.to_owned()));
        }
        let scheme = url.split("://").next().unwrap_or(url);
        Err(format!("database URL scheme {scheme} is unknown; use sqlite://… or postgres://…"))
    }
}

/// Without user, password and parameters, for logs.
impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite://{path}"),
            Self::Postgres(url) => {
                let host = url.rsplit_once('@').map_or("…", |(_, host)| host);
                write!(f, "postgres://{}", host.split('?').next().unwrap_or_default())
            }
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Whether a connection may write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    Write,
    Read,
}

const SQLITE_COMMON: &str = "PRAGMA busy_timeout=5000; PRAGMA journal_mode=WAL; \
     PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF; \
     PRAGMA temp_store=MEMORY; PRAGMA mmap_size=0; PRAGMA cache_size=-16000;";
const PG_COMMON: &str = "SET application_name='jiugai'; SET TIME ZONE 'UTC'; \
     SET statement_timeout='60s'; SET lock_timeout='10s'; \
     SET idle_in_transaction_session_timeout='60s'; SET client_min_messages='warning';";
/// The first release without the WAL-reset corruption bug.
const LEAST_SQLITE: (u32, u32, u32) = (3, 51, 3);

/// Opens one connection for writing (migrations, the command line, the SQLite writer).
///
/// # Errors
/// A sentence: the server's refusal, or a linked SQLite that is too old.
pub fn connect(url: &DatabaseUrl) -> Result<Conn, String> {
    open(url, Access::Write).map_err(|error| error.to_string())
}

pub(super) fn open(url: &DatabaseUrl, access: Access) -> Result<Conn, diesel::r2d2::Error> {
    use diesel::r2d2::Error::{ConnectionError, QueryError};
    match url {
        DatabaseUrl::Sqlite(path) => {
            let mut conn = SqliteConnection::establish(path).map_err(ConnectionError)?;
            conn.batch_execute(SQLITE_COMMON).map_err(QueryError)?;
            check_sqlite_version(&mut conn)?;
            if access == Access::Read {
                conn.batch_execute("PRAGMA query_only=ON").map_err(QueryError)?;
            }
            Ok(Conn::Sqlite(conn))
        }
        DatabaseUrl::Postgres(url) => {
            let mut conn = PgConnection::establish(url).map_err(ConnectionError)?;
            conn.batch_execute(PG_COMMON).map_err(QueryError)?;
            if access == Access::Read {
                conn.batch_execute("SET default_transaction_read_only=on").map_err(QueryError)?;
            }
            Ok(Conn::Pg(conn))
        }
    }
}

#[derive(diesel::QueryableByName)]
struct Version {
    #[diesel(sql_type = diesel::sql_types::Text)]
    version: String,
}

fn check_sqlite_version(conn: &mut SqliteConnection) -> Result<(), diesel::r2d2::Error> {
    let row: Version = sql_query("SELECT sqlite_version() AS version")
        .get_result(conn)
        .map_err(diesel::r2d2::Error::QueryError)?;
    let mut parts = row.version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    let linked = (next(), next(), next());
    if linked < LEAST_SQLITE {
        let text = format!("SQLite {} is linked; 3.51.3 or newer is needed", row.version);
        return Err(diesel::r2d2::Error::ConnectionError(diesel::ConnectionError::BadConnection(
            text,
        )));
    }
    Ok(())
}

/// What the pool uses: looks at the scheme, never tries one database after the other.
#[derive(Debug)]
pub(super) struct Manager {
    pub url: DatabaseUrl,
    pub access: Access,
}

impl ManageConnection for Manager {
    type Connection = Conn;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> Result<Conn, Self::Error> {
        open(&self.url, self.access)
    }

    fn is_valid(&self, conn: &mut Conn) -> Result<(), Self::Error> {
        conn.batch_execute("SELECT 1").map_err(diesel::r2d2::Error::QueryError)
    }

    fn has_broken(&self, conn: &mut Conn) -> bool {
        std::thread::panicking()
            || match conn {
                Conn::Pg(c) => diesel::r2d2::R2D2Connection::is_broken(c),
                Conn::Sqlite(c) => diesel::r2d2::R2D2Connection::is_broken(c),
            }
    }
}
