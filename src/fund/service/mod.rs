//! Use cases of the repair fund.

pub mod bills;
pub mod claims;
pub mod households;
pub mod match_views;
pub mod operations;
pub mod plan;
pub mod plan_income;
pub mod plan_use;
pub mod schemes;
pub mod uses;
pub mod views;
pub mod votes;
