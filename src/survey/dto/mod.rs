//! What travels over HTTP into surveys. What comes out are the views of the services.

use serde::Deserialize;

use crate::kernel::{
    BuildingId, Code, CommunityId, Outcome, PageQuery, Refusal, SurveyHouseholdId,
    SurveyQuestionnaireId, SurveyVersionId, UnitId, UtcTime, VisitKey, text::check_text,
};
use crate::platform::http::{ReadItem, read_items};
use crate::survey::model::{
    AnswerConfirmation, Answers, Given, NewQuestionnaire, NewSurvey, NextRound, Purpose, Question,
    QuestionKind, Respondent, SurveyFilter, SurveyState, Taken, TakenAnswer,
};

const MOST_NAME: usize = 200;
const MOST_TEXT: usize = 5_000;
const MOST_BUILDINGS: usize = 500;
const MOST_ENTRY_DAYS: u16 = 30;
const MOST_ENTRIES: usize = 500;

fn text(pointer: &str, text: &str, most: usize) -> Outcome<String> {
    check_text(pointer, text, 1..=most)
}

/// A questionnaire with its first version.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuestionnaireIn {
    /// One community only; either this or `division_code`.
    #[serde(default)]
    pub community_id: Option<CommunityId>,
    /// Communities whose division code begins so: 2, 4, 6, 9 or 12 digits.
    #[serde(default)]
    #[schema(example = "130102")]
    pub division_code: Option<String>,
    /// What it is for. `include`, `adopt` and `accept` need one question with `gate`, the others none.
    pub purpose: Purpose,
    /// 1 to 200 characters.
    #[schema(example = "改造满意度调查")]
    pub title: String,
    /// 1 to 60 questions.
    pub questions: Vec<Question>,
}

impl QuestionnaireIn {
    /// The command.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<NewQuestionnaire> {
        let is_code = |code: &String| {
            matches!(code.len(), 2 | 4 | 6 | 9 | 12) && code.bytes().all(|b| b.is_ascii_digit())
        };
        if self.division_code.as_ref().is_some_and(|code| !is_code(code))
            || self.division_code.is_some() == self.community_id.is_some()
        {
            let detail = "小区或区划代码二者择一 · a community or a division code, and not both";
            return Err(Refusal::field(Code::InvalidField, "/division_code", detail));
        }
        Ok(NewQuestionnaire {
            title: text("/title", &self.title, MOST_NAME)?,
            division_code: self.division_code,
            community_id: self.community_id,
            purpose: self.purpose,
            questions: self.questions,
        })
    }
}

/// Another version of a questionnaire.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VersionIn {
    /// 1 to 60 questions.
    pub questions: Vec<Question>,
}

/// A survey.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SurveyIn {
    /// The community.
    pub community_id: CommunityId,
    /// These buildings of it; the whole community where absent.
    #[serde(default)]
    pub building_ids: Vec<BuildingId>,
    /// The questionnaire's version.
    pub version_id: SurveyVersionId,
    /// 1 to 200 characters.
    #[schema(example = "幸福里小区竣工验收满意度调查")]
    pub title: String,
    /// What it is about: a plan's version, a project; 1 to 200 characters.
    #[serde(default)]
    pub subject: Option<String>,
    /// Whose gates count: `hebei`, or `hebei_all_households`; `hebei` where absent.
    #[serde(default)]
    pub policy: Option<String>,
    /// When it closes.
    pub closes_at: UtcTime,
    /// Days after the close in which staff may enter what was given at the door or on paper before it, 0 to
    /// 30; 0 where absent. The count waits for their end.
    #[serde(default)]
    pub entry_days: u16,
}

impl SurveyIn {
    /// The command.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<NewSurvey> {
        if self.building_ids.len() > MOST_BUILDINGS {
            let detail = format!("at most {MOST_BUILDINGS}");
            return Err(Refusal::field(Code::InvalidField, "/building_ids", detail));
        }
        if self.entry_days > MOST_ENTRY_DAYS {
            let detail = format!("0 to {MOST_ENTRY_DAYS}");
            return Err(Refusal::field(Code::InvalidField, "/entry_days", detail));
        }
        let subject = self.subject.map(|subject| text("/subject", &subject, MOST_NAME));
        Ok(NewSurvey {
            entry_days: self.entry_days,
            title: text("/title", &self.title, MOST_NAME)?,
            subject: subject.transpose()?,
            community_id: self.community_id,
            building_ids: self.building_ids,
            version_id: self.version_id,
            policy: self.policy.unwrap_or_else(|| "hebei".to_owned()),
            closes_at: self.closes_at,
        })
    }
}

/// The next round of a failed survey.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NextRoundIn {
    /// When it closes.
    pub closes_at: UtcTime,
    /// Another version of the same questionnaire; the same one where absent.
    #[serde(default)]
    pub version_id: Option<SurveyVersionId>,
    /// What it is about; as before where absent.
    #[serde(default)]
    pub subject: Option<String>,
}

impl NextRoundIn {
    /// The command.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<NextRound> {
        let subject = self.subject.map(|subject| text("/subject", &subject, MOST_NAME));
        let (closes_at, version_id) = (self.closes_at, self.version_id);
        Ok(NextRound { closes_at, version_id, subject: subject.transpose()? })
    }
}

/// A reason.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SurveyReasonIn {
    /// 1 to 5,000 characters.
    #[schema(example = "问卷发错小区")]
    pub reason: String,
}

impl SurveyReasonIn {
    /// The reason.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<String> {
        text("/reason", &self.reason, MOST_TEXT)
    }
}

/// An owner's answer for a unit of his.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnAnswerIn {
    /// The unit.
    pub unit_id: UnitId,
    /// By question: an option's key, a list of keys, a mark, or a text.
    #[schema(value_type = Object, example = json!({ "overall": "satisfied", "pipes": 4 }))]
    pub answers: Answers,
}

/// An answer by a household's link.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkAnswerIn {
    /// Who of the household answers.
    pub respondent: Respondent,
    /// By question: an option's key, a list of keys, a mark, or a text.
    #[schema(value_type = Object, example = json!({ "overall": "satisfied", "pipes": 4 }))]
    pub answers: Answers,
}

/// An answer taken at the door by two visitors, or on paper.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TakenAnswerIn {
    /// In a batch, and only there: a UUID that the phone makes; the same answer sent again has no second
    /// effect.
    #[serde(default)]
    pub client_id: Option<VisitKey>,
    /// The household of the roll.
    pub household_id: SurveyHouseholdId,
    /// Who of the household answered.
    pub respondent: Respondent,
    /// By question.
    #[schema(value_type = Object, example = json!({ "overall": "satisfied", "pipes": 4 }))]
    pub answers: Answers,
    /// At the door: the names of the two visitors. Either these or `serial`.
    #[serde(default)]
    #[schema(example = json!(["李敏", "王强"]))]
    pub visitors: Option<Vec<String>>,
    /// At the door: how the household confirmed it. Without, the visit does not outweigh what the household
    /// itself said.
    #[serde(default)]
    pub confirmation: Option<AnswerConfirmation>,
    /// On paper: the paper's serial, 1 to 200 characters, once per survey.
    #[serde(default)]
    pub serial: Option<String>,
    /// When the household gave it.
    pub given_at: UtcTime,
}

impl TakenAnswerIn {
    /// The command.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<TakenAnswer> {
        if self.client_id.is_some() {
            let detail = "in a batch only · 仅批量上传时填写";
            return Err(Refusal::field(Code::InvalidField, "/client_id", detail));
        }
        let taken = match (self.visitors, self.serial) {
            (Some(names), None) => Taken::Door(two_visitors(&names)?, self.confirmation),
            (None, Some(_)) if self.confirmation.is_some() => {
                let detail = "纸质问卷本身即为凭证 · a paper is its own proof";
                return Err(Refusal::field(Code::InvalidField, "/confirmation", detail));
            }
            (None, Some(serial)) => Taken::Paper(text("/serial", &serial, MOST_NAME)?),
            _ => {
                let detail = "入户人或问卷编号二者择一 · visitors or a serial, and not both";
                return Err(Refusal::field(Code::InvalidField, "/visitors", detail));
            }
        };
        Ok(TakenAnswer {
            household_id: self.household_id,
            respondent: self.respondent,
            answers: self.answers,
            taken,
            given_at: self.given_at,
            client_key: None,
        })
    }
}

/// Answers from one phone.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SurveyEntriesIn {
    /// 1 to 500 answers, 256 KiB together at the most; each is answered by itself.
    #[schema(value_type = Vec<TakenAnswerIn>)]
    pub entries: Vec<serde_json::Value>,
}

impl SurveyEntriesIn {
    /// The answers; one that can't be read stops none of the others.
    ///
    /// # Errors
    /// `invalid_field` for none and for more than 500.
    pub fn into_command(self) -> Outcome<Vec<ReadItem<TakenAnswer>>> {
        read_items(("/entries", MOST_ENTRIES), self.entries, |taken: TakenAnswerIn| {
            let key = taken.client_id;
            let taken = TakenAnswerIn { client_id: None, ..taken }.into_command()?;
            let detail = "a UUID that the phone makes · 须有设备生成的编号";
            let none = || Refusal::field(Code::InvalidField, "/client_id", detail);
            Ok(TakenAnswer { client_key: Some(key.ok_or_else(none)?), ..taken })
        })
    }
}

/// The answers again, as a second person types them from the paper.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SurveyEntryAgainIn {
    /// By question; words may be left out.
    #[schema(value_type = Object, example = json!({ "overall": "satisfied", "pipes": 4 }))]
    pub answers: Answers,
}

fn two_visitors(names: &[String]) -> Outcome<[String; 2]> {
    let [first, second] = names else {
        let detail = "须有两名入户人 · two visitors";
        return Err(Refusal::field(Code::InvalidField, "/visitors", detail));
    };
    let both = [text("/visitors/0", first, MOST_NAME)?, text("/visitors/1", second, MOST_NAME)?];
    if both.first() == both.last() {
        let detail = "须为两人 · two different people";
        return Err(Refusal::field(Code::InvalidField, "/visitors/1", detail));
    }
    Ok(both)
}

crate::text_enum! {
    /// How links are given out.
    pub enum LinkFormat {
        /// JSON.
        Json = "json",
        /// A spreadsheet.
        Csv = "csv",
        /// A page of slips to print, each with its QR code.
        Html = "html",
    }
}

/// Whom links are issued to.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinksIn {
    /// One building only.
    #[serde(default)]
    pub building: Option<String>,
    /// These households only; all where absent.
    #[serde(default)]
    pub household_ids: Vec<SurveyHouseholdId>,
    /// `json` where absent.
    #[serde(default)]
    pub format: Option<LinkFormat>,
}

/// A task added by hand.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TaskIn {
    /// The item, 1 to 200 characters.
    #[schema(example = "3 栋排水")]
    pub item: String,
    /// What is to be put right, 1 to 5,000 characters.
    #[schema(example = "3 栋一层返水，须改管")]
    pub description: String,
}

impl TaskIn {
    /// The command: item and description.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<(String, String)> {
        let item = text("/item", &self.item, MOST_NAME)?;
        Ok((item, text("/description", &self.description, MOST_TEXT)?))
    }
}

/// What was done about a task.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TaskDoneIn {
    /// What was done and where its proof lies, 1 to 5,000 characters.
    #[schema(example = "已换 DN110 排水管，照片见工程资料 2026-17")]
    pub evidence: String,
}

impl TaskDoneIn {
    /// The evidence.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<String> {
        text("/evidence", &self.evidence, MOST_TEXT)
    }
}

/// Whether a second person confirms a task.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TaskReviewIn {
    /// `false` sends it back.
    pub accepted: bool,
}

/// What a list of surveys is narrowed by.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct SurveyQuery {
    /// Items per page, 1 to 200; 50 when absent.
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// One community only.
    pub community_id: Option<CommunityId>,
    /// One state only.
    pub state: Option<SurveyState>,
    /// One purpose only.
    pub purpose: Option<Purpose>,
    /// Rounds of one questionnaire only.
    pub questionnaire_id: Option<SurveyQuestionnaireId>,
}

impl SurveyQuery {
    /// The filter and the paging part.
    #[must_use]
    pub fn parts(self) -> (SurveyFilter, PageQuery) {
        let filter = SurveyFilter {
            community_id: self.community_id,
            state: self.state,
            purpose: self.purpose,
            questionnaire_id: self.questionnaire_id,
        };
        (filter, PageQuery { limit: self.limit, cursor: self.cursor })
    }
}

/// What a list of questionnaires is narrowed by.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct QuestionnaireQuery {
    /// Items per page, 1 to 200; 50 when absent.
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// One purpose only.
    pub purpose: Option<Purpose>,
}

/// What the list of missing households is narrowed by.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct MissingQuery {
    /// Items per page, 1 to 200; 50 when absent.
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// One building only.
    pub building: Option<String>,
}

/// Who answers, and what, as a page's form sends it: `respondent`, and `q.` with each question's key.
/// What can't be read is left for the rules to name.
#[must_use]
pub fn of_form(questions: &[Question], form: &[(String, String)]) -> (Respondent, Answers) {
    let values = |name: &str| -> Vec<String> {
        let of = form.iter().filter(|(known, _)| known == name);
        of.map(|(_, value)| value.trim().to_owned()).filter(|value| !value.is_empty()).collect()
    };
    let respondent = values("respondent").first().and_then(|word| word.parse().ok());
    let mut answers = Answers::new();
    for question in questions {
        let mut given = values(&format!("q.{}", question.key));
        if given.is_empty() {
            continue;
        }
        let one = given.first().cloned().unwrap_or_default();
        let value = match question.kind {
            QuestionKind::Multiple => Given::Many(std::mem::take(&mut given)),
            QuestionKind::Scale => one.parse().map_or(Given::One(one), Given::Mark),
            QuestionKind::Single | QuestionKind::Text => Given::One(one),
        };
        answers.insert(question.key.clone(), value);
    }
    (respondent.unwrap_or(Respondent::Member), answers)
}
