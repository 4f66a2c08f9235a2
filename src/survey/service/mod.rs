//! Use cases of surveys.

pub mod answers;
pub mod counting;
pub mod coverage;
pub mod entries;
pub mod facts;
pub mod gates;
pub mod links;
pub mod questionnaires;
pub mod reminders;
pub mod results;
pub mod steps;
pub mod tasks;
pub mod views;
pub mod words;
