//! Surveys over HTTP: questionnaires in versions, a frozen roll, answers that all stay, gates in whole
//! numbers, results without names, rectification and the next round.

mod answers;
mod entries;
mod gates;
mod links;
mod rounds;

use chrono::TimeDelta;
use jiugai::kernel::CommunityId;
use serde_json::{Value, json};

use crate::support::{Answer, Client, TestApp, TestUnit};

const FORMS: &str = "/api/v1/survey-questionnaires";
const PATH: &str = "/api/v1/surveys";

/// A desk of two clerks in a community.
pub struct Desk {
    pub app: TestApp,
    pub community: CommunityId,
    pub first: Client,
    pub second: Client,
}

/// A household with the token of its link.
#[derive(Clone)]
pub struct Home {
    pub id: String,
    pub code: String,
    pub token: String,
}

pub async fn desk(app: TestApp, units: &[TestUnit]) -> Desk {
    let community = app.register("幸福里小区", units).await;
    let first = app.clerk("first", community).await;
    let second = app.clerk("second", community).await;
    Desk { app, community, first, second }
}

fn option(key: &str, text: &str) -> Value {
    json!({ "key": key, "text": text })
}

/// A gate's question, an item with marks, a choice of several, and words.
pub fn questions() -> Value {
    json!([
        { "key": "overall", "text": "您对本次改造总体是否满意？", "kind": "single", "required": true,
          "gate": true, "in_favour": ["yes"],
          "options": [option("yes", "满意"), option("no", "不满意")] },
        { "key": "pipes", "text": "排水改造打几分？", "kind": "scale", "most": 5,
          "in_favour": ["4", "5"] },
        { "key": "more", "text": "还希望改什么？", "kind": "multiple", "most": 2,
          "options": [option("lift", "电梯"), option("park", "停车"), option("green", "绿化")] },
        { "key": "words", "text": "意见", "kind": "text" },
    ])
}

/// The same without a gate.
pub fn plain_questions() -> Value {
    let mut questions = questions();
    questions[0]["gate"] = json!(false);
    questions
}

pub fn yes() -> Value {
    json!({ "overall": "yes" })
}

pub fn no() -> Value {
    json!({ "overall": "no", "pipes": 2 })
}

impl Desk {
    /// A questionnaire's first version.
    pub async fn version(&self, purpose: &str, questions: Value) -> String {
        let body = json!({ "community_id": self.community, "purpose": purpose, "title": "问卷",
            "questions": questions });
        let form = self.first.post(FORMS, body).await.expect(201);
        form["versions"][0]["version_id"].as_str().unwrap().to_owned()
    }

    pub fn body(&self, version: &str) -> Value {
        json!({ "community_id": self.community, "version_id": version, "title": "居民调查",
            "subject": "改造方案第 2 版", "closes_at": "2026-03-10T18:00:00+08:00" })
    }

    /// A survey, drafted and open until 2026-03-10 18:00.
    pub async fn opened(&self, purpose: &str) -> String {
        let asks_gate = ["include", "adopt", "accept"].contains(&purpose);
        let asked = if asks_gate { questions() } else { plain_questions() };
        let version = self.version(purpose, asked).await;
        let survey = self.first.post(PATH, self.body(&version)).await.expect(201);
        let id = survey["survey_id"].as_str().unwrap().to_owned();
        self.open(&id).await.expect(200);
        id
    }

    pub async fn open(&self, id: &str) -> Answer {
        self.first.post(&format!("{PATH}/{id}/open"), json!({})).await
    }

    /// New links for every household, in the order of the roll.
    pub async fn homes(&self, id: &str) -> Vec<Home> {
        let issued = self.first.post(&format!("{PATH}/{id}/links"), json!({})).await.expect(201);
        let text = |link: &Value, name: &str| link[name].as_str().unwrap().to_owned();
        let links = issued["links"].as_array().unwrap().clone();
        let home = |link: &Value| Home {
            id: text(link, "household_id"),
            code: text(link, "code"),
            token: text(link, "token"),
        };
        links.iter().map(home).collect()
    }

    pub async fn answer(&self, home: &Home, answers: Value) -> Answer {
        let body = json!({ "respondent": "tenant", "answers": answers });
        self.app.anon().post(&format!("/api/v1/public/survey-links/{}", home.token), body).await
    }

    /// `yes` households in favour, then `no` against, from the first of the roll on.
    pub async fn answers(&self, homes: &[Home], (in_favour, against): (usize, usize)) {
        for (at, home) in homes.iter().take(in_favour + against).enumerate() {
            let given = if at < in_favour { yes() } else { no() };
            self.answer(home, given).await.expect(201);
        }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.first.get(&format!("{PATH}/{path}")).await
    }

    /// Past the close: the worker counts. Sessions of before have ended.
    pub async fn after_the_close(&mut self) {
        self.app.clock.advance(TimeDelta::days(9));
        self.app.work().await;
        self.first = self.app.sign_in("first").await;
        self.second = self.app.sign_in("second").await;
    }
}
