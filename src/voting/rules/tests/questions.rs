//! Questions: what a ballot may say on their options, and which options win.

use proptest::prelude::*;

use crate::{
    kernel::Code,
    voting::{
        model::{Choice, QuestionKind, RankBy},
        rules::{
            count::Weight,
            pack::RulePack,
            pack_use::refusals,
            questions::{
                Breach, OptionCount, Question, Settled, are_whole, check, fill, fits, is_ranked,
                rank_by,
            },
        },
    },
};

const A: Choice = Choice::Abstain;
const F: Choice = Choice::For;
const N: Choice = Choice::Against;
const I: Choice = Choice::Invalid;

fn question(options: &[usize], choose_at_most: usize, seats: usize) -> Question {
    Question {
        title: "外墙颜色".to_owned(),
        options: options.to_vec(),
        choose_at_most,
        seats,
        kind: QuestionKind::Choice,
        rank_by: RankBy::Both,
    }
}

/// Passed, area for, heads for: an option each.
fn counts(of: &[(bool, u64, u64)]) -> Vec<OptionCount> {
    let count = |&(passed, area, heads)| OptionCount { passed, in_favour: Weight { area, heads } };
    of.iter().map(count).collect()
}

fn settled(chosen: &[usize], open: usize, tied: &[usize], leading: &[usize]) -> Settled {
    let list = <[usize]>::to_vec;
    Settled { chosen: list(chosen), open, tied: list(tied), leading: list(leading) }
}

#[test]
fn a_ballot_chooses_no_more_options_than_the_question_allows() {
    // An item, and a question of three.
    let colour = question(&[1, 2, 3], 2, 1);
    assert_eq!(colour.breach(&[F, F, F, A]), None);
    assert_eq!(colour.breach(&[A, N, N, N]), None);
    assert_eq!(colour.breach(&[A, F, F, F]), Some(Breach::TooMany(3)));
    assert_eq!(colour.breach(&[F, I, I, I]), None);
    assert_eq!(colour.breach(&[F, I, F, I]), Some(Breach::PartlyInvalid));
    let refused = |choices: &[Choice]| {
        let refusal = check(std::slice::from_ref(&colour), choices).unwrap_err();
        (refusal.code(), refusal.params().get("chosen").cloned())
    };
    assert_eq!(refused(&[A, F, F, F]), (Code::TooManyOptions, Some(3.into())));
    assert_eq!(refused(&[A, F, I, A]), (Code::InvalidField, None));
}

#[test]
fn what_is_left_out_beside_others_of_a_question_is_not_chosen() {
    let colour = [question(&[1, 2, 3], 2, 1)];
    let filled = |mut given: [Option<Choice>; 4]| {
        fill(&colour, &mut given);
        given
    };
    assert_eq!(filled([None, Some(F), None, None]), [None, Some(F), Some(A), Some(A)]);
    assert_eq!(filled([None, Some(I), None, None]), [None, Some(I), Some(I), Some(I)]);
    assert_eq!(filled([Some(F), None, None, None]), [Some(F), None, None, None]);
}

#[test]
fn the_numbers_of_a_question_hang_together() {
    assert!(fits(2, 1, 1) && fits(5, 3, 3) && fits(5, 5, 1));
    assert!(!fits(1, 1, 1) && !fits(3, 1, 2) && !fits(3, 4, 1) && !fits(3, 1, 0));
    assert!(are_whole(&[question(&[1, 2], 1, 1), question(&[3, 4, 5], 2, 1)], 6));
    let broken = [
        vec![question(&[1, 2], 1, 1), question(&[2, 3], 1, 1)],
        vec![question(&[2, 1], 1, 1)],
        vec![question(&[1, 1], 1, 1)],
        vec![question(&[5, 6], 1, 1)],
        vec![question(&[1], 1, 1)],
    ];
    assert!(broken.iter().all(|questions| !are_whole(questions, 6)));
}

#[test]
fn an_option_wins_only_if_it_passes_by_itself() {
    let colour = question(&[0, 1, 2], 1, 1);
    let one = counts(&[(false, 10, 1), (true, 60, 6), (false, 20, 3)]);
    assert_eq!(colour.settle(&one), settled(&[1], 0, &[], &[]));
    assert_eq!(colour.line(&one), "question 1 chosen 2 open 0");
    // Nobody passes: two lead by area, two by heads, and a third ties with the second by heads.
    let none = counts(&[(false, 40, 3), (false, 30, 2), (false, 20, 2)]);
    assert_eq!(colour.settle(&none), settled(&[], 1, &[], &[0, 1, 2]));
    assert_eq!(colour.line(&none), "question 1 chosen - open 1");
    let clear = counts(&[(false, 40, 3), (false, 30, 2), (false, 20, 1)]);
    assert_eq!(colour.settle(&clear).leading, [0, 1]);
}

#[test]
fn a_tie_for_the_last_place_leaves_it_open() {
    let members = Question { kind: QuestionKind::Election, ..question(&[0, 1, 2, 3], 2, 2) };
    let tie = counts(&[(true, 90, 9), (true, 60, 6), (true, 60, 6), (true, 50, 5)]);
    assert_eq!(members.settle(&tie), settled(&[0], 1, &[1, 2], &[1, 2]));
    // Area and heads name different options: neither goes first, unless the pack says which.
    let crossed = counts(&[(true, 90, 9), (true, 61, 6), (true, 60, 7), (false, 1, 1)]);
    let by = |rank_by| Question { rank_by, ..members.clone() }.settle(&crossed);
    assert_eq!(by(RankBy::Both), settled(&[0], 1, &[1, 2], &[1, 2]));
    assert_eq!(by(RankBy::HeadsThenArea), settled(&[0, 2], 0, &[], &[]));
    assert_eq!(by(RankBy::AreaThenHeads), settled(&[0, 1], 0, &[], &[]));
    assert!(is_ranked(std::slice::from_ref(&members), &tie));
    assert!(!is_ranked(&[members], &counts(&[(true, 1, 1), (true, 1, 1), (false, 9, 9)])));
}

#[test]
fn fewer_that_pass_than_places_leave_the_rest_open() {
    let members = Question { kind: QuestionKind::Election, ..question(&[0, 1, 2, 3, 4], 3, 3) };
    let few =
        counts(&[(true, 90, 9), (false, 40, 4), (false, 30, 3), (false, 20, 2), (false, 10, 1)]);
    // Two places are open: the best four of those who were not elected.
    assert_eq!(members.settle(&few), settled(&[0], 2, &[], &[1, 2, 3, 4]));
    let all = counts(&[(true, 9, 9), (true, 4, 4), (false, 3, 3), (false, 2, 2), (false, 1, 1)]);
    assert_eq!(members.settle(&all), settled(&[0, 1], 1, &[], &[2, 3]));
}

#[test]
fn a_pack_says_how_options_are_ranked_and_may_not_draw_lots_yet() {
    let mut text = super::NATIONAL.to_owned();
    assert_eq!(rank_by(&RulePack::from_toml(&text).unwrap()), RankBy::Both);
    text += "\n[questions]\nrank_by = { value = \"heads_then_area\", clause = \"议事规则 20\", \
             basis = \"ours\" }\n";
    let pack = RulePack::from_toml(&text).unwrap();
    assert_eq!((rank_by(&pack), refusals(&pack).len()), (RankBy::HeadsThenArea, 0));
    text += "tie = { value = \"public_lot\", clause = \"议事规则 21\", basis = \"ours\" }\n";
    let refused = refusals(&RulePack::from_toml(&text).unwrap());
    assert_eq!(refused.len(), 1);
    assert_eq!(refused[0].code, Code::RulePackUnsupported);
    assert_eq!(refused[0].rule.clause, "议事规则 21");
}

fn rank() -> impl Strategy<Value = RankBy> {
    prop_oneof![Just(RankBy::HeadsThenArea), Just(RankBy::AreaThenHeads), Just(RankBy::Both)]
}

fn kind() -> impl Strategy<Value = QuestionKind> {
    prop_oneof![Just(QuestionKind::Choice), Just(QuestionKind::Election)]
}

proptest! {
    #[test]
    fn what_is_settled_adds_up(
        of in prop::collection::vec((any::<bool>(), 0_u64..5, 0_u64..5), 2..8),
        seats in 1_usize..5,
        rank_by in rank(),
        kind in kind(),
    ) {
        let options: Vec<usize> = (0..of.len()).collect();
        let seats = seats.min(of.len());
        let asked = Question { rank_by, kind, ..question(&options, seats, seats) };
        let counts = counts(&of);
        let Settled { chosen, open, tied, leading } = asked.settle(&counts);
        prop_assert_eq!(chosen.len() + open, seats);
        prop_assert!(chosen.iter().chain(&tied).all(|at| of[*at].0));
        prop_assert!(tied.iter().chain(&leading).all(|at| !chosen.contains(at)));
        prop_assert!(tied.len() != 1);
        // Whoever passes and is left out is outdone, or ties for the last place.
        let passed = of.iter().filter(|of| of.0).count();
        prop_assert!(passed > seats || chosen.len() == passed);
        // Equals are treated alike.
        for (at, own) in of.iter().enumerate() {
            for (other, its) in of.iter().enumerate().filter(|(_, its)| *its == own) {
                let same = chosen.contains(&at) == chosen.contains(&other);
                prop_assert!(same, "{:?} and {:?}", own, its);
            }
        }
        if open == 0 {
            prop_assert!(tied.is_empty() && leading.is_empty());
        } else {
            let rest = of.len() - chosen.len();
            prop_assert!(leading.len() > open.min(rest - 1), "{:?}", leading);
        }
    }

    #[test]
    fn the_order_on_the_ballot_decides_nothing(
        of in prop::collection::vec((any::<bool>(), 0_u64..5, 0_u64..5), 2..8),
        seats in 1_usize..5,
        rank_by in rank(),
        kind in kind(),
    ) {
        let count = of.len();
        let options: Vec<usize> = (0..count).collect();
        let seats = seats.min(count);
        let asked = Question { rank_by, kind, ..question(&options, seats, seats) };
        let turned: Vec<_> = of.iter().rev().copied().collect();
        let turn = |places: Vec<usize>| {
            let mut places: Vec<_> = places.into_iter().map(|at| count - 1 - at).collect();
            places.sort_unstable();
            places
        };
        let (one, other) = (asked.settle(&counts(&of)), asked.settle(&counts(&turned)));
        prop_assert_eq!(one.chosen, turn(other.chosen));
        prop_assert_eq!(one.tied, turn(other.tied));
        prop_assert_eq!(one.leading, turn(other.leading));
    }
}
