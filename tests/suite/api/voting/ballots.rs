//! One head, one ballot: whoever comes first, however often, through whichever door.

use chrono::TimeDelta;
use jiugai::kernel::UtcTime;
use serde_json::json;

use super::{composites::cast_at, draft};
use crate::{
    db_test,
    support::{TestApp, flat, flats, phone},
};

db_test! {
    async fn a_ballot_that_came_in_before_the_close_counts_though_its_commit_is_after_it(
        app: TestApp
    ) {
        let desk = draft(app, &flats(2, "80.00"), &["5"]).await;
        desk.open().await;
        // 25 March, 00:00:05.
        let closes: UtcTime = "2026-03-24T16:00:00Z".parse().unwrap();
        let left = closes.seconds_since(desk.app.db.clock().legal_now());
        desk.app.clock.advance(TimeDelta::seconds(left + 5));
        desk.app.work().await;
        cast_at(&desk.app, (&desk.vote, closes.plus(TimeDelta::seconds(-1))), (1, 1)).await;
        let late = desk.cast(&phone(2), "for").await;
        assert_eq!(late.refused(409), "too_late");
        desk.app.clock.advance(TimeDelta::seconds(5));
        desk.app.work().await;
        let clerk = desk.staff_again().await;
        assert_eq!(clerk.get(&desk.path("")).await.expect(200)["state"], "closed");
        clerk.post(&desk.path("/count"), json!({})).await.expect(200);
        let item = clerk.get(&desk.path("/explain")).await.expect(200)["items"][0].clone();
        assert_eq!(item["for"]["heads"], 1);
    }

    async fn a_second_ballot_of_one_head_is_refused_and_kept(app: TestApp) {
        let units = [flat("1-101", "80.00", &[&phone(1), &phone(2)]), flat("1-102", "60.00", &[&phone(3)])];
        let desk = draft(app, &units, &["5"]).await;
        desk.open().await;
        desk.cast(&phone(1), "for").await.expect(201);
        assert_eq!(desk.cast(&phone(1), "for").await.refused(409), "duplicate_ballot");
        // The wife of the same flat is the same head.
        assert_eq!(desk.cast(&phone(2), "against").await.refused(409), "duplicate_ballot");
        let attempts = desk.staff_again().await.get(&desk.path("/attempts")).await.expect(200);
        let reasons: Vec<&str> = attempts["items"].as_array().unwrap().iter()
            .map(|a| a["reason"].as_str().unwrap()).collect();
        assert_eq!(reasons, ["duplicate_ballot", "duplicate_ballot"]);
    }

    async fn a_repeated_request_gets_the_same_receipt(app: TestApp) {
        let desk = draft(app, &flats(2, "80.00"), &["5"]).await;
        desk.open().await;
        let owner = desk.app.owner(&phone(1)).await;
        let (path, ballot) = (desk.path("/ballots"), desk.ballot("for"));
        let first = owner.post_once(&path, "k1", ballot.clone()).await;
        let again = owner.post_once(&path, "k1", ballot).await;
        assert_eq!(again.header("idempotent-replayed").as_deref(), Some("true"));
        assert_eq!(first.expect(201), again.expect(201));
        let other = owner.post_once(&path, "k1", desk.ballot("against")).await;
        assert_eq!(other.refused(422), "idempotency_key_reused");
    }

    async fn sixty_four_racers_of_one_head_get_one_ballot(app: TestApp) {
        let desk = draft(app, &[flat("1-101", "80.00", &[&phone(1)])], &["5"]).await;
        desk.open().await;
        let owner = desk.app.owner(&phone(1)).await;
        let races: Vec<_> = (0..64).map(|n| {
            let (owner, path) = (owner.clone(), desk.path("/ballots"));
            let ballot = desk.ballot(if n % 2 == 0 { "for" } else { "against" });
            actix_web::rt::spawn(async move { owner.post(&path, ballot).await.status })
        }).collect();
        let mut taken = 0;
        for race in races {
            match race.await.unwrap() {
                201 => taken += 1,
                status => assert_eq!(status, 409),
            }
        }
        assert_eq!(taken, 1);
    }

    async fn an_owner_of_several_units_votes_once_for_all_of_them(app: TestApp) {
        let units = [flat("1-101", "80.00", &[&phone(1)]), flat("1-102", "60.50", &[&phone(1)]),
            flat("1-103", "70.00", &[&phone(1), &phone(2)])];
        let desk = draft(app, &units, &["5"]).await;
        desk.open().await;
        let owner = desk.app.owner(&phone(1)).await;
        let heads = owner.get(&desk.path("/heads/mine")).await.expect(200);
        let areas: Vec<&str> =
            heads.as_array().unwrap().iter().map(|h| h["area"].as_str().unwrap()).collect();
        assert_eq!(areas, ["140.50", "70.00"]);
        let unnamed = owner.post(&desk.path("/ballots"), desk.ballot("for")).await;
        assert_eq!(unnamed.refused(422), "invalid_field");
        for head in heads.as_array().unwrap() {
            let mut ballot = desk.ballot("for");
            ballot["head_id"] = head["head_id"].clone();
            let receipt = owner.post(&desk.path("/ballots"), ballot).await.expect(201);
            assert_eq!(receipt["area"], head["area"]);
            assert_eq!(receipt["receipt"].as_str().unwrap().len(), 20);
        }
    }

    async fn a_stranger_to_the_roll_and_a_late_ballot_are_refused(app: TestApp) {
        let desk = draft(app, &flats(2, "80.00"), &["5"]).await;
        desk.open().await;
        desk.app.register("隔壁小区", &[flat("9-101", "80.00", &[&phone(77)])]).await;
        assert_eq!(desk.cast(&phone(77), "for").await.refused(403), "not_on_roll");
        // Opened on the 18th at 09:00, closes on the 25th at 00:00.
        let close = chrono::TimeDelta::hours(6 * 24 + 15);
        desk.app.clock.advance(close - chrono::TimeDelta::minutes(5));
        let (first, second) = (desk.app.owner(&phone(1)).await, desk.app.owner(&phone(2)).await);
        desk.app.clock.advance(chrono::TimeDelta::minutes(5) - chrono::TimeDelta::microseconds(1));
        first.post(&desk.path("/ballots"), desk.ballot("for")).await.expect(201);
        desk.app.clock.advance(chrono::TimeDelta::microseconds(1));
        let late = second.post(&desk.path("/ballots"), desk.ballot("for")).await;
        assert_eq!(late.refused(409), "too_late");
    }

    async fn an_unknown_a_doubled_and_an_invalid_choice_are_refused_and_a_blank_abstains(app: TestApp) {
        let desk = draft(app, &flats(2, "80.00"), &["5", "6"]).await;
        desk.open().await;
        let owner = desk.app.owner(&phone(1)).await;
        let path = desk.path("/ballots");
        let item = &desk.items[0];
        let unknown = json!({ "choices": [{ "item_id": desk.vote, "choice": "for" }] });
        assert_eq!(owner.post(&path, unknown).await.refused(422), "ballot_incomplete");
        let doubled = json!({ "choices": [{ "item_id": item, "choice": "for" },
            { "item_id": item, "choice": "against" }] });
        assert_eq!(owner.post(&path, doubled).await.refused(422), "ballot_incomplete");
        let invalid = json!({ "choices": [{ "item_id": item, "choice": "invalid" }] });
        assert_eq!(owner.post(&path, invalid).await.refused(422), "invalid_field");
        let blank = json!({ "choices": [{ "item_id": item, "choice": "for" }] });
        owner.post(&path, blank).await.expect(201);
        let mine = owner.get(&desk.path("/heads/mine")).await.expect(200);
        let choices = mine[0]["ballots"][0]["choices"].as_array().unwrap();
        assert_eq!(choices[1]["choice"], "abstain");
    }

    async fn the_database_itself_holds_one_standing_choice_per_head_and_item(app: TestApp) {
        use diesel::connection::SimpleConnection;
        let desk = draft(app, &flats(2, "80.00"), &["5"]).await;
        desk.open().await;
        desk.cast(&phone(1), "for").await.expect(201);
        let context = jiugai::platform::db::WriteContext::of(jiugai::platform::db::Actor::named("dba"));
        let copy = "INSERT INTO ballot_choices (id, ballot_id, item_id, head_id, choice, standing) \
            SELECT ballot_id, ballot_id, item_id, head_id, 'against', {} FROM ballot_choices";
        let standing = copy.replace("{}", "TRUE");
        let refused = desk.app.db.write(&context, "test", move |tx| {
            Ok(tx.conn().batch_execute(&standing)?)
        }).await.unwrap_err();
        assert_eq!(refused.code().as_str(), "already_exists");
        // The control: the same row not standing is accepted.
        let kept = copy.replace("{}", "FALSE");
        desk.app.db.write(&context, "test", move |tx| Ok(tx.conn().batch_execute(&kept)?))
            .await.unwrap();
        let rewritten = desk.app.db.write(&context, "test", |tx| {
            Ok(tx.conn().batch_execute("UPDATE ballot_choices SET choice = 'for'")?)
        }).await;
        assert!(rewritten.is_err());
    }
}
