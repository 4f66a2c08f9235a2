//! The one log engine: append-only leaves under a signed Merkle root, in the public C2SP formats
//! (signed-note, tlog-checkpoint, tlog-proof, tlog-tiles over RFC 6962 SHA-256), so that strangers'
//! tools check it. `tree`, `note`, `proof` and `tiles` are pure; `store` keeps the leaves; `keys` reads
//! and makes the signing keys; `signer` signs what was committed, and nothing that an older backup
//! would contradict; `witnesses` asks others to cosign it, `posted` keeps what they said.
//! Absent on purpose: what a leaf means.

pub mod check;
pub mod cosign;
pub mod keys;
pub mod note;
pub mod origin;
pub mod posted;
pub mod proof;
pub mod signer;
mod sm2;
pub mod store;
pub mod tiles;
pub mod tree;
pub mod witnesses;

pub use cosign::{CosignKey, Cosigner, WatchedKey};
pub use keys::{LogKey, LogKeys, add_keys, load_keys};
pub use note::{Checkpoint, NoteKey, NoteSigner, note_key, sign_note, verify_note};
pub use origin::{split_revision, subject_of, with_revision};
pub use proof::Proof;
pub use signer::{Fork, LogSigner};
pub use sm2::Sm2Key;
pub use store::{Appended, LogRow, NewLeaf};
pub use tiles::TilePath;
pub use tree::{Head, Tree, check_growth, leaf_hash};
pub use witnesses::Witnesses;
