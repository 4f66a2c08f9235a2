//! The fund's tables.

pub mod claims;
pub mod operations;
pub mod schemes;
pub mod uses;
