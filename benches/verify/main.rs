//! `jiugai verify` of a vote's log from its files: seconds and peak memory, and how both grow per ×10.
//!
//! `cargo bench --bench verify` checks 10,000 and 100,000 ballots, `-- 1000000` another number. Each
//! size is checked in a process of its own, so that peak memory is the verifier's own.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::float_arithmetic,
    clippy::print_stdout,
    reason = "a benchmark may end in a panic, and prints approximate figures"
)]

#[path = "../support/mod.rs"]
#[expect(dead_code, reason = "databases are for the other benchmarks")]
mod support;
#[path = "../../tests/suite/support/vote_log.rs"]
#[expect(dead_code, reason = "the tests make more kinds of leaves")]
mod vote_log;

use std::{path::Path, process::Command, time::Instant};

use jiugai::verifier::{Request, Source, verify};

use support::{head, line, median, memory_mb};
use vote_log::{CLOSES, DAY, OPENS, ORDINARY, SPECIAL, Spec, VoteLog, write, write_zip};

/// Checks of each size; the middle one is told.
const TURNS: usize = 3;
/// Sheets of a leaf of the issue ledger.
const ISSUED: usize = 400;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, word, source, key] = arguments.as_slice()
        && word == "check"
    {
        return check(source, key);
    }
    let asked: Vec<usize> = arguments.iter().filter_map(|text| text.parse().ok()).collect();
    let sizes = if asked.is_empty() { vec![10_000, 100_000] } else { asked };
    head("Verifying the log of a vote from its files, one ballot in ten on paper");
    line(&format!(
        "{:>9} {:>9} {:<10} {:>8} {:>9} {:>11} {:>10}",
        "ballots", "leaves", "source", "MB", "seconds", "peak RSS MB", "seconds ×"
    ));
    let mut before: [Option<f64>; 2] = [None, None];
    for ballots in sizes {
        let home = tempfile::tempdir().unwrap();
        let (leaves, key) = prepare(home.path(), ballots);
        for (kind, name) in ["log", "log.zip"].into_iter().enumerate() {
            let source = home.path().join(name);
            let turns: Vec<(f64, f64)> = (0..TURNS).map(|_| measure(&source, &key)).collect();
            let seconds = median(turns.iter().map(|turn| turn.0).collect());
            let memory = turns.iter().map(|turn| turn.1).fold(0.0, f64::max);
            let growth = before[kind].replace(seconds).map(|before| seconds / before);
            line(&format!(
                "{ballots:>9} {leaves:>9} {:<10} {:>8} {seconds:>9.2} {memory:>11.0} {:>10}",
                ["directory", "zip"][kind],
                size_mb(&source),
                growth.map_or(String::new(), |growth| format!("{growth:.1}")),
            ));
        }
    }
}

/// Writes the log of a vote in which every head has a ballot; its leaves and its key.
fn prepare(home: &Path, ballots: usize) -> (usize, String) {
    let spec = Spec {
        heads: (0..ballots as u64).map(|head| vec![6_000 + head % 4_000]).collect(),
        items: vec![("special", SPECIAL), ("ordinary", ORDINARY)],
        policy: "first_valid",
        max_changes: 0,
        invalid_participates: false,
    };
    let mut log = VoteLog::begin(1, &spec);
    let (paper, online): (Vec<usize>, Vec<usize>) = (0..ballots).partition(|head| head % 10 == 0);
    let choices = |head: usize| match head % 7 {
        0 => ["against", "for"],
        1 => ["for", "abstain"],
        _ => ["for", "for"],
    };
    for run in paper.chunks(ISSUED) {
        let serials = log.issue(run);
        let names: Vec<&str> = serials.iter().map(String::as_str).collect();
        log.batch(OPENS + DAY, &names);
        for (&head, serial) in run.iter().zip(&serials) {
            log.read_sheet(serial, "clerk-a", &choices(head));
            log.read_sheet(serial, "clerk-b", &choices(head));
            log.paper(head, (serial, OPENS + DAY), &choices(head));
        }
    }
    for head in online {
        log.online(head, OPENS + 2 * DAY, &choices(head));
    }
    log.close(CLOSES);
    log.tally();
    let files = log.files();
    write(&files, &home.join("log"));
    write_zip(&files, &home.join("log.zip"));
    (log.leaves.len(), log.key().vkey())
}

/// Bytes of a source in MB.
fn size_mb(path: &Path) -> u64 {
    fn bytes(path: &Path) -> u64 {
        let metadata = std::fs::metadata(path).unwrap();
        if !metadata.is_dir() {
            return metadata.len();
        }
        let entries = std::fs::read_dir(path).unwrap();
        entries.map(|entry| bytes(&entry.unwrap().path())).sum()
    }
    bytes(path) / 1_000_000
}

/// Seconds and peak megabytes of one check, in a process of its own.
fn measure(source: &Path, key: &str) -> (f64, f64) {
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["check", source.to_str().unwrap(), key])
        .output()
        .unwrap();
    let text = String::from_utf8(child.stdout).unwrap();
    let numbers: Vec<f64> = text.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    let &[seconds, memory] = numbers.as_slice() else {
        panic!("{text}{}", String::from_utf8_lossy(&child.stderr));
    };
    (seconds, memory)
}

/// The child's whole life.
fn check(source: &str, key: &str) {
    let started = Instant::now();
    let mut opened = Source::open(source).unwrap();
    let request = Request { key: Some(key), ..Request::default() };
    let report = verify(&mut opened, &request).unwrap();
    let seconds = started.elapsed().as_secs_f64();
    assert_eq!(report.exit, 0, "{:?}", report.fault_lines());
    line(&format!("{seconds:.3} {}", memory_mb(std::process::id(), "VmHWM")));
}
