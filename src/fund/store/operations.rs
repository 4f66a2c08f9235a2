//! Operations.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, QueryResult,
    RunQueryDsl, SelectableHelper,
};

use crate::fund::model::{OperationRow, OperationState};
use crate::kernel::{BookId, FundOperationId};
use crate::platform::db::{Conn, schema::fund_operations};

/// Keeps an operation.
pub fn insert_operation(conn: &mut Conn, row: &OperationRow) -> QueryResult<()> {
    diesel::insert_into(fund_operations::table).values(row).execute(conn).map(|_| ())
}

/// An operation.
pub fn find_operation(conn: &mut Conn, id: FundOperationId) -> QueryResult<Option<OperationRow>> {
    fund_operations::table.find(id).select(OperationRow::as_select()).first(conn).optional()
}

/// Operations of the books before an id, the newest first, at most that many.
pub fn list_operations(
    conn: &mut Conn,
    (book_id, state): (BookId, Option<OperationState>),
    (before, most): (Option<FundOperationId>, i64),
) -> QueryResult<Vec<OperationRow>> {
    let mut query = fund_operations::table
        .filter(fund_operations::book_id.eq(book_id))
        .order(fund_operations::id.desc())
        .limit(most)
        .select(OperationRow::as_select())
        .into_boxed();
    if let Some(state) = state {
        query = query.filter(fund_operations::state.eq(state));
    }
    if let Some(before) = before {
        query = query.filter(fund_operations::id.lt(before));
    }
    query.load(conn)
}

/// Signatures and state, if nobody changed the operation meanwhile.
pub fn update_operation(conn: &mut Conn, row: &OperationRow) -> QueryResult<bool> {
    let unchanged = fund_operations::table
        .filter(fund_operations::id.eq(row.id).and(fund_operations::version.eq(row.version)));
    let changed = diesel::update(unchanged)
        .set((
            fund_operations::state.eq(row.state),
            fund_operations::checker_id.eq(row.checker_id),
            fund_operations::checker_name.eq(&row.checker_name),
            fund_operations::second_checker_id.eq(row.second_checker_id),
            fund_operations::second_checker_name.eq(&row.second_checker_name),
            fund_operations::reason.eq(&row.reason),
            fund_operations::settled_at.eq(row.settled_at),
            fund_operations::version.eq(row.version + 1),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}
