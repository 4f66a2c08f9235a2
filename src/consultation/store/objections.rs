//! Objections, their units and their steps.

use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, RunQueryDsl, SelectableHelper,
    dsl::max,
};

use crate::consultation::model::{
    ConsultationObjectionRow, ObjectionState, ObjectionStepRow, ObjectionUnitRow,
};
use crate::kernel::{ConsultationId, ConsultationObjectionId, OwnerId};
use crate::platform::db::{
    Conn, MultiBackend,
    schema::{consultation_objection_steps, consultation_objection_units, consultation_objections},
};

/// The last number of a consultation's objections.
pub fn last_number(conn: &mut Conn, id: ConsultationId) -> QueryResult<Option<i32>> {
    consultation_objections::table
        .filter(consultation_objections::consultation_id.eq(id))
        .select(max(consultation_objections::number))
        .first(conn)
}

/// Files an objection with its units.
pub fn insert_objection(
    conn: &mut Conn,
    row: &ConsultationObjectionRow,
    units: &[ObjectionUnitRow],
) -> QueryResult<()> {
    diesel::insert_into(consultation_objections::table).values(row).execute(conn)?;
    crate::insert_many!(conn, consultation_objection_units::table, units)
}

/// An objection of a consultation.
pub fn find_objection(
    conn: &mut Conn,
    (consultation_id, id): (ConsultationId, ConsultationObjectionId),
) -> QueryResult<Option<ConsultationObjectionRow>> {
    consultation_objections::table
        .filter(consultation_objections::id.eq(id))
        .filter(consultation_objections::consultation_id.eq(consultation_id))
        .select(ConsultationObjectionRow::as_select())
        .first(conn)
        .optional()
}

/// Moves an objection that still stands in that state; whether it did.
pub fn set_objection(
    conn: &mut Conn,
    (before, row): (ObjectionState, &ConsultationObjectionRow),
) -> QueryResult<bool> {
    let seen = consultation_objections::table
        .filter(consultation_objections::id.eq(row.id))
        .filter(consultation_objections::state.eq(before));
    diesel::update(seen)
        .set(consultation_objections::state.eq(row.state))
        .execute(conn)
        .map(|rows| rows == 1)
}

/// Keeps a step.
pub fn insert_step(conn: &mut Conn, row: &ObjectionStepRow) -> QueryResult<()> {
    diesel::insert_into(consultation_objection_steps::table).values(row).execute(conn).map(|_| ())
}

/// Objections by number, of one owner only where one is named, after a number.
pub fn list_objections(
    conn: &mut Conn,
    (id, owner_id): (ConsultationId, Option<OwnerId>),
    (after, limit): (Option<i32>, i64),
) -> QueryResult<Vec<ConsultationObjectionRow>> {
    let mut query = consultation_objections::table
        .filter(consultation_objections::consultation_id.eq(id))
        .select(ConsultationObjectionRow::as_select())
        .into_boxed::<MultiBackend>();
    if let Some(owner_id) = owner_id {
        query = query.filter(consultation_objections::owner_id.eq(owner_id));
    }
    if let Some(after) = after {
        query = query.filter(consultation_objections::number.gt(after));
    }
    query.order(consultation_objections::number).limit(limit).load(conn)
}

/// The units of some objections.
pub fn list_units(
    conn: &mut Conn,
    ids: &[ConsultationObjectionId],
) -> QueryResult<Vec<ObjectionUnitRow>> {
    consultation_objection_units::table
        .filter(consultation_objection_units::objection_id.eq_any(ids.to_vec()))
        .order(consultation_objection_units::id)
        .select(ObjectionUnitRow::as_select())
        .load(conn)
}

/// The steps of some objections, in order.
pub fn list_steps(
    conn: &mut Conn,
    ids: &[ConsultationObjectionId],
) -> QueryResult<Vec<ObjectionStepRow>> {
    consultation_objection_steps::table
        .filter(consultation_objection_steps::objection_id.eq_any(ids.to_vec()))
        .order(consultation_objection_steps::id)
        .select(ObjectionStepRow::as_select())
        .load(conn)
}
