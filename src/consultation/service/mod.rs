//! One function per use case.

pub mod assign;
pub mod correct;
pub mod facts;
pub mod rounds;
pub mod say;
pub mod targets;
pub mod views;
pub mod visits;
