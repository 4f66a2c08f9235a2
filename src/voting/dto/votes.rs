//! Votes over HTTP.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::kernel::{
    Area, BuildingId, Code, CommunityId, EntranceId, ItemId, LocalDate, MaterialId, Outcome,
    Refusal, RulePackId, UnitId, UtcTime, VoteId,
};
use crate::voting::model::{
    ClonedFrom, Command, ExtensionRow, ItemClass, ItemRow, MaterialRow, NewItem, NewVote,
    PartOfCommunity, Reliance, TransitionRow, UnitSet, VoteEdit, VoteFilter, VoteRow, VoteState,
};
use crate::voting::rules::{
    pack::RulePack,
    pack_use::{PackWarning, warnings},
};

const MOST_TITLE: usize = 200;
const MOST_TEXT: usize = 20_000;
/// Characters of a set's name, and its units, at the most.
const MOST_NAME: usize = 60;
const MOST_UNITS: usize = 5_000;

/// An item to be put on the agenda.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ItemIn {
    /// What is asked, 1 to 200 characters.
    #[schema(example = "同意使用住宅专项维修资金更换给水管")]
    pub title: String,
    /// What it is about.
    #[serde(default)]
    pub description: String,
    /// Its matters by the rule pack: `1`-`9` of 民法典 278, or `279`. Several take the strictest
    /// class.
    #[schema(example = json!(["5"]))]
    pub matters: Vec<String>,
}

/// A named set of units.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnitSetIn {
    /// What they are called together, 1 to 60 characters; it stands on the notice.
    #[schema(example = "3 幢沿街商铺")]
    pub name: String,
    /// The units, 1 to 5,000.
    pub unit_ids: BTreeSet<UnitId>,
}

/// A vote to be drafted.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VoteIn {
    /// What the vote is called, 1 to 200 characters.
    #[schema(example = "幸福里小区改造方案表决")]
    pub title: String,
    /// What it is about.
    #[serde(default)]
    pub description: String,
    /// The community.
    pub community_id: CommunityId,
    /// Only this building decides.
    #[serde(default)]
    pub building_id: Option<BuildingId>,
    /// Only this entrance decides.
    #[serde(default)]
    pub entrance_id: Option<EntranceId>,
    /// These buildings decide together, at least two; each for itself is a vote of its own.
    #[serde(default)]
    pub building_ids: BTreeSet<BuildingId>,
    /// Only these units decide.
    #[serde(default)]
    pub unit_set: Option<UnitSetIn>,
    /// The rule pack; its newest version is pinned.
    #[serde(default = "national")]
    #[schema(example = "national")]
    pub rule_pack: String,
    /// The agenda, at most 20 items.
    pub items: Vec<ItemIn>,
    /// Which count the outcome is to rest on, where the pack has a clause on silence: `strict` (silent
    /// owners take no part) or `with_clause`. The notice announces it; both counts are always shown.
    #[serde(default = "strict")]
    pub reliance: Reliance,
}

const fn strict() -> Reliance {
    Reliance::Strict
}

fn national() -> String {
    "national".to_owned()
}

impl VoteIn {
    /// The command, with its texts checked.
    ///
    /// # Errors
    /// `invalid_field` with the pointer.
    pub fn into_command(self) -> Outcome<NewVote> {
        check_text("/title", &self.title, 1..=MOST_TITLE)?;
        check_text("/description", &self.description, 0..=MOST_TEXT)?;
        let unit_set = self.unit_set.map(UnitSetIn::into_command).transpose()?;
        Ok(NewVote {
            title: self.title,
            description: self.description,
            community_id: self.community_id,
            part: PartOfCommunity {
                building_id: self.building_id,
                entrance_id: self.entrance_id,
                building_ids: self.building_ids,
                unit_set,
            },
            rule_pack: self.rule_pack,
            items: items(self.items)?,
            reliance: self.reliance,
        })
    }
}

impl UnitSetIn {
    fn into_command(self) -> Outcome<UnitSet> {
        check_text("/unit_set/name", &self.name, 1..=MOST_NAME)?;
        let Self { name, unit_ids } = self;
        if (1..=MOST_UNITS).contains(&unit_ids.len()) {
            return Ok(UnitSet { name: name.trim().to_owned(), unit_ids });
        }
        let detail = format!("{} units; 1 to {MOST_UNITS}", unit_ids.len());
        Err(Refusal::field(Code::InvalidField, "/unit_set/unit_ids", detail))
    }
}

fn items(items: Vec<ItemIn>) -> Outcome<Vec<NewItem>> {
    for (index, item) in items.iter().enumerate() {
        check_text(&format!("/items/{index}/title"), &item.title, 1..=MOST_TITLE)?;
        check_text(&format!("/items/{index}/description"), &item.description, 0..=MOST_TEXT)?;
    }
    let new = |item: ItemIn| NewItem {
        title: item.title,
        description: item.description,
        matters: item.matters,
    };
    Ok(items.into_iter().map(new).collect())
}

/// Checks a text's length in characters, and that it holds no NUL.
///
/// # Errors
/// `invalid_field` with the numbers.
pub fn check_text(
    pointer: &str,
    text: &str,
    lengths: std::ops::RangeInclusive<usize>,
) -> Outcome<()> {
    let length = text.trim().chars().count();
    if lengths.contains(&length) && !text.contains('\0') {
        return Ok(());
    }
    let detail = format!("{length} characters; {} to {}", lengths.start(), lengths.end());
    Err(Refusal::field(Code::InvalidField, pointer, detail))
}

/// A change of a draft; a field left out stays as it is.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VotePatch {
    /// A new title.
    #[serde(default)]
    pub title: Option<String>,
    /// A new description.
    #[serde(default)]
    pub description: Option<String>,
    /// A new agenda in place of the present one.
    #[serde(default)]
    pub items: Option<Vec<ItemIn>>,
    /// Which count the outcome is to rest on.
    #[serde(default)]
    pub reliance: Option<Reliance>,
}

impl VotePatch {
    /// The command, with its texts checked.
    ///
    /// # Errors
    /// `invalid_field` with the pointer.
    pub fn into_command(self) -> Outcome<VoteEdit> {
        if let Some(title) = &self.title {
            check_text("/title", title, 1..=MOST_TITLE)?;
        }
        if let Some(description) = &self.description {
            check_text("/description", description, 0..=MOST_TEXT)?;
        }
        let items = self.items.map(items).transpose()?;
        let VotePatch { title, description, reliance, .. } = self;
        Ok(VoteEdit { title, description, items, reliance })
    }
}

/// What a list of votes is narrowed by.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct VoteQuery {
    /// Items per page, 1 to 200; 50 when absent.
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// One community only.
    pub community_id: Option<CommunityId>,
    /// One state only.
    pub state: Option<VoteState>,
    /// A part of the title.
    pub search: Option<String>,
}

impl VoteQuery {
    /// The filter of the store.
    #[must_use]
    pub fn filter(&self) -> VoteFilter {
        VoteFilter {
            community_id: self.community_id,
            state: self.state,
            search: self.search.clone(),
        }
    }
}

/// The record date of a roll.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FreezeIn {
    /// The day as of which owners stand on the roll; today when absent.
    #[serde(default)]
    pub record_on: Option<LocalDate>,
}

/// What the notice announces.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoticeIn {
    /// When ballots are taken from.
    pub opens_at: UtcTime,
    /// When ballots are taken until.
    pub closes_at: UtcTime,
}

/// A later close.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExtendIn {
    /// The new close.
    pub closes_at: UtcTime,
    /// Why; it is published.
    #[schema(example = "参与人数未达三分之二")]
    pub reason: String,
}

/// The second signature under a proposed extension.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExtensionConfirmIn {
    /// The close that is proposed, as it was read.
    pub closes_at: UtcTime,
}

/// An extension that waits for its second signature.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ExtensionOut {
    /// The close that is asked for.
    pub closes_at: UtcTime,
    /// Why.
    pub reason: String,
    /// Who proposed it: somebody else confirms.
    pub proposed_by: String,
    /// When (legal time).
    pub proposed_at: UtcTime,
}

impl From<ExtensionRow> for ExtensionOut {
    fn from(row: ExtensionRow) -> Self {
        Self {
            closes_at: row.closes_at,
            reason: row.reason,
            proposed_by: row.proposed_name,
            proposed_at: row.proposed_at,
        }
    }
}

/// Why a vote ends without a result.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VoidIn {
    /// Why; it is published.
    pub reason: String,
}

/// A vote in a list.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct VoteSummary {
    /// Its id.
    pub id: VoteId,
    /// The community.
    pub community_id: CommunityId,
    /// The building, where one building or entrance decides.
    pub building_id: Option<BuildingId>,
    /// The entrance, where one entrance decides.
    pub entrance_id: Option<EntranceId>,
    /// What several buildings, or a set of units, that decide are called together.
    pub scope_name: Option<String>,
    /// What it is called.
    pub title: String,
    /// Where it stands.
    pub state: VoteState,
    /// When ballots are taken from.
    pub opens_at: Option<UtcTime>,
    /// When ballots are taken until.
    pub closes_at: Option<UtcTime>,
    /// Its version, for `If-Match`.
    pub version: i32,
}

impl From<VoteRow> for VoteSummary {
    fn from(row: VoteRow) -> Self {
        Self {
            id: row.id,
            community_id: row.community_id,
            building_id: row.building_id,
            entrance_id: row.entrance_id,
            scope_name: row.scope_name,
            title: row.title,
            state: row.state,
            opens_at: row.opens_at,
            closes_at: row.closes_at,
            version: row.version,
        }
    }
}

/// A vote.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct VoteOut {
    /// What lists show of it.
    #[serde(flatten)]
    pub summary: VoteSummary,
    /// What it is about.
    pub description: String,
    /// The pinned rule pack version.
    pub rule_pack_id: RulePackId,
    /// The day as of which owners stand on the roll.
    pub record_on: Option<LocalDate>,
    /// The roll's area in square metres.
    pub roll_area: Option<Area>,
    /// The roll's heads.
    pub roll_heads: Option<i64>,
    /// SHA-256 over the announced agenda.
    pub agenda_digest: Option<String>,
    /// When the notice was given.
    pub noticed_at: Option<UtcTime>,
    /// When it was closed.
    pub closed_at: Option<UtcTime>,
    /// When it was counted.
    pub counted_at: Option<UtcTime>,
    /// When the preliminary result was published.
    pub published_at: Option<UtcTime>,
    /// Until when objections are taken.
    pub objections_until: Option<UtcTime>,
    /// When the result became final.
    pub confirmed_at: Option<UtcTime>,
    /// The ended vote that it was cloned from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cloned_from: Option<ClonedFrom>,
    /// The votes that were cloned from it, once it had ended.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub clones: Vec<VoteId>,
    /// The extension that waits for its second signature.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extension: Option<ExtensionOut>,
    /// Which count the outcome rests on, where the pack has a clause on silence.
    pub reliance: Reliance,
    /// The agenda.
    pub items: Vec<ItemOut>,
    /// The materials.
    pub materials: Vec<MaterialOut>,
    /// What to know of the rule pack: values that were not checked against their text, cautions.
    pub rule_warnings: Vec<PackWarning>,
}

impl VoteOut {
    /// A vote with its agenda and materials.
    #[must_use]
    pub fn of(
        (row, pack): (VoteRow, &RulePack),
        items: Vec<ItemRow>,
        materials: Vec<MaterialRow>,
    ) -> Self {
        Self {
            rule_warnings: warnings(pack),
            description: row.description.clone(),
            rule_pack_id: row.rule_pack_id,
            record_on: row.record_on,
            roll_area: row.roll_area,
            roll_heads: row.roll_heads,
            agenda_digest: row.agenda_digest.clone(),
            noticed_at: row.noticed_at,
            closed_at: row.closed_at,
            counted_at: row.counted_at,
            published_at: row.published_at,
            objections_until: row.objections_until,
            confirmed_at: row.confirmed_at,
            cloned_from: None,
            clones: Vec::new(),
            extension: None,
            reliance: row.reliance,
            items: items.into_iter().map(Into::into).collect(),
            materials: materials.into_iter().map(Into::into).collect(),
            summary: row.into(),
        }
    }
}

/// An item on the agenda.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ItemOut {
    /// Its id: a ballot names it.
    pub id: ItemId,
    /// Its number on the ballot.
    pub position: i32,
    /// What is asked.
    pub title: String,
    /// What it is about.
    pub description: String,
    /// Its matters by the rule pack.
    pub matters: Vec<String>,
    /// Which thresholds it needs.
    pub class: ItemClass,
}

impl From<ItemRow> for ItemOut {
    fn from(row: ItemRow) -> Self {
        Self {
            id: row.id,
            position: row.position,
            title: row.title,
            description: row.description,
            matters: row.matter.split(',').map(str::to_owned).collect(),
            class: row.class,
        }
    }
}

/// A material.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct MaterialOut {
    /// Its id.
    pub id: MaterialId,
    /// Its file name.
    pub file_name: String,
    /// Its media type.
    pub media_type: String,
    /// Its size.
    pub size_bytes: i64,
    /// SHA-256 of its content.
    pub sha256: String,
}

impl From<MaterialRow> for MaterialOut {
    fn from(row: MaterialRow) -> Self {
        Self {
            id: row.id,
            file_name: row.file_name,
            media_type: row.media_type,
            size_bytes: row.size_bytes,
            sha256: row.digest,
        }
    }
}

/// A step that was taken.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct TransitionOut {
    /// From which state.
    pub from: VoteState,
    /// To which state.
    pub to: VoteState,
    /// By which command.
    pub command: Command,
    /// By whom.
    pub by: String,
    /// When, in legal time.
    pub at: UtcTime,
    /// Why, where a reason was given.
    pub reason: Option<String>,
}

impl From<TransitionRow> for TransitionOut {
    fn from(row: TransitionRow) -> Self {
        Self {
            from: row.from_state,
            to: row.to_state,
            command: row.command,
            by: row.actor_name,
            at: row.legal_at,
            reason: row.reason,
        }
    }
}
