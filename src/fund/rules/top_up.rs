//! The 30 % line 续筹: a sub-account below it must be topped up (165号令 art. 17; 宁波 69).

use crate::kernel::Fen;

/// Whether a balance is below the policy's percentage of its base: 100·b < p·f.
pub fn is_below_line(balance: Fen, base: Fen, percent: u32) -> bool {
    i128::from(balance.0) * 100 < i128::from(base.0) * i128::from(percent)
}

/// [`is_below_line`] for a base that is no whole fen: the new-housing standard of a unit, in 1/10,000 fen.
pub fn is_below_standard(balance: Fen, (area, standard): (i64, i64), percent: u32) -> bool {
    i128::from(balance.0) * 100 * 100
        < i128::from(area) * i128::from(standard) * i128::from(percent)
}
