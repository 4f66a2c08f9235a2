//! Documents: recorded once, changed by another document only, returned to their channel.

use serde_json::json;

use super::{SOURCES, is, money, short, source, with};
use crate::{db_test, support::TestApp};

db_test! {
    async fn a_source_says_what_its_document_says(app: TestApp) {
        let money = money(app).await;
        let body = source("programme", &["sponge", "I14"], "100.00");
        let view = money.bureau.post(SOURCES, body.clone()).await.expect(201);
        let purposes: Vec<_> = view["purposes"].as_array().unwrap().iter()
            .map(|one| (one["purpose"].as_str().unwrap(), one["tag"].as_str())).collect();
        assert_eq!(purposes, [("B02", Some("sponge")), ("B05", Some("sponge")),
            ("I02", Some("sponge")), ("I06", Some("sponge")), ("I14", None)]);
        assert_eq!(view["programme_only"], false);
        assert_eq!(money.bureau.post(SOURCES, body.clone()).await.refused(409), "already_exists");
        let faulty = [("purposes", json!(["sponge", "nothing"]), "/purposes/1"),
            ("purposes", json!([]), "/purposes"), ("amount", json!("0.00"), "/amount"),
            ("region", json!("33020"), "/region"), ("valid_until", json!("2025-12-31"), "/valid_until"),
            ("fund_reference", json!("FUND-1"), "/fund_reference")];
        for (name, value, pointer) in faulty {
            let answer = money.bureau.post(SOURCES, with(body.clone(), name, value)).await;
            assert_eq!(answer.refused(422), "invalid_field");
            assert_eq!(answer.json()["errors"][0]["pointer"], pointer);
        }
        let fund = with(source("residents_fund", &["basic"], "9.00"), "fund_reference", "预留-1");
        let fund = money.bureau.post(SOURCES, fund).await.expect(201);
        assert_eq!(fund["fund_reference"], "预留-1");
        let tags = money.street.get("/api/v1/funding-tags").await.expect(200);
        assert_eq!(tags[0]["name"], "sponge");
    }

    async fn a_purpose_changes_by_another_document_that_carries_the_rest(app: TestApp) {
        let money = money(app).await;
        let old = money.source(source("city_budget", &["B02"], "100.00")).await;
        let allocation = money.allocated(&old, "B02", "60.00").await;
        let path = format!("{SOURCES}/{old}/supersede");
        let new = with(source("city_budget", &["I14"], "40.00"), "document", "甬财〔2026〕2号");
        for (name, value) in [("amount", "40.01"), ("channel", "district_budget"),
            ("document", "甬财〔2026〕1号")]
        {
            let answer = money.bureau.post(&path, with(new.clone(), name, value)).await;
            assert_eq!(answer.refused(422), "invalid_field", "{name}");
            assert_eq!(answer.json()["errors"][0]["pointer"], format!("/{name}"));
        }
        let view = money.bureau.post(&path, new.clone()).await.expect(201);
        assert_eq!(view["supersedes_id"], json!(old));
        let before = money.seen(&old).await;
        assert_eq!((&before["carried"], &before["rest"], &before["superseded_by"]),
            (&json!("40.00"), &json!("0.00"), &view["id"]));
        assert_eq!(before["purposes"][0]["purpose"], "B02", "never in place");
        assert_eq!(money.bureau.post(&path, new).await.refused(409), "funding_source_closed");
        let closed = money.allocate(&old, "B02", "1.00").await;
        assert_eq!(closed.refused(409), "funding_source_closed");
        let id = view["id"].as_str().unwrap();
        money.allocate(id, "I14", "40.00").await.expect(201);
        // What comes back to a closed document can only go back to the channel.
        money.release(&allocation, "10.00").await.expect(201);
        assert_eq!(money.allocate(&old, "B02", "1.00").await.refused(409), "funding_source_closed");
        let back = json!({ "amount": "10.00", "document": "退-1", "reason": "项目结余" });
        let seen = money.bureau.post(&format!("{SOURCES}/{old}/returns"), back).await.expect(201);
        assert_eq!((&seen["returned"], &seen["rest"]), (&json!("10.00"), &json!("0.00")));
        let used_up = with(source("city_budget", &["B02"], "1.00"), "document", "3号");
        let path = format!("{SOURCES}/{id}/supersede");
        let refused = money.bureau.post(&path, used_up).await;
        assert_eq!(short(&refused), is("funding_source_exceeded", "0.00", "1.00"));
    }

    async fn unspent_money_goes_back_to_its_channel(app: TestApp) {
        let money = money(app).await;
        let id = money.source(source("district_budget", &["basic"], "100.00")).await;
        money.allocated(&id, "B02", "60.00").await;
        let path = format!("{SOURCES}/{id}/returns");
        let back = |amount: &str| {
            json!({ "amount": amount, "document": "退-2026-1", "reason": "年末结余" })
        };
        let refused = money.bureau.post(&path, back("40.01")).await;
        assert_eq!(short(&refused), is("funding_source_exceeded", "40.00", "40.01"));
        let view = money.bureau.post(&path, back("25.00")).await.expect(201);
        assert_eq!((&view["returned"], &view["rest"], &view["returns"][0]["document"]),
            (&json!("25.00"), &json!("15.00"), &json!("退-2026-1")));
        let refused = money.allocate(&id, "B02", "15.01").await;
        assert_eq!(short(&refused), is("funding_source_exceeded", "15.00", "15.01"));
        let found = money.bureau.get(&format!("{SOURCES}?has_rest=true&search=甬财")).await.expect(200);
        assert_eq!(found["items"].as_array().unwrap().len(), 1);
        money.allocate(&id, "B02", "15.00").await.expect(201);
        let rest = money.bureau.get(&format!("{SOURCES}?has_rest=true")).await.expect(200);
        assert_eq!(rest["items"], json!([]));
        let of_channel = format!("{SOURCES}?channel=district_budget&limit=1&has_rest=false");
        assert_eq!(money.street.get(&of_channel).await.expect(200)["items"][0]["id"], json!(id));
    }
}
