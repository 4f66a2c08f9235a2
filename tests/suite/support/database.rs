//! A database per test, copied from a migrated template that is made once per process.

use std::sync::OnceLock;

use diesel::connection::SimpleConnection;
use jiugai::platform::db::{DatabaseUrl, connect, migrate};

/// Which database a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// A database that is removed when the test ends.
pub struct TestDatabase {
    pub url: DatabaseUrl,
    drop: Remove,
}

enum Remove {
    Directory(#[expect(dead_code, reason = "removed on drop")] tempfile::TempDir),
    Database(String),
}

impl TestDatabase {
    /// A fresh, migrated database; `None` where TEST_DB says that this engine is not wanted.
    pub fn create(engine: Engine) -> Option<Self> {
        match engine {
            Engine::Sqlite => Some(sqlite()),
            Engine::Postgres if std::env::var("TEST_DB").is_ok_and(|only| only == "sqlite") => None,
            Engine::Postgres => Some(postgres()),
        }
    }
}

impl TestDatabase {
    /// A database without a single table, for a restore.
    pub fn empty(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => {
                let directory = tempfile::tempdir().unwrap();
                let path = directory.path().join("empty.db").display().to_string();
                Self { url: DatabaseUrl::Sqlite(path), drop: Remove::Directory(directory) }
            }
            Engine::Postgres => {
                let name = format!("jiugai_{}", uuid::Uuid::new_v4().simple());
                admin().batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
                Self { url: postgres_url(&name), drop: Remove::Database(name) }
            }
        }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Remove::Database(name) = &self.drop {
            let _ = admin().batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

fn sqlite() -> TestDatabase {
    static TEMPLATE: OnceLock<(tempfile::TempDir, std::path::PathBuf)> = OnceLock::new();
    let (_, template) = TEMPLATE.get_or_init(|| {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("template.db");
        let url = DatabaseUrl::Sqlite(path.display().to_string());
        let mut conn = connect(&url).unwrap();
        migrate(&mut conn).unwrap();
        conn.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
        (directory, path)
    });
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("test.db");
    std::fs::copy(template, &path).unwrap();
    let url = DatabaseUrl::Sqlite(path.display().to_string());
    TestDatabase { url, drop: Remove::Directory(directory) }
}

fn postgres() -> TestDatabase {
    static TEMPLATE: OnceLock<String> = OnceLock::new();
    let template = TEMPLATE.get_or_init(|| {
        let name = format!("jiugai_template_{}", std::process::id());
        let mut admin = admin();
        let recreate = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        admin.batch_execute(&recreate).unwrap();
        admin.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
        migrate(&mut connect(&postgres_url(&name)).unwrap()).unwrap();
        name
    });
    let name = format!("jiugai_{}", uuid::Uuid::new_v4().simple());
    admin().batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {template}")).unwrap();
    TestDatabase { url: postgres_url(&name), drop: Remove::Database(name) }
}

fn admin() -> jiugai::platform::db::Conn {
    connect(&DatabaseUrl::Postgres(server())).unwrap()
}

/// The server's URL without a database name's change: `postgres://user:pw@host:port/postgres`.
fn server() -> String {
    std::env::var("TEST_POSTGRES_URL").expect(
        "TEST_POSTGRES_URL is not set. `make test` starts a private PostgreSQL and sets it; \
         TEST_DB=sqlite runs the SQLite half only.",
    )
}

fn postgres_url(database: &str) -> DatabaseUrl {
    let server = server();
    let (base, _) = server.rsplit_once('/').expect("a database name in TEST_POSTGRES_URL");
    DatabaseUrl::Postgres(format!("{base}/{database}"))
}
