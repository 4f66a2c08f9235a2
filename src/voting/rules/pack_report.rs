//! The full examination of a rule pack that is to be used anew: readable, lawful, true to the clauses
//! it cites and to the pack it was copied from, its worked cases decided as they expect. One function
//! for the command line and the server. A pack in use is read by `RulePack::from_toml` instead, so
//! that a later, stricter examination never breaks a running vote.

use serde::Serialize;
use toml::de::{DeTable, DeValue};

use crate::{
    kernel::{Code, Outcome, Refusal},
    voting::rules::{
        pack::{NATIONAL, RulePack},
        pack_check,
        pack_compare::{Base, PackChange, PackFault, compare, outlives},
        pack_duty::duties,
        pack_tests::{self, PackTest},
        pack_use::{PackWarning, refusals, warnings},
        pack_values::{Found, PackValue, collect, explain_pack},
        shipped::{SHIPPED, find_shipped},
        state::Blocker,
    },
};

/// What the examination of a pack found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PackReport {
    /// The pack's name for machines; empty where it can't be read.
    pub id: String,
    /// Its version.
    pub version: u32,
    /// Its name for people.
    pub name: String,
    /// Whether it may be used.
    pub good: bool,
    /// What it is compared with.
    pub against: Vec<String>,
    /// Why it may not be used.
    pub faults: Vec<PackFault>,
    /// What to know before relying on it.
    pub warnings: Vec<PackWarning>,
    /// Why no vote can be run here by it yet, though it is a good pack.
    pub refusals: Vec<Blocker>,
    /// Every value in words.
    pub values: Vec<PackValue>,
    /// What it changes against the pack it was copied from.
    pub changes: Vec<PackChange>,
    /// Its worked cases.
    pub tests: Vec<PackTest>,
}

/// Examines a pack with its worked cases, against the pack it was copied from: the given one, or the
/// shipped one that it names; and against the shipped one whose name it bears.
///
/// # Errors
/// `internal` if a shipped pack can't be read.
pub fn examine(text: &str, tests: Option<&str>, parent: Option<&RulePack>) -> Outcome<PackReport> {
    let pack: RulePack = match toml::from_str(text) {
        Ok(pack) => pack,
        Err(error) => {
            let fault = unreadable(text, &error);
            return Ok(PackReport { faults: vec![fault], ..PackReport::default() });
        }
    };
    let shipped = |id: &str| find_shipped(id).map(|shipped| read(shipped.text)).transpose();
    let named = pack.based_on.as_deref().map(shipped).transpose()?.flatten();
    let bears = shipped(&pack.id)?;
    let parents: Vec<&RulePack> = parent.or(named.as_ref()).into_iter().chain(&bears).collect();
    let mut report = PackReport {
        id: pack.id.clone(),
        version: pack.version,
        name: pack.name.clone(),
        warnings: warnings(&pack),
        refusals: refusals(&pack),
        values: explain_pack(&pack)?,
        ..PackReport::default()
    };
    let plain = pack_check::faults(&pack).into_iter();
    report.faults.extend(plain.map(|(pointer, fault)| PackFault::at(&pointer, fault)));
    report.faults.extend(duties(&pack, parent));
    report.faults.extend(parents.iter().find_map(|parent| outlives(&pack, parent)));
    report.compare(&collect(&pack)?, &parents)?;
    report.run_tests(&pack, tests);
    let document = DeTable::parse(text).ok().map(|table| DeValue::Table(table.into_inner()));
    for fault in report.faults.iter_mut().filter(|fault| fault.line.is_none()) {
        fault.line = document.as_ref().and_then(|document| line_of(text, document, &fault.pointer));
    }
    report.faults.sort_by_key(|fault| fault.line);
    report.good = report.faults.is_empty();
    Ok(report)
}

fn read(text: &str) -> Outcome<RulePack> {
    toml::from_str(text).map_err(Refusal::internal)
}

fn unreadable(text: &str, error: &toml::de::Error) -> PackFault {
    let line = error.span().and_then(|span| line_at(text, span.start));
    let message = format!("无法解析：{0} · can't be read: {0}", error.message());
    PackFault { line, ..PackFault::at("", message) }
}

impl PackReport {
    fn compare(&mut self, values: &[Found], parents: &[&RulePack]) -> Outcome<()> {
        let national = read(NATIONAL)?;
        for (index, parent) in parents.iter().copied().chain([&national]).enumerate() {
            if self.against.contains(&parent.id) {
                continue;
            }
            self.against.push(parent.id.clone());
            let base = Base { id: &parent.id, values: &collect(parent)?, is_parent: true };
            let found = compare(values, base);
            if index == 0 {
                self.changes = found.changes;
            }
            self.add(found.faults, found.warnings);
        }
        for shipped in SHIPPED {
            let theirs = collect(&read(shipped.text)?)?;
            let base = Base { id: shipped.id, values: &theirs, is_parent: false };
            let found = compare(values, base);
            self.add(found.faults, found.warnings);
        }
        Ok(())
    }

    /// A value is complained about once.
    fn add(&mut self, faults: Vec<PackFault>, warnings: Vec<PackWarning>) {
        for fault in faults {
            let known = |other: &PackFault| other.pointer == fault.pointer;
            if fault.pointer.is_empty() || !self.faults.iter().any(known) {
                self.faults.push(fault);
            }
        }
        for warning in warnings {
            if !self.warnings.contains(&warning) {
                self.warnings.push(warning);
            }
        }
    }

    fn run_tests(&mut self, pack: &RulePack, text: Option<&str>) {
        let Some(text) = text else {
            let message = "没有测试文件 · it has no worked cases".to_owned();
            self.warnings.push(PackWarning::of("tests", message));
            return;
        };
        match pack_tests::run(pack, text) {
            Ok(tests) => self.tests = tests,
            Err(error) => {
                let fault = unreadable(text, &error);
                let message = format!("测试文件 tests: {}", fault.message);
                self.faults.push(PackFault { message, ..fault });
            }
        }
        for test in self.tests.iter().filter(|test| !test.passed) {
            let message = format!("测试未通过 case “{}”: {}", test.name, test.detail);
            self.faults.push(PackFault::at("", message));
        }
    }

    /// The refusal of a pack with faults.
    ///
    /// # Errors
    /// `rule_pack_invalid` with every fault.
    pub fn accept(&self) -> Outcome<()> {
        if self.good {
            return Ok(());
        }
        let refusal = Refusal::new(Code::RulePackInvalid);
        Err(self.faults.iter().fold(refusal, |refusal, fault| {
            let line = fault.line.map(|line| format!("第 {line} 行 line {line}: "));
            let detail = line.unwrap_or_default() + &fault.message;
            refusal.with_field(&fault.pointer, Code::RulePackInvalid.as_str(), detail)
        }))
    }
}

/// The line of the deepest part of a pointer that the text has.
fn line_of(text: &str, document: &DeValue<'_>, pointer: &str) -> Option<u64> {
    let mut value = document;
    let mut line = None;
    for step in pointer.split('/').skip(1) {
        let next = match step.parse::<usize>() {
            Ok(index) => value.get(index),
            Err(_) => value.get(step),
        };
        let Some(next) = next else { break };
        line = line_at(text, next.span().start);
        value = next.get_ref();
    }
    line
}

fn line_at(text: &str, offset: usize) -> Option<u64> {
    let lines = text.get(..offset)?.bytes().filter(|byte| *byte == b'\n').count();
    u64::try_from(lines).ok()?.checked_add(1)
}
