//! Results of official platforms over HTTP: recorded with evidence, checked by their numbers, confirmed
//! by a second person, corrected by another record, and told to everybody without a name.

use jiugai::{
    kernel::{CommunityId, hex},
    platform::{
        auth::Scope,
        db::{Actor, WriteContext},
    },
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    db_test,
    support::{Answer, Client, TestApp, flats, phone},
};

const PATH: &str = "/api/v1/official-results";

/// A desk of two clerks.
struct Desk {
    app: TestApp,
    community: CommunityId,
    first: Client,
    second: Client,
}

async fn desk(app: TestApp) -> Desk {
    let community = app.register("幸福里小区", &flats(3, "100.00")).await;
    let first = app.clerk("first", community).await;
    let second = app.clerk("second", community).await;
    Desk { app, community, first, second }
}

fn sum(heads: u32) -> Value {
    json!({ "area": format!("{}.00", heads * 100), "heads": heads })
}

/// Twelve heads: took part, for, against, abstaining, invalid.
fn item(matter: &str, counts: [u32; 5], passed: bool) -> Value {
    let [part, yes, no, abstain, invalid] = counts.map(sum);
    json!({ "title": format!("事项{matter}"), "matters": [matter], "participating": part, "for": yes,
        "against": no, "abstain": abstain, "invalid": invalid, "passed": passed })
}

fn result(community: CommunityId, items: Value) -> Value {
    json!({ "community_id": community, "platform": "北京业主电子共同决策平台",
        "reference": "BJ-2026-000123", "rule_pack": "beijing", "total": sum(12), "items": items,
        "opens_at": "2026-02-01T00:00:00+08:00", "closes_at": "2026-02-15T00:00:00+08:00" })
}

fn good() -> Value {
    json!([item("5", [8, 5, 2, 1, 1], true), item("7", [8, 5, 2, 1, 1], false)])
}

async fn evidence(client: &Client, id: &str, name: &str, bytes: &[u8]) -> Answer {
    let part = reqwest::multipart::Part::bytes(bytes.to_vec()).file_name(name.to_owned());
    let form = reqwest::multipart::Form::new().part("file", part);
    let path = format!("{PATH}/{id}/evidence");
    client.send(client.request("POST", &path).multipart(form)).await
}

impl Desk {
    async fn record(&self, body: Value) -> String {
        let view = self.first.post(PATH, body).await.expect(201);
        view["id"].as_str().unwrap().to_owned()
    }

    /// Recorded, proved and confirmed.
    async fn confirmed(&self, body: Value) -> String {
        let id = self.record(body).await;
        evidence(&self.first, &id, "公示.pdf", format!("%PDF-1.7 {id}").as_bytes())
            .await
            .expect(201);
        self.confirm(&self.second, &id).await.expect(200);
        id
    }

    async fn confirm(&self, client: &Client, id: &str) -> Answer {
        client.post(&format!("{PATH}/{id}/confirm"), json!({})).await
    }
}

fn faults(answer: &Answer) -> Vec<(String, String)> {
    let text = |fault: &Value, name: &str| fault[name].as_str().unwrap().to_owned();
    let errors = answer.json()["errors"].as_array().unwrap().clone();
    errors.iter().map(|fault| (text(fault, "pointer"), text(fault, "detail"))).collect()
}

db_test! {
    async fn a_second_person_confirms_what_the_evidence_shows(app: TestApp) {
        let desk = desk(app).await;
        let view = desk.first.post(PATH, result(desk.community, good())).await.expect(201);
        assert_eq!((&view["state"], &view["recorded_by"]), (&json!("proposed"), &json!("first")));
        assert!(view["statement"].as_str().unwrap().contains("由官方平台表决，本系统只核对结果"));
        let items = view["items"].as_array().unwrap();
        for (item, class) in items.iter().zip(["ordinary", "special"]) {
            assert_eq!((&item["agrees"], &item["class"]), (&json!(true), &json!(class)));
            assert_eq!(item["predicates"][1]["have"], "8");
        }
        let id = view["id"].as_str().unwrap();
        // Neither without evidence, nor by whoever recorded it, nor seen by everybody before.
        let public = format!("/api/v1/public/official-results/{id}");
        let bare = desk.confirm(&desk.second, id).await;
        assert_eq!(bare.refused(409), "official_result_evidence_missing");
        let scan = b"%PDF-1.7 the platform's sheet";
        let file = evidence(&desk.first, id, "公示.pdf", scan).await.expect(201);
        assert_eq!(file["sha256"], json!(hex::encode(&Sha256::digest(scan))));
        assert_eq!(evidence(&desk.second, id, "again.pdf", scan).await.expect(201), file);
        assert_eq!(desk.confirm(&desk.first, id).await.refused(409), "same_clerk");
        assert_eq!(desk.app.anon().get(&public).await.refused(404), "not_found");
        let confirmed = desk.confirm(&desk.second, id).await.expect(200);
        let [state, by] = [&confirmed["state"], &confirmed["confirmed_by"]];
        assert_eq!((state, by), (&json!("confirmed"), &json!("second")));
        assert_eq!(desk.confirm(&desk.second, id).await.refused(409), "official_result_state_conflict");
        let late = evidence(&desk.first, id, "late.pdf", b"%PDF-late").await;
        assert_eq!(late.refused(409), "official_result_state_conflict");
        // Everybody sees numbers and digests, and nobody's name.
        let seen = desk.app.anon().get(&public).await.expect(200);
        assert_eq!(seen["evidence_sha256"], json!([file["sha256"]]));
        let text = seen.to_string();
        assert!(!text.contains("first") && !text.contains("second") && !text.contains("公示.pdf"), "{text}");
        let list = format!("/api/v1/public/communities/{}/official-results", desk.community);
        assert_eq!(desk.app.anon().get(&list).await.expect(200)["items"], json!([seen]));
        let file = file["file_id"].as_str().unwrap();
        assert_eq!(desk.second.bytes(&format!("{PATH}/{id}/evidence/{file}")).await, scan);
    }

    async fn a_verdict_that_the_numbers_do_not_give_is_never_confirmed(app: TestApp) {
        let desk = desk(app).await;
        // Seven of twelve is less than two thirds, and 5 of 8 is less than three quarters.
        let items = json!([item("5", [8, 5, 2, 1, 0], true), item("5", [7, 7, 0, 0, 0], true),
            item("7", [8, 5, 3, 0, 0], true)]);
        let id = desk.record(result(desk.community, items)).await;
        evidence(&desk.first, &id, "a.png", b"\x89PNG\r\n\x1a\n...").await.expect(201);
        let refused = desk.confirm(&desk.second, &id).await;
        assert_eq!(refused.refused(409), "official_result_differs");
        let told = refused.json();
        assert_eq!((&told["have"], &told["need"]), (&json!("passed · 通过"), &json!("failed · 未通过")));
        let items = told["params"]["items"].as_array().unwrap().clone();
        let positions: Vec<_> = items.iter().map(|item| item["position"].as_i64().unwrap()).collect();
        assert_eq!(positions, [2, 3]);
        assert_eq!(items[0]["predicates"][1]["margin"], "-1");
        let reason = json!({ "reason": "平台结论有误，退回核实" });
        let path = format!("{PATH}/{id}/withdraw");
        let withdrawn = desk.first.post(&path, reason.clone()).await.expect(200);
        assert_eq!(withdrawn["state"], "withdrawn");
        assert_eq!(desk.first.post(&path, reason).await.refused(409), "official_result_state_conflict");
        assert_eq!(desk.confirm(&desk.second, &id).await.refused(409), "official_result_state_conflict");
        // What was withdrawn holds no place, and nobody else sees it.
        let public = desk.app.anon().get(&format!("/api/v1/public/official-results/{id}")).await;
        assert_eq!(public.refused(404), "not_found");
        desk.confirmed(result(desk.community, good())).await;
    }

    async fn sums_that_can_not_be_right_are_each_named(app: TestApp) {
        let desk = desk(app).await;
        let items = json!([item("5", [9, 5, 2, 1, 0], true), item("5", [8, 5, 2, 1, 5], true),
            item("99", [8, 5, 2, 1, 0], true)]);
        let refused = desk.first.post(PATH, result(desk.community, items)).await;
        assert_eq!(refused.refused(422), "official_result_has_faults");
        let found = faults(&refused);
        let places: Vec<&str> = found.iter().map(|(place, _)| place.as_str()).collect();
        assert_eq!(places, ["/items/0", "/items/1", "/items/2"], "{found:?}");
        assert!(found[0].1.contains("participating is for + against + abstain"));
        let with = |field: &str, value: Value| {
            let mut body = result(desk.community, good());
            body[field] = value;
            body
        };
        for (field, value, status, code) in [
            ("closes_at", json!("2026-04-15T00:00:00+08:00"), 422, "invalid_field"),
            ("closes_at", json!("2026-01-15T00:00:00+08:00"), 422, "invalid_field"),
            ("opens_at", json!("2019-02-01T00:00:00+08:00"), 409, "rule_pack_not_in_force"),
            ("rule_pack", json!("nowhere"), 422, "invalid_field"),
            ("total", json!({ "area": "0.00", "heads": 12 }), 422, "invalid_field"),
            ("items", json!([]), 422, "invalid_field"),
            ("csv", json!("事项"), 422, "invalid_field"),
            ("platform", json!(" "), 422, "invalid_field"),
            ("building_id", json!(uuid::Uuid::nil()), 404, "not_found"),
        ] {
            let refused = desk.first.post(PATH, with(field, value)).await;
            assert_eq!(refused.refused(status), code, "{field}");
        }
        let none = desk.first.get(PATH).await.expect(200);
        assert_eq!(none["items"], json!([]));
    }

    async fn every_bad_row_of_the_template_is_told_with_its_line(app: TestApp) {
        let desk = desk(app).await;
        let template = desk.first.get(&format!("{PATH}/template.csv")).await.text;
        let of = |rows: &str| {
            let mut body = result(desk.community, Value::Null);
            body["csv"] = json!(format!("{template}{rows}"));
            body
        };
        let bad = of("更换水管,5,800,8,500,5,200,2,100,1,100,1,通过\n改造,7,八百,8,5,5,2,2,1,1,0,0,通过\n,x\n");
        let refused = desk.first.post(PATH, bad).await;
        assert_eq!(refused.refused(422), "official_result_has_faults");
        let found = faults(&refused);
        assert_eq!((found.len(), found[0].0.as_str()), (2, "/csv/line/3"), "{found:?}");
        assert!(found[0].1.contains("八百") && found[1].0 == "/csv/line/4");
        let good = of("更换水管,5,800,8,500,5,200,2,100,1,100,1,通过\n改造,7,800,8,500,5,200,2,100,1,0,0,未通过\n");
        let view = desk.first.post(PATH, good).await.expect(201);
        assert_eq!(view["items"][1]["for"], json!({ "area": "500.00", "heads": 5 }));
        assert_eq!((&view["items"][0]["agrees"], &view["items"][1]["agrees"]), (&json!(true), &json!(true)));
    }

    async fn a_correction_supersedes_and_the_old_record_stays(app: TestApp) {
        let desk = desk(app).await;
        let old = desk.confirmed(result(desk.community, good())).await;
        let again = desk.first.post(PATH, result(desk.community, good())).await;
        assert_eq!(again.refused(409), "already_exists");
        let mut body = result(desk.community, json!([item("5", [9, 6, 2, 1, 0], true)]));
        body["replaces"] = json!({ "official_result_id": old, "reason": "平台更正了同意人数" });
        let new = desk.record(body.clone()).await;
        // It waits: the old one holds until a second person confirms.
        let public = |id: &str| format!("/api/v1/public/official-results/{id}");
        assert_eq!(desk.app.anon().get(&public(&old)).await.expect(200)["state"], "confirmed");
        evidence(&desk.first, &new, "更正.csv", "事项,结果\n".as_bytes()).await.expect(201);
        desk.confirm(&desk.second, &new).await.expect(200);
        let seen = desk.app.anon().get(&public(&old)).await.expect(200);
        assert_eq!((&seen["state"], &seen["replaced_by"]), (&json!("superseded"), &json!(new)));
        assert_eq!(seen["items"].as_array().unwrap().len(), 2, "what was recorded stays");
        let seen = desk.app.anon().get(&public(&new)).await.expect(200);
        assert_eq!((&seen["replaces"], &seen["correction_reason"]), (&json!(old), &json!("平台更正了同意人数")));
        // Only what holds is corrected.
        let refused = desk.first.post(PATH, body).await;
        assert_eq!(refused.refused(409), "official_result_state_conflict");
        let page = desk.first.get(&format!("{PATH}?limit=1")).await.expect(200);
        assert_eq!(page["items"][0]["id"], json!(new));
        let next = page["next_cursor"].as_str().unwrap();
        let rest = desk.first.get(&format!("{PATH}?limit=1&cursor={next}")).await.expect(200);
        assert_eq!((&rest["items"][0]["id"], rest.get("next_cursor")), (&json!(old), None));
        for (query, count) in [("state=superseded", 1), ("search=BJ-2026", 2), ("search=上海", 0),
            ("state=proposed", 0)] {
            let found = desk.first.get(&format!("{PATH}?{query}")).await.expect(200);
            assert_eq!(found["items"].as_array().unwrap().len(), count, "{query}");
        }
    }

    async fn only_evidence_that_can_be_read_is_kept(app: TestApp) {
        let desk = desk(app).await;
        let id = desk.record(result(desk.community, good())).await;
        for (name, bytes) in [("a.pdf", &b"<html>"[..]), ("a.exe", b"MZ"), ("a.csv", b"a\0b")] {
            let refused = evidence(&desk.first, &id, name, bytes).await;
            assert_eq!(refused.refused(415), "unsupported_media_type", "{name}");
        }
        evidence(&desk.first, &id, "a.jpg", b"\xff\xd8\xff\xe0").await.expect(201);
    }

    async fn nobody_beyond_the_reach_finds_or_changes_a_result(app: TestApp) {
        let desk = desk(app).await;
        let id = desk.record(result(desk.community, good())).await;
        let (other, _) = desk.app.community("别的小区").await;
        let stranger = desk.app.clerk("stranger", other).await;
        assert_eq!(stranger.get(&format!("{PATH}/{id}")).await.refused(404), "not_found");
        assert_eq!(desk.confirm(&stranger, &id).await.refused(404), "not_found");
        assert_eq!(evidence(&stranger, &id, "a.pdf", b"%PDF-").await.refused(404), "not_found");
        assert_eq!(stranger.get(PATH).await.expect(200)["items"], json!([]));
        let theirs = stranger.post(PATH, result(desk.community, good())).await;
        assert_eq!(theirs.refused(404), "not_found");
        let scope = Scope::Community(desk.community);
        let reviewer = desk.app.staff("reviewer", &[("reviewer", scope)]).await;
        reviewer.get(&format!("{PATH}/{id}")).await.expect(200);
        let body = result(desk.community, good());
        assert_eq!(reviewer.post(PATH, body).await.refused(403), "forbidden");
        let owner = desk.app.owner(&phone(1)).await;
        assert_eq!(owner.get(PATH).await.refused(403), "forbidden");
    }

    async fn what_was_recorded_is_never_rewritten(app: TestApp) {
        use diesel::connection::SimpleConnection;
        let desk = desk(app).await;
        desk.confirmed(result(desk.community, good())).await;
        let context = WriteContext::of(Actor::named("dba"));
        for change in [
            "UPDATE official_results SET total_heads = 13",
            "UPDATE official_results SET state = 'proposed', confirmed_by = NULL, confirmer_name = NULL, \
             confirmed_at = NULL",
            "DELETE FROM official_results",
            "UPDATE official_result_items SET passed = FALSE",
            "DELETE FROM official_result_items",
            "UPDATE official_result_files SET digest = 'x'",
            "DELETE FROM official_result_files",
        ] {
            let done = desk.app.db.write(&context, "test", move |tx| Ok(tx.conn().batch_execute(change)?));
            assert!(done.await.is_err(), "{change}");
        }
        // The control: another table may be changed.
        let change = "UPDATE communities SET name = name";
        let done = desk.app.db.write(&context, "test", move |tx| Ok(tx.conn().batch_execute(change)?));
        done.await.unwrap();
    }

    async fn a_vote_that_the_citys_platform_must_run_is_sent_to_this_import(app: TestApp) {
        let desk = desk(app).await;
        let body = json!({ "title": "表决", "community_id": desk.community, "rule_pack": "beijing",
            "items": [{ "title": "事项", "matters": ["5"] }] });
        let vote = desk.first.post("/api/v1/votes", body).await.expect(201);
        let path = format!("/api/v1/votes/{}/freeze-roll", vote["id"].as_str().unwrap());
        let refused = desk.first.post(&path, json!({})).await;
        assert_eq!(refused.refused(409), "official_platform_required");
        assert!(refused.text.contains("/api/v1/official-results"), "{}", refused.text);
    }
}
