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

use super::{
    Desk,
    paper::{Paper, paper},
};
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
const TABLES: [&str; 8] = [
    "logs",
    "log_leaves",
    "log_checkpoints",
    "log_witnesses",
    "ballots",
    "ballot_choices",
    "ballot_notices",
    "ballot_disputes",
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
        "DELETE FROM ballot_disputes WHERE ballot_id = (SELECT id FROM ballots WHERE \
        log_seq = {seq}); DELETE FROM ballot_notices WHERE ballot_id = (SELECT id FROM ballots WHERE \
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

/// What is changed in rows of disputes and of what stands, each with the leaf that must be named.
const STANDING: &[(&str, &str, &str)] = &[
    (
        "a choice stands no more",
        "UPDATE ballot_choices SET standing = FALSE WHERE ballot_id = \
        (SELECT id FROM ballots WHERE log_seq = {online})",
        "ballot of leaf {online} ",
    ),
    (
        "a void ballot stands",
        "UPDATE ballot_choices SET standing = TRUE WHERE ballot_id = \
        (SELECT id FROM ballots WHERE log_seq = {void})",
        "ballot of leaf {void} ",
    ),
    (
        "what was misread stands",
        "UPDATE ballot_choices SET standing = FALSE WHERE ballot_id = (SELECT id FROM ballots WHERE \
        log_seq = {misread}); UPDATE ballot_choices SET standing = TRUE WHERE reading = 0 AND \
        ballot_id = (SELECT id FROM ballots WHERE log_seq = {misread})",
        "ballot of leaf {misread} ",
    ),
    (
        "another reason",
        "UPDATE ballot_disputes SET reason = 'other' WHERE log_seq = {dispute}",
        "dispute of leaf {dispute} ",
    ),
    (
        "another ballot is disputed",
        "UPDATE ballot_disputes SET ballot_id = (SELECT id FROM ballots WHERE log_seq = {online}) \
        WHERE log_seq = {dispute}",
        "dispute of leaf {dispute} ",
    ),
    (
        "another time of filing",
        "UPDATE ballot_disputes SET filed_at = '2026-03-19 00:00:00' WHERE log_seq = {dispute}",
        "dispute of leaf {dispute} ",
    ),
    (
        "a dispute at another leaf",
        "UPDATE ballot_disputes SET log_seq = 3 WHERE log_seq = {dispute}",
        "leaf 3 is not the dispute",
    ),
    (
        "a dispute is gone",
        "DELETE FROM ballot_disputes WHERE log_seq = {dispute}",
        "dispute of leaf {dispute} ",
    ),
    (
        "an added dispute",
        "INSERT INTO ballot_disputes (id, vote_id, ballot_id, reason, text, filed_by, filed_at, log_seq, \
        version) SELECT id, vote_id, id, 'other', '-', '-', cast_at, 2, 1 FROM ballots WHERE \
        log_seq = {online}",
        "leaf 2 is not the dispute",
    ),
    (
        "a dispute upheld that was not",
        "UPDATE ballot_disputes SET upheld = TRUE WHERE upheld = FALSE",
        "ruling of leaf {dismissal} ",
    ),
    (
        "a ruling taken back",
        "UPDATE ballot_disputes SET confirmed_at = NULL, confirmed_by = NULL, ruling_seq = NULL WHERE \
        log_seq = {dispute}",
        "ruling of leaf {ruling} ",
    ),
    (
        "a ruling at another leaf",
        "UPDATE ballot_disputes SET ruling_seq = 3 WHERE log_seq = {dispute}",
        "ruling of leaf {ruling} ",
    ),
    (
        "another time of the ruling",
        "UPDATE ballot_disputes SET confirmed_at = '2026-03-19 00:00:00' WHERE log_seq = {dispute}",
        "ruling of leaf {ruling} ",
    ),
    (
        "other people ruled",
        "UPDATE ballot_disputes SET proposed_by = confirmed_by, confirmed_by = proposed_by WHERE \
        log_seq = {dispute}",
        "ruling of leaf {ruling} ",
    ),
    (
        "two people read something else",
        "UPDATE ballot_disputes SET choices = REPLACE(choices, 'against', 'for') WHERE \
        choices IS NOT NULL",
        "ruling of leaf {correction} ",
    ),
    (
        "another reason why it is invalid",
        "UPDATE ballot_disputes SET invalid_reason = 'unsigned' WHERE choices IS NOT NULL",
        "ruling of leaf {correction} ",
    ),
];

/// A sentence with the leaves of a vote in place of their names.
fn with_leaves(text: &str, leaves: &[Leaf]) -> String {
    let mut of: Vec<(&str, usize)> = Vec::new();
    let at = |seq: u64| usize::try_from(seq).unwrap();
    for (seq, leaf) in leaves.iter().enumerate() {
        let Leaf::Ruling(ruling) = leaf else { continue };
        let dispute = at(ruling.challenge);
        let Leaf::Challenge(challenge) = &leaves[dispute] else { panic!("a dispute") };
        let ballot = at(challenge.ballot);
        match (&ruling.what, ruling.upheld) {
            (Some(_), _) => of.extend([("{correction}", seq), ("{misread}", ballot)]),
            (None, true) => {
                of.extend([("{ruling}", seq), ("{void}", ballot), ("{dispute}", dispute)])
            }
            (None, false) => of.extend([("{dismissal}", seq), ("{online}", ballot)]),
        }
    }
    of.iter().fold(text.to_owned(), |text, (name, seq)| text.replace(name, &seq.to_string()))
}

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
    let mut receipts = Vec::new();
    for n in 1..=6 {
        let choice = if n == 6 { "against" } else { "for" };
        let cast = paper.desk.cast(&phone(n), choice).await.expect(201);
        receipts.push(cast["receipt"].as_str().unwrap().to_owned());
    }
    let alike = paper.register("1-007").await;
    paper.settle(&alike, "for").await;
    let late = paper.register("1-002").await;
    paper.settle(&late, "against").await;
    let differs = paper.register("1-008").await;
    paper.enter(&paper.anna, &differs, "for").await.expect(201);
    paper.enter(&paper.bo, &differs, "against").await.expect(201);
    paper.adjudicate(&paper.chen, &differs, "for").await.expect(201);
    disputed(&paper, &receipts[3..5]).await;
    let clerk = paper.close_and_count().await;
    clerk.post(&paper.desk.path("/publish"), json!({})).await.expect(200);
    paper.desk.app.clock.advance(chrono::TimeDelta::days(20));
    paper.desk.recheck(&[(&alike, "against"), (&late, "against"), (&differs, "for")]).await;
    let clerk = paper.desk.staff_again().await;
    clerk.post(&paper.desk.path("/confirm"), json!({})).await.expect(200);
    paper.desk
}

/// Of two online ballots one is void and one stays; the sheet of 1-007 was misread.
async fn disputed(paper: &Paper, receipts: &[String]) {
    let desk = &paper.desk;
    let dora = desk.app.clerk("dora", desk.community).await;
    let [void, stays] = receipts else { panic!("two receipts") };
    let read = json!([
        { "item_id": desk.items[0], "choice": "against" },
        { "item_id": desk.items[1], "choice": "against" },
    ]);
    let sheet = desk.standings(7).await.remove(0).0;
    for (n, receipt, reason, ruling) in [
        (4, void, "not_mine", json!({ "upheld": true })),
        (5, stays, "not_mine", json!({ "upheld": false })),
        (7, &sheet, "misread", json!({ "upheld": true, "choices": read })),
    ] {
        let owner = desk.app.owner(&phone(n)).await;
        let dispute = desk.dispute(&owner, receipt, (reason, None)).await.expect(201);
        desk.rule([&paper.chen, &dora], &dispute, ruling).await;
    }
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

    async fn what_stands_and_what_was_ruled_is_compared_with_the_log(app: TestApp) {
        let desk = confirmed(app).await;
        let mut rows = Rows::open(&desk.app);
        assert_eq!(rows.faults(), [""; 0], "the control");
        for (name, sql, fault) in STANDING {
            let [sql, fault] = [sql, fault].map(|text| with_leaves(text, &rows.leaves));
            rows.conn.batch_execute(&sql).unwrap();
            let faults = rows.faults();
            assert!(faults.iter().any(|found| found.contains(&fault)), "{name}: {faults:?}");
            rows.restore();
            assert_eq!(rows.faults(), [""; 0], "{name} was put back");
        }
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
