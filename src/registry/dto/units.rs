//! Units, owners, their history.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::communities::present;
use crate::{
    kernel::{Area, BuildingId, CommunityId, LocalDate, OwnerId, UnitId, UtcTime, text::mask_name},
    registry::model::{AreaSource, CoOwnership, OwnerKind, UnitUse},
};

/// An owner's name as staff may see it: a person's is masked, an organization's is public.
#[must_use]
pub fn shown_name(kind: OwnerKind, name: &str) -> String {
    match kind {
        OwnerKind::Person => mask_name(name),
        OwnerKind::Organization | OwnerKind::Developer => name.to_owned(),
    }
}

/// An owner of a unit.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct HolderOut {
    /// The owner.
    pub owner_id: OwnerId,
    /// Person, organization or developer.
    pub kind: OwnerKind,
    /// The name, masked.
    #[schema(example = "张*")]
    pub name: String,
    /// The last four characters of the number.
    #[schema(example = "4701")]
    pub id_tail: String,
    /// Whether a phone or e-mail is known.
    pub has_contact: bool,
    /// 共有情况.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub co_ownership: Option<CoOwnership>,
    /// Since when.
    pub since: LocalDate,
}

/// A unit on a day.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct UnitOut {
    /// The unit.
    pub id: UnitId,
    /// Its community.
    pub community_id: CommunityId,
    /// Its building.
    pub building_id: BuildingId,
    /// 楼栋.
    pub building: String,
    /// 单元.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entrance: Option<String>,
    /// 房号.
    pub unit_code: String,
    /// 用途.
    #[serde(rename = "use")]
    pub unit_use: UnitUse,
    /// 专有部分面积.
    pub area: Option<Area>,
    /// 面积来源.
    pub area_source: Option<AreaSource>,
    /// 已交付.
    pub delivered: bool,
    /// 建设单位 that is to deliver it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub developer_id: Option<OwnerId>,
    /// Its owners; without contact they are here all the same.
    pub owners: Vec<HolderOut>,
    /// Whom the co-owners agreed on to vote.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub voter_id: Option<OwnerId>,
    /// For `If-Match`.
    pub version: i32,
}

/// A period of a unit's history.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PeriodOut {
    /// `facts`, `owner` or `voter`.
    #[schema(example = "owner")]
    pub kind: &'static str,
    /// What was true: the facts, or the owner.
    #[schema(value_type = Object)]
    pub what: serde_json::Value,
    /// The first day.
    pub valid_from: LocalDate,
    /// The day after the last; absent while it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<LocalDate>,
    /// Why it began.
    pub reason: String,
    /// When it was entered.
    pub recorded_at: UtcTime,
}

/// An owner as a request names one: by `owner_id`, or by kind, number and name.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HolderIn {
    /// An owner of the register.
    pub owner_id: Option<OwnerId>,
    /// Person, organization or developer.
    pub kind: Option<OwnerKind>,
    /// 证件号.
    #[schema(example = "990101197511194701")]
    pub id_number: Option<String>,
    /// 姓名.
    pub name: Option<String>,
    /// 联系电话.
    pub phone: Option<String>,
    /// 电子邮箱.
    pub email: Option<String>,
    /// 共有情况.
    pub co_ownership: Option<CoOwnership>,
}

/// The sale of a unit.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TransferIn {
    /// All new owners.
    pub owners: Vec<HolderIn>,
    /// From which day on; today where nothing is said.
    pub on: Option<LocalDate>,
    /// Why, with the paper that shows it.
    #[schema(example = "不动产权证 示(2026)第0001号")]
    pub reason: String,
}

/// The correction of a unit; what is absent stays.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CorrectionIn {
    /// Another 用途.
    #[serde(rename = "use")]
    pub unit_use: Option<UnitUse>,
    /// Another 专有部分面积.
    pub area: Option<Area>,
    /// Another 面积来源.
    pub area_source: Option<AreaSource>,
    /// Another 已交付.
    pub delivered: Option<bool>,
    /// Another 建设单位.
    pub developer_id: Option<OwnerId>,
    /// From which day on; today where nothing is said.
    pub on: Option<LocalDate>,
    /// Why.
    pub reason: String,
}

/// Whom the co-owners agreed on.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VoterIn {
    /// The owner; `null` where they agree on nobody any more.
    pub owner_id: Option<OwnerId>,
    /// From which day on; today where nothing is said.
    pub on: Option<LocalDate>,
    /// What shows the agreement.
    #[schema(example = "共有人推选书 2026-03-01")]
    pub evidence: String,
}

/// An owner, masked.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OwnerOut {
    /// The owner.
    pub id: OwnerId,
    /// Person, organization or developer.
    pub kind: OwnerKind,
    /// The name, masked.
    pub name: String,
    /// The last four characters of the number.
    pub id_tail: String,
    /// The phone number, masked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "138****8888")]
    pub phone: Option<String>,
    /// The e-mail address, masked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// When the contact was changed last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact_bound_at: Option<UtcTime>,
    /// For `If-Match`.
    pub version: i32,
}

/// Changes of an owner; what is absent stays, `null` empties.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnerPatchIn {
    /// Another name.
    pub name: Option<String>,
    /// Another phone number, or none.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub phone: Option<Option<String>>,
    /// Another e-mail address, or none.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    pub email: Option<Option<String>>,
    /// Why, with what shows it.
    pub reason: String,
}

/// Why somebody must see personal data in full.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RevealIn {
    /// The reason; the audit trail keeps it.
    #[schema(example = "核对纸质表决票签名")]
    pub reason: String,
}

/// An owner's personal data in full.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RevealedOut {
    /// The owner.
    pub id: OwnerId,
    /// 姓名.
    pub name: String,
    /// 证件号.
    pub id_number: String,
    /// 联系电话.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// 电子邮箱.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}
