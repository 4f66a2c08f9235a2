//! Use cases of renovation projects.

pub mod deadlines;
pub mod drawings;
pub mod evidence;
mod facts;
pub mod menu;
pub mod planned;
pub mod plans;
pub mod policies;
pub mod projects;
pub mod public;
pub mod readiness;
pub mod reviews;
pub mod views;

pub use facts::get_project;
