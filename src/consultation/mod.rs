//! Consultation 征询: applications from every channel, three rounds of visits by different people, what
//! each household says, objections with their answers, pledges. `docs/consultation.md` is the tour; the
//! states are drawn in `docs/state-machines/consultation.md`.
//!
//! Invariants: what a household said is never rewritten; its stance changes only by its own word or its
//! recorded confirmation; a wrong entry is corrected beside the original by two people, never after the
//! end; a visit counts once, however often the phone sends it. Absent on purpose: the statutory vote,
//! surveys, the plan.

mod dto;
mod model;
mod routes;
mod rules;
mod service;
mod store;

pub use model::PledgeKind;
pub use routes::routes;
pub use service::{
    objections::{PublicObjection, list_plan_changes},
    pledges::pledged_households,
};
pub use store::consultations::list_running;
