//! The words of a vote's public log: its leaves and the openings of what they withhold
//! (`docs/vote-log.md`). Absent on purpose: what a leaf means for the count (`voting`, `verifier`),
//! the tree and its signatures (`platform::tlog`).

pub mod commitment;
mod delivery;
pub mod leaf;
mod opened;
mod paper;
mod proxy;
mod question;
mod recheck;
mod roll;

pub use commitment::{Opening, Openings};
pub use leaf::*;
