//! What a use case holds while it writes: the connection, one instant, who acts, and what is to be
//! told (outbox events) and kept (audit rows). Both are written just before the commit.

use diesel::QueryResult;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{Conn, schema};
use crate::kernel::{AccountId, AuditId, EventId, UtcTime, hex};
use crate::platform::clock::Clock;

/// Who acts, as the audit trail keeps it: the name and role stay true after the account changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The account, if any.
    pub account_id: Option<AccountId>,
    /// The name at the time.
    pub name: String,
    /// The role at the time.
    pub role: String,
}

impl Actor {
    /// The system itself: the worker, the ticker.
    #[must_use]
    pub fn system() -> Self {
        Self::named("system")
    }

    /// Somebody without an account: the command line's operator, an import.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self { account_id: None, name: name.to_owned(), role: "system".to_owned() }
    }

    /// The word under which this actor's idempotency keys are kept.
    #[must_use]
    pub fn key(&self) -> String {
        self.account_id.map_or_else(|| self.name.clone(), |id| id.to_string())
    }
}

/// An `Idempotency-Key` with the digest of the request that came with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// Method and path: the same key on another route is another key.
    pub route: String,
    /// The client's key.
    pub key: String,
    /// SHA-256 of the body, in hex.
    pub request_digest: String,
}

/// Who writes, on which request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WriteContext {
    /// Who acts.
    pub actor: Actor,
    /// The request's id, for the log and the audit trail.
    pub request_id: String,
    /// The request's idempotency key, if it has one.
    pub idempotency: Option<IdempotencyKey>,
}

impl WriteContext {
    /// A context without a request.
    #[must_use]
    pub fn of(actor: Actor) -> Self {
        Self { actor, request_id: String::new(), idempotency: None }
    }
}

/// An open write transaction.
pub struct WriteTx<'a> {
    conn: &'a mut Conn,
    now: UtcTime,
    legal_now: UtcTime,
    context: &'a WriteContext,
    events: Vec<EventRow>,
    audits: Vec<AuditRow>,
}

#[derive(diesel::Insertable)]
#[diesel(table_name = schema::outbox_events)]
struct EventRow {
    id: EventId,
    topic: String,
    subject: String,
    payload: String,
    created_at: UtcTime,
    available_at: UtcTime,
    attempts: i32,
}

#[derive(diesel::Insertable)]
#[diesel(table_name = schema::audit_log)]
#[diesel(treat_none_as_default_value = false)]
struct AuditRow {
    id: AuditId,
    at: UtcTime,
    actor_id: Option<AccountId>,
    actor_name: String,
    actor_role: String,
    action: String,
    object_type: String,
    object_id: String,
    before_digest: Option<String>,
    after_digest: Option<String>,
    request_id: String,
}

impl<'a> WriteTx<'a> {
    pub(super) fn new(conn: &'a mut Conn, clock: &Clock, context: &'a WriteContext) -> Self {
        let now = clock.now();
        let legal_now = now.plus(clock.legal_offset());
        Self { conn, now, legal_now, context, events: Vec::new(), audits: Vec::new() }
    }

    /// The connection.
    pub fn conn(&mut self) -> &mut Conn {
        self.conn
    }

    /// The transaction's one instant.
    #[must_use]
    pub fn now(&self) -> UtcTime {
        self.now
    }

    /// The instant that periods and windows are judged by; only the demo moves it.
    #[must_use]
    pub fn legal_now(&self) -> UtcTime {
        self.legal_now
    }

    /// Who acts.
    #[must_use]
    pub fn actor(&self) -> &Actor {
        &self.context.actor
    }

    /// The request's context.
    #[must_use]
    pub fn context(&self) -> &WriteContext {
        self.context
    }

    /// Tells others, after the commit: an event for the outbox.
    pub fn emit(&mut self, topic: &str, subject: impl ToString, payload: &Value) {
        self.events.push(EventRow {
            id: EventId::new(),
            topic: topic.to_owned(),
            subject: subject.to_string(),
            payload: payload.to_string(),
            created_at: self.now,
            available_at: self.now,
            attempts: 0,
        });
    }

    /// Keeps what was done. `before` and `after` are kept as digests: the trail proves, it does not
    /// copy personal data.
    pub fn audit(
        &mut self,
        action: &str,
        (object_type, object_id): (&str, impl ToString),
        (before, after): (Option<&Value>, Option<&Value>),
    ) {
        let actor = &self.context.actor;
        self.audits.push(AuditRow {
            id: AuditId::new(),
            at: self.now,
            actor_id: actor.account_id,
            actor_name: actor.name.clone(),
            actor_role: actor.role.clone(),
            action: action.to_owned(),
            object_type: object_type.to_owned(),
            object_id: object_id.to_string(),
            before_digest: before.map(digest),
            after_digest: after.map(digest),
            request_id: self.context.request_id.clone(),
        });
    }

    pub(super) fn flush(self) -> QueryResult<()> {
        let Self { conn, events, audits, .. } = self;
        crate::insert_many!(&mut *conn, schema::outbox_events::table, events)?;
        crate::insert_many!(&mut *conn, schema::audit_log::table, audits)
    }
}

fn digest(value: &Value) -> String {
    hex::encode(&Sha256::digest(value.to_string().as_bytes()))
}
