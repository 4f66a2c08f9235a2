//! The log's keys, and what they signed.

use crate::platform::tlog::{Checkpoint, note_key, verify_note};

/// Verifier keys of one name, `name+hash+base64`: an Ed25519 one, an SM2 one, or both.
#[derive(Debug, Clone)]
pub(super) struct Key(Vec<String>);

impl Key {
    /// Reads keys, one a line. Keys of an unknown type are passed over.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut keys: Vec<String> = Vec::new();
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let key = note_key(line)
                .map_err(|error| format!("公钥无法读取：{line} (not a verifier key: {error})"))?;
            if key.is_none() || keys.iter().any(|known| known == line) {
                continue;
            }
            if keys.first().is_some_and(|first| name_of(first) != name_of(line)) {
                return Err(format!("公钥不属于同一日志 (keys of different logs): {line}"));
            }
            keys.push(line.to_owned());
        }
        if keys.is_empty() {
            return Err(format!("没有可用的公钥 (no verifier key that we know): {text}"));
        }
        Ok(Self(keys))
    }

    pub(super) fn text(&self) -> String {
        self.0.join(" ")
    }

    /// As a list, for `platform::tlog`.
    pub(super) fn list(&self) -> &[String] {
        &self.0
    }

    fn name(&self) -> &str {
        self.0.first().map_or("", |key| name_of(key))
    }

    /// The text of a note that each of the keys signed.
    ///
    /// # Errors
    /// A sentence.
    pub(super) fn open(&self, note: &[u8]) -> Result<String, String> {
        let mut text = String::new();
        for key in &self.0 {
            text = verify_note(note, std::slice::from_ref(key))?;
        }
        Ok(text)
    }
}

/// Whose key it is: the origin of the log.
pub(super) fn name_of(vkey: &str) -> &str {
    vkey.split('+').next().unwrap_or_default()
}

/// A signed checkpoint whose origin is the key's name.
///
/// # Errors
/// A sentence.
pub(super) fn open_checkpoint(note: &[u8], key: &Key) -> Result<Checkpoint, String> {
    let checkpoint = Checkpoint::parse(&key.open(note)?)?;
    if checkpoint.origin == key.name() {
        Ok(checkpoint)
    } else {
        Err(format!("origin {} is not the key's name {}", checkpoint.origin, key.name()))
    }
}
