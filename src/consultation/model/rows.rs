//! The rows of consultations, rounds, stances, corrections and assignments.

use diesel::{Insertable, Queryable, Selectable};

use super::{Confirmation, ConsultationState, Reason, Stance, StanceSource, VisitorRole};
use crate::kernel::{
    AccountId, AssignmentId, CommunityId, ConsultationId, ConsultationRoundId, ProposalState,
    StanceCorrectionId, StanceId, UnitId, UtcTime, VisitClashId, VisitKey,
};
use crate::platform::db::schema::{
    consultation_assignments, consultation_clashes, consultation_corrections, consultation_rounds,
    consultation_stances, consultations,
};

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = consultations)]
#[diesel(treat_none_as_default_value = false)]
pub struct ConsultationRow {
    pub id: ConsultationId,
    pub division_code: String,
    pub community_id: CommunityId,
    pub title: String,
    pub target_percent: i32,
    pub state: ConsultationState,
    pub created_by: AccountId,
    pub creator_name: String,
    pub created_at: UtcTime,
    pub concluded_at: Option<UtcTime>,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = consultation_rounds)]
#[diesel(treat_none_as_default_value = false)]
pub struct RoundRow {
    pub id: ConsultationRoundId,
    pub consultation_id: ConsultationId,
    pub number: i32,
    pub opened_at: UtcTime,
    pub opener_name: String,
    pub closed_at: Option<UtcTime>,
    pub closer_name: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = consultation_stances)]
#[diesel(treat_none_as_default_value = false)]
pub struct StanceRow {
    pub id: StanceId,
    pub consultation_id: ConsultationId,
    pub unit_id: UnitId,
    pub round: i32,
    pub source: StanceSource,
    pub stance: Stance,
    pub reason: Option<Reason>,
    pub note: Option<String>,
    pub said_at: UtcTime,
    pub place: Option<String>,
    pub first_visitor: Option<String>,
    pub first_role: Option<VisitorRole>,
    pub second_visitor: Option<String>,
    pub second_role: Option<VisitorRole>,
    pub confirmation: Option<Confirmation>,
    pub clash: bool,
    pub client_key: Option<VisitKey>,
    pub digest: String,
    pub recorded_by: AccountId,
    pub recorder_name: String,
    pub recorded_at: UtcTime,
}

/// What a decision needs of a stance.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = consultation_stances)]
pub struct EntryRow {
    pub id: StanceId,
    pub unit_id: UnitId,
    pub round: i32,
    pub stance: Stance,
    pub reason: Option<Reason>,
    pub said_at: UtcTime,
    pub clash: bool,
    pub recorded_by: AccountId,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = consultation_corrections)]
#[diesel(treat_none_as_default_value = false)]
pub struct CorrectionRow {
    pub id: StanceCorrectionId,
    pub stance_id: StanceId,
    pub stance: Option<Stance>,
    pub why: String,
    pub state: ProposalState,
    pub proposed_by: AccountId,
    pub proposer_name: String,
    pub proposed_at: UtcTime,
    pub settled_by: Option<AccountId>,
    pub settler_name: Option<String>,
    pub settled_at: Option<UtcTime>,
    pub confirmation: Option<Confirmation>,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = consultation_clashes)]
pub struct ClashRow {
    pub id: VisitClashId,
    pub consultation_id: ConsultationId,
    pub client_key: VisitKey,
    pub digest: String,
    pub content: String,
    pub receiver_name: String,
    pub received_at: UtcTime,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = consultation_assignments)]
pub struct AssignmentRow {
    pub id: AssignmentId,
    pub consultation_id: ConsultationId,
    pub round: i32,
    pub unit_id: UnitId,
    pub first_account: AccountId,
    pub first_login: String,
    pub second_account: AccountId,
    pub second_login: String,
    pub assigned_by: AccountId,
    pub assigner_name: String,
    pub assigned_at: UtcTime,
}
