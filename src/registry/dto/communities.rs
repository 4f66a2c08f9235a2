//! Divisions, communities, buildings.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    kernel::{BuildingId, CommunityId, EntranceId, LocalDate, UtcTime},
    registry::model::UnitUse,
};

/// A division 区划.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DivisionBody {
    /// 2, 4, 6, 9 or 12 digits (GB/T 2260, GB/T 10114).
    #[schema(example = "990101")]
    pub code: String,
    /// Its name.
    #[schema(example = "示例区")]
    pub name: String,
}

/// A new community 小区.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CommunityIn {
    /// Its division, which must be known.
    #[schema(example = "990101001001")]
    pub division_code: String,
    /// Its name, once within a division.
    #[schema(example = "幸福里小区")]
    pub name: String,
    /// The facts of its survey 摸底.
    #[serde(flatten)]
    pub facts: SurveyFacts,
}

/// The facts of a community's survey 摸底.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct SurveyFacts {
    /// Its address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// 建成年份.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = 1992)]
    pub built_year: Option<i32>,
    /// 结构.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "砖混")]
    pub structure: Option<String>,
    /// 设施.
    #[serde(default)]
    #[schema(example = json!(["燃气", "路灯"]))]
    pub facilities: Vec<String>,
    /// 隐患.
    #[serde(default)]
    #[schema(example = json!(["外墙脱落", "消防通道堵塞"]))]
    pub hazards: Vec<String>,
    /// Anything else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
}

/// Changes of a community: what is absent stays, `null` empties.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CommunityPatch {
    /// A new name.
    pub name: Option<String>,
    /// A new address.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub address: Option<Option<String>>,
    /// Another 建成年份.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<i32>)]
    pub built_year: Option<Option<i32>>,
    /// Another 结构.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub structure: Option<Option<String>>,
    /// The whole new list of 设施.
    pub facilities: Option<Vec<String>>,
    /// The whole new list of 隐患.
    pub hazards: Option<Vec<String>>,
    /// Other notes.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub notes: Option<Option<String>>,
}

/// Tells `null` (empty it) from absent (leave it).
#[expect(clippy::option_option, reason = "absent, null and a value are three things")]
pub(super) fn present<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Some)
}

/// A community 小区.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CommunityOut {
    /// The community.
    pub id: CommunityId,
    /// Its division.
    pub division_code: String,
    /// Its name.
    pub name: String,
    /// The facts of its survey 摸底.
    #[serde(flatten)]
    pub facts: SurveyFacts,
    /// Rises with every change of its register.
    pub register_version: i64,
    /// For `If-Match`.
    pub version: i32,
    /// When it was entered.
    pub created_at: UtcTime,
    /// When it ended by a merger or split; it takes no votes and no imports any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_on: Option<LocalDate>,
}

/// An entrance 单元.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EntranceOut {
    /// The entrance.
    pub id: EntranceId,
    /// Its name.
    pub name: String,
}

/// How many units of a use.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct UseCount {
    /// 用途.
    #[serde(rename = "use")]
    pub unit_use: UnitUse,
    /// How many.
    pub units: i64,
}

/// A building 楼栋.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BuildingOut {
    /// The building.
    pub id: BuildingId,
    /// Its name.
    pub name: String,
    /// Its entrances.
    pub entrances: Vec<EntranceOut>,
    /// Its units on the day, by use; a basement that holds parking spaces only is no building of a
    /// vote.
    pub units: Vec<UseCount>,
}
