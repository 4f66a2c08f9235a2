//! All SQL of the slice.

pub mod applications;
pub mod assignments;
pub mod consultations;
pub mod objections;
pub mod pledges;
pub mod stances;
