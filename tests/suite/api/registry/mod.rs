//! The owner register.

mod imports;
mod over_http;
