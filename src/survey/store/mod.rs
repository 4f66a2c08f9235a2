//! All SQL of surveys.

pub mod answers;
pub mod questionnaires;
pub mod surveys;
pub mod tasks;
