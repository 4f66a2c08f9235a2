//! The rows of the slice's tables.

use diesel::{Insertable, Queryable, Selectable};

use super::{
    CaseCommand, CaseState, Closing, NextWay, ObjectionKind, ShareBasis, SignatureChannel,
    SignatureState,
};
use crate::kernel::{
    AccountId, Area, BuildingId, CommunityId, ElevatorCaseId, ElevatorObjectionId, ElevatorPlanId,
    ElevatorRequestId, ElevatorShareId, ElevatorSignatureId, ElevatorStepId, EntranceId, Fen,
    LocalDate, MediationId, OwnerId, UnitId, UtcTime,
};
use crate::platform::db::schema::{
    elevator_cases, elevator_mediations, elevator_objections, elevator_plans, elevator_requests,
    elevator_shares, elevator_signatures, elevator_steps,
};

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = elevator_cases)]
#[diesel(treat_none_as_default_value = false)]
pub struct CaseRow {
    pub id: ElevatorCaseId,
    pub division_code: String,
    pub community_id: CommunityId,
    pub building_id: BuildingId,
    pub entrance_id: EntranceId,
    pub name: String,
    pub state: CaseState,
    pub requested_at: UtcTime,
    pub due_at: UtcTime,
    pub answered_at: Option<UtcTime>,
    pub answer: Option<String>,
    pub outcome_reason: Option<String>,
    pub agreed_at: Option<UtcTime>,
    pub version: i32,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = elevator_requests)]
#[diesel(treat_none_as_default_value = false)]
pub struct RequestRow {
    pub id: ElevatorRequestId,
    pub case_id: ElevatorCaseId,
    pub unit_id: UnitId,
    pub unit_code: String,
    pub owner_id: Option<OwnerId>,
    pub note: Option<String>,
    pub recorded_by: String,
    pub requested_at: UtcTime,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = elevator_steps)]
#[diesel(treat_none_as_default_value = false)]
pub struct StepRow {
    pub id: ElevatorStepId,
    pub case_id: ElevatorCaseId,
    pub command: CaseCommand,
    pub from_state: Option<CaseState>,
    pub to_state: CaseState,
    pub reason: Option<String>,
    pub actor_name: String,
    pub at: UtcTime,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = elevator_plans)]
pub struct PlanRow {
    pub id: ElevatorPlanId,
    pub case_id: ElevatorCaseId,
    pub number: i32,
    pub cost_fen: Fen,
    pub subsidy_fen: Fen,
    pub basis: ShareBasis,
    pub coefficients: String,
    pub terms: String,
    pub body: String,
    pub digest: String,
    pub made_by: String,
    pub made_at: UtcTime,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = elevator_shares)]
#[diesel(treat_none_as_default_value = false)]
pub struct ShareRow {
    pub id: ElevatorShareId,
    pub plan_id: ElevatorPlanId,
    pub unit_id: UnitId,
    pub unit_code: String,
    pub floor: i32,
    pub area: Option<Area>,
    pub coefficient: i32,
    pub share_fen: Fen,
    pub private_space: Option<String>,
}

impl ShareRow {
    /// Whether the unit must sign: it pays, or its private space is used.
    #[must_use]
    pub fn must_sign(&self) -> bool {
        self.share_fen > Fen::ZERO || self.private_space.is_some()
    }
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = elevator_signatures)]
#[diesel(treat_none_as_default_value = false)]
pub struct SignatureRow {
    pub id: ElevatorSignatureId,
    pub plan_id: ElevatorPlanId,
    pub share_id: ElevatorShareId,
    pub owner_id: Option<OwnerId>,
    pub unit_code: String,
    pub channel: SignatureChannel,
    pub state: SignatureState,
    pub signer_name: String,
    pub recorded_by: AccountId,
    pub recorded_name: String,
    pub recorded_at: UtcTime,
    pub checked_by: Option<AccountId>,
    pub checked_name: Option<String>,
    pub checked_at: Option<UtcTime>,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = elevator_objections)]
#[diesel(treat_none_as_default_value = false)]
pub struct ObjectionRow {
    pub id: ElevatorObjectionId,
    pub case_id: ElevatorCaseId,
    pub unit_id: UnitId,
    pub owner_id: Option<OwnerId>,
    pub unit_code: String,
    pub kind: ObjectionKind,
    pub text: String,
    pub filed_by: String,
    pub filed_at: UtcTime,
    pub closing: Option<Closing>,
    pub closing_reason: Option<String>,
    pub next_way: Option<NextWay>,
    pub closed_by: Option<String>,
    pub closed_at: Option<UtcTime>,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = elevator_mediations)]
#[diesel(treat_none_as_default_value = false)]
pub struct MediationRow {
    pub id: MediationId,
    pub objection_id: ElevatorObjectionId,
    pub held_on: LocalDate,
    pub mediators: String,
    pub outcome: String,
    pub signed_note: Option<String>,
    pub recorded_by: String,
    pub recorded_at: UtcTime,
}
