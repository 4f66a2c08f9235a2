//! Paths of tiles as c2sp.org/tlog-tiles writes them: `tile/<L>/<N>[.p/<W>]` for hashes,
//! `tile/entries/<N>[.p/<W>]` for leaves, 256 to a tile.

use tlog_tiles::tile::Tile;

/// Leaves or hashes of a full tile.
pub const WIDTH: u64 = 256;
const HEIGHT: u8 = 8;
/// A 64-bit log has no hash above.
const HIGHEST: u8 = 7;

/// A tile that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TilePath {
    pub(super) tile: Tile,
}

impl TilePath {
    /// Reads what stands after `tile/`: `0/x001/067.p/5`, `entries/000`.
    #[must_use]
    pub fn parse(path: &str) -> Option<Self> {
        let (level, rest) = path.split_once('/')?;
        let is_level = |level: &str| level.parse::<u8>().is_ok_and(|level| level <= HIGHEST);
        let level = match level {
            "entries" => "data",
            level if is_level(level) => level,
            _ => return None,
        };
        // The crate asserts that a tile has a level below 64 and a width.
        if rest.split(".p/").nth(1).is_some_and(|width| width.bytes().all(|digit| digit == b'0')) {
            return None;
        }
        let tile = Tile::from_path(&format!("tile/{HEIGHT}/{level}/{rest}")).ok()?;
        Some(Self { tile })
    }

    /// The tiles of a log of that size, hashes and leaves.
    #[must_use]
    pub fn list(size: u64) -> Vec<Self> {
        let hashes = Tile::new_tiles(HEIGHT, 0, size);
        let entries = hashes.iter().filter(|tile| tile.level() == 0).map(|tile| {
            let mut entries = *tile;
            entries.set_is_data();
            entries
        });
        hashes.iter().copied().chain(entries).map(|tile| Self { tile }).collect()
    }

    /// Whether it holds leaves.
    #[must_use]
    pub fn is_entries(self) -> bool {
        self.tile.is_data()
    }

    /// The first leaf and the one after the last, of a tile of leaves.
    #[must_use]
    pub fn leaves(self) -> (u64, u64) {
        let first = self.tile.level_index().saturating_mul(WIDTH);
        (first, first.saturating_add(u64::from(self.tile.width())))
    }

    /// Level, index within it, and width.
    #[must_use]
    pub fn place(self) -> (usize, u64, u64) {
        (self.tile.level().into(), self.tile.level_index(), self.tile.width().into())
    }

    /// The full tile at its place: what a partial one becomes.
    #[must_use]
    pub fn full(self) -> Self {
        let (level, index) = (self.tile.level(), self.tile.level_index());
        Self { tile: Tile::new(HEIGHT, level, index, 1 << HEIGHT, self.is_entries()) }
    }

    /// The path, with `tile/`.
    #[must_use]
    pub fn path(self) -> String {
        let path = self.tile.path();
        let rest = path.strip_prefix("tile/8/").unwrap_or(&path);
        match rest.strip_prefix("data/") {
            Some(rest) => format!("tile/entries/{rest}"),
            None => format!("tile/{rest}"),
        }
    }
}

/// A tile of leaves: each behind its length, two bytes, big endian.
#[must_use]
pub fn bundle(leaves: &[Vec<u8>]) -> Vec<u8> {
    let framed = |leaf: &Vec<u8>| {
        let length = u16::try_from(leaf.len()).unwrap_or(u16::MAX).to_be_bytes();
        [length.as_slice(), leaf].concat()
    };
    leaves.iter().flat_map(framed).collect()
}

/// The leaves of such a tile.
#[must_use]
pub fn unbundle(mut bytes: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut leaves = Vec::new();
    while !bytes.is_empty() {
        let (length, rest) = bytes.split_first_chunk::<2>()?;
        let (leaf, rest) = rest.split_at_checked(u16::from_be_bytes(*length).into())?;
        leaves.push(leaf.to_vec());
        bytes = rest;
    }
    Some(leaves)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_c2sps() {
        let path = |path| TilePath::parse(path).map(TilePath::path);
        assert_eq!(path("0/x001/067.p/5").unwrap(), "tile/0/x001/067.p/5");
        assert_eq!(path("entries/000").unwrap(), "tile/entries/000");
        for wrong in [
            "0/1",
            "8/000",
            "200/000",
            "data/../000",
            "entries/000.p/256",
            "0/000.p/0",
            "0/000.p/",
            "",
            "x",
        ] {
            assert_eq!(path(wrong), None, "{wrong}");
        }
        assert_eq!(TilePath::parse("entries/001.p/5").unwrap().leaves(), (256, 261));
        let all: Vec<_> = TilePath::list(600).into_iter().map(TilePath::path).collect();
        let expected = [
            "tile/0/000",
            "tile/0/001",
            "tile/0/002.p/88",
            "tile/1/000.p/2",
            "tile/entries/000",
            "tile/entries/001",
            "tile/entries/002.p/88",
        ];
        assert_eq!(all, expected);
    }

    #[test]
    fn a_bundle_gives_its_leaves() {
        let leaves = vec![b"a".to_vec(), Vec::new(), vec![7; 300]];
        assert_eq!(unbundle(&bundle(&leaves)).unwrap(), leaves);
        assert_eq!(unbundle(&[0, 2, 1]), None);
    }
}
