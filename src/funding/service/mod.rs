//! Use cases of money from several channels: load facts → rules → store → event → audit.

pub mod allocations;
pub mod commitments;
pub mod facts;
pub mod gaps;
pub mod invoices;
pub mod matrix;
pub mod payments;
pub mod reports;
pub mod sources;
pub mod views;
