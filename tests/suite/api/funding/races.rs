//! Everybody at the same moment, and everybody in any order.

use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::json;

use super::{money, source};
use crate::{
    api::renovation::id_of,
    db_test,
    support::{TestApp, long::seed},
};

db_test! {
    async fn sixteen_clients_never_take_more_than_a_source_has(app: TestApp) {
        let money = money(app).await;
        let id = money.source(source("city_budget", &["basic", "improvement"], "50.00")).await;
        let body = json!({ "source_id": id, "item_key": "I14", "amount": "7.00" });
        let asked = (0..16).map(|_| {
            let (client, path, body) = (money.street.clone(), money.path("/allocations"), body.clone());
            actix_web::rt::spawn(async move { client.post(&path, body).await })
        });
        let asked: Vec<_> = asked.collect();
        let mut taken = 0;
        for answer in asked {
            let answer = answer.await.unwrap();
            if answer.status == 201 {
                taken += 1;
            } else {
                assert_eq!(answer.refused(409), "funding_source_exceeded");
            }
        }
        assert_eq!(taken, 7, "7 × 7.00 of 50.00");
        let seen = money.seen(&id).await;
        assert_eq!((&seen["allocated"], &seen["rest"]), (&json!("49.00"), &json!("1.00")));
        assert_eq!(money.matrix().await["items"][1]["allocated"], "49.00");
    }

    async fn many_sources_never_cover_an_item_twice(app: TestApp) {
        let money = money(app).await;
        let mut ids = Vec::new();
        for channel in ["city_budget", "district_budget", "operator", "other", "residents_cash",
            "provincial_budget", "special_bond", "social_capital"]
        {
            ids.push(money.source(source(channel, &["basic"], "30.00")).await);
        }
        let asked: Vec<_> = ids.iter().map(|id| {
            let (client, path) = (money.street.clone(), money.path("/allocations"));
            let body = json!({ "source_id": id, "item_key": "B02", "amount": "30.00" });
            actix_web::rt::spawn(async move { client.post(&path, body).await })
        }).collect();
        let mut covered = 0;
        for answer in asked {
            let answer = answer.await.unwrap();
            if answer.status == 201 {
                covered += 1;
            } else {
                assert_eq!(answer.refused(409), "funding_item_exceeded");
            }
        }
        assert_eq!(covered, 3, "3 × 30.00 of 100.00");
        let matrix = money.matrix().await;
        assert_eq!(matrix["items"][0]["allocated"], "90.00");
        // Whoever was refused kept its money.
        let mut allocated = 0;
        for id in &ids {
            let seen = money.seen(id).await;
            allocated += i32::from(seen["allocated"] == "30.00");
            assert!(seen["allocated"] == "30.00" || seen["rest"] == "30.00");
        }
        assert_eq!(allocated, 3);
    }

    async fn payments_at_the_same_moment_never_exceed_contract_and_invoice(app: TestApp) {
        let money = money(app).await;
        let id = money.source(source("city_budget", &["basic"], "90.00")).await;
        let allocation = money.allocated(&id, "B02", "90.00").await;
        let contract = id_of(&money.commit(&allocation, "HT-1", "50.00").await.expect(201));
        let path = format!("/api/v1/funding-commitments/{contract}/payments");
        let asked: Vec<_> = (0..8).map(|n| {
            let (client, path) = (money.street.clone(), path.clone());
            let body = json!({ "invoice_number": format!("F{n}"), "invoice_amount": "20.00",
                "amount": "20.00" });
            actix_web::rt::spawn(async move { client.post(&path, body).await })
        }).collect();
        let mut paid = Vec::new();
        for answer in asked {
            let answer = answer.await.unwrap();
            if answer.status == 201 {
                paid.push(id_of(&answer.json()));
            } else {
                assert_eq!(answer.refused(409), "funding_commitment_exceeded");
            }
        }
        assert_eq!(paid.len(), 2);
        // Confirmed and withdrawn at the same moment: one of both.
        let withdraw = format!("/api/v1/funding-payments/{}/withdraw", paid[0]);
        let (confirmed, withdrawn) =
            tokio::join!(money.confirm(&paid[0]), money.street.post(&withdraw, json!({})));
        assert_eq!(confirmed.status + withdrawn.status, 200 + 409, "{} {}", confirmed.text, withdrawn.text);
    }

    async fn random_moves_keep_every_total(app: TestApp) {
        let money = money(app).await;
        let mut random = StdRng::seed_from_u64(seed(3));
        let sources = [money.source(source("city_budget", &["basic"], "80.00")).await,
            money.source(source("operator", &["basic", "I14"], "120.00")).await];
        // Fen, by source and by item.
        let items = [("B02", 10_000_i64), ("I14", 100_000), ("B05", 5_000)];
        let (mut given, mut got) = ([0_i64; 2], [0_i64; 3]);
        let mut standing: Vec<(String, usize, usize, i64)> = Vec::new();
        let yuan = |fen: i64| format!("{}.{:02}", fen / 100, fen % 100);
        for _ in 0..60 {
            let amount = random.random_range(1..4_000_i64);
            if random.random_bool(0.3) && !standing.is_empty() {
                let at = random.random_range(0..standing.len());
                let (id, from, to, left) = standing[at].clone();
                let answer = money.release(&id, &yuan(amount)).await;
                assert_eq!(answer.status, if amount <= left { 201 } else { 409 }, "{}", answer.text);
                if amount <= left {
                    given[from] -= amount;
                    got[to] -= amount;
                    standing[at].3 -= amount;
                }
                continue;
            }
            let (from, to) = (random.random_range(0..2), random.random_range(0..3));
            let fits = (from == 1 || to != 1)
                && given[from] + amount <= [8_000, 12_000][from]
                && got[to] + amount <= items[to].1;
            let answer = money.allocate(&sources[from], items[to].0, &yuan(amount)).await;
            assert_eq!(answer.status, if fits { 201 } else { 409 }, "{}", answer.text);
            if fits {
                given[from] += amount;
                got[to] += amount;
                standing.push((id_of(&answer.json()), from, to, amount));
            }
        }
        let matrix = money.matrix().await;
        for (at, (code, _)) in items.iter().enumerate() {
            assert_eq!(matrix["items"][at]["allocated"], yuan(got[at]), "{code}");
        }
        for (at, id) in sources.iter().enumerate() {
            assert_eq!(money.seen(id).await["allocated"], yuan(given[at]));
        }
    }
}
