//! Rule packs: immutable versions.

use crate::voting::model::PackRow;
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, RunQueryDsl};

use crate::kernel::RulePackId;
use crate::platform::db::{Conn, schema::rule_packs};

/// The version of that id.
pub fn get_pack(conn: &mut Conn, id: RulePackId) -> QueryResult<PackRow> {
    rule_packs::table.find(id).first(conn)
}

/// A version by the pack's name and number.
pub fn find_pack(conn: &mut Conn, key: &str, version: i32) -> QueryResult<Option<PackRow>> {
    rule_packs::table
        .filter(rule_packs::pack_key.eq(key))
        .filter(rule_packs::pack_version.eq(version))
        .first(conn)
        .optional()
}

/// The newest version of a pack.
pub fn find_newest_pack(conn: &mut Conn, key: &str) -> QueryResult<Option<PackRow>> {
    rule_packs::table
        .filter(rule_packs::pack_key.eq(key))
        .order(rule_packs::pack_version.desc())
        .first(conn)
        .optional()
}

/// Every version of a pack, the newest first.
pub fn list_versions(conn: &mut Conn, key: &str) -> QueryResult<Vec<PackRow>> {
    rule_packs::table
        .filter(rule_packs::pack_key.eq(key))
        .order(rule_packs::pack_version.desc())
        .load(conn)
}

/// Every version of every pack.
pub fn list_packs(conn: &mut Conn) -> QueryResult<Vec<PackRow>> {
    rule_packs::table.order((rule_packs::pack_key, rule_packs::pack_version.desc())).load(conn)
}

/// Adds a version.
pub fn insert_pack(conn: &mut Conn, row: &PackRow) -> QueryResult<()> {
    diesel::insert_into(rule_packs::table).values(row).execute(conn).map(|_| ())
}
