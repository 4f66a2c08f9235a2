//! Pure decisions of renovation projects.

pub mod catalogue;
pub mod change_order;
pub mod deadlines;
pub mod diff;
pub mod policy;
pub mod readiness;
pub mod reviews;
pub mod stage;
pub mod timeline;
mod words;

#[cfg(test)]
mod tests;
