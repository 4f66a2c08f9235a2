//! The leaves of the re-check of paper.

use serde::{Deserialize, Serialize};

/// The draw of the sheets that are read again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecheckDraw {
    /// When.
    pub at: i64,
    /// Who entered the seed: an account id.
    pub by: String,
    /// Sheets with a ballot: what is drawn from.
    pub sheets: u64,
    /// Draws by heads, and as many by area; absent where every sheet is read again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draws: Option<u64>,
    /// The public seed, as it was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<String>,
    /// Which lottery or whose dice, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// When the seed was drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drawn_at: Option<i64>,
}

/// What was read again; several leaves where one is too small, 200 sheets each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recheck {
    /// When.
    pub at: i64,
    /// Its number, from 1.
    pub part: u64,
    /// How many there are; the last one ends the re-check.
    pub parts: u64,
    /// Who read: account ids.
    pub by: Vec<String>,
    /// The sheets, each with the place of its reader in `by`, from 0.
    pub read: Vec<(String, u64)>,
    /// Those of them that say something else than was recorded.
    pub differ: Vec<String>,
}
