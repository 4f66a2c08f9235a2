//! Consultations and their rounds.

use diesel::{
    BoolExpressionMethods, BoxableExpression, EscapeExpressionMethods, ExpressionMethods,
    OptionalExtension, QueryDsl, QueryResult, RunQueryDsl, SelectableHelper, TextExpressionMethods,
    sql_types::Bool,
};

use crate::consultation::model::{ConsultationRow, ConsultationState, RoundRow};
use crate::kernel::{CommunityId, ConsultationId, UtcTime};
use crate::platform::{
    auth::Reach,
    db::{
        Conn, MultiBackend,
        schema::{consultation_rounds, consultations},
    },
};

/// Keeps a consultation.
pub fn insert_consultation(conn: &mut Conn, row: &ConsultationRow) -> QueryResult<()> {
    diesel::insert_into(consultations::table).values(row).execute(conn).map(|_| ())
}

/// A consultation.
pub fn find_consultation(
    conn: &mut Conn,
    id: ConsultationId,
) -> QueryResult<Option<ConsultationRow>> {
    consultations::table.find(id).select(ConsultationRow::as_select()).first(conn).optional()
}

/// Moves a consultation that still stands in that state; whether it did.
pub fn set_state(
    conn: &mut Conn,
    (before, row): (ConsultationState, &ConsultationRow),
) -> QueryResult<bool> {
    let seen = consultations::table
        .filter(consultations::id.eq(row.id))
        .filter(consultations::state.eq(before));
    diesel::update(seen)
        .set((consultations::state.eq(row.state), consultations::concluded_at.eq(row.concluded_at)))
        .execute(conn)
        .map(|rows| rows == 1)
}

type Within = Box<dyn BoxableExpression<consultations::table, MultiBackend, SqlType = Bool>>;

/// Consultations within the reach or of these communities, newest first, after the cursor.
pub fn list_consultations(
    conn: &mut Conn,
    (reach, own): (&Reach, &[CommunityId]),
    community_id: Option<CommunityId>,
    (after, limit): (Option<ConsultationId>, i64),
) -> QueryResult<Vec<ConsultationRow>> {
    let mut query =
        consultations::table.select(ConsultationRow::as_select()).into_boxed::<MultiBackend>();
    if !reach.is_everything() {
        let communities: Vec<CommunityId> =
            reach.communities().into_iter().chain(own.iter().copied()).collect();
        let mut condition: Within = Box::new(consultations::community_id.eq_any(communities));
        for division in reach.divisions() {
            let inside = consultations::division_code.like(format!("{division}%")).escape('\\');
            condition = Box::new(condition.or(inside));
        }
        query = query.filter(condition);
    }
    if let Some(id) = community_id {
        query = query.filter(consultations::community_id.eq(id));
    }
    if let Some(after) = after {
        query = query.filter(consultations::id.lt(after));
    }
    query.order(consultations::id.desc()).limit(limit).load(conn)
}

/// The consultations of some communities in which a round was opened and that did not end, oldest first.
pub fn list_running(
    conn: &mut Conn,
    communities: &[CommunityId],
) -> QueryResult<Vec<(ConsultationId, String)>> {
    let idle = [ConsultationState::Prepared, ConsultationState::Concluded];
    consultations::table
        .filter(consultations::community_id.eq_any(communities.to_vec()))
        .filter(consultations::state.ne_all(idle))
        .order(consultations::id)
        .select((consultations::id, consultations::title))
        .load(conn)
}

/// Keeps a round that opens.
pub fn insert_round(conn: &mut Conn, row: &RoundRow) -> QueryResult<()> {
    diesel::insert_into(consultation_rounds::table).values(row).execute(conn).map(|_| ())
}

/// Closes a round that is open; whether it was.
pub fn set_round_closed(
    conn: &mut Conn,
    (id, number): (ConsultationId, i32),
    (closed_at, name): (UtcTime, &str),
) -> QueryResult<bool> {
    let open = consultation_rounds::table
        .filter(consultation_rounds::consultation_id.eq(id))
        .filter(consultation_rounds::number.eq(number))
        .filter(consultation_rounds::closed_at.is_null());
    diesel::update(open)
        .set((
            consultation_rounds::closed_at.eq(closed_at),
            consultation_rounds::closer_name.eq(name.to_owned()),
        ))
        .execute(conn)
        .map(|rows| rows == 1)
}

/// The rounds of a consultation, in order.
pub fn list_rounds(conn: &mut Conn, id: ConsultationId) -> QueryResult<Vec<RoundRow>> {
    consultation_rounds::table
        .filter(consultation_rounds::consultation_id.eq(id))
        .order(consultation_rounds::number)
        .select(RoundRow::as_select())
        .load(conn)
}
