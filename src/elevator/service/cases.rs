//! A case from the request to its end: request, answer, votes, reserve, reopen, withdraw.

use super::{
    facts::{due_at, keep, record, unit_of},
    views::{CaseSummary, CaseView, case_view},
};
use crate::elevator::{
    model::{CaseCommand, CaseFilter, CaseRow, CaseState, NewRequest, RequestRow},
    rules::state::next_state,
    store::cases,
};
use crate::kernel::{
    Code, ElevatorCaseId, ElevatorRequestId, Outcome, Page, PageQuery, Refusal, UtcTime, VoteId,
};
use crate::platform::{
    auth::{Place, Reach},
    db::{Conn, WriteTx},
};
use crate::registry::{
    RegisterScope, ScopeUnit, find_scope_place, list_entrances_of_owner, list_scope_units,
};
use crate::voting::find_outcome;

/// A household asks for an elevator: the request opens the entrance's case, joins the open one, or
/// revives a reserved one with a new due date.
///
/// # Errors
/// `not_found`; `invalid_field`; `already_exists` where the unit asked before;
/// `elevator_state_conflict` where the entrance has its agreement.
pub fn request(tx: &mut WriteTx<'_>, reach: &Reach, new: &NewRequest) -> Outcome<CaseView> {
    let now = tx.legal_now();
    let scope = RegisterScope::Entrance(new.entrance_id);
    let not_found = || Refusal::new(Code::NotFound);
    let found = find_scope_place(tx.conn(), &scope)?.ok_or_else(not_found)?;
    let units = list_scope_units(tx.conn(), &scope, now.local_date())?;
    let building_id = found.building_id.ok_or_else(not_found)?;
    let place = Place {
        division_code: found.division_code,
        community_id: Some(found.community_id),
        building_id: Some(building_id),
    };
    // An account without a place here and without a unit here learns nothing.
    if !reach.covers(&place) && reach.owner_id().is_none() {
        return Err(not_found());
    }
    let (unit, owner_id) = unit_of(&units, (&place, reach), new.unit_code.as_deref())?;
    let row = match cases::find_standing_case(tx.conn(), new.entrance_id)? {
        Some(row) => join(tx, row, unit)?,
        None => {
            let entrance = unit.entrance.as_deref().unwrap_or_default();
            let row = CaseRow {
                id: ElevatorCaseId::new(),
                division_code: place.division_code.clone(),
                community_id: found.community_id,
                building_id,
                entrance_id: new.entrance_id,
                name: format!("{} {} {entrance}", found.community, unit.building),
                state: CaseState::Requested,
                requested_at: now,
                due_at: due_at(now)?,
                answered_at: None,
                answer: None,
                outcome_reason: None,
                agreed_at: None,
                version: 1,
            };
            cases::insert_case(tx.conn(), &row)?;
            record(tx, (None, &row), (CaseCommand::Request, None))?;
            row
        }
    };
    let request = RequestRow {
        id: ElevatorRequestId::new(),
        case_id: row.id,
        unit_id: unit.id,
        unit_code: unit.code.clone(),
        owner_id,
        note: new.note.clone(),
        recorded_by: tx.actor().name.clone(),
        requested_at: now,
    };
    cases::insert_request(tx.conn(), &request)?;
    case_view(tx.conn(), row, (reach, now))
}

/// A further household of an entrance that has a case.
fn join(tx: &mut WriteTx<'_>, before: CaseRow, unit: &ScopeUnit) -> Outcome<CaseRow> {
    let to = next_state(before.state, CaseCommand::Request)?;
    let asked = cases::list_requests(tx.conn(), &[before.id])?;
    let revives = before.state == CaseState::ReservedPit;
    if !revives && asked.iter().any(|request| request.unit_id == unit.id) {
        return Err(Refusal::new(Code::AlreadyExists).with("unit_code", unit.code.as_str()));
    }
    if to == before.state {
        record(tx, (Some(&before), &before), (CaseCommand::Request, None))?;
        return Ok(before);
    }
    let now = tx.legal_now();
    let row = CaseRow {
        requested_at: now,
        due_at: due_at(now)?,
        answered_at: None,
        answer: None,
        outcome_reason: None,
        ..before.clone()
    };
    keep(tx, (&before, row), (CaseCommand::Request, None))
}

/// The committee answers a request and begins.
///
/// # Errors
/// `elevator_state_conflict`, `stale_version`.
pub fn start(
    tx: &mut WriteTx<'_>,
    (before, reach): (&CaseRow, &Reach),
    answer: &str,
) -> Outcome<CaseView> {
    let now = tx.legal_now();
    let row = CaseRow { answered_at: Some(now), answer: Some(answer.to_owned()), ..before.clone() };
    let row = keep(tx, (before, row), (CaseCommand::Start, Some(answer)))?;
    case_view(tx.conn(), row, (reach, now))
}

/// Keeps a pit, takes a reserved case up again, or ends a case; each with its reason.
///
/// # Errors
/// `elevator_state_conflict`, `stale_version`.
pub fn end(
    tx: &mut WriteTx<'_>,
    (before, reach): (&CaseRow, &Reach),
    (command, reason): (CaseCommand, &str),
) -> Outcome<CaseView> {
    let outcome_reason = match command {
        CaseCommand::Reopen => None,
        _ => Some(reason.to_owned()),
    };
    let row = CaseRow { outcome_reason, ..before.clone() };
    let row = keep(tx, (before, row), (command, Some(reason)))?;
    let now = tx.legal_now();
    case_view(tx.conn(), row, (reach, now))
}

/// Names the votes that the agreement rests on: at least one of the entrance or its building; those
/// of the community, or of buildings with this one, beside it (上海: where common parts of the area
/// are used).
///
/// # Errors
/// `elevator_state_conflict`; `invalid_field` for a vote held elsewhere.
pub fn link_votes(
    tx: &mut WriteTx<'_>,
    (before, reach): (&CaseRow, &Reach),
    ids: &[VoteId],
) -> Outcome<CaseView> {
    next_state(before.state, CaseCommand::LinkVotes)?;
    let mut is_near = false;
    let today = find_scope_place(tx.conn(), &RegisterScope::Entrance(before.entrance_id))?;
    let communities = [Some(before.community_id), today.map(|place| place.community_id)];
    for (at, id) in ids.iter().enumerate() {
        let pointer = format!("/vote_ids/{at}");
        let Ok(vote) = find_outcome(tx.conn(), *id) else {
            return Err(Refusal::field(Code::InvalidField, &pointer, "no such vote"));
        };
        let (fits, is_of_staircase) = match &vote.scope {
            // The entrance may belong to another community since.
            RegisterScope::Community(id) => (communities.contains(&Some(*id)), false),
            RegisterScope::Buildings(ids) => (ids.contains(&before.building_id), false),
            RegisterScope::Building(id) => (*id == before.building_id, true),
            RegisterScope::Entrance(id) => (*id == before.entrance_id, true),
            RegisterScope::Units(_) => (false, false),
        };
        if !fits {
            let detail = "the vote was not held among the owners of this entrance";
            return Err(Refusal::field(Code::InvalidField, &pointer, detail));
        }
        is_near |= is_of_staircase;
    }
    if !is_near {
        let detail = "one vote of the entrance or of its building";
        return Err(Refusal::field(Code::InvalidField, "/vote_ids", detail));
    }
    cases::set_votes(tx.conn(), before.id, ids)?;
    let row = keep(tx, (before, before.clone()), (CaseCommand::LinkVotes, None))?;
    let now = tx.legal_now();
    case_view(tx.conn(), row, (reach, now))
}

/// Cases within the reach; an owner's are those of the own entrances.
///
/// # Errors
/// `invalid_cursor`.
pub fn list_cases(
    conn: &mut Conn,
    (reach, now): (&Reach, UtcTime),
    (filter, page): (&CaseFilter, &PageQuery),
) -> Outcome<Page<CaseSummary>> {
    let own = match reach.owner_id() {
        Some(owner_id) => list_entrances_of_owner(conn, owner_id, now.local_date())?,
        None => Vec::new(),
    };
    let filter = CaseFilter { now: Some(now), ..filter.clone() };
    let place = (page.cursor()?, page.fetch());
    let rows = cases::list_cases(conn, (reach, &own), &filter, place)?;
    let page = Page::cut(rows, page.limit(), |row| row.id.to_string());
    Ok(page.map(|row| CaseSummary::of(row, now)))
}
