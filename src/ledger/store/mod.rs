//! The ledger's tables.

pub mod accounts;
pub mod checks;
pub mod journals;
pub mod periods;
pub mod reservations;
