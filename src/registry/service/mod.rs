//! Use cases of the registry: one function each, in the caller's transaction.

pub mod boundaries;
pub mod boundary_views;
pub mod communities;
pub mod import;
pub mod owners;
pub mod people;
pub mod units;
