//! Use cases: record, prove, confirm, withdraw, look.

pub mod record;
mod recount;
pub mod settle;
pub mod views;
