//! Sources with their purposes and returns.

use diesel::{
    BoolExpressionMethods, BoxableExpression, EscapeExpressionMethods, ExpressionMethods,
    OptionalExtension, QueryDsl, QueryResult, RunQueryDsl, SelectableHelper, TextExpressionMethods,
    sql_types::Bool,
};

use crate::funding::model::{PurposeRow, ReturnRow, SourceFilter, SourceRow};
use crate::kernel::{Fen, FundingSourceId, UtcTime};
use crate::platform::db::{
    Conn, MultiBackend, escape_like,
    schema::{
        funding_purposes as purposes, funding_returns as returns, funding_sources as sources,
    },
};

/// Keeps a source with its purposes.
pub fn insert(conn: &mut Conn, row: &SourceRow, purposes: &[PurposeRow]) -> QueryResult<()> {
    diesel::insert_into(sources::table).values(row).execute(conn)?;
    crate::insert_many!(conn, purposes::table, purposes)
}

/// A source.
pub fn find(conn: &mut Conn, id: FundingSourceId) -> QueryResult<Option<SourceRow>> {
    sources::table.find(id).select(SourceRow::as_select()).first(conn).optional()
}

/// The source that took another's place.
pub fn find_successor(
    conn: &mut Conn,
    id: FundingSourceId,
) -> QueryResult<Option<FundingSourceId>> {
    sources::table.filter(sources::supersedes_id.eq(id)).select(sources::id).first(conn).optional()
}

/// Some sources.
pub fn list_of(conn: &mut Conn, ids: &[FundingSourceId]) -> QueryResult<Vec<SourceRow>> {
    sources::table
        .filter(sources::id.eq_any(ids.to_vec()))
        .order(sources::id)
        .select(SourceRow::as_select())
        .load(conn)
}

/// The purposes of some sources.
pub fn list_purposes(conn: &mut Conn, ids: &[FundingSourceId]) -> QueryResult<Vec<PurposeRow>> {
    purposes::table
        .filter(purposes::source_id.eq_any(ids.to_vec()))
        .order((purposes::source_id, purposes::purpose))
        .select(PurposeRow::as_select())
        .load(conn)
}

/// Sources that concern some divisions (`None`: all), newest first, after the cursor.
pub fn list(
    conn: &mut Conn,
    divisions: Option<&[String]>,
    filter: &SourceFilter,
    (after, limit): (Option<FundingSourceId>, i64),
) -> QueryResult<Vec<SourceRow>> {
    let mut query = sources::table.select(SourceRow::as_select()).into_boxed::<MultiBackend>();
    if let Some(divisions) = divisions {
        query = query.filter(concerns(divisions));
    }
    if let Some(channel) = filter.channel {
        query = query.filter(sources::channel.eq(channel));
    }
    let used = || sources::allocated_fen + sources::returned_fen + sources::carried_fen;
    match filter.has_rest {
        Some(true) => query = query.filter(used().lt(sources::amount_fen)),
        Some(false) => query = query.filter(used().ge(sources::amount_fen)),
        None => {}
    }
    if let Some(search) = &filter.search {
        let part = format!("%{}%", escape_like(search));
        let found = sources::name.like(part.clone()).escape('\\');
        query = query.filter(found.or(sources::document.like(part).escape('\\')));
    }
    if let Some(after) = after {
        query = query.filter(sources::id.lt(after));
    }
    query.order(sources::id.desc()).limit(limit).load(conn)
}

/// Sources within these divisions, or above them, that are open and have something left.
pub fn list_usable(conn: &mut Conn, divisions: &[String]) -> QueryResult<Vec<SourceRow>> {
    let used = sources::allocated_fen + sources::returned_fen + sources::carried_fen;
    sources::table
        .select(SourceRow::as_select())
        .filter(sources::closed_at.is_null())
        .filter(used.lt(sources::amount_fen))
        .into_boxed::<MultiBackend>()
        .filter(concerns(divisions))
        .order(sources::id)
        .load(conn)
}

type Concerns = Box<dyn BoxableExpression<sources::table, MultiBackend, SqlType = Bool>>;

/// Within a division, or above it: then it may pay there.
fn concerns(divisions: &[String]) -> Concerns {
    let above = divisions.iter().flat_map(|code| {
        (1..=code.len()).filter_map(|length| code.get(..length)).map(str::to_owned)
    });
    let mut condition: Concerns = Box::new(sources::region.eq_any(above.collect::<Vec<_>>()));
    for division in divisions {
        let inside = sources::region.like(format!("{}%", escape_like(division))).escape('\\');
        condition = Box::new(condition.or(inside));
    }
    condition
}

/// Takes an amount for an allocation; whether the source was open and had it.
pub fn take(conn: &mut Conn, id: FundingSourceId, amount: Fen) -> QueryResult<bool> {
    let used = sources::allocated_fen + sources::returned_fen + sources::carried_fen;
    let found = sources::table
        .filter(sources::id.eq(id))
        .filter(sources::closed_at.is_null())
        .filter((used + amount.0).le(sources::amount_fen));
    diesel::update(found)
        .set(sources::allocated_fen.eq(sources::allocated_fen + amount.0))
        .execute(conn)
        .map(|rows| rows == 1)
}

/// Gives an amount of an allocation back.
pub fn give_back(conn: &mut Conn, id: FundingSourceId, amount: Fen) -> QueryResult<()> {
    diesel::update(sources::table.find(id))
        .set(sources::allocated_fen.eq(sources::allocated_fen - amount.0))
        .execute(conn)
        .map(|_| ())
}

/// Returns an amount to the channel; whether the source had it.
pub fn send_back(conn: &mut Conn, row: &ReturnRow) -> QueryResult<bool> {
    let used = sources::allocated_fen + sources::returned_fen + sources::carried_fen;
    let found = sources::table
        .filter(sources::id.eq(row.source_id))
        .filter((used + row.amount_fen.0).le(sources::amount_fen));
    let changed = diesel::update(found)
        .set(sources::returned_fen.eq(sources::returned_fen + row.amount_fen.0))
        .execute(conn)?;
    if changed != 1 {
        return Ok(false);
    }
    diesel::insert_into(returns::table).values(row).execute(conn).map(|_| true)
}

/// Closes a source and carries over an amount; whether it was open and had exactly that left.
pub fn close(
    conn: &mut Conn,
    (id, amount): (FundingSourceId, Fen),
    at: UtcTime,
) -> QueryResult<bool> {
    let used = sources::allocated_fen + sources::returned_fen + sources::carried_fen;
    let found = sources::table
        .filter(sources::id.eq(id))
        .filter(sources::closed_at.is_null())
        .filter((used + amount.0).eq(sources::amount_fen));
    diesel::update(found)
        .set((sources::carried_fen.eq(sources::carried_fen + amount.0), sources::closed_at.eq(at)))
        .execute(conn)
        .map(|rows| rows == 1)
}

/// What of a source was returned, in order.
pub fn list_returns(conn: &mut Conn, id: FundingSourceId) -> QueryResult<Vec<ReturnRow>> {
    returns::table
        .filter(returns::source_id.eq(id))
        .order(returns::id)
        .select(ReturnRow::as_select())
        .load(conn)
}
