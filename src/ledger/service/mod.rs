//! Use cases of the ledger.

pub mod accounts;
pub mod books;
pub mod check;
pub mod export;
pub mod leaf;
pub mod lookups;
pub mod periods;
pub mod post;
pub mod reserve;
pub mod reverse;
pub mod views;
