//! The re-check of paper is repeated by both programs: the draw from its seed, who read, what was read,
//! and no certificate without it.

use jiugai::ballot_log::Leaf;

use super::both;
use crate::support::vote_log::{CLOSES, DAY, Files, OPENS, ORDINARY, Spec, VoteLog};

const SEED: &str = "03 11 17 22 29 30 + 08";

/// So many heads, all on paper; the last hundred are against. Up to the count.
fn counted(heads: usize) -> VoteLog {
    counted_on(heads, |_| ())
}

/// [`counted`] on a roll that was amended.
fn counted_on(heads: usize, amend: impl FnOnce(&mut VoteLog)) -> VoteLog {
    let area = |head: usize| vec![5_000 + 7 * u64::try_from(head).unwrap()];
    let mut log = VoteLog::begin(
        20_260_401,
        &Spec {
            heads: (0..heads).map(area).collect(),
            items: vec![("ordinary", ORDINARY)],
            policy: "first_valid",
            max_changes: 0,
            invalid_participates: false,
        },
    );
    amend(&mut log);
    let all: Vec<usize> = (0..heads).collect();
    let serials: Vec<String> = all.chunks(300).flat_map(|heads| log.issue(heads)).collect();
    let at = OPENS + DAY;
    for serials in serials.chunks(300) {
        log.batch(at, &serials.iter().map(String::as_str).collect::<Vec<_>>());
    }
    for (head, serial) in serials.iter().enumerate() {
        let choice = if head + 100 < heads { "for" } else { "against" };
        log.read_sheet(serial, "clerk-a", &[choice]);
        log.read_sheet(serial, "clerk-b", &[choice]);
        log.paper(head, (serial, at), &[choice]);
    }
    log.close(CLOSES);
    log.tally_alone();
    log
}

/// Draws and the drawn serials.
fn sample(log: &VoteLog) -> (u64, Vec<String>) {
    sample_of(log, SEED)
}

fn sample_of(log: &VoteLog, seed: &str) -> (u64, Vec<String>) {
    log.sample(seed).unwrap()
}

/// A case: what is done after the count, and the leaf that both must name.
type Case = (&'static str, VoteLog, Option<u64>);

fn small(name: &'static str, make: impl Fn(&mut VoteLog, Vec<String>) -> Option<u64>) -> Case {
    let mut log = counted(8);
    let sheets = log.cast_sheets().into_iter().map(|(serial, _)| serial).collect();
    let leaf = make(&mut log, sheets);
    log.certify();
    (name, log, leaf)
}

fn large(
    name: &'static str,
    make: impl Fn(&mut VoteLog, (u64, Vec<String>)) -> Option<u64>,
) -> Case {
    let mut log = counted(620);
    let drawn = sample(&log);
    let leaf = make(&mut log, drawn);
    log.certify();
    (name, log, leaf)
}

fn judge(cases: Vec<Case>) {
    let key = cases[0].1.key().vkey();
    let logs: Vec<(String, Files)> =
        cases.iter().map(|(name, log, _)| ((*name).to_owned(), log.files())).collect();
    for (said, (name, _, leaf)) in both(&logs, &key).iter().zip(&cases) {
        match leaf {
            None => assert_eq!((said.exit, said.faults.as_slice()), (0, [].as_slice()), "{name}"),
            Some(leaf) => assert!(said.names(*leaf, "recheck"), "{name}: {:?}", said.faults),
        }
    }
}

#[test]
fn up_to_five_hundred_sheets_all_are_read_by_others_and_once() {
    judge(vec![
        small("the control", |log, sheets| {
            log.draw(None, sheets.len());
            log.reread(&sheets, &[]);
            None
        }),
        small("no re-check", |log, _| Some(u64::try_from(log.leaves.len()).unwrap())),
        small("a draw that was never read", |log, sheets| {
            log.draw(None, sheets.len());
            Some(u64::try_from(log.leaves.len()).unwrap())
        }),
        small("a sheet is left out", |log, sheets| {
            log.draw(None, sheets.len());
            Some(log.reread(&sheets[1..], &[]))
        }),
        small("a sheet is read twice", |log, sheets| {
            log.draw(None, sheets.len());
            Some(log.reread(&[sheets.clone(), sheets[..1].to_vec()].concat(), &[]))
        }),
        small("by one who had read it", |log, sheets| {
            log.draw(None, sheets.len());
            let seq = log.reread(&sheets, &[]);
            let Some(Leaf::Recheck(leaf)) = log.leaves.last_mut() else { panic!("a re-check") };
            leaf.by[1] = "clerk-b".to_owned();
            Some(seq)
        }),
        small("by nobody", |log, sheets| {
            log.draw(None, sheets.len());
            let seq = log.reread(&sheets, &[]);
            let Some(Leaf::Recheck(leaf)) = log.leaves.last_mut() else { panic!("a re-check") };
            leaf.by.pop();
            Some(seq)
        }),
        small("a second draw", |log, sheets| {
            log.draw(None, sheets.len());
            let seq = log.draw(None, sheets.len());
            log.reread(&sheets, &[]);
            Some(seq)
        }),
        small("fewer sheets than there are", |log, sheets| {
            let seq = log.draw(None, sheets.len() - 1);
            log.reread(&sheets, &[]);
            Some(seq)
        }),
        small("a difference without a dispute", |log, sheets| {
            log.draw(None, sheets.len());
            Some(log.reread(&sheets, &[&sheets[2]]))
        }),
        small("a difference with its dispute", |log, sheets| {
            let ballot = ballot_of(log, &sheets[2]);
            log.draw(None, sheets.len());
            log.challenge_as(ballot, "misread");
            log.reread(&sheets, &[&sheets[2]]);
            None
        }),
    ]);
}

#[test]
fn above_it_the_sample_is_the_one_of_the_seed() {
    judge(vec![
        large("the control", |log, (draws, drawn)| {
            log.draw(Some((SEED, draws)), 620);
            log.reread(&drawn, &[]);
            None
        }),
        large("another sheet than the drawn one", |log, (draws, mut drawn)| {
            let mut sheets = log.cast_sheets().into_iter().map(|(serial, _)| serial).rev();
            let other = sheets.find(|serial| !drawn.contains(serial)).unwrap();
            drawn[0] = other;
            log.draw(Some((SEED, draws)), 620);
            Some(log.reread(&drawn, &[]))
        }),
        large("a friendlier seed", |log, (draws, drawn)| {
            log.draw(Some(("03 11 17 22 29 30 + 09", draws)), 620);
            Some(log.reread(&drawn, &[]))
        }),
        large("one draw less than the count needs", |log, (draws, drawn)| {
            let seq = log.draw(Some((SEED, draws - 1)), 620);
            log.reread(&drawn, &[]);
            Some(seq)
        }),
        large("a seed that was known before the count", |log, (draws, drawn)| {
            let seq = log.draw(Some((SEED, draws)), 620);
            let Some(Leaf::RecheckDraw(leaf)) = log.leaves.last_mut() else { panic!("a draw") };
            leaf.drawn_at = Some(CLOSES);
            log.reread(&drawn, &[]);
            Some(seq)
        }),
        large("no source", |log, (draws, drawn)| {
            let seq = log.draw(Some((SEED, draws)), 620);
            let Some(Leaf::RecheckDraw(leaf)) = log.leaves.last_mut() else { panic!("a draw") };
            leaf.source = None;
            log.reread(&drawn, &[]);
            Some(seq)
        }),
        large("a difference, and the rest is left unread", |log, (draws, drawn)| {
            let ballot = ballot_of(log, &drawn[0]);
            log.draw(Some((SEED, draws)), 620);
            log.challenge_as(ballot, "misread");
            Some(log.reread(&drawn, &[&drawn[0]]))
        }),
        large("a difference, and all are read, in several leaves", |log, (draws, drawn)| {
            let ballot = ballot_of(log, &drawn[0]);
            let all: Vec<String> =
                log.cast_sheets().into_iter().map(|(serial, _)| serial).collect();
            log.draw(Some((SEED, draws)), 620);
            log.challenge_as(ballot, "misread");
            log.reread(&all, &[&drawn[0]]);
            None
        }),
    ]);
}

/// A finished sample, then rulings that void ballots for the item, and another count: what a further
/// draw needs, and everything that was read or is drawn.
fn counted_again(void: usize) -> (VoteLog, (u64, Vec<String>)) {
    let mut log = counted(620);
    let (draws, drawn) = sample(&log);
    log.draw(Some((SEED, draws)), 620);
    log.reread(&drawn, &[]);
    for head in 0..void {
        let ballot = ballot_of(&log, &format!("S{:05}", head + 1));
        let dispute = log.challenge(ballot);
        log.rule(dispute, true);
    }
    log.tally_alone();
    let (more, further) = sample_of(&log, SECOND);
    assert_eq!(more > draws, void > 5, "{draws} draws, {more} after the rulings");
    let mut all: Vec<String> = drawn.into_iter().chain(further).collect();
    all.sort();
    all.dedup();
    (log, (more, all))
}

fn again(
    name: &'static str,
    void: usize,
    make: impl Fn(&mut VoteLog, (u64, Vec<String>)) -> Option<u64>,
) -> Case {
    let (mut log, drawn) = counted_again(void);
    let leaf = make(&mut log, drawn);
    log.certify();
    (name, log, leaf)
}

const SECOND: &str = "01 02 09 10 21 33 + 15";

#[test]
fn a_later_count_of_a_smaller_margin_needs_a_further_draw() {
    let next = |log: &VoteLog| Some(u64::try_from(log.leaves.len()).unwrap());
    judge(vec![
        again("the control: the margin still fits", 2, |_, _| None),
        again("no further draw", 60, |log, _| next(log)),
        again("the further draw", 60, |log, (draws, all)| {
            log.draw(Some((SECOND, draws)), 620);
            log.reread(&all, &[]);
            None
        }),
        again("a further draw that is not read", 60, |log, (draws, _)| {
            log.draw(Some((SECOND, draws)), 620);
            next(log)
        }),
        again("a further draw of too few", 60, |log, (draws, all)| {
            let seq = log.draw(Some((SECOND, draws - 1)), 620);
            log.reread(&all, &[]);
            Some(seq)
        }),
        again("a sheet of the further draw is left out", 60, |log, (draws, all)| {
            log.draw(Some((SECOND, draws)), 620);
            Some(log.reread(&all[1..], &[]))
        }),
        again("a further draw where none is needed", 2, |log, (draws, all)| {
            let seq = log.draw(Some((SECOND, draws)), 620);
            log.reread(&all, &[]);
            Some(seq)
        }),
        again("a further draw by a seed from before the last count", 60, |log, (draws, all)| {
            let seq = log.draw(Some((SECOND, draws)), 620);
            let Some(Leaf::RecheckDraw(leaf)) = log.leaves.last_mut() else { panic!("a draw") };
            leaf.drawn_at = Some(CLOSES);
            log.reread(&all, &[]);
            Some(seq)
        }),
        again("a difference in the further draw, and all are read", 60, |log, (draws, _)| {
            let all: Vec<String> =
                log.cast_sheets().into_iter().map(|(serial, _)| serial).collect();
            let ballot = ballot_of(log, &all[610]);
            log.draw(Some((SECOND, draws)), 620);
            log.challenge_as(ballot, "misread");
            log.reread(&all, &[&all[610]]);
            None
        }),
    ]);
}

#[test]
fn a_sample_by_area_goes_by_the_amended_roll() {
    let mut log = counted_on(620, |log| {
        for number in (0..620).step_by(3) {
            let unit = format!("{}-{}", number / 4 + 1, number % 4 + 101);
            let building = format!("{} 幢", number / 8 + 1);
            log.amend((&unit, &building), Some((number, 20_000)));
        }
    });
    let (draws, drawn) = sample(&log);
    log.draw(Some((SEED, draws)), 620);
    log.reread(&drawn, &[]);
    log.certify();
    judge(vec![("an amended roll", log, None)]);
}

fn ballot_of(log: &VoteLog, serial: &str) -> u64 {
    let is_of =
        |leaf: &Leaf| matches!(leaf, Leaf::Ballot(b) if b.serial.as_deref() == Some(serial));
    u64::try_from(log.leaves.iter().position(is_of).unwrap()).unwrap()
}
