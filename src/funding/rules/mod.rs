//! Pure decisions on money from several channels.

pub mod fit;
pub mod purposes;
pub mod reports;

#[cfg(test)]
mod tests;
