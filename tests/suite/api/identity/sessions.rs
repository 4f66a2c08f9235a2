//! Access tokens, refresh tokens, and the end of sessions.

use chrono::TimeDelta;
use jiugai::{
    kernel::{AccountId, SessionId},
    platform::auth::{seal::Keys, token::Tokens},
};
use serde_json::{Value, json};

use crate::{
    db_test,
    support::{Answer, PASSWORD, TestApp},
};

async fn tokens(app: &TestApp, login: &str) -> Value {
    let body = json!({ "login": login, "password": PASSWORD, "device": "测试机" });
    app.anon().post("/api/v1/auth/sign-in", body).await.expect(200)
}

async fn refresh(app: &TestApp, tokens: &Value) -> Answer {
    let body = json!({ "refresh_token": tokens["refresh_token"] });
    app.anon().post("/api/v1/auth/refresh", body).await
}

async fn me(app: &TestApp, tokens: &Value) -> Answer {
    app.bearer(tokens["access_token"].as_str().unwrap()).get("/api/v1/me").await
}

/// Attempts, codes and refresh tokens that are kept.
async fn left(app: &TestApp) -> (i64, i64, i64) {
    app.db
        .read(|conn| {
            use diesel::{QueryDsl, RunQueryDsl};
            use jiugai::platform::db::schema::{limited_attempts, one_time_codes, refresh_tokens};
            Ok((
                limited_attempts::table.count().get_result(conn)?,
                one_time_codes::table.count().get_result(conn)?,
                refresh_tokens::table.count().get_result(conn)?,
            ))
        })
        .await
        .unwrap()
}

db_test! {
    async fn an_access_token_lives_ten_minutes(app: TestApp) {
        app.account("li.na", &[]).await;
        let tokens = tokens(&app, "li.na").await;
        app.clock.advance(TimeDelta::seconds(599));
        me(&app, &tokens).await.expect(200);
        app.clock.advance(TimeDelta::seconds(1));
        assert_eq!(me(&app, &tokens).await.refused(401), "token_expired");
    }

    async fn a_token_of_another_key_or_for_a_session_of_nobody_is_refused(app: TestApp) {
        let account = app.account("li.na", &[]).await;
        let session: SessionId =
            tokens(&app, "li.na").await["session_id"].as_str().unwrap().parse().unwrap();
        let issue = |keys: &Keys, account: AccountId, session: SessionId| {
            let signer = Tokens::new(keys, 10).unwrap();
            signer.issue(account, session, app.clock.now()).unwrap().token
        };
        let get = |token: String| {
            let client = app.bearer(&token);
            async move { client.get("/api/v1/me").await }
        };
        get(issue(&app.app.keys, account, session)).await.expect(200);
        let stranger = Keys::from_master([8; 32]);
        let answer = get(issue(&stranger, account, session)).await;
        assert_eq!(answer.refused(401), "unauthenticated");
        let answer = get(issue(&app.app.keys, account, SessionId::new())).await;
        assert_eq!(answer.refused(401), "session_revoked");
        let answer = get(issue(&app.app.keys, AccountId::new(), session)).await;
        assert_eq!(answer.refused(401), "session_revoked");
    }

    async fn a_refresh_gives_new_tokens_for_the_same_session(app: TestApp) {
        app.account("li.na", &[]).await;
        let first = tokens(&app, "li.na").await;
        app.clock.advance(TimeDelta::hours(1));
        let second = refresh(&app, &first).await.expect(200);
        assert_eq!(first["session_id"], second["session_id"]);
        assert_ne!(first["refresh_token"], second["refresh_token"]);
        me(&app, &second).await.expect(200);
        refresh(&app, &second).await.expect(200);
    }

    async fn a_refresh_token_that_comes_twice_ends_its_family(app: TestApp) {
        app.account("li.na", &[]).await;
        let (stolen, other) = (tokens(&app, "li.na").await, tokens(&app, "li.na").await);
        let second = refresh(&app, &stolen).await.expect(200);
        assert_eq!(refresh(&app, &stolen).await.refused(401), "refresh_reused");
        assert_eq!(me(&app, &second).await.refused(401), "session_revoked");
        assert_eq!(refresh(&app, &second).await.refused(401), "session_revoked");
        me(&app, &other).await.expect(200);
    }

    async fn of_racing_refreshes_at_most_one_family_member_lives(app: TestApp) {
        app.account("li.na", &[]).await;
        for _ in 0..5 {
            let first = tokens(&app, "li.na").await;
            let body = json!({ "refresh_token": first["refresh_token"] });
            let tries = (0..16).map(|_| {
                let (client, body) = (app.anon(), body.clone());
                actix_web::rt::spawn(async move { client.post("/api/v1/auth/refresh", body).await })
            });
            let (mut given, mut alive) = (Vec::new(), 0);
            for answer in tries.collect::<Vec<_>>() {
                let answer = answer.await.unwrap();
                match answer.status {
                    200 => given.push(answer.json()),
                    _ => assert_eq!(answer.status, 401, "{}", answer.text),
                }
            }
            assert_eq!(given.len(), 1);
            for tokens in &given {
                alive += usize::from(refresh(&app, tokens).await.status == 200);
            }
            assert!(alive <= 1);
        }
    }

    async fn a_refresh_token_dies_after_its_days_and_a_session_after_ninety(app: TestApp) {
        app.account("li.na", &[]).await;
        let idle = tokens(&app, "li.na").await;
        let mut busy = tokens(&app, "li.na").await;
        app.clock.advance(TimeDelta::days(14));
        assert_eq!(refresh(&app, &idle).await.status, 401);
        app.clock.advance(-TimeDelta::days(14));
        for _ in 0..8 {
            app.clock.advance(TimeDelta::days(11));
            busy = refresh(&app, &busy).await.expect(200);
        }
        app.clock.advance(TimeDelta::days(2));
        assert_eq!(refresh(&app, &busy).await.refused(401), "session_revoked");
    }

    async fn signing_out_ends_the_session_at_the_next_request(app: TestApp) {
        app.account("li.na", &[]).await;
        let tokens = tokens(&app, "li.na").await;
        let client = app.bearer(tokens["access_token"].as_str().unwrap());
        client.post("/api/v1/auth/sign-out", json!({})).await.expect(204);
        assert_eq!(client.get("/api/v1/me").await.refused(401), "session_revoked");
        assert_eq!(refresh(&app, &tokens).await.refused(401), "session_revoked");
    }

    async fn i_see_my_sessions_and_end_one_of_them(app: TestApp) {
        app.account("li.na", &[]).await;
        app.account("other", &[]).await;
        let (mine, lost) = (tokens(&app, "li.na").await, tokens(&app, "li.na").await);
        let theirs = tokens(&app, "other").await;
        let client = app.bearer(mine["access_token"].as_str().unwrap());
        let list = client.get("/api/v1/me/sessions").await.expect(200);
        let items = list["items"].as_array().unwrap();
        assert_eq!(items.len(), 2);
        assert_eq!(items[0]["device"], "测试机");
        let current: Vec<&Value> = items.iter().filter(|item| item["is_current"] == true).collect();
        assert_eq!((current.len(), &current[0]["id"]), (1, &mine["session_id"]));
        let end = |id: &Value| {
            let (client, path) = (client.clone(), format!("/api/v1/me/sessions/{}", id.as_str().unwrap()));
            async move { client.delete(&path).await }
        };
        assert_eq!(end(&theirs["session_id"]).await.refused(404), "not_found");
        end(&lost["session_id"]).await.expect(204);
        assert_eq!(end(&lost["session_id"]).await.refused(404), "not_found");
        assert_eq!(me(&app, &lost).await.refused(401), "session_revoked");
        me(&app, &mine).await.expect(200);
        me(&app, &theirs).await.expect(200);
    }

    async fn a_new_password_ends_the_other_sessions_and_needs_the_old_one(app: TestApp) {
        app.account("li.na", &[]).await;
        let (mine, lost) = (tokens(&app, "li.na").await, tokens(&app, "li.na").await);
        let client = app.bearer(mine["access_token"].as_str().unwrap());
        let change = |old: &str, new: &str| {
            let (client, body) = (client.clone(), json!({ "password": old, "new_password": new }));
            async move { client.post("/api/v1/me/password", body).await }
        };
        let wrong = change("not the password", "four words are enough").await;
        assert_eq!(wrong.refused(401), "bad_credentials");
        assert_eq!(change(PASSWORD, "12345678").await.refused(422), "weak_password");
        app.clock.advance(TimeDelta::seconds(10));
        change(PASSWORD, "four words are enough").await.expect(204);
        me(&app, &mine).await.expect(200);
        assert_eq!(me(&app, &lost).await.refused(401), "session_revoked");
        let body = json!({ "login": "li.na", "password": PASSWORD });
        let old = app.anon().post("/api/v1/auth/sign-in", body).await;
        assert_eq!(old.refused(401), "bad_credentials");
    }

    async fn what_no_longer_counts_is_forgotten(app: TestApp) {
        app.account("li.na", &[]).await;
        tokens(&app, "li.na").await;
        let wrong = json!({ "login": "nobody", "password": "wrong password" });
        app.anon().post("/api/v1/auth/sign-in", wrong).await.refused(401);
        let code = json!({ "contact": "13812345678" });
        app.anon().post("/api/v1/auth/codes", code).await.expect(202);
        assert_eq!(left(&app).await, (4, 1, 1));
        app.clock.advance(TimeDelta::hours(24));
        app.work().await;
        assert_eq!(left(&app).await, (4, 1, 1));
        app.clock.advance(TimeDelta::hours(2));
        app.work().await;
        assert_eq!(left(&app).await, (0, 0, 1));
        app.clock.advance(TimeDelta::days(14));
        app.work().await;
        assert_eq!(left(&app).await, (0, 0, 0));
    }

    async fn no_token_or_password_stands_in_the_database(app: TestApp) {
        app.account("li.na", &[]).await;
        let tokens = tokens(&app, "li.na").await;
        let rows = app.db.read(|conn| {
            use diesel::{QueryDsl, RunQueryDsl};
            use jiugai::platform::db::schema::{accounts, refresh_tokens};
            let tokens: Vec<String> =
                refresh_tokens::table.select(refresh_tokens::digest).load(conn)?;
            let hashes: Vec<Option<String>> =
                accounts::table.select(accounts::password_hash).load(conn)?;
            Ok(format!("{tokens:?} {hashes:?}"))
        }).await.unwrap();
        assert!(rows.contains("$argon2id$"), "{rows}");
        let token = tokens["refresh_token"].as_str().unwrap();
        assert!(!rows.contains(&token[4..]) && !rows.contains(PASSWORD));
    }
}
