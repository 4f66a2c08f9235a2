//! Why a project may, or may not, go on; and when it could.

use serde::Serialize;

use super::{facts::gather, policies::pinned};
use crate::kernel::{Code, LocalDate, Outcome, ProjectId, Refusal, RuleBroken, UtcTime};
use crate::platform::db::Conn;
use crate::renovation::{
    model::{Finding, PolicyPack, ProjectRow, Requirement, Stage, SurveyGates, TimelineEntry},
    rules::{policy, readiness::judge, stage::next_on_line, timeline},
};
use crate::voting::{find_pack_in_force, work_calendar};

/// What the next step needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = ProjectReadiness)]
pub struct Readiness {
    /// The project.
    pub project_id: ProjectId,
    /// Where it stands.
    pub stage: Stage,
    /// The stage that is asked about; absent where the project has ended.
    pub next_stage: Option<Stage>,
    /// Whether it may go on now.
    pub ready: bool,
    /// Every requirement, met or missing.
    pub requirements: Vec<Finding>,
}

/// When each requirement can be met, if everything that can begins on one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Timeline {
    /// The project.
    pub project_id: ProjectId,
    /// The day of every notice and publicity that waits for nothing.
    pub publish_on: LocalDate,
    /// The next stage.
    pub next_stage: Option<Stage>,
    /// No period of its requirements ends before this day; absent where none runs.
    pub next_stage_earliest: Option<LocalDate>,
    /// The requirements of all the stages ahead, in order.
    pub entries: Vec<TimelineEntry>,
}

/// Where a project goes on: a suspended one from where it stood.
const fn on_line(row: &ProjectRow) -> Stage {
    match row.resume_stage {
        Some(stage) => stage,
        None => row.stage,
    }
}

/// What the next step needs, with what is met and what is missing.
///
/// # Errors
/// Of the database.
pub fn readiness(
    conn: &mut Conn,
    row: &ProjectRow,
    (gates, now): (&dyn SurveyGates, UtcTime),
) -> Outcome<Readiness> {
    let next_stage = next_on_line(on_line(row));
    let requirements = match next_stage {
        None => Vec::new(),
        Some(next) => {
            let (_, pack) = pinned(conn, row.policy_pack_id)?;
            let due = policy::due(&pack, next);
            let facts = gather(conn, (row, &pack, &due), (gates, now))?;
            judge(&due, &facts, work_calendar()?)
        }
    };
    let may_advance = row.resume_stage.is_none() && next_stage.is_some();
    Ok(Readiness {
        project_id: row.id,
        stage: row.stage,
        next_stage,
        ready: may_advance && requirements.iter().all(|one| one.met),
        requirements,
    })
}

/// Refuses with the whole list where anything is missing.
///
/// # Errors
/// `project_not_ready`.
pub(super) fn must_be_ready(readiness: &Readiness) -> Outcome<()> {
    let Some(first) = readiness.requirements.iter().find(|one| !one.met) else { return Ok(()) };
    let rule = RuleBroken {
        rule_id: first.requirement.clone(),
        clause: first.clause.clone(),
        have: first.have.clone(),
        need: first.need.clone(),
    };
    let missing = readiness.requirements.iter().filter(|one| !one.met);
    let titles: Vec<&str> = missing.map(|one| one.title.as_str()).collect();
    let list = serde_json::to_value(&readiness.requirements).map_err(Refusal::internal)?;
    Err(Refusal::rule(Code::ProjectNotReady, rule)
        .detail(titles.join("；"))
        .with("next_stage", readiness.next_stage.map_or("", Stage::as_str))
        .with("requirements", list))
}

/// The requirements of every stage ahead.
fn ahead<'a>(pack: &'a PolicyPack, row: &ProjectRow) -> Vec<(Stage, &'a Requirement)> {
    let Some(next) = next_on_line(on_line(row)) else { return Vec::new() };
    let mut wanted = policy::due(pack, next);
    wanted.extend(policy::requirements(pack).filter(|(stage, _)| *stage > next));
    wanted
}

/// If everything that can is published on that day: the earliest day of each requirement ahead.
///
/// # Errors
/// `invalid_field` for a day that is past; `calendar_missing` beyond the loaded years.
pub fn preview(
    conn: &mut Conn,
    row: &ProjectRow,
    (gates, now, publish_on): (&dyn SurveyGates, UtcTime, LocalDate),
) -> Outcome<Timeline> {
    if publish_on < now.local_date() {
        let detail = "this day is past · 日期已过";
        return Err(Refusal::field(Code::InvalidField, "publish_on", detail));
    }
    let (_, pack) = pinned(conn, row.policy_pack_id)?;
    let (_, votes) = find_pack_in_force(conn, &pack.vote_pack, publish_on)?;
    let periods = timeline::VotePeriods {
        notice: votes.periods.notice.value.0,
        window_days: votes.periods.window_min_days.value,
        publicity: votes.periods.publicity.value.0,
    };
    let wanted = ahead(&pack, row);
    let facts = gather(conn, (row, &pack, &wanted), (gates, now))?;
    let findings = judge(&wanted, &facts, work_calendar()?);
    let entries = timeline::preview((&pack, &findings), (publish_on, periods), work_calendar()?)?;
    let next_stage = next_on_line(on_line(row));
    let of_next = entries.iter().filter(|one| next_stage.is_some_and(|next| one.stage <= next));
    let next_stage_earliest = of_next.filter_map(|one| one.earliest).max();
    Ok(Timeline { project_id: row.id, publish_on, next_stage, next_stage_earliest, entries })
}
