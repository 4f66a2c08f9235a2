//! Sign-in, sessions, grants.

mod gateways;
mod grants;
mod owner_sign_in;
mod sessions;
mod staff_sign_in;
