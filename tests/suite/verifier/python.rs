//! Runs `tools/recount.py`, which needs Python 3 and nothing else.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

use super::Said;

pub fn command() -> Command {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tools/recount.py");
    let mut command = Command::new("python3");
    command.arg("-B").arg(script);
    command
}

/// What Python says of each source, in one process.
pub fn run(sources: &[PathBuf], key: &str) -> Vec<Said> {
    json(sources, &["--key", key]).iter().map(Said::of).collect()
}

/// [`run`] with other arguments: the whole answers.
pub fn json(sources: &[PathBuf], arguments: &[&str]) -> Vec<Value> {
    let output = command().arg("--json").args(arguments).args(sources).output();
    let output = output.expect("python3 is needed: scripts/with-postgres.sh installs it");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(errors.is_empty(), "{errors}");
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What Python says of one source and the receipts that lie in it.
pub fn run_with_receipts(source: &Path, key: &str) -> Said {
    let receipts = source.join("receipts");
    let mut command = command();
    command.args(["--json", "--key", key]);
    if receipts.is_dir() {
        command.arg("--receipts").arg(receipts);
    }
    let output = command.arg(source).output().expect("python3");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(errors.is_empty(), "{errors}");
    Said::of(&serde_json::from_slice(&output.stdout).unwrap())
}

/// Good and bad receipts of a directory, each checked by itself.
pub fn receipts(directory: &Path, key: &str) -> (usize, usize) {
    let output = command().args(["--key", key, "--receipts"]).arg(directory).output();
    let output = output.expect("python3");
    let text = String::from_utf8(output.stdout).unwrap();
    let last = text.lines().last().unwrap();
    let numbers: Vec<usize> = last.split(' ').filter_map(|word| word.parse().ok()).collect();
    let [good, all] = numbers[..] else { panic!("{text}") };
    assert_eq!(output.status.success(), good == all, "{text}");
    (good, all - good)
}
