//! Paper: two clerks who don't see each other, a third where they differ, first valid wins.

use chrono::TimeDelta;
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use jiugai::{
    kernel::{AccountId, HeadId, SessionId, SheetEntryId, SheetId, SheetIssueId, VoteId},
    platform::db::{
        Actor, WriteContext,
        schema::{sheet_entries, sheets},
    },
};
use serde_json::{Value, json};

use super::{Desk, draft};
use crate::{
    db_test,
    support::{Answer, Client, TestApp, TestUnit, flat, flats, phone},
};

/// An open vote with three clerks.
pub struct Paper {
    pub desk: Desk,
    pub anna: Client,
    pub bo: Client,
    pub chen: Client,
}

pub async fn paper(app: TestApp, units: &[TestUnit], matters: &[&str]) -> Paper {
    let desk = draft(app, units, matters).await;
    desk.open().await;
    let anna = desk.app.clerk("anna", desk.community).await;
    let bo = desk.app.clerk("bobo", desk.community).await;
    let chen = desk.app.clerk("chen", desk.community).await;
    anna.post(&desk.path("/sheets/issue"), json!({})).await.expect(201);
    Paper { desk, anna, bo, chen }
}

impl Paper {
    /// The issued sheet of a unit, as listed.
    async fn sheet(&self, unit: &str) -> Value {
        let path = self.desk.path("/sheets?state=issued&limit=200");
        let sheets = self.anna.get(&path).await.expect(200);
        let of_unit = |sheet: &&Value| sheet["unit_code"] == unit;
        sheets["items"].as_array().unwrap().iter().find(of_unit).unwrap().clone()
    }

    pub async fn batch(&self, sheets: &[String]) -> Value {
        let mut collectors = Vec::new();
        for clerk in [&self.bo, &self.chen] {
            collectors.push(clerk.get("/api/v1/me").await.expect(200)["id"].clone());
        }
        json!({ "collectors": collectors, "place": "1栋大厅", "seal": "F-0031", "sheets": sheets })
    }

    /// Brought back by Bo and Chen, registered by Anna: the sheet's id.
    pub async fn register(&self, unit: &str) -> String {
        let serial = self.sheet(unit).await["serial"].as_str().unwrap().to_owned();
        let batch = self.batch(&[serial]).await;
        let batch = self.anna.post(&self.desk.path("/batches"), batch).await.expect(201);
        batch["sheets"][0]["sheet_id"].as_str().unwrap().to_owned()
    }

    /// Past the close: every sheet accounted for, then counted.
    pub async fn close_and_count(&self) -> Client {
        self.desk.app.clock.advance(TimeDelta::days(8));
        self.desk.app.work().await;
        let clerk = self.desk.staff_again().await;
        self.account(&clerk).await;
        clerk.post(&self.desk.path("/count"), json!({})).await.expect(200);
        clerk
    }

    async fn account(&self, clerk: &Client) -> Value {
        let account = clerk.get(&self.desk.path("/sheets/account")).await.expect(200);
        let missing = account["missing_sheets"].as_array().unwrap().iter();
        let missing: Vec<_> = missing.map(|sheet| sheet["serial"].clone()).collect();
        let counted = json!({ "returned": account["returned"], "spoiled": account["spoiled"],
            "missing": missing });
        clerk.post(&self.desk.path("/sheets/close"), counted).await.expect(200)
    }

    pub async fn enter(&self, clerk: &Client, sheet: &str, choice: &str) -> Answer {
        let path = self.desk.path(&format!("/sheets/{sheet}/entries"));
        clerk.post(&path, self.entry(choice)).await
    }

    pub async fn adjudicate(&self, clerk: &Client, sheet: &str, choice: &str) -> Answer {
        let path = self.desk.path(&format!("/sheets/{sheet}/adjudication"));
        clerk.post(&path, self.entry(choice)).await
    }

    fn entry(&self, choice: &str) -> Value {
        let mut entry = self.desk.ballot(choice);
        if choice == "invalid" {
            entry["invalid_reason"] = json!("unsigned");
        }
        entry
    }

    /// Entered alike by Anna and Bo.
    pub async fn settle(&self, sheet: &str, choice: &str) {
        self.enter(&self.anna, sheet, choice).await.expect(201);
        let settled = self.enter(&self.bo, sheet, choice).await.expect(201);
        assert_eq!(settled["state"], "settled");
    }

    /// The first item's working after the count.
    async fn count(&self) -> Value {
        let clerk = self.close_and_count().await;
        clerk.get(&self.desk.path("/explain")).await.expect(200)["items"][0].clone()
    }

    async fn attempts(&self, clerk: &Client) -> Vec<(String, String)> {
        let answer = clerk.get(&self.desk.path("/attempts")).await.expect(200);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        answer["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|a| (text(&a["channel"]), text(&a["reason"])))
            .collect()
    }
}

fn heads(item: &Value) -> (u64, u64, u64) {
    let number = |part: &str| item[part]["heads"].as_u64().unwrap();
    (number("for"), number("against"), number("participating"))
}

db_test! {
    async fn two_equal_entries_make_a_ballot_of_the_time_of_its_registration(app: TestApp) {
        let paper = paper(app, &flats(3, "80.00"), &["5", "7"]).await;
        let registered = paper.desk.app.clock.now().to_string();
        let sheet = paper.register("1-001").await;
        paper.desk.app.clock.advance(TimeDelta::minutes(5));
        let first = paper.enter(&paper.anna, &sheet, "for").await.expect(201);
        assert_eq!(first["state"], "entered_once");
        let second = paper.enter(&paper.bo, &sheet, "for").await.expect(201);
        assert_eq!(second["state"], "settled");
        assert_eq!(second["registered_at"], json!(registered));
        let owner = paper.desk.app.owner(&phone(1)).await;
        let own = owner.get(&paper.desk.path("/heads/mine")).await.expect(200);
        assert_eq!(own[0]["ballots"][0]["channel"], "paper");
        assert_eq!(own[0]["ballots"][0]["cast_at"], json!(registered));
        assert_eq!(heads(&paper.count().await), (1, 0, 1));
    }

    async fn different_entries_go_to_a_third_person_who_is_neither_of_the_two(app: TestApp) {
        let paper = paper(app, &flats(3, "80.00"), &["5"]).await;
        let sheet = paper.register("1-001").await;
        paper.enter(&paper.anna, &sheet, "for").await.expect(201);
        assert_eq!(paper.adjudicate(&paper.chen, &sheet, "for").await.refused(409), "sheet_state_conflict");
        let second = paper.enter(&paper.bo, &sheet, "against").await.expect(201);
        assert_eq!(second["state"], "differing");
        assert_eq!(paper.enter(&paper.chen, &sheet, "for").await.refused(409), "sheet_state_conflict");
        for clerk in [&paper.anna, &paper.bo] {
            assert_eq!(paper.adjudicate(clerk, &sheet, "for").await.refused(409), "same_clerk");
        }
        let settled = paper.adjudicate(&paper.chen, &sheet, "against").await.expect(201);
        assert_eq!(settled["state"], "settled");
        assert_eq!(heads(&paper.count().await), (0, 1, 1));
    }

    async fn two_reasons_for_an_invalid_sheet_are_a_difference(app: TestApp) {
        let paper = paper(app, &flats(3, "80.00"), &["5"]).await;
        let sheet = paper.register("1-001").await;
        paper.enter(&paper.anna, &sheet, "invalid").await.expect(201);
        let path = paper.desk.path(&format!("/sheets/{sheet}/entries"));
        let mut other = paper.entry("invalid");
        other["invalid_reason"] = json!("wrong_owner");
        assert_eq!(paper.bo.post(&path, other.clone()).await.expect(201)["state"], "differing");
        other["invalid_reason"] = json!("bad mood");
        let adjudication = paper.desk.path(&format!("/sheets/{sheet}/adjudication"));
        assert_eq!(paper.chen.post(&adjudication, other).await.refused(422), "invalid_field");
    }

    async fn the_same_clerk_never_enters_twice_not_even_past_the_program(app: TestApp) {
        let paper = paper(app, &flats(3, "80.00"), &["5"]).await;
        let sheet = paper.register("1-001").await;
        paper.enter(&paper.anna, &sheet, "for").await.expect(201);
        assert_eq!(paper.enter(&paper.anna, &sheet, "for").await.refused(409), "same_clerk");
        let sheet_id: SheetId = sheet.parse().unwrap();
        let context = WriteContext::of(Actor::named("intruder"));
        let insert = |round: &'static str, clerk: Option<AccountId>, session: Option<SessionId>| {
            paper.desk.app.db.write(&context, "test", move |tx| {
                use diesel::{ExpressionMethods, QueryDsl};
                let now = tx.now();
                let entered: AccountId = sheet_entries::table
                    .filter(sheet_entries::sheet_id.eq(sheet_id))
                    .select(sheet_entries::clerk_id)
                    .first(tx.conn())?;
                let session = session.unwrap_or(
                    sheet_entries::table
                        .filter(sheet_entries::sheet_id.eq(sheet_id))
                        .select(sheet_entries::session_id)
                        .first(tx.conn())?,
                );
                diesel::insert_into(sheet_entries::table)
                    .values((
                        sheet_entries::id.eq(SheetEntryId::new()),
                        sheet_entries::sheet_id.eq(sheet_id),
                        sheet_entries::round.eq(round),
                        sheet_entries::clerk_id.eq(clerk.unwrap_or(entered)),
                        sheet_entries::session_id.eq(session),
                        sheet_entries::clerk_name.eq("anna"),
                        sheet_entries::choices.eq("[]"),
                        sheet_entries::entered_at.eq(now),
                    ))
                    .execute(tx.conn())?;
                Ok(())
            })
        };
        let (other, elsewhere) = (Some(AccountId::new()), Some(SessionId::new()));
        let same = insert("second", None, elsewhere).await.unwrap_err();
        assert_eq!(same.params()["key"], "uq_sheet_entries__sheet_id_clerk_id");
        let again = insert("first", other, elsewhere).await.unwrap_err();
        assert_eq!(again.params()["key"], "uq_sheet_entries__sheet_id_round");
        let borrowed = insert("second", other, None).await.unwrap_err();
        assert_eq!(borrowed.params()["key"], "uq_sheet_entries__sheet_id_session_id");
        // The control: another person in another session.
        insert("second", other, elsewhere).await.unwrap();
        // An entry is never rewritten or taken away either.
        let context = WriteContext::of(Actor::named("intruder"));
        let rewritten = paper.desk.app.db.write(&context, "test", |tx| {
            use diesel::ExpressionMethods;
            diesel::update(sheet_entries::table)
                .set(sheet_entries::clerk_name.eq("bo")).execute(tx.conn())?;
            Ok(())
        });
        assert!(rewritten.await.is_err());
    }

    async fn a_sheet_that_was_handed_in_before_an_online_ballot_wins(app: TestApp) {
        let paper = paper(app, &flats(3, "80.00"), &["5", "7"]).await;
        let sheet = paper.register("1-001").await;
        paper.desk.app.clock.advance(TimeDelta::minutes(1));
        paper.desk.cast(&phone(1), "against").await.expect(201);
        paper.settle(&sheet, "for").await;
        // Nothing stands twice, and the later ballot does not come back.
        assert_eq!(paper.desk.cast(&phone(1), "against").await.refused(409), "duplicate_ballot");
        assert_eq!(heads(&paper.count().await), (1, 0, 1));
    }

    async fn a_sheet_that_was_handed_in_after_an_online_ballot_gives_way_and_is_kept(app: TestApp) {
        let paper = paper(app, &flats(3, "80.00"), &["5", "7"]).await;
        paper.desk.cast(&phone(1), "against").await.expect(201);
        paper.desk.app.clock.advance(TimeDelta::minutes(1));
        let sheet = paper.register("1-001").await;
        paper.settle(&sheet, "for").await;
        let attempts = paper.attempts(&paper.anna).await;
        assert_eq!(attempts, [("paper".to_owned(), "duplicate_ballot".to_owned())]);
        assert_eq!(heads(&paper.count().await), (0, 1, 1));
    }

    async fn a_head_has_one_sheet_not_even_past_the_program_another(app: TestApp) {
        let units = [flat("1-101", "80.00", &[&phone(1)]), flat("1-102", "60.00", &[&phone(1)]),
            flat("1-103", "60.00", &[&phone(2)])];
        let paper = paper(app, &units, &["5"]).await;
        let totals = paper.anna.get(&paper.desk.path("/sheets/totals")).await.expect(200);
        assert_eq!(totals["total"], 2);
        let again = paper.anna.post(&paper.desk.path("/sheets/issue"), json!({})).await;
        assert_eq!(again.refused(409), "already_exists");
        let context = WriteContext::of(Actor::named("intruder"));
        let copied = paper.desk.app.db.write(&context, "test", |tx| {
            use diesel::{ExpressionMethods, QueryDsl};
            let row: (SheetId, SheetIssueId) =
                sheets::table.select((sheets::id, sheets::issue_id)).first(tx.conn())?;
            let of = sheets::table.filter(sheets::id.eq(row.0));
            let (vote, head): (VoteId, HeadId) =
                of.select((sheets::vote_id, sheets::head_id)).first(tx.conn())?;
            diesel::insert_into(sheets::table)
                .values((sheets::id.eq(SheetId::new()), sheets::vote_id.eq(vote),
                    sheets::head_id.eq(head), sheets::unit_code.eq("1-101"),
                    sheets::serial.eq("00000000"), sheets::issue_id.eq(row.1),
                    sheets::state.eq("issued"), sheets::version.eq(1)))
                .execute(tx.conn())?;
            Ok(())
        });
        assert_eq!(copied.await.unwrap_err().params()["key"], "uq_sheets__head_id");
        let sheet = paper.register("1-101").await;
        paper.settle(&sheet, "for").await;
        let item = paper.count().await;
        assert_eq!((heads(&item), &item["for"]["area"]), ((1, 0, 1), &json!("140.00")));
    }

    async fn an_invalid_sheet_does_not_block_a_valid_ballot(app: TestApp) {
        let paper = paper(app, &flats(3, "80.00"), &["5"]).await;
        let sheet = paper.register("1-001").await;
        paper.settle(&sheet, "invalid").await;
        paper.desk.app.clock.advance(TimeDelta::minutes(1));
        paper.desk.cast(&phone(1), "for").await.expect(201);
        let other = paper.register("1-002").await;
        paper.settle(&other, "invalid").await;
        let item = paper.count().await;
        assert_eq!(heads(&item), (1, 0, 1));
        assert_eq!(item["invalid"]["heads"], 1);
    }

    async fn a_blank_item_abstains_and_an_unknown_one_is_refused(app: TestApp) {
        let paper = paper(app, &flats(3, "80.00"), &["5", "7"]).await;
        let sheet = paper.register("1-001").await;
        let path = paper.desk.path(&format!("/sheets/{sheet}/entries"));
        let unknown = json!({ "choices": [{ "item_id": paper.desk.vote, "choice": "for" }] });
        assert_eq!(paper.anna.post(&path, unknown).await.refused(422), "ballot_incomplete");
        let one = json!({ "choices": [{ "item_id": paper.desk.items[1], "choice": "for" }] });
        paper.anna.post(&path, one.clone()).await.expect(201);
        assert_eq!(paper.bo.post(&path, one).await.expect(201)["state"], "settled");
        let item = paper.count().await;
        assert_eq!((heads(&item), item["abstain"]["heads"].as_u64()), ((0, 0, 1), Some(1)));
    }

    async fn a_late_sheet_is_refused_and_kept(app: TestApp) {
        let paper = paper(app, &flats(3, "80.00"), &["5"]).await;
        let early = paper.register("1-002").await;
        let serial = paper.sheet("1-001").await["serial"].as_str().unwrap().to_owned();
        let batch = paper.batch(&[serial]).await;
        // Opened on the 18th at 09:00, closes on the 25th at 00:00.
        paper.desk.app.clock.advance(TimeDelta::hours(6 * 24 + 15));
        let clerk = paper.desk.app.sign_in("anna").await;
        let path = paper.desk.path("/batches");
        assert_eq!(clerk.post(&path, batch.clone()).await.refused(409), "too_late");
        // Ballots that came in just before the close are still being committed.
        paper.desk.app.clock.advance(TimeDelta::seconds(10));
        paper.desk.app.work().await;
        assert_eq!(clerk.get(&paper.desk.path("")).await.expect(200)["state"], "closed");
        assert_eq!(clerk.post(&path, batch).await.refused(409), "too_late");
        let late = ("paper".to_owned(), "too_late".to_owned());
        assert_eq!(paper.attempts(&clerk).await, [late.clone(), late]);
        let issue = clerk.post(&paper.desk.path("/sheets/issue"), json!({})).await;
        assert_eq!(issue.refused(409), "wrong_state");
        // What was handed in before the close is entered after it.
        paper.enter(&clerk, &early, "for").await.expect(201);
        let bo = paper.desk.app.sign_in("bobo").await;
        assert_eq!(paper.enter(&bo, &early, "for").await.expect(201)["state"], "settled");
    }

    async fn nothing_tells_the_first_entry_before_the_sheet_is_settled(app: TestApp) {
        let paper = paper(app, &flats(3, "80.00"), &["5"]).await;
        let sheet = paper.register("1-001").await;
        let mut answers = vec![paper.enter(&paper.anna, &sheet, "against").await];
        let owner = paper.desk.app.owner(&phone(1)).await;
        let paths = ["", "/sheets", "/sheets?state=entered_once", "/sheets/waiting", "/sheets/totals",
            "/attempts", "/participation", "/explain", "/result", "/result.html", "/result.csv",
            "/readiness", "/transitions", "/objections", "/print/notice", "/roll/units", "/heads/mine"];
        let one = [format!("/sheets/{sheet}"), format!("/sheets/{sheet}/entries")];
        for rest in paths.iter().map(|&rest| rest.to_owned()).chain(one.clone()) {
            for reader in [&paper.anna, &paper.bo, &owner] {
                answers.push(reader.get(&paper.desk.path(&rest)).await);
            }
        }
        for answer in &answers {
            assert!(answer.status != 500 && !answer.text.contains("\"against\""), "{}", answer.text);
        }
        let hidden = paper.bo.get(&paper.desk.path(&one[1])).await;
        assert_eq!(hidden.refused(409), "result_hidden");
        // Settled, and the vote still open: one paper ballot would be a running result.
        paper.enter(&paper.bo, &sheet, "against").await.expect(201);
        assert_eq!(paper.bo.get(&paper.desk.path(&one[1])).await.refused(409), "result_hidden");
        let clerk = paper.close_and_count().await;
        let entries = clerk.get(&paper.desk.path(&one[1])).await.expect(200);
        let rounds: Vec<_> = entries.as_array().unwrap().iter()
            .map(|e| (e["round"].as_str().unwrap(), e["choices"][0]["choice"].as_str().unwrap()))
            .collect();
        assert_eq!(rounds, [("first", "against"), ("second", "against")]);
    }

    async fn many_entries_are_answered_each_alone(app: TestApp) {
        let paper = paper(app, &flats(5, "80.00"), &["5"]).await;
        let mut sheets = Vec::new();
        for n in 1..=3 {
            let unit = format!("1-{n:03}");
            sheets.push(paper.sheet(&unit).await["serial"].as_str().unwrap().to_owned());
            let sheet = paper.register(&unit).await;
            if n == 3 { paper.enter(&paper.anna, &sheet, "for").await.expect(201); }
        }
        let entry = |serial: &str, choice: &str| {
            let mut entry = paper.entry(choice);
            entry["serial"] = json!(serial.to_lowercase());
            entry
        };
        let unknown = "00000000".to_owned();
        let mut faulty = entry(&sheets[1], "for");
        faulty["invalid_reason"] = json!("unsigned");
        let body = json!({ "entries": [entry(&sheets[0], "for"), entry(&unknown, "for"), faulty,
            entry(&sheets[2], "for"), entry(&sheets[1], "against")] });
        let path = paper.desk.path("/sheet-entries");
        let answers = paper.anna.post_once(&path, "b1", body.clone()).await;
        let told: Vec<String> = answers.expect(200).as_array().unwrap().iter()
            .map(|a| a["sheet"]["state"].as_str().or(a["code"].as_str()).unwrap().to_owned())
            .collect();
        assert_eq!(told, ["entered_once", "sheet_unknown", "invalid_field", "same_clerk", "entered_once"]);
        let again = paper.anna.post_once(&path, "b1", body).await;
        assert_eq!(again.header("idempotent-replayed").as_deref(), Some("true"));
        assert_eq!(again.text, answers.text);
        let many: Vec<Value> = (0..201).map(|_| entry(&sheets[0], "for")).collect();
        let refused = paper.bo.post(&path, json!({ "entries": many })).await;
        assert_eq!(refused.refused(422), "invalid_field");
    }

    async fn a_spoiled_sheet_is_voided_until_it_comes_back_and_never_after(app: TestApp) {
        let paper = paper(app, &flats(3, "80.00"), &["5"]).await;
        let sheet = paper.sheet("1-001").await["sheet_id"].as_str().unwrap().to_owned();
        let path = paper.desk.path(&format!("/sheets/{sheet}/void"));
        let reason = json!({ "reason": "damaged", "note": "水渍" });
        let void = paper.bo.post(&path, reason.clone()).await.expect(200)["sheet"].clone();
        assert_eq!((&void["state"], &void["void_reason"]), (&json!("void"), &json!("damaged")));
        assert_eq!(paper.enter(&paper.anna, &sheet, "for").await.refused(409), "sheet_state_conflict");
        // Nobody makes a ballot that came back disappear: registered, entered, settled; nor by SQL.
        let back = paper.register("1-002").await;
        let path = paper.desk.path(&format!("/sheets/{back}/void"));
        let refused = async |clerk: &Client| clerk.post(&path, reason.clone()).await.refused(409);
        assert_eq!(refused(&paper.chen).await, "sheet_state_conflict");
        paper.enter(&paper.anna, &back, "for").await.expect(201);
        assert_eq!(refused(&paper.chen).await, "sheet_state_conflict");
        let (db, context) = (paper.desk.app.db.clone(), WriteContext::of(Actor::named("intruder")));
        let by_hand = db.write(&context, "test", |tx| {
            let all = diesel::update(sheets::table.filter(sheets::batch_id.is_not_null()));
            let void = (sheets::state.eq("void"), sheets::void_reason.eq("damaged"));
            Ok(all.set(void).execute(tx.conn())?)
        });
        assert!(by_hand.await.is_err());
        paper.enter(&paper.bo, &back, "for").await.expect(201);
        assert_eq!(refused(&paper.chen).await, "sheet_state_conflict");
        let totals = paper.anna.get(&paper.desk.path("/sheets/totals")).await.expect(200);
        assert_eq!(totals, json!({ "total": 3, "issued": 1, "registered": 0,
            "entered_once": 0, "differing": 0, "settled": 1, "void": 1, "missing": 0 }));
    }

    async fn a_vote_is_not_counted_while_sheets_wait(app: TestApp) {
        let paper = paper(app, &flats(4, "80.00"), &["5"]).await;
        for n in 1..=2 { paper.register(&format!("1-{n:03}")).await; }
        let differing = paper.register("1-003").await;
        paper.enter(&paper.anna, &differing, "for").await.expect(201);
        paper.enter(&paper.bo, &differing, "against").await.expect(201);
        paper.desk.app.clock.advance(TimeDelta::days(8));
        paper.desk.app.work().await;
        let clerk = paper.desk.staff_again().await;
        let refused = clerk.post(&paper.desk.path("/count"), json!({})).await;
        assert_eq!(refused.refused(409), "not_ready");
        assert_eq!(refused.json()["rule_id"], "sheets_unsettled");
        assert_eq!(refused.json()["have"], "3");
        let readiness = clerk.get(&paper.desk.path("/readiness")).await.expect(200);
        assert_eq!(readiness["blockers"][0]["rule_id"], "sheets_unsettled");
        assert_eq!(readiness["blockers"][0]["have"], "3");
    }

    async fn each_clerk_has_an_order_of_the_own(app: TestApp) {
        let paper = paper(app, &flats(12, "80.00"), &["5"]).await;
        for n in 1..=12 { paper.register(&format!("1-{n:03}")).await; }
        let order = |clerk: Client| {
            let path = paper.desk.path("/sheets/waiting?limit=5");
            async move {
                let (mut sheets, mut cursor) = (Vec::new(), None::<String>);
                loop {
                    let next = cursor.map(|c| format!("&cursor={c}")).unwrap_or_default();
                    let page = clerk.get(&format!("{path}{next}")).await.expect(200);
                    for item in page["items"].as_array().unwrap() {
                        sheets.push(item["sheet_id"].as_str().unwrap().to_owned());
                    }
                    cursor = page["next_cursor"].as_str().map(str::to_owned);
                    if cursor.is_none() { return sheets; }
                }
            }
        };
        let (anna, bo) = (order(paper.anna.clone()).await, order(paper.bo.clone()).await);
        assert_eq!(anna.len(), 12);
        assert_ne!(anna, bo, "the same order has a chance of one in 479,001,600");
        assert_eq!(anna, order(paper.anna.clone()).await);
        paper.enter(&paper.anna, &anna[0], "for").await.expect(201);
        assert_eq!(order(paper.anna.clone()).await, anna[1..]);
        assert_eq!(order(paper.bo.clone()).await, bo);
    }

    async fn sixteen_clerks_race_for_one_sheet_and_two_get_it(app: TestApp) {
        let paper = paper(app, &flats(3, "80.00"), &["5"]).await;
        let sheet = paper.register("1-001").await;
        let mut clerks = Vec::new();
        for n in 0..16 {
            clerks.push(paper.desk.app.clerk(&format!("racer{n}"), paper.desk.community).await);
        }
        let races: Vec<_> = clerks.into_iter().map(|clerk| {
            let path = paper.desk.path(&format!("/sheets/{sheet}/entries"));
            let entry = paper.entry("for");
            actix_web::rt::spawn(async move { clerk.post(&path, entry).await.status })
        }).collect();
        let mut taken = 0;
        for race in races {
            match race.await.unwrap() {
                201 => taken += 1,
                status => assert!(status == 409 || status == 503, "{status}"),
            }
        }
        assert_eq!(taken, 2);
        assert_eq!(heads(&paper.count().await), (1, 0, 1));
    }
}
