//! Counting a closed vote from its rows, as the service does, against the plain aggregate of the
//! same rows in SQL. Absent on purpose: storing the result, which is one row per item.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::float_arithmetic,
    clippy::print_stdout,
    reason = "a benchmark may end in a panic, and prints approximate figures"
)]

#[path = "../support/mod.rs"]
mod support;

use std::time::Instant;

use diesel::{QueryableByName, RunQueryDsl, connection::SimpleConnection, sql_query, sql_types};
use jiugai::{kernel::VoteId, platform::db::Conn, voting};

use support::{Database, KIND_HEAD, KIND_ITEM, KIND_VOTE, head, id_text, line, median, memory_mb};

const SIZES: [usize; 2] = [3_000, 1_000_000];
const TURNS: usize = 5;

const KIND_BALLOT: u8 = 0xb0;
const KIND_CHOICE: u8 = 0xb1;

fn main() {
    head("Counting a closed vote against the SQL aggregate of the same rows");
    for database in Database::each() {
        line(&format!(
            "{:<11} {:>9} {:>11} {:>11} {:>6} {:>12}",
            database.name, "ballots", "SQL ms", "count ms", "ratio", "peak RSS MB"
        ));
        let mut conn = database.connect();
        support::community(&database, &mut conn);
        for (index, ballots) in SIZES.into_iter().enumerate() {
            prepare(&database, &mut conn, (index + 1, ballots));
            measure(&database, &mut conn, (index + 1, ballots));
        }
    }
}

/// A closed vote in which every head has a ballot: three of five in favour, one against, one
/// abstaining.
fn prepare(database: &Database, conn: &mut Conn, (vote, ballots): (usize, usize)) {
    // References are right by construction, and checking them is not what is measured.
    let unchecked = match conn {
        Conn::Sqlite(_) => "PRAGMA foreign_keys=OFF",
        Conn::Pg(_) => "SET session_replication_role='replica'; SET statement_timeout=0",
    };
    conn.batch_execute(unchecked).unwrap();
    conn.batch_execute("BEGIN").unwrap();
    support::votes(database, conn, (vote, 1), "closed");
    let vote_id = database.id(KIND_VOTE, &vote.to_string());
    let item_id = database.id(KIND_ITEM, &vote.to_string());
    let number = format!("i + {vote} * 10000000");
    let head_id = database.id(KIND_HEAD, &number);
    let ballot_id = database.id(KIND_BALLOT, &number);
    let choice_id = database.id(KIND_CHOICE, &number);
    let early = database.instant("2020-01-01");
    let rows = [
        (
            "heads (id, vote_id, position, area, is_developer_pool)",
            format!("{head_id}, {vote_id}, i - 1, 6000 + i % 7919, FALSE"),
        ),
        (
            "ballots (id, vote_id, head_id, channel, cast_at, receipt, log_seq, request_id)",
            format!(
                "{ballot_id}, {vote_id}, {head_id}, 'online', {early}, \
                 CAST({vote} AS TEXT) || '-' || CAST(i AS TEXT), i, ''"
            ),
        ),
        (
            "ballot_choices (id, ballot_id, item_id, head_id, choice, standing)",
            format!(
                "{choice_id}, {ballot_id}, {item_id}, {head_id}, \
                 CASE i % 5 WHEN 0 THEN 'against' WHEN 1 THEN 'abstain' ELSE 'for' END, TRUE"
            ),
        ),
    ];
    for (columns, select) in rows {
        database.insert(conn, ballots, (columns, &select));
    }
    conn.batch_execute("COMMIT").unwrap();
    conn.batch_execute("ANALYZE").unwrap();
}

#[derive(QueryableByName)]
struct Sum {
    #[diesel(sql_type = sql_types::Text)]
    choice: String,
    #[diesel(sql_type = sql_types::BigInt)]
    area: i64,
    #[diesel(sql_type = sql_types::BigInt)]
    heads: i64,
}

fn measure(database: &Database, conn: &mut Conn, (vote, ballots): (usize, usize)) {
    let vote_sql = database.id(KIND_VOTE, &vote.to_string());
    let scan = format!(
        "SELECT c.choice AS choice, CAST(SUM(h.area) AS BIGINT) AS area, COUNT(*) AS heads \
         FROM ballot_choices c JOIN ballots b ON b.id = c.ballot_id \
         JOIN heads h ON h.id = c.head_id \
         WHERE b.vote_id = {vote_sql} AND c.standing GROUP BY c.item_id, c.choice"
    );
    let vote_id: VoteId = id_text(KIND_VOTE, vote).parse().unwrap();
    let (mut scans, mut counts) = (Vec::new(), Vec::new());
    // The first turn warms up.
    for turn in 0..=TURNS {
        let started = Instant::now();
        let sums: Vec<Sum> = sql_query(&scan).load(conn).unwrap();
        let scanned = started.elapsed();
        let vote = voting::find_vote(conn, vote_id).unwrap();
        let workings = voting::work_out(conn, &vote).unwrap();
        let counted = started.elapsed() - scanned;
        let sum = sums.iter().find(|sum| sum.choice == "for").expect("a choice");
        let found = &workings[0].in_favour;
        assert_eq!((found.area.0, found.heads as i64), (sum.area, sum.heads));
        if turn > 0 {
            scans.push(scanned.as_secs_f64() * 1000.0);
            counts.push(counted.as_secs_f64() * 1000.0);
        }
    }
    let (scan, count) = (median(scans), median(counts));
    let ratio = count / scan;
    let memory = memory_mb(std::process::id(), "VmHWM");
    line(&format!("{:<11} {ballots:>9} {scan:>11.1} {count:>11.1} {ratio:>6.2} {memory:>12}", ""));
}
