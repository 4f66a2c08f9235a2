//! The verdict that an item's numbers give by the pack's thresholds (民法典 278). A platform that
//! attributes silence has a count of its own; here only who took part counts.

use crate::kernel::Outcome;
use crate::official_result::model::{NewOfficialItem, OfficialSum};
use crate::voting::{ClassRule, ItemCount, Predicate, Weight, explain};

const fn weight(sum: OfficialSum) -> Weight {
    Weight { area: sum.area.0.unsigned_abs(), heads: sum.heads }
}

/// Whether the numbers pass the thresholds of the class, with each test.
///
/// # Errors
/// `empty_scope`.
pub fn recount(
    total: OfficialSum,
    item: &NewOfficialItem,
    class: &ClassRule,
) -> Outcome<(bool, Vec<Predicate>)> {
    let count = ItemCount {
        total: weight(total),
        participating: weight(item.participating),
        in_favour: weight(item.in_favour),
        against: weight(item.against),
        abstain: weight(item.abstain),
        invalid: weight(item.invalid),
        silent: Weight::default(),
    };
    let verdict = count.judge(class)?;
    Ok((verdict.passed(), explain(&count, class, verdict)))
}
