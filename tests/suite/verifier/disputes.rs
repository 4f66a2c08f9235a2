//! Random votes full of disputes: void ballots, corrected sheets, second ballots, second counts. Both
//! verifiers and the generator's own count say the same of each.

use super::both;
use crate::support::{
    long::rounds,
    vote_log::{CLOSES, DAY, Dice, Files, OPENS, ORDINARY, SPECIAL, Spec, VoteLog},
};

const CHOICES: [&str; 3] = ["for", "against", "abstain"];

fn choices(dice: &mut Dice, with_invalid: bool) -> [&'static str; 2] {
    let mut one = || match dice.below(if with_invalid { 4 } else { 3 }) {
        3 => "invalid",
        n => CHOICES[n],
    };
    [one(), one()]
}

fn spec(dice: &mut Dice) -> Spec {
    let heads = 3 + dice.below(9);
    let mut area = || 3_000 + u64::try_from(dice.below(9_000)).unwrap();
    Spec {
        heads: (0..heads).map(|_| vec![area()]).collect(),
        items: vec![("special", SPECIAL), ("ordinary", ORDINARY)],
        policy: ["first_valid", "last_valid", "online_first"][dice.below(3)],
        max_changes: 0,
        invalid_participates: dice.below(2) == 0,
    }
}

/// Disputes some of these ballots; most disputes are ruled on, in one way or another.
fn dispute(log: &mut VoteLog, ballots: &[(u64, bool)], dice: &mut Dice) {
    for &(ballot, is_paper) in ballots.iter().filter(|_| dice.below(2) == 0).collect::<Vec<_>>() {
        let is_misread = is_paper && dice.below(2) == 0;
        let dispute = log.challenge_as(ballot, if is_misread { "misread" } else { "not_mine" });
        match dice.below(4) {
            0 => {}
            1 => drop(log.rule(dispute, false)),
            _ if is_misread => drop(log.correct(dispute, &choices(dice, true))),
            _ => drop(log.rule(dispute, true)),
        }
    }
}

fn random(seed: u64) -> VoteLog {
    let mut dice = Dice(seed);
    let spec = spec(&mut dice);
    let heads: Vec<usize> = (0..spec.heads.len()).collect();
    let mut log = VoteLog::begin(seed, &spec);
    let serials = log.issue(&heads);
    let at = OPENS + DAY;
    let back: Vec<usize> = heads.iter().copied().filter(|_| dice.below(2) == 0).collect();
    let returned: Vec<&str> = back.iter().map(|head| serials[*head].as_str()).collect();
    log.batch(at, &returned);
    let mut ballots = Vec::new();
    for head in &heads {
        match dice.below(3) {
            0 => {}
            1 => ballots.push((log.online(*head, at + DAY, &choices(&mut dice, false)), false)),
            _ => {
                let first = log.online(*head, at - 1, &choices(&mut dice, false));
                let dispute = log.challenge(first);
                log.rule(dispute, true);
                ballots.push((log.online(*head, at + DAY, &choices(&mut dice, false)), false));
            }
        }
    }
    log.close(CLOSES);
    for head in &back {
        let (serial, read) = (serials[*head].as_str(), choices(&mut dice, true));
        log.read_sheet(serial, "clerk-a", &read);
        log.read_sheet(serial, "clerk-b", &read);
        ballots.push((log.paper(*head, (serial, at), &read), true));
    }
    dispute(&mut log, &ballots, &mut dice);
    let counts = [heads.len(), back.len(), 0, heads.len() - back.len()];
    log.close_paper(counts.map(|count| u64::try_from(count).unwrap()));
    log.tally();
    if dice.below(2) == 0 {
        dispute(&mut log, &ballots, &mut dice);
        log.tally();
    }
    log
}

#[test]
fn random_disputes_are_counted_alike_by_both_and_by_hand() {
    let rounds = u64::try_from(rounds(60, 2_000)).unwrap();
    let votes: Vec<VoteLog> = (0..rounds).map(random).collect();
    let key = votes[0].key().vkey();
    let files: Vec<(String, Files)> =
        (0..).zip(&votes).map(|(seed, log): (u64, _)| (seed.to_string(), log.files())).collect();
    let mut outcomes = std::collections::BTreeSet::new();
    for ((seed, said), log) in (0..).zip(both(&files, &key)).zip(&votes) {
        let seed: u64 = seed;
        assert_eq!((said.exit, said.faults), (0, Vec::new()), "seed {seed}");
        let count = serde_json::to_value(log.count()).unwrap();
        assert_eq!(serde_json::Value::Array(said.items.clone()), count, "seed {seed}");
        outcomes.extend(said.items.iter().map(|item| item["passed"].as_bool().unwrap()));
    }
    assert_eq!(outcomes.len(), 2, "some pass and some fail");
}
