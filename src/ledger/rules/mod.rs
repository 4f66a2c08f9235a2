//! Pure rules of the ledger.

pub mod moves;
pub mod post;
#[cfg(test)]
mod tests;
