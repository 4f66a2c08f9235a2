//! The independent check of a vote's log, in Rust and in Python: both read the same files, and must
//! say the same of them. `TEST_LONG=1` runs the long form of the random tests (`support::long`).

mod amendments;
mod disputes;
mod incidents;
mod proxies;
pub mod python;
mod questions;
mod random;
mod random_vote;
mod recheck;
mod silence;
mod sm2;
mod story;
mod tampering;
pub mod thefts;
mod transfers;
mod vectors;
mod witness;

use std::path::Path;

use jiugai::verifier::{Request, Source, verify};
use serde_json::Value;

use crate::support::vote_log::{Files, write};

/// What a verifier said: its exit code, and each fault as leaf and rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub exit: u64,
    pub faults: Vec<(Option<u64>, String)>,
    /// Area and heads for, item by item; empty where it could not count.
    pub items: Vec<Value>,
}

impl Said {
    pub fn of(json: &Value) -> Self {
        let fault =
            |fault: &Value| (fault["seq"].as_u64(), fault["rule"].as_str().unwrap().to_owned());
        let mut faults: Vec<_> = json["faults"].as_array().unwrap().iter().map(fault).collect();
        faults.sort();
        let sums = ["position", "total", "participating", "for", "against", "abstain", "invalid"];
        let items = json["items"].as_array().unwrap().iter().map(|item| {
            let sum = |name: &&str| ((*name).to_owned(), item[*name].clone());
            let mut sums: serde_json::Map<String, Value> = sums.iter().map(sum).collect();
            sums.insert("passed".to_owned(), item["passed"].clone());
            for name in ["silent", "with_clause"] {
                if let Some(told) = item.get(name) {
                    sums.insert(name.to_owned(), told.clone());
                }
            }
            Value::Object(sums)
        });
        Self { exit: json["exit"].as_u64().unwrap(), faults, items: items.collect() }
    }

    pub fn names(&self, seq: u64, rule: &str) -> bool {
        self.faults.contains(&(Some(seq), rule.to_owned()))
    }
}

/// What Rust says of a source.
pub fn rust_json(path: &Path, request: &Request<'_>) -> Value {
    let mut source = Source::open(path.to_str().unwrap()).unwrap();
    let report = verify(&mut source, request).unwrap();
    assert!(!report.text().is_empty());
    serde_json::from_str(&report.json()).unwrap()
}

pub fn rust(path: &Path, key: &str) -> Said {
    Said::of(&rust_json(path, &Request { key: Some(key), ..Request::default() }))
}

/// What both say of each log; they must agree to the last fault.
pub fn both(logs: &[(String, Files)], key: &str) -> Vec<Said> {
    let directory = tempfile::tempdir().unwrap();
    let paths: Vec<_> = (0..logs.len()).map(|n| directory.path().join(n.to_string())).collect();
    for ((_, files), path) in logs.iter().zip(&paths) {
        write(files, path);
    }
    let python = python::run(&paths, key);
    assert_eq!(python.len(), logs.len());
    let told = logs.iter().zip(&paths).zip(python);
    told.map(|(((name, _), path), python)| {
        let rust = rust(path, key);
        assert_eq!(rust, python, "{name}: Rust on the left, Python on the right");
        rust
    })
    .collect()
}
