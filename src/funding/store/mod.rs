//! All SQL of funding. Running totals move by compare-and-set: the condition stands in the UPDATE, so
//! that of two at the same moment only one that still fits succeeds.

pub mod allocations;
pub mod payments;
pub mod sources;
