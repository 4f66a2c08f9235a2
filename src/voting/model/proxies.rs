//! Proxies 授权委托书: who votes for a head in its principal's place, by which document, how far.

use diesel::{Insertable, Queryable, Selectable};

use crate::kernel::{AccountId, HeadId, ItemId, OwnerId, ProxyId, UtcTime, VoteId};
use crate::platform::db::schema::{proxies, proxy_documents};

crate::text_enum! {
    /// By what right somebody votes for another.
    pub enum ProxyKind {
        /// 委托: by the principal's written power (民法典 165).
        Proxy = "proxy",
        /// 监护人: for an owner without full capacity (民法典 34).
        Guardian = "guardian",
        /// 单位经办人: the person through whom an organisation acts.
        OrganisationAgent = "organisation_agent",
    }
}

crate::text_enum! {
    /// Where a proxy stands.
    pub enum ProxyState {
        /// 待复核: recorded by one person; it has no effect yet.
        Recorded = "recorded",
        /// 有效: confirmed by another person.
        Confirmed = "confirmed",
        /// 已终止: withdrawn or revoked.
        Ended = "ended",
    }
}

/// A proxy.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = proxies)]
#[diesel(treat_none_as_default_value = false)]
#[expect(missing_docs, reason = "the migration documents the columns")]
pub struct ProxyRow {
    pub id: ProxyId,
    pub vote_id: VoteId,
    pub head_id: HeadId,
    pub principal_id: OwnerId,
    pub kind: ProxyKind,
    pub agent_id: Option<OwnerId>,
    pub agent_name: String,
    pub agent_index: String,
    pub agent_tail: String,
    pub agent_salt: String,
    pub items: Option<String>,
    pub valid_until: UtcTime,
    pub digest: String,
    pub recorded_by: AccountId,
    pub recorded_name: String,
    pub recorded_at: UtcTime,
    pub confirmed_by: Option<AccountId>,
    pub confirmed_name: Option<String>,
    pub confirmed_at: Option<UtcTime>,
    pub log_seq: Option<i64>,
    pub ended_name: Option<String>,
    pub ended_at: Option<UtcTime>,
    pub end_reason: Option<String>,
}

impl ProxyRow {
    /// Where it stands.
    #[must_use]
    pub const fn state(&self) -> ProxyState {
        match (&self.ended_at, &self.confirmed_at) {
            (Some(_), _) => ProxyState::Ended,
            (None, Some(_)) => ProxyState::Confirmed,
            (None, None) => ProxyState::Recorded,
        }
    }

    /// The numbers of the items that it covers; none where it covers all of them.
    #[must_use]
    pub fn positions(&self) -> Option<Vec<u32>> {
        let items = self.items.as_ref()?;
        Some(items.split(',').filter_map(|position| position.parse().ok()).collect())
    }

    /// Whether it covers the item of that number.
    #[must_use]
    pub fn covers(&self, position: i32) -> bool {
        let is_it = |item: &u32| i64::from(*item) == i64::from(position);
        self.positions().is_none_or(|items| items.iter().any(is_it))
    }
}

/// The signed document of a proxy.
#[derive(Debug, Insertable)]
#[diesel(table_name = proxy_documents)]
#[expect(missing_docs, reason = "the migration documents the columns")]
pub struct NewProxyDocument<'a> {
    pub proxy_id: ProxyId,
    pub file_name: &'a str,
    pub media_type: &'a str,
    pub content: &'a [u8],
}

/// Who is to act for the principal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AgentInput {
    /// An owner of the register.
    Owner(OwnerId),
    /// Somebody by name and number.
    Person {
        /// The name, as in the document.
        name: String,
        /// 居民身份证号.
        number: String,
    },
}

/// A proxy to be recorded from its document.
#[derive(Debug, Clone)]
pub struct NewProxy {
    /// By what right.
    pub kind: ProxyKind,
    /// A unit of the head.
    pub unit_code: String,
    /// Who signed; may be left out where one owner alone may cast for the head.
    pub principal_id: Option<OwnerId>,
    /// Who is to act.
    pub agent: AgentInput,
    /// The items that it covers; none where it covers all of them.
    pub items: Option<Vec<ItemId>>,
    /// It has no effect from then on (legal time).
    pub valid_until: UtcTime,
    /// Whether the agent works for the property company.
    pub is_property_staff: bool,
}

/// What a list of proxies is narrowed by.
#[derive(Debug, Clone, Default)]
pub struct ProxyFilter {
    /// Of the head with this unit.
    pub head_id: Option<HeadId>,
    /// A part of the agent's name.
    pub agent: Option<String>,
}
