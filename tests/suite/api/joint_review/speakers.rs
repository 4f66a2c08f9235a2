//! Nobody speaks for a department but its delegates, and everybody who spoke is named.

use jiugai::platform::auth::Scope;
use serde_json::json;

use super::{opinion, review, standing};
use crate::{db_test, support::TestApp};

const DELEGATES: &str = "/api/v1/review-delegates";

db_test! {
    async fn nobody_speaks_for_another_department_and_whoever_speaks_is_named(app: TestApp) {
        let review = review(app).await;
        let app = &review.work.desk.app;
        let path = review.path("/opinions");
        let body = |department: &str| json!({ "department": department,
            "opinions": [opinion(2, "pass", "")] });
        let fire = app.sign_in("xiaofang").await;
        let other = fire.post(&path, body("城管")).await;
        assert_eq!(other.refused(403), "review_not_delegate");
        assert_eq!(other.json()["params"]["departments"], json!(["消防"]));
        // Neither the applicant nor the bureau speaks at all; a reviewer without an appointment neither.
        let clerk = review.work.clerk().await;
        assert_eq!(clerk.post(&path, body("消防")).await.refused(403), "forbidden");
        let bureau = app.sign_in("bureau").await;
        assert_eq!(bureau.post(&path, body("消防")).await.refused(403), "forbidden");
        let loose = app.staff("loose", &[("reviewer", Scope::Everything)]).await;
        assert_eq!(loose.post(&path, body("消防")).await.refused(403), "review_not_delegate");
        // An appointment of another district is none here; one of this district is.
        let name = |login: &str, department: &str, code: &str| json!({ "login": login,
            "department": department, "division_code": code });
        bureau.post(DELEGATES, name("loose", "消防", "420106")).await.expect(201);
        assert_eq!(loose.post(&path, body("消防")).await.refused(403), "review_not_delegate");
        let named = bureau.post(DELEGATES, name("loose", "消防", "33")).await.expect(201);
        assert_eq!((&named["login"], &named["named_by"]), (&json!("loose"), &json!("bureau")));
        assert_eq!(bureau.post(DELEGATES, name("loose", "消防", "33")).await.refused(409), "already_exists");
        let view = loose.post(&path, body("消防")).await.expect(201);
        let said = standing(&view, "消防", 2);
        assert_eq!((&said["by"], &said["login"]), (&json!("loose"), &json!("loose")));
        // A department that is not invited says nothing, nor one whose delegate was ended.
        let greens = app.sign_in("yuanlin").await.post(&path, body("园林")).await;
        assert_eq!(greens.refused(409), "review_not_invited");
        let end = format!("{DELEGATES}/{}/end", named["id"].as_str().unwrap());
        bureau.post(&end, json!({})).await.expect(200);
        assert_eq!(bureau.post(&end, json!({})).await.refused(404), "not_found");
        assert_eq!(loose.post(&path, body("消防")).await.refused(403), "review_not_delegate");
        assert_eq!(standing(&review.view().await, "消防", 2)["login"], "loose", "what was said stays");
        for body in [name("nobody", "消防", "33"), name("loose", "气象", "33"), name("loose", "消防", "3")] {
            assert_eq!(bureau.post(DELEGATES, body).await.refused(422), "invalid_field");
        }
        let list = bureau.get(DELEGATES).await.expect(200);
        assert_eq!(list.as_array().unwrap().len(), super::LOGINS.len() + 1);
        // A bureau of one district names nobody for another.
        let scope = Scope::Division("330203".to_owned());
        let district = app.staff("district", &[("housing_bureau", scope)]).await;
        let refused = district.post(DELEGATES, name("loose", "公安", "33")).await;
        assert_eq!(refused.refused(404), "not_found");
        assert_eq!(clerk.post(DELEGATES, name("loose", "公安", "33")).await.refused(403), "forbidden");
    }

    async fn an_opinion_that_asks_for_something_says_why_and_names_an_item(app: TestApp) {
        let review = review(app).await;
        for (opinions, pointer) in [
            (json!([opinion(2, "revise", " ")]), "/opinions/0/text"),
            (json!([opinion(2, "pass", ""), opinion(3, "pass", "")]), "/opinions/1/item"),
            (json!([]), "/opinions"),
        ] {
            let refused = review.opine("消防", opinions).await;
            assert_eq!(refused.refused(422), "invalid_field");
            assert_eq!(refused.json()["errors"][0]["pointer"], pointer);
        }
        assert_eq!(review.get("/opinions?round=1").await, json!([]), "all or nothing");
        let nothing = review.opine("消防", json!([opinion(2, "withdrawn", "撤回")])).await;
        assert_eq!(nothing.refused(409), "review_opinion_conflict");
        // Whoever opened the round gives no opinion on it, whatever roles they hold.
        let app = &review.work.desk.app;
        let roles = [("housing_bureau", Scope::Everything), ("reviewer", Scope::Everything)];
        let both = app.staff("both", &roles).await;
        let body = json!({ "login": "both", "department": "消防", "division_code": "330203" });
        both.post(DELEGATES, body).await.expect(201);
        let (plan, _) = review.work.fix(crate::api::renovation::plan()).await;
        let path = review.work.path(&format!("/plans/{plan}/reviews"));
        both.post(&path, json!({})).await.expect(201);
        let body = json!({ "department": "消防", "opinions": [opinion(1, "pass", "")] });
        let refused = both.post(&review.path("/opinions"), body).await;
        assert_eq!(refused.refused(409), "same_clerk");
    }
}
