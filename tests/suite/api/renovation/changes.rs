//! What was met and is not any more; what a plan may change; what residents chose.

use diesel::{ExpressionMethods, RunQueryDsl};
use jiugai::{
    kernel::{EvidenceId, PlanVersionId, ProjectId, ReferenceId},
    platform::db::{Actor, WriteContext, WriteTx, schema::project_evidence},
    renovation::{Gate, GateAnswer},
};
use serde_json::{Value, json};

use super::{PROJECTS, Work, id_of, plan, put, settle, work};
use crate::{
    api::survey::desk,
    db_test,
    support::{Client, TestApp, flats, phone},
};

/// How a requirement of the next stage stands.
async fn finding(work: &Work, key: &str) -> Value {
    let readiness = work.get("/readiness").await;
    let found = readiness["requirements"].as_array().unwrap();
    found.iter().find(|one| one["requirement"] == key).unwrap().clone()
}

/// A project before its approval whose plan the owners voted for.
async fn voted(app: TestApp, policy: &str) -> (Work, String) {
    let mut work = work(app, policy).await;
    let (plan, _) = work.fix(plan()).await;
    put(&work.desk.app, &work.project, "reviewed").await;
    work.draft_vote(&[&plan]).await;
    work.link_vote("plan_vote").await.expect(201);
    work.decide().await;
    assert_eq!(finding(&work, "plan_vote").await["met"], true);
    (work, plan)
}

/// A fixed plan and a vote on it with two items, either of which could decide.
async fn two_items(app: TestApp) -> (Work, String) {
    let mut work = work(app, "ningbo").await;
    let (plan, _) = work.fix(plan()).await;
    let item = |title: &str| json!({ "title": title, "matters": ["7"] });
    let body = json!({ "title": "两项表决", "community_id": work.desk.community,
        "items": [item("改造方案"), item("拆除围墙")] });
    let vote = work.clerk().await.post("/api/v1/votes", body).await.expect(201);
    work.desk.vote = id_of(&vote);
    work.desk.items = (0..2).map(|at| id_of(&vote["items"][at])).collect();
    work.attach(&plan).await;
    (work, plan)
}

/// Keeps the vote as evidence as it was kept before an item was named.
async fn link_without_item(work: &Work, plan: &str) {
    let project: ProjectId = work.project.parse().unwrap();
    let vote: ReferenceId = work.desk.vote.parse().unwrap();
    let plan: PlanVersionId = plan.parse().unwrap();
    let write = move |tx: &mut WriteTx<'_>| {
        let row = (
            project_evidence::id.eq(EvidenceId::new()),
            project_evidence::project_id.eq(project),
            project_evidence::requirement.eq("plan_vote"),
            project_evidence::kind.eq("confirmed_vote"),
            project_evidence::reference_id.eq(vote),
            project_evidence::plan_version_id.eq(plan),
            project_evidence::recorder_name.eq("clerk"),
            project_evidence::recorded_at.eq(tx.legal_now()),
        );
        diesel::insert_into(project_evidence::table).values(row).execute(tx.conn())?;
        Ok(())
    };
    let context = WriteContext::of(Actor::named("test"));
    work.desk.app.db.write(&context, "test", write).await.unwrap();
}

/// A plan whose lamps cost this.
fn with_lamps(cost: &str) -> Value {
    let mut changed = plan();
    changed["items"][1]["cost"] = json!(cost);
    changed
}

/// A closed survey of five households that asked what to renovate: four chose pipes, two lamps.
async fn asked(app: TestApp) -> (crate::api::survey::Desk, String) {
    let desk = desk(app, &flats(5, "100.00")).await;
    let option = |key: &str, text: &str| json!({ "key": key, "text": text });
    let questions = json!([{ "key": "menu", "text": "改什么？", "kind": "multiple", "most": 3,
        "options": [option("i03", "路灯"), option("b01", "供水"), option("other", "其他")] }]);
    let version = desk.version("wishes", questions).await;
    let made = desk.first.post("/api/v1/surveys", desk.body(&version)).await.expect(201);
    let survey = made["survey_id"].as_str().unwrap().to_owned();
    desk.open(&survey).await.expect(200);
    let homes = desk.homes(&survey).await;
    for (home, chosen) in homes.iter().zip([["b01", "i03"], ["b01", "i03"], ["b01", "other"]]) {
        desk.answer(home, json!({ "menu": chosen })).await.expect(201);
    }
    desk.answer(&homes[3], json!({ "menu": ["b01"] })).await.expect(201);
    (desk, survey)
}

/// Opens a project of the community.
async fn opened(clerk: &Client, community: jiugai::kernel::CommunityId) -> String {
    let body = json!({ "community_id": community, "policy": "ningbo", "name": "幸福里改造" });
    let project = id_of(&clerk.post(PROJECTS, body).await.expect(201));
    format!("{PROJECTS}/{project}")
}

db_test! {
    async fn a_pack_of_another_division_is_not_pinned(app: TestApp) {
        let work = work(app, "national").await;
        let body = |policy: &str| {
            json!({ "community_id": work.desk.community, "policy": policy, "name": "二期" })
        };
        let clerk = work.clerk().await;
        let refused = clerk.post(PROJECTS, body("hebei")).await;
        assert_eq!(refused.refused(409), "policy_elsewhere");
        assert_eq!(refused.json()["params"],
            json!({ "division_code": "330203001001", "divisions": "13" }));
        clerk.post(PROJECTS, body("ningbo")).await.expect(201);
    }

    async fn what_was_met_at_an_earlier_gate_must_still_hold_at_the_next(app: TestApp) {
        let work = work(app, "hebei").await;
        work.document("survey_report").await;
        work.advance("surveyed").await;
        let id: ReferenceId = work.desk.app.surveys.add(work.answer(Gate::Include, 8, 10));
        let proof = json!({ "kind": "survey", "survey_id": id });
        work.evidence("g1_include", proof).await.expect(201);
        work.advance("consented").await;
        work.survey("g2_consult", (Gate::Consult, 9, 9)).await;
        work.fix(plan()).await;
        assert_eq!(work.get("/readiness").await["ready"], true);
        // The survey that opened the gate before is voided, the report withdrawn.
        let failed = GateAnswer { holds: false, ..work.answer(Gate::Include, 8, 10) };
        work.desk.app.surveys.set(id, failed);
        work.refused(&[("g1_include", "survey_failed")]).await;
        let report = id_of(&work.get("/evidence").await[0]);
        let path = format!("/evidence/{report}/withdraw");
        work.post(&path, json!({ "reason": "报告有误" })).await.expect(201);
        work.refused(&[("survey_report", "no_evidence"), ("g1_include", "survey_failed")]).await;
        work.document("survey_report").await;
        work.survey("g1_include", (Gate::Include, 8, 10)).await;
        work.advance("designed").await;
    }

    async fn a_vote_that_a_court_annulled_opens_no_gate(app: TestApp) {
        let (work, _) = voted(app, "ningbo").await;
        let path = work.desk.path("/challenges");
        let mut challenge = json!({ "court": "示例区人民法院", "case_number": "（2026）民初 1 号",
            "filed_on": "2026-03-01" });
        let clerk = work.clerk().await;
        clerk.post(&path, challenge.clone()).await.expect(201);
        assert_eq!(finding(&work, "plan_vote").await["met"], true);
        challenge["annuls"] = json!(true);
        let clerk = work.clerk().await;
        let silent = clerk.post(&path, challenge.clone()).await;
        assert_eq!(silent.refused(422), "invalid_field");
        challenge["outcome"] = json!("撤销表决");
        clerk.post(&path, challenge).await.expect(201);
        let told = finding(&work, "plan_vote").await;
        assert_eq!((&told["met"], &told["reason"]), (&json!(false), &json!("vote_not_passed")));
    }

    async fn a_small_change_order_keeps_the_vote_and_a_larger_one_asks_for_another(app: TestApp) {
        let (work, first) = voted(app, "ningbo").await;
        // A twentieth of 387,000 is 19,350.
        let (second, _) = work.fix(with_lamps("46350.00")).await;
        assert_eq!(finding(&work, "plan_vote").await["met"], true);
        let diff = work.get(&format!("/plans/{second}/diff?from={first}")).await;
        let order = &diff["change_order"];
        assert_eq!((&order["is_small"], &order["changed"], &order["limit"]),
            (&json!(true), &json!("19350.00"), &json!("1/20")));
        let (third, _) = work.fix(with_lamps("46350.01")).await;
        let told = finding(&work, "plan_vote").await;
        assert_eq!((&told["met"], &told["reason"]), (&json!(false), &json!("plan_changed")));
        let diff = work.get(&format!("/plans/{third}/diff?from={first}")).await;
        assert_eq!(diff["change_order"]["is_small"], false);
        assert!(diff["change_order"]["reasons"][0]["zh"].as_str().unwrap().contains("造价变更"));
        // Many small steps are weighed against what was voted on, not against each other.
        let small = work.get(&format!("/plans/{third}/diff?from={second}")).await;
        assert_eq!(small["change_order"]["is_small"], true);
    }

    async fn where_several_items_fit_the_deciding_one_is_named(app: TestApp) {
        let (work, _) = two_items(app).await;
        let unnamed = work.link_vote("plan_vote").await;
        assert_eq!(unnamed.refused(422), "invalid_field");
        assert_eq!(unnamed.json()["errors"][0]["pointer"], "/proof/item_id");
        let named = json!({ "kind": "vote", "vote_id": work.desk.vote, "item_id": work.desk.items[0] });
        let kept = work.evidence("plan_vote", named).await.expect(201);
        assert_eq!(kept["item_id"], json!(work.desk.items[0]));
        let other = json!({ "kind": "vote", "vote_id": work.desk.vote, "item_id": uuid::Uuid::now_v7() });
        assert_eq!(work.evidence("plan_vote", other).await.refused(422), "invalid_field");
    }

    async fn old_evidence_that_names_no_item_is_missing_until_it_is_recorded_anew(app: TestApp) {
        let (work, plan) = two_items(app).await;
        put(&work.desk.app, &work.project, "reviewed").await;
        link_without_item(&work, &plan).await;
        let told = finding(&work, "plan_vote").await;
        assert_eq!((&told["met"], &told["reason"]), (&json!(false), &json!("item_not_named")));
        assert!(told["message"].as_str().unwrap().contains("record it anew"), "{told}");
        let answer = work.post("/advance", json!({})).await;
        assert_eq!(answer.refused(409), "project_not_ready");
        let named = json!({ "kind": "vote", "vote_id": work.desk.vote, "item_id": work.desk.items[1] });
        work.evidence("plan_vote", named).await.expect(201);
        assert_eq!(finding(&work, "plan_vote").await["reason"], "vote_not_confirmed");
    }

    async fn pledges_are_those_of_the_register_and_all_kinds_must_stand(app: TestApp) {
        let work = work(app, "beijing").await;
        put(&work.desk.app, &work.project, "in_library").await;
        let told = finding(&work, "pledges").await;
        assert_eq!((&told["have"], &told["reason"]), (&json!("0/3"), &json!("share_too_low")));
        let path = format!("/api/v1/communities/{}/pledges", work.desk.community);
        let kinds =
            ["cooperate", "remove_illegal_structures", "pay_property_fee", "deposit_repair_fund"];
        for n in 1..=2 {
            let owner = work.desk.app.owner(&phone(n)).await;
            for kind in kinds {
                let told = finding(&work, "pledges").await;
                assert_eq!(told["have"], json!(format!("{}/3", n - 1)), "{n} {kind}");
                owner.post(&path, json!({ "kind": kind, "state": "given" })).await.expect(201);
            }
        }
        let told = finding(&work, "pledges").await;
        assert_eq!((&told["have"], &told["met"]), (&json!("2/3"), &json!(true)));
        let owner = work.desk.app.owner(&phone(1)).await;
        let back = json!({ "kind": "cooperate", "state": "withdrawn" });
        owner.post(&path, back).await.expect(201);
        assert_eq!(finding(&work, "pledges").await["have"], "1/3");
    }

    async fn what_residents_chose_enters_the_plan_with_the_numbers_behind_it(app: TestApp) {
        let (mut desk, survey) = asked(app).await;
        settle(&desk.app, desk.community, "ningbo").await;
        let path = opened(&desk.first, desk.community).await;
        let menu = format!("{path}/menu?survey_id={survey}");
        assert_eq!(desk.first.get(&menu).await.refused(422), "invalid_field");
        desk.after_the_close().await;
        let lines = desk.first.get(&menu).await.expect(200);
        let told: Vec<_> = lines.as_array().unwrap().iter()
            .map(|line| (line["code"].as_str().unwrap(), line["in_favour"].as_u64().unwrap()))
            .collect();
        assert_eq!(told, [("B01", 4), ("I03", 2)]);
        assert_eq!((&lines[0]["answered"], &lines[0]["households"]), (&json!(4), &json!(5)));
        let by = |question: &str| json!({ "kind": "survey", "survey_id": survey, "question": question });
        let mut content = plan();
        content["items"][0]["chosen_by"] = by("elsewhere");
        let refused = desk.first.post(&format!("{path}/plans"), content.clone()).await;
        assert_eq!(refused.json()["errors"][0]["pointer"], "/items/0/chosen_by");
        content["items"][0]["chosen_by"] = by("menu");
        let draft = desk.first.post(&format!("{path}/plans"), content).await.expect(201);
        let items = &draft["document"]["items"];
        assert_eq!(items[0]["chosen"], json!({ "by": by("menu"), "in_favour": 4, "of": 5 }));
        assert_eq!(items[1].get("chosen"), None);
    }

    async fn an_item_that_owners_voted_for_names_their_heads_and_one_they_refused_is_refused(
        app: TestApp
    ) {
        let (work, _) = voted(app, "ningbo").await;
        let by = json!({ "kind": "vote", "vote_id": work.desk.vote, "item_id": work.desk.items[0] });
        let mut content = plan();
        content["items"][0]["chosen_by"] = by.clone();
        let draft = work.post("/plans", content.clone()).await.expect(201);
        let chosen = &draft["document"]["items"][0]["chosen"];
        assert_eq!(chosen, &json!({ "by": by, "in_favour": 3, "of": 3 }));
        let item = &mut content["items"][0]["chosen_by"]["item_id"];
        *item = json!(uuid::Uuid::now_v7());
        let clerk = work.clerk().await;
        let path = work.path(&format!("/plans/{}", id_of(&draft)));
        let refused = clerk.send(clerk.request("PUT", &path).json(&content)).await;
        assert_eq!(refused.refused(422), "invalid_field");
    }
}
