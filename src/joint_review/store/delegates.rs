//! Delegates of departments: rows are only ever added, one ends another.

use diesel::{ExpressionMethods, QueryDsl, QueryResult, RunQueryDsl, SelectableHelper};

use crate::joint_review::model::DelegateRow;
use crate::kernel::{AccountId, DelegateId};
use crate::platform::db::{Conn, schema::review_delegates};

/// Keeps an appointment, or the end of one.
pub fn insert_delegate(conn: &mut Conn, row: &DelegateRow) -> QueryResult<()> {
    diesel::insert_into(review_delegates::table).values(row).execute(conn).map(|_| ())
}

/// Appointments that were not ended, in order.
pub fn list_standing(conn: &mut Conn) -> QueryResult<Vec<DelegateRow>> {
    let rows: Vec<DelegateRow> = review_delegates::table
        .order(review_delegates::id)
        .select(DelegateRow::as_select())
        .load(conn)?;
    Ok(standing(rows))
}

/// Those of an account.
pub fn list_of_account(conn: &mut Conn, account_id: AccountId) -> QueryResult<Vec<DelegateRow>> {
    let rows: Vec<DelegateRow> = review_delegates::table
        .filter(review_delegates::account_id.eq(account_id))
        .order(review_delegates::id)
        .select(DelegateRow::as_select())
        .load(conn)?;
    Ok(standing(rows))
}

/// An appointment, or the end of one, carries the account that it is about: so both are found together.
fn standing(rows: Vec<DelegateRow>) -> Vec<DelegateRow> {
    let ended: Vec<DelegateId> = rows.iter().filter_map(|row| row.ends_id).collect();
    rows.into_iter().filter(|row| row.ends_id.is_none() && !ended.contains(&row.id)).collect()
}
