//! What operators rely on: probes, metrics, the audit chain, backups that restore.

use diesel::connection::SimpleConnection;
use jiugai::platform::{
    audit,
    db::{Actor, DatabaseUrl, Db, WriteContext},
};

use crate::{
    db_test,
    support::{Engine, TestApp, TestDatabase},
};

fn context() -> WriteContext {
    WriteContext::of(Actor::named("tester"))
}

async fn write_audit_rows(db: &Db, count: usize) {
    for number in 0..count {
        db.write(&context(), "test", move |tx| {
            let after = serde_json::json!({ "number": number });
            tx.audit("thing.changed", ("thing", number), (None, Some(&after)));
            Ok(())
        })
        .await
        .unwrap();
    }
}

async fn chain(db: &Db, expected: Option<String>) -> audit::ChainReport {
    while db.write(&context(), "chain", audit::extend_chain).await.unwrap() > 0 {}
    db.read(move |conn| audit::check_chain(conn, expected.as_deref())).await.unwrap()
}

db_test! {
    async fn the_audit_chain_grows_with_the_trail_and_keeps_its_past(app: TestApp) {
        write_audit_rows(&app.db, 3).await;
        let first = chain(&app.db, None).await;
        assert_eq!((first.links, first.unlinked, first.faults.len()), (3, 0, 0));
        write_audit_rows(&app.db, 2).await;
        let second = chain(&app.db, Some(first.head.clone())).await;
        assert_eq!((second.links, second.has_expected), (5, true));
        assert_ne!(first.head, second.head);
        assert!(!chain(&app.db, Some("another".to_owned())).await.has_expected);
    }

    async fn a_changed_or_removed_audit_row_is_found(app: TestApp) {
        write_audit_rows(&app.db, 5).await;
        chain(&app.db, None).await;
        // Somebody with the database's password takes the guards off and rewrites history.
        let mut conn = jiugai::platform::db::connect(app.db.url()).unwrap();
        let unguard = match app.engine {
            Engine::Sqlite => "DROP TRIGGER audit_log_no_update;
                DROP TRIGGER audit_chain_no_delete;",
            Engine::Postgres => "ALTER TABLE audit_log DISABLE TRIGGER USER;
                ALTER TABLE audit_chain DISABLE TRIGGER USER;",
        };
        conn.batch_execute(unguard).unwrap();
        conn.batch_execute("UPDATE audit_log SET actor_name = 'somebody else' WHERE id =
            (SELECT audit_id FROM audit_chain WHERE sequence = 2)").unwrap();
        conn.batch_execute("DELETE FROM audit_chain WHERE sequence = 4").unwrap();
        let report = app.db.read(|conn| audit::check_chain(conn, None)).await.unwrap();
        let faults = report.faults.join("\n");
        assert!(faults.contains("link 2: audit row"), "{faults}");
        assert!(faults.contains("links 4 to 4 are missing"), "{faults}");
        assert_eq!(report.unlinked, 1);
    }

    async fn a_server_that_drains_is_not_ready_but_answers(app: TestApp) {
        let anon = app.anon();
        assert_eq!(anon.get("/readyz").await.status, 200);
        app.app.drain.begin();
        assert_eq!(anon.get("/readyz").await.refused(503), "unavailable");
        assert_eq!(anon.get("/livez").await.status, 200);
    }

    async fn answers_carry_their_request_id_and_forbid_guessing(app: TestApp) {
        let answer = app.anon().get("/api/v1/nothing").await;
        let id = answer.header("x-request-id").unwrap();
        assert_eq!(answer.json()["request_id"], serde_json::json!(id));
        assert_eq!(answer.header("x-content-type-options").as_deref(), Some("nosniff"));
        assert_eq!(answer.header("cache-control").as_deref(), Some("no-store"));
        assert!(answer.header("content-security-policy").unwrap().contains("default-src 'none'"));
    }

    async fn the_demo_moves_legal_time_and_nothing_else(app: TestApp) {
        let owner = app.powerless().await;
        let before = owner.get("/api/v1/demo/clock").await.expect(200);
        assert_eq!(before["now"], before["legal_now"]);
        let put = |seconds: i64| {
            let body = serde_json::json!({ "offset_seconds": seconds });
            owner.send(owner.request("PUT", "/api/v1/demo/clock").json(&body))
        };
        let moved = put(15 * 86_400).await.expect(200);
        assert_eq!(moved["now"], before["now"]);
        assert_eq!(moved["legal_now"], "2026-03-17T01:00:00Z");
        assert_eq!(app.db.clock().legal_now().to_string(), "2026-03-17T01:00:00Z");
        // Another server on this database follows within a second.
        app.db.clock().set_legal_offset(chrono::TimeDelta::zero());
        jiugai::app::demo::clock::follow(&app.db).await.unwrap();
        assert_eq!(app.db.clock().legal_now().to_string(), "2026-03-17T01:00:00Z");
        assert_eq!(put(i64::from(i32::MAX) * 100).await.refused(422), "invalid_field");
        assert_eq!(app.anon().get("/api/v1/demo/clock").await.refused(401), "unauthenticated");
    }

    async fn the_demo_district_loads_once(app: TestApp) {
        let loaded = actix_web::web::block({
            let app = app.app.clone();
            move || {
                let first = jiugai::app::demo::load(&app, &mut |_| {}).unwrap();
                (first, jiugai::app::demo::load(&app, &mut |_| {}).unwrap())
            }
        });
        assert_eq!(loaded.await.unwrap(), (true, false));
        assert_eq!(app.db.clock().legal_offset(), chrono::TimeDelta::zero());
        let body = serde_json::json!({
            "login": "clerk1", "password": jiugai::app::demo::PASSWORD,
        });
        let tokens = app.anon().post("/api/v1/auth/sign-in", body).await.expect(200);
        let clerk = app.bearer(tokens["access_token"].as_str().unwrap());
        let communities = clerk.get("/api/v1/communities").await.expect(200);
        let names: Vec<_> = communities["items"].as_array().unwrap().iter()
            .map(|one| one["name"].as_str().unwrap()).collect();
        assert_eq!((&names[..3], names.len()), (&["幸福里小区", "和平新村", "电信宿舍楼"][..], 18));
        // A project in every stage, each led there by its gates, under seven packs.
        let board = clerk.get("/api/v1/projects/board").await.expect(200);
        for one in board.as_array().unwrap() {
            assert_eq!(one["projects"], 1, "{one}");
        }
        let projects = clerk.get("/api/v1/projects?search=长青里").await.expect(200);
        let path = format!("/api/v1/projects/{}", projects["items"][0]["id"].as_str().unwrap());
        let steps = clerk.get(&path).await.expect(200)["steps"].clone();
        let day = |at: usize| -> jiugai::kernel::UtcTime {
            steps[at]["at"].as_str().unwrap().parse().unwrap()
        };
        let days = day(11).seconds_since(day(0)) / 86_400;
        assert!(days > 600, "two years of history: {days} days");
        let votes = clerk.get("/api/v1/votes").await.expect(200);
        let votes = votes["items"].as_array().unwrap();
        let mut states: Vec<_> = votes.iter().map(|one| one["state"].as_str().unwrap()).collect();
        states.sort_unstable();
        states.dedup();
        let every = ["closed", "confirmed", "counted", "draft", "extended", "noticed", "open",
            "published", "roll_frozen", "voided"];
        assert_eq!(states, every);
        // One vote passes by heads and fails by area.
        let failed = votes.iter().find(|one| one["state"] == "counted").unwrap();
        let path = format!("/api/v1/votes/{}/explain", failed["id"].as_str().unwrap());
        let item = clerk.get(&path).await.expect(200)["items"][0].clone();
        let met: Vec<_> = item["predicates"].as_array().unwrap().iter()
            .map(|one| (one["rule_id"].as_str().unwrap(), one["met"] == true)).collect();
        assert!(met.contains(&("participation_by_heads", true)), "{met:?}");
        assert!(met.contains(&("participation_by_area", false)), "{met:?}");
    }

    async fn metrics_are_there_for_the_machine_itself(app: TestApp) {
        assert_eq!(app.anon().get("/metrics").await.status, 200);
        let forwarded = app.anon().request("GET", "/metrics").header("x-forwarded-for", "192.0.2.1");
        assert_eq!(app.anon().send(forwarded).await.refused(404), "not_found");
    }
}

fn jiugai(arguments: &[&str]) -> std::process::Output {
    std::process::Command::new(env!("CARGO_BIN_EXE_jiugai")).args(arguments).output().unwrap()
}

/// The address as the command line takes it, with the password that the settings hide.
pub fn address(url: &DatabaseUrl) -> String {
    match url {
        DatabaseUrl::Sqlite(path) => format!("sqlite://{path}"),
        DatabaseUrl::Postgres(url) => url.clone(),
    }
}

db_test! {
    async fn a_backup_made_while_writing_restores_and_checks(app: TestApp) {
        write_audit_rows(&app.db, 20).await;
        let kept = chain(&app.db, None).await;
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("backup");
        let (file, url) = (file.to_str().unwrap().to_owned(), address(app.db.url()));
        let copied = file.clone();
        let writing = write_audit_rows(&app.db, 50);
        let backup = actix_web::web::block(move || {
            jiugai(&["backup", "--database-url", &url, "--output", &copied])
        });
        let ((), backup) = tokio::join!(writing, backup);
        let backup = backup.unwrap();
        assert!(backup.status.success(), "{backup:?}");
        let mode = std::fs::metadata(&file).unwrap().permissions();
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&mode) & 0o777, 0o600);

        let scratch = TestDatabase::empty(app.engine);
        let into = address(&scratch.url);
        let mut arguments = vec!["backup", "--check", &file];
        if app.engine == Engine::Postgres {
            arguments.extend(["--into", &into]);
        }
        let check = jiugai(&arguments);
        let told = String::from_utf8_lossy(&check.stdout).into_owned();
        assert!(check.status.success(), "{check:?}");
        assert!(told.contains("20 links") && told.contains(&kept.head), "{told}");
    }

    async fn verify_tells_what_is_wrong(app: TestApp) {
        write_audit_rows(&app.db, 3).await;
        let kept = chain(&app.db, None).await;
        let url = address(app.db.url());
        assert!(jiugai(&["verify", "--database-url", &url]).status.success());
        let known = jiugai(&["verify", "--database-url", &url, "--audit-head", &kept.head]);
        assert!(known.status.success(), "{known:?}");
        let cut = jiugai(&["verify", "--database-url", &url, "--audit-head", "0"]);
        assert_eq!(cut.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&cut.stderr).contains("FAULT audit chain"), "{cut:?}");
    }
}

#[test]
fn a_backup_never_overwrites_and_a_broken_one_is_told() {
    let database = TestDatabase::create(Engine::Sqlite).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("backup");
    let (name, url) = (file.to_str().unwrap(), address(&database.url));
    assert!(jiugai(&["backup", "--database-url", &url, "--output", name]).status.success());
    let again = jiugai(&["backup", "--database-url", &url, "--output", name]);
    assert!(String::from_utf8_lossy(&again.stderr).contains("not overwritten"), "{again:?}");
    // Half of the pages are gone.
    let bytes = std::fs::read(&file).unwrap();
    std::fs::write(&file, &bytes[..bytes.len() / 2]).unwrap();
    assert!(!jiugai(&["backup", "--check", name]).status.success());
    std::fs::write(&file, "no database").unwrap();
    let none = jiugai(&["backup", "--check", name]);
    assert!(String::from_utf8_lossy(&none.stderr).contains("neither"), "{none:?}");
}
