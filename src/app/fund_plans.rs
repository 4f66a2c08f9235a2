//! What renovation plans answer where the repair fund pays for one of their items: neither slice knows the
//! other.

use crate::{
    fund::{PlanItemFacts, PlanItems},
    kernel::{Outcome, ProjectId},
    platform::db::Conn,
    renovation::{Stage, find_planned},
};

/// The plans of this server.
#[derive(Debug, Clone, Copy)]
pub struct FundPlans;

/// Whether a project has come so far that its owners decided on the plan.
fn is_decided(stage: Stage) -> bool {
    match stage {
        Stage::Approved
        | Stage::InLibrary
        | Stage::InProgramme
        | Stage::Building
        | Stage::Accepted
        | Stage::InWarranty
        | Stage::Maintained => true,
        Stage::Applied
        | Stage::Surveyed
        | Stage::Consented
        | Stage::Designed
        | Stage::Reviewed
        | Stage::Suspended
        | Stage::Withdrawn
        | Stage::Substituted => false,
    }
}

impl PlanItems for FundPlans {
    fn find_item(
        &self,
        conn: &mut Conn,
        (project_id, key): (ProjectId, &str),
    ) -> Outcome<Option<PlanItemFacts>> {
        let Some(project) = find_planned(conn, project_id)? else { return Ok(None) };
        let items = project.items.unwrap_or_default();
        let found = items.into_iter().find(|planned| planned.key == key);
        Ok(found.map(|planned| PlanItemFacts {
            community_id: project.community_id,
            title: planned.item.zh,
            cost: planned.cost,
            is_decided: is_decided(project.stage),
        }))
    }
}
