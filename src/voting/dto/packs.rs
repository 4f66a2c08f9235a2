//! Rule packs over HTTP.

use serde::{Deserialize, Serialize};

use crate::kernel::{LocalDate, Outcome, RulePackId};
use crate::voting::model::PackRow;
use crate::voting::rules::{
    pack::RulePack,
    pack_use::{PackWarning, refusals, warnings},
    pack_values::{PackValue, explain_pack},
    shipped::find_shipped,
    state::Blocker,
};

/// A rule pack to be loaded.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RulePackIn {
    /// The pack as TOML.
    pub toml: String,
    /// Its worked cases as TOML; a case that comes out otherwise refuses the pack.
    #[serde(default)]
    pub tests: Option<String>,
}

/// A version of a rule pack.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct RulePackOut {
    /// The version's id.
    pub id: RulePackId,
    /// The pack's name for machines.
    pub key: String,
    /// The version.
    pub version: i32,
    /// The pack's name for people.
    pub name: String,
    /// The first day on which a vote may use it.
    pub effective_from: LocalDate,
    /// The last day on which a vote may open under it, if it has one.
    pub effective_until: Option<LocalDate>,
    /// The pack it was copied from.
    pub based_on: Option<String>,
    /// Whether the program ships it.
    pub shipped: bool,
    /// What to know before relying on it.
    pub warnings: Vec<PackWarning>,
    /// Why no vote can be run here by it yet.
    pub refusals: Vec<Blocker>,
    /// Every value in words, with its clause and how far it may be trusted.
    pub values: Vec<PackValue>,
    /// SHA-256 of the canonical text.
    pub digest: String,
    /// The canonical text.
    pub toml: String,
}

impl RulePackOut {
    /// A stored version, explained.
    ///
    /// # Errors
    /// `rule_pack_invalid` if the stored text can't be read.
    pub fn of(row: PackRow) -> Outcome<Self> {
        let pack = RulePack::from_toml(&row.body)?;
        Ok(Self {
            id: row.id,
            shipped: find_shipped(&row.pack_key).is_some(),
            key: row.pack_key,
            version: row.pack_version,
            name: row.name,
            effective_from: row.effective_from,
            effective_until: pack.effective_until,
            warnings: warnings(&pack),
            refusals: refusals(&pack),
            values: explain_pack(&pack)?,
            based_on: pack.based_on,
            digest: row.digest,
            toml: row.body,
        })
    }
}
