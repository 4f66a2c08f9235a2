//! The register as a clerk works with it: upload, preview, commit, look up, sell, correct, reveal.

use jiugai::{kernel::CommunityId, platform::auth::Scope};
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use super::imports::{TWO, community, community_named, csv, sample};
use crate::{
    db_test,
    support::{Client, TestApp},
};

async fn upload(clerk: &Client, id: CommunityId, file: Vec<u8>) -> Value {
    let part = Part::bytes(file).file_name("名册.csv");
    let form = Form::new().part("file", part).text("effective_on", "2026-03-01");
    let request = clerk.request("POST", &format!("/api/v1/communities/{id}/imports"));
    let opened = clerk.send(request.multipart(form)).await.expect(202);
    let path = format!("/api/v1/imports/{}", opened["id"].as_str().unwrap());
    loop {
        let import = clerk.get(&path).await.expect(200);
        if import["state"] != "reading" {
            return import;
        }
        tokio::task::yield_now().await;
    }
}

async fn loaded(app: &TestApp) -> (CommunityId, Client) {
    let id = community(app).await;
    let clerk = app.clerk("clerk", id).await;
    let import = upload(&clerk, id, csv(TWO)).await;
    assert_eq!(import["units"], json!({"new": 2, "changed": 0, "unchanged": 0, "vanished": 0}));
    let path = format!("/api/v1/imports/{}/commit", import["id"].as_str().unwrap());
    let done = clerk.post(&path, json!({})).await.expect(200);
    assert_eq!(done["state"], "committed");
    (id, clerk)
}

async fn units(clerk: &Client, id: CommunityId, query: &str) -> Value {
    clerk.get(&format!("/api/v1/communities/{id}/units{query}")).await.expect(200)["items"].clone()
}

db_test! {
    async fn a_refused_import_names_every_fault(app: TestApp) {
        let id = community(&app).await;
        let clerk = app.clerk("clerk", id).await;
        let import = upload(&clerk, id, sample("register-b-gb18030.csv")).await;
        assert_eq!((&import["state"], &import["fault_count"]), (&json!("faulty"), &json!(12)));
        let path = format!("/api/v1/imports/{}", import["id"].as_str().unwrap());
        let mut lines = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = clerk.get(&format!("{path}/faults?limit=5{cursor}")).await.expect(200);
            let items = page["items"].as_array().unwrap();
            lines.extend(items.iter().map(|fault| fault["line"].as_u64().unwrap()));
            let Some(next) = page["next_cursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(lines, [7, 12, 16, 20, 24, 28, 32, 36, 40, 44, 45, 50]);
        let table = clerk.bytes(&format!("{path}/faults.xlsx")).await;
        assert!(table.starts_with(b"PK"));
        let refused = clerk.post(&format!("{path}/commit"), json!({})).await;
        assert_eq!(refused.refused(409), "import_state_conflict");
    }

    async fn what_is_loaded_is_found_and_masked(app: TestApp) {
        let (id, clerk) = loaded(&app).await;
        let all = units(&clerk, id, "").await;
        assert_eq!(all[0]["unit_code"], "1-101");
        assert_eq!(all[0]["area"], "86.40");
        assert_eq!(all[0]["owners"][0]["name"], "徐*");
        assert_eq!(all[0]["owners"][0]["id_tail"], "4701");
        assert_eq!(units(&clerk, id, "?search=102").await.as_array().unwrap().len(), 1);
        assert_eq!(units(&clerk, id, "?search=%25").await, json!([]));
        assert_eq!(units(&clerk, id, "?use=parking").await, json!([]));
        assert_eq!(units(&clerk, id, "?as_of=2026-02-28").await, json!([]));
        let silent = units(&clerk, id, "?without_contact=true").await;
        assert_eq!(silent[0]["unit_code"], "1-102");
        assert_eq!(silent.as_array().unwrap().len(), 1);
        let base = format!("/api/v1/communities/{id}/owners");
        for query in ["?search=磊", "?id_number=990101197511194701", "?contact=19900000470"] {
            let found = clerk.get(&format!("{base}{query}")).await.expect(200);
            assert_eq!(found["items"].as_array().unwrap().len(), 1, "{query}");
            assert_eq!(found["items"][0]["phone"], "199****0470");
        }
        let text = clerk.get(&base).await.text;
        for secret in ["990101197511194701", "19900000470", "徐磊强"] {
            assert!(!text.contains(secret), "{secret}");
        }
        let buildings = clerk.get(&format!("/api/v1/communities/{id}/buildings")).await.expect(200);
        assert_eq!(buildings["items"][0]["units"], json!([{"use": "residential", "units": 2}]));
        assert_eq!(buildings["items"][0]["entrances"][0]["name"], "1单元");
    }

    async fn a_sale_keeps_the_seller_in_the_history(app: TestApp) {
        let (id, clerk) = loaded(&app).await;
        let unit = units(&clerk, id, "").await[0].clone();
        let path = format!("/api/v1/units/{}", unit["id"].as_str().unwrap());
        let sale = json!({"owners": [
            {"kind": "person", "id_number": "99010219380216149X", "name": "吴勇娟",
             "co_ownership": "joint"},
            {"kind": "person", "id_number": "990102196207233667", "name": "赵秀",
             "co_ownership": "joint"}
        ], "reason": "不动产权证"});
        let sold = clerk.post_once(&format!("{path}/transfer"), "k", sale.clone()).await.expect(200);
        assert_eq!(sold["owners"].as_array().unwrap().len(), 2);
        let again = clerk.post_once(&format!("{path}/transfer"), "k", sale).await;
        assert_eq!(again.header("idempotent-replayed").as_deref(), Some("true"));
        let before = clerk.get(&format!("{path}?as_of=2026-03-01")).await.expect(200);
        assert_eq!(before["owners"][0]["name"], "徐*");
        let voter = sold["owners"][1]["owner_id"].clone();
        let agreed = clerk.post(&format!("{path}/voter"),
            json!({"owner_id": voter, "evidence": "推选书"})).await.expect(200);
        assert_eq!(agreed["voter_id"], voter);
        let stranger = json!({"owner_id": before["owners"][0]["owner_id"], "evidence": "?"});
        assert_eq!(clerk.post(&format!("{path}/voter"), stranger).await.refused(422), "invalid_field");
        let history = clerk.get(&format!("{path}/history")).await.expect(200);
        assert_eq!(history["items"].as_array().unwrap().len(), 5);
    }

    async fn a_correction_begins_on_its_day_and_stale_versions_are_refused(app: TestApp) {
        let (id, clerk) = loaded(&app).await;
        let unit = units(&clerk, id, "").await[0].clone();
        let path = format!("/api/v1/units/{}/correct", unit["id"].as_str().unwrap());
        let body = json!({"area": "86.41", "area_source": "survey", "reason": "实测报告"});
        let fixed = clerk.post(&path, body.clone()).await.expect(200);
        assert_eq!((&fixed["area"], &fixed["area_source"]), (&json!("86.41"), &json!("survey")));
        let request = clerk.request("POST", &path).header("If-Match", "\"1\"").json(&body);
        assert_eq!(clerk.send(request).await.refused(409), "stale_version");
        let past = json!({"area": "1.00", "on": "2026-02-01", "reason": "x"});
        assert_eq!(clerk.post(&path, past).await.refused(422), "invalid_field");
        let future = json!({"area": "1.00", "on": "2026-03-09", "reason": "x"});
        assert_eq!(clerk.post(&path, future).await.refused(422), "invalid_field");
    }

    async fn personal_data_is_revealed_with_a_reason_only(app: TestApp) {
        let (id, clerk) = loaded(&app).await;
        let owner = units(&clerk, id, "").await[0]["owners"][0]["owner_id"].clone();
        let path = format!("/api/v1/owners/{}", owner.as_str().unwrap());
        let none = clerk.post(&format!("{path}/reveal"), json!({"reason": " "})).await;
        assert_eq!(none.refused(422), "invalid_field");
        let full = clerk.post(&format!("{path}/reveal"), json!({"reason": "核对"})).await.expect(200);
        assert_eq!(full["id_number"], "990101197511194701");
        assert_eq!(full["phone"], "19900000470");
        let committee = app.staff("committee", &[("committee", Scope::Community(id))]).await;
        let refused = committee.post(&format!("{path}/reveal"), json!({"reason": "x"})).await;
        assert_eq!(refused.refused(403), "forbidden");
        let changed = clerk.patch(&path, json!({"phone": null, "reason": "停机"})).await.expect(200);
        assert!(changed["phone"].is_null());
        assert_eq!(clerk.patch(&path, json!({"phone": "12", "reason": "x"})).await.refused(422),
            "invalid_phone");
    }

    async fn a_clerk_of_another_community_finds_nothing(app: TestApp) {
        let (id, clerk) = loaded(&app).await;
        let unit = units(&clerk, id, "").await[0].clone();
        let import = clerk.get(&format!("/api/v1/communities/{id}/imports")).await.expect(200);
        let import = import["items"][0]["id"].as_str().unwrap().to_owned();
        let other = community_named(&app, "别处").await;
        let stranger = app.clerk("stranger", other).await;
        let (unit_id, owner) = (unit["id"].as_str().unwrap(), &unit["owners"][0]["owner_id"]);
        for path in [
            format!("/communities/{id}"), format!("/communities/{id}/units"),
            format!("/communities/{id}/owners"), format!("/communities/{id}/buildings"),
            format!("/communities/{id}/imports"), format!("/imports/{import}"),
            format!("/imports/{import}/faults"), format!("/imports/{import}/changes"),
            format!("/units/{unit_id}"), format!("/units/{unit_id}/history"),
            format!("/owners/{}", owner.as_str().unwrap()),
        ] {
            assert_eq!(stranger.get(&format!("/api/v1{path}")).await.refused(404), "not_found");
        }
        let undo = stranger.post(&format!("/api/v1/imports/{import}/undo"), json!({})).await;
        assert_eq!(undo.refused(404), "not_found");
        let mine = stranger.get("/api/v1/communities").await.expect(200);
        assert_eq!(mine["items"].as_array().unwrap().len(), 1);
    }

    async fn a_clerk_of_a_building_sees_that_building_only(app: TestApp) {
        let (id, clerk) = loaded(&app).await;
        let more = "2-1,2栋,,住宅,50,登记,个人,99010219380216149X,吴勇娟,,单独所有,是\n";
        let import = upload(&clerk, id, csv(&format!("{TWO}{more}"))).await;
        assert_eq!(import["units"]["unchanged"], 2);
        let path = format!("/api/v1/imports/{}/commit", import["id"].as_str().unwrap());
        clerk.post(&path, json!({"vanished": "keep"})).await.expect(200);
        let buildings = clerk.get(&format!("/api/v1/communities/{id}/buildings")).await.expect(200);
        let second = buildings["items"][1]["id"].as_str().unwrap().parse().unwrap();
        let warden = app.staff("warden", &[("committee", Scope::Building(second))]).await;
        let seen = units(&warden, id, "").await;
        assert_eq!((seen.as_array().unwrap().len(), &seen[0]["unit_code"]), (1, &json!("2-1")));
        let owners = warden.get(&format!("/api/v1/communities/{id}/owners")).await.expect(200);
        assert_eq!(owners["items"].as_array().unwrap().len(), 1);
        let unit = units(&clerk, id, "").await[0]["id"].as_str().unwrap().to_owned();
        assert_eq!(warden.get(&format!("/api/v1/units/{unit}")).await.status, 404);
    }

    async fn an_export_can_be_imported_again_and_changes_nothing(app: TestApp) {
        let id = community(&app).await;
        let clerk = app.clerk("clerk", id).await;
        let import = upload(&clerk, id, sample("register-a.xlsx")).await;
        let commit = format!("/api/v1/imports/{}/commit", import["id"].as_str().unwrap());
        clerk.post(&commit, json!({})).await.expect(200);
        for kind in ["xlsx", "csv"] {
            let path = format!("/api/v1/communities/{id}/register.{kind}?full=true&reason=x");
            let file = clerk.bytes(&path).await;
            let again = upload(&clerk, id, file).await;
            let same = json!({"new": 0, "changed": 0, "unchanged": 468, "vanished": 0});
            assert_eq!(again["units"], same, "{kind} {again}");
        }
    }

    async fn an_export_is_masked_and_holds_no_formula(app: TestApp) {
        let id = community(&app).await;
        let clerk = app.clerk("clerk", id).await;
        let evil = TWO.replace("赵秀", "\"=HYPERLINK(\"\"http://x\"\",\"\"点我\"\")\"");
        let import = upload(&clerk, id, csv(&evil)).await;
        let commit = format!("/api/v1/imports/{}/commit", import["id"].as_str().unwrap());
        clerk.post(&commit, json!({})).await.expect(200);
        let path = format!("/api/v1/communities/{id}/register.csv");
        let full = clerk.get(&format!("{path}?full=true&reason=x")).await.text;
        assert!(full.starts_with('\u{feff}'));
        assert!(full.contains("'=HYPERLINK") && full.contains("990101197511194701"));
        let masked = clerk.get(&path).await.text;
        for secret in ["990101197511194701", "19900000470", "徐磊强", "HYPERLINK"] {
            assert!(!masked.contains(secret), "{secret}");
        }
        assert!(masked.contains("**************4701") && masked.contains("199****0470"));
        assert_eq!(clerk.get(&format!("{path}?full=true")).await.refused(422), "invalid_field");
        let committee = app.staff("committee", &[("committee", Scope::Community(id))]).await;
        assert_eq!(committee.get(&path).await.refused(403), "forbidden");
    }

    async fn the_template_is_a_register_without_rows(app: TestApp) {
        let id = community(&app).await;
        let clerk = app.clerk("clerk", id).await;
        for kind in ["xlsx", "csv"] {
            let file = clerk.bytes(&format!("/api/v1/register-template.{kind}")).await;
            let import = upload(&clerk, id, file).await;
            assert_eq!(import["state"], "failed");
            assert!(import["failure"].as_str().unwrap().contains("no rows"), "{import}");
        }
    }

    async fn households_move_in_and_out_apart_from_owners(app: TestApp) {
        let (id, clerk) = loaded(&app).await;
        let unit = units(&clerk, id, "").await[0]["id"].as_str().unwrap().to_owned();
        let path = format!("/api/v1/units/{unit}/households");
        let body = json!({"name": "李四", "is_tenant": true, "on": "2026-01-05", "residents": [
            {"name": "李四", "phone": "13800008888", "needs": ["老年人"]}]});
        let entered = clerk.post(&path, body).await.expect(201);
        assert_eq!((&entered["name"], &entered["unit_code"]), (&json!("李*"), &json!("1-101")));
        assert_eq!(entered["residents"][0]["has_contact"], true);
        let list = format!("/api/v1/communities/{id}/households");
        let found = clerk.get(&format!("{list}?search=1-101")).await;
        assert_eq!(found.json()["items"].as_array().unwrap().len(), 1);
        assert!(!found.text.contains("李四") && !found.text.contains("13800008888"));
        let end = format!("/api/v1/households/{}/end", entered["id"].as_str().unwrap());
        let early = clerk.post(&end, json!({"on": "2026-01-04"})).await;
        assert_eq!(early.refused(422), "invalid_field");
        clerk.post(&end, json!({})).await.expect(200);
        assert_eq!(clerk.post(&end, json!({})).await.refused(409), "stale_version");
        assert_eq!(clerk.get(&list).await.json()["items"], json!([]));
        let past = clerk.get(&format!("{list}?as_of=2026-02-01")).await;
        assert_eq!(past.json()["items"].as_array().unwrap().len(), 1);
    }

    async fn a_community_is_entered_with_its_survey_and_corrected(app: TestApp) {
        let bureau = app.bureau().await;
        let body = json!({"division_code": "990101002001", "name": "和平里", "built_year": 1988,
            "hazards": ["外墙脱落"]});
        let entered = bureau.post("/api/v1/communities", body.clone()).await.expect(201);
        assert_eq!(entered["hazards"], json!(["外墙脱落"]));
        assert_eq!(bureau.post("/api/v1/communities", body).await.refused(409), "already_exists");
        let path = format!("/api/v1/communities/{}", entered["id"].as_str().unwrap());
        let changed = bureau.patch(&path, json!({"built_year": null, "facilities": ["燃气"]})).await
            .expect(200);
        assert_eq!(changed["facilities"], json!(["燃气"]));
        assert!(changed.get("built_year").is_none());
        let unknown = json!({"division_code": "123456", "name": "无"});
        assert_eq!(bureau.post("/api/v1/communities", unknown).await.refused(422), "invalid_field");
        let division = json!({"code": "123456", "name": "新区"});
        bureau.post("/api/v1/divisions", division).await.expect(201);
        let found = bureau.get("/api/v1/divisions?division=1234").await.expect(200);
        assert_eq!(found["items"][0]["name"], "新区");
    }
}
