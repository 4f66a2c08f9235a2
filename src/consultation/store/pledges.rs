//! Pledges, one row a change.

use diesel::{ExpressionMethods, QueryDsl, QueryResult, RunQueryDsl, SelectableHelper};

use crate::consultation::model::{PledgeKind, PledgeRow, PledgeState};
use crate::kernel::{CommunityId, UnitId};
use crate::platform::db::{Conn, schema::consultation_pledges};

/// Keeps a row.
pub fn insert_pledge(conn: &mut Conn, row: &PledgeRow) -> QueryResult<()> {
    diesel::insert_into(consultation_pledges::table).values(row).execute(conn).map(|_| ())
}

/// The rows of a household, in order.
pub fn list_of_unit(conn: &mut Conn, unit_id: UnitId) -> QueryResult<Vec<PledgeRow>> {
    consultation_pledges::table
        .filter(consultation_pledges::unit_id.eq(unit_id))
        .order(consultation_pledges::id)
        .select(PledgeRow::as_select())
        .load(conn)
}

/// What stands in the rows of a community of these kinds, household by household, those of each in
/// order: one walk along an index.
pub fn list_states(
    conn: &mut Conn,
    community_id: CommunityId,
    kinds: &[PledgeKind],
) -> QueryResult<Vec<(UnitId, PledgeKind, PledgeState)>> {
    consultation_pledges::table
        .filter(consultation_pledges::community_id.eq(community_id))
        .filter(consultation_pledges::kind.eq_any(kinds.to_vec()))
        .order((consultation_pledges::unit_id, consultation_pledges::id))
        .select((
            consultation_pledges::unit_id,
            consultation_pledges::kind,
            consultation_pledges::state,
        ))
        .load(conn)
}
