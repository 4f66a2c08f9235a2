//! Sixty-four clients race for one head, on line through two servers and on paper: exactly one ballot
//! counts, round after round. Twenty rounds; `TEST_LONG=1` a thousand.

use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use jiugai::{
    kernel::VoteId,
    platform::db::schema::{ballot_choices, ballots},
    verifier::{Request, Source, verify},
};
use serde_json::{Value, json};

use super::paper::paper;
use crate::{
    db_test,
    support::{TestApp, flats, long::rounds, phone},
    verifier::{Said, python},
};

/// On line through each of two servers; two more enter the sheet.
const ONLINE: usize = 31;

/// The ballots that stand, one number for each head.
async fn standing(app: &TestApp, vote: VoteId) -> Vec<i64> {
    app.db
        .read(move |conn| {
            let of_vote = ballot_choices::table
                .inner_join(ballots::table)
                .filter(ballots::vote_id.eq(vote))
                .filter(ballot_choices::standing.eq(true));
            let by_head = of_vote
                .group_by((ballot_choices::head_id, ballot_choices::item_id))
                .select(diesel::dsl::count_star());
            Ok(by_head.load(conn)?)
        })
        .await
        .unwrap()
}

db_test! {
    async fn of_sixty_four_racers_on_line_and_on_paper_exactly_one_counts(app: TestApp) {
        let heads = rounds(20, 1_000);
        let paper = paper(app, &flats(heads, "80.00"), &["5"]).await;
        let (desk, vote) = (&paper.desk, paper.desk.vote.parse::<VoteId>().unwrap());
        let second = desk.app.second();
        let mut sheets = Vec::new();
        for n in 1..=heads {
            let sheet = paper.register(&format!("1-{n:03}")).await;
            paper.enter(&paper.anna, &sheet, "against").await.expect(201);
            sheets.push(sheet);
        }
        for (n, sheet) in (1..).zip(&sheets) {
            let owner = desk.app.owner(&phone(n)).await;
            let ballots = desk.path("/ballots");
            let mut races = Vec::new();
            for racer in 0..2 * ONLINE {
                let client = if racer % 2 == 0 { owner.clone() } else { owner.at(&second.url) };
                let choice = ["for", "against", "abstain"][racer % 3];
                races.push((client, ballots.clone(), desk.ballot(choice)));
            }
            let entries = desk.path(&format!("/sheets/{sheet}/entries"));
            for (place, client) in [(7, paper.bo.clone()), (40, paper.chen.at(&second.url))] {
                races.insert(place, (client, entries.clone(), desk.ballot("against")));
            }
            let races = races.into_iter().map(|(client, path, body)| {
                actix_web::rt::spawn(async move {
                    let answer = client.post(&path, body).await;
                    (path, answer.status, answer.text)
                })
            });
            let (mut online, mut entered) = (0, 0);
            for race in races.collect::<Vec<_>>() {
                match race.await.unwrap() {
                    (path, 201, _) if path == entries => entered += 1,
                    (_, 201, _) => online += 1,
                    (_, status, text) => assert!(matches!(status, 409 | 503), "{status} {text}"),
                }
            }
            assert_eq!(entered, 1, "round {n}: the second entry");
            assert!(online <= 1, "round {n}: {online} ballots were acknowledged on line");
            assert_eq!(standing(&desk.app, vote).await, vec![1; n], "round {n}");
        }
        let clerk = paper.close_and_count().await;
        let item = &clerk.get(&desk.path("/explain")).await.expect(200)["items"][0];
        assert_eq!(item["participating"]["heads"], json!(heads));
        check_bundle(&paper.desk.app, &desk.vote).await;
        drop(second);
    }
}

/// Both programs find every leaf in order, and the count that was told.
async fn check_bundle(app: &TestApp, vote: &str) {
    let key = app.anon().get(&format!("/api/v1/public/votes/{vote}/log/vkey")).await.text;
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("bundle.zip");
    let bureau = app.sign_in("bureau").await;
    let bundle = bureau.bytes(&format!("/api/v1/votes/{vote}/log/bundle.zip")).await;
    std::fs::write(&file, bundle).unwrap();
    let request = Request { key: Some(key.trim()), ..Request::default() };
    let report = verify(&mut Source::open(file.to_str().unwrap()).unwrap(), &request).unwrap();
    let json: Value = serde_json::from_str(&report.json()).unwrap();
    let rust = Said::of(&json);
    assert_eq!(rust.faults, Vec::new());
    assert_eq!(python::run(&[file], key.trim()), [rust]);
}
