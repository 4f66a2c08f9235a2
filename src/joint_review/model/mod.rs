//! The words of a joint review: departments, rounds, opinions, answers, what is still open.

mod cases;
mod rows;

pub use cases::*;
pub use rows::*;

use serde::{Deserialize, Serialize};

use crate::kernel::LocalDate;

crate::text_enum! {
    /// The state of a case; `docs/state-machines/joint-review.md` draws it.
    pub enum ReviewState {
        /// 审查中.
        Open = "open",
        /// 已结案: nothing is unresolved in its round.
        Closed = "closed",
    }
}

crate::text_enum! {
    /// What is done to a case.
    pub enum ReviewCommand {
        /// 开启下一轮: on a newer version of the plan.
        NextRound = "next_round",
        /// 增邀部门.
        Invite = "invite",
        /// 发表意见, a withdrawal too.
        Opine = "opine",
        /// 答复意见, its acceptance or a ruling too.
        Respond = "respond",
        /// 登记会议.
        RecordMeeting = "record_meeting",
        /// 记录沉默: by the clock.
        RecordSilence = "record_silence",
        /// 结案.
        Close = "close",
    }
}

crate::text_enum! {
    /// Why a department is invited.
    pub enum InviteSource {
        /// An item of the plan concerns it.
        Content = "content",
        /// The district's policy names it.
        Policy = "policy",
        /// The desk asked it in, with a reason.
        Desk = "desk",
        /// It was asked in an earlier round, of an item that is still there.
        Earlier = "earlier",
    }
}

crate::text_enum! {
    /// What silence past the deadline leads to.
    pub enum SilencePolicy {
        /// It does not hold the case up; it stays recorded as silence.
        CountsAsPass = "counts_as_pass",
        /// It holds the case up.
        StaysOpen = "stays_open",
    }
}

crate::text_enum! {
    /// Where an opinion comes from.
    pub enum OpinionSource {
        /// The department gave it.
        Given = "given",
        /// The deadline passed without one.
        Silence = "silence",
        /// Given in an earlier round on an item that did not change.
        Carried = "carried",
    }
}

crate::text_enum! {
    /// What a department says of an item.
    pub enum Verdict {
        /// 通过.
        Pass = "pass",
        /// 修改.
        Revise = "revise",
        /// 不同意.
        Reject = "reject",
        /// 撤回: the department does not insist on what it asked for.
        Withdrawn = "withdrawn",
    }
}

crate::text_enum! {
    /// What a department wants to happen with an item; opposites clash.
    pub enum Wants {
        /// 保留.
        Keep = "keep",
        /// 增设.
        Add = "add",
        /// 取消.
        Remove = "remove",
        /// 加宽、扩大.
        Widen = "widen",
        /// 缩窄、缩小.
        Narrow = "narrow",
    }
}

crate::text_enum! {
    /// What follows an opinion that asks for something.
    pub enum ResponseKind {
        /// 采纳: a version of the plan answers it.
        Adopted = "adopted",
        /// 部分采纳.
        Partly = "partly",
        /// 不采纳.
        Rejected = "rejected",
        /// 部门认可答复.
        Accepted = "accepted",
        /// 上级裁定: the plan stays as it is.
        RuledForPlan = "ruled_for_plan",
        /// 上级裁定: the department is right.
        RuledForDepartment = "ruled_for_department",
    }
}

crate::text_enum! {
    /// How an item stands with a department.
    pub enum Resolution {
        /// It passed.
        Passed = "passed",
        /// The department withdrew what it asked for.
        Withdrawn = "withdrawn",
        /// The department accepted the answer.
        Accepted = "accepted",
        /// An authority ruled that the plan stays.
        Ruled = "ruled",
        /// Silence, which does not hold the case up.
        SilenceCounts = "silence_counts",
        /// Asked, and nothing was said yet.
        NoOpinion = "no_opinion",
        /// Silence, which holds the case up.
        SilenceOpen = "silence_open",
        /// The designer did not answer.
        Unanswered = "unanswered",
        /// Adopted: the next round, with the version that answers it, shows.
        AdoptedNotReviewed = "adopted_not_reviewed",
        /// Not adopted, or only partly: the department accepts it, or an authority rules.
        NotAccepted = "not_accepted",
        /// An authority ruled that the plan must follow.
        MustFollow = "must_follow",
    }
}

impl Resolution {
    /// Whether nothing is left to do.
    #[must_use]
    pub const fn is_resolved(self) -> bool {
        match self {
            Self::Passed | Self::Withdrawn | Self::Accepted | Self::Ruled | Self::SilenceCounts => {
                true
            }
            Self::NoOpinion
            | Self::SilenceOpen
            | Self::Unanswered
            | Self::AdoptedNotReviewed
            | Self::NotAccepted
            | Self::MustFollow => false,
        }
    }

    /// What has to be done, in Chinese and English.
    #[must_use]
    pub const fn todo(self) -> &'static str {
        match self {
            Self::Passed | Self::Withdrawn | Self::Accepted | Self::Ruled | Self::SilenceCounts => {
                "已落实 · resolved"
            }
            Self::NoOpinion => "部门尚未发表意见 · the department has given no opinion",
            Self::SilenceOpen => {
                "逾期未答复，须部门补交意见或上级裁定 · silent past the deadline; its opinion or a ruling is needed"
            }
            Self::Unanswered => "设计单位尚未答复 · the designer has not answered",
            Self::AdoptedNotReviewed => {
                "已采纳，须在新方案版本上复审 · adopted; to be reviewed in a round on the new version"
            }
            Self::NotAccepted => {
                "未采纳，须部门认可或上级裁定 · not adopted; the department accepts it or an authority rules"
            }
            Self::MustFollow => "上级裁定须修改方案 · an authority ruled that the plan must follow",
        }
    }
}

crate::text_enum! {
    /// What became of an item between two rounds.
    pub enum Move {
        /// It is new.
        Added = "added",
        /// It changed.
        Changed = "changed",
        /// It is gone; what was asked of it is resolved by that.
        Removed = "removed",
        /// It is the same.
        Same = "same",
    }
}

/// A department that may be invited, as the file has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Department {
    /// Its name, by which policy packs know it.
    pub name: String,
    /// In English.
    pub en: String,
    /// The codes of the content items that concern it.
    pub items: Vec<String>,
    /// What its silence leads to.
    pub silence: SilencePolicy,
}

/// The departments, with what holds for all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Departments {
    /// Working days to answer in, where the desk names no other number.
    pub days: u32,
    /// Where the data comes from.
    pub basis: String,
    /// All departments.
    pub department: Vec<Department>,
}

/// A meeting to be recorded.
#[derive(Debug, Clone)]
pub struct NewMeeting {
    /// The day.
    pub held_on: LocalDate,
    /// Where.
    pub place: String,
    /// Who took part.
    pub participants: String,
    /// What came out.
    pub summary: String,
    /// SHA-256 of the minutes.
    pub minutes_sha256: String,
}
