//! Joint reviews over HTTP: rounds, opinions, answers, silence, closing.

mod closing;
mod races;
mod rounds;
mod silence;
mod speakers;

use diesel::{QueryDsl, RunQueryDsl};
use jiugai::platform::{auth::Scope, db::schema::communities};
use serde_json::{Value, json};

use super::renovation::{Work, id_of, plan, work};
use crate::support::{Answer, TestApp};

pub const PATH: &str = "/api/v1/joint-reviews";
/// SHA-256 of some document.
pub const SHA: &str = "abababababababababababababababababababababababababababababababab";

/// The departments of the tests with the logins of their delegates.
pub const LOGINS: &[(&str, &str)] = &[
    ("城管", "chengguan"),
    ("消防", "xiaofang"),
    ("公安", "gongan"),
    ("交管", "jiaoguan"),
    ("水务", "shuiwu"),
    ("供电", "gongdian"),
    ("园林", "yuanlin"),
    ("文旅", "wenlv"),
    ("住建", "zhujian"),
    ("规划", "guihua"),
];

/// A project with a review, and who takes part.
pub struct Review {
    pub work: Work,
    pub id: String,
    pub plan: String,
}

/// Names a delegate of each department in the community's division.
pub async fn name_delegates(work: &Work) {
    let (app, community) = (&work.desk.app, work.desk.community);
    let read = app.db.read(move |conn| {
        let found = communities::table.find(community).select(communities::division_code);
        Ok(found.first::<String>(conn)?)
    });
    let division = read.await.unwrap()[..6].to_owned();
    let bureau = app.bureau().await;
    for (department, login) in LOGINS {
        app.account(login, &[("reviewer", Scope::Everything)]).await;
        let body = json!({ "login": login, "department": department, "division_code": division });
        bureau.post("/api/v1/review-delegates", body).await.expect(201);
    }
}

/// A project under the national policy, with a fixed plan and its first round opened.
pub async fn review(app: TestApp) -> Review {
    let work = work(app, "national").await;
    name_delegates(&work).await;
    let (plan, _) = work.fix(plan()).await;
    let opened = work.open_review(&plan, json!({})).await.expect(201);
    Review { id: id_of(&opened), plan, work }
}

impl Work {
    /// Opens a round of the project's review.
    pub async fn open_review(&self, plan: &str, body: Value) -> Answer {
        self.post(&format!("/plans/{plan}/reviews"), body).await
    }

    /// The whole joint review of a plan in one go: every department passes what it is asked about.
    pub async fn review(&self, plan: &str) {
        let is_first = self.clerk().await.get("/api/v1/joint-reviews").await.expect(200)["items"]
            .as_array()
            .unwrap()
            .is_empty();
        if is_first {
            name_delegates(self).await;
        }
        let opened = self.open_review(plan, json!({})).await.expect(201);
        let id = id_of(&opened);
        pass_what_waits(self, &id).await;
        self.clerk().await.post(&format!("{PATH}/{id}/close"), json!({})).await.expect(200);
    }
}

/// An opinion's body.
pub fn opinion(item: i32, verdict: &str, text: &str) -> Value {
    json!({ "item": item, "verdict": verdict, "text": text })
}

async fn opine(work: &Work, id: &str, department: &str, opinions: Value) -> Answer {
    let (_, login) = LOGINS.iter().find(|(name, _)| *name == department).unwrap();
    let delegate = work.desk.app.sign_in(login).await;
    let body = json!({ "department": department, "opinions": opinions });
    delegate.post(&format!("{PATH}/{id}/opinions"), body).await
}

/// Every department passes what it has said nothing of.
pub async fn pass_what_waits(work: &Work, id: &str) {
    let view = work.clerk().await.get(&format!("{PATH}/{id}")).await.expect(200);
    for department in names(&view) {
        let waiting: Vec<Value> = states(&view, &department)
            .into_iter()
            .filter(|(_, state)| state == "no_opinion")
            .map(|(item, _)| opinion(item, "pass", ""))
            .collect();
        if !waiting.is_empty() {
            opine(work, id, &department, json!(waiting)).await.expect(201);
        }
    }
}

/// The departments of a case.
pub fn names(view: &Value) -> Vec<String> {
    let of = |one: &Value| one["department"].as_str().unwrap().to_owned();
    view["departments"].as_array().unwrap().iter().map(of).collect()
}

/// How each item stands with a department.
pub fn states(view: &Value, department: &str) -> Vec<(i32, String)> {
    let mut found = Vec::new();
    for item in view["items"].as_array().unwrap() {
        let departments = item["departments"].as_array().unwrap();
        for one in departments.iter().filter(|one| one["department"] == department) {
            let number = i32::try_from(item["item"].as_i64().unwrap()).unwrap();
            found.push((number, one["state"].as_str().unwrap().to_owned()));
        }
    }
    found
}

/// The opinion that counts.
pub fn standing(view: &Value, department: &str, item: usize) -> Value {
    let departments = view["items"][item - 1]["departments"].as_array().unwrap();
    let found = departments.iter().find(|one| one["department"] == department);
    found.map(|one| one["opinion"].clone()).unwrap_or_default()
}

impl Review {
    pub fn path(&self, rest: &str) -> String {
        format!("{PATH}/{}{rest}", self.id)
    }

    pub async fn view(&self) -> Value {
        self.get("").await
    }

    pub async fn get(&self, rest: &str) -> Value {
        self.work.clerk().await.get(&self.path(rest)).await.expect(200)
    }

    pub async fn post(&self, rest: &str, body: Value) -> Answer {
        self.work.clerk().await.post(&self.path(rest), body).await
    }

    pub async fn opine(&self, department: &str, opinions: Value) -> Answer {
        opine(&self.work, &self.id, department, opinions).await
    }

    pub async fn close(&self) -> Answer {
        self.post("/close", json!({})).await
    }

    /// What is open: department, item, what is missing.
    pub async fn open_points(&self) -> Vec<String> {
        points(&self.view().await["open_points"])
    }

    /// Answers the opinion that counts.
    pub async fn answer(&self, department: &str, item: usize, body: Value) -> Answer {
        let id = id_of(&standing(&self.view().await, department, item));
        self.post(&format!("/opinions/{id}/answer"), body).await
    }
}

/// Points as short words.
pub fn points(list: &Value) -> Vec<String> {
    let word = |one: &Value| {
        let text = |name: &str| one[name].as_str().unwrap().to_owned();
        format!("{} {} {}", text("department"), one["item"], text("missing"))
    };
    list.as_array().unwrap().iter().map(word).collect()
}
