//! The worked cases V1-V10, V15, V19-V21, V23 and V24 of the law as whole votes: register, roll, ballots,
//! count. The others stand where their subject does: V8b and V12 in `proxies`, V11 in `silence`, V13, V14
//! and V18 in `changes`, V16 and V22 in `composites`, V17 in `transfers`.

use chrono::TimeDelta;
use jiugai::{
    kernel::{AccountId, Area, CommunityId, VoteId},
    platform::db::{Actor, WriteContext},
    voting::{Cast, Choice, cast_many, list_items, list_voters},
};
use serde_json::{Value, json};

use super::{Desk, draft, packs};
use crate::{
    db_test,
    support::{Client, TestApp, TestUnit, flat, flats, phone},
};

/// A ballot: the number of the owner's phone, and what it says.
type Said = (usize, &'static str);

/// Area in square metres and heads.
type Sum = (&'static str, u64);

struct Case {
    name: &'static str,
    matter: &'static str,
    units: Vec<TestUnit>,
    said: Vec<Said>,
    total: Sum,
    participating: Sum,
    in_favour: Sum,
    /// The tests of the class that are not met; empty where the item passes.
    unmet: &'static [&'static str],
}

/// A unit of each of the owners 1, 2, 3, … with these areas.
fn areas(areas: &[&str]) -> Vec<TestUnit> {
    let unit = |(index, area): (usize, &&str)| {
        let n = index + 1;
        flat(&format!("1-{n:03}"), area, &[&phone(n)])
    };
    areas.iter().enumerate().map(unit).collect()
}

/// The first owners for, the next against, the next abstaining.
fn said([in_favour, against, abstain]: [usize; 3]) -> Vec<Said> {
    let choice = |n: usize| match n {
        n if n <= in_favour => "for",
        n if n <= in_favour + against => "against",
        _ => "abstain",
    };
    (1..=in_favour + against + abstain).map(|n| (n, choice(n))).collect()
}

const NINE: Sum = ("900.00", 9);

/// V1 to V6: what is exact, and what is short by 0.01 m².
fn exact() -> Vec<Case> {
    let short =
        ["100.00", "100.00", "100.00", "100.00", "100.00", "99.99", "100.01", "100.00", "100.00"];
    let by_area =
        ["75.00", "75.00", "75.00", "75.00", "150.00", "150.00", "100.00", "100.00", "100.00"];
    let mut twelve = vec!["100.00"; 12];
    let whole = areas(&twelve);
    (twelve[5], twelve[7]) = ("99.99", "100.01");
    let case = |name, units, said, (participating, in_favour), unmet| Case {
        name,
        matter: "5",
        units,
        said,
        total: NINE,
        participating,
        in_favour,
        unmet,
    };
    let special = |name, units, in_favour, unmet| Case {
        name,
        matter: "6",
        units,
        said: said([6, 2, 0]),
        total: ("1200.00", 12),
        participating: ("800.00", 8),
        in_favour,
        unmet,
    };
    vec![
        case("V1", flats(9, "100.00"), said([4, 2, 0]), (("600.00", 6), ("400.00", 4)), &[]),
        case(
            "V2",
            areas(&short),
            said([4, 2, 0]),
            (("599.99", 6), ("400.00", 4)),
            &["participation_by_area"],
        ),
        case(
            "V3",
            flats(9, "100.00"),
            said([3, 3, 0]),
            (("600.00", 6), ("300.00", 3)),
            &["approval_by_area", "approval_by_heads"],
        ),
        case(
            "V4",
            areas(&by_area),
            said([4, 2, 0]),
            (("600.00", 6), ("300.00", 4)),
            &["approval_by_area"],
        ),
        special("V5", whole, ("600.00", 6), &[]),
        special("V6", areas(&twelve), ("599.99", 6), &["approval_by_area"]),
    ]
}

/// V7: one owner of four units, and six of one each.
fn several_units() -> Vec<Case> {
    let owner = |n: usize| if n <= 4 { 1 } else { n - 3 };
    let units: Vec<_> =
        (1..=10).map(|n| flat(&format!("1-{n:03}"), "80.00", &[&phone(owner(n))])).collect();
    let total = ("800.00", 7);
    vec![
        Case {
            name: "V7",
            matter: "5",
            units: units.clone(),
            said: said([4, 0, 0]),
            total,
            participating: ("560.00", 4),
            in_favour: ("560.00", 4),
            unmet: &["participation_by_heads"],
        },
        Case {
            name: "V7b",
            matter: "5",
            units: units.clone(),
            said: said([3, 2, 0]),
            total,
            participating: ("640.00", 5),
            in_favour: ("480.00", 3),
            unmet: &[],
        },
        Case {
            name: "V7c",
            matter: "5",
            units,
            said: said([2, 3, 0]),
            total,
            participating: ("640.00", 5),
            in_favour: ("400.00", 2),
            unmet: &["approval_by_heads"],
        },
    ]
}

/// V9: what the developer has not sold, and what he sold and did not hand over, is one head (法释〔2009〕7号 9).
fn developer() -> Vec<Case> {
    let mut units: Vec<_> =
        (1..=12).map(|n| flat(&format!("1-{n:03}"), "100.00", &[&phone(n)])).collect();
    for n in 13..=20 {
        let unsold = TestUnit {
            is_developer: true,
            delivered: n > 14,
            ..flat(&format!("1-{n:03}"), "100.00", &[&phone(13)])
        };
        units.push(unsold);
    }
    let mut with_developer = said([2, 6, 0]);
    with_developer.push((13, "for"));
    let total = ("2000.00", 13);
    vec![
        Case {
            name: "V9",
            matter: "5",
            units: units.clone(),
            said: said([9, 0, 0]),
            total,
            participating: ("900.00", 9),
            in_favour: ("900.00", 9),
            unmet: &["participation_by_area"],
        },
        Case {
            name: "V9b",
            matter: "5",
            units,
            said: with_developer,
            total,
            participating: ("1600.00", 9),
            in_favour: ("1000.00", 3),
            unmet: &["approval_by_heads"],
        },
    ]
}

/// V10: who abstains takes part; who does not answer does not. V23: everybody.
fn silence_and_abstention() -> Vec<Case> {
    vec![
        Case {
            name: "V10",
            matter: "5",
            units: flats(9, "100.00"),
            said: said([4, 2, 3]),
            total: NINE,
            participating: NINE,
            in_favour: ("400.00", 4),
            unmet: &["approval_by_area", "approval_by_heads"],
        },
        Case {
            name: "V10b",
            matter: "5",
            units: flats(9, "100.00"),
            said: said([4, 2, 0]),
            total: NINE,
            participating: ("600.00", 6),
            in_favour: ("400.00", 4),
            unmet: &[],
        },
        Case {
            name: "V23",
            matter: "279",
            units: flats(12, "100.00"),
            said: said([11, 0, 0]),
            total: ("1200.00", 12),
            participating: ("1100.00", 11),
            in_favour: ("1100.00", 11),
            unmet: &["participation_by_area", "participation_by_heads"],
        },
    ]
}

/// Drafts, announces and counts all of them on one clock, each in a community of its own; the ballots
/// are taken by the service, as many as there are.
async fn count_all(app: &TestApp, cases: &[Case]) -> Vec<Value> {
    let bureau = app.bureau().await;
    let mut votes = Vec::new();
    for case in cases {
        let community = app.register(case.name, &case.units).await;
        votes.push(announce(&bureau, (community, case.matter)).await);
    }
    app.clock.advance(TimeDelta::days(16));
    app.work().await;
    for (vote, case) in votes.iter().zip(cases) {
        cast_all(app, (vote, &case.said)).await;
    }
    app.clock.advance(TimeDelta::days(8));
    app.work().await;
    let bureau = app.sign_in("bureau").await;
    let mut counted = Vec::new();
    for vote in &votes {
        bureau.post(&format!("/api/v1/votes/{vote}/count"), json!({})).await.expect(200);
        counted.push(bureau.get(&format!("/api/v1/votes/{vote}/explain")).await.expect(200));
    }
    counted
}

async fn announce(bureau: &Client, (community, matter): (CommunityId, &str)) -> String {
    let body = json!({ "title": "表决", "community_id": community,
        "items": [{ "title": "事项", "matters": [matter] }] });
    let vote = bureau.post("/api/v1/votes", body).await.expect(201);
    let id = vote["id"].as_str().unwrap().to_owned();
    bureau.post(&format!("/api/v1/votes/{id}/freeze-roll"), json!({})).await.expect(200);
    let window = json!({ "opens_at": "2026-03-18T00:00:00+08:00",
        "closes_at": "2026-03-25T00:00:00+08:00" });
    bureau.post(&format!("/api/v1/votes/{id}/notice"), window).await.expect(200);
    id
}

/// Casts for the owners of these phones, each once for the one head for which he stands.
async fn cast_all(app: &TestApp, (vote, said): (&str, &[Said])) {
    let vote_id: VoteId = vote.parse().unwrap();
    let admitted_at = app.clock.legal_now();
    let index_of = |n: usize| app.app.keys.contact_index(&phone(n).parse().unwrap());
    let said: Vec<(String, Choice)> =
        said.iter().map(|(n, choice)| (index_of(*n), choice.parse().unwrap())).collect();
    let casts = app.db.read(move |conn| {
        use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
        use jiugai::platform::db::schema::owners;
        let items = list_items(conn, vote_id)?;
        let voters = list_voters(conn, vote_id)?;
        let ids: Vec<_> = voters.iter().map(|(_, owner, _)| *owner).collect();
        let known: Vec<(jiugai::kernel::OwnerId, Option<String>)> = owners::table
            .filter(owners::id.eq_any(ids))
            .select((owners::id, owners::phone_index))
            .load(conn)?;
        let head_of = |index: &str| {
            let (owner, _) =
                known.iter().find(|(_, known)| known.as_deref() == Some(index)).unwrap();
            let (head, ..) = voters.iter().find(|(_, voter, _)| voter == owner).unwrap();
            (*head, *owner)
        };
        let cast = |(index, choice): (String, Choice)| {
            let (head_id, owner_id) = head_of(&index);
            Cast {
                vote_id,
                owner_id,
                account_id: AccountId::new(),
                head_id: Some(head_id),
                choices: items.iter().map(|item| (item.id, choice)).collect(),
                admitted_at,
                request_id: "test".to_owned(),
                idempotency: None,
            }
        };
        Ok(said.into_iter().map(cast).collect::<Vec<_>>())
    });
    let casts = casts.await.unwrap();
    for batch in casts.chunks(50) {
        let batch = batch.to_vec();
        let context = WriteContext::of(Actor::named("test"));
        let taken = app.db.write(&context, "test", move |tx| {
            cast_many(tx, &batch)?.into_iter().try_for_each(|taken| taken.map(|_| ()))
        });
        taken.await.unwrap();
    }
}

fn sum(value: &Value) -> (&str, u64) {
    (value["area"].as_str().unwrap(), value["heads"].as_u64().unwrap())
}

fn unmet(item: &Value) -> Vec<&str> {
    let predicates = item["predicates"].as_array().unwrap().iter();
    predicates
        .filter(|line| line["met"] == false)
        .map(|line| line["rule_id"].as_str().unwrap())
        .collect()
}

/// `count` areas that add up to `sum` (0.01 m²).
fn spread(sum: i64, count: usize) -> impl Iterator<Item = i64> {
    let parts = i64::try_from(count).unwrap();
    (0..parts).map(move |index| sum / parts + i64::from(index < sum % parts))
}

db_test! {
    async fn each_case_counts_as_the_law_says(app: TestApp) {
        let kinds = [exact(), several_units(), developer(), silence_and_abstention()];
        let cases: Vec<Case> = kinds.into_iter().flatten().collect();
        let counted = count_all(&app, &cases).await;
        for (case, counted) in cases.iter().zip(&counted) {
            let item = &counted["items"][0];
            let count = item;
            let found = ["total", "participating", "for"].map(|key| sum(&count[key]));
            assert_eq!(found, [case.total, case.participating, case.in_favour], "{}", case.name);
            assert_eq!(unmet(item), case.unmet, "{}", case.name);
            assert_eq!(item["passed"], case.unmet.is_empty(), "{}", case.name);
        }
        // V6 is never shown as 75.00 %.
        assert_eq!(counted[5]["items"][0]["predicates"][2]["percent"], "74.99%");
    }

    async fn v15_a_real_size_passes_what_is_ordinary_and_fails_what_is_special(app: TestApp) {
        let (taking_part, in_favour) = (905, 589);
        let whole = spread(6_166_705, in_favour)
            .chain(spread(9_344_908 - 6_166_705, taking_part - in_favour))
            .chain(spread(12_479_930 - 9_344_908, 1152 - taking_part));
        let unit = |(index, area): (usize, i64)| {
            let n = index + 1;
            flat(&format!("1-{n:04}"), &Area(area).to_string(), &[&phone(n)])
        };
        let units: Vec<_> = whole.enumerate().map(unit).collect();
        let case = |name, matter| Case { name, matter, units: units.clone(),
            said: said([in_favour, taking_part - in_favour, 0]), total: ("124799.30", 1152),
            participating: ("93449.08", 905), in_favour: ("61667.05", 589), unmet: &[] };
        let counted = count_all(&app, &[case("V15 一般", "5"), case("V15 特别", "7")]).await;
        for (counted, short) in counted.iter().zip([vec![], vec!["approval_by_area", "approval_by_heads"]]) {
            let item = &counted["items"][0];
            assert_eq!(sum(&item["for"]), ("61667.05", 589));
            assert_eq!(sum(&item["participating"]), ("93449.08", 905));
            assert_eq!(unmet(item), short);
        }
    }

    async fn v8_who_owns_together_votes_once(app: TestApp) {
        let desk = draft(app, &[flat("1-101", "90.00", &[&phone(1), &phone(2)])], &["5"]).await;
        desk.open().await;
        let roll = desk.staff_again().await.get(&desk.path("")).await.expect(200);
        assert_eq!((&roll["roll_heads"], &roll["roll_area"]), (&json!(1), &json!("90.00")));
        desk.cast(&phone(1), "for").await.expect(201);
        assert_eq!(desk.cast(&phone(2), "against").await.refused(409), "duplicate_ballot");
        let attempts = desk.staff_again().await.get(&desk.path("/attempts")).await.expect(200);
        assert_eq!(attempts["items"].as_array().unwrap().len(), 1, "{attempts}");
    }

    async fn v19_a_blank_item_of_a_returned_ballot_abstains(app: TestApp) {
        let desk = draft(app, &flats(3, "80.00"), &["5", "7"]).await;
        desk.open().await;
        for n in 1..=2 { desk.cast(&phone(n), "for").await.expect(201); }
        let blank = json!({ "choices": [{ "item_id": desk.items[0], "choice": "for" }] });
        desk.app.owner(&phone(3)).await.post(&desk.path("/ballots"), blank).await.expect(201);
        let clerk = desk.close_and_count().await;
        let items = clerk.get(&desk.path("/explain")).await.expect(200);
        let count = &items["items"][1];
        let found = ["participating", "for", "abstain"].map(|key| sum(&count[key]));
        assert_eq!(found, [("240.00", 3), ("160.00", 2), ("80.00", 1)]);
    }

    async fn v20_a_parking_space_counts_only_by_the_packs_switch(app: TestApp) {
        let space = |code: &str, n: usize| TestUnit { unit_use: "parking",
            ..flat(code, "12.50", &[&phone(n)]) };
        let units = [flat("1-101", "80.00", &[&phone(1)]), space("P-01", 1), space("P-02", 2)];
        let desk = draft(app, &units, &["5"]).await;
        let bureau = desk.app.sign_in("bureau").await;
        let with_spaces = packs::copy_of("national", "with-spaces")
            .replace("count_parking = { value = false", "count_parking = { value = true");
        packs::load(&bureau, &with_spaces).await.expect(201);
        let body = json!({ "title": "表决", "community_id": desk.community,
            "rule_pack": "with-spaces", "items": [{ "title": "事项", "matters": ["5"] }] });
        let counted = desk.clerk.post("/api/v1/votes", body).await.expect(201);
        let counted = format!("/api/v1/votes/{}", counted["id"].as_str().unwrap());
        desk.clerk.post(&format!("{counted}/freeze-roll"), json!({})).await.expect(200);
        let counted = desk.clerk.get(&counted).await.expect(200);
        assert_eq!((&counted["roll_heads"], &counted["roll_area"]), (&json!(2), &json!("105.00")));
        desk.open().await;
        let roll = desk.staff_again().await.get(&desk.path("")).await.expect(200);
        assert_eq!((&roll["roll_heads"], &roll["roll_area"]), (&json!(1), &json!("80.00")));
        assert_eq!(desk.cast(&phone(2), "for").await.refused(403), "not_on_roll");
        desk.cast(&phone(1), "for").await.expect(201);
    }

    async fn v21_a_unit_of_no_known_area_blocks_the_roll_until_it_is_known(app: TestApp) {
        let mut units = areas(&["88.88", "90.12", "91.00", "70.00"]);
        units[3].area = None;
        let desk = draft(app, &units, &["5"]).await;
        source(&desk, "1-002", "area_source = 'survey'").await;
        source(&desk, "1-003", "area_source = 'contract'").await;
        let refused = desk.clerk.post(&desk.path("/freeze-roll"), json!({})).await;
        assert_eq!(refused.refused(409), "roll_incomplete");
        let named = refused.json()["params"]["units"].clone();
        assert!(named.as_array().unwrap().iter().all(|unit| unit["unit_code"] == "1-004"), "{named}");
        source(&desk, "1-004", "area = 7000, area_source = 'contract'").await;
        desk.clerk.post(&desk.path("/freeze-roll"), json!({})).await.expect(200);
        let roll = desk.clerk.get(&desk.path("")).await.expect(200);
        assert_eq!((&roll["roll_heads"], &roll["roll_area"]), (&json!(4), &json!("340.00")));
    }

    async fn v24_an_empty_scope_decides_nothing(app: TestApp) {
        let space = TestUnit { unit_use: "parking", ..flat("P-01", "12.50", &[&phone(1)]) };
        for units in [vec![], vec![space]] {
            let community = app.register(&format!("空小区{}", units.len()), &units).await;
            let bureau = if units.is_empty() { app.bureau().await } else { app.sign_in("bureau").await };
            let body = json!({ "title": "表决", "community_id": community,
                "items": [{ "title": "事项", "matters": ["5"] }] });
            let vote = bureau.post("/api/v1/votes", body).await.expect(201);
            let path = format!("/api/v1/votes/{}/freeze-roll", vote["id"].as_str().unwrap());
            assert_eq!(bureau.post(&path, json!({})).await.refused(422), "empty_scope");
        }
    }
}

/// What the register knows of a unit's area.
async fn source(desk: &Desk, code: &'static str, known: &'static str) {
    use diesel::connection::SimpleConnection;
    let sql = format!(
        "UPDATE unit_facts SET {known} WHERE unit_id IN (SELECT id FROM units WHERE code = '{code}')"
    );
    let context = WriteContext::of(Actor::named("test"));
    desk.app
        .db
        .write(&context, "test", move |tx| Ok(tx.conn().batch_execute(&sql)?))
        .await
        .unwrap();
}
