//! Who is to visit whom.

use diesel::{ExpressionMethods, QueryDsl, QueryResult, RunQueryDsl, SelectableHelper};

use crate::consultation::model::AssignmentRow;
use crate::kernel::ConsultationId;
use crate::platform::db::{Conn, schema::consultation_assignments};

/// Keeps assignments.
pub fn insert_assignments(conn: &mut Conn, rows: &[AssignmentRow]) -> QueryResult<()> {
    crate::insert_many!(conn, consultation_assignments::table, rows)
}

/// The assignments of a round, in order: the last of a household holds.
pub fn list_assignments(
    conn: &mut Conn,
    (id, round): (ConsultationId, i32),
) -> QueryResult<Vec<AssignmentRow>> {
    consultation_assignments::table
        .filter(consultation_assignments::consultation_id.eq(id))
        .filter(consultation_assignments::round.eq(round))
        .order(consultation_assignments::id)
        .select(AssignmentRow::as_select())
        .load(conn)
}
