//! Surveys 居民调查: a questionnaire's version is put to the households of a community; what they
//! answer is counted for a gate, such as 河北's 80 % to include, consult, adopt and accept. Its states
//! are drawn in `docs/state-machines/survey.md`.
//!
//! Invariants: the roll of households is frozen at the opening; every answer is kept; one counts for a
//! household, the latest of its own words given before the close; nothing sums answers before the close;
//! what was published, answered or counted never changes. Absent on purpose: names of residents,
//! statutory votes (`voting`), projects.

mod dto;
mod model;
mod pages;
mod routes;
mod rules;
mod service;
mod store;

pub use model::{Denominator, GateTest, GateVerdict, Purpose, SurveyState};
pub use routes::routes;
pub use service::{
    gates::{SurveyGate, find_gate, list_open},
    reminders::SurveyPost,
    results::public_result,
    steps::close_due,
};
