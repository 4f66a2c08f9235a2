//! Rulings after the count: another count, another tally, a certificate over the last one; both
//! verifiers say the same of it.

use jiugai::{
    kernel::VoteId,
    platform::db::schema::item_results,
    verifier::{Request, Source, verify},
};
use serde_json::{Value, json};

use super::{Desk, draft, paper::paper};
use crate::{
    db_test,
    support::{Client, TestApp, flats, phone},
    verifier::{Said, python},
};

/// Nine flats of which these have voted so, counted and published; then two who may rule.
async fn published(app: TestApp, choices: &[&str]) -> (Desk, Vec<String>, [Client; 3]) {
    let desk = draft(app, &flats(9, "100.00"), &["5", "7"]).await;
    desk.open().await;
    let mut receipts = Vec::new();
    for (choice, n) in choices.iter().zip(1..) {
        let receipt = desk.cast(&phone(n), choice).await.expect(201);
        receipts.push(receipt["receipt"].as_str().unwrap().to_owned());
    }
    let clerk = desk.close_and_count().await;
    clerk.post(&desk.path("/publish"), json!({})).await.expect(200);
    let anna = desk.app.clerk("anna", desk.community).await;
    let bo = desk.app.clerk("bobo", desk.community).await;
    (desk, receipts, [clerk, anna, bo])
}

/// What both verifiers say of the whole log, and what Rust prints of it.
async fn check(desk: &Desk) -> (Said, Value, String) {
    let log = format!("/api/v1/public/votes/{}/log", desk.vote);
    let key = desk.app.anon().get(&format!("{log}/vkey")).await.text.trim().to_owned();
    let bureau = desk.app.sign_in("bureau").await;
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("whole.zip");
    std::fs::write(&file, bureau.bytes(&desk.path("/log/bundle.zip")).await).unwrap();
    let mut source = Source::open(file.to_str().unwrap()).unwrap();
    let report = verify(&mut source, &Request { key: Some(&key), ..Request::default() }).unwrap();
    let json: Value = serde_json::from_str(&report.json()).unwrap();
    let rust = Said::of(&json);
    let text = report.text().join("\n");
    assert_eq!(python::run(&[file], &key), std::slice::from_ref(&rust), "{text}");
    (rust, json, text)
}

async fn state(desk: &Desk, clerk: &Client) -> Value {
    clerk.get(&desk.path("")).await.expect(200)["state"].clone()
}

async fn blockers(desk: &Desk, clerk: &Client) -> Vec<String> {
    let readiness = clerk.get(&desk.path("/readiness")).await.expect(200);
    let blockers = readiness["blockers"].as_array().unwrap().iter();
    blockers.map(|b| b["rule_id"].as_str().unwrap().to_owned()).collect()
}

/// Past the publicity, signed in anew.
async fn confirm(desk: &Desk) -> Client {
    desk.app.clock.advance(chrono::TimeDelta::days(20));
    let clerk = desk.staff_again().await;
    clerk.post(&desk.path("/confirm"), json!({})).await.expect(200);
    clerk
}

db_test! {
    async fn a_ruling_after_the_count_leads_to_another_one_within_the_publicity(app: TestApp) {
        let choices = ["for", "for", "for", "for", "for", "for", "for", "against"];
        let (desk, receipts, [clerk, anna, bo]) = published(app, &choices).await;
        let until = clerk.get(&desk.path("")).await.expect(200)["objections_until"].clone();
        let owner = desk.app.owner(&phone(1)).await;
        let dispute = desk.dispute(&owner, &receipts[0], ("not_mine", None)).await.expect(201);
        assert_eq!(blockers(&desk, &clerk).await, ["publicity", "ballot_disputes_open"]);
        // The verifiers print the result with and without the disputed ballot.
        let (said, json, text) = check(&desk).await;
        assert_eq!((said.exit, json["disputed"].as_u64()), (3, Some(1)), "no certificate yet");
        assert_eq!(json["items"][0]["for"]["heads"], 7);
        assert_eq!(json["items"][0]["without_disputed"]["passed"], true);
        assert_eq!(json["items"][0]["flip"]["heads"]["heads"], 3);
        assert_eq!(json["items"][0]["without_disputed"]["flip"]["heads"]["heads"], 2);
        assert!(text.contains("without the disputed"), "{text}");

        assert_eq!(clerk.post(&desk.path("/count"), json!({})).await.refused(409), "wrong_state");
        desk.rule([&anna, &bo], &dispute, json!({ "upheld": true })).await;
        assert_eq!(blockers(&desk, &clerk).await, ["publicity", "rulings_uncounted"]);
        let shown = clerk.get(&desk.path("/explain")).await.expect(200);
        assert_eq!(shown["items"][0]["for"]["heads"], 7, "until it is counted again");
        let recount = desk.app.db.snapshot(jiugai::voting::recount).await.unwrap();
        assert_eq!(recount.faults, [""; 0]);

        clerk.post(&desk.path("/count"), json!({})).await.expect(200);
        assert_eq!(state(&desk, &clerk).await, "published");
        assert_eq!(clerk.get(&desk.path("")).await.expect(200)["objections_until"], until);
        assert_eq!(blockers(&desk, &clerk).await, ["publicity"]);
        let shown = clerk.get(&desk.path("/explain")).await.expect(200);
        assert_eq!(shown["items"].as_array().unwrap().len(), 2);
        assert_eq!(shown["items"][0]["for"]["heads"], 6);
        let page = format!("/api/v1/public/votes/{}/result.html", desk.vote);
        let page = desk.app.anon().get(&page).await.text;
        assert!(page.contains("第 1 次重新计票"), "{page}");
        assert_eq!(clerk.post(&desk.path("/count"), json!({})).await.refused(409), "wrong_state");
        let steps = clerk.get(&desk.path("/transitions")).await.expect(200);
        assert!(steps.to_string().contains("\"recount\""), "{steps}");
        // Both counts are kept.
        let vote: VoteId = desk.vote.parse().unwrap();
        let kept: i64 = desk.app.db.read(move |conn| {
            use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
            let of_vote = item_results::table.filter(item_results::vote_id.eq(vote));
            Ok(of_vote.count().get_result(conn)?)
        }).await.unwrap();
        assert_eq!(kept, 4);

        confirm(&desk).await;
        let (said, json, text) = check(&desk).await;
        assert_eq!((said.exit, &said.faults), (0, &Vec::new()), "{text}");
        assert_eq!((&json["void"], &json["disputed"]), (&json!(1), &json!(0)));
        assert_eq!(json["items"][0]["for"]["heads"], 6);
    }

    async fn an_overturned_outcome_is_published_anew(app: TestApp) {
        let choices = ["for", "for", "for", "for", "against", "against"];
        let (desk, receipts, [clerk, anna, bo]) = published(app, &choices).await;
        let owner = desk.app.owner(&phone(1)).await;
        let dispute = desk.dispute(&owner, &receipts[0], ("not_mine", None)).await.expect(201);
        desk.app.clock.advance(chrono::TimeDelta::minutes(1));
        desk.rule([&anna, &bo], &dispute, json!({ "upheld": true })).await;
        let before = clerk.get(&desk.path("")).await.expect(200);
        clerk.post(&desk.path("/count"), json!({})).await.expect(200);
        assert_eq!(state(&desk, &clerk).await, "counted");
        // Nobody but the desk sees a result that is not published.
        let public = format!("/api/v1/public/votes/{}/result", desk.vote);
        assert_eq!(desk.app.anon().get(&public).await.status, 409);
        let shown = clerk.get(&desk.path("/explain")).await.expect(200);
        assert_eq!((&shown["items"][0]["passed"], &shown["published_at"]), (&json!(false), &Value::Null));
        // Between the two publications a ballot may still be disputed.
        let owner = desk.app.owner(&phone(2)).await;
        let second = desk.dispute(&owner, &receipts[1], ("other", None)).await.expect(201);
        desk.rule([&anna, &bo], &second, json!({ "upheld": false })).await;
        let refused = clerk.post(&desk.path("/publish"), json!({})).await;
        assert_eq!((refused.refused(409).as_str(), &refused.json()["rule_id"]),
            ("not_ready", &json!("rulings_uncounted")));
        clerk.post(&desk.path("/count"), json!({})).await.expect(200);
        assert_eq!(state(&desk, &clerk).await, "counted");
        desk.app.clock.advance(chrono::TimeDelta::days(2));
        let clerk = desk.staff_again().await;
        clerk.post(&desk.path("/publish"), json!({})).await.expect(200);
        let after = clerk.get(&desk.path("")).await.expect(200);
        let until = |vote: &Value| vote["objections_until"].as_str().unwrap().to_owned();
        assert!(until(&after) > until(&before), "{after}");
        confirm(&desk).await;
        let (said, json, text) = check(&desk).await;
        assert_eq!((said.exit, &json["items"][0]["passed"]), (0, &json!(false)), "{text}");
    }

    async fn a_vote_with_voided_and_corrected_sheets_verifies_by_both_programs(app: TestApp) {
        let paper = paper(app, &flats(12, "80.00"), &["6", "9"]).await;
        let desk = &paper.desk;
        for n in 1..=6 {
            desk.cast(&phone(n), "for").await.expect(201);
        }
        let (mut sheets, mut ids) = (Vec::new(), Vec::new());
        for n in [7, 8, 9] {
            let sheet = paper.register(&format!("1-{n:03}")).await;
            paper.settle(&sheet, "for").await;
            sheets.push(desk.standings(n).await.remove(0).0);
            ids.push(sheet);
        }
        let dora = desk.app.clerk("dora", desk.community).await;
        // One void while open and voted again, one misread before the close, one after the count.
        let owner = desk.app.owner(&phone(7)).await;
        let void = desk.dispute(&owner, &sheets[0], ("not_mine", None)).await.expect(201);
        desk.rule([&paper.chen, &dora], &void, json!({ "upheld": true })).await;
        desk.cast(&phone(7), "against").await.expect(201);
        let read = |choice: &str| {
            let mut read = desk.ballot(choice);
            read["upheld"] = json!(true);
            read
        };
        let unit = Some("1-008");
        let misread = desk.dispute(&paper.anna, &sheets[1], ("misread", unit)).await.expect(201);
        desk.rule([&dora, &paper.chen], &misread, read("against")).await;
        let clerk = paper.close_and_count().await;
        clerk.post(&desk.path("/publish"), json!({})).await.expect(200);
        let [chen, dora] = [desk.app.sign_in("chen").await, desk.app.sign_in("dora").await];
        let owner = desk.app.owner(&phone(9)).await;
        let late = desk.dispute(&owner, &sheets[2], ("misread", None)).await.expect(201);
        desk.rule([&chen, &dora], &late, read("abstain")).await;
        clerk.post(&desk.path("/count"), json!({})).await.expect(200);
        let state = state(desk, &clerk).await;
        if state == "counted" {
            clerk.post(&desk.path("/publish"), json!({})).await.expect(200);
        }
        desk.recheck(&[(&ids[0], "for"), (&ids[1], "against"), (&ids[2], "abstain")]).await;
        confirm(desk).await;
        let (said, json, text) = check(desk).await;
        assert_eq!((said.exit, &said.faults), (0, &Vec::new()), "{text}");
        let item = &json["items"][0];
        let heads = ["for", "against", "abstain"].map(|part| item[part]["heads"].as_u64().unwrap());
        assert_eq!((heads, &json["void"]), ([6, 2, 1], &json!(1)), "{text}");
        let certificate = format!("/api/v1/public/votes/{}/log/certificate", desk.vote);
        let certificate = desk.app.anon().get(&certificate).await.text;
        assert!(certificate.contains("\nchallenged 0\n"), "{certificate}");
    }
}
