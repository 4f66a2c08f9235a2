//! What the register asks of votes before communities merge or split; the application puts it together with
//! what other slices answer.

use std::collections::HashSet;

use super::composite_views::CompositeView;
use crate::kernel::{BuildingId, CommunityId, CompositeId, LocalDate, Outcome};
use crate::platform::{auth::Reach, db::Conn};
use crate::registry::VoteInTheWay;
use crate::voting::model::{PlaceRow, VoteScope, VoteState};
use crate::voting::store::{composites, votes};

/// The register's questions of votes.
#[derive(Debug, Clone, Copy)]
pub struct RunningVotes;

impl RunningVotes {
    /// The votes in the way, as [`crate::registry::BoundaryGuard`] asks.
    ///
    /// # Errors
    /// Of the database.
    pub fn votes_in_the_way(
        &self,
        conn: &mut Conn,
        communities: &[CommunityId],
        day: LocalDate,
    ) -> Outcome<Vec<VoteInTheWay>> {
        let found = votes::list_in_the_way(conn, communities, day)?;
        let vote = |(id, title, state): (_, _, VoteState)| VoteInTheWay {
            id,
            title,
            state: state.to_string(),
        };
        Ok(found.into_iter().map(vote).collect())
    }

    /// Whether that composite decision is approved, as [`crate::registry::BoundaryGuard`] asks.
    ///
    /// # Errors
    /// Of the database.
    pub fn is_approved(
        &self,
        conn: &mut Conn,
        id: CompositeId,
        communities: &[(CommunityId, HashSet<BuildingId>)],
    ) -> Outcome<bool> {
        if composites::find_composite(conn, id)?.is_none() {
            return Ok(false);
        }
        let view = CompositeView::load(conn, id, &Reach::everything())?;
        let approved = view.authority.as_ref().is_some_and(|kept| kept.approved);
        let each = view.composite()?.parts.iter().any(|part| part.each);
        let places: Vec<&PlaceRow> = view.places.iter().map(|(place, _)| place).collect();
        let is_named =
            |place: &&PlaceRow| communities.iter().any(|(c, _)| *c == place.community_id);
        let has_all = |(community, buildings): &(CommunityId, HashSet<BuildingId>)| {
            let of = places.iter().filter(|place| place.community_id == *community);
            let whole = of.clone().any(|place| place.kind() == VoteScope::Community);
            let named: HashSet<BuildingId> = of
                .filter(|place| place.kind() == VoteScope::Building)
                .filter_map(|place| place.building_id)
                .collect();
            whole || buildings.is_subset(&named)
        };
        Ok(approved && each && places.iter().all(is_named) && communities.iter().all(has_all))
    }
}
