//! `openings.jsonl`: one line for each leaf that is opened to the reader, in the order of the log.

use serde::{Deserialize, de::DeserializeOwned};

use super::{
    findings::{Findings, Rule},
    source::{OPENINGS, Source},
};
use crate::ballot_log::{Opening, Openings};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    seq: u64,
    #[serde(default)]
    who: Option<Opening>,
    #[serde(default)]
    what: Option<Opening>,
    #[serde(default)]
    owners: Option<Opening>,
    #[serde(default)]
    agent: Option<Opening>,
}

/// The file, read along with the leaves.
#[derive(Default)]
pub(super) struct OpeningsFile {
    bytes: Vec<u8>,
    /// Where the next line begins.
    at: usize,
    next: Option<Line>,
}

impl OpeningsFile {
    pub(super) fn read(source: &mut Source) -> Result<Self, String> {
        let bytes = source.read("openings.jsonl", OPENINGS)?.unwrap_or_default();
        Ok(Self { bytes, ..Self::default() })
    }

    /// The openings of a leaf; asked for in the order of the log.
    pub(super) fn of(&mut self, seq: u64, findings: &mut Findings) -> Openings {
        loop {
            if self.next.is_none() {
                self.next = self.line(findings);
            }
            let Some(line) = self.next.take_if(|line| line.seq <= seq) else {
                return Openings::default();
            };
            if line.seq == seq {
                let Line { who, what, owners, agent, .. } = line;
                return Openings { who, what, owners, agent };
            }
            let message = "openings.jsonl 次序有误 (a line of the openings is out of order)";
            findings.fault(line.seq, Rule::Opening, message);
        }
    }

    /// Lines beyond the last leaf open nothing.
    pub(super) fn finish(&mut self, findings: &mut Findings) {
        while let Some(line) = self.next.take().or_else(|| self.line(findings)) {
            let message = "没有这一叶 (an opening of a leaf that is not there)";
            findings.fault(line.seq, Rule::Opening, message);
        }
    }

    fn line(&mut self, findings: &mut Findings) -> Option<Line> {
        loop {
            let rest = self.bytes.get(self.at..).filter(|rest| !rest.is_empty())?;
            let length = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
            self.at += length + 1;
            match serde_json::from_slice(rest.get(..length).unwrap_or_default()) {
                Ok(line) => return Some(line),
                Err(error) => {
                    let message =
                        format!("openings.jsonl 有一行无法读取 (unreadable line): {error}");
                    findings.fault(None, Rule::Opening, &message);
                }
            }
        }
    }
}

/// What a commitment hides, where it is opened; an opening that does not fit is a fault.
pub(super) fn open<T: DeserializeOwned>(
    opening: Option<&Opening>,
    commitment: &str,
    (seq, findings): (u64, &mut Findings),
) -> Option<T> {
    match opening?.open(commitment) {
        Ok(value) => Some(value),
        Err(error) => {
            let message = format!("所公开的内容与承诺不符：{error} (an opening does not fit)");
            findings.fault(seq, Rule::Opening, &message);
            None
        }
    }
}
