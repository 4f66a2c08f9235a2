//! How close a result is: the fewest heads whose ballots, if void, would turn it around.
//!
//! To void a ballot takes its head out of the participating and out of those for. With `P` taking
//! part and `F` for, every predicate is either `P` against the scope or `F` against `P`, so:
//!
//! **Passed → not passed**: one broken predicate is enough, hence the least over the four. The
//! fewest for a participation line are the largest areas whatever they chose; for an approval line
//! the largest areas *for*, because voiding one of those lowers the excess `den·F − num·P` by
//! `(den − num)·a ≥ 0`, while voiding any other raises it by `num·a`.
//!
//! **Not passed → passed**: voiding only lowers participation, so without participation now there is
//! no way. Voiding a ballot for never helps, so a set `S` of the others must be found, with
//! `|S| = k` smallest such that its area lies between what approval needs gone and what
//! participation can spare, and `k` likewise. The bounds on `k` are arithmetic. Whether `k` areas
//! sum into an interval is a subset-sum question: a search that prunes by the largest and the
//! smallest sums still possible answers it at once for real rolls, and gives up after a fixed number
//! of steps with a lower bound rather than a guess.

use std::ops::RangeInclusive;

use serde::Serialize;

use crate::{
    kernel::{Outcome, Threshold},
    voting::{
        model::Choice,
        rules::{
            count::{InvalidBallots, ItemCount, Standing},
            pack::ClassRule,
        },
    },
};

const STEPS: u32 = 2_000_000;

/// The fewest heads whose void ballots would change an outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Flip {
    /// Exactly so many.
    Heads {
        /// The number of heads.
        heads: u64,
    },
    /// No set of void ballots changes it.
    Never,
    /// At least so many; the exact number was not found within the step limit.
    AtLeast {
        /// The proven lower bound.
        heads: u64,
    },
}

/// Finds the flip distance of an item.
///
/// # Errors
/// `empty_scope` as the count itself.
pub fn flip(
    areas: &[u64],
    standings: &[Standing],
    invalid: InvalidBallots,
    class: &ClassRule,
) -> Outcome<Flip> {
    let count = ItemCount::of(areas, standings, invalid);
    let verdict = count.judge(class)?;
    let (yes, rest) = by_choice(areas, standings, invalid);
    Ok(if verdict.passed() {
        Flip::Heads { heads: fewest_to_fail(&count, class, &yes, &rest) }
    } else if verdict.participation_by_area && verdict.participation_by_heads {
        fewest_to_pass(&count, class, &rest)
    } else {
        Flip::Never
    })
}

/// The areas of those for, and of the others who take part; descending.
pub(super) fn by_choice(
    areas: &[u64],
    standings: &[Standing],
    invalid: InvalidBallots,
) -> (Vec<u64>, Vec<u64>) {
    let (mut yes, mut rest) = (Vec::new(), Vec::new());
    for (&area, standing) in areas.iter().zip(standings) {
        match standing {
            Standing::Cast(Choice::For) => yes.push(area),
            Standing::Cast(Choice::Against | Choice::Abstain) => rest.push(area),
            Standing::Cast(Choice::Invalid) if invalid == InvalidBallots::TakePart => {
                rest.push(area);
            }
            Standing::Cast(Choice::Invalid) | Standing::Absent | Standing::Silent => {}
        }
    }
    yes.sort_unstable_by(|a, b| b.cmp(a));
    rest.sort_unstable_by(|a, b| b.cmp(a));
    (yes, rest)
}

/// The fewest of the passed item's ballots whose absence breaks one predicate; areas descending.
fn fewest_to_fail(count: &ItemCount, class: &ClassRule, yes: &[u64], rest: &[u64]) -> u64 {
    let mut all: Vec<u64> = yes.iter().chain(rest).copied().collect();
    all.sort_unstable_by(|a, b| b.cmp(a));
    let (total, part, favour) = (count.total, count.participating, count.in_favour);
    let gone = |order: &[u64], breaks: &dyn Fn(u64, u64) -> bool| {
        let (mut heads, mut area) = (0, 0_u64);
        for next in order {
            heads += 1;
            area = area.saturating_add(*next);
            if breaks(heads, area) {
                return heads;
            }
        }
        u64::MAX
    };
    let by_participation = gone(&all, &|heads, area| {
        !class.participation_by_area.value.is_met(part.area - area, total.area)
            || !class.participation_by_heads.value.is_met(part.heads - heads, total.heads)
    });
    let by_approval = gone(yes, &|heads, area| {
        part.heads == heads
            || !class.approval_by_area.value.is_met(favour.area - area, part.area - area)
            || !class.approval_by_heads.value.is_met(favour.heads - heads, part.heads - heads)
    });
    // With nobody left nothing is approved, so voiding everything always breaks it.
    by_participation.min(by_approval).min(part.heads)
}

/// What a set of voided ballots must amount to.
pub(super) struct Wanted {
    pub(super) area_from: u64,
    pub(super) area_to: u64,
}

/// The fewest ballots not for whose absence makes the failed approval hold; areas descending.
fn fewest_to_pass(count: &ItemCount, class: &ClassRule, rest: &[u64]) -> Flip {
    let Some((wanted, heads)) = to_pass(count, class) else { return Flip::Never };
    let mut search = Search::over(rest, wanted);
    for heads in heads.start().max(&search.fewest()).to_owned()..=*heads.end().min(&search.most()) {
        match search.exists(heads) {
            Some(true) => return Flip::Heads { heads },
            Some(false) => {}
            None => return Flip::AtLeast { heads },
        }
    }
    Flip::Never
}

/// What must leave a failed item so that it passes: area, and heads; `None` where nothing helps.
pub(super) fn to_pass(
    count: &ItemCount,
    class: &ClassRule,
) -> Option<(Wanted, RangeInclusive<u64>)> {
    let (total, part, favour) = (count.total, count.participating, count.in_favour);
    let area_from = surplus(class.approval_by_area.value, favour.area, part.area)?;
    let heads_from = surplus(class.approval_by_heads.value, favour.heads, part.heads)?;
    let spare = |line: Threshold, part: u64, whole: u64| {
        u64::try_from(u128::from(part).saturating_sub(line.least_part(whole))).unwrap_or(u64::MAX)
    };
    let area_to = spare(class.participation_by_area.value, part.area, total.area);
    let heads_to = spare(class.participation_by_heads.value, part.heads, total.heads);
    Some((Wanted { area_from, area_to }, heads_from..=heads_to))
}

/// The least that must leave `part` so that `yes` of what remains meets the line; `None` where
/// nobody is for.
pub(super) fn surplus(line: Threshold, yes: u64, part: u64) -> Option<u64> {
    if yes == 0 {
        return None;
    }
    let met = |gone: u64| part.checked_sub(gone).is_some_and(|left| line.is_met(yes, left));
    // More leaving only helps, so halving finds the least.
    let (mut low, mut high) = (0, part.checked_sub(yes)?);
    if !met(high) {
        return None;
    }
    while low < high {
        let middle = low + (high - low) / 2;
        if met(middle) { high = middle } else { low = middle + 1 }
    }
    Some(low)
}

/// Looks for `k` of the areas whose sum lies in the wanted interval.
pub(super) struct Search<'a> {
    areas: &'a [u64],
    /// `sums[i]` is the sum of the `i` largest.
    sums: Vec<u64>,
    pub(super) wanted: Wanted,
    steps: u32,
}

impl<'a> Search<'a> {
    pub(super) fn over(areas: &'a [u64], wanted: Wanted) -> Self {
        let mut sums = vec![0_u64];
        let mut sum = 0_u64;
        for area in areas {
            sum = sum.saturating_add(*area);
            sums.push(sum);
        }
        Self { areas, sums, wanted, steps: STEPS }
    }

    /// The fewest areas, the largest ones, that reach the interval.
    pub(super) fn fewest(&self) -> u64 {
        let short = self.sums.partition_point(|sum| *sum < self.wanted.area_from);
        u64::try_from(short).unwrap_or(u64::MAX)
    }

    /// The most areas, the smallest ones, that do not pass the interval.
    pub(super) fn most(&self) -> u64 {
        let all = self.sums.last().copied().unwrap_or(0);
        let left_out = self.sums.partition_point(|sum| all - sum > self.wanted.area_to);
        u64::try_from(self.sums.len().saturating_sub(1 + left_out)).unwrap_or(0)
    }

    /// Whether such a set of `k` exists; `None` if the steps ran out.
    pub(super) fn exists(&mut self, k: u64) -> Option<bool> {
        let k = usize::try_from(k).ok()?;
        // A stack of (first area still free, how many to take, sum so far): depth first, without
        // recursion, taking the larger areas first.
        let mut open = vec![(0, k, 0_u64)];
        while let Some((from, take, sum)) = open.pop() {
            self.steps = self.steps.checked_sub(1)?;
            let (Some(largest), Some(smallest)) =
                (self.window(from, take), self.window(self.areas.len().wrapping_sub(take), take))
            else {
                continue;
            };
            let (most, least) = (sum.saturating_add(largest), sum.saturating_add(smallest));
            if most < self.wanted.area_from || least > self.wanted.area_to {
                continue;
            }
            if most <= self.wanted.area_to || least >= self.wanted.area_from {
                return Some(true);
            }
            if self.some_window(from, take, sum) {
                return Some(true);
            }
            if let Some(area) = self.areas.get(from).filter(|_| take > 0) {
                open.push((from + 1, take, sum));
                open.push((from + 1, take - 1, sum.saturating_add(*area)));
            }
        }
        Some(false)
    }

    /// The sum of `take` neighbouring areas, or `None` where there are not so many.
    fn window(&self, from: usize, take: usize) -> Option<u64> {
        let end = self.sums.get(from.checked_add(take)?)?;
        Some(end - self.sums.get(from)?)
    }

    /// Whether some run of neighbours fits: the window sums fall from left to right, so halving
    /// finds the first that is not too large.
    fn some_window(&self, from: usize, take: usize, sum: u64) -> bool {
        let total = |start| self.window(start, take).map(|area| sum.saturating_add(area));
        let (mut low, mut high) = (from, self.areas.len().saturating_sub(take));
        while low < high {
            let middle = low + (high - low) / 2;
            if total(middle).is_some_and(|total| total > self.wanted.area_to) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        total(low)
            .is_some_and(|total| (self.wanted.area_from..=self.wanted.area_to).contains(&total))
    }
}
