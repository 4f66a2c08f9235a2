//! What is no longer needed: attempts and codes after a day, refresh tokens past their time.

use chrono::TimeDelta;
use diesel::{ExpressionMethods, QueryDsl, QueryResult, RunQueryDsl};

use crate::kernel::{LimitedAttemptId, OneTimeCodeId, UtcTime};
use crate::platform::db::{
    Conn,
    schema::{limited_attempts as attempts, one_time_codes as codes, refresh_tokens as tokens},
};

/// The longest window of any limit, with room to spare.
fn a_day_ago(now: UtcTime) -> UtcTime {
    now.plus(-TimeDelta::hours(25))
}

/// Whether there is anything to forget.
pub fn has_stale(conn: &mut Conn, now: UtcTime) -> QueryResult<bool> {
    let day = a_day_ago(now);
    let attempt: Vec<LimitedAttemptId> =
        attempts::table.filter(attempts::at.lt(day)).select(attempts::id).limit(1).load(conn)?;
    let code: Vec<OneTimeCodeId> =
        codes::table.filter(codes::created_at.lt(day)).select(codes::id).limit(1).load(conn)?;
    let token: Vec<String> = tokens::table
        .filter(tokens::expires_at.lt(now))
        .select(tokens::digest)
        .limit(1)
        .load(conn)?;
    Ok(!(attempt.is_empty() && code.is_empty() && token.is_empty()))
}

/// Forgets it.
pub fn delete_stale(conn: &mut Conn, now: UtcTime) -> QueryResult<()> {
    let day = a_day_ago(now);
    diesel::delete(attempts::table.filter(attempts::at.lt(day))).execute(conn)?;
    diesel::delete(codes::table.filter(codes::created_at.lt(day))).execute(conn)?;
    diesel::delete(tokens::table.filter(tokens::expires_at.lt(now))).execute(conn)?;
    Ok(())
}
