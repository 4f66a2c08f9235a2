//! A gate opens by a survey that was really held, not by what a test says.

use serde_json::{Value, json};

use super::{PROJECTS, id_of, settle, sha256};
use crate::{
    api::survey::desk,
    db_test,
    support::{TestApp, flats},
};

db_test! {
    async fn exactly_four_fifths_of_the_households_open_the_gate_once_the_survey_is_closed(
        app: TestApp
    ) {
        let mut desk = desk(app, &flats(5, "100.00")).await;
        settle(&desk.app, desk.community, "hebei").await;
        let body = json!({ "community_id": desk.community, "policy": "hebei", "name": "幸福里改造" });
        let project = id_of(&desk.first.post(PROJECTS, body).await.expect(201));
        let path = |rest: &str| format!("{PROJECTS}/{project}{rest}");
        let report = json!({ "requirement": "survey_report", "proof": { "kind": "document",
            "document": { "title": "摸底报告", "sha256": sha256("摸底报告") } } });
        desk.first.post(&path("/evidence"), report).await.expect(201);
        desk.first.post(&path("/advance"), json!({})).await.expect(200);
        let survey = desk.opened("include").await;
        let homes = desk.homes(&survey).await;
        desk.answers(&homes, (4, 1)).await;
        let proof = json!({ "requirement": "g1_include",
            "proof": { "kind": "survey", "survey_id": survey } });
        desk.first.post(&path("/evidence"), proof).await.expect(201);
        let early = desk.first.post(&path("/advance"), json!({})).await;
        assert_eq!(early.refused(409), "project_not_ready");
        let told = early.json()["params"]["requirements"].clone();
        let told: &Value = told.as_array().unwrap().iter().find(|one| one["met"] == false).unwrap();
        assert_eq!((&told["requirement"], &told["reason"]), (&json!("g1_include"), &json!("survey_open")));
        desk.after_the_close().await;
        let view = desk.first.post(&path("/advance"), json!({})).await.expect(200);
        assert_eq!(view["stage"], "consented");
    }
}
