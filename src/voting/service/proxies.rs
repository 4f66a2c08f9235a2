//! Proxies 授权委托书: one person records one from its signed document, another who read the same document
//! confirms it, and only then it is in the log and has effect. The principal revokes it, or the desk
//! ends it, as long as no ballot was cast by it. Absent on purpose: casting (`cast`, `proxy_cast`).

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{
    agenda::Agenda,
    facts::Vote,
    log::{self, Entry},
    notices::units_of,
    standing::Rulings,
};
use crate::ballot_log::{self as leaf, Agent, Leaf, Opening, Openings, canonical};
use crate::kernel::{
    Code, HeadId, ItemId, Outcome, OwnerId, Page, PageQuery, ProxyId, Refusal, UtcTime, hex,
};
use crate::platform::{
    auth::seal::Keys,
    db::{Conn, WriteTx},
    two_people::{Person, must_be_another},
};
use crate::registry::{Identity, OwnerKind, find_identity, identify};
use crate::voting::{
    model::{
        AgentInput, Command, ItemRow, NewFile, NewProxy, NewProxyDocument, ProxyFilter, ProxyKind,
        ProxyRow, ProxyState, QuestionRow,
    },
    rules::{proxy::may_stand, state::decide},
    store::{ballots, proxies, rolls, sheet_ledger},
};

/// Bytes of a document at the most.
const MOST_BYTES: usize = 10 * 1024 * 1024;

/// A proxy, for the desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ProxyView {
    /// The proxy.
    pub proxy_id: ProxyId,
    /// By what right.
    pub kind: ProxyKind,
    /// Where it stands.
    pub state: ProxyState,
    /// The head.
    pub head_id: HeadId,
    /// Its units.
    pub units: Vec<String>,
    /// Who signed: an owner of the register.
    pub principal_id: OwnerId,
    /// Who acts, in full as in the document.
    pub agent_name: String,
    /// The last four characters of the agent's number.
    pub agent_tail: String,
    /// The agent's entry in the register; only such an agent can cast on line.
    pub agent_id: Option<OwnerId>,
    /// The numbers of the items that it covers; absent where it covers all of them.
    pub items: Option<Vec<u32>>,
    /// It has no effect from then on (legal time; so are all of these).
    pub valid_until: UtcTime,
    /// SHA-256 of the signed document, in hex.
    pub document_sha256: String,
    /// Who recorded it.
    pub recorded_by: String,
    /// When.
    pub recorded_at: UtcTime,
    /// Who confirmed it.
    pub confirmed_by: Option<String>,
    /// When.
    pub confirmed_at: Option<UtcTime>,
    /// Its leaf in the vote's log.
    pub seq: Option<i64>,
    /// Who ended it.
    pub ended_by: Option<String>,
    /// When.
    pub ended_at: Option<UtcTime>,
    /// Why.
    pub end_reason: Option<String>,
}

impl ProxyView {
    fn of(row: ProxyRow, units: Vec<String>) -> Self {
        Self {
            state: row.state(),
            items: row.positions(),
            proxy_id: row.id,
            kind: row.kind,
            head_id: row.head_id,
            units,
            principal_id: row.principal_id,
            agent_name: row.agent_name,
            agent_tail: row.agent_tail,
            agent_id: row.agent_id,
            valid_until: row.valid_until,
            document_sha256: row.digest,
            recorded_by: row.recorded_name,
            recorded_at: row.recorded_at,
            confirmed_by: row.confirmed_name,
            confirmed_at: row.confirmed_at,
            seq: row.log_seq,
            ended_by: row.ended_name,
            ended_at: row.ended_at,
            end_reason: row.end_reason,
        }
    }
}

/// Records a proxy with its signed document. It has no effect until another person confirms it.
///
/// # Errors
/// `wrong_state`, `too_late` outside the time from the notice to the close; `not_found` for a unit
/// that counts for no head; `not_on_roll`, `not_representative` for the principal; `invalid_field`;
/// `already_exists` while the head has another agent; `proxy_limit_reached`, `proxy_agent_excluded`;
/// `same_clerk` for a clerk's own power.
pub fn record(
    tx: &mut WriteTx<'_>,
    (vote, keys): (&Vote, &Keys),
    (new, file): (&NewProxy, &NewFile),
    clerk: Option<OwnerId>,
) -> Outcome<ProxyView> {
    let now = tx.legal_now();
    decide(vote.row.state, Command::RecordProxy, &vote.facts(now)?)?;
    if file.content.len() > MOST_BYTES {
        return Err(Refusal::new(Code::PayloadTooLarge).with("limit_bytes", MOST_BYTES));
    }
    if new.valid_until <= now {
        return Err(Refusal::field(Code::InvalidField, "/valid_until", "lies in the past"));
    }
    let unit = rolls::find_roll_unit(tx.conn(), vote.row.id, &new.unit_code)?;
    let head_id = unit.and_then(|unit| unit.head_id).ok_or_else(|| Refusal::new(Code::NotFound))?;
    let principal = principal(tx.conn(), head_id, new)?;
    let agent = agent(tx.conn(), keys, new)?;
    not_ones_own(clerk, [principal.owner_id, agent.owner_id])?;
    if agent.index == principal.index {
        return Err(Refusal::field(Code::InvalidField, "/agent", "is the principal"));
    }
    if !proxies::list_of_heads(tx.conn(), &[head_id])?.is_empty() {
        let detail = "the head has an agent: end that proxy first";
        return Err(Refusal::new(Code::AlreadyExists).detail(detail));
    }
    check_limit(tx.conn(), vote, (&agent.index, head_id), (new.kind, new.is_property_staff))?;
    let (items, person) = (positions(tx.conn(), vote, new.items.as_deref())?, Person::of(tx)?);
    let agent_salt = salt(tx.conn(), vote, &agent.index)?;
    let row = ProxyRow {
        id: ProxyId::new(),
        vote_id: vote.row.id,
        head_id,
        principal_id: principal.owner_id.unwrap_or_default(),
        kind: new.kind,
        agent_id: agent.owner_id,
        agent_name: agent.name,
        agent_index: agent.index,
        agent_tail: agent.tail,
        agent_salt,
        items,
        valid_until: new.valid_until,
        digest: hex::encode(&Sha256::digest(&file.content)),
        recorded_by: person.id,
        recorded_name: person.name,
        recorded_at: now,
        confirmed_by: None,
        confirmed_name: None,
        confirmed_at: None,
        log_seq: None,
        ended_name: None,
        ended_at: None,
        end_reason: None,
    };
    let NewFile { file_name, media_type, content } = file;
    let document = NewProxyDocument { proxy_id: row.id, file_name, media_type, content };
    proxies::insert_proxy(tx.conn(), &row, &document)?;
    let after = json!({ "vote_id": row.vote_id, "head_id": head_id, "document": row.digest });
    tx.audit("proxy.recorded", ("proxy", row.id), (None, Some(&after)));
    view(tx.conn(), row)
}

/// One salt for one agent throughout a vote: the limit can be counted by commitments.
fn salt(conn: &mut Conn, vote: &Vote, agent_index: &str) -> Outcome<String> {
    let earlier = proxies::list_of_agent(conn, vote.row.id, agent_index)?.into_iter().next();
    let salt = earlier.map(|earlier| earlier.agent_salt);
    Ok(salt.unwrap_or_else(|| hex::encode(&rand::random::<[u8; 32]>())))
}

/// Who may give the power for a head.
fn principal(conn: &mut Conn, head_id: HeadId, new: &NewProxy) -> Outcome<Identity> {
    let owners = rolls::list_owners_of_head(conn, head_id)?;
    let voters: Vec<OwnerId> =
        owners.iter().filter(|owner| owner.may_cast).map(|owner| owner.owner_id).collect();
    let id = match (new.principal_id, voters.as_slice()) {
        (None, [only]) => *only,
        (None, _) => {
            let detail = "several owners may cast for the head; name who signed";
            return Err(Refusal::field(Code::InvalidField, "/principal_id", detail));
        }
        (Some(id), voters) if voters.contains(&id) => id,
        (Some(id), _) if owners.iter().any(|owner| owner.owner_id == id) => {
            return Err(Refusal::new(Code::NotRepresentative));
        }
        (Some(_), _) => return Err(Refusal::new(Code::NotOnRoll)),
    };
    let found = find_identity(conn, id)?.ok_or_else(|| Refusal::new(Code::NotOnRoll))?;
    let is_person = found.kind == OwnerKind::Person;
    match new.kind {
        ProxyKind::Guardian if !is_person => {
            Err(Refusal::field(Code::InvalidField, "/kind", "an organisation has no guardian"))
        }
        ProxyKind::OrganisationAgent if is_person => {
            Err(Refusal::field(Code::InvalidField, "/kind", "the principal is a person"))
        }
        _ => Ok(found),
    }
}

fn agent(conn: &mut Conn, keys: &Keys, new: &NewProxy) -> Outcome<Identity> {
    let found = match &new.agent {
        AgentInput::Owner(id) => find_identity(conn, *id)?,
        AgentInput::Person { name, number } => {
            let found = identify(conn, keys, (name, number))?;
            // Neither becomes the agent unseen, and nobody learns the register's name by a number.
            if found.name.trim() != name.trim() {
                let detail = "name and number are not of one person · 姓名与证件号不符";
                return Err(Refusal::field(Code::InvalidField, "/agent/name", detail));
            }
            Some(found)
        }
    };
    let person = found.filter(|found| found.kind == OwnerKind::Person);
    person.ok_or_else(|| Refusal::field(Code::InvalidField, "/agent", "no person of the register"))
}

fn check_limit(
    conn: &mut Conn,
    vote: &Vote,
    of: (&str, HeadId),
    who: (ProxyKind, bool),
) -> Outcome<()> {
    let others = proxies::count_powers(conn, vote.row.id, of)?;
    may_stand(&vote.pack, who, u64::try_from(others).map_err(Refusal::internal)?)
}

/// The numbers of the named items, as the row keeps them.
fn positions(conn: &mut Conn, vote: &Vote, named: Option<&[ItemId]>) -> Outcome<Option<String>> {
    let Some(named) = named else { return Ok(None) };
    let Agenda { items, questions } = Agenda::load(conn, vote.row.id)?;
    let unknown = |id: &ItemId| items.iter().all(|item| item.id != *id);
    if named.is_empty() || named.iter().any(unknown) {
        return Err(Refusal::field(Code::InvalidField, "/items", "items of this ballot"));
    }
    let is_covered = |item: &&ItemRow| named.contains(&item.id);
    let is_split = |question: &QuestionRow| {
        let mut options = items.iter().filter(|item| item.question_id == Some(question.id));
        let first = options.next().is_some_and(|item| is_covered(&item));
        options.any(|item| is_covered(&item) != first)
    };
    if let Some(question) = questions.iter().find(|question| is_split(question)) {
        let detail = format!("“{}”: all of its options, or none", question.title);
        return Err(Refusal::field(Code::InvalidField, "/items", detail));
    }
    let covered = items.iter().filter(is_covered);
    let numbers: Vec<String> = covered.map(|item| item.position.to_string()).collect();
    Ok(Some(numbers.join(",")))
}

/// Confirms a proxy, as another person who read the same document: it enters the log and has effect.
///
/// # Errors
/// `not_found`; `proxy_state_conflict` where it does not wait; `stale_version` for another document;
/// `same_clerk`; `proxy_expired`; `proxy_state_conflict` where the principal does not vote for the head
/// any more; `proxy_limit_reached`.
pub fn confirm(
    tx: &mut WriteTx<'_>,
    vote: &Vote,
    (id, digest): (ProxyId, &str),
    clerk: Option<OwnerId>,
) -> Outcome<ProxyView> {
    let now = tx.legal_now();
    decide(vote.row.state, Command::RecordProxy, &vote.facts(now)?)?;
    let row = find(tx.conn(), vote, id)?;
    if row.state() != ProxyState::Recorded {
        return Err(Refusal::new(Code::ProxyStateConflict).with("state", row.state().as_str()));
    }
    if row.digest != digest {
        return Err(Refusal::new(Code::StaleVersion).with("document_sha256", row.digest.as_str()));
    }
    if row.valid_until <= now {
        return Err(Refusal::new(Code::ProxyExpired));
    }
    let person = Person::of(tx)?;
    must_be_another(row.recorded_by, &person)?;
    not_ones_own(clerk, [Some(row.principal_id), row.agent_id])?;
    check_limit(tx.conn(), vote, (&row.agent_index, row.head_id), (row.kind, false))?;
    still_gives(tx.conn(), &row)?;
    let by = vec![row.recorded_by.to_string(), person.id.to_string()];
    let entry = entry(tx.conn(), &row, (now, by))?;
    let seq = log::append(tx, vote.row.id, vec![entry])?;
    let seq = i64::try_from(seq).map_err(Refusal::internal)?;
    if !proxies::set_confirmed(tx.conn(), id, (person.id, &person.name, now), seq)? {
        return Err(Refusal::new(Code::ProxyStateConflict));
    }
    tx.audit("proxy.confirmed", ("proxy", id), (None, Some(&json!({ "seq": seq }))));
    let row = find(tx.conn(), vote, id)?;
    view(tx.conn(), row)
}

/// Nobody attests a power to vote that is given by or to oneself; `clerk` is who works at the desk, as
/// an owner.
fn not_ones_own(clerk: Option<OwnerId>, parties: [Option<OwnerId>; 2]) -> Outcome<()> {
    if clerk.is_none() || !parties.contains(&clerk) {
        return Ok(());
    }
    let detail = "neither principal nor agent attests the power · 委托人和代理人不能经办本人的委托";
    Err(Refusal::new(Code::SameClerk).detail(detail))
}

/// Since it was recorded the head may have been struck, or sold.
pub(super) fn still_gives(conn: &mut Conn, row: &ProxyRow) -> Outcome<()> {
    if proxies::is_voter(conn, (row.head_id, row.principal_id))? {
        return Ok(());
    }
    let detail = "the principal does not vote for this head any more · 委托人已不再代表本户表决";
    Err(Refusal::new(Code::ProxyStateConflict).detail(detail))
}

fn entry(conn: &mut Conn, row: &ProxyRow, (now, by): (UtcTime, Vec<String>)) -> Outcome<Entry> {
    let text = canonical(&Agent { agent: row.agent_index.clone() })?;
    let text = String::from_utf8(text).map_err(Refusal::internal)?;
    let agent = Opening { salt: row.agent_salt.clone(), text };
    let leaf = Leaf::Proxy(leaf::Proxy {
        at: now.micros(),
        kind: row.kind.to_string(),
        head: log::who_of(conn, row.head_id)?.head,
        agent: agent.commitment(),
        items: row.positions(),
        until: row.valid_until.micros(),
        document: row.digest.clone(),
        by,
    });
    Ok(Entry { leaf, openings: Openings { agent: Some(agent), ..Openings::default() } })
}

/// Who ends a proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ender {
    /// The principal, who revokes it.
    Principal(OwnerId),
    /// The desk.
    Desk,
}

/// Ends a proxy by which no ballot stands.
///
/// # Errors
/// `not_found`, for a principal who did not give it too; `wrong_state`, `too_late` after the close;
/// `proxy_state_conflict` where it ended before, a ballot was cast by it, or a sheet of the head waits
/// to be read, and for a ward who would end his guardian's.
pub fn end(
    tx: &mut WriteTx<'_>,
    vote: &Vote,
    (id, reason): (ProxyId, &str),
    who: Ender,
) -> Outcome<ProxyView> {
    let now = tx.legal_now();
    let row = find(tx.conn(), vote, id)?;
    if matches!(who, Ender::Principal(owner_id) if owner_id != row.principal_id) {
        return Err(Refusal::new(Code::NotFound));
    }
    decide(vote.row.state, Command::RecordProxy, &vote.facts(now)?)?;
    if who != Ender::Desk && row.kind == ProxyKind::Guardian {
        let detail = "the desk ends a guardian's power · 监护人的代理由经办人终止";
        return Err(Refusal::new(Code::ProxyStateConflict).detail(detail));
    }
    if !sheet_ledger::list_unread(tx.conn(), vote.row.id, row.head_id)?.is_empty() {
        let detail =
            "a sheet of the head came back and is not read yet · 本户已交回的纸质票尚未录入";
        return Err(Refusal::new(Code::ProxyStateConflict).detail(detail));
    }
    let rulings = Rulings::load(tx.conn(), vote.row.id)?;
    let cast = ballots::list_ballots_of_proxy(tx.conn(), id)?;
    let stands = |id| rulings.holds((id, rulings.reading_of(id)));
    if cast.iter().any(|ballot| stands(ballot.id)) {
        let detail = "a ballot was cast by it";
        return Err(Refusal::new(Code::ProxyStateConflict).detail(detail));
    }
    let name = tx.actor().name.clone();
    if !proxies::set_ended(tx.conn(), id, (&name, now, reason))? {
        return Err(Refusal::new(Code::ProxyStateConflict).with("state", row.state().as_str()));
    }
    if let Some(seq) = row.log_seq {
        let (at, proxy) = (now.micros(), u64::try_from(seq).map_err(Refusal::internal)?);
        let reason = if who == Ender::Desk { "ended" } else { "revoked" }.to_owned();
        let leaf = Leaf::ProxyEnd(leaf::ProxyEnd { at, proxy, reason });
        log::append(tx, vote.row.id, vec![leaf.into()])?;
    }
    tx.audit("proxy.ended", ("proxy", id), (None, Some(&json!({ "reason": reason }))));
    let row = find(tx.conn(), vote, id)?;
    view(tx.conn(), row)
}

/// The signed document; whoever looks is kept in the audit trail.
///
/// # Errors
/// `not_found`.
pub fn look_at_document(tx: &mut WriteTx<'_>, vote: &Vote, id: ProxyId) -> Outcome<NewFile> {
    find(tx.conn(), vote, id)?;
    let (file_name, media_type, content) = proxies::get_document(tx.conn(), id)?;
    tx.audit("proxy.document_read", ("proxy", id), (None, None));
    Ok(NewFile { file_name, media_type, content })
}

/// The proxies of a vote, for the desk.
///
/// # Errors
/// `invalid_cursor`; `not_found` for a unit that is not on the roll.
pub fn list(
    conn: &mut Conn,
    vote: &Vote,
    (unit, agent, page): (Option<&str>, Option<String>, &PageQuery),
) -> Outcome<Page<ProxyView>> {
    let head_id = match unit {
        None => None,
        Some(unit) => {
            let found = rolls::find_roll_unit(conn, vote.row.id, unit)?;
            let head_id = found.and_then(|unit| unit.head_id);
            Some(head_id.ok_or_else(|| Refusal::new(Code::NotFound))?)
        }
    };
    let filter = ProxyFilter { head_id, agent };
    let rows = proxies::list_proxies(conn, vote.row.id, &filter, (page.cursor()?, page.fetch()))?;
    let heads: Vec<HeadId> = rows.iter().map(|row| row.head_id).collect();
    let units: HashMap<HeadId, Vec<String>> = units_of(conn, &heads)?;
    let page = Page::cut(rows, page.limit(), |row| row.id.to_string());
    Ok(page.map(|row| {
        let units = units.get(&row.head_id).cloned().unwrap_or_default();
        ProxyView::of(row, units)
    }))
}

fn find(conn: &mut Conn, vote: &Vote, id: ProxyId) -> Outcome<ProxyRow> {
    let found = proxies::find_proxy(conn, vote.row.id, id)?;
    found.ok_or_else(|| Refusal::new(Code::NotFound))
}

fn view(conn: &mut Conn, row: ProxyRow) -> Outcome<ProxyView> {
    let units = units_of(conn, &[row.head_id])?.remove(&row.head_id).unwrap_or_default();
    Ok(ProxyView::of(row, units))
}
