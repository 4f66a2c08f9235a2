//! The API, as clients meet it.

mod consultation;
mod elevator;
mod funding;
mod identity;
mod fund;
pub mod joint_review;
mod official_results;
mod registry;
pub mod renovation;
pub mod survey;
mod under_way;
pub mod voting;
mod witness;
