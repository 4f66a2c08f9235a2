//! Deadlines 时限 of a project: what the clock fires.

use diesel::{Insertable, Queryable, Selectable};
use serde::Serialize;

use super::Stage;
use crate::kernel::{EvidenceId, ProjectDeadlineId, ProjectId, UtcTime};
use crate::platform::db::schema::project_deadlines;

crate::text_enum! {
    /// What is fired.
    pub enum DeadlineKind {
        /// 临期提醒: a week before the last day of the stage.
        DueSoon = "due_soon",
        /// 逾期: the day after the last one.
        Overdue = "overdue",
        /// 升级督办: two weeks later.
        Escalated = "escalated",
        /// 公示期满.
        PublicityOver = "publicity_over",
    }
}

crate::text_enum! {
    /// Where a deadline stands.
    pub enum DeadlineState {
        /// Its moment is to come.
        Waiting = "waiting",
        /// It was told.
        Fired = "fired",
        /// The project went on before, or the publicity was withdrawn.
        Lapsed = "lapsed",
    }
}

/// A deadline.
#[derive(
    Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, Serialize, utoipa::ToSchema,
)]
#[diesel(table_name = project_deadlines)]
#[diesel(treat_none_as_default_value = false)]
pub struct DeadlineRow {
    /// The deadline.
    pub id: ProjectDeadlineId,
    /// The project.
    pub project_id: ProjectId,
    /// What is fired.
    pub kind: DeadlineKind,
    /// The stage in which the project stood.
    pub stage: Stage,
    /// The publicity.
    pub evidence_id: Option<EvidenceId>,
    /// When (legal time).
    pub fires_at: UtcTime,
    /// Where it stands.
    pub state: DeadlineState,
    /// When it was fired or lapsed (legal time).
    pub settled_at: Option<UtcTime>,
}
