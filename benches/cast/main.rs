//! Casting a ballot over HTTP with a durable commit, receipt and log, against the same cast without
//! the log, and against a handler of the same application that authenticates and does nothing. The
//! server runs in a process of its own, so that its memory is its own; the clients share the machine
//! with it. All three take turns, so that what else the machine does hits all.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::float_arithmetic,
    clippy::print_stdout,
    reason = "a benchmark may end in a panic, and prints approximate figures"
)]

mod load;
mod server;
#[path = "../support/mod.rs"]
mod support;
mod without_log;

use std::sync::Arc;

use diesel::{RunQueryDsl, connection::SimpleConnection, sql_query};
use jiugai::platform::{
    auth::{seal::Keys, token::Tokens},
    clock::Clock,
    db::Conn,
};
use serde_json::json;

use load::Requests;
use support::{Database, KIND_HEAD, KIND_ITEM, KIND_VOTE, head, id_text, line, median, memory_mb};

/// Heads of each vote: every head casts once in it.
const HEADS: usize = 4096;
/// Turns per number of connections.
const TURNS: usize = 3;
/// Connections, and requests per turn.
const LOADS: [(usize, usize); 3] = [(1, 1024), (64, HEADS), (256, HEADS)];

const KIND_OWNER: u8 = 0xa0;
const KIND_ACCOUNT: u8 = 0xa1;
const KIND_SESSION: u8 = 0xa2;
const KIND_LOG: u8 = 0xa3;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, word, config] = arguments.as_slice()
        && word == "server"
    {
        return server::run(config);
    }
    head("Casting over HTTP: nothing but authentication, a cast without its log, a cast");
    for database in Database::each() {
        if !is_durable(&database) {
            line(&format!("{}: fsync is off, so nothing here is durable", database.name));
        }
        measure(&database);
    }
}

/// Whether a commit waits for the disk.
fn is_durable(database: &Database) -> bool {
    #[derive(diesel::QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::Text)]
        words: String,
    }
    let sql = "SELECT current_setting('fsync') || current_setting('synchronous_commit') AS words";
    match database.connect() {
        Conn::Sqlite(_) => true, // `synchronous=FULL`, always
        mut conn => sql_query(sql).get_result::<Row>(&mut conn).unwrap().words == "onon",
    }
}

fn measure(database: &Database) {
    prepare(database, &mut database.connect());
    let requests = Arc::new(requests());
    let server = server::Server::start(database);
    let before = memory_mb(server.pid(), "VmRSS");
    line(&format!(
        "{:<11} {:>11} {:>10} {:>10} {:>10} {:>7} {:>7} {:>8} {:>6} {:>6}",
        database.name,
        "connections",
        "nothing/s",
        "no log/s",
        "ballots/s",
        "p50 ms",
        "p99 ms",
        "/nothing",
        "/plain",
        "RSS MB"
    ));
    let mut vote = 1;
    for (connections, count) in LOADS {
        let mut turns = Vec::new();
        // The first turn warms up.
        for turn in 0..=TURNS {
            let run = |requests| load::run(server.address(), connections, requests);
            let nothing = run(requests.nothing(count));
            let plain = run(requests.ballots(("/bench", vote), count));
            let cast = run(requests.ballots(("/api/v1", vote + 1), count));
            vote += 2;
            if turn > 0 {
                turns.push([nothing, plain, cast]);
            }
        }
        let of =
            |pick: &dyn Fn(&[load::Outcome; 3]) -> f64| median(turns.iter().map(pick).collect());
        line(&format!(
            "{:<11} {connections:>11} {:>10.0} {:>10.0} {:>10.0} {:>7.2} {:>7.2} {:>8.2} {:>6.2} {:>6}",
            "",
            of(&|[nothing, _, _]| nothing.per_second()),
            of(&|[_, plain, _]| plain.per_second()),
            of(&|[_, _, cast]| cast.per_second()),
            of(&|[_, _, cast]| cast.percentile(50)),
            of(&|[_, _, cast]| cast.percentile(99)),
            of(&|[nothing, _, cast]| cast.per_second() / nothing.per_second()),
            of(&|[_, plain, cast]| cast.per_second() / plain.per_second()),
            memory_mb(server.pid(), "VmHWM"),
        ));
    }
    line(&format!("{:<11} resident before the load: {before} MB", ""));
}

/// Tokens and bodies, made before the clock runs.
fn requests() -> Requests {
    let tokens = Tokens::new(&Keys::from_master([7; 32]), 60).unwrap();
    let now = Clock::system().now();
    let token = |number| {
        let account = id_text(KIND_ACCOUNT, number).parse().unwrap();
        let session = id_text(KIND_SESSION, number).parse().unwrap();
        tokens.issue(account, session, now).unwrap().token
    };
    Requests { tokens: (1..=HEADS).map(token).collect() }
}

impl Requests {
    fn nothing(&self, count: usize) -> Vec<Vec<u8>> {
        let tokens = self.tokens.iter().take(count);
        tokens.map(|token| load::post("/bench/nothing", (token, ""), "")).collect()
    }

    fn ballots(&self, (under, vote): (&str, usize), count: usize) -> Vec<Vec<u8>> {
        let path = format!("{under}/votes/{}/ballots", id_text(KIND_VOTE, vote));
        let item = id_text(KIND_ITEM, vote);
        let body = json!({ "choices": [{ "item_id": item, "choice": "for" }] }).to_string();
        let tokens = self.tokens.iter().take(count).enumerate();
        tokens
            .map(|(index, token)| load::post(&path, (token, &format!("bench-{index}")), &body))
            .collect()
    }
}

/// A log without leaves, as the notice would begin it: the root of nothing is SHA-256 of nothing.
fn begin_log(database: &Database, conn: &mut Conn, vote: usize) {
    const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let subject = format!("v/{}", id_text(KIND_VOTE, vote));
    let (root, none) = match conn {
        Conn::Sqlite(_) => (format!("x'{EMPTY}'"), "x''"),
        Conn::Pg(_) => (format!("'\\x{EMPTY}'::bytea"), "''::bytea"),
    };
    let columns = "logs (id, subject, origin, key_generation, size, root, frontier, entries_open, \
        created_at)";
    let (id, early) = (database.id(KIND_LOG, &vote.to_string()), database.instant("2020-01-01"));
    let select =
        format!("{id}, '{subject}', 'bench/{subject}', 1, 0, {root}, {none}, FALSE, {early}");
    database.insert(conn, 1, (columns, &select));
}

/// Votes enough for every turn, all open, with the same owners on each roll.
fn prepare(database: &Database, conn: &mut Conn) {
    let votes = 2 * LOADS.len() * (TURNS + 1);
    conn.batch_execute("BEGIN").unwrap();
    support::community(database, conn);
    support::votes(database, conn, (1, votes), "open");
    let early = database.instant("2020-01-01");
    let late = database.instant("2099-01-01");
    let owner = database.id(KIND_OWNER, "i");
    let account = database.id(KIND_ACCOUNT, "i");
    let session = database.id(KIND_SESSION, "i");
    let nothing = match conn {
        Conn::Sqlite(_) => "x'00'",
        Conn::Pg(_) => "'\\x00'::bytea",
    };
    let rows = [
        (
            "owners (id, kind, name, identity_index, identity_sealed, identity_tail, version, \
             created_at)",
            format!("{owner}, 'person', '业主', CAST(i AS TEXT), {nothing}, '0000', 1, {early}"),
        ),
        (
            "accounts (id, kind, owner_id, name, division_code, totp_confirmed, version, created_at)",
            format!("{account}, 'owner', {owner}, '业*', '', FALSE, 1, {early}"),
        ),
        (
            "sessions (id, account_id, factor, device, created_at, refreshed_at, expires_at)",
            format!("{session}, {account}, 'one_time_code', '', {early}, {early}, {late}"),
        ),
    ];
    for (columns, select) in rows {
        database.insert(conn, HEADS, (columns, &select));
    }
    for vote in 1..=votes {
        begin_log(database, conn, vote);
        let vote_id = database.id(KIND_VOTE, &vote.to_string());
        let head_id = database.id(KIND_HEAD, &format!("i + {vote} * {HEADS}"));
        let columns = "heads (id, vote_id, position, area, is_developer_pool)";
        let select = format!("{head_id}, {vote_id}, i - 1, 8000 + i, FALSE");
        database.insert(conn, HEADS, (columns, &select));
        let columns = "head_owners (head_id, owner_id, vote_id, may_cast)";
        let select = format!("{head_id}, {owner}, {vote_id}, TRUE");
        database.insert(conn, HEADS, (columns, &select));
    }
    conn.batch_execute("COMMIT").unwrap();
    conn.batch_execute("ANALYZE").unwrap();
}
