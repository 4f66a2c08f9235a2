//! From round to round: nobody's approval is lost, nobody is asked twice about the same.

use serde_json::{Value, json};

use super::{LOGINS, PATH, names, opinion, pass_what_waits, review, standing, states};
use crate::{
    api::renovation::{id_of, plan},
    db_test,
    support::TestApp,
};

/// Fewer lamps: the second item changes, the first does not.
fn fewer_lamps() -> Value {
    let mut changed = plan();
    changed["items"][1]["quantity"] = json!("17");
    changed
}

db_test! {
    async fn content_policy_and_desk_invite_and_only_the_newest_fixed_version_is_reviewed(app: TestApp) {
        let mut review = review(app).await;
        let view = review.view().await;
        assert_eq!((&view["state"], &view["round"], &view["title"]),
            (&json!("open"), &json!(1), &json!("幸福里改造")));
        assert_eq!(names(&view), ["城管", "消防", "水务", "供电", "住建", "规划"]);
        let of = |index: usize| (&view["departments"][index]["source"], &view["departments"][index]["asked"]);
        assert_eq!(of(0), (&json!("content"), &json!([2])), "照明 concerns 城管");
        assert_eq!(of(1), (&json!("policy"), &json!([1, 2])), "named by the policy, so about everything");
        assert_eq!(of(2), (&json!("content"), &json!([1])), "供水 concerns 水务");
        // Five working days after Monday the 2nd.
        assert_eq!(view["departments"][0]["due_at"], "2026-03-09T16:00:00Z");
        assert_eq!(view["rounds"][0]["plan_sha256"], review.work.get("").await["current_plan"]["sha256"]);
        let again = review.work.open_review(&review.plan, json!({})).await;
        assert_eq!(again.refused(409), "already_exists");
        // A draft is no plan, and an old version is none any more.
        let draft = id_of(&review.work.post("/plans", fewer_lamps()).await.expect(201));
        let refused = review.work.open_review(&draft, json!({})).await;
        assert_eq!(refused.refused(409), "plan_not_fixed");
        let sha = review.work.get("/plans").await[1]["sha256"].clone();
        review.work.post(&format!("/plans/{draft}/fix"), json!({ "sha256": sha })).await.expect(200);
        let (newest, _) = review.work.fix(plan()).await;
        let refused = review.work.open_review(&draft, json!({})).await;
        assert_eq!(refused.refused(409), "stale_version");
        for (body, status, code) in [
            (json!({ "days": 0 }), 422, "invalid_field"),
            (json!({ "invite": [{ "department": "气象", "reason": "风" }] }), 422, "invalid_field"),
            (json!({ "invite": [{ "department": "园林", "reason": " " }] }), 422, "invalid_field"),
        ] {
            assert_eq!(review.work.open_review(&newest, body).await.refused(status), code);
        }
        let wish = json!({ "days": 3, "invite": [{ "department": "园林", "reason": "古树名木" }] });
        let second = review.work.open_review(&newest, wish).await.expect(201);
        assert_eq!((&second["id"], &second["round"]), (&json!(review.id), &json!(2)));
        let greens = second["departments"].as_array().unwrap().iter()
            .find(|one| one["department"] == "园林").unwrap();
        assert_eq!((&greens["source"], &greens["reason"], &greens["asked"], &greens["due_at"]),
            (&json!("desk"), &json!("古树名木"), &json!([1, 2]), &json!("2026-03-05T16:00:00Z")));
        // Whom the desk invited once stays invited.
        let (third, _) = review.work.fix(fewer_lamps()).await;
        let third = review.work.open_review(&third, json!({})).await.expect(201);
        assert!(names(&third).contains(&"园林".to_owned()));
        review.plan = newest;
        // A year whose calendar is not loaded has no deadline.
        review.work.desk.app.clock.advance(chrono::TimeDelta::days(300));
        let (last, _) = review.work.fix(plan()).await;
        let refused = review.work.open_review(&last, json!({ "days": 60 })).await;
        assert_eq!(refused.status, 422, "{}", refused.text);
        assert_eq!(refused.json()["code"], "calendar_missing");
    }

    async fn a_second_round_keeps_the_approvals_of_what_did_not_change_and_asks_anew_about_the_rest(
        app: TestApp
    ) {
        let review = review(app).await;
        pass_what_waits(&review.work, &review.id).await;
        review.opine("消防", json!([opinion(2, "revise", "灯杆占用消防车道")])).await.expect(201);
        let first = standing(&review.view().await, "住建", 1);
        let (changed, _) = review.work.fix(fewer_lamps()).await;
        let second = review.work.open_review(&changed, json!({})).await.expect(201);
        // The first item is the same: everybody's pass goes on, and nobody is asked again.
        for department in ["消防", "水务", "住建", "规划"] {
            assert_eq!(states(&second, department)[0], (1, "passed".to_owned()), "{department}");
            assert_eq!(standing(&second, department, 1)["source"], "carried");
        }
        let carried = standing(&second, "住建", 1);
        assert_eq!((&carried["original_id"], &carried["login"], &carried["at"]),
            (&first["id"], &json!("zhujian"), &first["at"]));
        // The second changed: whoever is concerned is asked again, the revise among them.
        for department in ["城管", "消防", "供电", "住建", "规划"] {
            let last = states(&second, department).pop().unwrap();
            assert_eq!(last, (2, "no_opinion".to_owned()), "{department}");
        }
        assert_eq!(review.close().await.refused(409), "review_unresolved");
        pass_what_waits(&review.work, &review.id).await;
        let closed = review.close().await.expect(200);
        assert_eq!((&closed["state"], &closed["rounds"][1]["closed_by"]),
            (&json!("closed"), &json!("clerk")));
        // What was said in the first round is still there.
        let said = review.get("/opinions?round=1").await;
        let verdicts: Vec<&str> = said.as_array().unwrap().iter()
            .filter(|one| one["department"] == "消防" && one["item"] == 2)
            .map(|one| one["verdict"].as_str().unwrap()).collect();
        assert_eq!(verdicts, ["pass", "revise"]);
        // A third round on the same content asks nobody anything.
        let (same, _) = review.work.fix(fewer_lamps()).await;
        let third = review.work.open_review(&same, json!({})).await.expect(201);
        assert_eq!((&third["state"], &third["open_points"]), (&json!("open"), &json!([])));
        assert_eq!(standing(&third, "住建", 1)["original_id"], first["id"]);
        review.close().await.expect(200);
    }

    async fn an_unanswered_opinion_goes_on_with_its_item_and_ends_with_it(app: TestApp) {
        let review = review(app).await;
        review.opine("水务", json!([opinion(1, "reject", "管径不足")])).await.expect(201);
        pass_what_waits(&review.work, &review.id).await;
        review.answer("水务", 1, json!({ "answer": "rejected", "reason": "已按规范计算" })).await.expect(201);
        assert_eq!(review.open_points().await, ["水务 1 not_accepted"]);
        // Another round does not rid anybody of it, and the answer goes with it.
        let (changed, _) = review.work.fix(fewer_lamps()).await;
        let second = review.work.open_review(&changed, json!({})).await.expect(201);
        let carried = standing(&second, "水务", 1);
        assert_eq!((&carried["source"], &carried["responses"][0]["kind"]),
            (&json!("carried"), &json!("rejected")));
        pass_what_waits(&review.work, &review.id).await;
        assert_eq!(review.open_points().await, ["水务 1 not_accepted"]);
        // Without the item nothing is left of it.
        let mut lamps = fewer_lamps();
        lamps["items"].as_array_mut().unwrap().remove(0);
        let (without, _) = review.work.fix(lamps).await;
        let third = review.work.open_review(&without, json!({})).await.expect(201);
        assert_eq!(third["open_points"], json!([]));
        assert!(!names(&third).contains(&"水务".to_owned()));
        review.close().await.expect(200);
        let moved = review.get("/moves?from=2&to=3&department=水务").await;
        assert_eq!(moved[0]["change"], "removed");
        assert_eq!(moved.as_array().unwrap().len(), 1);
    }

    async fn a_department_sees_its_inbox_and_which_of_its_items_moved(app: TestApp) {
        let review = review(app).await;
        let client = review.work.desk.app.sign_in("shuiwu").await;
        let inbox = |department: &str| format!("{PATH}?department={department}");
        let list = client.get(&inbox("水务")).await.expect(200);
        let one = &list["items"][0];
        assert_eq!((&one["id"], &one["waiting"], &one["unresolved"]),
            (&json!(review.id), &json!(1), &json!(1)));
        assert_eq!(client.get(&inbox("文旅")).await.expect(200)["items"], json!([]));
        let open = client.get(&format!("{PATH}?state=closed")).await.expect(200);
        assert_eq!(open["items"], json!([]));
        let of_project = format!("{PATH}?project_id={}&limit=1", review.work.project);
        assert_eq!(client.get(&of_project).await.expect(200)["items"].as_array().unwrap().len(), 1);
        let mut changed = fewer_lamps();
        changed["items"].as_array_mut().unwrap()
            .push(json!({ "code": "B02", "quantity": "40", "cost": "80000.00" }));
        let (changed, _) = review.work.fix(changed).await;
        review.work.open_review(&changed, json!({})).await.expect(201);
        let moved = review.get("/moves?from=1&to=2&department=水务").await;
        let short: Vec<(&str, &str)> = moved.as_array().unwrap().iter()
            .map(|one| (one["title"].as_str().unwrap(), one["change"].as_str().unwrap())).collect();
        assert_eq!(short, [("供水设施改造", "same"), ("排水设施改造", "added")]);
        let all = review.get("/moves?from=1&to=2").await;
        assert_eq!(all[1]["change"], "changed");
        assert_eq!(review.work.clerk().await.get(&review.path("/moves?from=1&to=9")).await.refused(404),
            "not_found");
        // Another community's clerk sees none of it.
        let app = &review.work.desk.app;
        let other = app.register("别处小区", &crate::support::flats(1, "80.00")).await;
        let stranger = app.clerk("stranger", other).await;
        assert_eq!(stranger.get(PATH).await.expect(200)["items"], json!([]));
        assert_eq!(stranger.get(&review.path("")).await.refused(404), "not_found");
        assert_eq!(stranger.post(&review.path("/close"), json!({})).await.refused(404), "not_found");
        let data = client.get("/api/v1/review-departments").await.expect(200);
        let known: Vec<&str> = data["department"].as_array().unwrap().iter()
            .map(|one| one["name"].as_str().unwrap()).collect();
        assert!(LOGINS.iter().all(|(name, _)| known.contains(name)));
        // What the packs name and what the data names exists.
        let texts = |list: &Value| -> Vec<String> {
            list.as_array().unwrap().iter().map(|one| one.as_str().unwrap().to_owned()).collect()
        };
        for pack in client.get("/api/v1/policy-packs").await.expect(200).as_array().unwrap() {
            for stage in pack["stage"].as_array().unwrap() {
                for one in stage["requires"].as_array().unwrap() {
                    let need = &one["need"]["joint_review"]["departments"];
                    let named = if need.is_null() { Vec::new() } else { texts(need) };
                    assert!(named.iter().all(|name| known.contains(&&**name)), "{named:?}");
                }
            }
        }
        let items = client.get("/api/v1/content-items").await.expect(200);
        let codes: Vec<&Value> = items.as_array().unwrap().iter().map(|item| &item["code"]).collect();
        for one in data["department"].as_array().unwrap() {
            assert!(one["items"].as_array().unwrap().iter().all(|code| codes.contains(&code)), "{one}");
        }
    }
}
