//! Objections, their units and their steps.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, QueryResult,
    RunQueryDsl, SelectableHelper, dsl::max,
};

use crate::consultation::model::{
    ConsultationObjectionRow, ObjectionState, ObjectionStepRow, ObjectionUnitRow, WithdrawalRow,
};
use crate::kernel::{CommunityId, ConsultationId, ConsultationObjectionId, OwnerId, UnitId};
use crate::platform::db::{
    Conn, MultiBackend,
    schema::{
        consultation_objection_steps, consultation_objection_units, consultation_objections,
        consultation_withdrawals, consultations,
    },
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

/// Objections by number, after a number; where an owner is named, only those that the owner filed and those
/// The objections of all consultations of a community, in order.
pub fn list_of_community(
    conn: &mut Conn,
    community_id: CommunityId,
) -> QueryResult<Vec<ConsultationObjectionRow>> {
    let of_community: Vec<ConsultationId> = consultations::table
        .filter(consultations::community_id.eq(community_id))
        .select(consultations::id)
        .load(conn)?;
    consultation_objections::table
        .filter(consultation_objections::consultation_id.eq_any(of_community))
        .order((consultation_objections::consultation_id, consultation_objections::number))
        .select(ConsultationObjectionRow::as_select())
        .load(conn)
}

/// that staff filed for the owner's units.
pub fn list_objections(
    conn: &mut Conn,
    (id, owner): (ConsultationId, Option<(OwnerId, &[UnitId])>),
    (after, limit): (Option<i32>, i64),
) -> QueryResult<Vec<ConsultationObjectionRow>> {
    let mut query = consultation_objections::table
        .filter(consultation_objections::consultation_id.eq(id))
        .select(ConsultationObjectionRow::as_select())
        .into_boxed::<MultiBackend>();
    if let Some((owner_id, units)) = owner {
        let theirs = consultation_objection_units::table
            .filter(consultation_objection_units::unit_id.eq_any(units.to_vec()))
            .select(consultation_objection_units::objection_id);
        let by_staff = consultation_objections::owner_id
            .is_null()
            .and(consultation_objections::id.eq_any(theirs));
        query = query.filter(by_staff.or(consultation_objections::owner_id.eq(owner_id)));
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

/// The withdrawals that staff proposed of some objections.
pub fn list_withdrawals(
    conn: &mut Conn,
    ids: &[ConsultationObjectionId],
) -> QueryResult<Vec<WithdrawalRow>> {
    consultation_withdrawals::table
        .filter(consultation_withdrawals::objection_id.eq_any(ids.to_vec()))
        .order(consultation_withdrawals::id)
        .select(WithdrawalRow::as_select())
        .load(conn)
}

/// Keeps a withdrawal that one person proposes.
pub fn insert_withdrawal(conn: &mut Conn, row: &WithdrawalRow) -> QueryResult<()> {
    diesel::insert_into(consultation_withdrawals::table).values(row).execute(conn).map(|_| ())
}

/// Confirms a withdrawal that waits; whether it did.
pub fn set_withdrawn(conn: &mut Conn, row: &WithdrawalRow) -> QueryResult<bool> {
    let waiting = consultation_withdrawals::table
        .filter(consultation_withdrawals::id.eq(row.id))
        .filter(consultation_withdrawals::confirmed_at.is_null());
    diesel::update(waiting)
        .set((
            consultation_withdrawals::confirmed_by.eq(row.confirmed_by),
            consultation_withdrawals::confirmer_name.eq(&row.confirmer_name),
            consultation_withdrawals::confirmed_at.eq(row.confirmed_at),
        ))
        .execute(conn)
        .map(|rows| rows == 1)
}
