//! Change of a ballot, and which of paper and line stands: V13, V14.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{
    Desk, draft,
    packs::{copy_of, draft_of, load},
    paper::Paper,
};
use crate::{
    db_test,
    support::{TestApp, flats, phone},
};

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// The counted heads of the only item: for, against, taking part; and whether it passed.
async fn counted(desk: &Desk) -> ([u64; 3], bool) {
    let clerk = desk.staff_again().await;
    let item = clerk.get(&desk.path("/explain")).await.expect(200)["items"][0].clone();
    let heads =
        ["for", "against", "participating"].map(|part| item[part]["heads"].as_u64().unwrap());
    (heads, item["passed"].as_bool().unwrap())
}

/// V13: seven heads, three for and two against on line; then X, who is the sixth. Votes on line and by
/// sheet in this order, a minute apart, the sheet entered last; answers the count and whether X's
/// ballots stand, that on line first.
async fn v13(app: TestApp, policy: &str, line_first: bool) -> ([u64; 3], bool, [bool; 2]) {
    let own = copy_of("national", "own").replace("\"first_valid\"", &format!("\"{policy}\""));
    load(&app.bureau().await, &own).await.expect(201);
    let desk = draft_of(app, &flats(7, "100.00"), ("own", "5")).await;
    desk.open().await;
    for (n, choice) in [(1, "for"), (2, "for"), (3, "for"), (4, "against"), (5, "against")] {
        desk.cast(&phone(n), choice).await.expect(201);
    }
    let [anna, bo, chen] = [
        desk.app.clerk("anna", desk.community).await,
        desk.app.clerk("bobo", desk.community).await,
        desk.app.clerk("chen", desk.community).await,
    ];
    anna.post(&desk.path("/sheets/issue"), json!({})).await.expect(201);
    let paper = Paper { desk, anna, bo, chen };
    let cast = || async { paper.desk.cast(&phone(6), "for").await };
    let tick = || paper.desk.app.clock.advance(TimeDelta::minutes(1));
    if line_first {
        cast().await.expect(201);
        tick();
    }
    let sheet = paper.register("1-006").await;
    tick();
    if !line_first && policy == "online_first" {
        // The sheet is read after the ballot on line came.
        cast().await.expect(201);
    }
    paper.settle(&sheet, "against").await;
    if !line_first && policy != "online_first" {
        let late = cast().await;
        match policy {
            "first_valid" => assert_eq!(late.refused(409), "duplicate_ballot"),
            _ => drop(late.expect(201)),
        }
    }
    let desk = &paper.desk;
    let own = desk.app.owner(&phone(6)).await.get(&desk.path("/ballots/mine")).await.expect(200);
    let stands = |channel: &str| {
        let mut own = own.as_array().unwrap().iter();
        own.any(|own| own["channel"] == channel && own["stands"] == true)
    };
    let stands = [stands("online"), stands("paper")];
    paper.close_and_count().await;
    let (heads, passed) = counted(desk).await;
    desk.recheck(&[(&sheet, "against")]).await;
    desk.certify().await;
    (heads, passed, stands)
}

/// V18: nine heads, five votes on line for, and one sheet that nobody signed; answers who took part and
/// whether it passed.
async fn v18(app: TestApp, invalid_participates: &str) -> (u64, bool) {
    let switch = format!("invalid_participates = {{ value = {invalid_participates}");
    let own = copy_of("national", "own").replace("invalid_participates = { value = false", &switch);
    load(&app.bureau().await, &own).await.expect(201);
    let desk = draft_of(app, &flats(9, "100.00"), ("own", "5")).await;
    desk.open().await;
    for n in 1..=5 {
        desk.cast(&phone(n), "for").await.expect(201);
    }
    let [anna, bo, chen] = [
        desk.app.clerk("anna", desk.community).await,
        desk.app.clerk("bobo", desk.community).await,
        desk.app.clerk("chen", desk.community).await,
    ];
    anna.post(&desk.path("/sheets/issue"), json!({})).await.expect(201);
    let paper = Paper { desk, anna, bo, chen };
    let sheet = paper.register("1-006").await;
    paper.settle(&sheet, "invalid").await;
    paper.close_and_count().await;
    let (heads, passed) = counted(&paper.desk).await;
    (heads[2], passed)
}

db_test! {
    async fn v18_an_unsigned_sheet_takes_no_part(app: TestApp) {
        assert_eq!(v18(app, "false").await, (5, false));
    }

    async fn v18_an_unsigned_sheet_takes_part_where_the_pack_says_so(app: TestApp) {
        assert_eq!(v18(app, "true").await, (6, true));
    }

    async fn v14_one_change_is_taken_and_the_third_try_refused_and_kept(app: TestApp) {
        let desk = draft_of(app, &flats(3, "100.00"), ("wuhan", "5")).await;
        desk.open().await;
        let owner = desk.app.owner(&phone(1)).await;
        let path = desk.path("/ballots");
        let left = || async {
            let heads = owner.get(&desk.path("/heads/mine")).await.expect(200);
            heads[0]["changes_left"].as_u64().unwrap()
        };
        assert_eq!(left().await, 1);
        let first = owner.post_once(&path, "k1", desk.ballot("for")).await.expect(201);
        assert_eq!(left().await, 1);
        let second = owner.post_once(&path, "k2", desk.ballot("against")).await.expect(201);
        let leaf: Value = serde_json::from_str(text(&second["leaf"])).unwrap();
        assert_eq!(leaf["replaces"], first["seq"]);
        assert_eq!(left().await, 0);
        // A repeated request is no change, and still gets the first receipt.
        let again = owner.post_once(&path, "k1", desk.ballot("for")).await;
        assert_eq!(again.header("idempotent-replayed").as_deref(), Some("true"));
        assert_eq!(again.expect(201)["receipt"], first["receipt"]);
        let third = owner.post_once(&path, "k3", desk.ballot("for")).await;
        assert_eq!(third.refused(409), "changes_exhausted");
        assert_eq!(third.json()["params"]["max_changes"], 1);
        let attempts = desk.staff_again().await.get(&desk.path("/attempts")).await.expect(200);
        assert_eq!(attempts["items"][0]["reason"], "changes_exhausted");
        // Both rows stay, one stands, and the household was told of each.
        let heads = owner.get(&desk.path("/heads/mine")).await.expect(200);
        let rows: Vec<_> = heads[0]["ballots"].as_array().unwrap().iter()
            .map(|b| (text(&b["choices"][0]["choice"]), b["stands"].as_bool().unwrap())).collect();
        assert_eq!(rows, [("for", false), ("against", true)]);
        for (receipt, stands) in [(&first, false), (&second, true)] {
            let path = format!("/api/v1/public/receipts/{}", text(&receipt["receipt"]));
            assert_eq!(desk.app.anon().get(&path).await.expect(200)["stands"], stands);
        }
        desk.app.work().await;
        let notices = desk.staff_again().await.get(&desk.path("/ballot-notices")).await.expect(200);
        assert_eq!(notices["items"].as_array().unwrap().len(), 2, "{notices}");
        desk.cast(&phone(2), "for").await.expect(201);
        desk.close_and_count().await;
        assert_eq!(counted(&desk).await.0, [1, 1, 2]);
        desk.certify().await;
    }

    async fn without_a_change_by_the_pack_the_first_ballot_stands(app: TestApp) {
        let desk = draft(app, &flats(2, "100.00"), &["5"]).await;
        desk.open().await;
        desk.cast(&phone(1), "for").await.expect(201);
        assert_eq!(desk.cast(&phone(1), "against").await.refused(409), "duplicate_ballot");
        let owner = desk.app.owner(&phone(1)).await;
        let heads = owner.get(&desk.path("/heads/mine")).await.expect(200);
        assert_eq!(heads[0]["changes_left"], 0);
    }

    async fn racing_changes_are_taken_as_often_as_the_pack_says(app: TestApp) {
        let desk = draft_of(app, &flats(2, "100.00"), ("wuhan", "5")).await;
        desk.open().await;
        let owner = desk.app.owner(&phone(1)).await;
        let races: Vec<_> = (0..16).map(|n| {
            let (owner, path) = (owner.clone(), desk.path("/ballots"));
            let ballot = desk.ballot(if n % 2 == 0 { "for" } else { "against" });
            actix_web::rt::spawn(async move { owner.post(&path, ballot).await.status })
        }).collect();
        let mut taken = 0;
        for race in races {
            taken += u32::from(race.await.unwrap() == 201);
        }
        assert_eq!(taken, 2);
        desk.cast(&phone(2), "for").await.expect(201);
        desk.close_and_count().await;
        desk.certify().await;
    }

    async fn a_void_change_gives_way_to_what_it_changed_and_may_be_made_anew(app: TestApp) {
        let desk = draft_of(app, &flats(2, "100.00"), ("wuhan", "5")).await;
        desk.open().await;
        let anna = desk.app.clerk("anna", desk.community).await;
        let bo = desk.app.clerk("bobo", desk.community).await;
        let first = desk.cast(&phone(1), "for").await.expect(201);
        let second = desk.cast(&phone(1), "against").await.expect(201);
        let owner = desk.app.owner(&phone(1)).await;
        let stands = || async {
            desk.standings(1).await.into_iter().map(|(_, stands, _)| stands).collect::<Vec<_>>()
        };
        // A ballot that was changed may be disputed; void, it leaves what changed it alone.
        let not_mine = ("not_mine", None);
        let dispute = desk.dispute(&owner, text(&first["receipt"]), not_mine).await.expect(201);
        let upheld = json!({ "upheld": true });
        desk.rule([&anna, &bo], &dispute, upheld.clone()).await;
        assert_eq!(stands().await, [false, true]);
        let third = desk.cast(&phone(1), "for").await.expect(201);
        assert_eq!(stands().await, [false, false, true]);
        assert_eq!(desk.cast(&phone(1), "for").await.refused(409), "changes_exhausted");
        let dispute = desk.dispute(&owner, text(&third["receipt"]), not_mine).await.expect(201);
        desk.rule([&anna, &bo], &dispute, upheld).await;
        assert_eq!(stands().await, [false, true, false]);
        let fourth = desk.cast(&phone(1), "abstain").await.expect(201);
        let leaf: Value = serde_json::from_str(text(&fourth["leaf"])).unwrap();
        assert_eq!(leaf["replaces"], second["seq"]);
        desk.cast(&phone(2), "for").await.expect(201);
        desk.close_and_count().await;
        assert_eq!(counted(&desk).await.0, [1, 0, 2]);
        desk.certify().await;
    }

    async fn v13_with_first_valid_the_ballot_on_line_stands_against_a_later_sheet(app: TestApp) {
        assert_eq!(v13(app, "first_valid", true).await, ([4, 2, 6], true, [true, false]));
    }

    async fn v13_with_last_valid_the_later_sheet_stands(app: TestApp) {
        assert_eq!(v13(app, "last_valid", true).await, ([3, 3, 6], false, [false, true]));
    }

    async fn v13_with_online_first_the_ballot_on_line_stands_against_a_later_sheet(app: TestApp) {
        assert_eq!(v13(app, "online_first", true).await, ([4, 2, 6], true, [true, false]));
    }

    async fn a_sheet_before_the_ballot_on_line_stands_with_first_valid(app: TestApp) {
        assert_eq!(v13(app, "first_valid", false).await, ([3, 3, 6], false, [false, true]));
    }

    async fn a_sheet_before_the_ballot_on_line_gives_way_with_last_valid(app: TestApp) {
        assert_eq!(v13(app, "last_valid", false).await, ([4, 2, 6], true, [true, false]));
    }

    async fn a_sheet_before_the_ballot_on_line_gives_way_with_online_first(app: TestApp) {
        assert_eq!(v13(app, "online_first", false).await, ([4, 2, 6], true, [true, false]));
    }
}
