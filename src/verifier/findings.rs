//! What a check found: faults that name leaf and rule, what was not disclosed, warnings.

use std::collections::BTreeSet;

use serde::Serialize;

crate::text_enum! {
    /// The rules of `docs/vote-log.md`, by name.
    pub enum Rule {
        /// A signed note is whole and signed by the log's key.
        Signature = "signature",
        /// The leaves, the hash tiles and the signed root fit together.
        Tree = "tree",
        /// A leaf can be read.
        Format = "format",
        /// An opening fits its commitment.
        Opening = "opening",
        /// The first leaf says what is decided, and is whole.
        Manifest = "manifest",
        /// The roll is the one that the manifest announces.
        Roll = "roll",
        /// The roll changes only before the opening, and by two people.
        RollAmend = "roll_amend",
        /// A buyer takes a seller's place only before the head votes, and by two people.
        Transfer = "transfer",
        /// A ballot's time lies in the window.
        Window = "window",
        /// A paper sheet was issued, brought back, read twice, and counted once.
        Paper = "paper",
        /// A proxy's ballot is cast by a power that stands, within the limit of its agent.
        Proxy = "proxy",
        /// A ballot is of a head of the roll, with its units.
        Who = "who",
        /// A ballot says something about each item.
        What = "what",
        /// A question is whole, and a ballot chooses no more of its options than it allows.
        Question = "question",
        /// An online ballot is taken only where the head may still cast one.
        Duplicate = "duplicate",
        /// A leaf may stand at its place.
        Order = "order",
        /// The close moves only later, only while the vote is open, and by two people.
        Extend = "extend",
        /// A dispute names a ballot, an answer names a dispute.
        Challenge = "challenge",
        /// Paper is read again as it was drawn, before the certificate.
        Recheck = "recheck",
        /// What counts as delivered was brought in time, and checked by another person.
        Delivery = "delivery",
        /// The count is what the ballots add up to.
        Tally = "tally",
        /// The certificate says what the log says.
        Certificate = "certificate",
        /// A log goes on under the next name by the word of two people, over what was signed.
        Incident = "incident",
        /// A kept receipt fits the log.
        Receipt = "receipt",
        /// A checkpoint that was posted earlier is the beginning of the log.
        Checkpoint = "checkpoint",
        /// The witnesses that a policy asks for cosigned this history.
        Witness = "witness",
    }
}

/// A rule that is broken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The leaf; none where it is not about a leaf.
    pub seq: Option<u64>,
    /// The rule.
    pub rule: Rule,
    /// What is wrong, in Chinese and English.
    pub message: String,
}

/// Everything that a check found. One fault for a leaf and a rule, the first.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) faults: Vec<Fault>,
    pub(super) warnings: Vec<String>,
    pub(super) undisclosed: Vec<String>,
    seen: BTreeSet<(Option<u64>, Rule)>,
}

impl Findings {
    pub(super) fn fault(&mut self, seq: impl Into<Option<u64>>, rule: Rule, message: &str) {
        let seq = seq.into();
        if self.seen.insert((seq, rule)) {
            self.faults.push(Fault { seq, rule, message: message.to_owned() });
        }
    }

    pub(super) fn warn(&mut self, message: &str) {
        self.warnings.push(message.to_owned());
    }

    pub(super) fn undisclosed(&mut self, message: &str) {
        self.undisclosed.push(message.to_owned());
    }

    pub(super) fn join(&mut self, other: Self) {
        for fault in other.faults {
            self.fault(fault.seq, fault.rule, &fault.message);
        }
        self.warnings.extend(other.warnings);
        self.undisclosed.extend(other.undisclosed);
    }
}
