//! Extensions 延期 as they are proposed and confirmed: two signatures, two people.

use diesel::{Insertable, Queryable, Selectable};

use crate::kernel::{AccountId, ExtensionId, UtcTime, VoteId};
use crate::platform::db::schema::vote_extensions;

/// An extension that was proposed.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = vote_extensions)]
#[diesel(treat_none_as_default_value = false)]
#[expect(missing_docs, reason = "the migration documents the columns")]
pub struct ExtensionRow {
    pub id: ExtensionId,
    pub vote_id: VoteId,
    pub closes_at: UtcTime,
    pub reason: String,
    pub proposed_by: AccountId,
    pub proposed_name: String,
    pub proposed_at: UtcTime,
    pub confirmed_by: Option<AccountId>,
    pub confirmed_name: Option<String>,
    pub confirmed_at: Option<UtcTime>,
    pub withdrawn_name: Option<String>,
    pub withdrawn_at: Option<UtcTime>,
}
