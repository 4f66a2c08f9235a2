//! All SQL of joint reviews.

pub mod cases;
pub mod delegates;
pub mod opinions;
