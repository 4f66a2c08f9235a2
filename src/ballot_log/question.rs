//! Questions of the manifest: items that are options of one.

use serde::{Deserialize, Serialize};

/// A question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// What is asked.
    pub title: String,
    /// The numbers of its options on the ballot, rising.
    pub items: Vec<u64>,
    /// Options that one ballot may choose.
    pub choose_at_most: u64,
    /// Options that may win.
    pub seats: u64,
    /// `choice` or `election`.
    pub kind: String,
    /// Which of the options that pass goes first: `heads_then_area`, `area_then_heads`, `both`.
    pub rank_by: String,
}
