//! The database door. One connection type for SQLite and PostgreSQL, and one way to write:
//! [`Db::write`]. Absent on purpose: generics over the backend, a second copy of any query.

mod answers;
mod backup;
mod batch;
#[expect(missing_docs, reason = "the derive writes undocumented items")]
mod conn;
mod door;
mod error;
mod helpers;
mod integrity;
mod migrate;
mod pool;
pub mod schema;
mod sqlite_writer;
mod transaction;
mod tx;

pub use answers::{KeptAnswer, find_answers, insert_answers};
pub use backup::{BackupKind, backup, kind_of, restore_archive};
pub use batch::Batch;
pub use conn::{Conn, MultiBackend};
pub use door::{Db, DbSettings, Readiness};
pub use error::Fault;
pub use helpers::{AnyDb, CHUNK, escape_like, sum_i64};
pub use integrity::list_faults;
pub use migrate::{list_pending, migrate, revert_all};
pub use pool::{DatabaseUrl, connect};
pub use tx::{Actor, IdempotencyKey, WriteContext, WriteTx};
