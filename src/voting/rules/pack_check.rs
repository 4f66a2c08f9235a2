//! The check of a rule pack: every fault at once, none weaker than 民法典 278-279.
//! Absent on purpose: faults of the TOML itself, which the reader names with line and column.

use crate::{
    kernel::{Comparator, Ratio, Threshold},
    voting::{
        model::{Basis, ItemClass, SilentRule},
        rules::pack::RulePack,
    },
};

/// Every fault as (JSON pointer, sentence).
pub(super) fn faults(pack: &RulePack) -> Vec<(String, String)> {
    pack.faults()
}

impl RulePack {
    fn faults(&self) -> Vec<(String, String)> {
        let mut faults = Faults::default();
        for (pointer, text) in [("/id", &self.id), ("/name", &self.name)] {
            faults.check(!text.trim().is_empty(), pointer, "must not be empty");
        }
        faults.check(self.version > 0, "/version", "counts from 1");
        for (index, matter) in self.matters.iter().enumerate() {
            let twice = self.matters.iter().take(index).any(|other| other.key == matter.key);
            let at = format!("/matter/{index}");
            faults.check(!matter.key.trim().is_empty(), &format!("{at}/key"), "must not be empty");
            faults.check(!twice, &format!("{at}/key"), "the key is used twice");
            faults.check(!matter.title.trim().is_empty(), &format!("{at}/title"), "is empty");
            faults.clause(&format!("{at}/clause"), &matter.clause);
        }
        for key in ["1", "2", "3", "4", "5", "6", "7", "8", "9"] {
            let class = self.matter(key).map(|matter| matter.class);
            let special = matches!(key, "6" | "7" | "8");
            let lawful = match class {
                Some(ItemClass::Ordinary) => !special,
                Some(ItemClass::Special | ItemClass::Unanimous) => true,
                None => false,
            };
            faults.check(lawful, "/matter", &format!("matter {key} lacks its class of 278"));
        }
        self.class_faults(&mut faults);
        self.period_faults(&mut faults);
        self.switch_faults(&mut faults);
        faults.0
    }

    fn class_faults(&self, faults: &mut Faults) {
        use Comparator::{AtLeast, MoreThan};
        let floors = [
            ("ordinary", &self.classes.ordinary, (2, 3), (MoreThan, 1, 2)),
            ("special", &self.classes.special, (2, 3), (AtLeast, 3, 4)),
            ("unanimous", &self.classes.unanimous, (1, 1), (AtLeast, 1, 1)),
        ];
        for (name, class, (num, den), (comparator, approval_num, approval_den)) in floors {
            let floor = |comparator, num, den| {
                Ratio::new(num, den).map(|ratio| Threshold { comparator, ratio })
            };
            let participation = floor(AtLeast, num, den);
            let approval = floor(comparator, approval_num, approval_den);
            for (field, found, floor) in [
                ("participation_by_area", &class.participation_by_area, participation),
                ("participation_by_heads", &class.participation_by_heads, participation),
                ("approval_by_area", &class.approval_by_area, approval),
                ("approval_by_heads", &class.approval_by_heads, approval),
            ] {
                let at = format!("/class/{name}/{field}");
                faults.clause(&format!("{at}/clause"), &found.clause);
                let reachable = found.value.is_met(1, 1) && !found.value.is_met(0, 1);
                faults.check(reachable, &at, "nothing or everything would meet it");
                let strong = floor.is_none_or(|floor| !is_weaker(found.value, floor));
                faults.check(strong, &at, "weaker than 民法典 278-279 allows");
            }
        }
    }

    fn period_faults(&self, faults: &mut Faults) {
        let periods = &self.periods;
        for (name, clause) in [
            ("notice", &periods.notice.clause),
            ("window_min_days", &periods.window_min_days.clause),
            ("window_max_days", &periods.window_max_days.clause),
            ("extension_max_days", &periods.extension_max_days.clause),
            ("result_due", &periods.result_due.clause),
            ("publicity", &periods.publicity.clause),
            ("challenge", &periods.challenge.clause),
        ] {
            faults.clause(&format!("/periods/{name}/clause"), clause);
        }
        let (least, most) = (periods.window_min_days.value, periods.window_max_days.value);
        faults.check(least > 0, "/periods/window_min_days", "must be at least a day");
        let ordered = least <= most;
        faults.check(ordered, "/periods/window_max_days", "less than window_min_days");
        let limit = 3660;
        for (name, days) in
            [("window_max_days", most), ("extension_max_days", periods.extension_max_days.value)]
        {
            faults.check(days <= limit, &format!("/periods/{name}"), "longer than ten years");
        }
    }

    fn switch_faults(&self, faults: &mut Faults) {
        let switches = &self.switches;
        for (name, clause) in [
            ("max_extensions", &switches.max_extensions.clause),
            ("count_parking", &switches.count_parking.clause),
            ("count_storage", &switches.count_storage.clause),
            ("head_key", &switches.head_key.clause),
            ("developer_pool", &switches.developer_pool.clause),
            ("invalid_participates", &switches.invalid_participates.clause),
            ("blank_is_abstain", &switches.blank_is_abstain.clause),
            ("duplicate_policy", &switches.duplicate_policy.clause),
            ("max_changes", &switches.max_changes.clause),
            ("silent_rule", &switches.silent_rule.clause),
            ("publish_detail", &switches.publish_detail.clause),
        ] {
            faults.clause(&format!("/switches/{name}/clause"), clause);
        }
        let silent = &switches.silent_rule;
        faults.check(
            silent.value == SilentRule::None || silent.basis != Basis::Ours,
            "/switches/silent_rule",
            "silence may weigh only by a clause of the assembly's rules or of local law",
        );
    }
}

/// Whether `found` lets something pass that `floor` refuses.
pub(super) fn is_weaker(found: Threshold, floor: Threshold) -> bool {
    let excess = floor.excess(u64::from(found.ratio.num()), u64::from(found.ratio.den()));
    match (found.comparator, floor.comparator) {
        (Comparator::AtLeast, Comparator::MoreThan) => excess <= 0,
        _ => excess < 0,
    }
}

#[derive(Default)]
struct Faults(Vec<(String, String)>);

impl Faults {
    fn check(&mut self, holds: bool, pointer: &str, fault: &str) {
        if !holds {
            self.0.push((pointer.to_owned(), fault.to_owned()));
        }
    }

    fn clause(&mut self, pointer: &str, clause: &str) {
        self.check(!clause.trim().is_empty(), pointer, "every value names its clause");
    }
}
