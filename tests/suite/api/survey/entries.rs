//! What staff enters: whose word counts, what comes after the close, batches from phones without network.

use chrono::TimeDelta;
use jiugai::platform::db::{Actor, WriteContext};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Desk, Home, PATH, desk, no, questions, yes};
use crate::{
    db_test,
    support::{Answer, TestApp, flats, phone},
};

impl Desk {
    fn now(&self) -> Value {
        json!(self.app.clock.legal_now())
    }

    /// What two visitors took down now.
    fn door(&self, home: &Home, answers: Value) -> Value {
        json!({ "household_id": home.id, "respondent": "owner", "answers": answers,
            "visitors": ["李敏", "王强"], "given_at": self.now() })
    }

    fn paper(&self, home: &Home, (serial, answers): (&str, Value)) -> Value {
        json!({ "household_id": home.id, "respondent": "owner", "answers": answers,
            "serial": serial, "given_at": self.now() })
    }

    async fn enter(&self, id: &str, body: Value) -> Answer {
        self.first.post(&format!("{PATH}/{id}/taken-answers"), body).await
    }

    /// Channel and standing of each answer of a household, and whether it counts.
    async fn traces(&self, id: &str, home: &Home) -> Vec<(String, String, bool)> {
        let list = self.get(&format!("{id}/households/{}/answers", home.id)).await.expect(200);
        let text = |trace: &Value, name: &str| trace[name].as_str().unwrap().to_owned();
        let trace = |trace: &Value| {
            let counts = trace["counts"].as_bool().unwrap();
            (text(trace, "channel"), text(trace, "standing"), counts)
        };
        list.as_array().unwrap().iter().map(trace).collect()
    }

    /// The clock moves on, and both clerks sign in anew.
    async fn later(&mut self, span: TimeDelta) {
        self.app.clock.advance(span);
        self.app.work().await;
        self.first = self.app.sign_in("first").await;
        self.second = self.app.sign_in("second").await;
    }
}

fn counting(channel: &str, counts: bool) -> (String, String, bool) {
    (channel.to_owned(), "in_time".to_owned(), counts)
}

db_test! {
    async fn a_visit_outweighs_the_households_own_word_only_where_the_household_confirmed_it(
        app: TestApp
    ) {
        let mut desk = desk(app, &flats(4, "60.00")).await;
        let id = desk.opened("accept").await;
        let homes = desk.homes(&id).await;
        for home in &homes[..3] {
            desk.answer(home, yes()).await.expect(201);
        }
        desk.app.clock.advance(TimeDelta::minutes(1));
        // Two visitors bring a later "no": of the first alone, of the second with a signature, of the
        // third on its signed paper. The fourth never spoke for itself.
        desk.enter(&id, desk.door(&homes[0], no())).await.expect(201);
        let mut signed = desk.door(&homes[1], no());
        signed["confirmation"] = json!("signed");
        desk.enter(&id, signed).await.expect(201);
        desk.enter(&id, desk.paper(&homes[2], ("A-1", no()))).await.expect(201);
        desk.enter(&id, desk.door(&homes[3], no())).await.expect(201);
        let mut odd = desk.paper(&homes[3], ("A-2", no()));
        odd["confirmation"] = json!("signed");
        let refused = desk.enter(&id, odd).await;
        assert_eq!(refused.refused(422), "invalid_field");
        assert_eq!(refused.json()["errors"][0]["pointer"], "/confirmation");
        assert_eq!(desk.traces(&id, &homes[0]).await, [counting("link", true), counting("door", false)]);
        assert_eq!(desk.traces(&id, &homes[1]).await, [counting("link", false), counting("door", true)]);
        assert_eq!(desk.traces(&id, &homes[2]).await, [counting("link", false), counting("paper", true)]);
        assert_eq!(desk.traces(&id, &homes[3]).await, [counting("door", true)]);
        // The household says something else again.
        desk.app.clock.advance(TimeDelta::minutes(1));
        desk.answer(&homes[1], yes()).await.expect(201);
        desk.after_the_close().await;
        let result = desk.get(&format!("{id}/result")).await.expect(200);
        assert_eq!(result["verdict"]["test"]["have"], 2);
        let channels: Vec<_> = result["channels"].as_array().unwrap().iter()
            .map(|one| (one["channel"].as_str().unwrap(), one["count"].as_u64().unwrap()))
            .collect();
        assert_eq!(channels, [("online", 0), ("link", 2), ("door", 1), ("paper", 1)]);
    }

    async fn paper_of_before_the_close_counts_after_it_by_two_people_and_late_paper_is_kept(
        app: TestApp
    ) {
        use diesel::connection::SimpleConnection;
        let mut desk = desk(app, &flats(4, "60.00")).await;
        let version = desk.version("accept", questions()).await;
        let mut body = desk.body(&version);
        body["entry_days"] = json!(31);
        assert_eq!(desk.first.post(PATH, body.clone()).await.refused(422), "invalid_field");
        body["entry_days"] = json!(3);
        let survey = desk.first.post(PATH, body).await.expect(201);
        assert_eq!(survey["entry_until"], "2026-03-13T10:00:00Z");
        let id = survey["survey_id"].as_str().unwrap().to_owned();
        desk.open(&id).await.expect(200);
        let homes = desk.homes(&id).await;
        desk.answer(&homes[0], yes()).await.expect(201);
        let words = json!({ "overall": "yes", "pipes": 5, "words": "多种树" });
        let late = [desk.paper(&homes[1], ("A-1", words)), desk.paper(&homes[2], ("A-2", yes()))];
        let last = desk.paper(&homes[3], ("A-3", yes()));
        // An hour after the close nobody has counted, and nobody answers on line.
        desk.later(TimeDelta::days(8) + TimeDelta::hours(10)).await;
        assert_eq!(desk.get(&id).await.expect(200)["state"], "open");
        assert_eq!(desk.answer(&homes[1], yes()).await.refused(409), "too_late");
        let after = desk.paper(&homes[1], ("A-9", yes()));
        assert_eq!(desk.enter(&id, after).await.refused(409), "too_late");
        let mut kept = Vec::new();
        for body in &late {
            let answer = desk.enter(&id, body.clone()).await.expect(201);
            assert_eq!(answer["standing"], "waiting");
            kept.push(format!("{PATH}/{id}/answers/{}/confirm", answer["answer_id"].as_str().unwrap()));
        }
        let coverage = desk.get(&format!("{id}/coverage")).await.expect(200);
        assert_eq!((&coverage["answered"], &coverage["not_counted"]), (&json!(1), &json!(2)));
        let missing = desk.get(&format!("{id}/missing")).await.expect(200);
        assert_eq!(missing["items"].as_array().unwrap().len(), 3);
        let waiting = desk.get(&format!("{id}/answers/waiting")).await.expect(200);
        assert_eq!((&waiting[0]["serial"], &waiting[0]["entered_by"]), (&json!("A-1"), &json!("first")));
        assert!(!waiting.to_string().contains("yes"), "not what they say: {waiting}");
        // Another person types the ticks again; words need not be.
        let again = json!({ "answers": { "overall": "yes", "pipes": 5 } });
        let other = json!({ "answers": { "overall": "no", "pipes": 5 } });
        assert_eq!(desk.first.post(&kept[0], again.clone()).await.refused(409), "same_clerk");
        assert_eq!(desk.second.post(&kept[0], other).await.refused(409), "survey_entry_differs");
        desk.second.post(&kept[0], again.clone()).await.expect(200);
        let twice = desk.second.post(&kept[0], again.clone()).await;
        assert_eq!(twice.refused(409), "survey_entry_not_waiting");
        let early = desk.first.post(&format!("{PATH}/{id}/close"), json!({})).await;
        assert_eq!(early.refused(409), "too_early");
        // The time of entry ends: the one that nobody confirmed does not count, nor what comes now.
        desk.later(TimeDelta::days(3)).await;
        let closed = desk.get(&id).await.expect(200);
        assert_eq!((&closed["state"], &closed["verdict"]["answered"]), (&json!("closed"), &json!(2)));
        let late = desk.second.post(&kept[1], json!({ "answers": yes() })).await;
        assert_eq!(late.refused(409), "survey_state_conflict");
        let result = desk.get(&format!("{id}/result")).await.expect(200);
        assert_eq!(desk.enter(&id, last).await.expect(201)["standing"], "late");
        assert_eq!(desk.get(&format!("{id}/result")).await.expect(200), result);
        let one = |standing: &str, counts| vec![("paper".to_owned(), standing.to_owned(), counts)];
        assert_eq!(desk.traces(&id, &homes[1]).await, one("confirmed", true));
        assert_eq!(desk.traces(&id, &homes[2]).await, one("late", false));
        assert_eq!(desk.traces(&id, &homes[3]).await, one("late", false));
        let coverage = desk.get(&format!("{id}/coverage")).await.expect(200);
        assert_eq!((&coverage["answered"], &coverage["not_counted"]), (&json!(2), &json!(2)));
        let context = WriteContext::of(Actor::named("dba"));
        for change in [
            "UPDATE surveys SET entry_until = NULL",
            "UPDATE survey_confirmations SET confirmer_name = 'x'",
            "DELETE FROM survey_confirmations",
        ] {
            let done = desk.app.db.write(&context, "test", move |tx| Ok(tx.conn().batch_execute(change)?));
            assert!(done.await.is_err(), "{change}");
        }
    }

    async fn two_acceptances_of_the_same_homes_are_never_open_side_by_side(app: TestApp) {
        let mut units = flats(4, "60.00");
        for unit in &mut units[2..] {
            unit.building = "2栋".to_owned();
        }
        let mut desk = desk(app, &units).await;
        let version = desk.version("accept", questions()).await;
        let list = format!("/api/v1/communities/{}/buildings", desk.community);
        let list = desk.first.get(&list).await.expect(200);
        let buildings = list["items"].as_array().unwrap_or_else(|| list.as_array().unwrap());
        let named = |name: &str| {
            buildings.iter().find(|one| one["name"] == name).unwrap()["id"].clone()
        };
        let (one, two) = (named("1栋"), named("2栋"));
        let draft = async |buildings: Vec<&Value>| {
            let mut body = desk.body(&version);
            body["building_ids"] = json!(buildings);
            let drafted = desk.first.post(PATH, body).await.expect(201);
            drafted["survey_id"].as_str().unwrap().to_owned()
        };
        let (first, beside) = (draft(vec![&one]).await, draft(vec![&two]).await);
        let others = [draft(vec![]).await, draft(vec![&one]).await, draft(vec![&one, &two]).await];
        desk.open(&first).await.expect(200);
        for other in &others {
            let refused = desk.open(other).await;
            assert_eq!(refused.refused(409), "survey_side_by_side");
            assert_eq!(refused.json()["params"]["survey_id"], json!(first));
        }
        // Other homes, and another purpose, are another matter.
        desk.open(&beside).await.expect(200);
        desk.opened("adopt").await;
        let void = async |id: &str| {
            let body = json!({ "reason": "误开" });
            desk.first.post(&format!("{PATH}/{id}/void"), body).await.expect(200);
        };
        void(&first).await;
        void(&beside).await;
        // Opened at the same moment, exactly one wins.
        for round in 0..4 {
            let ids = [draft(vec![]).await, draft(vec![&one]).await];
            let race = |id: &str| {
                let (client, path) = (desk.first.clone(), format!("{PATH}/{id}/open"));
                actix_web::rt::spawn(async move { client.post(&path, json!({})).await })
            };
            let races = ids.each_ref().map(|id| race(id));
            let mut won = Vec::new();
            for (id, race) in ids.iter().zip(races) {
                let answer = race.await.unwrap();
                match answer.status {
                    200 => won.push(id),
                    _ => assert_eq!(answer.refused(409), "survey_side_by_side"),
                }
            }
            assert_eq!(won.len(), 1, "round {round}");
            void(won[0]).await;
        }
        // A failed one of some of the homes comes before a fresh one of all.
        let failed = draft(vec![&one]).await;
        desk.open(&failed).await.expect(200);
        desk.after_the_close().await;
        let mut fresh = desk.body(&version);
        fresh["closes_at"] = json!("2026-03-30T18:00:00+08:00");
        let refused = desk.first.post(PATH, fresh.clone()).await;
        assert_eq!(refused.refused(409), "survey_round_required");
        assert_eq!(refused.json()["params"]["survey_id"], json!(failed));
        fresh["building_ids"] = json!([two]);
        desk.first.post(PATH, fresh).await.expect(201);
    }

    async fn answers_taken_without_network_come_in_once_each_with_its_outcome(app: TestApp) {
        let desk = desk(app, &flats(4, "60.00")).await;
        let id = desk.opened("accept").await;
        let homes = desk.homes(&id).await;
        let path = format!("{PATH}/{id}/answers/batch");
        let keyed = |mut entry: Value| {
            entry["client_id"] = json!(Uuid::now_v7());
            entry
        };
        let good = keyed(desk.door(&homes[0], yes()));
        let mut changed = good.clone();
        changed["answers"] = no();
        desk.answer(&homes[1], yes()).await.expect(201);
        let outweighed = keyed(desk.door(&homes[1], no()));
        let mut nobody = keyed(desk.door(&homes[2], yes()));
        nobody["household_id"] = json!(Uuid::nil());
        let mut odd = keyed(desk.door(&homes[2], yes()));
        odd["respondent"] = json!("guest");
        let entries = json!({ "entries": [good, good, changed, outweighed, nobody, odd,
            desk.door(&homes[2], yes()), keyed(desk.door(&homes[2], json!({ "overall": "maybe" }))),
            keyed(desk.paper(&homes[3], ("A-1", yes()))), keyed(desk.paper(&homes[2], ("A-1", yes())))] });
        let answer = desk.first.post(&path, entries.clone()).await.expect(200);
        let told = |answer: &Value| -> Vec<(String, String, String)> {
            let text = |one: &Value, name: &str| one[name].as_str().unwrap_or_default().to_owned();
            let entries = answer["entries"].as_array().unwrap().iter();
            entries.map(|one| (text(one, "outcome"), text(one, "code"), text(one, "pointer"))).collect()
        };
        let outcome = |outcome: &str, code: &str, pointer: &str| {
            (outcome.to_owned(), code.to_owned(), pointer.to_owned())
        };
        let refused = [
            outcome("refused", "survey_household_unknown", ""),
            outcome("refused", "invalid_field", "/entries/5/respondent"),
            outcome("refused", "invalid_field", "/entries/6/client_id"),
            outcome("refused", "survey_answer_invalid", "/entries/7/answers/overall"),
        ];
        let serial = outcome("refused", "invalid_field", "/entries/9/serial");
        let mut want = vec![
            outcome("accepted", "", ""),
            outcome("duplicate", "", ""),
            outcome("conflict", "other_content", ""),
            outcome("conflict", "later_word", ""),
        ];
        want.extend(refused.clone());
        want.extend([outcome("accepted", "", ""), serial.clone()]);
        assert_eq!(told(&answer), want);
        let counts = ["accepted", "conflicts", "refused"].map(|name| answer[name].as_u64().unwrap());
        assert_eq!(counts, [2, 2, 5]);
        assert_eq!(answer["entries"][0]["standing"], "in_time");
        assert_eq!(answer["entries"][1]["answer_id"], answer["entries"][0]["answer_id"]);
        // The whole batch again, by the other clerk: nothing is there twice.
        let again = desk.second.post(&path, entries).await.expect(200);
        assert_eq!(again["accepted"], 0);
        assert_eq!(told(&again)[3], outcome("duplicate", "", ""));
        assert_eq!(desk.traces(&id, &homes[0]).await, [counting("door", true)]);
        assert_eq!(desk.traces(&id, &homes[1]).await, [counting("link", true), counting("door", false)]);
        assert_eq!(desk.traces(&id, &homes[2]).await, []);
        for entries in [vec![], vec![Value::Null; 501]] {
            let refused = desk.first.post(&path, json!({ "entries": entries })).await;
            assert_eq!(refused.refused(422), "invalid_field");
        }
        let single = desk.enter(&id, keyed(desk.door(&homes[2], yes()))).await;
        assert_eq!(single.refused(422), "invalid_field");
        let none = json!({ "entries": [keyed(desk.door(&homes[2], yes()))] });
        let (other, _) = desk.app.community("别的小区").await;
        let stranger = desk.app.clerk("stranger", other).await;
        assert_eq!(stranger.post(&path, none.clone()).await.refused(404), "not_found");
        let owner = desk.app.owner(&phone(1)).await;
        assert_eq!(owner.post(&path, none.clone()).await.refused(403), "forbidden");
        let version = desk.version("wishes", super::plain_questions()).await;
        let drafted = desk.first.post(PATH, desk.body(&version)).await.expect(201);
        let path = format!("{PATH}/{}/answers/batch", drafted["survey_id"].as_str().unwrap());
        assert_eq!(desk.first.post(&path, none).await.refused(409), "survey_state_conflict");
    }
}
