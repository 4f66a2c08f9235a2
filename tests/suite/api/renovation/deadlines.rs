//! Deadlines are fired by the clock, once, as events; those of a stage that was left lapse.

use chrono::TimeDelta;
use diesel::{QueryDsl, RunQueryDsl};
use jiugai::platform::db::schema::outbox_events;
use serde_json::json;

use super::{Work, id_of, plan, put, work};
use crate::{db_test, support::TestApp};

/// Kind and state of each deadline, by moments.
async fn told(work: &Work) -> Vec<(String, String)> {
    let found = work.get("/deadlines").await;
    let text = |one: &serde_json::Value, name: &str| one[name].as_str().unwrap().to_owned();
    found.as_array().unwrap().iter().map(|one| (text(one, "kind"), text(one, "state"))).collect()
}

async fn events(app: &TestApp) -> Vec<String> {
    let read = app.db.read(|conn| {
        let known = outbox_events::table.order(outbox_events::id).select(outbox_events::topic);
        let known: Vec<String> = known.load(conn)?;
        Ok(known)
    });
    let mut found = read.await.unwrap();
    found.retain(|topic| {
        ["due_soon", "overdue", "escalated", "publicity_over"]
            .iter()
            .any(|kind| topic.ends_with(kind))
    });
    found
}

fn pairs(found: &[(String, String)]) -> Vec<(&str, &str)> {
    found.iter().map(|(kind, state)| (kind.as_str(), state.as_str())).collect()
}

db_test! {
    async fn a_stage_reminds_is_overdue_and_escalates_once_each_and_lapses_when_it_is_left(
        app: TestApp
    ) {
        let work = work(app, "national").await;
        let waiting = [("due_soon", "waiting"), ("overdue", "waiting"), ("escalated", "waiting")];
        assert_eq!(pairs(&told(&work).await), waiting);
        let app = &work.desk.app;
        app.work().await;
        assert_eq!(events(app).await, Vec::<String>::new());
        // 60 days from 2 March 2026 end on 1 May, a holiday, so on 6 May.
        app.clock.advance(TimeDelta::days(53));
        app.work().await;
        app.work().await;
        assert_eq!(events(app).await, ["project.due_soon"]);
        app.clock.advance(TimeDelta::days(13));
        app.work().await;
        assert_eq!(events(app).await, ["project.due_soon", "project.overdue"]);
        work.document("survey_report").await;
        work.advance("surveyed").await;
        let found = told(&work).await;
        let of = |wanted: &'static str| {
            let found = pairs(&found).into_iter().filter(move |(_, state)| *state == wanted);
            found.map(|(kind, _)| kind).collect::<Vec<_>>()
        };
        assert_eq!((of("fired"), of("lapsed")), (vec!["due_soon", "overdue"], vec!["escalated"]));
        assert_eq!(of("waiting"), ["due_soon", "overdue", "escalated"]);
        // A suspended project is not dunned, and begins anew.
        work.post("/suspend", json!({ "reason": "等待资金" })).await.expect(200);
        assert!(told(&work).await.iter().all(|(_, state)| state != "waiting"));
        work.post("/resume", json!({ "reason": "资金到位" })).await.expect(200);
        let mut found = told(&work).await;
        found.retain(|(_, state)| state == "waiting");
        assert_eq!(pairs(&found), waiting);
    }

    async fn the_end_of_a_publicity_is_told_unless_it_was_withdrawn(app: TestApp) {
        let work = work(app, "wuhan").await;
        work.fix(plan()).await;
        put(&work.desk.app, &work.project, "reviewed").await;
        let proof = json!({ "kind": "publicity", "starts_on": "2026-03-07", "place": "小区公告栏" });
        let first = work.evidence("plan_publicity", proof.clone()).await.expect(201);
        work.evidence("plan_publicity", proof).await.expect(201);
        let path = format!("/evidence/{}/withdraw", id_of(&first));
        work.post(&path, json!({ "reason": "撤下" })).await.expect(201);
        let app = &work.desk.app;
        app.clock.advance(TimeDelta::days(16));
        app.work().await;
        assert_eq!(events(app).await, ["project.publicity_over"]);
        let found = told(&work).await;
        let of_publicity: Vec<&str> = found.iter()
            .filter(|(kind, _)| kind == "publicity_over").map(|(_, state)| state.as_str()).collect();
        assert_eq!(of_publicity.len(), 2);
        assert!(of_publicity.contains(&"fired") && of_publicity.contains(&"lapsed"));
    }
}
