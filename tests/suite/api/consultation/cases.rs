//! Objections from what is raised to the objector's own word; pledges of households.

use super::*;

fn answer(version: Option<&str>) -> Value {
    json!({ "text": "停车位移至北侧", "public_text": "停车位移至北侧，距窗户八米以上",
        "plan_version": version, "plan_changed": version.is_some() })
}

db_test! {
    async fn an_objection_ends_with_the_objectors_own_word(app: TestApp) {
        let desk = desk(app).await;
        let (owner, other) = (desk.app.owner(&phone(1)).await, desk.app.owner(&phone(2)).await);
        let path = desk.path("/objections");
        let body = json!({ "reason": "noise", "text": "停车位离张家窗户太近" });
        let filed = owner.post(&path, body).await.expect(201);
        assert_eq!((&filed["number"], &filed["state"]), (&json!(1), &json!("raised")));
        assert_eq!(filed["unit_ids"], json!([desk.units[0]]));
        let case = format!("{path}/{}", filed["objection_id"].as_str().unwrap());
        let (answers, responses) = (format!("{case}/answer"), format!("{case}/response"));
        let say = |word: &str| json!({ "response": word, "text": "同意" });
        let early = owner.post(&responses, say("confirm")).await;
        assert_eq!(early.refused(409), "consultation_objection_conflict");
        let mut without = answer(None);
        without["plan_changed"] = json!(true);
        assert_eq!(desk.clerk.post(&answers, without).await.refused(422), "invalid_field");
        assert_eq!(owner.post(&answers, answer(None)).await.refused(403), "forbidden");
        desk.clerk.post(&answers, answer(None)).await.expect(200);
        // Nobody speaks for the objector, staff neither.
        assert_eq!(other.post(&responses, say("confirm")).await.refused(404), "not_found");
        assert_eq!(desk.committee.post(&responses, say("confirm")).await.refused(404), "not_found");
        assert_eq!(owner.post(&responses, say("answer")).await.refused(422), "invalid_field");
        assert_eq!(owner.post(&responses, say("refuse")).await.expect(200)["state"], "not_satisfied");
        desk.clerk.post(&answers, answer(Some("V2"))).await.expect(200);
        let done = owner.post(&responses, say("confirm")).await.expect(200);
        let steps: Vec<_> = done["steps"].as_array().unwrap().iter().map(|step| &step["command"]).collect();
        assert_eq!(steps, ["answer", "refuse", "answer", "confirm"]);
        let late = desk.clerk.post(&answers, answer(None)).await;
        assert_eq!(late.refused(409), "consultation_objection_conflict");
        assert_eq!(other.get(&path).await.expect(200)["items"], json!([]));
        assert_eq!(owner.get(&path).await.expect(200)["items"], json!([done]));
    }

    async fn everybody_sees_what_was_raised_and_changed_and_nobodys_name(app: TestApp) {
        let desk = desk(app).await;
        let path = desk.path("/objections");
        let body = |units: &[String]| json!({ "unit_ids": units, "reason": "cost", "text": "业主张三：太贵" });
        assert_eq!(desk.clerk.post(&path, body(&[])).await.refused(422), "invalid_field");
        let nil = [Uuid::nil().to_string()];
        assert_eq!(desk.clerk.post(&path, body(&nil)).await.refused(422), "not_a_household");
        let filed = desk.clerk.post(&path, body(&desk.units[..2])).await.expect(201);
        desk.clerk.post(&path, body(&desk.units[2..3])).await.expect(201);
        let case = format!("{path}/{}", filed["objection_id"].as_str().unwrap());
        desk.clerk.post(&format!("{case}/answer"), answer(Some("V2"))).await.expect(200);
        // What staff filed, staff ends by the household's word on record, but not whoever answered.
        let word = json!({ "response": "confirm", "text": "走访表第12号，住户签字" });
        let response = format!("{case}/response");
        assert_eq!(desk.clerk.post(&response, word.clone()).await.refused(409), "same_clerk");
        desk.committee.post(&response, word).await.expect(200);
        let public = format!("/api/v1/public/consultations/{}/objections", desk.id);
        let seen = desk.app.anon().get(&public).await.expect(200);
        let first = &seen["items"][0];
        assert_eq!((&first["state"], &first["households"]), (&json!("confirmed"), &json!(2)));
        assert_eq!((&first["plan_version"], &first["plan_changed"]), (&json!("V2"), &json!(true)));
        assert_eq!(seen["items"][1]["answer"], Value::Null);
        let text = seen.to_string();
        for hidden in ["张三", "clerk", desk.units[0].as_str()] {
            assert!(!text.contains(hidden), "{hidden}: {text}");
        }
        let page = desk.app.anon().get(&format!("{public}?limit=1")).await.expect(200);
        let next = page["next_cursor"].as_str().unwrap();
        let rest = desk.app.anon().get(&format!("{public}?cursor={next}")).await.expect(200);
        assert_eq!(rest["items"][0]["number"], 2);
        // A project of the community shows what changed its plan, and nothing else of it.
        let body = json!({ "community_id": desk.community, "policy": "national", "name": "改造" });
        let project = desk.clerk.post("/api/v1/projects", body).await.expect(201);
        let path = format!("/api/v1/public/projects/{}", project["id"].as_str().unwrap());
        let view = desk.app.anon().get(&path).await.expect(200);
        assert_eq!(view["raised_by_residents"], json!([first]));
        let nowhere = format!("/api/v1/public/consultations/{}/objections", Uuid::nil());
        assert_eq!(desk.app.anon().get(&nowhere).await.refused(404), "not_found");
    }

    async fn an_owner_answers_for_what_staff_filed_for_the_own_flat(app: TestApp) {
        let desk = desk(app).await;
        let path = desk.path("/objections");
        let owners = [desk.app.owner(&phone(1)).await, desk.app.owner(&phone(2)).await];
        let file = async |units: &[String]| {
            let body = json!({ "unit_ids": units, "reason": "noise", "text": "停车位太近" });
            let filed = desk.clerk.post(&path, body).await.expect(201);
            let case = format!("{path}/{}", filed["objection_id"].as_str().unwrap());
            desk.clerk.post(&format!("{case}/answer"), answer(None)).await.expect(200);
            format!("{case}/response")
        };
        let say = |word: &str| json!({ "response": word, "text": "本人意见" });
        let (alone, shared) = (file(&desk.units[..1]).await, file(&desk.units[..2]).await);
        let third = desk.app.owner(&phone(3)).await;
        for case in [&alone, &shared] {
            assert_eq!(third.post(case, say("confirm")).await.refused(404), "not_found");
        }
        assert_eq!(owners[1].post(&alone, say("withdraw")).await.refused(404), "not_found");
        let seen = |list: Value| list["items"].as_array().unwrap().len();
        assert_eq!(seen(owners[0].get(&path).await.expect(200)), 2);
        assert_eq!(seen(owners[1].get(&path).await.expect(200)), 1);
        assert_eq!(seen(third.get(&path).await.expect(200)), 0);
        let refused = owners[0].post(&alone, say("refuse")).await.expect(200);
        assert_eq!(refused["state"], "not_satisfied");
        desk.clerk.post(&alone.replace("response", "answer"), answer(Some("V2"))).await.expect(200);
        assert_eq!(owners[0].post(&alone, say("confirm")).await.expect(200)["state"], "confirmed");
        // One of two households does not end what both object to.
        for word in ["confirm", "withdraw"] {
            let refused = owners[1].post(&shared, say(word)).await;
            assert_eq!(refused.refused(409), "consultation_objection_shared");
        }
        assert_eq!(owners[1].post(&shared, say("refuse")).await.expect(200)["state"], "not_satisfied");
        // Its own word alone takes back what staff filed for it.
        let own = file(&desk.units[1..2]).await;
        assert_eq!(owners[1].post(&own, say("withdraw")).await.expect(200)["state"], "withdrawn");
    }

    async fn staff_takes_an_objection_back_by_two_people(app: TestApp) {
        use diesel::connection::SimpleConnection;
        let desk = desk(app).await;
        let path = desk.path("/objections");
        let body = json!({ "unit_ids": [desk.units[0]], "reason": "noise", "text": "停车位太近" });
        let filed = desk.clerk.post(&path, body).await.expect(201);
        let case = format!("{path}/{}", filed["objection_id"].as_str().unwrap());
        let response = format!("{case}/response");
        let word = json!({ "response": "withdraw", "text": "住户来电，走访表第12号" });
        let proposed = desk.clerk.post(&response, word.clone()).await.expect(200);
        assert_eq!((&proposed["state"], &proposed["steps"]), (&json!("raised"), &json!([])));
        assert_eq!(proposed["withdrawal"]["proposed_by"], "clerk");
        assert_eq!(desk.clerk.post(&response, word.clone()).await.refused(409), "same_clerk");
        // An answer overtakes it: it is proposed anew, and whoever answered does not take part.
        desk.clerk.post(&format!("{case}/answer"), answer(None)).await.expect(200);
        assert_eq!(desk.clerk.post(&response, word.clone()).await.refused(409), "same_clerk");
        let again = desk.committee.post(&response, word.clone()).await.expect(200);
        assert_eq!((&again["state"], &again["withdrawal"]["proposed_by"]),
            (&json!("answered"), &json!("committee")));
        let done = desk.grid.post(&response, word.clone()).await.expect(200);
        assert_eq!((&done["state"], &done["withdrawal"]), (&json!("withdrawn"), &Value::Null));
        assert_eq!(done["steps"][1]["by"], "grid");
        let late = desk.committee.post(&response, word).await;
        assert_eq!(late.refused(409), "consultation_objection_conflict");
        let context = WriteContext::of(Actor::named("dba"));
        for change in [
            "UPDATE consultation_withdrawals SET text = 'x'",
            "UPDATE consultation_withdrawals SET confirmed_by = proposed_by, confirmer_name = 'x',
                confirmed_at = proposed_at",
            "DELETE FROM consultation_withdrawals",
        ] {
            let done = desk.app.db.write(&context, "test", move |tx| Ok(tx.conn().batch_execute(change)?));
            assert!(done.await.is_err(), "{change}");
        }
    }

    async fn pledges_are_given_by_the_household_and_fulfilled_with_a_proof(app: TestApp) {
        let desk = desk(app).await;
        let path = format!("/api/v1/communities/{}/pledges", desk.community);
        let (owner, other) = (desk.app.owner(&phone(1)).await, desk.app.owner(&phone(2)).await);
        let pledge = |unit: usize, kind: &str, state: &str, proof: Value| {
            json!({ "unit_id": desk.units[unit], "kind": kind, "state": state, "proof": proof })
        };
        let given = owner.post(&path, json!({ "kind": "cooperate", "state": "given" })).await.expect(201);
        assert_eq!(given["history"][0]["by_owner"], true);
        let theirs = pledge(0, "pay_property_fee", "given", json!("x"));
        assert_eq!(other.post(&path, theirs).await.refused(404), "not_found");
        let again = owner.post(&path, json!({ "kind": "cooperate", "state": "given" })).await;
        assert_eq!(again.refused(409), "pledge_state_conflict");
        let done = owner.post(&path, json!({ "kind": "cooperate", "state": "fulfilled" })).await;
        assert_eq!(done.refused(403), "forbidden");
        let bare = pledge(1, "remove_illegal_structures", "given", Value::Null);
        assert_eq!(desk.clerk.post(&path, bare).await.refused(422), "invalid_field");
        for (unit, kind, state) in [
            (1, "remove_illegal_structures", "given"),
            (1, "remove_illegal_structures", "fulfilled"),
            (2, "deposit_repair_fund", "given"),
            (2, "deposit_repair_fund", "withdrawn"),
            (3, "cooperate", "given"),
        ] {
            desk.clerk.post(&path, pledge(unit, kind, state, json!("承诺书31号"))).await.expect(201);
        }
        let totals = desk.clerk.get(&path).await.expect(200);
        assert_eq!(totals["households"], 5);
        let kinds: Vec<_> = totals["kinds"].as_array().unwrap().iter()
            .map(|one| (one["given"].as_u64().unwrap(), one["withdrawn"].as_u64().unwrap(),
                one["fulfilled"].as_u64().unwrap()))
            .collect();
        assert_eq!(kinds, [(2, 0, 0), (0, 0, 1), (0, 0, 0), (0, 1, 0)]);
        let own = format!("{path}/{}", desk.units[0]);
        assert_eq!(owner.get(&own).await.expect(200)["history"].as_array().unwrap().len(), 1);
        assert_eq!(other.get(&own).await.refused(404), "not_found");
        assert_eq!(owner.get(&path).await.refused(404), "not_found", "totals are for staff");
    }

    async fn what_was_objected_applied_and_pledged_is_never_rewritten(app: TestApp) {
        use diesel::connection::SimpleConnection;
        let desk = desk(app).await;
        let path = desk.path("/objections");
        let body = json!({ "unit_ids": [desk.units[0]], "reason": "cost", "text": "太贵" });
        let filed = desk.clerk.post(&path, body).await.expect(201);
        let case = format!("{path}/{}", filed["objection_id"].as_str().unwrap());
        desk.clerk.post(&format!("{case}/answer"), answer(None)).await.expect(200);
        let pledges = format!("/api/v1/communities/{}/pledges", desk.community);
        let pledge = json!({ "unit_id": desk.units[0], "kind": "cooperate", "state": "given", "proof": "1" });
        desk.clerk.post(&pledges, pledge).await.expect(201);
        let mut ids = Vec::new();
        for channel in ["hotline", "street_desk"] {
            let body = json!({ "community_id": desk.community, "channel": channel, "applicant": "张三",
                "text": "更换水管" });
            let made = desk.clerk.post("/api/v1/renovation-applications", body).await.expect(201);
            ids.push(made["application_id"].as_str().unwrap().to_owned());
        }
        let merge = format!("/api/v1/renovation-applications/{}/merge", ids[1]);
        desk.clerk.post(&merge, json!({ "into": ids[0], "reason": "重复" })).await.expect(200);
        let context = WriteContext::of(Actor::named("dba"));
        for change in [
            "UPDATE consultation_objections SET text = 'x'",
            "DELETE FROM consultation_objections",
            "DELETE FROM consultation_objection_units",
            "UPDATE consultation_objection_steps SET text = 'x'",
            "DELETE FROM consultation_objection_steps",
            "UPDATE consultation_applications SET applicant = 'x'",
            "DELETE FROM consultation_applications",
            "UPDATE consultation_merges SET reason = 'x'",
            "DELETE FROM consultation_merges",
            "UPDATE consultation_pledges SET state = 'fulfilled'",
            "DELETE FROM consultation_pledges",
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
