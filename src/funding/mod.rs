//! Money from several channels 渠道不乱、用途不变: sources with what their documents permit, given item by
//! item to the plans of projects, bound by contracts, paid on invoices, returned where unspent.
//! Law and a walk: `docs/funding.md`.
//!
//! Invariants, which the database holds too: no allocation outside purpose, region or dates; never
//! more than the source has or the item costs; contracts within allocations, payments within
//! contracts and within their invoice; a payment takes two people; a purpose changes by a new
//! document only. Absent on purpose: what a plan is (a port, [`PlanLines`]), the accounts of the
//! residents' fund, bank transfers.

mod dto;
mod model;
mod routes;
mod rules;
mod service;
mod store;

pub use model::{CatalogueItem, PlanLine, PlanLines, Planned};
pub use routes::routes;
