//! The API, as clients meet it.

mod elevator;
mod identity;
mod registry;
pub mod voting;
mod witness;
