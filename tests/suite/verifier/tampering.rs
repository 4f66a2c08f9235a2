//! Whoever changes a log is found: by both programs, who name the same leaf and rule. Most changes
//! here are made by somebody who holds the signing key and signs the changed log again.

use jiugai::{
    ballot_log::{Leaf, leaf::PaperIssue},
    platform::tlog::{Proof, leaf_hash},
    verifier::{Request, Source, verify},
};

use super::{
    both, rust,
    story::{Story, story},
};
use crate::support::{
    long::{rounds, seed},
    vote_log::{DAY, Dice, Files, OPENS, VoteLog, write, write_zip},
};

/// A change, the leaf that it shows at, the rule that it breaks.
pub struct Change {
    pub name: &'static str,
    pub make: fn(&mut Story),
    leaf: fn(&Story) -> u64,
    rule: &'static str,
}

fn at(leaf: u64) -> usize {
    usize::try_from(leaf).unwrap()
}

pub const CHANGES: &[Change] = &[
    Change {
        name: "a changed area",
        make: |story| {
            let Leaf::Roll(unit) = &mut story.log.leaves[3] else { panic!("a unit") };
            unit.area += 100;
        },
        leaf: |_| 0,
        rule: "roll",
    },
    Change {
        name: "a ballot before the opening",
        make: |story| {
            let Leaf::Ballot(ballot) = &mut story.log.leaves[at(story.online)] else {
                panic!("a ballot")
            };
            ballot.at -= 86_400_000_000;
        },
        leaf: |story| story.online,
        rule: "window",
    },
    Change {
        name: "a late sheet",
        make: |story| {
            let Leaf::PaperBatch(batch) = &mut story.log.leaves[at(story.batch)] else {
                panic!("a batch")
            };
            batch.at += 30 * 86_400_000_000;
        },
        leaf: |story| story.batch,
        rule: "window",
    },
    Change {
        name: "two readings by one clerk",
        make: |story| {
            for leaf in &mut story.log.leaves {
                if let Leaf::PaperKey(key) = leaf {
                    key.clerk = "clerk-a".to_owned();
                }
            }
        },
        leaf: |story| story.paper,
        rule: "paper",
    },
    Change {
        name: "a reading of a sheet that nobody issued",
        make: |story| {
            let Leaf::PaperKey(key) = &mut story.log.leaves[at(story.read)] else {
                panic!("a reading")
            };
            key.serial = "HOMEMADE".to_owned();
        },
        leaf: |story| story.read,
        rule: "paper",
    },
    Change {
        name: "a ballot of a sheet that nobody issued",
        make: |story| {
            let Leaf::Ballot(ballot) = &mut story.log.leaves[at(story.decided)] else {
                panic!("a ballot")
            };
            ballot.serial = Some("HOMEMADE".to_owned());
        },
        leaf: |story| story.decided,
        rule: "paper",
    },
    Change {
        name: "a swapped unit",
        make: |story| {
            let swapped = story.log.openings[at(story.online)].who.clone();
            let of = |leaf: &Leaf| match leaf {
                Leaf::Ballot(ballot) => ballot.who.clone(),
                _ => panic!("a ballot"),
            };
            let who = of(&story.log.leaves[at(story.online)]);
            story.log.openings[at(story.paper)].who = swapped;
            let Leaf::Ballot(ballot) = &mut story.log.leaves[at(story.paper)] else {
                panic!("a ballot")
            };
            ballot.who = who;
        },
        leaf: |story| story.paper,
        rule: "paper",
    },
    Change {
        name: "another opening than the commitment",
        make: |story| {
            let opening = story.log.openings[at(story.online)].what.as_mut().unwrap();
            opening.text = opening.text.replace("for", "against");
        },
        leaf: |story| story.online,
        rule: "opening",
    },
    Change {
        name: "a corrected reading that nobody opened before",
        make: |story| {
            let opening = story.log.openings[at(story.corrected)].what.as_mut().unwrap();
            opening.text = opening.text.replace("for", "against");
        },
        leaf: |story| story.corrected,
        rule: "opening",
    },
    Change {
        name: "a sheet corrected by one person",
        make: |story| {
            let Leaf::Ruling(ruling) = &mut story.log.leaves[at(story.corrected)] else {
                panic!("a ruling")
            };
            ruling.by = vec!["officer-a".to_owned(); 2];
        },
        leaf: |story| story.corrected,
        rule: "challenge",
    },
    Change {
        name: "a dismissed dispute that corrects all the same",
        make: |story| {
            let Leaf::Ruling(ruling) = &mut story.log.leaves[at(story.corrected)] else {
                panic!("a ruling")
            };
            ruling.upheld = false;
        },
        leaf: |story| story.corrected,
        rule: "challenge",
    },
    Change {
        name: "a misread sheet that is made void",
        make: |story| {
            let Leaf::Ruling(ruling) = &mut story.log.leaves[at(story.corrected)] else {
                panic!("a ruling")
            };
            ruling.what = None;
            story.log.openings[at(story.corrected)].what = None;
        },
        leaf: |story| story.corrected,
        rule: "challenge",
    },
    Change {
        name: "a correction of what was no misreading",
        make: |story| {
            let Leaf::Challenge(challenge) = &mut story.log.leaves[at(story.corrected) - 1] else {
                panic!("a dispute")
            };
            challenge.reason = "other".to_owned();
        },
        leaf: |story| story.corrected,
        rule: "challenge",
    },
    Change {
        name: "a correction that says nothing of an item",
        make: |story| {
            let what = story.log.what(&["for"]);
            let Leaf::Ruling(ruling) = &mut story.log.leaves[at(story.corrected)] else {
                panic!("a ruling")
            };
            ruling.what = Some(what.commitment());
            story.log.openings[at(story.corrected)].what = Some(what);
        },
        leaf: |story| story.corrected,
        rule: "what",
    },
    Change {
        name: "a ruling that the certified count does not know",
        make: |story| {
            let certificate = story.log.leaves.pop().unwrap();
            let opened = story.log.openings.pop().unwrap();
            let dispute = story.log.challenge(story.online);
            story.log.rule(dispute, true);
            story.log.push_opened(certificate, opened);
        },
        leaf: |story| story.tally + 5,
        rule: "certificate",
    },
    Change {
        name: "an extension by one person",
        make: |story| {
            for leaf in &mut story.log.leaves {
                if let Leaf::Extend(extend) = leaf {
                    extend.by = vec!["officer-a".to_owned(); 2];
                }
            }
        },
        leaf: |story| story.extension,
        rule: "extend",
    },
    Change {
        name: "a false count",
        make: |story| {
            let Leaf::Tally(tally) = &mut story.log.leaves[at(story.tally)] else {
                panic!("a tally")
            };
            tally.items[0].in_favour.heads += 1;
        },
        leaf: |story| story.tally,
        rule: "tally",
    },
];

#[test]
fn each_change_is_named_by_both() {
    let mut logs = vec![("the control".to_owned(), story().log.files())];
    for change in CHANGES {
        let mut story = story();
        (change.make)(&mut story);
        logs.push((change.name.to_owned(), story.log.files()));
    }
    let said = both(&logs, &story().log.key().vkey());
    assert_eq!(said[0].exit, 0);
    for (change, said) in CHANGES.iter().zip(&said[1..]) {
        assert_eq!(said.exit, 1, "{}", change.name);
        let leaf = (change.leaf)(&story());
        assert!(said.names(leaf, change.rule), "{}: {:?}", change.name, said.faults);
    }
}

#[test]
fn a_dropped_ballot_is_found_though_the_result_is_made_again_to_fit() {
    let mut story = story();
    let receipt = story.log.receipt(story.online, at(story.online) + 1);
    let leaf = story.log.encoded()[at(story.online)].clone();
    story.log.leaves.remove(at(story.online));
    story.log.openings.remove(at(story.online));
    story.log.falsify_result();
    let directory = tempfile::tempdir().unwrap();
    let (log, receipts) = (directory.path().join("log"), directory.path().join("receipts"));
    write(&story.log.files(), &log);
    std::fs::create_dir(&receipts).unwrap();
    std::fs::write(receipts.join("mine.tlog-proof"), receipt).unwrap();
    std::fs::write(receipts.join("mine.leaf"), leaf).unwrap();
    let key = story.log.key().vkey();
    let request = Request { key: Some(&key), receipts: Some(&receipts), ..Request::default() };
    let report = verify(&mut Source::open(log.to_str().unwrap()).unwrap(), &request).unwrap();
    assert!(report.json().contains("\"receipt\""), "{}", report.text().join("\n"));
}

#[test]
fn no_flipped_bit_of_a_proof_or_leaf_is_taken() {
    let log: VoteLog = story().log;
    let keys = [log.key().vkey()];
    let leaves = log.encoded();
    let seqs = 0..u64::try_from(leaves.len()).unwrap();
    let proofs: Vec<String> = seqs.map(|seq| log.receipt(seq, leaves.len())).collect();
    let mut dice = Dice(seed(7));
    for _ in 0..rounds(2_000, 100_000) {
        let seq = dice.below(leaves.len());
        let proof = &proofs[seq];
        let good = Proof::parse(proof).unwrap();
        assert!(good.verify(&leaves[seq], &keys).is_ok(), "a false alarm");
        let mut leaf = leaves[seq].clone();
        let place = dice.below(leaf.len());
        leaf[place] ^= 1 << dice.below(8);
        assert!(good.verify(&leaf, &keys).is_err());
        assert_ne!(leaf_hash(&leaf), leaf_hash(&leaves[seq]));
        let mut bytes = proof.clone().into_bytes();
        let place = dice.below(bytes.len());
        bytes[place] ^= 1 << dice.below(8);
        let read = String::from_utf8(bytes).ok().and_then(|text| Proof::parse(&text).ok());
        let taken = read.is_some_and(|proof| {
            // The same proof may be written in another way (a base64 tail): that is no other proof.
            proof.verify(&leaves[seq], &keys).is_ok() && proof != good
        });
        assert!(!taken, "byte {place} of the proof of leaf {seq}");
    }
}

#[test]
fn a_flipped_bit_of_any_file_is_found_and_a_zip_reads_as_its_directory() {
    let log = story().log;
    let key = log.key().vkey();
    let files: Files = log.files();
    let directory = tempfile::tempdir().unwrap();
    let zip = directory.path().join("log.zip");
    write_zip(&files, &zip);
    assert_eq!(rust(&zip, &key).exit, 0);
    let mut dice = Dice(seed(11));
    for round in 0..rounds(50, 25_000) {
        for name in ["checkpoint", "tile/entries/000.p/", "tile/0/000.p/", "certificate"] {
            let mut changed = files.clone();
            let (_, bytes) = changed.iter_mut().find(|(path, _)| path.starts_with(name)).unwrap();
            let place = dice.below(bytes.len());
            bytes[place] ^= 1 << dice.below(8);
            let path = directory.path().join("changed");
            write(&changed, &path);
            let mut source = Source::open(path.to_str().unwrap()).unwrap();
            let request = Request { key: Some(&key), ..Request::default() };
            let report = verify(&mut source, &request);
            let is_good = report.is_ok_and(|report| report.exit == 0);
            assert!(!is_good, "round {round}: byte {place} of {name}");
        }
    }
}

#[test]
fn a_paper_ballot_without_a_serial_is_not_the_sheet_of_the_empty_one() {
    let make = |serial: Option<&str>| {
        let mut log = VoteLog::begin(11, &super::story::spec());
        let at = OPENS + DAY;
        log.push(Leaf::PaperIssue(PaperIssue {
            at: OPENS - DAY,
            sheets: vec![(String::new(), 2)],
        }));
        log.batch(at, &[""]);
        log.read_sheet("", "clerk-a", &["for", "for"]);
        log.read_sheet("", "clerk-b", &["for", "for"]);
        let seq = log.paper(2, ("", at), &["for", "for"]);
        let Some(Leaf::Ballot(ballot)) = log.leaves.last_mut() else { panic!("a ballot") };
        ballot.serial = serial.map(str::to_owned);
        (log, seq)
    };
    let ((with, _), (without, seq)) = (make(Some("")), make(None));
    let key = with.key().vkey();
    let logs = [("with".to_owned(), with.files()), ("without".to_owned(), without.files())];
    let said = both(&logs, &key);
    assert_eq!(said[0].faults, [], "the control");
    assert_eq!(said[1].faults, [(Some(seq), "paper".to_owned())]);
}
