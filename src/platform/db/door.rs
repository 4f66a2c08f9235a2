//! `Db`: the only way to the database. Writes are serialised (SQLite: one thread, group commit;
//! PostgreSQL: SERIALIZABLE with retry), reads come from a pool that cannot write.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use diesel::{connection::SimpleConnection, r2d2};

use super::{
    Conn, DatabaseUrl, WriteContext, WriteTx,
    error::is_retryable,
    pool::{Access, Manager},
    sqlite_writer::{SqliteWriter, Task, run_once},
    transaction,
};
use crate::kernel::{Code, Outcome, Refusal};
use crate::platform::clock::Clock;

/// Runs of one PostgreSQL transaction at the most.
const RUNS: u32 = 8;

/// How to open the database.
#[derive(Debug, Clone)]
pub struct DbSettings {
    /// Where it is.
    pub url: DatabaseUrl,
    /// Connections for reading, and on PostgreSQL as many for writing.
    pub pool_size: u32,
}

/// Whether the server should be given work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Readiness {
    /// Reads answer and the last commit succeeded.
    Ready,
    /// Why not.
    NotReady(String),
}

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Db(Arc<Inner>);

struct Inner {
    readers: r2d2::Pool<Manager>,
    writer: Writer,
    clock: Clock,
    healthy: Arc<AtomicBool>,
    url: DatabaseUrl,
}

enum Writer {
    Sqlite(SqliteWriter),
    Postgres(r2d2::Pool<Manager>),
}

impl Db {
    /// Opens a migrated database.
    ///
    /// # Errors
    /// A sentence that names what failed.
    pub fn open(settings: &DbSettings, clock: Clock) -> Result<Self, String> {
        let url = settings.url.clone();
        let healthy = Arc::new(AtomicBool::new(true));
        let writer = match &url {
            DatabaseUrl::Sqlite(_) => {
                Writer::Sqlite(SqliteWriter::start(&url, clock.clone(), Arc::clone(&healthy))?)
            }
            DatabaseUrl::Postgres(_) => Writer::Postgres(pool(settings, Access::Write)?),
        };
        let readers = pool(settings, Access::Read)?;
        Ok(Self(Arc::new(Inner { readers, writer, clock, healthy, url })))
    }

    /// The clock that transactions read.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// Where the database is.
    #[must_use]
    pub fn url(&self) -> &DatabaseUrl {
        &self.0.url
    }

    /// Finishes every write that was accepted and, on SQLite, merges the write-ahead log. Later
    /// writes are refused with `unavailable` there. Call it outside the runtime.
    pub fn close(&self) {
        if let Writer::Sqlite(writer) = &self.0.writer {
            writer.close();
        }
    }

    /// The only way to write. `run` may run more than once and touches nothing but the database.
    ///
    /// # Errors
    /// Whatever `run` refuses; `overloaded`, `unavailable` or `internal` of our own.
    pub async fn write<T, F>(
        &self,
        context: &WriteContext,
        label: &'static str,
        run: F,
    ) -> Outcome<T>
    where
        T: Send + 'static,
        F: Fn(&mut WriteTx<'_>) -> Outcome<T> + Send + Sync + 'static,
    {
        let (reply, answer) = tokio::sync::oneshot::channel();
        let context = context.clone();
        match &self.0.writer {
            Writer::Sqlite(writer) => {
                writer.submit(Box::new(Task { context, run, outcome: None, reply }))?;
                answer.await.unwrap_or_else(|_| Err(Refusal::new(Code::Unavailable)))
            }
            Writer::Postgres(_) => {
                let db = self.clone();
                blocking(move || db.write_postgres(&context, label, &run)).await
            }
        }
    }

    /// [`Db::write`] for threads outside the runtime: the command line, tests.
    ///
    /// # Errors
    /// As [`Db::write`].
    pub fn write_blocking<T, F>(
        &self,
        context: &WriteContext,
        label: &'static str,
        run: F,
    ) -> Outcome<T>
    where
        T: Send + 'static,
        F: Fn(&mut WriteTx<'_>) -> Outcome<T> + Send + Sync + 'static,
    {
        match &self.0.writer {
            Writer::Sqlite(writer) => {
                let (reply, answer) = tokio::sync::oneshot::channel();
                let context = context.clone();
                writer.submit(Box::new(Task { context, run, outcome: None, reply }))?;
                answer.blocking_recv().unwrap_or_else(|_| Err(Refusal::new(Code::Unavailable)))
            }
            Writer::Postgres(_) => self.write_postgres(context, label, &run),
        }
    }

    /// A few statements that change nothing.
    ///
    /// # Errors
    /// Whatever `run` refuses, or `overloaded` where no connection is free in time.
    pub async fn read<T, F>(&self, run: F) -> Outcome<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Outcome<T> + Send + 'static,
    {
        let db = self.clone();
        blocking(move || db.read_blocking(run)).await
    }

    /// [`Db::read`] for threads outside the runtime.
    ///
    /// # Errors
    /// As [`Db::read`].
    pub fn read_blocking<T>(&self, run: impl FnOnce(&mut Conn) -> Outcome<T>) -> Outcome<T> {
        let mut conn = self.0.readers.get().map_err(|_| busy())?;
        run(&mut conn)
    }

    /// Statements that see one state of the database: for reports and counts.
    ///
    /// # Errors
    /// As [`Db::read`].
    pub async fn snapshot<T, F>(&self, run: F) -> Outcome<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Outcome<T> + Send + 'static,
    {
        let db = self.clone();
        blocking(move || db.snapshot_blocking(run)).await
    }

    /// [`Db::snapshot`] for threads outside the runtime.
    ///
    /// # Errors
    /// As [`Db::read`].
    pub fn snapshot_blocking<T>(&self, run: impl FnOnce(&mut Conn) -> Outcome<T>) -> Outcome<T> {
        self.read_blocking(|conn| {
            let begin = match conn {
                Conn::Pg(_) => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
                Conn::Sqlite(_) => "BEGIN DEFERRED",
            };
            conn.batch_execute(begin)?;
            let outcome = run(conn);
            conn.batch_execute("ROLLBACK")?;
            outcome
        })
    }

    /// Whether reads answer and the last commit succeeded.
    pub async fn readiness(&self) -> Readiness {
        let read = self.read(|conn| Ok(conn.batch_execute("SELECT 1")?)).await;
        match read {
            Err(refusal) => Readiness::NotReady(refusal.to_string()),
            Ok(()) if self.0.healthy.load(Ordering::Acquire) => Readiness::Ready,
            // The last commit failed: an empty one tells whether the database is well again.
            Ok(()) => {
                let context = WriteContext::of(super::Actor::system());
                match self.write(&context, "readiness", |_| Ok(())).await {
                    Ok(()) => Readiness::Ready,
                    Err(refusal) => Readiness::NotReady(refusal.to_string()),
                }
            }
        }
    }

    fn write_postgres<T>(
        &self,
        context: &WriteContext,
        label: &'static str,
        run: &impl Fn(&mut WriteTx<'_>) -> Outcome<T>,
    ) -> Outcome<T> {
        let Writer::Postgres(pool) = &self.0.writer else {
            return Err(Refusal::internal("not a PostgreSQL database"));
        };
        let mut conn = pool.get().map_err(|_| busy())?;
        let mut pause = Duration::from_millis(2);
        for attempt in 1.. {
            match self.try_postgres(&mut conn, context, run) {
                Err(refusal) if is_retryable(&refusal) && attempt < RUNS => {
                    metrics::counter!("jiugai_write_retries", "label" => label).increment(1);
                    std::thread::sleep(pause + jitter(pause));
                    pause *= 2;
                }
                outcome => return outcome,
            }
        }
        Err(busy())
    }

    fn try_postgres<T>(
        &self,
        conn: &mut Conn,
        context: &WriteContext,
        run: &impl Fn(&mut WriteTx<'_>) -> Outcome<T>,
    ) -> Outcome<T> {
        transaction::begin(conn)?;
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            run_once(conn, &self.0.clock, context, run)
        }))
        .unwrap_or_else(|_| Err(Refusal::internal("the operation panicked")));
        if outcome.is_ok() {
            let committed = transaction::commit(conn).map_err(Refusal::from);
            self.0.healthy.store(
                !committed.as_ref().is_err_and(|refusal| !is_retryable(refusal)),
                Ordering::Release,
            );
            committed?;
        } else {
            transaction::rollback(conn)?;
        }
        outcome
    }
}

fn pool(settings: &DbSettings, access: Access) -> Result<r2d2::Pool<Manager>, String> {
    r2d2::Pool::builder()
        .max_size(settings.pool_size)
        .min_idle(Some(1))
        .connection_timeout(Duration::from_secs(5))
        .test_on_check_out(false)
        .build(Manager { url: settings.url.clone(), access })
        .map_err(|error| format!("cannot open the database: {error}"))
}

fn busy() -> Refusal {
    Refusal::new(Code::Overloaded).retry_after(1).detail("no free database connection")
}

fn jitter(span: Duration) -> Duration {
    let millis = u64::try_from(span.as_millis()).unwrap_or(u64::MAX).max(1);
    Duration::from_millis(rand::random_range(0..=millis))
}

async fn blocking<T: Send + 'static>(
    run: impl FnOnce() -> Outcome<T> + Send + 'static,
) -> Outcome<T> {
    tokio::task::spawn_blocking(run)
        .await
        .unwrap_or_else(|_| Err(Refusal::internal("the blocking task panicked")))
}
