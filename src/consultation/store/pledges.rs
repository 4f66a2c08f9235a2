//! Pledges, one row a change.

use diesel::{
    ExpressionMethods, QueryDsl, QueryResult, QueryableByName, RunQueryDsl, SelectableHelper,
    sql_query,
};

use crate::consultation::model::{PledgeKind, PledgeRow, PledgeState};
use crate::kernel::{CommunityId, UnitId, id::DbId};
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

/// What stands in the rows of a community, household by household, those of each in order: one walk
/// along an index.
pub fn list_states(
    conn: &mut Conn,
    community_id: CommunityId,
) -> QueryResult<Vec<(UnitId, PledgeKind, PledgeState)>> {
    consultation_pledges::table
        .filter(consultation_pledges::community_id.eq(community_id))
        .order((consultation_pledges::unit_id, consultation_pledges::id))
        .select((
            consultation_pledges::unit_id,
            consultation_pledges::kind,
            consultation_pledges::state,
        ))
        .load(conn)
}

#[derive(QueryableByName)]
struct Unit {
    #[diesel(sql_type = DbId)]
    unit_id: UnitId,
}

/// The units of a community of which every one of these pledges stands, given or fulfilled: of each kind
/// the last row counts.
pub fn list_pledged(
    conn: &mut Conn,
    community_id: CommunityId,
    kinds: &[PledgeKind],
) -> QueryResult<Vec<UnitId>> {
    // The words are ours, and the same in SQL.
    let words: Vec<String> = kinds.iter().map(|kind| format!("'{kind}'")).collect();
    let query = format!(
        "SELECT unit_id FROM (
            SELECT unit_id, state,
                ROW_NUMBER() OVER (PARTITION BY unit_id, kind ORDER BY id DESC) AS back
            FROM consultation_pledges WHERE community_id = $1 AND kind IN ({})) AS pledge
        WHERE back = 1 AND state <> 'withdrawn'
        GROUP BY unit_id HAVING COUNT(*) = {}",
        words.join(", "),
        kinds.len()
    );
    let units: Vec<Unit> = sql_query(query).bind::<DbId, _>(community_id).load(conn)?;
    Ok(units.into_iter().map(|unit| unit.unit_id).collect())
}
