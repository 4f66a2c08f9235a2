//! Pure decisions on joint reviews.

pub mod clashes;
pub mod closing;
pub mod departments;
pub mod invite;
pub mod rounds;
pub mod state;
#[cfg(test)]
mod tests;
