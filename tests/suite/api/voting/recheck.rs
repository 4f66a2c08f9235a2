//! Paper is read again before a result is final: blind, by others, drawn by a public seed.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{
    log::verify_bundles,
    paper::{Paper, paper},
};
use crate::{
    db_test,
    support::{Answer, Client, TestApp, flats},
};

impl Paper {
    pub async fn reread(&self, clerk: &Client, sheet: &str, choice: &str) -> Answer {
        let path = self.desk.path(&format!("/sheets/{sheet}/recheck"));
        clerk.post(&path, self.desk.ballot(choice)).await
    }

    async fn waiting(&self, clerk: &Client) -> Vec<String> {
        let path = self.desk.path("/recheck/sheets?limit=200");
        let page = clerk.get(&path).await.expect(200);
        assert!(!page.to_string().contains("choice"));
        let sheets = page["items"].as_array().unwrap().iter();
        sheets.map(|sheet| sheet["sheet_id"].as_str().unwrap().to_owned()).collect()
    }

    /// Past the publicity: somebody who may confirm.
    async fn after_publicity(&self, clerk: &Client) -> Client {
        clerk.post(&self.desk.path("/publish"), json!({})).await.expect(200);
        self.desk.app.clock.advance(TimeDelta::days(20));
        self.desk.staff_again().await
    }

    /// So many sheets settled: half the requests of a day's work.
    async fn settle_all(&self, count: usize) {
        let mut serials = Vec::new();
        let mut cursor = String::new();
        while serials.len() < count {
            let path = self.desk.path(&format!("/sheets?state=issued&limit=200{cursor}"));
            let page = self.anna.get(&path).await.expect(200);
            let sheets = page["items"].as_array().unwrap().iter();
            serials.extend(sheets.map(|sheet| sheet["serial"].as_str().unwrap().to_owned()));
            cursor = format!("&cursor={}", page["next_cursor"].as_str().unwrap_or_default());
        }
        serials.truncate(count);
        for serials in serials.chunks(400) {
            let batch = self.batch(serials).await;
            self.anna.post(&self.desk.path("/batches"), batch).await.expect(201);
        }
        for clerk in [&self.anna, &self.bo] {
            for serials in serials.chunks(200) {
                let entries = serials.iter().map(|serial| {
                    let mut entry = self.desk.ballot("for");
                    entry["serial"] = json!(serial);
                    entry
                });
                let body = json!({ "entries": entries.collect::<Vec<_>>() });
                let told = clerk.post(&self.desk.path("/sheet-entries"), body).await.expect(200);
                assert!(told.as_array().unwrap().iter().all(|one| one["code"].is_null()));
            }
        }
    }
}

fn seed(drawn_at: &str) -> Value {
    json!({ "seed": { "text": "03 11 17 22 29 30 + 08", "source": "双色球 2026034 期",
        "drawn_at": drawn_at } })
}

db_test! {
    async fn a_result_is_not_final_before_its_paper_was_read_again(app: TestApp) {
        let paper = paper(app, &flats(4, "80.00"), &["5", "7"]).await;
        let alike = paper.register("1-001").await;
        paper.settle(&alike, "for").await;
        let decided = paper.register("1-002").await;
        paper.enter(&paper.anna, &decided, "for").await.expect(201);
        paper.enter(&paper.bo, &decided, "against").await.expect(201);
        paper.adjudicate(&paper.chen, &decided, "for").await.expect(201);
        let last = paper.register("1-003").await;
        paper.settle(&last, "for").await;
        let draw = paper.desk.path("/recheck");
        assert_eq!(paper.anna.post(&draw, json!({})).await.refused(409), "wrong_state");
        assert_eq!(paper.anna.get(&draw).await.refused(409), "result_hidden");
        let clerk = paper.close_and_count().await;
        let early = paper.reread(&clerk, &alike, "for").await;
        assert_eq!(early.refused(409), "not_ready");
        let clerk = paper.after_publicity(&clerk).await;
        let confirm = paper.desk.path("/confirm");
        let refused = clerk.post(&confirm, json!({})).await;
        assert_eq!(refused.refused(409), "not_ready");
        assert_eq!(refused.json()["rule_id"], "paper_recheck");
        let readiness = clerk.get(&paper.desk.path("/readiness")).await.expect(200);
        assert_eq!(readiness["blockers"][0]["rule_id"], "paper_recheck");
        assert_eq!(clerk.get(&draw).await.expect(200)["to_read"], 3);
        let drawn = clerk.post(&draw, json!({})).await.expect(201);
        let told = (&drawn["sheets"], &drawn["draws"], &drawn["to_read"]);
        assert_eq!(told, (&json!(3), &json!(null), &json!(3)));
        assert_eq!(clerk.post(&draw, json!({})).await.refused(409), "already_exists");

        // Nobody who entered or decided a sheet reads it again, nor looks at what was entered.
        let [anna, chen] = [paper.desk.app.sign_in("anna").await, paper.desk.app.sign_in("chen").await];
        assert_eq!(paper.reread(&anna, &alike, "for").await.refused(409), "same_clerk");
        assert_eq!(paper.reread(&chen, &decided, "for").await.refused(409), "same_clerk");
        assert_eq!(paper.waiting(&anna).await, Vec::<String>::new());
        let mut expected = vec![alike.clone(), last.clone()];
        expected.sort();
        let mut waiting = paper.waiting(&chen).await;
        waiting.sort();
        assert_eq!(waiting, expected);
        let entries = paper.desk.path(&format!("/sheets/{alike}/entries"));
        assert_eq!(anna.get(&entries).await.refused(409), "result_hidden");
        let first = paper.reread(&chen, &alike, "for").await.expect(201);
        assert_eq!((&first["differs"], &first["recheck"]["read"]), (&json!(false), &json!(1)));
        let dana = paper.desk.app.clerk("dana", paper.desk.community).await;
        assert_eq!(paper.reread(&dana, &alike, "for").await.refused(409), "sheet_state_conflict");
        assert_eq!(clerk.post(&confirm, json!({})).await.refused(409), "not_ready");
        paper.reread(&dana, &decided, "for").await.expect(201);
        let done = paper.reread(&chen, &last, "for").await.expect(201);
        assert!(done["recheck"]["finished_at"].is_string());
        assert_eq!(paper.reread(&dana, &last, "for").await.refused(409), "sheet_state_conflict");
        clerk.post(&confirm, json!({})).await.expect(200);
        verify_bundles(&paper.desk).await;
    }

    async fn a_sheet_that_says_something_else_is_disputed_as_misread(app: TestApp) {
        let paper = paper(app, &flats(4, "80.00"), &["5"]).await;
        let sheet = paper.register("1-001").await;
        paper.settle(&sheet, "for").await;
        let clerk = paper.close_and_count().await;
        clerk.post(&paper.desk.path("/recheck"), json!({})).await.expect(201);
        // After the publicity, too: nobody is shut out of what the re-check finds.
        let clerk = paper.after_publicity(&clerk).await;
        let chen = paper.desk.app.sign_in("chen").await;
        let differs = paper.reread(&chen, &sheet, "against").await.expect(201);
        assert_eq!((&differs["differs"], &differs["recheck"]["differing"]), (&json!(true), &json!(1)));
        assert!(differs["recheck"]["finished_at"].is_string());
        let disputes = clerk.get(&paper.desk.path("/disputes")).await.expect(200);
        let dispute = &disputes["items"][0];
        assert_eq!((&dispute["reason"], &dispute["channel"]), (&json!("misread"), &json!("paper")));
        let refused = clerk.post(&paper.desk.path("/confirm"), json!({})).await;
        assert_eq!(refused.refused(409), "not_ready");
        assert_eq!(refused.json()["rule_id"], "ballot_disputes_open");
    }

    async fn above_five_hundred_sheets_a_public_seed_draws_a_sample(app: TestApp) {
        let paper = paper(app, &flats(510, "80.00"), &["5"]).await;
        paper.settle_all(505).await;
        let clerk = paper.close_and_count().await;
        let draw = paper.desk.path("/recheck");
        let none = clerk.post(&draw, json!({})).await;
        assert_eq!(none.refused(422), "invalid_field");
        // Opened on 18 March, counted on the 26th.
        let known = clerk.post(&draw, seed("2026-03-25T21:15:00+08:00")).await;
        assert_eq!(known.refused(409), "too_early");
        assert_eq!(clerk.post(&draw, seed("2027-01-01T00:00:00Z")).await.refused(422), "invalid_field");
        paper.desk.app.clock.advance(TimeDelta::days(1));
        let clerk = paper.desk.staff_again().await;
        let drawn_at = paper.desk.app.clock.legal_now().to_string();
        let drawn = clerk.post(&draw, seed(&drawn_at)).await.expect(201);
        let (draws, due) = (drawn["draws"].as_u64().unwrap(), drawn["to_read"].as_u64().unwrap());
        assert!(drawn["sheets"] == 505 && draws >= 7 && due <= 2 * draws, "{drawn}");
        assert_eq!(drawn["seed_source"], "双色球 2026034 期");
        let chen = paper.desk.app.sign_in("chen").await;
        let waiting = paper.waiting(&chen).await;
        assert_eq!(u64::try_from(waiting.len()).unwrap(), due);
        let settled = clerk.get(&paper.desk.path("/sheets?state=settled&limit=200")).await.expect(200);
        let other = settled["items"].as_array().unwrap().iter()
            .map(|sheet| sheet["sheet_id"].as_str().unwrap())
            .find(|sheet| !waiting.iter().any(|drawn| drawn == sheet)).unwrap();
        assert_eq!(paper.reread(&chen, other, "for").await.refused(409), "sheet_state_conflict");
        for sheet in &waiting {
            paper.reread(&chen, sheet, "for").await.expect(201);
        }
        let clerk = paper.after_publicity(&clerk).await;
        clerk.post(&paper.desk.path("/confirm"), json!({})).await.expect(200);
        verify_bundles(&paper.desk).await;
    }

    async fn a_later_count_of_a_smaller_margin_is_drawn_for_again(app: TestApp) {
        let paper = paper(app, &flats(510, "80.00"), &["5"]).await;
        paper.settle_all(505).await;
        let desk = &paper.desk;
        let clerk = paper.close_and_count().await;
        let (draw, now) = (desk.path("/recheck"), || desk.app.clock.legal_now().to_string());
        let first_seed = seed(&now());
        let drawn = clerk.post(&draw, first_seed.clone()).await.expect(201);
        let reader = desk.app.clerk("reader", desk.community).await;
        for sheet in paper.waiting(&reader).await {
            paper.reread(&reader, &sheet, "for").await.expect(201);
        }
        let finished = clerk.get(&draw).await.expect(200);
        assert_eq!((&finished["read"], &finished["draw_again"]), (&drawn["to_read"], &json!(false)));
        let chen = desk.app.sign_in("chen").await;
        let dora = desk.app.clerk("dora", desk.community).await;
        for n in 1..=30 {
            let receipt = desk.standings(n).await.remove(0).0;
            let owner = desk.app.owner(&crate::support::phone(n)).await;
            let dispute = desk.dispute(&owner, &receipt, ("not_mine", None)).await.expect(201);
            desk.rule([&chen, &dora], &dispute, json!({ "upheld": true })).await;
        }
        desk.app.clock.advance(TimeDelta::minutes(5));
        clerk.post(&desk.path("/count"), json!({})).await.expect(200);
        let small = clerk.get(&draw).await.expect(200);
        assert_eq!((&small["draw_again"], &small["draws"]), (&json!(true), &drawn["draws"]));
        let confirm = desk.path("/confirm");
        let clerk = paper.after_publicity(&clerk).await;
        let refused = clerk.post(&confirm, json!({})).await;
        assert_eq!(refused.refused(409), "not_ready");
        assert_eq!(refused.json()["rule_id"], "paper_recheck");

        assert_eq!(clerk.post(&draw, first_seed).await.refused(409), "too_early");
        let mut second = seed(&now());
        second["seed"]["text"] = json!("01 02 09 10 21 33 + 15");
        let again = clerk.post(&draw, second.clone()).await.expect(201);
        assert!(again["draws"].as_u64() > drawn["draws"].as_u64(), "{again}");
        assert_eq!((&again["read"], &again["finished_at"]), (&drawn["to_read"], &json!(null)));
        assert_eq!(clerk.post(&draw, second.clone()).await.refused(409), "already_exists");
        let reader = desk.app.sign_in("reader").await;
        let waiting = paper.waiting(&reader).await;
        let (due, read) = (again["to_read"].as_u64().unwrap(), again["read"].as_u64().unwrap());
        assert_eq!(u64::try_from(waiting.len()).unwrap(), due - read, "what was read stays read");
        for sheet in &waiting {
            paper.reread(&reader, sheet, "for").await.expect(201);
        }
        let clerk = desk.staff_again().await;
        let finished = clerk.get(&draw).await.expect(200);
        assert!(finished["finished_at"].is_string() && finished["draw_again"] == false, "{finished}");
        assert_eq!(clerk.post(&draw, second).await.refused(409), "already_exists");
        clerk.post(&confirm, json!({})).await.expect(200);
        verify_bundles(desk).await;
    }

    async fn one_difference_in_a_sample_makes_every_sheet_be_read(app: TestApp) {
        let paper = paper(app, &flats(503, "80.00"), &["5"]).await;
        paper.settle_all(501).await;
        let clerk = paper.close_and_count().await;
        let drawn_at = paper.desk.app.clock.legal_now().to_string();
        let draw = paper.desk.path("/recheck");
        let drawn = clerk.post(&draw, seed(&drawn_at)).await.expect(201);
        assert!(drawn["to_read"].as_u64().unwrap() < 501);
        let chen = paper.desk.app.sign_in("chen").await;
        let waiting = paper.waiting(&chen).await;
        let differs = paper.reread(&chen, &waiting[0], "against").await.expect(201);
        assert_eq!(differs["recheck"]["to_read"], 501);
        assert!(differs["recheck"]["finished_at"].is_null());
    }

    async fn without_paper_there_is_nothing_to_read_again(app: TestApp) {
        let desk = super::draft(app, &flats(3, "80.00"), &["5"]).await;
        desk.open().await;
        desk.cast(&crate::support::phone(1), "for").await.expect(201);
        let clerk = desk.close_and_count().await;
        assert_eq!(clerk.post(&desk.path("/recheck"), json!({})).await.refused(409), "not_ready");
    }
}
