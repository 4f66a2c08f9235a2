//! The API, as clients meet it.

mod identity;
mod registry;
pub mod voting;
mod witness;
