//! The board of a community: how far each entrance is. Public: states and counts, no name, no unit.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use crate::elevator::{
    model::{CaseRow, CaseState, SignatureState},
    store::{agreements, cases, objections},
};
use crate::kernel::{Code, CommunityId, ElevatorCaseId, EntranceId, Outcome, Refusal};
use crate::platform::db::Conn;
use crate::registry::{find_place_of_community, list_entrance_places};

/// An entrance on the board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct BoardEntrance {
    /// The entrance.
    pub entrance_id: EntranceId,
    /// Its building.
    pub building: String,
    /// Its name.
    pub entrance: String,
    /// The state of its case; nothing where nobody asked.
    pub state: Option<CaseState>,
    /// Requests.
    pub requests: usize,
    /// Units that must sign the newest plan.
    pub signatories: usize,
    /// Those that did.
    pub signed: usize,
    /// Open objections.
    pub objections_open: usize,
}

/// A community's board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Board {
    /// The community.
    pub community_id: CommunityId,
    /// How many entrances are in each state; `none` where nobody asked.
    pub counts: BTreeMap<String, usize>,
    /// Each entrance, by building and name.
    pub entrances: Vec<BoardEntrance>,
}

/// The board of a community.
///
/// # Errors
/// `not_found`.
pub fn board(conn: &mut Conn, community_id: CommunityId) -> Outcome<Board> {
    find_place_of_community(conn, community_id)?.ok_or_else(|| Refusal::new(Code::NotFound))?;
    let places = list_entrance_places(conn, community_id)?;
    let ids: Vec<_> = places.iter().map(|place| place.id).collect();
    let standing = cases::list_standing_cases(conn, &ids)?;
    let progress = progress_of(conn, &standing)?;
    let mut counts = BTreeMap::new();
    let mut entrances = Vec::new();
    for place in places {
        let case = standing.iter().find(|case| case.entrance_id == place.id);
        let state = case.map(|case| case.state);
        *counts.entry(state.map_or("none", CaseState::as_str).to_owned()).or_default() += 1;
        let progress = case.and_then(|case| progress.get(&case.id)).copied().unwrap_or_default();
        entrances.push(BoardEntrance {
            entrance_id: place.id,
            building: place.building,
            entrance: place.name,
            state,
            requests: progress.requests,
            signatories: progress.signatories,
            signed: progress.signed,
            objections_open: progress.objections,
        });
    }
    Ok(Board { community_id, counts, entrances })
}

#[derive(Debug, Clone, Copy, Default)]
struct Progress {
    requests: usize,
    signatories: usize,
    signed: usize,
    objections: usize,
}

/// The numbers of many cases, with one query each.
fn progress_of(
    conn: &mut Conn,
    standing: &[CaseRow],
) -> Outcome<HashMap<ElevatorCaseId, Progress>> {
    let ids: Vec<ElevatorCaseId> = standing.iter().map(|case| case.id).collect();
    let mut found: HashMap<ElevatorCaseId, Progress> = HashMap::new();
    for request in cases::list_requests(conn, &ids)? {
        found.entry(request.case_id).or_default().requests += 1;
    }
    for id in objections::list_open(conn, &ids)? {
        found.entry(id).or_default().objections += 1;
    }
    // The newest plan of each case comes last.
    let newest: HashMap<_, _> = agreements::list_plans(conn, &ids)?.into_iter().collect();
    let case_of: HashMap<_, _> = newest.iter().map(|(case, plan)| (*plan, *case)).collect();
    let plans: Vec<_> = case_of.keys().copied().collect();
    for share in agreements::list_shares(conn, &plans)?.iter().filter(|share| share.must_sign()) {
        if let Some(case) = case_of.get(&share.plan_id) {
            found.entry(*case).or_default().signatories += 1;
        }
    }
    for signature in agreements::list_signatures(conn, &plans)? {
        if let Some(case) = case_of.get(&signature.plan_id)
            && signature.state == SignatureState::Valid
        {
            found.entry(*case).or_default().signed += 1;
        }
    }
    Ok(found)
}
