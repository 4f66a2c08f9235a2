//! Who is asking and what they may do: sealed personal data, tokens, passwords, permissions and
//! scopes. Absent on purpose: accounts, sessions and grants themselves (`identity` keeps them).

mod extract;
pub mod password;
pub mod permission;
mod principal;
pub mod scope;
pub mod seal;
pub mod token;
pub mod totp;

pub use extract::{Authenticator, Authorized, anonymous_context, authenticate, require};
pub use permission::Permission;
pub use principal::{Grant, Principal};
pub use scope::{Place, Reach, Scope};
