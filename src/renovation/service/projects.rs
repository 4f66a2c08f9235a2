//! A project from its creation to its end. Nobody passes a gate by another way than [`advance`].

use serde::Serialize;
use serde_json::json;

use super::{
    deadlines,
    facts::{get_project, place_of},
    policies::pin,
    readiness::{must_be_ready, readiness},
    views::{ProjectSummary, ProjectView, view},
};
use crate::kernel::{Code, Outcome, Page, PageQuery, ProjectId, ProjectStepId, Refusal};
use crate::platform::{
    auth::Reach,
    db::{Conn, WriteTx},
};
use crate::registry::{RegisterScope, find_scope_place, require_standing_community};
use crate::renovation::{
    model::{
        Aside, NewProject, ProjectCommand, ProjectFilter, ProjectRow, Stage, StepRow, SurveyGates,
    },
    rules::stage::{check, conflict, next_on_line},
    store::projects,
};

/// How many projects stand in a stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct StageCount {
    /// The stage.
    pub stage: Stage,
    /// Its projects within the reach.
    pub projects: i64,
}

/// Opens a project; it pins the policy pack that is in force today.
///
/// # Errors
/// `not_found` for a community outside the reach; `invalid_field` for an unknown policy;
/// `policy_elsewhere`; `policy_not_in_force`; `community_ended` after a merger or split.
pub fn create(tx: &mut WriteTx<'_>, reach: &Reach, new: &NewProject) -> Outcome<ProjectView> {
    let now = tx.legal_now();
    let scope = RegisterScope::Community(new.community_id);
    let not_found = || Refusal::new(Code::NotFound);
    let place = find_scope_place(tx.conn(), &scope)?.ok_or_else(not_found)?;
    let mut row = ProjectRow {
        id: ProjectId::new(),
        division_code: place.division_code,
        community_id: new.community_id,
        policy_pack_id: crate::kernel::PolicyPackId::new(),
        name: new.name.clone(),
        stage: Stage::Applied,
        resume_stage: None,
        reason: None,
        substitute_id: None,
        creator_name: tx.actor().name.clone(),
        created_at: now,
        moved_at: now,
        version: 1,
    };
    if !reach.covers(&place_of(&row)) {
        return Err(not_found());
    }
    require_standing_community(tx.conn(), new.community_id)?;
    let of = (new.policy.as_str(), row.division_code.as_str());
    row.policy_pack_id = pin(tx, of, now.local_date())?.id;
    projects::insert_project(tx.conn(), &row)?;
    record(tx, (None, &row), (ProjectCommand::Create, None, None))?;
    view(tx.conn(), row)
}

/// Goes on to the next stage, where everything that the policy asks for is met.
///
/// # Errors
/// `project_state_conflict`; `project_not_ready` with every requirement; `stale_version`.
pub fn advance(
    tx: &mut WriteTx<'_>,
    before: &ProjectRow,
    gates: &dyn SurveyGates,
) -> Outcome<ProjectView> {
    check(before.stage, ProjectCommand::Advance)?;
    let now = tx.legal_now();
    let found = readiness(tx.conn(), before, (gates, now))?;
    must_be_ready(&found)?;
    let to = next_on_line(before.stage).ok_or_else(|| Refusal::internal("no next stage"))?;
    let proof = serde_json::to_string(&found.requirements).map_err(Refusal::internal)?;
    let row = ProjectRow { stage: to, ..before.clone() };
    keep(tx, (before, row), (ProjectCommand::Advance, None, Some(proof)))
}

/// Suspends, resumes, withdraws or substitutes, each with its reason. None of these passes a gate.
///
/// # Errors
/// `project_state_conflict`; `invalid_field` for a substitute that is the project itself;
/// `not_found` for one outside the reach; `stale_version`.
pub fn aside(
    tx: &mut WriteTx<'_>,
    (before, reach): (&ProjectRow, &Reach),
    what: &Aside,
) -> Outcome<ProjectView> {
    let (command, reason) = match what {
        Aside::Suspend(reason) => (ProjectCommand::Suspend, reason),
        Aside::Resume(reason) => (ProjectCommand::Resume, reason),
        Aside::Withdraw(reason) => (ProjectCommand::Withdraw, reason),
        Aside::Substitute(reason, _) => (ProjectCommand::Substitute, reason),
    };
    check(before.stage, command)?;
    let same = before.clone();
    let kept = Some(reason.clone());
    let row = match what {
        Aside::Suspend(_) => {
            let resume_stage = Some(before.stage);
            ProjectRow { stage: Stage::Suspended, resume_stage, reason: kept, ..same }
        }
        Aside::Resume(_) => {
            let back = before.resume_stage;
            let stage = back.ok_or_else(|| Refusal::internal("suspended from nowhere"))?;
            ProjectRow { stage, resume_stage: None, reason: None, ..same }
        }
        Aside::Withdraw(_) => {
            ProjectRow { stage: Stage::Withdrawn, resume_stage: None, reason: kept, ..same }
        }
        Aside::Substitute(_, by) => {
            must_wait_in_library(tx.conn(), (before, *by), reach)?;
            let substitute_id = Some(*by);
            ProjectRow { stage: Stage::Substituted, substitute_id, reason: kept, ..same }
        }
    };
    keep(tx, (before, row), (command, Some(reason.clone()), None))
}

/// 宁波: only a project of the library takes the place of one that fails, and through its own gates.
fn must_wait_in_library(
    conn: &mut Conn,
    (before, by): (&ProjectRow, ProjectId),
    reach: &Reach,
) -> Outcome<()> {
    if by == before.id {
        let detail = "another project · 须为另一项目";
        return Err(Refusal::field(Code::InvalidField, "/substitute_id", detail));
    }
    let other = get_project(conn, by, reach)?;
    if other.stage == Stage::InLibrary {
        return Ok(());
    }
    Err(conflict(other.stage, "substitute", Stage::InLibrary.as_str()))
}

type Step = (ProjectCommand, Option<String>, Option<String>);

fn keep(
    tx: &mut WriteTx<'_>,
    (before, row): (&ProjectRow, ProjectRow),
    step: Step,
) -> Outcome<ProjectView> {
    let row = ProjectRow { moved_at: tx.legal_now(), ..row };
    if !projects::set_project(tx.conn(), &row)? {
        return Err(Refusal::new(Code::StaleVersion).with("version", before.version));
    }
    let row = ProjectRow { version: row.version + 1, ..row };
    record(tx, (Some(before), &row), step)?;
    view(tx.conn(), row)
}

/// Keeps the step, the event and the audit row of a command.
fn record(
    tx: &mut WriteTx<'_>,
    (before, row): (Option<&ProjectRow>, &ProjectRow),
    (command, reason, proof): Step,
) -> Outcome<()> {
    let step = StepRow {
        id: ProjectStepId::new(),
        project_id: row.id,
        command,
        from_stage: before.map(|before| before.stage),
        to_stage: row.stage,
        reason,
        proof,
        actor_name: tx.actor().name.clone(),
        at: tx.legal_now(),
    };
    projects::insert_step(tx.conn(), &step)?;
    deadlines::renew(tx, row)?;
    let was = before.map(|before| json!({ "stage": before.stage }));
    let now = json!({ "stage": row.stage, "reason": step.reason });
    let action = format!("project.{command}");
    tx.emit(&action, row.id, &now);
    tx.audit(&action, ("project", row.id), (was.as_ref(), Some(&now)));
    Ok(())
}

/// Projects within the reach, newest first.
///
/// # Errors
/// `invalid_cursor`.
pub fn list(
    conn: &mut Conn,
    reach: &Reach,
    (filter, page): (&ProjectFilter, &PageQuery),
) -> Outcome<Page<ProjectSummary>> {
    let rows = projects::list_projects(conn, reach, filter, (page.cursor()?, page.fetch()))?;
    let page = Page::cut(rows, page.limit(), |row| row.id.to_string());
    Ok(page.map(ProjectSummary::from))
}

/// How many projects stand in each stage, every stage named.
///
/// # Errors
/// Of the database.
pub fn board(conn: &mut Conn, reach: &Reach) -> Outcome<Vec<StageCount>> {
    let counts = projects::count_stages(conn, reach)?;
    let count = |stage: &Stage| StageCount {
        stage: *stage,
        projects: counts.iter().find(|(known, _)| known == stage).map_or(0, |(_, count)| *count),
    };
    Ok(Stage::ALL.iter().map(count).collect())
}
