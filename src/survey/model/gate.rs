//! The words of a gate: its rule, and what came out with all of its numbers.

use serde::{Deserialize, Serialize};

use super::Purpose;
use crate::kernel::Ratio;

crate::text_enum! {
    /// What the counted answers are a share of.
    pub enum Denominator {
        /// All households of the frozen roll.
        Households = "households",
        /// The valid answers.
        Answers = "answers",
    }
}

/// The rule of a gate, pinned by a survey when it is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GateRule {
    /// The policy that it comes from.
    #[serde(default)]
    pub policy: String,
    /// The purpose.
    pub purpose: Purpose,
    /// The share that is needed; the number itself is enough 以上.
    pub share: Ratio,
    /// Of what.
    #[serde(rename = "of")]
    pub denominator: Denominator,
    /// The share of households that must have answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coverage: Option<Ratio>,
    /// The clause.
    pub clause: String,
    /// Where the clause was read.
    pub source: String,
    /// `page`: a page that says so; `ours`: a point that no text seen settles.
    pub basis: String,
}

/// One test of a gate: `have` of `total` against `need`, the smallest number that meets the share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct GateTest {
    /// `in_favour`, `heard` or `coverage`.
    pub rule_id: String,
    /// Households counted.
    pub have: u64,
    /// The smallest number that meets the share.
    pub need: u64,
    /// The denominator.
    pub total: u64,
    /// What it is a share of.
    pub of: Denominator,
    /// The share, as `4/5`.
    pub share: Ratio,
    /// Whether it is met.
    pub met: bool,
}

/// A gate's verdict with its working.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct GateVerdict {
    /// Whether every test is met.
    pub met: bool,
    /// The gate's own test.
    pub test: GateTest,
    /// The least share of households that answered, where the rule has one.
    pub coverage: Option<GateTest>,
    /// Households that answered.
    pub answered: u64,
    /// Households of the frozen roll.
    pub households: u64,
    /// The rule.
    pub rule: GateRule,
}
