//! Cosignatures of outside witnesses (c2sp.org/tlog-cosignature, Ed25519): a witness saw this head,
//! and it continues every head of that log that it saw before.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
    str::FromStr,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use ed25519_dalek::{Signature as Ed25519Signature, Signer, SigningKey, Verifier, VerifyingKey};
use signed_note::{Signature, is_key_name_valid, key_id};

use crate::kernel::{Outcome, Refusal, hex};

/// The byte that stands for cosignatures before a key.
const COSIGNATURE: u8 = 4;
/// The byte that stands for a log's own key.
const LOG: u8 = 1;

fn message(text: &str, seconds: u64) -> String {
    format!("cosignature/v1\ntime {seconds}\n{text}")
}

/// The text of a note, before its signatures.
#[must_use]
pub fn text_of(note: &str) -> Option<&str> {
    let (text, _) = note.rsplit_once("\n\n")?;
    note.get(..=text.len())
}

/// Name and key material of a verifier key of one type: `name+hash+base64`.
///
/// # Errors
/// A sentence.
fn read_vkey(vkey: &str, kind: u8) -> Result<(String, VerifyingKey), String> {
    let wrong = |what: &str| format!("{vkey}: {what}");
    let mut parts = vkey.splitn(3, '+');
    let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(wrong("not name+hash+base64"));
    };
    let key = STANDARD.decode(key).map_err(|_| wrong("not base64"))?;
    if !is_key_name_valid(name) || id.to_lowercase() != format!("{:08x}", key_id(name, &key)) {
        return Err(wrong("name, hash and key do not fit together"));
    }
    let Some((found, key)) = key.split_first().filter(|(found, _)| **found == kind) else {
        return Err(wrong(&format!("a key of type {kind} is needed")));
    };
    let key: &[u8; 32] = key.try_into().map_err(|_| wrong(&format!("no key of type {found}")))?;
    let key = VerifyingKey::from_bytes(key).map_err(|_| wrong("no Ed25519 key"))?;
    Ok((name.to_owned(), key))
}

fn write_vkey(name: &str, kind: u8, key: &VerifyingKey) -> String {
    let key = [[kind].as_slice(), key.as_bytes()].concat();
    format!("{name}+{:08x}+{}", key_id(name, &key), STANDARD.encode(key))
}

/// The Ed25519 key by which a log signs, whatever the log's name: a deployment signs all of its logs by
/// one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchedKey {
    /// The name that it was given under.
    pub name: String,
    key: VerifyingKey,
}

impl WatchedKey {
    /// Its verifier key under the name of a log.
    #[must_use]
    pub fn vkey(&self, origin: &str) -> String {
        write_vkey(origin, LOG, &self.key)
    }
}

impl FromStr for WatchedKey {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let (name, key) = read_vkey(text, LOG)?;
        Ok(Self { name, key })
    }
}

/// The key of a witness, by which it is known to others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosigner {
    name: String,
    key: VerifyingKey,
}

impl FromStr for Cosigner {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let (name, key) = read_vkey(text, COSIGNATURE)?;
        Ok(Self { name, key })
    }
}

impl Cosigner {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its verifier key.
    #[must_use]
    pub fn vkey(&self) -> String {
        write_vkey(&self.name, COSIGNATURE, &self.key)
    }

    /// Whether both are one Ed25519 key, whatever their names.
    #[must_use]
    pub fn is_key_of(&self, other: &Self) -> bool {
        self.key == other.key
    }

    /// The line by which this witness cosigned a note, with its newline, and when (seconds since
    /// 1970). A line that does not verify is no cosignature.
    #[must_use]
    pub fn find(&self, note: &str) -> Option<(u64, String)> {
        let text = text_of(note)?;
        let id = key_id(&self.name, &[[COSIGNATURE].as_slice(), self.key.as_bytes()].concat());
        let lines = note.get(text.len() + 1..)?.lines();
        lines
            .filter_map(|line| Some((line, Signature::from_bytes(line.as_bytes()).ok()?)))
            .find_map(|(line, signature)| {
                let is_ours = signature.name() == self.name && signature.id() == id;
                let (time, signature) = signature.signature().split_first_chunk::<8>()?;
                let seconds = u64::from_be_bytes(*time);
                let signature = Ed25519Signature::from_slice(signature).ok()?;
                let message = message(text, seconds);
                let is_good = is_ours
                    && i64::try_from(seconds).is_ok()
                    && self.key.verify(message.as_bytes(), &signature).is_ok();
                is_good.then(|| (seconds, format!("{line}\n")))
            })
    }
}

/// The secret key of a witness.
pub struct CosignKey {
    name: String,
    key: SigningKey,
}

impl CosignKey {
    /// The key of 32 secret bytes, under a name without spaces and plus signs.
    #[must_use]
    pub fn new(name: &str, seed: &[u8; 32]) -> Self {
        Self { name: name.to_owned(), key: SigningKey::from_bytes(seed) }
    }

    /// How others know it.
    #[must_use]
    pub fn cosigner(&self) -> Cosigner {
        Cosigner { name: self.name.clone(), key: self.key.verifying_key() }
    }

    /// The cosignature line of a checkpoint's text, with its newline.
    ///
    /// # Errors
    /// `internal`, never in practice.
    pub fn cosign(&self, text: &str, seconds: u64) -> Outcome<String> {
        let signature = self.key.sign(message(text, seconds).as_bytes());
        let bytes = [seconds.to_be_bytes().as_slice(), &signature.to_bytes()].concat();
        let key = [[COSIGNATURE].as_slice(), self.key.verifying_key().as_bytes()].concat();
        let line = Signature::new(self.name.clone(), key_id(&self.name, &key), bytes)
            .map_err(Refusal::internal)?;
        String::from_utf8(line.to_bytes()).map_err(Refusal::internal)
    }

    /// Reads a key file: a name and 64 hexadecimal digits.
    ///
    /// # Errors
    /// The file can't be read or holds something else.
    pub fn load(path: &Path) -> io::Result<Self> {
        let place = path.display();
        let text = fs::read_to_string(path)
            .map_err(|fault| io::Error::new(fault.kind(), format!("{place}: {fault}")))?;
        let parts = text.trim_end().split_once(' ').and_then(|(name, seed)| {
            let seed: [u8; 32] = hex::decode(seed)?.try_into().ok()?;
            is_key_name_valid(name).then(|| Self::new(name, &seed))
        });
        parts.ok_or_else(|| {
            let sentence = "not a witness key file (a name and 64 hexadecimal digits)";
            io::Error::new(io::ErrorKind::InvalidData, format!("{place}: {sentence}"))
        })
    }

    /// Makes a key under a name, in a file that is not there yet.
    ///
    /// # Errors
    /// The file is there or can't be written, or the name is none.
    pub fn create(path: &Path, name: &str) -> io::Result<Self> {
        if !is_key_name_valid(name) {
            let sentence = format!("{name:?} is no name of a key: no spaces, no plus signs");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, sentence));
        }
        let seed = rand::random::<[u8; 32]>();
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        writeln!(file, "{name} {}", hex::encode(&seed))?;
        file.sync_all()?;
        Ok(Self::new(name, &seed))
    }
}

impl std::fmt::Debug for CosignKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CosignKey({})", self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::tlog::{NoteKey, sign_note};

    const TEXT: &str = "example.org/v/1\n1\nCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk=\n";

    #[test]
    fn a_cosignature_is_found_by_its_key_and_by_no_other() {
        let log = NoteKey::new("example.org/v/1", &[7; 32]);
        let key = CosignKey::new("witness.example/w1", &[8; 32]);
        let note = sign_note(TEXT, &[&log]).unwrap();
        assert_eq!(key.cosigner().find(&note), None);
        let line = key.cosign(TEXT, 1_679_315_147).unwrap();
        let cosigned = format!("{note}{line}");
        assert_eq!(key.cosigner().find(&cosigned), Some((1_679_315_147, line.clone())));
        let read: Cosigner = key.cosigner().vkey().parse().unwrap();
        assert_eq!(read, key.cosigner());
        let other = CosignKey::new("witness.example/w1", &[9; 32]);
        assert_eq!(other.cosigner().find(&cosigned), None, "another key");
        let renamed = CosignKey::new("witness.example/w2", &[8; 32]);
        assert_eq!(renamed.cosigner().find(&cosigned), None, "another name");
        let forged = cosigned.replacen("\n1\n", "\n2\n", 1);
        assert_eq!(key.cosigner().find(&forged), None, "another text");
    }

    #[test]
    fn keys_of_another_type_are_refused() {
        let log = NoteKey::new("example.org/v/1", &[7; 32]).vkey();
        let witness = CosignKey::new("w", &[7; 32]).cosigner().vkey();
        assert!(log.parse::<Cosigner>().unwrap_err().contains("type 4"));
        assert!(witness.parse::<WatchedKey>().unwrap_err().contains("type 1"));
        assert_eq!(log.parse::<WatchedKey>().unwrap().vkey("example.org/v/1"), log);
        assert!("w+00000000+AAAA".parse::<Cosigner>().unwrap_err().contains("fit together"));
    }

    #[test]
    fn a_key_file_is_made_once() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("witness.key");
        assert!(CosignKey::create(&path, "two words").is_err());
        let made = CosignKey::create(&path, "street.example/witness").unwrap();
        assert_eq!(CosignKey::load(&path).unwrap().cosigner(), made.cosigner());
        assert!(CosignKey::create(&path, "street.example/witness").is_err());
    }
}
