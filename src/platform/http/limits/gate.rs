//! A bounded number of places and a short queue before them.

use std::{num::NonZeroUsize, time::Duration};

use tokio::sync::{Semaphore, SemaphorePermit};

/// As many may wait as four times the places; more would only wait in vain.
const QUEUE: usize = 4;

/// Places for one class of work.
pub(super) struct Gate {
    places: Semaphore,
    queue: Semaphore,
    wait: Duration,
}

impl Gate {
    pub(super) fn new(places: NonZeroUsize, wait: Duration) -> Self {
        let queue = Semaphore::new(places.get().saturating_mul(QUEUE));
        Self { places: Semaphore::new(places.get()), queue, wait }
    }

    /// A place, held until it is dropped; `None` where none becomes free in time.
    pub(super) async fn enter(&self) -> Option<SemaphorePermit<'_>> {
        if let Ok(place) = self.places.try_acquire() {
            return Some(place);
        }
        let _waiting = self.queue.try_acquire().ok()?;
        tokio::time::timeout(self.wait, self.places.acquire()).await.ok()?.ok()
    }
}
