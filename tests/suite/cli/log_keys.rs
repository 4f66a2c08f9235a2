//! The procedure of `docs/log-keys.md`, command by command, by the built binary: keys made, listed,
//! rotated, lost and betrayed; an older backup restored; logs that go on under another name.

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use chrono::TimeDelta;
use jiugai::platform::{
    db::{DatabaseUrl, restore_archive},
    tlog::{Proof, store},
};
use serde_json::{Value, json};

use crate::{
    api::voting::{Desk, draft},
    db_test,
    support::{Engine, TestApp, TestDatabase, flats, phone},
    verifier::python,
};

/// What was said, and whether it was done.
fn told(output: &Output) -> (String, bool) {
    let text = [output.stdout.clone(), output.stderr.clone()].concat();
    (String::from_utf8(text).unwrap(), output.status.success())
}

#[track_caller]
fn done(output: &Output) -> String {
    let (text, is_done) = told(output);
    assert!(is_done, "{text}");
    text
}

#[track_caller]
fn refused(output: &Output, sentence: &str) {
    let (text, is_done) = told(output);
    assert!(!is_done && text.contains(sentence), "{text}");
}

/// The machine of an application: its key files, its data directory, a database.
struct Machine {
    directory: PathBuf,
    url: String,
}

impl Machine {
    fn of(app: &TestApp) -> Self {
        Self::over(app, &app.database_url())
    }

    fn over(app: &TestApp, url: &DatabaseUrl) -> Self {
        let directory = app.log_keys.path().to_owned();
        std::fs::write(directory.join("master.key"), "07".repeat(32)).unwrap();
        let url = match url {
            DatabaseUrl::Sqlite(path) => format!("sqlite://{path}"),
            DatabaseUrl::Postgres(url) => url.clone(),
        };
        Self { directory, url }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_jiugai"));
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("JIUGAI_DATABASE_URL", &self.url)
            .env("JIUGAI_DATA_DIR", &self.directory)
            .env("JIUGAI_KEY_FILE", self.file("master.key"))
            .env("JIUGAI_LOG_KEY_FILE", self.file("log.key"))
            .env("JIUGAI_PUBLIC_URL", "https://vote.example.org")
            .env("JIUGAI_LISTEN", "127.0.0.1:1")
            .current_dir(&self.directory)
            .args(arguments);
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    fn file(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    fn reopen(&self, arguments: &[&str]) -> Output {
        let by = ["--by", "anna", "--second", "Boris", "--reason", "硬盘损坏，恢复了备份"];
        self.run(&[&["admin", "reopen-log"], arguments, &by].concat())
    }
}

/// An open vote of six heads, of which the first has voted; two people who may decide.
async fn open_vote(app: TestApp) -> (Desk, Value) {
    let desk = draft(app, &flats(6, "80.00"), &["5"]).await;
    desk.app.account("anna", &[]).await;
    desk.app.account("boris", &[]).await;
    desk.open().await;
    let receipt = cast(&desk, 1).await;
    (desk, receipt)
}

/// A ballot with a key of its own, so that it can be repeated.
async fn cast(desk: &Desk, n: usize) -> Value {
    let owner = desk.app.owner(&phone(n)).await;
    owner.post_once(&desk.path("/ballots"), "k", desk.ballot("for")).await.expect(201)
}

fn log_path(desk: &Desk) -> String {
    format!("/api/v1/public/votes/{}/log", desk.vote)
}

async fn vkey(desk: &Desk) -> String {
    let text = desk.app.anon().get(&format!("{}/vkey", log_path(desk))).await.text;
    text.trim().to_owned()
}

fn holds(receipt: &Value, vkey: &str) -> bool {
    let proof = Proof::parse(receipt["proof"].as_str().unwrap()).unwrap();
    proof.verify(receipt["leaf"].as_str().unwrap().as_bytes(), &[vkey.to_owned()]).is_ok()
}

/// Counts, confirms, and writes the auditors' bundle.
async fn finish(desk: &Desk, file: &Path) {
    let clerk = desk.close_and_count().await;
    clerk.post(&desk.path("/publish"), json!({})).await.expect(200);
    desk.app.clock.advance(TimeDelta::days(20));
    desk.staff_again().await.post(&desk.path("/confirm"), json!({})).await.expect(200);
    let bureau = desk.app.sign_in("bureau").await;
    std::fs::write(file, bureau.bytes(&desk.path("/log/bundle.zip")).await).unwrap();
}

/// What `jiugai verify` and `recount.py` say of a bundle: the words and the exit code of both.
fn verify(machine: &Machine, file: &Path, more: &[&str]) -> [(String, Option<i32>); 2] {
    let file = file.to_str().unwrap();
    let rust = machine.run(&[&["verify", file], more].concat());
    let python = python::command().args(more).arg(file).output().unwrap();
    [rust, python].map(|output| (told(&output).0, output.status.code()))
}

/// The backup in an empty database.
fn restore(engine: Engine, backup: &Path) -> TestDatabase {
    let database = TestDatabase::empty(engine);
    match &database.url {
        DatabaseUrl::Sqlite(path) => {
            std::fs::copy(backup, path).unwrap();
        }
        DatabaseUrl::Postgres(url) => restore_archive(backup, url).unwrap(),
    }
    database
}

db_test! {
    async fn after_a_restored_backup_a_log_goes_on_and_a_lost_ballot_is_named(app: TestApp) {
        let (desk, kept) = open_vote(app).await;
        let machine = Machine::of(&desk.app);
        let backup = machine.file("backup");
        done(&machine.run(&["backup", "--output", backup.to_str().unwrap()]));
        let lost = cast(&desk, 2).await;
        let old_key = vkey(&desk).await;

        // The control: without a decision nothing is signed and nobody votes.
        let restored = restore(desk.app.engine, &backup);
        let desk = desk.again(Some(restored)).await;
        let anon = desk.app.anon();
        let checkpoint = format!("{}/checkpoint", log_path(&desk));
        assert_eq!(anon.get(&checkpoint).await.refused(503), "log_frozen");
        assert_eq!(desk.cast(&phone(3), "for").await.refused(503), "log_frozen");
        let machine = Machine::of(&desk.app);
        let list = done(&machine.run(&["admin", "log-keys"]));
        assert!(list.contains("frozen"), "{list}");

        let text = done(&machine.reopen(&["--all-open"]));
        assert!(text.contains("-r2") && text.contains("丢失 1 叶"), "{text}");
        let again = done(&machine.reopen(&["--all-open"]));
        assert!(again.contains("nothing was done"), "{again}");
        let desk = desk.again(None).await;
        let key = vkey(&desk).await;
        assert!(key.contains("-r2+") && key != old_key);
        // A repeated request is answered under the new name; the lost voter votes again.
        let repeated = cast(&desk, 1).await;
        assert_eq!((&repeated["leaf"], &repeated["seq"]), (&kept["leaf"], &kept["seq"]));
        assert!(holds(&repeated, &key) && holds(&kept, &old_key) && !holds(&kept, &key));
        for n in 2..=6 {
            assert!(holds(&cast(&desk, n).await, &key));
        }

        let bundle = machine.file("bundle.zip");
        finish(&desk, &bundle).await;
        let receipts = machine.file("receipts");
        std::fs::create_dir(&receipts).unwrap();
        let keep = |name: &str, receipt: &Value| {
            let name = receipts.join(format!("{name}.tlog-proof"));
            std::fs::write(name, receipt["proof"].as_str().unwrap()).unwrap();
        };
        keep("kept", &kept);
        keep("repeated", &repeated);
        let directory = receipts.to_str().unwrap();
        for more in [&["--key", key.as_str()][..], &["--key", &key, "--receipts", directory]] {
            for (text, code) in verify(&machine, &bundle, more) {
                assert_eq!(code, Some(0), "{text}");
                assert!(text.contains("硬盘损坏"), "the reason stands in the log: {text}");
            }
        }
        keep("lost", &lost);
        let leaf = format!("leaf {}", lost["seq"]);
        let answers =
            verify(&machine, &bundle, &["--key", &key, "--receipts", directory]);
        for (text, code) in answers {
            assert_eq!(code, Some(1), "{text}");
            assert!(text.contains("lost ballot") && text.contains(&leaf), "{text}");
        }
        for (text, code) in verify(&machine, &bundle, &["--key", &old_key]) {
            assert_eq!(code, Some(1), "the old key signs nothing here: {text}");
        }
        // The deployment's log knows, and so does the audit trail.
        let entries = desk.app.db.read(|conn| {
            let log = store::find_log(conn, "deployment")?.unwrap();
            let end = log.head()?.size;
            Ok(store::list_leaves(conn, log.id, (0, end))?)
        });
        let entries = entries.await.unwrap();
        let reopened = entries.iter().filter(|(leaf, _)| {
            String::from_utf8(leaf.clone()).unwrap().contains("\"phase\":\"reopened\"")
        });
        assert_eq!(reopened.count(), 1);
        assert_eq!(rows(&desk.app, "action LIKE 'log.reopen%'"), 2);
        desk.app.stop().await;
    }

    async fn after_a_lost_key_logs_go_on_by_a_new_one(app: TestApp) {
        let (desk, kept) = open_vote(app).await;
        let old_key = vkey(&desk).await;
        let machine = Machine::of(&desk.app);
        let copy = std::fs::read(machine.file("log.key")).unwrap();
        std::fs::remove_file(machine.file("log.key")).unwrap();
        refused(&machine.run(&["serve"]), "jiugai admin create-key");
        refused(&machine.run(&["admin", "rotate-log-key"]), "jiugai admin create-key");
        let made = done(&machine.run(&["admin", "create-key"]));
        assert!(made.contains("master key was there") && made.contains("generation 2"), "{made}");
        refused(&machine.run(&["serve"]), "jiugai admin reopen-log --all-open");
        // A key that only has the number of the lost one is not taken for it.
        let new = std::fs::read_to_string(machine.file("log.key")).unwrap();
        std::fs::write(machine.file("log.key"), new.replacen("2 ", "1 ", 1)).unwrap();
        refused(&machine.run(&["serve"]), "is not the key that vote.example.org/v/");
        std::fs::write(machine.file("log.key"), new).unwrap();

        let text = done(&machine.reopen(&["--all-open"]));
        assert!(text.contains("vote.example.org/deployment-r2"), "{text}");
        // No more than of a log that went on.
        let new = std::fs::read_to_string(machine.file("log.key")).unwrap();
        let other = String::from_utf8(copy.clone()).unwrap().replacen("1 ", "2 ", 1);
        std::fs::write(machine.file("log.key"), other).unwrap();
        refused(&machine.run(&["serve"]), "generation 2 is not the key that vote.example.org/");
        std::fs::write(machine.file("log.key"), new).unwrap();
        let desk = desk.again(None).await;
        let key = vkey(&desk).await;
        let receipt = cast(&desk, 2).await;
        assert!(holds(&receipt, &key) && holds(&kept, &old_key));
        let list = done(&machine.run(&["admin", "log-keys"]));
        assert!(list.contains(&key) && !list.contains(&old_key), "{list}");
        let bundle = machine.file("bundle.zip");
        finish(&desk, &bundle).await;
        for (text, code) in verify(&machine, &bundle, &["--key", &key]) {
            assert_eq!(code, Some(0), "{text}");
        }
        // The copy that was found again later is refused: its number is its own.
        std::fs::write(machine.file("log.key"), copy).unwrap();
        refused(&machine.run(&["serve"]), "lacks generation 2");
        desk.app.stop().await;
    }

    async fn the_deployments_log_alone_tells_another_key_from_its_own(app: TestApp) {
        let machine = Machine::of(&app);
        let own = std::fs::read(machine.file("log.key")).unwrap();
        std::fs::remove_file(machine.file("log.key")).unwrap();
        done(&machine.run(&["admin", "create-key"]));
        let new = std::fs::read_to_string(machine.file("log.key")).unwrap();
        std::fs::write(machine.file("log.key"), new.replacen("2 ", "1 ", 1)).unwrap();
        let sentence = "generation 1 is not the key that vote.example.org/deployment was begun with";
        refused(&machine.run(&["serve"]), sentence);
        // The control: its own key is not refused; the port is.
        std::fs::write(machine.file("log.key"), own).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (text, is_done) = told(&machine.run(&["serve", "--listen", &address]));
        assert!(!is_done && !text.contains("is not the key"), "{text}");
        app.stop().await;
    }

    async fn a_betrayed_key_is_rotated_and_its_logs_go_on(app: TestApp) {
        let (desk, _) = open_vote(app).await;
        let machine = Machine::of(&desk.app);
        let id = desk.vote.clone();
        let vote = ["--vote", id.as_str()];
        let betrayed = [vote.as_slice(), &["--compromised"]].concat();
        refused(&machine.reopen(&vote), "nothing was done");
        refused(&machine.reopen(&betrayed), "jiugai admin rotate-log-key");
        let rotated = done(&machine.run(&["admin", "rotate-log-key"]));
        assert!(rotated.contains("generation 2"), "{rotated}");
        let by = |first: &str, second: &str| {
            let people = ["--reason", "密钥外泄", "--by", first, "--second", second];
            machine.run(&[&["admin", "reopen-log"][..], &betrayed, &people].concat())
        };
        refused(&by("anna", "anna"), "same_clerk");
        refused(&by("anna", "nobody"), "nobody: no active staff account");
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        refused(&machine.reopen(&["--all-open", "--listen", &address]), "stop it first");
        drop(listener);
        refused(&machine.reopen(&["--vote", "01900000-0000-7000-8000-000000000009"]), "not_found");
        let before = vkey(&desk).await;

        let text = done(&machine.reopen(&["--all-open", "--compromised"]));
        assert!(text.contains(&format!("v/{}-r2", desk.vote)) && text.contains("deployment-r2"));
        let desk = desk.again(None).await;
        let key = vkey(&desk).await;
        assert_ne!(before.split('+').nth(2), key.split('+').nth(2), "another key");
        assert!(holds(&cast(&desk, 2).await, &key));
        // Twice: each name is new.
        done(&machine.run(&["admin", "rotate-log-key"]));
        done(&machine.reopen(&betrayed));
        let desk = desk.again(None).await;
        assert!(vkey(&desk).await.contains("-r3+"));
        // A database from before the decision is older than what was signed since.
        let bundle = machine.file("bundle.zip");
        finish(&desk, &bundle).await;
        for (text, code) in verify(&machine, &bundle, &["--key", &vkey(&desk).await]) {
            assert_eq!(code, Some(0), "{text}");
        }
        desk.app.stop().await;
    }

    async fn a_backup_from_before_an_incident_is_frozen_and_goes_on_under_a_third_name(app: TestApp) {
        let (desk, _) = open_vote(app).await;
        let machine = Machine::of(&desk.app);
        let backup = machine.file("backup");
        done(&machine.run(&["backup", "--output", backup.to_str().unwrap()]));
        done(&machine.run(&["admin", "rotate-log-key"]));
        done(&machine.reopen(&["--all-open", "--compromised"]));
        let restored = restore(desk.app.engine, &backup);
        let desk = desk.again(Some(restored)).await;
        let machine = Machine::of(&desk.app);
        assert_eq!(desk.cast(&phone(2), "for").await.refused(503), "log_frozen");
        refused(&machine.reopen(&["--vote", &desk.vote]), "--deployment");
        let text = done(&machine.reopen(&["--all-open"]));
        assert!(text.contains(&format!("v/{}-r3", desk.vote)), "{text}");
        let desk = desk.again(None).await;
        cast(&desk, 2).await;
        desk.app.stop().await;
    }

    async fn a_rotated_key_is_taken_by_new_votes_and_running_ones_keep_theirs(app: TestApp) {
        let (desk, _) = open_vote(app).await;
        let machine = Machine::of(&desk.app);
        let running = vkey(&desk).await;
        // The server may run meanwhile.
        let rotate = ["admin", "rotate-log-key", "--log-sm2", "true"];
        done(&machine.run(&rotate));
        refused(&machine.run(&["serve"]), "jiugai admin rotate-log-key");
        let desk = desk.again(None).await;
        assert_eq!(vkey(&desk).await, running);
        cast(&desk, 2).await;
        let community = desk.community;
        let items = json!([{ "title": "第二次表决", "matters": ["5"] }]);
        let body = json!({ "title": "第二次表决", "community_id": community, "items": items });
        let clerk = desk.staff_again().await;
        let vote = clerk.post("/api/v1/votes", body).await.expect(201);
        let vote = vote["id"].as_str().unwrap();
        let step = |step: &str| format!("/api/v1/votes/{vote}/{step}");
        clerk.post(&step("freeze-roll"), json!({})).await.expect(200);
        let window = json!({ "opens_at": "2026-04-28T00:00:00+08:00",
            "closes_at": "2026-05-08T00:00:00+08:00" });
        clerk.post(&step("notice"), window).await.expect(200);
        let log = format!("/api/v1/public/votes/{vote}/log");
        let keys = desk.app.anon().get(&format!("{log}/vkey")).await.text;
        assert_eq!(keys.lines().count(), 2, "Ed25519 and SM2: {keys}");
        let note = desk.app.anon().get(&format!("{log}/checkpoint")).await.text;
        assert_eq!(note.lines().filter(|line| line.starts_with('\u{2014}')).count(), 2);
        let again = desk.app.anon().get(&format!("{log}/checkpoint")).await.text;
        assert_eq!(note, again);
        for key in keys.lines().map(str::to_owned) {
            jiugai::platform::tlog::verify_note(note.as_bytes(), &[key]).unwrap();
        }
        let list = done(&machine.run(&["admin", "log-keys"]));
        for (generation, key) in [("第 1 代", running.as_str()), ("第 2 代", keys.trim())] {
            let of = list.split(generation).nth(1).unwrap();
            assert!(key.lines().all(|key| of.contains(key)), "{list}");
        }
        assert!(list.contains("SM2 指纹"), "{list}");
        desk.app.stop().await;
    }
}

/// Rows of the audit trail.
fn rows(app: &TestApp, condition: &str) -> i64 {
    use diesel::{QueryableByName, RunQueryDsl, sql_types::BigInt};
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        count: i64,
    }
    let mut conn = jiugai::platform::db::connect(&app.database_url()).unwrap();
    let query = format!("SELECT COUNT(*) AS count FROM audit_log WHERE {condition}");
    diesel::sql_query(query).get_result::<Count>(&mut conn).unwrap().count
}
