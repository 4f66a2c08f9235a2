//! Pure rules of the repair fund: what a unit must pay in, who bears what of a use, what is matched. Every
//! split is by largest remainder, ties by the unit's code, so that not a fen is left over.

pub mod assess;
pub mod interest;
pub mod shares;
pub mod subsidy;
#[cfg(test)]
mod tests;
pub mod top_up;

use crate::kernel::{Fen, split::by_largest_remainder};

/// `numerator / denominator` to the nearest fen, half up; `None` beyond what an amount may be.
pub(crate) fn half_up(numerator: i128, denominator: i128) -> Option<Fen> {
    let doubled = numerator.checked_mul(2)?.checked_add(denominator)?;
    i64::try_from(doubled.div_euclid(denominator.checked_mul(2)?)).ok().map(Fen)
}

/// A sum over weights, in their order; nothing for each where there is nothing to split.
pub(crate) fn split<K: Ord>(total: Fen, parts: &[(K, i64)]) -> Option<Vec<Fen>> {
    if total == Fen::ZERO {
        return Some(vec![Fen::ZERO; parts.len()]);
    }
    by_largest_remainder(total, parts)
}
