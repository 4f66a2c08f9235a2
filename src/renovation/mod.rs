//! Renovation projects 改造项目: from the application to the warranty, through the gates of a
//! district's policy pack; the plan in versions, of which the owners decide exactly one. The stages
//! and what each needs: `docs/state-machines/project-stages.md`; a tour: `docs/renovation.md`.
//!
//! Invariants: nobody passes a gate that is not met, whatever the role; a project keeps the policy that
//! it pinned; a fixed plan never changes, and a vote counts only for the plan whose SHA-256 is among
//! its materials, or of which that is a small change order. Absent on purpose: votes (`voting`) and
//! surveys (a port, [`SurveyGates`]).

mod dto;
mod model;
mod routes;
mod rules;
mod service;
mod store;

pub use model::{
    Choices, ContentItem, Gate, GateAnswer, NewPlanItem, NewProject, PlanContent, Quantity, Stage,
    SurveyGates,
};
pub use routes::routes;
pub use service::{
    deadlines::fire_due,
    get_project,
    planned::{PlannedItem, PlannedProject, content_items, find_planned, list_planned},
    plans::{draft as draft_plan, fix as fix_plan},
    projects::{board as stage_board, create as open_project},
    readiness::readiness,
};
pub use store::unfinished::list_unfinished;
