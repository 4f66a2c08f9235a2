//! A wrong entry is corrected beside the original by two people; nothing is rewritten.

use super::*;

db_test! {
    async fn two_people_correct_a_wrong_entry_beside_the_original(app: TestApp) {
        let desk = desk(app).await;
        desk.open().await;
        let answer = desk.upload(&desk.committee, &[visit(&desk.units[0], 1, "oppose", desk.tick())]).await;
        let stance = answer.expect(200)["visits"][0]["stance_id"].as_str().unwrap().to_owned();
        let path = desk.path(&format!("/stances/{stance}/corrections"));
        let body = json!({ "stance": "support", "confirmation": "signed", "why": "走访表第3行误录" });
        let same = json!({ "stance": "oppose", "confirmation": "signed", "why": "误录" });
        assert_eq!(desk.clerk.post(&path, same).await.refused(422), "invalid_field");
        let proposed = desk.clerk.post(&path, body.clone()).await.expect(201);
        assert_eq!(proposed["standing"], "oppose", "it waits for a second person");
        let waiting = desk.clerk.post(&path, body).await;
        assert_eq!(waiting.refused(409), "correction_waiting");
        let correction = proposed["history"][0]["corrections"][0]["correction_id"].as_str().unwrap();
        let confirm = desk.path(&format!("/corrections/{correction}/confirm"));
        assert_eq!(desk.clerk.post(&confirm, json!({})).await.refused(409), "same_clerk");
        let second = desk.app.clerk("second", desk.community).await;
        let done = second.post(&confirm, json!({})).await.expect(200);
        assert_eq!(done["standing"], "support");
        let entry = &done["history"][0];
        let both = (&entry["stance"], &entry["corrections"][0]["stance"]);
        assert_eq!(both, (&json!("oppose"), &json!("support")));
        let names = (&entry["corrections"][0]["proposed_by"], &entry["corrections"][0]["settled_by"]);
        assert_eq!(names, (&json!("clerk"), &json!("second")));
        assert_eq!(second.post(&confirm, json!({})).await.refused(409), "correction_settled");
        // Struck altogether, it counts as nothing; a withdrawn correction changes nothing.
        for (end, standing) in [("withdraw", "support"), ("confirm", "not_visited")] {
            let body = json!({ "stance": null, "why": "该户未走访" });
            let proposed = desk.clerk.post(&path, body).await.expect(201);
            let corrections = proposed["history"][0]["corrections"].as_array().unwrap();
            let id = corrections.last().unwrap()["correction_id"].as_str().unwrap();
            let settle = desk.path(&format!("/corrections/{id}/{end}"));
            assert_eq!(second.post(&settle, json!({})).await.expect(200)["standing"], standing);
        }
    }

    async fn two_clerks_do_not_make_a_household_say_what_it_did_not_confirm(app: TestApp) {
        let desk = desk(app).await;
        desk.open().await;
        let in_vain = visit(&desk.units[0], 1, "unreached", desk.tick());
        let heard = visit(&desk.units[1], 1, "oppose", desk.tick());
        let answer = desk.upload(&desk.committee, &[in_vain, heard]).await.expect(200);
        let path = |n: usize| {
            let stance = answer["visits"][n]["stance_id"].as_str().unwrap();
            desk.path(&format!("/stances/{stance}/corrections"))
        };
        let code = "consultation_confirmation_missing";
        for (n, stance) in [(0, "support"), (0, "conditional"), (0, "oppose"), (1, "support")] {
            let body = json!({ "stance": stance, "why": "误录" });
            let refused = desk.clerk.post(&path(n), body).await;
            assert_eq!(refused.refused(422), code, "{stance}");
            assert_eq!(refused.json()["errors"][0]["pointer"], "/confirmation");
        }
        // There is no proof of nobody.
        let odd = json!({ "stance": "unreached", "confirmation": "signed", "why": "误录" });
        assert_eq!(desk.clerk.post(&path(1), odd).await.refused(422), "invalid_field");
        let second = desk.app.clerk("second", desk.community).await;
        let correct = async |n: usize, body: Value| {
            let proposed = desk.clerk.post(&path(n), body).await.expect(201);
            let id = proposed["history"][0]["corrections"][0]["correction_id"].as_str().unwrap();
            let confirm = desk.path(&format!("/corrections/{id}/confirm"));
            second.post(&confirm, json!({})).await.expect(200)
        };
        let signed = json!({ "stance": "support", "confirmation": "signed", "why": "漏录签字" });
        let done = correct(0, signed).await;
        assert_eq!(done["standing"], "support");
        assert_eq!(done["history"][0]["corrections"][0]["confirmation"], "signed");
        // Toward nobody was met, two people are enough.
        let done = correct(1, json!({ "stance": "unreached", "why": "误录到602室" })).await;
        assert_eq!(done["standing"], "unreached");
    }

    async fn after_the_end_no_correction_moves_the_numbers(app: TestApp) {
        let desk = desk(app).await;
        desk.open().await;
        let one = visit(&desk.units[0], 1, "oppose", desk.tick());
        let answer = desk.upload(&desk.committee, &[one]).await.expect(200);
        let stance = answer["visits"][0]["stance_id"].as_str().unwrap();
        let path = desk.path(&format!("/stances/{stance}/corrections"));
        let body = json!({ "stance": null, "why": "该户未走访" });
        let proposed = desk.clerk.post(&path, body.clone()).await.expect(201);
        let id = proposed["history"][0]["corrections"][0]["correction_id"].as_str().unwrap();
        desk.close().await;
        desk.clerk.post(&desk.path("/conclude"), json!({})).await.expect(200);
        let second = desk.app.clerk("second", desk.community).await;
        let confirm = second.post(&desk.path(&format!("/corrections/{id}/confirm")), json!({})).await;
        assert_eq!(confirm.refused(409), "consultation_state_conflict");
        second.post(&desk.path(&format!("/corrections/{id}/withdraw")), json!({})).await.expect(200);
        let late = desk.clerk.post(&path, body).await;
        assert_eq!(late.refused(409), "consultation_state_conflict");
        assert_eq!(desk.clerk.get(&desk.path("")).await.expect(200)["totals"]["oppose"], 1);
    }

    async fn what_the_household_said_itself_no_clerk_corrects(app: TestApp) {
        let desk = desk(app).await;
        let owner = desk.app.owner(&phone(1)).await;
        let body = json!({ "stance": "support" });
        let said = owner.post(&desk.path("/statements"), body).await.expect(201);
        assert_eq!(said["round"], 0, "before the first round");
        let stance = said["stance_id"].as_str().unwrap();
        let path = desk.path(&format!("/stances/{stance}/corrections"));
        let body = json!({ "stance": "oppose", "why": "误录" });
        assert_eq!(desk.clerk.post(&path, body).await.refused(409), "households_own_word");
    }

    async fn what_was_recorded_of_a_household_is_never_rewritten(app: TestApp) {
        use diesel::connection::SimpleConnection;
        let desk = desk(app).await;
        desk.open().await;
        let one = visit(&desk.units[0], 1, "oppose", desk.tick());
        let mut other = one.clone();
        other["place"] = json!("小区门口");
        let answer = desk.upload(&desk.committee, &[one, other]).await.expect(200);
        let stance = answer["visits"][0]["stance_id"].as_str().unwrap();
        let path = desk.path(&format!("/stances/{stance}/corrections"));
        let body = json!({ "stance": "support", "confirmation": "signed", "why": "误录" });
        let proposed = desk.clerk.post(&path, body).await.expect(201);
        let id = proposed["history"][0]["corrections"][0]["correction_id"].as_str().unwrap();
        let second = desk.app.clerk("second", desk.community).await;
        second.post(&desk.path(&format!("/corrections/{id}/confirm")), json!({})).await.expect(200);
        desk.close().await;
        let context = WriteContext::of(Actor::named("dba"));
        for change in [
            "UPDATE consultation_stances SET stance = 'support'",
            "DELETE FROM consultation_stances",
            "UPDATE consultation_corrections SET why = 'x'",
            "UPDATE consultation_corrections SET state = 'withdrawn'",
            "UPDATE consultation_corrections SET confirmation = NULL",
            "DELETE FROM consultation_corrections",
            "UPDATE consultation_clashes SET content = 'x'",
            "DELETE FROM consultation_clashes",
            "UPDATE consultation_rounds SET opener_name = 'x'",
            "UPDATE consultation_rounds SET closed_at = NULL, closer_name = NULL",
            "DELETE FROM consultation_rounds",
            "UPDATE consultations SET title = 'x'",
            "UPDATE consultations SET target_percent = 1",
            "DELETE FROM consultations",
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
