//! Consultations over HTTP: rounds, visits from phones, own words, corrections, targets, assignments.

use jiugai::{
    kernel::{CommunityId, UtcTime},
    platform::{
        auth::Scope,
        db::{Actor, WriteContext},
    },
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    db_test,
    support::{Answer, Client, TestApp, TestUnit, flat, flats, phone},
};

mod applications;
mod cases;
mod corrections;
mod crowd;
mod rounds;
mod visits;

const PATH: &str = "/api/v1/consultations";

/// A community that is consulted, and those who work on it.
struct Desk {
    app: TestApp,
    community: CommunityId,
    clerk: Client,
    committee: Client,
    grid: Client,
    id: String,
    /// The households' units, by number.
    units: Vec<String>,
}

async fn desk_of(app: TestApp, units: &[TestUnit]) -> Desk {
    let community = app.register("幸福里小区", units).await;
    let clerk = app.clerk("clerk", community).await;
    let scope = Scope::Community(community);
    let committee = app.staff("committee", &[("committee", scope.clone())]).await;
    let grid = app.staff("grid", &[("grid_worker", scope)]).await;
    let body = json!({ "community_id": community, "title": "改造意愿征询" });
    let made = clerk.post(PATH, body).await.expect(201);
    let id = made["consultation_id"].as_str().unwrap().to_owned();
    let list = format!("{PATH}/{id}/rounds/1/targets?limit=200");
    let found = clerk.get(&list).await.expect(200);
    let unit = |target: &Value| target["unit_id"].as_str().unwrap().to_owned();
    let units = found["items"].as_array().unwrap().iter().map(unit).collect();
    Desk { app, community, clerk, committee, grid, id, units }
}

async fn desk(app: TestApp) -> Desk {
    desk_of(app, &flats(5, "80.00")).await
}

/// What a visit of a round by its proper visitors found; the clock has stood still since.
fn visit(unit: &str, round: u32, stance: &str, at: UtcTime) -> Value {
    let roles = match round {
        1 => ["committee", "volunteer"],
        2 => ["grid_worker", "volunteer"],
        _ => ["residents_committee", "grid_worker"],
    };
    let mut visit = json!({ "client_id": Uuid::now_v7(), "unit_id": unit, "round": round,
        "visitors": [{ "name": "王甲", "role": roles[0] }, { "name": "李乙", "role": roles[1] }],
        "visited_at": at, "place": "住户家中", "stance": stance });
    match stance {
        "unreached" => visit["reason"] = json!("unreachable"),
        "support" => visit["confirmation"] = json!("signed"),
        _ => {
            visit["reason"] = json!("cost");
            visit["note"] = json!("分期缴纳");
            visit["confirmation"] = json!("signed");
        }
    }
    visit
}

impl Desk {
    fn path(&self, rest: &str) -> String {
        format!("{PATH}/{}{rest}", self.id)
    }

    /// The instant, on a clock that moves five seconds a step.
    fn tick(&self) -> UtcTime {
        self.app.clock.advance(chrono::TimeDelta::seconds(5));
        self.app.clock.legal_now()
    }

    async fn open(&self) -> Value {
        self.tick();
        self.clerk.post(&self.path("/rounds/open"), json!({})).await.expect(200)
    }

    async fn close(&self) -> Value {
        self.tick();
        self.clerk.post(&self.path("/rounds/close"), json!({})).await.expect(200)
    }

    async fn upload(&self, client: &Client, visits: &[Value]) -> Answer {
        client.post(&self.path("/visits/batch"), json!({ "visits": visits })).await
    }

    async fn household(&self, unit: usize) -> Value {
        let path = self.path(&format!("/households/{}", self.units[unit]));
        self.clerk.get(&path).await.expect(200)
    }

    async fn targets(&self, round: u32) -> Vec<String> {
        let list = self.path(&format!("/rounds/{round}/targets?limit=200"));
        let found = self.clerk.get(&list).await.expect(200);
        let codes = found["items"].as_array().unwrap().iter();
        codes.map(|target| target["unit_code"].as_str().unwrap().to_owned()).collect()
    }
}

/// Outcome and code of each visit of a batch.
fn outcomes(answer: &Value) -> Vec<(String, Option<String>)> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let visits = answer["visits"].as_array().unwrap().iter();
    visits.map(|one| (text(&one["outcome"]).unwrap(), text(&one["code"]))).collect()
}
