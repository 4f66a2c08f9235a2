//! Deadlines of projects: set when a project comes to a stage and when a publicity is recorded, fired by
//! the clock as events `project.due_soon`, `project.overdue`, `project.escalated` and
//! `project.publicity_over`.

use serde_json::json;

use super::policies::pinned;
use crate::kernel::{LocalDate, Outcome, ProjectDeadlineId, ProjectId};
use crate::platform::db::{Conn, WriteTx};
use crate::renovation::{
    model::{DeadlineKind, DeadlineRow, DeadlineState, EvidenceRow, ProjectRow},
    rules::deadlines::of_stage,
    store::{deadlines, evidence},
};
use crate::voting::work_calendar;

/// Deadlines of one transaction.
const SET: i64 = 100;

/// Lets the deadlines of the stage before lapse and sets those of the stage that a project came to;
/// a suspended project has none, and begins anew when it goes on (ours). Beyond the loaded work
/// calendars none is set.
///
/// # Errors
/// Of the database.
pub(super) fn renew(tx: &mut WriteTx<'_>, row: &ProjectRow) -> Outcome<()> {
    let now = tx.legal_now();
    deadlines::lapse_stage(tx.conn(), row.id, now)?;
    let (_, pack) = pinned(tx.conn(), row.policy_pack_id)?;
    let since = (row.stage, now.local_date());
    let moments = of_stage(&pack, since, work_calendar()?).unwrap_or_default();
    let rows: Vec<DeadlineRow> = moments
        .into_iter()
        .map(|(kind, fires_at)| DeadlineRow {
            id: ProjectDeadlineId::new(),
            project_id: row.id,
            kind,
            stage: row.stage,
            evidence_id: None,
            fires_at,
            state: DeadlineState::Waiting,
            settled_at: None,
        })
        .collect();
    Ok(deadlines::insert(tx.conn(), &rows)?)
}

/// Sets the end of a publicity.
///
/// # Errors
/// Of the database.
pub(super) fn end_of_publicity(
    tx: &mut WriteTx<'_>,
    (project, row): (&ProjectRow, &EvidenceRow),
    last: LocalDate,
) -> Outcome<()> {
    let row = DeadlineRow {
        id: ProjectDeadlineId::new(),
        project_id: project.id,
        kind: DeadlineKind::PublicityOver,
        stage: project.stage,
        evidence_id: Some(row.id),
        fires_at: last.ends_at(),
        state: DeadlineState::Waiting,
        settled_at: None,
    };
    Ok(deadlines::insert(tx.conn(), &[row])?)
}

/// Fires what is due, each once however many servers run: the row is settled with its event.
///
/// # Errors
/// Of the database.
pub fn fire_due(tx: &mut WriteTx<'_>) -> Outcome<()> {
    let now = tx.legal_now();
    for row in deadlines::list_due(tx.conn(), now, SET)? {
        let state = if is_withdrawn(tx.conn(), &row)? {
            DeadlineState::Lapsed
        } else {
            DeadlineState::Fired
        };
        let is_settled = deadlines::settle(tx.conn(), row.id, (state, now))?;
        if is_settled && state == DeadlineState::Fired {
            let after = json!({ "stage": row.stage, "evidence_id": row.evidence_id,
                "fires_at": row.fires_at });
            tx.emit(&format!("project.{}", row.kind), row.project_id, &after);
        }
    }
    Ok(())
}

fn is_withdrawn(conn: &mut Conn, row: &DeadlineRow) -> Outcome<bool> {
    let Some(id) = row.evidence_id else { return Ok(false) };
    let known = evidence::list(conn, row.project_id)?;
    Ok(known.iter().any(|other| other.withdraws_id == Some(id)))
}

/// The deadlines of a project, by their moments.
///
/// # Errors
/// Of the database.
pub fn list(conn: &mut Conn, id: ProjectId) -> Outcome<Vec<DeadlineRow>> {
    Ok(deadlines::list(conn, id)?)
}
