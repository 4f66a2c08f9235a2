//! The statutory vote over HTTP.

mod agents;
mod amendments;
mod ballots;
mod boundaries;
mod changes;
mod composites;
mod deliveries;
mod disputes;
mod extension;
mod log;
mod notices;
mod objections;
mod one_person;
mod packs;
mod pages;
mod paper;
mod path;
mod proxies;
mod questions;
mod races;
mod receipts;
mod recheck;
mod recounts;
mod reminders;
mod rewrites;
mod scans;
mod scopes;
mod silence;
mod sittings;
mod transfers;
mod witnesses;
mod worked_cases;

use chrono::TimeDelta;
use jiugai::{
    kernel::CommunityId,
    verifier::{Request, Source, verify},
};
use serde_json::{Value, json};

use crate::{
    support::{Client, TestApp, TestUnit},
    verifier::{Said, python},
};

/// A desk that may do everything with votes, and the vote it works on.
pub struct Desk {
    pub app: TestApp,
    pub clerk: Client,
    pub community: CommunityId,
    pub vote: String,
    pub items: Vec<String>,
}

/// A vote of a community of these units: `matters` gives one item each.
pub async fn draft(app: TestApp, units: &[TestUnit], matters: &[&str]) -> Desk {
    let community = app.register("幸福里小区", units).await;
    let bureau = app.bureau().await;
    drop(bureau);
    let clerk = app.clerk("clerk", community).await;
    let items: Vec<Value> =
        matters.iter().map(|m| json!({ "title": format!("事项{m}"), "matters": [m] })).collect();
    let body = json!({ "title": "改造方案表决", "community_id": community, "items": items });
    let vote = clerk.post("/api/v1/votes", body).await.expect(201);
    let items = vote["items"].as_array().unwrap().iter();
    let items = items.map(|item| item["id"].as_str().unwrap().to_owned()).collect();
    let vote = vote["id"].as_str().unwrap().to_owned();
    Desk { app, clerk, community, vote, items }
}

impl Desk {
    /// The same desk after the machine was stopped and started again, over another database perhaps.
    pub async fn again(self, database: Option<crate::support::TestDatabase>) -> Self {
        let app = self.app.again(database).await;
        let clerk = app.sign_in("clerk").await;
        Self { app, clerk, ..self }
    }

    pub fn path(&self, rest: &str) -> String {
        format!("/api/v1/votes/{}{rest}", self.vote)
    }

    /// Freezes the roll, gives notice for 7 days from the earliest opening, and opens.
    pub async fn open(&self) {
        self.clerk.post(&self.path("/freeze-roll"), json!({})).await.expect(200);
        // Notice on Monday 2 March: 15 clear days end on the 17th at 24:00.
        let window = json!({ "opens_at": "2026-03-18T00:00:00+08:00",
            "closes_at": "2026-03-25T00:00:00+08:00" });
        self.clerk.post(&self.path("/notice"), window).await.expect(200);
        self.app.clock.advance(TimeDelta::days(16));
        self.app.work().await;
        let vote = self.staff_again().await.get(&self.path("")).await.expect(200);
        assert_eq!(vote["state"], "open");
    }

    /// The clerk, signed in anew: access tokens live for minutes, votes for weeks.
    pub async fn staff_again(&self) -> Client {
        self.app.sign_in("clerk").await
    }

    /// Casts for the owner of this phone, the same choice on every item.
    pub async fn cast(&self, phone: &str, choice: &str) -> crate::support::Answer {
        let owner = self.app.owner(phone).await;
        owner.post(&self.path("/ballots"), self.ballot(choice)).await
    }

    /// A ballot with one choice on every item.
    pub fn ballot(&self, choice: &str) -> Value {
        let choices: Vec<Value> =
            self.items.iter().map(|item| json!({ "item_id": item, "choice": choice })).collect();
        json!({ "choices": choices })
    }

    /// Hands a sheet of a unit in, entered alike by two clerks of this name; answers the ballot.
    pub async fn paper_ballot(&self, unit: &str, (clerks, choice): ([&str; 2], &str)) -> Value {
        let [first, second] =
            [self.app.sign_in(clerks[0]).await, self.app.sign_in(clerks[1]).await];
        let issued = json!({ "units": [unit] });
        first.post(&self.path("/sheets/issue"), issued).await.expect(201);
        let sheets = first.get(&self.path("/sheets?state=issued&limit=200")).await.expect(200);
        let of_unit = |sheet: &&Value| sheet["unit_code"] == unit;
        let sheet = sheets["items"].as_array().unwrap().iter().find(of_unit).unwrap();
        let mut collectors = Vec::new();
        for clerk in [&first, &second] {
            collectors.push(clerk.get("/api/v1/me").await.expect(200)["id"].clone());
        }
        let batch = json!({ "collectors": collectors, "place": "1栋大厅", "seal": "F-0031",
            "sheets": [sheet["serial"]] });
        let batch = first.post(&self.path("/batches"), batch).await.expect(201);
        let sheet = batch["sheets"][0]["sheet_id"].as_str().unwrap();
        let entries = self.path(&format!("/sheets/{sheet}/entries"));
        first.post(&entries, self.ballot(choice)).await.expect(201);
        second.post(&entries, self.ballot(choice)).await.expect(201)
    }

    /// Settled sheets are read once more, by somebody new: each with what stands on it.
    pub async fn recheck(&self, sheets: &[(&str, &str)]) {
        self.staff_again().await.post(&self.path("/recheck"), json!({})).await.expect(201);
        let reader = self.app.clerk("reader", self.community).await;
        for (sheet, choice) in sheets {
            let path = self.path(&format!("/sheets/{sheet}/recheck"));
            let mut said = self.ballot(choice);
            if *choice == "invalid" {
                said["invalid_reason"] = json!("unsigned");
            }
            let read = reader.post(&path, said).await.expect(201);
            assert_eq!(read["differs"], false, "{read}");
        }
    }

    /// Publishes and confirms a counted vote; both programs find its whole log good, and the rows are
    /// those of the log. Answers its bundle as they saw it.
    pub async fn certify(&self) -> Vec<u8> {
        self.staff_again().await.post(&self.path("/publish"), json!({})).await.expect(200);
        self.app.clock.advance(TimeDelta::days(20));
        self.staff_again().await.post(&self.path("/confirm"), json!({})).await.expect(200);
        let found = self.app.db.snapshot(jiugai::voting::recount).await.unwrap();
        assert_eq!((found.votes, found.faults), (1, vec![]));
        let checked = self.app.db.snapshot(jiugai::voting::check_rows_against_logs).await.unwrap();
        assert_eq!(checked.faults, Vec::<String>::new());
        let key = format!("/api/v1/public/votes/{}/log/vkey", self.vote);
        let key = self.app.anon().get(&key).await.text.trim().to_owned();
        let bureau = &[("housing_bureau", jiugai::platform::auth::Scope::Everything)];
        let bureau = self.app.staff("archive", bureau).await;
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("whole.zip");
        let bundle = bureau.bytes(&self.path("/log/bundle.zip")).await;
        std::fs::write(&file, &bundle).unwrap();
        let request = Request { key: Some(&key), ..Request::default() };
        let report = verify(&mut Source::open(file.to_str().unwrap()).unwrap(), &request).unwrap();
        let rust = Said::of(&serde_json::from_str(&report.json()).unwrap());
        assert_eq!((rust.exit, &rust.faults), (0, &Vec::new()), "{}", report.text().join("\n"));
        assert_eq!(python::run(&[file], &key), [rust]);
        bundle
    }

    /// Moves past the close and counts.
    pub async fn close_and_count(&self) -> Client {
        self.app.clock.advance(TimeDelta::days(8));
        self.app.work().await;
        let clerk = self.staff_again().await;
        clerk.post(&self.path("/count"), json!({})).await.expect(200);
        clerk
    }
}
