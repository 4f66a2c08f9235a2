//! RFC 6962 hashing of a whole log: every complete subtree is kept, so that the root at any earlier
//! size costs a few hashes.

use tlog_tiles::tlog::{EMPTY_HASH, Hash, node_hash};

/// The complete subtrees by level; level 0 are the leaves.
#[derive(Debug, Default)]
pub(super) struct Tree {
    levels: Vec<Vec<[u8; 32]>>,
}

impl Tree {
    /// The tree over leaf hashes.
    pub(super) fn of(leaves: Vec<[u8; 32]>) -> Self {
        let mut levels = vec![leaves];
        while let Some(below) = levels.last().filter(|below| below.len() > 1) {
            let above = below.chunks_exact(2).filter_map(|pair| match pair {
                [left, right] => Some(join(*left, *right)),
                _ => None,
            });
            levels.push(above.collect());
        }
        Self { levels }
    }

    /// How many leaves.
    pub(super) fn size(&self) -> u64 {
        self.levels.first().map_or(0, |leaves| leaves.len().try_into().unwrap_or(u64::MAX))
    }

    /// A complete subtree.
    pub(super) fn hash(&self, level: usize, index: u64) -> Option<[u8; 32]> {
        self.levels.get(level)?.get(usize::try_from(index).ok()?).copied()
    }

    /// The root of the first `size` leaves, if there are so many.
    pub(super) fn root_at(&self, size: u64) -> Option<[u8; 32]> {
        if size > self.size() {
            return None;
        }
        let mut root: Option<[u8; 32]> = None;
        for (level, hashes) in self.levels.iter().enumerate() {
            let count = size >> level;
            if count & 1 == 1 {
                let left = hashes.get(usize::try_from(count - 1).ok()?)?;
                root = Some(root.map_or(*left, |right| join(*left, right)));
            }
        }
        Some(root.unwrap_or(EMPTY_HASH.0))
    }
}

fn join(left: [u8; 32], right: [u8; 32]) -> [u8; 32] {
    node_hash(Hash(left), Hash(right)).0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::tlog::leaf_hash;

    /// RFC 6962 §2.1, word by word.
    fn naive(leaves: &[[u8; 32]]) -> [u8; 32] {
        match leaves {
            [] => EMPTY_HASH.0,
            [only] => *only,
            _ => {
                let split = leaves.len().next_power_of_two() / 2;
                join(naive(&leaves[..split]), naive(&leaves[split..]))
            }
        }
    }

    #[test]
    fn every_prefix_has_the_root_of_the_rfc() {
        let leaves: Vec<[u8; 32]> = (0..70_u8).map(|n| leaf_hash(&[n])).collect();
        let tree = Tree::of(leaves.clone());
        for size in 0..=leaves.len() {
            let root = tree.root_at(size.try_into().unwrap());
            assert_eq!(root, Some(naive(&leaves[..size])), "{size}");
        }
        assert_eq!(tree.root_at(71), None);
    }
}
