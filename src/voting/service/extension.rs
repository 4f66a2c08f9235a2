//! An extension 延期 needs two people: one proposes the later close, another confirms it, both before
//! the close and within the pack's limit. A proposal by itself has no effect and may be withdrawn.

use serde_json::json;

use super::{
    draft::set_vote,
    facts::Vote,
    log,
    steps::{Step, take_step},
};
use crate::ballot_log::{self as leaf, Leaf};
use crate::kernel::{Code, ExtensionId, Outcome, Refusal, UtcTime};
use crate::platform::{
    db::{Conn, WriteTx},
    two_people::{Person, must_be_another},
};
use crate::voting::{
    model::{Command, ExtensionRow, VoteChange, VoteState},
    rules::state::{Decision, Facts, decide},
    store::extensions,
};

/// The proposal that waits for its second signature, while the vote can still be extended.
///
/// # Errors
/// Of the database.
pub fn open_extension(conn: &mut Conn, vote: &Vote) -> Outcome<Option<ExtensionRow>> {
    if !matches!(vote.row.state, VoteState::Open | VoteState::Extended) {
        return Ok(None);
    }
    Ok(extensions::find_open_extension(conn, vote.row.id)?)
}

fn decide_extension(vote: &Vote, now: UtcTime, closes_at: UtcTime) -> Outcome<Decision> {
    let facts = Facts { extend_to: Some(closes_at), ..vote.facts(now)? };
    decide(vote.row.state, Command::Extend, &facts)
}

/// Proposes a later close.
///
/// # Errors
/// `too_late` after the close or beyond the pack's number of extensions; `not_ready` beyond its
/// days; `already_exists` while another proposal waits.
pub fn propose_extension(
    tx: &mut WriteTx<'_>,
    vote: &Vote,
    (closes_at, reason): (UtcTime, String),
) -> Outcome<()> {
    let (id, now) = (vote.row.id, tx.legal_now());
    decide_extension(vote, now, closes_at)?;
    if extensions::find_open_extension(tx.conn(), id)?.is_some() {
        let detail = "another proposal waits: confirm or withdraw it";
        return Err(Refusal::new(Code::AlreadyExists).detail(detail));
    }
    let person = Person::of(tx)?;
    set_vote(tx, &vote.row, &VoteChange::default())?;
    let row = ExtensionRow {
        id: ExtensionId::new(),
        vote_id: id,
        closes_at,
        reason,
        proposed_by: person.id,
        proposed_name: person.name,
        proposed_at: now,
        confirmed_by: None,
        confirmed_name: None,
        confirmed_at: None,
        withdrawn_name: None,
        withdrawn_at: None,
    };
    extensions::insert_extension(tx.conn(), &row)?;
    let after = json!({ "closes_at": closes_at, "reason": row.reason });
    tx.emit("vote.extension_proposed", id, &after);
    tx.audit("vote.extension_proposed", ("vote", id), (None, Some(&after)));
    Ok(())
}

/// Confirms the proposal and moves the close; `closes_at` is what the second person read.
///
/// # Errors
/// `not_found` where nothing waits; `stale_version` where it proposes another close; `same_clerk`
/// for whoever proposed it; as [`propose_extension`].
pub fn confirm_extension(tx: &mut WriteTx<'_>, vote: &Vote, closes_at: UtcTime) -> Outcome<()> {
    let now = tx.legal_now();
    let row = find(tx, vote)?;
    if row.closes_at != closes_at {
        let proposed = row.closes_at.to_string();
        return Err(Refusal::new(Code::StaleVersion).with("closes_at", proposed));
    }
    let decision = decide_extension(vote, now, closes_at)?;
    let person = Person::of(tx)?;
    must_be_another(row.proposed_by, &person)?;
    let by = vec![row.proposed_by.to_string(), person.id.to_string()];
    let (at, until) = (now.micros(), closes_at.micros());
    let leaf = leaf::Extend { at, closes_at: until, reason: row.reason.clone(), by };
    log::append(tx, vote.row.id, vec![Leaf::Extend(leaf).into()])?;
    extensions::set_extension_confirmed(tx.conn(), row.id, (person.id, &person.name, now))?;
    let change = VoteChange {
        closes_at: Some(closes_at),
        extensions: Some(vote.row.extensions + 1),
        ..VoteChange::default()
    };
    let step = Step { command: Command::Extend, decision, reason: Some(row.reason) };
    take_step(tx, vote, step, change)
}

/// Withdraws the proposal.
///
/// # Errors
/// `not_found` where nothing waits.
pub fn withdraw_extension(tx: &mut WriteTx<'_>, vote: &Vote) -> Outcome<()> {
    let (now, name) = (tx.legal_now(), tx.actor().name.clone());
    let row = find(tx, vote)?;
    set_vote(tx, &vote.row, &VoteChange::default())?;
    extensions::set_extension_withdrawn(tx.conn(), row.id, (&name, now))?;
    tx.emit("vote.extension_withdrawn", vote.row.id, &json!({ "closes_at": row.closes_at }));
    tx.audit("vote.extension_withdrawn", ("vote", vote.row.id), (None, None));
    Ok(())
}

fn find(tx: &mut WriteTx<'_>, vote: &Vote) -> Outcome<ExtensionRow> {
    let found = extensions::find_open_extension(tx.conn(), vote.row.id)?;
    found.ok_or_else(|| Refusal::new(Code::NotFound).detail("no extension is proposed"))
}
