//! What renovation plans answer where money is given to their items: neither slice knows the other.

use crate::{
    funding::{CatalogueItem, PlanLine, PlanLines, Planned},
    kernel::{Outcome, ProjectId},
    platform::db::Conn,
    renovation::{PlannedItem, PlannedProject, Stage, content_items, find_planned, list_planned},
};

/// The plans of this server.
#[derive(Debug, Clone, Copy)]
pub struct Plans;

impl PlanLines for Plans {
    fn catalogue(&self) -> Vec<CatalogueItem> {
        let item = |item: &crate::renovation::ContentItem| CatalogueItem {
            code: item.code.clone(),
            class: item.class.to_string(),
        };
        content_items().iter().map(item).collect()
    }

    fn find(&self, conn: &mut Conn, id: ProjectId) -> Outcome<Option<Planned>> {
        Ok(find_planned(conn, id)?.map(planned))
    }

    fn list(
        &self,
        conn: &mut Conn,
        division: &str,
        place: (Option<ProjectId>, i64),
    ) -> Outcome<Vec<Planned>> {
        Ok(list_planned(conn, division, place)?.into_iter().map(planned).collect())
    }
}

fn planned(project: PlannedProject) -> Planned {
    Planned {
        id: project.id,
        community_id: project.community_id,
        division_code: project.division_code,
        name: project.name,
        is_ended: matches!(project.stage, Stage::Withdrawn | Stage::Substituted),
        is_in_programme: matches!(
            project.stage,
            Stage::InProgramme
                | Stage::Building
                | Stage::Accepted
                | Stage::InWarranty
                | Stage::Maintained
        ),
        lines: project.items.map(|items| items.into_iter().map(line).collect()),
    }
}

fn line(planned: PlannedItem) -> PlanLine {
    PlanLine {
        key: planned.key,
        code: planned.item.code,
        class: planned.item.class.to_string(),
        name: planned.item.zh,
        cost: planned.cost,
    }
}
