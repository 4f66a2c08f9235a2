//! Casting by a proxy: which powers the casters of a batch hold, and what such a ballot says. Items that
//! the power does not cover are invalid on it: the head takes no part in them by it, and the owner may
//! still vote on them on paper.

use std::collections::{BTreeMap, HashMap};

use crate::kernel::{Code, HeadId, ItemId, Outcome, OwnerId, Refusal, VoteId};
use crate::platform::db::Conn;
use crate::voting::{
    model::{Cast, Choice, ItemRow, ProxyRow},
    store::proxies,
};

/// Why an item that the power does not cover is invalid.
pub(super) const NOT_COVERED: &str = "not_covered";

/// The powers of some agents in some votes, by head and agent.
pub(super) type Held = HashMap<(HeadId, OwnerId), ProxyRow>;

/// Loads them.
///
/// # Errors
/// Of the database.
pub(super) fn load(conn: &mut Conn, votes: &[VoteId], agents: &[OwnerId]) -> Outcome<Held> {
    let rows = proxies::list_held(conn, votes, agents)?.into_iter();
    Ok(rows.filter_map(|row| Some(((row.head_id, row.agent_id?), row))).collect())
}

/// What the ballot says on every item: as [`super::cast`] reads it on those that the power covers.
///
/// # Errors
/// `proxy_expired`; `proxy_not_covered` with the pointer for a choice beyond the power.
pub(super) fn limit(
    proxy: &ProxyRow,
    (cast, items): (&Cast, &[ItemRow]),
    choices: Vec<(ItemId, Choice)>,
) -> Outcome<Vec<(ItemId, Choice)>> {
    if proxy.valid_until <= cast.admitted_at {
        return Err(Refusal::new(Code::ProxyExpired));
    }
    let positions: BTreeMap<ItemId, i32> =
        items.iter().map(|item| (item.id, item.position)).collect();
    let is_covered = |id: &ItemId| positions.get(id).is_some_and(|at| proxy.covers(*at));
    if let Some(index) = cast.choices.iter().position(|(item_id, _)| !is_covered(item_id)) {
        let pointer = format!("/choices/{index}/item_id");
        let detail = "not within the power";
        return Err(Refusal::field(Code::ProxyNotCovered, &pointer, detail));
    }
    let said = |(id, choice)| (id, if is_covered(&id) { choice } else { Choice::Invalid });
    Ok(choices.into_iter().map(said).collect())
}
