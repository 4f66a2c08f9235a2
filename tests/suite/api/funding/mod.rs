//! Money from several channels over HTTP: each yuan keeps its channel and its purpose.

mod allocations;
mod constraints;
mod contracts;
mod races;
mod reads;
mod sources;

use jiugai::platform::auth::Scope;
use serde_json::{Value, json};

use super::renovation::{Work, id_of, work};
use crate::support::{Answer, Client, TestApp};

pub const SOURCES: &str = "/api/v1/funding-sources";

/// A project with a fixed plan: drainage 100.00, an elevator 1000.00, roads 50.00. The bureau records
/// sources and confirms, the street office allocates.
pub struct Money {
    pub work: Work,
    pub bureau: Client,
    pub street: Client,
}

pub fn plan(items: &[(&str, &str)]) -> Value {
    let items =
        items.iter().map(|(code, cost)| json!({ "code": code, "quantity": "1", "cost": cost }));
    json!({ "funding": "多渠道", "starts_on": "2026-06-01", "ends_on": "2026-11-30",
        "items": items.collect::<Vec<_>>() })
}

pub async fn money(app: TestApp) -> Money {
    let work = work(app, "national").await;
    work.fix(plan(&[("B02", "100.00"), ("I14", "1000.00"), ("B05", "50.00")])).await;
    let bureau = work.desk.app.bureau().await;
    let scope = Scope::Division("330203".to_owned());
    let street = work.desk.app.staff("street", &[("street_office", scope)]).await;
    Money { work, bureau, street }
}

pub fn source(channel: &str, purposes: &[&str], amount: &str) -> Value {
    json!({ "channel": channel, "name": format!("{channel}资金"), "document": "甬财〔2026〕1号",
        "region": "3302", "valid_from": "2026-01-01", "valid_until": "2026-12-31",
        "purposes": purposes, "amount": amount })
}

pub fn with(mut body: Value, name: &str, value: impl Into<Value>) -> Value {
    body[name] = value.into();
    body
}

/// A refusal's code with what there is and what would be needed.
#[track_caller]
pub fn short(answer: &Answer) -> (String, String, String) {
    let code = answer.refused(409);
    let params = answer.json()["params"].clone();
    let text = |name: &str| params[name].as_str().unwrap_or_default().to_owned();
    (code, text("have"), text("need"))
}

pub fn is(code: &str, have: &str, need: &str) -> (String, String, String) {
    (code.to_owned(), have.to_owned(), need.to_owned())
}

impl Money {
    /// A recorded source.
    pub async fn source(&self, body: Value) -> String {
        id_of(&self.bureau.post(SOURCES, body).await.expect(201))
    }

    pub fn path(&self, rest: &str) -> String {
        self.work.path(&format!("/funding{rest}"))
    }

    pub async fn allocate(&self, source: &str, item: &str, amount: &str) -> Answer {
        let body = json!({ "source_id": source, "item_key": item, "amount": amount });
        self.street.post(&self.path("/allocations"), body).await
    }

    /// An allocation that stands.
    pub async fn allocated(&self, source: &str, item: &str, amount: &str) -> String {
        id_of(&self.allocate(source, item, amount).await.expect(201))
    }

    pub async fn matrix(&self) -> Value {
        self.street.get(&self.path("")).await.expect(200)
    }

    pub async fn seen(&self, source: &str) -> Value {
        self.bureau.get(&format!("{SOURCES}/{source}")).await.expect(200)
    }

    pub async fn release(&self, allocation: &str, amount: &str) -> Answer {
        let path = format!("/api/v1/funding-allocations/{allocation}/releases");
        self.street.post(&path, json!({ "amount": amount, "reason": "结余" })).await
    }

    pub async fn commit(&self, allocation: &str, contract: &str, amount: &str) -> Answer {
        let path = format!("/api/v1/funding-allocations/{allocation}/commitments");
        let body = json!({ "contract_number": contract, "counterparty": "甬江市政公司", "amount": amount });
        self.street.post(&path, body).await
    }

    pub async fn pay(&self, commitment: &str, (invoice, of): (&str, &str), amount: &str) -> Answer {
        let path = format!("/api/v1/funding-commitments/{commitment}/payments");
        let body = json!({ "invoice_number": invoice, "invoice_amount": of, "amount": amount });
        self.street.post(&path, body).await
    }

    pub async fn confirm(&self, payment: &str) -> Answer {
        self.bureau.post(&format!("/api/v1/funding-payments/{payment}/confirm"), json!({})).await
    }
}
