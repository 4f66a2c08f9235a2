//! Elevator cases over HTTP: from one household's request to the agreement of one entrance, while
//! the next one stays reserved.

use chrono::TimeDelta;
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use jiugai::{
    kernel::{BuildingId, EntranceId},
    platform::db::{Actor, WriteContext, schema},
};
use serde_json::{Value, json};

use super::voting::Desk;
use crate::{
    db_test,
    support::{Client, TestApp, flat, phone},
};

const CASES: &str = "/api/v1/elevator-cases";

/// A building with two entrances: the first has six floors of two units of 70.00 m², the second
/// two units. A clerk works on it.
struct House {
    desk: Desk,
    building: BuildingId,
    entrances: [EntranceId; 2],
}

fn unit(n: usize) -> String {
    format!("1-{}0{}", n.div_ceil(2), 2 - n % 2)
}

async fn house(app: TestApp) -> House {
    let mut units: Vec<_> = (1..=12).map(|n| flat(&unit(n), "70.00", &[&phone(n)])).collect();
    units.extend([flat("2-101", "70.00", &[&phone(21)]), flat("2-201", "70.00", &[&phone(22)])]);
    let community = app.register("幸福里小区", &units).await;
    let entrances = [EntranceId::new(), EntranceId::new()];
    let context = WriteContext::of(Actor::named("test"));
    let write = move |tx: &mut jiugai::platform::db::WriteTx<'_>| {
        use schema::{entrances as table, units};
        let building: BuildingId = units::table.select(units::building_id).first(tx.conn())?;
        for (id, (name, prefix)) in entrances.iter().zip([("1单元", "1-%"), ("2单元", "2-%")]) {
            diesel::insert_into(table::table)
                .values((table::id.eq(id), table::building_id.eq(building), table::name.eq(name)))
                .execute(tx.conn())?;
            use diesel::TextExpressionMethods;
            diesel::update(units::table.filter(units::code.like(prefix)))
                .set(units::entrance_id.eq(id))
                .execute(tx.conn())?;
        }
        Ok(building)
    };
    let building = app.db.write(&context, "test", write).await.unwrap();
    let clerk = app.clerk("clerk", community).await;
    let desk = Desk { app, clerk, community, vote: String::new(), items: Vec::new() };
    House { desk, building, entrances }
}

impl House {
    async fn ask(&self, client: &Client, (entrance, unit): (usize, Option<&str>)) -> Value {
        let body = json!({ "entrance_id": self.entrances[entrance], "unit_code": unit });
        client.post(CASES, body).await.expect(201)
    }

    /// A case of an entrance that was asked for by staff and started.
    async fn started(&self, entrance: usize, unit: &str) -> String {
        let case = self.ask(&self.desk.clerk, (entrance, Some(unit))).await;
        let id = case["case_id"].as_str().unwrap().to_owned();
        let body = json!({ "answer": "已受理" });
        self.desk.clerk.post(&format!("{CASES}/{id}/start"), body).await.expect(200);
        id
    }

    /// A vote of the building on the elevator.
    async fn draft_vote(&mut self) {
        let body = json!({ "title": "1栋加装电梯", "community_id": self.desk.community,
            "building_id": self.building, "items": [{ "title": "加装电梯", "matters": ["7"] }] });
        let vote = self.desk.clerk.post("/api/v1/votes", body).await.expect(201);
        self.desk.vote = vote["id"].as_str().unwrap().to_owned();
        self.desk.items = vec![vote["items"][0]["id"].as_str().unwrap().to_owned()];
    }

    /// Everybody of the first entrance votes `choice`; counted, published and confirmed.
    async fn decide(&self, choice: &str) -> Client {
        self.desk.open().await;
        for n in 1..=12 {
            self.desk.cast(&phone(n), choice).await.expect(201);
        }
        let clerk = self.desk.close_and_count().await;
        clerk.post(&self.desk.path("/publish"), json!({})).await.expect(200);
        self.desk.app.clock.advance(TimeDelta::days(12));
        let clerk = self.desk.staff_again().await;
        clerk.post(&self.desk.path("/confirm"), json!({})).await.expect(200);
        clerk
    }
}

fn floors() -> Value {
    (1..=12).map(|n| json!({ "unit_code": unit(n), "floor": n.div_ceil(2) })).collect()
}

fn plan() -> Value {
    json!({ "cost": "600000.00", "subsidy": "280000.00", "floors": floors(), "terms": "电费按系数分摊" })
}

db_test! {
    async fn one_household_opens_a_case_that_is_answered_within_one_working_day(app: TestApp) {
        let house = house(app).await;
        let app = &house.desk.app;
        let sixth = app.owner(&phone(11)).await;
        let case = house.ask(&sixth, (0, None)).await;
        let id = case["case_id"].as_str().unwrap();
        let path = format!("{CASES}/{id}");
        // Asked on Monday 2 March: Tuesday ends at 16:00 UTC.
        assert_eq!((&case["state"], &case["due_at"]),
            (&json!("requested"), &json!("2026-03-03T16:00:00Z")));
        assert_eq!(case["name"], "幸福里小区 1栋 1单元");
        let again = json!({ "entrance_id": house.entrances[0] });
        assert_eq!(sixth.post(CASES, again).await.refused(409), "already_exists");
        let joined = house.ask(&app.owner(&phone(9)).await, (0, None)).await;
        assert_eq!((&joined["case_id"], &joined["request_count"]), (&case["case_id"], &json!(2)));
        assert_eq!(joined["requesting_units"], json!([]));
        let clerk = &house.desk.clerk;
        let seen = clerk.get(&path).await.expect(200);
        assert_eq!(seen["requesting_units"], json!([unit(11), unit(9)]));
        // The next entrance knows nothing of it, and cannot ask for this one.
        let neighbour = app.owner(&phone(21)).await;
        assert_eq!(neighbour.get(&path).await.refused(404), "not_found");
        let body = json!({ "entrance_id": house.entrances[0] });
        assert_eq!(neighbour.post(CASES, body).await.refused(404), "not_found");
        let none = neighbour.get(CASES).await.expect(200);
        assert_eq!(none["items"], json!([]));

        let overdue = format!("{CASES}?overdue=true&search=1单元&community_id={}",
            house.desk.community);
        assert_eq!(clerk.get(&overdue).await.expect(200)["items"], json!([]));
        app.clock.advance(TimeDelta::days(2));
        let clerk = house.desk.staff_again().await;
        let late = clerk.get(&overdue).await.expect(200);
        assert_eq!((&late["items"][0]["case_id"], &late["items"][0]["is_overdue"]),
            (&case["case_id"], &json!(true)));
        let fine = clerk.get(&format!("{CASES}?overdue=false")).await.expect(200);
        assert_eq!(fine["items"], json!([]));
        let answer = json!({ "answer": "本周六征询" });
        let owner = app.owner(&phone(11)).await;
        assert_eq!(owner.post(&format!("{path}/start"), answer.clone()).await.refused(403), "forbidden");
        let started = clerk.post(&format!("{path}/start"), answer.clone()).await.expect(200);
        assert_eq!((&started["state"], &started["is_late"], &started["is_overdue"]),
            (&json!("started"), &json!(true), &json!(false)));
        let twice = clerk.post(&format!("{path}/start"), answer).await;
        assert_eq!(twice.refused(409), "elevator_state_conflict");
        // A withdrawn case makes room for another.
        let reason = json!({ "reason": "申请人撤回" });
        clerk.post(&format!("{path}/withdraw"), reason).await.expect(200);
        let anew = house.ask(&owner, (0, None)).await;
        assert_ne!(anew["case_id"], case["case_id"]);
        assert_eq!(owner.get(CASES).await.expect(200)["items"].as_array().unwrap().len(), 2);
    }

    async fn f17_a_plan_shares_to_the_fen_and_the_calculator_commits_nobody(app: TestApp) {
        let house = house(app).await;
        let clerk = &house.desk.clerk;
        let id = house.started(0, "1-601").await;
        let path = format!("{CASES}/{id}");
        let trial = json!({ "cost": "600000.00", "subsidy": "280000.00", "floors": floors(),
            "alternatives": [{ "name": "参考" }, { "name": "均摊", "basis": "equal",
                "coefficients": (1..=6).map(|floor| json!({ "floor": floor, "per_mille": 1000 }))
                    .collect::<Vec<_>>() }] });
        let owner = house.desk.app.owner(&phone(1)).await;
        let tried = owner.post(&format!("{path}/calculator"), trial).await.expect(200);
        let share = |value: &Value, at: usize| value["shares"][at]["share"].clone();
        assert_eq!(tried["shared"], "320000.00");
        assert_eq!(share(&tried["alternatives"][0], 11), "47058.82");
        assert_eq!(share(&tried["alternatives"][1], 0), "26666.67");
        assert_eq!(share(&tried["alternatives"][1], 11), "26666.66");
        assert_eq!(clerk.get(&path).await.expect(200)["plan"], Value::Null);

        let made = clerk.post(&format!("{path}/plans"), plan()).await.expect(201);
        let shares: Vec<&str> = made["shares"].as_array().unwrap().iter()
            .map(|one| one["share"].as_str().unwrap()).collect();
        let floor = ["0.00", "0.00", "32941.18", "37647.06", "42352.94", "47058.82"];
        let expected: Vec<&str> = floor.iter().flat_map(|share| [*share, *share]).collect();
        assert_eq!(shares, expected);
        let page = owner.get(&format!("{path}/plans/1/agreement.html")).await;
        assert_eq!(page.status, 200);
        assert!(page.text.contains("32941.18") && page.text.contains(made["digest"].as_str().unwrap()));

        let plans = format!("{path}/plans");
        let with = |name: &str, value: Value| {
            let mut body = plan();
            body[name] = value;
            clerk.post(&plans, body)
        };
        let zero: Value = (1..=6).map(|floor| json!({ "floor": floor, "per_mille": 0 })).collect();
        assert_eq!(with("coefficients", zero).await.refused(422), "elevator_nobody_pays");
        let rich = with("subsidy", json!("600000.01")).await;
        assert_eq!(rich.refused(422), "elevator_subsidy_too_large");
        let floors = floors().as_array().unwrap()[1..].to_vec();
        let missing = with("floors", json!(floors)).await;
        assert_eq!(missing.refused(422), "elevator_floor_missing");
        assert_eq!(missing.json()["params"]["units"], json!(["1-101"]));
        let elsewhere = with("floors", json!([{ "unit_code": "2-101", "floor": 1 }])).await;
        assert_eq!(elsewhere.refused(422), "invalid_field");
    }

    async fn an_entrance_agrees_while_the_next_stays_reserved(app: TestApp) {
        let mut house = house(app).await;
        let community = house.desk.community;
        let other = house.started(1, "2-201").await;
        let id = house.started(0, "1-601").await;
        let path = format!("{CASES}/{id}");
        let clerk = house.desk.clerk.clone();
        let reason = json!({ "reason": "2-101 暂不同意，预留基坑" });
        let pit = clerk.post(&format!("{CASES}/{other}/reserve"), reason).await.expect(200);
        assert_eq!(pit["state"], "reserved_pit");
        clerk.post(&format!("{path}/plans"), plan()).await.expect(201);

        // Without a passed vote nothing is signed; a linked one that runs is not enough.
        house.draft_vote().await;
        let digest = |case: &Value| case["plan"]["digest"].as_str().unwrap().to_owned();
        let first = digest(&clerk.get(&path).await.expect(200));
        let sign = |digest: &str| json!({ "digest": digest, "has_read": true });
        let owner = house.desk.app.owner(&phone(11)).await;
        let signatures = format!("{path}/signatures");
        let unvoted = owner.post(&signatures, sign(&first)).await;
        assert_eq!(unvoted.refused(409), "elevator_vote_missing");
        let votes = json!({ "vote_ids": [house.desk.vote] });
        let linked = clerk.post(&format!("{path}/votes"), votes).await.expect(200);
        assert_eq!(linked["votes"][0]["is_confirmed_and_passed"], false);
        let running = owner.post(&signatures, sign(&first)).await;
        assert_eq!(running.refused(409), "elevator_vote_missing");
        let clerk = house.decide("for").await;

        // An objection stands in the way until it is closed.
        let objections = format!("{path}/objections");
        let ground = house.desk.app.owner(&phone(1)).await;
        let light = json!({ "kind": "light", "text": "影响采光" });
        let objection = ground.post(&objections, light).await.expect(201);
        let objection = format!("{objections}/{}", objection["objection_id"].as_str().unwrap());
        let owner = house.desk.app.owner(&phone(11)).await;
        let blocked = owner.post(&signatures, sign(&first)).await;
        assert_eq!(blocked.refused(409), "elevator_objections_open");
        assert_eq!(blocked.json()["params"]["open"], 1);
        assert_eq!(owner.get(&objections).await.expect(200)["items"], json!([]));
        let held = json!({ "held_on": "2026-03-20", "mediators": "社区调解委员会",
            "outcome": "井道改用玻璃", "signed_note": "调解书 3 号" });
        let mediated = clerk.post(&format!("{objection}/mediations"), held).await.expect(201);
        assert_eq!(mediated["mediations"][0]["outcome"], "井道改用玻璃");
        let close = format!("{objection}/close");
        let wayless = json!({ "closing": "unsettled", "reason": "未达成" });
        assert_eq!(clerk.post(&close, wayless).await.refused(422), "invalid_field");
        let settled = json!({ "closing": "settled", "reason": "已和解" });
        clerk.post(&close, settled.clone()).await.expect(200);
        assert_eq!(clerk.post(&close, settled).await.refused(409), "already_exists");
        let yard = json!({ "kind": "private_space", "text": "占用小院", "unit_code": "1-101" });
        let yard = clerk.post(&objections, yard).await.expect(201);
        let close = format!("{objections}/{}/close", yard["objection_id"].as_str().unwrap());
        let suit = json!({ "closing": "unsettled", "reason": "不同意", "next_way": "lawsuit" });
        assert_eq!(clerk.post(&close, suit).await.refused(422), "elevator_consent_missing");
        let withdrawn = json!({ "closing": "withdrawn", "reason": "同意占用，签入协议" });
        clerk.post(&close, withdrawn).await.expect(200);

        // Another version of the plan: an earlier signature counts no more.
        owner.post(&signatures, sign(&first)).await.expect(201);
        let signed = clerk.get(&path).await.expect(200);
        assert_eq!((&signed["plan"]["signatories"], &signed["plan"]["signed"]), (&json!(8), &json!(1)));
        let mut body = plan();
        body["private_space"] = json!([{ "unit_code": "1-101", "what": "小院东侧" }]);
        clerk.post(&format!("{path}/plans"), body).await.expect(201);
        let changed = clerk.get(&path).await.expect(200);
        assert_eq!((&changed["plan"]["signatories"], &changed["plan"]["signed"]), (&json!(9), &json!(0)));
        let second = digest(&changed);
        let stale = owner.post(&signatures, sign(&first)).await;
        assert_eq!(stale.refused(409), "elevator_digest_differs");
        let unread = json!({ "digest": second, "has_read": false });
        assert_eq!(owner.post(&signatures, unread).await.refused(422), "invalid_field");

        // Who gives private space says so; who neither pays nor gives does not sign.
        let ground = house.desk.app.owner(&phone(1)).await;
        let silent = ground.post(&signatures, sign(&second)).await;
        assert_eq!(silent.refused(422), "elevator_consent_missing");
        let consent = json!({ "digest": second, "has_read": true, "private_space_consent": true });
        ground.post(&signatures, consent).await.expect(201);
        let free = house.desk.app.owner(&phone(2)).await;
        assert_eq!(free.post(&signatures, sign(&second)).await.refused(422), "invalid_field");

        for n in 5..=11 {
            let owner = house.desk.app.owner(&phone(n)).await;
            owner.post(&signatures, sign(&second)).await.expect(201);
            assert_eq!(owner.post(&signatures, sign(&second)).await.refused(409), "already_exists");
        }
        // The last one signs on paper: two people.
        let last = unit(12);
        let paper = json!({ "digest": second, "unit_code": last, "signer_name": "业主十二" });
        let waiting = clerk.post(&format!("{path}/paper-signatures"), paper.clone()).await.expect(201);
        assert_eq!((&waiting["state"], &waiting["case_state"]), (&json!("waiting"), &json!("started")));
        let check = |signature: &Value| {
            format!("{signatures}/{}/check", signature["signature_id"].as_str().unwrap())
        };
        let verdict = |is_valid: bool| json!({ "digest": second, "is_valid": is_valid });
        let alone = clerk.post(&check(&waiting), verdict(true)).await;
        assert_eq!(alone.refused(409), "same_clerk");
        let colleague = house.desk.app.clerk("colleague", community).await;
        colleague.post(&check(&waiting), verdict(false)).await.expect(200);
        let again = clerk.post(&format!("{path}/paper-signatures"), paper).await.expect(201);
        let checked = colleague.post(&check(&again), verdict(true)).await.expect(200);
        assert_eq!((&checked["state"], &checked["case_state"]), (&json!("valid"), &json!("agreed")));
        let late = clerk.post(&format!("{path}/plans"), plan()).await;
        assert_eq!(late.refused(409), "elevator_state_conflict");
        let signatories = clerk.get(&format!("{path}/signatories")).await.expect(200);
        assert_eq!(signatories.as_array().unwrap().len(), 9);

        let board = format!("/api/v1/public/communities/{community}/elevators");
        let shown = house.desk.app.anon().get(&board).await;
        let entrances = shown.expect(200)["entrances"].clone();
        assert_eq!(entrances[0]["state"], "agreed");
        assert_eq!((&entrances[0]["signatories"], &entrances[0]["signed"]), (&json!(9), &json!(9)));
        assert_eq!(entrances[1]["state"], "reserved_pit");
        assert!(!shown.text.contains("业主") && !shown.text.contains("1-101"), "{}", shown.text);
        let again = json!({ "reason": "已同意" });
        let reopened = clerk.post(&format!("{CASES}/{other}/reopen"), again).await;
        assert_eq!(reopened.expect(200)["state"], "started");
        let agreed = clerk.get(&path).await.expect(200);
        assert_eq!(agreed["state"], "agreed");
    }

    async fn a_vote_that_did_not_pass_or_was_held_elsewhere_carries_no_agreement(app: TestApp) {
        let mut house = house(app).await;
        let id = house.started(0, "1-601").await;
        let path = format!("{CASES}/{id}");
        let clerk = house.desk.clerk.clone();
        clerk.post(&format!("{path}/plans"), plan()).await.expect(201);
        let body = json!({ "title": "全小区表决", "community_id": house.desk.community,
            "items": [{ "title": "占用共有部分", "matters": ["8"] }] });
        let wide = clerk.post("/api/v1/votes", body).await.expect(201)["id"].clone();
        let linked = clerk.post(&format!("{path}/votes"), json!({ "vote_ids": [wide] })).await;
        assert_eq!(linked.refused(422), "invalid_field");
        house.draft_vote().await;
        let votes = json!({ "vote_ids": [house.desk.vote, wide] });
        clerk.post(&format!("{path}/votes"), votes).await.expect(200);
        let votes = json!({ "vote_ids": [house.desk.vote] });
        clerk.post(&format!("{path}/votes"), votes).await.expect(200);
        let clerk = house.decide("against").await;
        let case = clerk.get(&path).await.expect(200);
        assert_eq!((&case["votes"][0]["state"], &case["votes"][0]["is_confirmed_and_passed"]),
            (&json!("confirmed"), &json!(false)));
        let owner = house.desk.app.owner(&phone(11)).await;
        let body = json!({ "digest": case["plan"]["digest"], "has_read": true });
        let refused = owner.post(&format!("{path}/signatures"), body).await;
        assert_eq!(refused.refused(409), "elevator_vote_missing");
    }
}
