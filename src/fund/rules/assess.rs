//! E1 应交: what a unit is to pay in, of the standard for new housing.

use super::half_up;
use crate::kernel::{Area, Fen};

/// area (0.01 m²) × standard (fen a m²) × percent, half up to the fen; `None` beyond what an amount may be.
pub fn assess(area: Area, standard: Fen, percent: u32) -> Option<Fen> {
    let product = i128::from(area.0).checked_mul(i128::from(standard.0))?;
    half_up(product.checked_mul(i128::from(percent))?, 10_000)
}
