//! Batches for the hot use case: what waits while one commit runs is taken by the next one in one
//! transaction, with set-based statements. Each item gets its own answer; if a batch fails as a
//! whole, each of its items is tried by itself.

use std::sync::{
    Arc,
    mpsc::{Receiver, SyncSender, sync_channel},
};

use tokio::sync::oneshot;

use super::{Actor, Db, WriteContext, WriteTx};
use crate::kernel::{Code, Outcome, Refusal};

/// Items of one transaction at the most.
const SIZE: usize = 256;
/// Items that may wait.
const QUEUE: usize = 4096;

type Waiting<I, O> = (I, oneshot::Sender<Outcome<O>>);

/// A queue of items that are written in batches. Cheap to clone.
pub struct Batch<I, O> {
    queue: SyncSender<Waiting<I, O>>,
}

impl<I, O> Clone for Batch<I, O> {
    fn clone(&self) -> Self {
        Self { queue: self.queue.clone() }
    }
}

impl<I, O> Batch<I, O>
where
    I: Clone + Send + Sync + 'static,
    O: Send + 'static,
{
    /// Starts the thread: one, because two batches side by side touch the same index pages, and
    /// SERIALIZABLE on PostgreSQL then refuses one of them. `run` answers each item, in order, and
    /// may run more than once.
    ///
    /// # Errors
    /// A sentence where the thread can't be started.
    pub fn start<F>(db: &Db, label: &'static str, run: F) -> Result<Self, String>
    where
        F: Fn(&mut WriteTx<'_>, &[I]) -> Outcome<Vec<Outcome<O>>> + Clone + Send + Sync + 'static,
    {
        let (queue, waiting) = sync_channel(QUEUE);
        let db = db.clone();
        std::thread::Builder::new()
            .name(label.to_owned())
            .spawn(move || {
                while let Some(batch) = take(&waiting) {
                    serve(&db, label, &run, batch);
                }
            })
            .map_err(|error| error.to_string())?;
        Ok(Self { queue })
    }

    /// Writes an item with whatever else is waiting.
    ///
    /// # Errors
    /// What `run` answers for the item; `overloaded` where too many wait.
    pub async fn submit(&self, item: I) -> Outcome<O> {
        let (reply, answer) = oneshot::channel();
        let busy = || Refusal::new(Code::Overloaded).retry_after(1);
        self.queue.try_send((item, reply)).map_err(|_| busy())?;
        answer.await.unwrap_or_else(|_| Err(Refusal::new(Code::Unavailable)))
    }
}

/// The next batch; `None` when every sender is gone.
fn take<T>(waiting: &Receiver<T>) -> Option<Vec<T>> {
    let mut batch = vec![waiting.recv().ok()?];
    while batch.len() < SIZE {
        match waiting.try_recv() {
            Ok(next) => batch.push(next),
            Err(_) => break,
        }
    }
    Some(batch)
}

fn serve<I, O, F>(db: &Db, label: &'static str, run: &F, batch: Vec<Waiting<I, O>>)
where
    I: Clone + Send + Sync + 'static,
    O: Send + 'static,
    F: Fn(&mut WriteTx<'_>, &[I]) -> Outcome<Vec<Outcome<O>>> + Clone + Send + Sync + 'static,
{
    let context = WriteContext::of(Actor::system());
    let (items, replies): (Vec<I>, Vec<_>) = batch.into_iter().unzip();
    let items = Arc::new(items);
    let write = |items: Arc<Vec<I>>| {
        let run = run.clone();
        db.write_blocking(&context, label, move |tx| run(tx, &items))
    };
    match write(Arc::clone(&items)) {
        Ok(answers) => {
            for (reply, answer) in replies.into_iter().zip(answers) {
                drop(reply.send(answer)); // the caller may have gone away
            }
        }
        Err(_) => {
            for (reply, item) in replies.into_iter().zip(items.iter()) {
                let alone = write(Arc::new(vec![item.clone()]));
                let answer = alone.and_then(|mut answers| {
                    answers.pop().unwrap_or_else(|| Err(Refusal::internal("no answer")))
                });
                drop(reply.send(answer));
            }
        }
    }
}
