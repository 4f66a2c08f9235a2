//! An extension needs two people.

use chrono::TimeDelta;
use jiugai::platform::db::{Actor, WriteContext};
use serde_json::{Value, json};

use super::{Desk, draft};
use crate::{
    db_test,
    support::{Client, TestApp, flats, phone},
};

const LATER: &str = "2026-04-01T00:00:00+08:00";

async fn opened(app: TestApp) -> (Desk, Client, Client) {
    let desk = draft(app, &flats(3, "80.00"), &["5"]).await;
    desk.open().await;
    let second = desk.app.clerk("second", desk.community).await;
    let first = desk.staff_again().await;
    (desk, first, second)
}

fn later() -> Value {
    json!({ "closes_at": LATER, "reason": "参与人数未达三分之二" })
}

fn window(vote: &Value) -> (&str, &str) {
    (vote["state"].as_str().unwrap(), vote["closes_at"].as_str().unwrap())
}

db_test! {
    async fn an_extension_needs_two_people(app: TestApp) {
        let (desk, first, second) = opened(app).await;
        let (propose, confirm) = (desk.path("/extension"), desk.path("/extension/confirm"));
        let close = json!({ "closes_at": LATER });
        assert_eq!(second.post(&confirm, close.clone()).await.refused(404), "not_found");
        let vote = first.post(&propose, later()).await.expect(200);
        assert_eq!(window(&vote), ("open", "2026-03-24T16:00:00Z"));
        assert_eq!(vote["extension"]["closes_at"], "2026-03-31T16:00:00Z");
        assert_eq!(vote["extension"]["proposed_by"], "clerk");
        let readiness = second.get(&desk.path("/readiness")).await.expect(200);
        assert_eq!(readiness["proposed_close"], "2026-03-31T16:00:00Z");
        assert_eq!(second.post(&propose, later()).await.refused(409), "already_exists");
        assert_eq!(first.post(&confirm, close.clone()).await.refused(409), "same_clerk");
        let other = json!({ "closes_at": "2026-04-02T00:00:00+08:00" });
        assert_eq!(second.post(&confirm, other).await.refused(409), "stale_version");
        let vote = second.post(&confirm, close.clone()).await.expect(200);
        assert_eq!(window(&vote), ("extended", "2026-03-31T16:00:00Z"));
        assert_eq!(vote["extension"], Value::Null);
        assert_eq!(second.post(&confirm, close).await.refused(404), "not_found");
        // The pack allows one.
        let again = json!({ "closes_at": "2026-04-03T00:00:00+08:00", "reason": "再次" });
        assert_eq!(first.post(&propose, again).await.refused(409), "too_late");
    }

    async fn a_proposal_never_confirmed_has_no_effect(app: TestApp) {
        let (desk, first, second) = opened(app).await;
        let (propose, confirm) = (desk.path("/extension"), desk.path("/extension/confirm"));
        let beyond = json!({ "closes_at": "2026-07-01T00:00:00+08:00", "reason": "太久" });
        assert_eq!(first.post(&propose, beyond).await.refused(409), "not_ready");
        first.post(&propose, later()).await.expect(200);
        let vote = second.delete(&propose).await.expect(200);
        assert_eq!(vote["extension"], Value::Null);
        assert_eq!(second.delete(&propose).await.refused(404), "not_found");
        first.post(&propose, later()).await.expect(200);
        desk.app.clock.advance(TimeDelta::days(8));
        desk.app.work().await;
        let second = desk.app.sign_in("second").await;
        let vote = second.get(&desk.path("")).await.expect(200);
        assert_eq!(window(&vote), ("closed", "2026-03-24T16:00:00Z"));
        let late = second.post(&confirm, json!({ "closes_at": LATER })).await;
        assert_eq!(late.refused(409), "wrong_state");
        assert_eq!(desk.cast(&phone(1), "for").await.refused(409), "wrong_state");
    }

    async fn the_log_names_both_people(app: TestApp) {
        let (desk, first, second) = opened(app).await;
        first.post(&desk.path("/extension"), later()).await.expect(200);
        let close = json!({ "closes_at": LATER });
        second.post(&desk.path("/extension/confirm"), close).await.expect(200);
        let first = first.get("/api/v1/me").await.expect(200);
        let second = second.get("/api/v1/me").await.expect(200);
        desk.app.clock.advance(TimeDelta::days(20));
        desk.app.work().await;
        let log = format!("/api/v1/public/votes/{}/log", desk.vote);
        // Manifest, three units, extension, close.
        let leaves = desk.app.anon().get(&format!("{log}/tile/entries/000.p/6")).await.text;
        let by = format!(r#""by":[{},{}]"#, first["id"], second["id"]);
        assert!(leaves.contains(&by), "{leaves}");
    }

    async fn the_database_refuses_one_persons_extension(app: TestApp) {
        use diesel::connection::SimpleConnection;
        let (desk, first, _) = opened(app).await;
        first.post(&desk.path("/extension"), later()).await.expect(200);
        let context = WriteContext::of(Actor::named("dba"));
        let alone = "UPDATE vote_extensions SET confirmed_by = proposed_by, \
            confirmed_at = proposed_at";
        let run = |text: &'static str| {
            desk.app.db.write(&context, "test", move |tx| Ok(tx.conn().batch_execute(text)?))
        };
        assert!(run(alone).await.is_err());
        assert!(run("DELETE FROM vote_extensions").await.is_err());
        let withdrawn = "UPDATE vote_extensions SET withdrawn_at = proposed_at, withdrawn_name = 'x'";
        run(withdrawn).await.unwrap();
        assert!(run("UPDATE vote_extensions SET withdrawn_at = NULL").await.is_err());
    }
}
