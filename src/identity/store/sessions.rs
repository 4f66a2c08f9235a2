//! Sessions and their refresh tokens.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, NullableExpressionMethods,
    OptionalExtension, QueryDsl, QueryResult, RunQueryDsl, SelectableHelper,
};

use crate::identity::model::{Session, SessionEnd};
use crate::kernel::{AccountId, OwnerId, SessionId, UtcTime};
use crate::platform::{
    auth::{Grant, Principal, Scope, scope::ScopeKind},
    db::{
        Conn,
        schema::{accounts, grants, refresh_tokens as tokens, sessions},
    },
};

/// Keeps a session.
pub fn insert_session(conn: &mut Conn, session: &Session) -> QueryResult<()> {
    diesel::insert_into(sessions::table).values(session).execute(conn).map(|_| ())
}

/// The session of an id.
pub fn find_session(conn: &mut Conn, id: SessionId) -> QueryResult<Option<Session>> {
    sessions::table.find(id).select(Session::as_select()).first(conn).optional()
}

/// The sessions of an account that are alive.
pub fn list_live_sessions(
    conn: &mut Conn,
    account: AccountId,
    now: UtcTime,
) -> QueryResult<Vec<Session>> {
    sessions::table
        .filter(sessions::account_id.eq(account))
        .filter(sessions::ended_at.is_null().and(sessions::expires_at.gt(now)))
        .select(Session::as_select())
        .order(sessions::id)
        .load(conn)
}

/// Ends a session; answers whether it was open.
pub fn set_session_ended(
    conn: &mut Conn,
    (id, by): (SessionId, SessionEnd),
    now: UtcTime,
) -> QueryResult<bool> {
    diesel::update(sessions::table.find(id).filter(sessions::ended_at.is_null()))
        .set((sessions::ended_at.eq(now), sessions::ended_by.eq(by)))
        .execute(conn)
        .map(|changed| changed == 1)
}

/// Ends every session of an account but one.
pub fn set_sessions_ended(
    conn: &mut Conn,
    (account, except, by): (AccountId, Option<SessionId>, SessionEnd),
    now: UtcTime,
) -> QueryResult<usize> {
    let mut query = diesel::update(sessions::table)
        .filter(sessions::account_id.eq(account))
        .filter(sessions::ended_at.is_null())
        .into_boxed();
    if let Some(except) = except {
        query = query.filter(sessions::id.ne(except));
    }
    query.set((sessions::ended_at.eq(now), sessions::ended_by.eq(by))).execute(conn)
}

/// Prolongs a session.
pub fn set_session_refreshed(
    conn: &mut Conn,
    (id, expires_at): (SessionId, UtcTime),
    now: UtcTime,
) -> QueryResult<()> {
    diesel::update(sessions::table.find(id))
        .set((sessions::refreshed_at.eq(now), sessions::expires_at.eq(expires_at)))
        .execute(conn)
        .map(|_| ())
}

/// Keeps the digest of a refresh token.
pub fn insert_refresh_token(
    conn: &mut Conn,
    (digest, session): (&str, SessionId),
    (now, expires_at): (UtcTime, UtcTime),
) -> QueryResult<()> {
    diesel::insert_into(tokens::table)
        .values((
            tokens::digest.eq(digest),
            tokens::session_id.eq(session),
            tokens::created_at.eq(now),
            tokens::expires_at.eq(expires_at),
        ))
        .execute(conn)
        .map(|_| ())
}

/// A refresh token as it was kept.
#[derive(Debug, diesel::Queryable)]
pub struct KeptToken {
    /// Its family.
    pub session_id: SessionId,
    /// Not accepted from then on.
    pub expires_at: UtcTime,
    /// Exchanged at.
    pub used_at: Option<UtcTime>,
}

/// The refresh token of a digest.
pub fn find_refresh_token(conn: &mut Conn, digest: &str) -> QueryResult<Option<KeptToken>> {
    tokens::table
        .find(digest)
        .select((tokens::session_id, tokens::expires_at, tokens::used_at))
        .first(conn)
        .optional()
}

/// Marks a refresh token as exchanged.
pub fn set_refresh_token_used(conn: &mut Conn, digest: &str, now: UtcTime) -> QueryResult<()> {
    diesel::update(tokens::table.find(digest))
        .set(tokens::used_at.eq(now))
        .execute(conn)
        .map(|_| ())
}

type PrincipalColumns = (
    AccountId,
    String,
    Option<OwnerId>,
    Option<UtcTime>,
    Option<UtcTime>,
    UtcTime,
    Option<String>,
    Option<ScopeKind>,
    Option<String>,
);

/// Whoever holds a session that is alive, with the grants in force: one statement, because every
/// request asks it.
pub fn find_principal(
    conn: &mut Conn,
    session_id: SessionId,
    now: UtcTime,
) -> QueryResult<Option<Principal>> {
    let rows: Vec<PrincipalColumns> = sessions::table
        .inner_join(accounts::table)
        .left_join(
            grants::table.on(grants::account_id.eq(accounts::id).and(grants::revoked_at.is_null())),
        )
        .filter(sessions::id.eq(session_id))
        .select((
            accounts::id,
            accounts::name,
            accounts::owner_id,
            accounts::disabled_at,
            sessions::ended_at,
            sessions::expires_at,
            grants::role.nullable(),
            grants::scope_kind.nullable(),
            grants::scope_reference.nullable(),
        ))
        .order(grants::id)
        .load(conn)?;
    Ok(principal_of(rows, session_id, now))
}

fn principal_of(
    rows: Vec<PrincipalColumns>,
    session_id: SessionId,
    now: UtcTime,
) -> Option<Principal> {
    let (account_id, name, owner_id, disabled_at, ended_at, expires_at, ..) = rows.first()?.clone();
    if disabled_at.is_some() || ended_at.is_some() || expires_at <= now {
        return None;
    }
    let grants = rows.into_iter().filter_map(|row| {
        let (role, kind, reference) = (row.6?, row.7?, row.8?);
        Scope::of(kind, &reference).ok().map(|scope| Grant { role, scope })
    });
    Some(Principal { account_id, session_id, name, owner_id, grants: grants.collect() })
}
