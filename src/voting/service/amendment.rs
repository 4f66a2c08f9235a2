//! The amendment of a frozen roll 名册更正: between the notice and the opening, after the register was
//! corrected, one person proposes the units to be taken anew, another confirms the difference. Each
//! changed unit is a leaf of the vote's log.
//!
//! The law is silent on whether a corrected total begins the notice anew. It does not here: the
//! announced window stays, the amendment is posted beside the notice and told by an event. Who thinks
//! otherwise voids the vote and gives notice again.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    amended_roll::{Plan, plan},
    amended_rows::Written,
    draft::set_vote,
    facts::Vote,
    log::{self, Entry},
    steps::{Step, take_step},
};
use crate::ballot_log::{self as leaf, Leaf, Opening, Openings};
use crate::kernel::{
    Area, Code, ObjectionId, Outcome, ProposalState, Refusal, RollAmendmentId, UnitId, UtcTime,
};
use crate::platform::{
    db::{Conn, WriteTx},
    two_people::{Person, must_be_another, must_wait},
};
use crate::voting::{
    model::{
        AmendmentRow, Command, NewAmendment, ObjectionSubject, RollDifference, Totals, VoteChange,
    },
    rules::state::decide,
    store::{amendments, objections},
};

/// An amendment, for those who work on the vote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AmendmentView {
    /// The amendment.
    pub amendment_id: RollAmendmentId,
    /// Where it stands.
    pub state: ProposalState,
    /// The objection that was right.
    pub objection_id: Option<ObjectionId>,
    /// Why.
    pub reason: String,
    /// What it changes.
    pub difference: RollDifference,
    /// Who proposed it: somebody else confirms.
    pub proposed_by: String,
    /// When (legal time).
    pub proposed_at: UtcTime,
    /// Who confirmed it.
    pub confirmed_by: Option<String>,
    /// When (legal time).
    pub confirmed_at: Option<UtcTime>,
    /// Who withdrew it.
    pub withdrawn_by: Option<String>,
    /// When (legal time).
    pub withdrawn_at: Option<UtcTime>,
}

fn view(row: AmendmentRow) -> Outcome<AmendmentView> {
    Ok(AmendmentView {
        amendment_id: row.id,
        state: row.state(),
        objection_id: row.objection_id,
        difference: serde_json::from_str(&row.difference).map_err(Refusal::internal)?,
        reason: row.reason,
        proposed_by: row.proposed_name,
        proposed_at: row.proposed_at,
        confirmed_by: row.confirmed_name,
        confirmed_at: row.confirmed_at,
        withdrawn_by: row.withdrawn_name,
        withdrawn_at: row.withdrawn_at,
    })
}

/// The amendments of a vote, in the order of their proposal.
///
/// # Errors
/// Of the database.
pub fn list_amendments(conn: &mut Conn, vote: &Vote) -> Outcome<Vec<AmendmentView>> {
    amendments::list_amendments(conn, vote.row.id)?.into_iter().map(view).collect()
}

/// Proposes to take units anew from the register, as of the record date.
///
/// # Errors
/// `wrong_state` and `too_late` outside of the time between notice and opening; `already_exists`
/// while another proposal waits; `invalid_field` for an objection that is not to this roll or was not
/// right; what the difference is refused for (`nothing_differs`, `roll_incomplete` and so on).
pub fn propose_amendment(
    tx: &mut WriteTx<'_>,
    vote: &Vote,
    new: &NewAmendment,
) -> Outcome<AmendmentView> {
    let (id, now) = (vote.row.id, tx.legal_now());
    decide(vote.row.state, Command::AmendRoll, &vote.facts(now)?)?;
    let known = amendments::list_amendments(tx.conn(), id)?;
    if known.iter().any(|row| row.state() == ProposalState::Proposed) {
        let detail = "another proposal waits: confirm or withdraw it";
        return Err(Refusal::new(Code::AlreadyExists).detail(detail));
    }
    check_objection(tx, vote, new.objection_id)?;
    let plan = plan(tx.conn(), vote, &new.units)?;
    let person = Person::of(tx)?;
    set_vote(tx, &vote.row, &VoteChange::default())?;
    let row = AmendmentRow {
        id: RollAmendmentId::new(),
        vote_id: id,
        objection_id: new.objection_id,
        reason: new.reason.clone(),
        difference: serde_json::to_string(&plan.difference).map_err(Refusal::internal)?,
        proposed_by: person.id,
        proposed_name: person.name,
        proposed_at: now,
        confirmed_by: None,
        confirmed_name: None,
        confirmed_at: None,
        withdrawn_name: None,
        withdrawn_at: None,
    };
    amendments::insert_amendment(tx.conn(), &row)?;
    let after = json!({ "amendment_id": row.id, "units": plan.difference.units.len() });
    tx.emit("vote.amendment_proposed", id, &after);
    tx.audit("vote.amendment_proposed", ("vote", id), (None, Some(&after)));
    view(row)
}

fn check_objection(
    tx: &mut WriteTx<'_>,
    vote: &Vote,
    objection_id: Option<ObjectionId>,
) -> Outcome<()> {
    let Some(id) = objection_id else { return Ok(()) };
    let found = objections::find_objection(tx.conn(), vote.row.id, id)?;
    let is_right =
        found.is_some_and(|row| row.subject == ObjectionSubject::Roll && row.upheld == Some(true));
    if is_right {
        return Ok(());
    }
    let detail = "not an objection to this roll that was found right";
    Err(Refusal::field(Code::InvalidField, "/objection_id", detail))
}

/// Confirms a proposal: the roll's rows change, and each changed unit becomes a leaf.
///
/// # Errors
/// `not_found`; `amendment_settled` for one that was confirmed or withdrawn; `same_clerk` for whoever
/// proposed it; `amendment_stale` with the difference as it would be now; as [`propose_amendment`].
pub fn confirm_amendment(
    tx: &mut WriteTx<'_>,
    (vote, id): (&Vote, RollAmendmentId),
) -> Outcome<AmendmentView> {
    let now = tx.legal_now();
    let decision = decide(vote.row.state, Command::AmendRoll, &vote.facts(now)?)?;
    let row = find_open(tx, vote, id)?;
    let person = Person::of(tx)?;
    must_be_another(row.proposed_by, &person)?;
    let seen: RollDifference = serde_json::from_str(&row.difference).map_err(Refusal::internal)?;
    let units: Vec<UnitId> = seen.units.iter().map(|unit| unit.unit_id).collect();
    let plan = current(tx.conn(), (vote, &units), &seen)?;
    let by = vec![row.proposed_by.to_string(), person.id.to_string()];
    let written = plan.write(tx, vote)?;
    let entry = |unit: &Written| entry(unit, &row, (now, &by));
    let entries = written.iter().map(entry).collect::<Outcome<_>>()?;
    log::append(tx, vote.row.id, entries)?;
    amendments::set_amendment_confirmed(tx.conn(), id, (person.id, &person.name, now))?;
    let Totals { area, heads } = plan.difference.after;
    let change = VoteChange {
        roll_area: Some(Some(area)),
        roll_heads: Some(Some(i64::try_from(heads).map_err(Refusal::internal)?)),
        ..VoteChange::default()
    };
    let step = Step { command: Command::AmendRoll, decision, reason: Some(row.reason.clone()) };
    take_step(tx, vote, step, change)?;
    let (confirmed_by, confirmed_name) = (Some(person.id), Some(person.name));
    view(AmendmentRow { confirmed_by, confirmed_name, confirmed_at: Some(now), ..row })
}

/// The amendment, if it still is the one that was proposed.
fn current(
    conn: &mut Conn,
    (vote, units): (&Vote, &[UnitId]),
    seen: &RollDifference,
) -> Outcome<Plan> {
    let stale = || Refusal::new(Code::AmendmentStale);
    let plan = plan(conn, vote, units).map_err(|refusal| match refusal.code() {
        Code::NothingDiffers => stale().detail("nothing differs any more"),
        _ => refusal,
    })?;
    if plan.difference == *seen {
        return Ok(plan);
    }
    let now = serde_json::to_value(&plan.difference).map_err(Refusal::internal)?;
    Err(stale().with("difference", now))
}

/// Withdraws a proposal.
///
/// # Errors
/// `not_found`; `amendment_settled` for one that was confirmed or withdrawn.
pub fn withdraw_amendment(
    tx: &mut WriteTx<'_>,
    (vote, id): (&Vote, RollAmendmentId),
) -> Outcome<AmendmentView> {
    let (now, name) = (tx.legal_now(), tx.actor().name.clone());
    let row = find_open(tx, vote, id)?;
    set_vote(tx, &vote.row, &VoteChange::default())?;
    amendments::set_amendment_withdrawn(tx.conn(), id, (&name, now))?;
    tx.emit("vote.amendment_withdrawn", vote.row.id, &json!({ "amendment_id": id }));
    tx.audit("vote.amendment_withdrawn", ("vote", vote.row.id), (None, None));
    view(AmendmentRow { withdrawn_name: Some(name), withdrawn_at: Some(now), ..row })
}

fn find_open(tx: &mut WriteTx<'_>, vote: &Vote, id: RollAmendmentId) -> Outcome<AmendmentRow> {
    let found = amendments::find_amendment(tx.conn(), vote.row.id, id)?;
    let row = found.ok_or_else(|| Refusal::new(Code::NotFound))?;
    must_wait(row.state(), Code::AmendmentSettled)?;
    Ok(row)
}

fn entry(unit: &Written, row: &AmendmentRow, (now, by): (UtcTime, &[String])) -> Outcome<Entry> {
    let opening = unit.owners.as_ref().map(Opening::new).transpose()?;
    let unsigned = |area: Area| u64::try_from(area.0).map_err(Refusal::internal);
    let head = unit.place.map(|place| u64::try_from(place.head)).transpose();
    let leaf = leaf::RollAmend {
        at: now.micros(),
        unit: unit.code.clone(),
        building: unit.building.clone(),
        head: head.map_err(Refusal::internal)?,
        area: unit.place.map_or(Ok(0), |place| unsigned(place.area))?,
        delivered: unit.place.is_some_and(|place| place.is_delivered),
        owners: opening.as_ref().map(Opening::commitment),
        reason: row.reason.clone(),
        objection: row.objection_id.map(|id| id.to_string()),
        by: by.to_vec(),
    };
    let openings = Openings { owners: opening, ..Openings::default() };
    Ok(Entry { leaf: Leaf::RollAmend(leaf), openings })
}

/// A confirmed amendment as it is posted: what and when, no names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct AmendmentLine {
    /// When it was made (legal time).
    pub at: UtcTime,
    /// Why.
    pub reason: String,
    /// The roll's totals before.
    pub before: Totals,
    /// The roll's totals after.
    pub after: Totals,
    /// The units.
    pub units: Vec<AmendedUnit>,
}

/// A unit of a posted amendment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct AmendedUnit {
    /// Its building.
    pub building: String,
    /// Its number.
    pub code: String,
    /// Its area before; none where it was added.
    pub area_before: Option<Area>,
    /// Its area after; none where it was struck.
    pub area_after: Option<Area>,
    /// Whether it belongs to another head than before.
    pub other_head: bool,
    /// Whether other people than before may cast for its head.
    pub other_voters: bool,
}

/// The confirmed amendments of a vote, as they are posted.
///
/// # Errors
/// Of the database.
pub fn posted_amendments(conn: &mut Conn, vote: &Vote) -> Outcome<Vec<AmendmentLine>> {
    let lines = list_amendments(conn, vote)?.into_iter().filter_map(|amendment| {
        let AmendmentView { reason, difference, confirmed_at, .. } = amendment;
        let RollDifference { before, after, units } = difference;
        let units = units.into_iter().map(|unit| AmendedUnit {
            building: unit.building,
            code: unit.code,
            other_head: unit.before.as_ref().map(|place| place.head)
                != unit.after.as_ref().map(|place| place.head),
            other_voters: unit.before.as_ref().map(|place| &place.voters)
                != unit.after.as_ref().map(|place| &place.voters),
            area_before: unit.before.map(|place| place.area),
            area_after: unit.after.map(|place| place.area),
        });
        Some(AmendmentLine { at: confirmed_at?, reason, before, after, units: units.collect() })
    });
    Ok(lines.collect())
}
