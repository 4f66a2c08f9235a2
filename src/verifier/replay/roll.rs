//! Manifest and roll: who may vote, with which weight.

use std::collections::HashMap;

use super::{Phase, Replay, Rule, silence, steps::are_two};
use crate::{
    ballot_log::{FORMAT, Line, Lines, Manifest, Openings, Owners, RollAmend, RollUnit, Sum},
    kernel::{Ratio, Threshold},
    platform::tlog::subject_of,
    verifier::openings::open,
    voting::{ClassRule, Precedence},
};

/// A head: what its ballot weighs and names.
#[derive(Debug, Default)]
pub(in crate::verifier) struct Head {
    pub(in crate::verifier) area: u64,
    /// Its units by their order on the roll.
    units: Vec<(u64, String)>,
}

impl Head {
    /// Whether these are its units, in the order of the roll.
    pub(in crate::verifier) fn has(&self, units: &[String]) -> bool {
        self.units.iter().map(|(_, unit)| unit).eq(units)
    }
}

/// A unit of the roll.
#[derive(Debug, Clone, Copy)]
pub(in crate::verifier) struct Unit {
    pub(in crate::verifier) head: u64,
    area: u64,
    /// The leaf that put it on the roll.
    order: u64,
}

/// The roll.
#[derive(Debug, Default)]
pub(in crate::verifier) struct Roll {
    /// By number; a head without units does not count.
    heads: Vec<Head>,
    /// By building and number.
    pub(in crate::verifier) units: HashMap<(String, String), Unit>,
    area: u64,
}

impl Roll {
    pub(in crate::verifier) fn head(&self, head: u64) -> Option<&Head> {
        self.heads.get(usize::try_from(head).ok()?).filter(|head| !head.units.is_empty())
    }

    /// How many numbers of heads were given.
    pub(in crate::verifier) const fn numbers(&self) -> usize {
        self.heads.len()
    }

    /// The heads that count.
    pub(in crate::verifier) fn count_heads(&self) -> usize {
        self.heads.iter().filter(|head| !head.units.is_empty()).count()
    }

    /// The areas of the heads that count, by number.
    pub(in crate::verifier) fn areas(&self) -> Vec<u64> {
        self.of_counted(self.heads.iter().map(|head| head.area))
    }

    /// Of something by number of the head: what belongs to the heads that count.
    pub(in crate::verifier) fn of_counted<T>(&self, all: impl IntoIterator<Item = T>) -> Vec<T> {
        let all = all.into_iter().zip(&self.heads);
        all.filter(|(_, head)| !head.units.is_empty()).map(|(one, _)| one).collect()
    }

    /// The totals.
    pub(super) fn total(&self) -> Sum {
        Sum { area: self.area, heads: u64::try_from(self.count_heads()).unwrap_or(u64::MAX) }
    }

    /// Puts a unit where it belongs; it must not be on the roll.
    fn put(&mut self, name: (String, String), unit: Unit) {
        let Ok(place) = usize::try_from(unit.head) else { return };
        if self.heads.len() <= place {
            self.heads.resize_with(place + 1, Default::default);
        }
        let Some(head) = self.heads.get_mut(place) else { return };
        let at = head.units.partition_point(|(order, _)| *order < unit.order);
        head.units.insert(at, (unit.order, name.1.clone()));
        head.area = head.area.saturating_add(unit.area);
        self.area = self.area.saturating_add(unit.area);
        self.units.insert(name, unit);
    }

    /// Takes a unit from the roll, if it is there.
    fn take(&mut self, name: &(String, String)) -> Option<Unit> {
        let unit = self.units.remove(name)?;
        let head = self.heads.get_mut(usize::try_from(unit.head).ok()?)?;
        head.units.retain(|(order, _)| *order != unit.order);
        head.area = head.area.saturating_sub(unit.area);
        self.area = self.area.saturating_sub(unit.area);
        Some(unit)
    }
}

impl Replay {
    pub(super) fn begin(&mut self, seq: u64, manifest: Box<Manifest>) {
        self.phase = Phase::Roll;
        if let Some(message) = self.wrong_with(&manifest) {
            self.fault(seq, Rule::Manifest, message);
        }
        self.begin_questions(seq, &manifest);
        self.classes = manifest.items.iter().filter_map(|item| class_of(&item.lines)).collect();
        self.precedence = manifest
            .rules
            .duplicate_policy
            .parse()
            .ok()
            .map(|policy| Precedence { policy, max_changes: manifest.rules.max_changes });
        self.closes_at = manifest.closes_at;
        self.manifest = Some(manifest);
    }

    fn wrong_with(&self, manifest: &Manifest) -> Option<&'static str> {
        let positions = manifest.items.iter().map(|item| item.position);
        let lines = manifest.items.iter().map(|item| class_of(&item.lines));
        let is_origin = subject_of(&self.origin) == format!("v/{}", manifest.vote);
        if manifest.format != FORMAT {
            Some("格式未知 (an unknown format)")
        } else if manifest.items.is_empty() || !positions.eq((1..).take(manifest.items.len())) {
            Some("事项编号有误 (items are not numbered from 1)")
        } else if lines.into_iter().any(|line| line.is_none()) {
            Some("比例有误 (a line is not a fraction with a comparator)")
        } else if manifest.rules.duplicate_policy.parse::<crate::voting::DuplicatePolicy>().is_err()
        {
            Some("重复票规则未知 (an unknown duplicate policy)")
        } else if !silence::is_whole(manifest) {
            Some("未表决规则不完整 (the terms of silence are not whole)")
        } else if manifest.opens_at >= manifest.closes_at {
            Some("截止不晚于开始 (the close is not after the opening)")
        } else if manifest.heads == 0 || manifest.area == 0 {
            Some("名册为空 (an empty roll)")
        } else if !is_origin {
            Some("检查点不属于此表决 (the checkpoint is of another vote)")
        } else {
            None
        }
    }

    pub(super) fn add_unit(&mut self, seq: u64, unit: RollUnit, opened: &Openings) {
        let Some(manifest) = &self.manifest else { return };
        let (units, heads) = (manifest.units, manifest.heads);
        if seq > units {
            let message = "名册的户数多于清单 (more units than the manifest says)";
            return self.fault(seq, Rule::Roll, message);
        }
        if let Some(owners) = opened.owners.as_ref() {
            open::<Owners>(Some(owners), &unit.owners, (seq, &mut self.findings));
        }
        if unit.head >= heads.min(self.size) {
            return self.fault(seq, Rule::Roll, "业主编号超出清单 (a head beyond the manifest's)");
        }
        let name = (unit.building, unit.unit);
        if self.roll.units.contains_key(&name) {
            let message = "同一户两次列入 (a unit stands twice on the roll)";
            return self.fault(seq, Rule::Roll, message);
        }
        self.roll.put(name, Unit { head: unit.head, area: unit.area, order: seq });
    }

    /// A unit of the roll is taken anew: by two people, before the opening and before any ballot.
    pub(super) fn amend_roll(&mut self, seq: u64, amend: RollAmend, opened: &Openings) {
        let commitment = amend.owners.as_deref().unwrap_or_default();
        if let Some(owners) = opened.owners.as_ref().filter(|_| amend.owners.is_some()) {
            open::<Owners>(Some(owners), commitment, (seq, &mut self.findings));
        }
        let opens_at = self.manifest.as_ref().map_or(i64::MIN, |manifest| manifest.opens_at);
        let name = (amend.building, amend.unit);
        let next = u64::try_from(self.roll.numbers()).unwrap_or(u64::MAX);
        let is_struck = amend.head.is_none();
        let message = if !are_two(&amend.by) {
            "名册更正须由两人作出 (two people are needed to amend the roll)"
        } else if amend.at >= opens_at || !self.ballots.is_empty() {
            "表决开始后更正名册 (the roll is amended after the opening)"
        } else if is_struck != (amend.area == 0) || is_struck != amend.owners.is_none() {
            "更正的房屋须有业主和面积，注销的没有 (a unit has head, owners and area, a struck one none)"
        } else if is_struck && !self.roll.units.contains_key(&name) {
            "注销的房屋不在名册 (a unit is struck that is not on the roll)"
        } else if amend.head.is_some_and(|head| head > next) {
            "业主编号不连续 (a new head takes the next number)"
        } else {
            let earlier = self.roll.take(&name);
            self.deliveries.moved(name.clone(), amend.at);
            if let Some(head) = amend.head {
                let order = earlier.map_or(seq, |unit| unit.order);
                self.roll.put(name, Unit { head, area: amend.area, order });
            }
            return;
        };
        self.fault(seq, Rule::RollAmend, message);
    }

    /// The roll is over at leaf `seq`: its sums must be those of the manifest.
    pub(super) fn end_roll(&mut self, seq: u64) {
        self.phase = Phase::Open;
        let Some(manifest) = &self.manifest else { return };
        let total = self.roll.total();
        let is_short = seq <= manifest.units;
        let differs = (total.area, total.heads) != (manifest.area, manifest.heads);
        if is_short {
            self.fault(seq, Rule::Roll, "名册的户数少于清单 (fewer units than the manifest says)");
        } else if differs {
            let message = "名册的面积或人数合计与清单不同 (area or heads of the roll are not those \
                           of the manifest)";
            self.fault(0, Rule::Roll, message);
        }
    }
}

/// The thresholds of an item, if they are fractions.
fn class_of(lines: &Lines) -> Option<ClassRule> {
    Some(ClassRule::plain([
        threshold(&lines.participation_by_area)?,
        threshold(&lines.participation_by_heads)?,
        threshold(&lines.approval_by_area)?,
        threshold(&lines.approval_by_heads)?,
    ]))
}

fn threshold(line: &Line) -> Option<Threshold> {
    let ratio = Ratio::new(u32::try_from(line.num).ok()?, u32::try_from(line.den).ok()?)?;
    Some(Threshold { comparator: line.comparator.parse().ok()?, ratio })
}
