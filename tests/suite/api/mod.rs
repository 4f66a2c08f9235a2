//! The API, as clients meet it.

mod consultation;
mod elevator;
mod identity;
mod official_results;
mod registry;
mod renovation;
pub mod survey;
mod under_way;
pub mod voting;
mod witness;
