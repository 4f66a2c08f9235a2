//! What travels over HTTP into joint reviews. What comes out are the views of the services.

use serde::Deserialize;

use crate::joint_review::model::{
    InviteWish, NewMeeting, NewOpinion, NewResponse, ResponseKind, ReviewFilter, ReviewState,
    Verdict, Wants,
};
use crate::kernel::{Code, LocalDate, Outcome, PageQuery, ProjectId, Refusal, text::check_text};

const MOST_NAME: usize = 200;
const MOST_TEXT: usize = 5_000;
const MOST_OPINIONS: usize = 200;

fn fault<T>(pointer: &str, detail: &str) -> Outcome<T> {
    Err(Refusal::field(Code::InvalidField, pointer, detail))
}

fn check_sha256(pointer: &str, text: &str) -> Outcome<String> {
    let is_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    if text.len() == 64 && text.bytes().all(is_hex) {
        return Ok(text.to_owned());
    }
    fault(pointer, "SHA-256 as 64 lower-case hex digits")
}

/// A delegate to be named.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DelegateIn {
    /// The account's login.
    #[schema(example = "xiaofang")]
    pub login: String,
    /// The department, as `GET /review-departments` names it.
    #[schema(example = "消防")]
    pub department: String,
    /// The delegate speaks where the division code begins so: 2, 4, 6, 9 or 12 digits.
    #[schema(example = "420106")]
    pub division_code: String,
}

impl DelegateIn {
    /// Login, department and division.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<(String, String, String)> {
        let code = self.division_code;
        let is_code = matches!(code.len(), 2 | 4 | 6 | 9 | 12);
        if !is_code || !code.bytes().all(|byte| byte.is_ascii_digit()) {
            return fault("/division_code", "2, 4, 6, 9 or 12 digits");
        }
        Ok((check_text("/login", &self.login, 1..=MOST_NAME)?, self.department, code))
    }
}

/// A department to be invited.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InviteIn {
    /// The department, as `GET /review-departments` names it.
    #[schema(example = "园林")]
    pub department: String,
    /// Why, 1 to 5,000 characters.
    #[schema(example = "涉及古树名木")]
    pub reason: String,
}

impl InviteIn {
    /// The wish.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<InviteWish> {
        let reason = check_text("/reason", &self.reason, 1..=MOST_TEXT)?;
        Ok(InviteWish { department: self.department, reason })
    }
}

/// A department's opinion on an item.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpinionIn {
    /// The item's position in the round.
    pub item: i32,
    /// What the department says; `withdrawn` takes back what it asked for.
    pub verdict: Verdict,
    /// What it wants to happen with the item.
    #[serde(default)]
    pub wants: Option<Wants>,
    /// Why, at most 5,000 characters; needed for everything but a pass.
    #[serde(default)]
    #[schema(example = "消防车通道净宽不足 4 米")]
    pub text: String,
}

/// Opinions of one department.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpinionsIn {
    /// The department in whose name they are given.
    #[schema(example = "消防")]
    pub department: String,
    /// 1 to 200 opinions.
    pub opinions: Vec<OpinionIn>,
}

impl OpinionsIn {
    /// The department and its opinions.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<(String, Vec<NewOpinion>)> {
        if !(1..=MOST_OPINIONS).contains(&self.opinions.len()) {
            return fault("/opinions", "1 to 200 opinions");
        }
        let one = |(index, one): (usize, OpinionIn)| {
            let least = usize::from(one.verdict != Verdict::Pass);
            let pointer = format!("/opinions/{index}/text");
            let text = check_text(&pointer, &one.text, least..=MOST_TEXT)?;
            Ok(NewOpinion { item: one.item, verdict: one.verdict, wants: one.wants, text })
        };
        let opinions = self.opinions.into_iter().enumerate().map(one).collect::<Outcome<_>>()?;
        Ok((self.department, opinions))
    }
}

/// The designer's answer.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", tag = "answer", deny_unknown_fields)]
#[schema(as = ReviewAnswerIn)]
pub enum AnswerIn {
    /// 采纳.
    Adopted {
        /// The number of the plan version that answers it: the one under review or a later one.
        plan_number: i32,
        /// What was done, at most 5,000 characters.
        #[serde(default)]
        reason: String,
    },
    /// 部分采纳.
    Partly {
        /// What was done and what not, and why.
        reason: String,
    },
    /// 不采纳.
    Rejected {
        /// Why.
        reason: String,
    },
}

impl AnswerIn {
    /// The answer.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<NewResponse> {
        let (kind, reason, least, plan_number) = match self {
            Self::Adopted { plan_number, reason } => {
                (ResponseKind::Adopted, reason, 0, Some(plan_number))
            }
            Self::Partly { reason } => (ResponseKind::Partly, reason, 1, None),
            Self::Rejected { reason } => (ResponseKind::Rejected, reason, 1, None),
        };
        let reason = check_text("/reason", &reason, least..=MOST_TEXT)?;
        Ok(NewResponse { kind, reason, plan_number, ruling: None })
    }
}

/// A department's acceptance of an answer.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptanceIn {
    /// What is to be said, at most 5,000 characters.
    #[serde(default)]
    pub note: String,
}

impl AcceptanceIn {
    /// The acceptance.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<NewResponse> {
        let reason = check_text("/note", &self.note, 0..=MOST_TEXT)?;
        Ok(NewResponse { kind: ResponseKind::Accepted, reason, plan_number: None, ruling: None })
    }
}

/// A ruling of an authority above department and designer.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RulingIn {
    /// Whether the plan stays as it is; else it must follow the department.
    pub for_plan: bool,
    /// The authority, 1 to 200 characters.
    #[schema(example = "区人民政府")]
    pub authority: String,
    /// Why, 1 to 5,000 characters.
    pub reason: String,
    /// SHA-256 of its document, 64 lower-case hex digits.
    pub document_sha256: String,
}

impl RulingIn {
    /// The ruling.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<NewResponse> {
        let authority = check_text("/authority", &self.authority, 1..=MOST_NAME)?;
        let sha256 = check_sha256("/document_sha256", &self.document_sha256)?;
        let kind = if self.for_plan {
            ResponseKind::RuledForPlan
        } else {
            ResponseKind::RuledForDepartment
        };
        let reason = check_text("/reason", &self.reason, 1..=MOST_TEXT)?;
        Ok(NewResponse { kind, reason, plan_number: None, ruling: Some((authority, sha256)) })
    }
}

/// A meeting.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MeetingIn {
    /// The day; today or before.
    pub held_on: LocalDate,
    /// Where, 1 to 200 characters.
    pub place: String,
    /// Who took part, 1 to 5,000 characters.
    pub participants: String,
    /// What came out, 1 to 5,000 characters.
    pub summary: String,
    /// SHA-256 of the minutes, 64 lower-case hex digits.
    pub minutes_sha256: String,
}

impl MeetingIn {
    /// The meeting.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<NewMeeting> {
        Ok(NewMeeting {
            held_on: self.held_on,
            place: check_text("/place", &self.place, 1..=MOST_NAME)?,
            participants: check_text("/participants", &self.participants, 1..=MOST_TEXT)?,
            summary: check_text("/summary", &self.summary, 1..=MOST_TEXT)?,
            minutes_sha256: check_sha256("/minutes_sha256", &self.minutes_sha256)?,
        })
    }
}

/// What a list of cases is narrowed by.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ReviewQuery {
    /// Items per page, 1 to 200; 50 when absent.
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// One project only.
    pub project_id: Option<ProjectId>,
    /// One state only.
    pub state: Option<ReviewState>,
    /// A department that the standing round invited: its inbox.
    pub department: Option<String>,
}

impl ReviewQuery {
    /// The filter and the paging part.
    #[must_use]
    pub fn parts(self) -> (ReviewFilter, PageQuery) {
        let filter = ReviewFilter {
            project_id: self.project_id,
            state: self.state,
            department: self.department,
        };
        (filter, PageQuery { limit: self.limit, cursor: self.cursor })
    }
}

/// Two rounds, and whose items.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct MovesQuery {
    /// The earlier round.
    pub from: i32,
    /// The later round.
    pub to: i32,
    /// Only items that concern this department.
    pub department: Option<String>,
}

/// A round.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct RoundQuery {
    /// Its number.
    pub round: i32,
}
