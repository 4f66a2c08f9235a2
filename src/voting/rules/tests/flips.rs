//! The flip distance against brute force over every set of void ballots.

use proptest::prelude::*;

use super::{cast, national};
use crate::voting::{
    model::{Choice, ItemClass},
    rules::{
        count::{InvalidBallots, ItemCount, Standing},
        flip::{Flip, flip},
        pack::ClassRule,
    },
};

fn passes(areas: &[u64], standings: &[Standing], class: &ClassRule) -> bool {
    let count = ItemCount::of(areas, standings, InvalidBallots::StayOut);
    count.judge(class).unwrap().passed()
}

/// The fewest by trying all sets.
fn brute(areas: &[u64], standings: &[Standing], class: &ClassRule) -> Flip {
    let now = passes(areas, standings, class);
    let takes_part =
        |s: &Standing| matches!(s, Standing::Cast(Choice::For | Choice::Against | Choice::Abstain));
    let voters: Vec<usize> = (0..areas.len()).filter(|&i| takes_part(&standings[i])).collect();
    let mut fewest = None;
    for set in 0_u32..(1 << voters.len()) {
        let mut after = standings.to_vec();
        for (bit, voter) in voters.iter().enumerate() {
            if set & (1 << bit) != 0 {
                after[*voter] = Standing::Absent;
            }
        }
        let size = u64::from(set.count_ones());
        if passes(areas, &after, class) != now && fewest.is_none_or(|best| size < best) {
            fewest = Some(size);
        }
    }
    fewest.map_or(Flip::Never, |heads| Flip::Heads { heads })
}

fn standing() -> impl Strategy<Value = Standing> {
    prop_oneof![
        5 => Just(cast(Choice::For)),
        3 => Just(cast(Choice::Against)),
        2 => Just(cast(Choice::Abstain)),
        1 => Just(cast(Choice::Invalid)),
        1 => Just(Standing::Absent),
    ]
}

fn class() -> impl Strategy<Value = ItemClass> {
    prop_oneof![Just(ItemClass::Ordinary), Just(ItemClass::Special), Just(ItemClass::Unanimous)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]
    #[test]
    fn the_fewest_is_what_brute_force_finds(
        roll in prop::collection::vec((prop_oneof![1_u64..10, 1_u64..300], standing()), 1..=10),
        class in class(),
    ) {
        let (areas, standings): (Vec<u64>, Vec<Standing>) = roll.into_iter().unzip();
        let pack = national();
        let class = pack.class(class);
        let found = flip(&areas, &standings, InvalidBallots::StayOut, class).unwrap();
        prop_assert_eq!(found, brute(&areas, &standings, class));
    }
}

#[test]
fn the_middle_area_alone_turns_it_around() {
    // Participation can spare 40, approval by area needs 30 gone: of 10, 35 and 60 only 35 fits.
    let areas = [100, 100, 10, 35, 60, 1];
    let standings = [
        cast(Choice::For),
        cast(Choice::For),
        cast(Choice::Against),
        cast(Choice::Against),
        cast(Choice::Against),
        Standing::Absent,
    ];
    let pack = national();
    let class = pack.class(ItemClass::Special);
    assert_eq!(
        flip(&areas, &standings, InvalidBallots::StayOut, class).unwrap(),
        brute(&areas, &standings, class)
    );
}

#[test]
fn a_large_vote_is_answered_exactly() {
    let areas: Vec<u64> = (0..3000).map(|n| 5000 + (n * 7919) % 9001).collect();
    let standings: Vec<Standing> = (0..3000)
        .map(|n| match n % 10 {
            0..=5 => cast(Choice::For),
            6 | 7 => cast(Choice::Against),
            8 => cast(Choice::Abstain),
            _ => Standing::Absent,
        })
        .collect();
    let pack = national();
    let found = flip(&areas, &standings, InvalidBallots::StayOut, pack.class(ItemClass::Special));
    assert!(matches!(found.unwrap(), Flip::Heads { .. }));
}
