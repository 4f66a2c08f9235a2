//! Sittings 现场会: announced before they start, with a sign-in per head recorded by staff. Whoever
//! left or was signed in by mistake keeps the row. Absent on purpose: ballots, which are given by
//! sheet or phone as everywhere.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{facts::Vote, notices::units_of};
use crate::kernel::{
    AttendanceId, Code, HeadId, Outcome, OwnerId, ProxyId, Refusal, SittingId, UtcTime,
};
use crate::platform::{
    db::{Conn, WriteTx},
    two_people::Person,
};
use crate::voting::{
    model::{AttendanceRow, Comer, Command, HeadOwnerRow, NewSitting, ProxyState, SittingRow},
    rules::{
        sitting::{may_announce, may_sign_in},
        state::decide,
    },
    store::{proxies, rolls, sittings},
};

/// A sitting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SittingView {
    /// The sitting.
    pub sitting_id: SittingId,
    /// Where.
    pub place: String,
    /// From when.
    pub starts_at: UtcTime,
    /// Until when.
    pub ends_at: UtcTime,
    /// When it was announced (legal time).
    pub announced_at: UtcTime,
    /// Who announced it.
    pub announced_by: String,
    /// When it was cancelled, if it was.
    pub cancelled_at: Option<UtcTime>,
    /// Why.
    pub cancel_reason: Option<String>,
}

impl From<SittingRow> for SittingView {
    fn from(row: SittingRow) -> Self {
        Self {
            sitting_id: row.id,
            place: row.place,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            announced_at: row.announced_at,
            announced_by: row.announcer_name,
            cancelled_at: row.cancelled_at,
            cancel_reason: row.cancel_reason,
        }
    }
}

/// Somebody who came for a head.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AttendanceView {
    /// The record.
    pub attendance_id: AttendanceId,
    /// The head.
    pub head_id: HeadId,
    /// Its units.
    pub units: Vec<String>,
    /// The owner who came, or in whose place the agent did.
    pub owner_id: OwnerId,
    /// The agent, where one came.
    pub agent: Option<String>,
    /// When (legal time).
    pub signed_in_at: UtcTime,
    /// Who recorded it.
    pub recorded_by: String,
    /// When the owner left.
    pub left_at: Option<UtcTime>,
    /// When the record was found to be a mistake.
    pub voided_at: Option<UtcTime>,
    /// What the mistake was.
    pub void_reason: Option<String>,
}

/// Announces a sitting, before it starts.
///
/// # Errors
/// `wrong_state` before the notice or after the close; as [`may_announce`].
pub fn announce(tx: &mut WriteTx<'_>, vote: &Vote, new: NewSitting) -> Outcome<SittingView> {
    let (now, person) = (tx.legal_now(), Person::of(tx)?);
    decide(vote.row.state, Command::AnnounceSitting, &vote.facts(now)?)?;
    may_announce(&new, (vote.row.opens_at, vote.row.closes_at), now)?;
    let row = SittingRow {
        id: SittingId::new(),
        vote_id: vote.row.id,
        place: new.place,
        starts_at: new.starts_at,
        ends_at: new.ends_at,
        announced_at: now,
        announced_by: person.id,
        announcer_name: person.name,
        cancelled_at: None,
        canceller_name: None,
        cancel_reason: None,
    };
    sittings::insert_sitting(tx.conn(), &row)?;
    let after = json!({ "place": row.place, "starts_at": row.starts_at, "ends_at": row.ends_at });
    tx.emit("sitting.announced", row.id, &after);
    tx.audit("sitting.announced", ("sitting", row.id), (None, Some(&after)));
    Ok(row.into())
}

/// Cancels a sitting before it starts.
///
/// # Errors
/// `not_found`; `too_late` once it has started; `sitting_state_conflict` a second time.
pub fn cancel(
    tx: &mut WriteTx<'_>,
    vote: &Vote,
    (id, reason): (SittingId, &str),
) -> Outcome<SittingView> {
    let (now, name) = (tx.legal_now(), tx.actor().name.clone());
    let row = get_sitting(tx.conn(), vote, id)?;
    if row.starts_at <= now {
        return Err(Refusal::new(Code::TooLate).detail("it has started · 已开始"));
    }
    if !sittings::set_cancelled(tx.conn(), id, (&name, reason, now))? {
        return Err(cancelled());
    }
    let after = json!({ "reason": reason });
    tx.emit("sitting.cancelled", id, &after);
    tx.audit("sitting.cancelled", ("sitting", id), (None, Some(&after)));
    get_sitting(tx.conn(), vote, id).map(SittingView::from)
}

fn cancelled() -> Refusal {
    Refusal::new(Code::SittingStateConflict).detail("the sitting was cancelled · 已取消")
}

/// The sittings of a vote by their start, cancelled ones too.
///
/// # Errors
/// Of the database.
pub fn list_sittings(conn: &mut Conn, vote: &Vote) -> Outcome<Vec<SittingView>> {
    let rows = sittings::list_sittings(conn, vote.row.id)?;
    Ok(rows.into_iter().map(SittingView::from).collect())
}

pub(super) fn get_sitting(conn: &mut Conn, vote: &Vote, id: SittingId) -> Outcome<SittingRow> {
    let found = sittings::find_sitting(conn, vote.row.id, id)?;
    found.ok_or_else(|| Refusal::new(Code::NotFound))
}

/// Signs an owner, or an agent whose power is checked, in for the head of a unit; where several owners
/// may vote for it, one must be named.
///
/// # Errors
/// `not_found`; `sitting_state_conflict` for a cancelled one; `wrong_state`, `too_early`, `too_late`;
/// `not_on_roll` for a unit or an owner without this head; `not_representative` where the co-owners
/// named somebody else; `proxy_state_conflict`, `proxy_expired` for a power that does not stand;
/// `already_exists` where the head is present.
pub fn sign_in(
    tx: &mut WriteTx<'_>,
    vote: &Vote,
    (id, unit_code, comer): (SittingId, &str, Comer),
) -> Outcome<AttendanceView> {
    let (now, person) = (tx.legal_now(), Person::of(tx)?);
    let sitting = get_sitting(tx.conn(), vote, id)?;
    if sitting.cancelled_at.is_some() {
        return Err(cancelled());
    }
    decide(vote.row.state, Command::SignIn, &vote.facts(now)?)?;
    may_sign_in((sitting.starts_at, sitting.ends_at), now)?;
    let unit = rolls::find_roll_unit(tx.conn(), vote.row.id, unit_code)?;
    let head_id = unit
        .and_then(|unit| unit.head_id)
        .ok_or_else(|| Refusal::new(Code::NotOnRoll).with("unit_code", unit_code))?;
    let (owner_id, proxy_id) = who_came(tx.conn(), vote, (head_id, comer), now)?;
    let here = sittings::list_attendances(tx.conn(), id)?;
    if here.iter().any(|row| row.head_id == head_id && row.is_present()) {
        let detail = "the head is present · 该业主已签到";
        return Err(Refusal::new(Code::AlreadyExists).detail(detail));
    }
    let row = AttendanceRow {
        id: AttendanceId::new(),
        sitting_id: id,
        head_id,
        owner_id,
        signed_in_at: now,
        recorded_by: person.id,
        recorder_name: person.name,
        left_at: None,
        left_name: None,
        voided_at: None,
        voided_name: None,
        void_reason: None,
        proxy_id,
    };
    sittings::insert_attendance(tx.conn(), &row)?;
    let after = json!({ "sitting": id, "head": head_id, "owner": owner_id, "proxy": proxy_id });
    tx.audit("sitting.signed_in", ("attendance", row.id), (None, Some(&after)));
    view(tx.conn(), row)
}

/// The owner who may vote for the head, and the power by which an agent came in his place.
fn who_came(
    conn: &mut Conn,
    vote: &Vote,
    (head_id, comer): (HeadId, Comer),
    now: UtcTime,
) -> Outcome<(OwnerId, Option<ProxyId>)> {
    let owners = rolls::list_head_owners(conn, vote.row.id)?;
    let of_head: Vec<_> = owners.into_iter().filter(|row| row.head_id == head_id).collect();
    let (owner_id, proxy_id) = match comer {
        Comer::OnlyVoter => return Ok((only_voter(&of_head)?, None)),
        Comer::Owner(id) => (id, None),
        Comer::Agent(id) => (principal(conn, vote, (head_id, id), now)?, Some(id)),
    };
    let known = of_head.iter().find(|row| row.owner_id == owner_id);
    let known = known.ok_or_else(|| Refusal::new(Code::NotOnRoll))?;
    if known.may_cast {
        return Ok((owner_id, proxy_id));
    }
    Err(Refusal::new(Code::NotRepresentative))
}

fn only_voter(of_head: &[HeadOwnerRow]) -> Outcome<OwnerId> {
    let voters: Vec<OwnerId> =
        of_head.iter().filter(|row| row.may_cast).map(|row| row.owner_id).collect();
    match voters.as_slice() {
        [only] => Ok(*only),
        _ => {
            let ids: Vec<String> = voters.iter().map(OwnerId::to_string).collect();
            let detail = "several owners may vote for it: who came? · 多名业主可表决，请指明";
            Err(Refusal::field(Code::InvalidField, "/owner_id", detail).with("owner_ids", ids))
        }
    }
}

/// Who gave the power of this head by which an agent came.
fn principal(
    conn: &mut Conn,
    vote: &Vote,
    (head_id, id): (HeadId, ProxyId),
    now: UtcTime,
) -> Outcome<OwnerId> {
    let found = proxies::find_proxy(conn, vote.row.id, id)?.filter(|row| row.head_id == head_id);
    let proxy = found.ok_or_else(|| {
        let detail = "no power for this head · 不是本户的委托";
        Refusal::field(Code::InvalidField, "/proxy_id", detail)
    })?;
    if proxy.state() != ProxyState::Confirmed {
        return Err(Refusal::new(Code::ProxyStateConflict).with("state", proxy.state().as_str()));
    }
    if proxy.valid_until <= now {
        return Err(Refusal::new(Code::ProxyExpired));
    }
    Ok(proxy.principal_id)
}

/// How an attendance ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttendanceEnd {
    /// The owner left.
    Left,
    /// It was recorded by mistake, with what the mistake was.
    Mistake(String),
}

/// Ends an attendance: the owner left, or never was there.
///
/// # Errors
/// `not_found`; `wrong_state`, `too_late` after the close; `sitting_state_conflict` for one that was
/// voided, or for leaving twice.
pub fn end_attendance(
    tx: &mut WriteTx<'_>,
    vote: &Vote,
    (sitting_id, id, end): (SittingId, AttendanceId, &AttendanceEnd),
) -> Outcome<AttendanceView> {
    let (now, name) = (tx.legal_now(), tx.actor().name.clone());
    decide(vote.row.state, Command::SignIn, &vote.facts(now)?)?;
    get_sitting(tx.conn(), vote, sitting_id)?;
    let row = get_attendance(tx.conn(), sitting_id, id)?;
    let conflict = |detail| Err(Refusal::new(Code::SittingStateConflict).detail(detail));
    if row.voided_at.is_some() {
        return conflict("voided already · 已更正");
    }
    let object = ("attendance", id);
    match end {
        AttendanceEnd::Left if row.left_at.is_some() => return conflict("left already · 已签退"),
        AttendanceEnd::Left => {
            sittings::set_left(tx.conn(), id, (&name, now))?;
            tx.audit("sitting.signed_out", object, (None, None));
        }
        AttendanceEnd::Mistake(reason) => {
            sittings::set_voided(tx.conn(), id, (&name, reason, now))?;
            let after = json!({ "reason": reason });
            tx.audit("sitting.sign_in_voided", object, (None, Some(&after)));
        }
    }
    let row = get_attendance(tx.conn(), sitting_id, id)?;
    view(tx.conn(), row)
}

fn get_attendance(
    conn: &mut Conn,
    sitting_id: SittingId,
    id: AttendanceId,
) -> Outcome<AttendanceRow> {
    let found = sittings::find_attendance(conn, sitting_id, id)?;
    found.ok_or_else(|| Refusal::new(Code::NotFound))
}

fn view(conn: &mut Conn, row: AttendanceRow) -> Outcome<AttendanceView> {
    let found = views(conn, vec![row])?.pop();
    found.ok_or_else(|| Refusal::new(Code::NotFound))
}

fn views(conn: &mut Conn, rows: Vec<AttendanceRow>) -> Outcome<Vec<AttendanceView>> {
    let heads: Vec<HeadId> = rows.iter().map(|row| row.head_id).collect();
    let units = units_of(conn, &heads)?;
    let powers: Vec<ProxyId> = rows.iter().filter_map(|row| row.proxy_id).collect();
    let agents = proxies::list_agent_names(conn, &powers)?;
    let agents: HashMap<ProxyId, String> = agents.into_iter().collect();
    let view = |row: AttendanceRow| AttendanceView {
        agent: row.proxy_id.and_then(|id| agents.get(&id).cloned()),
        attendance_id: row.id,
        head_id: row.head_id,
        units: units.get(&row.head_id).cloned().unwrap_or_default(),
        owner_id: row.owner_id,
        signed_in_at: row.signed_in_at,
        recorded_by: row.recorder_name,
        left_at: row.left_at,
        voided_at: row.voided_at,
        void_reason: row.void_reason,
    };
    Ok(rows.into_iter().map(view).collect())
}

/// Who came to a sitting, in the order of their coming; those who left and mistakes, too.
///
/// # Errors
/// `not_found`.
pub fn list_attendances(
    conn: &mut Conn,
    vote: &Vote,
    id: SittingId,
) -> Outcome<Vec<AttendanceView>> {
    get_sitting(conn, vote, id)?;
    let rows = sittings::list_attendances(conn, id)?;
    views(conn, rows)
}
