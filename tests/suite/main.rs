//! One integration binary: what a rule is worth is shown here, on both databases.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::too_many_lines,
    reason = "a test may end in a panic"
)]

mod api;
mod architecture;
mod authz;
mod cli;
mod crash;
mod door;
mod openapi;
mod operations;
mod process;
mod schema;
mod support;
mod tidy;
mod tour;
mod verifier;
