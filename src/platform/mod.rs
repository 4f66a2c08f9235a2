//! The machine room: database, HTTP, sign-in, clock, files. It imports the kernel and nothing of a
//! slice.

pub mod audit;
pub mod auth;
pub mod clock;
pub mod config;
pub mod db;
pub mod files;
pub mod http;
pub mod mail;
pub mod messenger;
pub mod outbox;
pub mod sms;
pub mod telemetry;
pub mod tlog;
pub mod two_people;
