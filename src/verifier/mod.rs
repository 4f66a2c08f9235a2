//! The independent check of a vote's public log (`docs/vote-log.md`): signatures, root, every rule
//! that the engine must keep, the count, the certificate, kept receipts. It reads files, a zip or a
//! URL and shares with the engine only the pure rules of the count. Absent on purpose: a database,
//! an HTTP server, and any trust in what the engine says about itself.

mod certificate;
mod count;
mod findings;
mod hashes;
mod note;
mod openings;
mod policy;
mod receipts;
mod replay;
mod report;
mod source;
mod tree;
mod unit;

use std::path::{Path, PathBuf};

pub use findings::{Fault, Rule};
pub use policy::Policy;
pub use report::Report;
pub use source::Source;

use findings::Findings;
use note::Key;
use openings::OpeningsFile;
use replay::Replay;
use tree::Log;

/// What to check beyond the log itself.
#[derive(Debug, Clone, Default)]
pub struct Request<'a> {
    /// The log's verifier keys from elsewhere (`name+hash+base64`, a line each): each must have signed.
    /// Without them those that lie beside the log are used, and the report says so.
    pub key: Option<&'a str>,
    /// A unit whose ballot is asked for: its number, or `building/number`.
    pub unit: Option<&'a str>,
    /// A directory of receipts (`*.tlog-proof`).
    pub receipts: Option<&'a Path>,
    /// Checkpoints that were posted earlier, one a file.
    pub checkpoints: &'a [PathBuf],
    /// Whose logs and whose cosignatures count.
    pub policy: Option<&'a Policy>,
}

/// Checks a log.
///
/// # Errors
/// A sentence where the source can't be read, or the request can't be understood.
pub fn verify(source: &mut Source, request: &Request<'_>) -> Result<Report, String> {
    let mut findings = Findings::default();
    let key = find_key(source, request, &mut findings)?;
    let Some((signed, note)) = tree::read_checkpoint(source, &key, &mut findings)? else {
        return Ok(Report::unreadable(source, &key, findings));
    };
    let mut openings = OpeningsFile::read(source)?;
    let mut replay = Replay::new(&signed, key.list());
    let log = Log::read(source, &signed, |seq, leaf| {
        let opened = openings.of(seq, &mut replay.findings);
        replay.take(seq, leaf, &opened);
    })?;
    openings.finish(&mut replay.findings);
    replay.finish();
    replay.check_incidents(&log);
    log.check(&signed, &mut findings);
    findings.join(std::mem::take(&mut replay.findings));
    certificate::check(source, &key, (&replay, &log), &mut findings)?;
    let receipts = request
        .receipts
        .map(|directory| receipts::check(directory, (&replay, &log), &mut findings))
        .transpose()?;
    let posted = (!request.checkpoints.is_empty())
        .then(|| receipts::check_posted(request.checkpoints, (&replay, &log), &mut findings))
        .transpose()?;
    let witnessed = match request.policy {
        Some(policy) => policy::check(policy, source, (&key, &note, &log), &mut findings)?,
        None => None,
    };
    let unit = request.unit.map(|wanted| unit::find(wanted, &replay));
    Ok(Report::of(source, (&key, &signed), &replay, findings).with(
        unit,
        (receipts, posted),
        witnessed,
    ))
}

fn find_key(
    source: &mut Source,
    request: &Request<'_>,
    findings: &mut Findings,
) -> Result<Key, String> {
    let listed = request.policy.map_or(&[][..], Policy::logs);
    if let Some(text) = request.key.map(str::trim) {
        let is_listed = |line: &str| listed.iter().any(|log| log == line.trim());
        if listed.is_empty() || text.lines().any(is_listed) {
            return Key::parse(text);
        }
        return Err("--key 不在策略文件的日志之列 (not a log of the policy)".to_owned());
    }
    if !listed.is_empty() {
        let note = source.read("checkpoint", source::NOTE)?.unwrap_or_default();
        let note = String::from_utf8_lossy(&note);
        let origin = note.lines().next().unwrap_or_default();
        let log = listed.iter().find(|log| log.split('+').next() == Some(origin));
        return log.map_or_else(
            || Err(format!("策略文件没有列出日志 {origin} (not a log of the policy)")),
            |log| Key::parse(log),
        );
    }
    let text = source.read("vkey", source::NOTE)?.ok_or_else(|| {
        "此处没有签名公钥，请用 --key 指定 (no vkey beside the log; give one with --key)".to_owned()
    })?;
    findings.warn(
        "签名公钥取自日志旁的 vkey 文件；要防整份日志被换，请从别处取得公钥并用 --key 指定 \
         (the key is the one beside the log; to detect an exchanged log, get the key elsewhere and \
         give it with --key)",
    );
    Key::parse(&String::from_utf8_lossy(&text))
}
