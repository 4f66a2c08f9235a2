//! Sessions: opened by a sign-in, carried on by refresh tokens that rotate, ended at once.

use chrono::TimeDelta;

use super::{Client, Identity, store};
use crate::identity::{
    model::{Factor, Session, SessionEnd, SignedIn},
    rules::SESSION_DAYS,
};
use crate::kernel::{AccountId, Code, Outcome, Refusal, SessionId, UtcTime};
use crate::platform::{
    auth::{Principal, token::RefreshToken},
    db::{WriteContext, WriteTx},
};

/// A session as the write made it; the access token is signed outside.
#[derive(Debug)]
pub(super) struct Opened {
    account_id: AccountId,
    session_id: SessionId,
    refresh: RefreshToken,
    expires_at: UtcTime,
}

impl Identity {
    pub(super) fn open_session(
        &self,
        tx: &mut WriteTx<'_>,
        (account_id, factor): (AccountId, Factor),
        client: &Client,
    ) -> Outcome<Opened> {
        let now = tx.now();
        let session = Session {
            id: SessionId::new(),
            account_id,
            factor,
            device: client.device.chars().take(200).collect(),
            created_at: now,
            refreshed_at: now,
            expires_at: now.plus(TimeDelta::days(self.0.refresh_days)),
            ended_at: None,
            ended_by: None,
        };
        store::insert_session(tx.conn(), &session)?;
        tx.audit("session.open", ("session", session.id), (None, None));
        hand_out(tx, &session, session.expires_at)
    }

    pub(super) fn sign(&self, opened: Opened) -> Outcome<SignedIn> {
        let now = self.0.db.clock().now();
        let access = self.0.tokens.issue(opened.account_id, opened.session_id, now)?;
        Ok(SignedIn {
            account_id: opened.account_id,
            session_id: opened.session_id,
            access,
            refresh: opened.refresh,
            refresh_expires_at: opened.expires_at,
        })
    }

    /// Exchanges a refresh token. One that was exchanged before was copied: its whole family, the
    /// session, ends.
    ///
    /// # Errors
    /// `unauthenticated`, `session_revoked`, `refresh_reused`.
    pub async fn refresh(&self, context: &WriteContext, presented: &str) -> Outcome<SignedIn> {
        let (this, digest) = (self.clone(), RefreshToken::presented(presented).digest());
        let rotate = move |tx: &mut WriteTx<'_>| this.rotate(tx, &digest);
        let opened = self.0.db.write(context, "session.refresh", rotate).await??;
        self.sign(opened)
    }

    fn rotate(&self, tx: &mut WriteTx<'_>, digest: &str) -> Outcome<Outcome<Opened>> {
        let now = tx.now();
        let Some(kept) = store::find_refresh_token(tx.conn(), digest)? else {
            return Ok(Err(Refusal::new(Code::Unauthenticated)));
        };
        if kept.used_at.is_some() {
            let end = (kept.session_id, SessionEnd::RefreshReused);
            if store::set_session_ended(tx.conn(), end, now)? {
                tx.audit("session.refresh_reused", ("session", kept.session_id), (None, None));
            }
            return Ok(Err(Refusal::new(Code::RefreshReused)));
        }
        let alive = store::find_principal(tx.conn(), kept.session_id, now)?;
        let session = store::find_session(tx.conn(), kept.session_id)?;
        let (Some(_), Some(session)) = (alive, session) else {
            return Ok(Err(Refusal::new(Code::SessionRevoked)));
        };
        if kept.expires_at <= now {
            return Ok(Err(Refusal::new(Code::TokenExpired)));
        }
        store::set_refresh_token_used(tx.conn(), digest, now)?;
        let last = session.created_at.plus(TimeDelta::days(SESSION_DAYS));
        let expires_at = now.plus(TimeDelta::days(self.0.refresh_days)).min(last);
        store::set_session_refreshed(tx.conn(), (session.id, expires_at), now)?;
        hand_out(tx, &session, expires_at).map(Ok)
    }

    /// The caller's sessions that are alive.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn list_sessions(&self, principal: &Principal) -> Outcome<Vec<Session>> {
        let (account, now) = (principal.account_id, self.0.db.clock().now());
        self.0.db.read(move |conn| Ok(store::list_live_sessions(conn, account, now)?)).await
    }

    /// Ends one of the caller's sessions.
    ///
    /// # Errors
    /// `not_found` where it is not the caller's or has ended.
    pub fn end_session(
        tx: &mut WriteTx<'_>,
        account: AccountId,
        (session, by): (SessionId, SessionEnd),
    ) -> Outcome<()> {
        let own = store::find_session(tx.conn(), session)?;
        let own = own.filter(|found| found.account_id == account && found.ended_at.is_none());
        own.ok_or_else(|| Refusal::new(Code::NotFound))?;
        let now = tx.now();
        store::set_session_ended(tx.conn(), (session, by), now)?;
        tx.audit("session.end", ("session", session), (None, None));
        Ok(())
    }
}

fn hand_out(tx: &mut WriteTx<'_>, session: &Session, expires_at: UtcTime) -> Outcome<Opened> {
    let refresh = RefreshToken::random();
    let now = tx.now();
    store::insert_refresh_token(tx.conn(), (&refresh.digest(), session.id), (now, expires_at))?;
    let (account_id, session_id) = (session.account_id, session.id);
    Ok(Opened { account_id, session_id, refresh, expires_at })
}
