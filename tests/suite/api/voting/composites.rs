//! Decisions that need several votes, and votes that are held again.

use chrono::TimeDelta;
use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use jiugai::{
    kernel::{AccountId, BuildingId, CommunityId, UtcTime, VoteId},
    platform::{
        auth::Scope,
        db::{Actor, WriteContext, schema},
    },
    voting::{Cast, Choice, NATIONAL, cast_many, find_shipped, list_items, list_voters},
};
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::{
    db_test,
    support::{Client, TestApp, TestUnit, flat, flats, phone},
};

const COMPOSITES: &str = "/api/v1/composite-decisions";
/// Opens, closes, days until it is open, days of publicity: from Monday 2 March, and from 4 April.
pub(super) const FIRST: (&str, &str, i64, i64) =
    ("2026-03-18T00:00:00+08:00", "2026-03-25T00:00:00+08:00", 16, 9);
const SECOND: (&str, &str, i64, i64) =
    ("2026-04-21T00:00:00+08:00", "2026-04-28T00:00:00+08:00", 17, 12);

pub(super) fn path(vote: &str, rest: &str) -> String {
    format!("/api/v1/votes/{vote}{rest}")
}

pub(super) fn id_of(answer: &Value) -> String {
    answer["id"].as_str().unwrap().to_owned()
}

/// A clerk of the whole street.
pub(super) async fn clerk(app: &TestApp) -> Client {
    app.staff("clerk", &[("community_clerk", Scope::Division("330203001".to_owned()))]).await
}

/// A drafted vote: pack, community, building, matter.
pub(super) async fn draft(
    clerk: &Client,
    (pack, community, building, matter): (&str, CommunityId, Option<BuildingId>, &str),
) -> String {
    let body = json!({ "title": format!("事项{matter}"), "community_id": community,
        "building_id": building, "rule_pack": pack,
        "items": [{ "title": "是否同意", "matters": [matter] }] });
    id_of(&clerk.post("/api/v1/votes", body).await.expect(201))
}

pub(super) async fn building(
    app: &TestApp,
    community: CommunityId,
    name: &'static str,
) -> BuildingId {
    app.db
        .read(move |conn| {
            Ok(schema::buildings::table
                .filter(schema::buildings::community_id.eq(community))
                .filter(schema::buildings::name.eq(name))
                .select(schema::buildings::id)
                .first(conn)?)
        })
        .await
        .unwrap()
}

/// The first `part` heads take part, `yes` of them in favour.
pub(super) async fn cast(app: &TestApp, vote: &str, turnout: (usize, usize)) {
    cast_at(app, (vote, app.db.clock().legal_now()), turnout).await;
}

/// The same, admitted at that instant.
pub(super) async fn cast_at(
    app: &TestApp,
    (vote, admitted_at): (&str, UtcTime),
    (part, yes): (usize, usize),
) {
    let vote_id: VoteId = vote.parse().unwrap();
    let context = WriteContext::of(Actor::named("test"));
    let run = move |tx: &mut jiugai::platform::db::WriteTx<'_>| {
        let items = list_items(tx.conn(), vote_id)?;
        let voters = list_voters(tx.conn(), vote_id)?;
        let cast = |(index, (head, owner_id, _))| Cast {
            vote_id,
            owner_id,
            account_id: AccountId::new(),
            head_id: Some(head),
            choices: items
                .iter()
                .map(|item| (item.id, if index < yes { Choice::For } else { Choice::Against }))
                .collect(),
            admitted_at,
            request_id: "test".to_owned(),
            idempotency: None,
        };
        let casts: Vec<Cast> = voters.into_iter().take(part).enumerate().map(cast).collect();
        cast_many(tx, &casts)?.into_iter().try_for_each(|taken| taken.map(|_| ()))
    };
    app.db.write(&context, "test", run).await.unwrap();
}

/// Holds these votes side by side, from the roll to the confirmed result.
pub(super) async fn hold(
    app: &TestApp,
    (opens_at, closes_at, until_open, publicity): (&str, &str, i64, i64),
    votes: &[(&str, (usize, usize))],
) {
    let clerk = app.sign_in("clerk").await;
    for (vote, _) in votes {
        clerk.post(&path(vote, "/freeze-roll"), json!({})).await.expect(200);
        let window = json!({ "opens_at": opens_at, "closes_at": closes_at });
        clerk.post(&path(vote, "/notice"), window).await.expect(200);
    }
    app.clock.advance(TimeDelta::days(until_open));
    app.work().await;
    for (vote, turnout) in votes {
        cast(app, vote, *turnout).await;
    }
    app.clock.advance(TimeDelta::days(8));
    app.work().await;
    let clerk = app.sign_in("clerk").await;
    for (vote, _) in votes {
        clerk.post(&path(vote, "/count"), json!({})).await.expect(200);
        clerk.post(&path(vote, "/publish"), json!({})).await.expect(200);
    }
    app.clock.advance(TimeDelta::days(publicity));
    let clerk = app.sign_in("clerk").await;
    for (vote, _) in votes {
        clerk.post(&path(vote, "/confirm"), json!({})).await.expect(200);
    }
}

fn approval() -> Value {
    json!({ "approved": true, "authority": "区住房和城乡建设局", "document_number": "住建〔2026〕12号",
        "decided_on": "2026-03-01", "evidence": "区档案馆 2026-0012",
        "announcement": "三院合并为一个物业管理区域。" })
}

/// Courtyards of five flats each, and a pack by which each of them decides.
async fn courtyards(app: &TestApp) -> (Client, Vec<CommunityId>) {
    let bureau = app.bureau().await;
    let toml = NATIONAL.replace("id = \"national\"", "id = \"merger\"\nbased_on = \"national\"")
        + "\n[[composite]]\nkey = \"merge\"\ntitle = \"院落合并\"\n\
           parts = [{ matter = \"9\", scope = \"community\", each = true }]\n\
           target = { comparator = \"more_than\", ratio = \"4/5\" }\n\
           clause = \"测试\"\nbasis = \"ours\"\n";
    bureau.post("/api/v1/rule-packs", json!({ "toml": toml })).await.expect(201);
    let mut communities = Vec::new();
    for (index, name) in ["昌盛一院", "昌盛二院", "昌盛三院"].into_iter().enumerate() {
        let unit = |n: usize| flat(&format!("1-{n}"), "80.00", &[&phone(index * 10 + n)]);
        let units: Vec<TestUnit> = (1..=5).map(unit).collect();
        communities.push(app.register(name, &units).await);
    }
    (clerk(app).await, communities)
}

async fn open_merger(clerk: &Client, communities: &[CommunityId]) -> (String, Vec<String>) {
    let places: Vec<Value> =
        communities.iter().map(|community| json!({ "community_id": community })).collect();
    let body = json!({ "title": "三院合并", "rule_pack": "merger", "composite": "merge",
        "places": places });
    let opened = clerk.post(COMPOSITES, body).await.expect(201);
    let composite = format!("{COMPOSITES}/{}", id_of(&opened));
    let mut votes = Vec::new();
    for community in communities {
        let vote = draft(clerk, ("merger", *community, None, "9")).await;
        let member = json!({ "vote_id": vote });
        clerk.post(&format!("{composite}/members"), member).await.expect(201);
        votes.push(vote);
    }
    (composite, votes)
}

db_test! {
    async fn v22_one_courtyard_that_fails_stops_the_merger_and_is_named_until_it_votes_again(
        app: TestApp
    ) {
        let (clerk, communities) = courtyards(&app).await;
        let (composite, votes) = open_merger(&clerk, &communities).await;
        // A set of units is not the courtyard.
        let units = clerk.get(&format!("/api/v1/communities/{}/units", communities[0])).await.expect(200);
        let set = json!({ "name": "一号院东", "unit_ids": [units["items"][0]["id"]] });
        let part = json!({ "title": "东侧", "community_id": communities[0], "rule_pack": "merger",
            "unit_set": set, "items": [{ "title": "是否同意", "matters": ["9"] }] });
        let part = json!({ "vote_id": clerk.post("/api/v1/votes", part).await.expect(201)["id"] });
        let unfit = clerk.post(&format!("{composite}/members"), part).await;
        assert_eq!(unfit.refused(422), "composite_member_unfit");
        let decide = format!("{composite}/authority-decision");
        let readiness = clerk.get(&format!("{composite}/readiness")).await.expect(200);
        assert_eq!((&readiness["verdict"], &readiness["undecided"]), (&json!("pending"), &json!(3)));
        assert_eq!(clerk.post(&decide, approval()).await.refused(403), "forbidden");
        // 5 of 5; exactly 80 % in favour; 3 of 5 take part, which is less than two thirds.
        hold(&app, FIRST, &[(&votes[0], (5, 5)), (&votes[1], (5, 4)), (&votes[2], (3, 3))]).await;

        let bureau = app.sign_in("bureau").await;
        let refused = bureau.post(&decide, approval()).await;
        assert_eq!(refused.refused(409), "composite_not_ready");
        let params = refused.json()["params"].clone();
        assert_eq!((&params["passed"], &params["failed"]), (&json!(2), &json!(1)));
        let missed = &params["missed"][0];
        assert_eq!((&missed["place"], &missed["test"]["rule_id"]),
            (&json!("昌盛三院"), &json!("participation_by_area")));
        assert_eq!((&missed["test"]["have"], &missed["test"]["whole"], &missed["test"]["ratio"]),
            (&json!("240.00"), &json!("400.00"), &json!("2/3")));
        let why = bureau.get(&format!("{composite}/explain")).await.expect(200);
        assert_eq!(why["missed"], params["missed"]);
        assert_eq!(why["lacks"], json!([{
            "zh": "昌盛三院：参与表决面积 240.00 平方米，共 400.00 平方米，至少需 266.67 平方米，差 26.67 \
                平方米（民法典 278 第二款）；参与表决人数 3 人，共 5 人，至少需 4 人，差 1 人（民法典 278 第二款）",
            "en": "昌盛三院: 240.00 of 400.00 m² took part; at least 266.67 needed, 26.67 short \
                (民法典 278 第二款); 3 of 5 owners took part; at least 4 needed, 1 short (民法典 278 第二款)",
        }]));
        assert_eq!(params["lacks"], why["lacks"]);
        assert_eq!(why["members"].as_array().unwrap().len(), 3);
        // The target decides nothing: exactly 80 % is not more than 80 %.
        let slots = &why["readiness"]["votes"];
        assert_eq!((&slots[1]["outcome"], &slots[1]["target_met"]), (&json!("passed"), &json!(false)));
        assert_eq!(slots[0]["target_met"], true);

        // The third votes again; the failed vote stays in the history.
        let clerk = app.sign_in("clerk").await;
        let again = clerk.post(&path(&votes[2], "/clones"), json!({})).await.expect(201);
        assert_eq!(again["cloned_from"], json!({ "vote_id": votes[2], "rule_pack_changed": false }));
        let again = id_of(&again);
        let source = clerk.get(&path(&votes[2], "")).await.expect(200);
        assert_eq!(source["clones"], json!([again]));
        let members = format!("{composite}/members");
        let alone = clerk.post(&members, json!({ "vote_id": again })).await;
        assert_eq!(alone.refused(409), "already_exists");
        let passed = json!({ "vote_id": again, "replaces": votes[0] });
        assert_eq!(clerk.post(&members, passed).await.refused(422), "composite_member_unfit");
        let replacing = json!({ "vote_id": again, "replaces": votes[2] });
        let shown = clerk.post(&members, replacing).await.expect(201);
        assert_eq!(shown["readiness"]["verdict"], "pending");
        hold(&app, SECOND, &[(&again, (5, 5))]).await;
        let bureau = app.sign_in("bureau").await;
        let ready = bureau.get(&format!("{composite}/readiness")).await.expect(200);
        assert_eq!((&ready["verdict"], &ready["target"]["met"]), (&json!("all_passed"), &json!(true)));
        assert_eq!((&ready["target"]["heads_in_favour"], &ready["target"]["votes_met"]),
            (&json!(14), &json!(2)));
        let late = json!({ "approved": true, "authority": "a", "document_number": "1",
            "decided_on": "2027-01-01", "evidence": "c", "announcement": "b" });
        assert_eq!(bureau.post(&decide, late).await.refused(422), "invalid_field");
        // The register follows an approved decision about just these communities.
        let follows = |communities: &[CommunityId]| {
            let source = |(index, id): (usize, &CommunityId)| {
                json!({ "community_id": id, "prefix": format!("{index}院") })
            };
            let sources: Vec<Value> = communities.iter().enumerate().map(source).collect();
            let (_, decision) = composite.rsplit_once('/').unwrap();
            json!({ "kind": "merge", "effective_on": "2026-12-01", "document_number": "1",
                "reason": "三院合并", "decision_id": decision, "sources": sources,
                "targets": [{ "name": "昌盛小区" }] })
        };
        let change = "/api/v1/boundary-changes";
        let early = bureau.post(change, follows(&communities)).await;
        assert_eq!(early.refused(422), "invalid_field");
        let decided = bureau.post(&decide, approval()).await.expect(201);
        let other = bureau.post(change, follows(&communities[..2])).await;
        assert_eq!(other.refused(422), "invalid_field");
        bureau.post(change, follows(&communities)).await.expect(201);
        let kept = &decided["readiness"]["authority_decision"];
        assert_eq!((&kept["document_number"], &kept["evidence"], &kept["recorder_name"]),
            (&json!("住建〔2026〕12号"), &json!("区档案馆 2026-0012"), &json!("bureau")));
        assert_eq!(bureau.post(&decide, approval()).await.refused(409), "already_exists");
        let why = bureau.get(&format!("{composite}/explain")).await.expect(200);
        assert_eq!((why["missed"].clone(), why["members"].as_array().unwrap().len()), (json!([]), 4));
        assert_ne!(why["members"][2]["replaced_at"], Value::Null);
    }

    async fn v16_an_elevator_needs_the_building_and_the_area_and_134_heads(app: TestApp) {
        let mut units = flats(400, "70.00");
        for unit in &mut units[36..] { unit.building = "2栋".to_owned(); }
        let community = app.register("幸福里小区", &units).await;
        let tower = building(&app, community, "1栋").await;
        let clerk = clerk(&app).await;
        let pack = "shanghai-elevator";
        let body = json!({ "title": "加装电梯", "rule_pack": pack, "composite": "elevator",
            "places": [{ "community_id": community },
                { "name": "1栋", "community_id": community, "building_id": tower }] });
        let composite = format!("{COMPOSITES}/{}", id_of(&clerk.post(COMPOSITES, body).await.expect(201)));
        let members = format!("{composite}/members");
        let of_building = draft(&clerk, (pack, community, Some(tower), "elevator")).await;
        let of_area = draft(&clerk, (pack, community, None, "elevator-area")).await;
        for vote in [&of_building, &of_area] {
            clerk.post(&members, json!({ "vote_id": vote })).await.expect(201);
        }
        hold(&app, FIRST, &[(&of_building, (24, 18)), (&of_area, (267, 133))]).await;
        let clerk = app.sign_in("clerk").await;
        let why = clerk.get(&format!("{composite}/explain")).await.expect(200);
        assert_eq!(why["readiness"]["verdict"], "failed");
        let outcomes: Vec<&Value> = why["readiness"]["votes"].as_array().unwrap().iter()
            .map(|vote| &vote["outcome"]).collect();
        assert_eq!(outcomes, [&json!("passed"), &json!("failed")]);
        let heads = why["missed"].as_array().unwrap().iter()
            .find(|missed| missed["test"]["rule_id"] == "approval_by_heads").unwrap();
        assert_eq!((&heads["test"]["have"], &heads["test"]["whole"]), (&json!("133"), &json!("267")));

        let again = id_of(&clerk.post(&path(&of_area, "/clones"), json!({})).await.expect(201));
        let replacing = json!({ "vote_id": again, "replaces": of_area });
        clerk.post(&members, replacing).await.expect(201);
        hold(&app, SECOND, &[(&again, (267, 134))]).await;
        let clerk = app.sign_in("clerk").await;
        let ready = clerk.get(&format!("{composite}/readiness")).await.expect(200);
        assert_eq!((&ready["verdict"], &ready["target"]), (&json!("all_passed"), &Value::Null));
    }

    async fn changping_asks_every_building_and_its_target_of_more_than_80_percent_decides_nothing(
        app: TestApp
    ) {
        let bureau = app.bureau().await;
        let toml = find_shipped("changping-merger").unwrap().text
            .replace("id = \"changping-merger\"", "id = \"changping-here\"")
            .replace("based_on = \"beijing\"", "based_on = \"changping-merger\"")
            .replace("\"real_name\"", "\"registered\"")
            .replace("[procedure]\n", "[procedure]\nrecognised_platform = { value = \"本系统\", \
                clause = \"京建发〔2026〕1号\", basis = \"law\" }\n");
        bureau.post("/api/v1/rule-packs", json!({ "toml": toml })).await.expect(201);
        let mut units = flats(30, "80.00");
        for (index, unit) in units.iter_mut().enumerate() {
            unit.building = format!("{}栋", index / 10 + 1);
        }
        let community = app.register("回龙观小区", &units).await;
        let clerk = clerk(&app).await;
        let mut towers = Vec::new();
        for name in ["1栋", "2栋", "3栋"] { towers.push(building(&app, community, name).await); }
        let places: Vec<Value> = towers.iter().zip(["1栋", "2栋", "3栋"])
            .map(|(id, name)| json!({ "name": name, "community_id": community, "building_id": id }))
            .collect();
        let body = json!({ "title": "院落合并", "rule_pack": "changping-here", "composite": "merge",
            "places": places });
        let opened = clerk.post(COMPOSITES, body).await.expect(201);
        let composite = format!("{COMPOSITES}/{}", id_of(&opened));
        let members = format!("{composite}/members");
        let mut votes = Vec::new();
        for tower in &towers {
            let vote = draft(&clerk, ("changping-here", community, Some(*tower), "merge")).await;
            clerk.post(&members, json!({ "vote_id": vote })).await.expect(201);
            votes.push(vote);
        }
        // Two thirds of ten heads are seven; six take part in the third building.
        hold(&app, FIRST, &[(&votes[0], (10, 8)), (&votes[1], (10, 8)), (&votes[2], (6, 6))]).await;
        let clerk = app.sign_in("clerk").await;
        let ready = clerk.get(&format!("{composite}/readiness")).await.expect(200);
        assert_eq!((&ready["verdict"], &ready["passed"], &ready["failed"]),
            (&json!("failed"), &json!(2), &json!(1)));
        assert!(ready["votes"][2]["lacks"]["zh"].as_str().unwrap().starts_with("3栋：参与表决面积"));
        assert_eq!(ready["votes"][0]["lacks"], Value::Null);
        let again = id_of(&clerk.post(&path(&votes[2], "/clones"), json!({})).await.expect(201));
        clerk.post(&members, json!({ "vote_id": again, "replaces": votes[2] })).await.expect(201);
        hold(&app, SECOND, &[(&again, (10, 8))]).await;
        let bureau = app.sign_in("bureau").await;
        let ready = bureau.get(&format!("{composite}/readiness")).await.expect(200);
        assert_eq!(ready["verdict"], "all_passed");
        // 1920.00 of 2400.00 m², 24 of 30 heads: 80.00 % is not more than 80 %.
        assert_eq!(ready["target"], json!({ "line": ready["target"]["line"], "votes_met": 0,
            "votes_final": 3, "area_in_favour": "1920.00", "area_total": "2400.00",
            "heads_in_favour": 24, "heads_total": 30, "met": false }));
        let decide = format!("{composite}/authority-decision");
        bureau.post(&decide, approval()).await.expect(201);
    }

    async fn whoever_opened_a_composite_records_no_decision_and_lists_come_in_pages(app: TestApp) {
        let (clerk, communities) = courtyards(&app).await;
        let bureau = app.sign_in("bureau").await;
        let (own, _) = open_merger(&bureau, &communities[..2]).await;
        let refused = bureau.post(&format!("{own}/authority-decision"), approval()).await;
        assert_eq!(refused.refused(409), "same_clerk");
        let (theirs, _) = open_merger(&clerk, &communities[1..]).await;
        let early = bureau.post(&format!("{theirs}/authority-decision"), approval()).await;
        assert_eq!(early.refused(409), "composite_not_ready");
        assert_eq!(early.json()["params"]["undecided"], 2);
        let nobody = app.powerless().await;
        assert_eq!(nobody.get(COMPOSITES).await.refused(403), "forbidden");
        assert_eq!(app.anon().get(COMPOSITES).await.status, 401);
        let first = bureau.get(&format!("{COMPOSITES}?limit=1")).await.expect(200);
        let cursor = first["next_cursor"].as_str().unwrap();
        let second = bureau.get(&format!("{COMPOSITES}?limit=1&cursor={cursor}")).await.expect(200);
        let of = |page: &Value| format!("{COMPOSITES}/{}", page["items"][0]["id"].as_str().unwrap());
        assert_eq!((of(&first), of(&second)), (theirs, own));
        assert_eq!(second["next_cursor"], Value::Null);
        let third = app.clerk("third", communities[2]).await;
        let seen = third.get(COMPOSITES).await.expect(200);
        assert_eq!(seen["items"].as_array().unwrap().len(), 1, "only where its community decides");
        assert_eq!(third.post(&format!("{}/members", of(&first)), json!({ "vote_id":
            VoteId::new() })).await.refused(404), "not_found");
    }

    async fn v23_one_silent_owner_of_twelve_prevents_unanimity(app: TestApp) {
        let community = app.register("幸福里小区", &flats(12, "80.00")).await;
        let tower = building(&app, community, "1栋").await;
        let clerk = clerk(&app).await;
        let vote = draft(&clerk, ("national", community, Some(tower), "279")).await;
        hold(&app, FIRST, &[(&vote, (11, 11))]).await;
        let clerk = app.sign_in("clerk").await;
        let why = clerk.get(&path(&vote, "/explain")).await.expect(200);
        assert_eq!(why["items"][0]["passed"], false);
        assert_eq!(why["items"][0]["predicates"][1]["have"], "11");
    }

    async fn v24_an_empty_scope_is_an_error_and_never_passes(app: TestApp) {
        let (clerk, communities) = courtyards(&app).await;
        let (empty, _) = app.community("空院").await;
        let vote = draft(&clerk, ("national", empty, None, "5")).await;
        let refused = clerk.post(&path(&vote, "/freeze-roll"), json!({})).await;
        assert_eq!(refused.refused(422), "empty_scope");
        let open = |places: Value| json!({ "title": "合并", "rule_pack": "merger",
            "composite": "merge", "places": places });
        let nothing = clerk.post(COMPOSITES, open(json!([]))).await;
        assert_eq!(nothing.refused(422), "invalid_field");
        let place = json!({ "community_id": communities[0] });
        let twice = clerk.post(COMPOSITES, open(json!([place, place]))).await;
        assert_eq!(twice.json()["errors"][0]["pointer"], "/places/1");
        let tower = building(&app, communities[0], "1栋").await;
        let idle = json!([place, { "community_id": communities[0], "building_id": tower }]);
        assert_eq!(clerk.post(COMPOSITES, open(idle)).await.json()["errors"][0]["pointer"], "/places/1");
    }

    async fn a_vote_belongs_to_one_composite_whose_pack_scope_and_matter_it_fits(app: TestApp) {
        let (clerk, communities) = courtyards(&app).await;
        let (composite, votes) = open_merger(&clerk, &communities[..2]).await;
        let members = format!("{composite}/members");
        let add = async |vote: &str| clerk.post(&members, json!({ "vote_id": vote })).await;
        assert_eq!(add(&votes[0]).await.refused(409), "already_exists");
        for unfit in [("national", communities[0], "9"), ("merger", communities[0], "5"),
            ("merger", communities[2], "9")] {
            let vote = draft(&clerk, (unfit.0, unfit.1, None, unfit.2)).await;
            assert_eq!(add(&vote).await.refused(422), "composite_member_unfit", "{unfit:?}");
        }
        let stranger = app.clerk("stranger", communities[2]).await;
        assert_eq!(stranger.get(&composite).await.refused(404), "not_found");
        let list = async |client: &Client, query: &str| {
            let page = client.get(&format!("{COMPOSITES}{query}")).await.expect(200);
            page["items"].as_array().unwrap().len()
        };
        assert_eq!(list(&stranger, "").await, 0);
        assert_eq!(list(&clerk, "?search=三院").await, 1);
        assert_eq!(list(&clerk, "?search=电梯").await, 0);
        // A vote without a final result does not give way.
        let again = draft(&clerk, ("merger", communities[0], None, "9")).await;
        let early = clerk.post(&members, json!({ "vote_id": again, "replaces": votes[0] })).await;
        assert_eq!(early.refused(409), "wrong_state");
        let why = json!({ "reason": "公告有误" });
        clerk.post(&path(&votes[0], "/void"), why).await.expect(200);
        let replaced = clerk.post(&members, json!({ "vote_id": again, "replaces": votes[0] })).await;
        assert_eq!(replaced.expect(201)["readiness"]["undecided"], 2);
    }

    async fn a_voided_vote_is_cloned_with_its_scope_items_and_materials_and_a_draft_is_not(
        app: TestApp
    ) {
        let community = app.register("幸福里小区", &flats(3, "80.00")).await;
        let tower = building(&app, community, "1栋").await;
        let clerk = clerk(&app).await;
        let vote = draft(&clerk, ("national", community, Some(tower), "5")).await;
        let early = clerk.post(&path(&vote, "/clones"), json!({})).await;
        assert_eq!(early.refused(409), "wrong_state");
        let plan = Part::bytes(b"plan".to_vec()).file_name("plan.txt").mime_str("text/plain").unwrap();
        let request = clerk.request("POST", &path(&vote, "/materials"));
        clerk.send(request.multipart(Form::new().part("file", plan))).await.expect(201);
        clerk.post(&path(&vote, "/void"), json!({ "reason": "材料有误" })).await.expect(200);
        let again = clerk.post(&path(&vote, "/clones"), json!({})).await.expect(201);
        assert_eq!((&again["state"], &again["building_id"]), (&json!("draft"), &json!(tower)));
        assert_eq!(again["items"][0]["matters"], json!(["5"]));
        assert_eq!(again["materials"][0]["file_name"], "plan.txt");
        assert_eq!(again["cloned_from"]["vote_id"], json!(vote));
        let old = clerk.get(&path(&vote, "")).await.expect(200);
        assert_eq!((&old["state"], &old["cloned_from"]), (&json!("voided"), &Value::Null));
    }
}
