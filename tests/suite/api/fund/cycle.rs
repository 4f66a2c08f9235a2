//! F4, F6 over HTTP: raised, paid in, reserved, paid, audited, matched, credited.

use serde_json::json;

use super::{Fund, fund};
use crate::{
    api::renovation::id_of,
    db_test,
    support::{TestApp, phone},
};

impl Fund {
    /// Paid in, 5,000.01 used, paid and audited.
    pub async fn used(&self) -> serde_json::Value {
        self.paid_in().await;
        let reserved = self.reserve("5000.01").await.expect(201);
        let payment = self.payment(&reserved, ("5000.01", "FP-1"));
        self.book(payment).await;
        self.book(self.audit(&reserved, "5000.01", None)).await;
        reserved
    }

    pub async fn matched(&self) -> serde_json::Value {
        self.budget("city", "10000.00").await;
        self.budget("district", "10000.00").await;
        let body = json!({ "project_id": self.project });
        let claim = self.post("/claims", body).await.expect(201);
        assert_eq!(claim["state"], "submitted");
        for (tier, serial) in [("city", "C-1"), ("district", "D-1")] {
            let received = json!({ "kind": "receive_subsidy", "claim_id": id_of(&claim),
                "tier": tier, "amount": claim[tier], "bank_serial": serial });
            self.book(received).await;
        }
        self.book(json!({ "kind": "credit_subsidy", "claim_id": id_of(&claim) })).await;
        claim
    }
}

db_test! {
    async fn the_cycle_of_ningbo_ends_with_every_fen_in_its_place(app: TestApp) {
        let fund = fund(app).await;
        let scheme = fund.scheme().await;
        assert_eq!((&scheme["amount"], &scheme["units"]), (&json!("6589.83"), &json!(3)));
        for (code, amount, serial) in
            [("1-101", "2666.43", "S1"), ("1-102", "1000.00", "S2"), ("1-102", "1085.33", "S3")]
        {
            fund.deposit((code, amount, serial)).await.expect(201);
        }
        let board = fund.get(&format!("/schemes/{}", id_of(&scheme))).await;
        assert_eq!(board["buildings"][0]["paid_units"], 2);
        let arrears = board["arrears"].as_array().unwrap();
        assert_eq!((arrears.len(), &arrears[0]["open"]), (1, &json!("1838.07")));
        fund.deposit(("1-103", "1838.07", "S4")).await.expect(201);

        let reserved = fund.reserve("5000.01").await.expect(201);
        let shares: Vec<&str> = reserved["shares"].as_array().unwrap().iter()
            .map(|share| share["fund"].as_str().unwrap()).collect();
        assert_eq!(shares, ["2023.14", "1582.24", "1394.63"]);
        for (amount, invoice) in [("3000.00", "FP-1"), ("2000.01", "FP-2")] {
            let booked = fund.book(fund.payment(&reserved, (amount, invoice))).await;
            assert_eq!(booked["state"], "booked");
        }
        assert_eq!(fund.balances().await, ["643.29", "503.09", "443.44"]);
        fund.book(fund.audit(&reserved, "5000.01", None)).await;

        let claim = fund.post("/claims", json!({ "project_id": fund.project })).await.expect(201);
        assert_eq!(claim["state"], "queued", "no budget yet");
        assert_eq!((&claim["amount"], &claim["city"], &claim["district"]),
            (&json!("2500.01"), &json!("1250.00"), &json!("1250.01")));
        let parts: Vec<&str> = claim["units"].as_array().unwrap().iter()
            .map(|unit| unit["amount"].as_str().unwrap()).collect();
        assert_eq!(parts, ["1011.57", "791.12", "697.32"]);
        fund.budget("city", "1250.00").await;
        fund.budget("district", "1250.00").await;
        let path = format!("/claims/{}", id_of(&claim));
        assert_eq!(fund.get(&path).await["state"], "queued", "a fen short");
        fund.budget("district", "1250.01").await;
        assert_eq!(fund.get(&path).await["state"], "submitted");
        for tier in ["city", "district"] {
            let received = json!({ "kind": "receive_subsidy", "claim_id": id_of(&claim),
                "tier": tier, "amount": claim[tier], "bank_serial": format!("B-{tier}") });
            fund.book(received).await;
        }
        fund.book(json!({ "kind": "credit_subsidy", "claim_id": id_of(&claim) })).await;
        assert_eq!(fund.balances().await, ["1654.86", "1294.21", "1140.76"]);
        assert_eq!(fund.get("/trial-balance").await["assets"], "4089.83");
        fund.sound().await;

        let owner = fund.desk.app.owner(&phone(1)).await;
        let own = owner.get("/api/v1/my/repair-fund").await.expect(200);
        let own = &own[0];
        assert_eq!((&own["balance"], &own["used"], &own["matched"]),
            (&json!("1654.86"), &json!("2023.14"), &json!("1011.57")));
        assert_eq!(own["lines"].as_array().unwrap().len(), 4, "paid in, two payments, matched");
        let refused = fund.post("/claims", json!({ "project_id": fund.project })).await;
        assert_eq!(refused.refused(409), "fund_nothing_to_claim");
    }

    async fn a_lower_second_audit_recovers_and_claws_back(app: TestApp) {
        let fund = fund(app).await;
        let reserved = fund.used().await;
        fund.matched().await;
        assert_eq!(fund.balances().await, ["1654.86", "1294.21", "1140.76"]);
        let refused = fund.ask(fund.audit(&reserved, "4700.00", None)).await;
        assert_eq!(refused.refused(422), "invalid_field", "the bank serial of what came back");
        fund.book(fund.audit(&reserved, "4700.00", Some("R-1"))).await;
        // F6: recovered 121.39 / 94.94 / 83.68, owed back 60.69 / 47.47 / 41.85.
        assert_eq!(fund.balances().await, ["1715.56", "1341.68", "1182.59"]);
        let trial = fund.get("/trial-balance").await;
        let owed = trial["kinds"].as_array().unwrap().iter()
            .find(|one| one["kind"] == "subsidy_repayable").unwrap();
        assert_eq!(owed["balance"], "150.01");
        let paid = json!({ "kind": "pay_clawback", "amount": "150.01", "bank_serial": "X-1",
            "document": "退款通知 1 号" });
        fund.book(paid).await;
        fund.sound().await;
    }

    async fn matched_money_earns_no_second_match(app: TestApp) {
        let fund = fund(app).await;
        fund.used().await;
        fund.matched().await;
        // Of the own money 643.29 / 503.09 / 443.44 is left; the rest of a second use is matched money.
        let again = fund.reserve("3000.00").await.expect(201);
        fund.book(fund.payment(&again, ("3000.00", "FP-9"))).await;
        fund.book(fund.audit(&again, "3000.00", None)).await;
        let stands = fund.get(&format!("/matches/{}", fund.project)).await;
        assert_eq!((&stands["used"], &stands["claimable"]), (&json!("6589.83"), &json!("794.91")));
        fund.sound().await;
    }

    async fn a_short_balance_is_owed_directly_and_by_no_neighbour(app: TestApp) {
        let fund = fund(app).await;
        fund.scheme().await;
        for (code, amount, serial) in
            [("1-101", "2666.43", "S1"), ("1-102", "2085.33", "S2"), ("1-103", "1000.00", "S3")]
        {
            fund.deposit((code, amount, serial)).await.expect(201);
        }
        let reserved = fund.reserve("5000.00").await.expect(201);
        assert_eq!((&reserved["fund"], &reserved["direct"]), (&json!("4605.37"), &json!("394.63")));
        assert_eq!(reserved["shares"][2]["direct"], "394.63");
        fund.book(fund.payment(&reserved, ("5000.00", "FP-1"))).await;
        assert_eq!(fund.balances().await, ["643.29", "503.10", "0.00"]);
        fund.book(fund.audit(&reserved, "5000.00", None)).await;
        let stands = fund.get(&format!("/matches/{}", fund.project)).await;
        assert_eq!(stands["entitled"], "2302.69");
        fund.sound().await;
    }

    async fn an_owner_reckons_before_the_vote(app: TestApp) {
        let fund = fund(app).await;
        let owner = fund.desk.app.owner(&phone(3)).await;
        let path = format!("/api/v1/my/repair-fund/calculator?community_id={}\
            &standard=multi-storey&use_amount=5000.01", fund.desk.community);
        let told = owner.get(&path).await.expect(200);
        let by_percent = told[0]["alternatives"].as_array().unwrap();
        assert_eq!(by_percent.len(), 3, "60, 70, 80");
        let sixty = &by_percent[0];
        assert_eq!((&sixty["pays_in"], &sixty["used"], &sixty["direct"], &sixty["comes_back"]),
            (&json!("1838.07"), &json!("1394.63"), &json!("0.00"), &json!("697.32")));
        assert_eq!(sixty["balance"], "1140.76");
    }

    async fn a_former_owner_sees_nothing_any_more(app: TestApp) {
        let fund = fund(app).await;
        fund.paid_in().await;
        let stranger = fund.desk.app.clerk("elsewhere", fund.desk.app.community("别处").await.0).await;
        assert_eq!(stranger.get(&fund.path("")).await.refused(404), "not_found");
        let owner = fund.desk.app.owner(&phone(1)).await;
        assert_eq!(owner.get(&fund.path("/trial-balance")).await.refused(403), "forbidden");
        assert_eq!(owner.get("/api/v1/my/repair-fund").await.expect(200)[0]["balance"], "2666.43");
    }
}
