//! Trust policies (c2sp.org/tlog-policy): which logs count, which witnesses, and how many of them must
//! have cosigned. A history that the operator shows to one person alone has no quorum.

use std::collections::{HashMap, HashSet};

use super::{
    findings::{Findings, Rule},
    note::{Key, open_checkpoint},
    receipts::begins,
    source::{NOTE, Source},
    tree::Log,
};
use crate::platform::tlog::{Cosigner, WatchedKey};

/// A policy.
#[derive(Debug, Default)]
pub struct Policy {
    logs: Vec<String>,
    members: Vec<Member>,
    /// Which member; none asks for no cosignature.
    quorum: Option<usize>,
}

#[derive(Debug)]
enum Member {
    Witness(Box<Cosigner>),
    /// As many of these must have witnessed.
    Group(usize, Vec<usize>),
}

/// What is being read.
#[derive(Default)]
struct Reader {
    policy: Policy,
    names: HashMap<Vec<u8>, usize>,
    grouped: HashSet<usize>,
    has_quorum: bool,
}

impl Policy {
    /// Reads a policy file.
    ///
    /// # Errors
    /// A sentence that names the line.
    pub fn parse(text: &[u8]) -> Result<Self, String> {
        let mut reader = Reader::default();
        for (line, number) in text.split(|byte| *byte == b'\n').zip(1_u64..) {
            let is_control = |byte: &u8| (*byte < 0x20 && *byte != b'\t') || *byte == 0x7f;
            let words = line.split(|byte| matches!(byte, b' ' | b'\t'));
            let words: Vec<&[u8]> = words.filter(|word| !word.is_empty()).collect();
            let read = if line.iter().any(is_control) {
                Err("a control character".to_owned())
            } else {
                reader.read(&words)
            };
            read.map_err(|fault| format!("第 {number} 行 line {number}: {fault}"))?;
        }
        if reader.has_quorum { Ok(reader.policy) } else { Err("no quorum line".to_owned()) }
    }

    /// The verifier keys of the logs that it lists.
    pub(super) fn logs(&self) -> &[String] {
        &self.logs
    }

    /// Whether enough witnesses cosigned a note.
    fn is_met(&self, note: &str) -> bool {
        let mut met: Vec<bool> = Vec::with_capacity(self.members.len());
        for member in &self.members {
            let is_met = match member {
                Member::Witness(cosigner) => cosigner.find(note).is_some(),
                Member::Group(least, of) => {
                    of.iter().filter(|at| met.get(**at) == Some(&true)).count() >= *least
                }
            };
            met.push(is_met);
        }
        self.quorum.is_none_or(|quorum| met.get(quorum) == Some(&true))
    }
}

fn text(word: &[u8]) -> Result<&str, String> {
    std::str::from_utf8(word).map_err(|_| "not UTF-8".to_owned())
}

impl Reader {
    fn read(&mut self, words: &[&[u8]]) -> Result<(), String> {
        match words {
            [] => Ok(()),
            [first, ..] if first.starts_with(b"#") => Ok(()),
            [b"log", vkey] | [b"log", vkey, _] => self.log(text(vkey)?),
            [b"witness", name, vkey] | [b"witness", name, vkey, _] => {
                self.witness(name, text(vkey)?)
            }
            [b"group", name, least, of @ ..] if !of.is_empty() => self.group(name, least, of),
            [b"quorum", name] => self.quorum(name),
            [first, ..] => Err(format!("not understood: {}", String::from_utf8_lossy(first))),
        }
    }

    fn log(&mut self, vkey: &str) -> Result<(), String> {
        let key: WatchedKey = vkey.parse()?;
        let known = self.policy.logs.iter().filter_map(|log| log.parse::<WatchedKey>().ok());
        if known.into_iter().any(|known| known.vkey("") == key.vkey("")) {
            return Err("this log key stands twice".to_owned());
        }
        self.policy.logs.push(vkey.to_owned());
        Ok(())
    }

    fn witness(&mut self, name: &[u8], vkey: &str) -> Result<(), String> {
        let cosigner: Cosigner = vkey.parse()?;
        let is_known =
            self.policy.members.iter().any(
                |member| matches!(member, Member::Witness(known) if known.is_key_of(&cosigner)),
            );
        if is_known {
            return Err("this witness key stands twice".to_owned());
        }
        self.define(name, Member::Witness(Box::new(cosigner)))
    }

    fn group(&mut self, name: &[u8], least: &[u8], of: &[&[u8]]) -> Result<(), String> {
        let count = of.len();
        let of = of.iter().map(|name| self.find(name)).collect::<Result<Vec<_>, _>>()?;
        if !of.iter().all(|member| self.grouped.insert(*member)) {
            return Err("a name may be a member once".to_owned());
        }
        let least = match least {
            b"any" => 1,
            b"all" => count,
            digits => {
                let least = text(digits)?.parse().ok().filter(|least| (1..=count).contains(least));
                least.ok_or("any, all, or a number from 1 to the number of members")?
            }
        };
        self.define(name, Member::Group(least, of))
    }

    fn quorum(&mut self, name: &[u8]) -> Result<(), String> {
        if self.has_quorum {
            return Err("a second quorum line".to_owned());
        }
        self.policy.quorum = if name == b"none" { None } else { Some(self.find(name)?) };
        self.has_quorum = true;
        Ok(())
    }

    fn define(&mut self, name: &[u8], member: Member) -> Result<(), String> {
        let taken = self.names.insert(name.to_vec(), self.policy.members.len()).is_some();
        if taken || name == b"none" {
            return Err(format!("the name {} is taken", String::from_utf8_lossy(name)));
        }
        self.policy.members.push(member);
        Ok(())
    }

    fn find(&self, name: &[u8]) -> Result<usize, String> {
        let found = self.names.get(name).copied();
        found.ok_or_else(|| format!("{} is not defined above", String::from_utf8_lossy(name)))
    }
}

/// Checks that the quorum cosigned the log, or an earlier checkpoint that is its beginning; how many
/// leaves it saw.
///
/// # Errors
/// A sentence where the source can't be read.
pub(super) fn check(
    policy: &Policy,
    source: &mut Source,
    (key, note, log): (&Key, &str, &Log),
    findings: &mut Findings,
) -> Result<Option<u64>, String> {
    if policy.quorum.is_none() {
        return Ok(None);
    }
    if policy.is_met(note) {
        return Ok(Some(log.size()));
    }
    let cosigned = source.read("checkpoint.cosigned", NOTE)?.unwrap_or_default();
    let cosigned = String::from_utf8_lossy(&cosigned);
    if !policy.is_met(&cosigned) {
        let message = "没有足够的见证签名 (no quorum of witnesses cosigned this log)";
        findings.fault(None, Rule::Witness, message);
        return Ok(None);
    }
    let head = match open_checkpoint(cosigned.as_bytes(), key) {
        Ok(checkpoint) => checkpoint.head,
        Err(error) => {
            let message = format!("经见证的检查点签名不对 (the cosigned checkpoint): {error}");
            findings.fault(None, Rule::Witness, &message);
            return Ok(None);
        }
    };
    if let Err(error) = begins(&head, log) {
        let message = format!("见证人见到的是另一个版本 (witnesses saw another history): {error}");
        findings.fault(None, Rule::Witness, &message);
        return Ok(None);
    }
    if head.size < log.size() {
        let (seen, all) = (head.size, log.size());
        findings.warn(&format!(
            "{all} 叶中前 {seen} 叶经过见证 (witnesses saw the first {seen} of {all} leaves)"
        ));
    }
    Ok(Some(head.size))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::tlog::{CosignKey, NoteKey, sign_note};

    fn key(n: u8) -> CosignKey {
        CosignKey::new(&format!("w{n}.example"), &[n; 32])
    }

    fn policy(rest: &str) -> Result<Policy, String> {
        let mut text = String::from("# who counts\n\n");
        for n in 1..=4 {
            text += &format!("witness\tW{n}  {} https://w{n}.example\n", key(n).cosigner().vkey());
        }
        Policy::parse(format!("{text}{rest}").as_bytes())
    }

    fn note(cosigners: &[u8]) -> String {
        let log = NoteKey::new("example.org/v/1", &[7; 32]);
        let text = "example.org/v/1\n1\nCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk=\n";
        let lines = cosigners.iter().map(|n| key(*n).cosign(text, 1).unwrap());
        sign_note(text, &[&log]).unwrap() + &lines.collect::<String>()
    }

    #[test]
    fn a_quorum_is_met_by_the_witnesses_that_it_names() {
        let two = policy("group A 2 W1 W2 W3\ngroup B all A W4\nquorum B\n").unwrap();
        for (cosigners, is_met) in [
            (&[][..], false),
            (&[1, 2], false),
            (&[1, 4], false),
            (&[1, 3, 4], true),
            (&[1, 1, 4], false),
            (&[1, 2, 3, 4], true),
        ] {
            assert_eq!(two.is_met(&note(cosigners)), is_met, "{cosigners:?}");
        }
        let any = policy("group A any W1 W2\nquorum A").unwrap();
        assert!(any.is_met(&note(&[2])) && !any.is_met(&note(&[3])));
        let one = policy("quorum W3\n").unwrap();
        assert!(one.is_met(&note(&[3])) && !one.is_met(&note(&[4])));
        assert!(policy("quorum none\n").unwrap().is_met(&note(&[])));
    }

    #[test]
    fn what_the_specification_forbids_is_refused_with_its_line() {
        let twice = format!("witness X {}\nquorum X\n", key(1).cosigner().vkey());
        let log = NoteKey::new("example.org/v/1", &[7; 32]).vkey();
        let renamed = NoteKey::new("example.org/v/2", &[7; 32]).vkey();
        for (rest, fault) in [
            ("", "no quorum line"),
            ("quorum W1\nquorum W2\n", "line 8: a second quorum"),
            ("quorum W9\n", "not defined"),
            ("group A 1 W1 A\nquorum A\n", "not defined"),
            ("group A 0 W1\nquorum A\n", "number from 1"),
            ("group A 2 W1\nquorum A\n", "number from 1"),
            ("group A any\nquorum A\n", "not understood"),
            ("group A any W1 W1\nquorum A\n", "member once"),
            ("group A any W1\ngroup B any W1\nquorum A\n", "member once"),
            ("group W1 any W2\nquorum W1\n", "is taken"),
            ("group none any W2\nquorum W1\n", "is taken"),
            ("group A any none\nquorum A\n", "not defined"),
            ("witness V\nquorum W1\n", "not understood"),
            ("quorum W1\r\n", "control character"),
            (&twice, "stands twice"),
            (&format!("log {log}\nlog {renamed}\nquorum none\n"), "stands twice"),
            (&format!("witness X {log}\nquorum X\n"), "type 4"),
        ] {
            let found = policy(rest).unwrap_err();
            assert!(found.contains(fault), "{rest}: {found}");
        }
        let fine = policy(&format!("log {log} https://example.org\nquorum none\n")).unwrap();
        assert_eq!(fine.logs(), [log]);
    }
}
