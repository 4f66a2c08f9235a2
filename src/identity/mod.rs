//! Identity: who signs in, with what, and who was granted which role where.
//!
//! Invariants: a code goes only to a contact on the register; a refresh token is good once, and its
//! second appearance ends its family; a session that was ended is refused at the next request;
//! nobody grants beyond the own scope; an unknown login is answered like a known one.
//! Absent on purpose: what a permission allows to be done (the other slices), single sign-on.

mod dto;
mod model;
mod routes;
mod rules;
mod service;
mod store;

pub use model::{Directory, DirectoryOwner};
pub use routes::routes;
pub use service::{Identity, IdentitySettings, find_staff};
