//! All SQL of elevator cases.

pub mod agreements;
pub mod cases;
pub mod objections;
