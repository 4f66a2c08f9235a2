//! Silence in the log: the units whose papers were provably delivered, the terms by which silence
//! weighs, and what an item's count is by them.

use serde::{Deserialize, Serialize};

use super::leaf::Sum;

/// Units whose delivery is proved, in parts of up to [`Delivery::MOST`]; the first after the close.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delivery {
    /// When.
    pub at: i64,
    /// Which part it is, from 1.
    pub part: u64,
    /// How many parts there are: one at least, which may be empty.
    pub parts: u64,
    /// The people who recorded and checked: account ids, each once.
    pub by: Vec<String>,
    /// The units, in the order of the roll.
    pub units: Vec<DeliveredUnit>,
}

impl Delivery {
    /// Units of a leaf at the most: so many fit with the longest names.
    pub const MOST: usize = 25;
}

/// A unit whose papers were provably delivered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeliveredUnit {
    /// Its number.
    pub unit: String,
    /// Its building.
    pub building: String,
    /// `in_person`, `sms` or `post`; a posted notice proves nothing.
    pub manner: String,
    /// When it was brought.
    pub at: i64,
    /// SHA-256 of the record as it is kept, with that of its photo, in hex.
    pub evidence: String,
    /// Who recorded it, by the place in `by`.
    pub recorder: u64,
    /// Who checked it, by the place in `by`: another person.
    pub checker: u64,
}

/// The terms by which silence weighs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SilenceTerms {
    /// Document and clause.
    pub clause: String,
    /// The items that it covers, by their numbers, rising; never a unanimous one.
    pub items: Vec<u32>,
    /// The largest share of the roll that may object; there exactly with `objection`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<Share>,
    /// Which count the organiser rests the outcome on: `strict` or `with_clause`.
    pub relied: String,
}

/// A share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// Numerator.
    pub num: u64,
    /// Denominator.
    pub den: u64,
}

/// The count of an item by the clause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClauseTally {
    /// Those who take part by it.
    pub participating: Sum,
    /// 同意.
    #[serde(rename = "for")]
    pub in_favour: Sum,
    /// 反对.
    pub against: Sum,
    /// 弃权.
    pub abstain: Sum,
    /// Objectors with those who have no proof of delivery; there exactly with `objection`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub objecting: Option<Sum>,
    /// Whether the item passes by it.
    pub passed: bool,
}
