//! Answers kept under a client's `Idempotency-Key`, written in the transaction of their effect.

use diesel::{ExpressionMethods, Insertable, QueryDsl, QueryResult, Queryable, RunQueryDsl};

use super::{Conn, IdempotencyKey, schema::idempotent_answers as answers};
use crate::kernel::{Code, Outcome, Refusal, UtcTime};

/// A kept answer.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = answers)]
pub struct KeptAnswer {
    /// Whose key it is.
    pub principal: String,
    /// Method and path.
    pub route: String,
    /// The client's key.
    pub key: String,
    /// SHA-256 of the request's body, in hex.
    pub request_digest: String,
    /// The HTTP status.
    pub status: i32,
    /// The JSON body.
    pub body: String,
    /// When.
    pub created_at: UtcTime,
}

impl KeptAnswer {
    /// Whether it answers this key of this principal.
    #[must_use]
    pub fn is_for(&self, principal: &str, key: &IdempotencyKey) -> bool {
        self.principal == principal && self.route == key.route && self.key == key.key
    }

    /// Refuses a key that came with another body.
    ///
    /// # Errors
    /// `idempotency_key_reused`.
    pub fn check(&self, key: &IdempotencyKey) -> Outcome<()> {
        if self.request_digest == key.request_digest {
            return Ok(());
        }
        Err(Refusal::new(Code::IdempotencyKeyReused))
    }
}

/// The kept answers among these keys; each is to be matched with [`KeptAnswer::is_for`].
pub fn find_answers(
    conn: &mut Conn,
    keys: &[(String, IdempotencyKey)],
) -> QueryResult<Vec<KeptAnswer>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let principals = keys.iter().map(|(principal, _)| principal.clone()).collect::<Vec<_>>();
    let words = keys.iter().map(|(_, key)| key.key.clone()).collect::<Vec<_>>();
    answers::table
        .filter(answers::principal.eq_any(principals))
        .filter(answers::key.eq_any(words))
        .load(conn)
}

/// Keeps answers.
pub fn insert_answers(conn: &mut Conn, rows: &[KeptAnswer]) -> QueryResult<()> {
    crate::insert_many!(conn, answers::table, rows)
}
