//! Properties of the count.

use proptest::prelude::*;

use super::{cast, national};
use crate::{
    kernel::UtcTime,
    voting::{
        model::{Channel, Choice, DuplicatePolicy, ItemClass},
        rules::{
            count::{InvalidBallots, ItemCount, Standing, Verdict},
            roll::Roll,
            select::{Attempt, Precedence, select},
        },
    },
};

fn standing() -> impl Strategy<Value = Standing> {
    prop_oneof![
        3 => Just(cast(Choice::For)),
        1 => Just(cast(Choice::Against)),
        1 => Just(cast(Choice::Abstain)),
        1 => Just(cast(Choice::Invalid)),
        1 => Just(Standing::Absent),
    ]
}

fn class() -> impl Strategy<Value = ItemClass> {
    prop_oneof![Just(ItemClass::Ordinary), Just(ItemClass::Special)]
}

fn judge(areas: &[u64], standings: &[Standing], class: ItemClass) -> Verdict {
    let count = ItemCount::of(areas, standings, InvalidBallots::StayOut);
    count.judge(national().class(class)).unwrap()
}

proptest! {
    #[test]
    fn one_more_for_never_turns_a_pass_into_a_fail(
        roll in prop::collection::vec((1_u64..20_000, standing()), 1..40),
        voter in any::<prop::sample::Index>(),
        class in class(),
    ) {
        let (areas, mut standings): (Vec<u64>, Vec<Standing>) = roll.into_iter().unzip();
        let before = judge(&areas, &standings, class);
        let voter = voter.index(areas.len());
        standings[voter] = cast(Choice::For);
        prop_assert!(!before.passed() || judge(&areas, &standings, class).passed());
    }

    #[test]
    fn scaling_all_areas_changes_nothing(
        roll in prop::collection::vec((1_u64..20_000, standing()), 1..40),
        factor in 1_u64..1_000_000_000,
        class in class(),
    ) {
        let (areas, standings): (Vec<u64>, Vec<Standing>) = roll.into_iter().unzip();
        let scaled: Vec<u64> = areas.iter().map(|area| area * factor).collect();
        prop_assert_eq!(judge(&areas, &standings, class), judge(&scaled, &standings, class));
    }

    #[test]
    fn the_order_of_the_file_does_not_matter_where_times_differ(
        marks in prop::collection::vec((0_usize..6, 0_usize..4), 1..30),
        seed in any::<u64>(),
        policy in prop_oneof![
            Just(DuplicatePolicy::FirstValid),
            Just(DuplicatePolicy::LastValid),
            Just(DuplicatePolicy::OnlineFirst),
        ],
    ) {
        let start: UtcTime = "2025-03-17T00:00:00Z".parse().unwrap();
        let mut attempts: Vec<Attempt> = marks
            .iter()
            .enumerate()
            .map(|(second, (head, choice))| Attempt {
                head: *head,
                choice: Choice::ALL[*choice],
                channel: if second % 2 == 0 { Channel::Online } else { Channel::Paper },
                at: Some(start.plus(chrono::TimeDelta::seconds(i64::try_from(second).unwrap()))),
            })
            .collect();
        let precedence = Precedence { policy, max_changes: 1 };
        let before = select(6, &attempts, precedence).standings;
        let length = u64::try_from(attempts.len()).unwrap();
        for index in 0..attempts.len() {
            let other = seed.wrapping_mul(6_364_136_223_846_793_005).rotate_left(7) % length;
            attempts.swap(index, usize::try_from(other).unwrap());
        }
        prop_assert_eq!(select(6, &attempts, precedence).standings, before);
    }

    #[test]
    fn areas_of_heads_add_up_to_the_total(
        units in prop::collection::vec((1_i64..30_000, 0_usize..8, 0_usize..8), 1..60),
    ) {
        let owner = |n: usize| if n == 0 { "DEV".to_owned() } else { format!("O{n}") };
        let rows: Vec<_> = units
            .iter()
            .map(|(area, one, two)| {
                let mut row = super::flat("1.00", &[&owner(*one), &owner(*two)]);
                row.area = Some(crate::kernel::Area(*area));
                row
            })
            .collect();
        let roll = Roll::build(&rows, super::roll_rules()).unwrap();
        prop_assert_eq!(roll.heads.iter().map(|head| head.area.0).sum::<i64>(), roll.area.0);
        prop_assert_eq!(units.iter().map(|unit| unit.0).sum::<i64>(), roll.area.0);
        prop_assert!(roll.head_of.iter().all(Option::is_some));
        prop_assert_eq!(roll.heads.iter().map(|head| head.units.len()).sum::<usize>(), rows.len());
    }
}

#[test]
fn a_returned_abstention_can_turn_a_result_either_way() {
    let passes = |standings: &[Standing], areas: &[u64]| {
        judge(areas, standings, ItemClass::Ordinary).passed()
    };
    use Choice::{Abstain, Against, For};
    // 3 of 5 heads are too few; the fourth, abstaining, brings participation.
    let areas = [1; 5];
    assert!(!passes(&[cast(For), cast(For), cast(For)], &areas));
    assert!(passes(&[cast(For), cast(For), cast(For), cast(Abstain)], &areas));
    // 3 for and 2 against pass; with one abstention 3 of 6 are no majority.
    let areas = [1; 6];
    let five = [cast(For), cast(For), cast(For), cast(Against), cast(Against)];
    assert!(passes(&five, &areas));
    let mut six = five.to_vec();
    six.push(cast(Abstain));
    assert!(!passes(&six, &areas));
}
