//! Every operation refuses strangers: without a token, with a token that is none, and with the token
//! of somebody who may sign in and holds no grant.

use jiugai::platform::auth::Scope;

use crate::{
    db_test,
    openapi::{Operation, operations},
    support::TestApp,
};

/// What everybody who has signed in may do: what is about the own account, and reference data.
const OWN: &[&str] = &[
    "get_me",
    "list_sessions",
    "end_session",
    "change_password",
    "enrol_totp",
    "confirm_totp",
    "disable_totp",
    "list_divisions",
    "list_roles",
    "sign_out",
    // Demo mode only.
    "get_clock",
    "set_clock",
];

/// What a department's reviewer does: give its opinions, and nothing else.
const OPINIONS: &[&str] = &["give_review_opinions", "accept_review_answer"];

/// A request of the operation with ids that name nothing and an empty body.
fn request(app: &TestApp, operation: &Operation, token: Option<&str>) -> reqwest::RequestBuilder {
    let path: Vec<String> = operation
        .path
        .split('/')
        .map(|part| match part.strip_prefix('{') {
            Some(_) => uuid::Uuid::nil().to_string(),
            None => part.to_owned(),
        })
        .collect();
    let client = match token {
        Some(token) => app.bearer(token),
        None => app.anon(),
    };
    let request = client.request(&operation.method, &path.join("/"));
    match operation.method.as_str() {
        "GET" | "DELETE" => request,
        _ => request.header("Idempotency-Key", "walk").json(&serde_json::json!({})),
    }
}

db_test! {
    async fn no_operation_answers_a_stranger(app: TestApp) {
        let mut wrong = Vec::new();
        for operation in operations().iter().filter(|operation| !operation.is_public()) {
            for token in [None, Some("nonsense"), Some("a.b.c")] {
                let answer = app.anon().send(request(&app, operation, token)).await;
                if answer.status != 401 || answer.json()["code"].as_str().is_none() {
                    let name = &operation.id;
                    wrong.push(format!("{name} with {token:?}: {} {}", answer.status, answer.text));
                }
            }
        }
        assert!(wrong.is_empty(), "{} answers to strangers:\n{}", wrong.len(), wrong.join("\n"));
    }

    async fn no_operation_answers_somebody_without_a_grant(app: TestApp) {
        app.powerless().await;
        let mut wrong = Vec::new();
        for operation in operations().iter().filter(|operation| !operation.is_public()) {
            // A token of its own for each: some operations end the session.
            let token = app.sign_in("powerless").await.token.unwrap();
            let answer = app.anon().send(request(&app, operation, Some(&token))).await;
            let is_own = OWN.contains(&operation.id.as_str());
            let is_fine = if is_own { answer.status < 500 } else { [403, 404].contains(&answer.status) };
            if !is_fine {
                wrong.push(format!("{}: {} {}", operation.id, answer.status, answer.text));
            }
        }
        assert!(wrong.is_empty(), "{} answers:\n{}", wrong.len(), wrong.join("\n"));
    }

    async fn who_only_looks_changes_nothing(app: TestApp) {
        let mut wrong = Vec::new();
        for role in ["auditor", "reviewer"] {
            let client = app.staff(role, &[(role, Scope::Everything)]).await;
            let token = client.token.as_deref();
            let writes = operations().into_iter().filter(|one| one.method != "GET");
            let writes = writes.filter(|one| role != "reviewer" || !OPINIONS.contains(&&*one.id));
            for operation in writes.filter(|one| !one.is_public() && !OWN.contains(&&*one.id)) {
                let answer = app.anon().send(request(&app, &operation, token)).await;
                if answer.status != 403 {
                    wrong.push(format!("{role} {}: {}", operation.id, answer.text));
                }
            }
        }
        assert!(wrong.is_empty(), "{} answers:\n{}", wrong.len(), wrong.join("\n"));
    }
}

#[test]
fn the_list_of_own_operations_only_shrinks() {
    let ids: Vec<String> = operations().into_iter().map(|operation| operation.id).collect();
    for id in OWN {
        assert!(ids.iter().any(|known| known == id), "{id} is gone: remove it from the list");
    }
}
