//! All SQL of the slice.

pub mod assignments;
pub mod consultations;
pub mod stances;
