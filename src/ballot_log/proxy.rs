//! The leaves of proxies, as `docs/vote-log.md` writes them down.

use serde::{Deserialize, Serialize};

/// The power of an agent to vote for a head.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proxy {
    /// When it was confirmed.
    pub at: i64,
    /// `proxy`, `guardian` or `organisation_agent`; only the first counts towards a limit.
    pub kind: String,
    /// The head, from 0.
    pub head: u64,
    /// Commitment to who acts: [`super::Agent`]. The same for one agent throughout the log.
    pub agent: String,
    /// The numbers of the items that it covers, rising; absent where it covers all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub items: Option<Vec<u32>>,
    /// No ballot by it from then on.
    pub until: i64,
    /// SHA-256 of the signed document, in hex.
    pub document: String,
    /// Who recorded it and who confirmed it: account ids of two people.
    pub by: Vec<String>,
}

/// The end of a proxy before its time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProxyEnd {
    /// When.
    pub at: i64,
    /// The leaf of the proxy.
    pub proxy: u64,
    /// `revoked` by the principal, `ended` by the desk.
    pub reason: String,
}
