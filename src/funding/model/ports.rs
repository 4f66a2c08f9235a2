//! What this slice asks of plans, without knowing what a plan is.

use crate::kernel::{CommunityId, Fen, Outcome, ProjectId};
use crate::platform::db::Conn;

/// An item that a plan may hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogueItem {
    /// Its code.
    pub code: String,
    /// Its class.
    pub class: String,
}

/// An item of a project's plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanLine {
    /// What it is known by in every version of the plan.
    pub key: String,
    /// Its code in the catalogue.
    pub code: String,
    /// The class of the code.
    pub class: String,
    /// Its name for people.
    pub name: String,
    /// What it costs by the plan.
    pub cost: Fen,
}

/// A project and what it plans.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// The project.
    pub id: ProjectId,
    /// The community.
    pub community_id: CommunityId,
    /// Where it lies.
    pub division_code: String,
    /// Its name.
    pub name: String,
    /// Whether it was given up.
    pub is_ended: bool,
    /// Whether it came as far as the annual programme.
    pub is_in_programme: bool,
    /// The items; `None` where no plan is fixed.
    pub lines: Option<Vec<PlanLine>>,
}

/// Plans as this slice asks for them. The application mounts an answer as `web::Data<dyn PlanLines>`;
/// it is `app::plan_lines`.
pub trait PlanLines: Send + Sync + 'static {
    /// The items that a plan may hold.
    fn catalogue(&self) -> Vec<CatalogueItem>;

    /// A project with its newest fixed plan.
    ///
    /// # Errors
    /// Of the database.
    fn find(&self, conn: &mut Conn, id: ProjectId) -> Outcome<Option<Planned>>;

    /// Projects within a division that were not given up, oldest first, after the cursor.
    ///
    /// # Errors
    /// Of the database.
    fn list(
        &self,
        conn: &mut Conn,
        division: &str,
        place: (Option<ProjectId>, i64),
    ) -> Outcome<Vec<Planned>>;
}
