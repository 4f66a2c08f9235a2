//! Use cases of elevator cases: load facts → rules → store → event → audit.

pub mod agreement;
pub mod board;
pub mod cases;
pub mod facts;
pub mod objections;
pub mod plans;
pub mod views;
