//! Renovation projects over HTTP: gates, plans, evidence, lists.

mod changes;
mod deadlines;
mod gates;
mod held_surveys;
mod lists;
mod plans;
mod public;

use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use jiugai::{
    kernel::{CommunityId, ProjectId, hex},
    platform::db::{
        Actor, WriteContext,
        schema::{communities, divisions, projects},
    },
    renovation::{Gate, GateAnswer},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::voting::Desk;
use crate::support::{Answer, Client, TestApp, flats, phone};

pub const PROJECTS: &str = "/api/v1/projects";

/// A desk and the project it works on.
pub struct Work {
    pub desk: Desk,
    pub project: String,
}

pub fn sha256(text: &str) -> String {
    hex::encode(&Sha256::digest(text.as_bytes()))
}

pub fn id_of(view: &Value) -> String {
    view["id"].as_str().unwrap().to_owned()
}

/// Water pipes and lamps.
pub fn plan() -> Value {
    json!({ "funding": "财政补助 70%，业主分摊 30%", "starts_on": "2026-06-01", "ends_on": "2026-11-30",
        "items": [
            { "code": "B01", "quantity": "120.5", "cost": "360000.00", "mandatory": true },
            { "code": "I03", "quantity": "18", "cost": "27000.00" },
        ] })
}

/// Puts a community into a division whose projects may pin this policy.
pub async fn settle(app: &TestApp, community: CommunityId, policy: &str) {
    let code = match policy {
        "hebei" => "130102001001",
        "zhuhai-chengdu" => "440402001001",
        "beijing" => "110101001001",
        "wuhan" => "420102001001",
        "xianning" => "421202001001",
        "shanghai-hangzhou-elevator" => "310101001001",
        _ => return,
    };
    let context = WriteContext::of(Actor::named("test"));
    let write = move |tx: &mut jiugai::platform::db::WriteTx<'_>| {
        let row = (divisions::code.eq(code), divisions::name.eq("别的社区"));
        diesel::insert_into(divisions::table).values(row).execute(tx.conn())?;
        let found = communities::table.filter(communities::id.eq(community));
        diesel::update(found).set(communities::division_code.eq(code)).execute(tx.conn())?;
        Ok(())
    };
    app.db.write(&context, "test", write).await.unwrap();
}

/// A community of three households, and a project under this policy.
pub async fn work(app: TestApp, policy: &str) -> Work {
    let community = app.register("幸福里小区", &flats(3, "100.00")).await;
    settle(&app, community, policy).await;
    let clerk = app.clerk("clerk", community).await;
    let body = json!({ "community_id": community, "policy": policy, "name": "幸福里改造" });
    let view = clerk.post(PROJECTS, body).await.expect(201);
    let desk = Desk { app, clerk, community, vote: String::new(), items: Vec::new() };
    Work { desk, project: id_of(&view) }
}

impl Work {
    pub fn path(&self, rest: &str) -> String {
        format!("{PROJECTS}/{}{rest}", self.project)
    }

    /// The clerk, signed in anew.
    pub async fn clerk(&self) -> Client {
        self.desk.staff_again().await
    }

    pub async fn post(&self, rest: &str, body: Value) -> Answer {
        self.clerk().await.post(&self.path(rest), body).await
    }

    pub async fn get(&self, rest: &str) -> Value {
        self.clerk().await.get(&self.path(rest)).await.expect(200)
    }

    pub async fn evidence(&self, requirement: &str, proof: Value) -> Answer {
        self.post("/evidence", json!({ "requirement": requirement, "proof": proof })).await
    }

    /// A document for a requirement.
    pub async fn document(&self, requirement: &str) {
        let document = json!({ "title": requirement, "sha256": sha256(requirement) });
        let proof = json!({ "kind": "document", "document": document });
        self.evidence(requirement, proof).await.expect(201);
    }

    /// A closed survey of ten households that answers so.
    pub async fn survey(&self, requirement: &str, (gate, agreeing, answered): (Gate, u64, u64)) {
        let id = self.desk.app.surveys.add(self.answer(gate, agreeing, answered));
        let proof = json!({ "kind": "survey", "survey_id": id });
        self.evidence(requirement, proof).await.expect(201);
    }

    pub fn answer(&self, gate: Gate, agreeing: u64, answered: u64) -> GateAnswer {
        GateAnswer {
            gate,
            community_id: self.desk.community,
            opened_at: Some(self.desk.app.db.clock().legal_now()),
            is_closed: true,
            holds: true,
            agreeing,
            answered,
            households: 10,
            plan_sha256: None,
            link: "/api/v1/surveys/x".to_owned(),
        }
    }

    /// Goes on, to this stage.
    pub async fn advance(&self, stage: &str) {
        let view = self.post("/advance", json!({})).await.expect(200);
        assert_eq!(view["stage"], stage);
    }

    /// Is refused: these requirements are missing, each for this reason; readiness says the same.
    #[track_caller]
    pub fn refused<'a>(
        &'a self,
        missing: &'a [(&'a str, &'a str)],
    ) -> impl Future<Output = ()> + 'a {
        let caller = std::panic::Location::caller();
        async move {
            let answer = self.post("/advance", json!({})).await;
            assert_eq!(answer.refused(409), "project_not_ready", "{caller}");
            let told = answer.json()["params"]["requirements"].clone();
            let unmet = told.as_array().unwrap().iter().filter(|one| one["met"] == false);
            let unmet: Vec<(&str, &str)> = unmet
                .map(|one| {
                    let text = |name: &str| one[name].as_str().unwrap();
                    (text("requirement"), text("reason"))
                })
                .collect();
            assert_eq!(unmet, missing, "{caller}");
            let readiness = self.get("/readiness").await;
            assert_eq!((&readiness["requirements"], &readiness["ready"]), (&told, &json!(false)));
        }
    }

    /// Drafts and fixes a plan; answers its id and its SHA-256.
    pub async fn fix(&self, plan: Value) -> (String, String) {
        let draft = self.post("/plans", plan).await.expect(201);
        let (id, sha) = (id_of(&draft), draft["sha256"].as_str().unwrap().to_owned());
        let body = json!({ "sha256": sha });
        let fixed = self.post(&format!("/plans/{id}/fix"), body).await.expect(200);
        assert_eq!((&fixed["state"], &fixed["sha256"]), (&json!("fixed"), &json!(sha)));
        (id, sha)
    }

    /// Drafts a vote of the community, with the documents of these plans attached.
    pub async fn draft_vote(&mut self, plans: &[&str]) {
        let body = json!({ "title": "改造方案表决", "community_id": self.desk.community,
            "items": [{ "title": "改造方案", "matters": ["7"] }] });
        let vote = self.clerk().await.post("/api/v1/votes", body).await.expect(201);
        self.desk.vote = id_of(&vote);
        self.desk.items = vec![id_of(&vote["items"][0])];
        for plan in plans {
            self.attach(plan).await;
        }
    }

    /// Attaches a plan's document to the vote, as it is; answers the material's SHA-256.
    pub async fn attach(&self, plan: &str) -> String {
        let clerk = self.clerk().await;
        let bytes = clerk.bytes(&self.path(&format!("/plans/{plan}/document"))).await;
        let part = reqwest::multipart::Part::bytes(bytes).file_name("plan.txt");
        let part = part.mime_str("text/plain").unwrap();
        let form = reqwest::multipart::Form::new().part("file", part);
        let request = clerk.request("POST", &self.desk.path("/materials")).multipart(form);
        let kept = clerk.send(request).await.expect(201);
        kept["sha256"].as_str().unwrap().to_owned()
    }

    pub async fn link_vote(&self, requirement: &str) -> Answer {
        let proof = json!({ "kind": "vote", "vote_id": self.desk.vote });
        self.evidence(requirement, proof).await
    }

    /// Everybody votes for it; counted, published and confirmed.
    pub async fn decide(&self) {
        self.desk.open().await;
        for n in 1..=3 {
            self.desk.cast(&phone(n), "for").await.expect(201);
        }
        let clerk = self.desk.close_and_count().await;
        clerk.post(&self.desk.path("/publish"), json!({})).await.expect(200);
        self.desk.app.clock.advance(chrono::TimeDelta::days(12));
        self.clerk().await.post(&self.desk.path("/confirm"), json!({})).await.expect(200);
    }
}

/// Puts a project into a stage, past every rule.
pub async fn put(app: &TestApp, project: &str, stage: &'static str) {
    let id: ProjectId = project.parse().unwrap();
    let context = WriteContext::of(Actor::named("test"));
    let write = move |tx: &mut jiugai::platform::db::WriteTx<'_>| {
        let found = projects::table.filter(projects::id.eq(id));
        diesel::update(found).set(projects::stage.eq(stage)).execute(tx.conn())?;
        Ok(())
    };
    app.db.write(&context, "test", write).await.unwrap();
}

/// Another project of a community.
pub async fn project(client: &Client, (community, name): (CommunityId, &str)) -> String {
    let body = json!({ "community_id": community, "policy": "national", "name": name });
    id_of(&client.post(PROJECTS, body).await.expect(201))
}
