//! Silence past the deadline is recorded as silence, once, and is nobody's pass.

use chrono::TimeDelta;
use serde_json::json;

use super::{SHA, opinion, review, standing};
use crate::{api::renovation::id_of, db_test, support::TestApp};

db_test! {
    async fn silence_is_recorded_once_by_the_clock_and_follows_the_departments_policy(app: TestApp) {
        let review = review(app).await;
        for department in ["住建", "规划"] {
            review.opine(department, json!([opinion(1, "pass", ""), opinion(2, "pass", "")]))
                .await.expect(201);
        }
        let app = &review.work.desk.app;
        app.clock.advance(TimeDelta::days(6));
        app.work().await;
        assert_eq!(review.get("/opinions?round=1").await.as_array().unwrap().len(), 4, "not due yet");
        app.clock.advance(TimeDelta::days(2));
        app.work().await;
        app.work().await;
        let said = review.get("/opinions?round=1").await;
        let silent: Vec<String> = said.as_array().unwrap().iter()
            .filter(|one| one["source"] == "silence")
            .map(|one| format!("{} {} {}", one["department"].as_str().unwrap(), one["item"], one["verdict"]))
            .collect();
        let expected = ["城管 2 null", "消防 1 null", "消防 2 null", "水务 1 null", "供电 2 null"];
        assert_eq!(silent, expected);
        // 水务's silence does not hold the case up, and still is no pass; 消防's does hold it up.
        let view = review.view().await;
        assert_eq!(standing(&view, "水务", 1)["source"], "silence");
        assert_eq!(review.open_points().await, ["消防 1 silence_open", "消防 2 silence_open"]);
        assert_eq!(review.close().await.refused(409), "review_unresolved");
        // A late opinion is taken, marked, and stands in place of the silence, which stays.
        review.opine("消防", json!([opinion(1, "pass", "")])).await.expect(201);
        review.opine("水务", json!([opinion(1, "revise", "补充水表")])).await.expect(201);
        let view = review.view().await;
        assert_eq!((&standing(&view, "消防", 1)["late"], &standing(&view, "消防", 1)["verdict"]),
            (&json!(true), &json!("pass")));
        assert_eq!(standing(&view, "住建", 1)["late"], false);
        assert_eq!(review.open_points().await, ["消防 2 silence_open", "水务 1 unanswered"]);
        review.opine("水务", json!([opinion(1, "pass", "已补充")])).await.expect(201);
        // Where a department never speaks, an authority does.
        let id = id_of(&standing(&review.view().await, "消防", 2));
        let ruling = json!({ "for_plan": true, "authority": "区人民政府", "reason": "催告两次未复",
            "document_sha256": SHA });
        let bureau = app.sign_in("bureau").await;
        bureau.post(&review.path(&format!("/opinions/{id}/ruling")), ruling).await.expect(201);
        let closed = review.close().await.expect(200);
        assert_eq!(standing(&closed, "消防", 2)["verdict"], json!(null));
        app.work().await;
        let all = review.get("/opinions?round=1").await;
        assert_eq!(all.as_array().unwrap().len(), 4 + 5 + 3);
    }

    async fn whoever_was_invited_later_has_a_deadline_of_its_own_and_a_new_round_asks_the_silent_again(
        app: TestApp
    ) {
        let review = review(app).await;
        let app = &review.work.desk.app;
        app.clock.advance(TimeDelta::days(3));
        review.post("/invitations", json!({ "department": "园林", "reason": "古树" })).await.expect(201);
        app.clock.advance(TimeDelta::days(5));
        app.work().await;
        let silent = |said: &serde_json::Value, department: &str| said.as_array().unwrap().iter()
            .filter(|one| one["source"] == "silence" && one["department"] == department).count();
        let said = review.get("/opinions?round=1").await;
        assert_eq!((silent(&said, "水务"), silent(&said, "园林")), (1, 0));
        app.clock.advance(TimeDelta::days(7));
        app.work().await;
        let said = review.get("/opinions?round=1").await;
        assert_eq!((silent(&said, "水务"), silent(&said, "园林")), (1, 2));
        let (again, _) = review.work.fix(crate::api::renovation::plan()).await;
        let second = review.work.open_review(&again, json!({})).await.expect(201);
        assert_eq!(super::states(&second, "水务"), [(1, "no_opinion".to_owned())]);
    }
}
