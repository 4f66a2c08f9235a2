//! Rule packs over HTTP: what is listed, what a district may add, and votes by the packs of cities.

use jiugai::voting::find_shipped;
use serde_json::{Value, json};

use super::Desk;
use crate::{
    db_test,
    support::{Client, TestApp, TestUnit, flats},
};

fn text(id: &str) -> String {
    find_shipped(id).unwrap().text.to_owned()
}

/// A district's copy of a shipped pack, under another name.
pub fn copy_of(id: &str, name: &str) -> String {
    let own = text(id).replace(&format!("id = \"{id}\""), &format!("id = \"{name}\""));
    let base = own.lines().find(|line| line.starts_with("based_on")).map(str::to_owned);
    let based_on = format!("based_on = \"{id}\"");
    base.map_or(own.clone(), |base| own.replace(&base, &based_on))
}

pub async fn load(bureau: &Client, toml: &str) -> crate::support::Answer {
    bureau.post("/api/v1/rule-packs", json!({ "toml": toml })).await
}

/// A drafted vote of a community by a pack, on this matter.
async fn draft_by(app: TestApp, pack: &str, matter: &str) -> Desk {
    draft_of(app, &flats(9, "100.00"), (pack, matter)).await
}

/// The same of these units.
pub async fn draft_of(app: TestApp, units: &[TestUnit], (pack, matter): (&str, &str)) -> Desk {
    let community = app.register("幸福里小区", units).await;
    let clerk = app.clerk("clerk", community).await;
    let body = json!({ "title": "表决", "community_id": community, "rule_pack": pack,
        "items": [{ "title": "事项", "matters": [matter] }] });
    let vote = clerk.post("/api/v1/votes", body).await.expect(201);
    let items = vec![vote["items"][0]["id"].as_str().unwrap().to_owned()];
    let vote = vote["id"].as_str().unwrap().to_owned();
    Desk { app, clerk, community, vote, items }
}

fn blockers(readiness: &Value) -> Vec<(&str, &str)> {
    let blockers = readiness["blockers"].as_array().unwrap().iter();
    blockers.map(|b| (b["code"].as_str().unwrap(), b["rule_id"].as_str().unwrap())).collect()
}

db_test! {
    async fn the_packs_of_the_cities_are_listed_with_clause_confidence_and_warnings(app: TestApp) {
        let bureau = app.bureau().await;
        let packs = bureau.get("/api/v1/rule-packs").await.expect(200);
        let find = |key: &str| packs.as_array().unwrap().iter().find(|p| p["key"] == key).unwrap();
        assert_eq!(packs.as_array().unwrap().len(), 10);
        assert_eq!(find("national")["warnings"], json!([]));
        let wuhan = find("wuhan");
        let values = wuhan["values"].as_array().unwrap().iter();
        let changes = values.clone().find(|v| v["name"] == "switches.max_changes").unwrap();
        assert_eq!((&changes["basis"], &changes["used"]), (&json!("page"), &json!("enforced")));
        assert!(changes["source"].as_str().unwrap().contains("chinajsxx"));
        assert!(wuhan["warnings"].as_array().unwrap().len() >= 3);
        assert_eq!(wuhan["refusals"], json!([]));
        assert_eq!(find("beijing")["refusals"][1]["code"], "rule_pack_unsupported");
        assert_eq!(find("henan-objection")["effective_until"], "2020-12-31");
        assert_eq!(find("changping-merger")["based_on"], "beijing");
    }

    async fn a_district_adds_its_own_pack_once_checked_and_never_changes_it(app: TestApp) {
        let bureau = app.bureau().await;
        let copy = copy_of("hangzhou", "xihu");
        let four = copy.replace("window_min_days = { value = 5", "window_min_days = { value = 4");
        let refused = load(&bureau, &four).await;
        assert_eq!(refused.refused(422), "rule_pack_invalid");
        let fault = &refused.json()["errors"][0];
        assert_eq!(fault["pointer"], "/periods/window_min_days");
        let detail = fault["detail"].as_str().unwrap();
        assert!(detail.contains("杭州市物业管理条例 20") && detail.contains("line "), "{detail}");

        let six = copy.replace("window_min_days = { value = 5", "window_min_days = { value = 6");
        let wrong = "[[window]]\nname = \"六日\"\ndays = 6\nlawful = false\n";
        let body = json!({ "toml": six, "tests": wrong });
        assert_eq!(bureau.post("/api/v1/rule-packs", body).await.refused(422), "rule_pack_invalid");
        let right = wrong.replace("false", "true");
        let body = json!({ "toml": six, "tests": right });
        let loaded = bureau.post("/api/v1/rule-packs", body).await.expect(201);
        assert_eq!((&loaded["shipped"], &loaded["based_on"]), (&json!(false), &json!("hangzhou")));
        let again = load(&bureau, &six).await.expect(201);
        assert_eq!(again["id"], loaded["id"]);
        assert_eq!(load(&bureau, &copy).await.refused(409), "rule_pack_in_use");
        let second = copy.replace("version = 1\n", "version = 2\n");
        assert_eq!(load(&bureau, &second).await.expect(201)["version"], 2);

        // A pack of a pack: what the district's own pack has by law binds the copy.
        let street = six.replace("\"xihu\"", "\"street\"").replace("\"hangzhou\"", "\"xihu\"");
        load(&bureau, &street).await.expect(201);
        let unknown = street.replace("based_on = \"xihu\"", "based_on = \"moon\"");
        assert_eq!(load(&bureau, &unknown).await.refused(422), "rule_pack_invalid");
    }

    async fn nobody_takes_the_place_of_a_shipped_pack_and_no_clerk_loads_one(app: TestApp) {
        let bureau = app.bureau().await;
        let newer = text("national").replace("version = 1\n", "version = 9\n");
        assert_eq!(load(&bureau, &newer).await.refused(409), "rule_pack_in_use");
        let community = app.register("幸福里小区", &flats(3, "80.00")).await;
        let clerk = app.clerk("clerk", community).await;
        assert_eq!(load(&clerk, &copy_of("hangzhou", "own")).await.refused(403), "forbidden");
    }

    async fn a_hangzhou_vote_may_last_five_days_and_not_four_and_is_told_what_to_know(app: TestApp) {
        let desk = draft_by(app, "hangzhou", "5").await;
        let frozen = desk.clerk.post(&desk.path("/freeze-roll"), json!({})).await.expect(200);
        assert!(frozen["rule_warnings"].to_string().contains("施行日期未核对"));
        let window = |day: u32| json!({ "opens_at": "2026-03-18T00:00:00+08:00",
            "closes_at": format!("2026-03-{day}T00:00:00+08:00") });
        let four = desk.clerk.post(&desk.path("/notice"), window(22)).await;
        assert_eq!(four.refused(409), "not_ready");
        assert_eq!(four.json()["clause"], "杭州市物业管理条例 20");
        let five = desk.clerk.post(&desk.path("/notice"), window(23)).await.expect(200);
        assert!(!five["rule_warnings"].as_array().unwrap().is_empty());
        let readiness = desk.clerk.get(&desk.path("/readiness")).await.expect(200);
        assert_eq!(readiness["warnings"], five["rule_warnings"]);
    }

    async fn a_pack_that_the_engine_can_not_keep_stops_at_the_roll_with_its_clause(app: TestApp) {
        let real_name = "[procedure]\nidentity = { value = \"real_name\", clause = \"甲市规则 3\", \
            basis = \"page\", source = \"example.org\" }\n";
        let own = copy_of("national", "own") + real_name;
        load(&app.bureau().await, &own).await.expect(201);
        let desk = draft_by(app, "own", "5").await;
        let readiness = desk.clerk.get(&desk.path("/readiness")).await.expect(200);
        assert_eq!(blockers(&readiness), [("rule_pack_unsupported", "identity")]);
        assert!(readiness["warnings"].to_string().contains("仅见转载网页"));
        let frozen = desk.clerk.post(&desk.path("/freeze-roll"), json!({})).await;
        assert_eq!(frozen.refused(409), "rule_pack_unsupported");
        assert!(frozen.json()["clause"].as_str().unwrap().contains("甲市"));
    }

    async fn where_the_citys_own_platform_must_run_the_vote_it_is_not_run_here(app: TestApp) {
        let desk = draft_by(app, "beijing", "5").await;
        let readiness = desk.clerk.get(&desk.path("/readiness")).await.expect(200);
        let found = blockers(&readiness);
        assert_eq!(found[0], ("official_platform_required", "official_platform_required"));
        let frozen = desk.clerk.post(&desk.path("/freeze-roll"), json!({})).await;
        assert_eq!(frozen.refused(409), "official_platform_required");
        assert_eq!(frozen.json()["clause"], "北京市物业管理条例 35");
    }

    async fn a_pack_whose_law_has_ended_opens_no_vote(app: TestApp) {
        let community = app.register("幸福里小区", &flats(3, "80.00")).await;
        let clerk = app.clerk("clerk", community).await;
        let body = json!({ "title": "表决", "community_id": community,
            "rule_pack": "henan-objection", "items": [{ "title": "事项", "matters": ["5"] }] });
        let refused = clerk.post("/api/v1/votes", body).await;
        assert_eq!(refused.refused(409), "rule_pack_not_in_force");
        assert_eq!(refused.json()["need"], "2018-01-01 – 2020-12-31");
    }

    async fn a_notice_can_not_announce_a_day_after_the_end_of_the_pack(app: TestApp) {
        let ending = copy_of("hangzhou", "ending").replace(
            "effective_from = \"2021-01-01\"\n",
            "effective_from = \"2021-01-01\"\neffective_until = \"2026-03-17\"\n",
        );
        load(&app.bureau().await, &ending).await.expect(201);
        let desk = draft_by(app, "ending", "5").await;
        desk.clerk.post(&desk.path("/freeze-roll"), json!({})).await.expect(200);
        let window = json!({ "opens_at": "2026-03-18T00:00:00+08:00",
            "closes_at": "2026-03-25T00:00:00+08:00" });
        let refused = desk.clerk.post(&desk.path("/notice"), window).await;
        assert_eq!(refused.refused(409), "rule_pack_not_in_force");
    }

    async fn a_draft_takes_the_newest_version_that_is_in_force(app: TestApp) {
        let bureau = app.bureau().await;
        let now = copy_of("hangzhou", "own");
        let first = load(&bureau, &now).await.expect(201);
        let later = now.replace("version = 1\n", "version = 2\n")
            .replace("effective_from = \"2021-01-01\"", "effective_from = \"2030-01-01\"");
        load(&bureau, &later).await.expect(201);
        let desk = draft_by(app, "own", "5").await;
        let vote = desk.clerk.get(&desk.path("")).await.expect(200);
        assert_eq!(vote["rule_pack_id"], first["id"]);
    }

    async fn an_elevator_is_not_decided_by_the_whole_community(app: TestApp) {
        let community = app.register("幸福里小区", &flats(3, "80.00")).await;
        let clerk = app.clerk("clerk", community).await;
        let body = |matter: &str| json!({ "title": "加装电梯", "community_id": community,
            "rule_pack": "shanghai-elevator", "items": [{ "title": "加装电梯", "matters": [matter] }] });
        let refused = clerk.post("/api/v1/votes", body("elevator")).await;
        assert_eq!(refused.refused(422), "invalid_field");
        assert!(refused.text.contains("decided by building, not community"), "{}", refused.text);
        let vote = clerk.post("/api/v1/votes", body("elevator-area")).await.expect(201);
        assert_eq!(vote["items"][0]["class"], "ordinary");
        assert!(vote["rule_warnings"].to_string().contains("两次表决均须通过"));
    }

    async fn where_the_pack_takes_no_paper_no_sheet_is_issued(app: TestApp) {
        let paperless = copy_of("national", "paperless")
            + "\n[procedure]\npaper_allowed = { value = false, clause = \"议事规则 9\", basis = \"law\" }\n";
        load(&app.bureau().await, &paperless).await.expect(201);
        let desk = draft_by(app, "paperless", "5").await;
        desk.open().await;
        let issued = desk.staff_again().await.post(&desk.path("/sheets/issue"), json!({})).await;
        assert_eq!(issued.refused(409), "rule_pack_unsupported");
        assert_eq!(issued.json()["clause"], "议事规则 9");
    }
}
