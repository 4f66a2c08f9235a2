//! A sale while the vote is open: by two people, in the window, before the head votes.

use jiugai::ballot_log::{Leaf, leaf::Transfer};

use super::{both, story::spec};
use crate::support::vote_log::{CLOSES, DAY, OPENS, VoteLog};

/// A vote of twelve heads; the unit of head 1 is sold, its seller's sheet was spoiled, its buyer votes.
struct Sold {
    log: VoteLog,
    transfer: u64,
}

fn sold(before: impl FnOnce(&mut VoteLog, &str), change: impl FnOnce(&mut Transfer)) -> Sold {
    let mut log = VoteLog::begin(20_260_219, &spec());
    let serial = log.issue(&[1]).remove(0);
    before(&mut log, &serial);
    let transfer = log.transfer(("1-102", "1 幢"), (1, OPENS + 3 * DAY));
    let Some(Leaf::Transfer(leaf)) = log.leaves.last_mut() else { panic!("a transfer") };
    change(leaf);
    Sold { log, transfer }
}

fn finished(mut sold: Sold) -> Sold {
    for head in [0, 2, 3, 4, 5, 6, 7, 8, 9] {
        sold.log.online(head, OPENS + 4 * DAY, &["for", "for"]);
    }
    sold.log.close(CLOSES);
    let sheets = sold.log.leaves.iter().filter(|leaf| matches!(leaf, Leaf::PaperSpoil(_))).count();
    let spoiled = u64::try_from(sheets).unwrap();
    sold.log.close_paper([1, 0, spoiled, 1 - spoiled]);
    sold.log.tally();
    sold
}

fn spoil(log: &mut VoteLog, serial: &str) {
    log.spoil(serial, None);
}

#[test]
fn a_buyer_stands_for_a_head_that_has_not_voted_and_the_roll_stays() {
    let mut sold = sold(spoil, |_| {});
    sold.log.online(1, OPENS + 4 * DAY, &["against", "for"]);
    let Sold { log, .. } = finished(sold);
    let said = both(&[("sold".to_owned(), log.files())], &log.key().vkey()).remove(0);
    assert_eq!((said.exit, &said.faults), (0, &Vec::new()));
    assert_eq!(said.items[0]["against"]["heads"], 1);
    assert_eq!(said.items[0]["total"]["heads"], 12);
}

#[test]
fn both_find_every_transfer_that_must_not_be() {
    let voted = |log: &mut VoteLog, serial: &str| {
        spoil(log, serial);
        log.online(1, OPENS + DAY, &["for", "for"]);
    };
    let void = |log: &mut VoteLog, serial: &str| {
        spoil(log, serial);
        let ballot = log.online(1, OPENS + DAY, &["for", "for"]);
        let dispute = log.challenge(ballot);
        log.rule(dispute, true);
    };
    let cases: Vec<(&str, Sold, bool)> = vec![
        ("by one person", sold(spoil, |it| it.by = vec!["officer-a".to_owned(); 2]), true),
        ("before the opening", sold(spoil, |it| it.at = OPENS - 1), true),
        ("at the close", sold(spoil, |it| it.at = CLOSES), true),
        ("of another head", sold(spoil, |it| it.head = 2), true),
        ("of no unit", sold(spoil, |it| it.unit = "9-999".to_owned()), true),
        ("after the seller voted", sold(voted, |_| {}), true),
        ("while the seller's sheet is out", sold(|_, _| {}, |_| {}), true),
        ("after the seller's ballot was void", sold(void, |_| {}), false),
    ];
    let cases: Vec<_> =
        cases.into_iter().map(|(name, it, bad)| (name, finished(it), bad)).collect();
    let logs = cases.iter().map(|(name, it, _)| ((*name).to_owned(), it.log.files()));
    let key = cases[0].1.log.key().vkey();
    let said = both(&logs.collect::<Vec<_>>(), &key);
    for ((name, it, is_bad), said) in cases.iter().zip(said) {
        assert_eq!(said.names(it.transfer, "transfer"), *is_bad, "{name}: {:?}", said.faults);
        assert_eq!(said.exit, u64::from(*is_bad), "{name}: {:?}", said.faults);
    }
}
