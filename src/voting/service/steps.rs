//! The steps of a vote, from the frozen roll to the confirmed result. Each loads its facts, asks
//! the state machine, and leaves a row: from, to, command, actor, time, reason.

use chrono::TimeDelta;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{
    agenda::Agenda,
    certificate,
    count::rulings_uncounted,
    draft::set_vote,
    extension::open_extension,
    facts::{Vote, find_vote},
    log, recheck, roll,
};
use crate::kernel::{Code, LocalDate, Outcome, Refusal, TransitionId, UtcTime, VoteId, hex};
use crate::platform::{
    db::{Conn, WriteTx},
    tlog::LogSigner,
};
use crate::registry::{find_community_beginning, require_standing_community};
pub use crate::voting::rules::state::Readiness;
use crate::voting::{
    model::{Command, ObjectionSubject, SilentRule, TransitionRow, VoteChange, VoteState},
    rules::{
        count::Weight,
        state::{Decision, Facts, decide, readiness},
    },
    store::{disputes, objections, rolls, sheets, votes},
};

/// How long after its end a vote is closed by itself: ballots that were admitted in time are committed
/// by then, since a write that takes longer is given up.
const CLOSE_GRACE: TimeDelta = TimeDelta::seconds(10);

/// Loads what every step may rest on beside the vote's own row.
pub(super) fn add_facts<'a>(conn: &mut Conn, vote: &Vote, facts: Facts<'a>) -> Outcome<Facts<'a>> {
    let id = vote.row.id;
    let items = votes::list_items(conn, id)?.len();
    let number = |count: i64| u64::try_from(count).unwrap_or(0);
    Ok(Facts {
        items: u64::try_from(items).unwrap_or(u64::MAX),
        sheets_unsettled: number(sheets::count_unsettled(conn, id)?),
        sheets_unaccounted: number(sheets::count_unaccounted(conn, id)?),
        sheets_unchecked: recheck::count_unchecked(conn, vote)?,
        roll_objections_open: number(objections::count_open(conn, id, ObjectionSubject::Roll)?),
        disputes_open: number(disputes::count_open(conn, id)?),
        rulings_uncounted: rulings_uncounted(conn, id)?,
        result_objections_open: number(objections::count_open(conn, id, ObjectionSubject::Result)?),
        ..facts
    })
}

/// What keeps the vote from its next step, with clauses and the earliest lawful date.
///
/// # Errors
/// `calendar_missing` where a date can't be computed.
pub fn readiness_of(conn: &mut Conn, vote: &Vote, legal_now: UtcTime) -> Outcome<Readiness> {
    let mut facts = add_facts(conn, vote, vote.facts(legal_now)?)?;
    if vote.row.state == VoteState::Draft {
        let preview = roll::preview(conn, vote, legal_now.local_date())?;
        add_preview(&mut facts, &preview);
    }
    facts.extend_to = open_extension(conn, vote)?.map(|proposal| proposal.closes_at);
    readiness(vote.row.state, &facts)
}

/// The roll that freezing would give, or how many faults forbid it.
fn add_preview(facts: &mut Facts<'_>, preview: &roll::Preview) {
    match &preview.roll {
        Ok(roll) => facts.roll = weight(roll.area.0, roll.heads.len()),
        Err(problems) => facts.roll_faults = u64::try_from(problems.len()).unwrap_or(u64::MAX),
    }
}

fn name_units(refusal: Refusal, preview: &roll::Preview) -> Refusal {
    match refusal.code() {
        Code::RollIncomplete => refusal.with("units", preview.faults()),
        _ => refusal,
    }
}

fn weight(area: i64, heads: usize) -> Weight {
    Weight {
        area: u64::try_from(area).unwrap_or(0),
        heads: u64::try_from(heads).unwrap_or(u64::MAX),
    }
}

/// Freezes the roll as the register stood on the record date (today where none is given).
///
/// # Errors
/// `roll_incomplete` with every unit that lacks an area, its source or an owner; `empty_scope`;
/// `invalid_field` for a record date in the future, or before a merger or split made the community;
/// `community_ended`.
pub fn freeze_roll(tx: &mut WriteTx<'_>, vote: &Vote, record_on: Option<LocalDate>) -> Outcome<()> {
    let today = tx.legal_now().local_date();
    let record_on = record_on.unwrap_or(today);
    if record_on > today {
        let detail = format!("{record_on} lies after today, {today}");
        return Err(Refusal::field(Code::InvalidField, "/record_on", detail));
    }
    require_standing_community(tx.conn(), vote.row.community_id)?;
    if let Some(began) = find_community_beginning(tx.conn(), vote.row.community_id)?
        && record_on < began
    {
        let detail = format!("小区自 {began} 起成立 (the community exists from {began} on)");
        return Err(Refusal::field(Code::InvalidField, "/record_on", detail));
    }
    let now = tx.legal_now();
    let mut facts = add_facts(tx.conn(), vote, vote.facts(now)?)?;
    let preview = roll::preview(tx.conn(), vote, record_on)?;
    add_preview(&mut facts, &preview);
    let decision = decide(vote.row.state, Command::FreezeRoll, &facts)
        .map_err(|refusal| name_units(refusal, &preview))?;
    let frozen = preview.into_rows(vote.row.id)?;
    rolls::insert_roll(tx.conn(), &frozen.heads, &frozen.owners, &frozen.units)?;
    let heads = i64::try_from(frozen.heads.len()).map_err(Refusal::internal)?;
    let change = VoteChange {
        record_on: Some(Some(record_on)),
        roll_area: Some(Some(frozen.area)),
        roll_heads: Some(Some(heads)),
        ..VoteChange::default()
    };
    take_step(tx, vote, Step { command: Command::FreezeRoll, decision, reason: None }, change)
}

/// Gives the frozen roll up: back to the draft.
///
/// # Errors
/// `wrong_state` after the notice.
pub fn unfreeze_roll(tx: &mut WriteTx<'_>, vote: &Vote) -> Outcome<()> {
    let now = tx.legal_now();
    let decision = decide(vote.row.state, Command::UnfreezeRoll, &vote.facts(now)?)?;
    rolls::delete_roll(tx.conn(), vote.row.id)?;
    let change = VoteChange {
        record_on: Some(None),
        roll_area: Some(None),
        roll_heads: Some(None),
        ..VoteChange::default()
    };
    take_step(tx, vote, Step { command: Command::UnfreezeRoll, decision, reason: None }, change)
}

/// Gives notice: announces the window, locks agenda and materials under one digest, and begins the
/// public log with them and the roll.
///
/// # Errors
/// `too_early` where the opening does not leave the notice its days; `not_ready` for a window that
/// the pack does not allow.
pub fn give_notice(
    tx: &mut WriteTx<'_>,
    (vote, signer): (&Vote, &LogSigner),
    (opens_at, closes_at): (UtcTime, UtcTime),
) -> Outcome<()> {
    let now = tx.legal_now();
    let mut facts = add_facts(tx.conn(), vote, vote.facts(now)?)?;
    (facts.opens_at, facts.closes_at) = (Some(opens_at), Some(closes_at));
    let decision = decide(vote.row.state, Command::GiveNotice, &facts)?;
    let agenda = agenda_digest(tx.conn(), vote)?;
    log::begin(tx, (vote, signer), (opens_at, closes_at), &agenda)?;
    let change = VoteChange {
        noticed_at: Some(now),
        opens_at: Some(opens_at),
        closes_at: Some(closes_at),
        agenda_digest: Some(agenda),
        ..VoteChange::default()
    };
    take_step(tx, vote, Step { command: Command::GiveNotice, decision, reason: None }, change)
}

/// SHA-256 over what was announced: title, items, questions, materials, rule pack, and which count is
/// relied on where a clause on silence is in force.
fn agenda_digest(conn: &mut Conn, vote: &Vote) -> Outcome<String> {
    let agenda = Agenda::load(conn, vote.row.id)?;
    let items: Vec<_> = agenda
        .items
        .iter()
        .map(|item| json!([item.position, item.title, item.description, item.matter, item.class]))
        .collect();
    let questions: Vec<_> = agenda
        .questions
        .iter()
        .map(|row| {
            json!([
                row.position,
                row.title,
                row.description,
                row.kind,
                row.choose_at_most,
                row.seats,
                agenda.positions(row.id).collect::<Vec<_>>()
            ])
        })
        .collect();
    let materials: Vec<_> = votes::list_materials(conn, vote.row.id)?
        .into_iter()
        .map(|material| json!([material.file_name, material.digest]))
        .collect();
    let mut agenda = json!({ "title": vote.row.title, "description": vote.row.description,
        "items": items, "materials": materials, "rule_pack": vote.pack.digest()? });
    if vote.pack.switches.silent_rule.value != SilentRule::None
        && let Some(agenda) = agenda.as_object_mut()
    {
        agenda.insert("reliance".to_owned(), json!(vote.row.reliance));
    }
    if !questions.is_empty()
        && let Some(agenda) = agenda.as_object_mut()
    {
        agenda.insert("questions".to_owned(), questions.into());
    }
    Ok(hex::encode(&Sha256::digest(agenda.to_string().as_bytes())))
}

/// Opens the vote at the announced time.
///
/// # Errors
/// `too_early` before the notice has had its days; `not_ready` with unanswered roll objections.
pub fn open(tx: &mut WriteTx<'_>, vote: &Vote) -> Outcome<()> {
    simple_step(tx, vote, Command::Open, None)
}

/// Closes the vote at the announced time.
///
/// # Errors
/// `too_early` before it.
pub fn close(tx: &mut WriteTx<'_>, vote: &Vote) -> Outcome<()> {
    let change = VoteChange { closed_at: Some(tx.legal_now()), ..VoteChange::default() };
    simple_step(tx, vote, Command::Close, Some(change))
}

/// Publishes the preliminary result; the objection window begins.
///
/// # Errors
/// `not_ready` where a ruling came after the count; `calendar_missing` where its end can't be
/// computed.
pub fn publish(tx: &mut WriteTx<'_>, vote: &Vote) -> Outcome<()> {
    let now = tx.legal_now();
    let facts = add_facts(tx.conn(), vote, vote.facts(now)?)?;
    let decision = decide(vote.row.state, Command::Publish, &facts)?;
    let change = VoteChange {
        published_at: Some(Some(now)),
        objections_until: Some(decision.deadline),
        ..VoteChange::default()
    };
    take_step(tx, vote, Step { command: Command::Publish, decision, reason: None }, change)
}

/// Confirms the result after the objection window: it is final, and certified.
///
/// # Errors
/// `too_early` within the window; `not_ready` with unanswered objections, open disputes of ballots, or
/// a ruling that came after the count.
pub fn confirm(tx: &mut WriteTx<'_>, vote: &Vote) -> Outcome<()> {
    let now = tx.legal_now();
    let facts = add_facts(tx.conn(), vote, vote.facts(now)?)?;
    let decision = decide(vote.row.state, Command::Confirm, &facts)?;
    let certificate = certificate::issue(tx, vote)?;
    let change = VoteChange {
        confirmed_at: Some(now),
        certificate: Some(certificate),
        ..VoteChange::default()
    };
    take_step(tx, vote, Step { command: Command::Confirm, decision, reason: None }, change)
}

/// Ends the vote without a result; the reason is published.
///
/// # Errors
/// `wrong_state` once confirmed.
pub fn void(tx: &mut WriteTx<'_>, vote: &Vote, reason: String) -> Outcome<()> {
    let now = tx.legal_now();
    let decision = decide(vote.row.state, Command::Void, &vote.facts(now)?)?;
    let step = Step { command: Command::Void, decision, reason: Some(reason) };
    take_step(tx, vote, step, VoteChange::default())
}

/// The votes that are due to open or to close; asked by the ticker every second.
///
/// # Errors
/// Of the database.
pub fn list_due(conn: &mut Conn, legal_now: UtcTime) -> Outcome<Vec<VoteId>> {
    // What came in before the close may still wait for its commit: it is taken first.
    let close_due = legal_now.plus(-CLOSE_GRACE);
    Ok(votes::list_due_votes(conn, (legal_now, close_due))?)
}

/// Opens or closes a vote that is due. Each vote has a transaction of its own: where one can't be
/// moved, nothing of its step stays, and the others go on.
///
/// # Errors
/// `not_ready` and the other refusals of the step; of the database.
pub fn take_due_step(tx: &mut WriteTx<'_>, id: VoteId) -> Outcome<()> {
    let vote = find_vote(tx.conn(), id)?;
    match vote.row.state {
        VoteState::Noticed => open(tx, &vote),
        _ => close(tx, &vote),
    }
}

fn simple_step(
    tx: &mut WriteTx<'_>,
    vote: &Vote,
    command: Command,
    change: Option<VoteChange>,
) -> Outcome<()> {
    let now = tx.legal_now();
    let facts = add_facts(tx.conn(), vote, vote.facts(now)?)?;
    let decision = decide(vote.row.state, command, &facts)?;
    take_step(tx, vote, Step { command, decision, reason: None }, change.unwrap_or_default())
}

/// A step that was decided.
pub(super) struct Step {
    pub command: Command,
    pub decision: Decision,
    pub reason: Option<String>,
}

/// Writes a decided step: the row, the transition, the event, the audit.
pub(super) fn take_step(
    tx: &mut WriteTx<'_>,
    vote: &Vote,
    step: Step,
    change: VoteChange,
) -> Outcome<()> {
    let (id, to) = (vote.row.id, step.decision.to);
    set_vote(tx, &vote.row, &VoteChange { state: Some(to), ..change })?;
    let row = TransitionRow {
        id: TransitionId::new(),
        vote_id: id,
        from_state: vote.row.state,
        to_state: to,
        command: step.command,
        actor_name: tx.actor().name.clone(),
        at: tx.now(),
        legal_at: tx.legal_now(),
        reason: step.reason,
    };
    votes::insert_transition(tx.conn(), &row)?;
    log::note_step(tx, vote, to)?;
    let payload = json!({ "vote_id": id, "from": vote.row.state, "to": to,
        "deadline": step.decision.deadline });
    tx.emit(&format!("vote.{}", step.command), id, &payload);
    let (before, after) = (json!({ "state": vote.row.state }), json!({ "state": to }));
    tx.audit(&format!("vote.{}", step.command), ("vote", id), (Some(&before), Some(&after)));
    Ok(())
}
