//! Silence in the log: who was provably delivered and gave no ballot weighs by the clause, beside the
//! strict count; both programs recompute both, and name the same leaf where one is wrong.

use jiugai::{
    ballot_log::{
        Leaf,
        leaf::{ClauseTally, DeliveredUnit, Delivery, ItemTally, Manifest, Sum},
    },
    kernel::hex,
    platform::tlog::sign_note,
};
use sha2::{Digest, Sha256};

use super::{Said, both, story::spec};
use crate::support::{
    long::{rounds, seed},
    vote_log::{CLOSES, DAY, Dice, OPENS, VoteLog},
};

/// A vote of twelve heads; five for, two against, one invalid; heads 8 to 10 silent, 11 not reached.
struct Quiet {
    log: VoteLog,
    deliveries: Vec<u64>,
    tally: u64,
}

/// The items that a clause covers, the objectors' limit, the count that is relied on.
type Terms = (&'static [u32], Option<(u64, u64)>, &'static str);

const FOLLOW: Terms = (&[2], None, "with_clause");

fn quiet_of(terms: Terms, before_tally: impl FnOnce(&mut VoteLog, &[u64])) -> Quiet {
    let mut log = VoteLog::begin(20_260_118, &spec());
    log.adopt(terms.0, terms.1, terms.2);
    for (head, choice) in
        [(0, "for"), (1, "for"), (2, "for"), (3, "for"), (4, "for"), (5, "against"), (6, "against")]
    {
        log.online(head, OPENS + DAY, &[choice, choice]);
    }
    log.online(7, OPENS + DAY, &["invalid", "invalid"]);
    log.close(CLOSES);
    let deliveries = log.deliver(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 5);
    before_tally(&mut log, &deliveries);
    let tally = log.tally();
    Quiet { log, deliveries, tally }
}

fn quiet() -> Quiet {
    quiet_of(FOLLOW, |_, _| {})
}

fn say(log: &VoteLog) -> Said {
    both(&[("one".to_owned(), log.files())], &log.key().vkey()).remove(0)
}

fn part(log: &mut VoteLog, seq: u64) -> &mut Delivery {
    match &mut log.leaves[usize::try_from(seq).unwrap()] {
        Leaf::Delivery(part) => part,
        _ => panic!("a part of the deliveries"),
    }
}

fn unit(log: &mut VoteLog, seq: u64) -> &mut DeliveredUnit {
    &mut part(log, seq).units[0]
}

fn manifest(log: &mut VoteLog) -> &mut Manifest {
    match &mut log.leaves[0] {
        Leaf::Manifest(manifest) => manifest,
        _ => panic!("a manifest"),
    }
}

fn told(log: &mut VoteLog, seq: u64) -> &mut ItemTally {
    match &mut log.leaves[usize::try_from(seq).unwrap()] {
        Leaf::Tally(tally) => &mut tally.items[1],
        _ => panic!("a tally"),
    }
}

#[test]
fn the_silent_follow_the_majority_beside_the_strict_count() {
    let Quiet { log, .. } = quiet();
    let said = say(&log);
    assert_eq!((said.exit, &said.faults), (0, &Vec::new()));
    let count = serde_json::to_value(log.count()).unwrap();
    assert_eq!(serde_json::Value::Array(said.items.clone()), count);
    let [uncovered, item] = [&said.items[0], &said.items[1]];
    assert!(uncovered.get("silent").is_none() && uncovered.get("with_clause").is_none());
    // Strict: 7 of 12 took part. By the clause 10 did, of whom 8 are for.
    assert_eq!((&item["passed"], &item["participating"]["heads"]), (&false.into(), &7.into()));
    assert_eq!(item["silent"]["heads"], 3, "the invalid ballot is no silence");
    assert_eq!(item["with_clause"]["participating"]["heads"], 10);
    assert_eq!(item["with_clause"]["for"]["heads"], 8);
    assert_eq!(item["with_clause"]["passed"], true);
    let certificate = log.certificate().unwrap();
    let lines: Vec<&str> = certificate.lines().collect();
    assert!(lines.iter().any(|line| line.starts_with("silent 2 ")), "{certificate}");
    assert!(lines.iter().any(|line| {
        line.starts_with("clause 2 follow_majority ") && line.ends_with(" passed")
    }));
    assert!(lines.iter().any(|line| line.starts_with("item 2 ") && line.ends_with(" failed")));
    assert_eq!(lines[lines.len() - 2], "relied with_clause");
}

#[test]
fn objectors_and_those_not_reached_hold_a_third_at_most() {
    let by_objection = |terms| {
        let Quiet { log, .. } = quiet_of(terms, |_, _| {});
        let said = say(&log);
        assert_eq!((said.exit, &said.faults), (0, &Vec::new()));
        said.items[0]["with_clause"].clone()
    };
    let third = by_objection((&[1, 2], Some((1, 3)), "strict"));
    assert_eq!((&third["objecting"]["heads"], &third["passed"]), (&3.into(), &true.into()));
    let fifth = by_objection((&[1, 2], Some((1, 5)), "with_clause"));
    assert_eq!(fifth["passed"], false);
}

#[test]
fn nobody_joins_where_no_choice_leads_by_area_and_by_heads() {
    let mut log = VoteLog::begin(20_260_118, &spec());
    log.adopt(&[1, 2], None, "with_clause");
    // One against one: the larger leads by area only.
    log.online(0, OPENS + DAY, &["for", "for"]);
    log.online(11, OPENS + DAY, &["against", "against"]);
    log.close(CLOSES);
    log.deliver(&(0..12).collect::<Vec<_>>(), 25);
    log.tally();
    let said = say(&log);
    assert_eq!((said.exit, &said.faults), (0, &Vec::new()));
    assert_eq!(said.items[0]["silent"]["heads"], 10);
    assert_eq!(said.items[0]["with_clause"]["participating"]["heads"], 2);
}

#[test]
fn papers_brought_to_the_seller_prove_nothing_to_the_buyer() {
    let sold = |delivered_at: i64| {
        let mut log = VoteLog::begin(20_260_118, &spec());
        log.adopt(&[2], None, "with_clause");
        log.transfer(("1-102", "1 幢"), (1, OPENS + 3 * DAY));
        log.online(0, OPENS + DAY, &["for", "for"]);
        log.close(CLOSES);
        let deliveries = log.deliver(&[1], 25);
        unit(&mut log, deliveries[0]).at = delivered_at;
        log.tally();
        (say(&log), deliveries[0])
    };
    let (before, leaf) = sold(OPENS + 3 * DAY - 1);
    assert!(before.names(leaf, "delivery"), "{:?}", before.faults);
    let (after, _) = sold(OPENS + 3 * DAY);
    assert_eq!((after.exit, after.items[1]["silent"]["heads"].as_u64()), (0, Some(1)));
}

#[test]
fn an_empty_list_of_deliveries_is_a_list() {
    let mut log = VoteLog::begin(20_260_118, &spec());
    log.adopt(&[2], None, "strict");
    log.online(0, OPENS + DAY, &["for", "for"]);
    log.close(CLOSES);
    log.deliver(&[], 25);
    log.tally();
    let said = say(&log);
    assert_eq!((said.exit, said.items[1]["silent"]["heads"].as_u64()), (0, Some(0)));
}

/// A change of a vote, the leaf at which it shows, the rule that it breaks.
type Case = (&'static str, Quiet, u64, &'static str);

fn changed(name: &'static str, rule: &'static str, make: impl FnOnce(&mut Quiet) -> u64) -> Case {
    let mut of = quiet();
    let leaf = make(&mut of);
    (name, of, leaf, rule)
}

fn deliveries() -> Vec<Case> {
    let first = |name, change: fn(&mut DeliveredUnit)| {
        changed(name, "delivery", move |of| {
            change(unit(&mut of.log, of.deliveries[0]));
            of.deliveries[0]
        })
    };
    vec![
        first("a delivery at the close", |unit| unit.at = CLOSES),
        first("a delivery before the day of the notice", |unit| unit.at = OPENS - 21 * DAY),
        first("one person for both", |unit| unit.checker = unit.recorder),
        first("a checker that nobody names", |unit| unit.checker = 2),
        first("a unit that is not on the roll", |unit| unit.unit = "9-999".to_owned()),
        first("a posted notice", |unit| unit.manner = "posted_notice".to_owned()),
        changed("a unit twice", "delivery", |of| {
            let twice = unit(&mut of.log, of.deliveries[0]).clone();
            part(&mut of.log, of.deliveries[1]).units.push(twice);
            of.deliveries[1]
        }),
        changed("a part that was dropped", "delivery", |of| {
            let seq = usize::try_from(of.deliveries[1]).unwrap();
            of.log.leaves.remove(seq);
            of.log.openings.remove(seq);
            of.tally - 1
        }),
        changed("a part out of order", "delivery", |of| {
            part(&mut of.log, of.deliveries[1]).part = 3;
            of.deliveries[1]
        }),
        changed("deliveries without a clause", "delivery", |of| {
            let rules = &mut manifest(&mut of.log).rules;
            (rules.silent_rule, rules.silence) = ("none".to_owned(), None);
            of.deliveries[0]
        }),
        changed("a list after the count", "order", |of| of.log.deliver(&[11], 25)[0]),
        changed("a list before the close", "order", |of| {
            let close = usize::try_from(of.deliveries[0] - 1).unwrap();
            of.log.leaves.swap(close, close + 1);
            u64::try_from(close).unwrap()
        }),
    ]
}

fn counts() -> Vec<Case> {
    let tally = |name, change: fn(&mut ItemTally)| {
        changed(name, "tally", move |of| {
            change(told(&mut of.log, of.tally));
            of.tally
        })
    };
    let terms = |name, change: fn(&mut Manifest)| {
        changed(name, "manifest", move |of| {
            change(manifest(&mut of.log));
            0
        })
    };
    fn clause(item: &mut ItemTally) -> &mut ClauseTally {
        item.with_clause.as_mut().unwrap()
    }
    vec![
        tally("one who voted counted as silent", |item| {
            let silent = item.silent.as_mut().unwrap();
            silent.heads += 1;
            let clause = item.with_clause.as_mut().unwrap();
            clause.in_favour.heads += 1;
            clause.participating.heads += 1;
        }),
        tally("the count by the clause left out", |item| item.with_clause = None),
        tally("the silent left out", |item| item.silent = None),
        tally("another outcome by the clause", |item| clause(item).passed = false),
        tally("the silent join those against", |item| {
            let (silent, yes) = (item.silent.unwrap(), item.in_favour);
            let clause = clause(item);
            let (area, heads) = (clause.against.area, clause.against.heads);
            clause.against = Sum { area: area + silent.area, heads: heads + silent.heads };
            clause.in_favour = yes;
        }),
        tally("a delivered head that nobody delivered", |item| {
            item.silent.as_mut().unwrap().area += 6_000;
        }),
        terms("a rule without its terms", |of| of.rules.silence = None),
        terms("terms without a rule", |of| of.rules.silent_rule = "none".to_owned()),
        terms("an unknown rule", |of| of.rules.silent_rule = "lottery".to_owned()),
        terms("a reliance that is none", |of| {
            of.rules.silence.as_mut().unwrap().relied = "chance".to_owned();
        }),
        terms("an item that is not on the ballot", |of| {
            of.rules.silence.as_mut().unwrap().items = vec![2, 3];
        }),
        terms("a clause over a unanimous item", |of| of.items[1].class = "unanimous".to_owned()),
    ]
}

#[test]
fn whatever_is_wrong_with_silence_is_named_by_both() {
    let mut cases = deliveries();
    cases.extend(counts());
    let logs: Vec<_> =
        cases.iter().map(|(name, of, _, _)| ((*name).to_owned(), of.log.files())).collect();
    let said = both(&logs, &quiet().log.key().vkey());
    for ((name, _, leaf, rule), said) in cases.iter().zip(said) {
        assert_eq!(said.exit, 1, "{name}: {:?}", said.faults);
        assert!(said.names(*leaf, rule), "{name} at {leaf} [{rule}]: {:?}", said.faults);
    }
}

#[test]
fn a_certificate_that_relies_on_another_count_than_was_announced_is_found() {
    let Quiet { mut log, tally, .. } = quiet();
    let text = log.certificate().unwrap().replace("relied with_clause", "relied strict");
    let at = usize::try_from(tally).unwrap() + 1;
    let Leaf::Certificate(leaf) = &mut log.leaves[at] else { panic!("a certificate") };
    leaf.text = hex::encode(&Sha256::digest(&text));
    let mut files = log.files();
    let note = sign_note(&text, &[&log.key()]).unwrap();
    files.insert("certificate".to_owned(), note.into_bytes());
    let said = both(&[("relied".to_owned(), files)], &log.key().vkey()).remove(0);
    assert_eq!(said.faults, [(Some(tally), "certificate".to_owned())]);
}

/// A vote with a clause by dice: who votes what, who was delivered, which terms.
fn by_dice(number: u64) -> VoteLog {
    let mut dice = Dice(number);
    let spec = spec();
    let mut log = VoteLog::begin(number, &spec);
    let limit = [None, Some((1, 3)), Some((1, 2))][dice.below(3)];
    let items: &[u32] = [&[1, 2][..], &[1], &[2], &[]][dice.below(4)];
    log.adopt(items, limit, ["strict", "with_clause"][dice.below(2)]);
    let mut dispute = None;
    for head in 0..spec.heads.len() {
        let choices =
            [0, 0].map(|_| ["for", "for", "against", "abstain", "invalid"][dice.below(5)]);
        if dice.below(2) == 0 {
            let ballot = log.online(head, OPENS + DAY, &choices);
            // A void ballot is no ballot: its head is silent if it was delivered.
            if dice.below(4) == 0 && dispute.is_none() {
                dispute = Some(log.challenge(ballot));
            }
        }
    }
    log.close(CLOSES);
    let delivered: Vec<usize> = (0..spec.heads.len()).filter(|_| dice.below(3) > 0).collect();
    log.deliver(&delivered, 1 + dice.below(6));
    if let Some(dispute) = dispute {
        log.rule(dispute, true);
    }
    log.tally();
    log
}

#[test]
fn three_counts_by_a_clause_are_equal() {
    let first = seed(20_260_118);
    let names = (0_u64..).take(rounds(24, 400)).map(|n| first.wrapping_add(n));
    let logs: Vec<(String, VoteLog)> = names.map(|n| (n.to_string(), by_dice(n))).collect();
    let files: Vec<_> = logs.iter().map(|(name, log)| (name.clone(), log.files())).collect();
    let said = both(&files, &quiet().log.key().vkey());
    for ((name, log), said) in logs.iter().zip(said) {
        assert_eq!((said.exit, &said.faults), (0, &Vec::new()), "{name}");
        let count = serde_json::to_value(log.count()).unwrap();
        assert_eq!(serde_json::Value::Array(said.items), count, "{name}");
    }
}
