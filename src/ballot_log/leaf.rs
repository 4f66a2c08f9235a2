//! The leaves of a vote's log, as `docs/vote-log.md` writes them down: UTF-8 JSON with sorted keys,
//! integers only, at most 16 KiB. A leaf is stored as its bytes and never written again to be
//! checked. Instants are microseconds since 1970 in UTC (legal time), areas 0.01 m². No leaf holds a
//! name, an identity number or a phone; what a pack may withhold stands in it as a commitment.

use serde::{Deserialize, Serialize};

pub use super::{
    delivery::{ClauseTally, DeliveredUnit, Delivery, Share, SilenceTerms},
    opened::{Agent, Owners, What, Who},
    paper::{PaperBatch, PaperClose, PaperIssue, PaperKey, PaperSpoil},
    proxy::{Proxy, ProxyEnd},
    question::Question,
    recheck::{Recheck, RecheckDraw},
    roll::{RollAmend, RollUnit, Transfer},
};
use crate::kernel::{Outcome, Refusal};

/// The format of the log that this version writes.
pub const FORMAT: &str = "jiugai-vote-log/1";
/// Bytes of a leaf at the most.
pub const LARGEST: usize = 16 * 1024;

/// One leaf.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Leaf {
    /// The first leaf: what is decided, by which rules, when.
    Manifest(Box<Manifest>),
    /// A unit of the frozen roll; one leaf each, right after the manifest.
    Roll(RollUnit),
    /// A unit of the roll that two people took anew from the register before the opening.
    RollAmend(RollAmend),
    /// Somebody may vote for a head in its principal's place.
    Proxy(Proxy),
    /// He may not any more.
    ProxyEnd(ProxyEnd),
    /// A unit was sold while the vote is open: its buyer stands for its head.
    Transfer(Transfer),
    /// A ballot that was taken.
    Ballot(Ballot),
    /// A ballot that was refused.
    Attempt(Attempt),
    /// Paper sheets that were issued.
    PaperIssue(PaperIssue),
    /// Issued sheets that were spoiled; each may be replaced by one of a new serial.
    PaperSpoil(PaperSpoil),
    /// Sheets that two collectors brought back: their time is this leaf's.
    PaperBatch(PaperBatch),
    /// One clerk's blind entry of a sheet.
    PaperKey(PaperKey),
    /// A third person's decision between two entries that differ.
    Adjudicate(PaperKey),
    /// Every issued sheet accounted for.
    PaperClose(PaperClose),
    /// The close was moved.
    Extend(Extend),
    /// A ballot is disputed.
    Challenge(Challenge),
    /// The answer to a dispute; an upheld one voids or corrects the ballot.
    Ruling(Ruling),
    /// Nothing but paper that was brought back before may follow.
    Close(Close),
    /// Units whose papers were provably delivered.
    Delivery(Delivery),
    /// The count.
    Tally(Tally),
    /// The sheets that are read again are drawn.
    RecheckDraw(RecheckDraw),
    /// They were read again.
    Recheck(Recheck),
    /// The certificate of the result.
    Certificate(CertificateLeaf),
    /// The log goes on under a new origin, after a loss or a betrayal.
    Incident(Incident),
}

/// A test of a class of matters: `share` of the base by `at_least` (≥) or `more_than` (>).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// `at_least` or `more_than`.
    pub comparator: String,
    /// Numerator.
    pub num: u64,
    /// Denominator.
    pub den: u64,
}

/// The thresholds of a class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lines {
    /// Participating area of the whole area.
    pub participation_by_area: Line,
    /// Participating heads of all heads.
    pub participation_by_heads: Line,
    /// Area for of the participating area.
    pub approval_by_area: Line,
    /// Heads for of the participating heads.
    pub approval_by_heads: Line,
}

/// An item of the agenda.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Its number on the ballot, from 1.
    pub position: u32,
    /// Its id.
    pub id: String,
    /// What is asked.
    pub title: String,
    /// `ordinary`, `special` or `unanimous`.
    pub class: String,
    /// What it needs to pass.
    pub lines: Lines,
}

/// The rules that the count needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// The rule pack's key.
    pub pack: String,
    /// Its version.
    pub version: i32,
    /// SHA-256 of its text, in hex.
    pub digest: String,
    /// Whether a wholly invalid ballot takes part.
    pub invalid_participates: bool,
    /// Which of several ballots stands: `first_valid`, `last_valid`, `online_first`.
    pub duplicate_policy: String,
    /// How often an owner may change the ballot.
    pub max_changes: u32,
    /// `none`, `follow_majority` or `objection`.
    pub silent_rule: String,
    /// By which terms; there exactly where the rule is not `none`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub silence: Option<SilenceTerms>,
    /// For how many heads one agent may hold a written power; absent without a limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proxy_limit: Option<u32>,
    /// What is opened to everybody after the close: `aggregates` nothing, `unit_and_area` the units
    /// that took part.
    pub publish_detail: String,
}

/// The first leaf.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: String,
    /// When the log began.
    pub at: i64,
    /// The vote's id.
    pub vote: String,
    /// Its title.
    pub title: String,
    /// The community, building or entrance that decides, in words.
    pub scope: String,
    /// SHA-256 of the announced agenda, in hex.
    pub agenda: String,
    /// The items, in the order of the ballot.
    pub items: Vec<Item>,
    /// The questions whose options some of the items are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub questions: Vec<Question>,
    /// The rules.
    pub rules: Rules,
    /// The record date, `YYYY-MM-DD`.
    pub record_on: String,
    /// No ballot before.
    pub opens_at: i64,
    /// No ballot from then on, unless extended.
    pub closes_at: i64,
    /// Units on the roll: so many `roll` leaves follow.
    pub units: u64,
    /// Heads on the roll.
    pub heads: u64,
    /// Area of the roll in 0.01 m².
    pub area: u64,
    /// The log's verifier keys (C2SP signed-note), the Ed25519 one first.
    pub vkeys: Vec<String>,
    /// Which software began the log.
    pub software: String,
}

/// A ballot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ballot {
    /// When the server took it in; for paper, when its batch was registered.
    pub at: i64,
    /// `online`, `paper` or `proxy`.
    pub channel: String,
    /// 16 random bytes in hex: while the vote is open, nobody guesses a leaf from its hash.
    pub nonce: String,
    /// How the voter was known: `sms_code`, `register`, `paper_signature`.
    pub grade: String,
    /// Of the scans of a paper sheet, SHA-256 in hex. Never of a request: so few bodies are possible that
    /// the digest would tell the choices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
    /// The serial of the paper sheet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serial: Option<String>,
    /// The leaf of the ballot that it takes the place of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<u64>,
    /// The leaf of the proxy by which it was cast: where the channel is `proxy`, or an agent signed the
    /// sheet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub under: Option<u64>,
    /// Commitment to whose ballot it is: [`Who`].
    pub who: String,
    /// Commitment to what it says: [`What`].
    pub what: String,
}

/// A refused ballot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attempt {
    /// When.
    pub at: i64,
    /// `online`, `paper` or `proxy`.
    pub channel: String,
    /// The code of the refusal.
    pub reason: String,
    /// 16 random bytes in hex.
    pub nonce: String,
    /// The serial of the paper sheet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serial: Option<String>,
    /// Commitment to whose it was: [`Who`]; absent where that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<String>,
}

/// A later close.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extend {
    /// When it was decided.
    pub at: i64,
    /// The new close.
    pub closes_at: i64,
    /// Why.
    pub reason: String,
    /// Who proposed it and who confirmed it: account ids of two people.
    pub by: Vec<String>,
}

/// A dispute of a ballot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Challenge {
    /// When.
    pub at: i64,
    /// The leaf of the disputed ballot.
    pub ballot: u64,
    /// The code of the reason: `not_mine`, `misread`, `other`.
    pub reason: String,
}

/// The answer to a dispute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ruling {
    /// When.
    pub at: i64,
    /// The leaf of the dispute.
    pub challenge: u64,
    /// Whether it is right: the ballot is void, or corrected where `what` is there.
    pub upheld: bool,
    /// The two people who ruled: account ids.
    pub by: Vec<String>,
    /// Commitment to what stands on a misread sheet, as both read it: [`What`]. There exactly where a
    /// dispute of the reason `misread` is upheld.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub what: Option<String>,
}

/// The close.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Close {
    /// When.
    pub at: i64,
}

/// Area in 0.01 m² and heads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sum {
    /// Area in 0.01 m².
    pub area: u64,
    /// Heads.
    pub heads: u64,
}

/// The count of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemTally {
    /// Its number on the ballot, from 1.
    pub position: u32,
    /// The whole roll: At, Nt.
    pub total: Sum,
    /// Those who took part: Ap, Np.
    pub participating: Sum,
    /// 同意: Af, Nf.
    #[serde(rename = "for")]
    pub in_favour: Sum,
    /// 反对.
    pub against: Sum,
    /// 弃权.
    pub abstain: Sum,
    /// 无效.
    pub invalid: Sum,
    /// Delivered and silent, outside of `participating`; there exactly where a clause covers the item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub silent: Option<Sum>,
    /// The count by the clause, beside the strict one; there exactly where one covers the item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub with_clause: Option<ClauseTally>,
    /// Whether it passed by the strict count.
    pub passed: bool,
}

/// The count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tally {
    /// When.
    pub at: i64,
    /// Item by item.
    pub items: Vec<ItemTally>,
}

/// The certificate's digest; its text stands beside the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertificateLeaf {
    /// When.
    pub at: i64,
    /// SHA-256 of the certificate's text, in hex.
    pub text: String,
}

/// A log that goes on under a new origin: a key was lost or betrayed, or an older backup was
/// restored. It stands where the log in the database ended, first under the new origin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Incident {
    /// When.
    pub at: i64,
    /// What happened.
    pub reason: String,
    /// The origin that ends.
    pub origin: String,
    /// The largest size that was signed under it, as the signer remembers; 0 where it does not. More
    /// than this leaf's number says how many leaves are lost.
    pub size: u64,
    /// The root that was signed, in hex.
    pub root: String,
    /// Whether others may sign under the origin that ends: beyond `size` it proves nothing.
    pub compromised: bool,
    /// The verifier keys from here on; their name is the new origin.
    pub vkeys: Vec<String>,
    /// The two people who decided: account ids.
    pub by: Vec<String>,
}

impl Leaf {
    /// The bytes that go into the log.
    ///
    /// # Errors
    /// `payload_too_large` beyond [`LARGEST`].
    pub fn encode(&self) -> Outcome<Vec<u8>> {
        let bytes = canonical(self)?;
        if bytes.len() > LARGEST {
            return Err(Refusal::new(crate::kernel::Code::PayloadTooLarge)
                .with("bytes", bytes.len())
                .with("most", LARGEST));
        }
        Ok(bytes)
    }

    /// Reads a leaf; a key that the format does not know is an error.
    ///
    /// # Errors
    /// A sentence.
    pub fn decode(bytes: &[u8]) -> Result<Self, String> {
        serde_json::from_slice(bytes).map_err(|error| error.to_string())
    }
}

/// JSON with sorted keys and without spaces.
///
/// # Errors
/// `internal`, never in practice.
pub fn canonical(value: &impl Serialize) -> Outcome<Vec<u8>> {
    // The map of a `Value` is sorted: a test holds that nobody turns on `preserve_order`.
    let value = serde_json::to_value(value).map_err(Refusal::internal)?;
    serde_json::to_vec(&value).map_err(Refusal::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_sorted_and_an_unknown_one_is_refused() {
        let leaf = Leaf::Extend(Extend {
            at: 5,
            closes_at: 9,
            reason: "雨".to_owned(),
            by: vec!["b".to_owned(), "a".to_owned()],
        });
        let bytes = leaf.encode().unwrap();
        let text = r#"{"at":5,"by":["b","a"],"closes_at":9,"reason":"雨","type":"extend"}"#;
        assert_eq!(std::str::from_utf8(&bytes).unwrap(), text);
        assert_eq!(Leaf::decode(&bytes).unwrap(), leaf);
        assert!(Leaf::decode(br#"{"at":5,"type":"close","x":1}"#).is_err());
        assert!(Leaf::decode(br#"{"at":5.0,"type":"close"}"#).is_err());
    }

    #[test]
    fn a_leaf_has_its_largest_size() {
        let reason = |length| {
            Leaf::Extend(Extend { at: 0, closes_at: 0, reason: "x".repeat(length), by: vec![] })
        };
        let rest = reason(0).encode().unwrap().len();
        assert_eq!(reason(LARGEST - rest).encode().unwrap().len(), LARGEST);
        assert_eq!(reason(LARGEST - rest + 1).encode().unwrap_err().code().status(), 413);
    }
}
