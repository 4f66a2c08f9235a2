//! What the register asks before communities merge or split, answered by everything that stands above it:
//! votes, surveys, consultations, renovation projects.

use std::collections::HashSet;

use crate::{
    consultation,
    kernel::{BuildingId, CommunityId, CompositeId, LocalDate, Outcome, ReferenceId},
    platform::db::Conn,
    registry::{BoundaryGuard, VoteInTheWay, WorkInTheWay, WorkKind},
    renovation, survey,
    voting::RunningVotes,
};

/// Everything that is under way on this server.
#[derive(Debug, Clone, Copy)]
pub struct UnderWay;

impl BoundaryGuard for UnderWay {
    fn votes_in_the_way(
        &self,
        conn: &mut Conn,
        communities: &[CommunityId],
        day: LocalDate,
    ) -> Outcome<Vec<VoteInTheWay>> {
        RunningVotes.votes_in_the_way(conn, communities, day)
    }

    fn works_in_the_way(
        &self,
        conn: &mut Conn,
        communities: &[CommunityId],
    ) -> Outcome<Vec<WorkInTheWay>> {
        let mut found = Vec::new();
        let mut add = |kind, id: uuid::Uuid, title| {
            found.push(WorkInTheWay { kind, id: ReferenceId::from_uuid(id), title });
        };
        for (id, title) in survey::list_open(conn, communities)? {
            add(WorkKind::Survey, id.uuid(), title);
        }
        for (id, title) in consultation::list_running(conn, communities)? {
            add(WorkKind::Consultation, id.uuid(), title);
        }
        for (id, name) in renovation::list_unfinished(conn, communities)? {
            add(WorkKind::Project, id.uuid(), name);
        }
        Ok(found)
    }

    fn is_approved(
        &self,
        conn: &mut Conn,
        id: CompositeId,
        communities: &[(CommunityId, HashSet<BuildingId>)],
    ) -> Outcome<bool> {
        RunningVotes.is_approved(conn, id, communities)
    }
}
