//! Reminders and what became of them.

use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, RunQueryDsl, SelectableHelper,
};

use crate::kernel::{HeadId, LocalDate, ReminderId, ReminderMessageId, UtcTime, VoteId};
use crate::platform::db::{
    CHUNK, Conn,
    schema::{reminder_messages, vote_reminders},
};
use crate::voting::model::{ReminderMessageRow, ReminderRow, ReminderState};

/// Keeps that a reminder was asked for.
pub fn insert_reminder(conn: &mut Conn, row: &ReminderRow) -> QueryResult<()> {
    diesel::insert_into(vote_reminders::table).values(row).execute(conn).map(|_| ())
}

/// The reminders of a vote, oldest first: one a day at the most.
pub fn list_reminders(conn: &mut Conn, vote_id: VoteId) -> QueryResult<Vec<ReminderRow>> {
    vote_reminders::table
        .filter(vote_reminders::vote_id.eq(vote_id))
        .order(vote_reminders::day)
        .select(ReminderRow::as_select())
        .load(conn)
}

/// The reminder of a day.
pub fn find_reminder_of_day(
    conn: &mut Conn,
    vote_id: VoteId,
    day: LocalDate,
) -> QueryResult<Option<ReminderRow>> {
    vote_reminders::table
        .filter(vote_reminders::vote_id.eq(vote_id))
        .filter(vote_reminders::day.eq(day))
        .select(ReminderRow::as_select())
        .first(conn)
        .optional()
}

/// How many messages of each reminder of a vote are in which state.
pub fn count_messages(
    conn: &mut Conn,
    vote_id: VoteId,
) -> QueryResult<Vec<(ReminderId, ReminderState, i64)>> {
    reminder_messages::table
        .inner_join(vote_reminders::table)
        .filter(vote_reminders::vote_id.eq(vote_id))
        .group_by((reminder_messages::reminder_id, reminder_messages::state))
        .select((
            reminder_messages::reminder_id,
            reminder_messages::state,
            diesel::dsl::count_star(),
        ))
        .load(conn)
}

/// What is on record of some heads at a reminder.
pub fn list_messages(
    conn: &mut Conn,
    reminder_id: ReminderId,
    heads: &[HeadId],
) -> QueryResult<Vec<ReminderMessageRow>> {
    reminder_messages::table
        .filter(reminder_messages::reminder_id.eq(reminder_id))
        .filter(reminder_messages::head_id.eq_any(heads))
        .select(ReminderMessageRow::as_select())
        .load(conn)
}

/// Adds messages.
pub fn insert_messages(conn: &mut Conn, rows: &[ReminderMessageRow]) -> QueryResult<()> {
    crate::insert_many!(conn, reminder_messages::table, rows)
}

/// What became of messages.
pub fn set_messages(
    conn: &mut Conn,
    ids: &[ReminderMessageId],
    (state, at): (ReminderState, UtcTime),
) -> QueryResult<()> {
    for chunk in ids.chunks(CHUNK) {
        let some = reminder_messages::table.filter(reminder_messages::id.eq_any(chunk.to_vec()));
        diesel::update(some)
            .set((reminder_messages::state.eq(state), reminder_messages::at.eq(at)))
            .execute(conn)?;
    }
    Ok(())
}
