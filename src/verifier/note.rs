//! The log's key, and the checkpoint that it signed.

use crate::platform::tlog::{Checkpoint, verify_note};

/// A verifier key: `name+hash+base64`.
#[derive(Debug, Clone)]
pub(super) struct Key([String; 1]);

impl Key {
    /// Reads a key.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        signed_note::StandardVerifier::new(text)
            .map_err(|error| format!("公钥无法读取：{text} (not a verifier key: {error})"))?;
        Ok(Self([text.to_owned()]))
    }

    pub(super) fn text(&self) -> &str {
        let [text] = &self.0;
        text
    }

    /// As a list, for `platform::tlog`.
    pub(super) const fn list(&self) -> &[String] {
        &self.0
    }

    fn name(&self) -> &str {
        self.text().split('+').next().unwrap_or_default()
    }
}

/// A signed checkpoint whose origin is the key's name.
///
/// # Errors
/// A sentence.
pub(super) fn open_checkpoint(note: &[u8], key: &Key) -> Result<Checkpoint, String> {
    let checkpoint = Checkpoint::parse(&verify_note(note, key.list())?)?;
    if checkpoint.origin == key.name() {
        Ok(checkpoint)
    } else {
        Err(format!("origin {} is not the key's name {}", checkpoint.origin, key.name()))
    }
}
