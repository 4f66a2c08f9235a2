//! What a decision rests on: the consultation within the reach, its households, what is on record.

use std::collections::HashMap;

use crate::consultation::{
    model::{ConsultationRow, CorrectionRow, EntryRow, StanceRow},
    rules::standing::Entry,
    store::{consultations, stances},
};
use crate::kernel::{
    Code, CommunityId, ConsultationId, LocalDate, Outcome, OwnerId, ProposalState, Refusal,
    StanceId, UnitId, UtcTime,
};
use crate::platform::{
    auth::{Place, Reach},
    db::Conn,
};
use crate::registry::{
    RegisterScope, ScopeUnit, UnitUse, find_scope_place, list_owned_units, list_scope_units,
};

/// Where a consultation lies.
pub fn place_of(row: &ConsultationRow) -> Place {
    Place {
        division_code: row.division_code.clone(),
        community_id: Some(row.community_id),
        building_id: None,
    }
}

/// A consultation within the reach of staff.
///
/// # Errors
/// `not_found`.
pub fn get_consultation(
    conn: &mut Conn,
    id: ConsultationId,
    reach: &Reach,
) -> Outcome<ConsultationRow> {
    let found = consultations::find_consultation(conn, id)?;
    found.filter(|row| reach.covers(&place_of(row))).ok_or_else(|| Refusal::new(Code::NotFound))
}

/// A consultation that staff reaches, or an owner of the community.
///
/// # Errors
/// `not_found`.
pub fn get_for_anyone(
    conn: &mut Conn,
    (id, today): (ConsultationId, LocalDate),
    reach: &Reach,
) -> Outcome<ConsultationRow> {
    let found = consultations::find_consultation(conn, id)?;
    let row = found.ok_or_else(|| Refusal::new(Code::NotFound))?;
    if reach.covers(&place_of(&row)) {
        return Ok(row);
    }
    let own = own_communities(conn, reach, today)?;
    if own.contains(&row.community_id) { Ok(row) } else { Err(Refusal::new(Code::NotFound)) }
}

/// The communities in which the owner who asks owns something today.
///
/// # Errors
/// Of the database.
pub fn own_communities(
    conn: &mut Conn,
    reach: &Reach,
    today: LocalDate,
) -> Outcome<Vec<CommunityId>> {
    let Some(owner_id) = reach.owner_id() else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for (_, unit) in list_owned_units(conn, &[owner_id], today)? {
        let place = find_scope_place(conn, &RegisterScope::Units(vec![unit]))?;
        found.extend(place.map(|place| place.community_id));
    }
    Ok(found)
}

/// The day whose register counts: that of the end, today before.
pub fn day_of(row: &ConsultationRow, now: UtcTime) -> LocalDate {
    row.concluded_at.unwrap_or(now).local_date()
}

/// The households 户 of a part of the register: its dwellings, by building and number.
///
/// # Errors
/// Of the database.
pub fn households(
    conn: &mut Conn,
    scope: &RegisterScope,
    day: LocalDate,
) -> Outcome<Vec<ScopeUnit>> {
    let units = list_scope_units(conn, scope, day)?;
    Ok(units.into_iter().filter(|unit| unit.unit_use == UnitUse::Residential).collect())
}

/// Everything on record of a consultation, with its corrections. Reports ask so; a write asks
/// [`entries_of`], lest it wait for every other one.
///
/// # Errors
/// Of the database.
pub fn entries(conn: &mut Conn, id: ConsultationId) -> Outcome<Vec<Entry>> {
    let corrections = stances::list_corrections(conn, id, None)?;
    Ok(corrected_by(corrections, stances::list_entries(conn, id)?))
}

/// What is on record of some households, with its corrections.
///
/// # Errors
/// Of the database.
pub fn entries_of(conn: &mut Conn, id: ConsultationId, units: &[UnitId]) -> Outcome<Vec<Entry>> {
    let rows = stances::list_entries_of(conn, id, units)?;
    let ids: Vec<StanceId> = rows.iter().map(|row| row.id).collect();
    Ok(corrected_by(stances::list_corrections_of(conn, &ids)?, rows))
}

fn corrected_by(corrections: Vec<CorrectionRow>, rows: Vec<EntryRow>) -> Vec<Entry> {
    let mut corrected = HashMap::new();
    for row in corrections {
        if row.state == ProposalState::Confirmed {
            corrected.insert(row.stance_id, (row.settled_at, row.stance));
        }
    }
    let entry = |row: EntryRow| Entry {
        id: row.id,
        unit_id: row.unit_id,
        round: row.round,
        said_at: row.said_at,
        stance: row.stance,
        reason: row.reason,
        clash: row.clash,
        corrected: corrected.get(&row.id).map(|(_, stance)| *stance),
        recorded_by: row.recorded_by,
    };
    rows.into_iter().map(entry).collect()
}

/// A stance of a consultation.
///
/// # Errors
/// `not_found`.
pub fn get_stance(
    conn: &mut Conn,
    (consultation, id): (&ConsultationRow, StanceId),
) -> Outcome<StanceRow> {
    let found = stances::find_stance(conn, (consultation.id, id))?;
    found.ok_or_else(|| Refusal::new(Code::NotFound))
}

/// Whether a unit belongs to a community.
///
/// # Errors
/// Of the database.
pub fn is_within(conn: &mut Conn, id: CommunityId, unit: UnitId) -> Outcome<bool> {
    let place = find_scope_place(conn, &RegisterScope::Units(vec![unit]))?;
    Ok(place.is_some_and(|place| place.community_id == id))
}

/// The household for which an owner speaks: the named one, or the only one.
///
/// # Errors
/// `not_found` for whoever owns no household there; `invalid_field` where several are the owner's and
/// none is named.
pub fn own_household(
    conn: &mut Conn,
    (owner_id, community_id): (OwnerId, CommunityId),
    (unit_id, day): (Option<UnitId>, LocalDate),
) -> Outcome<UnitId> {
    let mut owned = Vec::new();
    for (_, unit) in list_owned_units(conn, &[owner_id], day)? {
        if is_within(conn, community_id, unit)? {
            owned.push(unit);
        }
    }
    let units = households(conn, &RegisterScope::Units(owned), day)?;
    let own: Vec<UnitId> = units.iter().map(|unit| unit.id).collect();
    match (own.as_slice(), unit_id) {
        (own, Some(unit_id)) if own.contains(&unit_id) => Ok(unit_id),
        ([only], None) => Ok(*only),
        ([_, _, ..], None) => {
            let detail = "several households are yours: name one · 名下有多户，请指明";
            Err(Refusal::field(Code::InvalidField, "/unit_id", detail))
        }
        _ => Err(Refusal::new(Code::NotFound)),
    }
}
