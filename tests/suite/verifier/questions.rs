//! Questions whose options are items: both programs read the same rule of a ballot and the same winners,
//! and name the same leaf where the log breaks them.

use jiugai::{ballot_log::Leaf, platform::tlog::sign_note};

use super::both;
use crate::support::{
    long::{rounds, seed},
    vote_log::{CLOSES, DAY, Dice, Files, OPENS, ORDINARY, Spec, VoteLog},
};

const COLOUR: (&[u64], u64, u64, &str, &str) = (&[2, 3, 4], 1, 1, "choice", "both");
const MEMBERS: (&[u64], u64, u64, &str, &str) = (&[5, 6, 7], 2, 2, "election", "both");

fn spec(heads: usize, items: usize) -> Spec {
    Spec {
        heads: vec![vec![10_000]; heads],
        items: vec![("ordinary", ORDINARY); items],
        policy: "first_valid",
        max_changes: 0,
        invalid_participates: false,
    }
}

/// An item, a colour of three, a committee of two of three; the second place of it is a tie.
struct Asked {
    log: VoteLog,
    /// The ballot of head 0, on line, and that of head 7, on paper.
    ballot: u64,
    sheet: u64,
    tally: u64,
}

fn asked_until_the_count() -> Asked {
    let mut log = VoteLog::begin(16, &spec(9, 7));
    log.ask(&[COLOUR, MEMBERS]);
    let at = OPENS + DAY;
    let (yes, no, none, bad) = ("for", "against", "abstain", "invalid");
    let ballot = log.online(0, at, &[yes, yes, none, none, yes, yes, none]);
    log.online(1, at, &[yes, yes, none, none, yes, yes, none]);
    log.online(2, at, &[yes, yes, none, none, yes, none, yes]);
    log.online(3, at, &[yes, yes, no, no, yes, none, yes]);
    log.online(4, at, &[yes, yes, none, none, yes, none, yes]);
    log.online(5, at, &[no, none, yes, none, yes, yes, none]);
    log.online(6, at, &[yes, none, none, yes, yes, yes, none]);
    let serial = log.issue(&[7]).remove(0);
    log.batch(at, &[&serial]);
    let on_paper = [yes, bad, bad, bad, yes, none, yes];
    log.read_sheet(&serial, "clerk-a", &on_paper);
    log.read_sheet(&serial, "clerk-b", &on_paper);
    let sheet = log.paper(7, (&serial, at), &on_paper);
    let power = log.proxy((8, "agent-a"), at, Some(&[1, 5, 6, 7]));
    log.by_proxy(8, (power, at), &[yes, bad, bad, bad, none, yes, yes]);
    log.close(CLOSES);
    let tally = log.tally_alone();
    Asked { log, ballot, sheet, tally }
}

fn asked() -> Asked {
    let mut asked = asked_until_the_count();
    asked.log.recheck();
    asked.log.certify();
    asked
}

fn say_otherwise(log: &mut VoteLog, leaf: u64, choices: &[&str]) {
    let at = usize::try_from(leaf).unwrap();
    let what = log.what(choices);
    let Leaf::Ballot(ballot) = &mut log.leaves[at] else { panic!("a ballot") };
    ballot.what = what.commitment();
    log.openings[at].what = Some(what);
}

#[test]
fn a_vote_with_questions_is_good_and_its_certificate_says_who_won() {
    let Asked { log, .. } = asked();
    let certificate = log.certificate().unwrap();
    for line in ["question 2 chosen 2 open 0", "question 5 chosen 5 open 1"] {
        assert!(certificate.lines().any(|own| own == line), "{certificate}");
    }
    let said = both(&[("questions".to_owned(), log.files())], &log.key().vkey());
    assert_eq!((said[0].exit, &said[0].faults), (0, &Vec::new()));
}

#[test]
fn a_ballot_that_breaks_a_question_is_named_by_both() {
    let (yes, none, bad) = ("for", "abstain", "invalid");
    let broken: [(&str, [&str; 7]); 3] = [
        ("two of one", [yes, yes, yes, none, yes, yes, none]),
        ("three of two", [yes, yes, none, none, yes, yes, yes]),
        ("a part of it invalid", [yes, yes, bad, none, yes, yes, none]),
    ];
    let mut logs = Vec::new();
    for (name, choices) in broken {
        let Asked { mut log, ballot, .. } = asked();
        say_otherwise(&mut log, ballot, &choices);
        // Who holds the key counts and certifies again.
        log.falsify_result();
        logs.push((name.to_owned(), log.files()));
    }
    let Asked { log, ballot, .. } = asked();
    for (said, (name, _)) in both(&logs, &log.key().vkey()).iter().zip(&logs) {
        assert_eq!(said.faults, [(Some(ballot), "question".to_owned())], "{name}");
    }
}

#[test]
fn a_sheet_that_is_corrected_to_too_many_options_is_named_by_both() {
    let Asked { mut log, sheet, .. } = asked_until_the_count();
    let challenge = log.challenge_as(sheet, "misread");
    let ruling = log.correct(challenge, &["for", "for", "for", "abstain", "for", "abstain", "for"]);
    log.tally();
    let said = both(&[("corrected".to_owned(), log.files())], &log.key().vkey());
    assert!(said[0].names(ruling, "question"), "{:?}", said[0].faults);
}

#[test]
fn questions_that_are_not_whole_are_named_by_both() {
    type Of<'a> = (&'a str, &'a [(&'a [u64], u64, u64, &'a str, &'a str)]);
    let cases: [Of<'_>; 10] = [
        ("an option of two", &[COLOUR, (&[4, 5], 1, 1, "choice", "both")]),
        ("an option that is not there", &[(&[6, 7, 8], 1, 1, "choice", "both")]),
        ("a number of nothing", &[(&[0, 1], 1, 1, "choice", "both")]),
        ("falling", &[(&[3, 2], 1, 1, "choice", "both")]),
        ("one option alone", &[(&[2], 1, 1, "choice", "both")]),
        ("none", &[(&[], 1, 1, "choice", "both")]),
        ("more than there are", &[(&[2, 3], 3, 1, "choice", "both")]),
        ("more places than choices", &[(&[2, 3, 4], 1, 2, "choice", "both")]),
        ("an unknown kind", &[(&[2, 3, 4], 1, 1, "lottery", "both")]),
        ("an unknown rank", &[(&[2, 3, 4], 1, 1, "choice", "by_lot")]),
    ];
    let made = |of: &Of<'_>| {
        let Asked { mut log, .. } = asked();
        log.ask(of.1);
        (of.0.to_owned(), log.files())
    };
    let logs: Vec<(String, Files)> = cases.iter().map(made).collect();
    for (said, (name, _)) in both(&logs, &asked().log.key().vkey()).iter().zip(&logs) {
        assert!(said.names(0, "question"), "{name}: {:?}", said.faults);
    }
}

#[test]
fn a_certificate_with_another_winner_is_named_by_both() {
    let Asked { log, tally, .. } = asked();
    let logs: Vec<(String, Files)> =
        [("chosen 2 ", "chosen 3 "), ("chosen 5 open 1", "chosen 5,6 open 0")]
            .map(|(told, other)| {
                let text = log.certificate().unwrap();
                assert!(text.contains(told));
                let note = sign_note(&text.replace(told, other), &[&log.key()]).unwrap();
                let mut files = log.files();
                files.insert("certificate".to_owned(), note.into_bytes());
                (other.to_owned(), files)
            })
            .into();
    for said in both(&logs, &log.key().vkey()) {
        assert!(said.names(tally, "certificate"), "{:?}", said.faults);
    }
}

#[test]
fn all_three_counts_find_the_same_winners() {
    let mut dice = Dice(seed(116));
    let ranks = ["both", "heads_then_area", "area_then_heads"];
    let mut logs = Vec::new();
    for round in (0..).take(rounds(40, 2_000)) {
        let (heads, options) = (2 + dice.below(7), 2 + dice.below(5));
        let mut spec = spec(heads, options + 1);
        for area in &mut spec.heads {
            area[0] = 10_000 * (1 + dice.next() % 3);
        }
        let most = 1 + dice.below(options);
        let seats = 1 + dice.below(most);
        let numbers: Vec<u64> = (2..).take(options).collect();
        let number = |count: usize| u64::try_from(count).unwrap();
        let kind = if dice.below(2) == 0 { "choice" } else { "election" };
        let rank = ranks[dice.below(3)];
        let mut log = VoteLog::begin(round, &spec);
        log.ask(&[(&numbers, number(most), number(seats), kind, rank)]);
        for head in 0..heads {
            let mut choices = vec!["for"; options + 1];
            choices[1..].fill("abstain");
            // Favourites, so that several pass.
            for _ in 0..most {
                choices[1 + dice.below(options).min(dice.below(options))] = "for";
            }
            if dice.below(12) == 0 {
                choices[1..].fill("invalid");
            }
            log.online(head, OPENS + DAY, &choices);
        }
        log.close(CLOSES);
        log.tally();
        logs.push((format!("round {round}: {most} of {options}, {seats} by {rank}"), log.files()));
    }
    let key = asked().log.key().vkey();
    for (said, (name, _)) in both(&logs, &key).iter().zip(&logs) {
        assert_eq!((said.exit, said.faults.as_slice()), (0, [].as_slice()), "{name}");
    }
}

#[test]
fn where_the_order_of_options_decides_every_sheet_is_read_again() {
    // 620 heads on paper; both options pass by far. Two places: no order decides; one place: it does.
    let counted = |seats: u64| {
        let mut log = VoteLog::begin(21, &spec(620, 2));
        log.ask(&[(&[1, 2], 2, seats, "choice", "both")]);
        let all: Vec<usize> = (0..620).collect();
        let serials: Vec<String> = all.chunks(300).flat_map(|heads| log.issue(heads)).collect();
        let at = OPENS + DAY;
        for serials in serials.chunks(300) {
            log.batch(at, &serials.iter().map(String::as_str).collect::<Vec<_>>());
        }
        for (head, serial) in serials.iter().enumerate() {
            let choices = ["for", if head < 600 { "for" } else { "abstain" }];
            log.read_sheet(serial, "clerk-a", &choices);
            log.read_sheet(serial, "clerk-b", &choices);
            log.paper(head, (serial, at), &choices);
        }
        log.close(CLOSES);
        log.tally_alone();
        log
    };
    let finished = |seats: u64, is_sample: bool| {
        let mut log = counted(seats);
        let (draws, drawn) = log.sample("dice").unwrap();
        let all: Vec<String> = log.cast_sheets().into_iter().map(|(serial, _)| serial).collect();
        let seed = is_sample.then_some(("dice", draws));
        let draw = log.draw(seed, 620);
        log.reread(if is_sample { &drawn } else { &all }, &[]);
        log.certify();
        (draw, (format!("{seats} places, a sample: {is_sample}"), log.files()))
    };
    let cases = [(2, true, true), (1, false, true), (1, true, false), (2, false, false)];
    let (draws, logs): (Vec<_>, Vec<_>) =
        cases.iter().map(|(seats, is_sample, _)| finished(*seats, *is_sample)).unzip();
    let said = both(&logs, &asked().log.key().vkey());
    for ((said, draw), (seats, is_sample, is_good)) in said.iter().zip(draws).zip(cases) {
        assert_eq!(said.exit == 0, is_good, "{seats} {is_sample}: {:?}", said.faults);
        assert_eq!(said.names(draw, "recheck"), !is_good, "{seats} {is_sample}");
    }
}
