//! A log that goes on under another name: what both programs take, what they name, and what becomes of
//! kept receipts.

use std::path::Path;

use jiugai::{ballot_log::Leaf, ballot_log::leaf::Incident, verifier::Request};
use serde_json::Value;

use super::{
    Said, both, python, rust_json,
    story::{spec, story},
};
use crate::support::vote_log::{CLOSES, OPENS, VoteLog, write};

/// Eight online ballots, an incident after the fourth, and the count: the log and the incident's leaf.
/// `change` may spoil the incident.
fn told(change: impl FnOnce(&mut Incident)) -> (VoteLog, u64) {
    let mut log = VoteLog::begin(5, &spec());
    for head in 0..4 {
        log.online(head, OPENS + 1, &["for", "for"]);
    }
    let seq = log.go_on(&log.encoded(), false);
    let Some(Leaf::Incident(incident)) = log.leaves.last_mut() else { panic!("an incident") };
    change(incident);
    for head in 4..8 {
        log.online(head, OPENS + 2, &["for", "against"]);
    }
    log.close(CLOSES);
    log.tally();
    (log, seq)
}

fn said(log: &VoteLog) -> Said {
    both(&[("a log".to_owned(), log.files())], &log.key().vkey()).remove(0)
}

#[test]
fn a_log_that_went_on_is_good_to_both() {
    let (log, _) = told(|_| ());
    let count = serde_json::to_value(log.count()).unwrap();
    let answer = said(&log);
    assert_eq!((answer.exit, answer.faults), (0, vec![]));
    assert_eq!(Value::Array(answer.items), count);
    // After the certificate, and twice.
    let mut log = story().log;
    log.go_on(&log.encoded(), false);
    assert_eq!((said(&log).exit, said(&log).faults), (0, vec![]), "certified under the first name");
    log.go_on(&log.encoded(), true);
    assert_eq!((said(&log).exit, said(&log).faults), (0, vec![]));
}

/// What somebody changed in an incident.
type Change = Box<dyn FnOnce(&mut Incident)>;

#[test]
fn an_incident_that_breaks_its_rules_is_named_by_both() {
    let mut other = VoteLog::begin(6, &spec());
    other.key_seed = 90;
    let foreign = other.key().vkey().replacen("/v/", "/v/9", 1);
    let second = other.key().vkey();
    let cases: [(&str, Change); 6] = [
        ("one person", Box::new(|incident| incident.by = vec!["officer-a".to_owned(); 2])),
        ("another name ends", Box::new(|incident| incident.origin.push_str("-r7"))),
        ("a key of another log too", Box::new(move |incident| incident.vkeys.push(foreign))),
        ("the same name again", Box::new(move |incident| incident.vkeys.insert(0, second))),
        ("another root was signed", Box::new(|incident| incident.root = "ab".repeat(32))),
        ("fewer leaves had that root", Box::new(|incident| incident.size -= 1)),
    ];
    for (name, change) in cases {
        let (log, seq) = told(change);
        let answer = said(&log);
        assert_eq!(answer.exit, 1, "{name}");
        assert!(answer.names(seq, "incident"), "{name}: {:?}", answer.faults);
    }
    // Within the roll nothing can have happened.
    let (mut log, seq) = told(|_| ());
    let at = usize::try_from(seq).unwrap();
    let (incident, opening) = (log.leaves.remove(at), log.openings.remove(at));
    log.leaves.insert(2, incident);
    log.openings.insert(2, opening);
    assert!(said(&log).names(3, "order"));
}

#[test]
fn a_checkpoint_by_a_key_that_the_log_did_not_go_on_with_is_a_fault() {
    let (mut log, seq) = told(|_| ());
    // Whoever kept the old key signs the longer log under the old name.
    (log.revision, log.key_seed) = (1, 7);
    let answer = said(&log);
    assert!(answer.exit == 1 && answer.names(seq, "incident"), "{:?}", answer.faults);
    // A key that no leaf names.
    let (mut log, seq) = told(|_| ());
    log.key_seed = 44;
    let answer = said(&log);
    assert!(answer.exit == 1 && answer.names(seq, "incident"), "{:?}", answer.faults);
    let mut log = story().log;
    log.key_seed = 44;
    assert!(said(&log).names(0, "manifest"), "without an incident too");
}

/// What both programs say with some receipts; they must agree on their numbers too.
fn with_receipts(log: &VoteLog, receipts: &[&str]) -> (Said, Value) {
    let directory = tempfile::tempdir().unwrap();
    let (path, kept) = (directory.path().join("log"), directory.path().join("receipts"));
    write(&log.files(), &path);
    std::fs::create_dir(&kept).unwrap();
    for (number, receipt) in receipts.iter().enumerate() {
        std::fs::write(kept.join(format!("{number}.tlog-proof")), receipt).unwrap();
    }
    let key = log.key().vkey();
    let request = Request { key: Some(&key), receipts: Some(&kept), ..Request::default() };
    let rust = rust_json(&path, &request);
    let kept: &Path = &kept;
    let arguments = ["--key", key.as_str(), "--receipts", kept.to_str().unwrap()];
    let python = python::json(&[path], &arguments).remove(0);
    assert_eq!(Said::of(&rust), Said::of(&python), "Rust on the left, Python on the right");
    assert_eq!(rust["receipts"], python["receipts"]);
    (Said::of(&rust), rust["receipts"].clone())
}

fn numbers(checked: u64, good: u64, lost: u64, untrusted: u64) -> Value {
    serde_json::json!({ "checked": checked, "good": good, "lost": lost, "untrusted": untrusted })
}

/// Two ballots were signed and lost; a receipt of an older one, of a lost one, and one of the older
/// ballot under the head that was lost.
fn lost(compromised: bool) -> (VoteLog, [String; 3], u64) {
    let mut log = VoteLog::begin(5, &spec());
    let kept = log.online(0, OPENS + 1, &["for", "for"]);
    let old = log.receipt(kept, log.leaves.len());
    let gone = log.online(1, OPENS + 2, &["for", "for"]);
    let lost = log.receipt(gone, log.leaves.len());
    log.online(2, OPENS + 2, &["for", "for"]);
    let later = log.receipt(kept, log.leaves.len());
    let signed = log.encoded();
    log.leaves.truncate(usize::try_from(gone).unwrap());
    log.openings.truncate(usize::try_from(gone).unwrap());
    let signed = if compromised { &signed[..usize::try_from(gone).unwrap()] } else { &signed[..] };
    log.go_on(signed, compromised);
    (log, [old, lost, later], gone)
}

#[test]
fn a_receipt_of_a_lost_leaf_is_named_and_the_others_hold() {
    let (mut log, [old, lost, later], gone) = lost(false);
    let again = log.online(1, OPENS + 3, &["for", "for"]);
    let new = log.receipt(again, log.leaves.len());
    assert_eq!(said(&log).exit, 3, "the log is good by itself, and not counted yet");
    let (answer, counts) = with_receipts(&log, &[&old, &later, &new]);
    assert_eq!((answer.exit, counts), (3, numbers(3, 3, 0, 0)));
    let (answer, counts) = with_receipts(&log, &[&old, &lost, &later, &new]);
    assert_eq!((answer.exit, counts), (1, numbers(4, 3, 1, 0)));
    assert_eq!(answer.faults, [(Some(gone), "receipt".to_owned())]);
}

#[test]
fn a_betrayed_key_proves_nothing_beyond_what_was_signed_with_it() {
    let (log, [old, forged, later], gone) = lost(true);
    let (answer, counts) = with_receipts(&log, &[&old, &forged, &later]);
    assert_eq!((answer.exit, counts), (3, numbers(3, 2, 0, 1)));
    // The control: the same receipt where the key was not betrayed is evidence.
    let (mut honest, _, _) = lost(true);
    let Some(Leaf::Incident(incident)) = honest.leaves.last_mut() else { panic!("an incident") };
    incident.compromised = false;
    let (answer, counts) = with_receipts(&honest, &[&forged]);
    assert_eq!((answer.exit, counts), (1, numbers(1, 0, 1, 0)));
    assert!(answer.names(gone, "receipt"));
}

/// What a receipt was signed under: its checkpoint.
fn checkpoint_of(receipt: &str) -> String {
    jiugai::platform::tlog::Proof::parse(receipt).unwrap().checkpoint
}

#[test]
fn a_posted_checkpoint_by_a_betrayed_key_proves_nothing_beyond_what_was_signed_with_it() {
    let posted = |log: &VoteLog, note: &str| {
        let directory = tempfile::tempdir().unwrap();
        let (path, file) = (directory.path().join("log"), directory.path().join("photo.txt"));
        write(&log.files(), &path);
        std::fs::write(&file, note).unwrap();
        let (key, checkpoints) = (log.key().vkey(), [file]);
        let request = Request { key: Some(&key), checkpoints: &checkpoints, ..Request::default() };
        let said = rust_json(&path, &request);
        (Said::of(&said), said["checkpoints"].clone())
    };
    let made = |compromised: bool| {
        let (mut log, receipts, _) = lost(true);
        let Some(Leaf::Incident(incident)) = log.leaves.last_mut() else { panic!("an incident") };
        incident.compromised = compromised;
        log.close(CLOSES);
        log.tally();
        (log, receipts)
    };
    let (log, [old, forged, _]) = made(true);
    let (old, forged) = (checkpoint_of(&old), checkpoint_of(&forged));
    let (answer, counts) = posted(&log, &old);
    assert_eq!((answer.exit, counts), (0, numbers(1, 1, 0, 0)));
    let (answer, counts) = posted(&log, &forged);
    assert_eq!((answer.exit, answer.faults, counts), (3, vec![], numbers(1, 0, 0, 1)));
    // The control: where the key was not betrayed it is evidence.
    let (answer, counts) = posted(&made(false).0, &forged);
    assert_eq!((answer.exit, counts), (1, numbers(1, 0, 0, 0)));
    assert_eq!(answer.faults, [(None, "checkpoint".to_owned())]);
}

#[test]
fn a_receipt_by_a_key_that_the_log_does_not_name_is_a_fault() {
    let (log, [old, ..], _) = lost(false);
    let mut stranger = VoteLog::begin(5, &spec());
    stranger.key_seed = 99;
    let forged = stranger.receipt(1, 9);
    let (answer, counts) = with_receipts(&log, &[&old, &forged, "nothing"]);
    assert_eq!((answer.exit, counts), (1, numbers(3, 1, 0, 0)));
    let receipt = |seq| (seq, "receipt".to_owned());
    assert_eq!(answer.faults, [receipt(None), receipt(Some(1))]);
    // A rewritten leaf does not hide behind an incident.
    let (mut log, [old, ..], gone) = lost(false);
    let at = usize::try_from(gone - 1).unwrap();
    let Leaf::Ballot(ballot) = &mut log.leaves[at] else { panic!("a ballot") };
    ballot.at += 1;
    let (answer, _) = with_receipts(&log, &[&old]);
    assert!(answer.names(gone - 1, "receipt"), "{:?}", answer.faults);
}
