//! Receipts, interest, common income, investments, refunds, corrections.

use serde_json::json;

use super::fund;
use crate::{api::renovation::id_of, db_test, support::TestApp};

db_test! {
    async fn a_receipt_of_nobody_waits_until_it_is_known(app: TestApp) {
        let fund = fund(app).await;
        fund.scheme().await;
        let receipt = json!({ "kind": "receipt", "amount": "2000.00", "bank_serial": "S1",
            "memo": "转账 未注明房号" });
        fund.ask(receipt).await.expect(201);
        let journal = id_of(&fund.get("/journals").await["items"][0]);
        let unit = fund.unit("1-103").await;
        let known = |amount: &str| json!({ "kind": "identify_receipt", "journal_id": journal,
            "unit_id": unit, "amount": amount });
        assert_eq!(fund.ask(known("2000.01")).await.refused(409), "fund_above_approved");
        fund.ask(known("2000.00")).await.expect(201);
        let mistaken = id_of(&fund.get("/journals").await["items"][1]);
        fund.book(json!({ "kind": "reverse", "journal_id": mistaken })).await;
        fund.ask(known("1838.07")).await.expect(201);
        assert_eq!(fund.ask(known("161.94")).await.refused(409), "fund_above_approved");
        let back = json!({ "kind": "refund_mispayment", "journal_id": journal, "amount": "161.93",
            "bank_serial": "S2" });
        fund.book(back).await;
        assert_eq!(fund.balances().await, ["0.00", "0.00", "1838.07"]);
        assert_eq!(fund.get("/trial-balance").await["assets"], "1838.07");
        fund.sound().await;
    }

    async fn common_income_and_interest_reach_the_units(app: TestApp) {
        let fund = fund(app).await;
        fund.paid_in().await;
        let income = json!({ "kind": "public_revenue", "amount": "12345.67", "bank_serial": "R-1",
            "document": "2026年一季度公共收益报表" });
        fund.ask(income).await.expect(201);
        let half = json!({ "kind": "credit_public_revenue", "amount": "6172.84",
            "document": "业主大会决定" });
        fund.ask(half).await.expect(201);
        // F9: 2,497.70 / 1,953.38 / 1,721.76 on top of F1.
        assert_eq!(fund.balances().await, ["5164.13", "4038.71", "3559.83"]);
        let interest = json!({ "kind": "interest", "amount": "100.00", "bank_serial": "I-1" });
        fund.ask(interest).await.expect(201);
        let today = fund.get("/trial-balance").await["on"].as_str().unwrap().to_owned();
        fund.desk.app.clock.advance(chrono::TimeDelta::days(30));
        let after = fund.get("/trial-balance").await["on"].as_str().unwrap().to_owned();
        let split = json!({ "kind": "allocate_interest", "amount": "100.00", "from": today,
            "to": after });
        fund.ask(split.clone()).await.expect(201);
        let refused = fund.ask(split).await;
        assert_eq!(refused.refused(409), "balance_too_low", "it is allocated once");
        assert_eq!(refused.json()["params"]["have"], "0.00");
        fund.sound().await;
    }

    async fn investments_come_back_with_their_gain(app: TestApp) {
        let fund = fund(app).await;
        fund.paid_in().await;
        let invest = |amount: &str, serial: &str| json!({ "kind": "invest", "amount": amount,
            "bank_serial": serial, "document": "存单 1" });
        let refused = fund.ask(invest("6589.84", "V-1")).await;
        assert_eq!(refused.refused(409), "balance_too_low");
        fund.ask(invest("5000.00", "V-1")).await.expect(201);
        let redeem = json!({ "kind": "redeem", "principal": "5000.00", "gain": "75.00",
            "bank_serial": "V-2" });
        fund.ask(redeem).await.expect(201);
        assert_eq!(fund.get("/trial-balance").await["assets"], "6664.83");
        fund.sound().await;
    }

    async fn a_mistaken_deposit_is_taken_back_by_two_and_once(app: TestApp) {
        let fund = fund(app).await;
        fund.paid_in().await;
        let first = id_of(&fund.get("/journals").await["items"][0]);
        let reverse = json!({ "kind": "reverse", "journal_id": first });
        fund.book(reverse.clone()).await;
        assert_eq!(fund.balances().await, ["0.00", "2085.33", "1838.07"]);
        assert_eq!(fund.ask(reverse).await.refused(409), "journal_reversed");
        let reserved = fund.reserve("1000.00").await.expect(201);
        fund.book(fund.payment(&reserved, ("1000.00", "FP-1"))).await;
        let journals = fund.get("/journals").await;
        let paid = journals["items"].as_array().unwrap().iter()
            .find(|one| one["event"] == "contractor_paid").unwrap();
        let refused = fund.ask(json!({ "kind": "reverse", "journal_id": paid["id"] })).await;
        assert_eq!(refused.refused(409), "fund_state_conflict", "an audit corrects a payment");
        fund.sound().await;
    }

    async fn the_money_of_a_house_that_is_gone_is_paid_out_and_the_account_closed(app: TestApp) {
        let fund = fund(app).await;
        fund.paid_in().await;
        let unit = fund.unit("1-102").await;
        let gone = json!({ "kind": "house_gone", "unit_id": unit, "document": "拆除证明" });
        fund.book(gone.clone()).await;
        assert_eq!(fund.balances().await[1], "0.00");
        let refund = json!({ "kind": "pay_refund", "amount": "2085.33", "bank_serial": "Z-1",
            "document": "退款申请" });
        fund.book(refund).await;
        assert_eq!(fund.deposit(("1-102", "1.00", "Z-2")).await.refused(409), "account_closed");
        assert_eq!(fund.ask(gone).await.refused(409), "fund_state_conflict");
        fund.sound().await;
    }
}
