//! Objections and mediations.

use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, RunQueryDsl, SelectableHelper,
};

use crate::elevator::model::{MediationRow, ObjectionRow};
use crate::kernel::{ElevatorCaseId, ElevatorObjectionId, OwnerId};
use crate::platform::db::{
    Conn, MultiBackend,
    schema::{elevator_mediations, elevator_objections},
};

/// Files an objection.
pub fn insert_objection(conn: &mut Conn, row: &ObjectionRow) -> QueryResult<()> {
    diesel::insert_into(elevator_objections::table).values(row).execute(conn).map(|_| ())
}

/// An objection of a case.
pub fn find_objection(
    conn: &mut Conn,
    (case_id, id): (ElevatorCaseId, ElevatorObjectionId),
) -> QueryResult<Option<ObjectionRow>> {
    elevator_objections::table
        .filter(elevator_objections::id.eq(id))
        .filter(elevator_objections::case_id.eq(case_id))
        .select(ObjectionRow::as_select())
        .first(conn)
        .optional()
}

/// Closes an objection that is open; whether it was.
pub fn set_closed(conn: &mut Conn, row: &ObjectionRow) -> QueryResult<bool> {
    let open = elevator_objections::table
        .filter(elevator_objections::id.eq(row.id))
        .filter(elevator_objections::closed_at.is_null());
    diesel::update(open)
        .set((
            elevator_objections::closing.eq(row.closing),
            elevator_objections::closing_reason.eq(&row.closing_reason),
            elevator_objections::next_way.eq(row.next_way),
            elevator_objections::closed_by.eq(&row.closed_by),
            elevator_objections::closed_at.eq(row.closed_at),
        ))
        .execute(conn)
        .map(|rows| rows == 1)
}

/// The objections of a case, of one owner only where one is named, after the cursor.
pub fn list_objections(
    conn: &mut Conn,
    (case_id, owner_id): (ElevatorCaseId, Option<OwnerId>),
    open: Option<bool>,
    (after, limit): (Option<ElevatorObjectionId>, i64),
) -> QueryResult<Vec<ObjectionRow>> {
    let mut query = elevator_objections::table
        .filter(elevator_objections::case_id.eq(case_id))
        .select(ObjectionRow::as_select())
        .into_boxed::<MultiBackend>();
    if let Some(owner_id) = owner_id {
        query = query.filter(elevator_objections::owner_id.eq(owner_id));
    }
    match open {
        Some(true) => query = query.filter(elevator_objections::closed_at.is_null()),
        Some(false) => query = query.filter(elevator_objections::closed_at.is_not_null()),
        None => {}
    }
    if let Some(after) = after {
        query = query.filter(elevator_objections::id.gt(after));
    }
    query.order(elevator_objections::id).limit(limit).load(conn)
}

/// The case of each open objection.
pub fn list_open(conn: &mut Conn, cases: &[ElevatorCaseId]) -> QueryResult<Vec<ElevatorCaseId>> {
    elevator_objections::table
        .filter(elevator_objections::case_id.eq_any(cases.to_vec()))
        .filter(elevator_objections::closed_at.is_null())
        .select(elevator_objections::case_id)
        .load(conn)
}

/// Keeps a mediation.
pub fn insert_mediation(conn: &mut Conn, row: &MediationRow) -> QueryResult<()> {
    diesel::insert_into(elevator_mediations::table).values(row).execute(conn).map(|_| ())
}

/// The mediations of objections, in order.
pub fn list_mediations(
    conn: &mut Conn,
    ids: &[ElevatorObjectionId],
) -> QueryResult<Vec<MediationRow>> {
    elevator_mediations::table
        .filter(elevator_mediations::objection_id.eq_any(ids.to_vec()))
        .order(elevator_mediations::id)
        .select(MediationRow::as_select())
        .load(conn)
}
