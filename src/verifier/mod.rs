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
mod receipts;
mod replay;
mod report;
mod source;
mod tree;
mod unit;

use std::path::Path;

pub use findings::{Fault, Rule};
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
}

/// Checks a log.
///
/// # Errors
/// A sentence where the source can't be read, or the request can't be understood.
pub fn verify(source: &mut Source, request: &Request<'_>) -> Result<Report, String> {
    let mut findings = Findings::default();
    let key = find_key(source, request.key, &mut findings)?;
    let Some(signed) = tree::read_checkpoint(source, &key, &mut findings)? else {
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
    let unit = request.unit.map(|wanted| unit::find(wanted, &replay));
    Ok(Report::of(source, (&key, &signed), &replay, findings).with(unit, receipts))
}

fn find_key(
    source: &mut Source,
    given: Option<&str>,
    findings: &mut Findings,
) -> Result<Key, String> {
    if let Some(text) = given {
        return Key::parse(text);
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
