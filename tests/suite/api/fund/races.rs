//! Many at once: one account is never overdrawn, a repeated request has one effect.

use serde_json::json;

use super::fund;
use crate::{
    api::renovation::id_of,
    db_test,
    support::{Answer, TestApp},
};

/// All at once, each on a task of its own.
async fn all<F: Future<Output = Answer> + 'static>(requests: Vec<F>) -> Vec<Answer> {
    let tasks: Vec<_> = requests.into_iter().map(actix_web::rt::spawn).collect();
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.unwrap());
    }
    answers
}

db_test! {
    async fn clients_that_drain_one_account_stop_at_zero(app: TestApp) {
        let fund = fund(app).await;
        fund.scheme().await;
        fund.ask(json!({ "kind": "receipt", "amount": "10.00", "bank_serial": "S0", "memo": "?" }))
            .await
            .expect(201);
        let journal = id_of(&fund.get("/journals").await["items"][0]);
        let unit = fund.unit("1-101").await;
        let clerk = fund.clerk().await;
        let path = fund.path("/operations");
        let ask = |_| {
            let operation = json!({ "kind": "identify_receipt", "journal_id": journal,
                "unit_id": unit, "amount": "1.00" });
            let (clerk, path) = (clerk.clone(), path.clone());
            async move { clerk.post(&path, json!({ "operation": operation })).await }
        };
        let mut booked = 0;
        while booked < 10 {
            let answers = all((0..16).map(ask).collect()).await;
            let done = answers.iter().filter(|answer| answer.status == 201).count();
            let busy = answers.iter().filter(|answer| answer.status == 503).count();
            let refused = answers.iter().filter(|answer| answer.status == 409).count();
            assert_eq!(done + busy + refused, 16);
            booked += done;
            assert!(booked <= 10, "the account held ten");
        }
        assert_eq!(fund.balances().await[0], "10.00");
        fund.sound().await;
    }

    async fn a_repeated_request_has_one_effect(app: TestApp) {
        let fund = fund(app).await;
        fund.scheme().await;
        let unit = fund.unit("1-101").await;
        let body = json!({ "operation": { "kind": "deposit", "unit_id": unit, "amount": "1.00",
            "bank_serial": "S1" } });
        let clerk = fund.clerk().await;
        let path = fund.path("/operations");
        let once = |_| {
            let (clerk, path, body) = (clerk.clone(), path.clone(), body.clone());
            async move { clerk.post_once(&path, "key-1", body).await }
        };
        let sent = all((0..8).map(once).collect()).await;
        let first = sent.iter().find(|one| one.status == 201).unwrap().json();
        for answer in &sent {
            assert!([201, 409].contains(&answer.status), "{}", answer.text);
            if answer.status == 201 {
                assert_eq!(answer.json(), first);
            }
        }
        assert_eq!(fund.balances().await[0], "1.00");
    }
}
