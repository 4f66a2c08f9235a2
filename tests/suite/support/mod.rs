//! What every test stands on: a database of its own on each engine, and the real application
//! listening on a loopback port.

mod app;
mod database;
mod gateways;
pub mod long;
mod people;
pub mod pictures;
mod register;
mod surveys;
pub mod vote_log;
mod witness;

pub use app::{Answer, Client, TestApp, run, start_signer};
pub use database::{Engine, TestDatabase};
pub use gateways::{Gateway, SMTP_LOGIN, SmtpServer};
pub use people::PASSWORD;
pub use register::{TestUnit, flat, flats, phone};
pub use witness::{OwnLog, WitnessServer};

/// One body, two tests: `name::sqlite` and `name::postgres`.
#[macro_export]
macro_rules! db_test {
    ($($(#[$meta:meta])* async fn $name:ident($app:ident: TestApp) $body:block)+) => {
        $(
            $(#[$meta])*
            async fn $name($app: TestApp) $body
            mod $name {
                #[test]
                fn sqlite() {
                    $crate::support::run($crate::support::Engine::Sqlite, super::$name);
                }
                #[test]
                fn postgres() {
                    $crate::support::run($crate::support::Engine::Postgres, super::$name);
                }
            }
        )+
    };
}
