//! An amended roll: by two people, before the opening, and the count goes by it.

use jiugai::ballot_log::{Leaf, leaf::RollAmend};

use super::{both, story::spec};
use crate::support::{
    long::rounds,
    vote_log::{CLOSES, Dice, OPENS, VoteLog},
};

/// A vote of twelve heads whose roll was amended: an area, a sale to another head, which leaves one
/// without units, a new owner set, a unit left out, one struck.
struct Amended {
    log: VoteLog,
    first: u64,
    /// A unit that goes to a new head.
    new_head: u64,
    /// A unit that is struck.
    struck: u64,
    /// An online ballot.
    ballot: u64,
    tally: u64,
}

fn amended() -> Amended {
    let mut log = VoteLog::begin(20_260_217, &spec());
    let serials = log.issue(&[8]);
    let first = log.amend(("1-101", "1 幢"), Some((0, 6_640)));
    // The only unit of head 1 is sold to head 2; head 3 keeps one of two.
    log.amend(("1-102", "1 幢"), Some((2, 6_517)));
    let new_head = log.amend(("1-104", "1 幢"), Some((12, 7_551)));
    let struck = log.amend(("4-101", "2 幢"), None);
    log.amend(("9-901", "3 幢"), Some((12, 5_000)));
    let ballot = log.online(0, OPENS, &["for", "for"]);
    for head in [2, 3, 4, 5, 6] {
        log.online(head, OPENS + 1, &["for", "for"]);
    }
    log.online(7, OPENS + 2, &["abstain", "against"]);
    log.online(12, OPENS + 3, &["for", "invalid"]);
    let at = OPENS + 4;
    log.batch(at, &[&serials[0]]);
    log.read_sheet(&serials[0], "clerk-a", &["for", "for"]);
    log.read_sheet(&serials[0], "clerk-b", &["for", "for"]);
    log.paper(8, (&serials[0], at), &["for", "for"]);
    log.close(CLOSES);
    log.close_paper([1, 1, 0, 0]);
    let tally = log.tally();
    Amended { log, first, new_head, struck, ballot, tally }
}

#[test]
fn an_amended_roll_is_good_to_both_and_counts_as_amended() {
    let Amended { log, .. } = amended();
    let said = both(&[("amended".to_owned(), log.files())], &log.key().vkey()).remove(0);
    assert_eq!((said.exit, &said.faults), (0, &Vec::new()));
    let count = serde_json::to_value(log.count()).unwrap();
    assert_eq!(serde_json::Value::Array(said.items), count);
    // Twelve heads, two of them without units, one new; the manifest's totals are those announced.
    assert_eq!(count[0]["total"]["heads"], 11);
    let Leaf::Manifest(manifest) = &log.leaves[0] else { panic!("a manifest") };
    assert_eq!(manifest.heads, 12);
    assert_ne!(count[0]["total"]["area"], manifest.area);
}

type Change = (&'static str, fn(&mut Amended), fn(&Amended) -> u64, &'static str);

fn change(log: &mut VoteLog, leaf: u64, change: impl FnOnce(&mut RollAmend)) {
    let Leaf::RollAmend(amend) = &mut log.leaves[usize::try_from(leaf).unwrap()] else {
        panic!("an amendment")
    };
    change(amend);
}

const CHANGES: &[Change] = &[
    (
        "an amendment by one person",
        |it| change(&mut it.log, it.first, |amend| amend.by = vec!["officer-a".to_owned(); 2]),
        |it| it.first,
        "roll_amend",
    ),
    (
        "an amendment at the opening",
        |it| change(&mut it.log, it.first, |amend| amend.at = OPENS),
        |it| it.first,
        "roll_amend",
    ),
    (
        "a new head that leaves a number out",
        |it| change(&mut it.log, it.new_head, |amend| amend.head = Some(13)),
        |it| it.new_head,
        "roll_amend",
    ),
    (
        "a unit without an area",
        |it| change(&mut it.log, it.first, |amend| amend.area = 0),
        |it| it.first,
        "roll_amend",
    ),
    (
        "a unit is struck that was never there",
        |it| change(&mut it.log, it.struck, |amend| amend.unit = "7-777".to_owned()),
        |it| it.struck,
        "roll_amend",
    ),
    (
        "a head without owners",
        |it| change(&mut it.log, it.first, |amend| amend.owners = None),
        |it| it.first,
        "roll_amend",
    ),
    (
        "an amendment after a ballot",
        |it| {
            let (first, ballot) = (it.first, it.ballot);
            let [first, ballot] = [first, ballot].map(|leaf| usize::try_from(leaf).unwrap());
            it.log.leaves.swap(first, ballot);
            it.log.openings.swap(first, ballot);
        },
        |it| it.ballot,
        "roll_amend",
    ),
    (
        "a count by the totals that were announced",
        |it| {
            let announced = it.log.leaves[0].clone();
            let Leaf::Manifest(manifest) = announced else { panic!("a manifest") };
            let at = usize::try_from(it.tally).unwrap();
            let Leaf::Tally(tally) = &mut it.log.leaves[at] else { panic!("a tally") };
            tally.items[0].total.area = manifest.area;
        },
        |it| it.tally,
        "tally",
    ),
    (
        "a sheet of a head that has no unit any more",
        |it| {
            let issue = it.log.leaves.iter_mut().find_map(|leaf| match leaf {
                Leaf::PaperIssue(issue) => Some(issue),
                _ => None,
            });
            issue.unwrap().sheets[0].1 = 1;
        },
        |it| it.tally - 3,
        "paper",
    ),
];

#[test]
fn each_unlawful_amendment_is_named_by_both() {
    let mut logs = vec![("the control".to_owned(), amended().log.files())];
    for (name, make, ..) in CHANGES {
        let mut changed = amended();
        make(&mut changed);
        logs.push(((*name).to_owned(), changed.log.files()));
    }
    let said = both(&logs, &amended().log.key().vkey());
    assert_eq!(said[0].exit, 0);
    for ((name, _, leaf, rule), said) in CHANGES.iter().zip(&said[1..]) {
        assert_eq!(said.exit, 1, "{name}");
        assert!(said.names(leaf(&amended()), rule), "{name}: {:?}", said.faults);
    }
}

/// Votes with random amendments, lawful and not: both must say the same of each.
#[test]
fn both_agree_on_random_amendments() {
    let rounds = u64::try_from(rounds(40, 2_000)).unwrap();
    let mut logs = Vec::new();
    for round in 0..rounds {
        let mut log = VoteLog::begin(round, &spec());
        let mut dice = Dice(round + 1);
        for _ in 0..dice.below(4) {
            let number = dice.below(16);
            let unit = format!("{}-{}", number / 4 + 1, number % 4 + 101);
            let building = format!("{} 幢", number / 8 + 1);
            let place = (dice.below(4) > 0).then(|| (dice.below(13), 1 + dice.next() % 20_000));
            let seq = log.amend((&unit, &building), place);
            if dice.below(6) == 0 {
                change(&mut log, seq, |amend| amend.by = vec!["officer-a".to_owned()]);
            }
        }
        for head in 0..log.heads() {
            if dice.below(3) > 0 {
                log.online(head, OPENS + 1, &["for", "abstain"]);
            }
        }
        log.close(CLOSES);
        if dice.below(2) == 0 {
            log.tally();
        }
        logs.push((format!("seed {round}"), log.files()));
    }
    let said = both(&logs, &amended().log.key().vkey());
    assert!(said.iter().any(|said| said.exit == 1) && said.iter().any(|said| said.exit == 3));
}
