//! Pledges 承诺 of households: given, taken back, fulfilled with a proof.

use std::collections::HashSet;

use serde::Serialize;
use serde_json::json;

use super::facts::{households, own_household};
use crate::consultation::{
    model::{NewPledge, PledgeCount, PledgeKind, PledgeRow, PledgeState},
    rules::cases::{check_pledge, count_pledges},
    store::pledges,
};
use crate::kernel::{
    Code, CommunityId, LocalDate, Outcome, OwnerId, PledgeId, Refusal, UnitId, UtcTime,
};
use crate::platform::{
    auth::Reach,
    db::{Conn, WriteTx},
    two_people::Person,
};
use crate::registry::{RegisterScope, UnitUse, find_place_of_community, list_unit_uses};

/// What stands for a pledge that an owner gives here.
const ONLINE: &str = "本人在线确认 · confirmed online by the owner";

/// A change of a pledge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct PledgeView {
    /// What is promised.
    pub kind: PledgeKind,
    /// Where it stands from then.
    pub state: PledgeState,
    /// The paper's number, the receipt's, the photo's.
    pub proof: String,
    /// Whether an owner of the household did it here.
    pub by_owner: bool,
    /// Who recorded it.
    pub recorded_by: String,
    /// When (legal time).
    pub recorded_at: UtcTime,
}

/// The pledges of a household.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct HouseholdPledges {
    /// The household's unit.
    pub unit_id: UnitId,
    /// Every change, in order; the last of a kind holds.
    pub history: Vec<PledgeView>,
}

/// The pledges of a community in numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct CommunityPledges {
    /// How many households there are.
    pub households: usize,
    /// One line a kind.
    pub kinds: Vec<PledgeCount>,
}

fn history(conn: &mut Conn, unit_id: UnitId) -> Outcome<HouseholdPledges> {
    let view = |row: PledgeRow| PledgeView {
        kind: row.kind,
        state: row.state,
        proof: row.proof,
        by_owner: row.owner_id.is_some(),
        recorded_by: row.recorder_name,
        recorded_at: row.recorded_at,
    };
    let rows = pledges::list_of_unit(conn, unit_id)?;
    Ok(HouseholdPledges { unit_id, history: rows.into_iter().map(view).collect() })
}

/// The household, and the owner where it is the own one.
fn whose(
    conn: &mut Conn,
    (reach, community_id): (&Reach, CommunityId),
    (unit_id, day): (Option<UnitId>, LocalDate),
) -> Outcome<(UnitId, Option<OwnerId>)> {
    let place = find_place_of_community(conn, community_id)?;
    let place = place.ok_or_else(|| Refusal::new(Code::NotFound))?;
    if !reach.covers(&place) {
        let owner_id = reach.owner_id().ok_or_else(|| Refusal::new(Code::NotFound))?;
        let unit_id = own_household(conn, (owner_id, community_id), (unit_id, day))?;
        return Ok((unit_id, Some(owner_id)));
    }
    let Some(unit_id) = unit_id else {
        let detail = "whose? · 须指明住户";
        return Err(Refusal::field(Code::InvalidField, "/unit_id", detail));
    };
    let known = households(conn, &RegisterScope::Community(community_id), day)?;
    if known.iter().all(|unit| unit.id != unit_id) {
        let detail = "no dwelling of this community · 不是本小区住宅";
        return Err(Refusal::field(Code::NotAHousehold, "/unit_id", detail));
    }
    Ok((unit_id, None))
}

/// Records a change of a pledge: an owner gives and withdraws for the own household; staff records what
/// is on paper, and alone says that it is fulfilled.
///
/// # Errors
/// `not_found`; `not_a_household`; `invalid_field` without a proof of staff; `forbidden` for an owner
/// who calls it fulfilled; `pledge_state_conflict`.
pub fn record(
    tx: &mut WriteTx<'_>,
    (reach, community_id): (&Reach, CommunityId),
    new: &NewPledge,
) -> Outcome<HouseholdPledges> {
    let now = tx.legal_now();
    let day = now.local_date();
    let (unit_id, owner_id) = whose(tx.conn(), (reach, community_id), (new.unit_id, day))?;
    if owner_id.is_some() && new.state == PledgeState::Fulfilled {
        let detail = "the desk says that it is fulfilled · 履行情况由工作人员登记";
        return Err(Refusal::new(Code::Forbidden).detail(detail));
    }
    let proof = match (&new.proof, owner_id) {
        (Some(proof), _) => proof.clone(),
        (None, Some(_)) => ONLINE.to_owned(),
        (None, None) => {
            let detail = "the number of the paper, receipt or photo · 须填写凭证编号";
            return Err(Refusal::field(Code::InvalidField, "/proof", detail));
        }
    };
    let rows = pledges::list_of_unit(tx.conn(), unit_id)?;
    let last = rows.iter().rfind(|row| row.kind == new.kind).map(|row| row.state);
    check_pledge(last, new.state)?;
    let person = Person::of(tx)?;
    let row = PledgeRow {
        id: PledgeId::new(),
        community_id,
        unit_id,
        kind: new.kind,
        state: new.state,
        proof,
        owner_id,
        recorded_by: person.id,
        recorder_name: person.name,
        recorded_at: now,
    };
    pledges::insert_pledge(tx.conn(), &row)?;
    let after = json!({ "kind": row.kind, "state": row.state, "proof": row.proof });
    tx.emit("pledge.recorded", unit_id, &json!({ "kind": row.kind, "state": row.state }));
    tx.audit("pledge.recorded", ("unit", unit_id), (None, Some(&after)));
    history(tx.conn(), unit_id)
}

/// The pledges of a household, for staff and its owners.
///
/// # Errors
/// `not_found`; `not_a_household`.
pub fn of_household(
    conn: &mut Conn,
    (reach, community_id): (&Reach, CommunityId),
    (unit_id, day): (UnitId, LocalDate),
) -> Outcome<HouseholdPledges> {
    whose(conn, (reach, community_id), (Some(unit_id), day))?;
    history(conn, unit_id)
}

/// The pledges of a community in numbers, for staff.
///
/// # Errors
/// `not_found`.
pub fn of_community(
    conn: &mut Conn,
    (reach, community_id): (&Reach, CommunityId),
    day: LocalDate,
) -> Outcome<CommunityPledges> {
    let place = find_place_of_community(conn, community_id)?;
    place.filter(|place| reach.covers(place)).ok_or_else(|| Refusal::new(Code::NotFound))?;
    let households = households(conn, &RegisterScope::Community(community_id), day)?.len();
    let states = pledges::list_states(conn, community_id)?;
    Ok(CommunityPledges { households, kinds: count_pledges(states.into_iter()) })
}

/// Households of a community whose pledges of all these kinds stand, given or fulfilled, of all its
/// households of that day.
///
/// # Errors
/// Of the database.
pub fn pledged_households(
    conn: &mut Conn,
    (community_id, kinds): (CommunityId, &[PledgeKind]),
    day: LocalDate,
) -> Outcome<(u64, u64)> {
    let units = list_unit_uses(conn, &RegisterScope::Community(community_id), day)?;
    let homes: HashSet<UnitId> = units
        .into_iter()
        .filter(|(_, unit_use)| *unit_use == UnitUse::Residential)
        .map(|(id, _)| id)
        .collect();
    let pledged = pledges::list_pledged(conn, community_id, kinds)?;
    let pledged = pledged.iter().filter(|id| homes.contains(*id)).count();
    Ok((u64::try_from(pledged).unwrap_or(u64::MAX), u64::try_from(homes.len()).unwrap_or(u64::MAX)))
}
