//! The tree of a log (RFC 6962), grown leaf by leaf from its frontier: the roots of the complete
//! subtrees that make up the tree so far. No earlier leaf is read to append, or to prove a leaf that
//! was just appended.

use std::collections::HashMap;

use tlog_tiles::tlog::{
    Error, HASH_SIZE, Hash, HashReader, check_tree, prove_record, record_hash, stored_hash_index,
    stored_hashes, sub_tree_index, tree_hash,
};

use crate::kernel::{Outcome, Refusal};

/// Size and root of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Leaves.
    pub size: u64,
    /// The root.
    pub root: [u8; 32],
}

/// Hashes by their index in C2SP's storage order.
#[derive(Debug, Default)]
pub(super) struct Hashes(pub HashMap<u64, Hash>);

impl HashReader for Hashes {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, Error> {
        let find = |index| self.0.get(index).copied().ok_or(Error::IndexesNotInTree);
        indexes.iter().map(find).collect()
    }
}

/// The RFC 6962 hash of a leaf.
#[must_use]
pub fn leaf_hash(leaf: &[u8]) -> [u8; 32] {
    record_hash(leaf).0
}

/// Whether a proof (RFC 6962 section 2.1.2) shows that the earlier tree is the beginning of the later
/// one. Nothing is proved from an empty tree, and trees of one size must be the same.
#[must_use]
pub fn check_growth(earlier: &Head, later: &Head, proof: Vec<[u8; HASH_SIZE]>) -> bool {
    if earlier.size == 0 || earlier == later {
        return proof.is_empty();
    }
    let proof = proof.into_iter().map(Hash).collect();
    earlier.size < later.size
        && check_tree(&proof, later.size, Hash(later.root), earlier.size, Hash(earlier.root))
            .is_ok()
}

/// A log that grows.
#[derive(Debug, Default)]
pub struct Tree {
    size: u64,
    hashes: Hashes,
}

impl Tree {
    /// The tree of a frontier: 32 bytes for each complete subtree, from the left.
    ///
    /// # Errors
    /// `internal` where the frontier is not one of that size.
    pub fn open(size: u64, frontier: &[u8]) -> Outcome<Self> {
        let (chunks, rest) = frontier.as_chunks::<HASH_SIZE>();
        let indexes = sub_tree_index(0, size, Vec::new());
        if indexes.len() != chunks.len() || !rest.is_empty() {
            return Err(Refusal::internal("the frontier of a log does not fit its size"));
        }
        let hashes = indexes.into_iter().zip(chunks.iter().map(|chunk| Hash(*chunk))).collect();
        Ok(Self { size, hashes: Hashes(hashes) })
    }

    /// Appends a leaf; the hashes that it completes, bottom up, each 32 bytes.
    ///
    /// # Errors
    /// `internal`, never in practice.
    pub fn append(&mut self, leaf: &[u8]) -> Outcome<Vec<u8>> {
        let completed = stored_hashes(self.size, leaf, &self.hashes).map_err(broken)?;
        let first = stored_hash_index(0, self.size);
        self.hashes.0.extend((first..).zip(completed.iter().copied()));
        self.size += 1;
        Ok(completed.iter().flat_map(|hash| hash.0).collect())
    }

    /// Leaves so far.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Size and root.
    ///
    /// # Errors
    /// `internal`, never in practice.
    pub fn head(&self) -> Outcome<Head> {
        let root = tree_hash(self.size, &self.hashes).map_err(broken)?;
        Ok(Head { size: self.size, root: root.0 })
    }

    /// What [`Self::open`] needs to go on from here.
    ///
    /// # Errors
    /// `internal`, never in practice.
    pub fn frontier(&self) -> Outcome<Vec<u8>> {
        let indexes = sub_tree_index(0, self.size, Vec::new());
        let hashes = self.hashes.read_hashes(&indexes).map_err(broken)?;
        Ok(hashes.iter().flat_map(|hash| hash.0).collect())
    }

    /// The inclusion proof of a leaf that was appended since [`Self::open`].
    ///
    /// # Errors
    /// `internal` for an earlier leaf.
    pub fn prove(&self, seq: u64) -> Outcome<Vec<[u8; 32]>> {
        let proof = prove_record(self.size, seq, &self.hashes).map_err(broken)?;
        Ok(proof.into_iter().map(|hash| hash.0).collect())
    }
}

pub(super) fn broken(error: Error) -> Refusal {
    Refusal::internal(error)
}

#[cfg(test)]
mod tests {
    use tlog_tiles::tlog::check_record;

    use super::*;

    #[test]
    fn a_tree_goes_on_from_its_frontier_and_proves_what_it_took() {
        let leaf = |n: u64| format!("leaf {n}").into_bytes();
        let mut whole = Tree::default();
        for size in 1..=70_u64 {
            whole.append(&leaf(size - 1)).unwrap();
            for start in 0..size {
                let mut begun = Tree::default();
                (0..start).for_each(|n| drop(begun.append(&leaf(n)).unwrap()));
                let mut tree = Tree::open(start, &begun.frontier().unwrap()).unwrap();
                (start..size).for_each(|n| drop(tree.append(&leaf(n)).unwrap()));
                let head = tree.head().unwrap();
                assert_eq!(head, whole.head().unwrap());
                for seq in start..size {
                    let proof = tree.prove(seq).unwrap().into_iter().map(Hash).collect();
                    let hash = Hash(leaf_hash(&leaf(seq)));
                    check_record(&proof, size, Hash(head.root), seq, hash).unwrap();
                    let other = Hash(leaf_hash(b"another"));
                    assert!(check_record(&proof, size, Hash(head.root), seq, other).is_err());
                }
            }
        }
    }

    #[test]
    fn a_wrong_frontier_is_refused() {
        assert!(Tree::open(3, &[0; 64]).is_ok());
        assert!(Tree::open(3, &[0; 32]).is_err());
        assert!(Tree::open(1, &[0; 33]).is_err());
        assert!(Tree::open(0, &[]).is_ok());
    }
}
