//! What is refused, with code and numbers.

use serde_json::json;

use super::{fund, unit_of};
use crate::{
    api::renovation::{id_of, put},
    db_test,
    support::{TestApp, flat},
};

db_test! {
    async fn nothing_is_raised_without_its_vote(app: TestApp) {
        let fund = fund(app).await;
        let body = |percent: u32, vote: &str| json!({ "title": "方案", "standard": "multi-storey",
            "percent": percent, "due_on": "2026-12-31", "raise_vote_id": vote });
        for percent in [59, 81] {
            let refused = fund.post("/schemes", body(percent, &fund.desk.vote)).await;
            assert_eq!(refused.refused(422), "invalid_field");
            assert_eq!(refused.json()["params"]["least"], 60);
        }
        let clerk = fund.clerk().await;
        let draft = json!({ "title": "另一次表决", "community_id": fund.desk.community,
            "items": [{ "title": "筹集", "matters": ["6"] }] });
        let draft = clerk.post("/api/v1/votes", draft).await.expect(201);
        let refused = fund.post("/schemes", body(60, &id_of(&draft))).await;
        assert_eq!(refused.refused(409), "fund_vote_missing");
        assert_eq!(refused.json()["params"]["have"], "draft");
        fund.scheme().await;
        let refused = fund.post("/schemes", body(60, &fund.desk.vote)).await;
        assert_eq!(refused.refused(409), "already_exists");
    }

    async fn nothing_is_used_without_vote_plan_and_cause(app: TestApp) {
        let fund = fund(app).await;
        fund.paid_in().await;
        let body = json!({ "project_id": fund.project, "plan_item": "B01", "contractor": "某某建设",
            "contract": "HT-1", "use_vote_id": fund.desk.vote, "amount": "1000.00",
            "liability": "common_parts" });
        let with = |name: &str, value: &str| {
            let mut changed = body.clone();
            changed[name] = json!(value);
            changed
        };
        for liability in ["operator", "warranty", "damage", "manager_contract"] {
            let refused = fund.post("/uses", with("liability", liability)).await;
            assert_eq!(refused.refused(422), "fund_cost_ineligible");
            assert_eq!(refused.json()["params"]["reason"], liability);
        }
        let refused = fund.post("/uses", with("plan_item", "B99")).await;
        assert_eq!(refused.refused(404), "not_found");
        let refused = fund.post("/uses", with("amount", "360000.01")).await;
        assert_eq!(refused.refused(409), "fund_plan_item_unfit");
        assert_eq!(refused.json()["params"]["need"], "360000.00");
        let unknown = "01890000-0000-7000-8000-000000000000";
        let refused = fund.post("/uses", with("use_vote_id", unknown)).await;
        assert_eq!(refused.refused(409), "fund_vote_missing");
        put(&fund.desk.app, &fund.project, "designed").await;
        let refused = fund.post("/uses", body.clone()).await;
        assert_eq!(refused.refused(409), "fund_plan_item_unfit", "the plan is not decided");
        put(&fund.desk.app, &fund.project, "building").await;
        fund.post("/uses", body).await.expect(201);
    }

    async fn nobody_checks_the_own_operation(app: TestApp) {
        let fund = fund(app).await;
        fund.paid_in().await;
        let reserved = fund.reserve("1000.00").await.expect(201);
        let payment = json!({ "operation": fund.payment(&reserved, ("500.00", "FP-1")) });
        let street = fund.street().await;
        let asked = street.post(&fund.path("/operations"), payment).await.expect(201);
        let refused = fund.check(&asked).await;
        assert_eq!(refused.refused(409), "same_clerk");
        let path = fund.path(&format!("/operations/{}/check", id_of(&asked)));
        let refused = fund.clerk().await.post(&path, json!({})).await;
        assert_eq!(refused.refused(403), "forbidden", "a clerk checks nothing");
        let other = fund.desk.app.sign_in("street2").await;
        other.post(&path, json!({})).await.expect(200);
        let refused = other.post(&path, json!({})).await;
        assert_eq!(refused.refused(409), "fund_state_conflict", "booked once");
        fund.sound().await;
    }

    async fn above_the_limit_two_others_check(app: TestApp) {
        let fund = fund(app).await;
        fund.paid_in().await;
        let unit = fund.unit("1-101").await;
        let opening = json!({ "kind": "opening_balance", "document": "移交清单",
            "units": [{ "unit_id": unit, "amount": "100000.00" }] });
        let asked = fund.ask(opening).await.expect(201);
        assert_eq!(asked["signatures_needed"], 2);
        let signed = fund.check(&asked).await.expect(200);
        assert_eq!(signed["state"], "proposed");
        assert_eq!(fund.check(&asked).await.refused(409), "same_clerk");
        assert_eq!(fund.balances().await[0], "2666.43");
        let path = fund.path(&format!("/operations/{}/check", id_of(&asked)));
        let second = fund.desk.app.sign_in("street2").await;
        let booked = second.post(&path, json!({})).await.expect(200);
        assert_eq!(booked["checkers"].as_array().unwrap().len(), 2);
        assert_eq!(fund.balances().await[0], "102666.43");
        fund.sound().await;
    }

    async fn an_invoice_is_paid_once_and_never_more_than_approved(app: TestApp) {
        let fund = fund(app).await;
        fund.paid_in().await;
        let reserved = fund.reserve("1000.00").await.expect(201);
        let refused = fund.ask(fund.payment(&reserved, ("1000.01", "FP-1"))).await;
        assert_eq!(refused.refused(409), "fund_above_approved");
        assert_eq!(refused.json()["params"]["have"], "1000.00");
        fund.book(fund.payment(&reserved, ("600.00", "FP-1"))).await;
        let refused = fund.ask(fund.payment(&reserved, ("100.00", "FP-1"))).await;
        assert_eq!(refused.refused(409), "fund_invoice_paid");
        let refused = fund.ask(fund.payment(&reserved, ("400.01", "FP-2"))).await;
        assert_eq!(refused.json()["params"]["have"], "400.00");
        fund.book(fund.payment(&reserved, ("400.00", "FP-2"))).await;
        let refused = fund.post(&format!("/uses/{}/release", id_of(&reserved)), json!({})).await;
        assert_eq!(refused.refused(409), "fund_state_conflict");
        fund.sound().await;
    }

    async fn a_second_use_has_what_the_first_leaves(app: TestApp) {
        let fund = fund(app).await;
        fund.paid_in().await;
        let first = fund.reserve("4000.00").await.expect(201);
        let second = fund.reserve("2800.00").await.expect(201);
        // 宁波 lets what is missing be owed directly: 6589.83 - 4000.00 is all that the fund bears.
        assert_eq!((&second["fund"], &second["direct"]), (&json!("2589.83"), &json!("210.17")));
        fund.post(&format!("/uses/{}/release", id_of(&second)), json!({})).await.expect(200);
        let again = fund.reserve("2500.00").await.expect(201);
        assert_eq!(again["direct"], "0.00");
        fund.book(fund.payment(&first, ("4000.00", "FP-1"))).await;
        fund.sound().await;
    }

    async fn what_is_reserved_is_free_again_when_its_time_is_over(app: TestApp) {
        let fund = fund(app).await;
        fund.paid_in().await;
        let reserved = fund.reserve("6000.00").await.expect(201);
        fund.desk.app.clock.advance(chrono::TimeDelta::days(365));
        fund.desk.app.work().await;
        let again = fund.reserve("6000.00").await.expect(201);
        assert_eq!(again["direct"], "5410.17", "a day is left: the first still holds");
        fund.post(&format!("/uses/{}/release", id_of(&again)), json!({})).await.expect(200);
        fund.desk.app.clock.advance(chrono::TimeDelta::days(1));
        fund.desk.app.work().await;
        let refused = fund.ask(fund.payment(&reserved, ("1.00", "FP-1"))).await;
        assert_eq!(refused.refused(409), "reservation_conflict");
        assert_eq!(refused.json()["params"]["state"], "expired");
        fund.post(&format!("/uses/{}/release", id_of(&reserved)), json!({})).await.expect(200);
        assert_eq!(fund.reserve("6000.00").await.expect(201)["direct"], "0.00");
        fund.sound().await;
    }

    async fn a_bank_serial_is_booked_once(app: TestApp) {
        let fund = fund(app).await;
        fund.paid_in().await;
        let refused = fund.deposit(("1-101", "5.00", "S0")).await;
        assert_eq!(refused.refused(409), "bank_serial_booked");
        assert_eq!(refused.json()["params"]["number"], 1);
        assert_eq!(fund.balances().await[0], "2666.43");
    }

    async fn a_unit_of_another_community_is_refused(app: TestApp) {
        let fund = fund(app).await;
        let units = [flat("9-901", "50.00", &["13900000009"])];
        let other = fund.desk.app.register("另一小区", &units).await;
        let unit = unit_of(&fund.desk.app, other, "9-901").await;
        let deposit = json!({ "kind": "deposit", "unit_id": unit, "amount": "1.00",
            "bank_serial": "S9" });
        assert_eq!(fund.ask(deposit).await.refused(422), "fund_unit_outside");
    }

    async fn a_closed_period_takes_nothing_and_is_sealed(app: TestApp) {
        let fund = fund(app).await;
        fund.paid_in().await;
        let street = fund.street().await;
        let today = fund.get("/trial-balance").await["on"].clone();
        let refused = street.post(&fund.path("/periods"), json!({ "through": today })).await;
        assert_eq!(refused.refused(422), "invalid_field", "the day is not over");
        fund.desk.app.clock.advance(chrono::TimeDelta::days(1));
        let street = fund.street().await;
        let body = json!({ "through": today });
        let closed = street.post(&fund.path("/periods"), body.clone()).await.expect(201);
        assert_eq!(closed["last_number"], 3);
        let refused = street.post(&fund.path("/periods"), body).await;
        assert_eq!(refused.refused(409), "period_closed");
        let unit = fund.unit("1-101").await;
        let late = json!({ "on": today, "operation": { "kind": "deposit", "unit_id": unit,
            "amount": "1.00", "bank_serial": "S8" } });
        let refused = fund.post("/operations", late).await;
        assert_eq!(refused.refused(409), "period_closed");
        fund.deposit(("1-101", "1.00", "S8")).await.expect(201);
        fund.sound().await;
    }
}
