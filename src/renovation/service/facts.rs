//! What a decision on a project rests on.

use std::collections::{BTreeMap, BTreeSet};

use super::reviews;
use crate::kernel::{Code, EvidenceId, Outcome, ProjectId, Refusal, UtcTime, VoteId};
use crate::platform::{
    auth::{Place, Reach},
    db::Conn,
};
use crate::registry::{RegisterScope, find_scope_place};
use crate::renovation::{
    model::{
        Behind, CurrentPlan, EvidenceRow, Facts, PlanRow, ProjectRow, Proof, RequirementKind,
        SurveyGates, VoteFacts,
    },
    store::{evidence, plans, projects},
};
use crate::voting::{find_outcome, find_papers};

/// Where a project lies.
pub(super) fn place_of(row: &ProjectRow) -> Place {
    Place {
        division_code: row.division_code.clone(),
        community_id: Some(row.community_id),
        building_id: None,
    }
}

/// A project within the reach.
///
/// # Errors
/// `not_found`.
pub fn get_project(conn: &mut Conn, id: ProjectId, reach: &Reach) -> Outcome<ProjectRow> {
    let found = projects::find_project(conn, id)?.filter(|row| reach.covers(&place_of(row)));
    found.ok_or_else(|| Refusal::new(Code::NotFound))
}

/// The newest fixed version of the plan.
///
/// # Errors
/// Of the database.
pub(super) fn current_plan(conn: &mut Conn, id: ProjectId) -> Outcome<Option<CurrentPlan>> {
    let current = |row: PlanRow| {
        let fixed_at = row.fixed_at?;
        Some(CurrentPlan { id: row.id, number: row.number, sha256: row.digest, fixed_at })
    };
    Ok(plans::find_fixed(conn, id)?.and_then(current))
}

/// A vote, as far as a requirement of the project rests on it.
///
/// # Errors
/// `not_found`.
pub(super) fn vote_facts(conn: &mut Conn, row: &ProjectRow, id: VoteId) -> Outcome<VoteFacts> {
    let (outcome, papers) = (find_outcome(conn, id)?, find_papers(conn, id)?);
    let place = find_scope_place(conn, &outcome.scope)?;
    Ok(VoteFacts {
        state: outcome.state.to_string(),
        of_community: outcome.scope == RegisterScope::Community(row.community_id),
        within_community: place.is_some_and(|place| place.community_id == row.community_id),
        classes: papers.classes,
        passed: outcome.is_confirmed_and_passed,
        confirmed_at: papers.confirmed_at,
        roll_frozen_at: papers.roll_frozen_at,
        materials: papers.material_sha256,
    })
}

/// The newest evidence of each requirement that was not withdrawn.
pub(super) fn standing(rows: Vec<EvidenceRow>) -> BTreeMap<String, EvidenceRow> {
    let withdrawn: BTreeSet<EvidenceId> = rows.iter().filter_map(|row| row.withdraws_id).collect();
    let stands = |row: &EvidenceRow| row.withdraws_id.is_none() && !withdrawn.contains(&row.id);
    rows.into_iter().filter(stands).map(|row| (row.requirement.clone(), row)).collect()
}

fn behind(
    conn: &mut Conn,
    (project, row): (&ProjectRow, &EvidenceRow),
    gates: &dyn SurveyGates,
) -> Outcome<(Behind, String)> {
    let path = format!("/api/v1/projects/{}/evidence", project.id);
    let count = |number: Option<i64>| u64::try_from(number.unwrap_or(0)).unwrap_or(0);
    Ok(match (row.kind, row.reference_id) {
        (RequirementKind::SurveyGate, Some(id)) => {
            let answer = gates.find_gate(conn, id)?;
            let link = answer.as_ref().map_or(path, |answer| answer.link.clone());
            (Behind::Survey(answer), link)
        }
        (RequirementKind::ConfirmedVote | RequirementKind::ManagementModel, Some(id)) => {
            let id = VoteId::from_uuid(id.uuid());
            let facts = vote_facts(conn, project, id)?;
            (Behind::Vote(facts), format!("/api/v1/votes/{id}"))
        }
        (RequirementKind::Publicity, _) => match row.starts_on {
            Some(day) => (Behind::Publicity(day), path),
            None => return Err(Refusal::internal("a publicity without its first day")),
        },
        (RequirementKind::Pledges, _) => {
            (Behind::Pledges(count(row.pledged), count(row.households)), path)
        }
        _ => (Behind::Document, path),
    })
}

/// Everything that readiness rests on.
///
/// # Errors
/// Of the database.
pub(super) fn gather(
    conn: &mut Conn,
    project: &ProjectRow,
    (gates, now): (&dyn SurveyGates, UtcTime),
) -> Outcome<Facts> {
    let mut proofs = BTreeMap::new();
    for (key, row) in standing(evidence::list(conn, project.id)?) {
        let (behind, link) = behind(conn, (project, &row), gates)?;
        proofs.insert(key, Proof { id: row.id, link, plan: row.plan_version_id, behind });
    }
    Ok(Facts {
        now,
        community_id: project.community_id,
        created_at: project.created_at,
        moved_at: project.moved_at,
        plan: current_plan(conn, project.id)?,
        proofs,
        review: reviews::facts(conn, project)?,
    })
}
