//! Grants.

use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, RunQueryDsl, SelectableHelper,
};

use crate::identity::model::GrantRow;
use crate::kernel::{AccountId, GrantId, UtcTime};
use crate::platform::db::{Conn, schema::grants};

/// Keeps a grant.
pub fn insert_grant(conn: &mut Conn, grant: &GrantRow) -> QueryResult<()> {
    diesel::insert_into(grants::table).values(grant).execute(conn).map(|_| ())
}

/// The grant of an id.
pub fn find_grant(conn: &mut Conn, id: GrantId) -> QueryResult<Option<GrantRow>> {
    grants::table.find(id).select(GrantRow::as_select()).first(conn).optional()
}

/// The grants of an account that are in force, in the order in which they were given.
pub fn list_live_grants(conn: &mut Conn, account: AccountId) -> QueryResult<Vec<GrantRow>> {
    grants::table
        .filter(grants::account_id.eq(account))
        .filter(grants::revoked_at.is_null())
        .select(GrantRow::as_select())
        .order(grants::id)
        .load(conn)
}

/// Takes a grant back; answers whether it was in force.
pub fn set_grant_revoked(
    conn: &mut Conn,
    (id, by): (GrantId, Option<AccountId>),
    now: UtcTime,
) -> QueryResult<bool> {
    diesel::update(grants::table.find(id).filter(grants::revoked_at.is_null()))
        .set((grants::revoked_at.eq(now), grants::revoked_by_id.eq(by)))
        .execute(conn)
        .map(|changed| changed == 1)
}
