//! Proxies over HTTP.

use serde::{Deserialize, Serialize};

use super::check_text;
use crate::kernel::{Code, ItemId, Outcome, OwnerId, PageQuery, ProxyId, Refusal, UtcTime};
use crate::voting::model::{AgentInput, NewProxy, ProxyKind, ProxyRow};

const MOST_NAME: usize = 200;

/// Who is to act: an owner of the register, or somebody by name and number.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgentIn {
    /// An owner of the register; only such an agent can cast on line.
    #[serde(default)]
    pub owner_id: Option<OwnerId>,
    /// Else the name, as in the document.
    #[serde(default)]
    pub name: Option<String>,
    /// And 居民身份证号. The number is not kept, only its keyed hash and its last four characters.
    #[serde(default)]
    pub number: Option<String>,
}

/// A proxy to be recorded (民法典 165: agent, matter, scope, term, signature).
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProxyIn {
    /// By what right.
    pub kind: ProxyKind,
    /// A unit of the head that is to be voted for.
    #[schema(example = "1-101")]
    pub unit_code: String,
    /// Who signed; may be left out where one owner alone may cast for the head.
    #[serde(default)]
    pub principal_id: Option<OwnerId>,
    /// Who is to act.
    pub agent: AgentIn,
    /// The items that it covers; all of them when absent.
    #[serde(default)]
    pub items: Option<Vec<ItemId>>,
    /// It has no effect from then on (legal time).
    pub valid_until: UtcTime,
    /// Whether the agent works for the property company.
    pub is_property_staff: bool,
}

impl ProxyIn {
    /// Reads the part `details` of an upload.
    ///
    /// # Errors
    /// `malformed_request`; `invalid_field` with the pointer.
    pub fn parse(text: &str) -> Outcome<NewProxy> {
        let read: Result<Self, _> = serde_json::from_str(text);
        let read =
            read.map_err(|error| Refusal::new(Code::MalformedRequest).detail(error.to_string()))?;
        check_text("/unit_code", &read.unit_code, 1..=MOST_NAME)?;
        let AgentIn { owner_id, name, number } = read.agent;
        let agent = match (owner_id, name, number) {
            (Some(id), None, None) => AgentInput::Owner(id),
            (None, Some(name), Some(number)) => {
                check_text("/agent/name", &name, 1..=MOST_NAME)?;
                AgentInput::Person { name, number }
            }
            _ => {
                let detail = "either owner_id, or name and number";
                return Err(Refusal::field(Code::InvalidField, "/agent", detail));
            }
        };
        Ok(NewProxy {
            kind: read.kind,
            unit_code: read.unit_code,
            principal_id: read.principal_id,
            agent,
            items: read.items,
            valid_until: read.valid_until,
            is_property_staff: read.is_property_staff,
        })
    }
}

/// The second signature.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProxyConfirmIn {
    /// SHA-256 of the document that this person read, in hex.
    pub document_sha256: String,
}

/// The end of a proxy.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProxyEndIn {
    /// Why, 1 to 200 characters.
    #[schema(example = "委托人撤销委托")]
    pub reason: String,
}

impl ProxyEndIn {
    /// The reason.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_reason(self) -> Outcome<String> {
        check_text("/reason", &self.reason, 1..=MOST_NAME)?;
        Ok(self.reason)
    }
}

/// What a list of proxies is narrowed by.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ProxyQuery {
    /// Items per page, 1 to 200; 50 when absent.
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Of the head with this unit only.
    pub unit_code: Option<String>,
    /// A part of the agent's name.
    pub agent: Option<String>,
}

impl ProxyQuery {
    /// The paging part.
    #[must_use]
    pub fn page(&self) -> PageQuery {
        PageQuery { limit: self.limit, cursor: self.cursor.clone() }
    }
}

/// The proxy of a head, for the principal who gave it and the agent who holds it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct HeldProxyOut {
    /// The proxy.
    pub proxy_id: ProxyId,
    /// By what right.
    pub kind: ProxyKind,
    /// Who acts, masked.
    pub agent: String,
    /// Whether the caller acts: then a ballot for this head, named by `head_id`, is a proxy's.
    pub is_mine: bool,
    /// The numbers of the items that it covers; absent where it covers all of them.
    pub items: Option<Vec<u32>>,
    /// It has no effect from then on (legal time).
    pub valid_until: UtcTime,
}

impl HeldProxyOut {
    /// As the caller sees it.
    #[must_use]
    pub fn of(row: &ProxyRow, caller: OwnerId) -> Self {
        Self {
            proxy_id: row.id,
            kind: row.kind,
            agent: crate::kernel::text::mask_name(&row.agent_name),
            is_mine: row.agent_id == Some(caller),
            items: row.positions(),
            valid_until: row.valid_until,
        }
    }
}
