//! Splits of a sum that lose nothing: the largest remainder method, ties by a key.

use std::collections::BTreeSet;

use crate::kernel::Fen;

/// Splits `total` in proportion to the weights, in the order of `parts`. Each part is first cut to
/// whole fen; what is left goes, a fen each, to the largest remainders, among equal ones to the
/// smaller keys. The parts sum to `total`, and do not depend on the order of `parts`.
///
/// `None` where the total or a weight is negative, or where no weight is above zero.
#[must_use]
pub fn by_largest_remainder<K: Ord>(total: Fen, parts: &[(K, i64)]) -> Option<Vec<Fen>> {
    if total.0 < 0 || parts.iter().any(|(_, weight)| *weight < 0) {
        return None;
    }
    let sum: i128 = parts.iter().map(|(_, weight)| i128::from(*weight)).sum();
    if sum == 0 {
        return None;
    }
    let mut cut = Vec::with_capacity(parts.len());
    let mut remainders = Vec::with_capacity(parts.len());
    let mut given: i128 = 0;
    for (at, (key, weight)) in parts.iter().enumerate() {
        let product = i128::from(total.0).checked_mul(i128::from(*weight))?;
        cut.push(product / sum);
        given += product / sum;
        remainders.push((product % sum, key, at));
    }
    remainders
        .sort_by(|one, two| two.0.cmp(&one.0).then_with(|| (one.1, one.2).cmp(&(two.1, two.2))));
    let left = usize::try_from(i128::from(total.0) - given).ok()?;
    let favoured: BTreeSet<usize> = remainders.iter().take(left).map(|(_, _, at)| *at).collect();
    let parts = cut
        .into_iter()
        .enumerate()
        .map(|(at, part)| i64::try_from(part + i128::from(favoured.contains(&at))).ok().map(Fen));
    parts.collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn split(total: &str, parts: &[(&str, i64)]) -> Vec<String> {
        let parts = by_largest_remainder(total.parse().unwrap(), parts).unwrap();
        parts.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn f2c_a_tie_goes_by_code() {
        assert_eq!(split("100.00", &[("c", 1), ("a", 1), ("b", 1)]), ["33.33", "33.34", "33.33"]);
    }

    #[test]
    fn f2_a_sum_is_split_by_area() {
        // Areas whose shares are those of the worked case.
        let areas = [("1", 8888), ("2", 6951), ("3", 6127)];
        let parts = by_largest_remainder(Fen(500_001), &areas).unwrap();
        assert_eq!(Fen::checked_sum(parts), Some(Fen(500_001)));
    }

    #[test]
    fn nothing_is_split_by_nothing() {
        assert_eq!(by_largest_remainder(Fen(100), &[("a", 0), ("b", 0)]), None);
        assert_eq!(by_largest_remainder::<&str>(Fen(100), &[]), None);
        assert_eq!(by_largest_remainder(Fen(-1), &[("a", 1)]), None);
        assert_eq!(by_largest_remainder(Fen(1), &[("a", 2), ("b", -1)]), None);
        assert_eq!(by_largest_remainder(Fen(0), &[("a", 1)]), Some(vec![Fen(0)]));
    }

    proptest! {
        #[test]
        fn the_parts_sum_to_the_whole_and_zero_weights_get_nothing(
            total in 0_i64..10_000_000_000_000,
            weights in prop::collection::vec(0_i64..1_000_000_000, 1..60),
        ) {
            let parts: Vec<_> = weights.iter().copied().enumerate().collect();
            let Some(split) = by_largest_remainder(Fen(total), &parts) else {
                prop_assert!(weights.iter().all(|weight| *weight == 0));
                return Ok(());
            };
            prop_assert_eq!(Fen::checked_sum(split.iter().copied()), Some(Fen(total)));
            let sum: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
            for (part, weight) in split.iter().zip(&weights) {
                // Less than a fen away from the exact share.
                let off = i128::from(part.0) * sum - i128::from(total) * i128::from(*weight);
                prop_assert!(off.abs() < sum);
                prop_assert!(*weight > 0 || part.0 == 0);
            }
        }

        #[test]
        fn the_order_of_the_parts_changes_nothing(
            total in 0_i64..1_000_000_000,
            weights in prop::collection::vec(0_i64..5, 1..40),
        ) {
            let parts: Vec<_> = weights.iter().copied().enumerate().collect();
            let mut turned = parts.clone();
            turned.reverse();
            let split = by_largest_remainder(Fen(total), &parts);
            let back = by_largest_remainder(Fen(total), &turned).map(|mut parts| {
                parts.reverse();
                parts
            });
            prop_assert_eq!(split, back);
        }
    }
}
