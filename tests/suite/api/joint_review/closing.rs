//! Closing: decided once, with everything that is open named; nothing is closed by the applicant alone.

use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use jiugai::{
    kernel::JointReviewId,
    platform::{
        auth::Scope,
        db::{
            Actor, WriteContext, WriteTx,
            schema::{joint_reviews, review_opinions, review_responses},
        },
    },
    renovation::Gate,
};
use serde_json::json;

use super::{SHA, opinion, pass_what_waits, points, review, standing};
use crate::{
    api::renovation::{id_of, plan, put, work},
    db_test,
    support::TestApp,
};

db_test! {
    async fn a_case_closes_only_when_every_opinion_is_resolved_and_each_that_is_not_is_named(
        app: TestApp
    ) {
        let review = review(app).await;
        let bureau = review.work.desk.app.sign_in("bureau").await;
        review.opine("水务", json!([opinion(1, "pass", "")])).await.expect(201);
        review.opine("消防", json!([opinion(1, "pass", ""), opinion(2, "reject", "占道")])).await.expect(201);
        review.opine("供电", json!([opinion(2, "revise", "负荷不足")])).await.expect(201);
        let refused = review.close().await;
        assert_eq!(refused.refused(409), "review_unresolved");
        let problem = refused.json();
        let expected = ["城管 2 no_opinion", "消防 2 unanswered", "供电 2 unanswered",
            "住建 1 no_opinion", "住建 2 no_opinion", "规划 1 no_opinion", "规划 2 no_opinion"];
        assert_eq!(points(&problem["params"]["open_points"]), expected);
        assert!(problem["detail"].as_str().unwrap().contains("消防 2. 照明设施: 设计单位尚未答复"));
        pass_what_waits(&review.work, &review.id).await;
        // Adopted is a promise: it needs a round on the version that keeps it, or the department's word.
        let early = json!({ "answer": "adopted", "plan_number": 0 });
        assert_eq!(review.answer("供电", 2, early).await.refused(422), "invalid_field");
        let bare = json!({ "answer": "rejected", "reason": "" });
        assert_eq!(review.answer("供电", 2, bare).await.refused(422), "invalid_field");
        review.answer("供电", 2, json!({ "answer": "adopted", "plan_number": 2 })).await.expect(201);
        review.answer("消防", 2, json!({ "answer": "partly", "reason": "移位两处" })).await.expect(201);
        assert_eq!(review.open_points().await, ["消防 2 not_accepted", "供电 2 adopted_not_reviewed"]);
        assert_eq!(review.close().await.refused(409), "review_unresolved");
        // The department accepts, or an authority above both decides, with its document.
        let app = &review.work.desk.app;
        let id = id_of(&standing(&review.view().await, "供电", 2));
        let path = review.path(&format!("/opinions/{id}/acceptance"));
        let other = app.sign_in("xiaofang").await.post(&path, json!({})).await;
        assert_eq!(other.refused(403), "review_not_delegate");
        assert_eq!(review.work.clerk().await.post(&path, json!({})).await.refused(403), "forbidden");
        app.sign_in("gongdian").await.post(&path, json!({})).await.expect(201);
        let again = app.sign_in("gongdian").await.post(&path, json!({})).await;
        assert_eq!(again.refused(409), "review_opinion_conflict");
        let id = id_of(&standing(&review.view().await, "消防", 2));
        let path = review.path(&format!("/opinions/{id}/ruling"));
        let ruling = |for_plan: bool| json!({ "for_plan": for_plan, "authority": "区人民政府",
            "reason": "已现场核实", "document_sha256": SHA });
        let own = review.work.clerk().await.post(&path, ruling(true)).await;
        assert_eq!(own.refused(403), "forbidden");
        bureau.post(&path, ruling(false)).await.expect(201);
        assert_eq!(review.open_points().await, ["消防 2 must_follow"]);
        let stubborn = json!({ "answer": "rejected", "reason": "不改" });
        assert_eq!(review.answer("消防", 2, stubborn).await.refused(409), "review_opinion_conflict");
        // The department takes back what it asked for: that is no pass, and it is enough.
        review.opine("消防", json!([opinion(2, "withdrawn", "现场已整改")])).await.expect(201);
        let twice = review.opine("消防", json!([opinion(2, "withdrawn", "又一次")])).await;
        assert_eq!(twice.refused(409), "review_opinion_conflict");
        let closed = review.close().await.expect(200);
        assert_eq!((&closed["state"], &closed["commands"]), (&json!("closed"), &json!(["next_round"])));
        for (rest, body) in [
            ("/close", json!({})),
            ("/invitations", json!({ "department": "园林", "reason": "补充" })),
        ] {
            assert_eq!(review.post(rest, body).await.refused(409), "review_state_conflict");
        }
        let late = review.opine("消防", json!([opinion(2, "reject", "太迟")])).await;
        assert_eq!(late.refused(409), "review_state_conflict");
    }

    async fn an_authority_rules_where_the_department_does_not_accept(app: TestApp) {
        let review = review(app).await;
        review.opine("消防", json!([opinion(2, "reject", "占道")])).await.expect(201);
        pass_what_waits(&review.work, &review.id).await;
        let id = id_of(&standing(&review.view().await, "消防", 2));
        let path = review.path(&format!("/opinions/{id}/ruling"));
        let ruling = json!({ "for_plan": true, "authority": "区人民政府", "reason": "不占道",
            "document_sha256": SHA });
        let bureau = review.work.desk.app.sign_in("bureau").await;
        let early = bureau.post(&path, ruling.clone()).await;
        assert_eq!(early.refused(409), "review_opinion_conflict", "before the designer answered");
        // Whoever answered does not record the ruling.
        let own = json!({ "answer": "rejected", "reason": "净宽满足" });
        bureau.post(&review.path(&format!("/opinions/{id}/answer")), own).await.expect(201);
        assert_eq!(bureau.post(&path, ruling.clone()).await.refused(409), "same_clerk");
        let scopes = [("housing_bureau", Scope::Division("330203".to_owned()))];
        let second = review.work.desk.app.staff("second", &scopes).await;
        second.post(&path, ruling).await.expect(201);
        let view = review.view().await;
        let responses = standing(&view, "消防", 2)["responses"].clone();
        assert_eq!((&responses[1]["kind"], &responses[1]["authority"], &responses[1]["by"]),
            (&json!("ruled_for_plan"), &json!("区人民政府"), &json!("second")));
        assert_eq!(view["open_points"], json!([]));
        review.close().await.expect(200);
    }

    async fn a_department_added_later_keeps_the_case_open_and_its_second_opinion_closes_nobody_elses(
        app: TestApp
    ) {
        let review = review(app).await;
        pass_what_waits(&review.work, &review.id).await;
        assert_eq!(review.open_points().await, Vec::<String>::new());
        let wish = json!({ "department": "园林", "reason": "古树名木" });
        review.post("/invitations", wish.clone()).await.expect(201);
        assert_eq!(review.post("/invitations", wish).await.refused(409), "already_exists");
        assert_eq!(review.open_points().await, ["园林 1 no_opinion", "园林 2 no_opinion"]);
        assert_eq!(review.close().await.refused(409), "review_unresolved");
        // 园林 and 消防 both object; 园林 speaks again; 消防's opinion is untouched by it.
        review.opine("园林", json!([opinion(1, "revise", "避让树木"), opinion(2, "reject", "光害")]))
            .await.expect(201);
        review.opine("消防", json!([opinion(2, "reject", "占道")])).await.expect(201);
        review.opine("园林", json!([opinion(1, "pass", ""), opinion(2, "pass", "已沟通")])).await.expect(201);
        assert_eq!(review.open_points().await, ["消防 2 unanswered"]);
        assert_eq!(review.close().await.refused(409), "review_unresolved");
        // An opinion that was replaced is answered no more, and is kept.
        let said = review.get("/opinions?round=1").await;
        let old = said.as_array().unwrap().iter()
            .find(|one| one["department"] == "园林" && one["verdict"] == "revise").unwrap();
        let path = format!("/opinions/{}/answer", id_of(old));
        let refused = review.post(&path, json!({ "answer": "rejected", "reason": "x" })).await;
        assert_eq!(refused.refused(409), "review_opinion_conflict");
        let nothing = format!("/opinions/{}/answer", uuid::Uuid::now_v7());
        let refused = review.post(&nothing, json!({ "answer": "rejected", "reason": "x" })).await;
        assert_eq!(refused.refused(404), "not_found");
        review.opine("消防", json!([opinion(2, "pass", "")])).await.expect(201);
        review.close().await.expect(200);
    }

    async fn a_gate_needs_the_closed_review_of_the_current_plan_and_a_document_does_not_do(app: TestApp) {
        let work = work(app, "national").await;
        let (first, _) = work.fix(plan()).await;
        work.document("survey_report").await;
        work.survey("wish", (Gate::Include, 7, 10)).await;
        put(&work.desk.app, &work.project, "designed").await;
        work.refused(&[("review", "review_not_opened")]).await;
        let document = json!({ "kind": "document", "document": { "title": "纪要", "sha256": SHA } });
        assert_eq!(work.evidence("review", document).await.refused(422), "invalid_field");
        super::name_delegates(&work).await;
        let id = id_of(&work.open_review(&first, json!({})).await.expect(201));
        work.refused(&[("review", "review_open")]).await;
        pass_what_waits(&work, &id).await;
        let path = format!("{}/{id}", super::PATH);
        work.clerk().await.post(&format!("{path}/close"), json!({})).await.expect(200);
        let ready = work.get("/readiness").await;
        let found = ready["requirements"].as_array().unwrap();
        let review = found.iter().find(|one| one["requirement"] == "review").unwrap();
        assert_eq!((&ready["ready"], &review["link"]), (&json!(true), &json!(path)));
        // Another version: the closed state is none of it.
        let mut changed = plan();
        changed["items"][1]["quantity"] = json!("17");
        let (second, _) = work.fix(changed).await;
        work.refused(&[("review", "plan_changed")]).await;
        let view = work.open_review(&second, json!({})).await.expect(201);
        assert_eq!((&view["id"], &view["state"]), (&json!(id), &json!("open")));
        work.refused(&[("review", "review_open")]).await;
        pass_what_waits(&work, &id).await;
        work.clerk().await.post(&format!("{path}/close"), json!({})).await.expect(200);
        work.advance("reviewed").await;
    }

    async fn clashes_meetings_and_the_consolidated_list_are_shown(app: TestApp) {
        let review = review(app).await;
        let wants = |item: i32, verdict: &str, wants: &str| json!({ "item": item, "verdict": verdict,
            "wants": wants, "text": "见附件" });
        review.opine("消防", json!([wants(2, "revise", "widen"), opinion(1, "pass", "")])).await.expect(201);
        review.opine("规划", json!([wants(2, "revise", "narrow"), opinion(1, "pass", "")])).await.expect(201);
        review.opine("城管", json!([wants(2, "reject", "remove")])).await.expect(201);
        review.opine("住建", json!([wants(2, "pass", "keep")])).await.expect(201);
        let view = review.view().await;
        let pairs: Vec<String> = view["clashes"].as_array().unwrap().iter()
            .map(|one| format!("{}-{}", one["one"].as_str().unwrap(), one["other"].as_str().unwrap()))
            .collect();
        assert_eq!(pairs, ["城管-住建", "消防-规划"]);
        let meeting = json!({ "held_on": "2026-03-02", "place": "区住建局三楼", "participants": "城管、消防",
            "summary": "灯杆移位", "minutes_sha256": SHA });
        let mut ahead = meeting.clone();
        ahead["held_on"] = json!("2026-03-20");
        assert_eq!(review.post("/meetings", ahead).await.refused(422), "invalid_field");
        let kept = review.post("/meetings", meeting).await.expect(201);
        assert_eq!((&kept["meetings"][0]["round"], &kept["meetings"][0]["recorded_by"]),
            (&json!(1), &json!("clerk")));
        review.answer("城管", 2, json!({ "answer": "partly", "reason": "=减半" })).await.expect(201);
        let list = review.work.clerk().await.get(&review.path("/list.csv")).await;
        assert_eq!(list.status, 200);
        let lines: Vec<&str> = list.text.lines().collect();
        assert_eq!(lines.len(), 10, "{}", list.text);
        let line = lines.iter().find(|line| line.contains("城管")).unwrap();
        assert!(line.starts_with("1,2,I03,照明设施,小区 · community,城管,本轮,不同意,取消,见附件,,"), "{line}");
        assert!(line.contains("部分采纳 =减半"), "{line}");
    }

    async fn nothing_that_was_said_can_be_changed_or_deleted_past_the_api(app: TestApp) {
        let review = review(app).await;
        review.opine("水务", json!([opinion(1, "reject", "管径")])).await.expect(201);
        review.answer("水务", 1, json!({ "answer": "rejected", "reason": "已算" })).await.expect(201);
        type Run = fn(&mut WriteTx<'_>) -> diesel::QueryResult<usize>;
        let runs: [(&str, Run); 4] = [
            ("verdict", |tx| diesel::update(review_opinions::table)
                .set(review_opinions::text.eq("x")).execute(tx.conn())),
            ("delete", |tx| diesel::delete(review_opinions::table).execute(tx.conn())),
            ("answer", |tx| diesel::update(review_responses::table)
                .set(review_responses::reason.eq("x")).execute(tx.conn())),
            ("case", |tx| diesel::delete(joint_reviews::table).execute(tx.conn())),
        ];
        let db = &review.work.desk.app.db;
        let context = WriteContext::of(Actor::named("test"));
        for (name, run) in runs {
            let tried = db.write(&context, "test", move |tx| Ok(run(tx)?)).await;
            assert!(tried.is_err(), "{name}");
        }
        // The control: what may change does.
        let id: JointReviewId = review.id.parse().unwrap();
        let moved = db.write(&context, "test", move |tx| {
            let found = joint_reviews::table.filter(joint_reviews::id.eq(id));
            Ok(diesel::update(found).set(joint_reviews::version.eq(9)).execute(tx.conn())?)
        });
        assert_eq!(moved.await.unwrap(), 1);
    }
}
