//! Who decides: several buildings together, a named set of units.

use diesel::connection::SimpleConnection;
use jiugai::platform::db::{Actor, WriteContext};
use serde_json::{Value, json};

use super::{Desk, draft};
use crate::{
    db_test,
    support::{Client, TestApp, TestUnit, flat, phone},
};

/// Three buildings of two flats each, every flat with its own owner.
fn three_buildings() -> Vec<TestUnit> {
    let unit = |n: usize| {
        let building = n.div_ceil(2);
        let code = format!("{building}-{n:03}");
        TestUnit { building: format!("{building}栋"), ..flat(&code, "50.00", &[&phone(n)]) }
    };
    (1..=6).map(unit).collect()
}

/// Id by name of a list of the register.
async fn ids(clerk: &Client, (path, name): (&str, &str)) -> Vec<(String, Value)> {
    let page = clerk.get(path).await.expect(200);
    let pair = |row: &Value| (row[name].as_str().unwrap().to_owned(), row["id"].clone());
    page["items"].as_array().unwrap().iter().map(pair).collect()
}

async fn buildings(desk: &Desk, names: &[&str]) -> Vec<Value> {
    let path = format!("/api/v1/communities/{}/buildings", desk.community);
    let all = ids(&desk.clerk, (&path, "name")).await;
    all.into_iter().filter(|(name, _)| names.contains(&name.as_str())).map(|(_, id)| id).collect()
}

async fn units(desk: &Desk, codes: &[&str]) -> Vec<Value> {
    let path = format!("/api/v1/communities/{}/units?limit=200", desk.community);
    let all = ids(&desk.clerk, (&path, "unit_code")).await;
    all.into_iter().filter(|(code, _)| codes.contains(&code.as_str())).map(|(_, id)| id).collect()
}

/// A desk whose vote has this scope.
async fn scoped(app: TestApp, choose: impl AsyncFn(&Desk) -> Value) -> Desk {
    let desk = draft(app, &three_buildings(), &["5"]).await;
    let mut body = choose(&desk).await;
    body["title"] = json!("局部改造表决");
    body["community_id"] = json!(desk.community);
    body["items"] = json!([{ "title": "更换给水管", "matters": ["5"] }]);
    let vote = desk.clerk.post("/api/v1/votes", body).await.expect(201);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    Desk { vote: text(&vote["id"]), items: vec![text(&vote["items"][0]["id"])], ..desk }
}

async fn roll(desk: &Desk) -> Vec<String> {
    let page = desk.staff_again().await.get(&desk.path("/roll?limit=200")).await.expect(200);
    let code = |row: &Value| row["code"].as_str().unwrap().to_owned();
    page["items"].as_array().unwrap().iter().map(code).collect()
}

db_test! {
    async fn several_buildings_decide_together_and_nobody_else(app: TestApp) {
        let desk = scoped(app, async |desk: &Desk| {
            json!({ "building_ids": buildings(desk, &["1栋", "3栋"]).await })
        })
        .await;
        let vote = desk.clerk.get(&desk.path("")).await.expect(200);
        assert_eq!(vote["scope_name"], "1栋、3栋");
        desk.open().await;
        assert_eq!(roll(&desk).await, ["1-001", "1-002", "3-005", "3-006"]);
        for n in [1, 2, 5] {
            desk.cast(&phone(n), "for").await.expect(201);
        }
        assert_eq!(desk.cast(&phone(3), "against").await.refused(403), "not_on_roll");
        desk.close_and_count().await;
        let result = desk.staff_again().await.get(&desk.path("/result")).await.expect(200);
        assert_eq!(result["vote"]["part"], "1栋、3栋");
        let item = &result["items"][0];
        assert_eq!((&item["total"]["heads"], &item["passed"]), (&json!(4), &json!(true)));
        desk.certify().await;
        let log = format!("/api/v1/public/votes/{}/log", desk.vote);
        let anon = desk.app.anon();
        let checkpoint = anon.get(&format!("{log}/checkpoint")).await.text;
        let size = checkpoint.lines().nth(1).unwrap();
        let leaves = anon.bytes(&format!("{log}/tile/entries/000.p/{size}")).await;
        let leaves = String::from_utf8_lossy(&leaves);
        assert!(leaves.contains(r#""scope":"幸福里小区 1栋、3栋""#), "{leaves}");
    }

    async fn a_named_set_of_units_decides(app: TestApp) {
        let desk = scoped(app, async |desk: &Desk| {
            let unit_ids = units(desk, &["1-001", "2-003", "3-005"]).await;
            json!({ "unit_set": { "name": " 沿街商铺 ", "unit_ids": unit_ids } })
        })
        .await;
        desk.open().await;
        assert_eq!(roll(&desk).await, ["1-001", "2-003", "3-005"]);
        desk.cast(&phone(1), "for").await.expect(201);
        desk.cast(&phone(3), "for").await.expect(201);
        assert_eq!(desk.cast(&phone(2), "for").await.refused(403), "not_on_roll");
        desk.close_and_count().await;
        let result = desk.staff_again().await.get(&desk.path("/result")).await.expect(200);
        assert_eq!(result["vote"]["part"], "沿街商铺");
        let context = WriteContext::of(Actor::named("dba"));
        for change in ["DELETE FROM vote_scope_units", "UPDATE vote_scope_units SET unit_id = vote_id"] {
            let done = desk.app.db.write(&context, "test", move |tx| Ok(tx.conn().batch_execute(change)?));
            assert!(done.await.is_err(), "{change}");
        }
        assert_eq!(result["items"][0]["passed"], true);
        desk.certify().await;
    }

    async fn a_scope_hangs_together_or_is_refused(app: TestApp) {
        let other = app.register("隔壁小区", &[TestUnit { building: "9栋".to_owned(),
            ..flat("9-001", "50.00", &[&phone(9)]) }]).await;
        let desk = draft(app, &three_buildings(), &["5"]).await;
        let both = buildings(&desk, &["1栋", "2栋"]).await;
        let unit_ids = units(&desk, &["1-001"]).await;
        let bureau = desk.app.sign_in("bureau").await;
        let path = format!("/api/v1/communities/{other}/buildings");
        let foreign = ids(&bureau, (&path, "name")).await[0].1.clone();
        let set = |name: &str, unit_ids: &[Value]| json!({ "name": name, "unit_ids": unit_ids });
        let refused = [
            (json!({ "building_ids": both, "building_id": both[0] }), 422, "/building_ids"),
            (json!({ "building_ids": both, "unit_set": set("一组", &unit_ids) }), 422, "/building_ids"),
            (json!({ "building_ids": [both[0]] }), 422, "/building_ids"),
            (json!({ "unit_set": set(" ", &unit_ids) }), 422, "/unit_set/name"),
            (json!({ "unit_set": set("一组", &[]) }), 422, "/unit_set/unit_ids"),
            (json!({ "unit_set": set("一组", &[both[0].clone()]) }), 404, ""),
            (json!({ "building_ids": [both[0], foreign] }), 404, ""),
        ];
        for (mut body, status, pointer) in refused {
            body["title"] = json!("表决");
            body["community_id"] = json!(desk.community);
            body["items"] = json!([{ "title": "事项", "matters": ["5"] }]);
            let answer = desk.clerk.post("/api/v1/votes", body).await;
            answer.refused(status);
            assert!(answer.text.contains(pointer), "{pointer}: {}", answer.text);
        }
        let elevator = json!({ "title": "加装电梯", "community_id": desk.community,
            "rule_pack": "shanghai-elevator", "building_ids": both,
            "items": [{ "title": "加装电梯", "matters": ["elevator"] }] });
        let answer = desk.clerk.post("/api/v1/votes", elevator).await;
        answer.refused(422);
        assert!(answer.text.contains("decided by building, not buildings"), "{}", answer.text);
    }
}
