//! What is kept beside a log: what each witness said of it last, and its checkpoint of each hour.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, OptionalExtension, QueryDsl, QueryResult,
    Queryable, RunQueryDsl, Selectable, SelectableHelper,
    dsl::{exists, not},
};

use super::{cosign::text_of, store::LogRow};
use crate::kernel::{LogId, UtcTime};
use crate::platform::db::{
    Conn,
    schema::{log_checkpoints, log_witnesses, logs},
};

/// What a witness said last of a log.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = log_witnesses)]
#[diesel(treat_none_as_default_value = false)]
#[expect(missing_docs, reason = "the migration documents the columns")]
pub struct SaidRow {
    pub log_id: LogId,
    pub witness: String,
    pub origin: String,
    pub size: i64,
    pub checkpoint: Option<String>,
    pub cosignature: Option<String>,
    pub cosigned_at: Option<UtcTime>,
    pub fault: Option<String>,
    pub fault_at: Option<UtcTime>,
}

/// Logs of which a witness has not cosigned the head, nor refused it since `refused_since`.
pub fn list_uncosigned(
    conn: &mut Conn,
    (witness, refused_since): (&str, UtcTime),
    most: i64,
) -> QueryResult<Vec<LogRow>> {
    let is_current = log_witnesses::size.ge(logs::size).and(log_witnesses::origin.eq(logs::origin));
    let is_refused =
        log_witnesses::fault_at.is_not_null().and(log_witnesses::fault_at.gt(refused_since));
    let said = log_witnesses::table
        .filter(log_witnesses::log_id.eq(logs::id).and(log_witnesses::witness.eq(witness)))
        .filter(is_current.or(is_refused));
    logs::table
        .filter(logs::size.gt(0).and(logs::frozen_reason.is_null()))
        .filter(not(exists(said)))
        .order(logs::created_at.desc())
        .limit(most)
        .select(LogRow::as_select())
        .load(conn)
}

/// What a witness said last.
pub fn find_said(conn: &mut Conn, log_id: LogId, witness: &str) -> QueryResult<Option<SaidRow>> {
    log_witnesses::table.find((log_id, witness)).select(SaidRow::as_select()).first(conn).optional()
}

/// What every witness said last, by name.
pub fn list_said(conn: &mut Conn, log_id: LogId) -> QueryResult<Vec<SaidRow>> {
    log_witnesses::table
        .filter(log_witnesses::log_id.eq(log_id))
        .order(log_witnesses::witness)
        .select(SaidRow::as_select())
        .load(conn)
}

/// Keeps what a witness said, unless another server keeps something newer already. A refusal stands
/// beside the cosignature that was given before.
pub fn save_said(conn: &mut Conn, row: &SaidRow) -> QueryResult<()> {
    let kept = find_said(conn, row.log_id, &row.witness)?;
    let row = match kept.filter(|kept| kept.origin == row.origin) {
        Some(kept) if row.fault.is_some() => {
            SaidRow { fault: row.fault.clone(), fault_at: row.fault_at, ..kept }
        }
        Some(kept) if kept.size > row.size => return Ok(()),
        _ => row.clone(),
    };
    diesel::delete(log_witnesses::table.find((row.log_id, &row.witness))).execute(conn)?;
    diesel::insert_into(log_witnesses::table).values(row).execute(conn).map(|_| ())
}

/// A signed checkpoint with the cosignatures that there are of it.
pub fn with_cosignatures(conn: &mut Conn, log_id: LogId, note: String) -> QueryResult<String> {
    let said = list_said(conn, log_id)?;
    let lines = said.into_iter().filter(|row| {
        row.checkpoint.as_deref().and_then(text_of).is_some_and(|text| Some(text) == text_of(&note))
    });
    let lines: String = lines.filter_map(|row| row.cosignature).collect();
    Ok(note + &lines)
}

/// The newest checkpoint that a witness cosigned, with all cosignatures of it.
pub fn newest_cosigned(conn: &mut Conn, log: &LogRow) -> QueryResult<Option<String>> {
    let newest: Option<Option<String>> = log_witnesses::table
        .filter(log_witnesses::log_id.eq(log.id).and(log_witnesses::origin.eq(&log.origin)))
        .filter(log_witnesses::cosignature.is_not_null())
        .order(log_witnesses::size.desc())
        .select(log_witnesses::checkpoint)
        .first(conn)
        .optional()?;
    newest.flatten().map(|note| with_cosignatures(conn, log.id, note)).transpose()
}

/// The checkpoint of an hour.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = log_checkpoints)]
#[expect(missing_docs, reason = "the migration documents the columns")]
pub struct HourRow {
    pub log_id: LogId,
    pub hour: UtcTime,
    pub checkpoint: String,
    pub taken_at: UtcTime,
}

/// Of these logs those whose checkpoint of that hour is not kept yet.
pub fn list_without_hour(
    conn: &mut Conn,
    subjects: &[String],
    hour: UtcTime,
) -> QueryResult<Vec<LogRow>> {
    let kept = log_checkpoints::table
        .filter(log_checkpoints::log_id.eq(logs::id).and(log_checkpoints::hour.eq(hour)));
    logs::table
        .filter(logs::subject.eq_any(subjects))
        .filter(logs::size.gt(0).and(logs::frozen_reason.is_null()))
        .filter(not(exists(kept)))
        .select(LogRow::as_select())
        .load(conn)
}

/// Keeps checkpoints of an hour; what another server kept first stands.
pub fn save_hours(conn: &mut Conn, rows: &[HourRow]) -> QueryResult<()> {
    for row in rows {
        if find_hour(conn, row.log_id, row.hour)?.is_none() {
            diesel::insert_into(log_checkpoints::table).values(row).execute(conn)?;
        }
    }
    Ok(())
}

/// The checkpoint that was kept of an hour.
pub fn find_hour(conn: &mut Conn, log_id: LogId, hour: UtcTime) -> QueryResult<Option<HourRow>> {
    let row = log_checkpoints::table.find((log_id, hour));
    row.select(HourRow::as_select()).first(conn).optional()
}

/// The checkpoints of all hours, the newest first.
pub fn list_hours(conn: &mut Conn, log_id: LogId) -> QueryResult<Vec<HourRow>> {
    log_checkpoints::table
        .filter(log_checkpoints::log_id.eq(log_id))
        .order(log_checkpoints::hour.desc())
        .select(HourRow::as_select())
        .load(conn)
}
