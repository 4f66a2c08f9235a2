//! Cases, requests, steps and linked votes.

use diesel::{
    BoolExpressionMethods, BoxableExpression, EscapeExpressionMethods, ExpressionMethods,
    OptionalExtension, QueryDsl, QueryResult, RunQueryDsl, SelectableHelper, TextExpressionMethods,
    sql_types::Bool,
};

use crate::elevator::model::{CaseFilter, CaseRow, CaseState, RequestRow, StepRow};
use crate::kernel::{ElevatorCaseId, EntranceId, VoteId};
use crate::platform::{
    auth::Reach,
    db::{
        Conn, MultiBackend, escape_like,
        schema::{elevator_cases, elevator_requests, elevator_steps, elevator_votes},
    },
};

/// Opens a case.
pub fn insert_case(conn: &mut Conn, row: &CaseRow) -> QueryResult<()> {
    diesel::insert_into(elevator_cases::table).values(row).execute(conn).map(|_| ())
}

/// Changes a case that nobody changed since; whether it was so.
pub fn set_case(conn: &mut Conn, row: &CaseRow) -> QueryResult<bool> {
    let seen = elevator_cases::table
        .filter(elevator_cases::id.eq(row.id))
        .filter(elevator_cases::version.eq(row.version));
    diesel::update(seen)
        .set((
            elevator_cases::state.eq(row.state),
            elevator_cases::requested_at.eq(row.requested_at),
            elevator_cases::due_at.eq(row.due_at),
            elevator_cases::answered_at.eq(row.answered_at),
            elevator_cases::answer.eq(&row.answer),
            elevator_cases::outcome_reason.eq(&row.outcome_reason),
            elevator_cases::agreed_at.eq(row.agreed_at),
            elevator_cases::version.eq(row.version + 1),
        ))
        .execute(conn)
        .map(|rows| rows == 1)
}

/// A case.
pub fn find_case(conn: &mut Conn, id: ElevatorCaseId) -> QueryResult<Option<CaseRow>> {
    elevator_cases::table.find(id).select(CaseRow::as_select()).first(conn).optional()
}

/// The case of an entrance that was not withdrawn.
pub fn find_standing_case(conn: &mut Conn, id: EntranceId) -> QueryResult<Option<CaseRow>> {
    elevator_cases::table
        .filter(elevator_cases::entrance_id.eq(id))
        .filter(elevator_cases::state.ne(CaseState::Withdrawn))
        .select(CaseRow::as_select())
        .first(conn)
        .optional()
}

/// The cases of these entrances that were not withdrawn.
pub fn list_standing_cases(conn: &mut Conn, ids: &[EntranceId]) -> QueryResult<Vec<CaseRow>> {
    elevator_cases::table
        .filter(elevator_cases::entrance_id.eq_any(ids))
        .filter(elevator_cases::state.ne(CaseState::Withdrawn))
        .select(CaseRow::as_select())
        .load(conn)
}

/// Cases within the reach, or of an owner's entrances, newest first, after the cursor.
pub fn list_cases(
    conn: &mut Conn,
    (reach, own): (&Reach, &[EntranceId]),
    filter: &CaseFilter,
    (after, limit): (Option<ElevatorCaseId>, i64),
) -> QueryResult<Vec<CaseRow>> {
    let mut query = elevator_cases::table.select(CaseRow::as_select()).into_boxed::<MultiBackend>();
    if !reach.is_everything() {
        query = query.filter(within(reach, own));
    }
    if let Some(id) = filter.community_id {
        query = query.filter(elevator_cases::community_id.eq(id));
    }
    if let Some(state) = filter.state {
        query = query.filter(elevator_cases::state.eq(state));
    }
    match (filter.overdue, filter.now) {
        (Some(true), Some(now)) => {
            query = query
                .filter(elevator_cases::state.eq(CaseState::Requested))
                .filter(elevator_cases::due_at.le(now));
        }
        (Some(false), Some(now)) => {
            query = query.filter(
                elevator_cases::state.ne(CaseState::Requested).or(elevator_cases::due_at.gt(now)),
            );
        }
        _ => {}
    }
    if let Some(search) = &filter.search {
        let part = format!("%{}%", escape_like(search));
        query = query.filter(elevator_cases::name.like(part).escape('\\'));
    }
    if let Some(after) = after {
        query = query.filter(elevator_cases::id.lt(after));
    }
    query.order(elevator_cases::id.desc()).limit(limit).load(conn)
}

type Within = Box<dyn BoxableExpression<elevator_cases::table, MultiBackend, SqlType = Bool>>;

fn within(reach: &Reach, own: &[EntranceId]) -> Within {
    let mut condition: Within = Box::new(
        elevator_cases::community_id
            .eq_any(reach.communities())
            .or(elevator_cases::building_id.eq_any(reach.buildings()))
            .or(elevator_cases::entrance_id.eq_any(own.to_vec())),
    );
    for division in reach.divisions() {
        let prefix = format!("{}%", escape_like(&division));
        let inside = elevator_cases::division_code.like(prefix).escape('\\');
        condition = Box::new(condition.or(inside));
    }
    condition
}

/// Keeps a request.
pub fn insert_request(conn: &mut Conn, row: &RequestRow) -> QueryResult<()> {
    diesel::insert_into(elevator_requests::table).values(row).execute(conn).map(|_| ())
}

/// The requests of cases, in order.
pub fn list_requests(conn: &mut Conn, ids: &[ElevatorCaseId]) -> QueryResult<Vec<RequestRow>> {
    elevator_requests::table
        .filter(elevator_requests::case_id.eq_any(ids.to_vec()))
        .order(elevator_requests::id)
        .select(RequestRow::as_select())
        .load(conn)
}

/// Keeps a step.
pub fn insert_step(conn: &mut Conn, row: &StepRow) -> QueryResult<()> {
    diesel::insert_into(elevator_steps::table).values(row).execute(conn).map(|_| ())
}

/// The steps of a case, in order.
pub fn list_steps(conn: &mut Conn, id: ElevatorCaseId) -> QueryResult<Vec<StepRow>> {
    elevator_steps::table
        .filter(elevator_steps::case_id.eq(id))
        .order(elevator_steps::id)
        .select(StepRow::as_select())
        .load(conn)
}

/// Names the votes of a case anew.
pub fn set_votes(conn: &mut Conn, id: ElevatorCaseId, votes: &[VoteId]) -> QueryResult<()> {
    diesel::delete(elevator_votes::table.filter(elevator_votes::case_id.eq(id))).execute(conn)?;
    for vote_id in votes {
        diesel::insert_into(elevator_votes::table)
            .values((elevator_votes::case_id.eq(id), elevator_votes::vote_id.eq(vote_id)))
            .execute(conn)?;
    }
    Ok(())
}

/// The votes of a case.
pub fn list_votes(conn: &mut Conn, id: ElevatorCaseId) -> QueryResult<Vec<VoteId>> {
    elevator_votes::table
        .filter(elevator_votes::case_id.eq(id))
        .order(elevator_votes::vote_id)
        .select(elevator_votes::vote_id)
        .load(conn)
}
