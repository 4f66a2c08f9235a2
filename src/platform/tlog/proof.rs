//! Inclusion proofs as files (c2sp.org/tlog-proof@v1): what a receipt carries.

use base64::{Engine, engine::general_purpose::STANDARD};
use tlog_tiles::tlog::{Hash, check_record};

use super::{
    note::{Checkpoint, verify_note},
    tree::{Head, leaf_hash},
};

const HEADER: &str = "c2sp.org/tlog-proof@v1";

/// A leaf's way to the root of a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// The leaf's sequence number.
    pub index: u64,
    /// Sibling hashes, bottom up.
    pub hashes: Vec<[u8; 32]>,
    /// The signed checkpoint, as it was published.
    pub checkpoint: String,
}

impl Proof {
    /// The file.
    #[must_use]
    pub fn text(&self) -> String {
        let hashes: String =
            self.hashes.iter().map(|hash| format!("{}\n", STANDARD.encode(hash))).collect();
        format!("{HEADER}\nindex {}\n{hashes}\n{}", self.index, self.checkpoint)
    }

    /// Reads a file; an `extra` line is passed over.
    ///
    /// # Errors
    /// A sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        let malformed = || "not a tlog-proof file".to_owned();
        let (head, checkpoint) = text.split_once("\n\n").ok_or_else(malformed)?;
        let mut lines = head.split('\n').peekable();
        if lines.next() != Some(HEADER) {
            return Err(malformed());
        }
        let _extra = lines.next_if(|line| line.starts_with("extra "));
        let digits = lines.next().and_then(|line| line.strip_prefix("index "));
        let digits = digits.ok_or_else(malformed)?;
        let index: u64 = digits.parse().map_err(|_| malformed())?;
        if index.to_string() != digits {
            return Err(malformed());
        }
        let hash = |line: &str| STANDARD.decode(line).ok()?.try_into().ok();
        let hashes = lines.map(hash).collect::<Option<_>>().ok_or_else(malformed)?;
        Ok(Self { index, hashes, checkpoint: checkpoint.to_owned() })
    }

    /// The checkpoint, if one of the keys signed it and the leaf lies under its root.
    ///
    /// # Errors
    /// A sentence.
    pub fn verify(&self, leaf: &[u8], vkeys: &[String]) -> Result<Checkpoint, String> {
        let text = verify_note(self.checkpoint.as_bytes(), vkeys)?;
        let checkpoint = Checkpoint::parse(&text)?;
        if self.holds(leaf_hash(leaf), &checkpoint.head) {
            Ok(checkpoint)
        } else {
            Err("the leaf does not lie under the checkpoint".to_owned())
        }
    }

    /// Whether a leaf of this hash lies under a head.
    #[must_use]
    pub fn holds(&self, leaf: [u8; 32], head: &Head) -> bool {
        let hashes = self.hashes.iter().copied().map(Hash).collect();
        self.index < head.size
            && check_record(&hashes, head.size, Hash(head.root), self.index, Hash(leaf)).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::tlog::{NoteKey, Tree, sign_note};

    #[test]
    fn a_proof_is_written_read_and_checked() {
        let mut tree = Tree::default();
        (0..5_u8).for_each(|n| drop(tree.append(&[n]).unwrap()));
        let key = NoteKey::new("example.org/v/1", &[7; 32]);
        let checkpoint =
            Checkpoint { origin: "example.org/v/1".to_owned(), head: tree.head().unwrap() };
        let proof = Proof {
            index: 3,
            hashes: tree.prove(3).unwrap(),
            checkpoint: sign_note(&checkpoint.text(), &[&key]).unwrap(),
        };
        let read = Proof::parse(&proof.text()).unwrap();
        assert_eq!(read, proof);
        let with_extra = proof.text().replacen("index", "extra AAAA\nindex", 1);
        assert_eq!(Proof::parse(&with_extra).unwrap(), proof);
        assert_eq!(read.verify(&[3], &[key.vkey()]).unwrap(), checkpoint);
        assert!(read.verify(&[4], &[key.vkey()]).is_err(), "another leaf");
        assert!(Proof { index: 2, ..proof.clone() }.verify(&[3], &[key.vkey()]).is_err());
        assert!(Proof { index: 9, ..proof }.verify(&[3], &[key.vkey()]).is_err());
        assert!(Proof::parse("c2sp.org/tlog-proof@v1\nindex 03\n\nx").is_err());
    }
}
