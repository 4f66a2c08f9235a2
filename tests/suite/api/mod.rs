//! The API, as clients meet it.

mod elevator;
mod identity;
mod official_results;
mod registry;
mod survey;
pub mod voting;
mod witness;
