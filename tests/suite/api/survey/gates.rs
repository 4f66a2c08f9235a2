//! The worked cases of the gates as whole surveys, and what is shown when.

use jiugai::{
    platform::db::{Actor, WriteContext},
    survey::{Denominator, Purpose, SurveyState, find_gate},
};
use serde_json::{Value, json};

use super::{Desk, PATH, desk, no, questions, yes};
use crate::{
    db_test,
    support::{TestApp, TestUnit, flat, flats, phone},
};

async fn gate(desk: &Desk, id: &str) -> jiugai::survey::SurveyGate {
    let id = id.parse().unwrap();
    desk.app.db.read(move |conn| find_gate(conn, id)).await.unwrap().unwrap()
}

/// `count` flats in each building.
fn blocks(counts: &[usize]) -> Vec<TestUnit> {
    let mut units = Vec::new();
    for (building, count) in counts.iter().enumerate() {
        for n in 1..=*count {
            let code = format!("{}-{n:03}", building + 1);
            let owner = phone(units.len() + 1);
            let building = format!("{}栋", building + 1);
            units.push(TestUnit { building, ..flat(&code, "60.00", &[&owner]) });
        }
    }
    units
}

db_test! {
    async fn g3_of_403_households_330_answer_and_264_are_satisfied(app: TestApp) {
        let mut desk = desk(app, &flats(403, "60.00")).await;
        let passing = desk.opened("accept").await;
        let homes = desk.homes(&passing).await;
        desk.answers(&homes, (264, 66)).await;
        assert_eq!(gate(&desk, &passing).await.verdict, None, "nothing is counted before the close");
        desk.after_the_close().await;
        let mut body = desk.body(&desk.version("accept", questions()).await);
        body["closes_at"] = json!("2026-03-19T18:00:00+08:00");
        let drafted = desk.first.post(PATH, body).await.expect(201);
        let failing = drafted["survey_id"].as_str().unwrap().to_owned();
        desk.open(&failing).await.expect(200);
        let homes = desk.homes(&failing).await;
        desk.answers(&homes, (263, 67)).await;
        desk.after_the_close().await;
        let passed = gate(&desk, &passing).await;
        assert!(passed.is_met());
        assert_eq!((passed.purpose, passed.state), (Purpose::Accept, SurveyState::Closed));
        let verdict = passed.verdict.unwrap();
        assert_eq!((verdict.test.have, verdict.test.need, verdict.test.total), (264, 264, 330));
        assert_eq!(verdict.test.of, Denominator::Answers);
        let coverage = verdict.coverage.unwrap();
        assert_eq!((coverage.have, coverage.need, coverage.total, coverage.met), (330, 323, 403, true));
        assert!(verdict.rule.clause.contains("满意度"));
        let failed = gate(&desk, &failing).await;
        assert!(!failed.is_met() && !failed.verdict.unwrap().test.met);
        let shown = desk.get(&failing).await.expect(200);
        let verdict = &shown["verdict"];
        assert_eq!((&verdict["test"]["have"], &verdict["met"]), (&json!(263), &json!(false)));
    }

    async fn g4_of_57_households_46_are_needed_and_a_household_counts_once(app: TestApp) {
        let mut desk = desk(app, &flats(57, "60.00")).await;
        let (passing, failing) = (desk.opened("adopt").await, desk.opened("adopt").await);
        let homes = desk.homes(&passing).await;
        desk.answers(&homes, (45, 12)).await;
        // One household changes its mind: the latest wins, and it counts once.
        desk.answer(&homes[45], yes()).await.expect(201);
        let changed = homes[45].id.clone();
        let homes = desk.homes(&failing).await;
        desk.answers(&homes, (46, 11)).await;
        desk.answer(&homes[0], no()).await.expect(201);
        desk.after_the_close().await;
        let numbers = async |id: &str| {
            let test = gate(&desk, id).await.verdict.unwrap().test;
            (test.have, test.need, test.total, test.met)
        };
        assert_eq!(numbers(&passing).await, (46, 46, 57, true));
        assert_eq!(numbers(&failing).await, (45, 46, 57, false));
        let kept = desk.get(&format!("{passing}/households/{changed}/answers")).await.expect(200);
        let counts: Vec<bool> =
            kept.as_array().unwrap().iter().map(|one| one["counts"].as_bool().unwrap()).collect();
        assert_eq!(counts, [false, true], "both are kept: {kept}");
        assert!(kept[0].get("answers").is_none(), "nobody reads what a household answered");
    }

    async fn consulting_counts_who_was_heard_whatever_was_said(app: TestApp) {
        let mut desk = desk(app, &flats(6, "60.00")).await;
        let (passing, failing) = (desk.opened("consult").await, desk.opened("consult").await);
        let wishes = desk.opened("wishes").await;
        let homes = desk.homes(&passing).await;
        desk.answers(&homes, (0, 5)).await;
        let homes = desk.homes(&failing).await;
        desk.answers(&homes, (4, 0)).await;
        desk.after_the_close().await;
        let heard = gate(&desk, &passing).await.verdict.unwrap();
        assert_eq!((heard.test.have, heard.test.need, heard.met), (5, 5, true));
        assert!(!gate(&desk, &failing).await.is_met());
        let wishes = gate(&desk, &wishes).await;
        assert_eq!((wishes.verdict.clone(), wishes.is_met()), (None, false));
    }

    async fn coverage_is_live_and_results_wait_for_the_close(app: TestApp) {
        let mut desk = desk(app, &blocks(&[4, 4, 2])).await;
        let id = desk.opened("accept").await;
        let homes = desk.homes(&id).await;
        for (at, given) in [(0, yes()), (1, yes()), (2, no()), (4, yes()), (5, yes()), (6, yes()),
            (7, no()), (8, json!({ "overall": "yes", "words": " 多种树 " }))] {
            desk.answer(&homes[at], given).await.expect(201);
        }
        let live = desk.get(&format!("{id}/coverage")).await.expect(200);
        assert_eq!((&live["households"], &live["answered"]), (&json!(10), &json!(8)));
        let cell = |building: &str, households: u32, answered: u32| {
            json!({ "building": building, "households": households, "answered": answered })
        };
        assert_eq!(live["parts"], json!([cell("1栋", 4, 3), cell("2栋", 4, 4), cell("3栋", 2, 1)]));
        let missing = desk.get(&format!("{id}/missing?limit=1")).await.expect(200);
        assert_eq!(missing["items"][0]["code"], "1-004");
        let next = missing["next_cursor"].as_str().unwrap();
        let rest = desk.get(&format!("{id}/missing?cursor={next}&building=3栋")).await.expect(200);
        let codes: Vec<&Value> =
            rest["items"].as_array().unwrap().iter().map(|one| &one["code"]).collect();
        assert_eq!(codes, ["3-002"]);
        // Nothing says what was answered.
        assert_eq!(desk.get(&format!("{id}/result")).await.refused(409), "result_hidden");
        assert_eq!(desk.get(&format!("{id}/words")).await.refused(409), "result_hidden");
        let public = format!("/api/v1/public/surveys/{id}/result");
        assert_eq!(desk.app.anon().get(&public).await.refused(404), "not_found");
        desk.after_the_close().await;
        let result = desk.get(&format!("{id}/result")).await.expect(200);
        assert_eq!(desk.app.anon().get(&public).await.expect(200), result);
        let overall = &result["questions"][0];
        assert_eq!((&overall["answered"], &overall["in_favour"]), (&json!(8), &json!(6)));
        let against = json!({ "key": "no", "text": "不满意", "in_favour": false, "count": 2 });
        assert_eq!(overall["options"][1], against);
        assert_eq!(result["questions"][1]["options"][1]["count"], 2, "marks: {result}");
        assert_eq!((&result["questions"][3]["answered"], &result["questions"][3]["options"]),
            (&json!(1), &json!([])));
        assert!(!result.to_string().contains("多种树"), "words are for the desk only");
        let words = desk.get(&format!("{id}/words")).await.expect(200);
        assert_eq!(words, json!([{ "key": "words", "text": "意见", "words": ["多种树"] }]));
        // One answer is too few, and the whole less the other two would tell it: 1栋 is hidden as well.
        let buildings = result["buildings"].as_array().unwrap();
        let hidden: Vec<bool> = buildings.iter().map(|one| one["questions"].is_null()).collect();
        assert_eq!(hidden, [true, false, true]);
        assert_eq!(result["buildings"][2]["answered"], 1);
        let csv = desk.get(&format!("{id}/result.csv")).await.text;
        let line = "全部,10,8,您对本次改造总体是否满意？,满意,是,6";
        assert!(csv.starts_with('\u{feff}') && csv.contains(line), "{csv}");
        assert!(csv.contains("3栋,2,1,答卷过少"), "{csv}");
    }

    async fn the_roll_is_frozen_and_holds_homes_only(app: TestApp) {
        let mut units = flats(3, "60.00");
        units.push(TestUnit { unit_use: "commercial", ..flat("S-1", "80.00", &[&phone(9)]) });
        let mut desk = desk(app, &units).await;
        let id = desk.opened("adopt").await;
        let homes = desk.homes(&id).await;
        let codes: Vec<&str> = homes.iter().map(|home| home.code.as_str()).collect();
        assert_eq!(codes, ["1-001", "1-002", "1-003"]);
        // The register loses a home; the denominator stays.
        let context = WriteContext::of(Actor::named("test"));
        let done = desk.app.db.write(&context, "test", |tx| {
            use diesel::connection::SimpleConnection;
            Ok(tx.conn().batch_execute("UPDATE unit_facts SET valid_to = valid_from")?)
        });
        done.await.unwrap();
        desk.answers(&homes, (3, 0)).await;
        let later = desk.version("adopt", super::questions()).await;
        let later = desk.first.post(PATH, desk.body(&later)).await.expect(201);
        let refused = desk.open(later["survey_id"].as_str().unwrap()).await;
        assert_eq!(refused.refused(409), "survey_roll_empty");
        desk.after_the_close().await;
        let test = gate(&desk, &id).await.verdict.unwrap().test;
        assert_eq!((test.have, test.total, test.met), (3, 3, true));
    }
}
