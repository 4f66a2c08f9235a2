//! The worked cases F1-F16: three units of 68.37, 53.47 and 47.13 m², a standard of 65.00 yuan a m².

use proptest::prelude::*;

use super::{assess::*, interest::*, shares::*, subsidy::*, top_up::*, *};
use crate::kernel::{Area, Code, LocalDate, Ratio, UnitId};

const AREAS: [i64; 3] = [6837, 5347, 4713];
const STANDARD: Fen = Fen(6500);

fn fen(text: &str) -> Fen {
    text.parse().unwrap()
}

fn fens(texts: [&str; 3]) -> Vec<Fen> {
    texts.map(fen).to_vec()
}

fn by_area(total: &str) -> Vec<Fen> {
    let weights: Vec<(usize, i64)> = AREAS.into_iter().enumerate().collect();
    split(fen(total), &weights).unwrap()
}

fn weights(amounts: &[Fen]) -> Vec<(usize, i64)> {
    amounts.iter().map(|one| one.0).enumerate().collect()
}

fn half() -> Ratio {
    Ratio::new(1, 2).unwrap()
}

fn bearers(available: [&str; 3]) -> Vec<Bearer> {
    let bearer = |(at, text): (usize, &str)| Bearer {
        unit_id: UnitId::new(),
        code: ("1".to_owned(), format!("{at}")),
        area: Area(AREAS[at]),
        available: fen(text),
    };
    available.into_iter().enumerate().map(bearer).collect()
}

const PAID: [&str; 3] = ["2666.43", "2085.33", "1838.07"];

#[test]
fn f1_the_target_is_assessed_half_up() {
    let at = |percent| AREAS.map(|area| assess(Area(area), STANDARD, percent).unwrap()).to_vec();
    assert_eq!(at(60), fens(PAID));
    assert_eq!(Fen::checked_sum(at(60)), Some(fen("6589.83")));
    assert_eq!(at(80), fens(["3555.24", "2780.44", "2450.76"]));
    assert_eq!(at(70), fens(["3110.84", "2432.89", "2144.42"]));
    assert_eq!(Fen::checked_sum(at(70)), Some(fen("7688.15")));
}

#[test]
fn f2_a_use_is_shared_by_area_without_residue() {
    assert_eq!(by_area("5000.00"), fens(["2023.14", "1582.23", "1394.63"]));
    assert_eq!(by_area("5000.01"), fens(["2023.14", "1582.24", "1394.63"]));
    assert_eq!(by_area("3333.33"), fens(["1348.76", "1054.82", "929.75"]));
}

#[test]
fn f3_the_match_is_cumulative() {
    let (mut used, mut granted, mut grants) = (Fen::ZERO, Fen::ZERO, Vec::new());
    for amount in ["333.33", "333.33", "333.35"] {
        used = used.checked_add(fen(amount)).unwrap();
        let entitled = entitlement(used, half()).unwrap();
        grants.push(entitled.checked_sub(granted).unwrap());
        granted = entitled;
    }
    assert_eq!(grants, fens(["166.67", "166.66", "166.68"]));
    assert_eq!(granted, fen("500.01"));
}

#[test]
fn f4_the_full_cycle_ends_with_every_fen_in_its_place() {
    let used = by_area("5000.01");
    let grant = entitlement(fen("5000.01"), half()).unwrap();
    assert_eq!(grant, fen("2500.01"));
    let halves = tiers(grant, half()).unwrap();
    assert_eq!(halves, (fen("1250.00"), fen("1250.01")));
    let forty = tiers(grant, Ratio::new(2, 5).unwrap()).unwrap();
    assert_eq!(forty, (fen("1000.00"), fen("1500.01")));
    let credited = credit(grant, &weights(&used)).unwrap();
    assert_eq!(credited, fens(["1011.57", "791.12", "697.32"]));
    let paid = fens(PAID);
    let balance = |at: usize| Fen(paid[at].0 - used[at].0 + credited[at].0);
    assert_eq!([0, 1, 2].map(balance).to_vec(), fens(["1654.86", "1294.21", "1140.76"]));
}

#[test]
fn f5_what_is_missing_is_owed_directly_and_by_no_neighbour() {
    let bearers = bearers(["2666.43", "2085.33", "1000.00"]);
    let shares = share_use(fen("5000.00"), &bearers, ShortBalance::DirectContribution).unwrap();
    let fund: Vec<Fen> = shares.iter().map(|share| share.fund).collect();
    assert_eq!(fund, fens(["2023.14", "1582.23", "1000.00"]));
    assert_eq!(shares[2].direct, fen("394.63"));
    assert_eq!((shares[0].direct, shares[1].direct), (Fen::ZERO, Fen::ZERO));
    let used = Fen::checked_sum(fund).unwrap();
    assert_eq!(used, fen("4605.37"));
    assert_eq!(entitlement(used, half()), Some(fen("2302.69")));
}

#[test]
fn f6_an_audit_below_the_payment_recovers_and_claws_back() {
    let (paid, audited) = (by_area("5000.01"), by_area("4700.00"));
    let recover: Vec<Fen> =
        paid.iter().zip(&audited).map(|(was, is)| was.checked_sub(*is).unwrap()).collect();
    assert_eq!(recover, fens(["121.39", "94.94", "83.68"]));
    let credited = credit(fen("2500.01"), &weights(&paid)).unwrap();
    let grant = entitlement(fen("4700.00"), half()).unwrap();
    assert_eq!(grant, fen("2350.00"));
    let back = claw_back(&credited, (grant, &weights(&audited))).unwrap();
    assert_eq!(back, fens(["60.69", "47.47", "41.85"]));
    assert_eq!(Fen::checked_sum(back), Some(fen("150.01")));
}

#[test]
fn f7_a_second_project_has_what_the_first_leaves() {
    let first = share_use(fen("4000.00"), &bearers(PAID), ShortBalance::Refuse).unwrap();
    let reserved: Vec<Fen> = first.iter().map(|share| share.fund).collect();
    assert_eq!(reserved, fens(["1618.51", "1265.79", "1115.70"]));
    let rest = bearers(["1047.92", "819.54", "722.37"]);
    let refused = share_use(fen("2800.00"), &rest, ShortBalance::Refuse).unwrap_err();
    assert_eq!((refused.code(), refused.errors().len()), (Code::BalanceTooLow, 3));
    let second = share_use(fen("2500.00"), &rest, ShortBalance::Refuse).unwrap();
    let reserved: Vec<Fen> = second.iter().map(|share| share.fund).collect();
    assert_eq!(reserved, fens(["1011.57", "791.12", "697.31"]));
}

#[test]
fn f8_interest_goes_by_balance_and_days() {
    let day = |text: &str| -> LocalDate { text.parse().unwrap() };
    let period = (day("2026-01-01"), day("2026-04-01"));
    let held = [
        balance_days(&[(day("2025-11-01"), fen("2666.43"))], period).unwrap(),
        balance_days(&[(day("2026-01-01"), fen("2085.33"))], period).unwrap(),
        balance_days(&[(day("2026-02-15"), fen("1838.07"))], period).unwrap(),
    ];
    assert_eq!(held[2], 183_807 * 45);
    let weights: Vec<(usize, i64)> = held.into_iter().enumerate().collect();
    let shares = allocate(fen("123.45"), &weights).unwrap();
    assert_eq!(shares, fens(["58.05", "45.39", "20.01"]));
}

#[test]
fn f9_common_income_goes_by_area() {
    let half = half_up(1_234_567, 2).unwrap();
    assert_eq!(half, fen("6172.84"));
    assert_eq!(by_area("6172.84"), fens(["2497.70", "1953.38", "1721.76"]));
}

#[test]
fn f10_the_line_is_exact() {
    assert!(is_below_line(fen("1066.57"), fen("3555.24"), 30));
    assert!(!is_below_line(fen("1066.58"), fen("3555.24"), 30));
}

#[test]
fn f16_all_is_spent_and_matched() {
    let used = fens(PAID);
    let grant = entitlement(fen("6589.83"), half()).unwrap();
    assert_eq!(grant, fen("3294.92"));
    let balances = credit(grant, &weights(&used)).unwrap();
    assert_eq!(balances, fens(["1333.22", "1042.67", "919.03"]));
    let below: Vec<bool> = AREAS
        .iter()
        .zip(&balances)
        .map(|(area, balance)| is_below_standard(*balance, (*area, STANDARD.0), 30))
        .collect();
    assert_eq!(below, [false, false, true], "by half a fen of rounding");
    let target: Vec<bool> =
        used.iter().zip(&balances).map(|(base, one)| is_below_line(*one, *base, 30)).collect();
    assert_eq!(target, [false, false, false]);
}

#[test]
fn matched_money_earns_no_second_match() {
    assert_eq!(countable(fen("300.00"), fen("500.00")), fen("300.00"));
    assert_eq!(countable(fen("600.00"), fen("500.00")), fen("500.00"));
}

proptest! {
    #[test]
    fn payments_in_parts_sum_to_the_shares(
        areas in prop::collection::vec(1i64..20_000, 1..12),
        cents in prop::collection::vec(1i64..500_000, 1..6),
    ) {
        let whole = Fen(cents.iter().sum());
        let by_area: Vec<(usize, i64)> = areas.iter().copied().enumerate().collect();
        let funds = split(whole, &by_area).unwrap();
        let (mut open, mut left) = (whole, funds.clone());
        for amount in cents {
            let parts = next_parts(&weights(&left), open, Fen(amount)).unwrap();
            prop_assert_eq!(Fen::checked_sum(parts.iter().copied()), Some(Fen(amount)));
            for (left, part) in left.iter_mut().zip(parts) {
                *left = left.checked_sub(part).unwrap();
                prop_assert!(left.0 >= 0, "no unit pays more than its share");
            }
            open = open.checked_sub(Fen(amount)).unwrap();
        }
        prop_assert!(left.iter().all(|one| *one == Fen::ZERO));
        prop_assert!(next_parts(&weights(&left), open, Fen(1)).is_none());
    }

    #[test]
    fn a_half_is_a_half(fen in 0i64..1_000_000_000_000) {
        let half = entitlement(Fen(fen), half()).unwrap().0;
        prop_assert!(half * 2 == fen || half * 2 == fen + 1);
    }
}
