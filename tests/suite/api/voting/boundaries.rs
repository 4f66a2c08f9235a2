//! Communities that merge or split, with the votes that they leave behind.

use jiugai::{
    kernel::{BuildingId, CommunityId},
    platform::auth::Scope,
};
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use super::composites::{FIRST, building, clerk, draft, hold, id_of, path};
use crate::{
    db_test,
    support::{Client, TestApp, flat, flats, phone},
};

const CHANGES: &str = "/api/v1/boundary-changes";

fn community_path(id: impl std::fmt::Display, rest: &str) -> String {
    format!("/api/v1/communities/{id}{rest}")
}

/// Two courtyards, each with a 1栋 of its own, and who may merge them: two people of the street.
async fn courtyards(app: &TestApp) -> (Client, Client, CommunityId, CommunityId) {
    let street = async |login| {
        let scope = Scope::Division("330203001".to_owned());
        app.staff(login, &[("street_office", scope)]).await
    };
    let (first, second) = (street("first").await, street("second").await);
    let unit = |n: usize, owner: usize| flat(&format!("1-{n}"), "80.00", &[&phone(owner)]);
    let one = app.register("昌盛一院", &[unit(1, 1), unit(2, 2), unit(3, 3)]).await;
    let two = app.register("昌盛二院", &[unit(1, 11), unit(2, 12)]).await;
    (first, second, one, two)
}

fn merger(sources: Value) -> Value {
    json!({ "kind": "merge", "effective_on": "2026-04-04", "document_number": "住建〔2026〕12号",
        "reason": "三院合并",
        "sources": sources, "targets": [{ "name": "昌盛小区" }] })
}

fn prefixed(one: CommunityId, two: CommunityId) -> Value {
    json!([{ "community_id": one }, { "community_id": two, "prefix": "二院" }])
}

fn names(buildings: &Value) -> Vec<&str> {
    let mut names: Vec<&str> =
        buildings.as_array().unwrap().iter().map(|b| b["name"].as_str().unwrap()).collect();
    names.sort_unstable();
    names
}

db_test! {
    async fn two_courtyards_merge_by_two_people_and_an_old_vote_stays_word_for_word(app: TestApp) {
        let (_, _, one, two) = courtyards(&app).await;
        let clerk = clerk(&app).await;
        let of_one = app.clerk("of_one", one).await;
        let old = draft(&clerk, ("national", one, None, "9")).await;
        let tower = building(&app, two, "1栋").await;
        let of_tower = draft(&clerk, ("national", two, Some(tower), "9")).await;
        hold(&app, FIRST, &[(&old, (3, 3)), (&of_tower, (2, 2))]).await;
        let told = async || {
            let public = format!("/api/v1/public/votes/{of_tower}/result");
            app.anon().get(&public).await.expect(200)
        };
        let before_tower = told().await;
        assert!(before_tower.to_string().contains("昌盛二院"), "{before_tower}");
        // It is 4 April. One vote is a draft, one has a frozen roll.
        let clerk = app.sign_in("clerk").await;
        let idle = draft(&clerk, ("national", one, None, "9")).await;
        let running = draft(&clerk, ("national", two, None, "9")).await;
        clerk.post(&path(&running, "/freeze-roll"), json!({})).await.expect(200);
        let keep = async |client: &Client| {
            let mut kept = Vec::new();
            for rest in ["/result", "/explain", "/roll", "/roll/totals", ""] {
                kept.push(client.get(&path(&old, rest)).await.expect(200));
            }
            kept
        };
        let before = keep(&clerk).await;

        let (first, second) = (app.sign_in("first").await, app.sign_in("second").await);
        let mut unknown = merger(prefixed(one, two));
        unknown["decision_id"] = json!("0198d1f2-0000-7000-8000-000000000001");
        assert_eq!(first.post(CHANGES, unknown).await.refused(422), "invalid_field");
        let same = merger(json!([{ "community_id": one }, { "community_id": two }]));
        let refused = first.post(CHANGES, same).await;
        assert_eq!(refused.refused(409), "boundary_unfit");
        let params = refused.json()["params"].clone();
        assert_eq!(params["units"], json!(["1-1", "1-2"]));
        assert_eq!(params["buildings"], json!(["1幢", "1栋"]));
        assert_eq!(clerk.post(CHANGES, merger(prefixed(one, two))).await.refused(403), "forbidden");
        let proposed = first.post(CHANGES, merger(prefixed(one, two))).await.expect(201);
        let target = &proposed["targets"][0];
        assert_eq!((&proposed["state"], &target["units"]), (&json!("proposed"), &json!(5)));
        assert_eq!(target["buildings"].as_array().unwrap().len(), 4);
        assert_eq!(proposed["in_the_way"][0]["vote_id"], json!(running));
        assert_eq!(proposed["in_the_way"].as_array().unwrap().len(), 1);
        let again = first.post(CHANGES, merger(prefixed(one, two))).await;
        assert_eq!(again.refused(409), "already_exists");
        let change = format!("{CHANGES}/{}", id_of(&proposed));
        let confirm = format!("{change}/confirm");
        assert_eq!(first.post(&confirm, json!({})).await.refused(409), "same_clerk");
        let waits = second.post(&confirm, json!({})).await;
        assert_eq!(waits.refused(409), "vote_running");
        assert_eq!(waits.json()["params"]["votes"][0]["vote_id"], json!(running));
        let here = first.get(&community_path(one, "")).await.expect(200);
        assert_eq!(here["ended_on"], Value::Null, "a proposal has no effect");
        clerk.post(&path(&running, "/void"), json!({ "reason": "小区合并" })).await.expect(200);
        let done = second.post(&confirm, json!({})).await.expect(200);
        assert_eq!((&done["state"], &done["confirmed_by"], &done["proposed_by"]),
            (&json!("confirmed"), &json!("second"), &json!("first")));
        assert_eq!(done["targets"][0]["buildings"], target["buildings"]);
        let merged = done["targets"][0]["community_id"].as_str().unwrap().to_owned();
        assert_eq!(second.post(&confirm, json!({})).await.refused(409), "wrong_state");

        // The old vote: the same words, for those who could read them.
        let clerk = app.sign_in("clerk").await;
        assert_eq!(keep(&clerk).await, before);
        assert_eq!(told().await, before_tower);
        let of_one = { drop(of_one); app.sign_in("of_one").await };
        assert_eq!(keep(&of_one).await, before);
        let owner = app.owner(&phone(1)).await;
        assert_eq!(owner.get(&path(&old, "")).await.expect(200)["state"], "confirmed");
        assert_eq!(of_one.get(&community_path(&merged, "")).await.refused(404), "not_found");

        // What has ended takes nothing new.
        let body = json!({ "title": "x", "community_id": one, "rule_pack": "national",
            "items": [{ "title": "是否同意", "matters": ["9"] }] });
        let late = clerk.post("/api/v1/votes", body).await;
        assert_eq!(late.refused(409), "community_ended");
        assert_eq!(late.json()["params"]["ended_on"], "2026-04-04");
        let late = clerk.post(&path(&idle, "/freeze-roll"), json!({})).await;
        assert_eq!(late.refused(409), "community_ended");
        let part = Part::bytes(b"x".to_vec()).file_name("a.csv");
        let request = clerk.request("POST", &community_path(one, "/imports"));
        let late = clerk.send(request.multipart(Form::new().part("file", part))).await;
        assert_eq!(late.refused(409), "community_ended");
        let place = json!({ "title": "合并", "rule_pack": "shanghai-elevator",
            "composite": "elevator", "places": [{ "community_id": one }] });
        let late = clerk.post("/api/v1/composite-decisions", place).await;
        assert_eq!(late.refused(409), "community_ended");
        let once_more = merger(prefixed(one, two));
        assert_eq!(first.post(CHANGES, once_more).await.refused(409), "community_ended");

        let renamed = first.patch(&community_path(one, ""), json!({ "name": "昌盛小区一区" })).await;
        assert_eq!(renamed.refused(409), "community_ended");

        // Boundaries of then and of now, told both ways.
        let then = first.get(&community_path(one, "/boundaries?on=2026-04-03")).await.expect(200);
        assert_eq!(names(&then["buildings"]), ["1幢", "1栋"]);
        assert_eq!(then["successors"][0]["community_id"], json!(merged));
        let now = first.get(&community_path(one, "/boundaries?on=2026-04-04")).await.expect(200);
        assert_eq!((&now["ended_on"], &now["buildings"]), (&json!("2026-04-04"), &json!([])));
        let new = first.get(&community_path(&merged, "/boundaries")).await.expect(200);
        assert_eq!(names(&new["buildings"]), ["1幢", "1栋", "二院1幢", "二院1栋"]);
        let from: Vec<&Value> = new["predecessors"].as_array().unwrap().iter()
            .map(|from| &from["community_id"]).collect();
        assert_eq!(from, [&json!(one), &json!(two)]);
        let early = community_path(&merged, "/boundaries?on=2026-04-03");
        assert_eq!(first.get(&early).await.expect(200)["buildings"], json!([]));
        let listed = first.get(&community_path(&merged, "/boundary-changes")).await.expect(200);
        assert_eq!(listed["items"][0]["id"], done["id"]);
        let moved = done["targets"][0]["buildings"].as_array().unwrap().iter()
            .find(|moved| moved["new_name"] == "二院1栋").unwrap();
        let history = format!("/api/v1/buildings/{}/communities", moved["building_id"].as_str().unwrap());
        let stays = first.get(&history).await.expect(200)["items"].clone();
        assert_eq!((&stays[0]["community"], &stays[0]["building"], &stays[0]["valid_to"]),
            (&json!("昌盛二院"), &json!("1栋"), &json!("2026-04-04")));
        assert_eq!((&stays[1]["community"], &stays[1]["building"], &stays[1]["valid_from"]),
            (&json!("昌盛小区"), &json!("二院1栋"), &json!("2026-04-04")));
        assert_eq!(app.sign_in("of_one").await.get(&history).await.refused(404), "not_found");

        // A new vote counts them all.
        let merged: CommunityId = merged.parse().unwrap();
        let vote = draft(&clerk, ("national", merged, None, "9")).await;
        let before_it_began = json!({ "record_on": "2026-04-03" });
        let early = clerk.post(&path(&vote, "/freeze-roll"), before_it_began).await;
        assert_eq!(early.refused(422), "invalid_field");
        clerk.post(&path(&vote, "/freeze-roll"), json!({})).await.expect(200);
        let totals = clerk.get(&path(&vote, "/roll/totals")).await.expect(200);
        assert_eq!((&totals["area"], &totals["heads"]), (&json!("400.00"), &json!(5)));
        let roll = clerk.get(&path(&vote, "/roll")).await.expect(200);
        let mut codes: Vec<&str> = roll["items"].as_array().unwrap().iter()
            .map(|unit| unit["code"].as_str().unwrap()).collect();
        codes.sort_unstable();
        assert_eq!(codes, ["1-1", "1-2", "1-3", "二院1-1", "二院1-2"]);
    }

    async fn a_community_splits_by_named_buildings_from_its_day_on_and_a_proposal_is_withdrawn(
        app: TestApp
    ) {
        let (first, second, other, _) = courtyards(&app).await;
        let mut units = flats(4, "80.00");
        for (n, unit) in units.iter_mut().enumerate() {
            unit.owners = vec![phone(20 + n)];
            unit.building = if n < 3 { "1栋".to_owned() } else { "2栋".to_owned() };
        }
        let whole = app.register("大院", &units).await;
        let of = async |name| building(&app, whole, name).await;
        let (empty, north, south) = (of("1幢").await, of("1栋").await, of("2栋").await);
        let split = |on: &str, parts: [Vec<BuildingId>; 2]| {
            let [one, two] = parts;
            json!({ "kind": "split", "effective_on": on, "document_number": "住建〔2026〕13号",
                "reason": "道路穿越", "sources": [{ "community_id": whole }],
                "targets": [{ "name": "大院北区", "building_ids": one },
                    { "name": "大院南区", "building_ids": two }] })
        };
        let today = "2026-03-02";
        let unnamed = first.post(CHANGES, split(today, [vec![north], vec![south]])).await;
        assert_eq!(unnamed.refused(409), "boundary_unfit");
        assert_eq!(unnamed.json()["params"]["building"], "1幢");
        let foreign = building(&app, other, "1栋").await;
        for parts in [[vec![north, empty], vec![south, foreign]],
            [vec![north, empty], vec![south, north]], [vec![north, empty, south], vec![]]]
        {
            assert_eq!(first.post(CHANGES, split(today, parts)).await.refused(422), "invalid_field");
        }
        let past = split("2026-03-01", [vec![north, empty], vec![south]]);
        assert_eq!(first.post(CHANGES, past).await.refused(422), "invalid_field");
        let parts = [vec![north, empty], vec![south]];
        let later = first.post(CHANGES, split("2026-03-03", parts.clone())).await.expect(201);
        let change = format!("{CHANGES}/{}", id_of(&later));
        let early = second.post(&format!("{change}/confirm"), json!({})).await;
        assert_eq!(early.refused(409), "too_early");
        let withdrawn = first.post(&format!("{change}/withdraw"), json!({})).await.expect(200);
        assert_eq!((&withdrawn["state"], &withdrawn["withdrawn_by"]),
            (&json!("withdrawn"), &json!("first")));
        let late = second.post(&format!("{change}/confirm"), json!({})).await;
        assert_eq!(late.refused(409), "wrong_state");
        let taken = json!({ "kind": "split", "effective_on": today, "document_number": "1",
            "reason": "x", "sources": [{ "community_id": whole }],
            "targets": [{ "name": "昌盛一院", "building_ids": [north, empty] },
                { "name": "大院南区", "building_ids": [south] }] });
        assert_eq!(first.post(CHANGES, taken).await.refused(409), "already_exists");

        let proposed = first.post(CHANGES, split(today, parts)).await.expect(201);
        let change = format!("{CHANGES}/{}", id_of(&proposed));
        let stranger = app.clerk("stranger", other).await;
        assert_eq!(stranger.get(&change).await.refused(404), "not_found");
        let elsewhere = Scope::Division("330204".to_owned());
        let elsewhere = app.staff("elsewhere", &[("housing_bureau", elsewhere)]).await;
        let beyond = elsewhere.post(&format!("{change}/confirm"), json!({})).await;
        assert_eq!(beyond.refused(404), "not_found");
        let done = second.post(&format!("{change}/confirm"), json!({})).await.expect(200);
        let counts: Vec<&Value> = done["targets"].as_array().unwrap().iter()
            .map(|target| &target["units"]).collect();
        assert_eq!(counts, [&json!(3), &json!(1)]);
        let clerk = clerk(&app).await;
        for (target, area) in [(0, "240.00"), (1, "80.00")] {
            let id = done["targets"][target]["community_id"].as_str().unwrap().to_owned();
            let vote = draft(&clerk, ("national", id.parse().unwrap(), None, "9")).await;
            clerk.post(&path(&vote, "/freeze-roll"), json!({})).await.expect(200);
            let totals = clerk.get(&path(&vote, "/roll/totals")).await.expect(200);
            assert_eq!(totals["area"], area);
        }
        let after = first.get(&community_path(whole, "/boundaries")).await.expect(200);
        let after: Vec<&Value> = after["successors"].as_array().unwrap().iter()
            .map(|to| &to["name"]).collect();
        assert_eq!(after, [&json!("大院北区"), &json!("大院南区")]);
    }
}
