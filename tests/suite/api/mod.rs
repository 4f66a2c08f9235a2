//! The API, as clients meet it.

mod consultation;
mod elevator;
mod fund;
mod funding;
mod identity;
pub mod joint_review;
mod official_results;
mod registry;
pub mod renovation;
pub mod survey;
mod under_way;
pub mod voting;
mod witness;
