//! Silent owners: V11 with both counts, what a clause never does, and its properties.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::{cast, national};
use crate::{
    kernel::{Code, Ratio},
    voting::{
        model::{Choice, ItemClass, Reliance, SilentRule},
        rules::{
            count::{InvalidBallots, Standing},
            pack::RulePack,
            shipped::find_shipped,
            silence::{SilenceClause, SilenceOutcome, SilenceRules, judge_with_silence},
        },
    },
};

const FOLLOW: SilenceClause = SilenceClause::FollowMajority;

fn objection() -> SilenceClause {
    SilenceClause::Objection(Ratio::new(1, 3).unwrap())
}

fn judge(
    (areas, standings): (&[u64], &[Standing]),
    delivered: &BTreeSet<usize>,
    (class, clause): (ItemClass, Option<SilenceClause>),
) -> SilenceOutcome {
    let pack = national();
    let rules = SilenceRules {
        class: pack.class(class),
        invalid: InvalidBallots::StayOut,
        clause: clause.map(|clause| (clause, Reliance::WithClause)),
    };
    judge_with_silence(areas, standings, delivered, rules).unwrap()
}

/// The heads of the Minhang case: 417 for, 278 against, 8 abstain, 584 delivered and silent, 4 not.
fn minhang() -> (Vec<u64>, Vec<Standing>, BTreeSet<usize>) {
    let mut standings = vec![cast(Choice::For); 417];
    standings.extend(vec![cast(Choice::Against); 278]);
    standings.extend(vec![cast(Choice::Abstain); 8]);
    standings.resize(1291, Standing::Absent);
    (vec![100; 1291], standings, (0..1287).collect())
}

#[test]
fn v11_the_strict_count_fails_and_the_clause_passes_and_both_are_reported() {
    let (areas, standings, delivered) = minhang();
    for class in [ItemClass::Ordinary, ItemClass::Special] {
        let outcome = judge((&areas, &standings), &delivered, (class, Some(FOLLOW)));
        assert_eq!((outcome.strict.participating.heads, outcome.strict.silent.heads), (703, 584));
        assert!(!outcome.strict_verdict.participation_by_heads);
        assert!(!outcome.strict_verdict.passed());
        let clause = outcome.with_clause.as_ref().unwrap();
        assert_eq!(clause.followed, Some(Choice::For));
        let count = clause.count;
        assert_eq!((count.participating.heads, count.in_favour.heads), (1287, 1001));
        assert!(clause.passed && outcome.passed());
        assert_eq!(outcome.relied_on, Reliance::WithClause);
    }
}

#[test]
fn v11_an_organiser_may_rest_on_the_strict_count_and_without_a_clause_there_is_no_other() {
    let (areas, standings, delivered) = minhang();
    let pack = national();
    let rules = SilenceRules {
        class: pack.class(ItemClass::Ordinary),
        invalid: InvalidBallots::StayOut,
        clause: Some((FOLLOW, Reliance::Strict)),
    };
    let outcome = judge_with_silence(&areas, &standings, &delivered, rules).unwrap();
    assert!(!outcome.passed() && outcome.with_clause.unwrap().passed);
    assert_eq!(outcome.relied_on, Reliance::Strict);
    let none = judge((&areas, &standings), &delivered, (ItemClass::Ordinary, None));
    assert_eq!((none.with_clause, none.relied_on), (None, Reliance::Strict));
}

#[test]
fn silence_weighs_only_with_proof_of_delivery() {
    let (areas, standings, _) = minhang();
    let returned = (0..703).collect();
    let outcome = judge((&areas, &standings), &returned, (ItemClass::Ordinary, Some(FOLLOW)));
    assert!(!outcome.with_clause.unwrap().passed);
    // 158 more delivered heads reach two thirds of 1291, 157 do not.
    for (delivered, passed) in [(860, false), (861, true)] {
        let delivered = (0..delivered).collect();
        let outcome = judge((&areas, &standings), &delivered, (ItemClass::Ordinary, Some(FOLLOW)));
        assert_eq!(outcome.with_clause.unwrap().passed, passed);
    }
}

#[test]
fn an_invalid_ballot_is_no_silence() {
    let standings = [cast(Choice::For), cast(Choice::Invalid), Standing::Absent];
    let delivered = (0..3).collect();
    let outcome = judge((&[1, 1, 1], &standings), &delivered, (ItemClass::Ordinary, Some(FOLLOW)));
    assert_eq!((outcome.strict.silent.heads, outcome.strict.invalid.heads), (1, 1));
    assert_eq!(outcome.with_clause.unwrap().count.participating.heads, 2);
}

#[test]
fn nobody_follows_where_heads_and_area_lead_different_ways() {
    use Choice::{Against, For};
    let standings = [cast(For), cast(For), cast(Against), Standing::Absent];
    let delivered = (0..4).collect();
    let outcome =
        judge((&[1, 1, 5, 9], &standings), &delivered, (ItemClass::Ordinary, Some(FOLLOW)));
    let clause = outcome.with_clause.unwrap();
    assert_eq!((clause.followed, clause.count), (None, outcome.strict));
}

#[test]
fn objectors_with_those_never_asked_hold_a_third_at_most() {
    let judged = |against: usize, delivered: usize, areas: &[u64; 9]| {
        let mut standings = vec![cast(Choice::Against); against];
        standings.resize(9, Standing::Absent);
        let class = (ItemClass::Ordinary, Some(objection()));
        let outcome = judge((areas, &standings), &(0..delivered).collect(), class);
        let clause = outcome.with_clause.unwrap();
        assert_eq!((clause.rule, outcome.strict_verdict.passed()), (SilentRule::Objection, false));
        (clause.objecting.heads, clause.passed)
    };
    assert_eq!(judged(3, 9, &[100; 9]), (3, true));
    assert_eq!(judged(4, 9, &[100; 9]), (4, false));
    assert_eq!(judged(3, 8, &[100; 9]), (4, false), "one was never asked");
    let mut areas = [100; 9];
    areas[0] = 103;
    assert_eq!(judged(3, 9, &areas), (3, false), "by area more than a third");
}

#[test]
fn a_clause_never_reaches_matters_that_it_does_not_cover() {
    let pack = |id: &str| RulePack::from_toml(find_shipped(id).unwrap().text).unwrap();
    let (henan, liaocheng) = (pack("henan-objection"), pack("liaocheng"));
    assert_eq!(SilenceClause::of(&henan, &["5"]), Some(objection()));
    for keys in [&["7"][..], &["5", "7"], &["279"], &["unknown"]] {
        assert_eq!(SilenceClause::of(&henan, keys), None, "{keys:?}");
    }
    assert_eq!(SilenceClause::of(&liaocheng, &["5"]), None, "permitted is not adopted");
    assert_eq!(SilenceClause::permitted(&liaocheng, &["5"]), Some(FOLLOW));
    assert_eq!(SilenceClause::permitted(&liaocheng, &["279"]), None, "unanimity has no silence");
    assert_eq!(SilenceClause::of(&national(), &["5"]), None);
}

#[test]
fn v24_an_empty_scope_is_an_error_under_a_clause_too() {
    let pack = national();
    let rules = SilenceRules {
        class: pack.class(ItemClass::Ordinary),
        invalid: InvalidBallots::StayOut,
        clause: Some((objection(), Reliance::WithClause)),
    };
    let refused = judge_with_silence(&[], &[], &BTreeSet::new(), rules).unwrap_err();
    assert_eq!(refused.code(), Code::EmptyScope);
}

fn standing() -> impl Strategy<Value = Standing> {
    prop_oneof![
        3 => Just(cast(Choice::For)),
        1 => Just(cast(Choice::Against)),
        1 => Just(cast(Choice::Abstain)),
        1 => Just(cast(Choice::Invalid)),
        3 => Just(Standing::Absent),
    ]
}

/// Heads with their area, standing, and whether delivery is proved.
fn heads() -> impl Strategy<Value = Vec<(u64, Standing, bool)>> {
    prop::collection::vec((1_u64..20_000, standing(), any::<bool>()), 1..40)
}

fn clause() -> impl Strategy<Value = SilenceClause> {
    prop_oneof![Just(FOLLOW), Just(objection())]
}

fn class() -> impl Strategy<Value = ItemClass> {
    prop_oneof![Just(ItemClass::Ordinary), Just(ItemClass::Special)]
}

type Parts = (Vec<u64>, Vec<Standing>, BTreeSet<usize>);

fn parts(heads: &[(u64, Standing, bool)]) -> Parts {
    let delivered = heads.iter().enumerate().filter(|(_, head)| head.2).map(|(n, _)| n).collect();
    (
        heads.iter().map(|head| head.0).collect(),
        heads.iter().map(|head| head.1).collect(),
        delivered,
    )
}

proptest! {
    #[test]
    fn a_clause_or_a_delivery_never_changes_the_strict_verdict(
        heads in heads(), class in class(), clause in clause(),
    ) {
        let (areas, standings, delivered) = parts(&heads);
        let bare = judge((&areas, &standings), &BTreeSet::new(), (class, None));
        let with = judge((&areas, &standings), &delivered, (class, Some(clause)));
        prop_assert_eq!(bare.strict_verdict, with.strict_verdict);
        prop_assert_eq!(bare.strict.participating, with.strict.participating);
        prop_assert!(with.with_clause.is_some() && bare.with_clause.is_none());
    }

    #[test]
    fn without_any_delivery_the_majority_rule_is_the_strict_count(
        heads in heads(), class in class(),
    ) {
        let (areas, standings, _) = parts(&heads);
        let outcome = judge((&areas, &standings), &BTreeSet::new(), (class, Some(FOLLOW)));
        let clause = outcome.with_clause.unwrap();
        prop_assert_eq!(clause.count, outcome.strict);
        prop_assert_eq!(clause.passed, outcome.strict_verdict.passed());
    }

    #[test]
    fn silence_never_carries_what_does_not_lead_both_ways(heads in heads(), class in class()) {
        let (areas, standings, delivered) = parts(&heads);
        let outcome = judge((&areas, &standings), &delivered, (class, Some(FOLLOW)));
        let strict = outcome.strict;
        if outcome.with_clause.unwrap().passed {
            prop_assert!(strict.in_favour.area > strict.against.area);
            prop_assert!(strict.in_favour.heads > strict.against.heads);
        }
    }

    #[test]
    fn under_a_clause_one_more_for_never_turns_a_pass_into_a_fail(
        heads in heads(), voter in any::<prop::sample::Index>(), class in class(),
        clause in clause(),
    ) {
        let (areas, mut standings, delivered) = parts(&heads);
        let passes = |standings: &[Standing]| {
            judge((&areas, standings), &delivered, (class, Some(clause))).passed()
        };
        let before = passes(&standings);
        standings[voter.index(areas.len())] = cast(Choice::For);
        prop_assert!(!before || passes(&standings));
    }

    #[test]
    fn one_more_objection_or_one_delivery_less_never_helps(
        heads in heads(), voter in any::<prop::sample::Index>(),
    ) {
        let (areas, mut standings, mut delivered) = parts(&heads);
        let passes = |standings: &[Standing], delivered: &BTreeSet<usize>| {
            let class = (ItemClass::Ordinary, Some(objection()));
            judge((&areas, standings), delivered, class).passed()
        };
        let before = passes(&standings, &delivered);
        let voter = voter.index(areas.len());
        delivered.remove(&voter);
        prop_assert!(before || !passes(&standings, &delivered));
        standings[voter] = cast(Choice::Against);
        prop_assert!(before || !passes(&standings, &delivered));
    }

    #[test]
    fn scaling_all_areas_changes_no_clause(
        heads in heads(), factor in 1_u64..1_000_000, class in class(), clause in clause(),
    ) {
        let (areas, standings, delivered) = parts(&heads);
        let scaled: Vec<u64> = areas.iter().map(|area| area * factor).collect();
        let judged = |areas: &[u64]| {
            let outcome = judge((areas, &standings), &delivered, (class, Some(clause)));
            (outcome.strict_verdict, outcome.passed())
        };
        prop_assert_eq!(judged(&areas), judged(&scaled));
    }
}
