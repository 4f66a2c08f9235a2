//! From the draft to the confirmed result.

use chrono::TimeDelta;
use serde_json::json;

use super::draft;
use crate::{
    db_test,
    support::{TestApp, flats, phone},
};

db_test! {
    async fn a_vote_goes_from_draft_to_confirmed(app: TestApp) {
        let desk = draft(app, &flats(9, "100.00"), &["5"]).await;
        desk.open().await;
        for n in 1..=4 { desk.cast(&phone(n), "for").await.expect(201); }
        for n in 5..=6 { desk.cast(&phone(n), "against").await.expect(201); }
        let participation =
            desk.staff_again().await.get(&desk.path("/participation")).await.expect(200);
        assert_eq!(participation["participating"], json!({ "area": "600.00", "heads": 6 }));
        assert!(!participation.to_string().contains("against"));

        let clerk = desk.close_and_count().await;
        let explained = clerk.get(&desk.path("/explain")).await.expect(200);
        let item = &explained["items"][0];
        assert_eq!(item["passed"], true, "exactly 2/3 took part: {item}");
        assert_eq!(item["predicates"][0]["have"], "600.00");
        assert_eq!(item["predicates"][0]["ratio"], "2/3");
        assert_eq!(item["predicates"][0]["margin"], "0.00");
        assert_eq!(item["predicates"][0]["percent"], "66.66%");

        clerk.post(&desk.path("/publish"), json!({})).await.expect(200);
        let early = clerk.post(&desk.path("/confirm"), json!({})).await;
        assert_eq!(early.refused(409), "too_early");
        assert_eq!(early.json()["rule_id"], "publicity");
        desk.app.clock.advance(TimeDelta::days(9));
        let clerk = desk.staff_again().await;
        let vote = clerk.post(&desk.path("/confirm"), json!({})).await.expect(200);
        assert_eq!(vote["state"], "confirmed");
        let steps = clerk.get(&desk.path("/transitions")).await.expect(200);
        let names: Vec<&str> =
            steps.as_array().unwrap().iter().map(|s| s["command"].as_str().unwrap()).collect();
        assert_eq!(names, ["freeze_roll", "give_notice", "open", "close", "count", "publish", "confirm"]);
    }

    async fn a_vote_that_passes_by_heads_and_fails_by_area_says_so(app: TestApp) {
        let mut units = flats(9, "10.00");
        units[8].area = Some("1000.00".to_owned());
        let desk = draft(app, &units, &["5"]).await;
        desk.open().await;
        for n in 1..=8 { desk.cast(&phone(n), "for").await.expect(201); }
        let clerk = desk.close_and_count().await;
        let item = &clerk.get(&desk.path("/explain")).await.expect(200)["items"][0];
        assert_eq!(item["passed"], false);
        let missed: Vec<&str> = item["predicates"].as_array().unwrap().iter()
            .filter(|p| p["met"] == false).map(|p| p["rule_id"].as_str().unwrap()).collect();
        assert_eq!(missed, ["participation_by_area"]);
    }

    async fn a_roll_with_holes_is_not_frozen_and_every_unit_is_named(app: TestApp) {
        let mut units = flats(5, "88.00");
        units[1].area = None;
        units[3].owners.clear();
        let desk = draft(app, &units, &["5"]).await;
        let refused = desk.clerk.post(&desk.path("/freeze-roll"), json!({})).await;
        assert_eq!(refused.refused(409), "roll_incomplete");
        let listed = refused.json()["params"]["units"].clone();
        let faults: Vec<(&str, &str)> = listed.as_array().unwrap().iter()
            .map(|u| (u["unit_code"].as_str().unwrap(), u["fault"].as_str().unwrap())).collect();
        assert_eq!(faults, [("1-002", "area_missing"), ("1-002", "area_source_missing"),
            ("1-004", "owner_missing")]);
        let readiness = desk.clerk.get(&desk.path("/readiness")).await.expect(200);
        assert_eq!(readiness["ready"], false);
        assert_eq!(readiness["next"], "freeze_roll");
    }

    async fn a_notice_that_is_a_day_short_is_refused_with_the_earliest_date(app: TestApp) {
        let desk = draft(app, &flats(3, "50.00"), &["7"]).await;
        desk.clerk.post(&desk.path("/freeze-roll"), json!({})).await.expect(200);
        let window = json!({ "opens_at": "2026-03-17T23:59:59+08:00",
            "closes_at": "2026-03-30T00:00:00+08:00" });
        let refused = desk.clerk.post(&desk.path("/notice"), window).await;
        assert_eq!(refused.refused(409), "too_early");
        assert_eq!(refused.json()["params"]["earliest"], "2026-03-17T16:00:00Z");
        assert!(refused.json()["clause"].as_str().unwrap().contains("物业管理条例"));
    }

    async fn results_are_hidden_until_they_are_published(app: TestApp) {
        let desk = draft(app, &flats(3, "50.00"), &["5"]).await;
        desk.open().await;
        let owner = desk.app.owner(&phone(1)).await;
        owner.post(&desk.path("/ballots"), desk.ballot("for")).await.expect(201);
        let hidden = owner.get(&desk.path("/explain")).await;
        assert_eq!(hidden.refused(409), "result_hidden");
        let clerk = desk.close_and_count().await;
        let owner = desk.app.owner(&phone(1)).await;
        assert_eq!(owner.get(&desk.path("/explain")).await.refused(409), "result_hidden");
        clerk.post(&desk.path("/publish"), json!({})).await.expect(200);
        owner.get(&desk.path("/explain")).await.expect(200);
    }

    async fn the_agenda_is_locked_by_the_notice(app: TestApp) {
        let desk = draft(app, &flats(3, "50.00"), &["5"]).await;
        let edit = json!({ "title": "另一个标题" });
        desk.clerk.patch(&desk.path(""), edit.clone()).await.expect(200);
        desk.open().await;
        let refused = desk.staff_again().await.patch(&desk.path(""), edit).await;
        assert_eq!(refused.refused(409), "wrong_state");
    }

    async fn a_clerk_of_another_community_finds_no_vote(app: TestApp) {
        let desk = draft(app, &flats(3, "50.00"), &["5"]).await;
        let (other, _) = desk.app.community("别的小区").await;
        let stranger = desk.app.clerk("stranger", other).await;
        assert_eq!(stranger.get(&desk.path("")).await.refused(404), "not_found");
        let frozen = stranger.post(&desk.path("/freeze-roll"), json!({})).await;
        assert_eq!(frozen.refused(404), "not_found");
        assert!(stranger.get("/api/v1/votes").await.expect(200)["items"].as_array().unwrap().is_empty());
        assert_eq!(desk.clerk.get("/api/v1/votes").await.expect(200)["items"].as_array().unwrap().len(), 1);
    }

    async fn a_recount_finds_what_was_changed_behind_the_programs_back(app: TestApp) {
        use diesel::connection::SimpleConnection;
        let desk = draft(app, &flats(9, "100.00"), &["5", "6"]).await;
        desk.open().await;
        for n in 1..=7 { desk.cast(&phone(n), "for").await.expect(201); }
        desk.close_and_count().await;
        let clean = desk.app.db.snapshot(jiugai::voting::recount).await.unwrap();
        assert_eq!((clean.votes, clean.faults.len()), (1, 0));
        let context = jiugai::platform::db::WriteContext::of(jiugai::platform::db::Actor::named("dba"));
        for (change, fault) in [
            ("UPDATE ballot_choices SET standing = FALSE WHERE id = (SELECT id FROM ballot_choices LIMIT 1)",
                "differs from its ballots"),
            ("UPDATE heads SET area = area + 1 WHERE position = 0", "not the one that was announced"),
        ] {
            desk.app.db.write(&context, "test", move |tx| Ok(tx.conn().batch_execute(change)?))
                .await.unwrap();
            let found = desk.app.db.snapshot(jiugai::voting::recount).await.unwrap();
            assert!(found.faults.iter().any(|f| f.contains(fault)), "{found:?}");
        }
    }
}
