//! Makes the public log of a vote, as `docs/vote-log.md` writes it down, from a seed: for the tests
//! of the verifier and its benchmark. It counts by itself, so that three counts must agree. Absent on
//! purpose: whether the log keeps the rules; a test may make one that breaks them.

use std::{collections::BTreeMap, path::Path};

use base64::{Engine, engine::general_purpose::STANDARD};
use jiugai::{
    ballot_log::{
        FORMAT, Leaf, Opening, Openings,
        leaf::{
            Attempt, Ballot, CertificateLeaf, Challenge, Close, Extend, Incident, Item, ItemTally,
            Line, Lines, Manifest, Owners, PaperBatch, PaperClose, PaperIssue, PaperKey,
            PaperSpoil, Recheck, RecheckDraw, RollAmend, RollUnit, Rules, Ruling, Sum, Tally, What,
            Who, canonical,
        },
    },
    kernel::hex,
    platform::tlog::{
        Checkpoint, Head, NoteKey, Proof, TilePath, Tree, sign_note, tiles::bundle, with_revision,
    },
};
use sha2::{Digest, Sha256};

/// 2026-03-02 00:00 in Shanghai, in microseconds: the vote opens.
pub const OPENS: i64 = 1_772_380_800_000_000;
/// A day in microseconds.
pub const DAY: i64 = 86_400_000_000;
/// The vote closes.
pub const CLOSES: i64 = OPENS + 10 * DAY;
const VOTE: &str = "01900000-0000-7000-8000-000000000001";

#[path = "vote_log_files.rs"]
pub mod files;
pub use files::{write, write_zip};
#[path = "vote_log_proxies.rs"]
mod proxies;
#[path = "vote_log_questions.rs"]
mod questions;
#[path = "vote_log_silence.rs"]
mod silence;

/// Numbers from a seed (splitmix64).
#[derive(Clone)]
pub struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Below `limit`.
    pub fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(limit).unwrap()).unwrap()
    }

    pub fn hex(&mut self, bytes: usize) -> String {
        let numbers = (0..bytes.div_ceil(8)).flat_map(|_| self.next().to_be_bytes());
        hex::encode(&numbers.take(bytes).collect::<Vec<_>>())
    }
}

/// Participation by area and heads, approval by area and heads: comparator, numerator, denominator.
pub type LinesOf = [(&'static str, u64, u64); 4];

/// 一般事项 of 民法典 278.
pub const ORDINARY: LinesOf =
    [("at_least", 2, 3), ("at_least", 2, 3), ("more_than", 1, 2), ("more_than", 1, 2)];
/// 特别事项.
pub const SPECIAL: LinesOf =
    [("at_least", 2, 3), ("at_least", 2, 3), ("at_least", 3, 4), ("at_least", 3, 4)];

/// What is decided by whom.
pub struct Spec {
    /// The areas of each head's units, in 0.01 m².
    pub heads: Vec<Vec<u64>>,
    pub items: Vec<(&'static str, LinesOf)>,
    pub policy: &'static str,
    pub max_changes: u32,
    pub invalid_participates: bool,
}

/// The files of a log by their relative paths.
pub type Files = BTreeMap<String, Vec<u8>>;

/// A log that is being made.
#[derive(Clone)]
pub struct VoteLog {
    pub dice: Dice,
    pub key_seed: u8,
    /// The number of its name: 1 until it goes on under another.
    pub revision: u32,
    pub leaves: Vec<Leaf>,
    pub openings: Vec<Openings>,
    /// The units of each head, in the order of the roll.
    heads: Vec<Vec<String>>,
    roll: Vec<String>,
    sheets: u64,
    batches: u64,
    at: i64,
}

impl VoteLog {
    /// A log as it was read somewhere, to be changed.
    pub fn of(leaves: Vec<Leaf>, openings: Vec<Openings>, seed: u64) -> Self {
        Self {
            dice: Dice(seed),
            key_seed: 7,
            revision: 1,
            leaves,
            openings,
            heads: Vec::new(),
            roll: Vec::new(),
            sheets: 0,
            batches: 0,
            at: OPENS,
        }
    }

    /// Manifest and roll.
    pub fn begin(seed: u64, spec: &Spec) -> Self {
        let mut log = Self {
            dice: Dice(seed),
            key_seed: 7,
            revision: 1,
            leaves: Vec::new(),
            openings: Vec::new(),
            heads: Vec::new(),
            roll: Vec::new(),
            sheets: 0,
            batches: 0,
            at: OPENS - 20 * DAY,
        };
        log.push(Leaf::Manifest(Box::new(log.manifest(spec))));
        for (head, areas) in spec.heads.iter().enumerate() {
            let mut units = Vec::new();
            for area in areas {
                let number = log.leaves.len() - 1;
                let unit = format!("{}-{}", number / 4 + 1, number % 4 + 101);
                let id = format!("01900000-0000-7000-8000-{:012}", 1000 + head);
                let owners = log.opening(&Owners { owners: vec![id], voters: Vec::new() });
                let leaf = RollUnit {
                    unit: unit.clone(),
                    building: format!("{} 幢", number / 8 + 1),
                    head: u64::try_from(head).unwrap(),
                    area: *area,
                    delivered: true,
                    owners: owners.commitment(),
                };
                log.push(Leaf::Roll(leaf));
                units.push(unit);
            }
            log.roll.extend(units.iter().cloned());
            log.heads.push(units);
        }
        log
    }

    /// Amends a unit of the roll before the opening: its head and area, or none where it is struck.
    pub fn amend(&mut self, (unit, building): (&str, &str), place: Option<(usize, u64)>) -> u64 {
        let owners = place.map(|(head, _)| {
            let id = format!("01900000-0000-7000-8000-{:012}", 1000 + head);
            self.opening(&Owners { owners: vec![id], voters: Vec::new() })
        });
        for units in &mut self.heads {
            units.retain(|known| known != unit);
        }
        match place {
            None => self.roll.retain(|known| known != unit),
            Some((head, _)) => {
                if !self.roll.iter().any(|known| known == unit) {
                    self.roll.push(unit.to_owned());
                }
                self.heads.resize(self.heads.len().max(head + 1), Vec::new());
                self.heads[head].push(unit.to_owned());
                let order = |unit: &String| self.roll.iter().position(|known| known == unit);
                self.heads[head].sort_by_key(order);
            }
        }
        let leaf = RollAmend {
            at: OPENS - 5 * DAY,
            unit: unit.to_owned(),
            building: building.to_owned(),
            head: place.map(|(head, _)| u64::try_from(head).unwrap()),
            area: place.map_or(0, |(_, area)| area),
            delivered: place.is_some(),
            owners: owners.as_ref().map(Opening::commitment),
            reason: "按不动产权证书更正".to_owned(),
            objection: None,
            by: vec!["officer-a".to_owned(), "officer-b".to_owned()],
        };
        self.push_opened(Leaf::RollAmend(leaf), Openings { owners, ..Openings::default() })
    }

    fn manifest(&self, spec: &Spec) -> Manifest {
        let line = |(comparator, num, den): (&str, u64, u64)| Line {
            comparator: comparator.to_owned(),
            num,
            den,
        };
        let items = spec.items.iter().zip(1..).map(|((class, lines), position)| Item {
            position,
            id: format!("01900000-0000-7000-8000-{position:012}"),
            title: format!("事项 {position}"),
            class: (*class).to_owned(),
            lines: Lines {
                participation_by_area: line(lines[0]),
                participation_by_heads: line(lines[1]),
                approval_by_area: line(lines[2]),
                approval_by_heads: line(lines[3]),
            },
        });
        let areas = spec.heads.iter().flatten();
        Manifest {
            format: FORMAT.to_owned(),
            at: self.at,
            vote: VOTE.to_owned(),
            title: "加装电梯".to_owned(),
            scope: "白鹤小区 1 幢".to_owned(),
            agenda: "ab".repeat(32),
            items: items.collect(),
            questions: Vec::new(),
            rules: Rules {
                pack: "national".to_owned(),
                version: 1,
                digest: "cd".repeat(32),
                invalid_participates: spec.invalid_participates,
                duplicate_policy: spec.policy.to_owned(),
                max_changes: spec.max_changes,
                proxy_limit: None,
                silent_rule: "none".to_owned(),
                silence: None,
                publish_detail: "aggregates".to_owned(),
            },
            record_on: "2026-02-01".to_owned(),
            opens_at: OPENS,
            closes_at: CLOSES,
            units: u64::try_from(areas.clone().count()).unwrap(),
            heads: u64::try_from(spec.heads.len()).unwrap(),
            area: areas.sum(),
            vkeys: vec![self.key().vkey()],
            software: "jiugai tests".to_owned(),
        }
    }

    pub fn origin(&self) -> String {
        with_revision(&format!("vote.example.org/v/{VOTE}"), self.revision)
    }

    pub fn key(&self) -> NoteKey {
        NoteKey::new(&self.origin(), &[self.key_seed; 32])
    }

    /// The log goes on under its next name, by another key, after these leaves were signed.
    pub fn go_on(&mut self, signed: &[Vec<u8>], compromised: bool) -> u64 {
        let origin = self.origin();
        self.revision += 1;
        self.key_seed += 1;
        self.push(Leaf::Incident(Incident {
            at: OPENS + 4 * DAY,
            reason: "恢复了较早的备份".to_owned(),
            origin,
            size: u64::try_from(signed.len()).unwrap(),
            root: hex::encode(&files::tree_of(signed).head().unwrap().root),
            compromised,
            vkeys: vec![self.key().vkey()],
            by: vec!["officer-a".to_owned(), "officer-b".to_owned()],
        }))
    }

    pub fn push(&mut self, leaf: Leaf) -> u64 {
        self.push_opened(leaf, Openings::default())
    }

    pub fn push_opened(&mut self, leaf: Leaf, openings: Openings) -> u64 {
        self.leaves.push(leaf);
        self.openings.push(openings);
        u64::try_from(self.leaves.len() - 1).unwrap()
    }

    pub fn opening(&mut self, value: &impl serde::Serialize) -> Opening {
        let text = String::from_utf8(canonical(value).unwrap()).unwrap();
        Opening { salt: self.dice.hex(32), text }
    }

    /// Opens whose ballot it is.
    pub fn who(&mut self, head: usize) -> Opening {
        let units = self.heads[head].clone();
        self.opening(&Who { head: u64::try_from(head).unwrap(), units })
    }

    /// Opens what a ballot says.
    pub fn what(&mut self, choices: &[&str]) -> Opening {
        let invalid_reason = choices.contains(&"invalid").then(|| "unsigned".to_owned());
        let choices = choices.iter().map(|choice| (*choice).to_owned()).collect();
        self.opening(&What { choices, invalid_reason })
    }

    /// A ballot leaf with its openings.
    pub fn ballot(&mut self, head: usize, at: i64, choices: &[&str]) -> (Ballot, Openings) {
        let (who, what) = (self.who(head), self.what(choices));
        let ballot = Ballot {
            at,
            channel: "online".to_owned(),
            nonce: self.dice.hex(16),
            grade: "sms_code".to_owned(),
            evidence: Some(self.dice.hex(32)),
            serial: None,
            replaces: None,
            under: None,
            who: who.commitment(),
            what: what.commitment(),
        };
        (ballot, Openings { who: Some(who), what: Some(what), ..Openings::default() })
    }

    pub fn online(&mut self, head: usize, at: i64, choices: &[&str]) -> u64 {
        let (ballot, openings) = self.ballot(head, at, choices);
        self.push_opened(Leaf::Ballot(ballot), openings)
    }

    pub fn attempt(&mut self, head: usize, at: i64, reason: &str) -> u64 {
        let who = self.who(head);
        let attempt = Attempt {
            at,
            channel: "online".to_owned(),
            reason: reason.to_owned(),
            nonce: self.dice.hex(16),
            serial: None,
            who: Some(who.commitment()),
        };
        self.push_opened(Leaf::Attempt(attempt), Openings { who: Some(who), ..Openings::default() })
    }

    /// Issues a sheet to each of the heads; their serials.
    pub fn issue(&mut self, heads: &[usize]) -> Vec<String> {
        let sheets: Vec<(String, u64)> = heads
            .iter()
            .map(|head| {
                self.sheets += 1;
                (format!("S{:05}", self.sheets), u64::try_from(*head).unwrap())
            })
            .collect();
        let serials = sheets.iter().map(|(serial, _)| serial.clone()).collect();
        self.push(Leaf::PaperIssue(PaperIssue { at: OPENS - DAY, sheets }));
        serials
    }

    pub fn spoil(&mut self, serial: &str, replaced_by: Option<&str>) -> u64 {
        self.push(Leaf::PaperSpoil(PaperSpoil {
            at: OPENS + DAY,
            serial: serial.to_owned(),
            reason: "damaged".to_owned(),
            replaced_by: replaced_by.map(str::to_owned),
        }))
    }

    pub fn batch(&mut self, at: i64, serials: &[&str]) -> u64 {
        self.batches += 1;
        self.push(Leaf::PaperBatch(PaperBatch {
            at,
            batch: self.batches,
            collectors: ["collector-a".to_owned(), "collector-b".to_owned()],
            place: "居委会".to_owned(),
            seal: format!("封{:04}", self.batches),
            serials: serials.iter().map(|serial| (*serial).to_owned()).collect(),
        }))
    }

    fn reading(&mut self, serial: &str, clerk: &str, choices: &[&str]) -> (PaperKey, Openings) {
        let what = self.what(choices);
        let key = PaperKey {
            at: OPENS + 3 * DAY,
            serial: serial.to_owned(),
            clerk: clerk.to_owned(),
            under: None,
            what: what.commitment(),
        };
        (key, Openings { what: Some(what), ..Openings::default() })
    }

    pub fn read_sheet(&mut self, serial: &str, clerk: &str, choices: &[&str]) -> u64 {
        let (key, openings) = self.reading(serial, clerk, choices);
        self.push_opened(Leaf::PaperKey(key), openings)
    }

    pub fn decide(&mut self, serial: &str, clerk: &str, choices: &[&str]) -> u64 {
        let (key, openings) = self.reading(serial, clerk, choices);
        self.push_opened(Leaf::Adjudicate(key), openings)
    }

    /// The ballot of a sheet whose batch was registered at `at`.
    pub fn paper(&mut self, head: usize, (serial, at): (&str, i64), choices: &[&str]) -> u64 {
        let (ballot, openings) = self.ballot(head, at, choices);
        let ballot = Ballot {
            channel: "paper".to_owned(),
            grade: "paper_signature".to_owned(),
            serial: Some(serial.to_owned()),
            ..ballot
        };
        self.push_opened(Leaf::Ballot(ballot), openings)
    }

    pub fn close_paper(&mut self, sums: [u64; 4]) -> u64 {
        let [issued, returned, spoiled, missing] = sums;
        self.push(Leaf::PaperClose(PaperClose {
            at: CLOSES + DAY,
            issued,
            returned,
            spoiled,
            missing,
        }))
    }

    pub fn extend(&mut self, at: i64, closes_at: i64) -> u64 {
        let by = vec!["officer-a".to_owned(), "officer-b".to_owned()];
        self.push(Leaf::Extend(Extend { at, closes_at, reason: "票数不足".to_owned(), by }))
    }

    pub fn close(&mut self, at: i64) -> u64 {
        self.push(Leaf::Close(Close { at }))
    }

    pub fn challenge(&mut self, ballot: u64) -> u64 {
        self.challenge_as(ballot, "not_mine")
    }

    pub fn challenge_as(&mut self, ballot: u64, reason: &str) -> u64 {
        let reason = reason.to_owned();
        self.push(Leaf::Challenge(Challenge { at: CLOSES + DAY, ballot, reason }))
    }

    pub fn rule(&mut self, challenge: u64, upheld: bool) -> u64 {
        let by = vec!["officer-a".to_owned(), "officer-b".to_owned()];
        let ruling = Ruling { at: CLOSES + 2 * DAY, challenge, upheld, by, what: None };
        self.push(Leaf::Ruling(ruling))
    }

    /// An upheld misreading: the sheet says this.
    pub fn correct(&mut self, challenge: u64, choices: &[&str]) -> u64 {
        let what = self.what(choices);
        let by = vec!["officer-a".to_owned(), "officer-b".to_owned()];
        let (at, upheld) = (CLOSES + 2 * DAY, true);
        let ruling = Ruling { at, challenge, upheld, by, what: Some(what.commitment()) };
        self.push_opened(Leaf::Ruling(ruling), Openings { what: Some(what), ..Openings::default() })
    }

    /// How many numbers of heads were given.
    pub const fn heads(&self) -> usize {
        self.heads.len()
    }

    /// The count of what there is so far, and the certificate of it.
    pub fn tally(&mut self) -> u64 {
        let seq = self.tally_alone();
        if !self.leaves.iter().any(|leaf| matches!(leaf, Leaf::RecheckDraw(_))) {
            self.recheck();
        }
        self.certify();
        seq
    }

    /// The count of what there is so far.
    pub fn tally_alone(&mut self) -> u64 {
        let items = self.count();
        self.push(Leaf::Tally(Tally { at: CLOSES + 3 * DAY, items }))
    }

    /// The certificate of the last count.
    pub fn certify(&mut self) -> u64 {
        let text = hex::encode(&Sha256::digest(self.certificate().unwrap()));
        self.push(Leaf::Certificate(CertificateLeaf { at: CLOSES + 3 * DAY, text }))
    }

    /// Counts again and certifies again in place: what one who holds the key would do.
    pub fn falsify_result(&mut self) {
        let last = self.leaves.iter().rposition(|leaf| matches!(leaf, Leaf::Tally(_)));
        let Some(last) = last else { return };
        let after = self.leaves.split_off(last);
        let items = self.count();
        self.leaves.extend(after);
        let Leaf::Tally(tally) = &mut self.leaves[last] else { return };
        tally.items = items;
        let text = hex::encode(&Sha256::digest(self.certificate().unwrap()));
        for leaf in &mut self.leaves[last..] {
            if let Leaf::Certificate(certificate) = leaf {
                certificate.text.clone_from(&text);
            }
        }
    }
}
