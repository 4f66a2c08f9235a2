//! The one log engine: append-only leaves under a signed Merkle root, in the public C2SP formats
//! (signed-note, tlog-checkpoint, tlog-proof, tlog-tiles over RFC 6962 SHA-256), so that strangers'
//! tools check it. `tree`, `note`, `proof` and `tiles` are pure; `store` keeps the leaves; `signer`
//! signs what was committed, and nothing that an older backup would contradict.
//! Absent on purpose: what a leaf means.

pub mod check;
pub mod note;
pub mod proof;
pub mod signer;
pub mod store;
pub mod tiles;
pub mod tree;

pub use note::{Checkpoint, NoteKey, sign_note, verify_note};
pub use proof::Proof;
pub use signer::{Fork, LogSigner, create_key, load_keys};
pub use store::{Appended, LogRow, NewLeaf};
pub use tiles::TilePath;
pub use tree::{Head, Tree, leaf_hash};
