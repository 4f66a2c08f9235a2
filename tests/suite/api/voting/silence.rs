//! Silence in a real vote: V11 as it was, both counts beside each other, proof of delivery head by
//! head, the objection rule, and the choice of what is relied on before the notice.

use chrono::TimeDelta;
use jiugai::{
    kernel::{AccountId, HeadId, OwnerId, VoteId},
    platform::db::{Actor, WriteContext},
    voting::{Cast, Choice, cast_many, list_items, list_voters},
};
use serde_json::{Value, json};

use super::{
    Desk,
    packs::{copy_of, load},
};
use crate::{
    db_test,
    support::{Answer, Client, TestApp, TestUnit, flat, flats, phone},
};

const WARNING: &str = "逾期未表决的，计入多数票 · silence joins the majority";
const NONE: &str = "silent_rule = { value = \"none\", clause = \"全国未作规定；须有业主大会议事规则依据\", basis = \"ours\" }";

fn adopted() -> String {
    format!(
        "adopted = {{ clause = \"管理规约 12\", adopted_on = \"2025-01-01\", delivery_proof = true, \
         warning = \"{WARNING}\" }}\n"
    )
}

/// A pack of owners whose rules let silence follow the majority.
fn follow() -> String {
    let rule =
        "silent_rule = { value = \"follow_majority\", clause = \"管理规约 12\", basis = \"law\" }";
    let silence = format!("[silence]\n{}", adopted());
    copy_of("liaocheng", "garden").replace(NONE, rule).replace("[silence]\n", &silence)
}

/// A pack whose objection rule an authority has confirmed.
fn objection() -> String {
    let rule =
        "silent_rule = { value = \"objection\", clause = \"郑房〔2026〕1号\", basis = \"law\" }";
    let tail = format!(
        "\n[silence]\nmatters = [\"5\"]\n\
         objection_limit = {{ value = \"1/3\", clause = \"郑房〔2026〕1号\", basis = \"law\" }}\n{}\n\
         [local_basis]\nclause = \"郑房〔2026〕1号\"\nconfirmed_by = \"郑州市住房保障局\"\n\
         confirmed_on = \"2026-01-05\"\n",
        adopted()
    );
    copy_of("national", "garden").replace(NONE, rule) + &tail
}

async fn draft(app: TestApp, units: &[TestUnit], (pack, reliance): (&str, Value)) -> Desk {
    load(&app.bureau().await, pack).await.expect(201);
    let community = app.register("幸福里小区", units).await;
    let clerk = app.clerk("clerk", community).await;
    let vote = post(&clerk, community, reliance).await.expect(201);
    let items = vote["items"].as_array().unwrap().iter();
    let items = items.map(|item| item["id"].as_str().unwrap().to_owned()).collect();
    Desk { app, clerk, community, vote: vote["id"].as_str().unwrap().to_owned(), items }
}

/// Use of the fund, raising of the fund, and a matter that needs everybody.
async fn post(clerk: &Client, community: jiugai::kernel::CommunityId, reliance: Value) -> Answer {
    let item = |matter: &str| json!({ "title": format!("事项{matter}"), "matters": [matter] });
    let mut body = json!({ "title": "表决", "community_id": community, "rule_pack": "garden",
        "items": [item("5"), item("6"), item("279")] });
    if reliance.is_string() {
        body["reliance"] = reliance;
    }
    clerk.post("/api/v1/votes", body).await
}

async fn notice(desk: &Desk) {
    desk.clerk.post(&desk.path("/freeze-roll"), json!({})).await.expect(200);
    let window = json!({ "opens_at": "2026-03-18T00:00:00+08:00",
        "closes_at": "2026-03-25T00:00:00+08:00" });
    desk.clerk.post(&desk.path("/notice"), window).await.expect(200);
}

fn hand(unit: &str) -> Value {
    json!({ "unit_code": unit, "method": "in_person", "outcome": "delivered",
        "delivered_at": "2026-03-02T01:00:00Z", "receiver": "业主本人签收" })
}

async fn record(desk: &Desk, clerk: &Client, records: &[Value]) -> Vec<Value> {
    let mut ids = Vec::new();
    for records in records.chunks(500) {
        let rows = clerk.post(&desk.path("/deliveries"), json!({ "records": records })).await;
        let rows = rows.expect(201);
        ids.extend(rows.as_array().unwrap().iter().map(|row| row["delivery_id"].clone()));
    }
    ids
}

async fn check(desk: &Desk, ids: &[Value]) {
    let second = desk.app.clerk("second", desk.community).await;
    for ids in ids.chunks(500) {
        let body = json!({ "delivery_ids": ids });
        second.post(&desk.path("/deliveries/check"), body).await.expect(200);
    }
}

/// Heads of the roll from the first on choose: so many for, against, abstaining.
async fn cast(desk: &Desk, counts: [usize; 3]) {
    let id: VoteId = desk.vote.parse().unwrap();
    let admitted_at = desk.app.db.clock().legal_now();
    let context = WriteContext::of(Actor::named("test"));
    let done = desk.app.db.write(&context, "test.cast", move |tx| {
        let (items, voters) = (list_items(tx.conn(), id)?, list_voters(tx.conn(), id)?);
        let choices = [Choice::For, Choice::Against, Choice::Abstain].into_iter().zip(counts);
        let choices = choices.flat_map(|(choice, count)| std::iter::repeat_n(choice, count));
        let ballot = |((head_id, owner_id, _), choice): ((HeadId, OwnerId, _), Choice)| Cast {
            vote_id: id,
            owner_id,
            account_id: AccountId::new(),
            head_id: Some(head_id),
            choices: items.iter().map(|item| (item.id, choice)).collect(),
            admitted_at,
            request_id: "test".to_owned(),
            idempotency: None,
        };
        let casts: Vec<Cast> = voters.into_iter().zip(choices).map(ballot).collect();
        for taken in cast_many(tx, &casts)? {
            taken?;
        }
        Ok(())
    });
    done.await.unwrap();
}

async fn open(desk: &Desk) {
    desk.app.clock.advance(TimeDelta::days(16));
    desk.app.work().await;
}

async fn items(desk: &Desk, clerk: &Client) -> Vec<Value> {
    let explained = clerk.get(&desk.path("/explain")).await.expect(200);
    explained["items"].as_array().unwrap().clone()
}

db_test! {
    async fn v11_both_counts_are_told_and_the_organiser_relies_on_the_announced_one(app: TestApp) {
        let desk = draft(app, &flats(1291, "100.00"), (&follow(), json!("with_clause"))).await;
        notice(&desk).await;
        let path = format!("/api/v1/public/votes/{}/notice", desk.vote);
        let told = desk.app.anon().get(&path).await.expect(200)["silence"].clone();
        assert_eq!((&told["warning"], &told["clause"]), (&json!(WARNING), &json!("管理规约 12")));
        assert_eq!((&told["items"], &told["relied_on"]), (&json!([1, 2]), &json!("with_clause")));
        let page = desk.app.anon().get(&format!("{path}.html")).await.text;
        assert!(page.contains(WARNING) && page.contains("按条款计票"), "{page}");

        let clerk = desk.staff_again().await;
        // In the order of the roll: the last four, who do not vote, are not reached.
        let mut codes: Vec<String> = (1..=1291).map(|n| format!("1-{n:03}")).collect();
        codes.sort();
        let codes: Vec<Value> = codes[..1287].iter().map(|code| hand(code)).collect();
        let ids = record(&desk, &clerk, &codes).await;
        check(&desk, &ids).await;
        open(&desk).await;
        cast(&desk, [417, 278, 8]).await;
        let clerk = desk.close_and_count().await;
        let late = json!({ "records": [hand("1-999")] });
        let late = clerk.post(&desk.path("/deliveries"), late).await;
        assert_eq!(late.refused(409), "wrong_state");

        let items = items(&desk, &clerk).await;
        for item in &items[..2] {
            let silence = &item["silence"];
            assert_eq!(item["participating"]["heads"], 703);
            assert_eq!(item["predicates"][1]["need"], "861");
            assert_eq!((&silence["strict_passed"], &item["passed"]), (&json!(false), &json!(true)));
            assert_eq!(silence["silent"], json!({ "area": "58400.00", "heads": 584 }));
            let clause = &silence["with_clause"];
            assert_eq!((&clause["followed"], &clause["passed"]), (&json!("for"), &json!(true)));
            assert_eq!(clause["participating"], json!({ "area": "128700.00", "heads": 1287 }));
            assert_eq!(clause["for"], json!({ "area": "100100.00", "heads": 1001 }));
            assert_eq!(silence["relied_on"], "with_clause");
            assert!(silence["summary"].as_str().unwrap().contains("strict: not passed"));
        }
        assert!(items[2].get("silence").is_none() && items[2]["passed"] == false);
        desk.certify().await;
        let certificate = format!("/api/v1/public/votes/{}/log/certificate", desk.vote);
        let text = desk.app.anon().get(&certificate).await.text;
        for line in [
            "item 1 4170000 417 7030000 703 12910000 1291 failed\nsilent 1 5840000 584\n\
             clause 1 follow_majority 10010000 1001 12870000 1287 12910000 1291 passed\n",
            "clause 2 follow_majority 10010000 1001 12870000 1287 12910000 1291 passed\nitem 3 ",
            "failed\nrelied with_clause\nchallenged 0\n",
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
        for page in ["result.html", "log/certificate.html"] {
            let path = format!("/api/v1/public/votes/{}/{page}", desk.vote);
            let page = desk.app.anon().get(&path).await.text;
            assert!(page.contains("已送达未表决") && page.contains("128700.00"), "{page}");
            assert!(page.contains("严格计票：未通过") && page.contains("by the clause: passed"));
        }
        let csv = desk.staff_again().await.get(&desk.path("/result.csv")).await.text;
        assert!(csv.contains("未通过,通过,按条款计票,58400.00,584"), "{csv}");
    }

    async fn v11_who_relies_on_the_strict_count_fails_though_the_clause_would_pass(app: TestApp) {
        let desk = draft(app, &flats(13, "100.00"), (&follow(), Value::Null)).await;
        notice(&desk).await;
        let locked = desk.clerk.patch(&desk.path(""), json!({ "reliance": "with_clause" })).await;
        assert_eq!(locked.refused(409), "wrong_state");
        let codes: Vec<Value> = (1..=12).map(|n| hand(&format!("1-{n:03}"))).collect();
        let ids = record(&desk, &desk.clerk, &codes).await;
        check(&desk, &ids).await;
        open(&desk).await;
        cast(&desk, [4, 3, 0]).await;
        let clerk = desk.close_and_count().await;
        let items = items(&desk, &clerk).await;
        let [passed, relied] = [&items[0]["passed"], &items[0]["silence"]["relied_on"]];
        assert_eq!((passed, relied), (&json!(false), &json!("strict")));
        assert_eq!(items[0]["silence"]["with_clause"]["passed"], true);
        assert_eq!(items[0]["silence"]["silent"]["heads"], 5);
        desk.certify().await;
    }

    async fn a_head_is_silent_only_with_proof_for_each_of_its_units(app: TestApp) {
        let mut units = flats(8, "100.00");
        // The eighth owner has two flats.
        units.push(flat("1-009", "100.00", &[&phone(8)]));
        let desk = draft(app, &units, (&follow(), json!("with_clause"))).await;
        notice(&desk).await;
        let records: Vec<Value> = (1..=8).map(|n| hand(&format!("1-{n:03}"))).collect();
        let ids = record(&desk, &desk.clerk, &records).await;
        // The sixth stays unchecked; the seventh is corrected: nobody was there.
        check(&desk, &[&ids[..5], &ids[6..]].concat()).await;
        let failed = json!({ "reason": "签收人不是业主", "record": { "unit_code": "1-007",
            "method": "in_person", "outcome": "failed", "delivered_at": "2026-03-02T01:00:00Z",
            "failure_reason": "无人应门" } });
        let path = desk.path(&format!("/deliveries/{}/correction", ids[6].as_str().unwrap()));
        desk.clerk.post(&path, failed).await.expect(201);
        open(&desk).await;
        cast(&desk, [3, 0, 0]).await;
        let clerk = desk.close_and_count().await;
        let items = items(&desk, &clerk).await;
        // The fourth and the fifth.
        assert_eq!(items[0]["silence"]["silent"], json!({ "area": "200.00", "heads": 2 }));
        assert_eq!(items[0]["passed"], false);
        desk.certify().await;
    }

    async fn by_objection_an_item_passes_while_a_third_object(app: TestApp) {
        let desk = draft(app, &flats(9, "100.00"), (&objection(), json!("with_clause"))).await;
        notice(&desk).await;
        let records: Vec<Value> = (1..=9).map(|n| hand(&format!("1-{n:03}"))).collect();
        let ids = record(&desk, &desk.clerk, &records).await;
        check(&desk, &ids).await;
        open(&desk).await;
        cast(&desk, [0, 3, 0]).await;
        let clerk = desk.close_and_count().await;
        let items = items(&desk, &clerk).await;
        let silence = &items[0]["silence"];
        assert_eq!((&items[0]["passed"], &silence["strict_passed"]), (&json!(true), &json!(false)));
        assert_eq!(silence["with_clause"]["objecting"], json!({ "area": "300.00", "heads": 3 }));
        assert!(items[1].get("silence").is_none(), "only the use of the fund is covered");
        desk.certify().await;
    }

    async fn nobody_relies_on_a_clause_that_is_not_there(app: TestApp) {
        let pack = follow().replace("[silence]\n", "[silence]\nmatters = [\"6\"]\n");
        load(&app.bureau().await, &pack).await.expect(201);
        let community = app.register("幸福里小区", &flats(3, "80.00")).await;
        let clerk = app.clerk("clerk", community).await;
        let body = |matter: &str, pack: &str| json!({ "title": "表决", "community_id": community,
            "rule_pack": pack, "reliance": "with_clause",
            "items": [{ "title": "事项", "matters": [matter] }] });
        for (matter, pack) in [("5", "national"), ("5", "garden"), ("279", "garden")] {
            let refused = clerk.post("/api/v1/votes", body(matter, pack)).await;
            assert_eq!(refused.refused(422), "invalid_field", "{matter} {pack}");
            assert_eq!(refused.json()["errors"][0]["pointer"], "/reliance");
        }
        let vote = clerk.post("/api/v1/votes", body("6", "garden")).await.expect(201);
        assert_eq!(vote["reliance"], "with_clause");
        let path = format!("/api/v1/votes/{}", vote["id"].as_str().unwrap());
        let items = json!({ "items": [{ "title": "事项", "matters": ["5"] }] });
        assert_eq!(clerk.patch(&path, items.clone()).await.refused(422), "invalid_field");
        let mut both = items;
        both["reliance"] = json!("strict");
        assert_eq!(clerk.patch(&path, both).await.expect(200)["reliance"], "strict");
    }

    async fn a_clause_weighs_in_no_vote_that_opens_before_it_was_adopted(app: TestApp) {
        let later = follow().replace("adopted_on = \"2025-01-01\"", "adopted_on = \"2026-03-19\"");
        let desk = draft(app, &flats(3, "80.00"), (&later, json!("with_clause"))).await;
        let frozen = desk.clerk.post(&desk.path("/freeze-roll"), json!({})).await;
        assert_eq!(frozen.refused(409), "rule_pack_not_in_force");
        assert_eq!(frozen.json()["rule_id"], "silence_adopted");
    }
}
