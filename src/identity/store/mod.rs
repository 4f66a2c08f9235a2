//! All SQL of the slice.

mod accounts;
mod attempts;
mod codes;
mod grants;
mod sessions;
mod sweep;

pub use accounts::*;
pub use attempts::*;
pub use codes::*;
pub use grants::*;
pub use sessions::*;
pub use sweep::*;
