//! Change orders 变更: whether a plan that was changed must be decided anew.

use std::collections::BTreeMap;

use serde::Serialize;

use super::diff::{Key, by_key};
use crate::{
    kernel::{Fen, Ratio, Threshold},
    renovation::model::{NewPlanItem, PlanChange, PlanContent},
};

/// What a change comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ChangeOrder {
    /// The changed costs together, in yuan; what is more here does not make up for less there.
    pub changed: Fen,
    /// Of this estimate, in yuan.
    pub of: Fen,
    /// At the most this part of it.
    pub limit: Ratio,
    /// Whether what was decided on the earlier version still holds.
    pub is_small: bool,
    /// Why not, each in Chinese and English.
    pub reasons: Vec<PlanChange>,
}

/// Weighs a change: its costs against the limit; what owners pay, who manages and what is mandatory is
/// never a small change (ours).
#[must_use]
pub fn weigh(before: &PlanContent, after: &PlanContent, limit: Ratio) -> ChangeOrder {
    let (old, new) = (by_key(&before.items), by_key(&after.items));
    let changed = changed_cost(&old, &new);
    let of = old.values().fold(0_i64, |sum, item| sum.saturating_add(item.cost.0));
    let mut reasons = Vec::new();
    let mut reason = |is: bool, zh: &str, en: &str| {
        if is {
            reasons.push(PlanChange::new(zh.to_owned(), en.to_owned()));
        }
    };
    reason(before.funding != after.funding, "资金方案变更", "the funding changed");
    let is_other = before.management_model != after.management_model;
    reason(is_other, "管理模式变更", "the management model changed");
    let mandatory = |items: &BTreeMap<Key, NewPlanItem>| {
        let kept = items.iter().filter(|(_, item)| item.mandatory);
        kept.map(|(key, _)| key.clone()).collect::<Vec<_>>()
    };
    let is_other = mandatory(&old) != mandatory(&new);
    reason(is_other, "必选内容变更", "the mandatory items changed");
    let whole = u64::try_from(of).unwrap_or(0);
    let is_over = Threshold::more_than(limit).is_met(changed.unsigned_abs(), whole);
    let zh = format!("造价变更 {} 元，超过 {} 元的 {limit}", Fen(changed), Fen(of));
    let en = format!("costs of {} yuan changed, over {limit} of {}", Fen(changed), Fen(of));
    reason(is_over || (whole == 0 && changed > 0), &zh, &en);
    ChangeOrder { changed: Fen(changed), of: Fen(of), limit, is_small: reasons.is_empty(), reasons }
}

/// Of every item the difference of costs, or what the difference of quantities comes to, if that is more.
fn changed_cost(old: &BTreeMap<Key, NewPlanItem>, new: &BTreeMap<Key, NewPlanItem>) -> i64 {
    let added = new.iter().filter(|(key, _)| !old.contains_key(*key)).map(|(_, item)| item.cost.0);
    let kept = old.iter().map(|(key, item)| match new.get(key) {
        None => item.cost.0,
        Some(now) => {
            let by_cost = now.cost.0.saturating_sub(item.cost.0).saturating_abs();
            let difference = i128::from(now.quantity.0) - i128::from(item.quantity.0);
            let by_quantity = i128::from(item.cost.0)
                .saturating_mul(difference.saturating_abs())
                .checked_div(i128::from(item.quantity.0));
            by_cost.max(i64::try_from(by_quantity.unwrap_or(0)).unwrap_or(i64::MAX))
        }
    });
    kept.chain(added).fold(0, i64::saturating_add)
}
