//! Sittings: a sign-in per head, and the live quorum in exact numbers.

use chrono::TimeDelta;
use diesel::RunQueryDsl;
use jiugai::platform::db::{Actor, WriteContext};
use serde_json::{Value, json};

use super::{Desk, draft};
use crate::{
    db_test,
    support::{Client, TestApp, flat, phone},
};

/// Nine heads of 100 m² (V1): 1-001 to 1-009; 1-009 has two owners who named nobody. One owner has
/// 1-008 and 1-010 together.
async fn open(app: TestApp) -> Desk {
    let mut units: Vec<_> =
        (1..=7).map(|n| flat(&format!("1-00{n}"), "100.00", &[&phone(n)])).collect();
    units.push(flat("1-008", "60.00", &[&phone(8)]));
    units.push(flat("1-009", "100.00", &[&phone(9), &phone(19)]));
    units.push(flat("1-010", "40.00", &[&phone(8)]));
    let desk = draft(app, &units, &["5"]).await;
    desk.open().await;
    desk
}

/// Announces a sitting on the 19th from 19:00 to 21:00, and goes there.
async fn sitting(desk: &Desk) -> (Client, String) {
    let clerk = desk.staff_again().await;
    let body = json!({ "place": "小区活动室", "starts_at": "2026-03-19T19:00:00+08:00",
        "ends_at": "2026-03-19T21:00:00+08:00" });
    let sitting = clerk.post(&desk.path("/sittings"), body).await.expect(201);
    let path = desk.path(&format!("/sittings/{}", sitting["sitting_id"].as_str().unwrap()));
    let sign_in = format!("{path}/attendances");
    let body = json!({ "unit_code": "1-001" });
    assert_eq!(clerk.post(&sign_in, body).await.refused(409), "too_early");
    // Now it is 09:00 on the 18th.
    desk.app.clock.advance(TimeDelta::hours(33));
    (desk.staff_again().await, path)
}

async fn come(clerk: &Client, path: &str, unit: &str) -> Value {
    let body = json!({ "unit_code": unit });
    clerk.post(&format!("{path}/attendances"), body).await.expect(201)
}

async fn quorum(clerk: &Client, path: &str) -> Value {
    clerk.get(&format!("{path}/quorum")).await.expect(200)
}

fn weight(area: &str, heads: u64) -> Value {
    json!({ "area": area, "heads": heads })
}

db_test! {
    async fn the_quorum_counts_each_head_once_and_says_what_is_missing(app: TestApp) {
        let desk = open(app).await;
        let (clerk, path) = sitting(&desk).await;
        desk.cast(&phone(1), "against").await.expect(201);
        desk.cast(&phone(2), "for").await.expect(201);
        let clerk_again = desk.staff_again().await;
        drop(clerk);
        for unit in ["1-002", "1-003", "1-010"] {
            come(&clerk_again, &path, unit).await;
        }
        let now = quorum(&clerk_again, &path).await;
        assert_eq!(now["total"], weight("900.00", 9));
        assert_eq!(now["present"], weight("300.00", 3));
        assert_eq!(now["cast"], weight("200.00", 2));
        assert_eq!(now["together"], weight("400.00", 4));
        let line = |index: usize, name: &str| now["lines"][index][name].as_str().unwrap().to_owned();
        assert_eq!((line(0, "need"), line(0, "margin")), ("600.00".to_owned(), "-200.00".to_owned()));
        assert_eq!((line(1, "need"), line(1, "margin")), ("6".to_owned(), "-2".to_owned()));
        assert_eq!(now["lines"].as_array().unwrap().len(), 2);
        for word in ["against", "for\"", "approval"] {
            assert!(!now.to_string().contains(word), "{now}");
        }
        // Exactly two thirds meet both lines (V1).
        for unit in ["1-004", "1-005"] {
            come(&clerk_again, &path, unit).await;
        }
        let now = quorum(&clerk_again, &path).await;
        assert_eq!(now["together"], weight("600.00", 6));
        assert_eq!((&now["lines"][0]["met"], &now["lines"][1]["met"]), (&json!(true), &json!(true)));
        // Who is present and votes is still one.
        desk.cast(&phone(3), "for").await.expect(201);
        let clerk = desk.staff_again().await;
        let now = quorum(&clerk, &path).await;
        assert_eq!((&now["cast"], &now["together"]), (&weight("300.00", 3), &weight("600.00", 6)));
        // An owner sees the quorum and no list.
        let owner = desk.app.owner(&phone(4)).await;
        assert_eq!(quorum(&owner, &path).await, now);
        assert_eq!(owner.get(&format!("{path}/attendances")).await.refused(403), "forbidden");
    }

    async fn a_head_signs_in_once_and_by_who_may_vote_for_it(app: TestApp) {
        let desk = open(app).await;
        let (clerk, path) = sitting(&desk).await;
        let sign_in = format!("{path}/attendances");
        let first = come(&clerk, &path, "1-008").await;
        assert_eq!(first["units"], json!(["1-008", "1-010"]));
        let other_unit = json!({ "unit_code": "1-010" });
        assert_eq!(clerk.post(&sign_in, other_unit.clone()).await.refused(409), "already_exists");
        assert_eq!(clerk.post(&sign_in, json!({ "unit_code": "9-999" })).await.refused(403), "not_on_roll");
        let which = clerk.post(&sign_in, json!({ "unit_code": "1-009" })).await;
        assert_eq!(which.refused(422), "invalid_field");
        let owners = which.json()["params"]["owner_ids"].as_array().unwrap().clone();
        assert_eq!(owners.len(), 2);
        let foreign = json!({ "unit_code": "1-009", "owner_id": first["owner_id"] });
        assert_eq!(clerk.post(&sign_in, foreign).await.refused(403), "not_on_roll");
        let one = json!({ "unit_code": "1-009", "owner_id": owners[1] });
        assert_eq!(clerk.post(&sign_in, one).await.expect(201)["owner_id"], owners[1]);
        // Who left may come back; both rows stay.
        let leave = format!("{sign_in}/{}/leave", first["attendance_id"].as_str().unwrap());
        clerk.post(&leave, json!({})).await.expect(200);
        assert_eq!(clerk.post(&leave, json!({})).await.refused(409), "sitting_state_conflict");
        assert_eq!(quorum(&clerk, &path).await["present"], weight("100.00", 1));
        clerk.post(&sign_in, other_unit).await.expect(201);
        assert_eq!(quorum(&clerk, &path).await["present"], weight("200.00", 2));
        let all = clerk.get(&sign_in).await.expect(200);
        assert_eq!(all.as_array().unwrap().len(), 3);
    }

    async fn a_co_owner_who_is_not_the_voter_signs_nobody_in(app: TestApp) {
        let desk = open(app).await;
        let (clerk, path) = sitting(&desk).await;
        let sign_in = format!("{path}/attendances");
        let which = clerk.post(&sign_in, json!({ "unit_code": "1-009" })).await;
        let owners = which.json()["params"]["owner_ids"].as_array().unwrap().clone();
        let (other, context) = (owners[1].clone(), WriteContext::of(Actor::named("test")));
        let id: jiugai::kernel::OwnerId = other.as_str().unwrap().parse().unwrap();
        let name = move |tx: &mut jiugai::platform::db::WriteTx<'_>| {
            use diesel::{ExpressionMethods, QueryDsl};
            use jiugai::platform::db::schema::head_owners;
            diesel::update(head_owners::table.filter(head_owners::owner_id.eq(id)))
                .set(head_owners::may_cast.eq(false))
                .execute(tx.conn())?;
            Ok(())
        };
        desk.app.db.write(&context, "test", name).await.unwrap();
        let not_named = json!({ "unit_code": "1-009", "owner_id": other });
        assert_eq!(clerk.post(&sign_in, not_named).await.refused(409), "not_representative");
        assert_eq!(come(&clerk, &path, "1-009").await["owner_id"], owners[0]);
    }

    async fn a_mistake_is_voided_and_stays_on_record(app: TestApp) {
        use diesel::connection::SimpleConnection;
        let desk = open(app).await;
        let (clerk, path) = sitting(&desk).await;
        let wrong = come(&clerk, &path, "1-001").await;
        let void = format!("{path}/attendances/{}/void", wrong["attendance_id"].as_str().unwrap());
        assert_eq!(clerk.post(&void, json!({ "reason": "" })).await.refused(422), "invalid_field");
        let reason = json!({ "reason": "登错房号" });
        let voided = clerk.post(&void, reason.clone()).await.expect(200);
        assert_eq!(voided["void_reason"], "登错房号");
        assert_eq!(clerk.post(&void, reason).await.refused(409), "sitting_state_conflict");
        assert_eq!(quorum(&clerk, &path).await["present"], weight("0.00", 0));
        let right = come(&clerk, &path, "1-001").await;
        let page = clerk.get(&format!("{path}/print")).await;
        assert!(page.text.contains("签到表") && page.text.contains("1-008、1-010"), "{}", page.text);
        assert_eq!(page.text.matches("2026年03月19日 18:00").count(), 1, "{}", page.text);
        assert!(!page.text.contains("业主138"));
        let run = |text: &'static str| {
            let context = WriteContext::of(Actor::named("dba"));
            let db = desk.app.db.clone();
            async move {
                db.write(&context, "test", move |tx| Ok(tx.conn().batch_execute(text)?)).await
            }
        };
        let unvoid = "UPDATE sitting_attendances SET voided_at = NULL, voided_name = NULL, \
            void_reason = NULL";
        assert!(run(unvoid).await.is_err());
        assert!(run("DELETE FROM sitting_attendances").await.is_err());
        assert!(run("UPDATE sittings SET place = 'x'").await.is_err());
        assert!(right["voided_at"].is_null());
        let leave = "UPDATE sitting_attendances SET left_at = signed_in_at, left_name = 'x' \
            WHERE voided_at IS NULL";
        run(leave).await.unwrap();
    }

    async fn a_sitting_is_announced_before_it_starts_and_within_the_window(app: TestApp) {
        let desk = open(app).await;
        let clerk = desk.staff_again().await;
        let path = desk.path("/sittings");
        let at = |time: &str| format!("2026-03-{time}:00+08:00");
        let body = |from: &str, until: &str| {
            json!({ "place": "活动室", "starts_at": at(from), "ends_at": at(until) })
        };
        assert_eq!(clerk.post(&path, body("18T09:00", "18T10:00")).await.refused(409), "too_late");
        assert_eq!(clerk.post(&path, body("24T20:00", "25T00:01")).await.refused(422), "invalid_field");
        let kept = clerk.post(&path, body("24T20:00", "25T00:00")).await.expect(201);
        let id = kept["sitting_id"].as_str().unwrap();
        let owner = desk.app.owner(&phone(1)).await;
        assert_eq!(owner.get(&path).await.expect(200)[0]["place"], "活动室");
        assert_eq!(owner.post(&path, body("24T20:00", "25T00:00")).await.refused(403), "forbidden");
        let clerk = desk.staff_again().await;
        let cancel = format!("{path}/{id}/cancel");
        let reason = json!({ "reason": "场地停电" });
        clerk.post(&cancel, reason.clone()).await.expect(200);
        assert_eq!(clerk.post(&cancel, reason).await.refused(409), "sitting_state_conflict");
        let sign_in = json!({ "unit_code": "1-001" });
        let refused = clerk.post(&format!("{path}/{id}/attendances"), sign_in).await;
        assert_eq!(refused.refused(409), "sitting_state_conflict");
    }

    async fn two_clerks_at_once_sign_a_head_in_once(app: TestApp) {
        let desk = open(app).await;
        let (clerk, path) = sitting(&desk).await;
        let sign_in = format!("{path}/attendances");
        let ask = || clerk.post(&sign_in, json!({ "unit_code": "1-001" }));
        let answers = tokio::join!(ask(), ask(), ask(), ask());
        let mut statuses = [answers.0.status, answers.1.status, answers.2.status, answers.3.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409, 409, 409]);
        assert_eq!(quorum(&clerk, &path).await["present"], weight("100.00", 1));
    }
}
