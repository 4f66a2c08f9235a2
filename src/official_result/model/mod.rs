//! Words of the slice, what is asked for, and the rows of its tables.

use diesel::{Insertable, Queryable, Selectable};
use serde::{Deserialize, Serialize};

use crate::kernel::{
    AccountId, Area, BuildingId, CommunityId, EntranceId, OfficialFileId, OfficialItemId,
    OfficialResultId, RulePackId, UtcTime,
};
use crate::platform::db::schema::{official_result_files, official_result_items, official_results};
use crate::voting::ItemClass;

crate::text_enum! {
    /// Where an official result stands.
    pub enum OfficialState {
        /// 待复核: it has no effect until another person confirms it.
        Proposed = "proposed",
        /// 已确认.
        Confirmed = "confirmed",
        /// 已撤回, before it was confirmed.
        Withdrawn = "withdrawn",
        /// 已被更正: a later one took its place; it stays visible.
        Superseded = "superseded",
    }
}

/// Area and heads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OfficialSum {
    /// Square metres.
    pub area: Area,
    /// Heads 人数.
    pub heads: u64,
}

/// What the platform says of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOfficialItem {
    /// What was asked.
    pub title: String,
    /// Its matters by the rule pack; several take the strictest class.
    pub matters: Vec<String>,
    /// Those who took part.
    pub participating: OfficialSum,
    /// 同意.
    pub in_favour: OfficialSum,
    /// 反对.
    pub against: OfficialSum,
    /// 弃权.
    pub abstain: OfficialSum,
    /// 无效.
    pub invalid: OfficialSum,
    /// The outcome as the platform states it.
    pub passed: bool,
}

/// A result to be recorded.
#[derive(Debug, Clone)]
pub struct NewOfficialResult {
    /// The community.
    pub community_id: CommunityId,
    /// One building only.
    pub building_id: Option<BuildingId>,
    /// One entrance only.
    pub entrance_id: Option<EntranceId>,
    /// The platform's name.
    pub platform: String,
    /// The platform's number of the vote.
    pub reference: String,
    /// The rule pack by which it is counted again.
    pub rule_pack: String,
    /// When the vote opened.
    pub opens_at: UtcTime,
    /// When it closed.
    pub closes_at: UtcTime,
    /// The whole roll: At, Nt.
    pub total: OfficialSum,
    /// The items.
    pub items: Vec<NewOfficialItem>,
    /// The confirmed result that this one corrects, and why.
    pub replaces: Option<(OfficialResultId, String)>,
}

/// A file of evidence.
#[derive(Debug, Clone)]
pub struct NewEvidence {
    /// Its name.
    pub file_name: String,
    /// Its media type, as its content shows it.
    pub media_type: String,
    /// Its content.
    pub content: Vec<u8>,
}

/// What a list is narrowed by.
#[derive(Debug, Clone, Default)]
pub struct OfficialFilter {
    /// One community only.
    pub community_id: Option<CommunityId>,
    /// These states only; all where empty.
    pub states: Vec<OfficialState>,
    /// A part of platform or reference.
    pub search: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = official_results)]
#[diesel(treat_none_as_default_value = false)]
pub struct OfficialRow {
    pub id: OfficialResultId,
    pub division_code: String,
    pub community_id: CommunityId,
    pub building_id: Option<BuildingId>,
    pub entrance_id: Option<EntranceId>,
    pub rule_pack_id: RulePackId,
    pub platform: String,
    pub reference: String,
    pub opens_at: UtcTime,
    pub closes_at: UtcTime,
    pub total_area: Area,
    pub total_heads: i64,
    pub state: OfficialState,
    pub replaces_id: Option<OfficialResultId>,
    pub correction_reason: Option<String>,
    pub recorded_by: AccountId,
    pub recorder_name: String,
    pub recorded_at: UtcTime,
    pub confirmed_by: Option<AccountId>,
    pub confirmer_name: Option<String>,
    pub confirmed_at: Option<UtcTime>,
    pub withdrawn_name: Option<String>,
    pub withdrawn_at: Option<UtcTime>,
    pub withdrawal_reason: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = official_result_items)]
pub struct OfficialItemRow {
    pub id: OfficialItemId,
    pub result_id: OfficialResultId,
    pub position: i32,
    pub title: String,
    pub matters: String,
    pub class: ItemClass,
    pub participating_area: Area,
    pub participating_heads: i64,
    pub for_area: Area,
    pub for_heads: i64,
    pub against_area: Area,
    pub against_heads: i64,
    pub abstain_area: Area,
    pub abstain_heads: i64,
    pub invalid_area: Area,
    pub invalid_heads: i64,
    pub passed: bool,
}

/// A file without its content.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = official_result_files)]
pub struct OfficialFileRow {
    pub id: OfficialFileId,
    pub result_id: OfficialResultId,
    pub file_name: String,
    pub media_type: String,
    pub size_bytes: i64,
    pub digest: String,
    pub uploaded_at: UtcTime,
    pub uploader_name: String,
}

#[derive(Debug, Insertable)]
#[diesel(table_name = official_result_files)]
pub struct NewOfficialFile<'a> {
    pub id: OfficialFileId,
    pub result_id: OfficialResultId,
    pub file_name: &'a str,
    pub media_type: &'a str,
    pub size_bytes: i64,
    pub digest: &'a str,
    pub content: &'a [u8],
    pub uploaded_at: UtcTime,
    pub uploaded_by: AccountId,
    pub uploader_name: &'a str,
}
