//! Evidence for the requirements of a project: only ever added, withdrawn by another row.

use serde::Serialize;
use serde_json::json;

use super::{
    deadlines,
    facts::{current_plan, vote_facts},
    policies::pinned,
};
use crate::kernel::{
    Code, EvidenceId, ItemId, LocalDate, Outcome, PlanVersionId, ProjectId, ReferenceId, Refusal,
    UtcTime, VoteId,
};
use crate::platform::db::{Conn, WriteTx};
use crate::renovation::{
    model::{
        Behind, CurrentPlan, DocumentProof, EvidenceRow, ManagementModel, Missing, ModelProof,
        Need, NewProof, ProjectRow, Proof, Requirement, RequirementKind, SurveyGates, VoteFacts,
    },
    rules::{
        policy::{self, is_bound_to_plan, kind},
        readiness::{last_day, vote_missing},
        stage::check_open,
    },
    store::evidence,
};
use crate::voting::{ItemClass, work_calendar};

/// A piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct EvidenceView {
    /// The evidence.
    pub id: EvidenceId,
    /// The requirement's key.
    pub requirement: String,
    /// The requirement's kind.
    pub kind: RequirementKind,
    /// The vote or the survey.
    pub reference_id: Option<ReferenceId>,
    /// The plan version that was current when it was recorded.
    pub plan_id: Option<PlanVersionId>,
    /// The first day of a publicity.
    pub starts_on: Option<LocalDate>,
    /// Its place.
    pub place: Option<String>,
    /// The item of the vote that decides.
    pub item_id: Option<ItemId>,
    /// The management model.
    pub model: Option<ManagementModel>,
    /// A document's title.
    pub title: Option<String>,
    /// Its number.
    pub number: Option<String>,
    /// SHA-256 of its file.
    pub sha256: Option<String>,
    /// The evidence that this row withdraws.
    pub withdraws: Option<EvidenceId>,
    /// Why.
    pub reason: Option<String>,
    /// Who recorded it.
    pub recorded_by: String,
    /// When (legal time).
    pub recorded_at: UtcTime,
}

impl From<EvidenceRow> for EvidenceView {
    fn from(row: EvidenceRow) -> Self {
        Self {
            id: row.id,
            requirement: row.requirement,
            kind: row.kind,
            reference_id: row.reference_id,
            plan_id: row.plan_version_id,
            starts_on: row.starts_on,
            place: row.place,
            item_id: row.item_id,
            model: row.model,
            title: row.title,
            number: row.number,
            sha256: row.sha256,
            withdraws: row.withdraws_id,
            reason: row.reason,
            recorded_by: row.recorder_name,
            recorded_at: row.recorded_at,
        }
    }
}

fn fault(field: &str, detail: &str) -> Refusal {
    Refusal::field(Code::InvalidField, field, detail)
}

/// Records evidence for a requirement of the project's policy.
///
/// # Errors
/// `project_state_conflict` after the end; `invalid_field` for an unknown requirement, for a proof of
/// another kind, for a survey or a vote that is not there or not of this place, and for a publicity
/// that begins before today; `plan_not_fixed` where it is bound to a plan and there is none;
/// `plan_not_in_vote` for a vote on another plan, for an option, and for a roll that was frozen too early;
/// `calendar_missing` for a publicity beyond the loaded years.
pub fn record(
    tx: &mut WriteTx<'_>,
    (project, gates): (&ProjectRow, &dyn SurveyGates),
    (key, proof): (&str, &NewProof),
) -> Outcome<EvidenceView> {
    check_open(project.stage)?;
    let (_, pack) = pinned(tx.conn(), project.policy_pack_id)?;
    let found = policy::find(&pack, key);
    let (_, requirement) = found.ok_or_else(|| {
        let known: Vec<&str> = policy::requirements(&pack).map(|(_, one)| &*one.key).collect();
        fault("/requirement", &format!("one of {}", known.join(", ")))
    })?;
    let plan = current_plan(tx.conn(), project, &pack)?;
    if is_bound_to_plan(&requirement.need) && plan.is_none() {
        return Err(Refusal::new(Code::PlanNotFixed));
    }
    let row = blank(tx, project, (key, kind(&requirement.need)));
    let row = EvidenceRow { plan_version_id: plan.as_ref().map(|plan| plan.fixed.id), ..row };
    let row = filled(tx, (project, gates), (requirement, row, plan.as_ref()), proof)?;
    let publicity = match (&requirement.need, row.starts_on) {
        (Need::Publicity { days, .. }, Some(from)) => {
            Some(last_day(*days, from, work_calendar()?)?)
        }
        _ => None,
    };
    let view = keep(tx, row.clone(), "project.evidence_recorded")?;
    if let Some(last) = publicity {
        deadlines::end_of_publicity(tx, (project, &row), last)?;
    }
    Ok(view)
}

/// The row with what the proof says, where it fits the requirement.
fn filled(
    tx: &mut WriteTx<'_>,
    (project, gates): (&ProjectRow, &dyn SurveyGates),
    (requirement, row, plan): (&Requirement, EvidenceRow, Option<&CurrentPlan>),
    proof: &NewProof,
) -> Outcome<EvidenceRow> {
    Ok(match (&requirement.need, proof) {
        (Need::SurveyGate { .. }, NewProof::Survey(id)) => {
            let found = gates.find_gate(tx.conn(), *id)?;
            if found.is_none_or(|answer| answer.community_id != project.community_id) {
                return Err(fault("/proof/survey_id", "no such survey here · 本小区没有此问卷"));
            }
            EvidenceRow { reference_id: Some(*id), ..row }
        }
        (Need::ConfirmedVote { .. }, NewProof::Vote(id, item)) => {
            let row = EvidenceRow { item_id: *item, ..with_vote(row, *id) };
            let item_id = check_vote(tx.conn(), (project, requirement), (&row, plan))?;
            EvidenceRow { item_id: Some(item_id), ..row }
        }
        (Need::Publicity { .. }, NewProof::Publicity(day, place)) => {
            // A posting counts from the day on which it is recorded, or later: no day is made up (ours).
            if *day < tx.legal_now().local_date() {
                let detail = "not before the day on which it is recorded · 不得早于登记当日";
                return Err(fault("/proof/starts_on", detail));
            }
            EvidenceRow { starts_on: Some(*day), place: Some(place.clone()), ..row }
        }
        (Need::ManagementModel {}, NewProof::Model(model, by)) => {
            let row = EvidenceRow { model: Some(*model), ..row };
            match by {
                ModelProof::Document(document) => with_document(row, document),
                ModelProof::Vote(id, item) => {
                    let found = existing_vote(tx.conn(), project, (*id, (*item, None)))?;
                    let (item_id, vote) = found;
                    if !vote.of_community {
                        return Err(fault("/proof/vote_id", "not a vote of this community"));
                    }
                    EvidenceRow { item_id: Some(item_id), ..with_vote(row, *id) }
                }
            }
        }
        (Need::Document {}, NewProof::Document(document)) => with_document(row, document),
        (need, _) => {
            let detail = format!("this requirement is of the kind {}", kind(need));
            return Err(fault("/proof/kind", &detail));
        }
    })
}

fn blank(
    tx: &WriteTx<'_>,
    project: &ProjectRow,
    (key, kind): (&str, RequirementKind),
) -> EvidenceRow {
    EvidenceRow {
        id: EvidenceId::new(),
        project_id: project.id,
        requirement: key.to_owned(),
        kind,
        reference_id: None,
        plan_version_id: None,
        starts_on: None,
        place: None,
        model: None,
        title: None,
        number: None,
        sha256: None,
        withdraws_id: None,
        reason: None,
        recorder_name: tx.actor().name.clone(),
        recorded_at: tx.legal_now(),
        item_id: None,
    }
}

fn with_vote(row: EvidenceRow, id: VoteId) -> EvidenceRow {
    EvidenceRow { reference_id: Some(ReferenceId::from_uuid(id.uuid())), ..row }
}

fn with_document(row: EvidenceRow, document: &DocumentProof) -> EvidenceRow {
    EvidenceRow {
        title: Some(document.title.clone()),
        number: document.number.clone(),
        sha256: Some(document.sha256.clone()),
        ..row
    }
}

fn existing_vote(
    conn: &mut Conn,
    project: &ProjectRow,
    vote: (VoteId, (Option<ItemId>, Option<ItemClass>)),
) -> Outcome<(ItemId, VoteFacts)> {
    vote_facts(conn, project, vote).map_err(|refusal| match refusal.code() {
        Code::NotFound => fault("/proof/vote_id", "no such vote · 没有此表决"),
        _ => refusal,
    })
}

/// A vote of this place, and, where it is to decide the plan, on exactly this version; answers the
/// item that decides.
fn check_vote(
    conn: &mut Conn,
    (project, requirement): (&ProjectRow, &Requirement),
    (row, plan): (&EvidenceRow, Option<&CurrentPlan>),
) -> Outcome<ItemId> {
    let (Need::ConfirmedVote { about, among, class }, Some(id)) =
        (&requirement.need, row.reference_id)
    else {
        return Err(fault("/proof/kind", "not a vote"));
    };
    let vote = (VoteId::from_uuid(id.uuid()), (row.item_id, Some(*class)));
    let (item_id, facts) = existing_vote(conn, project, vote)?;
    let proof = Proof {
        id: row.id,
        link: String::new(),
        plan: plan.map(|plan| plan.fixed.id),
        behind: Behind::Vote(facts),
    };
    match vote_missing((*about, *among), Some(&proof), (plan, project.created_at)) {
        None => Ok(item_id),
        Some(Missing::VoteElsewhere) => {
            Err(fault("/proof/vote_id", "held among others · 表决范围不符"))
        }
        Some(reason) => {
            let refusal = Refusal::new(Code::PlanNotInVote).with("reason", reason.as_str());
            Err(refusal.with("sha256", plan.map_or("", |plan| plan.fixed.sha256.as_str())))
        }
    }
}

fn keep(tx: &mut WriteTx<'_>, row: EvidenceRow, action: &str) -> Outcome<EvidenceView> {
    evidence::insert(tx.conn(), &row)?;
    let after = json!({ "evidence_id": row.id, "requirement": row.requirement,
        "sha256": row.sha256, "withdraws": row.withdraws_id, "reason": row.reason });
    tx.emit(action, row.project_id, &after);
    tx.audit(action, ("project", row.project_id), (None, Some(&after)));
    Ok(row.into())
}

/// Withdraws a piece of evidence by another row; what an earlier gate rested on stays in its step.
///
/// # Errors
/// `not_found`; `already_exists` where it was withdrawn before; `project_state_conflict`.
pub fn withdraw(
    tx: &mut WriteTx<'_>,
    (project, id): (&ProjectRow, EvidenceId),
    reason: &str,
) -> Outcome<EvidenceView> {
    check_open(project.stage)?;
    let rows = evidence::list(tx.conn(), project.id)?;
    let old = rows.iter().find(|row| row.id == id && row.withdraws_id.is_none());
    let old = old.ok_or_else(|| Refusal::new(Code::NotFound))?;
    if rows.iter().any(|row| row.withdraws_id == Some(id)) {
        return Err(Refusal::new(Code::AlreadyExists).with("evidence_id", id.to_string()));
    }
    let row = EvidenceRow {
        withdraws_id: Some(id),
        reason: Some(reason.to_owned()),
        ..blank(tx, project, (&old.requirement, old.kind))
    };
    keep(tx, row, "project.evidence_withdrawn")
}

/// Everything that was recorded, in order.
///
/// # Errors
/// Of the database.
pub fn list(conn: &mut Conn, id: ProjectId) -> Outcome<Vec<EvidenceView>> {
    Ok(evidence::list(conn, id)?.into_iter().map(Into::into).collect())
}
