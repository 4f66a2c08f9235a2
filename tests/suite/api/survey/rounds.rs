//! States, rectification by two people, and the round after a failure.

use serde_json::{Value, json};

use super::{PATH, desk};
use crate::{
    db_test,
    support::{Answer, TestApp, flats},
};

const NEXT: &str = "2026-03-30T18:00:00+08:00";

impl super::Desk {
    async fn next_round(&self, id: &str, body: Value) -> Answer {
        self.first.post(&format!("{PATH}/{id}/next-round"), body).await
    }
}

db_test! {
    async fn a_failed_acceptance_is_put_right_by_two_people_and_asked_again(app: TestApp) {
        let mut desk = desk(app, &flats(5, "60.00")).await;
        let id = desk.opened("accept").await;
        let homes = desk.homes(&id).await;
        // Three of five are satisfied; whoever is not gives the pipes two marks of five.
        desk.answers(&homes, (3, 2)).await;
        desk.after_the_close().await;
        let tasks = desk.get(&format!("{id}/tasks")).await.expect(200);
        assert_eq!(tasks.as_array().unwrap().len(), 1, "{tasks}");
        assert_eq!((&tasks[0]["item"], &tasks[0]["state"]), (&json!("pipes"), &json!("open")));
        assert!(tasks[0]["description"].as_str().unwrap().contains("满意 0 / 答卷 2"));
        let body = json!({ "item": "3 栋", "description": "返水" });
        let added = desk.first.post(&format!("{PATH}/{id}/tasks"), body).await.expect(201);
        assert_eq!(added["position"], 2);
        let early = desk.next_round(&id, json!({ "closes_at": NEXT })).await;
        assert_eq!(early.refused(409), "survey_tasks_open");
        assert_eq!(early.json()["params"]["items"], json!(["pipes", "3 栋"]));
        for task in [&tasks[0], &added] {
            let path = format!("/api/v1/survey-tasks/{}", task["task_id"].as_str().unwrap());
            let review = |accepted: bool| json!({ "accepted": accepted });
            let (done, check) = (format!("{path}/done"), format!("{path}/review"));
            let evidence = json!({ "evidence": "已换管，照片 2026-17" });
            let early = desk.second.post(&check, review(true)).await;
            assert_eq!(early.refused(409), "survey_task_state_conflict");
            desk.first.post(&done, evidence.clone()).await.expect(200);
            assert_eq!(desk.first.post(&check, review(true)).await.refused(409), "same_clerk");
            let back = desk.second.post(&check, review(false)).await.expect(200);
            assert_eq!((&back["state"], &back["evidence"]), (&json!("open"), &Value::Null));
            desk.first.post(&done, evidence.clone()).await.expect(200);
            let twice = desk.first.post(&done, evidence).await;
            assert_eq!(twice.refused(409), "survey_task_state_conflict");
            let end = desk.second.post(&check, review(true)).await.expect(200);
            assert_eq!((&end["state"], &end["done_by"], &end["confirmed_by"]),
                (&json!("confirmed"), &json!("first"), &json!("second")));
        }
        let past = desk.next_round(&id, json!({ "closes_at": "2026-03-10T00:00:00+08:00" })).await;
        assert_eq!(past.refused(422), "invalid_field");
        let other = desk.version("accept", super::questions()).await;
        let body = json!({ "closes_at": NEXT, "version_id": other });
        assert_eq!(desk.next_round(&id, body).await.refused(422), "invalid_field");
        let next = desk.next_round(&id, json!({ "closes_at": NEXT })).await.expect(201);
        assert_eq!((&next["round"], &next["previous_id"]), (&json!(2), &json!(id)));
        assert_eq!(next["state"], "draft");
        let again = desk.next_round(&id, json!({ "closes_at": NEXT })).await;
        assert_eq!(again.refused(409), "already_exists");
        let late = json!({ "item": "晚了", "description": "晚了" });
        assert_eq!(desk.first.post(&format!("{PATH}/{id}/tasks"), late).await.refused(409), "already_exists");
        let round = next["survey_id"].as_str().unwrap().to_owned();
        assert_eq!(desk.get(&id).await.expect(200)["next_id"], json!(round));
        desk.open(&round).await.expect(200);
        let homes = desk.homes(&round).await;
        desk.answers(&homes, (4, 1)).await;
        desk.after_the_close().await;
        desk.after_the_close().await;
        desk.after_the_close().await;
        let passed = desk.get(&round).await.expect(200);
        let verdict = &passed["verdict"];
        assert_eq!((&verdict["met"], &verdict["test"]["have"]), (&json!(true), &json!(4)));
        assert_eq!(desk.get(&format!("{round}/tasks")).await.expect(200), json!([]));
        let repeated = desk.next_round(&round, json!({ "closes_at": "2026-05-01T00:00:00+08:00" })).await;
        assert_eq!(repeated.refused(409), "survey_gate_met");
    }

    async fn too_few_answers_open_a_task_of_their_own(app: TestApp) {
        let mut desk = desk(app, &flats(5, "60.00")).await;
        let id = desk.opened("accept").await;
        let homes = desk.homes(&id).await;
        desk.answers(&homes, (3, 0)).await;
        desk.after_the_close().await;
        let tasks = desk.get(&format!("{id}/tasks")).await.expect(200);
        assert_eq!((tasks.as_array().unwrap().len(), &tasks[0]["item"]), (1, &json!("coverage")));
        assert!(tasks[0]["description"].as_str().unwrap().contains("答卷户数 3 不足 4（共 5 户）"));
        // A fresh survey does not go round rectification, nor does whoever made this one void it.
        let version = desk.version("accept", super::questions()).await;
        let mut fresh = desk.body(&version);
        fresh["closes_at"] = json!(NEXT);
        let refused = desk.first.post(PATH, fresh.clone()).await;
        assert_eq!(refused.refused(409), "survey_round_required");
        assert_eq!(refused.json()["params"]["survey_id"], json!(id));
        let (void, reason) = (format!("{PATH}/{id}/void"), json!({ "reason": "问卷发错小区" }));
        assert_eq!(desk.first.post(&void, reason.clone()).await.refused(409), "same_clerk");
        desk.second.post(&void, reason).await.expect(200);
        desk.first.post(PATH, fresh).await.expect(201);
    }

    async fn each_step_out_of_order_is_refused(app: TestApp) {
        let mut desk = desk(app, &flats(2, "60.00")).await;
        let version = desk.version("adopt", super::questions()).await;
        let survey = desk.first.post(PATH, desk.body(&version)).await.expect(201);
        let id = survey["survey_id"].as_str().unwrap().to_owned();
        assert_eq!((&survey["state"], &survey["gate"]["share"]), (&json!("draft"), &json!("4/5")));
        let step = |name: &str| format!("{PATH}/{id}/{name}");
        for name in ["links", "reminders", "close"] {
            let refused = desk.first.post(&step(name), json!({})).await;
            assert_eq!(refused.refused(409), "survey_state_conflict", "{name}");
        }
        let next = desk.next_round(&id, json!({ "closes_at": NEXT })).await;
        assert_eq!(next.refused(409), "survey_state_conflict");
        desk.open(&id).await.expect(200);
        let again = desk.open(&id).await;
        assert_eq!(again.refused(409), "survey_state_conflict");
        assert_eq!((&again.json()["have"], &again.json()["need"]), (&json!("open"), &json!("draft")));
        assert_eq!(desk.first.post(&step("close"), json!({})).await.refused(409), "too_early");
        let homes = desk.homes(&id).await;
        let other = desk.first.post(PATH, desk.body(&version)).await.expect(201);
        let other = other["survey_id"].as_str().unwrap().to_owned();
        let reason = json!({ "reason": "问卷发错小区" });
        let void = desk.first.post(&step("void"), reason.clone()).await.expect(200);
        assert_eq!((&void["state"], &void["void_reason"], &void["voided_by"]),
            (&json!("void"), &json!("问卷发错小区"), &json!("first")));
        assert_eq!(desk.answer(&homes[0], super::yes()).await.refused(409), "survey_state_conflict");
        assert_eq!(desk.first.post(&step("void"), reason).await.refused(409), "survey_state_conflict");
        assert_eq!(desk.get(&format!("{id}/result")).await.refused(409), "result_hidden");
        desk.after_the_close().await;
        assert_eq!(desk.open(&other).await.refused(409), "too_late");
    }
}
