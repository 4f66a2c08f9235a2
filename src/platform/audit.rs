//! The chain over the audit trail: each link's hash covers one row and the link before it, so that
//! a row that was changed, or cut out, no longer fits. The trail is written with the change it
//! tells of; the links follow within seconds, made by one worker, so that writers never queue for
//! the last link. Absent on purpose: proof against somebody who rewrites the trail and every link;
//! whoever needs that keeps the head that `jiugai verify` prints somewhere else.

use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, Queryable, RunQueryDsl,
    dsl::exists, dsl::not,
};
use sha2::{Digest, Sha256};

use crate::{
    kernel::{AccountId, AuditId, Outcome, UtcTime, hex},
    platform::db::{
        Conn, WriteTx,
        schema::{audit_chain, audit_log},
    },
};

/// Links made in one transaction.
const BATCH: i64 = 500;
/// A writer may commit this long after it made the row's id, in milliseconds.
const LATE: u64 = 600_000;
/// The hash before the first link.
const START: &str = "";

#[derive(Debug, Queryable)]
struct Row {
    id: AuditId,
    at: UtcTime,
    actor_id: Option<AccountId>,
    actor_name: String,
    actor_role: String,
    action: String,
    object_type: String,
    object_id: String,
    before_digest: Option<String>,
    after_digest: Option<String>,
    request_id: String,
}

impl Row {
    /// Every field, in an order and a form that never change: JSON has one spelling for each text.
    fn link(&self, before: &str) -> String {
        let fields = serde_json::json!([
            before,
            self.id.to_string(),
            self.at.micros(),
            self.actor_id.map(|id| id.to_string()),
            self.actor_name,
            self.actor_role,
            self.action,
            self.object_type,
            self.object_id,
            self.before_digest,
            self.after_digest,
            self.request_id,
        ]);
        hex::encode(&Sha256::digest(fields.to_string().as_bytes()))
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Link {
    sequence: i64,
    hash: String,
}

/// Links the rows that are not linked yet, a batch at a time; answers how many.
///
/// # Errors
/// The database's.
pub fn extend_chain(tx: &mut WriteTx<'_>) -> Outcome<usize> {
    let conn = tx.conn();
    let last = find_last(conn)?;
    let rows = list_unlinked(conn, last.as_ref().map_or(first_id(), |(_, id)| long_before(*id)))?;
    let start = Link { sequence: 0, hash: START.to_owned() };
    let mut link = last.map_or(start, |(link, _)| link);
    let mut links = Vec::with_capacity(rows.len());
    for row in &rows {
        link = Link { sequence: link.sequence + 1, hash: row.link(&link.hash) };
        links.push((
            audit_chain::sequence.eq(link.sequence),
            audit_chain::audit_id.eq(row.id),
            audit_chain::hash.eq(link.hash.clone()),
        ));
    }
    crate::insert_many!(conn, audit_chain::table, links)?;
    Ok(rows.len())
}

fn find_last(conn: &mut Conn) -> QueryResult<Option<(Link, AuditId)>> {
    let row: Option<(i64, String, AuditId)> = audit_chain::table
        .select((audit_chain::sequence, audit_chain::hash, audit_chain::audit_id))
        .order(audit_chain::sequence.desc())
        .first(conn)
        .optional()?;
    Ok(row.map(|(sequence, hash, id)| (Link { sequence, hash }, id)))
}

const fn first_id() -> AuditId {
    AuditId::from_uuid(uuid::Uuid::nil())
}

/// The least id of [`LATE`] before: ids begin with their millisecond, so that the search for
/// unlinked rows reads the newest part of the trail only.
fn long_before(id: AuditId) -> AuditId {
    let millis = u64::try_from(id.uuid().as_u128() >> 80).unwrap_or_default();
    let before = u128::from(millis.saturating_sub(LATE));
    AuditId::from_uuid(uuid::Uuid::from_u128(before << 80))
}

fn list_unlinked(conn: &mut Conn, since: AuditId) -> QueryResult<Vec<Row>> {
    let linked = audit_chain::table.filter(audit_chain::audit_id.eq(audit_log::id));
    audit_log::table
        .filter(audit_log::id.ge(since))
        .filter(not(exists(linked)))
        .order(audit_log::id)
        .limit(BATCH)
        .load(conn)
}

/// What a check of the whole chain found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainReport {
    /// Links that fit.
    pub links: u64,
    /// The hash of the last link: keep it elsewhere to prove the trail up to here.
    pub head: String,
    /// Rows that have no link yet.
    pub unlinked: i64,
    /// What does not fit.
    pub faults: Vec<String>,
    /// Whether the expected head, if one was given, is one of the links.
    pub has_expected: bool,
}

/// Follows the chain from its start.
///
/// # Errors
/// The database's.
pub fn check_chain(conn: &mut Conn, expected: Option<&str>) -> Outcome<ChainReport> {
    let mut report = ChainReport {
        links: 0,
        head: START.to_owned(),
        unlinked: 0,
        faults: Vec::new(),
        has_expected: expected.is_none_or(|hash| hash == START),
    };
    let mut sequence = 0;
    loop {
        let rows: Vec<(i64, String, Row)> = list_links(conn, sequence)?;
        let Some((last, _, _)) = rows.last() else { break };
        let last = *last;
        for (found, hash, row) in rows {
            if found != sequence + 1 {
                let first = sequence + 1;
                report.faults.push(format!("links {first} to {} are missing", found - 1));
            }
            sequence = found;
            if row.link(&report.head) != hash {
                let id = row.id;
                report.faults.push(format!("link {found}: audit row {id} was changed"));
            }
            report.links += 1;
            report.has_expected |= expected == Some(hash.as_str());
            report.head = hash;
        }
        sequence = last;
    }
    report.unlinked = count_unlinked(conn)?;
    Ok(report)
}

fn list_links(conn: &mut Conn, after: i64) -> QueryResult<Vec<(i64, String, Row)>> {
    audit_chain::table
        .inner_join(audit_log::table)
        .filter(audit_chain::sequence.gt(after))
        .select((audit_chain::sequence, audit_chain::hash, audit_log::all_columns))
        .order(audit_chain::sequence)
        .limit(BATCH)
        .load(conn)
}

fn count_unlinked(conn: &mut Conn) -> QueryResult<i64> {
    let linked = audit_chain::table.filter(audit_chain::audit_id.eq(audit_log::id));
    audit_log::table.filter(not(exists(linked))).count().get_result(conn)
}
