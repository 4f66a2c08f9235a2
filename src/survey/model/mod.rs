//! Words of surveys, what is asked for, and the rows of the tables (`rows`).

mod gate;
mod rows;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use gate::{Denominator, GateRule, GateTest, GateVerdict};
pub use rows::*;

use crate::kernel::{
    BuildingId, CommunityId, SurveyHouseholdId, SurveyQuestionnaireId, SurveyVersionId, UtcTime,
    VisitKey,
};

crate::text_enum! {
    /// What a survey is for.
    pub enum Purpose {
        /// 居民意愿摸底.
        Wishes = "wishes",
        /// 纳入年度计划.
        Include = "include",
        /// 征求意见.
        Consult = "consult",
        /// 确定改造方案.
        Adopt = "adopt",
        /// 竣工验收满意度.
        Accept = "accept",
        /// 对方案的意见.
        PlanOpinions = "plan_opinions",
    }
}

crate::text_enum! {
    /// Where a survey stands.
    pub enum SurveyState {
        /// 草稿.
        Draft = "draft",
        /// 进行中.
        Open = "open",
        /// 已截止.
        Closed = "closed",
        /// 已作废, with the reason.
        Void = "void",
    }
}

crate::text_enum! {
    /// What may be done with a survey.
    pub enum SurveyCommand {
        /// 开始: freezes the roll of households.
        Open = "open",
        /// 发放一户一码.
        IssueLinks = "issue_links",
        /// 答卷.
        Answer = "answer",
        /// 录入上门或纸质答卷; what comes after the count is kept and does not count.
        Enter = "enter",
        /// 复核截止后录入的答卷.
        ConfirmEntry = "confirm_entry",
        /// 催办.
        Remind = "remind",
        /// 截止: counts.
        Close = "close",
        /// 整改.
        Rectify = "rectify",
        /// 下一轮.
        NextRound = "next_round",
        /// 作废.
        Void = "void",
    }
}

crate::text_enum! {
    /// How a question is answered.
    #[schema(as = SurveyQuestionKind)]
    pub enum QuestionKind {
        /// 单选.
        Single = "single",
        /// 多选.
        Multiple = "multiple",
        /// 打分, from 1 to `most`.
        Scale = "scale",
        /// 文字.
        Text = "text",
    }
}

crate::text_enum! {
    /// Who of the household answers.
    pub enum Respondent {
        /// 业主.
        Owner = "owner",
        /// 承租人: may answer a survey, never a statutory vote.
        Tenant = "tenant",
        /// 其他家庭成员.
        Member = "member",
    }
}

crate::text_enum! {
    /// How an answer came.
    #[schema(as = SurveyChannel)]
    pub enum Channel {
        /// 登录填写.
        Online = "online",
        /// 一户一码.
        Link = "link",
        /// 上门, two visitors.
        Door = "door",
        /// 纸质问卷.
        Paper = "paper",
    }
}

crate::text_enum! {
    /// How a household confirmed what two visitors took down.
    pub enum AnswerConfirmation {
        /// 签字.
        Signed = "signed",
        /// 微信或短信.
        Message = "message",
        /// 录音录像.
        Recording = "recording",
    }
}

crate::text_enum! {
    /// How an answer stands to the close by when it came here.
    pub enum AnswerStanding {
        /// 按时: before the close.
        InTime = "in_time",
        /// 待复核: entered after the close; it counts once another person typed the same.
        Waiting = "waiting",
        /// 已复核: entered after the close by one person and typed again by another.
        Confirmed = "confirmed",
        /// 逾期: kept, and not counted.
        Late = "late",
    }
}

crate::text_enum! {
    /// Where a rectification task stands.
    pub enum TaskState {
        /// 待整改.
        Open = "open",
        /// 已整改，待复核.
        Done = "done",
        /// 已复核.
        Confirmed = "confirmed",
    }
}

/// An option of a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerOption {
    /// Its key within the question: 1 to 40 of a-z, 0-9, `_`.
    #[schema(example = "agree")]
    pub key: String,
    /// What people read, 1 to 200 characters.
    #[schema(example = "同意")]
    pub text: String,
}

/// A question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Its key within the questionnaire: 1 to 40 of a-z, 0-9, `_`.
    #[schema(example = "overall")]
    pub key: String,
    /// What is asked, 1 to 500 characters.
    #[schema(example = "您对本次改造总体是否满意？")]
    pub text: String,
    /// How it is answered.
    pub kind: QuestionKind,
    /// Whether an answer without it is refused.
    #[serde(default)]
    pub required: bool,
    /// For `single` and `multiple`: 2 to 50 options.
    #[serde(default)]
    pub options: Vec<AnswerOption>,
    /// For `scale` the highest mark, 2 to 10; for `multiple` how many may be chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most: Option<u32>,
    /// Which options (or marks) count as in favour or satisfied.
    #[serde(default)]
    pub in_favour: Vec<String>,
    /// Whether this is the question that the gate counts; one at the most.
    #[serde(default)]
    pub gate: bool,
}

/// The answer to one question: a key, several keys, a mark, or a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(untagged)]
pub enum Given {
    /// A mark.
    Mark(u32),
    /// The key of an option, or a text.
    One(String),
    /// Keys of options.
    Many(Vec<String>),
}

/// The answers of a household by question.
pub type Answers = BTreeMap<String, Given>;

/// A questionnaire to be made, with its first version.
#[derive(Debug, Clone)]
pub struct NewQuestionnaire {
    /// Communities whose code begins so; either this or the community.
    pub division_code: Option<String>,
    /// One community only.
    pub community_id: Option<CommunityId>,
    /// What it is for.
    pub purpose: Purpose,
    /// Its title.
    pub title: String,
    /// Its questions.
    pub questions: Vec<Question>,
}

/// A survey to be made.
#[derive(Debug, Clone)]
pub struct NewSurvey {
    /// The community.
    pub community_id: CommunityId,
    /// These buildings of it; the whole community where empty.
    pub building_ids: Vec<BuildingId>,
    /// The questionnaire's version.
    pub version_id: SurveyVersionId,
    /// Its title.
    pub title: String,
    /// What it is about: a plan's version, a project.
    pub subject: Option<String>,
    /// The gates' policy.
    pub policy: String,
    /// When it closes.
    pub closes_at: UtcTime,
    /// Days after the close in which staff may enter what was given before it.
    pub entry_days: u16,
}

/// The round after a failed one.
#[derive(Debug, Clone)]
pub struct NextRound {
    /// When it closes.
    pub closes_at: UtcTime,
    /// Another version of the same questionnaire; the same one where absent.
    pub version_id: Option<SurveyVersionId>,
    /// What it is about; as before where absent.
    pub subject: Option<String>,
}

/// How an answer was taken down by staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// At the door by two visitors; how the household confirmed it, if it did.
    Door([String; 2], Option<AnswerConfirmation>),
    /// On paper, by its serial.
    Paper(String),
}

/// An answer that staff enters.
#[derive(Debug, Clone)]
pub struct TakenAnswer {
    /// The household.
    pub household_id: SurveyHouseholdId,
    /// Who answered.
    pub respondent: Respondent,
    /// The answers.
    pub answers: Answers,
    /// How it was taken.
    pub taken: Taken,
    /// When the household gave it.
    pub given_at: UtcTime,
    /// The key that a phone made.
    pub client_key: Option<VisitKey>,
}

/// What a list of surveys is narrowed by.
#[derive(Debug, Clone, Default)]
pub struct SurveyFilter {
    /// One community only.
    pub community_id: Option<CommunityId>,
    /// One state only.
    pub state: Option<SurveyState>,
    /// One purpose only.
    pub purpose: Option<Purpose>,
    /// Rounds of one questionnaire only.
    pub questionnaire_id: Option<SurveyQuestionnaireId>,
}
