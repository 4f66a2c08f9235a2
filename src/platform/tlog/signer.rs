//! The signer of logs. It signs heads that were committed, and remembers the newest one of each log
//! outside of the database. A database that does not continue what was signed (an older backup, a
//! rewritten row) is not signed again: the log is frozen until an operator opens a new origin.
//!
//! The remembered heads are written before a receipt leaves, without a flush of their own: a power
//! cut may cost the newest of them, never a leaf, and an older head guards as well as it can.

use std::{
    collections::{BTreeMap, HashMap},
    fs::{self, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use secrecy::{ExposeSecret, SecretBox};

use super::{
    note::{Checkpoint, NoteKey, sign_note},
    store::{self, LogRow},
    tree::Head,
};
use crate::kernel::{Code, Outcome, Refusal, hex};
use crate::platform::{config::HttpUrl, db::Conn};

/// The signing keys by generation; a new vote takes the newest.
pub type LogKeys = BTreeMap<i32, SecretBox<[u8; 32]>>;

/// Reads a key file: a generation and 64 hexadecimal digits in each line.
///
/// # Errors
/// The file can't be read or holds something else.
pub fn load_keys(path: &Path) -> io::Result<LogKeys> {
    let text = fs::read_to_string(path)
        .map_err(|e| io::Error::new(e.kind(), format!("{}: {e}", path.display())))?;
    let line = |line: &str| {
        let (generation, seed) = line.split_once(' ')?;
        let seed: [u8; 32] = hex::decode(seed.trim())?.try_into().ok()?;
        Some((generation.parse().ok()?, SecretBox::new(Box::new(seed))))
    };
    let keys: Option<LogKeys> = text.lines().map(line).collect();
    keys.filter(|keys| !keys.is_empty()).ok_or_else(|| {
        let sentence = "not a log key file (lines of a generation and 64 hexadecimal digits)";
        io::Error::new(io::ErrorKind::InvalidData, format!("{}: {sentence}", path.display()))
    })
}

/// Adds a new key to the file, or begins it; its generation. Earlier keys stay: their votes go on.
///
/// # Errors
/// The file can't be read or written.
pub fn create_key(path: &Path) -> io::Result<i32> {
    let newest = if path.exists() { load_keys(path)?.keys().max().copied() } else { None };
    let generation = newest.unwrap_or(0).saturating_add(1);
    let mut file = OpenOptions::new().append(true).create(true).mode(0o600).open(path)?;
    writeln!(file, "{generation} {}", hex::encode(&rand::random::<[u8; 32]>()))?;
    file.sync_all()?;
    Ok(generation)
}

/// Signs logs. Cheap to clone.
#[derive(Clone)]
pub struct LogSigner(Arc<Inner>);

struct Inner {
    public_url: HttpUrl,
    keys: LogKeys,
    directory: PathBuf,
    signed: Mutex<HashMap<String, Signed>>,
}

/// The newest head that was signed of a log.
#[derive(Debug, Clone)]
struct Signed {
    head: Head,
    /// Empty for one that an earlier run signed.
    note: String,
    /// The database continues it.
    is_continued: bool,
}

/// A log that the database does not continue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fork {
    /// Under which name it was signed.
    pub origin: String,
    /// What was signed.
    pub head: Head,
}

impl LogSigner {
    /// A signer under the host of a public address, which remembers heads in a directory of its own.
    ///
    /// # Errors
    /// The directory can't be made or read.
    pub fn new(public_url: &HttpUrl, keys: LogKeys, directory: &Path) -> io::Result<Self> {
        fs::create_dir_all(directory)?;
        let mut signed = HashMap::new();
        for entry in fs::read_dir(directory)? {
            let text = fs::read_to_string(entry?.path()).unwrap_or_default();
            if let Ok(Checkpoint { origin, head }) = Checkpoint::parse(&text) {
                let remembered = Signed { head, note: String::new(), is_continued: false };
                signed.insert(origin, remembered);
            }
        }
        let directory = directory.to_owned();
        let signed = Mutex::new(signed);
        Ok(Self(Arc::new(Inner { public_url: public_url.clone(), keys, directory, signed })))
    }

    /// The address under which people reach the logs.
    #[must_use]
    pub fn public_url(&self) -> &str {
        self.0.public_url.as_str()
    }

    /// The name under which a subject's log is signed.
    #[must_use]
    pub fn origin(&self, subject: &str) -> String {
        format!("{}/{subject}", self.0.public_url.host())
    }

    /// The generation of the key that new logs take.
    #[must_use]
    pub fn generation(&self) -> i32 {
        self.0.keys.keys().next_back().copied().unwrap_or(0)
    }

    /// Begins the log of a subject under the newest key.
    ///
    /// # Errors
    /// `internal`, never in practice.
    pub fn begin(&self, subject: &str, at: crate::kernel::UtcTime) -> Outcome<LogRow> {
        LogRow::new(subject, (self.origin(subject), self.generation()), at)
    }

    /// The verifier keys of a log, the Ed25519 one first.
    ///
    /// # Errors
    /// `internal` where the key file lacks that generation.
    pub fn vkeys(&self, origin: &str, generation: i32) -> Outcome<Vec<String>> {
        Ok(vec![self.key(origin, generation)?.vkey()])
    }

    /// Signs any text of a log: its certificate.
    ///
    /// # Errors
    /// As [`Self::vkeys`].
    pub fn sign_text(&self, log: &LogRow, text: &str) -> Outcome<String> {
        sign_note(text, &[&self.key(&log.origin, log.key_generation)?])
    }

    /// The signed checkpoint of a committed head. The same head gives the same bytes.
    ///
    /// # Errors
    /// `log_frozen` where the database does not continue what was signed before; `internal` where
    /// the key is missing or the head can't be remembered.
    pub fn sign(&self, log: &LogRow) -> Outcome<String> {
        self.sign_head((&log.origin, log.key_generation), &log.head()?)
    }

    /// [`Self::sign`] of a head that was committed earlier.
    ///
    /// # Errors
    /// As [`Self::sign`].
    pub fn sign_head(&self, (origin, generation): (&str, i32), head: &Head) -> Outcome<String> {
        let mut signed = self.0.signed.lock().unwrap_or_else(PoisonError::into_inner);
        let newest = signed.get(origin);
        if let Some(newest) = newest {
            let contradicts = newest.head.size == head.size && newest.head.root != head.root;
            if !newest.is_continued || contradicts {
                return Err(Refusal::new(Code::LogFrozen).with("origin", origin));
            }
            if newest.head == *head && !newest.note.is_empty() {
                return Ok(newest.note.clone());
            }
        }
        let is_newest = newest.is_none_or(|newest| newest.head.size <= head.size);
        let checkpoint = Checkpoint { origin: origin.to_owned(), head: head.clone() };
        let text = checkpoint.text();
        let note = sign_note(&text, &[&self.key(origin, generation)?])?;
        if is_newest {
            self.remember(origin, &text).map_err(Refusal::internal)?;
            let head = checkpoint.head;
            let remembered = Signed { head, note: note.clone(), is_continued: true };
            signed.insert(origin.to_owned(), remembered);
        }
        Ok(note)
    }

    /// Compares every remembered head with the database, at the start: those that it does not
    /// continue are never signed again.
    ///
    /// # Errors
    /// Of the database.
    pub fn check(&self, conn: &mut Conn) -> Outcome<Vec<Fork>> {
        let mut signed = self.0.signed.lock().unwrap_or_else(PoisonError::into_inner);
        let mut forks = Vec::new();
        for (origin, signed) in signed.iter_mut() {
            let log = store::find_log_of_origin(conn, origin)?;
            let root = match &log {
                Some(log) if log.head()?.size >= signed.head.size => {
                    Some(store::root_at(conn, log, signed.head.size)?)
                }
                _ => None,
            };
            signed.is_continued = root == Some(signed.head.root);
            if !signed.is_continued {
                forks.push(Fork { origin: origin.clone(), head: signed.head.clone() });
            }
        }
        Ok(forks)
    }

    /// What was signed last under an origin.
    #[must_use]
    pub fn newest(&self, origin: &str) -> Option<Head> {
        let signed = self.0.signed.lock().unwrap_or_else(PoisonError::into_inner);
        signed.get(origin).map(|signed| signed.head.clone())
    }

    fn key(&self, origin: &str, generation: i32) -> Outcome<NoteKey> {
        let seed = self.0.keys.get(&generation).ok_or_else(|| {
            Refusal::internal(format!("the log key file lacks generation {generation}"))
        })?;
        Ok(NoteKey::new(origin, seed.expose_secret()))
    }

    /// The file is written beside and moved into place: a reader sees the old or the new one.
    fn remember(&self, origin: &str, text: &str) -> io::Result<()> {
        let name = origin.replace(|c: char| !c.is_ascii_alphanumeric() && c != '-', "_");
        let path = self.0.directory.join(name);
        let beside = path.with_extension("new");
        fs::write(&beside, text)?;
        fs::rename(beside, path)
    }
}

impl std::fmt::Debug for LogSigner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "LogSigner({})", self.0.public_url.host())
    }
}
