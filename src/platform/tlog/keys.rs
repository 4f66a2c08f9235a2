//! The keys that sign logs, by generation. They lie in the key file; one that lies elsewhere (in a
//! hardware module, behind another service) is another [`LogKey`]. Absent on purpose: which log takes
//! which generation.

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use secrecy::{ExposeSecret, SecretBox};

use super::{
    note::{NoteKey, NoteSigner},
    sm2::Sm2Key,
};
use crate::kernel::{Outcome, Refusal, hex};

/// A key that signs under the name of any log.
pub trait LogKey: Send + Sync {
    /// What signs under a name.
    ///
    /// # Errors
    /// `internal` where the key can't be used.
    fn under(&self, name: &str) -> Outcome<Box<dyn NoteSigner>>;
}

/// The keys by generation, the Ed25519 one first; a new log takes the newest generation.
pub type LogKeys = BTreeMap<i32, Vec<Box<dyn LogKey>>>;

struct Ed25519(SecretBox<[u8; 32]>);

impl LogKey for Ed25519 {
    fn under(&self, name: &str) -> Outcome<Box<dyn NoteSigner>> {
        Ok(Box::new(NoteKey::new(name, self.0.expose_secret())))
    }
}

struct Sm2(SecretBox<[u8; 32]>);

impl LogKey for Sm2 {
    fn under(&self, name: &str) -> Outcome<Box<dyn NoteSigner>> {
        let key = Sm2Key::new(name, self.0.expose_secret());
        Ok(Box::new(key.ok_or_else(|| Refusal::internal("an SM2 key that is none"))?))
    }
}

/// Reads a key file: in each line a generation and 64 hexadecimal digits, with `sm2` between them
/// for an SM2 key. Each generation has an Ed25519 key, and comes with it.
///
/// # Errors
/// The file can't be read or holds something else.
pub fn load_keys(path: &Path) -> io::Result<LogKeys> {
    let text = fs::read_to_string(path)
        .map_err(|e| io::Error::new(e.kind(), format!("{}: {e}", path.display())))?;
    parse(&text).ok_or_else(|| {
        let sentence = "not a log key file (lines of a generation and 64 hexadecimal digits)";
        io::Error::new(ErrorKind::InvalidData, format!("{}: {sentence}", path.display()))
    })
}

fn parse(text: &str) -> Option<LogKeys> {
    let mut keys = LogKeys::new();
    for line in text.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let (generation, secret, is_sm2) = match *words.as_slice() {
            [generation, secret] => (generation, secret, false),
            [generation, "sm2", secret] => (generation, secret, true),
            _ => return None,
        };
        let secret: [u8; 32] = hex::decode(secret)?.try_into().ok()?;
        let of_generation = keys.entry(generation.parse().ok()?).or_default();
        // The Ed25519 key stands first; nothing stands twice.
        if of_generation.len() != usize::from(is_sm2) {
            return None;
        }
        if is_sm2 {
            Sm2Key::new("", &secret)?;
            of_generation.push(Box::new(Sm2(SecretBox::new(Box::new(secret)))));
        } else {
            of_generation.push(Box::new(Ed25519(SecretBox::new(Box::new(secret)))));
        }
    }
    Some(keys).filter(|keys| !keys.is_empty())
}

/// Adds a generation to the key file, or begins it, above every generation that was ever `used`; its
/// number. Earlier keys stay: their votes go on. The file is exchanged as a whole, and only its owner
/// may read it.
///
/// # Errors
/// The file can't be read or written.
pub fn add_keys(path: &Path, used: i32, with_sm2: bool) -> io::Result<i32> {
    let (mut text, newest) = if path.exists() {
        let newest = load_keys(path)?.keys().next_back().copied().unwrap_or(0);
        (fs::read_to_string(path)?, newest)
    } else {
        (String::new(), 0)
    };
    let generation = newest.max(used).saturating_add(1);
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text += &format!("{generation} {}\n", hex::encode(&rand::random::<[u8; 32]>()));
    if with_sm2 {
        let mut secret = rand::random::<[u8; 32]>();
        while Sm2Key::new("", &secret).is_none() {
            secret = rand::random();
        }
        text += &format!("{generation} sm2 {}\n", hex::encode(&secret));
    }
    exchange(path, &text)?;
    Ok(generation)
}

/// Writes beside the file, flushes, and moves into place.
fn exchange(path: &Path, text: &str) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let beside = path.with_file_name(name);
    match fs::remove_file(&beside) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&beside, path)?;
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    File::open(parent.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_generation_is_added_and_none_is_lost() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("log.key");
        assert_eq!(add_keys(&path, 0, false).unwrap(), 1);
        let first = fs::read_to_string(&path).unwrap();
        assert_eq!(add_keys(&path, 0, true).unwrap(), 2);
        assert_eq!(add_keys(&path, 6, false).unwrap(), 7, "no number comes twice");
        assert!(fs::read_to_string(&path).unwrap().starts_with(&first));
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
        let keys = load_keys(&path).unwrap();
        let counts: Vec<_> = keys.iter().map(|(number, keys)| (*number, keys.len())).collect();
        assert_eq!(counts, [(1, 1), (2, 2), (7, 1)]);
    }

    #[test]
    fn a_file_that_is_no_key_file_is_refused_and_left_alone() {
        let (a, zero) = ("ab".repeat(32), "00".repeat(32));
        for text in [
            String::new(),
            format!("1 {a}1\n"),
            format!("one {a}\n"),
            format!("1 sm2 {a}\n"),
            format!("1 {a}\n1 {a}\n"),
            format!("1 {a}\n1 sm2 {zero}\n"),
            format!("1 {a}\n1 sm3 {a}\n"),
        ] {
            assert!(parse(&text).is_none(), "{text}");
        }
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("log.key");
        fs::write(&path, "not a key").unwrap();
        assert!(add_keys(&path, 0, false).is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "not a key");
    }
}
