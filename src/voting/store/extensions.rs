//! Proposed extensions.

use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, RunQueryDsl, SelectableHelper,
};

use crate::kernel::{AccountId, ExtensionId, UtcTime, VoteId};
use crate::platform::db::{Conn, schema::vote_extensions};
use crate::voting::model::ExtensionRow;

/// The proposal of a vote that is neither confirmed nor withdrawn.
pub fn find_open_extension(conn: &mut Conn, vote_id: VoteId) -> QueryResult<Option<ExtensionRow>> {
    vote_extensions::table
        .filter(vote_extensions::vote_id.eq(vote_id))
        .filter(vote_extensions::confirmed_at.is_null())
        .filter(vote_extensions::withdrawn_at.is_null())
        .select(ExtensionRow::as_select())
        .first(conn)
        .optional()
}

/// Keeps a proposal.
pub fn insert_extension(conn: &mut Conn, row: &ExtensionRow) -> QueryResult<()> {
    diesel::insert_into(vote_extensions::table).values(row).execute(conn).map(|_| ())
}

/// The second signature.
pub fn set_extension_confirmed(
    conn: &mut Conn,
    id: ExtensionId,
    (by, name, at): (AccountId, &str, UtcTime),
) -> QueryResult<()> {
    diesel::update(vote_extensions::table.filter(vote_extensions::id.eq(id)))
        .set((
            vote_extensions::confirmed_by.eq(by),
            vote_extensions::confirmed_name.eq(name),
            vote_extensions::confirmed_at.eq(at),
        ))
        .execute(conn)
        .map(|_| ())
}

/// The proposal is given up.
pub fn set_extension_withdrawn(
    conn: &mut Conn,
    id: ExtensionId,
    (name, at): (&str, UtcTime),
) -> QueryResult<()> {
    diesel::update(vote_extensions::table.filter(vote_extensions::id.eq(id)))
        .set((vote_extensions::withdrawn_name.eq(name), vote_extensions::withdrawn_at.eq(at)))
        .execute(conn)
        .map(|_| ())
}
