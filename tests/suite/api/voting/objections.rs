//! Objections within their windows, their answers, and what waits for them; challenges in court.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{Desk, draft};
use crate::{
    db_test,
    support::{TestApp, flats, phone},
};

/// A vote after its notice of Monday 2 March; it opens on the 18th.
async fn noticed(app: TestApp) -> Desk {
    let desk = draft(app, &flats(3, "80.00"), &["5"]).await;
    desk.clerk.post(&desk.path("/freeze-roll"), json!({})).await.expect(200);
    let early = json!({ "unit_code": "1-001", "text": "太早" });
    assert_eq!(desk.clerk.post(&desk.path("/objections"), early).await.refused(409), "wrong_state");
    let window = json!({ "opens_at": "2026-03-18T00:00:00+08:00",
        "closes_at": "2026-03-25T00:00:00+08:00" });
    desk.clerk.post(&desk.path("/notice"), window).await.expect(200);
    desk
}

async fn published(app: TestApp) -> Desk {
    let desk = draft(app, &flats(3, "80.00"), &["5"]).await;
    desk.open().await;
    for n in 1..=3 {
        desk.cast(&phone(n), "for").await.expect(201);
    }
    let clerk = desk.close_and_count().await;
    clerk.post(&desk.path("/publish"), json!({})).await.expect(200);
    desk
}

fn answer_path(desk: &Desk, objection: &Value) -> String {
    desk.path(&format!("/objections/{}/answer", objection["objection_id"].as_str().unwrap()))
}

db_test! {
    async fn a_vote_opens_when_every_objection_to_its_roll_is_answered(app: TestApp) {
        let desk = noticed(app).await;
        let owner = desk.app.owner(&phone(1)).await;
        let text = json!({ "text": "本户面积应为 86.40 平方米" });
        let objection = owner.post(&desk.path("/objections"), text).await.expect(201);
        assert_eq!((&objection["subject"], &objection["unit_code"]), (&json!("roll"), &json!("1-001")));
        desk.app.clock.advance(TimeDelta::days(16));
        desk.app.work().await;
        let clerk = desk.staff_again().await;
        assert_eq!(clerk.get(&desk.path("")).await.expect(200)["state"], "noticed");
        let readiness = clerk.get(&desk.path("/readiness")).await.expect(200);
        assert_eq!(readiness["blockers"][0]["rule_id"], "roll_objections");
        assert_eq!(readiness["blockers"][0]["have"], "1");
        let answer = json!({ "upheld": false, "answer": "与登记簿一致" });
        let answered = clerk.post(&answer_path(&desk, &objection), answer.clone()).await.expect(200);
        assert_eq!(answered["consequence"], Value::Null);
        let twice = clerk.post(&answer_path(&desk, &objection), answer).await;
        assert_eq!(twice.refused(409), "already_exists");
        desk.app.work().await;
        assert_eq!(clerk.get(&desk.path("")).await.expect(200)["state"], "open");
        let late = json!({ "text": "迟到", "unit_code": "1-002" });
        assert_eq!(clerk.post(&desk.path("/objections"), late).await.refused(409), "too_late");
        let early = json!({ "text": "结果", "unit_code": "1-002", "subject": "result" });
        assert_eq!(clerk.post(&desk.path("/objections"), early).await.refused(409), "wrong_state");
    }

    async fn the_roll_is_objected_to_until_the_announced_opening_to_the_microsecond(app: TestApp) {
        let desk = noticed(app).await;
        let opens_at: jiugai::kernel::UtcTime = "2026-03-17T16:00:00Z".parse().unwrap();
        let left = opens_at.micros() - desk.app.clock.now().micros();
        desk.app.clock.advance(TimeDelta::microseconds(left) - TimeDelta::minutes(1));
        let clerk = desk.staff_again().await;
        desk.app.clock.advance(TimeDelta::minutes(1) - TimeDelta::microseconds(1));
        let path = desk.path("/objections");
        let body = json!({ "text": "面积有误", "unit_code": "1-001" });
        let objection = clerk.post(&path, body.clone()).await.expect(201);
        // The vote waits for the answer, and takes no further objection while it does: nobody can
        // keep it from opening by objecting again and again.
        desk.app.clock.advance(TimeDelta::microseconds(1));
        desk.app.work().await;
        assert_eq!(clerk.get(&desk.path("")).await.expect(200)["state"], "noticed");
        let late = clerk.post(&path, body).await;
        assert_eq!(late.refused(409), "too_late");
        assert_eq!(late.json()["rule_id"], "opens_at");
        let answer = json!({ "upheld": false, "answer": "与登记簿一致" });
        clerk.post(&answer_path(&desk, &objection), answer).await.expect(200);
        desk.app.work().await;
        assert_eq!(clerk.get(&desk.path("")).await.expect(200)["state"], "open");
    }

    async fn an_upheld_objection_says_what_is_to_be_done_by_hand(app: TestApp) {
        let desk = noticed(app).await;
        // Staff write down what an owner without a phone says; the unit may be missing on the roll.
        let path = desk.path("/objections");
        assert_eq!(desk.clerk.post(&path, json!({ "text": "漏户" })).await.refused(422), "invalid_field");
        let missing = json!({ "text": "漏登本户", "unit_code": "1-099" });
        let objection = desk.clerk.post(&path, missing).await.expect(201);
        let answer = json!({ "upheld": true, "answer": "确有遗漏" });
        let answered = desk.clerk.post(&answer_path(&desk, &objection), answer).await.expect(200);
        assert!(answered["consequence"].as_str().unwrap().contains("作废"), "{answered}");
        assert_eq!(desk.clerk.get(&desk.path("")).await.expect(200)["state"], "noticed");
    }

    async fn owners_see_their_own_objections_only(app: TestApp) {
        let desk = noticed(app).await;
        let path = desk.path("/objections");
        for n in 1..=2 {
            let owner = desk.app.owner(&phone(n)).await;
            owner.post(&path, json!({ "text": format!("异议{n}") })).await.expect(201);
        }
        let foreign = json!({ "text": "别家", "unit_code": "1-003" });
        let owner = desk.app.owner(&phone(2)).await;
        assert_eq!(owner.post(&path, foreign).await.refused(403), "not_on_roll");
        let own = owner.get(&path).await.expect(200);
        assert_eq!(own["items"].as_array().unwrap().len(), 1);
        assert_eq!(own["items"][0]["text"], "异议2");
        let clerk = desk.staff_again().await;
        let page = clerk.get(&format!("{path}?limit=1&subject=roll&answered=false")).await.expect(200);
        assert_eq!(page["items"][0]["text"], "异议1");
        let next = page["next_cursor"].as_str().unwrap();
        let page = clerk.get(&format!("{path}?limit=1&cursor={next}")).await.expect(200);
        assert_eq!(page["items"][0]["text"], "异议2");
        assert_eq!(page["next_cursor"], Value::Null);
        assert!(!page.to_string().contains("1380000"), "{page}");
        let none = clerk.get(&format!("{path}?answered=true")).await.expect(200);
        assert!(none["items"].as_array().unwrap().is_empty());
    }

    async fn the_window_of_the_result_ends_to_the_microsecond(app: TestApp) {
        let desk = published(app).await;
        let clerk = desk.staff_again().await;
        let vote = clerk.get(&desk.path("")).await.expect(200);
        let until: jiugai::kernel::UtcTime =
            vote["objections_until"].as_str().unwrap().parse().unwrap();
        let left = until.micros() - desk.app.clock.now().micros();
        desk.app.clock.advance(TimeDelta::microseconds(left) - TimeDelta::minutes(1));
        let clerk = desk.staff_again().await;
        desk.app.clock.advance(TimeDelta::minutes(1) - TimeDelta::microseconds(1));
        let body = json!({ "text": "计票有误", "unit_code": "1-001" });
        let unknown = json!({ "text": "计票有误", "unit_code": "9-999" });
        let path = desk.path("/objections");
        assert_eq!(clerk.post(&path, unknown).await.refused(403), "not_on_roll");
        let objection = clerk.post(&path, body.clone()).await.expect(201);
        assert_eq!(objection["subject"], "result");
        desk.app.clock.advance(TimeDelta::microseconds(1));
        assert_eq!(clerk.post(&path, body).await.refused(409), "too_late");
        let refused = clerk.post(&desk.path("/confirm"), json!({})).await;
        assert_eq!(refused.refused(409), "not_ready");
        assert_eq!(refused.json()["rule_id"], "result_objections");
        let answer = json!({ "upheld": false, "answer": "复核无误" });
        clerk.post(&answer_path(&desk, &objection), answer).await.expect(200);
        clerk.post(&desk.path("/confirm"), json!({})).await.expect(200);
        let late = json!({ "text": "再议", "unit_code": "1-001" });
        assert_eq!(clerk.post(&path, late).await.refused(409), "too_late");
    }

    async fn a_challenge_is_recorded_after_the_confirmation(app: TestApp) {
        let desk = published(app).await;
        let clerk = desk.staff_again().await;
        let challenge = json!({ "court": "示例区人民法院", "case_number": "（2026）民初1号",
            "filed_on": "2026-04-01" });
        let path = desk.path("/challenges");
        assert_eq!(clerk.post(&path, challenge.clone()).await.refused(409), "wrong_state");
        desk.app.clock.advance(TimeDelta::days(20));
        let clerk = desk.staff_again().await;
        clerk.post(&desk.path("/confirm"), json!({})).await.expect(200);
        let recorded = clerk.post(&path, challenge.clone()).await.expect(201);
        assert_eq!(recorded["case_number"], "（2026）民初1号");
        assert!(recorded["counted_until"].as_str().unwrap().starts_with("2027-04-"));
        let mut wrong = challenge.clone();
        wrong["filed_on"] = json!("2030-01-01");
        assert_eq!(clerk.post(&path, wrong).await.refused(422), "invalid_field");
        let mut wrong = challenge;
        wrong["item_id"] = json!(desk.vote);
        assert_eq!(clerk.post(&path, wrong).await.refused(422), "invalid_field");
        let listed = clerk.get(&path).await.expect(200);
        assert_eq!(listed["items"], json!([recorded]));
    }
}
