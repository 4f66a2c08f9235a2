//! Use cases of joint reviews.

pub mod closing;
pub mod delegates;
pub mod export;
pub mod facts;
pub mod lists;
pub mod opinions;
pub mod responses;
pub mod rounds;
pub mod silence;
pub mod standing;
pub mod views;
