//! Extension, close, count.

use super::{Certified, Counted, Phase, Replay, Rule};
use crate::{
    ballot_log::{Close, Extend, ItemTally, Sum, Tally},
    verifier::count,
    voting::{ItemCount, Weight},
};

impl Replay {
    pub(super) fn extend(&mut self, seq: u64, extend: &Extend) {
        if !self.is_in_window(extend.at) || extend.closes_at <= self.closes_at {
            let message = "延期须在表决期间作出且晚于原截止 (an extension is made while the vote is \
                           open, and moves the close later)";
            return self.fault(seq, Rule::Extend, message);
        }
        if !are_two(&extend.by) {
            let message = "延期须由两人作出 (two people are needed to extend)";
            return self.fault(seq, Rule::Extend, message);
        }
        self.closes_at = extend.closes_at;
    }

    pub(super) fn close(&mut self, seq: u64, close: &Close) {
        self.phase = Phase::Closed;
        self.closed_at = Some(close.at);
        if close.at < self.closes_at {
            let message = "早于公告的截止 (closed before the announced close)";
            self.fault(seq, Rule::Order, message);
        }
    }

    pub(super) fn tally(&mut self, seq: u64, tally: Tally) {
        self.phase = Phase::Counted;
        self.must_be_delivered(seq);
        if let Some(message) = self.wrong_with_tally(&tally) {
            self.fault(seq, Rule::Tally, &message);
        }
        self.is_ruled_since = false;
        let disputed = self.count_disputed();
        self.counted = Some(Counted { seq, tally, disputed });
    }

    pub(super) fn certify(&mut self, seq: u64, text: String) {
        if self.is_ruled_since {
            let message = "裁决之后未重新计票 (an answer to a dispute came after the count)";
            self.fault(seq, Rule::Certificate, message);
        }
        self.must_be_rechecked(seq);
        self.certified = Some(Certified { seq, text });
    }

    fn wrong_with_tally(&self, tally: &Tally) -> Option<String> {
        let manifest = self.manifest.as_ref()?;
        if tally.items.len() != manifest.items.len() {
            return Some("事项数不符 (not as many items as on the ballot)".to_owned());
        }
        let counts = count::recount(self);
        for (at, (item, told)) in manifest.items.iter().zip(&tally.items).enumerate() {
            let position = item.position;
            let wrong = |what: &str| Some(format!("事项 item {position}: {what}"));
            if told.position != position || told.total != self.roll.total() {
                return wrong("编号或总数不符 (its number or the total differ)");
            }
            let count = as_count(told);
            let parts = count.in_favour.plus(count.against).plus(count.abstain);
            let invalid = manifest.rules.invalid_participates;
            let parts = if invalid { parts.plus(count.invalid) } else { parts };
            if count.participating != parts {
                return wrong("参与数不是各项之和 (participating is not the sum of its parts)");
            }
            let verdict = self.classes.get(at).and_then(|class| count.judge(class).ok());
            if verdict.is_none_or(|verdict| verdict.passed() != told.passed) {
                return wrong("结论不合比例 (the outcome is not what the lines say)");
            }
            let clause = self.clause(position);
            let by_clause = clause.zip(self.classes.get(at));
            let by_clause =
                by_clause.and_then(|(clause, class)| count::by_clause(&count, clause, class));
            if told.silent.is_some() != clause.is_some() || told.with_clause != by_clause {
                return wrong("按条款的计票不符 (the count by the clause is not what it says)");
            }
            let recounted = counts.as_ref().and_then(|counts| counts.get(at));
            if let Some(recounted) = recounted
                && *recounted != count
            {
                let (have, need) = (show(&count), show(recounted));
                return wrong(&format!("{have}，重新计票为 {need} (the recount differs)"));
            }
        }
        None
    }
}

/// Whether these are the signatures of two different people at least.
pub(super) fn are_two(by: &[String]) -> bool {
    by.iter().any(|one| Some(one) != by.first())
}

const fn weight(sum: Sum) -> Weight {
    Weight { area: sum.area, heads: sum.heads }
}

pub(super) fn as_count(told: &ItemTally) -> ItemCount {
    ItemCount {
        total: weight(told.total),
        participating: weight(told.participating),
        in_favour: weight(told.in_favour),
        against: weight(told.against),
        abstain: weight(told.abstain),
        invalid: weight(told.invalid),
        silent: weight(told.silent.unwrap_or_default()),
    }
}

fn show(count: &ItemCount) -> String {
    let pair = |weight: Weight| format!("{}/{}", weight.area, weight.heads);
    let [yes, no, abstain] = [count.in_favour, count.against, count.abstain].map(pair);
    let [invalid, silent] = [count.invalid, count.silent].map(pair);
    format!("for {yes} against {no} abstain {abstain} invalid {invalid} silent {silent}")
}
