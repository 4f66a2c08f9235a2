//! Questions 多选议题: a colour of three, up to k of n, a committee. Each option is an item of its own.

use diesel::{Insertable, Queryable, Selectable};

use crate::kernel::{QuestionId, VoteId};
use crate::platform::db::schema::{vote_questions, vote_run_offs};

crate::text_enum! {
    /// What a question asks for.
    pub enum QuestionKind {
        /// 选择: one or some of several ways.
        Choice = "choice",
        /// 选举: members of a committee.
        Election = "election",
    }
}

crate::text_enum! {
    /// Which of several options that pass goes first, where more pass than may win.
    pub enum RankBy {
        /// Heads for, then area for.
        HeadsThenArea = "heads_then_area",
        /// Area for, then heads for.
        AreaThenHeads = "area_then_heads",
        /// Both: an option goes first only where it has no less of either and more of one.
        Both = "both",
    }
}

crate::text_enum! {
    /// What becomes of options that tie for the last place.
    pub enum TieRule {
        /// 第二轮表决: they stay open until another vote between them.
        RunOff = "run_off",
        /// 公开抽签: two people draw before witnesses. Not kept yet.
        PublicLot = "public_lot",
    }
}

/// A question.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = vote_questions)]
#[expect(missing_docs, reason = "the migration documents the columns")]
pub struct QuestionRow {
    pub id: QuestionId,
    pub vote_id: VoteId,
    pub position: i32,
    pub title: String,
    pub description: String,
    pub kind: QuestionKind,
    pub choose_at_most: i32,
    pub seats: i32,
}

/// A vote between the leading options of a question.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = vote_run_offs)]
#[expect(missing_docs, reason = "the migration documents the columns")]
pub struct RunOffRow {
    pub vote_id: VoteId,
    pub question_id: QuestionId,
}

/// The options of a question to be put on the agenda.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOptions {
    /// What it asks for.
    pub kind: QuestionKind,
    /// Options that one ballot may choose.
    pub choose_at_most: u32,
    /// Options that may win.
    pub seats: u32,
    /// The options: of an election the candidates. Title and description of each.
    pub options: Vec<(String, String)>,
}
