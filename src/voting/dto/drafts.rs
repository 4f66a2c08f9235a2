//! Drafts of votes over HTTP.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::questions::OptionsIn;
use crate::kernel::{
    BuildingId, Code, CommunityId, EntranceId, Outcome, Refusal, UnitId, text::check_text,
};
use crate::voting::model::{NewItem, NewVote, PartOfCommunity, Reliance, UnitSet, VoteEdit};

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
    /// What is chosen from, where owners do more than say for or against. Each option becomes an item.
    #[serde(default)]
    pub options: Option<OptionsIn>,
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
    /// The agenda, at most 20 items and options.
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
    let new = |(index, item): (usize, ItemIn)| {
        let most = (MOST_TITLE, MOST_TEXT);
        let pointer = format!("/items/{index}");
        let options =
            item.options.map(|options| options.into_command(&pointer, most)).transpose()?;
        Ok(NewItem {
            title: item.title,
            description: item.description,
            matters: item.matters,
            options,
        })
    };
    items.into_iter().enumerate().map(new).collect()
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
