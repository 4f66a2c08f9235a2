//! The parts of a vote's scope, where several buildings or a named set of units decide.

use diesel::{ExpressionMethods, QueryDsl, QueryResult, RunQueryDsl};

use crate::kernel::{BuildingId, UnitId, VoteId};
use crate::platform::db::{
    Conn,
    schema::{vote_scope_buildings, vote_scope_units},
};
use crate::registry::RegisterScope;

/// Keeps the parts of a scope that has a name; nothing for one place.
pub fn insert_parts(conn: &mut Conn, vote_id: VoteId, scope: &RegisterScope) -> QueryResult<()> {
    match scope {
        RegisterScope::Buildings(ids) => {
            let of_vote = vote_scope_buildings::vote_id.eq(vote_id);
            let row = |id: &BuildingId| (of_vote, vote_scope_buildings::building_id.eq(*id));
            let rows: Vec<_> = ids.iter().map(row).collect();
            crate::insert_many!(conn, vote_scope_buildings::table, rows)
        }
        RegisterScope::Units(ids) => {
            let row = |id: &UnitId| {
                (vote_scope_units::vote_id.eq(vote_id), vote_scope_units::unit_id.eq(*id))
            };
            let rows: Vec<_> = ids.iter().map(row).collect();
            crate::insert_many!(conn, vote_scope_units::table, rows)
        }
        RegisterScope::Community(_) | RegisterScope::Building(_) | RegisterScope::Entrance(_) => {
            Ok(())
        }
    }
}

/// The parts of the named scope of a vote.
pub fn find_named_scope(conn: &mut Conn, vote_id: VoteId) -> QueryResult<RegisterScope> {
    let buildings: Vec<BuildingId> = vote_scope_buildings::table
        .filter(vote_scope_buildings::vote_id.eq(vote_id))
        .select(vote_scope_buildings::building_id)
        .order(vote_scope_buildings::building_id)
        .load(conn)?;
    if !buildings.is_empty() {
        return Ok(RegisterScope::Buildings(buildings));
    }
    let units = vote_scope_units::table
        .filter(vote_scope_units::vote_id.eq(vote_id))
        .select(vote_scope_units::unit_id)
        .order(vote_scope_units::unit_id)
        .load(conn)?;
    Ok(RegisterScope::Units(units))
}
