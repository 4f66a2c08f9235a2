//! Projects, plans and evidence in the database.

pub mod deadlines;
pub mod drawings;
pub mod evidence;
pub mod planned;
pub mod plans;
pub mod projects;
pub mod unfinished;
