//! What is told of a case, to staff and to the owners of its entrance.

use serde::{Deserialize, Serialize};

use super::facts::{place_of, votes_of};
use crate::elevator::{
    model::{CaseCommand, CaseRow, CaseState, SignatureState, StepRow},
    store::{agreements, cases, objections},
};
use crate::kernel::{BuildingId, CommunityId, ElevatorCaseId, EntranceId, Fen, Outcome, UtcTime};
use crate::platform::{auth::Reach, db::Conn};
use crate::voting::VoteOutcome;

/// A case in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CaseSummary {
    /// The case.
    pub case_id: ElevatorCaseId,
    /// The community.
    pub community_id: CommunityId,
    /// The building.
    pub building_id: BuildingId,
    /// The entrance.
    pub entrance_id: EntranceId,
    /// Community, building and entrance.
    pub name: String,
    /// The state.
    pub state: CaseState,
    /// When a household asked (legal time); the latest time where a reserved case was revived.
    pub requested_at: UtcTime,
    /// Until when the committee owes an answer: 24:00 of the next working day.
    pub due_at: UtcTime,
    /// Whether the answer is overdue now.
    pub is_overdue: bool,
    /// When it was answered.
    pub answered_at: Option<UtcTime>,
    /// Whether the answer came after `due_at`.
    pub is_late: bool,
    /// When the last payer signed.
    pub agreed_at: Option<UtcTime>,
    /// Rises with every change.
    pub version: i32,
}

impl CaseSummary {
    /// The summary of a row at an instant.
    pub fn of(row: CaseRow, now: UtcTime) -> Self {
        Self {
            case_id: row.id,
            community_id: row.community_id,
            building_id: row.building_id,
            entrance_id: row.entrance_id,
            name: row.name,
            state: row.state,
            requested_at: row.requested_at,
            due_at: row.due_at,
            is_overdue: row.state == CaseState::Requested && row.due_at <= now,
            answered_at: row.answered_at,
            is_late: row.answered_at.is_some_and(|at| at >= row.due_at),
            agreed_at: row.agreed_at,
            version: row.version,
        }
    }
}

/// A step of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct StepView {
    /// What was done.
    pub command: CaseCommand,
    /// The state before.
    pub from: Option<CaseState>,
    /// The state after.
    pub to: CaseState,
    /// Why, or what was answered.
    pub reason: Option<String>,
    /// By whom, masked where it is an owner.
    pub by: String,
    /// When (legal time).
    pub at: UtcTime,
}

impl From<StepRow> for StepView {
    fn from(row: StepRow) -> Self {
        Self {
            command: row.command,
            from: row.from_state,
            to: row.to_state,
            reason: row.reason,
            by: row.actor_name,
            at: row.at,
        }
    }
}

/// The newest version of a plan, in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PlanSummary {
    /// Its number.
    pub number: i32,
    /// What the owners pay together.
    pub shared: Fen,
    /// SHA-256 of the agreement's text.
    pub digest: String,
    /// Units that must sign: they pay, or their private space is used.
    pub signatories: usize,
    /// Those who did.
    pub signed: usize,
}

/// A case with everything that its agreement rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = ElevatorCaseView)]
pub struct CaseView {
    /// The case itself.
    #[serde(flatten)]
    pub case: CaseSummary,
    /// What the committee answered.
    pub answer: Option<String>,
    /// Why the pit is reserved, or why the case was withdrawn.
    pub outcome_reason: Option<String>,
    /// How many requests there were.
    pub request_count: usize,
    /// The units that asked; for staff only.
    pub requesting_units: Vec<String>,
    /// The newest plan.
    pub plan: Option<PlanSummary>,
    /// The linked votes.
    pub votes: Vec<VoteOutcome>,
    /// Open objections.
    pub objections_open: usize,
    /// What was done, in order.
    pub steps: Vec<StepView>,
}

/// A case, as staff or an owner of the entrance sees it.
///
/// # Errors
/// Of the database.
pub fn case_view(
    conn: &mut Conn,
    row: CaseRow,
    (reach, now): (&Reach, UtcTime),
) -> Outcome<CaseView> {
    let requests = cases::list_requests(conn, &[row.id])?;
    let request_count = requests.len();
    let mut requesting_units = Vec::new();
    if reach.covers(&place_of(&row)) {
        requesting_units = requests.into_iter().map(|request| request.unit_code).collect();
        requesting_units.dedup();
    }
    Ok(CaseView {
        answer: row.answer.clone(),
        outcome_reason: row.outcome_reason.clone(),
        request_count,
        requesting_units,
        plan: plan_summary(conn, row.id)?,
        votes: votes_of(conn, row.id)?,
        objections_open: objections::list_open(conn, &[row.id])?.len(),
        steps: cases::list_steps(conn, row.id)?.into_iter().map(StepView::from).collect(),
        case: CaseSummary::of(row, now),
    })
}

fn plan_summary(conn: &mut Conn, id: ElevatorCaseId) -> Outcome<Option<PlanSummary>> {
    let Some(plan) = agreements::find_plan(conn, id, None)? else { return Ok(None) };
    let shares = agreements::list_shares(conn, &[plan.id])?;
    let signatures = agreements::list_signatures(conn, &[plan.id])?;
    let is_valid = |state: SignatureState| state == SignatureState::Valid;
    Ok(Some(PlanSummary {
        number: plan.number,
        shared: Fen(plan.cost_fen.0 - plan.subsidy_fen.0),
        digest: plan.digest,
        signatories: shares.iter().filter(|share| share.must_sign()).count(),
        signed: signatures.iter().filter(|signature| is_valid(signature.state)).count(),
    }))
}
