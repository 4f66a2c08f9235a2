//! An outside witness of other deployments' logs (c2sp.org/tlog-witness): it remembers the newest
//! head of each log, and cosigns a head only if that head is shown to continue the one before. A
//! log that shows two histories can't get both cosigned. `jiugai serve --witness` serves this and
//! nothing else: a witness beside the log that it watches, on one machine and in one hand, would
//! prove nothing. Absent on purpose: leaves, votes, and anything that needs them.

mod model;
mod routes;
mod rules;
mod service;
mod store;

pub use routes::routes;
pub use service::Witness;
