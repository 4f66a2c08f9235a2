//! The public log of a vote over HTTP: receipts, what is hidden until the close, the bundle, and the
//! guard against an older backup.

use chrono::TimeDelta;
use jiugai::{
    platform::tlog::Proof,
    verifier::{Request, Source, verify},
};
use serde_json::{Value, json};

use super::{Desk, draft, paper::paper};
use crate::{
    db_test,
    support::{TestApp, flats, phone, start_signer},
    verifier::{Said, python},
};

/// Whether a receipt's proof holds under the keys that the log publishes.
async fn holds(app: &TestApp, log: &str, receipt: &Value) -> bool {
    let keys = app.anon().get(&format!("{log}/vkey")).await.text;
    let keys: Vec<String> = keys.lines().map(str::to_owned).collect();
    let proof = Proof::parse(receipt["proof"].as_str().unwrap()).unwrap();
    let leaf = receipt["leaf"].as_str().unwrap();
    assert_eq!(Some(proof.index), receipt["seq"].as_u64());
    proof.verify(leaf.as_bytes(), &keys).is_ok()
}

/// The bundles of a confirmed vote are good to both programs: the auditors' whole, the public one as far
/// as it is opened.
pub async fn verify_bundles(desk: &Desk) {
    let anon = desk.app.anon();
    let log = format!("/api/v1/public/votes/{}/log", desk.vote);
    let key = anon.get(&format!("{log}/vkey")).await.text.trim().to_owned();
    let bureau = desk.app.sign_in("bureau").await;
    let directory = tempfile::tempdir().unwrap();
    let whole = directory.path().join("whole.zip");
    let public = directory.path().join("public.zip");
    std::fs::write(&whole, bureau.bytes(&desk.path("/log/bundle.zip")).await).unwrap();
    std::fs::write(&public, anon.bytes(&format!("{log}/bundle.zip")).await).unwrap();
    for (file, exit) in [(whole, 0), (public, 3)] {
        let mut source = Source::open(file.to_str().unwrap()).unwrap();
        let request = Request { key: Some(&key), ..Request::default() };
        let report = verify(&mut source, &request).unwrap();
        let rust = Said::of(&serde_json::from_str(&report.json()).unwrap());
        assert_eq!((rust.exit, &rust.faults), (exit, &Vec::new()), "{}", report.text().join("\n"));
        assert_eq!(python::run(&[file], &key), [rust]);
    }
}

db_test! {
    async fn every_ballot_answers_with_a_proof_and_a_repetition_with_the_same(app: TestApp) {
        let desk = draft(app, &flats(5, "80.00"), &["5"]).await;
        desk.open().await;
        let log = format!("/api/v1/public/votes/{}/log", desk.vote);
        for n in 1..=4 {
            let owner = desk.app.owner(&phone(n)).await;
            let path = desk.path("/ballots");
            let first = owner.post_once(&path, "k", desk.ballot("for")).await.expect(201);
            assert!(holds(&desk.app, &log, &first).await);
            let forged = first["leaf"].as_str().unwrap().replace("online", "paper");
            let forged = json!({ "proof": first["proof"], "leaf": forged, "seq": first["seq"] });
            assert!(!holds(&desk.app, &log, &forged).await, "the control");
            let again = owner.post_once(&path, "k", desk.ballot("for")).await;
            assert_eq!(again.header("idempotent-replayed").as_deref(), Some("true"));
            assert_eq!(again.json(), first);
        }
    }

    async fn entries_are_hidden_until_the_close(app: TestApp) {
        let desk = draft(app, &flats(3, "80.00"), &["5"]).await;
        let anon = desk.app.anon();
        let log = format!("/api/v1/public/votes/{}/log", desk.vote);
        assert_eq!(anon.get(&format!("{log}/checkpoint")).await.refused(404), "not_found");
        desk.open().await;
        desk.cast(&phone(1), "for").await.expect(201);
        // Manifest, three units, one ballot.
        let checkpoint = anon.get(&format!("{log}/checkpoint")).await;
        assert_eq!(checkpoint.text.lines().nth(1), Some("5"));
        assert_eq!(anon.get(&format!("{log}/tile/0/000.p/5")).await.status, 200);
        for hidden in ["tile/entries/000.p/5", "openings.jsonl", "bundle.zip"] {
            let answer = anon.get(&format!("{log}/{hidden}")).await;
            assert_eq!(answer.refused(403), "entries_hidden", "{hidden}");
        }
        let bureau = desk.app.sign_in("bureau").await;
        let hidden = bureau.get(&desk.path("/log/openings.jsonl")).await;
        assert_eq!(hidden.refused(403), "entries_hidden");
        desk.close_and_count().await;
        assert_eq!(anon.get(&format!("{log}/tile/entries/000.p/5")).await.status, 200);
        assert_eq!(anon.get(&format!("{log}/tile/entries/000.p/255")).await.status, 404);
        assert_eq!(anon.get(&format!("{log}/openings.jsonl")).await.text, "");
    }

    async fn a_vote_on_line_and_on_paper_verifies_by_both_programs(app: TestApp) {
        let paper = paper(app, &flats(12, "80.00"), &["6", "9"]).await;
        let (desk, anon) = (&paper.desk, paper.desk.app.anon());
        for n in 1..=6 {
            desk.cast(&phone(n), if n == 6 { "against" } else { "for" }).await.expect(201);
        }
        assert_eq!(desk.cast(&phone(1), "against").await.refused(409), "duplicate_ballot");
        let alike = paper.register("1-007").await;
        paper.settle(&alike, "for").await;
        // One sheet gives way to an earlier ballot on line; on one the clerks differ.
        let late = paper.register("1-002").await;
        paper.settle(&late, "against").await;
        let differs = paper.register("1-008").await;
        paper.enter(&paper.anna, &differs, "for").await.expect(201);
        paper.enter(&paper.bo, &differs, "against").await.expect(201);
        paper.adjudicate(&paper.chen, &differs, "for").await.expect(201);
        let clerk = paper.close_and_count().await;
        clerk.post(&desk.path("/publish"), json!({})).await.expect(200);
        desk.app.clock.advance(TimeDelta::days(20));
        let clerk = desk.staff_again().await;
        desk.recheck(&[(&alike, "for"), (&late, "against"), (&differs, "for")]).await;
        clerk.post(&desk.path("/confirm"), json!({})).await.expect(200);

        verify_bundles(desk).await;
        let log = format!("/api/v1/public/votes/{}/log", desk.vote);
        let page = anon.get(&format!("{log}/certificate.html")).await;
        let note = anon.get(&format!("{log}/certificate")).await.text;
        assert!(page.text.contains("表决结果证书") && note.contains("item 1 "), "{note}");
        let root = note.lines().find(|line| line.starts_with("origin ")).unwrap();
        assert!(page.text.contains(root.trim_start_matches("origin ").rsplit('/').next().unwrap()));
    }

    async fn a_restored_older_backup_is_never_signed(app: TestApp) {
        use diesel::connection::SimpleConnection;
        let desk = draft(app, &flats(4, "80.00"), &["5"]).await;
        desk.open().await;
        desk.cast(&phone(1), "for").await.expect(201);
        let log = format!("/api/v1/public/votes/{}/log", desk.vote);
        let signed = desk.app.anon().get(&format!("{log}/checkpoint")).await;
        assert_eq!(signed.status, 200);
        // The control: the database as it stands is signed by a signer that starts anew.
        let signer = start_signer(&desk.app.db, desk.app.log_keys.path()).await;
        let subject = format!("v/{}", desk.vote);
        let sign = |signer: jiugai::platform::tlog::LogSigner| {
            let subject = subject.clone();
            desk.app.db.read(move |conn| {
                let log = jiugai::platform::tlog::store::find_log(conn, &subject)?.unwrap();
                signer.sign(&log)
            })
        };
        assert!(sign(signer).await.is_ok());
        // Another leaf than the one that was signed, as after a restored backup and a new ballot.
        let url = desk.app.database_url();
        let off = match desk.app.engine {
            crate::support::Engine::Postgres => {
                "ALTER TABLE logs DISABLE TRIGGER ALL; ALTER TABLE log_leaves DISABLE TRIGGER ALL;"
            }
            crate::support::Engine::Sqlite => {
                "DROP TRIGGER logs_only_grow; DROP TRIGGER log_leaves_no_delete;"
            }
        };
        let mut conn = jiugai::platform::db::connect(&url).unwrap();
        let lost = format!(
            "{off} DELETE FROM log_leaves WHERE seq = 5 AND log_id = (SELECT id FROM logs \
             WHERE subject = '{subject}'); UPDATE logs SET size = 5 WHERE subject = '{subject}';"
        );
        conn.batch_execute(&lost).unwrap();
        let signer = start_signer(&desk.app.db, desk.app.log_keys.path()).await;
        assert_eq!(sign(signer).await.unwrap_err().code().as_str(), "log_frozen");
        assert_eq!(desk.cast(&phone(2), "for").await.refused(503), "log_frozen");
    }
}
