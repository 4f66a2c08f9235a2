//! The repair fund 住宅专项维修资金, 即交即用即补: schemes and bills, uses, payments, audits, matches. It decides what
//! is booked; `ledger` books it. `docs/repair-fund.md` is a tour that a test runs.
//!
//! Invariants: nothing is raised without a confirmed special vote (matter 6), nothing used without a
//! confirmed vote (matter 5), and only by the units that voted; a unit never pays for another; the match
//! is half of audited use, cumulatively, and matched money earns none. Absent on purpose: plans
//! (`PlanItems` is asked), other channels of money.

mod dto;
mod model;
mod routes;
mod rules;
mod service;
mod store;

pub use model::{PlanItemFacts, PlanItems};
pub use routes::routes;
