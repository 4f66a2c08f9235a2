//! Results of official platforms 官方平台表决结果: where a city's own platform must run the vote, its
//! result is recorded here with its evidence, its numbers are checked, and a second person confirms.
//!
//! Invariants: what was recorded never changes, a correction is another record that supersedes it;
//! nobody confirms his own record; a verdict that the numbers do not give is never confirmed. Absent
//! on purpose: ballots, rolls and logs, which the platform has.

mod dto;
mod model;
mod routes;
mod rules;
mod service;
mod store;

pub use routes::routes;
