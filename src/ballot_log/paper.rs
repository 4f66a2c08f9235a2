//! The leaves of the paper desk: sheets issued, spoiled, brought back, read and accounted for.

use serde::{Deserialize, Serialize};

/// Issued sheets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaperIssue {
    /// When.
    pub at: i64,
    /// The sheets: serial and head.
    pub sheets: Vec<(String, u64)>,
}

/// Spoiled sheets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaperSpoil {
    /// When.
    pub at: i64,
    /// The sheet that is void.
    pub serial: String,
    /// The code of the reason.
    pub reason: String,
    /// The sheet that was issued in its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced_by: Option<String>,
}

/// A batch of sheets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaperBatch {
    /// When it was registered: the time of its ballots.
    pub at: i64,
    /// Its number within the vote, from 1.
    pub batch: u64,
    /// The two people who collected it: account ids.
    pub collectors: [String; 2],
    /// Where the box stood.
    pub place: String,
    /// The number of the box's seal.
    pub seal: String,
    /// The serials of its sheets.
    pub serials: Vec<String>,
}

/// One person's reading of a sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaperKey {
    /// When.
    pub at: i64,
    /// The sheet.
    pub serial: String,
    /// Who read it: an account id.
    pub clerk: String,
    /// The leaf of the proxy by which an agent signed it; absent where an owner did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub under: Option<u64>,
    /// Commitment to what was read: [`What`](super::leaf::What).
    pub what: String,
}

/// The account of all sheets: `issued = returned + spoiled + missing`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaperClose {
    /// When.
    pub at: i64,
    /// Sheets that were issued.
    pub issued: u64,
    /// Sheets that came back in a batch.
    pub returned: u64,
    /// Sheets that were spoiled.
    pub spoiled: u64,
    /// Sheets that did not come back.
    pub missing: u64,
}
