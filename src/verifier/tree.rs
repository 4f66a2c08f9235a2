//! The log's tree: leaves against hash tiles against the signed root. A leaf that does not fit its
//! hash is named.

use super::{
    findings::{Findings, Rule},
    hashes::Tree,
    note::{Key, open_checkpoint},
    source::{ENTRIES, NOTE, Source, TILE},
};
use crate::platform::tlog::{Checkpoint, TilePath, leaf_hash, tiles::WIDTH};

/// Leaves of a log at the most; a larger size in a checkpoint is not believed.
const MOST_LEAVES: u64 = 50_000_000;
/// Leaves that are named one by one at the most.
const NAMED: usize = 8;

/// Reads the checkpoint, with its note; `None` where nothing can be read from it.
pub(super) fn read_checkpoint(
    source: &mut Source,
    key: &Key,
    findings: &mut Findings,
) -> Result<Option<(Checkpoint, String)>, String> {
    let Some(note) = source.read("checkpoint", NOTE)? else {
        let name = source.name();
        return Err(format!("{name}: 此处没有 checkpoint，不是投票日志 (no checkpoint here)"));
    };
    match open_checkpoint(&note, key) {
        Ok(checkpoint) if checkpoint.head.size <= MOST_LEAVES => {
            Ok(Some((checkpoint, String::from_utf8_lossy(&note).into_owned())))
        }
        Ok(checkpoint) => Err(format!(
            "{} 叶以上不予校验 (too many leaves: {})",
            MOST_LEAVES, checkpoint.head.size
        )),
        Err(error) => {
            let message = format!("检查点的签名不对：{error} (the checkpoint: {error})");
            findings.fault(None, Rule::Signature, &message);
            Ok(None)
        }
    }
}

/// What was read of a log.
pub(super) struct Log {
    /// Over the leaves; over the lowest hash tiles where the leaves are not disclosed.
    tree: Tree,
    /// Whether the leaves themselves were there.
    has_leaves: bool,
    /// Hash tiles that are there, by level, index and content.
    tiles: Vec<(TilePath, Vec<u8>)>,
    faults: Vec<(Option<u64>, String)>,
    /// The size that the checkpoint speaks of.
    size: u64,
}

/// A tile as it should be, or a wider one of which the beginning counts.
fn read_tile(source: &mut Source, tile: TilePath, most: u64) -> Result<Option<Vec<u8>>, String> {
    let (path, full) = (tile.path(), tile.full().path());
    match source.read(&path, most)? {
        None if full != path => source.read(&full, most),
        found => Ok(found),
    }
}

impl Log {
    /// Reads leaves and hash tiles; hands each leaf to `each` in order.
    pub(super) fn read(
        source: &mut Source,
        signed: &Checkpoint,
        mut each: impl FnMut(u64, &[u8]),
    ) -> Result<Self, String> {
        let size = signed.head.size;
        let mut log = Self {
            tree: Tree::default(),
            has_leaves: true,
            tiles: Vec::new(),
            faults: Vec::new(),
            size,
        };
        let mut hashes = Vec::new();
        for tile in TilePath::list(size) {
            if tile.is_entries() {
                log.read_leaves(source, tile, &mut hashes, &mut each)?;
            } else {
                log.read_hashes(source, tile)?;
            }
        }
        log.tree = Tree::of(if log.has_leaves { hashes } else { log.lowest() });
        Ok(log)
    }

    fn read_leaves(
        &mut self,
        source: &mut Source,
        tile: TilePath,
        hashes: &mut Vec<[u8; 32]>,
        each: &mut impl FnMut(u64, &[u8]),
    ) -> Result<(), String> {
        let (first, end) = tile.leaves();
        // After a gap the place of a leaf is not known any more.
        if !self.has_leaves || u64::try_from(hashes.len()).is_ok_and(|read| read != first) {
            return Ok(());
        }
        let Some(bundle) = read_tile(source, tile, ENTRIES)? else {
            self.has_leaves = false;
            return Ok(());
        };
        let mut seq = first;
        for leaf in split(&bundle, end - first) {
            hashes.push(leaf_hash(leaf));
            each(seq, leaf);
            seq += 1;
        }
        if seq < end {
            let message = "叶不全 (a leaf is missing, or is no leaf)";
            self.faults.push((Some(seq), message.to_owned()));
        }
        Ok(())
    }

    fn read_hashes(&mut self, source: &mut Source, tile: TilePath) -> Result<(), String> {
        let (_, _, width) = tile.place();
        let Some(bytes) = read_tile(source, tile, TILE)? else { return Ok(()) };
        let wanted = usize::try_from(width).map_or(usize::MAX, |width| width * 32);
        if let Some(hashes) = bytes.get(..wanted) {
            self.tiles.push((tile, hashes.to_vec()));
        } else {
            self.faults.push((None, format!("{}: 太短 (too short)", tile.path())));
        }
        Ok(())
    }

    /// The leaf hashes that the lowest tiles hold, up to the first gap.
    fn lowest(&self) -> Vec<[u8; 32]> {
        let mut next = 0;
        let mut hashes = Vec::new();
        for (tile, content) in &self.tiles {
            let (level, index, _) = tile.place();
            if level == 0 && index == next {
                hashes.extend_from_slice(content.as_chunks::<32>().0);
                next += 1;
            }
        }
        hashes
    }

    pub(super) fn size(&self) -> u64 {
        self.size
    }

    pub(super) const fn has_leaves(&self) -> bool {
        self.has_leaves
    }

    pub(super) fn root_at(&self, size: u64) -> Option<[u8; 32]> {
        self.tree.root_at(size)
    }

    pub(super) fn leaf_hash(&self, seq: u64) -> Option<[u8; 32]> {
        self.tree.hash(0, seq)
    }

    /// Compares the tree with the signed root and with the tiles.
    pub(super) fn check(&self, signed: &Checkpoint, findings: &mut Findings) {
        for (seq, message) in &self.faults {
            findings.fault(*seq, Rule::Tree, message);
        }
        if !self.has_leaves {
            let whole = self.tree.size() == self.size;
            let more = if whole { "" } else { "，哈希片也不全 (nor all hash tiles)" };
            let message = format!("选票内容未公开 (the leaves are not disclosed){more}");
            findings.undisclosed(&message);
            if !whole {
                return;
            }
        }
        let is_root = self.root_at(self.size) == Some(signed.head.root);
        let wrong = self.compare_tiles(findings, is_root);
        if !is_root && wrong == 0 {
            let message = "叶算出的根与签名的根不同 (the leaves do not give the signed root)";
            findings.fault(None, Rule::Tree, message);
        }
    }

    /// Names the leaves that differ from their tile, or the tile where the leaves give the root.
    fn compare_tiles(&self, findings: &mut Findings, is_root: bool) -> usize {
        let (mut wrong, mut leaves) = (0, 0);
        for (tile, content) in &self.tiles {
            let (level, index, _) = tile.place();
            let of_place = |at: usize| index * WIDTH + u64::try_from(at).unwrap_or(u64::MAX);
            let differing = content.as_chunks::<32>().0.iter().enumerate().filter(|(at, hash)| {
                self.tree.hash(level * 8, of_place(*at)).as_ref() != Some(*hash)
            });
            let differing: Vec<usize> = differing.map(|(at, _)| at).collect();
            let Some(first) = differing.first() else { continue };
            wrong += 1;
            if level > 0 || is_root {
                let name = tile.path();
                let message = format!("{name}: 第 {first} 个哈希不对 (hash {first} is wrong)");
                findings.fault(None, Rule::Tree, &message);
                continue;
            }
            for at in differing.iter().take(NAMED.saturating_sub(leaves)) {
                let seq = of_place(*at);
                let message = "此叶与哈希片不符 (this leaf is not the one in the hash tile)";
                findings.fault(seq, Rule::Tree, message);
                leaves += 1;
            }
        }
        wrong
    }
}

/// The leaves of a bundle, as far as it can be read, at most `width`.
fn split(bundle: &[u8], width: u64) -> Vec<&[u8]> {
    let mut leaves = Vec::new();
    let mut rest = bundle;
    while let Some((length, after)) = rest.split_first_chunk::<2>() {
        let length = usize::from(u16::from_be_bytes(*length));
        let Some((leaf, after)) = after.split_at_checked(length) else { break };
        if u64::try_from(leaves.len()).is_ok_and(|read| read == width) {
            break;
        }
        leaves.push(leaf);
        rest = after;
    }
    leaves
}
