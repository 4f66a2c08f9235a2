//! The log's tree: leaves against hash tiles against the signed root. A leaf that does not fit its
//! hash is named.

use tlog_tiles::Hash;

use super::{
    findings::{Findings, Rule},
    hashes::{Tree, leaf_hash},
    note::{Checkpoint, Key, open_checkpoint},
    source::{ENTRIES, NOTE, Source, TILE},
};

/// Leaves of a log at the most; a larger size in a checkpoint is not believed.
const MOST_LEAVES: u64 = 50_000_000;
/// Leaves that are named one by one at the most.
const NAMED: usize = 8;
const WIDTH: u64 = 256;

/// A checkpoint whose signature was checked.
pub(super) struct Signed {
    pub(super) checkpoint: Checkpoint,
    /// Whether the signature is good; a bad one is a fault already, and the rest is still checked.
    pub(super) is_good: bool,
}

/// Reads the checkpoint; `None` where nothing can be read from it.
pub(super) fn read_checkpoint(
    source: &mut Source,
    key: &Key,
    findings: &mut Findings,
) -> Result<Option<Signed>, String> {
    let Some(note) = source.read("checkpoint", NOTE)? else {
        let name = source.name();
        return Err(format!("{name}: 此处没有 checkpoint，不是投票日志 (no checkpoint here)"));
    };
    match open_checkpoint(&note, key) {
        Ok(checkpoint) if checkpoint.size <= MOST_LEAVES => {
            Ok(Some(Signed { checkpoint, is_good: true }))
        }
        Ok(checkpoint) => {
            Err(format!("{} 叶以上不予校验 (too many leaves: {})", MOST_LEAVES, checkpoint.size))
        }
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
    tiles: Vec<(usize, u64, Vec<u8>)>,
    faults: Vec<(Option<u64>, String)>,
    /// The size that the checkpoint speaks of.
    size: u64,
}

/// `tile/<kind>/<N>`, and its partial form.
fn path(kind: &str, index: u64, width: u64) -> String {
    let mut rest = index / 1000;
    let mut name = format!("{:03}", index % 1000);
    while rest > 0 {
        name = format!("x{:03}/{name}", rest % 1000);
        rest /= 1000;
    }
    let partial = if width == WIDTH { String::new() } else { format!(".p/{width}") };
    format!("tile/{kind}/{name}{partial}")
}

/// Index and width of the tiles over `count` hashes.
fn tiles_over(count: u64) -> impl Iterator<Item = (u64, u64)> {
    let indices = 0..count.div_ceil(WIDTH);
    indices.map(move |index| (index, (count - index * WIDTH).min(WIDTH)))
}

/// A tile as it should be, or a wider one of which the beginning counts.
fn read_tile(
    source: &mut Source,
    kind: &str,
    (index, width): (u64, u64),
    most: u64,
) -> Result<Option<Vec<u8>>, String> {
    if let Some(bytes) = source.read(&path(kind, index, width), most)? {
        return Ok(Some(bytes));
    }
    if width == WIDTH { Ok(None) } else { source.read(&path(kind, index, WIDTH), most) }
}

impl Log {
    /// Reads leaves and hash tiles; hands each leaf to `each` in order.
    pub(super) fn read(
        source: &mut Source,
        signed: &Signed,
        mut each: impl FnMut(u64, &[u8]),
    ) -> Result<Self, String> {
        let size = signed.checkpoint.size;
        let mut log = Self {
            tree: Tree::default(),
            has_leaves: true,
            tiles: Vec::new(),
            faults: Vec::new(),
            size,
        };
        log.read_hash_tiles(source)?;
        let mut hashes = Vec::new();
        for (index, width) in tiles_over(size) {
            let Some(bundle) = read_tile(source, "entries", (index, width), ENTRIES)? else {
                log.has_leaves = false;
                break;
            };
            let before = hashes.len();
            let leaves = split(&bundle, width);
            for leaf in leaves.iter().copied() {
                let seq = u64::try_from(hashes.len()).unwrap_or(u64::MAX);
                hashes.push(leaf_hash(leaf));
                each(seq, leaf);
            }
            if u64::try_from(hashes.len() - before).is_ok_and(|read| read < width) {
                let next = u64::try_from(hashes.len()).ok();
                let message = "叶不全 (a leaf is missing, or is no leaf)";
                log.faults.push((next, message.to_owned()));
                break;
            }
        }
        if log.has_leaves {
            log.tree = Tree::of(hashes);
        } else {
            log.tree = Tree::of(log.lowest_tiles());
        }
        Ok(log)
    }

    fn read_hash_tiles(&mut self, source: &mut Source) -> Result<(), String> {
        let (mut level, mut count) = (0_usize, self.size);
        while count > 0 {
            for (index, width) in tiles_over(count) {
                let kind = level.to_string();
                let Some(tile) = read_tile(source, &kind, (index, width), TILE)? else { continue };
                let wanted = usize::try_from(width * 32).unwrap_or(usize::MAX);
                if let Some(tile) = tile.get(..wanted) {
                    self.tiles.push((level, index, tile.to_vec()));
                } else {
                    let name = path(&kind, index, width);
                    self.faults.push((None, format!("{name}: 太短 (too short)")));
                }
            }
            (level, count) = (level + 1, count / WIDTH);
        }
        Ok(())
    }

    fn lowest_tiles(&self) -> Vec<Hash> {
        let lowest = self.tiles.iter().filter(|(level, _, _)| *level == 0);
        let complete = lowest.enumerate().take_while(|(at, (_, index, _))| {
            u64::try_from(*at).is_ok_and(|at| at == *index)
        });
        complete.flat_map(|(_, (_, _, tile))| tile.chunks_exact(32)).filter_map(as_hash).collect()
    }

    pub(super) fn size(&self) -> u64 {
        self.size
    }

    pub(super) const fn has_leaves(&self) -> bool {
        self.has_leaves
    }

    pub(super) fn root_at(&self, size: u64) -> Option<Hash> {
        self.tree.root_at(size)
    }

    pub(super) fn leaf_hash(&self, seq: u64) -> Option<Hash> {
        self.tree.hash(0, seq)
    }

    /// Compares the tree with the signed root and with the tiles.
    pub(super) fn check(&self, signed: &Signed, findings: &mut Findings) {
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
        let is_root = signed.is_good && self.root_at(self.size) == Some(signed.checkpoint.root);
        let wrong = self.compare_tiles(findings, is_root);
        if !is_root && wrong == 0 {
            let message = "叶算出的根与签名的根不同 (the leaves do not give the signed root)";
            findings.fault(None, Rule::Tree, message);
        }
    }

    /// Names the leaves that differ from their tile, or the tile where the leaves give the root.
    fn compare_tiles(&self, findings: &mut Findings, is_root: bool) -> usize {
        let (mut wrong, mut leaves) = (0, 0);
        for (level, index, tile) in &self.tiles {
            let differing = tile.chunks_exact(32).enumerate().filter(|(at, hash)| {
                let at = u64::try_from(*at).unwrap_or(u64::MAX);
                let place = index * WIDTH + at;
                self.tree.hash(level * 8, place) != as_hash(hash)
            });
            let differing: Vec<usize> = differing.map(|(at, _)| at).collect();
            let Some(first) = differing.first() else { continue };
            wrong += 1;
            if *level > 0 || is_root {
                let name = path(&level.to_string(), *index, WIDTH);
                let message = format!("{name}: 第 {first} 个哈希不对 (hash {first} is wrong)");
                findings.fault(None, Rule::Tree, &message);
                continue;
            }
            for at in differing.iter().take(NAMED.saturating_sub(leaves)) {
                let seq = index * WIDTH + u64::try_from(*at).unwrap_or(u64::MAX);
                let message = "此叶与哈希片不符 (this leaf is not the one in the hash tile)";
                findings.fault(seq, Rule::Tree, message);
                leaves += 1;
            }
        }
        wrong
    }
}

fn as_hash(bytes: &[u8]) -> Option<Hash> {
    bytes.try_into().ok().map(Hash)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_of_c2sp() {
        assert_eq!(path("0", 5, 256), "tile/0/005");
        assert_eq!(path("entries", 1067, 8), "tile/entries/x001/067.p/8");
        assert_eq!(path("1", 1_234_067, 256), "tile/1/x001/x234/067");
        assert_eq!(tiles_over(512).collect::<Vec<_>>(), [(0, 256), (1, 256)]);
        assert_eq!(tiles_over(257).collect::<Vec<_>>(), [(0, 256), (1, 1)]);
    }
}
