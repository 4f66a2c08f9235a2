//! Sittings and who came.

use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, RunQueryDsl, SelectableHelper,
};

use crate::kernel::{AttendanceId, SittingId, UtcTime, VoteId};
use crate::platform::db::{
    Conn,
    schema::{sitting_attendances as attendances, sittings},
};
use crate::voting::model::{AttendanceRow, SittingRow};

/// Keeps a sitting.
pub fn insert_sitting(conn: &mut Conn, row: &SittingRow) -> QueryResult<()> {
    diesel::insert_into(sittings::table).values(row).execute(conn).map(|_| ())
}

/// A sitting of a vote.
pub fn find_sitting(
    conn: &mut Conn,
    vote_id: VoteId,
    id: SittingId,
) -> QueryResult<Option<SittingRow>> {
    sittings::table
        .filter(sittings::id.eq(id))
        .filter(sittings::vote_id.eq(vote_id))
        .select(SittingRow::as_select())
        .first(conn)
        .optional()
}

/// The sittings of a vote by their start.
pub fn list_sittings(conn: &mut Conn, vote_id: VoteId) -> QueryResult<Vec<SittingRow>> {
    sittings::table
        .filter(sittings::vote_id.eq(vote_id))
        .order((sittings::starts_at, sittings::id))
        .select(SittingRow::as_select())
        .load(conn)
}

/// Cancels a sitting, once; whether it stood.
pub fn set_cancelled(
    conn: &mut Conn,
    id: SittingId,
    (name, reason, at): (&str, &str, UtcTime),
) -> QueryResult<bool> {
    let standing = sittings::table.filter(sittings::id.eq(id));
    diesel::update(standing.filter(sittings::cancelled_at.is_null()))
        .set((
            sittings::cancelled_at.eq(at),
            sittings::canceller_name.eq(name),
            sittings::cancel_reason.eq(reason),
        ))
        .execute(conn)
        .map(|rows| rows == 1)
}

/// Keeps an attendance.
pub fn insert_attendance(conn: &mut Conn, row: &AttendanceRow) -> QueryResult<()> {
    diesel::insert_into(attendances::table).values(row).execute(conn).map(|_| ())
}

/// Who came to a sitting, in the order of their coming; those who left and mistakes, too.
pub fn list_attendances(conn: &mut Conn, sitting_id: SittingId) -> QueryResult<Vec<AttendanceRow>> {
    attendances::table
        .filter(attendances::sitting_id.eq(sitting_id))
        .order(attendances::id)
        .select(AttendanceRow::as_select())
        .load(conn)
}

/// An attendance of a sitting.
pub fn find_attendance(
    conn: &mut Conn,
    sitting_id: SittingId,
    id: AttendanceId,
) -> QueryResult<Option<AttendanceRow>> {
    attendances::table
        .filter(attendances::id.eq(id))
        .filter(attendances::sitting_id.eq(sitting_id))
        .select(AttendanceRow::as_select())
        .first(conn)
        .optional()
}

/// Somebody left.
pub fn set_left(conn: &mut Conn, id: AttendanceId, (name, at): (&str, UtcTime)) -> QueryResult<()> {
    diesel::update(attendances::table.filter(attendances::id.eq(id)))
        .set((attendances::left_at.eq(at), attendances::left_name.eq(name)))
        .execute(conn)
        .map(|_| ())
}

/// Somebody was signed in by mistake.
pub fn set_voided(
    conn: &mut Conn,
    id: AttendanceId,
    (name, reason, at): (&str, &str, UtcTime),
) -> QueryResult<()> {
    diesel::update(attendances::table.filter(attendances::id.eq(id)))
        .set((
            attendances::voided_at.eq(at),
            attendances::voided_name.eq(name),
            attendances::void_reason.eq(reason),
        ))
        .execute(conn)
        .map(|_| ())
}
