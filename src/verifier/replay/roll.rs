//! Manifest and roll: who may vote, with which weight.

use std::collections::HashMap;

use super::{Phase, Replay, Rule};
use crate::{
    ballot_log::{FORMAT, Line, Lines, Manifest, Openings, Owners, RollUnit},
    kernel::{Ratio, Threshold},
    platform::tlog::subject_of,
    verifier::openings::open,
    voting::{ClassRule, Precedence},
};

/// A head: what its ballot weighs and names.
#[derive(Debug, Default)]
pub(in crate::verifier) struct Head {
    pub(in crate::verifier) area: u64,
    pub(in crate::verifier) units: Vec<String>,
}

/// The roll.
#[derive(Debug, Default)]
pub(in crate::verifier) struct Roll {
    pub(in crate::verifier) heads: Vec<Head>,
    /// Head by building and unit.
    pub(in crate::verifier) units: HashMap<(String, String), u64>,
    area: u64,
}

impl Roll {
    pub(in crate::verifier) fn head(&self, head: u64) -> Option<&Head> {
        self.heads.get(usize::try_from(head).ok()?).filter(|head| !head.units.is_empty())
    }

    pub(in crate::verifier) fn areas(&self) -> Vec<u64> {
        self.heads.iter().map(|head| head.area).collect()
    }
}

impl Replay {
    pub(super) fn begin(&mut self, seq: u64, manifest: Box<Manifest>) {
        self.phase = Phase::Roll;
        if let Some(message) = self.wrong_with(&manifest) {
            self.fault(seq, Rule::Manifest, message);
        }
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
        let place = usize::try_from(unit.head).ok().filter(|_| unit.head < heads.min(self.size));
        let Some(place) = place else {
            return self.fault(seq, Rule::Roll, "业主编号超出清单 (a head beyond the manifest's)");
        };
        if self.roll.heads.len() <= place {
            self.roll.heads.resize_with(place + 1, Default::default);
        }
        if let Some(head) = self.roll.heads.get_mut(place) {
            head.area = head.area.saturating_add(unit.area);
            head.units.push(unit.unit.clone());
        }
        self.roll.area = self.roll.area.saturating_add(unit.area);
        if self.roll.units.insert((unit.building, unit.unit), unit.head).is_some() {
            self.fault(seq, Rule::Roll, "同一户两次列入 (a unit stands twice on the roll)");
        }
    }

    /// The roll is over at leaf `seq`: its sums must be those of the manifest.
    pub(super) fn end_roll(&mut self, seq: u64) {
        self.phase = Phase::Open;
        let Some(manifest) = &self.manifest else { return };
        let heads = self.roll.heads.iter().filter(|head| !head.units.is_empty()).count();
        let is_short = seq <= manifest.units;
        let differs = self.roll.area != manifest.area
            || u64::try_from(heads).is_ok_and(|heads| heads != manifest.heads);
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
