//! What projects plan to build, for whoever finds the money: the items of the newest fixed plan.

use std::collections::BTreeMap;

use crate::kernel::{CommunityId, Fen, Outcome, PlanVersionId, ProjectId};
use crate::platform::db::Conn;
use crate::renovation::{
    model::{ContentItem, PlanItemRow, ProjectRow, Stage},
    rules::catalogue,
    store::{planned, projects},
};

/// A project and what it plans.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedProject {
    /// The project.
    pub id: ProjectId,
    /// The community.
    pub community_id: CommunityId,
    /// Where it lies.
    pub division_code: String,
    /// Its name.
    pub name: String,
    /// Where it stands; of a suspended one, where it goes on.
    pub stage: Stage,
    /// The items; `None` where no version of the plan is fixed.
    pub items: Option<Vec<PlannedItem>>,
}

/// An item of a plan, the same in every version: its code and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedItem {
    /// Code, and building or entrance where it has one.
    pub key: String,
    /// What it is.
    pub item: ContentItem,
    /// The estimates of all lines with this code at this place.
    pub cost: Fen,
}

/// The items that a plan may hold.
#[must_use]
pub fn content_items() -> &'static [ContentItem] {
    &catalogue::ITEMS
}

/// A project with its items.
///
/// # Errors
/// Of the database.
pub fn find_planned(conn: &mut Conn, id: ProjectId) -> Outcome<Option<PlannedProject>> {
    let row = projects::find_project(conn, id)?;
    Ok(with_items(conn, row.into_iter().collect())?.pop())
}

/// Projects within a division that were not given up, oldest first, after the cursor.
///
/// # Errors
/// Of the database.
pub fn list_planned(
    conn: &mut Conn,
    division: &str,
    place: (Option<ProjectId>, i64),
) -> Outcome<Vec<PlannedProject>> {
    let rows = planned::list_within(conn, division, place)?;
    with_items(conn, rows)
}

fn with_items(conn: &mut Conn, rows: Vec<ProjectRow>) -> Outcome<Vec<PlannedProject>> {
    let ids: Vec<ProjectId> = rows.iter().map(|row| row.id).collect();
    let mut newest: BTreeMap<ProjectId, PlanVersionId> = BTreeMap::new();
    for (project_id, id) in planned::list_fixed(conn, &ids)? {
        newest.entry(project_id).or_insert(id);
    }
    let versions: Vec<PlanVersionId> = newest.values().copied().collect();
    let mut items: BTreeMap<PlanVersionId, Vec<PlannedItem>> = BTreeMap::new();
    for row in planned::list_items_of(conn, &versions)? {
        add(items.entry(row.plan_version_id).or_default(), &row);
    }
    let project = |row: ProjectRow| PlannedProject {
        items: newest.get(&row.id).map(|id| items.remove(id).unwrap_or_default()),
        id: row.id,
        community_id: row.community_id,
        division_code: row.division_code,
        name: row.name,
        stage: row.resume_stage.unwrap_or(row.stage),
    };
    Ok(rows.into_iter().map(project).collect())
}

fn add(items: &mut Vec<PlannedItem>, row: &PlanItemRow) {
    let key = match (row.building_id, row.entrance_id) {
        (Some(id), _) => format!("{}@building-{id}", row.code),
        (None, Some(id)) => format!("{}@entrance-{id}", row.code),
        (None, None) => row.code.clone(),
    };
    if let Some(known) = items.iter_mut().find(|known| known.key == key) {
        known.cost = Fen(known.cost.0.saturating_add(row.cost.0));
        return;
    }
    let Some(item) = catalogue::find(&row.code).cloned() else { return };
    items.push(PlannedItem { key, item, cost: row.cost });
}
