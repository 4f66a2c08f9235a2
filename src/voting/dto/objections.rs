//! Objections and challenges over HTTP.

use serde::Deserialize;

use super::check_text;
use crate::kernel::{Code, ItemId, LocalDate, Outcome, PageQuery, Refusal};
use crate::voting::model::{NewChallenge, NewObjection, ObjectionFilter, ObjectionSubject};

const MOST_TEXT: usize = 5_000;
const MOST_NAME: usize = 200;

/// An objection to be filed.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ObjectionIn {
    /// The roll or the result; what is open to objections now when absent.
    #[serde(default)]
    pub subject: Option<ObjectionSubject>,
    /// The unit; staff must name one, an owner may where there are several.
    #[serde(default)]
    pub unit_code: Option<String>,
    /// What is objected to, and why; 1 to 5,000 characters.
    #[schema(example = "本户面积应为 68.40 平方米，见不动产权证书")]
    pub text: String,
}

impl ObjectionIn {
    /// The command, with its texts checked.
    ///
    /// # Errors
    /// `invalid_field` with the pointer.
    pub fn into_command(self) -> Outcome<NewObjection> {
        check_text("/text", &self.text, 1..=MOST_TEXT)?;
        if let Some(code) = &self.unit_code {
            check_text("/unit_code", code, 1..=MOST_NAME)?;
        }
        let unit_code = self.unit_code.map(|code| code.trim().to_owned());
        Ok(NewObjection { subject: self.subject, unit_code, text: self.text })
    }
}

/// The answer to an objection.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerIn {
    /// Whether the objection is right.
    pub upheld: bool,
    /// The answer, 1 to 5,000 characters.
    #[schema(example = "经核对不动产登记簿，面积记载无误")]
    pub answer: String,
}

impl AnswerIn {
    /// The command, with its text checked.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<(bool, String)> {
        check_text("/answer", &self.answer, 1..=MOST_TEXT)?;
        Ok((self.upheld, self.answer))
    }
}

/// What a list of objections is narrowed by.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ObjectionQuery {
    /// Items per page, 1 to 200; 50 when absent.
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// To the roll or to the result only.
    pub subject: Option<ObjectionSubject>,
    /// Answered ones only, or open ones only.
    pub answered: Option<bool>,
}

impl ObjectionQuery {
    /// The filter and the paging part.
    #[must_use]
    pub fn parts(self) -> (ObjectionFilter, PageQuery) {
        let filter =
            ObjectionFilter { subject: self.subject, answered: self.answered, owner_id: None };
        (filter, PageQuery { limit: self.limit, cursor: self.cursor })
    }
}

/// A challenge in court to be recorded.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChallengeIn {
    /// The item that is challenged; the whole vote when absent.
    #[serde(default)]
    pub item_id: Option<ItemId>,
    /// The court, 1 to 200 characters.
    #[schema(example = "示例区人民法院")]
    pub court: String,
    /// 案号, 1 to 200 characters.
    #[schema(example = "（2026）民初 1 号")]
    pub case_number: String,
    /// When it was filed.
    pub filed_on: LocalDate,
    /// What the court decided, where it has.
    #[serde(default)]
    pub outcome: Option<String>,
    /// Whether that annuls the item, or the whole vote (民法典 280); nothing rests on it from then.
    #[serde(default)]
    pub annuls: bool,
}

impl ChallengeIn {
    /// The command, with its texts checked.
    ///
    /// # Errors
    /// `invalid_field` with the pointer.
    pub fn into_command(self) -> Outcome<NewChallenge> {
        check_text("/court", &self.court, 1..=MOST_NAME)?;
        check_text("/case_number", &self.case_number, 1..=MOST_NAME)?;
        if let Some(outcome) = &self.outcome {
            check_text("/outcome", outcome, 1..=MOST_TEXT)?;
        }
        if self.annuls && self.outcome.is_none() {
            let detail = "what did the court decide? · 须填写裁判结果";
            return Err(Refusal::field(Code::InvalidField, "/outcome", detail));
        }
        Ok(NewChallenge {
            item_id: self.item_id,
            court: self.court,
            case_number: self.case_number,
            filed_on: self.filed_on,
            outcome: self.outcome,
            annuls: self.annuls,
        })
    }
}
