//! Joint reviews 联合审查 (武汉): the departments that a plan concerns say what they think of each of
//! its items, in rounds on fixed versions of the plan, until nothing is unresolved. The states are
//! drawn in `docs/state-machines/joint-review.md`; a tour: `docs/joint-review.md`.
//!
//! Invariants: every opinion, answer and round stays; an opinion carries over while its item is the
//! same and is asked for anew where it is not; silence is recorded as silence and never as a pass; a
//! case closes only where `rules::closing` finds nothing open. Absent on purpose: plans and projects
//! (`renovation` opens the rounds and reads what stands).

mod dto;
mod model;
mod routes;
mod rules;
mod service;
mod store;

pub use model::{InviteWish, PlanItem, PlanReference, ReviewSettings, ReviewState, Standing};
pub use routes::routes;
pub use service::{
    rounds::open_round, silence::record_due_silence, standing::find_standing, views::CaseView,
};
