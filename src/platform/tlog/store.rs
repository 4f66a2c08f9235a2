//! Logs and their leaves in the database. A log's row holds its frontier, so that appending reads one
//! row whatever the log's length; each leaf's row holds the hashes that it completes.

use std::collections::HashMap;

use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, OptionalExtension, QueryDsl, QueryResult,
    Queryable, RunQueryDsl, Selectable, SelectableHelper,
};
use tlog_tiles::tlog::{
    Hash, prove_record, prove_tree, split_stored_hash_index, stored_hash_index, sub_tree_index,
    tree_hash,
};

use super::{
    tiles::{TilePath, bundle},
    tree::{Hashes, Head, Tree, broken},
};
use crate::kernel::{Code, LogId, Outcome, Refusal, UtcTime};
use crate::platform::db::{
    CHUNK, Conn,
    schema::{log_leaves, logs},
};

/// A log.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = logs)]
#[diesel(treat_none_as_default_value = false)]
#[expect(missing_docs, reason = "the migration documents the columns")]
pub struct LogRow {
    pub id: LogId,
    pub subject: String,
    pub origin: String,
    pub key_generation: i32,
    pub size: i64,
    pub root: Vec<u8>,
    pub frontier: Vec<u8>,
    pub entries_open: bool,
    pub frozen_reason: Option<String>,
    pub created_at: UtcTime,
}

impl LogRow {
    /// A log without leaves.
    ///
    /// # Errors
    /// `internal`, never in practice.
    pub fn new(subject: &str, (origin, generation): (String, i32), at: UtcTime) -> Outcome<Self> {
        Ok(Self {
            id: LogId::new(),
            subject: subject.to_owned(),
            origin,
            key_generation: generation,
            size: 0,
            root: Tree::default().head()?.root.to_vec(),
            frontier: Vec::new(),
            entries_open: false,
            frozen_reason: None,
            created_at: at,
        })
    }

    /// Size and root.
    ///
    /// # Errors
    /// `internal` where the row is not one of ours.
    pub fn head(&self) -> Outcome<Head> {
        let root = self.root.as_slice().try_into().map_err(Refusal::internal)?;
        Ok(Head { size: size(self.size)?, root })
    }
}

/// A leaf as it is stored.
#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = log_leaves)]
#[diesel(treat_none_as_default_value = false)]
pub(super) struct LeafRow {
    log_id: LogId,
    pub(super) seq: i64,
    pub(super) leaf: Vec<u8>,
    pub(super) hashes: Vec<u8>,
    pub(super) openings: Option<String>,
}

/// A leaf to be appended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLeaf {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What opens its commitments, as JSON; may be deleted later.
    pub openings: Option<String>,
}

/// A log after it grew.
#[derive(Debug)]
pub struct Appended {
    /// The log as it stands in the database now.
    pub log: LogRow,
    /// The sequence number of the first new leaf.
    pub first: u64,
    /// Proves the new leaves.
    pub tree: Tree,
}

/// The log of a subject.
pub fn find_log(conn: &mut Conn, subject: &str) -> QueryResult<Option<LogRow>> {
    logs::table.filter(logs::subject.eq(subject)).select(LogRow::as_select()).first(conn).optional()
}

/// Every log, by subject.
pub fn list_logs(conn: &mut Conn) -> QueryResult<Vec<LogRow>> {
    logs::table.order(logs::subject).select(LogRow::as_select()).load(conn)
}

/// Begins a log.
pub fn insert_log(conn: &mut Conn, log: &LogRow) -> QueryResult<()> {
    diesel::insert_into(logs::table).values(log).execute(conn).map(|_| ())
}

/// Appends leaves.
///
/// # Errors
/// `log_frozen`; of the database.
pub fn append(conn: &mut Conn, log: LogRow, leaves: Vec<NewLeaf>) -> Outcome<Appended> {
    if let Some(reason) = &log.frozen_reason {
        return Err(Refusal::new(Code::LogFrozen).detail(reason.clone()));
    }
    let first = size(log.size)?;
    let mut tree = Tree::open(first, &log.frontier)?;
    let mut rows = Vec::with_capacity(leaves.len());
    for leaf in leaves {
        let seq = i64::try_from(tree.size()).map_err(Refusal::internal)?;
        let hashes = tree.append(&leaf.bytes)?;
        let NewLeaf { bytes, openings } = leaf;
        rows.push(LeafRow { log_id: log.id, seq, leaf: bytes, hashes, openings });
    }
    crate::insert_many!(&mut *conn, log_leaves::table, rows)?;
    let head = tree.head()?;
    let log = LogRow {
        size: i64::try_from(head.size).map_err(Refusal::internal)?,
        root: head.root.to_vec(),
        frontier: tree.frontier()?,
        ..log
    };
    diesel::update(logs::table.find(log.id))
        .set((logs::size.eq(log.size), logs::root.eq(&log.root), logs::frontier.eq(&log.frontier)))
        .execute(conn)?;
    Ok(Appended { log, first, tree })
}

/// From now on everybody may read the entries.
pub fn set_entries_open(conn: &mut Conn, id: LogId) -> QueryResult<()> {
    let log = logs::table.find(id);
    diesel::update(log).set(logs::entries_open.eq(true)).execute(conn).map(|_| ())
}

/// Nothing may be appended until the log goes on under another origin.
pub fn set_frozen(conn: &mut Conn, id: LogId, reason: &str) -> QueryResult<()> {
    let log = logs::table.find(id);
    diesel::update(log).set(logs::frozen_reason.eq(reason)).execute(conn).map(|_| ())
}

/// The log goes on under another origin and key; nothing holds it any more.
pub fn set_origin(conn: &mut Conn, log: &LogRow) -> QueryResult<()> {
    let change = (
        logs::origin.eq(&log.origin),
        logs::key_generation.eq(log.key_generation),
        logs::frozen_reason.eq(None::<String>),
    );
    diesel::update(logs::table.find(log.id)).set(change).execute(conn).map(|_| ())
}

/// Leaves `from..to` with what opens them, in order.
pub fn list_leaves(
    conn: &mut Conn,
    id: LogId,
    (from, to): (u64, u64),
) -> QueryResult<Vec<(Vec<u8>, Option<String>)>> {
    let bound = |seq| i64::try_from(seq).unwrap_or(i64::MAX);
    log_leaves::table
        .filter(log_leaves::log_id.eq(id))
        .filter(log_leaves::seq.ge(bound(from)).and(log_leaves::seq.lt(bound(to))))
        .order(log_leaves::seq)
        .select((log_leaves::leaf, log_leaves::openings))
        .load(conn)
}

/// Rows from `seq` on, as they are stored: place, leaf, hashes, openings.
pub(super) fn list_stored(
    conn: &mut Conn,
    id: LogId,
    (seq, most): (i64, usize),
) -> QueryResult<Vec<LeafRow>> {
    log_leaves::table
        .filter(log_leaves::log_id.eq(id))
        .filter(log_leaves::seq.ge(seq))
        .order(log_leaves::seq)
        .limit(i64::try_from(most).unwrap_or(i64::MAX))
        .select(LeafRow::as_select())
        .load(conn)
}

/// The inclusion proof of a leaf in the log as it stands.
///
/// # Errors
/// `not_found` beyond the log; of the database.
pub fn prove(conn: &mut Conn, log: &LogRow, seq: u64) -> Outcome<Vec<[u8; 32]>> {
    let whole = size(log.size)?;
    if seq >= whole {
        return Err(Refusal::new(Code::NotFound));
    }
    // Everything that the siblings of a leaf's path may be put together from.
    let levels = 0..64_u32 - whole.leading_zeros();
    let siblings = levels.flat_map(|level| {
        let sibling = (seq >> level) ^ 1;
        let (from, to) = (sibling << level, ((sibling + 1) << level).min(whole));
        if from < to { sub_tree_index(from, to, Vec::new()) } else { Vec::new() }
    });
    let hashes = read_hashes(conn, log.id, siblings.collect())?;
    let proof = prove_record(whole, seq, &hashes).map_err(broken)?;
    Ok(proof.into_iter().map(|Hash(hash)| hash).collect())
}

/// The proof that the log of an earlier size is the beginning of the log as it stands.
///
/// # Errors
/// `not_found` beyond the log; of the database.
pub fn prove_growth(conn: &mut Conn, log: &LogRow, earlier: u64) -> Outcome<Vec<[u8; 32]>> {
    let whole = size(log.size)?;
    if earlier == 0 || earlier > whole {
        return Err(Refusal::new(Code::NotFound));
    }
    let levels = 0..64_u32 - whole.leading_zeros();
    let parts = levels.flat_map(|level| {
        let node = (earlier - 1) >> level;
        [node, node ^ 1].into_iter().flat_map(move |node| {
            let (from, to) = (node << level, ((node + 1) << level).min(whole));
            if from < to { sub_tree_index(from, to, Vec::new()) } else { Vec::new() }
        })
    });
    let mut indexes: Vec<u64> = parts.collect();
    indexes.extend(sub_tree_index(0, earlier, Vec::new()));
    let hashes = read_hashes(conn, log.id, indexes)?;
    let proof = prove_tree(whole, earlier, &hashes).map_err(broken)?;
    Ok(proof.into_iter().map(|Hash(hash)| hash).collect())
}

/// The root that the log had at an earlier size.
///
/// # Errors
/// `not_found` beyond the log; of the database.
pub fn root_at(conn: &mut Conn, log: &LogRow, earlier: u64) -> Outcome<[u8; 32]> {
    if earlier > size(log.size)? {
        return Err(Refusal::new(Code::NotFound));
    }
    let hashes = read_hashes(conn, log.id, sub_tree_index(0, earlier, Vec::new()))?;
    Ok(tree_hash(earlier, &hashes).map_err(broken)?.0)
}

/// A tile's bytes.
///
/// # Errors
/// `not_found` for a tile that the log has not; of the database.
pub fn read_tile(conn: &mut Conn, log: &LogRow, path: TilePath) -> Outcome<Vec<u8>> {
    let tile = path.tile;
    let whole = size(log.size)? >> (8 * u32::from(tile.level()));
    let first = tile.level_index().checked_mul(256);
    let last = first.and_then(|first| first.checked_add(u64::from(tile.width())));
    let (Some(first), Some(last)) = (first, last.filter(|last| *last <= whole)) else {
        return Err(Refusal::new(Code::NotFound));
    };
    if path.is_entries() {
        let leaves = list_leaves(conn, log.id, (first, last))?;
        let leaves: Vec<_> = leaves.into_iter().map(|(leaf, _)| leaf).collect();
        return Ok(bundle(&leaves));
    }
    let indexes = (first..last).map(|n| stored_hash_index(8 * tile.level(), n)).collect();
    let hashes = read_hashes(conn, log.id, indexes)?;
    tile.read_data(&hashes).map_err(broken)
}

/// Stored hashes: the hash of level `l`, number `n` stands with the leaf that completes it.
fn read_hashes(conn: &mut Conn, id: LogId, indexes: Vec<u64>) -> Outcome<Hashes> {
    let mut wanted: HashMap<i64, Vec<(u64, usize)>> = HashMap::new();
    for index in indexes {
        let (level, n) = split_stored_hash_index(index);
        let seq = ((n + 1) << level) - 1;
        let seq = i64::try_from(seq).map_err(Refusal::internal)?;
        wanted.entry(seq).or_default().push((index, level.into()));
    }
    let seqs: Vec<i64> = wanted.keys().copied().collect();
    let mut found = HashMap::new();
    for chunk in seqs.chunks(CHUNK) {
        let rows: Vec<(i64, Vec<u8>)> = log_leaves::table
            .filter(log_leaves::log_id.eq(id))
            .filter(log_leaves::seq.eq_any(chunk))
            .select((log_leaves::seq, log_leaves::hashes))
            .load(conn)?;
        for (seq, hashes) in rows {
            let (hashes, _) = hashes.as_chunks::<32>();
            for &(index, level) in wanted.get(&seq).into_iter().flatten() {
                found.extend(hashes.get(level).map(|hash| (index, Hash(*hash))));
            }
        }
    }
    Ok(Hashes(found))
}

fn size(size: i64) -> Outcome<u64> {
    u64::try_from(size).map_err(Refusal::internal)
}
