//! What the register asks of votes before communities merge or split.

use std::collections::HashSet;

use crate::kernel::{CommunityId, CompositeId, LocalDate, Outcome};
use crate::platform::db::Conn;
use crate::registry::{BoundaryGuard, VoteInTheWay};
use crate::voting::model::VoteState;
use crate::voting::store::{composites, votes};

/// The register's question, answered by the votes.
#[derive(Debug, Clone, Copy)]
pub struct RunningVotes;

impl BoundaryGuard for RunningVotes {
    fn votes_in_the_way(
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

    fn is_approved(
        &self,
        conn: &mut Conn,
        id: CompositeId,
        communities: &[CommunityId],
    ) -> Outcome<bool> {
        let approved = composites::find_authority(conn, id)?.is_some_and(|kept| kept.approved);
        let places = composites::list_places(conn, id)?;
        let of_decision: HashSet<_> = places.into_iter().map(|place| place.community_id).collect();
        Ok(approved && of_decision == communities.iter().copied().collect())
    }
}
