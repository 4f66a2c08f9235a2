//! The household is told: a notice for every recorded ballot, by every contact, or by hand.

use chrono::TimeDelta;
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use jiugai::{
    app::{App, worker},
    platform::{
        auth::Scope,
        db::{
            Actor, WriteContext,
            schema::{ballot_notices, ballots, outbox_events, owners},
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

/// An open vote with two clerks: 1-101 has one owner, 1-102 two, 1-103 one whom nothing reaches.
async fn open(app: TestApp) -> Desk {
    let units = [
        flat("1-101", "80.00", &[&phone(1)]),
        flat("1-102", "80.00", &[&phone(2), &phone(3)]),
        flat("1-103", "80.00", &[&phone(4)]),
    ];
    let desk = draft(app, &units, &["5"]).await;
    desk.app.account("anna", &[("community_clerk", Scope::Community(desk.community))]).await;
    desk.app.account("bobo", &[("community_clerk", Scope::Community(desk.community))]).await;
    desk.open().await;
    let index = desk.app.app.keys.contact_index(&phone(4).parse().unwrap());
    let context = WriteContext::of(Actor::named("test"));
    desk.app
        .db
        .write(&context, "test", move |tx| {
            diesel::update(owners::table.filter(owners::phone_index.eq(&index)))
                .set((
                    owners::phone_index.eq(None::<String>),
                    owners::phone_sealed.eq(None::<Vec<u8>>),
                ))
                .execute(tx.conn())?;
            Ok(())
        })
        .await
        .unwrap();
    desk
}

/// Receipts of ballots that came in on paper, and those of them without any notice.
async fn paper_without_notice(app: &TestApp) -> (usize, Vec<String>) {
    app.db
        .read(|conn| {
            let paper: Vec<(jiugai::kernel::BallotId, String)> = ballots::table
                .filter(ballots::channel.eq("paper"))
                .select((ballots::id, ballots::receipt))
                .load(conn)?;
            let told: Vec<jiugai::kernel::BallotId> =
                ballot_notices::table.select(ballot_notices::ballot_id).load(conn)?;
            let all = paper.len();
            let left = paper.into_iter().filter(|(id, _)| !told.contains(id));
            Ok((all, left.map(|(_, receipt)| receipt).collect()))
        })
        .await
        .unwrap()
}

async fn inbox(app: &TestApp) -> Vec<Value> {
    let inbox = app.anon().get("/api/v1/demo/inbox").await.expect(200);
    let is_notice = |item: &&Value| item["subject"].as_str().unwrap().contains("告知");
    inbox["items"].as_array().unwrap().iter().filter(is_notice).cloned().collect()
}

async fn notices(desk: &Desk, query: &str) -> Vec<Value> {
    let clerk = desk.staff_again().await;
    let page = clerk.get(&desk.path(&format!("/ballot-notices{query}"))).await.expect(200);
    page["items"].as_array().unwrap().clone()
}

db_test! {
    async fn every_paper_ballot_has_a_notice(app: TestApp) {
        let desk = open(app).await;
        for unit in ["1-101", "1-102", "1-103"] {
            desk.paper_ballot(unit, (["anna", "bobo"], "against")).await;
        }
        // The control: before the worker has run, the same check finds all three.
        let (all, untold) = paper_without_notice(&desk.app).await;
        assert_eq!((all, untold.len()), (3, 3));
        desk.app.work().await;
        assert_eq!(paper_without_notice(&desk.app).await, (3, Vec::new()));
        let told = inbox(&desk.app).await;
        assert_eq!(told.len(), 3, "one owner, two owners, and one whom nothing reaches");
        let mine = told.iter().find(|item| item["recipient"] == phone(1)).unwrap();
        let text = mine["body"].as_str().unwrap();
        for part in ["1-101", "纸质表决票", "A paper ballot", "前提出异议",
            "https://vote.example/api/v1/public/receipts/"]
        {
            assert!(text.contains(part), "{part}: {text}");
        }
        for item in &told {
            let text = item["body"].as_str().unwrap();
            assert!(!["反对", "同意", "against"].iter().any(|word| text.contains(word)), "{text}");
        }
        let rows = notices(&desk, "").await;
        let states: Vec<&str> = rows.iter().map(|row| row["state"].as_str().unwrap()).collect();
        assert_eq!(states, ["sent", "sent", "sent", "no_contact"]);
        assert_eq!(rows[0]["masked_contact"], "138****0001");
        assert!(!json!(rows).to_string().contains(&phone(1)));
    }

    async fn an_online_ballot_is_told_to_every_owner_of_the_head(app: TestApp) {
        let desk = open(app).await;
        let receipt = desk.cast(&phone(2), "for").await.expect(201);
        desk.app.work().await;
        let told = inbox(&desk.app).await;
        let mut to: Vec<&str> = told.iter().map(|item| item["recipient"].as_str().unwrap()).collect();
        to.sort_unstable();
        assert_eq!(to, [phone(2), phone(3)]);
        let text = told[0]["body"].as_str().unwrap();
        assert!(text.contains("网上表决票") && text.contains(receipt["receipt"].as_str().unwrap()), "{text}");
        assert!(text.contains("2026-03-18 "), "{text}");
        // A refused ballot is no ballot.
        desk.cast(&phone(2), "for").await.refused(409);
        desk.app.work().await;
        assert_eq!(inbox(&desk.app).await.len(), 2);
    }

    async fn an_event_that_comes_again_tells_nobody_twice(app: TestApp) {
        let desk = open(app).await;
        desk.cast(&phone(2), "for").await.expect(201);
        desk.app.work().await;
        let again = |tx: &mut jiugai::platform::db::WriteTx<'_>| {
            let rows = diesel::update(outbox_events::table.filter(outbox_events::topic.eq("ballot.recorded")))
                .set((
                    outbox_events::done_at.eq(None::<jiugai::kernel::UtcTime>),
                    outbox_events::leased_until.eq(None::<jiugai::kernel::UtcTime>),
                ))
                .execute(tx.conn())?;
            assert_eq!(rows, 1);
            Ok(())
        };
        desk.app.db.write(&WriteContext::of(Actor::named("test")), "test", again).await.unwrap();
        desk.app.work().await;
        assert_eq!(inbox(&desk.app).await.len(), 2);
        assert_eq!(notices(&desk, "").await.len(), 2);
    }

    async fn a_message_that_no_gateway_takes_is_tried_again(app: TestApp) {
        let desk = open(app).await;
        desk.cast(&phone(1), "for").await.expect(201);
        let messenger = Messenger::Gateways(Gateways::default());
        let deaf = App { messenger, ..desk.app.app.clone() };
        worker::step(&deaf).await.unwrap();
        let failed = notices(&desk, "?state=failed").await;
        assert_eq!(failed.len(), 1);
        desk.app.clock.advance(TimeDelta::seconds(10));
        desk.app.work().await;
        let rows = notices(&desk, "").await;
        assert_eq!((rows.len(), &rows[0]["state"]), (1, &json!("sent")));
        assert_eq!(rows[0]["notice_id"], failed[0]["notice_id"]);
        assert_eq!(inbox(&desk.app).await.len(), 1);
    }

    async fn who_has_no_contact_is_visited_and_that_is_kept(app: TestApp) {
        let desk = open(app).await;
        desk.paper_ballot("1-103", (["anna", "bobo"], "for")).await;
        desk.paper_ballot("1-101", (["anna", "bobo"], "for")).await;
        desk.app.work().await;
        let waiting = notices(&desk, "?state=no_contact").await;
        assert_eq!((waiting.len(), &waiting[0]["units"]), (1, &json!(["1-103"])));
        let sent = notices(&desk, "?state=sent").await;
        let clerk = desk.staff_again().await;
        let path = |row: &Value| {
            desk.path(&format!("/ballot-notices/{}/delivered", row["notice_id"].as_str().unwrap()))
        };
        let note = json!({ "note": "上门送达，业主签收" });
        assert_eq!(clerk.post(&path(&sent[0]), note.clone()).await.refused(409), "notice_state_conflict");
        assert_eq!(clerk.post(&path(&waiting[0]), json!({ "note": "" })).await.refused(422), "invalid_field");
        let kept = clerk.post(&path(&waiting[0]), note.clone()).await.expect(200);
        assert_eq!((&kept["state"], &kept["delivered_by"]), (&json!("delivered"), &json!("clerk")));
        assert_eq!(clerk.post(&path(&waiting[0]), note.clone()).await.refused(409), "notice_state_conflict");
        let csv = clerk.get(&desk.path("/ballot-notices.csv?state=delivered")).await;
        assert!(csv.text.contains("1-103") && csv.text.contains("已人工送达"), "{}", csv.text);
        assert!(!csv.text.contains("1-101"));
        // Neither an owner nor the clerk of another community has any business here.
        let owner = desk.app.owner(&phone(1)).await;
        assert_eq!(owner.get(&desk.path("/ballot-notices")).await.refused(403), "forbidden");
        let (elsewhere, _) = desk.app.community("别处").await;
        let other = desk.app.clerk("other", elsewhere).await;
        assert_eq!(other.get(&desk.path("/ballot-notices")).await.refused(404), "not_found");
        assert_eq!(other.post(&path(&waiting[0]), note).await.refused(404), "not_found");
    }
}
