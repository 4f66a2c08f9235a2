//! Somebody changes the log's files or database, at random places. Without the signing key every kind
//! of change is found by both programs, which name the leaf. With the key, and the result made again
//! to fit, the log is good in itself: one kept receipt exposes it.

use std::path::Path;

use jiugai::{
    ballot_log::{Leaf, Opening},
    platform::tlog::{TilePath, tiles::bundle},
    verifier::{Request, Source, verify},
};

use super::{both, random_vote::random_vote_of};
use crate::support::{
    long::{rounds, seed},
    vote_log::{CLOSES, Dice, Files, VoteLog, files::tile_files, write},
};

/// What a change does; answers the leaf that it shows at, or nothing where the log has no place for it.
pub type Make = fn(&mut VoteLog, &mut Dice) -> Option<usize>;

/// Name, change, the rule that both name with the leaf.
pub type Kind = (&'static str, Make, &'static str);

/// A leaf of the wanted kind, at random.
fn pick(log: &VoteLog, dice: &mut Dice, is: impl Fn(&Leaf) -> bool) -> Option<usize> {
    let wanted: Vec<usize> = (0..log.leaves.len()).filter(|at| is(&log.leaves[*at])).collect();
    (!wanted.is_empty()).then(|| wanted[dice.below(wanted.len())])
}

/// A leaf of a kind, at random, and what is done to it.
macro_rules! change {
    ($kind:ident, |$leaf:ident, $dice:ident| $body:expr) => {
        |log: &mut VoteLog, $dice: &mut Dice| {
            let at = pick(log, $dice, |leaf| matches!(leaf, Leaf::$kind(_)))?;
            let Leaf::$kind($leaf) = &mut log.leaves[at] else { panic!("picked") };
            $body;
            Some(at)
        }
    };
}

fn two_ballots(log: &VoteLog, dice: &mut Dice) -> Option<(usize, usize)> {
    let is_ballot = |leaf: &Leaf| matches!(leaf, Leaf::Ballot(_));
    let first = pick(log, dice, is_ballot)?;
    let second = pick(log, dice, is_ballot)?;
    (first != second).then_some((first.min(second), first.max(second)))
}

/// Says something else than it did, commitment and all.
fn say_otherwise(log: &mut VoteLog, at: usize) {
    let text = &log.openings[at].what.as_ref().unwrap().text;
    let text = if text.contains("\"for\"") {
        text.replace("\"for\"", "\"against\"")
    } else {
        text.replace("\"against\"", "\"for\"").replace("\"abstain\"", "\"for\"")
    };
    let salt = log.dice.hex(32);
    let opening = Opening { salt, text };
    let commitment = opening.commitment();
    log.openings[at].what = Some(opening);
    match &mut log.leaves[at] {
        Leaf::Ballot(ballot) => ballot.what = commitment,
        Leaf::PaperKey(reading) | Leaf::Adjudicate(reading) => reading.what = commitment,
        _ => panic!("it says nothing"),
    }
}

/// Makes what names leaves fit after one more or one fewer at `at`.
fn renumber(log: &mut VoteLog, at: usize, by: i64) {
    let at = u64::try_from(at).unwrap();
    let shift = |seq: &mut u64| {
        if *seq >= at {
            *seq = seq.saturating_add_signed(by);
        }
    };
    for leaf in &mut log.leaves {
        match leaf {
            Leaf::Ballot(ballot) => {
                ballot.replaces.iter_mut().chain(&mut ballot.under).for_each(shift);
            }
            Leaf::ProxyEnd(end) => shift(&mut end.proxy),
            Leaf::Challenge(challenge) => shift(&mut challenge.ballot),
            Leaf::Ruling(ruling) => shift(&mut ruling.challenge),
            _ => {}
        }
    }
}

fn remove(log: &mut VoteLog, at: usize) {
    log.leaves.remove(at);
    log.openings.remove(at);
    renumber(log, at, -1);
}

/// A copy of a leaf at `at`, before what is there now.
fn insert(log: &mut VoteLog, at: usize, from: usize) {
    let (leaf, openings) = (log.leaves[from].clone(), log.openings[from].clone());
    renumber(log, at, 1);
    log.leaves.insert(at, leaf);
    log.openings.insert(at, openings);
}

pub const KINDS: &[Kind] = &[
    (
        "the opening of a choice",
        |log, dice| {
            let at = pick(log, dice, |leaf| matches!(leaf, Leaf::Ballot(_)))?;
            let opening = log.openings[at].what.as_mut()?;
            opening.text = opening.text.replacen("\"choices\":[\"", "\"choices\":[\"x", 1);
            Some(at)
        },
        "opening",
    ),
    (
        "swapped openings",
        |log, dice| {
            let (first, second) = two_ballots(log, dice)?;
            log.openings.swap(first, second);
            Some(first)
        },
        "opening",
    ),
    (
        "a choice with its commitment",
        |log, dice| {
            let at = pick(log, dice, |leaf| matches!(leaf, Leaf::Ballot(_)))?;
            say_otherwise(log, at);
            Some(at)
        },
        "tree",
    ),
    ("an area", change!(Roll, |unit, dice| unit.area += 1 + dice.next() % 1_000), "tree"),
    ("a head", change!(Roll, |unit, _dice| unit.head += 1), "tree"),
    ("delivered", change!(Roll, |unit, _dice| unit.delivered ^= true), "tree"),
    (
        "swapped units",
        |log, dice| {
            let first = pick(log, dice, |leaf| matches!(leaf, Leaf::Roll(_)))?;
            let second = if first > 1 { first - 1 } else { first + 1 };
            log.leaves.swap(first, second);
            matches!(log.leaves[first], Leaf::Roll(_)).then_some(first)
        },
        "tree",
    ),
    (
        "swapped voters",
        |log, dice| {
            let (first, second) = two_ballots(log, dice)?;
            let who = |log: &VoteLog, at: usize| match &log.leaves[at] {
                Leaf::Ballot(ballot) => (ballot.who.clone(), log.openings[at].who.clone()),
                _ => panic!("a ballot"),
            };
            let whos = [who(log, first), who(log, second)];
            for (at, (commitment, opening)) in [second, first].into_iter().zip(whos) {
                log.openings[at].who = opening;
                let Leaf::Ballot(ballot) = &mut log.leaves[at] else { panic!("a ballot") };
                ballot.who = commitment;
            }
            Some(first)
        },
        "tree",
    ),
    (
        "a deleted leaf",
        |log, dice| {
            let at = 1 + dice.below(log.leaves.len() - 1);
            remove(log, at);
            Some(at)
        },
        "tree",
    ),
    (
        "an inserted ballot",
        |log, dice| {
            let (to, from) = two_ballots(log, dice)?;
            insert(log, to, from);
            if let Leaf::Ballot(ballot) = &mut log.leaves[to] {
                ballot.nonce = log.dice.hex(16);
            }
            Some(to)
        },
        "tree",
    ),
    (
        "a doubled leaf",
        |log, dice| {
            let at = dice.below(log.leaves.len() - 1);
            insert(log, at + 1, at);
            Some(at + 1)
        },
        "tree",
    ),
    (
        "two leaves in another order",
        |log, dice| {
            let at = 1 + dice.below(log.leaves.len() - 2);
            log.leaves.swap(at, at + 1);
            log.openings.swap(at, at + 1);
            (log.leaves[at] != log.leaves[at + 1]).then_some(at)
        },
        "tree",
    ),
    (
        "a late ballot",
        |log, dice| {
            let close = pick(log, dice, |leaf| matches!(leaf, Leaf::Close(_)))?;
            let from = pick(log, dice, |leaf| matches!(leaf, Leaf::Ballot(_)))?;
            insert(log, close + 1, from);
            if let Leaf::Ballot(ballot) = &mut log.leaves[close + 1] {
                ballot.at = CLOSES + 1;
            }
            Some(close + 1)
        },
        "tree",
    ),
    (
        "a channel",
        change!(Ballot, |ballot, _dice| {
            let other = if ballot.channel == "online" { "paper" } else { "online" };
            ballot.channel = other.to_owned();
        }),
        "tree",
    ),
    (
        "a time",
        change!(Ballot, |ballot, dice| ballot.at += if dice.below(2) == 0 { 1 } else { -1 }),
        "tree",
    ),
    ("a serial", change!(PaperKey, |reading, _dice| reading.serial.push('0')), "tree"),
    ("a clerk", change!(PaperKey, |reading, _dice| reading.clerk.push('x')), "tree"),
    ("a collector", change!(PaperBatch, |batch, _dice| batch.collectors[0].push('x')), "tree"),
    ("a sheet of a batch", change!(PaperBatch, |batch, _dice| drop(batch.serials.pop())), "tree"),
    ("whose sheet it is", change!(PaperIssue, |issue, _dice| issue.sheets[0].1 += 1), "tree"),
    ("a spoiled sheet", change!(PaperSpoil, |spoil, _dice| spoil.serial.push('0')), "tree"),
    ("the account of sheets", change!(PaperClose, |sums, _dice| sums.missing += 1), "tree"),
    (
        "a threshold",
        change!(Manifest, |manifest, _dice| {
            manifest.items[0].lines.participation_by_area.num -= 1;
        }),
        "tree",
    ),
    ("the window", change!(Manifest, |manifest, _dice| manifest.closes_at += 1), "tree"),
    ("a count", change!(Tally, |tally, _dice| tally.items[0].in_favour.heads += 1), "tree"),
    ("an outcome", change!(Tally, |tally, _dice| tally.items[0].passed ^= true), "tree"),
    (
        "the certificate's digest",
        change!(Certificate, |leaf, _dice| {
            leaf.text = "00".repeat(32);
        }),
        "tree",
    ),
    ("an answer", change!(Ruling, |ruling, _dice| ruling.upheld ^= true), "tree"),
    ("the disputed ballot", change!(Challenge, |challenge, _dice| challenge.ballot += 1), "tree"),
    ("an extension", change!(Extend, |extend, _dice| extend.closes_at += 1), "tree"),
    (
        "the end cut off",
        |log, dice| {
            let left = log.leaves.len() - 1 - dice.below(log.leaves.len() / 2);
            log.leaves.truncate(left);
            log.openings.truncate(left);
            Some(left)
        },
        "tree",
    ),
];

/// The files as somebody without the key leaves them: the checkpoint and the certificate are the old
/// ones; the hash tiles too, unless the thief makes them again.
fn without_key(before: &VoteLog, after: &VoteLog, with_tiles: bool) -> Files {
    let mut files = before.files();
    let leaves = after.encoded();
    let size = before.leaves.len();
    for tile in TilePath::list(u64::try_from(size).unwrap()).into_iter().filter(|t| t.is_entries())
    {
        let (first, end) = tile.leaves();
        let place = |seq: u64| usize::try_from(seq).unwrap().min(leaves.len());
        files.insert(tile.path(), bundle(&leaves[place(first)..place(end)]));
    }
    if with_tiles {
        let whole = &leaves[..size.min(leaves.len())];
        let hashes = tile_files(whole).into_iter().filter(|(path, _)| !path.contains("entries"));
        files.extend(hashes);
    }
    let mut lines = String::new();
    for (seq, openings) in after.openings.iter().enumerate().take(size) {
        if *openings != jiugai::ballot_log::Openings::default() {
            let mut line = serde_json::to_value(openings).unwrap();
            line["seq"] = seq.into();
            lines += &format!("{line}\n");
        }
    }
    files.insert("openings.jsonl".to_owned(), lines.into_bytes());
    files
}

/// A log with every kind of leaf, over more than one tile.
fn rich(dice: &mut Dice) -> VoteLog {
    loop {
        let log = random_vote_of(Dice(dice.next()), 100);
        let has = |is: fn(&Leaf) -> bool| log.leaves.iter().any(is);
        let is_rich = has(|leaf| matches!(leaf, Leaf::Ruling(_)))
            && has(|leaf| matches!(leaf, Leaf::PaperSpoil(_)))
            && has(|leaf| matches!(leaf, Leaf::Extend(_)))
            && has(|leaf| matches!(leaf, Leaf::PaperKey(_)));
        if is_rich && log.leaves.len() > 300 {
            return log;
        }
    }
}

/// Every kind so often, each time at another place: the log before and after, and where it shows.
fn thefts(dice: &mut Dice, places: usize) -> Vec<(Kind, VoteLog, VoteLog, usize)> {
    let mut made = Vec::new();
    for _ in 0..places {
        let log = rich(dice);
        for kind in KINDS {
            let (after, place) = loop {
                let mut after = log.clone();
                after.dice = Dice(dice.next());
                if let Some(place) = (kind.1)(&mut after, dice) {
                    break (after, place);
                }
            };
            made.push((*kind, log.clone(), after, place));
        }
    }
    made
}

#[test]
fn without_the_key_every_change_is_found_and_its_leaf_is_named() {
    let mut dice = Dice(seed(20_260_501));
    let key = rich(&mut dice).key().vkey();
    for _ in 0..rounds(1, 50) {
        let made = thefts(&mut dice, 1);
        let control = made[0].1.files();
        let mut logs = vec![("the control".to_owned(), control)];
        for (kind, before, after, place) in &made {
            let name = |tiles: &str| format!("{} at {place}, {tiles}", kind.0);
            logs.push((name("old tiles"), without_key(before, after, false)));
            logs.push((name("new tiles"), without_key(before, after, true)));
        }
        let said = both(&logs, &key);
        assert_eq!((said[0].exit, &said[0].faults), (0, &Vec::new()), "a false alarm");
        for (at, ((kind, _, _, place), said)) in made.iter().zip(said[1..].chunks(2)).enumerate() {
            let name = &logs[1 + 2 * at].0;
            let [old, new] = said else { panic!("two of each") };
            assert_eq!((old.exit, new.exit), (1, 1), "{name}");
            assert!(old.names(u64::try_from(*place).unwrap(), kind.2), "{name}: {:?}", old.faults);
        }
    }
}

#[test]
fn without_the_key_no_other_file_is_changed_unseen() {
    let mut dice = Dice(seed(20_260_502));
    let log = rich(&mut dice);
    let (good, key) = (log.files(), log.key().vkey());
    let text = |name: &str| String::from_utf8(good[name].clone()).unwrap();
    let mut logs = vec![("the control".to_owned(), good.clone())];
    let mut add = |name: &str, file: &str, content: Vec<u8>| {
        let mut files = good.clone();
        files.insert(file.to_owned(), content);
        logs.push((name.to_owned(), files));
    };
    let certificate = text("certificate");
    let outcome = match certificate.contains("passed") {
        true => certificate.replacen("passed", "failed", 1),
        false => certificate.replacen("failed", "passed", 1),
    };
    add("an outcome of the certificate", "certificate", outcome.into_bytes());
    let more = certificate.replacen("\nclosed 1", "\nclosed 2", 1);
    add("the close of the certificate", "certificate", more.into_bytes());
    let size = format!("\n{}\n", log.leaves.len());
    let cut = text("checkpoint").replacen(&size, "\n256\n", 1);
    add("the size of the checkpoint", "checkpoint", cut.into_bytes());
    let other = rich(&mut dice).files();
    add("another log's checkpoint", "checkpoint", other["checkpoint"].clone());
    add("another log's certificate", "certificate", other["certificate"].clone());
    for path in good.keys().filter(|path| path.starts_with("tile/") && !path.contains("entries")) {
        let mut tile = good[path].clone();
        let place = dice.below(tile.len());
        tile[place] ^= 1 << dice.below(8);
        add("a hash tile", path, tile);
    }
    let said = both(&logs, &key);
    assert_eq!(said[0].exit, 0);
    for ((name, _), said) in logs.iter().zip(&said).skip(1) {
        assert_eq!(said.exit, 1, "{name}");
    }
}

/// Exit code and whether a receipt was the reason, of a log and one kept receipt.
fn with_receipt(directory: &Path, log: &VoteLog, receipt: Option<&str>) -> (u8, bool) {
    let (files, receipts) = (directory.join("log"), directory.join("receipts"));
    for old in [&files, &receipts] {
        let _ = std::fs::remove_dir_all(old);
    }
    write(&log.files(), &files);
    std::fs::create_dir(&receipts).unwrap();
    if let Some(receipt) = receipt {
        std::fs::write(receipts.join("mine.tlog-proof"), receipt).unwrap();
    }
    let key = log.key().vkey();
    let request = Request { key: Some(&key), receipts: Some(&receipts), ..Request::default() };
    let report = verify(&mut Source::open(files.to_str().unwrap()).unwrap(), &request).unwrap();
    (report.exit, report.json().contains("\"receipt\""))
}

#[test]
fn with_the_key_one_kept_receipt_exposes_every_change() {
    let mut dice = Dice(seed(20_260_503));
    let directory = tempfile::tempdir().unwrap();
    let mut unseen_without = 0;
    for _ in 0..rounds(1, 50) {
        for (kind, before, mut after, place) in thefts(&mut dice, 1) {
            // Openings alone change no leaf; each is bound by a commitment, found above.
            if kind.2 == "opening" {
                continue;
            }
            after.falsify_result();
            if after.leaves == before.leaves {
                continue; // a false count, made right again
            }
            // Of a ballot at or after the change; else one that was fetched again later.
            let size = before.leaves.len();
            let is_ballot = |at: &usize| matches!(before.leaves[*at], Leaf::Ballot(_));
            let kept = (place..size).find(is_ballot).or_else(|| (0..size).find(is_ballot)).unwrap();
            let least = kept.max(place) + 1;
            let receipt =
                before.receipt(u64::try_from(kept).unwrap(), least + dice.below(size - least + 1));
            let control = with_receipt(directory.path(), &before, Some(&receipt));
            assert_eq!(control, (0, false), "a false alarm: {} at {place}", kind.0);
            let (exit, is_receipt) = with_receipt(directory.path(), &after, Some(&receipt));
            assert!(exit == 1 && is_receipt, "{} at {place}, receipt of {kept}", kind.0);
            unseen_without += usize::from(with_receipt(directory.path(), &after, None).0 == 0);
        }
    }
    // The control: without the receipt some of them are good in themselves.
    assert!(unseen_without > 0, "the receipt was never needed");
}
