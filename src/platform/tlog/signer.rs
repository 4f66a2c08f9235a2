//! The signer of logs. It signs heads that were committed, and remembers the newest one of each log
//! outside of the database. A database that does not continue what was signed (an older backup, a
//! rewritten row) is not signed again: the log is frozen until an operator opens a new origin.
//!
//! The remembered heads are written before a receipt leaves, without a flush of their own: a power
//! cut may cost the newest of them, never a leaf, and an older head guards as well as it can.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use sha2::{Digest, Sha256};
use signed_note::Signer;

use super::{
    keys::LogKeys,
    note::{Checkpoint, NoteSigner, sign_note},
    origin::{split_revision, subject_of, with_revision},
    store::{self, LogRow},
    tree::Head,
};
use crate::kernel::{Code, LogId, Outcome, Refusal, hex};
use crate::platform::{config::HttpUrl, db::Conn};

/// Signs logs. Cheap to clone.
#[derive(Clone)]
pub struct LogSigner(Arc<Inner>);

struct Inner {
    public_url: HttpUrl,
    keys: LogKeys,
    directory: PathBuf,
    memory: Mutex<Memory>,
}

#[derive(Default)]
struct Memory {
    /// The newest head of each origin.
    signed: BTreeMap<String, Signed>,
    /// Origins that ended, with the origin and the key generation under which their log goes on.
    ended: HashMap<String, (String, i32)>,
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
    /// The log in the database, if there is one.
    pub log: Option<LogId>,
}

impl LogSigner {
    /// A signer under the host of a public address, which remembers heads in a directory of its own.
    ///
    /// # Errors
    /// The directory can't be made or read; `InvalidData` for a file in it that is no head: a head that is
    /// passed over would let an older backup be signed.
    pub fn new(public_url: &HttpUrl, keys: LogKeys, directory: &Path) -> io::Result<Self> {
        fs::create_dir_all(directory)?;
        let mut memory = Memory::default();
        for entry in fs::read_dir(directory)? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "new") {
                continue;
            }
            let unusable = |kind, error: &dyn std::fmt::Display| {
                io::Error::new(kind, format!("{}: {error}", path.display()))
            };
            let text = fs::read_to_string(&path).map_err(|error| unusable(error.kind(), &error))?;
            let Checkpoint { origin, head } = Checkpoint::parse(&text)
                .map_err(|error| unusable(io::ErrorKind::InvalidData, &error))?;
            let remembered = Signed { head, note: String::new(), is_continued: false };
            memory.signed.insert(origin, remembered);
        }
        let directory = directory.to_owned();
        let memory = Mutex::new(memory);
        Ok(Self(Arc::new(Inner { public_url: public_url.clone(), keys, directory, memory })))
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

    /// Every generation of the key file.
    #[must_use]
    pub fn generations(&self) -> Vec<i32> {
        self.0.keys.keys().copied().collect()
    }

    /// The name under which a log goes on after an incident: never one that was signed before.
    #[must_use]
    pub fn next_origin(&self, origin: &str) -> String {
        let (base, mut revision) = split_revision(origin);
        for signed in self.memory().signed.keys() {
            let (of, used) = split_revision(signed);
            if of == base {
                revision = revision.max(used);
            }
        }
        with_revision(base, revision.saturating_add(1))
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
        Ok(self.keys(origin, generation)?.iter().map(|key| key.vkey()).collect())
    }

    /// The SHA-256 of each key of a generation, in hex, the Ed25519 one first: of the bytes that stand
    /// in base64 at the end of every verifier key.
    ///
    /// # Errors
    /// As [`Self::vkeys`].
    pub fn fingerprints(&self, generation: i32) -> Outcome<Vec<String>> {
        let keys = self.keys("", generation)?;
        Ok(keys.iter().map(|key| hex::encode(&Sha256::digest(key.encoded()))).collect())
    }

    /// Signs any text of a log: its certificate.
    ///
    /// # Errors
    /// As [`Self::vkeys`].
    pub fn sign_text(&self, log: &LogRow, text: &str) -> Outcome<String> {
        self.note((&log.origin, log.key_generation), text)
    }

    fn note(&self, (origin, generation): (&str, i32), text: &str) -> Outcome<String> {
        let keys = self.keys(origin, generation)?;
        let signers: Vec<&dyn Signer> = keys.iter().map(|key| -> &dyn Signer { &**key }).collect();
        sign_note(text, &signers)
    }

    /// The signed checkpoint of a committed head. The same head gives the same bytes.
    ///
    /// # Errors
    /// `log_frozen` where the database does not continue what was signed before; `internal` where
    /// the key is missing or the head can't be remembered.
    pub fn sign(&self, log: &LogRow) -> Outcome<String> {
        self.sign_head((&log.origin, log.key_generation), &log.head()?)
    }

    /// [`Self::sign`] of a head that was committed earlier; under the name by which its log goes on,
    /// where that is another one now.
    ///
    /// # Errors
    /// As [`Self::sign`].
    pub fn sign_head(&self, (origin, generation): (&str, i32), head: &Head) -> Outcome<String> {
        let mut memory = self.memory();
        let moved = memory.ended.get(origin).cloned();
        let (origin, generation) = moved.as_ref().map_or((origin, generation), |(o, g)| (o, *g));
        let newest = memory.signed.get(origin);
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
        let note = self.note((origin, generation), &text)?;
        if is_newest {
            self.remember(origin, &text).map_err(Refusal::internal)?;
            let head = checkpoint.head;
            let remembered = Signed { head, note: note.clone(), is_continued: true };
            memory.signed.insert(origin.to_owned(), remembered);
        }
        Ok(note)
    }

    /// Compares every remembered head with the database, at the start: those that it does not
    /// continue are never signed again. An origin that ended by an incident is continued by the
    /// later one; a database that knows only the earlier one is older than what was signed.
    ///
    /// # Errors
    /// Of the database.
    pub fn check(&self, conn: &mut Conn) -> Outcome<Vec<Fork>> {
        let mut memory = self.memory();
        memory.ended.clear();
        for log in store::list_logs(conn)? {
            let (base, revision) = split_revision(&log.origin);
            for earlier in 1..revision {
                let goes_on = (log.origin.clone(), log.key_generation);
                memory.ended.insert(with_revision(base, earlier), goes_on);
            }
        }
        let Memory { signed, ended } = &mut *memory;
        let mut forks = Vec::new();
        for (origin, signed) in signed.iter_mut() {
            let log = store::find_log(conn, subject_of(origin))?;
            let (base, _) = split_revision(origin);
            let log = log.filter(|log| split_revision(&log.origin).0 == base);
            let continues = match &log {
                Some(log) if log.origin == *origin && log.head()?.size >= signed.head.size => {
                    store::root_at(conn, log, signed.head.size)? == signed.head.root
                }
                _ => false,
            };
            signed.is_continued = continues;
            if !continues && !ended.contains_key(origin) {
                let log = log.map(|log| log.id);
                forks.push(Fork { origin: origin.clone(), head: signed.head.clone(), log });
            }
        }
        let forked: HashSet<&str> =
            forks.iter().map(|fork| split_revision(&fork.origin).0).collect();
        for (origin, signed) in signed {
            signed.is_continued &= !forked.contains(split_revision(origin).0);
        }
        Ok(forks)
    }

    /// What was signed last under an origin.
    #[must_use]
    pub fn newest(&self, origin: &str) -> Option<Head> {
        self.memory().signed.get(origin).map(|signed| signed.head.clone())
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.0.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keys(&self, origin: &str, generation: i32) -> Outcome<Vec<Box<dyn NoteSigner>>> {
        let keys = self.0.keys.get(&generation).ok_or_else(|| {
            Refusal::internal(format!("the log key file lacks generation {generation}"))
        })?;
        keys.iter().map(|key| key.under(origin)).collect()
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
