//! Contracts within allocations, payments within contracts and within their invoice, by two people.

use serde_json::json;

use super::{is, money, short, source};
use crate::{api::renovation::id_of, db_test, support::TestApp};

db_test! {
    async fn contracts_end_at_the_allocation(app: TestApp) {
        let money = money(app).await;
        let source = money.source(source("city_budget", &["basic"], "100.00")).await;
        let allocation = money.allocated(&source, "B02", "90.00").await;
        let first = money.commit(&allocation, "HT-1", "50.00").await.expect(201);
        assert_eq!(money.commit(&allocation, "HT-1", "1.00").await.refused(409), "already_exists");
        let refused = money.commit(&allocation, "HT-2", "40.01").await;
        assert_eq!(short(&refused), is("funding_allocation_exceeded", "40.00", "40.01"));
        money.commit(&allocation, "HT-2", "40.00").await.expect(201);
        let path = format!("/api/v1/funding-commitments/{}/releases", id_of(&first));
        let release = |amount: &str| json!({ "amount": amount, "reason": "审定价低于合同价" });
        let refused = money.street.post(&path, release("50.01")).await;
        assert_eq!(short(&refused), is("funding_commitment_exceeded", "50.00", "50.01"));
        let view = money.street.post(&path, release("20.00")).await.expect(201);
        assert_eq!((&view["released"], &view["open"]), (&json!("20.00"), &json!("30.00")));
        money.release(&allocation, "20.00").await.expect(201);
        let path = format!("/api/v1/funding-allocations/{allocation}");
        let detail = money.street.get(&path).await.expect(200);
        assert_eq!((&detail["committed"], &detail["released"], &detail["free"], &detail["paid"]),
            (&json!("70.00"), &json!("20.00"), &json!("0.00"), &json!("0.00")));
        let releases = detail["releases"].as_array().unwrap();
        assert_eq!((&releases[0]["commitment_id"], &releases[1]["commitment_id"]),
            (&first["id"], &json!(null)));
    }

    async fn a_payment_takes_two_people_and_ends_at_the_contract(app: TestApp) {
        let money = money(app).await;
        let source = money.source(source("city_budget", &["basic"], "100.00")).await;
        let allocation = money.allocated(&source, "B02", "90.00").await;
        let contract = id_of(&money.commit(&allocation, "HT-1", "80.00").await.expect(201));
        let refused = money.pay(&contract, ("发票1", "200.00"), "80.01").await;
        assert_eq!(short(&refused), is("funding_commitment_exceeded", "80.00", "80.01"));
        let payment = money.pay(&contract, ("ａ 001", "50.00"), "50.00").await.expect(201);
        assert_eq!((&payment["invoice_number"], &payment["state"]), (&json!("A001"), &json!("proposed")));
        let again = money.pay(&contract, ("A001", "50.00"), "0.01").await;
        assert_eq!(again.refused(409), "already_exists", "an invoice is paid once by a contract");
        // What waits counts already.
        let refused = money.pay(&contract, ("A002", "40.00"), "30.01").await;
        assert_eq!(short(&refused), is("funding_commitment_exceeded", "30.00", "30.01"));
        let confirm = format!("/api/v1/funding-payments/{}/confirm", id_of(&payment));
        assert_eq!(money.street.post(&confirm, json!({})).await.refused(403), "forbidden");
        let paid = money.confirm(&id_of(&payment)).await.expect(200);
        assert_eq!((&paid["state"], &paid["settled_by"]), (&json!("confirmed"), &json!("bureau")));
        let twice = money.confirm(&id_of(&payment)).await;
        assert_eq!(twice.refused(409), "funding_payment_settled");
        // Whoever holds both permissions still does not confirm the own payment.
        let path = format!("/api/v1/funding-commitments/{contract}/payments");
        let body = json!({ "invoice_number": "A003", "invoice_amount": "30.00", "amount": "30.00" });
        let own = money.bureau.post(&path, body.clone()).await.expect(201);
        assert_eq!(money.confirm(&id_of(&own)).await.refused(409), "same_clerk");
        let withdraw = format!("/api/v1/funding-payments/{}/withdraw", id_of(&own));
        money.bureau.post(&withdraw, json!({})).await.expect(200);
        assert_eq!(money.bureau.post(&withdraw, json!({})).await.refused(409), "funding_payment_settled");
        // Withdrawn, it is open again, for the same invoice too.
        money.bureau.post(&path, body).await.expect(201);
        let path = format!("/api/v1/funding-allocations/{allocation}");
        let detail = money.street.get(&path).await.expect(200);
        assert_eq!((&detail["paid"], &detail["commitments"][0]["claimed"]),
            (&json!("50.00"), &json!("80.00")));
        assert_eq!(money.matrix().await["items"][0]["cells"][0]["paid"], "50.00");
        let refused = money.street.post(
            &format!("/api/v1/funding-commitments/{contract}/releases"),
            json!({ "amount": "0.01", "reason": "已付清" })).await;
        assert_eq!(short(&refused), is("funding_commitment_exceeded", "0.00", "0.01"));
    }

    async fn all_sources_together_never_pay_more_than_an_invoice_says(app: TestApp) {
        let money = money(app).await;
        let sponge = money.source(source("programme", &["sponge"], "60.00")).await;
        let city = money.source(source("city_budget", &["basic"], "40.00")).await;
        let mut contracts = Vec::new();
        for (source, amount) in [(&sponge, "60.00"), (&city, "40.00")] {
            let allocation = money.allocated(source, "B02", amount).await;
            contracts.push(id_of(&money.commit(&allocation, "HT-1", amount).await.expect(201)));
        }
        money.pay(&contracts[0], ("INV-1", "70.00"), "50.00").await.expect(201);
        let none = money.street.get("/api/v1/funding-invoices").await.expect(200);
        assert_eq!(none["items"], json!([]), "one claim is no doubt");
        let differs = money.pay(&contracts[1], ("inv-1", "70.01"), "20.00").await;
        assert_eq!(short(&differs), is("funding_invoice_differs", "70.00", "70.01"));
        let refused = money.pay(&contracts[1], ("inv-1", "70.00"), "20.01").await;
        assert_eq!(short(&refused), is("funding_invoice_exceeded", "20.00", "20.01"));
        money.pay(&contracts[1], ("inv-1", "70.00"), "20.00").await.expect(201);
        let shared = money.street.get("/api/v1/funding-invoices").await.expect(200);
        let invoice = &shared["items"][0];
        assert_eq!((&invoice["sources"], &invoice["claimed"], &invoice["amount"], &invoice["twins"]),
            (&json!(2), &json!("70.00"), &json!("70.00"), &json!([])));
        let claims: Vec<_> = invoice["claims"].as_array().unwrap().iter()
            .map(|claim| (claim["channel"].as_str().unwrap(), claim["amount"].as_str().unwrap())).collect();
        assert_eq!(claims, [("programme", "50.00"), ("city_budget", "20.00")]);
        // The same number of another counterparty.
        let allocation = money.allocated(&money.source(source("operator", &["I14"], "9.00")).await,
            "I14", "9.00").await;
        let path = format!("/api/v1/funding-allocations/{allocation}/commitments");
        let body = json!({ "contract_number": "HT-9", "counterparty": "另一公司", "amount": "9.00" });
        let other = id_of(&money.street.post(&path, body).await.expect(201));
        money.pay(&other, ("INV-1", "9.00"), "9.00").await.expect(201);
        let shared = money.street.get("/api/v1/funding-invoices?limit=1").await.expect(200);
        assert_eq!(shared["items"][0]["twins"], json!(["甬江市政公司"]));
        let cursor = shared["next_cursor"].as_str().unwrap();
        let next = money.street.get(&format!("/api/v1/funding-invoices?limit=1&cursor={cursor}")).await;
        assert_eq!(next.expect(200)["items"][0]["twins"], json!(["另一公司"]));
    }
}
