//! E5 结息: interest is allocated by balance × days.

use super::split;
use crate::kernel::{Fen, LocalDate};

/// Σ balance × days of an account in the half-open period: `changes` are the balances from a day on, in
/// order; what held before the first of them is nothing.
pub fn balance_days(
    changes: &[(LocalDate, Fen)],
    (from, to): (LocalDate, LocalDate),
) -> Option<i64> {
    let mut sum: i64 = 0;
    for (at, (day, balance)) in changes.iter().enumerate() {
        let until = changes.get(at + 1).map_or(to, |(next, _)| *next).min(to);
        let days = until.days_since((*day).max(from));
        if days > 0 {
            sum = sum.checked_add(balance.0.checked_mul(days)?)?;
        }
    }
    Some(sum)
}

/// What each account gets of the interest, by balance × days, in their order.
pub fn allocate<K: Ord>(interest: Fen, weights: &[(K, i64)]) -> Option<Vec<Fen>> {
    split(interest, weights)
}
