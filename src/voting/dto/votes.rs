//! Votes over HTTP: the steps, and what is shown.

use serde::{Deserialize, Serialize};

use super::questions::{QuestionOut, RunOffOfOut};
use crate::kernel::{
    Area, BuildingId, CommunityId, EntranceId, ItemId, LocalDate, MaterialId, QuestionId,
    RulePackId, UtcTime, VoteId,
};
use crate::voting::model::{
    ClonedFrom, Command, ExtensionRow, ItemClass, ItemRow, MaterialRow, QuestionRow, Reliance,
    TransitionRow, VoteFilter, VoteRow, VoteState,
};
use crate::voting::rules::{
    pack::RulePack,
    pack_use::{PackWarning, warnings},
};

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
    /// The question of another vote that this one runs off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run_off_of: Option<RunOffOfOut>,
    /// The agenda.
    pub items: Vec<ItemOut>,
    /// The questions: some items are their options.
    pub questions: Vec<QuestionOut>,
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
        (items, questions): (Vec<ItemRow>, Vec<QuestionRow>),
        materials: Vec<MaterialRow>,
    ) -> Self {
        let question = |row: QuestionRow| QuestionOut::of(row, &items);
        Self {
            run_off_of: None,
            questions: questions.into_iter().map(question).collect(),
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
    /// The question that it is an option of.
    pub question_id: Option<QuestionId>,
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
            question_id: row.question_id,
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
