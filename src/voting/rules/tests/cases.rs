//! The worked cases V1-V24 and the vectors of 90 flats, each with its numbers.

use super::{area, cast, count, flat, judge, national, roll_rules, unmet};
use crate::{
    kernel::{Code, Ratio, UtcTime},
    voting::{
        model::{Channel, Choice, DuplicatePolicy, HeadKey, ItemClass, SilentRule},
        rules::{
            count::{InvalidBallots, ItemCount, Standing, Weight},
            explain::{explain, percent},
            roll::{Roll, RollRules, Space, UnitRow},
            select::{Attempt, Fate, Precedence, Selection, select},
        },
    },
};
use ItemClass::{Ordinary, Special, Unanimous};

const ALL: (&str, u64) = ("900.00", 9);

#[test]
fn v1_exactly_two_thirds_take_part() {
    let verdict = judge(Ordinary, &count(ALL, ("600.00", 6), ("400.00", 4)));
    assert!(verdict.passed());
}

#[test]
fn v2_one_hundredth_of_a_square_metre_short() {
    let verdict = judge(Ordinary, &count(ALL, ("599.99", 6), ("400.00", 4)));
    assert_eq!(unmet(verdict), ["participation_by_area"]);
    assert!(judge(Ordinary, &count(ALL, ("600.01", 6), ("400.00", 4))).passed());
}

#[test]
fn v3_exactly_half_is_not_more_than_half() {
    let verdict = judge(Ordinary, &count(ALL, ("600.00", 6), ("300.00", 3)));
    assert_eq!(unmet(verdict), ["approval_by_area", "approval_by_heads"]);
}

#[test]
fn v4_heads_pass_and_half_the_area_does_not() {
    let verdict = judge(Ordinary, &count(ALL, ("600.00", 6), ("300.00", 4)));
    assert_eq!(unmet(verdict), ["approval_by_area"]);
    assert!(judge(Ordinary, &count(ALL, ("600.00", 6), ("300.01", 4))).passed());
}

#[test]
fn v5_v6_exactly_three_quarters_and_one_hundredth_less() {
    let (all, part) = (("1200.00", 12), ("800.00", 8));
    assert!(judge(Special, &count(all, part, ("600.00", 6))).passed());
    let short = count(all, part, ("599.99", 6));
    assert_eq!(unmet(judge(Special, &short)), ["approval_by_area"]);
    let class = national().class(Special).clone();
    let shown = explain(&short, &class, judge(Special, &short));
    assert_eq!(shown[2].percent, "74.99%");
    assert_eq!((shown[2].need.as_str(), shown[2].margin.as_str()), ("600.00", "-0.01"));
    assert_eq!((shown[3].need.as_str(), shown[3].margin.as_str()), ("6", "0"));
    assert_eq!(unmet(judge(Special, &count(all, part, ("600.00", 5)))), ["approval_by_heads"]);
}

/// The roll of `units` and what its heads said, by owner.
fn vote(units: &[UnitRow], said: &[(&str, Choice)]) -> ItemCount {
    let roll = Roll::build(units, roll_rules()).unwrap();
    let mut standings = vec![Standing::Absent; roll.heads.len()];
    for (owner, choice) in said {
        let head = roll.heads.iter().position(|head| head.key == *owner).unwrap();
        standings[head] = cast(*choice);
    }
    ItemCount::of(&roll.areas(), &standings, InvalidBallots::StayOut)
}

fn one_owner_of_four() -> Vec<UnitRow> {
    let owners = ["O1", "O1", "O1", "O1", "O2", "O3", "O4", "O5", "O6", "O7"];
    owners.iter().map(|owner| flat("80.00", &[owner])).collect()
}

#[test]
fn v7_owner_of_four_flats_is_one_head() {
    use Choice::{Against, For};
    let units = one_owner_of_four();
    let a = vote(&units, &[("O1", For), ("O2", For), ("O3", For), ("O4", For)]);
    assert_eq!(a.total, Weight { area: area("800.00"), heads: 7 });
    assert_eq!(a.participating, Weight { area: area("560.00"), heads: 4 });
    assert_eq!(unmet(judge(Ordinary, &a)), ["participation_by_heads"]);

    let mut said = [("O1", For), ("O2", For), ("O3", For), ("O4", Against), ("O5", Against)];
    let b = vote(&units, &said);
    assert_eq!(b.in_favour, Weight { area: area("480.00"), heads: 3 });
    assert!(judge(Ordinary, &b).passed());
    said[2].1 = Against;
    let c = vote(&units, &said);
    assert_eq!(c.in_favour, Weight { area: area("400.00"), heads: 2 });
    assert_eq!(unmet(judge(Ordinary, &c)), ["approval_by_heads"]);
}

fn at(day: u32) -> Option<UtcTime> {
    Some(format!("2025-03-{day:02}T09:00:00+08:00").parse().unwrap())
}

fn attempt(head: usize, choice: Choice, day: u32) -> Attempt {
    Attempt { head, choice, channel: Channel::Online, at: at(day) }
}

fn by(policy: DuplicatePolicy, max_changes: u32) -> Precedence {
    Precedence { policy, max_changes }
}

const FIRST: DuplicatePolicy = DuplicatePolicy::FirstValid;

#[test]
fn v8_the_second_co_owner_comes_too_late() {
    let roll = Roll::build(&[flat("90.00", &["W", "H"])], roll_rules()).unwrap();
    assert_eq!(roll.heads.len(), 1);
    let ballots = [attempt(0, Choice::For, 2), attempt(0, Choice::Against, 5)];
    let Selection { standings, fates, .. } = select(1, &ballots, by(FIRST, 0));
    assert_eq!(standings, [cast(Choice::For)]);
    assert_eq!(fates, [Fate::Stands, Fate::Contradicts]);
}

#[test]
fn v8b_a_couple_and_one_of_them_alone_are_two_heads_unless_represented() {
    let mut units = [flat("80.00", &["H", "W"]), flat("80.00", &["W", "H"]), flat("50.00", &["W"])];
    assert_eq!(Roll::build(&units, roll_rules()).unwrap().heads.len(), 2);
    let representative = RollRules { head_key: HeadKey::Representative, ..roll_rules() };
    units[0].representative = Some("W".to_owned());
    units[1].representative = Some("W".to_owned());
    assert_eq!(Roll::build(&units, representative).unwrap().heads.len(), 1);
    units[0].representative = Some("H".to_owned());
    units[1].representative = Some("H".to_owned());
    assert_eq!(Roll::build(&units, representative).unwrap().heads.len(), 2);
}

fn with_developer() -> Vec<UnitRow> {
    let mut units: Vec<_> = (0..6).map(|_| flat("100.00", &["DEV"])).collect();
    for buyer in ["B1", "B2"] {
        units.push(UnitRow { is_delivered: false, ..flat("100.00", &[buyer]) });
    }
    units.extend((1..=12).map(|n| flat("100.00", &[&format!("O{n}")])));
    units
}

#[test]
fn v9_the_developers_unsold_and_undelivered_units_are_one_head() {
    let units = with_developer();
    let said = |developer: bool, owners: usize, in_favour: usize| {
        let mut said = Vec::new();
        if developer {
            said.push(("developer:DEV".to_owned(), Choice::For));
        }
        for n in 1..=owners {
            let choice = if n <= in_favour { Choice::For } else { Choice::Against };
            said.push((format!("O{n}"), choice));
        }
        let said: Vec<_> = said.iter().map(|(owner, choice)| (owner.as_str(), *choice)).collect();
        vote(&units, &said)
    };
    let a = said(false, 9, 9);
    assert_eq!(a.total, Weight { area: area("2000.00"), heads: 13 });
    assert_eq!(unmet(judge(Ordinary, &a)), ["participation_by_area"]);
    let b = said(true, 8, 2);
    assert_eq!(b.participating, Weight { area: area("1600.00"), heads: 9 });
    assert_eq!(b.in_favour, Weight { area: area("1000.00"), heads: 3 });
    assert_eq!(unmet(judge(Ordinary, &b)), ["approval_by_heads"]);
    assert!(judge(Ordinary, &said(true, 8, 4)).passed());
}

#[test]
fn v10_returned_abstentions_stand_in_the_base_and_unreturned_ones_do_not() {
    let areas = [area("100.00"); 9];
    let mut standings = vec![cast(Choice::For); 4];
    standings.extend([cast(Choice::Against); 2]);
    standings.extend([cast(Choice::Abstain); 3]);
    let all = ItemCount::of(&areas, &standings, InvalidBallots::StayOut);
    assert_eq!(unmet(judge(Ordinary, &all)), ["approval_by_area", "approval_by_heads"]);
    standings.truncate(6);
    let six = ItemCount::of(&areas, &standings, InvalidBallots::StayOut);
    assert_eq!(six.participating.heads, 6);
    assert!(judge(Ordinary, &six).passed());
}

#[test]
fn v11_silence_is_counted_apart_and_only_by_clause() {
    let areas = [100_u64; 1291];
    let mut standings = vec![cast(Choice::For); 417];
    standings.extend(vec![cast(Choice::Against); 278]);
    standings.extend(vec![cast(Choice::Abstain); 8]);
    standings.extend(vec![Standing::Silent; 584]);
    let strict = ItemCount::of(&areas, &standings, InvalidBallots::StayOut);
    let strict_verdict = judge(Ordinary, &strict);
    assert!(!strict_verdict.participation_by_heads && !strict_verdict.participation_by_area);
    assert_eq!(strict.with_clause(SilentRule::None), None);
    let followed = strict.with_clause(SilentRule::FollowMajority).unwrap();
    assert_eq!((followed.participating.heads, followed.in_favour.heads), (1287, 1001));
    assert!(judge(Ordinary, &followed).passed());
    assert!(judge(Special, &followed).passed());

    // no attribution where heads and area lead different ways
    let split = [cast(Choice::For), cast(Choice::For), cast(Choice::Against), Standing::Silent];
    let split = ItemCount::of(&[1, 1, 5, 9], &split, InvalidBallots::StayOut);
    assert_eq!(split.with_clause(SilentRule::FollowMajority), None);
}

#[test]
fn v12_a_fourth_proxy_above_the_limit_is_not_counted() {
    // The limit of three proxies is checked when a proxy is registered; here: six against seven.
    let areas = [area("100.00"); 9];
    let six = ItemCount::of(&areas, &[cast(Choice::For); 6], InvalidBallots::StayOut);
    assert!(judge(Ordinary, &six).participation_by_heads);
    let five = ItemCount::of(&areas, &[cast(Choice::For); 5], InvalidBallots::StayOut);
    assert!(!judge(Ordinary, &five).participation_by_heads);
}

#[test]
fn v13_paper_after_online_under_each_precedence() {
    let mut ballots: Vec<_> = (1..=3).map(|head| attempt(head, Choice::For, 1)).collect();
    ballots.extend((4..=5).map(|head| attempt(head, Choice::Against, 1)));
    ballots.push(attempt(0, Choice::For, 2));
    ballots.push(Attempt { channel: Channel::Paper, ..attempt(0, Choice::Against, 5) });
    let result = |policy| {
        let selection = select(7, &ballots, by(policy, 0));
        let areas = [area("100.00"); 7];
        let count = ItemCount::of(&areas, &selection.standings, InvalidBallots::StayOut);
        (count.participating.heads, count.in_favour.heads, judge(Ordinary, &count).passed())
    };
    assert_eq!(result(DuplicatePolicy::FirstValid), (6, 4, true));
    assert_eq!(result(DuplicatePolicy::OnlineFirst), (6, 4, true));
    assert_eq!(result(DuplicatePolicy::LastValid), (6, 3, false));

    let paper_first = [
        Attempt { channel: Channel::Paper, ..attempt(0, Choice::Against, 1) },
        attempt(0, Choice::For, 2),
    ];
    let stands = |policy| select(1, &paper_first, by(policy, 0)).standings[0];
    assert_eq!(stands(DuplicatePolicy::FirstValid), cast(Choice::Against));
    assert_eq!(stands(DuplicatePolicy::OnlineFirst), cast(Choice::For));
    assert_eq!(stands(DuplicatePolicy::LastValid), cast(Choice::For));
}

#[test]
fn v14_changes_of_mind_within_the_limit() {
    use Choice::{Against, For};
    let ballots = [attempt(0, For, 1), attempt(0, Against, 2), attempt(0, For, 3)];
    let none = select(1, &ballots, by(FIRST, 0));
    assert_eq!(none.standings, [cast(For)]);
    assert_eq!(none.fates, [Fate::Stands, Fate::Contradicts, Fate::Repeats]);
    let one = select(1, &ballots, by(FIRST, 1));
    assert_eq!(one.standings, [cast(Against)]);
    assert_eq!(one.fates, [Fate::Replaced, Fate::Stands, Fate::Contradicts]);
    assert_eq!(select(1, &ballots, by(FIRST, 2)).standings, [cast(For)]);
    // A change that says the same is one, too.
    let same = [attempt(0, For, 1), attempt(0, For, 2), attempt(0, Against, 3)];
    let one = select(1, &same, by(FIRST, 1));
    assert_eq!(one.fates, [Fate::Replaced, Fate::Stands, Fate::Contradicts]);
    // A sheet is no change: between paper and line the policy decides.
    let paper = |day| Attempt { channel: Channel::Paper, ..attempt(0, Against, day) };
    let mixed = [attempt(0, For, 1), paper(2), attempt(0, Choice::Abstain, 3)];
    let one = select(1, &mixed, by(FIRST, 1));
    assert_eq!(one.fates, [Fate::Replaced, Fate::Contradicts, Fate::Stands]);
    let sheet_first = [paper(1), attempt(0, For, 2), attempt(0, Choice::Abstain, 3)];
    let stands = |policy| select(1, &sheet_first, by(policy, 1)).standings[0];
    assert_eq!(stands(FIRST), cast(Against));
    assert_eq!(stands(DuplicatePolicy::OnlineFirst), cast(Choice::Abstain));
    assert_eq!(stands(DuplicatePolicy::LastValid), cast(Choice::Abstain));
}

#[test]
fn v15_real_size() {
    let real = count(("124799.30", 1152), ("93449.08", 905), ("61667.05", 589));
    assert!(judge(Ordinary, &real).passed());
    assert_eq!(unmet(judge(Special, &real)), ["approval_by_area", "approval_by_heads"]);
    assert_eq!(percent(real.participating.area, real.total.area), "74.87%");
    assert_eq!(percent(real.participating.heads, real.total.heads), "78.55%");
}

#[test]
fn v16_an_elevator_needs_the_building_and_the_area() {
    let building = count(("2520.00", 36), ("1680.00", 24), ("1260.00", 18));
    assert!(judge(Special, &building).passed());
    let district = |heads| count(("28000.00", 400), ("18690.00", 267), ("9380.00", heads));
    assert_eq!(unmet(judge(Ordinary, &district(133))), ["approval_by_heads"]);
    assert!(judge(Ordinary, &district(134)).passed());
}

#[test]
fn v17_a_sale_changes_nothing_on_the_frozen_roll() {
    // The head stays; the seller's ballot of day 3 stands against the buyer's of day 7.
    let ballots = [attempt(0, Choice::For, 3), attempt(0, Choice::Against, 7)];
    let both = select(1, &ballots, by(FIRST, 0));
    assert_eq!(both.fates, [Fate::Stands, Fate::Contradicts]);
    let buyer_only = select(1, &ballots[1..], by(FIRST, 0));
    assert_eq!(buyer_only.standings, [cast(Choice::Against)]);
}

#[test]
fn v18_an_unsigned_ballot_takes_no_part_unless_the_pack_says_so() {
    let areas = [area("100.00"); 9];
    let mut standings = vec![cast(Choice::For); 5];
    standings.push(cast(Choice::Invalid));
    let out = ItemCount::of(&areas, &standings, InvalidBallots::StayOut);
    assert_eq!(unmet(judge(Ordinary, &out)), ["participation_by_area", "participation_by_heads"]);
    let inside = ItemCount::of(&areas, &standings, InvalidBallots::TakePart);
    assert_eq!((inside.participating.heads, inside.invalid.heads), (6, 1));
    assert!(judge(Ordinary, &inside).passed());
}

#[test]
fn v18_an_invalid_ballot_does_not_block_a_valid_one() {
    let ballots = [attempt(0, Choice::Invalid, 1), attempt(0, Choice::For, 2)];
    let selection = select(1, &ballots, by(FIRST, 0));
    assert_eq!(selection.standings, [cast(Choice::For)]);
    assert_eq!(selection.fates, [Fate::Invalid, Fate::Stands]);
    let later = [attempt(0, Choice::For, 1), attempt(0, Choice::Invalid, 2)];
    assert_eq!(select(1, &later, by(FIRST, 0)).standings, [cast(Choice::For)]);
}

#[test]
fn v19_a_blank_item_is_an_abstention_of_one_who_takes_part() {
    assert!(national().switches.blank_is_abstain.value);
    let blank = ItemCount::of(&[1], &[cast(Choice::Abstain)], InvalidBallots::StayOut);
    assert_eq!((blank.participating.heads, blank.in_favour.heads), (1, 0));
}

#[test]
fn v20_parking_counts_only_by_switch() {
    let space = UnitRow { space: Space::Parking, ..flat("12.50", &["O1"]) };
    let stranger = UnitRow { space: Space::Parking, ..flat("12.50", &["O2"]) };
    let units = [flat("80.00", &["O1"]), space, stranger];
    let out = Roll::build(&units, roll_rules()).unwrap();
    assert_eq!((out.heads.len(), out.area.to_string().as_str()), (1, "80.00"));
    assert_eq!(out.head_of, [Some(0), None, None]);
    let rules = RollRules { count_parking: true, ..roll_rules() };
    let inside = Roll::build(&units[..2], rules).unwrap();
    assert_eq!((inside.heads.len(), inside.area.to_string().as_str()), (1, "92.50"));
    assert_eq!(Roll::build(&units, rules).unwrap().heads.len(), 2);
}

#[test]
fn v21_a_unit_without_area_source_blocks_the_roll() {
    let mut units = [
        flat("88.88", &["A"]),
        flat("90.12", &["B"]),
        flat("91.00", &["C"]),
        flat("70.00", &["D"]),
    ];
    units[3].has_area_source = false;
    assert!(Roll::build(&units, roll_rules()).is_err());
    units[3].has_area_source = true;
    assert_eq!(Roll::build(&units, roll_rules()).unwrap().area.to_string(), "340.00");
}

#[test]
fn v22_one_of_three_areas_without_participation_blocks_the_merger() {
    let areas = [
        count(ALL, ("600.00", 6), ("400.00", 4)),
        count(ALL, ("700.00", 7), ("400.00", 4)),
        count(ALL, ("500.00", 5), ("500.00", 5)),
    ];
    let passed: Vec<_> = areas.iter().map(|area| judge(Ordinary, area).passed()).collect();
    assert_eq!(passed, [true, true, false]);
}

#[test]
fn v23_one_silent_neighbour_breaks_unanimity() {
    let class = national().matter("279").unwrap().class;
    assert_eq!(class, Unanimous);
    let eleven = count(("1200.00", 12), ("1100.00", 11), ("1100.00", 11));
    assert!(!judge(class, &eleven).passed());
    assert!(judge(class, &count(("1200.00", 12), ("1200.00", 12), ("1200.00", 12))).passed());
    assert!(!judge(class, &count(("1200.00", 12), ("1200.00", 12), ("1100.00", 11))).passed());
}

#[test]
fn v24_an_empty_scope_is_an_error_and_never_passes() {
    for empty in
        [count(("0.00", 0), ("0.00", 0), ("0.00", 0)), count(("0.00", 3), ("0.00", 3), ("0.00", 3))]
    {
        let refused = empty.judge(national().class(Ordinary)).unwrap_err();
        assert_eq!(refused.code(), Code::EmptyScope);
    }
}

#[test]
fn nobody_taking_part_approves_nothing() {
    let verdict = judge(Special, &count(ALL, ("0.00", 0), ("0.00", 0)));
    assert_eq!(unmet(verdict).len(), 4);
}

#[test]
fn ninety_flats() {
    let flats = |part: u64, yes: u64| {
        let weight = |heads: u64| Weight { area: heads * 6000, heads };
        ItemCount {
            total: weight(90),
            participating: weight(part),
            in_favour: weight(yes),
            ..ItemCount::default()
        }
    };
    assert!(judge(Ordinary, &flats(60, 31)).passed());
    assert!(!judge(Ordinary, &flats(60, 30)).passed());
    assert!(judge(Special, &flats(60, 45)).passed());
    assert!(!judge(Special, &flats(60, 44)).passed());
    assert!(!judge(Ordinary, &flats(59, 59)).passed());
}

#[test]
fn ninety_flats_with_an_owner_of_three_and_a_developer_of_twelve() {
    let owner = |n: usize| match n {
        0..=2 => "O".to_owned(),
        3..=14 => "DEV".to_owned(),
        _ => format!("P{n}"),
    };
    let units: Vec<_> = (0..90).map(|n| flat("60.00", &[&owner(n)])).collect();
    let roll = Roll::build(&units, roll_rules()).unwrap();
    assert_eq!((roll.heads.len(), roll.area.to_string().as_str()), (77, "5400.00"));
    assert_eq!(roll.heads[0].area.to_string(), "180.00");
    assert_eq!(roll.heads[1].area.to_string(), "720.00");
    assert!(roll.heads[1].is_developer_pool);
}

#[test]
fn objections_of_exactly_one_third_still_pass() {
    let limit = Ratio::new(1, 3).unwrap();
    let against = |heads: u64, area: u64| ItemCount {
        total: Weight { area: 9000, heads: 9 },
        against: Weight { area, heads },
        ..ItemCount::default()
    };
    assert!(against(3, 3000).within_objections(limit));
    assert!(!against(4, 3000).within_objections(limit));
    assert!(!against(3, 3001).within_objections(limit));
}
