//! Pure decisions of the registry. Absent on purpose: diesel, clocks, files, other slices.

pub mod boundaries;
pub mod compare;
pub mod identity_number;
