//! What households said, corrections of it, and visits that came twice.

use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, RunQueryDsl, SelectableHelper,
};

use crate::consultation::model::{ClashRow, CorrectionRow, EntryRow, StanceRow};
use crate::kernel::{
    ConsultationId, ProposalState, StanceCorrectionId, StanceId, UnitId, VisitKey,
};
use crate::platform::db::{
    Conn, MultiBackend,
    schema::{consultation_clashes, consultation_corrections, consultation_stances},
};

/// Keeps stances.
pub fn insert_stances(conn: &mut Conn, rows: &[StanceRow]) -> QueryResult<()> {
    crate::insert_many!(conn, consultation_stances::table, rows)
}

/// A stance.
pub fn find_stance(
    conn: &mut Conn,
    (consultation_id, id): (ConsultationId, StanceId),
) -> QueryResult<Option<StanceRow>> {
    consultation_stances::table
        .filter(consultation_stances::id.eq(id))
        .filter(consultation_stances::consultation_id.eq(consultation_id))
        .select(StanceRow::as_select())
        .first(conn)
        .optional()
}

/// All entries of a consultation.
pub fn list_entries(conn: &mut Conn, id: ConsultationId) -> QueryResult<Vec<EntryRow>> {
    consultation_stances::table
        .filter(consultation_stances::consultation_id.eq(id))
        .select(EntryRow::as_select())
        .load(conn)
}

/// The entries of some households.
pub fn list_entries_of(
    conn: &mut Conn,
    id: ConsultationId,
    units: &[UnitId],
) -> QueryResult<Vec<EntryRow>> {
    consultation_stances::table
        .filter(consultation_stances::consultation_id.eq(id))
        .filter(consultation_stances::unit_id.eq_any(units.to_vec()))
        .select(EntryRow::as_select())
        .load(conn)
}

/// The corrections of some entries, in order.
pub fn list_corrections_of(
    conn: &mut Conn,
    stances: &[StanceId],
) -> QueryResult<Vec<CorrectionRow>> {
    consultation_corrections::table
        .filter(consultation_corrections::stance_id.eq_any(stances.to_vec()))
        .order(consultation_corrections::id)
        .select(CorrectionRow::as_select())
        .load(conn)
}

/// What a household said, in the order of saying.
pub fn list_of_unit(
    conn: &mut Conn,
    (consultation_id, unit_id): (ConsultationId, UnitId),
) -> QueryResult<Vec<StanceRow>> {
    consultation_stances::table
        .filter(consultation_stances::consultation_id.eq(consultation_id))
        .filter(consultation_stances::unit_id.eq(unit_id))
        .order((consultation_stances::said_at, consultation_stances::id))
        .select(StanceRow::as_select())
        .load(conn)
}

/// The visits of these keys.
pub fn list_of_keys(
    conn: &mut Conn,
    consultation_id: ConsultationId,
    keys: &[VisitKey],
) -> QueryResult<Vec<StanceRow>> {
    consultation_stances::table
        .filter(consultation_stances::consultation_id.eq(consultation_id))
        .filter(consultation_stances::client_key.eq_any(keys.to_vec()))
        .select(StanceRow::as_select())
        .load(conn)
}

/// Visits that clash with what was said later, newest first, after the cursor.
pub fn list_clashing(
    conn: &mut Conn,
    id: ConsultationId,
    (after, limit): (Option<StanceId>, i64),
) -> QueryResult<Vec<StanceRow>> {
    let mut query = consultation_stances::table
        .filter(consultation_stances::consultation_id.eq(id))
        .filter(consultation_stances::clash.eq(true))
        .select(StanceRow::as_select())
        .into_boxed::<MultiBackend>();
    if let Some(after) = after {
        query = query.filter(consultation_stances::id.lt(after));
    }
    query.order(consultation_stances::id.desc()).limit(limit).load(conn)
}

/// The corrections of a consultation, in order; of one stance only where it is named.
pub fn list_corrections(
    conn: &mut Conn,
    id: ConsultationId,
    stance: Option<StanceId>,
) -> QueryResult<Vec<CorrectionRow>> {
    let stances = consultation_stances::table
        .filter(consultation_stances::consultation_id.eq(id))
        .select(consultation_stances::id);
    let mut query = consultation_corrections::table
        .select(CorrectionRow::as_select())
        .into_boxed::<MultiBackend>();
    query = match stance {
        Some(stance) => query.filter(consultation_corrections::stance_id.eq(stance)),
        None => query.filter(consultation_corrections::stance_id.eq_any(stances)),
    };
    query.order(consultation_corrections::id).load(conn)
}

/// Keeps a correction.
pub fn insert_correction(conn: &mut Conn, row: &CorrectionRow) -> QueryResult<()> {
    diesel::insert_into(consultation_corrections::table).values(row).execute(conn).map(|_| ())
}

/// A correction.
pub fn find_correction(
    conn: &mut Conn,
    id: StanceCorrectionId,
) -> QueryResult<Option<CorrectionRow>> {
    consultation_corrections::table
        .find(id)
        .select(CorrectionRow::as_select())
        .first(conn)
        .optional()
}

/// Settles a correction that waits; whether it did.
pub fn set_settled(conn: &mut Conn, row: &CorrectionRow) -> QueryResult<bool> {
    let waiting = consultation_corrections::table
        .filter(consultation_corrections::id.eq(row.id))
        .filter(consultation_corrections::state.eq(ProposalState::Proposed));
    diesel::update(waiting)
        .set((
            consultation_corrections::state.eq(row.state),
            consultation_corrections::settled_by.eq(row.settled_by),
            consultation_corrections::settler_name.eq(&row.settler_name),
            consultation_corrections::settled_at.eq(row.settled_at),
        ))
        .execute(conn)
        .map(|rows| rows == 1)
}

/// Keeps visits that came again with other content.
pub fn insert_clashes(conn: &mut Conn, rows: &[ClashRow]) -> QueryResult<()> {
    crate::insert_many!(conn, consultation_clashes::table, rows)
}

/// Those of these keys.
pub fn list_clashes_of(
    conn: &mut Conn,
    id: ConsultationId,
    keys: &[VisitKey],
) -> QueryResult<Vec<ClashRow>> {
    consultation_clashes::table
        .filter(consultation_clashes::consultation_id.eq(id))
        .filter(consultation_clashes::client_key.eq_any(keys.to_vec()))
        .order(consultation_clashes::id)
        .select(ClashRow::as_select())
        .load(conn)
}

/// Visits that came again with other content, newest first; the last 200.
pub fn list_clashes(conn: &mut Conn, id: ConsultationId) -> QueryResult<Vec<ClashRow>> {
    consultation_clashes::table
        .filter(consultation_clashes::consultation_id.eq(id))
        .order(consultation_clashes::id.desc())
        .limit(200)
        .select(ClashRow::as_select())
        .load(conn)
}
