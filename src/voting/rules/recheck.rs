//! The re-check 抽样复核 of paper before a result is confirmed: how many sheets are read again, and
//! which. Up to 500 sheets: all. Above, a ballot-comparison sample at a risk of 5 % (Stark, "Super-simple
//! simultaneous single-ballot risk-limiting audits", 2010, as in Arlo, no misread expected):
//! `n = ⌈2·1.03905·ln(1/0.05) / margin⌉`. A stranger can repeat the draw from the seed: the steps stand
//! in `docs/vote-log.md`. Integers only. Absent on purpose: who reads, and what was read.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use crate::voting::rules::{
    count::{ItemCount, Weight},
    pack::ClassRule,
};

/// Up to so many sheets, all are read again.
pub const READ_ALL: u64 = 500;
/// `2 · 1.03905 · ln 20 = 6.225431…` in millionths, rounded up.
const FACTOR: u128 = 6_225_432;
const MILLION: u128 = 1_000_000;

/// Draws that a margin of `num/den` needs; `None` where no number of draws is enough.
fn draws_for(num: u128, den: u128) -> Option<u64> {
    let need = FACTOR.checked_mul(den)?;
    let have = MILLION.checked_mul(num).filter(|have| *have > 0)?;
    u64::try_from(need.div_ceil(have)).ok()
}

/// How many draws by heads, and as many by area, the count of a vote needs; `None`: every sheet is
/// read again. `paper` is the sum of the sheets.
///
/// The margin of a line is twice its distance `|part − share·whole|` over the heads, or the area, of
/// the paper: so many sheets misread at the worst, for a misread sheet moves a line by its own weight
/// at most. The smallest margin of all lines of all items decides.
#[must_use]
pub fn draws(items: &[(ItemCount, &ClassRule)], paper: Weight) -> Option<u64> {
    if paper.heads <= READ_ALL {
        return None;
    }
    let mut most = 0;
    for (count, class) in items {
        let (total, part, yes) = (count.total, count.participating, count.in_favour);
        let lines = [
            (class.participation_by_area.value, part.area, total.area, paper.area),
            (class.participation_by_heads.value, part.heads, total.heads, paper.heads),
            (class.approval_by_area.value, yes.area, part.area, paper.area),
            (class.approval_by_heads.value, yes.heads, part.heads, paper.heads),
        ];
        for (line, part, whole, of) in lines {
            let distance = line.excess(part, whole).unsigned_abs();
            let base = u128::from(of) * u128::from(line.ratio.den());
            most = most.max(draws_for(2 * distance, base)?);
        }
    }
    (most < paper.heads).then_some(most)
}

/// Whether so many draws are as many as a later count needs; `None`: every sheet.
#[must_use]
pub fn suffices(drawn: Option<u64>, needed: Option<u64>) -> bool {
    drawn.is_none_or(|drawn| needed.is_some_and(|needed| needed <= drawn))
}

/// The sheets that are drawn, by their place in the list of their areas: `draws` times uniformly, and
/// as often in proportion to area. A sheet may be drawn several times.
#[must_use]
pub fn sample(seed: &str, draws: u64, sheets: &[u64]) -> BTreeSet<usize> {
    let mut heads = Sampler::new(seed, "heads");
    let mut drawn = BTreeSet::new();
    let count = u64::try_from(sheets.len()).unwrap_or(u64::MAX);
    for _ in 0..draws {
        drawn.extend(heads.below(count).and_then(|place| usize::try_from(place).ok()));
    }
    // Sheet k holds the places from the sum before it up to its own.
    let sums: Vec<u64> = sheets
        .iter()
        .scan(0_u64, |sum, area| {
            *sum = sum.saturating_add(*area);
            Some(*sum)
        })
        .collect();
    let mut area = Sampler::new(seed, "area");
    for _ in 0..draws {
        let place = area.below(sums.last().copied().unwrap_or(0));
        drawn.extend(place.map(|place| sums.partition_point(|sum| *sum <= place)));
    }
    drawn
}

/// Numbers from a public seed.
struct Sampler<'a> {
    seed: &'a str,
    name: &'static str,
    counter: u64,
}

impl<'a> Sampler<'a> {
    const fn new(seed: &'a str, name: &'static str) -> Self {
        Self { seed, name, counter: 0 }
    }

    /// The next number below `limit`: the first eight bytes, big endian, of
    /// `SHA-256(seed ‖ 0x0a ‖ name ‖ 0x0a ‖ counter in decimal)`, counter 0, 1, 2 …; what lies at or above
    /// the largest multiple of `limit` is thrown away. `None` below nothing.
    fn below(&mut self, limit: u64) -> Option<u64> {
        let limit = u128::from(limit);
        let multiple = (1_u128 << 64).checked_div(limit)? * limit;
        loop {
            let text = format!("{}\n{}\n{}", self.seed, self.name, self.counter);
            self.counter += 1;
            let digest = Sha256::digest(text.as_bytes());
            let bytes: [u8; 8] = digest.first_chunk().copied()?;
            let number = u128::from(u64::from_be_bytes(bytes));
            if number < multiple {
                return u64::try_from(number % limit).ok();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::{Ratio, Threshold};

    #[test]
    fn the_worked_margins_give_their_sample_sizes() {
        for (percent, need) in [(20, 32), (10, 63), (5, 125), (2, 312)] {
            assert_eq!(draws_for(percent, 100), Some(need), "{percent} %");
        }
        assert_eq!(draws_for(0, 100), None);
    }

    fn class() -> ClassRule {
        let line = |num, den| Threshold::more_than(Ratio::new(num, den).unwrap());
        ClassRule::plain([line(2, 3), line(2, 3), line(1, 2), line(1, 2)])
    }

    /// 1,000 heads of 100.00 m² each, all on paper; so many are for.
    fn count(in_favour: u64) -> ItemCount {
        let weight = |heads| Weight { area: heads * 10_000, heads };
        ItemCount {
            total: weight(1_000),
            participating: weight(1_000),
            in_favour: weight(in_favour),
            against: weight(1_000 - in_favour),
            ..ItemCount::default()
        }
    }

    #[test]
    fn the_smallest_margin_of_all_lines_decides() {
        let (class, paper) = (class(), Weight { area: 10_000_000, heads: 1_000 });
        let of = |votes: &[u64]| {
            let items: Vec<_> = votes.iter().map(|votes| (count(*votes), &class)).collect();
            draws(&items, paper)
        };
        // 600 of 1,000 against a half: the margin of the item is 20 %.
        assert_eq!(of(&[600]), Some(32));
        assert_eq!(of(&[600, 525]), Some(125));
        assert_eq!(of(&[400]), Some(32));
        // A tie, and a margin that asks for more draws than there are sheets.
        assert_eq!(of(&[500]), None);
        assert_eq!(of(&[501]), None);
        let by_area = ItemCount { in_favour: Weight { area: 5_100_000, heads: 600 }, ..count(600) };
        assert_eq!(draws(&[(by_area, &class)], paper), Some(312));
    }

    #[test]
    fn a_smaller_margin_needs_more_than_was_drawn() {
        assert!(suffices(Some(32), Some(32)) && suffices(Some(32), Some(31)));
        assert!(!suffices(Some(32), Some(33)) && !suffices(Some(32), None));
        assert!(suffices(None, Some(400)) && suffices(None, None));
    }

    #[test]
    fn up_to_five_hundred_sheets_all_are_read() {
        let class = class();
        let of = |heads| draws(&[(count(900), &class)], Weight { area: heads * 10_000, heads });
        assert_eq!(of(500), None);
        assert!(of(501).is_some());
    }

    #[test]
    fn a_draw_is_repeated_from_its_seed_and_no_other() {
        let areas: Vec<u64> = (0..1_000).map(|n| 5_000 + n).collect();
        let drawn = sample("3 14 15 92 65 35", 63, &areas);
        assert_eq!(drawn, sample("3 14 15 92 65 35", 63, &areas));
        assert_ne!(drawn, sample("3 14 15 92 65 36", 63, &areas));
        assert!(drawn.len() <= 126 && drawn.iter().all(|place| *place < 1_000));
    }

    #[test]
    fn the_draw_by_area_follows_the_area() {
        // One sheet holds nine tenths of the area.
        let mut areas = vec![1_000; 1_000];
        areas[7] = 9_000_000;
        let mut sampler = Sampler::new("dice", "area");
        let hits = (0..1_000).filter(|_| {
            let place = sampler.below(9_999_000).unwrap();
            (7_000..9_007_000).contains(&place)
        });
        assert!((850..950).contains(&hits.count()));
        assert!(sample("dice", 40, &areas).contains(&7));
    }

    #[test]
    fn a_stranger_repeats_the_first_numbers_by_hand() {
        // printf 'dice\nheads\n0' | sha256sum, the first 16 digits as a number, modulo 1000.
        let mut sampler = Sampler::new("dice", "heads");
        let numbers: Vec<_> = (0..4).filter_map(|_| sampler.below(1_000)).collect();
        assert_eq!(numbers, WORKED);
        assert_eq!(Sampler::new("dice", "heads").below(0), None);
    }

    const WORKED: [u64; 4] = [996, 386, 214, 93];
}
