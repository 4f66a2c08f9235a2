//! Votes at random, counted by three that share no line: the generator, Rust, Python. They must be
//! equal to the integer; where the lines are met exactly, or missed by one, the outcome is known
//! beforehand as well.

use serde_json::Value;

use super::{both, random_vote::random_vote};
use crate::support::{
    long::{rounds, seed},
    vote_log::{CLOSES, Dice, Files, OPENS, ORDINARY, SPECIAL, Spec, VoteLog},
};

/// Logs in one process of Python.
const CHUNK: usize = 250;

/// Compares the counts of so many logs; all must be good.
fn compare(count: usize, make: impl Fn(usize) -> VoteLog) {
    for first in (0..count).step_by(CHUNK) {
        let logs: Vec<VoteLog> = (first..count.min(first + CHUNK)).map(&make).collect();
        let named = |(at, log): (usize, &VoteLog)| (format!("vote {}", first + at), log.files());
        let files: Vec<(String, Files)> = logs.iter().enumerate().map(named).collect();
        let said = both(&files, &logs[0].key().vkey());
        for ((log, said), (name, _)) in logs.iter().zip(said).zip(&files) {
            assert_eq!((said.exit, said.faults), (0, Vec::new()), "{name}");
            let counted = serde_json::to_value(log.count()).unwrap();
            assert_eq!(Value::Array(said.items), counted, "{name}");
        }
    }
}

/// The seed of one log.
fn of(seed: u64, at: usize) -> u64 {
    Dice(seed.wrapping_add(u64::try_from(at).unwrap())).next()
}

#[test]
fn three_counts_of_random_votes_are_equal() {
    let seed = seed(20_260_401);
    compare(rounds(200, 9_000), |at| random_vote(of(seed, at)));
}

/// Splits a sum at random into so many parts, none of them empty.
fn split(dice: &mut Dice, sum: u64, parts: usize) -> Vec<u64> {
    let mut parts = vec![1; parts];
    let mut rest = sum - u64::try_from(parts.len()).unwrap();
    let last = parts.len() - 1;
    for part in &mut parts[..last] {
        let more = dice.next() % (rest / 2 + 1);
        *part += more;
        rest -= more;
    }
    parts[last] += rest;
    parts
}

/// Exactly on the four lines, or one below a single one of them: which one, or none.
fn at_the_lines(dice: &mut Dice, missed: Option<usize>) -> VoteLog {
    let lines = if dice.below(2) == 0 { ORDINARY } else { SPECIAL };
    // The least that meets a line; one less where it is the missed one.
    let least = |line: usize, whole: u64| {
        let (comparator, num, den) = lines[line];
        let least = match comparator {
            "at_least" => (whole * num).div_ceil(den),
            _ => whole * num / den + 1,
        };
        least - u64::from(missed == Some(line))
    };
    // A twelfth that is whole makes each line a whole number: equality, not only the next above.
    let heads = 12 * (1 + u64::try_from(dice.below(4)).unwrap());
    let area = heads * 12 * (50 + dice.next() % 5_000);
    let (joined, joined_area) = (least(1, heads), least(0, area));
    let (yes, yes_area) = (least(3, joined), least(2, joined_area));
    let size = |heads: u64| usize::try_from(heads).unwrap();
    let groups = [
        (yes, yes_area, "for"),
        (joined - yes, joined_area - yes_area, "against"),
        (heads - joined, area - joined_area, ""),
    ];
    let mut roll = Vec::new();
    for (heads, area, choice) in groups {
        let areas = split(dice, area, size(heads));
        roll.extend(areas.into_iter().map(|area| (area, choice)));
    }
    // Those against may abstain: they take part either way.
    let spec = Spec {
        heads: roll.iter().map(|(area, _)| vec![*area]).collect(),
        items: vec![("ordinary", lines)],
        policy: "first_valid",
        max_changes: 0,
        invalid_participates: dice.below(2) == 0,
    };
    let mut log = VoteLog::begin(dice.next(), &spec);
    let cast = roll.iter().enumerate().filter(|(_, (_, choice))| !choice.is_empty());
    for (head, (_, choice)) in cast {
        let choice = if *choice == "against" && dice.below(2) == 0 { "abstain" } else { choice };
        if dice.below(3) > 0 {
            log.online(head, OPENS, &[choice]);
            continue;
        }
        let serial = log.issue(&[head]).remove(0);
        log.batch(OPENS, &[&serial]);
        log.read_sheet(&serial, "clerk-a", &[choice]);
        log.read_sheet(&serial, "clerk-b", &[choice]);
        log.paper(head, (&serial, OPENS), &[choice]);
    }
    log.close(CLOSES);
    log.tally();
    let passed = log.count()[0].passed;
    assert_eq!(passed, missed.is_none(), "missed line: {missed:?}");
    log
}

#[test]
fn votes_exactly_at_the_lines_pass_and_one_below_a_line_fail() {
    let seed = seed(20_260_402);
    compare(rounds(50, 1_000), |at| {
        let mut dice = Dice(of(seed, at));
        at_the_lines(&mut dice, (at % 5).checked_sub(1))
    });
}
