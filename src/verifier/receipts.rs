//! Kept receipts: each is checked by itself, and against the log. One that does not fit shows that
//! the log was rewritten, whoever holds its key.

use std::path::Path;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Serialize;
use tlog_tiles::{Hash, check_record};

use super::{
    findings::{Findings, Rule},
    note::{Checkpoint, Key, open_checkpoint},
    tree::Log,
};

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

/// A `.tlog-proof`.
struct Proof {
    index: u64,
    hashes: Vec<Hash>,
    checkpoint: Checkpoint,
}

impl Proof {
    fn parse(text: &str, key: &Key) -> Result<Self, String> {
        let (head, note) = text.split_once("\n\n").ok_or("no checkpoint in it")?;
        let mut lines = head.split('\n').peekable();
        if lines.next() != Some("c2sp.org/tlog-proof@v1") {
            return Err("not a c2sp.org/tlog-proof@v1".to_owned());
        }
        lines.next_if(|line| line.starts_with("extra "));
        let index = lines.next().and_then(|line| line.strip_prefix("index "));
        let index = index.and_then(decimal).ok_or("no index in it")?;
        let hash = |line: &str| {
            let bytes = STANDARD.decode(line).ok()?;
            Some(Hash(<[u8; 32]>::try_from(bytes).ok()?))
        };
        let hashes = lines.map(hash).collect::<Option<Vec<Hash>>>().ok_or("a hash is unreadable")?;
        if hashes.len() > 63 {
            return Err("too many hashes".to_owned());
        }
        Ok(Self { index, hashes, checkpoint: open_checkpoint(note.as_bytes(), key)? })
    }
}

/// A decimal number without sign and leading zeros.
fn decimal(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
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
        match Proof::parse(&text, key)
            .map_err(|error| (None, error))
            .and_then(|proof| fits(&proof, log).map_err(|error| (Some(proof.index), error)))
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

fn fits(proof: &Proof, log: &Log) -> Result<(), String> {
    let Checkpoint { size, root, .. } = &proof.checkpoint;
    if *size > log.size() {
        return Err(format!("the log had {size} leaves, and has {} now", log.size()));
    }
    let leaf = log.leaf_hash(proof.index).ok_or("the log has no such leaf")?;
    check_record(&proof.hashes, *size, *root, proof.index, leaf)
        .map_err(|_| "the leaf here is not the one that was signed".to_owned())?;
    if log.root_at(*size) == Some(*root) {
        Ok(())
    } else {
        Err(format!("the first {size} leaves are not those that were signed"))
    }
}
