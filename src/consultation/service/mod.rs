//! One function per use case.

pub mod applications;
pub mod assign;
pub mod correct;
pub mod facts;
pub mod objections;
pub mod pledges;
pub mod rounds;
pub mod say;
pub mod targets;
pub mod views;
pub mod visits;
