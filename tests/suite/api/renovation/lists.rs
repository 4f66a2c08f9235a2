//! Lists, the board, reference data, and who sees what.

use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use jiugai::{
    kernel::LocalDate,
    platform::{
        auth::Scope,
        db::{Actor, WriteContext, WriteTx, schema::communities},
    },
};
use serde_json::{Value, json};

use super::{PROJECTS, id_of, project, put, work};
use crate::{
    db_test,
    support::{TestApp, flats},
};

fn names(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect()
}

db_test! {
    async fn projects_are_listed_by_stage_name_and_page_within_the_reach(app: TestApp) {
        let work = work(app, "national").await;
        let clerk = work.clerk().await;
        let second = project(&clerk, (work.desk.community, "第二期")).await;
        project(&clerk, (work.desk.community, "第三期")).await;
        put(&work.desk.app, &second, "in_library").await;
        let all = clerk.get(PROJECTS).await.expect(200);
        assert_eq!(names(&all), ["第三期", "第二期", "幸福里改造"]);
        let page = clerk.get(&format!("{PROJECTS}?limit=2")).await.expect(200);
        assert_eq!(names(&page), ["第三期", "第二期"]);
        let cursor = page["next_cursor"].as_str().unwrap();
        let rest = clerk.get(&format!("{PROJECTS}?limit=2&cursor={cursor}")).await.expect(200);
        assert_eq!((names(&rest), rest.get("next_cursor")), (vec!["幸福里改造"], None));
        for (query, expected) in [
            ("stage=in_library", vec!["第二期"]),
            ("search=期", vec!["第三期", "第二期"]),
            ("search=%25", vec![]),
            ("stage=building", vec![]),
        ] {
            let found = clerk.get(&format!("{PROJECTS}?{query}")).await.expect(200);
            assert_eq!(names(&found), expected, "{query}");
        }
        let bad = clerk.get(&format!("{PROJECTS}?cursor=x")).await;
        assert_eq!(bad.refused(400), "invalid_cursor");
        let board = clerk.get(&format!("{PROJECTS}/board")).await.expect(200);
        let count = |stage: &str| {
            let board = board.as_array().unwrap();
            board.iter().find(|one| one["stage"] == stage).unwrap()["projects"].clone()
        };
        assert_eq!((count("applied"), count("in_library"), count("building")),
            (json!(2), json!(1), json!(0)));
        assert_eq!(board.as_array().unwrap().len(), 15);
        // Another community's clerk sees none of it; the division's bureau sees all.
        let app = &work.desk.app;
        let other = app.register("别处小区", &flats(1, "80.00")).await;
        let stranger = app.clerk("stranger", other).await;
        assert_eq!(names(&stranger.get(PROJECTS).await.expect(200)), Vec::<&str>::new());
        assert_eq!(stranger.get(&work.path("")).await.refused(404), "not_found");
        assert_eq!(stranger.post(&work.path("/advance"), json!({})).await.refused(404), "not_found");
        let body = json!({ "community_id": work.desk.community, "policy": "national", "name": "x" });
        assert_eq!(stranger.post(PROJECTS, body).await.refused(404), "not_found");
        let division = Scope::Division("330203".to_owned());
        let bureau = app.staff("district", &[("housing_bureau", division)]).await;
        assert_eq!(names(&bureau.get(PROJECTS).await.expect(200)).len(), 3);
        // Who reads does not move.
        let reviewer = app.staff("reviewer", &[("reviewer", Scope::Everything)]).await;
        reviewer.get(&work.path("/readiness")).await.expect(200);
        let moved = reviewer.post(&work.path("/advance"), json!({})).await;
        assert_eq!(moved.refused(403), "forbidden");
    }

    async fn packs_and_catalogue_are_data_and_a_project_pins_one_version(app: TestApp) {
        let work = work(app, "xianning").await;
        let clerk = work.clerk().await;
        let packs = clerk.get("/api/v1/policy-packs").await.expect(200);
        assert_eq!(packs.as_array().unwrap().len(), 8);
        let pack = clerk.get("/api/v1/policy-packs/xianning").await.expect(200);
        let view = work.get("").await;
        let policy = &view["policy"];
        assert_eq!((&policy["digest"], &policy["version"]), (&pack["digest"], &json!(2)));
        assert_eq!(clerk.get("/api/v1/policy-packs/nowhere").await.refused(404), "not_found");
        let items = clerk.get("/api/v1/content-items").await.expect(200);
        assert_eq!((&items[0]["code"], &items[0]["class"]), (&json!("B01"), &json!("basic")));
        let found = async |query: &str| {
            let found = clerk.get(&format!("/api/v1/content-items?{query}")).await.expect(200);
            found.as_array().unwrap().clone()
        };
        let upgrade = found("class=upgrade").await;
        assert!(upgrade.iter().all(|item| item["class"] == "upgrade") && upgrade.len() >= 10);
        let water = found("class=basic&search=%E4%BE%9B%E6%B0%B4").await;
        assert_eq!(water[0]["zh"], "供水设施改造");
        assert_eq!(found("search=b01").await, water[..1]);
        assert_eq!(found("class=upgrade&search=b01").await, Vec::<Value>::new());
        let odd = clerk.get("/api/v1/content-items?class=other").await;
        assert_eq!(odd.refused(400), "malformed_request");
        let body = json!({ "community_id": work.desk.community, "policy": "nowhere", "name": "x" });
        let refused = clerk.post(PROJECTS, body).await;
        assert_eq!(refused.refused(422), "invalid_field");
        let again = json!({ "community_id": work.desk.community, "policy": "xianning", "name": "二期" });
        let again = clerk.post(PROJECTS, again).await.expect(201);
        assert_eq!(again["policy"]["id"], policy["id"]);
        assert_ne!(id_of(&again), work.project);
    }

    async fn a_community_that_has_ended_takes_no_new_project(app: TestApp) {
        let work = work(app, "national").await;
        let community = work.desk.community;
        let write = move |tx: &mut WriteTx<'_>| {
            let ended = LocalDate::from_ymd(2026, 3, 1).unwrap();
            let found = communities::table.filter(communities::id.eq(community));
            diesel::update(found).set(communities::ended_on.eq(ended)).execute(tx.conn())?;
            Ok(())
        };
        let context = WriteContext::of(Actor::named("test"));
        work.desk.app.db.write(&context, "test", write).await.unwrap();
        let body = json!({ "community_id": community, "policy": "national", "name": "二期" });
        let refused = work.clerk().await.post(PROJECTS, body).await;
        assert_eq!(refused.refused(409), "community_ended");
    }
}
