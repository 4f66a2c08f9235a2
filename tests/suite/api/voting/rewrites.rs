//! Somebody with the database's password rewrites rows past the triggers: `jiugai verify` of the
//! database names the leaf, and the bundle that the server then hands out is bad to both programs.

use diesel::{
    ExpressionMethods, QueryDsl, RunQueryDsl, connection::SimpleConnection, sql_query,
    sql_types::Text,
};
use jiugai::{
    ballot_log::{Leaf, Openings},
    platform::db::{Conn, connect, schema::log_leaves},
    verifier::{Request, Source, verify},
    voting::check_rows_against_logs,
};
use serde_json::json;

use super::{Desk, paper::paper};
use crate::{
    db_test,
    process::Home,
    support::{
        Engine, TestApp, flats,
        long::{rounds, seed},
        phone,
        vote_log::{Dice, VoteLog},
    },
    verifier::{Said, python, thefts::KINDS},
};

/// The tables that are rewritten, each after those that it refers to.
const TABLES: [&str; 7] = [
    "logs",
    "log_leaves",
    "log_checkpoints",
    "log_witnesses",
    "ballots",
    "ballot_choices",
    "ballot_notices",
];

/// What is changed in rows other than leaves; `{n}` is a number at random, `{seq}` a leaf of a ballot.
const ROWS: &[(&str, &str)] = &[
    (
        "a choice",
        "UPDATE ballot_choices SET choice = CASE choice WHEN 'for' THEN 'against' ELSE \
        'for' END WHERE ballot_id = (SELECT id FROM ballots WHERE log_seq = {seq})",
    ),
    (
        "whose choice",
        "UPDATE ballot_choices SET head_id = (SELECT id FROM heads WHERE position = 11) \
        WHERE ballot_id = (SELECT id FROM ballots WHERE log_seq = {seq})",
    ),
    (
        "a choice fewer",
        "DELETE FROM ballot_choices WHERE id = (SELECT id FROM ballot_choices WHERE \
        ballot_id = (SELECT id FROM ballots WHERE log_seq = {seq}) ORDER BY id LIMIT 1)",
    ),
    (
        "whose ballot",
        "UPDATE ballots SET head_id = (SELECT id FROM heads WHERE position = 11) WHERE \
        log_seq = {seq}",
    ),
    ("a time", "UPDATE ballots SET cast_at = '2026-03-19 00:00:00' WHERE log_seq = {seq}"),
    ("a channel", "UPDATE ballots SET channel = 'proxy' WHERE log_seq = {seq}"),
    ("a receipt", "UPDATE ballots SET receipt = '00000000000000000000' WHERE log_seq = {seq}"),
    ("a place in the log", "UPDATE ballots SET log_seq = 3 WHERE log_seq = {seq}"),
    (
        "a deleted ballot",
        "DELETE FROM ballot_notices WHERE ballot_id = (SELECT id FROM ballots WHERE \
        log_seq = {seq}); DELETE FROM ballot_choices WHERE ballot_id = (SELECT id FROM ballots WHERE \
        log_seq = {seq}); DELETE FROM ballots WHERE log_seq = {seq}",
    ),
    (
        "an added ballot",
        "INSERT INTO ballots (id, vote_id, head_id, channel, cast_at, receipt, \
        log_seq, request_id) SELECT head_id, vote_id, head_id, channel, cast_at, \
        '11111111111111111111', 2, request_id FROM ballots WHERE log_seq = {seq}",
    ),
    (
        "an area",
        "UPDATE heads SET area = area + 100 WHERE position = {n}; UPDATE heads SET \
        area = area - 100 WHERE position = {n} + 1",
    ),
    (
        "a stored hash",
        "UPDATE log_leaves SET hashes = (SELECT hashes FROM log_leaves WHERE seq = 1 \
        AND log_id = (SELECT id FROM logs WHERE subject LIKE 'v/%')) WHERE seq = {seq}",
    ),
    (
        "the root",
        "UPDATE logs SET root = (SELECT root FROM logs WHERE subject = 'deployment') WHERE \
        subject LIKE 'v/%'",
    ),
    ("the size", "UPDATE logs SET size = size - 1 WHERE subject LIKE 'v/%'"),
];

/// The rows of a vote, and a way back to them.
struct Rows {
    conn: Conn,
    leaves: Vec<Leaf>,
    openings: Vec<Openings>,
}

impl Rows {
    /// Keeps a copy, and takes the triggers away.
    fn open(app: &TestApp) -> Self {
        let mut conn = connect(&app.database_url()).unwrap();
        for name in triggers(&mut conn) {
            conn.batch_execute(&format!("DROP TRIGGER {name}")).unwrap();
        }
        for table in TABLES.iter().chain(&["heads"]) {
            if app.engine == Engine::Postgres {
                let off = format!("ALTER TABLE {table} DISABLE TRIGGER USER");
                conn.batch_execute(&off).unwrap();
            }
            let keep = format!("CREATE TABLE kept_{table} AS SELECT * FROM {table}");
            conn.batch_execute(&keep).unwrap();
        }
        let rows: Vec<(Vec<u8>, Option<String>)> = log_leaves::table
            .filter(log_leaves::log_id.eq(vote_log(&mut conn)))
            .order(log_leaves::seq)
            .select((log_leaves::leaf, log_leaves::openings))
            .load(&mut conn)
            .unwrap();
        let leaves = rows.iter().map(|(leaf, _)| Leaf::decode(leaf).unwrap()).collect();
        let open = |text: &Option<String>| match text {
            Some(text) => serde_json::from_str(text).unwrap(),
            None => Openings::default(),
        };
        let openings = rows.iter().map(|(_, text)| open(text)).collect();
        Self { conn, leaves, openings }
    }

    fn restore(&mut self) {
        let delete = TABLES.iter().rev().map(|table| format!("DELETE FROM {table};"));
        let insert =
            TABLES.iter().map(|table| format!("INSERT INTO {table} SELECT * FROM kept_{table};"));
        let whole: String = delete.chain(insert).collect();
        self.conn.batch_execute(&whole).unwrap();
        let areas = "UPDATE heads SET area = (SELECT area FROM kept_heads k WHERE k.id = heads.id)";
        self.conn.batch_execute(areas).unwrap();
    }

    /// Writes leaves and openings over those that are stored; hashes and head stay.
    fn write(&mut self, log: &VoteLog) {
        let id = vote_log(&mut self.conn);
        for seq in 0..self.leaves.len() {
            let (of, at) = (i64::try_from(seq).unwrap(), log_leaves::log_id.eq(id));
            let row = log_leaves::table.filter(at).filter(log_leaves::seq.eq(of));
            let Some(leaf) = log.leaves.get(seq) else {
                diesel::delete(row).execute(&mut self.conn).unwrap();
                continue;
            };
            if *leaf == self.leaves[seq] && log.openings[seq] == self.openings[seq] {
                continue;
            }
            let openings = (log.openings[seq] != Openings::default())
                .then(|| serde_json::to_string(&log.openings[seq]).unwrap());
            let change =
                (log_leaves::leaf.eq(leaf.encode().unwrap()), log_leaves::openings.eq(openings));
            diesel::update(row).set(change).execute(&mut self.conn).unwrap();
        }
    }

    fn faults(&mut self) -> Vec<String> {
        check_rows_against_logs(&mut self.conn).unwrap().faults
    }
}

fn vote_log(conn: &mut Conn) -> jiugai::kernel::LogId {
    use jiugai::platform::db::schema::logs;
    logs::table.filter(logs::subject.ne("deployment")).select(logs::id).first(conn).unwrap()
}

/// The names of SQLite's triggers.
fn triggers(conn: &mut Conn) -> Vec<String> {
    #[derive(diesel::QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        name: String,
    }
    let Conn::Sqlite(_) = conn else { return Vec::new() };
    let rows: Vec<Row> =
        sql_query("SELECT name FROM sqlite_master WHERE type = 'trigger'").load(conn).unwrap();
    rows.into_iter().map(|row| row.name).collect()
}

/// A vote with online and paper ballots, one of them decided by a third person, counted and confirmed.
async fn confirmed(app: TestApp) -> Desk {
    let paper = paper(app, &flats(12, "80.00"), &["6", "9"]).await;
    for n in 1..=6 {
        paper.desk.cast(&phone(n), if n == 6 { "against" } else { "for" }).await.expect(201);
    }
    let alike = paper.register("1-007").await;
    paper.settle(&alike, "for").await;
    let late = paper.register("1-002").await;
    paper.settle(&late, "against").await;
    let differs = paper.register("1-008").await;
    paper.enter(&paper.anna, &differs, "for").await.expect(201);
    paper.enter(&paper.bo, &differs, "against").await.expect(201);
    paper.adjudicate(&paper.chen, &differs, "for").await.expect(201);
    let clerk = paper.close_and_count().await;
    clerk.post(&paper.desk.path("/publish"), json!({})).await.expect(200);
    paper.desk.app.clock.advance(chrono::TimeDelta::days(20));
    paper.desk.recheck(&[(&alike, "for"), (&late, "against"), (&differs, "for")]).await;
    let clerk = paper.desk.staff_again().await;
    clerk.post(&paper.desk.path("/confirm"), json!({})).await.expect(200);
    paper.desk
}

db_test! {
    async fn rows_rewritten_past_the_triggers_are_found_in_the_database_and_in_the_bundle(app: TestApp) {
        let desk = confirmed(app).await;
        let mut rows = Rows::open(&desk.app);
        let bureau = desk.app.sign_in("bureau").await;
        let public = format!("/api/v1/public/votes/{}/log", desk.vote);
        let key = desk.app.anon().get(&format!("{public}/vkey")).await.text.trim().to_owned();
        let directory = tempfile::tempdir().unwrap();
        let mut bundles = Vec::new();
        let mut dice = Dice(seed(20_260_504));
        assert_eq!(rows.faults(), [""; 0], "the control");
        let good = directory.path().join("good.zip");
        std::fs::write(&good, bureau.bytes(&desk.path("/log/bundle.zip")).await).unwrap();
        assert_eq!(said(&good, &key).exit, 0, "the control");
        for round in 0..rounds(1, 50) {
            for (name, make, _) in KINDS {
                let mut log = VoteLog::of(rows.leaves.clone(), rows.openings.clone(), dice.next());
                // A vote without such a leaf has no place for it.
                let Some(place) = (0..20).find_map(|_| {
                    log = VoteLog::of(rows.leaves.clone(), rows.openings.clone(), dice.next());
                    make(&mut log, &mut dice)
                }) else { continue };
                rows.write(&log);
                let faults = rows.faults();
                let named = faults.iter().any(|f| f.contains(&format!("leaf {place} ")));
                assert!(named, "{name} at {place}: {faults:?}");
                let bundle = bureau.get_bytes(&desk.path("/log/bundle.zip")).await;
                if let Some(bundle) = bundle {
                    let path = directory.path().join(format!("{round}-{name}.zip"));
                    std::fs::write(&path, bundle).unwrap();
                    assert_eq!(said(&path, &key).exit, 1, "{name} at {place}");
                    bundles.push(path);
                }
                rows.restore();
            }
            for (name, sql) in ROWS {
                let is_ballot = |seq: &usize| matches!(rows.leaves[*seq], Leaf::Ballot(_));
                let ballots: Vec<usize> = (0..rows.leaves.len()).filter(is_ballot).collect();
                let seq = ballots[dice.below(ballots.len())].to_string();
                let sql = sql.replace("{seq}", &seq).replace("{n}", &dice.below(10).to_string());
                rows.conn.batch_execute(&sql).unwrap();
                assert_ne!(rows.faults(), [""; 0], "{name} at {seq}");
                rows.restore();
            }
        }
        assert!(bundles.len() >= 15, "{} bundles show little", bundles.len());
        for python in python::run(&bundles, &key) {
            assert_eq!(python.exit, 1);
        }
        assert_eq!(rows.faults(), [""; 0], "everything was put back");
    }

    async fn the_command_says_which_leaf_was_rewritten(app: TestApp) {
        let desk = confirmed(app).await;
        let mut rows = Rows::open(&desk.app);
        let home = Home::new();
        let url = crate::operations::address(desk.app.db.url());
        let verify = || home.run(&["verify", "--database-url", &url]);
        let good = verify();
        assert!(good.status.success(), "{good:?}");
        assert!(String::from_utf8_lossy(&good.stdout).contains("2 logs"), "{good:?}");
        let mut log = VoteLog::of(rows.leaves.clone(), rows.openings.clone(), 1);
        let Leaf::Roll(unit) = &mut log.leaves[3] else { panic!("a unit") };
        unit.area += 100;
        rows.write(&log);
        let bad = verify();
        assert_eq!(bad.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&bad.stderr).contains("leaf 3 "), "{bad:?}");
    }
}

fn said(bundle: &std::path::Path, key: &str) -> Said {
    let request = Request { key: Some(key), ..Request::default() };
    let report = verify(&mut Source::open(bundle.to_str().unwrap()).unwrap(), &request).unwrap();
    Said::of(&serde_json::from_str(&report.json()).unwrap())
}
