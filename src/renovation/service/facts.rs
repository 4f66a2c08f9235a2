//! What a decision on a project rests on.

use std::collections::{BTreeMap, BTreeSet};

use super::{plans::content_of, reviews};
use crate::consultation::pledged_households;
use crate::kernel::{
    Code, EvidenceId, ItemId, LocalDate, Outcome, ProjectId, Refusal, UtcTime, VoteId,
};
use crate::platform::{
    auth::{Place, Reach},
    db::Conn,
};
use crate::registry::{RegisterScope, find_scope_place, list_unit_uses};
use crate::renovation::{
    model::{
        Behind, CurrentPlan, EvidenceRow, Facts, FixedPlan, Need, PlanRow, PlanState, PolicyPack,
        ProjectCommand, ProjectRow, Proof, Requirement, RequirementKind, Stage, StepRow,
        SurveyGates, VoteFacts,
    },
    rules::change_order::weigh,
    store::{evidence, plans, projects},
};
use crate::voting::{ItemClass, ItemOutcome, VotePapers, find_outcome, find_papers};

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

fn fixed(row: &PlanRow) -> Option<FixedPlan> {
    let fixed_at = row.fixed_at?;
    Some(FixedPlan { id: row.id, number: row.number, sha256: row.digest.clone(), fixed_at })
}

/// The newest fixed version of the plan.
///
/// # Errors
/// Of the database.
pub(super) fn newest_plan(conn: &mut Conn, id: ProjectId) -> Outcome<Option<FixedPlan>> {
    Ok(plans::find_fixed(conn, id)?.as_ref().and_then(fixed))
}

/// The newest fixed version, with the earlier ones of which it is a small change order by the policy.
///
/// # Errors
/// Of the database.
pub(super) fn current_plan(
    conn: &mut Conn,
    project: &ProjectRow,
    pack: &PolicyPack,
) -> Outcome<Option<CurrentPlan>> {
    let Some(orders) = &pack.change_orders else {
        let plan = newest_plan(conn, project.id)?;
        return Ok(plan.map(|fixed| CurrentPlan { fixed, changed_little: Vec::new() }));
    };
    let mut rows = plans::list_plans(conn, project.id)?;
    rows.retain(|row| row.state == PlanState::Fixed);
    let Some(newest) = rows.pop() else { return Ok(None) };
    let Some(current) = fixed(&newest) else { return Ok(None) };
    let content = content_of(conn, &newest)?;
    let mut changed_little = Vec::new();
    for row in rows.iter().rev() {
        if weigh(&content_of(conn, row)?, &content, orders.cost).is_small {
            changed_little.extend(fixed(row));
        }
    }
    Ok(Some(CurrentPlan { fixed: current, changed_little }))
}

/// The item that decides: the named one, or the only one that is no option of a question and is of
/// the class asked for. Where none fits it is the first, so that readiness says why that does not do.
///
/// # Errors
/// `invalid_field` for an item of another vote, and where several fit and none is named.
pub(super) fn deciding_item(
    papers: &VotePapers,
    (named, class): (Option<ItemId>, Option<ItemClass>),
) -> Outcome<&ItemOutcome> {
    let fault = |detail: &str| Refusal::field(Code::InvalidField, "/proof/item_id", detail);
    if named.is_some() {
        let found = papers.items.iter().find(|item| Some(item.id) == named);
        return found.ok_or_else(|| fault("not an item of this vote · 不是该表决的事项"));
    }
    let fits = |item: &&ItemOutcome| !item.is_option && class.is_none_or(|one| one == item.class);
    let mut fitting = papers.items.iter().filter(fits);
    match (fitting.next(), fitting.next()) {
        (Some(item), None) => Ok(item),
        (None, _) => papers.items.first().ok_or_else(|| fault("the vote has no item · 无事项")),
        (Some(_), Some(_)) => {
            Err(fault("several items: name the one that decides · 须指明据以决定的事项"))
        }
    }
}

/// A vote, as far as a requirement of the project rests on its item.
///
/// # Errors
/// `not_found`; those of [`deciding_item`].
pub(super) fn vote_facts(
    conn: &mut Conn,
    row: &ProjectRow,
    (id, item): (VoteId, (Option<ItemId>, Option<ItemClass>)),
) -> Outcome<(ItemId, VoteFacts)> {
    let (outcome, papers) = (find_outcome(conn, id)?, find_papers(conn, id)?);
    let decided = deciding_item(&papers, item)?;
    let facts = VoteFacts {
        state: outcome.state.to_string(),
        of_community: outcome.scope == RegisterScope::Community(row.community_id),
        covers_plan: covers_plan(conn, row, &outcome.scope)?,
        class: decided.class,
        is_option: decided.is_option,
        passed: decided.passed,
        confirmed_at: papers.confirmed_at,
        roll_frozen_at: papers.roll_frozen_at,
        materials: papers.material_sha256.clone(),
    };
    Ok((decided.id, facts))
}

/// Whether a vote was held in the community, among the owners of every place where the newest fixed
/// plan has works.
fn covers_plan(conn: &mut Conn, row: &ProjectRow, scope: &RegisterScope) -> Outcome<bool> {
    let place = find_scope_place(conn, scope)?;
    if place.is_none_or(|place| place.community_id != row.community_id) {
        return Ok(false);
    }
    if matches!(scope, RegisterScope::Community(_)) {
        return Ok(true);
    }
    let Some(plan) = plans::find_fixed(conn, row.id)? else { return Ok(true) };
    let plan_day = plan.created_at.local_date();
    for item in plans::list_items(conn, plan.id)? {
        let works = match (item.building_id, item.entrance_id) {
            (Some(id), _) => RegisterScope::Building(id),
            (None, Some(id)) => RegisterScope::Entrance(id),
            (None, None) => return Ok(false),
        };
        if !is_within(conn, (&works, scope), plan_day)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether a building or an entrance lies within a scope.
fn is_within(
    conn: &mut Conn,
    (works, scope): (&RegisterScope, &RegisterScope),
    day: LocalDate,
) -> Outcome<bool> {
    if works == scope {
        return Ok(true);
    }
    let building = find_scope_place(conn, works)?.and_then(|place| place.building_id);
    Ok(match scope {
        RegisterScope::Building(id) => building == Some(*id),
        RegisterScope::Buildings(ids) => building.is_some_and(|id| ids.contains(&id)),
        RegisterScope::Units(ids) => {
            let units = list_unit_uses(conn, works, day)?;
            !units.is_empty() && units.iter().all(|(id, _)| ids.contains(id))
        }
        RegisterScope::Community(_) | RegisterScope::Entrance(_) => false,
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
    Ok(match (row.kind, row.reference_id) {
        (RequirementKind::SurveyGate, Some(id)) => {
            let answer = gates.find_gate(conn, id)?;
            let link = answer.as_ref().map_or(path, |answer| answer.link.clone());
            (Behind::Survey(answer), link)
        }
        (RequirementKind::ConfirmedVote | RequirementKind::ManagementModel, Some(id)) => {
            let id = VoteId::from_uuid(id.uuid());
            let behind = match vote_facts(conn, project, (id, (row.item_id, None))) {
                Ok((_, facts)) => Behind::Vote(facts),
                Err(refusal) if refusal.code() == Code::InvalidField => Behind::VoteWithoutItem,
                Err(refusal) => return Err(refusal),
            };
            (behind, format!("/api/v1/votes/{id}"))
        }
        (RequirementKind::Publicity, _) => match row.starts_on {
            Some(day) => (Behind::Publicity(day), path),
            None => return Err(Refusal::internal("a publicity without its first day")),
        },
        _ => (Behind::Document, path),
    })
}

/// Everything that these requirements of the pack rest on.
///
/// # Errors
/// Of the database.
pub(super) fn gather(
    conn: &mut Conn,
    (project, pack, wanted): (&ProjectRow, &PolicyPack, &[(Stage, &Requirement)]),
    (gates, now): (&dyn SurveyGates, UtcTime),
) -> Outcome<Facts> {
    let mut proofs = BTreeMap::new();
    for (key, row) in standing(evidence::list(conn, project.id)?) {
        let (behind, link) = behind(conn, (project, &row), gates)?;
        proofs.insert(key, Proof { id: row.id, link, plan: row.plan_version_id, behind });
    }
    let steps = projects::list_steps(conn, project.id)?;
    let began = |step: &&StepRow| {
        step.command == ProjectCommand::Advance && step.to_stage == Stage::Building
    };
    let building_at = steps.iter().rfind(began).map(|step| step.at);
    let mut pledged = BTreeMap::new();
    for (_, one) in wanted {
        if let Need::Pledges { of, .. } = &one.need {
            let share = pledged_households(conn, (project.community_id, of), now.local_date())?;
            pledged.insert(one.key.clone(), share);
        }
    }
    Ok(Facts {
        now,
        community_id: project.community_id,
        created_at: project.created_at,
        building_at,
        plan: current_plan(conn, project, pack)?,
        pledged,
        proofs,
        review: reviews::facts(conn, project)?,
    })
}
