//! Reminders: to households that have not voted, never to those that have, once a day.

use chrono::TimeDelta;
use diesel::{ExpressionMethods, RunQueryDsl};
use jiugai::{
    app::{App, worker},
    platform::{
        auth::Scope,
        db::{
            Actor, WriteContext,
            schema::{outbox_events, owners},
        },
        messenger::{Gateways, Messenger},
    },
};
use serde_json::{Value, json};

use super::{Desk, draft};
use crate::{
    db_test,
    support::{TestApp, flat, phone},
};

/// An open vote: 1-101 votes on line, 1-102 (two owners) on paper, 1-103 hands a sheet in that is not
/// entered yet; 1-104 (two owners) and 1-105, whom nothing reaches, do nothing.
async fn open(app: TestApp) -> Desk {
    let units = [
        flat("1-101", "80.00", &[&phone(1)]),
        flat("1-102", "80.00", &[&phone(2), &phone(3)]),
        flat("1-103", "80.00", &[&phone(4)]),
        flat("1-104", "80.00", &[&phone(5), &phone(6)]),
        flat("1-105", "80.00", &[&phone(7)]),
    ];
    let desk = draft(app, &units, &["5"]).await;
    for name in ["anna", "bobo"] {
        desk.app.account(name, &[("community_clerk", Scope::Community(desk.community))]).await;
    }
    desk.open().await;
    let index = desk.app.app.keys.contact_index(&phone(7).parse().unwrap());
    let context = WriteContext::of(Actor::named("test"));
    let hide = move |tx: &mut jiugai::platform::db::WriteTx<'_>| {
        diesel::update(diesel::QueryDsl::filter(owners::table, owners::phone_index.eq(&index)))
            .set((owners::phone_index.eq(None::<String>), owners::phone_sealed.eq(None::<Vec<u8>>)))
            .execute(tx.conn())?;
        Ok(())
    };
    desk.app.db.write(&context, "test", hide).await.unwrap();
    desk.cast(&phone(1), "against").await.expect(201);
    desk.paper_ballot("1-102", (["anna", "bobo"], "for")).await;
    bring_back(&desk, "1-103").await;
    desk
}

/// Registers a sheet without entering it.
async fn bring_back(desk: &Desk, unit: &str) {
    let [anna, bobo] = [desk.app.sign_in("anna").await, desk.app.sign_in("bobo").await];
    anna.post(&desk.path("/sheets/issue"), json!({ "units": [unit] })).await.expect(201);
    let sheets = anna.get(&desk.path("/sheets?state=issued&limit=200")).await.expect(200);
    let of_unit = |sheet: &&Value| sheet["unit_code"] == unit;
    let sheet = sheets["items"].as_array().unwrap().iter().find(of_unit).unwrap();
    let mut collectors = Vec::new();
    for clerk in [&anna, &bobo] {
        collectors.push(clerk.get("/api/v1/me").await.expect(200)["id"].clone());
    }
    let batch = json!({ "collectors": collectors, "place": "1栋大厅", "seal": "F-0032",
        "sheets": [sheet["serial"]] });
    anna.post(&desk.path("/batches"), batch).await.expect(201);
}

async fn reminded(app: &TestApp) -> Vec<(String, String)> {
    let inbox = app.anon().get("/api/v1/demo/inbox").await.expect(200);
    let items = inbox["items"].as_array().unwrap().iter();
    let reminders = items.filter(|item| item["subject"].as_str().unwrap().contains("提醒"));
    let text = |item: &Value, name: &str| item[name].as_str().unwrap().to_owned();
    let mut found: Vec<_> =
        reminders.map(|item| (text(item, "recipient"), text(item, "body"))).collect();
    found.sort();
    found
}

async fn last(desk: &Desk) -> Value {
    let clerk = desk.staff_again().await;
    let list = clerk.get(&desk.path("/reminders")).await.expect(200);
    list.as_array().unwrap().last().unwrap().clone()
}

/// Sent, without a contact, skipped.
fn counts(row: &Value) -> [i64; 3] {
    ["sent", "without_contact", "skipped"].map(|name| row[name].as_i64().unwrap())
}

db_test! {
    async fn who_has_voted_gets_no_reminder(app: TestApp) {
        let desk = open(app).await;
        let clerk = desk.staff_again().await;
        let preview = clerk.get(&desk.path("/reminders/preview")).await.expect(200);
        assert_eq!(preview, json!({ "heads": 2, "reachable": 1, "without_contact": 1,
            "last_on": null, "may_send": true }));
        let asked = clerk.post(&desk.path("/reminders"), json!({})).await.expect(201);
        assert_eq!((&asked["heads"], &asked["day"]), (&json!(2), &json!("2026-03-18")));
        desk.app.work().await;
        let told = reminded(&desk.app).await;
        let to: Vec<&str> = told.iter().map(|(to, _)| to.as_str()).collect();
        assert_eq!(to, [phone(5), phone(6)]);
        for part in ["1-104", "2026-03-24 24:00", "https://vote.example", "has not voted yet"] {
            assert!(told[0].1.contains(part), "{part}: {}", told[0].1);
        }
        assert!(!["反对", "同意", "参与", "against"].iter().any(|word| told[0].1.contains(word)));
        assert_eq!(counts(&last(&desk).await), [2, 1, 0]);
        // Neither an owner nor a clerk of elsewhere may.
        let owner = desk.app.owner(&phone(1)).await;
        assert_eq!(owner.post(&desk.path("/reminders"), json!({})).await.refused(403), "forbidden");
        let (elsewhere, _) = desk.app.community("别处").await;
        let other = desk.app.clerk("other", elsewhere).await;
        assert_eq!(other.get(&desk.path("/reminders/preview")).await.refused(404), "not_found");
    }

    async fn households_are_reminded_once_a_day(app: TestApp) {
        let desk = open(app).await;
        let clerk = desk.staff_again().await;
        let path = desk.path("/reminders");
        clerk.post(&path, json!({})).await.expect(201);
        let again = clerk.post(&path, json!({})).await;
        assert_eq!(again.refused(409), "reminder_too_soon");
        let preview = clerk.get(&desk.path("/reminders/preview")).await.expect(200);
        assert_eq!((&preview["may_send"], &preview["last_on"]), (&json!(false), &json!("2026-03-18")));
        desk.app.work().await;
        // The next legal day, and somebody has voted meanwhile.
        desk.cast(&phone(5), "for").await.expect(201);
        desk.app.clock.advance(TimeDelta::hours(24));
        let clerk = desk.staff_again().await;
        let next = clerk.post(&path, json!({})).await.expect(201);
        assert_eq!(next["heads"], 1);
        desk.app.work().await;
        assert_eq!(reminded(&desk.app).await.len(), 2);
    }

    async fn who_votes_before_the_message_goes_out_gets_none(app: TestApp) {
        let desk = open(app).await;
        let clerk = desk.staff_again().await;
        clerk.post(&desk.path("/reminders"), json!({})).await.expect(201);
        let context = WriteContext::of(Actor::named("test"));
        let pause = |tx: &mut jiugai::platform::db::WriteTx<'_>| {
            let later = tx.now().plus(TimeDelta::minutes(5));
            let topic = outbox_events::topic.eq("vote.reminded");
            let waiting = diesel::QueryDsl::filter(outbox_events::table, topic);
            diesel::update(waiting).set(outbox_events::available_at.eq(later)).execute(tx.conn())?;
            Ok(())
        };
        desk.app.db.write(&context, "test", pause).await.unwrap();
        desk.cast(&phone(5), "for").await.expect(201);
        desk.app.clock.advance(TimeDelta::minutes(6));
        desk.app.work().await;
        assert!(reminded(&desk.app).await.is_empty());
        assert_eq!(counts(&last(&desk).await), [0, 1, 1]);
    }

    async fn a_reminder_that_no_gateway_takes_is_tried_again_and_told_once(app: TestApp) {
        let desk = open(app).await;
        let clerk = desk.staff_again().await;
        clerk.post(&desk.path("/reminders"), json!({})).await.expect(201);
        let messenger = Messenger::Gateways(Gateways::default());
        let deaf = App { messenger, ..desk.app.app.clone() };
        worker::step(&deaf).await.unwrap();
        assert_eq!(last(&desk).await["failed"], 2);
        desk.app.clock.advance(TimeDelta::seconds(10));
        desk.app.work().await;
        desk.app.work().await;
        assert_eq!(last(&desk).await["failed"], 0);
        assert_eq!(reminded(&desk.app).await.len(), 2);
    }

    async fn nobody_is_reminded_outside_of_the_window(app: TestApp) {
        let desk = draft(app, &[flat("1-101", "80.00", &[&phone(1)])], &["5"]).await;
        let path = desk.path("/reminders");
        assert_eq!(desk.clerk.post(&path, json!({})).await.refused(409), "wrong_state");
        desk.open().await;
        desk.cast(&phone(1), "for").await.expect(201);
        let clerk = desk.staff_again().await;
        assert_eq!(clerk.post(&path, json!({})).await.refused(409), "not_ready");
        desk.app.clock.advance(TimeDelta::days(7));
        let clerk = desk.staff_again().await;
        assert_eq!(clerk.post(&path, json!({})).await.refused(409), "too_late");
    }
}
