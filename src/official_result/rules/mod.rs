//! Pure checks of a platform's numbers: do the sums add up, and does the verdict follow from them.

pub mod evidence;
pub mod sheet;
pub mod sums;
