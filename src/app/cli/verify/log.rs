//! `jiugai verify SOURCE`: the independent check of a vote's log.

use std::{path::Path, process::ExitCode};

use super::Args;
use crate::{
    app::cli::{complain, refuse, say},
    verifier::{Policy, Request, Source, verify},
};

/// Checks the log and says what was found.
pub(super) fn run(source: &str, args: &Args) -> ExitCode {
    let keys: Result<Vec<String>, String> = args.key.iter().map(|key| key_text(key)).collect();
    let keys = match keys {
        Ok(keys) => keys.join("\n"),
        Err(fault) => return refuse(fault),
    };
    let policy = match args.policy.as_deref().map(read_policy).transpose() {
        Ok(policy) => policy,
        Err(fault) => return refuse(fault),
    };
    let request = Request {
        key: Some(keys.as_str()).filter(|keys| !keys.is_empty()),
        unit: args.unit.as_deref(),
        receipts: args.receipts.as_deref(),
        checkpoints: &args.checkpoints,
        policy: policy.as_ref(),
    };
    let report = Source::open(source).and_then(|mut source| verify(&mut source, &request));
    let report = match report {
        Ok(report) => report,
        Err(fault) => return refuse(fault),
    };
    if args.json {
        say(report.json());
    } else {
        report.text().iter().for_each(say);
        report.fault_lines().iter().for_each(complain);
    }
    ExitCode::from(report.exit)
}

fn read_policy(path: &Path) -> Result<Policy, String> {
    let name = path.display();
    let text = std::fs::read(path)
        .map_err(|error| format!("{name}: 无法读取 (can't be read): {error}"))?;
    Policy::parse(&text).map_err(|fault| format!("{name}: {fault}"))
}

/// A key as it is given: `name+hash+base64`, or the path of a file that holds it.
fn key_text(given: &str) -> Result<String, String> {
    if given.contains('+') {
        return Ok(given.to_owned());
    }
    std::fs::read_to_string(given)
        .map(|text| text.trim().to_owned())
        .map_err(|error| format!("{given}: 无法读取 (can't be read): {error}"))
}
