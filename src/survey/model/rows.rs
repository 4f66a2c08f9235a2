//! The rows of the tables.

use diesel::{Insertable, Queryable, Selectable};

use super::{AnswerConfirmation, Channel, Purpose, Respondent, SurveyState, TaskState};
use crate::kernel::{
    AccountId, BuildingId, CommunityId, LocalDate, SurveyAnswerId, SurveyHouseholdId, SurveyId,
    SurveyLinkId, SurveyQuestionnaireId, SurveyReminderId, SurveyTaskId, SurveyVersionId, UnitId,
    UtcTime, VisitKey,
};
use crate::platform::{
    auth::Place,
    db::schema::{
        survey_answers, survey_confirmations, survey_households, survey_links,
        survey_questionnaires, survey_reminders, survey_tasks, survey_versions, surveys,
    },
};

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = survey_questionnaires)]
#[diesel(treat_none_as_default_value = false)]
pub struct QuestionnaireRow {
    pub id: SurveyQuestionnaireId,
    pub division_code: String,
    pub community_id: Option<CommunityId>,
    pub purpose: Purpose,
    pub title: String,
    pub created_at: UtcTime,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = survey_versions)]
pub struct VersionRow {
    pub id: SurveyVersionId,
    pub questionnaire_id: SurveyQuestionnaireId,
    pub number: i32,
    pub questions: String,
    pub digest: String,
    pub published_at: UtcTime,
    pub published_by: AccountId,
    pub publisher_name: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = surveys)]
#[diesel(treat_none_as_default_value = false)]
pub struct SurveyRow {
    pub id: SurveyId,
    pub division_code: String,
    pub community_id: CommunityId,
    pub buildings: String,
    pub version_id: SurveyVersionId,
    pub purpose: Purpose,
    pub title: String,
    pub subject: Option<String>,
    pub gate: Option<String>,
    pub round: i32,
    pub previous_id: Option<SurveyId>,
    pub state: SurveyState,
    pub closes_at: UtcTime,
    pub opened_at: Option<UtcTime>,
    pub closed_at: Option<UtcTime>,
    pub voided_at: Option<UtcTime>,
    pub voider_name: Option<String>,
    pub void_reason: Option<String>,
    pub households: Option<i64>,
    pub verdict: Option<String>,
    pub created_at: UtcTime,
    pub created_by: AccountId,
    pub creator_name: String,
    pub entry_until: Option<UtcTime>,
}

impl SurveyRow {
    /// Until when staff may enter what households gave before the close.
    #[must_use]
    pub fn entry_end(&self) -> UtcTime {
        self.entry_until.unwrap_or(self.closes_at)
    }

    /// Where it lies: within a building where it is of one only.
    #[must_use]
    pub fn place(&self) -> Place {
        let buildings: Vec<BuildingId> = serde_json::from_str(&self.buildings).unwrap_or_default();
        let building_id = match buildings.as_slice() {
            [one] => Some(*one),
            _ => None,
        };
        Place {
            division_code: self.division_code.clone(),
            community_id: Some(self.community_id),
            building_id,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = survey_households)]
#[diesel(treat_none_as_default_value = false)]
pub struct HouseholdRow {
    pub id: SurveyHouseholdId,
    pub survey_id: SurveyId,
    pub unit_id: UnitId,
    pub position: i32,
    pub code: String,
    pub building: String,
    pub entrance: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = survey_links)]
#[diesel(treat_none_as_default_value = false)]
pub struct LinkRow {
    pub id: SurveyLinkId,
    pub survey_id: SurveyId,
    pub household_id: SurveyHouseholdId,
    pub token_hash: String,
    pub issued_at: UtcTime,
    pub issued_by: AccountId,
    pub replaced_at: Option<UtcTime>,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = survey_answers)]
#[diesel(treat_none_as_default_value = false)]
pub struct AnswerRow {
    pub id: SurveyAnswerId,
    pub survey_id: SurveyId,
    pub household_id: SurveyHouseholdId,
    pub answers: String,
    pub respondent: Respondent,
    pub channel: Channel,
    pub given_at: UtcTime,
    pub received_at: UtcTime,
    pub entered_by: Option<AccountId>,
    pub entrant_name: Option<String>,
    pub link_id: Option<SurveyLinkId>,
    pub visitor: Option<String>,
    pub second_visitor: Option<String>,
    pub serial: Option<String>,
    pub confirmation: Option<AnswerConfirmation>,
    pub client_key: Option<VisitKey>,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = survey_confirmations)]
pub struct ConfirmationRow {
    pub answer_id: SurveyAnswerId,
    pub confirmed_by: AccountId,
    pub confirmer_name: String,
    pub confirmed_at: UtcTime,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = survey_reminders)]
pub struct ReminderRow {
    pub id: SurveyReminderId,
    pub survey_id: SurveyId,
    pub day: LocalDate,
    pub households: i32,
    pub asked_at: UtcTime,
    pub asked_by: AccountId,
    pub asker_name: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = survey_tasks)]
#[diesel(treat_none_as_default_value = false)]
pub struct TaskRow {
    pub id: SurveyTaskId,
    pub survey_id: SurveyId,
    pub position: i32,
    pub item: String,
    pub description: String,
    pub state: TaskState,
    pub evidence: Option<String>,
    pub done_by: Option<AccountId>,
    pub doer_name: Option<String>,
    pub done_at: Option<UtcTime>,
    pub confirmed_by: Option<AccountId>,
    pub confirmer_name: Option<String>,
    pub confirmed_at: Option<UtcTime>,
    pub created_at: UtcTime,
}
