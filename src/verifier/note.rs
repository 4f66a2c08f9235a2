//! C2SP signed notes and checkpoints, as a verifier reads them.

use signed_note::{Note, StandardVerifier, Verifier, VerifierList};
use tlog_tiles::{Checkpoint as Parsed, Hash};

/// A verifier key.
#[derive(Clone)]
pub(super) struct Key {
    text: String,
    verifier: StandardVerifier,
}

impl Key {
    /// Reads `name+hash+base64`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let verifier = StandardVerifier::new(text)
            .map_err(|error| format!("公钥无法读取：{text} (not a verifier key: {error})"))?;
        Ok(Self { text: text.to_owned(), verifier })
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn name(&self) -> &str {
        self.verifier.name()
    }
}

/// The text of a note that the key has signed.
///
/// # Errors
/// A sentence.
pub(super) fn open(note: &[u8], key: &Key) -> Result<String, String> {
    let note = Note::from_bytes(note).map_err(|error| error.to_string())?;
    let known = VerifierList::new(vec![Box::new(key.verifier.clone())]);
    note.verify(&known).map_err(|error| error.to_string())?;
    String::from_utf8(note.text().to_vec()).map_err(|error| error.to_string())
}

/// What a checkpoint says.
#[derive(Debug, Clone)]
pub(super) struct Checkpoint {
    pub(super) origin: String,
    pub(super) size: u64,
    pub(super) root: Hash,
}

/// A signed checkpoint whose origin is the key's name.
///
/// # Errors
/// A sentence.
pub(super) fn open_checkpoint(note: &[u8], key: &Key) -> Result<Checkpoint, String> {
    let text = open(note, key)?;
    let parsed = Parsed::from_bytes(text.as_bytes()).map_err(|error| error.to_string())?;
    let (origin, size, root) = (parsed.origin().to_owned(), parsed.size(), *parsed.hash());
    if origin == key.name() {
        Ok(Checkpoint { origin, size, root })
    } else {
        Err(format!("origin {origin} is not the key's name {}", key.name()))
    }
}
