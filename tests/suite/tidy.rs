//! What the compiler and clippy don't check: sizes, words that must not appear, and the container
//! file. The lists of exceptions only shrink.

use std::path::{Path, PathBuf};

/// Lines of a source file at the most; aim at 250.
const MOST_LINES: usize = 500;
/// Characters of a line at the most: rustfmt keeps code at 100, but leaves comments and strings
/// alone.
const MOST_WIDTH: usize = 110;

/// Tables of data, one row a line.
const WIDE: &[&str] =
    &["src/kernel/code.rs", "src/kernel/text_enum.rs", "src/registry/register_file/fault.rs"];
/// These name the words that the others must not.
const ABOUT_WORDS: &[&str] = &["tests/suite/tidy.rs", "tests/suite/architecture/mod.rs"];

/// A word, where it may stand all the same, and what to do instead.
struct Word {
    word: &'static str,
    within: &'static [&'static str],
    allowed: &'static [&'static str],
    instead: &'static str,
}

const WORDS: &[Word] = &[
    Word {
        word: "Utc::now",
        within: &["src", "tests", "benches"],
        allowed: &["src/platform/clock.rs"],
        instead: "take a UtcTime; only platform::clock reads the clock",
    },
    Word {
        word: "f64",
        within: &["src"],
        allowed: &[
            // Metrics are floats by their format.
            "src/platform/telemetry.rs",
            "src/platform/db/sqlite_writer.rs",
        ],
        instead: "integers or Ratio",
    },
    Word { word: "f32", within: &["src"], allowed: &[], instead: "integers or Ratio" },
    Word { word: "todo!", within: &["src", "tests", "benches"], allowed: &[], instead: "do it" },
    Word { word: "TODO", within: &["src", "tests", "benches"], allowed: &[], instead: "an issue" },
    Word { word: "FIXME", within: &["src", "tests", "benches"], allowed: &[], instead: "an issue" },
    Word {
        word: "#[ignore",
        within: &["src", "tests"],
        allowed: &[],
        instead: "run it or drop it",
    },
    Word {
        word: "sleep(",
        within: &["tests"],
        allowed: &[],
        instead: "wait for a condition, or move the fake clock",
    },
];

/// Column types that are floats, or that SQLite reads through floats.
const COLUMN_TYPES: &[&str] = &["NUMERIC", "DECIMAL", "REAL", "DOUBLE", "FLOAT", "MONEY"];

/// Paths of the files under some directories, from the root, with `/`.
pub fn files(root: &Path, directories: &[&str], extension: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut waiting: Vec<PathBuf> = directories.iter().map(|name| root.join(name)).collect();
    while let Some(directory) = waiting.pop() {
        let Ok(entries) = std::fs::read_dir(&directory) else { continue };
        for entry in entries {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                found.push(path.strip_prefix(root).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    found.sort();
    found
}

fn complaints(path: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let count = text.lines().count();
    if count > MOST_LINES {
        found.push(format!("{path}: {count} lines; {MOST_LINES} at the most"));
    }
    if !text.starts_with("//!") {
        found.push(format!("{path}:1: begin with //! and the purpose of the module"));
    }
    for (index, line) in text.lines().enumerate() {
        let place = format!("{path}:{}", index + 1);
        if line.chars().count() > MOST_WIDTH && !WIDE.contains(&path) {
            found.push(format!("{place}: {MOST_WIDTH} characters at the most"));
        }
        if ABOUT_WORDS.contains(&path) {
            continue;
        }
        for Word { word, within, allowed, instead } in WORDS {
            let is_within = within.iter().any(|name| path.starts_with(&format!("{name}/")));
            if is_within && !allowed.contains(&path) && has_word(line, word) {
                found.push(format!("{place}: no {word} here ({instead})\n    {}", line.trim()));
            }
        }
    }
    found
}

/// Whether `line` has `word` where no letter or digit goes on before it (or after a whole word).
fn has_word(line: &str, word: &str) -> bool {
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        let open = word.ends_with(|c: char| !c.is_ascii_alphanumeric());
        !is_part(before) && (open || !is_part(after))
    })
}

fn column_complaints(path: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let code = line.split("--").next().unwrap_or_default().to_uppercase();
        for kind in COLUMN_TYPES.iter().filter(|kind| has_word(&code, kind)) {
            let place = format!("{path}:{}", index + 1);
            found.push(format!("{place}: no {kind} column (integers: BIGINT of hundredths)"));
        }
    }
    found
}

/// What can be told about a container file without a container engine.
fn dockerfile_complaints(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let stages: Vec<&str> = text.split("\nFROM ").collect();
    let last = stages.last().copied().unwrap_or_default();
    let mut need = |is_there: bool, sentence: &str| {
        if !is_there {
            found.push(format!("Dockerfile: {sentence}"));
        }
    };
    need(stages.len() > 1, "build in one stage, run in another");
    need(!text.contains(":latest"), "pin the base images");
    need(!last.contains("cargo "), "no compiler in the last stage");
    let user = last.lines().find_map(|line| line.strip_prefix("USER "));
    let is_plain = user.is_some_and(|user| !user.starts_with('0') && !user.starts_with("root"));
    need(is_plain, "run as an ordinary user");
    need(last.contains("\nHEALTHCHECK "), "a health check");
    need(last.contains("\nENTRYPOINT ["), "an entry point in exec form, so that signals arrive");
    need(!text.contains("\nADD "), "COPY in place of ADD");
    for (at, _) in text.match_indices("apt-get install") {
        let line = text[at..].lines().next().unwrap_or_default();
        need(line.contains("--no-install-recommends"), "apt-get with --no-install-recommends");
    }
    found
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap()
}

#[track_caller]
fn none(found: &[String]) {
    assert!(found.is_empty(), "{} faults:\n{}", found.len(), found.join("\n"));
}

#[test]
fn source_files_are_small_and_keep_to_the_words() {
    let paths = files(&root(), &["src", "tests", "benches"], "rs");
    assert!(paths.len() > 20);
    none(&paths.iter().flat_map(|path| complaints(path, &read(path))).collect::<Vec<_>>());
}

#[test]
fn migrations_have_no_float_columns() {
    let paths = files(&root(), &["migrations"], "sql");
    assert!(paths.len() > 1);
    none(&paths.iter().flat_map(|path| column_complaints(path, &read(path))).collect::<Vec<_>>());
}

#[test]
fn the_container_file_is_sound() {
    none(&dockerfile_complaints(&read("Dockerfile")));
}

#[test]
fn every_exception_is_still_needed() {
    for path in WIDE {
        let is_wide = read(path).lines().any(|line| line.chars().count() > MOST_WIDTH);
        assert!(is_wide, "{path} has no wide line any more: remove it from the list");
    }
    for Word { word, allowed, .. } in WORDS {
        for path in *allowed {
            let is_used = read(path).lines().any(|line| has_word(line, word));
            assert!(is_used, "{path} has no {word} any more: remove it from the list");
        }
    }
}

#[test]
fn a_planted_fault_of_each_kind_is_found() {
    let planted = [
        ("src/x.rs", format!("//! x\n{}", "\n".repeat(MOST_LINES)), "lines"),
        ("src/x.rs", "fn f() {}".to_owned(), "begin with //!"),
        ("src/x.rs", format!("//! {}", "宽".repeat(MOST_WIDTH)), "characters"),
        ("src/x.rs", "//! x\nlet now = chrono::Utc::now();".to_owned(), "no Utc::now"),
        ("src/x.rs", "//! x\nlet x: f64 = y;".to_owned(), "no f64"),
        ("src/x.rs", "//! x\nlet x = y as f32;".to_owned(), "no f32"),
        ("src/x.rs", "//! x\ntodo!()".to_owned(), "no todo!"),
        ("src/x.rs", "//! x\n// TODO later".to_owned(), "no TODO"),
        ("tests/x.rs", "//! x\n#[ignore = \"slow\"]".to_owned(), "no #[ignore"),
        ("tests/x.rs", "//! x\ntokio::time::sleep(second).await".to_owned(), "no sleep("),
    ];
    for (path, text, sentence) in planted {
        let found = complaints(path, &text);
        assert!(found.len() == 1 && found[0].contains(sentence), "{sentence}: {found:?}");
    }
    assert!(complaints("src/x.rs", "//! x\nlet if64 = 1; let s = \"pdf32\";").is_empty());
    assert_eq!(column_complaints("up.sql", "a BIGINT,\nb NUMERIC(10, 2) -- real\n").len(), 1);
    let bad = "FROM x:latest\nADD . .\nRUN apt-get install y\nUSER root\nCMD cargo run";
    assert!(dockerfile_complaints(bad).len() >= 7, "{:?}", dockerfile_complaints(bad));
}
