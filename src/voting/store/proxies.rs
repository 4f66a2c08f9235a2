//! Proxies and their documents.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, OptionalExtension, QueryDsl, QueryResult,
    RunQueryDsl, SelectableHelper, TextExpressionMethods,
};

use crate::kernel::{AccountId, HeadId, OwnerId, ProxyId, UtcTime, VoteId};
use crate::platform::db::{
    Conn, MultiBackend,
    schema::{head_owners, heads, proxies, proxy_documents},
};
use crate::voting::model::{NewProxyDocument, ProxyFilter, ProxyKind, ProxyRow};

/// Keeps a proxy with its document.
pub fn insert_proxy(
    conn: &mut Conn,
    row: &ProxyRow,
    document: &NewProxyDocument<'_>,
) -> QueryResult<()> {
    diesel::insert_into(proxies::table).values(row).execute(conn)?;
    diesel::insert_into(proxy_documents::table).values(document).execute(conn).map(|_| ())
}

/// A proxy of a vote.
pub fn find_proxy(conn: &mut Conn, vote_id: VoteId, id: ProxyId) -> QueryResult<Option<ProxyRow>> {
    proxies::table
        .filter(proxies::id.eq(id))
        .filter(proxies::vote_id.eq(vote_id))
        .select(ProxyRow::as_select())
        .first(conn)
        .optional()
}

/// The proxies of some heads that have not ended.
pub fn list_of_heads(conn: &mut Conn, heads: &[HeadId]) -> QueryResult<Vec<ProxyRow>> {
    proxies::table
        .filter(proxies::head_id.eq_any(heads))
        .filter(proxies::ended_at.is_null())
        .select(ProxyRow::as_select())
        .load(conn)
}

/// The proxies of one agent in a vote, ended ones too.
pub fn list_of_agent(
    conn: &mut Conn,
    vote_id: VoteId,
    agent_index: &str,
) -> QueryResult<Vec<ProxyRow>> {
    proxies::table
        .filter(proxies::vote_id.eq(vote_id))
        .filter(proxies::agent_index.eq(agent_index))
        .select(ProxyRow::as_select())
        .load(conn)
}

/// The proxies of a vote that stand in its log, ended ones too.
pub fn list_logged(conn: &mut Conn, vote_id: VoteId) -> QueryResult<Vec<ProxyRow>> {
    proxies::table
        .filter(proxies::vote_id.eq(vote_id))
        .filter(proxies::log_seq.is_not_null())
        .select(ProxyRow::as_select())
        .load(conn)
}

/// Whether an owner may still cast for a head that is still on the roll.
pub fn is_voter(conn: &mut Conn, (head, owner): (HeadId, OwnerId)) -> QueryResult<bool> {
    let found = head_owners::table
        .inner_join(heads::table)
        .filter(heads::id.eq(head))
        .filter(heads::struck_at.is_null())
        .filter(head_owners::owner_id.eq(owner))
        .filter(head_owners::may_cast.eq(true));
    Ok(found.count().get_result::<i64>(conn)? > 0)
}

/// What these agents may use in these votes: confirmed, not ended, of a head that is on the roll and
/// a principal who may still cast for it.
pub fn list_held(
    conn: &mut Conn,
    votes: &[VoteId],
    agents: &[OwnerId],
) -> QueryResult<Vec<ProxyRow>> {
    let voter = head_owners::head_id
        .eq(proxies::head_id)
        .and(head_owners::owner_id.eq(proxies::principal_id))
        .and(head_owners::may_cast.eq(true));
    proxies::table
        .inner_join(heads::table)
        .inner_join(head_owners::table.on(voter))
        .filter(proxies::vote_id.eq_any(votes))
        .filter(proxies::agent_id.eq_any(agents))
        .filter(proxies::confirmed_at.is_not_null())
        .filter(proxies::ended_at.is_null())
        .filter(heads::struck_at.is_null())
        .select(ProxyRow::as_select())
        .load(conn)
}

/// The proxies of a vote in their order, after the cursor.
pub fn list_proxies(
    conn: &mut Conn,
    vote_id: VoteId,
    filter: &ProxyFilter,
    (after, limit): (Option<ProxyId>, i64),
) -> QueryResult<Vec<ProxyRow>> {
    let mut query = proxies::table
        .filter(proxies::vote_id.eq(vote_id))
        .select(ProxyRow::as_select())
        .into_boxed::<MultiBackend>();
    if let Some(head_id) = filter.head_id {
        query = query.filter(proxies::head_id.eq(head_id));
    }
    if let Some(agent) = &filter.agent {
        query = query.filter(proxies::agent_name.like(format!("%{agent}%")));
    }
    if let Some(after) = after {
        query = query.filter(proxies::id.gt(after));
    }
    query.order(proxies::id).limit(limit).load(conn)
}

/// Who acts by these proxies, by the name in the document.
pub fn list_agent_names(conn: &mut Conn, ids: &[ProxyId]) -> QueryResult<Vec<(ProxyId, String)>> {
    let query = proxies::table.filter(proxies::id.eq_any(ids));
    query.select((proxies::id, proxies::agent_name)).load(conn)
}

/// How many other heads an agent holds a written power for.
pub fn count_powers(
    conn: &mut Conn,
    vote_id: VoteId,
    (agent_index, but): (&str, HeadId),
) -> QueryResult<i64> {
    proxies::table
        .filter(proxies::vote_id.eq(vote_id))
        .filter(proxies::agent_index.eq(agent_index))
        .filter(proxies::kind.eq(ProxyKind::Proxy))
        .filter(proxies::head_id.ne(but))
        .filter(proxies::ended_at.is_null())
        .count()
        .get_result(conn)
}

/// The second signature, and the leaf; whether it still waited for it.
pub fn set_confirmed(
    conn: &mut Conn,
    id: ProxyId,
    (by, name, at): (AccountId, &str, UtcTime),
    log_seq: i64,
) -> QueryResult<bool> {
    let waiting = proxies::table.filter(proxies::id.eq(id)).filter(proxies::confirmed_at.is_null());
    diesel::update(waiting)
        .set((
            proxies::confirmed_by.eq(by),
            proxies::confirmed_name.eq(name),
            proxies::confirmed_at.eq(at),
            proxies::log_seq.eq(log_seq),
        ))
        .execute(conn)
        .map(|rows| rows == 1)
}

/// The end; whether it had not ended.
pub fn set_ended(
    conn: &mut Conn,
    id: ProxyId,
    (name, at, reason): (&str, UtcTime, &str),
) -> QueryResult<bool> {
    let standing = proxies::table.filter(proxies::id.eq(id)).filter(proxies::ended_at.is_null());
    diesel::update(standing)
        .set((
            proxies::ended_name.eq(name),
            proxies::ended_at.eq(at),
            proxies::end_reason.eq(reason),
        ))
        .execute(conn)
        .map(|rows| rows == 1)
}

/// The document: file name, media type, content.
pub fn get_document(conn: &mut Conn, id: ProxyId) -> QueryResult<(String, String, Vec<u8>)> {
    proxy_documents::table
        .filter(proxy_documents::proxy_id.eq(id))
        .select((proxy_documents::file_name, proxy_documents::media_type, proxy_documents::content))
        .first(conn)
}
