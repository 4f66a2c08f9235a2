//! Agents where owners are met: at a sitting, on a sheet.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::proxies::{drafted, opened, pack};
use crate::{
    db_test,
    support::{TestApp, flats, phone},
};

db_test! {
    async fn an_agent_signs_in_at_a_sitting_by_a_power_that_stands(app: TestApp) {
        let vote = opened(drafted(app, &flats(4, "100.00"), (&pack("", ("", "")), &["5"])).await).await;
        let desk = &vote.desk;
        let proxy = vote.give(&vote.details("1-002", &phone(1)).await).await;
        let waiting = vote.record(&vote.details("1-003", &phone(1)).await).await.expect(201);
        let mut short = vote.details("1-004", &phone(1)).await;
        short["valid_until"] = json!("2026-03-19T12:00:00+08:00");
        let short = vote.give(&short).await;
        let body = json!({ "place": "活动室", "starts_at": "2026-03-19T19:00:00+08:00",
            "ends_at": "2026-03-19T21:00:00+08:00" });
        let sitting = vote.first.post(&desk.path("/sittings"), body).await.expect(201);
        desk.app.clock.advance(TimeDelta::hours(33));
        let clerk = desk.staff_again().await;
        let sitting = desk.path(&format!("/sittings/{}", sitting["sitting_id"].as_str().unwrap()));
        let came = |unit: &str, proxy: &Value| {
            json!({ "unit_code": unit, "proxy_id": proxy["proxy_id"] })
        };
        let sign_in = format!("{sitting}/attendances");
        let refused = [("1-003", &waiting, 409, "proxy_state_conflict"),
            ("1-004", &short, 409, "proxy_expired"), ("1-003", &proxy, 422, "invalid_field")];
        for (unit, proxy, status, code) in refused {
            assert_eq!(clerk.post(&sign_in, came(unit, proxy)).await.refused(status), code);
        }
        let mut both = came("1-002", &proxy);
        both["owner_id"] = vote.owner_id(&phone(2)).await;
        assert_eq!(clerk.post(&sign_in, both).await.refused(422), "invalid_field");
        let present = clerk.post(&sign_in, came("1-002", &proxy)).await.expect(201);
        assert_eq!(present["owner_id"], vote.owner_id(&phone(2)).await);
        assert_eq!(present["agent"], format!("业主{}", phone(1)));
        assert_eq!(clerk.post(&sign_in, came("1-002", &proxy)).await.refused(409), "already_exists");
        let quorum = clerk.get(&format!("{sitting}/quorum")).await.expect(200);
        assert_eq!(quorum["present"], json!({ "area": "100.00", "heads": 1 }));
        let page = clerk.get(&format!("{sitting}/print")).await;
        assert_eq!(page.text.matches("（代理）").count(), 1, "{}", page.text);
    }

    async fn an_agent_whom_no_register_knows_signs_the_sheet(app: TestApp) {
        let vote = opened(drafted(app, &flats(3, "100.00"), (&pack("", ("", "")), &["5"])).await).await;
        let desk = &vote.desk;
        let mut daughter = vote.details("1-001", &phone(1)).await;
        daughter["agent"] = json!({ "name": "业主之女", "number": "990206199006061066" });
        let proxy = vote.record(&daughter).await.expect(201);
        for unit in ["1-001", "1-002"] {
            vote.first.post(&desk.path("/sheets/issue"), json!({ "units": [unit] })).await.expect(201);
        }
        let sheets = vote.first.get(&desk.path("/sheets?state=issued")).await.expect(200);
        let mut collectors = Vec::new();
        for clerk in [&vote.first, &vote.second] {
            collectors.push(clerk.get("/api/v1/me").await.expect(200)["id"].clone());
        }
        let serials: Vec<&Value> =
            sheets["items"].as_array().unwrap().iter().map(|sheet| &sheet["serial"]).collect();
        let batch = json!({ "collectors": collectors, "place": "1栋大厅", "seal": "F-0031",
            "sheets": serials });
        let batch = vote.first.post(&desk.path("/batches"), batch).await.expect(201);
        let of_unit = |unit: &str| {
            let rows = |page: &Value, key: &str| page[key].as_array().unwrap().clone();
            let issued = rows(&sheets, "items").into_iter().find(|s| s["unit_code"] == unit).unwrap();
            let mut back = rows(&batch, "sheets").into_iter();
            let sheet = back.find(|s| s["serial"] == issued["serial"]).unwrap();
            desk.path(&format!("/sheets/{}/entries", sheet["sheet_id"].as_str().unwrap()))
        };
        let mut signed = desk.ballot("for");
        signed["signed_by_agent"] = json!(true);
        // Nobody confirmed the power yet; the neighbour gave none.
        for unit in ["1-001", "1-002"] {
            let refused = vote.first.post(&of_unit(unit), signed.clone()).await;
            assert_eq!(refused.refused(422), "invalid_field");
            assert_eq!(refused.json()["errors"][0]["pointer"], "/signed_by_agent");
        }
        vote.confirm(&vote.second, &proxy).await.expect(200);
        // The agent's sheet came back and is not read yet: one person can't make it worthless.
        let end = vote.path(&proxy, "/end");
        let early = vote.second.post(&end, json!({ "reason": "反悔" })).await;
        assert_eq!(early.refused(409), "proxy_state_conflict");
        vote.first.post(&of_unit("1-001"), signed.clone()).await.expect(201);
        let settled = vote.second.post(&of_unit("1-001"), signed.clone()).await.expect(201);
        assert_eq!(settled["state"], "settled");
        // Alike but for who signed: a third person decides.
        vote.first.post(&of_unit("1-002"), desk.ballot("for")).await.expect(201);
        let mut neighbour = vote.details("1-002", &phone(1)).await;
        neighbour["agent"] = daughter["agent"].clone();
        let neighbour = vote.record(&neighbour).await.expect(201);
        vote.confirm(&vote.second, &neighbour).await.expect(200);
        let differing = vote.second.post(&of_unit("1-002"), signed).await.expect(201);
        assert_eq!(differing["state"], "differing");
        let third = desk.app.clerk("third", desk.community).await;
        let decide = of_unit("1-002").replace("/entries", "/adjudication");
        third.post(&decide, desk.ballot("against")).await.expect(201);
        // The power was used: it can't be taken back.
        let revoked = vote.second.post(&vote.path(&proxy, "/end"), json!({ "reason": "反悔" })).await;
        assert_eq!(revoked.refused(409), "proxy_state_conflict", "{}", revoked.text);
        desk.cast(&phone(3), "for").await.expect(201);
        desk.app.clock.advance(TimeDelta::days(8));
        desk.app.work().await;
        let clerk = desk.staff_again().await;
        let counted = json!({ "returned": 2, "spoiled": 0, "missing": [] });
        clerk.post(&desk.path("/sheets/close"), counted).await.expect(200);
        clerk.post(&desk.path("/count"), json!({})).await.expect(200);
        let item = clerk.get(&desk.path("/explain")).await.expect(200)["items"][0].clone();
        assert_eq!((&item["for"]["heads"], &item["against"]["heads"]), (&json!(2), &json!(1)));
        let sheet = |unit: &str| of_unit(unit).rsplit('/').nth(1).unwrap().to_owned();
        let (own, neighbours) = (sheet("1-001"), sheet("1-002"));
        desk.recheck(&[(own.as_str(), "for"), (neighbours.as_str(), "against")]).await;
        vote.finish(desk.staff_again().await).await;
    }
}
