//! Who decides: the community, a part of it, or a named set of its units.

use super::facts::Vote;
use crate::kernel::{Code, Outcome, Refusal};
use crate::platform::{auth::Reach, db::Conn};
use crate::registry::{RegisterScope, find_scope_place, list_building_names};
use crate::voting::model::{NewVote, PartOfCommunity, UnitSet, VoteScope};

/// The part of the register that is to decide: one place, several buildings or a set of units.
fn named_scope(new: &NewVote) -> Outcome<RegisterScope> {
    let part = &new.part;
    let ways = [
        part.building_id.is_some() || part.entrance_id.is_some(),
        !part.building_ids.is_empty(),
        part.unit_set.is_some(),
    ];
    let refuse = |pointer, detail| Err(Refusal::field(Code::InvalidField, pointer, detail));
    if ways.into_iter().filter(|way| *way).count() > 1 {
        let detail =
            "one building or entrance, several buildings, or a set of units: not two of them";
        return refuse("/building_ids", detail);
    }
    if part.building_ids.len() == 1 {
        return refuse("/building_ids", "one building is named by building_id");
    }
    if let Some(set) = &part.unit_set {
        return Ok(RegisterScope::Units(set.unit_ids.iter().copied().collect()));
    }
    if !part.building_ids.is_empty() {
        return Ok(RegisterScope::Buildings(part.building_ids.iter().copied().collect()));
    }
    Ok(match (part.entrance_id, part.building_id) {
        (Some(id), _) => RegisterScope::Entrance(id),
        (None, Some(id)) => RegisterScope::Building(id),
        (None, None) => RegisterScope::Community(new.community_id),
    })
}

/// The same part of the community as another vote's.
#[must_use]
pub fn same_part(vote: &Vote) -> PartOfCommunity {
    let name = vote.row.scope_name.clone().unwrap_or_default();
    let mut part = PartOfCommunity {
        building_id: vote.row.building_id,
        entrance_id: vote.row.entrance_id,
        ..PartOfCommunity::default()
    };
    match &vote.scope {
        RegisterScope::Buildings(ids) => part.building_ids = ids.iter().copied().collect(),
        RegisterScope::Units(ids) => {
            part.unit_set = Some(UnitSet { name, unit_ids: ids.iter().copied().collect() });
        }
        RegisterScope::Community(_) | RegisterScope::Building(_) | RegisterScope::Entrance(_) => {}
    }
    part
}

/// What several buildings or a set of units are called together.
///
/// # Errors
/// Of the database.
pub(super) fn name_scope(
    conn: &mut Conn,
    (new, scope): (&NewVote, &RegisterScope),
) -> Outcome<Option<String>> {
    match scope {
        RegisterScope::Buildings(ids) => Ok(Some(list_building_names(conn, ids)?.join("、"))),
        RegisterScope::Units(_) => Ok(new.part.unit_set.as_ref().map(|set| set.name.clone())),
        RegisterScope::Community(_) | RegisterScope::Building(_) | RegisterScope::Entrance(_) => {
            Ok(None)
        }
    }
}

/// The part of the register that is to decide, within the reach.
///
/// # Errors
/// `not_found` outside the reach, or where it does not hang together; `invalid_field` with the pointer
/// for two ways of naming it.
pub(super) fn check_scope(conn: &mut Conn, reach: &Reach, new: &NewVote) -> Outcome<RegisterScope> {
    let scope = named_scope(new)?;
    let place = find_scope_place(conn, &scope)?
        .filter(|place| place.community_id == new.community_id)
        .filter(|place| new.part.building_id.is_none() || place.building_id == new.part.building_id)
        .ok_or_else(|| Refusal::new(Code::NotFound))?;
    if reach.covers(&place.into()) { Ok(scope) } else { Err(Refusal::new(Code::NotFound)) }
}

/// Which kind of scope it is: a pack may give a matter to one kind only.
pub(super) const fn scope_kind(scope: &RegisterScope) -> VoteScope {
    match scope {
        RegisterScope::Community(_) => VoteScope::Community,
        RegisterScope::Building(_) => VoteScope::Building,
        RegisterScope::Entrance(_) => VoteScope::Entrance,
        RegisterScope::Buildings(_) => VoteScope::Buildings,
        RegisterScope::Units(_) => VoteScope::Units,
    }
}
