//! Words and rows of objections, applications and pledges.

use diesel::{Insertable, Queryable, Selectable};
use serde::{Deserialize, Serialize};

use super::Reason;
use crate::kernel::{
    AccountId, ApplicationId, ApplicationMergeId, CommunityId, ConsultationId,
    ConsultationObjectionId, LocalDate, ObjectionStepId, ObjectionUnitId, ObjectionWithdrawalId,
    OwnerId, PledgeId, UnitId, UtcTime,
};
use crate::platform::db::schema::{
    consultation_applications, consultation_merges, consultation_objection_steps,
    consultation_objection_units, consultation_objections, consultation_pledges,
    consultation_withdrawals,
};

crate::text_enum! {
    /// Where an objection stands.
    pub enum ObjectionState {
        /// 已提出.
        Raised = "raised",
        /// 已答复.
        Answered = "answered",
        /// 异议人已确认.
        Confirmed = "confirmed",
        /// 异议人不满意.
        NotSatisfied = "not_satisfied",
        /// 已撤回.
        Withdrawn = "withdrawn",
    }
}

crate::text_enum! {
    /// What is done with an objection.
    pub enum ObjectionCommand {
        /// An answer is proposed.
        Answer = "answer",
        /// The objector is satisfied.
        Confirm = "confirm",
        /// The objector is not.
        Refuse = "refuse",
        /// The objector takes it back.
        Withdraw = "withdraw",
    }
}

crate::text_enum! {
    /// How an application came.
    #[schema(as = ApplicationChannel)]
    pub enum Channel {
        /// 居民线上.
        Resident = "resident",
        /// 街道社区窗口.
        StreetDesk = "street_desk",
        /// 热线.
        Hotline = "hotline",
        /// 批量导入.
        Import = "import",
    }
}

crate::text_enum! {
    /// What a household promises.
    pub enum PledgeKind {
        /// 配合改造.
        Cooperate = "cooperate",
        /// 拆除违法建设.
        RemoveIllegalStructures = "remove_illegal_structures",
        /// 缴纳物业费.
        PayPropertyFee = "pay_property_fee",
        /// 归集住宅专项维修资金.
        DepositRepairFund = "deposit_repair_fund",
    }
}

crate::text_enum! {
    /// Where a pledge stands.
    pub enum PledgeState {
        /// 已承诺.
        Given = "given",
        /// 已撤回.
        Withdrawn = "withdrawn",
        /// 已履行.
        Fulfilled = "fulfilled",
    }
}

/// An objection to be filed.
#[derive(Debug, Clone)]
pub struct NewConsultationObjection {
    /// The households; an owner's own one where none is named.
    pub unit_ids: Vec<UnitId>,
    /// Why, by the list.
    pub reason: Reason,
    /// Why, in words.
    pub text: String,
}

/// What is done with an objection.
#[derive(Debug, Clone)]
pub struct NewObjectionStep {
    /// What.
    pub command: ObjectionCommand,
    /// In words: the answer, or what the objector says and how it is on record.
    pub text: String,
    /// An answer's wording for everybody; it names nobody.
    pub public_text: Option<String>,
    /// The version of the plan that answers it, by number or digest.
    pub plan_version: Option<String>,
    /// Whether the plan was changed by it.
    pub plan_changed: bool,
}

/// An application to be entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewApplication {
    /// Who applies.
    pub applicant: String,
    /// The unit's number.
    pub unit_code: Option<String>,
    /// What is asked for.
    pub text: String,
    /// The number that it has elsewhere, of the hotline for instance.
    pub reference: Option<String>,
    /// The day; today where absent.
    pub applied_on: Option<LocalDate>,
}

/// A pledge to be recorded.
#[derive(Debug, Clone)]
pub struct NewPledge {
    /// The household; an owner's own one where none is named.
    pub unit_id: Option<UnitId>,
    /// What is promised.
    pub kind: PledgeKind,
    /// Where it stands from now.
    pub state: PledgeState,
    /// The paper's number, the receipt's, the photo's.
    pub proof: Option<String>,
}

/// How many households stand where with a kind of pledge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PledgeCount {
    /// The kind.
    pub kind: PledgeKind,
    /// Households that promised it and have not fulfilled it yet.
    pub given: u32,
    /// Those that took it back.
    pub withdrawn: u32,
    /// Those that fulfilled it.
    pub fulfilled: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = consultation_objections)]
#[diesel(treat_none_as_default_value = false)]
pub struct ConsultationObjectionRow {
    pub id: ConsultationObjectionId,
    pub consultation_id: ConsultationId,
    pub number: i32,
    pub reason: Reason,
    pub text: String,
    pub state: ObjectionState,
    pub owner_id: Option<OwnerId>,
    pub filed_by: AccountId,
    pub filer_name: String,
    pub filed_at: UtcTime,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = consultation_objection_units)]
pub struct ObjectionUnitRow {
    pub id: ObjectionUnitId,
    pub objection_id: ConsultationObjectionId,
    pub unit_id: UnitId,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = consultation_objection_steps)]
#[diesel(treat_none_as_default_value = false)]
pub struct ObjectionStepRow {
    pub id: ObjectionStepId,
    pub objection_id: ConsultationObjectionId,
    pub command: ObjectionCommand,
    pub text: String,
    pub public_text: Option<String>,
    pub plan_version: Option<String>,
    pub plan_changed: bool,
    pub actor: AccountId,
    pub actor_name: String,
    pub at: UtcTime,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = consultation_withdrawals)]
#[diesel(treat_none_as_default_value = false)]
pub struct WithdrawalRow {
    pub id: ObjectionWithdrawalId,
    pub objection_id: ConsultationObjectionId,
    pub after_steps: i32,
    pub text: String,
    pub proposed_by: AccountId,
    pub proposer_name: String,
    pub proposed_at: UtcTime,
    pub confirmed_by: Option<AccountId>,
    pub confirmer_name: Option<String>,
    pub confirmed_at: Option<UtcTime>,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = consultation_applications)]
#[diesel(treat_none_as_default_value = false)]
pub struct ApplicationRow {
    pub id: ApplicationId,
    pub division_code: String,
    pub year: i32,
    pub sequence: i32,
    pub number: String,
    pub community_id: CommunityId,
    pub channel: Channel,
    pub applicant: String,
    pub unit_code: Option<String>,
    pub text: String,
    pub reference: Option<String>,
    pub applied_on: LocalDate,
    pub owner_id: Option<OwnerId>,
    pub recorded_by: AccountId,
    pub recorder_name: String,
    pub recorded_at: UtcTime,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = consultation_merges)]
#[diesel(treat_none_as_default_value = false)]
pub struct MergeRow {
    pub id: ApplicationMergeId,
    pub from_id: ApplicationId,
    pub into_id: ApplicationId,
    pub reason: String,
    pub merged_by: AccountId,
    pub merger_name: String,
    pub merged_at: UtcTime,
    pub undo_reason: Option<String>,
    pub undoer_name: Option<String>,
    pub undone_at: Option<UtcTime>,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = consultation_pledges)]
#[diesel(treat_none_as_default_value = false)]
pub struct PledgeRow {
    pub id: PledgeId,
    pub community_id: CommunityId,
    pub unit_id: UnitId,
    pub kind: PledgeKind,
    pub state: PledgeState,
    pub proof: String,
    pub owner_id: Option<OwnerId>,
    pub recorded_by: AccountId,
    pub recorder_name: String,
    pub recorded_at: UtcTime,
}
