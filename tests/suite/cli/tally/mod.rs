//! `jiugai tally`: what goes in, what comes out.

mod ballots;
mod files;
mod rolls;

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::Value;
use tempfile::TempDir;

const ROLL: &str = "unit_code,building,entrance,use,area,area_source,owner_kind,owner_id,\
    owner_name,delivered,developer_id\n";
const BALLOTS: &str = "unit_code,item,choice,channel,cast_at\n";

/// A directory with input files.
struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    /// Runs `tally` on the files of these names where they exist, with more arguments.
    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_jiugai"));
        command.arg("tally").current_dir(self.0.path());
        command.args(arguments).output().unwrap()
    }
}

/// What a run in JSON mode said.
struct Told {
    json: Value,
    code: i32,
}

impl Told {
    fn item(&self, index: usize) -> &Value {
        &self.json["items"][index]
    }

    fn problems(&self) -> Vec<(u64, &str)> {
        let problems = self.json["problems"].as_array().unwrap().iter();
        problems.map(|p| (p["line"].as_u64().unwrap(), p["code"].as_str().unwrap())).collect()
    }
}

fn told(output: &Output) -> Told {
    let text = std::str::from_utf8(&output.stdout).unwrap();
    let json = serde_json::from_str(text)
        .unwrap_or_else(|e| panic!("{e}: {text}{}", String::from_utf8_lossy(&output.stderr)));
    Told { json, code: output.status.code().unwrap() }
}

/// Counts rows under the usual headers with `--json`.
fn tally(roll: &str, ballots: &str, arguments: &[&str]) -> Told {
    let desk = Desk::new();
    desk.file("roll.csv", format!("{ROLL}{roll}"));
    desk.file("ballots.csv", format!("{BALLOTS}{ballots}"));
    let mut all = vec!["--roll", "roll.csv", "--ballots", "ballots.csv", "--json"];
    all.extend(arguments);
    told(&desk.run(&all))
}

/// A made-up person's identity number that passes its check (GB 11643); division 990 has none.
fn person(number: u32) -> String {
    let body = format!("99010119700101{number:03}");
    let sum = body.bytes().fold(0, |sum, digit| (sum + u32::from(digit - b'0')) * 2 % 11);
    let check = (12 - sum) % 11;
    if check == 10 { format!("{body}X") } else { format!("{body}{check}") }
}

/// A made-up organization's code that passes its check (GB 32100).
fn organization(number: u32) -> String {
    let alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    let body = format!("91990000MA0TE{number:04}");
    let weigh = |(sum, weight): (usize, usize), c: char| {
        (sum + alphabet.find(c).unwrap() * weight, weight * 3 % 31)
    };
    let (sum, _) = body.chars().fold((0, 1), weigh);
    format!("{body}{}", alphabet.chars().nth((31 - sum % 31) % 31).unwrap())
}

/// A row of a delivered dwelling of one person.
fn flat(unit: &str, area: &str, owner: u32) -> String {
    format!("{unit},1,1,residential,{area},register,person,{},甲,yes,\n", person(owner))
}

/// `count` dwellings of 100.00 m², each of another person: units 1…
fn flats(count: u32) -> String {
    (1..=count).map(|n| flat(&n.to_string(), "100.00", n)).collect()
}

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}
