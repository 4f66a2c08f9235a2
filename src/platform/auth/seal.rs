//! Personal data at rest: AES-256-GCM for values that must be read again, a keyed hash for values
//! that must be found again (个人信息保护法 51: encryption and de-identification).
//!
//! One master key of 32 bytes lives in a file outside the database; every other key is derived from
//! it by HMAC-SHA-256 under a label. A sealed value carries the id of its key and is bound to its
//! place (`table.column:row id`), so that a value copied to another row does not open.
//! Absent on purpose: rotation of the master key (the key id is what it will need), 国密.

use std::{
    fs::OpenOptions,
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
    sync::Arc,
};

use aes_gcm::{
    Aes256Gcm, KeyInit,
    aead::{Aead, Payload},
};
use hmac::{Hmac, Mac};
use secrecy::{ExposeSecret, SecretBox};
use sha2::Sha256;

use crate::kernel::{Contact, Outcome, Refusal, hex};

const VERSION: u8 = 1;
const KEY_ID_LENGTH: usize = 4;
const NONCE_LENGTH: usize = 12;

/// The keys derived from one master key. Cheap to clone.
#[derive(Clone)]
pub struct Keys(Arc<Derived>);

struct Derived {
    master: SecretBox<[u8; 32]>,
    index: SecretBox<[u8; 32]>,
    cipher: Aes256Gcm,
    key_id: [u8; KEY_ID_LENGTH],
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keys({})", hex::encode(&self.0.key_id))
    }
}

impl Keys {
    /// The keys of a master key.
    #[must_use]
    pub fn from_master(master: [u8; 32]) -> Self {
        let seal_key = hmac(&master, &[b"jiugai seal"]);
        let [a, b, c, d, ..] = hmac(&seal_key, &[b"key id"]);
        Self(Arc::new(Derived {
            index: SecretBox::new(Box::new(hmac(&master, &[b"jiugai blind index"]))),
            cipher: Aes256Gcm::new(&seal_key.into()),
            key_id: [a, b, c, d],
            master: SecretBox::new(Box::new(master)),
        }))
    }

    /// New random keys that are kept nowhere: for tests and for the demo in memory.
    #[must_use]
    pub fn random() -> Self {
        Self::from_master(rand::random())
    }

    /// Reads the master key from a file: 64 hexadecimal digits.
    ///
    /// # Errors
    /// The file can't be read or holds something else.
    pub fn load(path: &Path) -> io::Result<Self> {
        let text = std::fs::read_to_string(path)
            .map_err(|e| io::Error::new(e.kind(), format!("{}: {e}", path.display())))?;
        let master = hex::decode(text.trim()).and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        master.map(Self::from_master).ok_or_else(|| {
            let sentence = "not a master key (64 hexadecimal digits)";
            io::Error::new(io::ErrorKind::InvalidData, format!("{}: {sentence}", path.display()))
        })
    }

    /// Makes a master key and writes it to a new file that only its owner may read.
    ///
    /// # Errors
    /// The file exists (a key is never overwritten: what it sealed would be lost) or can't be written.
    pub fn create(path: &Path) -> io::Result<Self> {
        let master: [u8; 32] = rand::random();
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)
            .map_err(|e| io::Error::new(e.kind(), format!("{}: {e}", path.display())))?;
        writeln!(file, "{}", hex::encode(&master))?;
        file.sync_all()?;
        Ok(Self::from_master(master))
    }

    /// Encrypts `plain` for one place, named `table.column:row id`.
    ///
    /// # Errors
    /// `internal`, never in practice (values beyond 64 GiB).
    pub fn seal(&self, place: &str, plain: &[u8]) -> Outcome<Vec<u8>> {
        let nonce: [u8; NONCE_LENGTH] = rand::random();
        let payload = Payload { msg: plain, aad: place.as_bytes() };
        let sealed = self.0.cipher.encrypt(&nonce.into(), payload);
        let sealed = sealed.map_err(|_| unreadable(place))?;
        let head: &[u8] = &[VERSION];
        Ok([head, &self.0.key_id, &nonce, &sealed].concat())
    }

    /// Decrypts what [`Self::seal`] made for the same place.
    ///
    /// # Errors
    /// `internal`: changed, moved from another row, or sealed under another master key.
    pub fn open(&self, place: &str, sealed: &[u8]) -> Outcome<Vec<u8>> {
        let (head, rest) =
            sealed.split_at_checked(1 + KEY_ID_LENGTH).ok_or_else(|| unreadable(place))?;
        let known = head.strip_prefix(&[VERSION]) == Some(self.0.key_id.as_slice());
        let (nonce, sealed) =
            rest.split_first_chunk::<NONCE_LENGTH>().ok_or_else(|| unreadable(place))?;
        if !known {
            return Err(Refusal::internal(format!("{place} was sealed under another master key")));
        }
        let payload = Payload { msg: sealed, aad: place.as_bytes() };
        self.0.cipher.decrypt(&(*nonce).into(), payload).map_err(|_| unreadable(place))
    }

    /// [`Self::seal`] for text.
    ///
    /// # Errors
    /// As there.
    pub fn seal_text(&self, place: &str, plain: &str) -> Outcome<Vec<u8>> {
        self.seal(place, plain.as_bytes())
    }

    /// [`Self::open`] for text.
    ///
    /// # Errors
    /// As there.
    pub fn open_text(&self, place: &str, sealed: &[u8]) -> Outcome<String> {
        String::from_utf8(self.open(place, sealed)?).map_err(|_| unreadable(place))
    }

    /// The keyed hash by which an exact value is found again: 64 hexadecimal digits. `domain` keeps
    /// the indices of different kinds of values apart; `value` must be in its normal form.
    #[must_use]
    pub fn blind_index(&self, domain: &str, value: &str) -> String {
        // The length keeps ("ab","c") and ("a","bc") apart.
        let length = u64::try_from(domain.len()).unwrap_or(u64::MAX).to_be_bytes();
        let key = self.0.index.expose_secret();
        hex::encode(&hmac(key, &[&length, domain.as_bytes(), value.as_bytes()]))
    }

    /// The blind index of a contact: the register stores it, sign-in looks it up.
    #[must_use]
    pub fn contact_index(&self, contact: &Contact) -> String {
        self.blind_index("contact", contact.value())
    }

    /// 32 bytes for another purpose (signing keys, receipts), named by its label.
    #[must_use]
    pub fn derive(&self, label: &str) -> [u8; 32] {
        hmac(self.0.master.expose_secret(), &[b"jiugai derived ", label.as_bytes()])
    }

    /// HMAC-SHA256 of a text under the derived key of that label.
    #[must_use]
    pub fn mac(&self, label: &str, text: &str) -> [u8; 32] {
        hmac(&self.derive(label), &[text.as_bytes()])
    }
}

fn unreadable(place: &str) -> Refusal {
    Refusal::internal(format!("the sealed value of {place} does not open"))
}

fn hmac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    // HMAC pads its key with zeros to a block: done here, no length can be wrong.
    let block: [u8; 64] = std::array::from_fn(|at| key.get(at).copied().unwrap_or(0));
    let mut mac = <Hmac<Sha256> as KeyInit>::new(&block.into());
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests;
