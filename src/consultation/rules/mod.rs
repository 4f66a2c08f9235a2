//! Pure decisions: which state follows, whether a visit may be recorded, where a household stands.

pub mod applications;
pub mod cases;
pub mod standing;
pub mod state;
pub mod visit;

#[cfg(test)]
mod tests;
