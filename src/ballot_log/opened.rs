//! What the commitments of leaves hide, as `docs/vote-log.md` writes it down.

use serde::{Deserialize, Serialize};

/// Opens `who`: whose ballot it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Who {
    /// The head, from 0.
    pub head: u64,
    /// Its units, in the order of the roll.
    pub units: Vec<String>,
}

/// Opens `what`: what a ballot says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct What {
    /// `for`, `against`, `abstain` or `invalid`, item by item in the order of the ballot.
    pub choices: Vec<String>,
    /// Why a choice is invalid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invalid_reason: Option<String>,
}

/// Opens `owners`: who belongs to the head of a unit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Owners {
    /// Ids in the register, sorted.
    pub owners: Vec<String>,
    /// Those of them who may cast; absent where each of them may.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub voters: Vec<String>,
}

/// Opens `agent`: who acts by a proxy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agent {
    /// The keyed hash by which the register tells people apart.
    pub agent: String,
}
