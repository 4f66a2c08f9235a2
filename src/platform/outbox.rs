//! The consuming side of the outbox: events are claimed by a lease (a compare-and-set that works on
//! both databases), handled outside of any transaction, and marked. A handler must be idempotent:
//! one that dies after its effect runs again when the lease ends. After ten failures an event is
//! given up, loudly. Absent on purpose: ordering between events, parallel handlers of one topic.

use std::future::Future;

use chrono::TimeDelta;
use diesel::{BoolExpressionMethods, ExpressionMethods, QueryDsl, QueryResult, RunQueryDsl};
use serde_json::Value;

use super::db::{
    Actor, Conn, Db, MultiBackend, WriteContext, WriteTx, schema::outbox_events as events,
};
use crate::kernel::{EventId, Outcome, Refusal, UtcTime};

const LEASE_S: i64 = 60;
const BATCH: i64 = 20;
const TRIES: i32 = 10;

/// A claimed event.
#[derive(Debug, Clone)]
pub struct Event {
    /// Its id.
    pub id: EventId,
    /// What it is about.
    pub subject: String,
    /// Its facts.
    pub payload: Value,
    attempts: i32,
}

/// Handles the waiting events of a topic, one batch; answers how many were handled or failed.
///
/// # Errors
/// Those of the database; a handler's error is kept with its event, which is tried again later.
pub async fn run_batch<F, Fut>(db: &Db, topic: &'static str, mut handle: F) -> Outcome<usize>
where
    F: FnMut(Event) -> Fut,
    Fut: Future<Output = Outcome<()>>,
{
    let context = WriteContext::of(Actor::system());
    let claimed =
        db.write(&context, "outbox.claim", move |tx| Ok(claim(tx, topic, BATCH)?)).await?;
    let count = claimed.len();
    for event in claimed {
        let (id, attempts) = (event.id, event.attempts);
        let outcome = handle(event).await;
        if let Err(refusal) = &outcome {
            let is_last = attempts >= TRIES;
            tracing::error!(topic, %id, attempts, is_last, %refusal, "event not handled");
        }
        let fault = outcome.err();
        db.write(&context, "outbox.mark", move |tx| Ok(mark(tx, (id, attempts), fault.as_ref())?))
            .await?;
    }
    Ok(count)
}

/// [`run_batch`] for handlers that take many events at once: up to `most` are claimed together,
/// handled together, and marked in one commit. The handler answers for each event, in order; where
/// it fails as a whole, each of its events is tried again.
///
/// # Errors
/// Those of the database.
pub async fn run_set<F, Fut>(
    db: &Db,
    (topic, most): (&'static str, i64),
    handle: F,
) -> Outcome<usize>
where
    F: FnOnce(Vec<Event>) -> Fut,
    Fut: Future<Output = Outcome<Vec<Outcome<()>>>>,
{
    if db.read(move |conn| Ok(list_waiting(conn, topic, (None, 1))?)).await?.is_empty() {
        return Ok(0);
    }
    let context = WriteContext::of(Actor::system());
    let claimed = db.write(&context, "outbox.claim", move |tx| Ok(claim(tx, topic, most)?)).await?;
    let keys: Vec<(EventId, i32)> =
        claimed.iter().map(|event| (event.id, event.attempts)).collect();
    if claimed.is_empty() {
        return Ok(0);
    }
    let count = claimed.len();
    let answers = handle(claimed).await.unwrap_or_else(|refusal| vec![Err(refusal); count]);
    let marks: Vec<_> = keys.into_iter().zip(answers).collect();
    for ((id, attempts), answer) in &marks {
        if let Err(refusal) = answer {
            let is_last = *attempts >= TRIES;
            tracing::error!(topic, %id, attempts, is_last, %refusal, "event not handled");
        }
    }
    let mark_all = move |tx: &mut WriteTx<'_>| {
        Ok(marks.iter().try_for_each(|(key, answer)| mark(tx, *key, answer.as_ref().err()))?)
    };
    db.write(&context, "outbox.mark", mark_all).await?;
    Ok(count)
}

fn claim(tx: &mut WriteTx<'_>, topic: &str, most: i64) -> QueryResult<Vec<Event>> {
    let now = tx.now();
    let conn = tx.conn();
    let mut claimed = Vec::new();
    for (id, subject, payload, attempts) in list_waiting(conn, topic, (Some(now), most))? {
        let is_ours = diesel::update(events::table.find(id).filter(events::attempts.eq(attempts)))
            .set((
                events::leased_until.eq(now.plus(TimeDelta::seconds(LEASE_S))),
                events::attempts.eq(attempts + 1),
            ))
            .execute(conn)?;
        if is_ours == 1 {
            let payload = serde_json::from_str(&payload).unwrap_or_default();
            claimed.push(Event { id, subject, payload, attempts: attempts + 1 });
        }
    }
    Ok(claimed)
}

fn list_waiting(
    conn: &mut Conn,
    topic: &str,
    (now, most): (Option<UtcTime>, i64),
) -> QueryResult<Vec<(EventId, String, String, i32)>> {
    let mut query = events::table
        .filter(events::topic.eq(topic))
        .filter(events::done_at.is_null().and(events::failed_at.is_null()))
        .select((events::id, events::subject, events::payload, events::attempts))
        .into_boxed::<MultiBackend>();
    if let Some(now) = now {
        let is_free = events::leased_until.is_null().or(events::leased_until.le(now));
        query = query.filter(events::available_at.le(now)).filter(is_free);
    }
    query.order(events::id).limit(most).load(conn)
}

fn mark(
    tx: &mut WriteTx<'_>,
    (id, attempts): (EventId, i32),
    fault: Option<&Refusal>,
) -> QueryResult<()> {
    let now = tx.now();
    let update = diesel::update(events::table.find(id));
    let Some(fault) = fault else {
        // What was delivered need not be kept: a payload may hold sealed personal data.
        return update
            .set((events::done_at.eq(now), events::payload.eq("{}")))
            .execute(tx.conn())
            .map(|_| ());
    };
    let pause = 1_i64.checked_shl(u32::try_from(attempts.clamp(0, 12)).unwrap_or(0)).unwrap_or(1);
    let failed_at = (attempts >= TRIES).then_some(now);
    update
        .set((
            events::leased_until.eq(None::<UtcTime>),
            events::available_at.eq(now.plus(TimeDelta::seconds(pause))),
            events::failed_at.eq(failed_at),
            events::last_error.eq(fault.code().as_str()),
        ))
        .execute(tx.conn())
        .map(|_| ())
}
