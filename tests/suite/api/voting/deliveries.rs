//! Deliveries per unit: recorded in lists, checked by another person, never rewritten.

use jiugai::{
    kernel::hex,
    platform::db::{Actor, WriteContext},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{Desk, draft};
use crate::{
    db_test,
    support::{Client, TestApp, TestUnit, flats, phone, pictures::*},
};

/// Two buildings of three flats each, after the notice of 2 March; a second clerk.
async fn noticed(app: TestApp) -> (Desk, Client, Client) {
    let mut units = flats(6, "80.00");
    for unit in &mut units[3..] {
        *unit = TestUnit { building: "2栋".to_owned(), ..unit.clone() };
    }
    let desk = draft(app, &units, &["5"]).await;
    let second = desk.app.clerk("second", desk.community).await;
    let first = desk.staff_again().await;
    first.post(&desk.path("/freeze-roll"), json!({})).await.expect(200);
    let early = json!({ "records": [hand("1-001")] });
    assert_eq!(first.post(&desk.path("/deliveries"), early).await.refused(409), "wrong_state");
    let window = json!({ "opens_at": "2026-03-18T00:00:00+08:00",
        "closes_at": "2026-03-25T00:00:00+08:00" });
    first.post(&desk.path("/notice"), window).await.expect(200);
    (desk, first, second)
}

fn hand(unit: &str) -> Value {
    json!({ "unit_code": unit, "method": "in_person", "outcome": "delivered",
        "delivered_at": "2026-03-02T01:00:00Z", "receiver": "业主本人签收" })
}

fn failed(unit: &str) -> Value {
    json!({ "unit_code": unit, "method": "post", "outcome": "failed",
        "delivered_at": "2026-03-02T01:00:00Z", "failure_reason": "查无此人" })
}

async fn record(desk: &Desk, clerk: &Client, records: &[Value]) -> Vec<String> {
    let body = json!({ "records": records });
    let rows = clerk.post(&desk.path("/deliveries"), body).await.expect(201);
    let rows = rows.as_array().unwrap().iter();
    rows.map(|row| row["delivery_id"].as_str().unwrap().to_owned()).collect()
}

async fn photo(desk: &Desk, clerk: &Client, bytes: Vec<u8>) -> Value {
    let part = reqwest::multipart::Part::bytes(bytes).file_name("IMG_1.jpg");
    let form = reqwest::multipart::Form::new().part("file", part);
    let request = clerk.request("POST", &desk.path("/delivery-photos")).multipart(form);
    clerk.send(request).await.expect(200)[0].clone()
}

async fn totals(desk: &Desk, clerk: &Client) -> [u64; 5] {
    let totals = clerk.get(&desk.path("/delivery-totals")).await.expect(200);
    ["checked", "unchecked", "posted_only", "failed", "nothing"]
        .map(|name| totals[name].as_u64().unwrap())
}

async fn units(desk: &Desk, clerk: &Client, query: &str) -> Vec<String> {
    let page = clerk.get(&desk.path(&format!("/delivery-units{query}"))).await.expect(200);
    let units = page["items"].as_array().unwrap().iter();
    units.map(|unit| unit["unit_code"].as_str().unwrap().to_owned()).collect()
}

db_test! {
    async fn a_delivery_counts_when_another_person_has_checked_it(app: TestApp) {
        let (desk, first, second) = noticed(app).await;
        assert_eq!(totals(&desk, &first).await, [0, 0, 0, 0, 6]);
        let ids = record(&desk, &first, &[hand("1-001"), hand("1-002"), failed("1-003")]).await;
        assert_eq!(totals(&desk, &first).await, [0, 2, 0, 1, 3]);
        let check = desk.path("/deliveries/check");
        let own = first.post(&check, json!({ "delivery_ids": ids })).await;
        assert_eq!(own.refused(422), "delivery_has_faults");
        let faults = own.json()["errors"].as_array().unwrap().clone();
        assert_eq!(faults.len(), 3);
        assert!(faults.iter().all(|fault| fault["code"] == "same_clerk"), "{faults:?}");
        let checked = second.post(&check, json!({ "delivery_ids": [ids[0]] })).await.expect(200);
        assert_eq!(checked[0]["checked_by"], "second");
        assert_eq!(checked[0]["recorded_by"], "clerk");
        assert_eq!(totals(&desk, &first).await, [1, 1, 0, 1, 3]);
        // All of a list or none of it: the one that was checked already spoils it.
        let again = second.post(&check, json!({ "delivery_ids": [ids[1], ids[0]] })).await;
        assert_eq!(again.refused(422), "delivery_has_faults");
        assert_eq!(again.json()["errors"][0]["pointer"], "/delivery_ids/1");
        assert_eq!(again.json()["errors"][0]["code"], "delivery_state_conflict");
        assert_eq!(totals(&desk, &first).await, [1, 1, 0, 1, 3]);
        // A failed attempt takes nothing back from a unit that was reached.
        record(&desk, &first, &[failed("1-001")]).await;
        assert_eq!(totals(&desk, &first).await, [1, 1, 0, 1, 3]);
        // An owner on the roll sees how many, and no list.
        let owner = desk.app.owner(&phone(1)).await;
        assert_eq!(totals(&desk, &owner).await, [1, 1, 0, 1, 3]);
        assert_eq!(owner.get(&desk.path("/delivery-units")).await.refused(403), "forbidden");
        assert_eq!(owner.get(&desk.path("/deliveries")).await.refused(403), "forbidden");
    }

    async fn every_bad_row_of_a_list_is_named_and_nothing_is_recorded(app: TestApp) {
        let (desk, first, _) = noticed(app).await;
        let with = |mut row: Value, field: &str, value: Value| { row[field] = value; row };
        let good = hand("1-001");
        let rows = json!([
            good, hand("9-999"), with(hand("1-002"), "receiver", Value::Null),
            with(hand("1-003"), "delivered_at", json!("2026-03-03T01:00:00Z")),
            with(hand("2-004"), "delivered_at", json!("2026-03-01T01:00:00Z")), hand("1-001"),
            with(failed("1-004"), "failure_reason", json!(" ")),
            with(with(hand("1-005"), "method", json!("posted_notice")), "note", json!("单元门")),
            with(hand("1-006"), "photo_id", json!(desk.vote)),
        ]);
        let answer = first.post(&desk.path("/deliveries"), json!({ "records": rows })).await;
        assert_eq!(answer.refused(422), "delivery_has_faults");
        let faults = answer.json()["errors"].clone();
        let text = |fault: &'_ Value, name: &str| fault[name].as_str().unwrap().to_owned();
        let faults: Vec<_> = faults.as_array().unwrap().iter()
            .map(|fault| (text(fault, "pointer"), text(fault, "code")))
            .collect();
        let told: Vec<_> = faults.iter().map(|(at, code)| (at.as_str(), code.as_str())).collect();
        assert_eq!(told, [
            ("/records/1/unit_code", "not_on_roll"), ("/records/2/receiver", "invalid_field"),
            ("/records/3/delivered_at", "invalid_field"), ("/records/4/unit_code", "not_on_roll"),
            ("/records/5/unit_code", "already_exists"), ("/records/6/failure_reason", "invalid_field"),
            ("/records/7/photo_id", "invalid_field"), ("/records/8/photo_id", "invalid_field"),
        ]);
        assert_eq!(totals(&desk, &first).await, [0, 0, 0, 0, 6]);
        // The control: the good row alone is taken; the same key takes it once.
        let body = json!({ "records": [good] });
        let path = desk.path("/deliveries");
        let one = first.post_once(&path, "walk-1", body.clone()).await.expect(201);
        assert_eq!(first.post_once(&path, "walk-1", body).await.expect(201), one);
        assert_eq!(totals(&desk, &first).await, [0, 1, 0, 0, 5]);
        assert_eq!(first.post(&path, json!({ "records": [] })).await.refused(422), "invalid_field");
    }

    async fn a_posted_notice_alone_reaches_no_unit(app: TestApp) {
        let (desk, first, second) = noticed(app).await;
        let taken = photo(&desk, &first, with_exif(&jpeg(60, 40))).await;
        let id = taken["photo"]["photo_id"].as_str().unwrap().to_owned();
        let served = second.bytes(&desk.path(&format!("/delivery-photos/{id}"))).await;
        assert!(!served.windows(4).any(|part| part == b"Exif"));
        assert_eq!(taken["photo"]["sha256"], json!(hex::encode(&Sha256::digest(&served))));
        let again = photo(&desk, &first, with_exif(&jpeg(60, 40))).await;
        assert_eq!(again["photo"]["photo_id"], json!(id));
        let gif = photo(&desk, &first, b"GIF89a;".to_vec()).await;
        assert_eq!(gif["code"], "unsupported_media_type");
        let posted = |unit: &str| json!({ "unit_code": unit, "method": "posted_notice",
            "outcome": "delivered", "delivered_at": "2026-03-02T01:00:00Z", "photo_id": id });
        let ids = record(&desk, &first, &[posted("1-001"), posted("1-002")]).await;
        second.post(&desk.path("/deliveries/check"), json!({ "delivery_ids": ids })).await.expect(200);
        assert_eq!(totals(&desk, &first).await, [0, 0, 2, 0, 4]);
        let owner = desk.app.owner(&phone(1)).await;
        let photo = desk.path(&format!("/delivery-photos/{id}"));
        assert_eq!(owner.get(&photo).await.refused(403), "forbidden");
        let (elsewhere, _) = desk.app.community("别处").await;
        let other = desk.app.clerk("other", elsewhere).await;
        assert_eq!(other.get(&photo).await.refused(404), "not_found");
        assert_eq!(other.get(&desk.path("/delivery-units")).await.refused(404), "not_found");
    }

    async fn the_undelivered_are_listed_by_page_by_search_and_as_csv(app: TestApp) {
        let (desk, first, second) = noticed(app).await;
        let ids = record(&desk, &first, &[hand("1-001"), hand("1-005"), failed("1-006")]).await;
        second.post(&desk.path("/deliveries/check"), json!({ "delivery_ids": [ids[0]] })).await.expect(200);
        assert_eq!(units(&desk, &first, "?undelivered=true").await, ["1-002", "1-003", "1-004", "1-006"]);
        assert_eq!(units(&desk, &first, "?undelivered=false").await, ["1-001", "1-005"]);
        assert_eq!(units(&desk, &first, "?status=unchecked").await, ["1-005"]);
        assert_eq!(units(&desk, &first, "?undelivered=true&building=2栋").await, ["1-004", "1-006"]);
        assert_eq!(units(&desk, &first, "?undelivered=true&search=-003").await, ["1-003"]);
        let path = desk.path("/delivery-units?undelivered=true&limit=3");
        let page = first.get(&path).await.expect(200);
        assert_eq!(page["items"].as_array().unwrap().len(), 3);
        let next = page["next_cursor"].as_str().unwrap();
        let rest = first.get(&format!("{path}&cursor={next}")).await.expect(200);
        assert_eq!((&rest["items"][0]["unit_code"], &rest["next_cursor"]), (&json!("1-006"), &Value::Null));
        assert_eq!(rest["items"][0]["record"]["failure_reason"], "查无此人");
        let csv = first.get(&desk.path("/delivery-units.csv?undelivered=true")).await;
        assert!(csv.text.starts_with('\u{feff}') && csv.text.lines().count() == 5, "{}", csv.text);
        let row = "2栋,,1-006,80.00,未送达,邮寄,2026年03月02日 09:00,,查无此人";
        assert!(csv.text.contains(row), "{}", csv.text);
        assert!(!csv.text.contains("1-001"));
    }

    async fn a_correction_leaves_the_original_and_is_checked_anew(app: TestApp) {
        use diesel::connection::SimpleConnection;
        let (desk, first, second) = noticed(app).await;
        let id = record(&desk, &first, &[hand("1-001")]).await.remove(0);
        second.post(&desk.path("/deliveries/check"), json!({ "delivery_ids": [id] })).await.expect(200);
        let path = desk.path(&format!("/deliveries/{id}/correction"));
        let other = json!({ "record": hand("1-002"), "reason": "登错" });
        assert_eq!(second.post(&path, other).await.refused(422), "invalid_field");
        let right = json!({ "record": failed("1-001"), "reason": "误登为已送达" });
        let corrected = second.post(&path, right.clone()).await.expect(201);
        assert_eq!(corrected["replaces"], json!(id));
        assert_eq!(second.post(&path, right).await.refused(409), "delivery_state_conflict");
        assert_eq!(totals(&desk, &first).await, [0, 0, 0, 1, 5]);
        let all = first.get(&desk.path("/deliveries?unit_code=1-001")).await.expect(200);
        let all = all["items"].as_array().unwrap();
        assert_eq!((all.len(), &all[0]["outcome"], &all[0]["replaced_by"]),
            (2, &json!("delivered"), &corrected["delivery_id"]));
        assert_eq!(all[1]["checked_at"], Value::Null);
        // Neither the API nor the database lets a record be rewritten or checked by its recorder.
        let context = WriteContext::of(Actor::named("dba"));
        let run = |text: &'static str| {
            desk.app.db.write(&context, "test", move |tx| Ok(tx.conn().batch_execute(text)?))
        };
        let rewritten = "UPDATE unit_deliveries SET outcome = 'delivered', failure_reason = NULL";
        assert!(run(rewritten).await.is_err());
        assert!(run("UPDATE unit_deliveries SET receiver = 'x' WHERE checked_at IS NULL").await.is_err());
        assert!(run("DELETE FROM unit_deliveries").await.is_err());
        let own = "UPDATE unit_deliveries SET checked_by = recorded_by, checker_name = 'x', \
            checked_at = recorded_at WHERE checked_at IS NULL";
        assert!(run(own).await.is_err());
        // The control: the check alone may be added.
        let third = "UPDATE unit_deliveries SET checked_by = unit_id, checker_name = 'x', \
            checked_at = recorded_at WHERE checked_at IS NULL";
        run(third).await.unwrap();
    }

    async fn nothing_is_recorded_after_the_close(app: TestApp) {
        let (desk, _, _) = noticed(app).await;
        desk.app.clock.advance(chrono::TimeDelta::days(16));
        desk.app.work().await;
        let clerk = desk.staff_again().await;
        assert_eq!(record(&desk, &clerk, &[hand("1-001")]).await.len(), 1);
        desk.app.clock.advance(chrono::TimeDelta::days(7));
        let late = json!({ "records": [hand("1-002")] });
        let clerk = desk.staff_again().await;
        assert_eq!(clerk.post(&desk.path("/deliveries"), late.clone()).await.refused(409), "too_late");
        desk.app.work().await;
        assert_eq!(clerk.post(&desk.path("/deliveries"), late).await.refused(409), "wrong_state");
    }
}
