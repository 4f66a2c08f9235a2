//! What the benchmarks share: databases that are thrown away, rows by the million made with one
//! statement each, figures about the process and the machine.

use std::process::Command;

use diesel::connection::SimpleConnection;
use jiugai::{
    platform::{
        clock::Clock,
        db::{Actor, Conn, DatabaseUrl, Db, DbSettings, WriteContext, connect, migrate},
    },
    voting,
};

/// A database of its own, removed at the end.
pub struct Database {
    pub url: DatabaseUrl,
    pub name: &'static str,
    _directory: tempfile::TempDir,
    dropped_by: Option<String>,
}

impl Database {
    /// SQLite, and PostgreSQL where `TEST_POSTGRES_URL` names a server.
    pub fn each() -> Vec<Self> {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("bench.db").display().to_string();
        let sqlite = Self {
            url: DatabaseUrl::Sqlite(path),
            name: "SQLite",
            _directory: directory,
            dropped_by: None,
        };
        let mut all = vec![sqlite];
        if let Ok(server) = std::env::var("TEST_POSTGRES_URL") {
            all.push(Self::postgres(&server));
        } else {
            line("PostgreSQL is left out: TEST_POSTGRES_URL is not set; `make bench` sets it.");
        }
        for database in &all {
            migrate(&mut database.connect()).unwrap();
            let settings = DbSettings { url: database.url.clone(), pool_size: 1 };
            let db = Db::open(&settings, Clock::system()).unwrap();
            let context = WriteContext::of(Actor::system());
            db.write_blocking(&context, "packs", voting::load_shipped_packs).unwrap();
        }
        all
    }

    fn postgres(server: &str) -> Self {
        let name = format!("jiugai_bench_{}", std::process::id());
        let mut admin = connect(&DatabaseUrl::Postgres(server.to_owned())).unwrap();
        admin.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
        let (base, _) = server.rsplit_once('/').expect("a database name in TEST_POSTGRES_URL");
        Self {
            url: DatabaseUrl::Postgres(format!("{base}/{name}")),
            name: "PostgreSQL",
            _directory: tempfile::tempdir().unwrap(),
            dropped_by: Some(server.to_owned()),
        }
    }

    pub fn connect(&self) -> Conn {
        connect(&self.url).unwrap()
    }

    /// The id numbered `expression` of a kind of row, as SQL.
    pub fn id(&self, kind: u8, expression: &str) -> String {
        match self.url {
            DatabaseUrl::Sqlite(_) => format!("unhex(printf('{kind:02x}%030x', {expression}))"),
            DatabaseUrl::Postgres(_) => {
                format!("('{kind:02x}' || lpad(to_hex(({expression})::bigint), 30, '0'))::uuid")
            }
        }
    }

    /// `INSERT INTO {into} SELECT {select} FROM n`, `n.i` running from 1 to `count`.
    pub fn insert(&self, conn: &mut Conn, count: usize, (into, select): (&str, &str)) {
        let numbers = match self.url {
            DatabaseUrl::Sqlite(_) => format!(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})"
            ),
            DatabaseUrl::Postgres(_) => {
                format!("WITH n AS (SELECT generate_series(1, {count})::bigint AS i)")
            }
        };
        conn.batch_execute(&format!("INSERT INTO {into} {numbers} SELECT {select} FROM n"))
            .unwrap();
    }

    /// The beginning of a day as SQL.
    pub fn instant(&self, day: &str) -> String {
        match self.url {
            DatabaseUrl::Sqlite(_) => format!("'{day} 00:00:00'"),
            DatabaseUrl::Postgres(_) => format!("TIMESTAMP '{day} 00:00:00'"),
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let (Some(server), DatabaseUrl::Postgres(url)) = (&self.dropped_by, &self.url) {
            let name = url.rsplit('/').next().unwrap_or_default();
            let mut admin = connect(&DatabaseUrl::Postgres(server.clone())).unwrap();
            let _ = admin.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

/// The id that [`Database::id`] gives, as text.
pub fn id_text(kind: u8, number: usize) -> String {
    uuid::Uuid::from_u128((u128::from(kind) << 120) | number as u128).to_string()
}

/// The statement that makes a community for votes.
pub fn community(database: &Database, conn: &mut Conn) {
    let insert = "INSERT INTO divisions (code, name) VALUES ('330203001001', 'bench')";
    conn.batch_execute(insert).unwrap();
    let columns = "communities (id, division_code, name, facilities, hazards, register_version, \
        version, created_at)";
    let (id, early) = (database.id(KIND_COMMUNITY, "i"), database.instant("2020-01-01"));
    let select = format!("{id}, '330203001001', 'bench', '[]', '[]', 1, 1, {early}");
    database.insert(conn, 1, (columns, &select));
}

pub const KIND_COMMUNITY: u8 = 0xc0;
pub const KIND_VOTE: u8 = 0xe0;
pub const KIND_ITEM: u8 = 0xe1;
pub const KIND_HEAD: u8 = 0xe2;

/// `count` votes in a state, one item each, numbered from `first`.
pub fn votes(database: &Database, conn: &mut Conn, (first, count): (usize, usize), state: &str) {
    let (early, late) = (database.instant("2020-01-01"), database.instant("2099-01-01"));
    let number = format!("i + {first} - 1");
    let (vote, item) = (database.id(KIND_VOTE, &number), database.id(KIND_ITEM, &number));
    let community = database.id(KIND_COMMUNITY, "1");
    let columns = "votes (id, community_id, rule_pack_id, title, description, state, opens_at, \
        closes_at, extensions, created_at, version)";
    let select = format!(
        "{vote}, {community}, (SELECT id FROM rule_packs ORDER BY id LIMIT 1), 'bench', '', \
         '{state}', {early}, {late}, 0, {early}, 1"
    );
    database.insert(conn, count, (columns, &select));
    let columns = "vote_items (id, vote_id, position, title, description, matter, class)";
    let select = format!("{item}, {vote}, 1, 'bench', '', '5', 'ordinary'");
    database.insert(conn, count, (columns, &select));
}

/// A figure of `/proc/<pid>/status` in MB: `VmHWM` is the peak, `VmRSS` the present.
pub fn memory_mb(pid: u32, key: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(key)).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kb| kb.parse::<u64>().ok()).unwrap_or(0) / 1024
}

/// The middle one.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Machine, commit and date: a figure without them says nothing.
pub fn head(title: &str) {
    let ask = |program: &str, arguments: &[&str]| {
        let output = Command::new(program).args(arguments).output();
        output.map(|o| String::from_utf8_lossy(&o.stdout).trim().to_owned()).unwrap_or_default()
    };
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name\t: ")).unwrap_or("?");
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let memory = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let memory = memory.split_whitespace().nth(1).and_then(|kb| kb.parse::<u64>().ok());
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split_whitespace().next().unwrap_or("?").to_owned();
    line(title);
    line(&format!(
        "{} · {cores} cores · {model} · {} MB · load before {load} · commit {}",
        ask("date", &["-u", "+%F"]),
        memory.unwrap_or(0) / 1024,
        ask("git", &["rev-parse", "--short", "HEAD"]),
    ));
}

/// Prints a line.
pub fn line(text: &str) {
    println!("{text}");
}
