//! The repair fund over HTTP: the cycle of 宁波 即交即用即补, its refusals, races.

mod auditor;
mod cycle;
mod income;
mod ledger;
mod races;
mod refusals;

use serde_json::{Value, json};

use super::{
    renovation::{id_of, plan, project, put},
    voting::{Desk, draft},
};
use crate::support::{Answer, Client, TestApp, flat, phone};
use jiugai::{
    kernel::CommunityId,
    platform::auth::Scope,
    registry::{RegisterScope, list_unit_places},
};

/// The units of the worked cases.
const AREAS: [(&str, &str); 3] = [("1-101", "68.37"), ("1-102", "53.47"), ("1-103", "47.13")];

/// Books of a community of three units whose owners decided to raise and to use the fund, and a project
/// whose plan they decided.
pub struct Fund {
    pub desk: Desk,
    pub book: String,
    pub project: String,
}

/// The vote on 6 and 5 confirmed; books opened; nothing paid in.
pub async fn fund(app: TestApp) -> Fund {
    let units: Vec<_> =
        AREAS.iter().zip(1..).map(|((code, area), n)| flat(code, area, &[&phone(n)])).collect();
    let desk = draft(app, &units, &["6", "5"]).await;
    desk.open().await;
    for n in 1..=3 {
        desk.cast(&phone(n), "for").await.expect(201);
    }
    let clerk = desk.close_and_count().await;
    clerk.post(&desk.path("/publish"), json!({})).await.expect(200);
    desk.app.clock.advance(chrono::TimeDelta::days(12));
    desk.staff_again().await.post(&desk.path("/confirm"), json!({})).await.expect(200);
    let scope = Scope::Community(desk.community);
    for login in ["street", "street2"] {
        desk.app.account(login, &[("street_office", scope.clone())]).await;
    }
    desk.app.account("treasury", &[("housing_bureau", Scope::Everything)]).await;
    let clerk = desk.staff_again().await;
    let project = project(&clerk, (desk.community, "幸福里改造")).await;
    let path = format!("/api/v1/projects/{project}/plans");
    let drafted = clerk.post(&path, plan()).await.expect(201);
    let fix = format!("{path}/{}/fix", id_of(&drafted));
    clerk.post(&fix, json!({ "sha256": drafted["sha256"] })).await.expect(200);
    put(&desk.app, &project, "approved").await;
    let body = json!({ "community_id": desk.community, "bank_name": "建设银行海曙支行",
        "bank_account": "33150198623600000001" });
    let book = clerk.post("/api/v1/ledger-books", body).await.expect(201);
    assert_eq!(book["bank_account_end"], "0001");
    Fund { desk, book: id_of(&book), project }
}

/// A unit of a community by its number.
pub async fn unit_of(app: &TestApp, community: CommunityId, code: &str) -> String {
    let today = app.db.clock().legal_now().local_date();
    let read = app
        .db
        .read(move |conn| Ok(list_unit_places(conn, &RegisterScope::Community(community), today)?));
    let units = read.await.unwrap();
    units.iter().find(|unit| unit.code == code).unwrap().id.to_string()
}

impl Fund {
    pub fn path(&self, rest: &str) -> String {
        format!("/api/v1/ledger-books/{}{rest}", self.book)
    }

    pub async fn clerk(&self) -> Client {
        self.desk.staff_again().await
    }

    pub async fn street(&self) -> Client {
        self.desk.app.sign_in("street").await
    }

    pub async fn post(&self, rest: &str, body: Value) -> Answer {
        self.clerk().await.post(&self.path(rest), body).await
    }

    pub async fn get(&self, rest: &str) -> Value {
        self.clerk().await.get(&self.path(rest)).await.expect(200)
    }

    /// The clerk asks for an operation.
    pub async fn ask(&self, operation: Value) -> Answer {
        self.post("/operations", json!({ "operation": operation })).await
    }

    /// Asked for by the clerk, checked by the street.
    pub async fn book(&self, operation: Value) -> Value {
        let asked = self.ask(operation).await.expect(201);
        assert_eq!((&asked["state"], &asked["signatures_needed"]), (&json!("proposed"), &json!(1)));
        self.check(&asked).await.expect(200)
    }

    pub async fn check(&self, asked: &Value) -> Answer {
        let path = self.path(&format!("/operations/{}/check", id_of(asked)));
        self.street().await.post(&path, json!({})).await
    }

    /// A scheme at 60 %.
    pub async fn scheme(&self) -> Value {
        let body = json!({ "title": "2026年补建方案", "standard": "multi-storey", "percent": 60,
            "due_on": "2026-12-31", "raise_vote_id": self.desk.vote });
        self.post("/schemes", body).await.expect(201)
    }

    /// The units of the books by their number.
    pub async fn unit(&self, code: &str) -> String {
        unit_of(&self.desk.app, self.desk.community, code).await
    }

    pub async fn deposit(&self, (code, amount, serial): (&str, &str, &str)) -> Answer {
        let unit = self.unit(code).await;
        self.ask(json!({ "kind": "deposit", "unit_id": unit, "amount": amount,
            "bank_serial": serial }))
            .await
    }

    /// Scheme and deposits as in F1.
    pub async fn paid_in(&self) {
        self.scheme().await;
        for (at, amount) in ["2666.43", "2085.33", "1838.07"].iter().enumerate() {
            let serial = format!("S{at}");
            let booked = self.deposit((AREAS[at].0, amount, &serial)).await.expect(201);
            assert_eq!(booked["state"], "booked");
        }
    }

    pub async fn reserve(&self, amount: &str) -> Answer {
        let body = json!({ "project_id": self.project, "plan_item": "B01",
            "contractor": "某某建设", "contract": "HT-1", "use_vote_id": self.desk.vote,
            "amount": amount, "liability": "common_parts" });
        self.post("/uses", body).await
    }

    pub fn payment(&self, of: &Value, (amount, invoice): (&str, &str)) -> Value {
        json!({ "kind": "pay", "use_id": id_of(of), "amount": amount, "payee": "某某建设",
            "invoice": invoice, "acceptance": "YS-1", "bank_serial": format!("P-{invoice}") })
    }

    pub fn audit(&self, of: &Value, audited: &str, serial: Option<&str>) -> Value {
        json!({ "kind": "audit", "use_id": id_of(of), "audited": audited, "report": "SD-1",
            "bank_serial": serial })
    }

    pub async fn budget(&self, tier: &str, amount: &str) {
        let bureau = self.desk.app.sign_in("treasury").await;
        let body = json!({ "division_code": "330203", "tier": tier, "year": 2026,
            "amount": amount, "document": "甬财建〔2026〕12号" });
        let request = bureau.request("PUT", "/api/v1/fund-budgets").json(&body);
        bureau.send(request).await.expect(200);
    }

    /// What the sub-accounts hold, in the order of the units.
    pub async fn balances(&self) -> Vec<String> {
        let trial = self.get("/trial-balance").await;
        assert_eq!(trial["assets"], trial["liabilities"]);
        let accounts = trial["accounts"].as_array().unwrap();
        let of = |code: &str| {
            let found = accounts.iter().find(|one| {
                one["kind"] == "unit" && one["title"].as_str().unwrap().ends_with(code)
            });
            found.map_or("0.00".to_owned(), |one| one["balance"].as_str().unwrap().to_owned())
        };
        AREAS.iter().map(|(code, _)| of(code)).collect()
    }

    /// The books agree with themselves and with their log.
    pub async fn sound(&self) {
        let found = self.desk.app.db.snapshot(jiugai::ledger::check_books).await.unwrap();
        assert_eq!(found.faults, Vec::<String>::new());
    }
}
