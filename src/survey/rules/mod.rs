//! Pure decisions of surveys: what a questionnaire and an answer must be, which answer counts, whether
//! a gate is met, and which numbers are too few to be shown.

pub mod answer;
pub mod cells;
pub mod gate;
pub mod questionnaire;
pub mod select;
pub mod state;
#[cfg(test)]
mod tests;
