//! Accounts and grants: nobody reaches beyond the own scope.

use chrono::TimeDelta;
use jiugai::{
    kernel::{AccountId, CommunityId},
    platform::auth::Scope,
};
use serde_json::{Value, json};

use crate::{
    db_test,
    support::{Answer, Client, PASSWORD, TestApp},
};

fn division(code: &str) -> Scope {
    Scope::Division(code.to_owned())
}

async fn grant(
    client: &Client,
    account: AccountId,
    (role, kind, reference): (&str, &str, &str),
) -> Answer {
    let scope = if reference.is_empty() {
        json!({ "kind": kind })
    } else {
        json!({ "kind": kind, "reference": reference })
    };
    let path = format!("/api/v1/accounts/{account}/grants");
    client.post(&path, json!({ "role": role, "scope": scope })).await
}

fn ids(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().unwrap().iter();
    items.map(|item| item["login"].as_str().unwrap().to_owned()).collect()
}

db_test! {
    async fn a_street_office_grants_within_its_street_and_below_itself(app: TestApp) {
        let (inside, _) = app.community("甲小区").await;
        let street = app.staff("street", &[("street_office", division("330203001"))]).await;
        let someone = app.account("someone", &[]).await;
        let community = inside.to_string();
        for good in [
            ("community_clerk", "community", community.as_str()),
            ("community_clerk", "division", "330203001"),
            ("committee", "community", &community),
        ] {
            grant(&street, someone, good).await.expect(201);
        }
        for beyond in [
            ("community_clerk", "division", "330203"),
            ("community_clerk", "division", "330203002"),
            ("street_office", "division", "330203001"),
            ("housing_bureau", "division", "330203001"),
            ("housing_bureau", "everything", ""),
            ("administrator", "everything", ""),
            ("auditor", "division", "330203001"),
        ] {
            let answer = grant(&street, someone, beyond).await;
            assert_eq!(answer.refused(403), "grant_beyond_scope", "{beyond:?}");
        }
    }

    async fn what_makes_no_sense_is_named(app: TestApp) {
        let admin = app.administrator().await;
        let someone = app.account("someone", &[]).await;
        let nowhere = CommunityId::new().to_string();
        for (bad, pointer) in [
            (("king", "everything", ""), "/role"),
            (("owner", "own", ""), ""),
            (("community_clerk", "everything", ""), "/scope/kind"),
            (("community_clerk", "division", "33x"), "/scope/reference"),
            (("community_clerk", "community", nowhere.as_str()), "/scope/reference"),
        ] {
            let answer = grant(&admin, someone, bad).await;
            match pointer {
                "" => assert_eq!(answer.refused(403), "grant_beyond_scope", "{bad:?}"),
                _ => {
                    assert_eq!(answer.refused(422), "invalid_field", "{bad:?}");
                    assert_eq!(answer.json()["errors"][0]["pointer"], pointer, "{bad:?}");
                }
            }
        }
        let ghost = grant(&admin, AccountId::new(), ("auditor", "everything", "")).await;
        assert_eq!(ghost.refused(404), "not_found");
    }

    async fn a_grant_works_at_the_next_request_and_ends_at_the_next(app: TestApp) {
        let admin = app.administrator().await;
        let someone = app.account("someone", &[]).await;
        let client = app.sign_in("someone").await;
        assert_eq!(client.get("/api/v1/accounts").await.refused(403), "forbidden");
        let made = grant(&admin, someone, ("auditor", "everything", "")).await.expect(201);
        client.get("/api/v1/accounts").await.expect(200);
        let twice = grant(&admin, someone, ("auditor", "everything", "")).await;
        assert_eq!(twice.refused(409), "already_exists");
        let path = format!("/api/v1/grants/{}", made["id"].as_str().unwrap());
        admin.delete(&path).await.expect(204);
        assert_eq!(client.get("/api/v1/accounts").await.refused(403), "forbidden");
        assert_eq!(admin.delete(&path).await.refused(404), "not_found");
        grant(&admin, someone, ("auditor", "everything", "")).await.expect(201);
    }

    async fn the_same_key_grants_once(app: TestApp) {
        let admin = app.administrator().await;
        let someone = app.account("someone", &[]).await;
        let path = format!("/api/v1/accounts/{someone}/grants");
        let body = json!({ "role": "auditor", "scope": { "kind": "everything" } });
        let first = admin.post_once(&path, "k-1", body.clone()).await;
        let again = admin.post_once(&path, "k-1", body).await;
        assert_eq!(first.expect(201), again.expect(201));
        assert_eq!(again.header("idempotent-replayed").as_deref(), Some("true"));
        let other = json!({ "role": "reviewer", "scope": { "kind": "everything" } });
        let reused = admin.post_once(&path, "k-1", other).await;
        assert_eq!(reused.refused(422), "idempotency_key_reused");
    }

    async fn a_grant_outside_the_scope_is_not_even_seen(app: TestApp) {
        let admin = app.administrator().await;
        let other = app.account("other", &[]).await;
        let made = grant(&admin, other, ("community_clerk", "division", "330203002")).await.expect(201);
        let street = app.staff("street", &[("street_office", division("330203001"))]).await;
        let path = format!("/api/v1/grants/{}", made["id"].as_str().unwrap());
        assert_eq!(street.delete(&path).await.refused(404), "not_found");
    }

    async fn lists_show_the_accounts_of_the_own_scope(app: TestApp) {
        let (community, _) = app.community("甲小区").await;
        let admin = app.administrator().await;
        app.account("clerk", &[("community_clerk", Scope::Community(community))]).await;
        let far = app.account("far", &[("street_office", division("110101"))]).await;
        let street = app.staff("street", &[("street_office", division("330203001"))]).await;
        let bureau = app.staff("bureau", &[("housing_bureau", division("3302"))]).await;
        let list = street.get("/api/v1/accounts").await.expect(200);
        assert_eq!(ids(&list), ["clerk", "street"]);
        assert_eq!(ids(&bureau.get("/api/v1/accounts").await.expect(200)), ["clerk", "street", "bureau"]);
        let first = admin.get("/api/v1/accounts?limit=3").await.expect(200);
        let path = format!("/api/v1/accounts?limit=3&cursor={}", first["next_cursor"].as_str().unwrap());
        let second = admin.get(&path).await.expect(200);
        assert_eq!(ids(&first).len() + ids(&second).len(), 5);
        assert!(second["next_cursor"].is_null());
        let hidden = street.get(&format!("/api/v1/accounts/{far}")).await;
        assert_eq!(hidden.refused(404), "not_found");
    }

    async fn accounts_are_made_within_the_own_scope(app: TestApp) {
        let street = app.staff("street", &[("street_office", division("330203001"))]).await;
        let make = |login: &str, reference: &str| {
            let home = json!({ "kind": "division", "reference": reference });
            let body = json!({ "login": login, "name": "某人", "home": home });
            let street = street.clone();
            async move { street.post("/api/v1/accounts", body).await }
        };
        make("inside", "330203001").await.expect(201);
        assert_eq!(make("outside", "330203002").await.refused(404), "not_found");
        assert_eq!(make("above", "330203").await.refused(404), "not_found");
        assert_eq!(make("no such login!", "330203001").await.refused(422), "invalid_field");
    }

    async fn a_disabled_account_is_out_at_once(app: TestApp) {
        let admin = app.administrator().await;
        let someone = app.account("someone", &[]).await;
        let client = app.sign_in("someone").await;
        let path = format!("/api/v1/accounts/{someone}");
        let out = admin.post(&format!("{path}/disable"), json!({})).await.expect(200);
        assert!(out["disabled_at"].is_string());
        assert_eq!(client.get("/api/v1/me").await.refused(401), "session_revoked");
        let body = json!({ "login": "someone", "password": PASSWORD });
        let sign_in = app.anon().post("/api/v1/auth/sign-in", body.clone()).await;
        assert_eq!(sign_in.refused(401), "bad_credentials");
        admin.post(&format!("{path}/enable"), json!({})).await.expect(200);
        // The session that was ended stays ended.
        assert_eq!(client.get("/api/v1/me").await.refused(401), "session_revoked");
        app.anon().post("/api/v1/auth/sign-in", body).await.expect(200);
    }

    async fn a_reset_password_is_no_way_upwards(app: TestApp) {
        let (community, _) = app.community("甲小区").await;
        let clerk = app.clerk("clerk", community).await;
        // A bureau's account that happens to be administered in the clerk's community.
        let context = jiugai::platform::db::WriteContext::of(jiugai::platform::db::Actor::named("test"));
        let roles = [
            ("committee", Scope::Community(community)),
            ("housing_bureau", division("330203")),
        ];
        let who = ("chief", "chief", PASSWORD);
        let chief = app.app.identity.create_granted(&context, who, &roles).await.unwrap();
        let peer = app.account("peer", &[("community_clerk", Scope::Community(community))]).await;
        let member = app.account("member", &[("committee", Scope::Community(community))]).await;
        for (account, status) in [(chief, 403), (peer, 403), (member, 200)] {
            let path = format!("/api/v1/accounts/{account}/reset-password");
            let answer = clerk.post(&path, json!({})).await;
            assert_eq!(answer.status, status, "{}", answer.text);
        }
    }

    async fn a_reset_ends_sessions_and_asks_for_a_new_password(app: TestApp) {
        let admin = app.administrator().await;
        let someone = app.account("someone", &[]).await;
        let client = app.sign_in("someone").await;
        let path = format!("/api/v1/accounts/{someone}/reset-password");
        let made = admin.post(&path, json!({})).await.expect(200);
        assert_eq!(client.get("/api/v1/me").await.refused(401), "session_revoked");
        let body = json!({ "login": "someone", "password": made["initial_password"] });
        let answer = app.anon().post("/api/v1/auth/sign-in", body).await;
        assert_eq!(answer.refused(401), "password_change_required");
        let body = json!({ "login": "someone", "password": PASSWORD });
        app.clock.advance(TimeDelta::seconds(10));
        let answer = app.anon().post("/api/v1/auth/sign-in", body).await;
        assert_eq!(answer.refused(401), "bad_credentials");
    }

    async fn nobody_disables_the_own_account(app: TestApp) {
        let admin = app.administrator().await;
        let me = admin.get("/api/v1/me").await.expect(200);
        let path = format!("/api/v1/accounts/{}/disable", me["id"].as_str().unwrap());
        assert_eq!(admin.post(&path, json!({})).await.refused(403), "forbidden");
    }

    async fn the_operator_makes_an_administrator_whose_password_is_no_weaker(app: TestApp) {
        let context = jiugai::platform::db::WriteContext::of(jiugai::platform::db::Actor::named("operator"));
        let identity = app.app.identity.clone();
        let weak = identity.create_administrator(&context, ("root", "管理员"), "root2026").await;
        assert_eq!(weak.unwrap_err().code().as_str(), "weak_password");
        identity.create_administrator(&context, ("root", "管理员"), PASSWORD).await.unwrap();
        let admin = app.sign_in("root").await;
        let me = admin.get("/api/v1/me").await.expect(200);
        assert_eq!(me["grants"][0]["role"], "administrator");
        assert!(me["grants"][0]["granted_by"].is_null());
    }
}
