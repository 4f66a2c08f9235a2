//! Silence: which units were provably delivered, and by which clause who kept silent weighs. Without
//! a clause there is no list of deliveries; with one there is exactly one, right after the close.

use std::collections::{HashMap, HashSet};

use super::{Replay, Rule};
use crate::{
    ballot_log::{DeliveredUnit, Delivery, Manifest, Share},
    kernel::Ratio,
    voting::{Reliance, SilenceClause, SilentRule},
};

const MANNERS: [&str; 3] = ["in_person", "sms", "post"];
const HOUR: i64 = 3_600_000_000;

/// Building and number.
type Name = (String, String);

/// The deliveries of the log.
#[derive(Debug, Default)]
pub(super) struct Deliveries {
    /// Parts that are here, and how many the first one announces.
    parts: (u64, u64),
    units: HashSet<Name>,
    /// Units that were amended or sold, and when: others stand for them since.
    moved: HashMap<Name, i64>,
}

impl Deliveries {
    /// Whoever stood for a unit before has its papers, and not who stands for it now.
    pub(super) fn moved(&mut self, name: Name, at: i64) {
        let known = self.moved.entry(name).or_insert(at);
        *known = at.max(*known);
    }
}

/// The day of an instant in China.
const fn day(at: i64) -> i64 {
    at.saturating_add(8 * HOUR).div_euclid(24 * HOUR)
}

fn ratio(share: Share) -> Option<Ratio> {
    Ratio::new(u32::try_from(share.num).ok()?, u32::try_from(share.den).ok()?)
}

/// Whether the manifest's terms of silence are whole.
pub(super) fn is_whole(manifest: &Manifest) -> bool {
    let rule = manifest.rules.silent_rule.parse::<SilentRule>();
    let Some(terms) = &manifest.rules.silence else { return rule == Ok(SilentRule::None) };
    let may_cover = |position: &u32| {
        let mut items = manifest.items.iter();
        items.any(|item| item.position == *position && item.class != "unanimous")
    };
    let is_limited = terms.limit.is_some_and(|limit| ratio(limit).is_some());
    terms.items.is_sorted_by(|a, b| a < b)
        && terms.items.iter().all(may_cover)
        && terms.relied.parse::<Reliance>().is_ok()
        && match rule {
            Ok(SilentRule::FollowMajority) => terms.limit.is_none(),
            Ok(SilentRule::Objection) => is_limited,
            Ok(SilentRule::None) | Err(_) => false,
        }
}

impl Replay {
    /// The clause that covers an item.
    pub(in crate::verifier) fn clause(&self, position: u32) -> Option<SilenceClause> {
        let terms = self.manifest.as_ref()?.rules.silence.as_ref()?;
        if !terms.items.contains(&position) {
            return None;
        }
        match terms.limit {
            None => Some(SilenceClause::FollowMajority),
            Some(limit) => ratio(limit).map(SilenceClause::Objection),
        }
    }

    /// Whether each unit of a head was delivered, by its number.
    pub(in crate::verifier) fn delivered(&self) -> Vec<bool> {
        let mut delivered = vec![true; self.roll.numbers()];
        for (name, unit) in &self.roll.units {
            let head = usize::try_from(unit.head).ok().and_then(|head| delivered.get_mut(head));
            if let Some(head) = head {
                *head &= self.deliveries.units.contains(name);
            }
        }
        delivered
    }

    pub(super) fn deliver(&mut self, seq: u64, leaf: Delivery) {
        let Some(manifest) = &self.manifest else { return };
        let has_clause = manifest.rules.silence.is_some();
        let parts = &mut self.deliveries.parts;
        parts.0 += 1;
        if parts.0 == 1 {
            parts.1 = leaf.parts;
        }
        if !has_clause || (leaf.part, leaf.parts) != *parts || leaf.part > leaf.parts {
            let message = "没有未表决条款，或送达清单的分页不连续 (a list of deliveries without a \
                           clause on silence, or not its next part)";
            return self.fault(seq, Rule::Delivery, message);
        }
        for unit in leaf.units {
            if let Some(message) = self.wrong_with_delivery(&unit, &leaf.by) {
                self.fault(seq, Rule::Delivery, message);
            } else {
                self.deliveries.units.insert((unit.building, unit.unit));
            }
        }
    }

    fn wrong_with_delivery(&self, unit: &DeliveredUnit, by: &[String]) -> Option<&'static str> {
        let person = |place: u64| by.get(usize::try_from(place).ok()?);
        let people = person(unit.recorder).zip(person(unit.checker));
        let name = (unit.building.clone(), unit.unit.clone());
        let since = self.manifest.as_ref().map_or(i64::MIN, |manifest| manifest.at);
        if people.is_none_or(|(recorder, checker)| recorder == checker) {
            Some("送达须由另一人复核 (another person must check a delivery)")
        } else if !MANNERS.contains(&unit.manner.as_str()) {
            Some("此方式不构成送达 (not a manner that proves a delivery)")
        } else if !self.roll.units.contains_key(&name) {
            Some("送达的房屋不在名册 (a unit that is not on the roll)")
        } else if self.deliveries.units.contains(&name) {
            Some("同一户两次列入 (a unit stands twice among the deliveries)")
        } else if unit.at >= self.closes_at || day(unit.at) < day(since) {
            Some("送达不在公告之日至截止之间 (a delivery before the notice or after the close)")
        } else if self.deliveries.moved.get(&name).is_some_and(|moved| unit.at < *moved) {
            Some("送达之后业主已变更 (others stand for the unit since it was delivered)")
        } else {
            None
        }
    }

    /// A count by a clause needs the whole list of deliveries before it.
    pub(super) fn must_be_delivered(&mut self, seq: u64) {
        let manifest = self.manifest.as_ref();
        let has_clause = manifest.is_some_and(|manifest| manifest.rules.silence.is_some());
        let (have, need) = self.deliveries.parts;
        if has_clause && (have == 0 || have != need) {
            let message = "计票前送达清单不全 (no whole list of deliveries before the count)";
            self.fault(seq, Rule::Delivery, message);
        }
    }
}
