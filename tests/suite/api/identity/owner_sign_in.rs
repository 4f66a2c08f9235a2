//! Owner sign-in by a code sent to the register's contact.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::{
    db_test,
    support::{Answer, TestApp},
};

const PHONE: &str = "13812345678";

async fn ask(app: &TestApp, contact: &str) -> Answer {
    app.anon().post("/api/v1/auth/codes", json!({ "contact": contact })).await
}

async fn show(app: &TestApp, asked: &Value, code: &str) -> Answer {
    let body = json!({ "code_id": asked["code_id"], "code": code });
    app.anon().post("/api/v1/auth/code-sign-in", body).await
}

fn another(code: &str) -> String {
    format!("{:06}", (code.parse::<u32>().unwrap() + 1) % 1_000_000)
}

db_test! {
    async fn a_code_reaches_the_register_and_signs_the_owner_in(app: TestApp) {
        let place = app.community("甲小区").await;
        let owner = app.register_owner(place, ("张三", PHONE, "0011")).await;
        let client = app.owner("+86 138-1234-5678").await;
        let me = client.get("/api/v1/me").await.expect(200);
        assert_eq!((&me["owner_id"], &me["name"]), (&json!(owner), &json!("张*")));
        let lines = me["permissions"].as_array().unwrap().iter();
        let may: Vec<&str> = lines.map(|line| line["permission"].as_str().unwrap()).collect();
        assert!(may.contains(&"ballot_cast") && !may.contains(&"vote_open"), "{may:?}");
        // The second sign-in finds the same account.
        let again = app.owner(PHONE).await.get("/api/v1/me").await.expect(200);
        assert_eq!(again["id"], me["id"]);
    }

    async fn nothing_is_sent_to_a_contact_off_the_register_and_nobody_can_tell(app: TestApp) {
        let place = app.community("甲小区").await;
        app.register_owner(place, ("张三", PHONE, "0011")).await;
        let on = ask(&app, PHONE).await.expect(202);
        let off = ask(&app, "13987654321").await.expect(202);
        let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        assert_eq!(keys(&on), keys(&off));
        assert_eq!(on["expires_at"], off["expires_at"]);
        assert!(app.code_for(PHONE).await.is_some());
        assert_eq!(app.code_for("13987654321").await, None);
        let inbox = app.anon().get("/api/v1/demo/inbox").await.expect(200);
        assert_eq!(inbox["items"].as_array().unwrap().len(), 1);
    }

    async fn a_code_is_good_once(app: TestApp) {
        let place = app.community("甲小区").await;
        app.register_owner(place, ("张三", PHONE, "0011")).await;
        let asked = ask(&app, PHONE).await.expect(202);
        let code = app.code_for(PHONE).await.unwrap();
        show(&app, &asked, &code).await.expect(200);
        assert_eq!(show(&app, &asked, &code).await.refused(401), "code_not_accepted");
    }

    async fn racing_uses_of_one_code_open_one_session(app: TestApp) {
        let place = app.community("甲小区").await;
        app.register_owner(place, ("张三", PHONE, "0011")).await;
        let asked = ask(&app, PHONE).await.expect(202);
        let code = app.code_for(PHONE).await.unwrap();
        let tries = (0..16).map(|_| {
            let (client, body) = (app.anon(), json!({ "code_id": asked["code_id"], "code": code }));
            actix_web::rt::spawn(async move { client.post("/api/v1/auth/code-sign-in", body).await.status })
        });
        let mut opened = 0;
        for status in tries.collect::<Vec<_>>() {
            opened += usize::from(status.await.unwrap() == 200);
        }
        assert_eq!(opened, 1);
    }

    async fn a_code_dies_after_five_wrong_tries(app: TestApp) {
        let place = app.community("甲小区").await;
        app.register_owner(place, ("张三", PHONE, "0011")).await;
        let asked = ask(&app, PHONE).await.expect(202);
        let code = app.code_for(PHONE).await.unwrap();
        for _ in 0..5 {
            assert_eq!(show(&app, &asked, &another(&code)).await.refused(401), "code_not_accepted");
        }
        assert_eq!(show(&app, &asked, &code).await.refused(401), "code_not_accepted");
    }

    async fn a_code_dies_after_ten_minutes(app: TestApp) {
        let place = app.community("甲小区").await;
        app.register_owner(place, ("张三", PHONE, "0011")).await;
        let asked = ask(&app, PHONE).await.expect(202);
        let code = app.code_for(PHONE).await.unwrap();
        app.clock.advance(TimeDelta::minutes(10));
        assert_eq!(show(&app, &asked, &code).await.refused(401), "code_not_accepted");
    }

    async fn a_code_is_bound_to_whoever_asked_for_it(app: TestApp) {
        let place = app.community("甲小区").await;
        app.register_owner(place, ("张三", PHONE, "0011")).await;
        ask(&app, PHONE).await.expect(202);
        let code = app.code_for(PHONE).await.unwrap();
        // Another asker's request, even for the same contact, does not take it.
        let other = ask(&app, PHONE).await.expect(202);
        if app.code_for(PHONE).await.unwrap() != code {
            assert_eq!(show(&app, &other, &code).await.refused(401), "code_not_accepted");
        }
    }

    async fn a_contact_gets_ten_codes_a_day(app: TestApp) {
        for contact in [PHONE, "13987654321"] {
            for _ in 0..10 {
                ask(&app, contact).await.expect(202);
            }
            let refused = ask(&app, contact).await;
            assert_eq!(refused.refused(429), "too_many_requests");
            assert!(refused.header("retry-after").is_some());
        }
        app.clock.advance(TimeDelta::hours(24));
        ask(&app, PHONE).await.expect(202);
    }

    async fn owners_who_share_a_contact_are_told_apart_by_the_id_number(app: TestApp) {
        let place = app.community("甲小区").await;
        app.register_owner(place, ("张三", PHONE, "001X")).await;
        let second = app.register_owner(place, ("李四", PHONE, "0022")).await;
        let asked = ask(&app, PHONE).await.expect(202);
        let code = app.code_for(PHONE).await.unwrap();
        let asks = show(&app, &asked, &code).await;
        assert_eq!(asks.refused(422), "invalid_field");
        assert_eq!(asks.json()["errors"][0]["pointer"], "/id_tail");
        let with = |tail: &str| {
            let body = json!({ "code_id": asked["code_id"], "code": code, "id_tail": tail });
            let client = app.anon();
            async move { client.post("/api/v1/auth/code-sign-in", body).await }
        };
        assert_eq!(with("9999").await.refused(401), "code_not_accepted");
        let tokens = with("0022").await.expect(200);
        let me = app.bearer(tokens["access_token"].as_str().unwrap()).get("/api/v1/me").await.expect(200);
        assert_eq!(me["owner_id"], second.to_string());
    }

    async fn contacts_and_codes_are_nowhere_in_the_clear(app: TestApp) {
        let place = app.community("甲小区").await;
        app.register_owner(place, ("张三", PHONE, "0011")).await;
        ask(&app, PHONE).await.expect(202);
        let rows = app.db.read(|conn| {
            use diesel::{QueryDsl, RunQueryDsl};
            use jiugai::platform::db::schema::{one_time_codes as codes, outbox_events as events};
            let events: Vec<String> = events::table.select(events::payload).load(conn)?;
            let columns = (codes::contact_index, codes::code_digest);
            let codes: Vec<(String, String)> = codes::table.select(columns).load(conn)?;
            Ok(format!("{events:?} {codes:?}"))
        }).await.unwrap();
        assert!(rows.contains("sealed") && !rows.contains(PHONE), "{rows}");
    }

    async fn what_is_no_contact_is_refused_by_its_form_alone(app: TestApp) {
        let refused = ask(&app, "010-62345678").await;
        assert_eq!(refused.refused(422), "invalid_field");
        assert_eq!(refused.json()["errors"][0]["pointer"], "/contact");
    }
}
