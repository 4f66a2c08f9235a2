//! Counted attempts.

use chrono::TimeDelta;
use diesel::{ExpressionMethods, QueryDsl, QueryResult, RunQueryDsl};

use crate::identity::rules::Throttle;
use crate::kernel::{LimitedAttemptId, UtcTime};
use crate::platform::db::{Conn, schema::limited_attempts as attempts};

/// The attempts of a subject within the throttle's window, oldest first; older ones are removed.
pub fn list_attempts(
    conn: &mut Conn,
    (throttle, subject): (&Throttle, &str),
    now: UtcTime,
) -> QueryResult<Vec<UtcTime>> {
    let since = now.plus(-TimeDelta::seconds(throttle.window_s));
    diesel::delete(attempts::table)
        .filter(attempts::subject.eq(subject))
        .filter(attempts::at.le(since))
        .execute(conn)?;
    attempts::table
        .filter(attempts::subject.eq(subject))
        .select(attempts::at)
        .order(attempts::at)
        .load(conn)
}

/// Counts one attempt.
pub fn insert_attempt(
    conn: &mut Conn,
    subject: &str,
    now: UtcTime,
) -> QueryResult<LimitedAttemptId> {
    let id = LimitedAttemptId::new();
    diesel::insert_into(attempts::table)
        .values((attempts::id.eq(id), attempts::subject.eq(subject), attempts::at.eq(now)))
        .execute(conn)?;
    Ok(id)
}

/// Forgets one attempt: it succeeded.
pub fn delete_attempt(conn: &mut Conn, id: LimitedAttemptId) -> QueryResult<()> {
    diesel::delete(attempts::table.find(id)).execute(conn).map(|_| ())
}

/// Forgets all attempts of a subject.
pub fn delete_attempts(conn: &mut Conn, subject: &str) -> QueryResult<()> {
    diesel::delete(attempts::table.filter(attempts::subject.eq(subject))).execute(conn).map(|_| ())
}
