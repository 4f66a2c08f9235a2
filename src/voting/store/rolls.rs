//! The frozen roll: heads, their units, and who may cast for them.

use crate::voting::model::{HeadOwnerRow, HeadRow, RollFilter, RollUnitRow};
use diesel::{
    ExpressionMethods, QueryDsl, QueryResult, RunQueryDsl, SelectableHelper, TextExpressionMethods,
};

use crate::kernel::{Area, HeadId, OwnerId, UnitId, VoteId};
use crate::platform::db::{
    Conn, MultiBackend,
    schema::{head_owners, heads, roll_units},
};

/// Fixes a roll.
pub fn insert_roll(
    conn: &mut Conn,
    heads: &[HeadRow],
    owners: &[HeadOwnerRow],
    units: &[RollUnitRow],
) -> QueryResult<()> {
    crate::insert_many!(&mut *conn, heads::table, heads)?;
    crate::insert_many!(&mut *conn, head_owners::table, owners)?;
    crate::insert_many!(conn, roll_units::table, units)
}

/// Takes a roll away, before the notice.
pub fn delete_roll(conn: &mut Conn, vote_id: VoteId) -> QueryResult<()> {
    diesel::delete(roll_units::table.filter(roll_units::vote_id.eq(vote_id))).execute(conn)?;
    diesel::delete(head_owners::table.filter(head_owners::vote_id.eq(vote_id))).execute(conn)?;
    diesel::delete(heads::table.filter(heads::vote_id.eq(vote_id))).execute(conn).map(|_| ())
}

/// The heads of a roll that count, by position; an amendment may leave gaps in the positions.
pub fn list_heads(conn: &mut Conn, vote_id: VoteId) -> QueryResult<Vec<HeadRow>> {
    heads::table
        .filter(heads::vote_id.eq(vote_id))
        .filter(heads::struck_at.is_null())
        .order(heads::position)
        .select(HeadRow::as_select())
        .load(conn)
}

/// The heads for which an owner stands on a roll, and whether he may cast for each.
pub fn list_heads_of_owner(
    conn: &mut Conn,
    vote_id: VoteId,
    owner_id: OwnerId,
) -> QueryResult<Vec<(HeadRow, bool)>> {
    heads::table
        .inner_join(head_owners::table)
        .filter(head_owners::vote_id.eq(vote_id))
        .filter(head_owners::owner_id.eq(owner_id))
        .order(heads::position)
        .select((HeadRow::as_select(), head_owners::may_cast))
        .load(conn)
}

/// Some heads.
pub fn list_some_heads(conn: &mut Conn, heads: &[HeadId]) -> QueryResult<Vec<HeadRow>> {
    heads::table.filter(heads::id.eq_any(heads)).select(HeadRow::as_select()).load(conn)
}

/// One owner per head who may cast for it, with the head's area, in the order of the roll.
pub fn list_voters(conn: &mut Conn, vote_id: VoteId) -> QueryResult<Vec<(HeadId, OwnerId, Area)>> {
    let mut rows: Vec<(HeadId, OwnerId, Area)> = heads::table
        .inner_join(head_owners::table)
        .filter(heads::vote_id.eq(vote_id))
        .filter(head_owners::may_cast.eq(true))
        .order((heads::position, head_owners::owner_id))
        .select((heads::id, head_owners::owner_id, heads::area))
        .load(conn)?;
    rows.dedup_by_key(|(head_id, _, _)| *head_id);
    Ok(rows)
}

/// Of these owners on these votes' rolls: vote, owner, head, and whether the owner may cast.
pub fn list_memberships(
    conn: &mut Conn,
    votes: &[VoteId],
    owners: &[OwnerId],
) -> QueryResult<Vec<HeadOwnerRow>> {
    head_owners::table
        .filter(head_owners::vote_id.eq_any(votes))
        .filter(head_owners::owner_id.eq_any(owners))
        .select(HeadOwnerRow::as_select())
        .load(conn)
}

/// Who belongs to a head, in a fixed order.
pub fn list_owners_of_head(conn: &mut Conn, head_id: HeadId) -> QueryResult<Vec<HeadOwnerRow>> {
    head_owners::table
        .filter(head_owners::head_id.eq(head_id))
        .order(head_owners::owner_id)
        .select(HeadOwnerRow::as_select())
        .load(conn)
}

/// Who belongs to the heads of a roll, in a fixed order.
pub fn list_head_owners(conn: &mut Conn, vote_id: VoteId) -> QueryResult<Vec<HeadOwnerRow>> {
    head_owners::table
        .filter(head_owners::vote_id.eq(vote_id))
        .order((head_owners::head_id, head_owners::owner_id))
        .select(HeadOwnerRow::as_select())
        .load(conn)
}

/// Units of a roll by position, after the cursor.
pub fn list_roll_units(
    conn: &mut Conn,
    vote_id: VoteId,
    filter: &RollFilter,
    (after, limit): (Option<i32>, i64),
) -> QueryResult<Vec<RollUnitRow>> {
    let mut query = roll_units::table
        .filter(roll_units::vote_id.eq(vote_id))
        .select(RollUnitRow::as_select())
        .into_boxed::<MultiBackend>();
    if let Some(building) = &filter.building {
        query = query.filter(roll_units::building.eq(building.clone()));
    }
    if let Some(search) = &filter.search {
        query = query.filter(roll_units::code.like(format!("%{search}%")));
    }
    if let Some(after) = after {
        query = query.filter(roll_units::position.gt(after));
    }
    query.order(roll_units::position).limit(limit).load(conn)
}

/// Every unit of a roll, by position.
pub fn list_whole_roll(conn: &mut Conn, vote_id: VoteId) -> QueryResult<Vec<RollUnitRow>> {
    list_roll_units(conn, vote_id, &RollFilter::default(), (None, i64::MAX))
}

/// The units of some heads.
pub fn list_units_of_heads(conn: &mut Conn, heads: &[HeadId]) -> QueryResult<Vec<RollUnitRow>> {
    roll_units::table
        .filter(roll_units::head_id.eq_any(heads))
        .order(roll_units::position)
        .select(RollUnitRow::as_select())
        .load(conn)
}

/// The heads of some units on the rolls of some votes.
pub fn list_heads_of_units(
    conn: &mut Conn,
    votes: &[VoteId],
    units: &[UnitId],
) -> QueryResult<Vec<(VoteId, UnitId, Option<HeadId>)>> {
    roll_units::table
        .filter(roll_units::vote_id.eq_any(votes))
        .filter(roll_units::unit_id.eq_any(units))
        .select((roll_units::vote_id, roll_units::unit_id, roll_units::head_id))
        .load(conn)
}

/// The unit of a roll with that number.
pub fn find_roll_unit(
    conn: &mut Conn,
    vote_id: VoteId,
    code: &str,
) -> QueryResult<Option<RollUnitRow>> {
    use diesel::OptionalExtension;
    roll_units::table
        .filter(roll_units::vote_id.eq(vote_id))
        .filter(roll_units::code.eq(code))
        .select(RollUnitRow::as_select())
        .first(conn)
        .optional()
}
