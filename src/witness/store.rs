//! The heads that were cosigned, and proofs of two histories.

use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, RunQueryDsl, SelectableHelper,
};

use super::model::{ConflictRow, HeadRow};
use crate::platform::db::{
    Conn,
    schema::{witness_conflicts, witnessed_heads},
};

/// The newest head of a log.
pub fn find_head(conn: &mut Conn, origin: &str) -> QueryResult<Option<HeadRow>> {
    witnessed_heads::table.find(origin).select(HeadRow::as_select()).first(conn).optional()
}

/// Keeps a newer head in the place of the one before.
pub fn save_head(conn: &mut Conn, head: &HeadRow) -> QueryResult<()> {
    let changed = diesel::update(witnessed_heads::table.find(&head.origin))
        .set((
            witnessed_heads::size.eq(head.size),
            witnessed_heads::root.eq(&head.root),
            witnessed_heads::checkpoint.eq(&head.checkpoint),
            witnessed_heads::cosigned_at.eq(head.cosigned_at),
        ))
        .execute(conn)?;
    if changed == 0 {
        diesel::insert_into(witnessed_heads::table).values(head).execute(conn)?;
    }
    Ok(())
}

/// Keeps a proof of two histories, once.
pub fn save_conflict(conn: &mut Conn, conflict: &ConflictRow) -> QueryResult<()> {
    let ConflictRow { origin, size, root, .. } = conflict;
    let known = witness_conflicts::table.find((origin, size, root));
    let known: Option<i64> = known.select(witness_conflicts::size).first(conn).optional()?;
    if known.is_none() {
        diesel::insert_into(witness_conflicts::table).values(conflict).execute(conn)?;
    }
    Ok(())
}

/// The logs that were cosigned last, the newest first.
pub fn list_heads(conn: &mut Conn, most: i64) -> QueryResult<Vec<HeadRow>> {
    witnessed_heads::table
        .order((witnessed_heads::cosigned_at.desc(), witnessed_heads::origin))
        .limit(most)
        .select(HeadRow::as_select())
        .load(conn)
}

/// Proofs of two histories, the newest first.
pub fn list_conflicts(conn: &mut Conn, most: i64) -> QueryResult<Vec<ConflictRow>> {
    witness_conflicts::table
        .order((witness_conflicts::seen_at.desc(), witness_conflicts::origin))
        .limit(most)
        .select(ConflictRow::as_select())
        .load(conn)
}
