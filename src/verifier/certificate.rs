//! The certificate 结果证书: its signature, its text against the log, its digest in the log.

use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

use super::{
    findings::{Findings, Rule},
    note::Key,
    replay::{Counted, Replay},
    source::{NOTE, Source},
    tree::Log,
};
use crate::{ballot_log::Sum, kernel::hex};

/// Checks the certificate beside the log, if the log has a count.
pub(super) fn check(
    source: &mut Source,
    key: &Key,
    (replay, log): (&Replay, &Log),
    findings: &mut Findings,
) -> Result<(), String> {
    let Some(note) = source.read("certificate", NOTE)? else {
        if replay.counted.is_some() {
            findings.undisclosed("没有结果证书 (there is no certificate)");
        }
        return Ok(());
    };
    let text = match key.open(&note) {
        Ok(text) => text,
        Err(error) => {
            let message = format!("证书的签名不对 (the certificate): {error}");
            findings.fault(None, Rule::Signature, &message);
            return Ok(());
        }
    };
    let Some(counted) = &replay.counted else {
        if log.has_leaves() {
            let message = "日志没有计票，却有证书 (a certificate without a count)";
            findings.fault(None, Rule::Certificate, message);
        }
        return Ok(());
    };
    let expected = expected(replay, counted, log);
    if expected.as_deref() != Some(text.as_str()) {
        let expected = expected.unwrap_or_default();
        let line = text.lines().zip(expected.lines()).find(|(told, log)| told != log);
        let shown = line.map_or_else(String::new, |(told, log)| format!(": {told} ≠ {log}"));
        let message = format!("证书与日志不同 (the certificate is not what the log says){shown}");
        findings.fault(counted.seq, Rule::Certificate, &message);
    }
    match &replay.certified {
        Some(leaf) if leaf.text == hex::encode(&Sha256::digest(text.as_bytes())) => {}
        Some(leaf) => {
            let message = "证书不是日志所记的那一份 (not the certificate whose digest is here)";
            findings.fault(leaf.seq, Rule::Certificate, message);
        }
        None => {
            let message = "日志没有记下证书 (the log does not hold the certificate's digest)";
            findings.fault(counted.seq, Rule::Certificate, message);
        }
    }
    Ok(())
}

/// The text that the log gives.
fn expected(replay: &Replay, counted: &Counted, log: &Log) -> Option<String> {
    let manifest = replay.manifest.as_ref()?;
    // It keeps the name that the log had when it was issued.
    let origin =
        replay.origin_at(replay.certified.as_ref().map_or(counted.seq, |leaf| leaf.seq))?;
    let size = counted.seq + 1;
    let root = STANDARD.encode(log.root_at(size)?);
    let rules = &manifest.rules;
    let mut lines = vec![
        "jiugai-vote-certificate/1".to_owned(),
        format!("origin {origin}"),
        format!("size {size}"),
        format!("root {root}"),
        format!("vote {}", manifest.vote),
        format!("rules {} {} {}", rules.pack, rules.version, rules.digest),
        format!("closed {}", replay.closed_at?),
    ];
    for item in &counted.tally.items {
        let passed = |passed: bool| if passed { "passed" } else { "failed" };
        let pairs = |sums: &[Sum]| {
            let pairs = sums.iter().map(|sum| format!("{} {}", sum.area, sum.heads));
            pairs.collect::<Vec<_>>().join(" ")
        };
        let (at, rule) = (item.position, &rules.silent_rule);
        let sums = pairs(&[item.in_favour, item.participating, item.total]);
        lines.push(format!("item {at} {sums} {}", passed(item.passed)));
        let Some((silent, clause)) = item.silent.zip(item.with_clause.as_ref()) else { continue };
        lines.push(format!("silent {at} {}", pairs(&[silent])));
        let sums = match clause.objecting {
            Some(objecting) => pairs(&[objecting, item.total]),
            None => pairs(&[clause.in_favour, clause.participating, item.total]),
        };
        lines.push(format!("clause {at} {rule} {sums} {}", passed(clause.passed)));
    }
    lines.extend(rules.silence.as_ref().map(|terms| format!("relied {}", terms.relied)));
    lines.extend(replay.question_lines(&counted.tally));
    lines.push(format!("challenged {}", counted.disputed));
    Some(lines.join("\n") + "\n")
}
