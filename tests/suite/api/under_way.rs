//! Communities merge or split only when nothing is under way that would be left behind.

use jiugai::platform::auth::Scope;
use serde_json::{Value, json};

use super::survey::plain_questions;
use crate::{
    db_test,
    support::{TestApp, flat, phone},
};

fn text(view: &Value, name: &str) -> String {
    view[name].as_str().unwrap().to_owned()
}

db_test! {
    async fn an_open_survey_a_consultation_and_an_unfinished_project_stand_in_the_way(app: TestApp) {
        let street = async |login| {
            let scope = Scope::Division("330203001".to_owned());
            app.staff(login, &[("street_office", scope)]).await
        };
        let (first, second) = (street("first").await, street("second").await);
        let one = app.register("昌盛一院", &[flat("1-1", "80.00", &[&phone(1)])]).await;
        let two = app.register("昌盛二院", &[flat("1-1", "80.00", &[&phone(2)])]).await;
        let form = json!({ "community_id": one, "purpose": "wishes", "title": "问卷",
            "questions": plain_questions() });
        let form = first.post("/api/v1/survey-questionnaires", form).await.expect(201);
        let body = json!({ "community_id": one, "version_id": form["versions"][0]["version_id"],
            "title": "意愿摸底", "closes_at": "2026-03-10T18:00:00+08:00" });
        let survey = text(&first.post("/api/v1/surveys", body).await.expect(201), "survey_id");
        let survey_path = format!("/api/v1/surveys/{survey}");
        let body = json!({ "community_id": two, "title": "改造征询" });
        let made = first.post("/api/v1/consultations", body).await.expect(201);
        let consultation = text(&made, "consultation_id");
        let consultation_path = format!("/api/v1/consultations/{consultation}");
        let change = json!({ "kind": "merge", "effective_on": "2026-03-02", "reason": "两院合并",
            "document_number": "住建〔2026〕12号", "targets": [{ "name": "昌盛小区" }],
            "sources": [{ "community_id": one }, { "community_id": two, "prefix": "二院" }] });
        let proposed = first.post("/api/v1/boundary-changes", change).await.expect(201);
        assert_eq!(proposed["works_in_the_way"], json!([]), "drafts stand in nobody's way");
        let path = format!("/api/v1/boundary-changes/{}", text(&proposed, "id"));
        let confirm = format!("{path}/confirm");

        first.post(&format!("{survey_path}/open"), json!({})).await.expect(200);
        first.post(&format!("{consultation_path}/rounds/open"), json!({})).await.expect(200);
        let body = json!({ "community_id": two, "policy": "national", "name": "二院改造" });
        let project = text(&first.post("/api/v1/projects", body).await.expect(201), "id");
        let works = json!([
            { "kind": "survey", "id": survey, "title": "意愿摸底" },
            { "kind": "consultation", "id": consultation, "title": "改造征询" },
            { "kind": "project", "id": project, "title": "二院改造" },
        ]);
        assert_eq!(first.get(&path).await.expect(200)["works_in_the_way"], works);
        let waits = second.post(&confirm, json!({})).await;
        assert_eq!(waits.refused(409), "community_busy");
        assert_eq!(waits.json()["params"]["works"], works);

        // Each comes to its end; the last one is enough to wait for.
        let reason = json!({ "reason": "小区合并" });
        first.post(&format!("{survey_path}/void"), reason.clone()).await.expect(200);
        first.post(&format!("{consultation_path}/rounds/close"), json!({})).await.expect(200);
        first.post(&format!("{consultation_path}/conclude"), json!({})).await.expect(200);
        let waits = second.post(&confirm, json!({})).await;
        assert_eq!(waits.refused(409), "community_busy");
        assert_eq!(waits.json()["params"]["works"].as_array().unwrap().len(), 1);
        first.post(&format!("/api/v1/projects/{project}/withdraw"), reason).await.expect(200);
        let body = json!({ "community_id": two, "title": "第二次征询" });
        let late = text(&first.post("/api/v1/consultations", body).await.expect(201), "consultation_id");
        let done = second.post(&confirm, json!({})).await.expect(200);
        assert_eq!((&done["state"], &done["works_in_the_way"]), (&json!("confirmed"), &json!([])));
        // What was prepared before does not begin in a community that has ended.
        let open = format!("/api/v1/consultations/{late}/rounds/open");
        assert_eq!(first.post(&open, json!({})).await.refused(409), "community_ended");
    }
}
