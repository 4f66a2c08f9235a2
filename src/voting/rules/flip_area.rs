//! How close a result is by area: the least area whose ballots, if void, would turn it around, beside
//! the fewest heads of `flip`. The same reasoning by area: to break a participation line by area, the
//! least subset sum of all areas that reaches what is beyond the line; to break an approval line, that
//! of the areas *for*; the lines by heads, the smallest areas. A search that gives up after a fixed
//! number of steps answers with a lower bound rather than a guess.

use std::ops::RangeInclusive;

use serde::Serialize;

use crate::{
    kernel::{Outcome, Threshold},
    voting::rules::{
        count::{InvalidBallots, ItemCount, Standing},
        flip::{Search, Wanted, by_choice, to_pass},
        pack::ClassRule,
    },
};

/// The least area whose void ballots would change an outcome, in 0.01 m².
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AreaFlip {
    /// Exactly so much.
    Area {
        /// In 0.01 m².
        area: u64,
    },
    /// No set of void ballots changes it.
    Never,
    /// At least so much; the exact area was not found within the step limit.
    AtLeast {
        /// The proven lower bound in 0.01 m².
        area: u64,
    },
}

/// Finds the least area.
///
/// # Errors
/// `empty_scope` as the count itself.
pub fn flip_area(
    areas: &[u64],
    standings: &[Standing],
    invalid: InvalidBallots,
    class: &ClassRule,
) -> Outcome<AreaFlip> {
    let count = ItemCount::of(areas, standings, invalid);
    let verdict = count.judge(class)?;
    let (yes, rest) = by_choice(areas, standings, invalid);
    Ok(if verdict.passed() {
        least_to_fail(&count, class, (&yes, &rest))
    } else if verdict.participation_by_area && verdict.participation_by_heads {
        match to_pass(&count, class) {
            Some((wanted, heads)) => least(&rest, &wanted, heads),
            None => AreaFlip::Never,
        }
    } else {
        AreaFlip::Never
    })
}

fn least_to_fail(count: &ItemCount, class: &ClassRule, (yes, rest): (&[u64], &[u64])) -> AreaFlip {
    let mut all: Vec<u64> = yes.iter().chain(rest).copied().collect();
    all.sort_unstable_by(|a, b| b.cmp(a));
    let (total, part, favour) = (count.total, count.participating, count.in_favour);
    let without = |line: Threshold, whole: u64| move |left: u64| line.is_met(left, whole);
    let stays = without(class.participation_by_area.value, total.area);
    let by_area = first(part.area, |gone| !stays(part.area - gone));
    let stays = without(class.participation_by_heads.value, total.heads);
    let by_heads = first(part.heads, |gone| !stays(part.heads - gone));
    let line = class.approval_by_area.value;
    let yes_area = first(favour.area, |gone| !line.is_met(favour.area - gone, part.area - gone));
    let line = class.approval_by_heads.value;
    let yes_heads =
        first(favour.heads, |gone| !line.is_met(favour.heads - gone, part.heads - gone));
    let reach = |areas: &[u64], from: Option<u64>| {
        let wanted = Wanted { area_from: from?, area_to: areas.iter().sum() };
        let most = u64::try_from(areas.len()).unwrap_or(u64::MAX);
        Some(least(areas, &wanted, 0..=most))
    };
    let smallest = |areas: &[u64], heads: Option<u64>| {
        let heads = usize::try_from(heads?).ok()?;
        (heads <= areas.len())
            .then(|| AreaFlip::Area { area: areas.iter().rev().take(heads).sum() })
    };
    let ways = [
        reach(&all, by_area),
        smallest(&all, by_heads),
        reach(yes, yes_area),
        smallest(yes, yes_heads),
        // With nobody left nothing is approved.
        Some(AreaFlip::Area { area: part.area }),
    ];
    ways.into_iter().flatten().min_by_key(rank).unwrap_or(AreaFlip::Never)
}

/// By area; at the same area a bound comes first, because it may be less.
fn rank(flip: &AreaFlip) -> (u64, u8) {
    match flip {
        AreaFlip::AtLeast { area } => (*area, 0),
        AreaFlip::Area { area } => (*area, 1),
        AreaFlip::Never => (u64::MAX, 2),
    }
}

/// The first number up to `most` for which it holds; once it holds, it holds for all above.
fn first(most: u64, holds: impl Fn(u64) -> bool) -> Option<u64> {
    let (mut low, mut high) = (0, most);
    if !holds(high) {
        return None;
    }
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) { high = middle } else { low = middle + 1 }
    }
    Some(low)
}

/// The least sum within the wanted interval of so many of the areas; areas descending.
fn least(areas: &[u64], wanted: &Wanted, heads: RangeInclusive<u64>) -> AreaFlip {
    let fewest = usize::try_from(*heads.start()).unwrap_or(usize::MAX);
    let smallest: u64 = areas.iter().rev().take(fewest).sum();
    let mut low = wanted.area_from.max(smallest);
    let mut high = wanted.area_to;
    let from = wanted.area_from;
    if low > high {
        return AreaFlip::Never;
    }
    let mut search = Search::over(areas, Wanted { area_from: from, area_to: high });
    match within(&mut search, high, &heads) {
        Some(true) => {}
        Some(false) => return AreaFlip::Never,
        None => return AreaFlip::AtLeast { area: low },
    }
    // The lower bound itself first: in a real roll some set reaches it exactly.
    match within(&mut search, low, &heads) {
        Some(true) => return AreaFlip::Area { area: low },
        Some(false) => low += 1,
        None => return AreaFlip::AtLeast { area: low },
    }
    while low < high {
        let middle = low + (high - low) / 2;
        match within(&mut search, middle, &heads) {
            Some(true) => high = middle,
            Some(false) => low = middle + 1,
            None => return AreaFlip::AtLeast { area: low },
        }
    }
    AreaFlip::Area { area: low }
}

/// Whether some set sums to at most `to`; the middle numbers of heads first, where there are most
/// sets.
fn within(search: &mut Search<'_>, to: u64, heads: &RangeInclusive<u64>) -> Option<bool> {
    search.wanted.area_to = to;
    let (from, to) = (search.fewest().max(*heads.start()), search.most().min(*heads.end()));
    if from > to {
        return Some(false);
    }
    let middle = from + (to - from) / 2;
    for away in 0..=(to - from) / 2 + 1 {
        let (below, above) = (middle.checked_sub(away), middle.checked_add(away));
        for count in [below, above].into_iter().flatten() {
            if (from..=to).contains(&count) && search.exists(count)? {
                return Some(true);
            }
        }
    }
    Some(false)
}
