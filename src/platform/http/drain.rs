//! Whether the server is on its way out: `/readyz` says so before the door is shut, so that a load
//! balancer sends nobody to a closing door.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// The switch; clones share it.
#[derive(Debug, Clone, Default)]
pub struct Drain(Arc<AtomicBool>);

impl Drain {
    /// From now on the server is not ready.
    pub fn begin(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Whether the server is on its way out.
    #[must_use]
    pub fn has_begun(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}
