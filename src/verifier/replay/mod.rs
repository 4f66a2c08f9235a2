//! The log played again, leaf by leaf: what the engine had to keep is checked against the state that
//! the leaves before make. The rules are numbered in `docs/vote-log.md`. Absent on purpose: the tree.

mod ballots;
mod disputes;
mod incidents;
mod paper;
mod proxies;
mod questions;
mod recheck;
mod roll;
mod silence;
mod steps;
mod transfer;

use std::collections::{BTreeMap, HashMap};

use super::findings::{Findings, Rule};
use crate::{
    ballot_log::{Incident, Leaf, Manifest, Openings, Tally},
    platform::tlog::Checkpoint,
    voting::{Choice, ClassRule, Precedence, Question},
};
use disputes::Dispute;
pub(super) use incidents::Era;
use paper::Paper;
use proxies::Powers;
use recheck::Rechecked;
pub(super) use roll::Roll;
use silence::Deliveries;

/// How far the log is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phase {
    /// Nothing yet.
    Begin,
    /// The units of the roll.
    Roll,
    /// Ballots.
    Open,
    /// Paper that was brought back before the close.
    Closed,
    /// Disputes, and counts after them.
    Counted,
}

/// A ballot of the log.
#[derive(Debug)]
pub(super) struct Cast {
    pub(super) seq: u64,
    pub(super) at: i64,
    pub(super) channel: crate::voting::Channel,
    /// As opened, or as the issue of its sheet says.
    pub(super) head: Option<u64>,
    /// Item by item; none where they are not opened.
    pub(super) choices: Option<Box<[Choice]>>,
    pub(super) is_void: bool,
    /// The leaf of the proxy by which it was cast.
    under: Option<u64>,
    /// Disputes without an answer.
    pub(super) disputed: u64,
}

/// A count of the log, with what stood at that moment.
#[derive(Debug)]
pub(super) struct Counted {
    pub(super) seq: u64,
    pub(super) tally: Tally,
    pub(super) disputed: u64,
}

/// The digest of a certificate, with the count that it is about.
#[derive(Debug)]
pub(super) struct Certified {
    pub(super) seq: u64,
    pub(super) text: String,
}

/// The state that the leaves make.
pub(super) struct Replay {
    origin: String,
    /// The verifier keys that signed it.
    keys: Vec<String>,
    /// Leaves of the log; nothing is larger.
    size: u64,
    pub(super) manifest: Option<Box<Manifest>>,
    pub(super) classes: Vec<ClassRule>,
    pub(super) questions: Vec<Question>,
    pub(super) precedence: Option<Precedence>,
    phase: Phase,
    closes_at: i64,
    pub(super) closed_at: Option<i64>,
    pub(super) roll: Roll,
    pub(super) ballots: Vec<Cast>,
    by_head: HashMap<u64, Vec<usize>>,
    pub(super) attempts: u64,
    paper: Paper,
    powers: Powers,
    rechecked: Rechecked,
    deliveries: Deliveries,
    /// By leaf of the dispute.
    disputes: BTreeMap<u64, Dispute>,
    /// Whether an answer came after the last count.
    is_ruled_since: bool,
    pub(super) counted: Option<Counted>,
    pub(super) certified: Option<Certified>,
    /// Readings of sheets that were not opened.
    closed_readings: u64,
    /// By leaf: where the log went on under another name.
    incidents: Vec<(u64, Incident)>,
    pub(super) findings: Findings,
}

impl Replay {
    /// Nothing played yet.
    pub(super) fn new(checkpoint: &Checkpoint, keys: &[String]) -> Self {
        Self {
            origin: checkpoint.origin.clone(),
            keys: keys.to_vec(),
            size: checkpoint.head.size,
            manifest: None,
            classes: Vec::new(),
            questions: Vec::new(),
            precedence: None,
            phase: Phase::Begin,
            closes_at: i64::MIN,
            closed_at: None,
            roll: Roll::default(),
            ballots: Vec::new(),
            by_head: HashMap::new(),
            attempts: 0,
            paper: Paper::default(),
            powers: Powers::default(),
            rechecked: Rechecked::default(),
            deliveries: Deliveries::default(),
            disputes: BTreeMap::new(),
            is_ruled_since: false,
            counted: None,
            certified: None,
            closed_readings: 0,
            incidents: Vec::new(),
            findings: Findings::default(),
        }
    }

    /// Plays the next leaf.
    pub(super) fn take(&mut self, seq: u64, bytes: &[u8], opened: &Openings) {
        if bytes.len() > crate::ballot_log::LARGEST {
            return self.fault(seq, Rule::Format, "叶过大 (a leaf is too large)");
        }
        match Leaf::decode(bytes) {
            Ok(leaf) => self.play(seq, leaf, opened),
            Err(error) => {
                let message = format!("叶无法读取 (a leaf can't be read): {error}");
                self.fault(seq, Rule::Format, &message);
            }
        }
    }

    fn play(&mut self, seq: u64, leaf: Leaf, opened: &Openings) {
        let is_roll = matches!(leaf, Leaf::Roll(_));
        if self.phase == Phase::Roll && !is_roll {
            self.end_roll(seq);
        }
        if !phases_of(&leaf).contains(&self.phase) {
            let message = "此叶不该在此处 (a leaf that must not stand here)";
            return self.fault(seq, Rule::Order, message);
        }
        match leaf {
            Leaf::Manifest(manifest) => self.begin(seq, manifest),
            Leaf::Roll(unit) => self.add_unit(seq, unit, opened),
            Leaf::RollAmend(amend) => self.amend_roll(seq, amend, opened),
            Leaf::Proxy(proxy) => self.empower(seq, proxy, opened),
            Leaf::ProxyEnd(end) => self.end_power(seq, &end),
            Leaf::Transfer(transfer) => self.transfer(seq, &transfer, opened),
            Leaf::Ballot(ballot) => self.cast(seq, &ballot, opened),
            Leaf::Attempt(attempt) => self.attempt(seq, &attempt, opened),
            Leaf::PaperIssue(issue) => self.issue(seq, issue),
            Leaf::PaperSpoil(spoil) => self.spoil(seq, spoil),
            Leaf::PaperBatch(batch) => self.batch(seq, &batch),
            Leaf::PaperKey(reading) => self.key_sheet(seq, reading, opened),
            Leaf::Adjudicate(reading) => self.adjudicate(seq, reading, opened),
            Leaf::PaperClose(sums) => self.close_paper(seq, &sums),
            Leaf::Extend(extend) => self.extend(seq, &extend),
            Leaf::Challenge(challenge) => self.challenge(seq, &challenge),
            Leaf::Ruling(ruling) => self.rule(seq, &ruling, opened),
            Leaf::Close(close) => self.close(seq, &close),
            Leaf::Delivery(delivery) => self.deliver(seq, delivery),
            Leaf::Tally(tally) => self.tally(seq, tally),
            Leaf::RecheckDraw(draw) => self.draw(seq, &draw),
            Leaf::Recheck(leaf) => self.recheck(seq, &leaf),
            Leaf::Certificate(leaf) => self.certify(seq, leaf.text),
            Leaf::Incident(incident) => self.go_on(seq, incident),
        }
    }

    /// After the last leaf.
    pub(super) fn finish(&mut self) {
        if self.phase == Phase::Roll {
            self.end_roll(self.size);
        }
        self.finish_paper();
        self.finish_names();
        let closed = self.ballots.iter().filter(|ballot| !ballot.is_void);
        let closed =
            closed.filter(|ballot| ballot.head.is_none() || ballot.choices.is_none()).count();
        if closed > 0 {
            self.findings.undisclosed(&format!(
                "{closed} 张票未完全公开，无法重新计票 ({closed} ballots are not opened: no recount)"
            ));
        }
        if self.closed_readings > 0 {
            self.findings.undisclosed(&format!(
                "{0} 次录入未公开，无法比对 ({0} readings of sheets are not opened)",
                self.closed_readings
            ));
        }
        if self.counted.is_none() && self.manifest.is_some() {
            self.findings.undisclosed("尚未计票 (there is no count yet)");
        }
    }

    fn fault(&mut self, seq: u64, rule: Rule, message: &str) {
        self.findings.fault(seq, rule, message);
    }
}

/// Where a leaf may stand.
const fn phases_of(leaf: &Leaf) -> &'static [Phase] {
    match leaf {
        Leaf::Manifest(_) => &[Phase::Begin],
        Leaf::Roll(_) => &[Phase::Roll],
        Leaf::RollAmend(_)
        | Leaf::Proxy(_)
        | Leaf::ProxyEnd(_)
        | Leaf::Transfer(_)
        | Leaf::PaperIssue(_)
        | Leaf::PaperSpoil(_)
        | Leaf::PaperBatch(_)
        | Leaf::Extend(_)
        | Leaf::Close(_) => &[Phase::Open],
        Leaf::Ballot(_)
        | Leaf::Attempt(_)
        | Leaf::PaperKey(_)
        | Leaf::Adjudicate(_)
        | Leaf::PaperClose(_) => &[Phase::Open, Phase::Closed],
        Leaf::Challenge(_) | Leaf::Ruling(_) | Leaf::Incident(_) => {
            &[Phase::Open, Phase::Closed, Phase::Counted]
        }
        Leaf::Delivery(_) => &[Phase::Closed],
        Leaf::Tally(_) => &[Phase::Closed, Phase::Counted],
        Leaf::RecheckDraw(_) | Leaf::Recheck(_) | Leaf::Certificate(_) => &[Phase::Counted],
    }
}
