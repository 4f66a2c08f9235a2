//! Three rounds in order, whom each visits, the three numbers, assignments.

use super::*;

/// 100 dwellings in two buildings, and a shop that is no household.
fn hundred() -> Vec<TestUnit> {
    let mut units: Vec<TestUnit> = (1..=100)
        .map(|n| {
            let building = if n <= 50 { "1栋" } else { "2栋" };
            TestUnit {
                building: building.to_owned(),
                ..flat(&format!("{n:03}"), "80.00", &[&phone(n)])
            }
        })
        .collect();
    units.push(TestUnit { unit_use: "commercial", ..flat("S01", "30.00", &[&phone(101)]) });
    units
}

fn share(value: &Value) -> (u64, u64) {
    (value["count"].as_u64().unwrap(), value["of"].as_u64().unwrap())
}

db_test! {
    async fn three_rounds_bring_a_hundred_households_to_the_aim(app: TestApp) {
        let desk = desk_of(app, &hundred()).await;
        assert_eq!(desk.units.len(), 100, "a shop is no household");
        desk.open().await;
        // The first round: 60 support, 20 set a condition, 10 oppose, 5 are not met, 5 not visited.
        let at = desk.tick();
        let stance = |n: usize| match n {
            0..60 => Some("support"),
            60..80 => Some("conditional"),
            80..90 => Some("oppose"),
            90..95 => Some("unreached"),
            _ => None,
        };
        let visits: Vec<Value> = (0..100)
            .filter_map(|n| Some(visit(&desk.units[n], 1, stance(n)?, at)))
            .collect();
        let answer = desk.upload(&desk.committee, &visits).await.expect(200);
        assert_eq!((&answer["accepted"], &answer["refused"]), (&json!(95), &json!(0)));
        let view = desk.close().await;
        let totals = &view["totals"];
        assert_eq!(share(&totals["coverage"]), (90, 100));
        assert_eq!(share(&totals["support"]), (60, 100));
        assert_eq!(share(&totals["unreached"]), (10, 100));
        assert_eq!(totals["tried_in_vain"], 5);
        assert_eq!(view["target_reached"], false);
        let places = view["places"].as_array().unwrap();
        assert_eq!(share(&places[0]["totals"]["support"]), (50, 50), "1栋");
        assert_eq!(share(&places[1]["totals"]["support"]), (10, 50), "2栋");
        // The second visits the 40 who do not support, and brings 30 of them over.
        assert_eq!(desk.targets(1).await.len(), 100);
        let second = desk.targets(2).await;
        assert_eq!((second.len(), second[0].as_str()), (40, "061"));
        desk.open().await;
        let at = desk.tick();
        let visits: Vec<Value> = (60..90).map(|n| visit(&desk.units[n], 2, "support", at)).collect();
        let answer = desk.upload(&desk.grid, &visits).await.expect(200);
        assert_eq!(answer["accepted"], 30);
        assert_eq!(desk.targets(2).await.len(), 40, "the list of the open round stays");
        desk.close().await;
        let third = desk.targets(3).await;
        assert_eq!((third.len(), third[0].as_str()), (10, "091"));
        // The third by two bodies together: everybody supports.
        desk.open().await;
        let at = desk.tick();
        let visits: Vec<Value> = (90..100).map(|n| visit(&desk.units[n], 3, "support", at)).collect();
        desk.upload(&desk.clerk, &visits).await.expect(200);
        let view = desk.close().await;
        assert_eq!(share(&view["totals"]["support"]), (100, 100));
        assert_eq!(view["target_reached"], true);
        let after: Vec<_> = view["rounds"].as_array().unwrap().iter()
            .map(|round| share(&round["totals"]["support"]).0)
            .collect();
        assert_eq!(after, [60, 90, 100]);
        let done = desk.clerk.post(&desk.path("/conclude"), json!({})).await.expect(200);
        assert_eq!(done["state"], "concluded");
        let late = desk.upload(&desk.clerk, &visits).await;
        assert_eq!(late.refused(409), "consultation_state_conflict");
    }

    async fn rounds_go_in_order_and_a_fourth_there_is_none(app: TestApp) {
        let desk = desk(app).await;
        let conclude = desk.path("/conclude");
        let early = desk.clerk.post(&conclude, json!({})).await;
        assert_eq!(early.refused(409), "consultation_state_conflict");
        let path = desk.path("/rounds/close");
        assert_eq!(desk.clerk.post(&path, json!({})).await.refused(409), "consultation_state_conflict");
        let early = desk.upload(&desk.committee, &[visit(&desk.units[0], 1, "support", desk.tick())]).await;
        assert_eq!(early.refused(409), "consultation_state_conflict");
        assert_eq!(early.json()["need"], "round_1, after_1, round_2, after_2, round_3, after_3");
        for _ in 0..3 {
            desk.open().await;
            let again = desk.clerk.post(&desk.path("/rounds/open"), json!({})).await;
            assert_eq!(again.refused(409), "consultation_state_conflict");
            desk.close().await;
        }
        let fourth = desk.clerk.post(&desk.path("/rounds/open"), json!({})).await;
        assert_eq!(fourth.refused(409), "consultation_state_conflict");
        // Who only visits opens no round.
        let refused = desk.grid.post(&conclude, json!({})).await;
        assert_eq!(refused.refused(403), "forbidden");
        desk.clerk.post(&conclude, json!({})).await.expect(200);
    }

    async fn a_building_is_assigned_to_two_and_each_sees_the_own_list(app: TestApp) {
        let desk = desk_of(app, &hundred()).await;
        let scope = Scope::Community(desk.community);
        let second = desk.app.staff("second", &[("committee", scope)]).await;
        let list = format!("/api/v1/communities/{}/buildings", desk.community);
        let buildings = desk.clerk.get(&list).await.expect(200);
        let items = buildings["items"].as_array().unwrap_or_else(|| buildings.as_array().unwrap());
        let named = |name: &str| items.iter().find(|one| one["name"] == name).unwrap()["id"].clone();
        let path = desk.path("/assignments");
        let body = |name: &str, visitors: Value| {
            json!({ "building_id": named(name), "visitors": visitors })
        };
        let given = desk.clerk.post(&path, body("2栋", json!(["committee", "second"]))).await.expect(201);
        assert_eq!(given, json!({ "round": 1, "households": 50 }));
        let own = desk.path("/assignments/own?limit=200");
        let mine = second.get(&own).await.expect(200);
        assert_eq!(mine["items"].as_array().unwrap().len(), 50);
        assert_eq!(mine["items"][0]["unit_code"], "051");
        assert_eq!(desk.grid.get(&own).await.expect(200)["items"], json!([]));
        // A visit is done; giving the building to others takes it from the first.
        desk.open().await;
        let one = visit(&desk.units[50], 1, "support", desk.tick());
        desk.upload(&second, &[one]).await.expect(200);
        assert_eq!(second.get(&own).await.expect(200)["items"][0]["done"], true);
        desk.clerk.post(&path, body("2栋", json!(["grid", "second"]))).await.expect(201);
        assert_eq!(desk.committee.get(&own).await.expect(200)["items"], json!([]));
        assert_eq!(desk.grid.get(&own).await.expect(200)["items"].as_array().unwrap().len(), 50);
        for (visitors, pointer) in [
            (json!(["grid", "grid"]), "/visitors"),
            (json!(["grid"]), "/visitors"),
            (json!(["grid", "nobody"]), "/visitors/1"),
        ] {
            let refused = desk.clerk.post(&path, body("1栋", visitors)).await;
            assert_eq!(refused.refused(422), "invalid_field");
            assert_eq!(refused.json()["errors"][0]["pointer"], pointer);
        }
        let building = named("1栋");
        let building = building.as_str().unwrap();
        let targets = desk.path(&format!("/rounds/1/targets?building_id={building}&limit=20"));
        let page = desk.clerk.get(&targets).await.expect(200);
        let next = page["next_cursor"].as_str().unwrap();
        let rest = desk.clerk.get(&format!("{targets}&cursor={next}")).await.expect(200);
        let firsts = (&page["items"][0]["unit_code"], &rest["items"][0]["unit_code"]);
        assert_eq!(firsts, (&json!("001"), &json!("021")));
        let foreign = desk.path(&format!("/rounds/1/targets?cursor={}", Uuid::nil()));
        assert_eq!(desk.clerk.get(&foreign).await.refused(400), "invalid_cursor");
        let csv = desk.clerk.get(&desk.path("/rounds/1/targets.csv")).await;
        assert_eq!(csv.text.lines().count(), 101);
        assert!(csv.text.contains("2栋,,051,未走访,支持,,1,grid、second"), "{}", csv.text);
        assert!(!csv.text.contains("业主"), "no name of a resident");
        let (other, _) = desk.app.community("别的小区").await;
        let stranger = desk.app.clerk("stranger", other).await;
        assert_eq!(stranger.get(&targets).await.refused(404), "not_found");
        assert_eq!(stranger.get(&desk.path("")).await.refused(404), "not_found");
        assert_eq!(stranger.get(PATH).await.expect(200)["items"], json!([]));
    }
}
