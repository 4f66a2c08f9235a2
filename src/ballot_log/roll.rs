//! The leaves of the roll: as it was announced, and as two people amended it.

use serde::{Deserialize, Serialize};

/// A unit of the roll.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RollUnit {
    /// Its number.
    pub unit: String,
    /// Its building.
    pub building: String,
    /// The head that it belongs to, from 0.
    pub head: u64,
    /// Its area in 0.01 m².
    pub area: u64,
    /// Whether it was delivered to its owner.
    pub delivered: bool,
    /// Commitment to the owners: [`super::Owners`].
    pub owners: String,
}

/// A unit of the amended roll. One that was struck has no area, no head and no owners.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RollAmend {
    /// When.
    pub at: i64,
    /// Its number.
    pub unit: String,
    /// Its building.
    pub building: String,
    /// The head that it belongs to: one of the roll, or the next number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<u64>,
    /// Its area in 0.01 m².
    pub area: u64,
    /// Whether it was delivered to its owner.
    pub delivered: bool,
    /// Commitment to the owners: [`super::Owners`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owners: Option<String>,
    /// Why.
    pub reason: String,
    /// The id of the objection that was right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub objection: Option<String>,
    /// Who proposed it and who confirmed it: account ids of two people.
    pub by: Vec<String>,
}

/// A unit that was sold while the vote is open: whoever bought it stands for its head, which has no
/// other unit and has not voted. Head and area stay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transfer {
    /// When.
    pub at: i64,
    /// Its number.
    pub unit: String,
    /// Its building.
    pub building: String,
    /// Its head.
    pub head: u64,
    /// Commitment to the new owners: [`super::Owners`].
    pub owners: String,
    /// Who proposed it and who confirmed it: account ids of two people.
    pub by: Vec<String>,
}
