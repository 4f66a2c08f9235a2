//! Gates: each tried too early and refused, whoever asks; a plan that was changed is caught.

use jiugai::{
    platform::auth::Scope,
    renovation::{Gate, GateAnswer},
};
use serde_json::json;

use super::{Work, id_of, plan, project, put, sha256, work};
use crate::{
    db_test,
    support::{TestApp, flats},
};

/// Up to the plan's vote, every gate tried too early.
async fn to_the_vote(work: &mut Work) -> (String, String) {
    work.refused(&[("survey_report", "no_evidence")]).await;
    work.document("survey_report").await;
    work.advance("surveyed").await;
    // G1: 7 of 10 is too little, 8 of 10 is enough.
    work.refused(&[("g1_include", "no_survey_linked")]).await;
    work.survey("g1_include", (Gate::Include, 7, 10)).await;
    work.refused(&[("g1_include", "share_too_low")]).await;
    work.survey("g1_include", (Gate::Include, 8, 10)).await;
    work.advance("consented").await;
    // G2: the survey must be closed, and of this gate.
    work.survey("g2_consult", (Gate::Include, 9, 10)).await;
    work.refused(&[("g2_consult", "other_survey"), ("plan", "plan_not_fixed")]).await;
    let open = GateAnswer { is_closed: false, ..work.answer(Gate::Consult, 8, 8) };
    let survey = work.desk.app.surveys.add(open);
    let proof = json!({ "kind": "survey", "survey_id": survey });
    work.evidence("g2_consult", proof).await.expect(201);
    work.refused(&[("g2_consult", "survey_open"), ("plan", "plan_not_fixed")]).await;
    work.desk.app.surveys.set(survey, work.answer(Gate::Consult, 8, 8));
    let (plan, sha) = work.fix(plan()).await;
    work.advance("designed").await;
    work.refused(&[("review", "review_not_opened")]).await;
    work.review(&plan).await;
    work.advance("reviewed").await;
    (plan, sha)
}

db_test! {
    async fn a_hebei_project_is_led_from_applied_to_accepted_and_each_gate_is_tried_too_early(
        app: TestApp
    ) {
        let mut work = work(app, "hebei").await;
        let (plan, sha) = to_the_vote(&mut work).await;
        work.refused(&[("g2b_adopt", "no_survey_linked"), ("plan_vote", "no_evidence")]).await;
        work.survey("g2b_adopt", (Gate::Adopt, 8, 9)).await;
        // A vote without the plan among its materials is none on it.
        work.draft_vote(&[]).await;
        let bare = work.link_vote("plan_vote").await;
        assert_eq!(bare.refused(409), "plan_not_in_vote");
        assert_eq!(bare.json()["params"]["reason"], "plan_not_in_vote");
        assert_eq!(work.attach(&plan).await, sha);
        work.link_vote("plan_vote").await.expect(201);
        work.refused(&[("plan_vote", "vote_not_confirmed")]).await;
        work.decide().await;
        let readiness = work.get("/readiness").await;
        assert_eq!((&readiness["ready"], &readiness["next_stage"]), (&json!(true), &json!("approved")));
        let vote = readiness["requirements"].as_array().unwrap().iter()
            .find(|one| one["requirement"] == "plan_vote").unwrap();
        assert_eq!((&vote["clause"], &vote["basis"]), (&json!("民法典 278(7)"), &json!("law")));
        assert_eq!(vote["evidence"]["link"], json!(work.desk.path("")));
        assert_eq!(vote["by"], "业主 · owners");
        work.advance("approved").await;
        for (key, stage) in
            [("approval", "in_library"), ("programme", "in_programme"), ("start", "building")]
        {
            work.refused(&[(key, "no_evidence")]).await;
            work.document(key).await;
            work.advance(stage).await;
        }
        // G3: of the answers, with a floor of coverage.
        work.document("acceptance").await;
        work.survey("g3_accept", (Gate::Accept, 7, 7)).await;
        work.refused(&[("g3_accept", "coverage_too_low")]).await;
        work.survey("g3_accept", (Gate::Accept, 7, 9)).await;
        work.refused(&[("g3_accept", "share_too_low")]).await;
        work.survey("g3_accept", (Gate::Accept, 8, 10)).await;
        work.advance("accepted").await;
        work.document("warranty").await;
        work.advance("in_warranty").await;
        work.document("handover").await;
        work.advance("maintained").await;
        let over = work.post("/advance", json!({})).await;
        assert_eq!(over.refused(409), "project_state_conflict");
        let view = work.get("").await;
        let steps = view["steps"].as_array().unwrap();
        assert_eq!((steps.len(), &view["commands"]), (12, &json!([])));
        assert!(steps[5]["met"].as_array().unwrap().iter().all(|one| one["met"] == true));
        assert_eq!((&view["policy"]["key"], &view["current_plan"]["sha256"]), (&json!("hebei"), &json!(sha)));
    }

    async fn a_plan_that_was_changed_after_the_vote_is_caught_and_nobody_goes_round_it(app: TestApp) {
        let mut work = work(app, "national").await;
        work.document("survey_report").await;
        work.advance("surveyed").await;
        work.survey("wish", (Gate::Include, 7, 10)).await;
        work.advance("consented").await;
        let (first, _) = work.fix(plan()).await;
        work.advance("designed").await;
        work.review(&first).await;
        work.advance("reviewed").await;
        work.draft_vote(&[&first]).await;
        work.link_vote("plan_vote").await.expect(201);
        work.decide().await;
        work.advance("approved").await;
        work.document("approval").await;
        assert_eq!(work.get("/readiness").await["ready"], true);
        // One lamp fewer, and the owners' yes is no yes to it.
        let mut changed = plan();
        changed["items"][1]["quantity"] = json!("17");
        let (second, sha) = work.fix(changed).await;
        work.refused(&[("review", "plan_changed"), ("plan_vote", "plan_changed")]).await;
        let again = work.link_vote("plan_vote").await;
        assert_eq!(again.refused(409), "plan_not_in_vote");
        assert_eq!(again.json()["params"]["sha256"], json!(sha));
        // Neither the administrator nor somebody with every role passes.
        let app = &work.desk.app;
        let administrator = app.administrator().await;
        let refused = administrator.post(&work.path("/advance"), json!({})).await;
        assert_eq!(refused.refused(403), "forbidden");
        let roles = ["administrator", "housing_bureau", "street_office", "community_clerk"];
        let roles: Vec<_> = roles.iter().map(|role| match *role {
            "administrator" | "housing_bureau" => (*role, Scope::Everything),
            role => (role, Scope::Community(work.desk.community)),
        }).collect();
        let mighty = app.staff("mighty", &roles).await;
        let refused = mighty.post(&work.path("/advance"), json!({})).await;
        assert_eq!(refused.refused(409), "project_not_ready");
        // A vote whose roll was frozen before the plan was fixed is none on it either.
        work.draft_vote(&[]).await;
        work.post("/plans", plan()).await.expect(201);
        let clerk = work.clerk().await;
        clerk.post(&work.desk.path("/freeze-roll"), json!({})).await.expect(200);
        work.desk.app.clock.advance(chrono::TimeDelta::minutes(1));
        let plans = work.get("/plans").await;
        let (third, sha) = (id_of(&plans[2]), plans[2]["sha256"].as_str().unwrap());
        work.post(&format!("/plans/{third}/fix"), json!({ "sha256": sha })).await.expect(200);
        work.attach(&third).await;
        let early = work.link_vote("plan_vote").await;
        assert_eq!(early.json()["params"]["reason"], "roll_frozen_too_early");
        drop(second);
    }

    async fn a_publicity_runs_to_its_last_working_day_and_begins_when_it_is_recorded(app: TestApp) {
        let work = work(app, "wuhan").await;
        work.fix(plan()).await;
        put(&work.desk.app, &work.project, "reviewed").await;
        let at = |day: &str| json!({ "kind": "publicity", "starts_on": day, "place": "小区公告栏" });
        let past = work.evidence("plan_publicity", at("2026-03-01")).await;
        assert_eq!(past.refused(422), "invalid_field");
        work.evidence("plan_publicity", at("2026-03-07")).await.expect(201);
        let of = |view: &serde_json::Value| view["requirements"].as_array().unwrap().iter()
            .find(|one| one["requirement"] == "plan_publicity").unwrap().clone();
        // Seven days from Saturday the 7th end on Saturday the 14th; so on Monday the 16th at 24:00.
        let running = of(&work.get("/readiness").await);
        assert_eq!((&running["reason"], &running["earliest"]),
            (&json!("publicity_running"), &json!("2026-03-17")));
        work.desk.app.clock.advance(chrono::TimeDelta::days(14));
        assert_eq!(of(&work.get("/readiness").await)["met"], false);
        work.desk.app.clock.advance(chrono::TimeDelta::hours(15));
        assert_eq!(of(&work.get("/readiness").await)["met"], true);
    }

    async fn if_we_publish_on_monday_is_answered_for_every_requirement_ahead(app: TestApp) {
        let work = work(app, "zhuhai-chengdu").await;
        let found = work.get("/timeline?publish_on=2026-03-09").await;
        let entries = found["entries"].as_array().unwrap();
        let of = |key: &str| entries.iter().find(|one| one["requirement"] == key).unwrap();
        let vote = of("plan_vote");
        assert_eq!((&vote["starts_on"], &vote["opens_on"]), (&json!("2026-03-09"), &json!("2026-03-25")));
        let after = of("plan_publicity");
        assert_eq!(after["starts_on"], vote["earliest"]);
        assert!(after["earliest"].as_str() > vote["earliest"].as_str());
        assert_eq!((&of("start")["earliest"], &found["next_stage"]), (&json!(null), &json!("surveyed")));
        let clerk = work.clerk().await;
        for (day, code, status) in
            [("2026-03-01", "invalid_field", 422), ("2026-12-28", "calendar_missing", 422)]
        {
            let answer = clerk.get(&work.path(&format!("/timeline?publish_on={day}"))).await;
            assert_eq!(answer.status, status, "{}", answer.text);
            assert_eq!(answer.json()["code"], code);
        }
    }

    async fn evidence_fits_its_requirement_and_is_withdrawn_by_another_row(app: TestApp) {
        let mut work = work(app, "beijing").await;
        let document = json!({ "title": "申请", "number": "京建〔2026〕1号", "sha256": sha256("a") });
        let paper = json!({ "kind": "document", "document": document });
        for (key, proof, field) in [
            ("nothing", paper.clone(), "/requirement"),
            ("wish", paper.clone(), "/proof/kind"),
            ("plan", paper.clone(), "/proof/kind"),
            ("application", json!({ "kind": "document", "document": { "title": "x", "sha256": "AA" } }),
                "/proof/sha256"),
            ("pledges", paper.clone(), "/proof/kind"),
            ("management", json!({ "kind": "management_model", "model": "property_company" }),
                "/proof/vote_id"),
            ("wish", json!({ "kind": "vote", "vote_id": uuid::Uuid::now_v7() }), "/proof/vote_id"),
        ] {
            let refused = work.evidence(key, proof).await;
            assert_eq!(refused.refused(422), "invalid_field", "{key}");
            assert_eq!(refused.json()["errors"][0]["pointer"], field, "{key}");
        }
        let vote = json!({ "kind": "vote", "vote_id": uuid::Uuid::now_v7() });
        let unfixed = work.evidence("plan_vote", vote).await;
        assert_eq!(unfixed.refused(409), "plan_not_fixed");
        // A vote of another community is none of this one.
        let own = work.desk.community;
        work.desk.community = work.desk.app.register("别处小区", &flats(3, "100.00")).await;
        let clerk = work.desk.app.clerk("elsewhere", work.desk.community).await;
        let body = json!({ "title": "别处", "community_id": work.desk.community,
            "items": [{ "title": "改造", "matters": ["7"] }] });
        work.desk.vote = id_of(&clerk.post("/api/v1/votes", body).await.expect(201));
        assert_eq!(work.link_vote("wish").await.refused(422), "invalid_field");
        work.desk.community = own;
        // Recorded, withdrawn, and both rows stay.
        work.document("survey_report").await;
        let kept = work.evidence("application", paper).await.expect(201);
        assert_eq!((&kept["recorded_by"], &kept["number"]), (&json!("clerk"), &json!("京建〔2026〕1号")));
        work.advance("surveyed").await;
        let path = format!("/evidence/{}/withdraw", id_of(&kept));
        let reason = json!({ "reason": "编号有误" });
        let withdrawn = work.post(&path, reason.clone()).await.expect(201);
        assert_eq!(withdrawn["withdraws"], kept["id"]);
        assert_eq!(work.post(&path, reason.clone()).await.refused(409), "already_exists");
        let twice = format!("/evidence/{}/withdraw", id_of(&withdrawn));
        assert_eq!(work.post(&twice, reason).await.refused(404), "not_found");
        let rows = work.get("/evidence").await;
        assert_eq!(rows.as_array().unwrap().len(), 3);
        // The gate that was passed keeps what it rested on; the one withdrawn opens no gate.
        put(&work.desk.app, &work.project, "applied").await;
        work.refused(&[("application", "no_evidence")]).await;
        let steps = work.get("").await["steps"].clone();
        assert_eq!(steps[1]["met"][0]["evidence"]["evidence_id"], kept["id"]);
    }

    async fn a_project_is_suspended_resumed_withdrawn_or_substituted_and_passes_no_gate_by_it(
        app: TestApp
    ) {
        let work = work(app, "ningbo").await;
        let reason = json!({ "reason": "等待资金" });
        let suspended = work.post("/suspend", reason.clone()).await.expect(200);
        assert_eq!((&suspended["stage"], &suspended["resume_stage"], &suspended["reason"]),
            (&json!("suspended"), &json!("applied"), &json!("等待资金")));
        let refused = work.post("/advance", json!({})).await;
        assert_eq!(refused.refused(409), "project_state_conflict");
        assert_eq!(work.get("/readiness").await["ready"], false);
        // Somebody who saw an older version changes nothing.
        let clerk = work.clerk().await;
        let stale = clerk.request("POST", &work.path("/resume")).header("If-Match", "\"1\"");
        let stale = clerk.send(stale.json(&reason)).await;
        assert_eq!(stale.refused(412), "precondition_failed");
        let resumed = clerk.request("POST", &work.path("/resume")).header("If-Match", "\"2\"");
        let resumed = clerk.send(resumed.json(&reason)).await.expect(200);
        assert_eq!((&resumed["stage"], &resumed["reason"]), (&json!("applied"), &json!(null)));
        let empty = work.post("/withdraw", json!({ "reason": " " })).await;
        assert_eq!(empty.refused(422), "invalid_field");
        // Substituted: only in the programme, only by another project of the library.
        let other = project(&clerk, (work.desk.community, "候补项目")).await;
        let by = |id: &str| json!({ "substitute_id": id, "reason": "业主反悔" });
        let early = work.post("/substitute", by(&other)).await;
        assert_eq!(early.refused(409), "project_state_conflict");
        put(&work.desk.app, &work.project, "in_programme").await;
        assert_eq!(work.post("/substitute", by(&work.project)).await.refused(422), "invalid_field");
        let unready = work.post("/substitute", by(&other)).await;
        assert_eq!((unready.refused(409), unready.json()["need"].clone()),
            ("project_state_conflict".to_owned(), json!("in_library")));
        put(&work.desk.app, &other, "in_library").await;
        let done = work.post("/substitute", by(&other)).await.expect(200);
        assert_eq!((&done["stage"], &done["substitute_id"]), (&json!("substituted"), &json!(other)));
        assert_eq!(work.post("/plans", plan()).await.refused(409), "project_state_conflict");
        // The other one still has its own gate before it.
        let after = clerk.post(&format!("{}/{other}/advance", super::PROJECTS), json!({})).await;
        assert_eq!(after.refused(409), "project_not_ready");
        let path = format!("{}/{other}/withdraw", super::PROJECTS);
        let withdrawn = clerk.post(&path, reason).await.expect(200);
        assert_eq!((&withdrawn["stage"], &withdrawn["commands"]), (&json!("withdrawn"), &json!([])));
    }
}
