//! Cost plans, shares and signatures.

use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, RunQueryDsl, SelectableHelper,
};

use crate::elevator::model::{PlanRow, ShareRow, SignatureRow, SignatureState};
use crate::kernel::{ElevatorCaseId, ElevatorPlanId, ElevatorSignatureId};
use crate::platform::db::{
    Conn, MultiBackend,
    schema::{elevator_plans, elevator_shares, elevator_signatures},
};

/// Keeps a plan with its shares.
pub fn insert_plan(conn: &mut Conn, plan: &PlanRow, shares: &[ShareRow]) -> QueryResult<()> {
    diesel::insert_into(elevator_plans::table).values(plan).execute(conn)?;
    crate::insert_many!(conn, elevator_shares::table, shares)
}

/// A version of a case's plan, or the newest one.
pub fn find_plan(
    conn: &mut Conn,
    case_id: ElevatorCaseId,
    number: Option<i32>,
) -> QueryResult<Option<PlanRow>> {
    let mut query = elevator_plans::table
        .filter(elevator_plans::case_id.eq(case_id))
        .select(PlanRow::as_select())
        .into_boxed::<MultiBackend>();
    if let Some(number) = number {
        query = query.filter(elevator_plans::number.eq(number));
    }
    query.order(elevator_plans::number.desc()).first(conn).optional()
}

/// The case and the plan of every version, the newest last.
pub fn list_plans(
    conn: &mut Conn,
    cases: &[ElevatorCaseId],
) -> QueryResult<Vec<(ElevatorCaseId, ElevatorPlanId)>> {
    elevator_plans::table
        .filter(elevator_plans::case_id.eq_any(cases.to_vec()))
        .order(elevator_plans::number)
        .select((elevator_plans::case_id, elevator_plans::id))
        .load(conn)
}

/// The shares of plans, by unit.
pub fn list_shares(conn: &mut Conn, plans: &[ElevatorPlanId]) -> QueryResult<Vec<ShareRow>> {
    elevator_shares::table
        .filter(elevator_shares::plan_id.eq_any(plans.to_vec()))
        .order(elevator_shares::unit_code)
        .select(ShareRow::as_select())
        .load(conn)
}

/// Keeps a signature.
pub fn insert_signature(conn: &mut Conn, row: &SignatureRow) -> QueryResult<()> {
    diesel::insert_into(elevator_signatures::table).values(row).execute(conn).map(|_| ())
}

/// A signature.
pub fn find_signature(
    conn: &mut Conn,
    id: ElevatorSignatureId,
) -> QueryResult<Option<SignatureRow>> {
    elevator_signatures::table.find(id).select(SignatureRow::as_select()).first(conn).optional()
}

/// Checks a signature that waits; whether it did.
pub fn set_checked(conn: &mut Conn, row: &SignatureRow) -> QueryResult<bool> {
    let waiting = elevator_signatures::table
        .filter(elevator_signatures::id.eq(row.id))
        .filter(elevator_signatures::state.eq(SignatureState::Waiting));
    diesel::update(waiting)
        .set((
            elevator_signatures::state.eq(row.state),
            elevator_signatures::checked_by.eq(row.checked_by),
            elevator_signatures::checked_name.eq(&row.checked_name),
            elevator_signatures::checked_at.eq(row.checked_at),
        ))
        .execute(conn)
        .map(|rows| rows == 1)
}

/// The signatures under plans, in order.
pub fn list_signatures(
    conn: &mut Conn,
    plans: &[ElevatorPlanId],
) -> QueryResult<Vec<SignatureRow>> {
    elevator_signatures::table
        .filter(elevator_signatures::plan_id.eq_any(plans.to_vec()))
        .order(elevator_signatures::id)
        .select(SignatureRow::as_select())
        .load(conn)
}
