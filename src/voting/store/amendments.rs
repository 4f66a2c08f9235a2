//! Amendments of frozen rolls, and the writing of an amended roll.

use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, RunQueryDsl, SelectableHelper,
};

use crate::kernel::{AccountId, Area, HeadId, RollAmendmentId, RollUnitId, UtcTime, VoteId};
use crate::platform::db::{
    Conn,
    schema::{head_owners, heads, roll_amendments, roll_units},
};
use crate::voting::model::{AmendmentRow, HeadOwnerRow, HeadRow, RollUnitRow};

/// The amendments of a vote, in the order of their proposal.
pub fn list_amendments(conn: &mut Conn, vote_id: VoteId) -> QueryResult<Vec<AmendmentRow>> {
    roll_amendments::table
        .filter(roll_amendments::vote_id.eq(vote_id))
        .order(roll_amendments::id)
        .select(AmendmentRow::as_select())
        .load(conn)
}

/// An amendment of a vote.
pub fn find_amendment(
    conn: &mut Conn,
    vote_id: VoteId,
    id: RollAmendmentId,
) -> QueryResult<Option<AmendmentRow>> {
    roll_amendments::table
        .filter(roll_amendments::id.eq(id))
        .filter(roll_amendments::vote_id.eq(vote_id))
        .select(AmendmentRow::as_select())
        .first(conn)
        .optional()
}

/// Keeps a proposal.
pub fn insert_amendment(conn: &mut Conn, row: &AmendmentRow) -> QueryResult<()> {
    diesel::insert_into(roll_amendments::table).values(row).execute(conn).map(|_| ())
}

/// The second signature.
pub fn set_amendment_confirmed(
    conn: &mut Conn,
    id: RollAmendmentId,
    (by, name, at): (AccountId, &str, UtcTime),
) -> QueryResult<()> {
    diesel::update(roll_amendments::table.filter(roll_amendments::id.eq(id)))
        .set((
            roll_amendments::confirmed_by.eq(by),
            roll_amendments::confirmed_name.eq(name),
            roll_amendments::confirmed_at.eq(at),
        ))
        .execute(conn)
        .map(|_| ())
}

/// The proposal is given up.
pub fn set_amendment_withdrawn(
    conn: &mut Conn,
    id: RollAmendmentId,
    (name, at): (&str, UtcTime),
) -> QueryResult<()> {
    diesel::update(roll_amendments::table.filter(roll_amendments::id.eq(id)))
        .set((roll_amendments::withdrawn_name.eq(name), roll_amendments::withdrawn_at.eq(at)))
        .execute(conn)
        .map(|_| ())
}

/// The number that the next head of a roll gets: none is given twice, not even a struck one.
pub fn next_head_position(conn: &mut Conn, vote_id: VoteId) -> QueryResult<i32> {
    let last: Option<i32> = heads::table
        .filter(heads::vote_id.eq(vote_id))
        .order(heads::position.desc())
        .select(heads::position)
        .first(conn)
        .optional()?;
    Ok(last.map_or(0, |last| last + 1))
}

/// Adds a head.
pub fn insert_head(conn: &mut Conn, row: &HeadRow) -> QueryResult<()> {
    diesel::insert_into(heads::table).values(row).execute(conn).map(|_| ())
}

/// Changes the area of a head.
pub fn set_head_area(conn: &mut Conn, id: HeadId, area: Area) -> QueryResult<()> {
    let head = heads::table.filter(heads::id.eq(id));
    diesel::update(head).set(heads::area.eq(area)).execute(conn).map(|_| ())
}

/// A head without units counts no more.
pub fn strike_head(conn: &mut Conn, id: HeadId, at: UtcTime) -> QueryResult<()> {
    let head = heads::table.filter(heads::id.eq(id));
    diesel::update(head).set(heads::struck_at.eq(at)).execute(conn)?;
    replace_head_owners(conn, id, &[])
}

/// Puts these people in place of those who belong to a head.
pub fn replace_head_owners(
    conn: &mut Conn,
    id: HeadId,
    owners: &[HeadOwnerRow],
) -> QueryResult<()> {
    diesel::delete(head_owners::table.filter(head_owners::head_id.eq(id))).execute(conn)?;
    crate::insert_many!(conn, head_owners::table, owners)
}

/// Takes a unit from its roll.
pub fn delete_roll_unit(conn: &mut Conn, id: RollUnitId) -> QueryResult<()> {
    diesel::delete(roll_units::table.filter(roll_units::id.eq(id))).execute(conn).map(|_| ())
}

/// Puts a unit on a roll, in place of its earlier row if there is one.
pub fn put_roll_unit(conn: &mut Conn, row: &RollUnitRow) -> QueryResult<()> {
    delete_roll_unit(conn, row.id)?;
    diesel::insert_into(roll_units::table).values(row).execute(conn).map(|_| ())
}
