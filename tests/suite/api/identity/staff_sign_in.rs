//! Staff sign-in by password.

use chrono::TimeDelta;
use jiugai::platform::auth::Scope;
use serde_json::{Value, json};

use crate::{
    db_test,
    support::{Answer, PASSWORD, TestApp},
};

async fn try_sign_in(app: &TestApp, login: &str, password: &str) -> Answer {
    app.anon().post("/api/v1/auth/sign-in", json!({ "login": login, "password": password })).await
}

/// What a client sees of a problem, without what names the request.
fn shape(answer: &Answer) -> (u16, Value) {
    let mut body = answer.json();
    body["request_id"] = Value::Null;
    (answer.status, body)
}

db_test! {
    async fn a_password_opens_a_session_that_says_who_and_why(app: TestApp) {
        let role = [("community_clerk", Scope::Division("330203001".to_owned()))];
        let clerk = app.staff("Li.Na", &role).await;
        let me = clerk.get("/api/v1/me").await.expect(200);
        assert_eq!(me["login"], "li.na");
        assert_eq!(me["grants"][0]["role_zh"], "社区工作人员");
        let open = me["permissions"].as_array().unwrap();
        let open = open.iter().find(|line| line["permission"] == "vote_open").unwrap();
        assert_eq!(open["because"][0]["scope"], json!({"kind": "division", "reference": "330203001"}));
        assert!(!me.to_string().contains("argon2"));
    }

    async fn unknown_logins_and_wrong_passwords_look_the_same(app: TestApp) {
        app.account("known", &[]).await;
        let known = try_sign_in(&app, "known", "not the password").await;
        let unknown = try_sign_in(&app, "unknown", "not the password").await;
        assert_eq!(known.refused(401), "bad_credentials");
        assert_eq!(shape(&known), shape(&unknown));
    }

    async fn the_sixth_failure_in_a_quarter_of_an_hour_is_not_even_checked(app: TestApp) {
        app.account("known", &[]).await;
        for login in ["known", "unknown"] {
            for _ in 0..5 {
                assert_eq!(try_sign_in(&app, login, "wrong password").await.refused(401), "bad_credentials");
                app.clock.advance(TimeDelta::seconds(10));
            }
            let waiting = try_sign_in(&app, login, PASSWORD).await;
            assert_eq!(waiting.refused(429), "too_many_requests");
            let seconds: i64 = waiting.header("retry-after").unwrap().parse().unwrap();
            assert!((800..=900).contains(&seconds), "{seconds}");
        }
        app.clock.advance(TimeDelta::minutes(15));
        try_sign_in(&app, "known", PASSWORD).await.expect(200);
    }

    async fn racing_tries_get_no_further_than_patient_ones(app: TestApp) {
        app.account("known", &[]).await;
        let tries = (0..40).map(|n| {
            let client = app.anon();
            actix_web::rt::spawn(async move {
                let body = json!({ "login": "known", "password": format!("wrong password {n}") });
                client.post("/api/v1/auth/sign-in", body).await.status
            })
        });
        let mut checked = 0;
        for answer in tries.collect::<Vec<_>>() {
            checked += usize::from(answer.await.unwrap() == 401);
        }
        assert!((1..=5).contains(&checked), "{checked}");
    }

    async fn one_address_gets_fifty_failures(app: TestApp) {
        for n in 0..50 {
            let login = format!("nobody{n}");
            assert_eq!(try_sign_in(&app, &login, "wrong password").await.status, 401);
        }
        assert_eq!(try_sign_in(&app, "nobody50", "wrong password").await.refused(429), "too_many_requests");
    }

    async fn a_success_forgets_the_failures_of_the_login(app: TestApp) {
        app.account("known", &[]).await;
        for _ in 0..4 {
            for _ in 0..3 {
                assert_eq!(try_sign_in(&app, "known", "wrong password").await.status, 401);
                app.clock.advance(TimeDelta::seconds(10));
            }
            try_sign_in(&app, "known", PASSWORD).await.expect(200);
        }
    }

    async fn an_initial_password_only_serves_to_choose_another(app: TestApp) {
        let admin = app.administrator().await;
        let home = json!({ "kind": "division", "reference": "330203" });
        let body = json!({ "login": "new.clerk", "name": "新职员", "home": home });
        let made = admin.post("/api/v1/accounts", body.clone()).await.expect(201);
        assert_eq!(admin.post("/api/v1/accounts", body).await.refused(409), "already_exists");
        let initial = made["initial_password"].as_str().unwrap().to_owned();
        assert_eq!(try_sign_in(&app, "new.clerk", &initial).await.refused(401), "password_change_required");
        let choose = |new: &str| {
            let body = json!({ "login": "new.clerk", "password": initial, "new_password": new });
            let client = app.anon();
            async move { client.post("/api/v1/auth/sign-in", body).await }
        };
        let weak = choose("new.clerk2026").await;
        assert_eq!(weak.refused(422), "weak_password");
        assert_eq!(weak.json()["errors"][0]["pointer"], "/new_password");
        app.clock.advance(TimeDelta::seconds(60));
        choose("four words are enough").await.expect(200);
        try_sign_in(&app, "new.clerk", "four words are enough").await.expect(200);
        assert_eq!(try_sign_in(&app, "new.clerk", &initial).await.refused(401), "bad_credentials");
    }

    async fn an_initial_password_dies_after_a_week(app: TestApp) {
        let admin = app.administrator().await;
        let body = json!({ "login": "late", "name": "迟到", "home": { "kind": "everything" } });
        let made = admin.post("/api/v1/accounts", body).await.expect(201);
        app.clock.advance(TimeDelta::days(7));
        let initial = made["initial_password"].as_str().unwrap();
        assert_eq!(try_sign_in(&app, "late", initial).await.refused(401), "bad_credentials");
    }

    async fn an_authenticator_is_asked_for_and_its_code_is_good_once(app: TestApp) {
        let clerk = app.staff("li.na", &[]).await;
        let uri = clerk.post("/api/v1/me/totp", json!({})).await.expect(201)["uri"].clone();
        let secret = secret_of(uri.as_str().unwrap());
        let wrong = clerk.post("/api/v1/me/totp/confirm", json!({ "code": "000000" })).await;
        assert_eq!(wrong.refused(401), "code_not_accepted");
        let code = secret.code_at(app.clock.now()).unwrap();
        clerk.post("/api/v1/me/totp/confirm", json!({ "code": code })).await.expect(204);
        assert_eq!(try_sign_in(&app, "li.na", PASSWORD).await.refused(401), "second_factor_required");
        let with = |code: String| {
            let body = json!({ "login": "li.na", "password": PASSWORD, "totp": code });
            let client = app.anon();
            async move { client.post("/api/v1/auth/sign-in", body).await }
        };
        // The code that confirmed is used up.
        assert_eq!(with(code).await.refused(401), "bad_credentials");
        app.clock.advance(TimeDelta::seconds(60));
        let code = secret.code_at(app.clock.now()).unwrap();
        with(code.clone()).await.expect(200);
        assert_eq!(with(code).await.refused(401), "bad_credentials");
        app.clock.advance(TimeDelta::seconds(60));
        let code = secret.code_at(app.clock.now()).unwrap();
        clerk.post("/api/v1/me/totp/disable", json!({ "code": code })).await.expect(204);
        try_sign_in(&app, "li.na", PASSWORD).await.expect(200);
    }
}

fn secret_of(uri: &str) -> jiugai::platform::auth::totp::TotpSecret {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let text = uri.split("secret=").nth(1).unwrap().split('&').next().unwrap();
    let bits: String = text.chars().map(|c| format!("{:05b}", ALPHABET.find(c).unwrap())).collect();
    let bytes: Vec<u8> =
        (0..20).map(|at| u8::from_str_radix(&bits[at * 8..at * 8 + 8], 2).unwrap()).collect();
    jiugai::platform::auth::totp::TotpSecret::from_bytes(&bytes).unwrap()
}
