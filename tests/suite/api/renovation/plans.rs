//! Plans: drafted, changed, fixed for good, compared, hashed.

use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use jiugai::{
    kernel::{PlanVersionId, ProjectId},
    platform::db::{
        Actor, WriteContext, WriteTx,
        schema::{plan_items, plan_versions, project_evidence, projects},
    },
};
use serde_json::json;

use super::{id_of, plan, sha256, work};
use crate::{db_test, support::TestApp};

/// A change past the API.
type Run = fn(&mut WriteTx<'_>, PlanVersionId, ProjectId) -> diesel::QueryResult<usize>;

db_test! {
    async fn a_draft_changes_until_it_is_fixed_as_it_was_read(app: TestApp) {
        let work = work(app, "national").await;
        let draft = work.post("/plans", plan()).await.expect(201);
        assert_eq!((&draft["state"], &draft["document"]["number"]), (&json!("draft"), &json!(1)));
        let document = &draft["document"];
        assert_eq!((&document["cost"], &document["items"][0]["title"], &document["items"][0]["unit"]),
            (&json!("387000.00"), &json!("供水设施改造"), &json!("米")));
        assert_eq!(document["items"][0]["quantity"], "120.500");
        assert_eq!(work.post("/plans", plan()).await.refused(409), "already_exists");
        let id = id_of(&draft);
        let mut other = plan();
        other["management_model"] = json!("property_company");
        let clerk = work.clerk().await;
        let path = work.path(&format!("/plans/{id}"));
        let put = clerk.send(clerk.request("PUT", &path).json(&other)).await.expect(200);
        assert_ne!(put["sha256"], draft["sha256"]);
        // What was read is not what would be fixed.
        let fix = format!("/plans/{id}/fix");
        let stale = work.post(&fix, json!({ "sha256": draft["sha256"] })).await;
        assert_eq!(stale.refused(409), "stale_version");
        let fixed = work.post(&fix, json!({ "sha256": put["sha256"] })).await.expect(200);
        assert_eq!((&fixed["state"], &fixed["fixed_by"]), (&json!("fixed"), &json!("clerk")));
        let text = clerk.get(&work.path(&format!("/plans/{id}/document"))).await.text;
        assert_eq!(json!(sha256(&text)), fixed["sha256"]);
        assert!(text.starts_with("{\"cost\":\"387000.00\",\"ends_on\":"), "{text}");
        let late = clerk.send(clerk.request("PUT", &path).json(&plan())).await;
        assert_eq!(late.refused(409), "plan_fixed");
        assert_eq!(work.post(&fix, json!({ "sha256": put["sha256"] })).await.refused(409), "plan_fixed");
    }

    async fn a_bad_item_is_named(app: TestApp) {
        let work = work(app, "national").await;
        let elsewhere = work.desk.app.community("别处").await.1;
        let none = json!(uuid::Uuid::now_v7());
        for (field, value) in [
            ("code", json!("X99")),
            ("quantity", json!("0")),
            ("cost", json!("-1.00")),
            ("building_id", none),
            ("building_id", json!(elsewhere)),
        ] {
            let mut bad = plan();
            bad["items"][1][field] = value;
            let refused = work.post("/plans", bad).await;
            assert_eq!(refused.refused(422), "invalid_field", "{field}");
            let pointer = refused.json()["errors"][0]["pointer"].clone();
            assert_eq!(pointer, json!(format!("/items/1/{field}")));
        }
        let mut empty = plan();
        empty["items"] = json!([]);
        assert_eq!(work.post("/plans", empty).await.refused(422), "invalid_field");
        let mut back = plan();
        back["ends_on"] = json!("2026-05-31");
        assert_eq!(work.post("/plans", back).await.refused(422), "invalid_field");
    }

    async fn two_versions_are_compared_in_plain_words(app: TestApp) {
        let work = work(app, "national").await;
        let (first, _) = work.fix(plan()).await;
        let mut changed = plan();
        changed["items"][0]["quantity"] = json!("130");
        changed["items"][1] = json!({ "code": "I14", "quantity": "1", "cost": "600000.00" });
        let (second, _) = work.fix(changed).await;
        let diff = work.get(&format!("/plans/{second}/diff?from={first}")).await;
        let told: Vec<&str> =
            diff["changes"].as_array().unwrap().iter().map(|one| one["zh"].as_str().unwrap()).collect();
        assert_eq!(told.len(), 3, "{told:?}");
        assert!(told[0].starts_with("数量变更：B01") && told[0].ends_with("120.500 → 130.000"));
        assert!(told[1].starts_with("新增：I14 加装电梯") && told[2].starts_with("取消：I03"));
        assert_eq!((&diff["cost_from"], &diff["cost_to"]), (&json!("387000.00"), &json!("960000.00")));
        let plans = work.get("/plans").await;
        assert_eq!(plans.as_array().unwrap().len(), 2);
        assert_eq!(work.get("").await["current_plan"]["number"], 2);
    }

    async fn the_database_itself_keeps_fixed_plans_pinned_policies_and_evidence(app: TestApp) {
        let work = work(app, "national").await;
        let (id, _) = work.fix(plan()).await;
        work.document("survey_report").await;
        let (id, project): (PlanVersionId, ProjectId) =
            (id.parse().unwrap(), work.project.parse().unwrap());
        let context = WriteContext::of(Actor::named("test"));
        let db = &work.desk.app.db;
        let try_it = async |run: Run| {
            let write = move |tx: &mut WriteTx<'_>| Ok(run(tx, id, project)?);
            db.write(&context, "test", write).await.is_ok()
        };
        assert!(!try_it(|tx, id, _| diesel::update(plan_versions::table.find(id))
            .set(plan_versions::funding.eq("别的")).execute(tx.conn())).await);
        assert!(!try_it(|tx, id, _| diesel::delete(plan_items::table
            .filter(plan_items::plan_version_id.eq(id))).execute(tx.conn())).await);
        assert!(!try_it(|tx, _, _| diesel::update(plan_items::table)
            .set(plan_items::mandatory.eq(false)).execute(tx.conn())).await);
        assert!(!try_it(|tx, _, _| diesel::delete(project_evidence::table).execute(tx.conn())).await);
        assert!(!try_it(|tx, _, _| diesel::update(project_evidence::table)
            .set(project_evidence::title.eq("别的")).execute(tx.conn())).await);
        assert!(!try_it(|tx, _, project| diesel::update(projects::table.find(project))
            .set(projects::policy_pack_id.eq(jiugai::kernel::PolicyPackId::new()))
            .execute(tx.conn())).await);
        // A control: what may change does.
        assert!(try_it(|tx, _, project| diesel::update(projects::table.find(project))
            .set(projects::name.eq("别的")).execute(tx.conn())).await);
    }
}
