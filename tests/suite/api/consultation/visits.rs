//! Visits from phones without network, and what an owner says: nothing lost, nothing counted twice.

use super::*;

db_test! {
    async fn a_batch_sent_again_has_no_second_effect(app: TestApp) {
        let desk = desk(app).await;
        desk.open().await;
        let at = desk.tick();
        let visits: Vec<Value> =
            desk.units.iter().map(|unit| visit(unit, 1, "support", at)).collect();
        let first = desk.upload(&desk.committee, &visits[..3]).await.expect(200);
        assert_eq!(outcomes(&first), vec![("accepted".to_owned(), None); 3]);
        let again = desk.upload(&desk.committee, &visits).await.expect(200);
        let words: Vec<String> = outcomes(&again).into_iter().map(|(outcome, _)| outcome).collect();
        assert_eq!(words, ["duplicate", "duplicate", "duplicate", "accepted", "accepted"]);
        assert_eq!(again["visits"][0]["stance_id"], first["visits"][0]["stance_id"]);
        let twice = desk.upload(&desk.committee, &[visits[0].clone(), visits[0].clone()]).await.expect(200);
        assert_eq!(twice["accepted"], 0);
        assert_eq!(desk.household(0).await["history"].as_array().unwrap().len(), 1);
    }

    async fn the_same_key_with_other_content_is_a_conflict_and_both_are_kept(app: TestApp) {
        let desk = desk(app).await;
        desk.open().await;
        let one = visit(&desk.units[0], 1, "support", desk.tick());
        desk.upload(&desk.committee, std::slice::from_ref(&one)).await.expect(200);
        let mut other = one.clone();
        other["place"] = json!("小区门口");
        for _ in 0..2 {
            let answer = desk.upload(&desk.committee, &[other.clone()]).await.expect(200);
            assert_eq!(outcomes(&answer), [("conflict".to_owned(), Some("other_content".to_owned()))]);
        }
        let found = desk.clerk.get(&desk.path("/conflicts")).await.expect(200);
        let kept = found["other_content"].as_array().unwrap();
        assert_eq!((kept.len(), &kept[0]["client_id"]), (1, &one["client_id"]));
        assert!(kept[0]["content"].as_str().unwrap().contains("小区门口"));
        assert_eq!(desk.household(0).await["history"][0]["place"], "住户家中", "the first stays");
    }

    async fn a_late_visit_does_not_win_over_a_later_word(app: TestApp) {
        let desk = desk(app).await;
        desk.open().await;
        let (early, late) = (desk.tick(), desk.tick());
        desk.tick();
        let later = visit(&desk.units[0], 1, "oppose", late);
        desk.upload(&desk.committee, &[later]).await.expect(200);
        // Another phone comes with what the household had said before.
        let before = visit(&desk.units[0], 1, "support", early);
        let answer = desk.upload(&desk.grid, std::slice::from_ref(&before)).await.expect(200);
        assert_eq!(outcomes(&answer), [("conflict".to_owned(), Some("later_word".to_owned()))]);
        let household = desk.household(0).await;
        assert_eq!(household["standing"], "oppose");
        assert_eq!(household["history"].as_array().unwrap().len(), 2);
        let found = desk.clerk.get(&desk.path("/conflicts")).await.expect(200);
        assert_eq!(found["later_word"][0]["client_id"], before["client_id"]);
        // The same visitor out of order is no conflict, and does not win either.
        let own = visit(&desk.units[0], 1, "support", early);
        let answer = desk.upload(&desk.committee, &[own]).await.expect(200);
        assert_eq!(answer["accepted"], 1);
        assert_eq!(desk.household(0).await["standing"], "oppose");
        // An attempt in vain takes nothing back.
        let in_vain = visit(&desk.units[0], 1, "unreached", desk.tick());
        let answer = desk.upload(&desk.grid, &[in_vain]).await.expect(200);
        assert_eq!(answer["accepted"], 1);
        assert_eq!(desk.household(0).await["standing"], "oppose");
    }

    async fn each_visit_is_refused_by_itself_with_code_and_pointer(app: TestApp) {
        let desk = desk(app).await;
        desk.open().await;
        let at = desk.tick();
        let with = |field: &str, value: Value| {
            let mut visit = visit(&desk.units[0], 1, "support", at);
            visit[field] = value;
            visit
        };
        let visitors = |second: Value| json!([{ "name": "王甲", "role": "committee" }, second]);
        let cases = [
            (json!({ "client_id": Uuid::nil() }), "invalid_field", "/visits/0"),
            (with("stance", json!("maybe")), "invalid_field", "/visits/1/stance"),
            (with("unit_id", json!(Uuid::nil())), "not_a_household", "/visits/2/unit_id"),
            (with("round", json!(2)), "invalid_field", "/visits/3/round"),
            (with("visited_at", json!("2026-03-01T00:00:00Z")), "invalid_field", "/visits/4/visited_at"),
            (with("visited_at", json!("2027-03-01T00:00:00Z")), "invalid_field", "/visits/5/visited_at"),
            (with("confirmation", Value::Null), "consultation_confirmation_missing",
                "/visits/6/confirmation"),
            (with("visitors", json!([])), "invalid_field", "/visits/7/visitors"),
            (with("visitors", visitors(json!({ "name": "王甲", "role": "volunteer" }))),
                "consultation_visitors_unfit", "/visits/8/visitors"),
            (with("stance", json!("oppose")), "invalid_field", "/visits/9/reason"),
            (with("place", json!(" ")), "invalid_field", "/visits/10/place"),
        ];
        let mut visits: Vec<Value> = cases.iter().map(|(visit, _, _)| visit.clone()).collect();
        visits.push(visit(&desk.units[1], 1, "support", at));
        let answer = desk.upload(&desk.committee, &visits).await.expect(200);
        for (found, (_, code, pointer)) in answer["visits"].as_array().unwrap().iter().zip(&cases) {
            assert_eq!(found["outcome"], "refused", "{found}");
            assert_eq!((&found["code"], &found["pointer"]), (&json!(code), &json!(pointer)), "{found}");
        }
        let counts = (&answer["accepted"], &answer["refused"]);
        assert_eq!(counts, (&json!(1), &json!(11)), "the good one is kept");
        assert_eq!(desk.household(0).await["history"], json!([]));
        for visits in [vec![], vec![Value::Null; 501]] {
            assert_eq!(desk.upload(&desk.committee, &visits).await.refused(422), "invalid_field");
        }
        let (other, _) = desk.app.community("别的小区").await;
        let stranger = desk.app.clerk("stranger", other).await;
        assert_eq!(desk.upload(&stranger, &visits).await.refused(404), "not_found");
    }

    async fn a_visit_of_a_closed_round_still_comes_in_and_one_after_its_close_does_not(app: TestApp) {
        let desk = desk(app).await;
        desk.open().await;
        let within = desk.tick();
        desk.close().await;
        let after = desk.tick();
        let visits = [
            visit(&desk.units[0], 1, "support", within),
            visit(&desk.units[1], 1, "support", after),
        ];
        let answer = desk.upload(&desk.committee, &visits).await.expect(200);
        assert_eq!((&answer["visits"][0]["outcome"], &answer["visits"][1]["pointer"]),
            (&json!("accepted"), &json!("/visits/1/visited_at")));
        assert_eq!(desk.targets(2).await.len(), 4);
    }

    async fn only_the_household_says_its_own_word_and_it_outweighs_the_visit(app: TestApp) {
        let desk = desk(app).await;
        desk.open().await;
        desk.upload(&desk.committee, &[visit(&desk.units[0], 1, "support", desk.tick())]).await.expect(200);
        let (first, second) = (desk.app.owner(&phone(1)).await, desk.app.owner(&phone(2)).await);
        desk.tick();
        let path = desk.path("/statements");
        let say = json!({ "stance": "oppose", "reason": "distrust" });
        let said = first.post(&path, say.clone()).await.expect(201);
        assert_eq!((&said["stance"], &said["unit_id"]), (&json!("oppose"), &json!(desk.units[0])));
        assert_eq!(desk.household(0).await["standing"], "oppose");
        // Neither another owner nor staff says it.
        let mut others = say.clone();
        others["unit_id"] = json!(desk.units[0]);
        assert_eq!(second.post(&path, others.clone()).await.refused(404), "not_found");
        assert_eq!(desk.clerk.post(&path, others).await.refused(404), "not_found");
        let history = desk.path(&format!("/households/{}", desk.units[0]));
        assert_eq!(second.get(&history).await.refused(404), "not_found");
        let seen = first.get(&history).await.expect(200);
        assert_eq!(seen["history"][1]["source"], "household");
        assert_eq!(second.get(&desk.path("")).await.expect(200)["totals"]["oppose"], 1, "numbers only");
        assert_eq!(second.get(&desk.path("/rounds/1/targets")).await.refused(404), "not_found");
        assert_eq!(second.get(PATH).await.expect(200)["items"].as_array().unwrap().len(), 1);
        for (body, pointer) in [
            (json!({ "stance": "unreached" }), "/stance"),
            (json!({ "stance": "oppose" }), "/reason"),
            (json!({ "stance": "conditional", "reason": "noise" }), "/note"),
        ] {
            let refused = first.post(&path, body).await;
            assert_eq!(refused.refused(422), "invalid_field");
            assert_eq!(refused.json()["errors"][0]["pointer"], pointer);
        }
        // It changes its mind; the visit from before, sent late by another phone, does not win.
        let before = visit(&desk.units[0], 1, "oppose", desk.tick());
        desk.tick();
        first.post(&path, json!({ "stance": "support" })).await.expect(201);
        let answer = desk.upload(&desk.grid, &[before]).await.expect(200);
        assert_eq!(answer["conflicts"], 1);
        assert_eq!(desk.household(0).await["standing"], "support");
    }
}
