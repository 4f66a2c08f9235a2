//! Answers on line, at the door and on paper; what is refused; nothing is rewritten.

use chrono::TimeDelta;
use jiugai::platform::{
    auth::Scope,
    db::{Actor, WriteContext},
};
use serde_json::{Value, json};

use super::{FORMS, PATH, desk, plain_questions, questions, yes};
use crate::{
    db_test,
    support::{Answer, TestApp, flats, phone},
};

fn faults(answer: &Answer) -> Vec<(String, String)> {
    let text = |fault: &Value, name: &str| fault[name].as_str().unwrap().to_owned();
    let errors = answer.json()["errors"].as_array().unwrap().clone();
    errors.iter().map(|fault| (text(fault, "pointer"), text(fault, "code"))).collect()
}

db_test! {
    async fn an_owner_answers_for_the_own_unit_and_the_same_key_answers_once(app: TestApp) {
        let desk = desk(app, &flats(2, "60.00")).await;
        let id = desk.opened("adopt").await;
        let owner = desk.app.owner(&phone(1)).await;
        let mine = owner.get("/api/v1/my-surveys").await.expect(200);
        assert_eq!((mine.as_array().unwrap().len(), &mine[0]["survey_id"]), (1, &json!(id)));
        assert_eq!((&mine[0]["household"]["code"], &mine[0]["answered"]), (&json!("1-001"), &json!(false)));
        let unit = unit_of(&desk, "1-001").await;
        let path = format!("{PATH}/{id}/answers");
        let body = json!({ "unit_id": unit, "answers": yes() });
        let kept = owner.post_once(&path, "k1", body.clone()).await.expect(201);
        let again = owner.post_once(&path, "k1", body.clone()).await;
        assert_eq!(again.expect(201), kept);
        assert_eq!(again.header("idempotent-replayed").as_deref(), Some("true"));
        assert_eq!(kept["household"]["code"], "1-001");
        let household = kept["household"]["household_id"].as_str().unwrap();
        let traces = desk.get(&format!("{id}/households/{household}/answers")).await.expect(200);
        assert_eq!(traces.as_array().unwrap().len(), 1);
        assert_eq!((&traces[0]["channel"], &traces[0]["entered_by"]), (&json!("online"), &Value::Null));
        assert_eq!(owner.get("/api/v1/my-surveys").await.expect(200)[0]["answered"], true);
        // Not for the neighbour's.
        let theirs = json!({ "unit_id": unit_of(&desk, "1-002").await, "answers": yes() });
        assert_eq!(owner.post(&path, theirs).await.refused(403), "survey_household_unknown");
        // Nor does an owner do the desk's work, or see its lists.
        assert_eq!(owner.get(PATH).await.refused(403), "forbidden");
        assert_eq!(owner.get(&format!("{PATH}/{id}/coverage")).await.refused(403), "forbidden");
        assert_eq!(desk.first.post(&path, body).await.refused(403), "forbidden");
    }

    async fn the_door_has_two_visitors_and_a_paper_one_serial(app: TestApp) {
        let mut desk = desk(app, &flats(2, "60.00")).await;
        let id = desk.opened("accept").await;
        let homes = desk.homes(&id).await;
        let path = format!("{PATH}/{id}/taken-answers");
        let at = |when: &str| format!("2026-03-02T{when}:00+08:00");
        let door = json!({ "household_id": homes[0].id, "respondent": "member", "answers": yes(),
            "visitors": ["李敏", "王强"], "given_at": at("09:00") });
        let with = |field: &str, value: Value| {
            let mut body = door.clone();
            body[field] = value;
            body
        };
        for (field, value, pointer) in [
            ("visitors", json!(["李敏"]), "/visitors"),
            ("visitors", json!(["李敏", "李敏"]), "/visitors/1"),
            ("visitors", json!(["李敏", " "]), "/visitors/1"),
            ("visitors", Value::Null, "/visitors"),
            ("serial", json!("A-1"), "/visitors"),
            ("given_at", json!(at("08:59")), "/given_at"),
            ("given_at", json!(at("23:00")), "/given_at"),
        ] {
            let refused = desk.first.post(&path, with(field, value)).await;
            assert_eq!(refused.refused(422), "invalid_field", "{pointer}");
            assert_eq!(faults(&refused)[0].0, pointer);
        }
        let unknown = with("household_id", json!(uuid::Uuid::nil()));
        assert_eq!(desk.first.post(&path, unknown).await.refused(403), "survey_household_unknown");
        // The link's answer came after the visit, and the visit is entered last: the link's counts.
        desk.app.clock.advance(TimeDelta::minutes(5));
        desk.answer(&homes[0], json!({ "overall": "no" })).await.expect(201);
        desk.first.post(&path, door.clone()).await.expect(201);
        let mut paper = with("visitors", Value::Null);
        paper["serial"] = json!("A-1");
        paper["household_id"] = json!(homes[1].id);
        desk.first.post(&path, paper.clone()).await.expect(201);
        let twice = desk.second.post(&path, paper).await;
        assert_eq!((twice.refused(422), faults(&twice)[0].0.as_str()), ("invalid_field".into(), "/serial"));
        let traces = desk.get(&format!("{id}/households/{}/answers", homes[0].id)).await.expect(200);
        let seen = |at: usize| (traces[at]["channel"].clone(), traces[at]["counts"].clone());
        assert_eq!([seen(0), seen(1)], [(json!("link"), json!(true)), (json!("door"), json!(false))]);
        assert_eq!(traces[1]["visitors"], json!(["李敏", "王强"]));
        assert_eq!(traces[1]["entered_by"], "first");
        desk.after_the_close().await;
        // What comes after the count is kept, and does not count.
        assert_eq!(desk.first.post(&path, door).await.expect(201)["standing"], "late");
        let test = desk.get(&id).await.expect(200)["verdict"]["test"].clone();
        assert_eq!((&test["have"], &test["total"]), (&json!(1), &json!(2)));
    }

    async fn each_fault_of_an_answer_is_told_with_its_place(app: TestApp) {
        let desk = desk(app, &flats(1, "60.00")).await;
        let id = desk.opened("accept").await;
        let homes = desk.homes(&id).await;
        let bad = json!({ "pipes": 6, "more": ["lift", "park", "green"], "words": 3, "extra": "x" });
        let refused = desk.answer(&homes[0], bad).await;
        assert_eq!(refused.refused(422), "survey_answer_invalid");
        let pair = |place: &str, code: &str| (format!("/answers/{place}"), code.to_owned());
        assert_eq!(faults(&refused), [pair("extra", "unknown_question"), pair("overall", "answer_required"),
            pair("pipes", "out_of_range"), pair("more", "wrong_count"), pair("words", "wrong_kind")]);
        let good = json!({ "overall": "yes", "pipes": 5, "more": ["lift"], "words": "多种树" });
        desk.answer(&homes[0], good).await.expect(201);
        let coverage = desk.get(&format!("{id}/coverage")).await.expect(200);
        assert_eq!(coverage["answered"], 1);
    }

    async fn a_questionnaire_that_can_not_be_asked_is_not_published(app: TestApp) {
        let desk = desk(app, &flats(1, "60.00")).await;
        let body = |purpose: &str, questions: Value| json!({ "community_id": desk.community,
            "purpose": purpose, "title": "问卷", "questions": questions });
        for (purpose, questions, pointer) in [
            ("adopt", plain_questions(), "/questions"),
            ("wishes", questions(), "/questions"),
            ("wishes", json!([]), "/questions"),
        ] {
            let refused = desk.first.post(FORMS, body(purpose, questions)).await;
            assert_eq!(refused.refused(422), "survey_questionnaire_has_faults");
            assert_eq!(faults(&refused)[0].0, pointer);
        }
        let form = desk.first.post(FORMS, body("adopt", questions())).await.expect(201);
        let path = format!("{FORMS}/{}", form["questionnaire_id"].as_str().unwrap());
        let mut other = questions();
        other[1]["text"] = json!("换一种问法");
        let body = json!({ "questions": other });
        let two = desk.second.post(&format!("{path}/versions"), body).await.expect(201);
        // The first version stays as it was.
        assert_eq!(two["versions"][0], form["versions"][0]);
        let version = &two["versions"][1];
        assert_eq!((&version["number"], &version["published_by"]), (&json!(2), &json!("second")));
        assert_ne!(two["versions"][0]["digest"], two["versions"][1]["digest"]);
        assert_eq!(desk.first.get(&path).await.expect(200), two);
        let list = desk.first.get(&format!("{FORMS}?purpose=adopt&limit=5")).await.expect(200);
        assert_eq!(list["items"], json!([two]));
        // A survey needs a version that its community may use, a known policy and a close ahead.
        let version = two["versions"][0]["version_id"].as_str().unwrap();
        let with = |field: &str, value: Value| {
            let mut body = desk.body(version);
            body[field] = value;
            body
        };
        for (field, value) in [
            ("version_id", json!(uuid::Uuid::nil())),
            ("policy", json!("nowhere")),
            ("closes_at", json!("2026-03-01T00:00:00+08:00")),
            ("title", json!(" ")),
        ] {
            let refused = desk.first.post(PATH, with(field, value)).await;
            assert_eq!(refused.refused(422), "invalid_field", "{field}");
            assert_eq!(faults(&refused)[0].0, format!("/{field}"));
        }
        let elsewhere = with("building_ids", json!([uuid::Uuid::nil()]));
        assert_eq!(desk.first.post(PATH, elsewhere).await.refused(404), "not_found");
    }

    async fn nobody_beyond_the_reach_sees_or_changes_a_survey(app: TestApp) {
        let desk = desk(app, &flats(2, "60.00")).await;
        let id = desk.opened("adopt").await;
        let (other, _) = desk.app.community("别的小区").await;
        let stranger = desk.app.clerk("stranger", other).await;
        assert_eq!(stranger.get(PATH).await.expect(200)["items"], json!([]));
        for part in ["", "/coverage", "/missing", "/result", "/result.csv", "/tasks", "/reminders"] {
            let seen = stranger.get(&format!("{PATH}/{id}{part}")).await;
            assert_eq!(seen.refused(404), "not_found", "{part}");
        }
        let reason = json!({ "reason": "x" });
        for (part, body) in [("open", json!({})), ("close", json!({})), ("links", json!({})),
            ("reminders", json!({})), ("void", reason)] {
            let done = stranger.post(&format!("{PATH}/{id}/{part}"), body).await;
            assert_eq!(done.refused(404), "not_found", "{part}");
        }
        let theirs = json!({ "community_id": desk.community, "purpose": "wishes", "title": "问卷",
            "questions": plain_questions() });
        assert_eq!(stranger.post(FORMS, theirs).await.refused(404), "not_found");
        let scope = Scope::Community(desk.community);
        let reviewer = desk.app.staff("reviewer", &[("reviewer", scope)]).await;
        reviewer.get(&format!("{PATH}/{id}")).await.expect(200);
        let opened = reviewer.post(&format!("{PATH}/{id}/open"), json!({})).await;
        assert_eq!(opened.refused(403), "forbidden");
        // A survey of one building lies within the building, and one of the community does not.
        let building = building_of(&desk).await;
        let clerk = [("community_clerk", Scope::Building(building))];
        let grid = desk.app.staff("grid", &clerk).await;
        let version = desk.version("wishes", plain_questions()).await;
        let mut body = desk.body(&version);
        body["building_ids"] = json!([building]);
        let small = desk.first.post(PATH, body).await.expect(201);
        let page = grid.get(PATH).await.expect(200);
        assert_eq!(page["items"], json!([small]));
        grid.get(&format!("{PATH}/{}", small["survey_id"].as_str().unwrap())).await.expect(200);
        assert_eq!(grid.get(&format!("{PATH}/{id}")).await.refused(404), "not_found");
        for (query, count) in [("state=open&purpose=adopt", 1), ("state=closed", 0), ("purpose=accept", 0)] {
            let page = desk.first.get(&format!("{PATH}?{query}")).await.expect(200);
            assert_eq!(page["items"].as_array().unwrap().len(), count, "{query}");
        }
    }

    async fn what_was_asked_answered_and_counted_is_never_rewritten(app: TestApp) {
        use diesel::connection::SimpleConnection;
        let mut desk = desk(app, &flats(5, "60.00")).await;
        let id = desk.opened("accept").await;
        let homes = desk.homes(&id).await;
        desk.answers(&homes, (1, 4)).await;
        desk.first.post(&format!("{PATH}/{id}/reminders"), json!({})).await.refused(409);
        desk.after_the_close().await;
        let context = WriteContext::of(Actor::named("dba"));
        for change in [
            "UPDATE survey_versions SET questions = '[]'",
            "DELETE FROM survey_questionnaires",
            "UPDATE survey_households SET code = 'x'",
            "DELETE FROM survey_households",
            "UPDATE survey_answers SET answers = '{}'",
            "DELETE FROM survey_answers",
            "UPDATE surveys SET verdict = NULL",
            "UPDATE surveys SET state = 'open'",
            "UPDATE surveys SET households = 4",
            "UPDATE surveys SET gate = NULL",
            "DELETE FROM surveys",
            "UPDATE survey_links SET token_hash = 'x'",
            "DELETE FROM survey_links",
            "UPDATE survey_tasks SET description = 'x'",
            "DELETE FROM survey_tasks",
        ] {
            let done = desk.app.db.write(&context, "test", move |tx| Ok(tx.conn().batch_execute(change)?));
            assert!(done.await.is_err(), "{change}");
        }
        // The control: another table may be changed.
        let change = "UPDATE communities SET name = name";
        let done = desk.app.db.write(&context, "test", move |tx| Ok(tx.conn().batch_execute(change)?));
        done.await.unwrap();
    }
}

/// The building of the homes.
async fn building_of(desk: &super::Desk) -> jiugai::kernel::BuildingId {
    use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
    use jiugai::platform::db::schema::buildings;
    let query = buildings::table.filter(buildings::name.eq("1栋")).select(buildings::id);
    desk.app.db.read(move |conn| Ok(query.first(conn)?)).await.unwrap()
}

/// A unit's id by its number.
async fn unit_of(desk: &super::Desk, code: &str) -> String {
    use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
    use jiugai::platform::db::schema::units;
    let code = code.to_owned();
    let found: jiugai::kernel::UnitId = desk
        .app
        .db
        .read(move |conn| {
            Ok(units::table.filter(units::code.eq(code)).select(units::id).first(conn)?)
        })
        .await
        .unwrap();
    found.to_string()
}
