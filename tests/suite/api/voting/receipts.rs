//! Receipts found again, by the owners and by anybody with the code; they never tell a choice.

use serde_json::{Value, json};

use super::draft;
use crate::{
    db_test,
    support::{TestApp, flat, phone},
};

db_test! {
    async fn every_owner_of_the_head_finds_the_receipt_again(app: TestApp) {
        let units = [
            flat("1-101", "80.00", &[&phone(1), &phone(2)]),
            flat("1-102", "80.00", &[&phone(3)]),
        ];
        let desk = draft(app, &units, &["5"]).await;
        desk.open().await;
        let receipt = desk.cast(&phone(1), "against").await.expect(201);
        for n in [1, 2] {
            let own = desk.app.owner(&phone(n)).await.get(&desk.path("/ballots/mine")).await;
            let own = own.expect(200);
            assert_eq!(own.as_array().unwrap().len(), 1);
            assert_eq!(own[0]["receipt"], receipt["receipt"]);
            assert_eq!((&own[0]["stands"], &own[0]["units"]), (&json!(true), &json!(["1-101"])));
            assert_eq!((&own[0]["channel"], &own[0]["dispute"]), (&json!("online"), &Value::Null));
            assert!(!own.to_string().contains("against"), "{own}");
        }
        let other = desk.app.owner(&phone(3)).await;
        assert_eq!(other.get(&desk.path("/ballots/mine")).await.expect(200), json!([]));
        let clerk = desk.staff_again().await;
        assert_eq!(clerk.get(&desk.path("/ballots/mine")).await.refused(403), "forbidden");
    }

    async fn a_receipt_tells_unit_time_and_channel_and_nothing_else(app: TestApp) {
        let units = [flat("1-101", "86.40", &[&phone(1)]), flat("1-102", "80.00", &[&phone(3)])];
        let desk = draft(app, &units, &["5"]).await;
        desk.open().await;
        let receipt = desk.cast(&phone(1), "against").await.expect(201);
        let code = receipt["receipt"].as_str().unwrap();
        let anybody = desk.app.anon();
        let shown = anybody.get(&format!("/api/v1/public/receipts/{code}")).await.expect(200);
        assert_eq!(shown["units"], json!(["1-101"]));
        assert_eq!((&shown["stands"], &shown["cast_at"]), (&json!(true), &receipt["cast_at"]));
        assert_eq!(shown["url"], format!("https://vote.example/api/v1/public/receipts/{code}.html"));
        let typed = format!("{}-{}", code[..10].to_uppercase(), &code[10..]);
        let typed = anybody.get(&format!("/api/v1/public/receipts/{typed}")).await.expect(200);
        assert_eq!(typed, shown);
        let page = anybody.get(&format!("/api/v1/public/receipts/{code}.html")).await;
        assert_eq!(page.status, 200);
        assert!(page.header("content-type").unwrap().starts_with("text/html"));
        for part in ["1-101", "网上", code, "<svg", "has voted"] {
            assert!(page.text.contains(part), "{part}: {}", page.text);
        }
        for text in [shown.to_string(), page.text] {
            for secret in ["against", "反对", "业主138", "86.40"] {
                assert!(!text.contains(secret), "{secret}: {text}");
            }
        }
    }

    async fn an_unknown_code_is_not_found(app: TestApp) {
        let anybody = app.anon();
        let code = "0123456789abcdef0123";
        let problem = anybody.get(&format!("/api/v1/public/receipts/{code}")).await;
        assert_eq!(problem.refused(404), "not_found");
        let page = anybody.get(&format!("/api/v1/public/receipts/{code}.html")).await;
        assert_eq!(page.status, 404);
        assert!(page.header("content-type").unwrap().starts_with("text/html"));
        assert!(page.text.contains("没有这个回执码"));
    }
}
