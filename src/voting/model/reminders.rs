//! Reminders 催办 to households that have not voted. They tell no choice: there is none yet.

use diesel::{Insertable, Queryable, Selectable};

use crate::kernel::{
    AccountId, HeadId, LocalDate, OwnerId, ReminderId, ReminderMessageId, UtcTime, VoteId,
};
use crate::platform::db::schema::{reminder_messages, vote_reminders};

crate::text_enum! {
    /// What became of a reminder at a household.
    pub enum ReminderState {
        /// 待发送.
        Queued = "queued",
        /// 已发送: a gateway took it.
        Sent = "sent",
        /// 发送失败: no gateway took it so far; it is tried again for a while.
        Failed = "failed",
        /// 无联系方式: somebody must go there.
        NoContact = "no_contact",
        /// 不再需要: it had voted, or the vote was over, before it was sent.
        Skipped = "skipped",
    }
}

/// A reminder that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = vote_reminders)]
#[expect(missing_docs, reason = "the migration documents the columns")]
pub struct ReminderRow {
    pub id: ReminderId,
    pub vote_id: VoteId,
    pub day: LocalDate,
    pub heads: i32,
    pub asked_at: UtcTime,
    pub asked_by: AccountId,
    pub asker_name: String,
}

/// A reminder at one contact of a household, or at none.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = reminder_messages)]
#[diesel(treat_none_as_default_value = false)]
#[expect(missing_docs, reason = "the migration documents the columns")]
pub struct ReminderMessageRow {
    pub id: ReminderMessageId,
    pub reminder_id: ReminderId,
    pub head_id: HeadId,
    pub owner_id: Option<OwnerId>,
    pub recipient: String,
    pub masked_contact: Option<String>,
    pub state: ReminderState,
    pub at: UtcTime,
}
