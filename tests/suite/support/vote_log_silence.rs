//! Silence in a log that is made: a clause, deliveries, and a plain count by both of them.

use std::collections::{BTreeMap, BTreeSet};

use jiugai::ballot_log::{
    Leaf,
    leaf::{ClauseTally, DeliveredUnit, Delivery, ItemTally, Line, Share, SilenceTerms, Sum},
};

use super::{CLOSES, DAY, OPENS, VoteLog};

impl VoteLog {
    /// The owners' rules let silence weigh on these items: with the majority, or as no objection.
    pub fn adopt(&mut self, items: &[u32], limit: Option<(u64, u64)>, relied: &str) {
        let Some(Leaf::Manifest(manifest)) = self.leaves.first_mut() else { panic!("a manifest") };
        let rule = if limit.is_some() { "objection" } else { "follow_majority" };
        manifest.rules.silent_rule = rule.to_owned();
        manifest.rules.silence = Some(SilenceTerms {
            clause: "管理规约 12".to_owned(),
            items: items.to_vec(),
            limit: limit.map(|(num, den)| Share { num, den }),
            relied: relied.to_owned(),
        });
    }

    /// The units of these heads were delivered: so many a leaf, after the close.
    pub fn deliver(&mut self, heads: &[usize], of_a_leaf: usize) -> Vec<u64> {
        let wanted: BTreeSet<u64> =
            heads.iter().map(|head| u64::try_from(*head).unwrap()).collect();
        let units: Vec<DeliveredUnit> = self
            .leaves
            .iter()
            .filter_map(|leaf| match leaf {
                Leaf::Roll(unit) if wanted.contains(&unit.head) => Some(DeliveredUnit {
                    unit: unit.unit.clone(),
                    building: unit.building.clone(),
                    manner: "in_person".to_owned(),
                    at: OPENS - 10 * DAY,
                    evidence: "ab".repeat(32),
                    recorder: 0,
                    checker: 1,
                }),
                _ => None,
            })
            .collect();
        let parts: Vec<Vec<DeliveredUnit>> = match units.chunks(of_a_leaf).collect::<Vec<_>>() {
            parts if parts.is_empty() => vec![Vec::new()],
            parts => parts.into_iter().map(<[DeliveredUnit]>::to_vec).collect(),
        };
        let count = u64::try_from(parts.len()).unwrap();
        let push = |(part, units): (u64, Vec<DeliveredUnit>)| {
            let by = vec!["clerk-a".to_owned(), "clerk-b".to_owned()];
            self.push(Leaf::Delivery(Delivery { at: CLOSES, part, parts: count, by, units }))
        };
        (1..).zip(parts).map(push).collect()
    }

    /// Heads without a unit that no delivery names.
    fn delivered_heads(&self) -> BTreeSet<u64> {
        let mut missed = BTreeMap::new();
        for leaf in &self.leaves {
            match leaf {
                Leaf::Roll(unit) => {
                    missed.insert((&unit.building, &unit.unit), unit.head);
                }
                Leaf::Delivery(part) => part.units.iter().for_each(|unit| {
                    missed.remove(&(&unit.building, &unit.unit));
                }),
                _ => {}
            }
        }
        let missed: BTreeSet<u64> = missed.into_values().collect();
        (0..u64::try_from(self.heads()).unwrap()).filter(|head| !missed.contains(head)).collect()
    }

    /// Adds the count by the clause, where one covers the item.
    pub(super) fn with_clause(
        &self,
        tally: ItemTally,
        areas: &BTreeMap<u64, u64>,
        voted: &[u64],
    ) -> ItemTally {
        let manifest = self.manifest_of();
        let Some(terms) = &manifest.rules.silence else { return tally };
        if !terms.items.contains(&tally.position) {
            return tally;
        }
        let mut silent = Sum::default();
        for head in self.delivered_heads() {
            if !voted.contains(&head) {
                silent.area += areas.get(&head).unwrap_or(&0);
                silent.heads += 1;
            }
        }
        let [yes, no, abstain] = [tally.in_favour, tally.against, tally.abstain];
        let plus = |a: Sum, b: Sum| Sum { area: a.area + b.area, heads: a.heads + b.heads };
        let leads = |a: Sum, b: Sum| a.area > b.area && a.heads > b.heads;
        let mut clause = ClauseTally {
            participating: tally.participating,
            in_favour: yes,
            against: no,
            abstain,
            objecting: None,
            passed: false,
        };
        let total = tally.total;
        if let Some(limit) = terms.limit {
            let known =
                [yes, abstain, tally.invalid, silent].into_iter().fold(Sum::default(), plus);
            let area = total.area - known.area;
            let objecting = Sum { area, heads: total.heads - known.heads };
            clause.objecting = Some(objecting);
            clause.passed = objecting.area * limit.den <= total.area * limit.num
                && objecting.heads * limit.den <= total.heads * limit.num;
        } else {
            let joined = plus(tally.participating, silent);
            if leads(yes, no) && leads(yes, abstain) {
                (clause.participating, clause.in_favour) = (joined, plus(yes, silent));
            } else if leads(no, yes) && leads(no, abstain) {
                (clause.participating, clause.against) = (joined, plus(no, silent));
            } else if leads(abstain, yes) && leads(abstain, no) {
                (clause.participating, clause.abstain) = (joined, plus(abstain, silent));
            }
            let at = usize::try_from(tally.position - 1).unwrap();
            let lines = &manifest.items[at].lines;
            let met = |line: &Line, part: u64, whole: u64| {
                let (have, need) = (part * line.den, whole * line.num);
                if line.comparator == "at_least" { have >= need } else { have > need }
            };
            let (part, yes) = (clause.participating, clause.in_favour);
            clause.passed = part.area > 0
                && met(&lines.participation_by_area, part.area, total.area)
                && met(&lines.participation_by_heads, part.heads, total.heads)
                && met(&lines.approval_by_area, yes.area, part.area)
                && met(&lines.approval_by_heads, yes.heads, part.heads);
        }
        ItemTally { silent: Some(silent), with_clause: Some(clause), ..tally }
    }

    /// What the certificate says of the clause.
    pub(super) fn clause_lines(&self, item: &ItemTally) -> String {
        let (Some(silent), Some(clause)) = (item.silent, &item.with_clause) else {
            return String::new();
        };
        let rule = &self.manifest_of().rules.silent_rule;
        let pair = |sum: Sum| format!("{} {}", sum.area, sum.heads);
        let sums = match clause.objecting {
            Some(objecting) => format!("{} {}", pair(objecting), pair(item.total)),
            None => [clause.in_favour, clause.participating, item.total].map(pair).join(" "),
        };
        let (at, passed) = (item.position, if clause.passed { "passed" } else { "failed" });
        format!("silent {at} {}\nclause {at} {rule} {sums} {passed}\n", pair(silent))
    }
}
