//! Kept receipts and posted checkpoints: each is checked by itself, and against the log. One that does
//! not fit shows that the log was rewritten, whoever holds its key.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::{
    findings::{Findings, Rule},
    note::{Key, open_checkpoint},
    tree::Log,
};
use crate::platform::tlog::{Head, Proof};

/// Bytes of a receipt at the most.
const LARGEST: u64 = 100_000;

/// What became of the receipts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(super) struct Receipts {
    /// Read.
    pub(super) checked: u64,
    /// That fit the log.
    pub(super) good: u64,
}

/// Checks every `*.tlog-proof` of a directory.
///
/// # Errors
/// A sentence where the directory can't be read.
pub(super) fn check(
    directory: &Path,
    key: &Key,
    log: &Log,
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
    let mut receipts = Receipts::default();
    for path in paths {
        receipts.checked += 1;
        let bytes = std::fs::metadata(&path).map_err(unreadable)?.len();
        let text = if bytes > LARGEST { Ok(String::new()) } else { std::fs::read_to_string(&path) };
        let text = text.unwrap_or_default();
        match Proof::parse(&text)
            .map_err(|error| (None, error))
            .and_then(|proof| fits(&proof, key, log).map_err(|error| (Some(proof.index), error)))
        {
            Ok(()) => receipts.good += 1,
            Err((seq, error)) => {
                let file = path.file_name().unwrap_or_default().display();
                let message = format!("回执 {file} 与日志不符 (a receipt does not fit): {error}");
                findings.fault(seq, Rule::Receipt, &message);
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
    key: &Key,
    log: &Log,
    findings: &mut Findings,
) -> Result<Receipts, String> {
    let mut posted = Receipts::default();
    for path in paths {
        posted.checked += 1;
        let name = path.display();
        let text = std::fs::read_to_string(path)
            .map_err(|error| format!("{name}: 无法读取 (can't be read): {error}"))?;
        // Scanners and editors lose the last newline, or write others.
        let note = text.replace('\r', "").trim_end().to_owned() + "\n";
        let checked = open_checkpoint(note.as_bytes(), key);
        match checked.and_then(|checkpoint| begins(&checkpoint.head, log)) {
            Ok(()) => posted.good += 1,
            Err(error) => {
                let message = format!("检查点 {name} 与日志不符 (it does not fit): {error}");
                findings.fault(None, Rule::Checkpoint, &message);
            }
        }
    }
    Ok(posted)
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

fn fits(proof: &Proof, key: &Key, log: &Log) -> Result<(), String> {
    let head = open_checkpoint(proof.checkpoint.as_bytes(), key)?.head;
    if head.size > log.size() {
        return Err(format!("the log had {} leaves, and has {} now", head.size, log.size()));
    }
    let leaf = log.leaf_hash(proof.index).ok_or("the log has no such leaf")?;
    proof
        .verify_hash(leaf, key.list())
        .map_err(|_| "the leaf here is not the one that was signed".to_owned())?;
    begins(&head, log)
}
