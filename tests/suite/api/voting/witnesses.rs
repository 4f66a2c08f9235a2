//! A vote's log and its outside witness, each a server of its own; and the sheet of each hour for
//! deployments that have none.

use std::path::Path;

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::TimeDelta;
use jiugai::{
    app::{App, worker},
    platform::tlog::{NoteKey, Witnesses, load_keys, sign_note},
    verifier::{Policy, Request, Source, verify},
};
use serde_json::{Value, json};

use super::{Desk, draft};
use crate::{
    db_test,
    support::{TestApp, WitnessServer, flats, phone},
};

/// The application with these witnesses, `URL VKEY` by comma.
fn with(desk: &Desk, witnesses: &str) -> App {
    let settings = format!("witnesses = {witnesses:?}");
    let layer = jiugai::platform::config::parse_file(&settings).unwrap();
    let settings = jiugai::platform::config::Settings::from_layer(layer).unwrap();
    let app = &desk.app.app;
    let witnesses = Witnesses::new(settings.witnesses.0, &app.db, &app.log_signer).unwrap();
    App { witnesses, ..app.clone() }
}

async fn deployment_key(desk: &Desk) -> String {
    let keys = desk.app.anon().get("/api/v1/public/log/vkey").await;
    keys.text.lines().next().unwrap().to_owned()
}

fn log_path(desk: &Desk, name: &str) -> String {
    format!("/api/v1/public/votes/{}/log/{name}", desk.vote)
}

fn size_of(note: &str) -> usize {
    note.lines().nth(1).unwrap().parse().unwrap()
}

/// What plain Python, by the arithmetic of RFC 8032, says of a cosignature.
fn python_finds(note: &str, vkey: &str) -> bool {
    const SCRIPT: &str = "
import base64, hashlib, sys
sys.dont_write_bytecode = True
sys.path.insert(0, 'tools')
import recount
note, vkey = sys.argv[1:]
name, number, key = vkey.split('+', 2)
key = base64.b64decode(key)
assert key[0] == 4 and hashlib.sha256(f'{name}\\n'.encode() + key).digest()[:4].hex() == number
text, _, lines = note.rpartition('\\n\\n')
for line in lines.splitlines():
    dash, signer, data = line.split(' ')
    data = base64.b64decode(data)
    if signer == name and data[:4].hex() == number:
        time = int.from_bytes(data[4:12], 'big')
        message = f'cosignature/v1\\ntime {time}\\n{text}\\n'.encode()
        print(recount.ed25519_verify(key[1:], message, data[12:]))
";
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut python = std::process::Command::new("python3");
    let python = python.current_dir(root).args(["-c", SCRIPT, note, vkey]).output().unwrap();
    assert!(python.stderr.is_empty(), "{}", String::from_utf8_lossy(&python.stderr));
    python.stdout == b"True\n"
}

/// What `verify` says of a bundle under a policy: exit code, rules of the faults, leaves witnessed.
fn verdict(bundle: &Path, key: &str, policy: &str) -> (u64, Vec<String>, Option<u64>) {
    let policy = Policy::parse(policy.as_bytes()).unwrap();
    let request = Request { key: Some(key), policy: Some(&policy), ..Request::default() };
    let mut source = Source::open(bundle.to_str().unwrap()).unwrap();
    let report = verify(&mut source, &request).unwrap().json();
    let report: Value = serde_json::from_str(&report).unwrap();
    let faults = report["faults"].as_array().unwrap().iter();
    let rules = faults.map(|fault| fault["rule"].as_str().unwrap().to_owned()).collect();
    (report["exit"].as_u64().unwrap(), rules, report["witnessed"].as_u64())
}

/// Whether a posted checkpoint fits a log: the exit code, and how many of how many.
fn fits(source: &str, key: &str, posted: &Path) -> (Option<u64>, Value) {
    let checkpoints = [posted.to_owned()];
    let request = Request { key: Some(key), checkpoints: &checkpoints, ..Request::default() };
    let report = verify(&mut Source::open(source).unwrap(), &request).unwrap().json();
    let report: Value = serde_json::from_str(&report).unwrap();
    (report["exit"].as_u64(), report["checkpoints"].clone())
}

db_test! {
    async fn a_witness_cosigns_a_vote_and_the_policy_asks_for_it(app: TestApp) {
        let desk = draft(app, &flats(5, "80.00"), &["5"]).await;
        desk.open().await;
        let anon = desk.app.anon();
        let witness = WitnessServer::start(desk.app.engine, &deployment_key(&desk).await);
        let vkey = witness.cosigner.vkey();
        let app = with(&desk, &format!("{} {vkey}", witness.url));
        assert_eq!(anon.get(&log_path(&desk, "checkpoint.cosigned")).await.refused(404), "not_found");
        desk.cast(&phone(1), "for").await.expect(201);
        app.witnesses.round().await.unwrap();
        let newest = anon.get(&log_path(&desk, "checkpoint")).await.text;
        assert!(python_finds(&newest, &vkey), "{newest}");
        assert!(!python_finds(&newest.replacen("\n7\n", "\n8\n", 1), &vkey), "the control");
        assert_eq!(anon.get(&log_path(&desk, "checkpoint.cosigned")).await.text, newest);
        let deployment = anon.get("/api/v1/public/log/checkpoint").await.text;
        assert!(python_finds(&deployment, &vkey), "{deployment}");

        // The next ballot's head is there at once, and is cosigned by the next round.
        desk.cast(&phone(2), "for").await.expect(201);
        let later = anon.get(&log_path(&desk, "checkpoint")).await.text;
        assert_eq!((size_of(&later), python_finds(&later, &vkey)), (size_of(&newest) + 1, false));
        assert_eq!(anon.get(&log_path(&desk, "checkpoint.cosigned")).await.text, newest);
        app.witnesses.round().await.unwrap();
        let later = anon.get(&log_path(&desk, "checkpoint")).await.text;
        assert!(python_finds(&later, &vkey), "{later}");

        // Two servers do the same work twice, and nothing breaks; one that forgot asks again.
        let second = with(&desk, &format!("{} {vkey}", witness.url));
        desk.cast(&phone(3), "for").await.expect(201);
        let (one, two) = tokio::join!(app.witnesses.round(), second.witnesses.round());
        assert!(one.is_ok() && two.is_ok());
        let listed = anon.get(&log_path(&desk, "checkpoints")).await.expect(200);
        let said = &listed["witnesses"][0];
        assert_eq!((said["size"].as_u64(), &said["fault"]), (Some(9), &Value::Null), "{said}");

        desk.close_and_count().await;
        let directory = tempfile::tempdir().unwrap();
        let key = anon.get(&log_path(&desk, "vkey")).await.text.trim().to_owned();
        let policy = format!("log {key}\nwitness street {vkey}\nquorum street\n");
        let before = directory.path().join("before.zip");
        std::fs::write(&before, anon.bytes(&log_path(&desk, "bundle.zip")).await).unwrap();
        // The worker's own round cosigned nothing after the close: the beginning is witnessed.
        assert_eq!(verdict(&before, &key, &policy), (3, vec![], Some(9)));
        app.witnesses.round().await.unwrap();
        let whole = directory.path().join("whole.zip");
        std::fs::write(&whole, anon.bytes(&log_path(&desk, "bundle.zip")).await).unwrap();
        let (exit, faults, seen) = verdict(&whole, &key, &policy);
        assert_eq!((exit, faults), (3, vec![]));
        assert!(seen.unwrap() > 9);
        let stranger = jiugai::platform::tlog::CosignKey::new("w", &[9; 32]).cosigner().vkey();
        let strict = policy.replace("quorum street", "")
            + &format!("witness other {stranger}\ngroup both all street other\nquorum both\n");
        assert_eq!(verdict(&whole, &key, &strict), (1, vec!["witness".to_owned()], None));
        // Python reads past the cosignatures.
        let said = crate::verifier::python::run(&[whole], &key);
        assert_eq!((said[0].exit, &said[0].faults), (3, &vec![]));
        witness.stop().await;
    }

    async fn a_dead_witness_keeps_no_ballot_waiting(app: TestApp) {
        let desk = draft(app, &flats(5, "80.00"), &["5"]).await;
        desk.open().await;
        // One refuses connections; one takes them and never says a word.
        let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let refusing = closed.local_addr().unwrap();
        drop(closed);
        let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let mute = silent.local_addr().unwrap();
        let witness = WitnessServer::start(desk.app.engine, &deployment_key(&desk).await);
        let key = |n: u8| jiugai::platform::tlog::CosignKey::new("w", &[n; 32]).cosigner().vkey();
        let vkey = witness.cosigner.vkey();
        let list = format!("http://{refusing} {}, http://{mute} {}, {} {vkey}", key(1), key(2),
            witness.url);
        let app = with(&desk, &list);
        let round = actix_web::rt::spawn({
            let app = app.clone();
            async move { worker::step(&app).await }
        });
        for n in 1..=3 {
            desk.cast(&phone(n), "for").await.expect(201);
        }
        round.await.unwrap().unwrap();
        desk.cast(&phone(4), "for").await.expect(201);
        // Both are left alone for a while; the living one goes on.
        app.witnesses.round().await.unwrap();
        let anon = desk.app.anon();
        let newest = anon.get(&log_path(&desk, "checkpoint")).await.text;
        assert!(python_finds(&newest, &vkey), "{newest}");
        witness.stop().await;
    }

    async fn a_witness_that_saw_another_history_is_an_alarm_and_the_vote_goes_on(app: TestApp) {
        let desk = draft(app, &flats(4, "80.00"), &["5"]).await;
        desk.open().await;
        let anon = desk.app.anon();
        let witness = WitnessServer::start(desk.app.engine, &deployment_key(&desk).await);
        let vkey = witness.cosigner.vkey();
        // Whoever holds the log's key shows the witness another history first.
        let note = anon.get(&log_path(&desk, "checkpoint")).await.text;
        let origin = note.lines().next().unwrap();
        let keys = load_keys(&desk.app.log_keys.path().join("log.key")).unwrap();
        let key = keys[&1][0].under(origin).unwrap();
        let text = format!("{origin}\n{}\n{}\n", size_of(&note), STANDARD.encode([3; 32]));
        let other = sign_note(&text, &[&*key]).unwrap();
        assert_eq!(witness.add(format!("old 0\n\n{other}")).await.status, 200);
        let app = with(&desk, &format!("{} {vkey}", witness.url));
        app.witnesses.round().await.unwrap();
        let listed = anon.get(&log_path(&desk, "checkpoints")).await.expect(200);
        let fault = listed["witnesses"][0]["fault"].as_str().unwrap();
        assert!(fault.starts_with("conflict: "), "{listed}");
        assert!(witness.get("/witness").await.text.contains(origin.rsplit('/').next().unwrap()));
        desk.cast(&phone(1), "for").await.expect(201);
        app.witnesses.round().await.unwrap();
        let page = anon.get(&log_path(&desk, "checkpoint.html")).await.text;
        assert!(page.contains("见证人拒绝"), "{page}");
        witness.stop().await;
    }

    async fn a_witness_that_does_not_know_the_deployment_is_named(app: TestApp) {
        let desk = draft(app, &flats(3, "80.00"), &["5"]).await;
        desk.open().await;
        let stranger = NoteKey::new("elsewhere.example/deployment", &[1; 32]).vkey();
        let witness = WitnessServer::start(desk.app.engine, &stranger);
        let app = with(&desk, &format!("{} {}", witness.url, witness.cosigner.vkey()));
        app.witnesses.round().await.unwrap();
        let listed = desk.app.anon().get(&log_path(&desk, "checkpoints")).await.expect(200);
        assert_eq!(listed["witnesses"][0]["fault"], "refused: HTTP 404", "{listed}");
        witness.stop().await;
    }

    async fn the_checkpoint_of_each_hour_is_kept_and_can_be_posted(app: TestApp) {
        let desk = draft(app, &flats(4, "80.00"), &["5"]).await;
        desk.open().await;
        let anon = desk.app.anon();
        let hours = async || {
            let listed = anon.get(&log_path(&desk, "checkpoints")).await.expect(200);
            listed["hours"].as_array().unwrap().clone()
        };
        let begun = hours().await.len();
        assert!(begun >= 1);
        desk.cast(&phone(1), "for").await.expect(201);
        desk.app.work().await;
        assert_eq!(hours().await.len(), begun, "one an hour");
        desk.app.clock.advance(TimeDelta::hours(1));
        desk.app.work().await;
        desk.app.work().await;
        let kept = hours().await;
        assert_eq!(kept.len(), begun + 1);
        let (newest, earlier) = (&kept[0], &kept[1]);
        assert_eq!(newest["size"].as_u64().unwrap(), earlier["size"].as_u64().unwrap() + 1);
        let at = earlier["taken_at"].as_str().unwrap();
        let sheet = anon.get(&log_path(&desk, &format!("checkpoint.html?hour={at}"))).await.text;
        let root = earlier["root"].as_str().unwrap().replace('/', "&#x2f;");
        assert!(sheet.contains(&root) && sheet.contains("<svg"), "{root}\n{sheet}");
        let none = anon.get(&log_path(&desk, "checkpoint.html?hour=2020-01-01T00:00:00Z")).await;
        assert_eq!(none.refused(404), "not_found");
        let notice = format!("/api/v1/public/votes/{}/notice.html", desk.vote);
        let notice = anon.get(&notice).await.text;
        assert!(notice.contains("日志公钥") && notice.contains("<svg"), "{notice}");

        // A photograph of the sheet shows later that the log still begins as it did then: while the
        // vote runs, over the network, and at the end.
        let directory = tempfile::tempdir().unwrap();
        let photograph = directory.path().join("photograph");
        std::fs::write(&photograph, earlier["checkpoint"].as_str().unwrap()).unwrap();
        let url = format!("{}{}", desk.app.url, log_path(&desk, ""));
        let running_key = anon.get(&log_path(&desk, "vkey")).await.text.trim().to_owned();
        let running =
            actix_web::rt::task::spawn_blocking(move || fits(&url, &running_key, &photograph));
        let told = json!({ "checked": 1, "good": 1, "lost": 0, "untrusted": 0 });
        assert_eq!(running.await.unwrap(), (Some(3), told));
        desk.close_and_count().await;
        let (bundle, posted) = (directory.path().join("bundle.zip"), directory.path().join("posted"));
        std::fs::write(&bundle, anon.bytes(&log_path(&desk, "bundle.zip")).await).unwrap();
        let key = anon.get(&log_path(&desk, "vkey")).await.text.trim().to_owned();
        let note = earlier["checkpoint"].as_str().unwrap();
        let check = |text: &str| {
            std::fs::write(&posted, text).unwrap();
            fits(bundle.to_str().unwrap(), &key, &posted)
        };
        let good = (Some(3), json!({ "checked": 1, "good": 1, "lost": 0, "untrusted": 0 }));
        assert_eq!(check(note), good);
        assert_eq!(check(note.trim_end()), good, "a scanner loses the last newline");
        let bad = (Some(1), json!({ "checked": 1, "good": 0, "lost": 0, "untrusted": 0 }));
        assert_eq!(check(&note.replacen('\n', "\n1", 1)), bad, "a changed number");
        let origin = note.lines().next().unwrap();
        let keys = load_keys(&desk.app.log_keys.path().join("log.key")).unwrap();
        let signer = keys[&1][0].under(origin).unwrap();
        let text = format!("{origin}\n{}\n{}\n", size_of(note), STANDARD.encode([3; 32]));
        let other = sign_note(&text, &[&*signer]).unwrap();
        assert_eq!(check(&other), bad, "another history by the same key");
    }
}
