//! Pure decisions on elevator cases.

pub mod agreement;
pub mod shares;
pub mod state;

#[cfg(test)]
mod tests;
