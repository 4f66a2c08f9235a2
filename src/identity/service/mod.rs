//! One function per use case. Hashing runs before or after the write, never within it; what must be
//! kept though the answer is a refusal (a counted failure, an ended family) is a committed value.

mod accounts;
mod authenticator;
mod codes;
mod grants;
mod me;
mod sessions;
mod sign_in;

use std::sync::Arc;

use super::{model::Directory, rules::Throttle, store};
use crate::kernel::{Code, LimitedAttemptId, Outcome, Refusal, UtcTime};
use crate::platform::{
    auth::{password::Passwords, seal::Keys, token::Tokens},
    db::{Actor, Conn, Db, WriteContext, WriteTx},
};

pub use accounts::{Enabled, NewAccount, find_staff};
pub use codes::CodeSignIn;
pub use grants::NewGrant;
pub use sign_in::PasswordSignIn;

/// How identity is set up.
#[derive(Debug, Clone)]
pub struct IdentitySettings {
    /// Life of an access token in minutes.
    pub access_minutes: u32,
    /// Life of a refresh token in days.
    pub refresh_days: u32,
    /// How passwords are hashed; tests take cheap costs.
    pub passwords: Passwords,
}

/// The slice's use cases with what they need. Cheap to clone.
#[derive(Clone)]
pub struct Identity(Arc<Inner>);

struct Inner {
    db: Db,
    keys: Keys,
    tokens: Tokens,
    passwords: Passwords,
    directory: Arc<dyn Directory>,
    refresh_days: i64,
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Identity")
    }
}

impl Identity {
    /// The use cases over a database and a register.
    ///
    /// # Errors
    /// `internal` where the signing key can't be made.
    pub fn new(
        db: &Db,
        keys: &Keys,
        directory: Arc<dyn Directory>,
        settings: IdentitySettings,
    ) -> Outcome<Self> {
        Ok(Self(Arc::new(Inner {
            db: db.clone(),
            keys: keys.clone(),
            tokens: Tokens::new(keys, settings.access_minutes)?,
            passwords: settings.passwords,
            directory,
            refresh_days: i64::from(settings.refresh_days.clamp(1, 90)),
        })))
    }

    /// Forgets attempts, codes and tokens that no longer count for anything.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn sweep(&self) -> Outcome<()> {
        let now = self.0.db.clock().now();
        if !self.0.db.read(move |conn| Ok(store::has_stale(conn, now)?)).await? {
            return Ok(());
        }
        let context = WriteContext::of(Actor::system());
        let forget = |tx: &mut WriteTx<'_>| {
            let now = tx.now();
            Ok(store::delete_stale(tx.conn(), now)?)
        };
        self.0.db.write(&context, "identity.sweep", forget).await
    }

    /// The keyed hash under which attempts of a subject are counted.
    fn subject(&self, throttle: &Throttle, value: &str) -> String {
        self.0.keys.blind_index(throttle.name, value)
    }
}

/// Where a client comes from, as far as sign-in counts and lists it.
#[derive(Debug, Clone)]
pub struct Client {
    /// Its network, for the limits.
    pub address: String,
    /// Its name for itself, for the list of sessions.
    pub device: String,
}

/// Counts an attempt before it is made, so that no number of racing tries gets past the limit.
fn reserve(
    conn: &mut Conn,
    (throttle, subject): (&Throttle, &str),
    now: UtcTime,
) -> Outcome<LimitedAttemptId> {
    let attempts = store::list_attempts(conn, (throttle, subject), now)?;
    throttle
        .check(&attempts, now)
        .map_err(|seconds| Refusal::new(Code::TooManyRequests).retry_after(seconds))?;
    Ok(store::insert_attempt(conn, subject, now)?)
}

/// Runs what costs processor time away from the request threads.
async fn off_thread<T: Send + 'static>(
    run: impl FnOnce() -> Outcome<T> + Send + 'static,
) -> Outcome<T> {
    tokio::task::spawn_blocking(run).await.map_err(Refusal::internal)?
}
