//! Kept receipts and posted checkpoints: each is checked by itself, and against the log. One that does
//! not fit shows that the log was rewritten, whoever holds its key.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::{
    findings::{Findings, Rule},
    replay::{Era, Replay},
    tree::Log,
};
use crate::platform::tlog::{Checkpoint, Head, Proof, note_key, verify_note};

/// Bytes of a receipt at the most.
const LARGEST: u64 = 100_000;

/// What became of the receipts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(super) struct Receipts {
    /// Read.
    pub(super) checked: u64,
    /// That fit the log.
    pub(super) good: u64,
    /// Of leaves that were lost before the log went on under another name; each is a fault too.
    pub(super) lost: u64,
    /// By a key that others had, beyond what the signer had signed with it: they prove nothing.
    pub(super) untrusted: u64,
}

impl Receipts {
    pub(super) fn text(self) -> String {
        let Self { checked, good, lost, untrusted } = self;
        let mut text =
            format!("回执 Receipts: {checked} 张中 {good} 张相符 ({good} of {checked} fit)");
        if lost > 0 {
            text += &format!("，{lost} 张的选票已丢失 ({lost} of lost ballots)");
        }
        if untrusted > 0 {
            text +=
                &format!("，{untrusted} 张出自泄露的密钥 ({untrusted} by a key that others had)");
        }
        text
    }
}

/// Why a receipt does not fit.
enum Misfit {
    Fault(Option<u64>, String),
    /// The leaf is gone, as the incident says.
    Lost(u64, String),
    Untrusted(String),
}

/// Checks every `*.tlog-proof` of a directory.
///
/// # Errors
/// A sentence where the directory can't be read.
pub(super) fn check(
    directory: &Path,
    (replay, log): (&Replay, &Log),
    findings: &mut Findings,
) -> Result<Receipts, String> {
    let name = directory.display();
    let unreadable = |error: std::io::Error| format!("{name}: 无法读取 (can't be read): {error}");
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(directory).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|extension| extension == "tlog-proof") {
            paths.push(path);
        }
    }
    paths.sort();
    let eras = replay.eras();
    let mut receipts = Receipts::default();
    for path in paths {
        receipts.checked += 1;
        let bytes = std::fs::metadata(&path).map_err(unreadable)?.len();
        let text = if bytes > LARGEST { Ok(String::new()) } else { std::fs::read_to_string(&path) };
        let text = text.unwrap_or_default();
        let misfit = Proof::parse(&text)
            .map_err(|error| Misfit::Fault(None, error))
            .and_then(|proof| fits(&proof, &eras, log));
        let file = path.file_name().unwrap_or_default().display();
        match misfit {
            Ok(()) => receipts.good += 1,
            Err(Misfit::Fault(seq, error)) => {
                let message = format!("回执 {file} 与日志不符 (a receipt does not fit): {error}");
                findings.fault(seq, Rule::Receipt, &message);
            }
            Err(Misfit::Lost(seq, error)) => {
                receipts.lost += 1;
                let message = format!("回执 {file} 的选票已丢失 (a lost ballot): {error}");
                findings.fault(seq, Rule::Receipt, &message);
            }
            Err(Misfit::Untrusted(error)) => {
                receipts.untrusted += 1;
                let message =
                    format!("回执 {file} 出自泄露的密钥，不作证据 (no evidence): {error}");
                findings.warn(&message);
            }
        }
    }
    Ok(receipts)
}

/// Checks checkpoints that were posted or photographed earlier.
///
/// # Errors
/// A sentence where a file can't be read.
pub(super) fn check_posted(
    paths: &[PathBuf],
    (replay, log): (&Replay, &Log),
    findings: &mut Findings,
) -> Result<Receipts, String> {
    let eras = replay.eras();
    let mut posted = Receipts::default();
    for path in paths {
        posted.checked += 1;
        let name = path.display();
        let text = std::fs::read_to_string(path)
            .map_err(|error| format!("{name}: 无法读取 (can't be read): {error}"))?;
        // Scanners and editors lose the last newline, or write others.
        let note = text.replace('\r', "").trim_end().to_owned() + "\n";
        match begins_under(&note, &eras, log) {
            Ok(()) => posted.good += 1,
            Err(Misfit::Untrusted(error)) => {
                posted.untrusted += 1;
                let message =
                    format!("检查点 {name} 出自泄露的密钥，不作证据 (no evidence): {error}");
                findings.warn(&message);
            }
            Err(Misfit::Fault(_, error) | Misfit::Lost(_, error)) => {
                let message = format!("检查点 {name} 与日志不符 (it does not fit): {error}");
                findings.fault(None, Rule::Checkpoint, &message);
            }
        }
    }
    Ok(posted)
}

/// Whether a signed checkpoint is the beginning of the log, as far as it stood under that name.
fn begins_under(note: &str, eras: &[Era<'_>], log: &Log) -> Result<(), Misfit> {
    let signed = eras.iter().find_map(|era| Some((era, open(note, era)?)));
    let Some((era, head)) = signed else {
        return Err(Misfit::Fault(None, "no key that the log names signed it".to_owned()));
    };
    let fits = match era.end {
        Some((until, _)) if head.size > until => Err(format!(
            "{} leaves were signed under {}, and {until} are here",
            head.size, era.origin
        )),
        _ => begins(&head, log),
    };
    fits.map_err(|error| match era.end {
        Some((_, incident)) if incident.compromised && head.size > incident.size => {
            Misfit::Untrusted(error)
        }
        _ => Misfit::Fault(None, error),
    })
}

/// Whether an earlier head is the beginning of the log.
pub(super) fn begins(head: &Head, log: &Log) -> Result<(), String> {
    if head.size > log.size() {
        return Err(format!("the log had {} leaves, and has {} now", head.size, log.size()));
    }
    if log.root_at(head.size) == Some(head.root) {
        Ok(())
    } else {
        Err(format!("the first {} leaves are not those that were signed", head.size))
    }
}

/// A receipt fits where a key of the log signed it and its tree is the beginning of the log, as far
/// as the log stood under that key's name; or where at least its leaf is still in the log.
fn fits(proof: &Proof, eras: &[Era<'_>], log: &Log) -> Result<(), Misfit> {
    let signed = eras.iter().find_map(|era| Some((era, open(&proof.checkpoint, era)?)));
    let Some((era, head)) = signed else {
        let error = "no key that the log names signed it".to_owned();
        return Err(Misfit::Fault(Some(proof.index), error));
    };
    let until = era.end.map_or(log.size(), |(seq, _)| seq);
    let is_ended = head.size > until && era.end.is_some();
    let has_leaf = proof.index < until
        && log.leaf_hash(proof.index).is_some_and(|leaf| proof.holds(leaf, &head));
    if has_leaf && (is_ended || log.root_at(head.size) == Some(head.root)) {
        return Ok(());
    }
    let error = if head.size > until {
        format!("{} leaves were signed under {}, and {until} are here", head.size, era.origin)
    } else if has_leaf {
        format!("the first {} leaves are not those that were signed", head.size)
    } else {
        "the leaf here is not the one that was signed".to_owned()
    };
    match era.end {
        Some((_, incident)) if incident.compromised && head.size > incident.size => {
            Err(Misfit::Untrusted(error))
        }
        _ if is_ended => Err(Misfit::Lost(proof.index, error)),
        _ => Err(Misfit::Fault(Some(proof.index), error)),
    }
}

/// The head of a signed checkpoint, if a key of this name of the log signed it.
fn open(note: &str, era: &Era<'_>) -> Option<Head> {
    let is_known = |vkey: &&String| note_key(vkey).is_ok_and(|key| key.is_some());
    let vkeys: Vec<String> = era.vkeys.iter().filter(is_known).cloned().collect();
    let text = verify_note(note.as_bytes(), &vkeys).ok()?;
    let checkpoint = Checkpoint::parse(&text).ok()?;
    (checkpoint.origin == era.origin).then_some(checkpoint.head)
}
