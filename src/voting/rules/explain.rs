//! Why an item passed or not: each predicate with its numbers, comparator, margin and clause.
//! Percentages are text for people, cut downwards so that 74.9988 % never reads as 75 %.

use serde::Serialize;

use crate::kernel::Threshold;
use crate::{
    kernel::{Comparator, Ratio},
    voting::{
        model::Basis,
        rules::{
            count::{ItemCount, Verdict},
            pack::{ClassRule, Sourced},
        },
    },
};

crate::text_enum! {
    /// What a predicate measures.
    pub enum Dimension {
        /// Exclusive area in m².
        Area = "area",
        /// Heads 人数.
        Heads = "heads",
    }
}

/// One predicate of an item with everything it was decided on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Predicate {
    /// `participation_by_area`, `participation_by_heads`, `approval_by_area`, `approval_by_heads`.
    pub rule_id: String,
    /// What it measures: areas below are decimal strings in m², heads are whole numbers as text.
    pub dimension: Dimension,
    /// The part.
    pub have: String,
    /// The whole that the part is measured against.
    pub whole: String,
    /// The least part that meets the line.
    pub need: String,
    /// `have` less `need`: what there is to spare, or with a minus sign what is missing.
    pub margin: String,
    /// How part and line are compared.
    pub comparator: Comparator,
    /// The line.
    pub ratio: Ratio,
    /// Whether the line is met.
    pub met: bool,
    /// The share in percent with two decimals, rounded down, for people; never decides.
    pub percent: String,
    /// The clause.
    pub clause: String,
    /// Law, or our default.
    pub basis: Basis,
}

/// The four predicates of an item, in the order in which the law asks them.
#[must_use]
pub fn explain(count: &ItemCount, class: &ClassRule, verdict: Verdict) -> Vec<Predicate> {
    let (total, part, yes) = (count.total, count.participating, count.in_favour);
    let area = |rule_id, line, have, whole, met| {
        predicate(rule_id, line, Measured { dimension: Dimension::Area, have, whole, met })
    };
    let heads = |rule_id, line, have, whole, met| {
        predicate(rule_id, line, Measured { dimension: Dimension::Heads, have, whole, met })
    };
    vec![
        area(
            "participation_by_area",
            &class.participation_by_area,
            part.area,
            total.area,
            verdict.participation_by_area,
        ),
        heads(
            "participation_by_heads",
            &class.participation_by_heads,
            part.heads,
            total.heads,
            verdict.participation_by_heads,
        ),
        area(
            "approval_by_area",
            &class.approval_by_area,
            yes.area,
            part.area,
            verdict.approval_by_area,
        ),
        heads(
            "approval_by_heads",
            &class.approval_by_heads,
            yes.heads,
            part.heads,
            verdict.approval_by_heads,
        ),
    ]
}

struct Measured {
    dimension: Dimension,
    have: u64,
    whole: u64,
    met: bool,
}

fn predicate(rule_id: &str, line: &Sourced<Threshold>, of: Measured) -> Predicate {
    // Nobody taking part approves nothing, so one of the scope's smallest pieces is always needed.
    let need = line.value.least_part(of.whole).max(1);
    let margin = i128::from(of.have) - i128::try_from(need).unwrap_or(i128::MAX);
    let sign = if margin < 0 { "-" } else { "" };
    let text = |value: u128| match of.dimension {
        Dimension::Area => format!("{}.{:02}", value / 100, value % 100),
        Dimension::Heads => value.to_string(),
    };
    Predicate {
        rule_id: rule_id.to_owned(),
        dimension: of.dimension,
        have: text(of.have.into()),
        whole: text(of.whole.into()),
        need: text(need),
        margin: format!("{sign}{}", text(margin.unsigned_abs())),
        comparator: line.value.comparator,
        ratio: line.value.ratio,
        met: of.met,
        percent: percent(of.have, of.whole),
        clause: line.clause.clone(),
        basis: line.basis,
    }
}

/// `part` of `whole` in percent with two decimals, rounded down: `66.66%`.
#[must_use]
pub fn percent(part: u64, whole: u64) -> String {
    let hundredths = (u128::from(part) * 10_000).checked_div(u128::from(whole)).unwrap_or(0);
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}
