//! What a decision on a case rests on: the case within the reach, its units, and for whom one acts.

use crate::elevator::{
    model::{CaseCommand, CaseRow, StepRow},
    rules::{agreement::Ground, state::next_state},
    store::{cases, objections},
};
use crate::kernel::{
    Code, ElevatorCaseId, ElevatorStepId, LastDay, Length, LocalDate, Outcome, OwnerId, Period,
    Refusal, UtcTime,
};
use crate::platform::{
    auth::{Place, Reach},
    db::{Conn, WriteTx},
};
use crate::registry::{
    RegisterScope, ScopeUnit, find_scope_place, list_entrances_of_owner, list_scope_units,
};
use crate::voting::{VoteOutcome, find_outcome, work_calendar};

/// 24:00 of the next working day: until then the committee answers a request (上海 2021).
///
/// # Errors
/// `calendar_missing`.
pub fn due_at(requested_at: UtcTime) -> Outcome<UtcTime> {
    let calendar = work_calendar()?;
    let day = Period { length: Length::Days(1), last_day: LastDay::NextWorkingDay };
    day.ends_at(requested_at.local_date(), calendar)
}

/// Where a case lies.
pub fn place_of(row: &CaseRow) -> Place {
    Place {
        division_code: row.division_code.clone(),
        community_id: Some(row.community_id),
        building_id: Some(row.building_id),
    }
}

/// A case within the reach: of staff by place, of an owner by a unit of the entrance.
///
/// # Errors
/// `not_found` for a case that is not there or not within the reach.
pub fn get_case(
    conn: &mut Conn,
    (id, today): (ElevatorCaseId, LocalDate),
    reach: &Reach,
) -> Outcome<CaseRow> {
    let found = cases::find_case(conn, id)?;
    let row = found.ok_or_else(|| Refusal::new(Code::NotFound))?;
    if reach.covers(&place_of(&row)) {
        return Ok(row);
    }
    // Communities merge and split: whoever answers for the entrance today reaches its case.
    let today_at = find_scope_place(conn, &RegisterScope::Entrance(row.entrance_id))?;
    if today_at.is_some_and(|place| reach.covers(&place.into())) {
        return Ok(row);
    }
    let own = match reach.owner_id() {
        Some(owner_id) => list_entrances_of_owner(conn, owner_id, today)?,
        None => Vec::new(),
    };
    if own.contains(&row.entrance_id) { Ok(row) } else { Err(Refusal::new(Code::NotFound)) }
}

/// The units of an entrance on a day, by number.
///
/// # Errors
/// `empty_scope` where there are none.
pub fn units_of(conn: &mut Conn, row: &CaseRow, today: LocalDate) -> Outcome<Vec<ScopeUnit>> {
    let units = list_scope_units(conn, &RegisterScope::Entrance(row.entrance_id), today)?;
    if units.is_empty() { Err(Refusal::new(Code::EmptyScope)) } else { Ok(units) }
}

/// The unit for which somebody acts: staff name it; an owner has it, and names it where there are
/// several. With the owner, where it is the own one.
///
/// # Errors
/// `not_found` for a stranger; `invalid_field` where no unit, or no such unit, is named.
pub fn unit_of<'a>(
    units: &'a [ScopeUnit],
    (place, reach): (&Place, &Reach),
    code: Option<&str>,
) -> Outcome<(&'a ScopeUnit, Option<OwnerId>)> {
    if let Some(code) = code.filter(|_| reach.covers(place)) {
        return Ok((named(units, code)?, None));
    }
    let Some(owner_id) = reach.owner_id() else {
        let detail = "on whose behalf? name a unit";
        return Err(Refusal::field(Code::InvalidField, "/unit_code", detail));
    };
    let own = own_units(units, owner_id);
    match (own.as_slice(), code) {
        ([], _) => Err(Refusal::new(Code::NotFound)),
        ([unit], None) => Ok((unit, Some(owner_id))),
        (_, None) => {
            let detail = "several units are yours: name one";
            Err(Refusal::field(Code::InvalidField, "/unit_code", detail))
        }
        (own, Some(code)) => {
            let found = own.iter().find(|unit| unit.code == code);
            let unit = found.ok_or_else(|| Refusal::new(Code::NotFound))?;
            Ok((unit, Some(owner_id)))
        }
    }
}

/// The units that somebody owns.
pub fn own_units(units: &[ScopeUnit], owner_id: OwnerId) -> Vec<&ScopeUnit> {
    let is_own = |unit: &&ScopeUnit| unit.owners.iter().any(|owner| owner.id == owner_id);
    units.iter().filter(is_own).collect()
}

/// The unit of a number.
///
/// # Errors
/// `invalid_field` where the entrance has none.
pub fn named<'a>(units: &'a [ScopeUnit], code: &str) -> Outcome<&'a ScopeUnit> {
    units.iter().find(|unit| unit.code == code).ok_or_else(|| {
        let detail = format!("{code} is no unit of this entrance");
        Refusal::field(Code::InvalidField, "/unit_code", detail)
    })
}

/// Does a command that changes the case: keeps it, its step, its event and its audit row.
///
/// # Errors
/// `elevator_state_conflict`, `stale_version`.
pub fn keep(
    tx: &mut WriteTx<'_>,
    (before, row): (&CaseRow, CaseRow),
    (command, reason): (CaseCommand, Option<&str>),
) -> Outcome<CaseRow> {
    let row = CaseRow { state: next_state(before.state, command)?, ..row };
    if !cases::set_case(tx.conn(), &row)? {
        return Err(Refusal::new(Code::StaleVersion));
    }
    let row = CaseRow { version: row.version + 1, ..row };
    record(tx, (Some(before), &row), (command, reason))?;
    Ok(row)
}

/// Keeps the step, the event and the audit row of a command.
///
/// # Errors
/// Of the database.
pub fn record(
    tx: &mut WriteTx<'_>,
    (before, row): (Option<&CaseRow>, &CaseRow),
    (command, reason): (CaseCommand, Option<&str>),
) -> Outcome<()> {
    let step = StepRow {
        id: ElevatorStepId::new(),
        case_id: row.id,
        command,
        from_state: before.map(|before| before.state),
        to_state: row.state,
        reason: reason.map(str::to_owned),
        actor_name: tx.actor().name.clone(),
        at: tx.legal_now(),
    };
    cases::insert_step(tx.conn(), &step)?;
    let now = serde_json::json!({ "state": row.state, "reason": reason });
    let was = before.map(|before| serde_json::json!({ "state": before.state }));
    tx.emit(&format!("elevator.{command}"), row.id, &now);
    let action = format!("elevator.{command}");
    tx.audit(&action, ("elevator_case", row.id), (was.as_ref(), Some(&now)));
    Ok(())
}

/// The linked votes with their outcomes.
///
/// # Errors
/// Of the database.
pub fn votes_of(conn: &mut Conn, id: ElevatorCaseId) -> Outcome<Vec<VoteOutcome>> {
    let ids = cases::list_votes(conn, id)?;
    ids.into_iter().map(|vote| find_outcome(conn, vote)).collect()
}

/// What stands behind an agreement now.
///
/// # Errors
/// Of the database.
pub fn ground_of(conn: &mut Conn, id: ElevatorCaseId) -> Outcome<Ground> {
    let votes = votes_of(conn, id)?;
    let missing = votes.iter().filter(|vote| !vote.is_confirmed_and_passed).count();
    let objections = i64::try_from(objections::list_open(conn, &[id])?.len());
    Ok(Ground {
        votes: votes.len(),
        votes_missing: missing,
        objections: objections.map_err(Refusal::internal)?,
    })
}
