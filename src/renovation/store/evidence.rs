//! Evidence of projects: rows are only ever added.

use diesel::{ExpressionMethods, QueryDsl, QueryResult, RunQueryDsl, SelectableHelper};

use crate::kernel::ProjectId;
use crate::platform::db::{Conn, schema::project_evidence};
use crate::renovation::model::EvidenceRow;

/// Keeps a piece of evidence, or the withdrawal of one.
pub fn insert(conn: &mut Conn, row: &EvidenceRow) -> QueryResult<()> {
    diesel::insert_into(project_evidence::table).values(row).execute(conn).map(|_| ())
}

/// Everything that was recorded for a project, in order.
pub fn list(conn: &mut Conn, id: ProjectId) -> QueryResult<Vec<EvidenceRow>> {
    project_evidence::table
        .filter(project_evidence::project_id.eq(id))
        .order(project_evidence::id)
        .select(EvidenceRow::as_select())
        .load(conn)
}
