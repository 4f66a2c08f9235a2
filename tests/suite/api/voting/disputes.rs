//! Disputed ballots: who files, who rules, and what becomes of the ballot while the vote is open.

use diesel::connection::SimpleConnection;
use jiugai::{
    kernel::UtcTime,
    platform::{
        auth::Scope,
        db::{Actor, WriteContext},
    },
    voting::{
        file_dispute, find_vote,
        model::{DisputeReason, Filer, NewDispute},
    },
};
use serde_json::{Value, json};

use super::{
    Desk, draft,
    paper::{Paper, paper},
};
use crate::{
    db_test,
    support::{Answer, Client, TestApp, flat, flats, phone},
};

impl Desk {
    /// Disputes the ballot of a receipt.
    pub async fn dispute(
        &self,
        who: &Client,
        receipt: &str,
        (reason, unit): (&str, Option<&str>),
    ) -> Answer {
        let body = json!({ "receipt": receipt, "reason": reason, "text": "请核实本户的表决票",
            "unit_code": unit });
        who.post(&self.path("/disputes"), body).await
    }

    pub fn of_dispute(&self, dispute: &Value, rest: &str) -> String {
        self.path(&format!("/disputes/{}{rest}", dispute["dispute_id"].as_str().unwrap()))
    }

    pub async fn propose(&self, who: &Client, dispute: &Value, ruling: Value) -> Answer {
        let mut body = ruling;
        body["text"] = json!("经核实签名样本与送达记录");
        who.post(&self.of_dispute(dispute, "/proposal"), body).await
    }

    /// Confirms the proposal that an answer shows.
    pub async fn confirm(&self, who: &Client, proposed: &Value, ruling: Value) -> Answer {
        let mut body = ruling;
        body["version"] = proposed["version"].clone();
        who.post(&self.of_dispute(proposed, "/confirmation"), body).await
    }

    /// Both steps, by two people.
    pub async fn rule(
        &self,
        [first, second]: [&Client; 2],
        dispute: &Value,
        ruling: Value,
    ) -> Value {
        let proposed = self.propose(first, dispute, ruling.clone()).await.expect(200);
        assert_eq!(proposed["state"], "proposed");
        self.confirm(second, &proposed, ruling).await.expect(200)
    }

    /// The receipts of an owner's ballots, with whether they stand and how they are disputed.
    pub async fn standings(&self, n: usize) -> Vec<(String, bool, Value)> {
        let own =
            self.app.owner(&phone(n)).await.get(&self.path("/ballots/mine")).await.expect(200);
        let row = |own: &Value| {
            let receipt = own["receipt"].as_str().unwrap().to_owned();
            (receipt, own["stands"].as_bool().unwrap(), own["dispute"].clone())
        };
        own.as_array().unwrap().iter().map(row).collect()
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// An open vote of three flats where the first has voted; its receipt, and two who may rule.
async fn voted(app: TestApp) -> (Desk, String, [Client; 2]) {
    let units = [
        flat("1-001", "80.00", &[&phone(1), &phone(4)]),
        flat("1-002", "80.00", &[&phone(2)]),
        flat("1-003", "80.00", &[&phone(3)]),
    ];
    let desk = draft(app, &units, &["5"]).await;
    desk.open().await;
    let receipt = text(&desk.cast(&phone(1), "for").await.expect(201)["receipt"]).to_owned();
    let anna = desk.app.clerk("anna", desk.community).await;
    let bo = desk.app.clerk("bobo", desk.community).await;
    (desk, receipt, [anna, bo])
}

/// A sheet of 1-001 that came back before its owner voted on line, settled after it: the sheet stands.
/// Its receipt, the online one, and two who did not enter it.
async fn crossed(paper: &Paper, choice: &str) -> (String, String, [Client; 2]) {
    let desk = &paper.desk;
    let sheet = paper.register("1-001").await;
    desk.app.clock.advance(chrono::TimeDelta::minutes(1));
    let online = desk.cast(&phone(1), "against").await.expect(201);
    paper.settle(&sheet, choice).await;
    let dora = desk.app.clerk("dora", desk.community).await;
    let standings = desk.standings(1).await;
    let online = text(&online["receipt"]).to_owned();
    let sheet = standings.into_iter().find(|(receipt, ..)| *receipt != online).unwrap();
    (sheet.0, online, [paper.chen.clone(), dora])
}

db_test! {
    async fn an_upheld_dispute_voids_the_ballot_and_the_household_votes_again(app: TestApp) {
        let (desk, receipt, [anna, bo]) = voted(app).await;
        // The other owner of the head disputes what the first one cast.
        let owner = desk.app.owner(&phone(4)).await;
        let typed = format!("{}-{}", receipt[..10].to_uppercase(), &receipt[10..]);
        let dispute = desk.dispute(&owner, &typed, ("not_mine", None)).await.expect(201);
        assert_eq!((&dispute["state"], &dispute["units"]), (&json!("open"), &json!(["1-001"])));
        assert_eq!(desk.standings(1).await, [(receipt.clone(), true, json!("open"))]);
        let page = desk.app.anon().get(&format!("/api/v1/public/receipts/{receipt}.html")).await;
        assert!(page.text.contains("异议处理中"), "{}", page.text);
        let again = desk.dispute(&owner, &receipt, ("other", None)).await;
        assert_eq!(again.refused(409), "already_exists");

        let upheld = json!({ "upheld": true });
        let early = json!({ "upheld": true, "version": 1 });
        let confirmation = desk.of_dispute(&dispute, "/confirmation");
        assert_eq!(bo.post(&confirmation, early).await.refused(409), "dispute_state_conflict");
        let first = desk.propose(&anna, &dispute, json!({ "upheld": false })).await.expect(200);
        let proposed = desk.propose(&anna, &dispute, upheld.clone()).await.expect(200);
        assert_eq!((&proposed["upheld"], &proposed["proposed_by"]), (&json!(true), &json!("anna")));
        // One person alone, an older proposal, another ruling.
        assert_eq!(desk.confirm(&anna, &proposed, upheld.clone()).await.refused(409), "same_clerk");
        assert_eq!(desk.confirm(&bo, &first, upheld.clone()).await.refused(409), "stale_version");
        let other = desk.confirm(&bo, &proposed, json!({ "upheld": false })).await;
        assert_eq!(other.refused(409), "ruling_differs");
        assert!(desk.standings(1).await[0].1, "a proposal decides nothing");
        assert_eq!(desk.cast(&phone(1), "against").await.refused(409), "duplicate_ballot");
        let ruled = desk.confirm(&bo, &proposed, upheld.clone()).await.expect(200);
        assert_eq!((&ruled["state"], &ruled["confirmed_by"]), (&json!("upheld"), &json!("bobo")));

        assert_eq!(desk.standings(1).await, [(receipt.clone(), false, json!("upheld"))]);
        let page = desk.app.anon().get(&format!("/api/v1/public/receipts/{receipt}.html")).await;
        assert!(page.text.contains("已作废"), "{}", page.text);
        let part = anna.get(&desk.path("/participation")).await.expect(200);
        assert_eq!(part["participating"]["heads"], 0);
        for done in [
            desk.propose(&anna, &dispute, upheld.clone()).await,
            desk.confirm(&bo, &ruled, upheld).await,
            desk.dispute(&owner, &receipt, ("other", None)).await,
        ] {
            assert_eq!(done.refused(409), "dispute_state_conflict");
        }
        let again = desk.cast(&phone(4), "against").await.expect(201);
        assert_eq!(desk.standings(1).await[1], (text(&again["receipt"]).to_owned(), true, Value::Null));
        // Both owners are told.
        desk.app.work().await;
        let inbox = desk.app.anon().get("/api/v1/demo/inbox").await.expect(200);
        let told = |item: &&Value| text(&item["body"]).contains("异议成立，该票作废");
        assert_eq!(inbox["items"].as_array().unwrap().iter().filter(told).count(), 2);
        let notices = anna.get(&desk.path("/ballot-notices?limit=200")).await.expect(200);
        let ruled = |row: &&Value| row["occasion"] == "ruled";
        assert_eq!(notices["items"].as_array().unwrap().iter().filter(ruled).count(), 2);
    }

    async fn a_dismissed_dispute_leaves_the_ballot_as_it_is(app: TestApp) {
        let (desk, receipt, [anna, bo]) = voted(app).await;
        let owner = desk.app.owner(&phone(1)).await;
        let dispute = desk.dispute(&owner, &receipt, ("other", None)).await.expect(201);
        let ruled = desk.rule([&anna, &bo], &dispute, json!({ "upheld": false })).await;
        assert_eq!(ruled["state"], "dismissed");
        assert_eq!(desk.standings(1).await, [(receipt.clone(), true, json!("dismissed"))]);
        assert_eq!(desk.cast(&phone(1), "against").await.refused(409), "duplicate_ballot");
        desk.app.work().await;
        let inbox = desk.app.anon().get("/api/v1/demo/inbox").await.expect(200).to_string();
        assert!(inbox.contains("异议不成立"), "{inbox}");
        // New facts may be brought before it again.
        desk.dispute(&owner, &receipt, ("not_mine", None)).await.expect(201);
    }

    async fn only_the_household_or_staff_in_its_name_disputes_a_ballot(app: TestApp) {
        let (desk, receipt, [anna, bo]) = voted(app).await;
        let stranger = desk.app.owner(&phone(2)).await;
        let not_mine = ("not_mine", None);
        assert_eq!(desk.dispute(&stranger, &receipt, not_mine).await.refused(404), "not_found");
        let unknown = "0123456789abcdef0123";
        assert_eq!(desk.dispute(&stranger, unknown, not_mine).await.refused(404), "not_found");
        let named = ("not_mine", Some("1-001"));
        assert_eq!(desk.dispute(&stranger, &receipt, named).await.refused(422), "invalid_field");
        // Staff names the household, and none but the ballot's.
        assert_eq!(desk.dispute(&anna, &receipt, not_mine).await.refused(422), "invalid_field");
        let other = ("not_mine", Some("1-002"));
        assert_eq!(desk.dispute(&anna, &receipt, other).await.refused(404), "not_found");
        let online = ("misread", Some("1-001"));
        assert_eq!(desk.dispute(&anna, &receipt, online).await.refused(422), "invalid_field");
        let (elsewhere, _) = desk.app.community("别处").await;
        let outsider = desk.app.clerk("outsider", elsewhere).await;
        assert_eq!(desk.dispute(&outsider, &receipt, named).await.refused(404), "not_found");
        let auditor = desk.app.staff("auditor", &[("auditor", Scope::Everything)]).await;
        assert_eq!(desk.dispute(&auditor, &receipt, named).await.refused(403), "forbidden");
        let body = json!({ "receipt": receipt, "reason": "not_mine", "text": "" });
        assert_eq!(anna.post(&desk.path("/disputes"), body).await.refused(422), "invalid_field");

        let dispute = desk.dispute(&anna, &receipt, named).await.expect(201);
        assert_eq!((&dispute["unit_code"], &dispute["filed_by"]), (&json!("1-001"), &json!("anna")));
        // Whoever filed it neither proposes nor confirms; nobody without the permission does.
        let upheld = json!({ "upheld": true });
        assert_eq!(desk.propose(&anna, &dispute, upheld.clone()).await.refused(409), "same_clerk");
        assert_eq!(desk.propose(&auditor, &dispute, upheld.clone()).await.refused(403), "forbidden");
        assert_eq!(desk.propose(&stranger, &dispute, upheld.clone()).await.refused(403), "forbidden");
        assert_eq!(desk.propose(&outsider, &dispute, upheld.clone()).await.refused(404), "not_found");
        let proposed = desk.propose(&bo, &dispute, upheld.clone()).await.expect(200);
        assert_eq!(desk.confirm(&anna, &proposed, upheld.clone()).await.refused(409), "same_clerk");
        let chen = desk.app.clerk("chen", desk.community).await;
        let read = json!({ "upheld": true, "choices": [{ "item_id": desk.items[0], "choice": "for" }] });
        assert_eq!(desk.propose(&chen, &dispute, read).await.refused(422), "invalid_field");
        assert_eq!(desk.confirm(&chen, &proposed, upheld).await.expect(200)["state"], "upheld");
    }

    async fn a_household_sees_its_own_disputes_and_no_proposal(app: TestApp) {
        let (desk, receipt, [anna, bo]) = voted(app).await;
        let second = text(&desk.cast(&phone(2), "for").await.expect(201)["receipt"]).to_owned();
        let mut filed = Vec::new();
        for (n, receipt) in [(1, &receipt), (2, &second)] {
            let owner = desk.app.owner(&phone(n)).await;
            filed.push(desk.dispute(&owner, receipt, ("other", None)).await.expect(201));
        }
        let proposed = desk.propose(&anna, &filed[0], json!({ "upheld": true })).await.expect(200);
        // The other owner of the head, who did not file it.
        let owner = desk.app.owner(&phone(4)).await;
        let own = owner.get(&desk.path("/disputes")).await.expect(200);
        assert_eq!(own["items"].as_array().unwrap().len(), 1);
        let shown = &own["items"][0];
        assert_eq!((&shown["receipt"], &shown["state"]), (&json!(receipt), &json!("proposed")));
        for hidden in ["upheld", "ruling", "proposed_by", "proposed_at"] {
            assert_eq!(shown[hidden], Value::Null, "{hidden}");
        }
        let page = anna.get(&desk.path("/disputes?limit=1")).await.expect(200);
        assert_eq!(page["items"][0], proposed);
        let next = text(&page["next_cursor"]);
        let page = anna.get(&desk.path(&format!("/disputes?limit=1&cursor={next}"))).await.expect(200);
        assert_eq!(page["items"][0]["receipt"], json!(second));
        assert_eq!(page["next_cursor"], Value::Null);
        desk.confirm(&bo, &proposed, json!({ "upheld": true })).await.expect(200);
        let receipts = |query: &'static str| {
            let path = desk.path(&format!("/disputes?{query}"));
            let anna = anna.clone();
            async move {
                let page = anna.get(&path).await.expect(200);
                let items = page["items"].as_array().unwrap().iter();
                items.map(|item| text(&item["receipt"]).to_owned()).collect::<Vec<_>>()
            }
        };
        assert_eq!(receipts("open=true").await, [second]);
        assert_eq!(receipts("open=false").await, [receipt]);
        assert_eq!(receipts("mine=true").await, [""; 0]);
        let own = owner.get(&desk.path("/disputes?open=false&mine=true")).await.expect(200);
        assert_eq!(own["items"][0]["ruling"], "经核实签名样本与送达记录");
    }

    async fn a_void_sheet_lets_the_ballot_stand_that_had_given_way(app: TestApp) {
        let paper = paper(app, &flats(3, "80.00"), &["5", "7"]).await;
        let (sheet, online, [chen, dora]) = crossed(&paper, "for").await;
        let desk = &paper.desk;
        let stands = |all: Vec<(String, bool, Value)>, receipt: &str| {
            all.into_iter().find(|(known, ..)| known == receipt).unwrap().1
        };
        assert!(stands(desk.standings(1).await, &sheet) && !stands(desk.standings(1).await, &online));
        let owner = desk.app.owner(&phone(1)).await;
        let dispute = desk.dispute(&owner, &sheet, ("not_mine", None)).await.expect(201);
        // Whoever entered the sheet does not rule on it, neither first nor second.
        let upheld = json!({ "upheld": true });
        for clerk in [&paper.anna, &paper.bo] {
            assert_eq!(desk.propose(clerk, &dispute, upheld.clone()).await.refused(409), "same_clerk");
        }
        let proposed = desk.propose(&chen, &dispute, upheld.clone()).await.expect(200);
        assert_eq!(desk.confirm(&paper.bo, &proposed, upheld.clone()).await.refused(409), "same_clerk");
        assert_eq!(desk.confirm(&dora, &proposed, upheld).await.expect(200)["state"], "upheld");
        assert!(!stands(desk.standings(1).await, &sheet) && stands(desk.standings(1).await, &online));
        assert_eq!(desk.cast(&phone(1), "for").await.refused(409), "duplicate_ballot");
        let clerk = paper.close_and_count().await;
        for item in clerk.get(&desk.path("/explain")).await.expect(200)["items"].as_array().unwrap() {
            assert_eq!((&item["against"]["heads"], &item["for"]["heads"]), (&json!(1), &json!(0)));
        }
    }

    async fn a_misread_sheet_is_corrected_to_what_two_people_read(app: TestApp) {
        let paper = paper(app, &flats(3, "80.00"), &["5", "7"]).await;
        let (sheet, online, [chen, dora]) = crossed(&paper, "for").await;
        let desk = &paper.desk;
        let owner = desk.app.owner(&phone(1)).await;
        let dispute = desk.dispute(&owner, &sheet, ("misread", None)).await.expect(201);
        let read = |first: &str, second: &str| {
            let choice = |n: usize, choice: &str| json!({ "item_id": desk.items[n], "choice": choice });
            json!({ "upheld": true, "choices": [choice(0, first), choice(1, second)] })
        };
        let nothing = desk.propose(&chen, &dispute, json!({ "upheld": true })).await;
        assert_eq!(nothing.refused(422), "invalid_field");
        let mut invalid = read("abstain", "invalid");
        assert_eq!(desk.propose(&chen, &dispute, invalid.clone()).await.refused(422), "invalid_field");
        invalid["invalid_reason"] = json!("ambiguous");
        let proposed = desk.propose(&chen, &dispute, invalid.clone()).await.expect(200);
        assert!(!proposed.to_string().contains("abstain"), "{proposed}");
        let other = desk.confirm(&dora, &proposed, read("abstain", "for")).await;
        assert_eq!(other.refused(409), "ruling_differs");
        let ruled = desk.confirm(&dora, &proposed, invalid).await.expect(200);
        assert_eq!(ruled["state"], "corrected");
        // The sheet stands on the first item; on the second it says nothing, and the ballot on line does.
        let heads = desk.app.owner(&phone(1)).await.get(&desk.path("/heads/mine")).await.expect(200);
        let ballots = heads[0]["ballots"].as_array().unwrap();
        let of = |receipt: &str| ballots.iter().find(|b| b["receipt"] == receipt).unwrap()["choices"].clone();
        let choices = |all: Value| {
            let all = all.as_array().unwrap().clone();
            let of = |n: usize| all.iter().find(|c| c["item_id"] == desk.items[n]).unwrap()["choice"].clone();
            (all.len(), of(0), of(1))
        };
        assert_eq!(choices(of(&sheet)), (2, json!("abstain"), json!("invalid")));
        assert_eq!(choices(of(&online)), (2, json!("against"), json!("against")));
        let page = desk.app.anon().get(&format!("/api/v1/public/receipts/{sheet}.html")).await;
        assert!(page.text.contains("已按纸质表决票更正"), "{}", page.text);
        // Read once more, it may be corrected again.
        let again = desk.dispute(&owner, &sheet, ("misread", None)).await.expect(201);
        desk.rule([&dora, &chen], &again, read("for", "for")).await;
        let clerk = paper.close_and_count().await;
        let items = clerk.get(&desk.path("/explain")).await.expect(200)["items"].clone();
        for item in items.as_array().unwrap() {
            assert_eq!((&item["for"]["heads"], &item["participating"]["heads"]), (&json!(1), &json!(1)));
            assert_eq!(item["invalid"]["heads"], 0);
        }
    }

    async fn a_household_whose_forged_sheet_is_void_gets_another_one(app: TestApp) {
        let paper = paper(app, &flats(3, "80.00"), &["5"]).await;
        let desk = &paper.desk;
        let forged = paper.register("1-001").await;
        paper.settle(&forged, "against").await;
        let receipt = desk.standings(1).await.remove(0).0;
        let (path, again) = (desk.path("/sheets/issue"), json!({ "units": ["1-001"] }));
        let refused = paper.anna.post(&path, again.clone()).await;
        assert_eq!(refused.refused(409), "already_exists");
        let dora = desk.app.clerk("dora", desk.community).await;
        let owner = desk.app.owner(&phone(1)).await;
        let dispute = desk.dispute(&owner, &receipt, ("not_mine", None)).await.expect(201);
        desk.rule([&paper.chen, &dora], &dispute, json!({ "upheld": true })).await;
        paper.anna.post(&path, again).await.expect(201);
        let own = paper.register("1-001").await;
        paper.settle(&own, "for").await;
        let stand: Vec<bool> = desk.standings(1).await.iter().map(|(_, stands, _)| *stands).collect();
        assert_eq!(stand, [false, true]);
    }

    async fn the_paper_desk_disputes_a_sheet_that_it_reads_otherwise(app: TestApp) {
        let paper = paper(app, &flats(3, "80.00"), &["5"]).await;
        crossed(&paper, "for").await;
        let desk = &paper.desk;
        paper.close_and_count().await;
        let [chen, dora] = [desk.app.sign_in("chen").await, desk.app.sign_in("dora").await];
        let owner = desk.app.owner(&phone(1)).await;
        let own = owner.get(&desk.path("/ballots/mine")).await.expect(200);
        let recheck = |channel: &'static str| {
            let ballot = own.as_array().unwrap().iter().find(|own| own["channel"] == channel).unwrap();
            let ballot_id = text(&ballot["ballot_id"]).parse().unwrap();
            let text = "复核所读与记录不同".to_owned();
            let new = NewDispute { ballot_id, reason: DisputeReason::Misread, text };
            let (db, vote) = (desk.app.db.clone(), desk.vote.parse().unwrap());
            async move {
                let context = WriteContext::of(Actor::named("recheck"));
                db.write(&context, "test", move |tx| {
                    let vote = find_vote(tx.conn(), vote)?;
                    file_dispute(tx, &vote, &new, &Filer::Recheck)
                }).await
            }
        };
        assert_eq!(recheck("online").await.unwrap_err().code().as_str(), "invalid_field");
        let dispute = serde_json::to_value(recheck("paper").await.unwrap()).unwrap();
        assert_eq!((&dispute["filed_by"], &dispute["unit_code"]), (&json!("recheck"), &Value::Null));
        assert_eq!(recheck("paper").await.unwrap_err().code().as_str(), "already_exists");
        let mut read = desk.ballot("against");
        read["upheld"] = json!(true);
        assert_eq!(desk.rule([&chen, &dora], &dispute, read).await["state"], "corrected");
    }

    async fn the_database_itself_keeps_the_filer_the_owner_and_the_clerk_from_ruling(app: TestApp) {
        let paper = paper(app, &flats(3, "80.00"), &["5"]).await;
        let (sheet, _, [chen, dora]) = crossed(&paper, "for").await;
        let desk = &paper.desk;
        let dispute = desk.dispute(&chen, &sheet, ("not_mine", Some("1-001"))).await.expect(201);
        let owner = desk.app.owner(&phone(1)).await;
        let stranger = desk.app.owner(&phone(2)).await;
        let mut ids = Vec::new();
        for person in [&chen, &owner, &paper.anna, &paper.bo, &dora, &stranger] {
            ids.push(text(&person.get("/api/v1/me").await.expect(200)["id"]).to_owned());
        }
        let [chen, owner, anna, bo, dora, stranger] = ids.try_into().unwrap();
        let id = text(&dispute["dispute_id"]).to_owned();
        let write = |proposed: &str, confirmed: Option<&str>| {
            let sqlite = desk.app.engine == crate::support::Engine::Sqlite;
            let uuid = |id: &str| match sqlite {
                true => format!("x'{}'", id.replace('-', "")),
                false => format!("'{id}'"),
            };
            let confirmed = confirmed.map_or_else(String::new, |by| {
                let by = uuid(by);
                format!(", confirmed_by = {by}, confirmed_at = filed_at, ruling_seq = 99")
            });
            let change = format!(
                "UPDATE ballot_disputes SET upheld = TRUE, proposed_by = {}{confirmed} WHERE id = {}",
                uuid(proposed), uuid(&id)
            );
            let context = WriteContext::of(Actor::named("intruder"));
            let db = desk.app.db.clone();
            async move {
                db.write(&context, "test", move |tx| Ok(tx.conn().batch_execute(&change)?)).await
            }
        };
        for alone in [&chen, &owner, &anna, &bo] {
            assert!(write(alone, None).await.is_err());
            assert!(write(&dora, Some(alone)).await.is_err());
        }
        assert!(write(&dora, Some(&dora)).await.is_err());
        // A choice stands again only after a ruling.
        let again = |desk: &Desk| {
            let db = desk.app.db.clone();
            let change = "UPDATE ballot_choices SET standing = FALSE WHERE standing; \
                UPDATE ballot_choices SET standing = TRUE WHERE choice = 'against'";
            async move {
                let context = WriteContext::of(Actor::named("intruder"));
                db.write(&context, "test", move |tx| Ok(tx.conn().batch_execute(change)?)).await
            }
        };
        assert!(again(desk).await.is_err());
        // The control: two who have nothing to do with it; then nothing of it changes any more.
        write(&stranger, Some(&dora)).await.unwrap();
        again(desk).await.unwrap();
        assert!(write(&stranger, Some(&dora)).await.is_err());
    }

    async fn an_owner_on_the_committee_does_not_rule_on_an_own_ballot(app: TestApp) {
        let (desk, receipt, [anna, bo]) = voted(app).await;
        let member = desk.app.owner(&phone(4)).await;
        let me = text(&member.get("/api/v1/me").await.expect(200)["id"]).to_owned();
        let bureau = desk.app.sign_in("bureau").await;
        let scope = json!({ "kind": "community", "reference": desk.community });
        let grant = json!({ "role": "committee", "scope": scope });
        bureau.post(&format!("/api/v1/accounts/{me}/grants"), grant).await.expect(201);
        let second = text(&desk.cast(&phone(2), "for").await.expect(201)["receipt"]).to_owned();
        let upheld = json!({ "upheld": true });
        let owner = desk.app.owner(&phone(1)).await;
        let own = desk.dispute(&owner, &receipt, ("not_mine", None)).await.expect(201);
        assert_eq!(desk.propose(&member, &own, upheld.clone()).await.refused(409), "same_clerk");
        let proposed = desk.propose(&anna, &own, upheld.clone()).await.expect(200);
        assert_eq!(desk.confirm(&member, &proposed, upheld.clone()).await.refused(409), "same_clerk");
        // The control: a ballot of another household.
        let other = desk.dispute(&bo, &second, ("not_mine", Some("1-002"))).await.expect(201);
        let proposed = desk.propose(&anna, &other, upheld.clone()).await.expect(200);
        desk.confirm(&member, &proposed, upheld).await.expect(200);
    }

    async fn a_ballot_is_disputed_until_the_publicity_ends(app: TestApp) {
        let (desk, receipt, _) = voted(app).await;
        let clerk = desk.close_and_count().await;
        clerk.post(&desk.path("/publish"), json!({})).await.expect(200);
        let vote = clerk.get(&desk.path("")).await.expect(200);
        let until: UtcTime = text(&vote["objections_until"]).parse().unwrap();
        let left = until.micros() - desk.app.clock.now().micros();
        desk.app.clock.advance(chrono::TimeDelta::microseconds(left - 60_000_000));
        let owner = desk.app.owner(&phone(1)).await;
        desk.app.clock.advance(chrono::TimeDelta::microseconds(60_000_000 - 1));
        let dispute = desk.dispute(&owner, &receipt, ("other", None)).await.expect(201);
        desk.app.clock.advance(chrono::TimeDelta::microseconds(1));
        assert_eq!(desk.dispute(&owner, &receipt, ("other", None)).await.refused(409), "too_late");
        // What was filed in time is ruled on all the same.
        let [anna, bo] = [desk.app.sign_in("anna").await, desk.app.sign_in("bobo").await];
        desk.rule([&anna, &bo], &dispute, json!({ "upheld": false })).await;
        for step in ["/count", "/confirm"] {
            anna.post(&desk.path(step), json!({})).await.expect(200);
        }
        let named = ("other", Some("1-001"));
        assert_eq!(desk.dispute(&bo, &receipt, named).await.refused(409), "wrong_state");
        let upheld = json!({ "upheld": true });
        assert_eq!(desk.propose(&bo, &dispute, upheld).await.refused(409), "wrong_state");
    }
}
