//! Demo mode only: the legal clock, by which periods and windows are judged, can be moved, so that a
//! notice of 15 days is tried in a minute. Tokens, logs and audit rows keep real time.

use actix_web::{HttpResponse, get, put, web};
use chrono::TimeDelta;
use diesel::{OptionalExtension, QueryDsl, QueryResult, RunQueryDsl};
use serde::{Deserialize, Serialize};

use crate::{
    kernel::{Code, Outcome, Refusal, UtcTime},
    platform::{
        auth::{Authorized, permission::SignedIn},
        clock::Clock,
        config::Mode,
        db::{AnyDb, Conn, Db, WriteTx, schema::legal_clock},
        http::{Body, Problem},
    },
};

/// The only row of the table.
const ROW: i32 = 1;
/// A century either way.
const FARTHEST_S: i64 = 36_525 * 86_400;

/// Both times.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ClockOut {
    /// Real time: tokens, logs, the audit trail.
    now: UtcTime,
    /// Legal time: notice, voting and publicity periods.
    legal_now: UtcTime,
    /// By how many seconds legal time is ahead.
    offset_seconds: i64,
}

impl ClockOut {
    fn of(clock: &Clock) -> Self {
        let offset_seconds = clock.legal_offset().num_seconds();
        Self { now: clock.now(), legal_now: clock.legal_now(), offset_seconds }
    }
}

/// Where legal time is to stand.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct ClockIn {
    /// By how many seconds legal time shall be ahead of real time; 1296000 are 15 days.
    #[schema(example = 1_296_000)]
    offset_seconds: i64,
}

/// What time it is, by law and in fact; 404 outside the demo.
#[utoipa::path(
    tag = "demo", operation_id = "get_clock", summary = "The legal clock · 法定时钟",
    security(("bearer" = [])),
    responses((status = 200, description = "Both times", body = ClockOut))
)]
#[get("/demo/clock")]
pub(super) async fn get_clock(
    _caller: Authorized<SignedIn>,
    mode: web::Data<Mode>,
    db: web::Data<Db>,
) -> Result<HttpResponse, Problem> {
    let answer = only_demo(&mode).map(|()| HttpResponse::Ok().json(ClockOut::of(db.clock())));
    std::future::ready(answer.map_err(Problem)).await
}

/// Moves legal time, for everybody; 404 outside the demo.
#[utoipa::path(
    tag = "demo", operation_id = "set_clock", summary = "Move the legal clock · 调整法定时钟",
    security(("bearer" = [])), request_body = ClockIn,
    responses((status = 200, description = "Both times", body = ClockOut))
)]
#[put("/demo/clock")]
pub(super) async fn set_clock(
    caller: Authorized<SignedIn>,
    mode: web::Data<Mode>,
    db: web::Data<Db>,
    body: Body<ClockIn>,
) -> Result<HttpResponse, Problem> {
    only_demo(&mode)?;
    let offset = body.value.offset_seconds;
    if offset.abs() > FARTHEST_S {
        let detail = format!("{FARTHEST_S} seconds at the most");
        return Err(Refusal::field(Code::InvalidField, "/offset_seconds", detail).into());
    }
    db.write(&caller.context(), "clock.set", move |tx| keep_offset(tx, offset)).await?;
    db.clock().set_legal_offset(TimeDelta::seconds(offset));
    Ok(HttpResponse::Ok().json(ClockOut::of(db.clock())))
}

fn only_demo(mode: &Mode) -> Outcome<()> {
    match mode {
        Mode::Demo => Ok(()),
        Mode::Normal => Err(Refusal::new(Code::DemoOnly)),
    }
}

/// Keeps the offset for the next start and for other servers on the same database.
pub(super) fn keep_offset(tx: &mut WriteTx<'_>, seconds: i64) -> Outcome<()> {
    use diesel::{ExpressionMethods, upsert::excluded};
    let row = (legal_clock::id.eq(ROW), legal_clock::offset_seconds.eq(seconds));
    let upsert = diesel::insert_into(legal_clock::table)
        .values(row)
        .on_conflict(legal_clock::id)
        .do_update()
        .set(legal_clock::offset_seconds.eq(excluded(legal_clock::offset_seconds)));
    AnyDb(upsert).execute(tx.conn())?;
    let after = serde_json::json!({ "offset_seconds": seconds });
    tx.audit("demo.clock_set", ("legal_clock", ROW), (None, Some(&after)));
    Ok(())
}

/// Sets the clock to the offset that was kept.
///
/// # Errors
/// The database's.
pub async fn follow(db: &Db) -> Outcome<()> {
    let kept = db.read(|conn| Ok(find_offset(conn)?)).await?;
    db.clock().set_legal_offset(TimeDelta::seconds(kept.unwrap_or_default()));
    Ok(())
}

fn find_offset(conn: &mut Conn) -> QueryResult<Option<i64>> {
    legal_clock::table.find(ROW).select(legal_clock::offset_seconds).first(conn).optional()
}
