//! The SQLite writer: one thread owns the only write connection and commits in groups. It takes
//! the operations that are waiting, runs each in its own savepoint (a failing one rolls back
//! alone), commits once with one fsync, and only then answers them all.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
    },
    thread::JoinHandle,
};

use diesel::connection::SimpleConnection;

use super::{Conn, DatabaseUrl, WriteContext, WriteTx, pool, transaction};
use crate::kernel::{Code, Outcome, Refusal};
use crate::platform::clock::Clock;

/// Operations that one commit covers at the most.
const GROUP: usize = 128;
/// Operations that may wait; beyond that the server says it is busy.
const QUEUE: usize = 2048;

/// One waiting operation.
pub(super) trait Operation: Send {
    /// Runs inside a savepoint; whether its effects are to stay.
    fn run(&mut self, conn: &mut Conn, clock: &Clock) -> bool;
    /// Answers the caller, after the commit.
    fn answer(self: Box<Self>, committed: Result<(), Refusal>);
}

/// The closure of a `Db::write` with the way back to its caller.
pub(super) struct Task<T, F> {
    pub context: WriteContext,
    pub run: F,
    pub outcome: Option<Outcome<T>>,
    pub reply: tokio::sync::oneshot::Sender<Outcome<T>>,
}

impl<T: Send, F> Operation for Task<T, F>
where
    F: Fn(&mut WriteTx<'_>) -> Outcome<T> + Send,
{
    fn run(&mut self, conn: &mut Conn, clock: &Clock) -> bool {
        let outcome =
            catch_unwind(AssertUnwindSafe(|| run_once(conn, clock, &self.context, &self.run)))
                .unwrap_or_else(|_| Err(Refusal::internal("the operation panicked")));
        let keep = outcome.is_ok();
        self.outcome = Some(outcome);
        keep
    }

    fn answer(self: Box<Self>, committed: Result<(), Refusal>) {
        let outcome = match (self.outcome, committed) {
            (Some(Ok(value)), Ok(())) => Ok(value),
            (Some(Ok(_)) | None, Err(refusal)) => Err(refusal),
            (Some(Err(refusal)), _) => Err(refusal),
            (None, Ok(())) => Err(Refusal::internal("the operation did not run")),
        };
        // The caller may have gone away; its effects stand all the same.
        drop(self.reply.send(outcome));
    }
}

/// Runs a use case and writes its events and audit rows.
pub(super) fn run_once<T>(
    conn: &mut Conn,
    clock: &Clock,
    context: &WriteContext,
    run: impl Fn(&mut WriteTx<'_>) -> Outcome<T>,
) -> Outcome<T> {
    let mut tx = WriteTx::new(conn, clock, context);
    let value = run(&mut tx)?;
    tx.flush()?;
    Ok(value)
}

/// What the thread takes from its queue: an operation, or the word to end.
type Waiting = Option<Box<dyn Operation>>;

/// The handle of the writer thread.
pub(super) struct SqliteWriter {
    queue: SyncSender<Waiting>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl SqliteWriter {
    /// Starts the thread; `healthy` turns false when a commit fails and true when one succeeds.
    pub fn start(
        url: &DatabaseUrl,
        clock: Clock,
        healthy: Arc<AtomicBool>,
    ) -> Result<Self, String> {
        let (conn, url) = (pool::connect(url)?, url.clone());
        let (queue, waiting) = sync_channel(QUEUE);
        let thread = std::thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || serve((conn, url), &clock, &waiting, &healthy))
            .map_err(|error| error.to_string())?;
        Ok(Self { queue, thread: Mutex::new(Some(thread)) })
    }

    /// Hands an operation over, or says that too many are waiting or that the writer has ended.
    pub fn submit(&self, operation: Box<dyn Operation>) -> Outcome<()> {
        self.queue.try_send(Some(operation)).map_err(|error| match error {
            TrySendError::Full(_) => Refusal::new(Code::Overloaded).retry_after(1),
            TrySendError::Disconnected(_) => Refusal::new(Code::Unavailable),
        })
    }

    /// Commits and answers what waits, merges the write-ahead log and ends the thread. Whatever
    /// is submitted later is refused with `unavailable`.
    pub fn close(&self) {
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            drop(self.queue.send(None));
            drop(thread.join());
        }
    }
}

impl Drop for SqliteWriter {
    fn drop(&mut self) {
        self.close();
    }
}

fn serve(
    (mut conn, url): (Conn, DatabaseUrl),
    clock: &Clock,
    waiting: &Receiver<Waiting>,
    healthy: &AtomicBool,
) {
    let mut open = true;
    while open && let Ok(Some(first)) = waiting.recv() {
        let mut group = vec![first];
        while open && group.len() < GROUP {
            match waiting.try_recv() {
                Ok(Some(next)) => group.push(next),
                Ok(None) => open = false,
                Err(_) => break,
            }
        }
        metrics::histogram!("jiugai_commit_group_size")
            .record(f64::from(u32::try_from(group.len()).unwrap_or(u32::MAX)));
        let committed = commit(&mut conn, clock, &mut group);
        healthy.store(committed.is_ok(), Ordering::Release);
        if let Err(refusal) = &committed {
            tracing::error!(cause = %refusal, "group commit failed");
            // A new connection has no half-open transaction; the old one goes with its locks.
            if let Ok(fresh) = pool::connect(&url) {
                conn = fresh;
            }
        }
        for operation in group {
            operation.answer(committed.clone());
        }
    }
    if let Err(error) = conn.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)") {
        tracing::error!(cause = %error, "the write-ahead log is not merged");
    }
}

fn commit(conn: &mut Conn, clock: &Clock, group: &mut [Box<dyn Operation>]) -> Result<(), Refusal> {
    transaction::begin(conn)?;
    for operation in group {
        transaction::savepoint(conn)?;
        if operation.run(conn, clock) {
            transaction::commit(conn)?;
        } else {
            transaction::rollback(conn)?;
        }
    }
    transaction::commit(conn)?;
    Ok(())
}
