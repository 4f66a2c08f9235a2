//! What the API takes and gives. Personal data is masked on its way into these types; nothing here
//! can hold a sealed value. Absent on purpose: queries.

mod boundaries;
mod communities;
mod imports;
mod people;
mod units;

pub use boundaries::*;
pub use communities::*;
pub use imports::*;
pub use people::*;
pub use units::*;
