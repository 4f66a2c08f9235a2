//! Mergers and splits of communities.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    kernel::{
        BoundaryChangeId, BuildingId, CommunityId, CompositeId, LocalDate, ProposalState,
        ReferenceId, UtcTime, VoteId,
    },
    registry::model::{BoundaryKind, NewBoundaryChange, NewSource, NewTarget, WorkKind},
};

/// A community that is to end.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BoundarySourceIn {
    /// The community.
    pub community_id: CommunityId,
    /// What goes before the names of its buildings and the numbers of its units, at most 20
    /// characters: needed where two communities have the same ones.
    #[serde(default)]
    #[schema(example = "一院")]
    pub prefix: String,
}

/// A community that is to begin.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BoundaryTargetIn {
    /// Its name, once within a division.
    #[schema(example = "昌盛小区")]
    pub name: String,
    /// Its division; that of the first community that ends when absent.
    #[serde(default)]
    pub division_code: Option<String>,
    /// In a split: the buildings that go there.
    #[serde(default)]
    pub building_ids: Vec<BuildingId>,
}

/// A merger or split to be proposed.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BoundaryChangeIn {
    /// 合并 or 拆分.
    pub kind: BoundaryKind,
    /// From which day on the new boundaries hold; today or later.
    pub effective_on: LocalDate,
    /// The number of the document that it rests on, 1 to 100 characters.
    #[schema(example = "昌住建〔2026〕12号")]
    pub document_number: String,
    /// Why, 1 to 2000 characters.
    pub reason: String,
    /// The composite decision that it follows, where there was one.
    #[serde(default)]
    pub decision_id: Option<CompositeId>,
    /// The communities that end: two or more in a merger, one in a split; at most 50.
    pub sources: Vec<BoundarySourceIn>,
    /// The communities that begin: one in a merger, two or more in a split; at most 50.
    pub targets: Vec<BoundaryTargetIn>,
}

impl From<BoundaryChangeIn> for NewBoundaryChange {
    fn from(input: BoundaryChangeIn) -> Self {
        let source = |source: BoundarySourceIn| NewSource {
            community_id: source.community_id,
            prefix: source.prefix.trim().to_owned(),
        };
        let target = |target: BoundaryTargetIn| NewTarget {
            name: target.name.trim().to_owned(),
            division_code: target.division_code,
            building_ids: target.building_ids,
        };
        Self {
            kind: input.kind,
            effective_on: input.effective_on,
            document_number: input.document_number,
            reason: input.reason,
            decision_id: input.decision_id,
            sources: input.sources.into_iter().map(source).collect(),
            targets: input.targets.into_iter().map(target).collect(),
        }
    }
}

/// A community that ends.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BoundarySourceOut {
    /// The community.
    pub community_id: CommunityId,
    /// Its name.
    pub name: String,
    /// What goes before the names of its buildings and the numbers of its units.
    pub prefix: String,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_on: Option<LocalDate>,
}

/// A building that moves.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MovedBuildingOut {
    /// The building; its id stays, and those of its units and owners.
    pub building_id: BuildingId,
    /// The community that it leaves.
    pub from: CommunityId,
    /// Its name there.
    pub name: String,
    /// Its name in the new community.
    pub new_name: String,
    /// How many units it has.
    pub units: usize,
}

/// A community that begins.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BoundaryTargetOut {
    /// Its name.
    pub name: String,
    /// Its division.
    pub division_code: String,
    /// The community, once confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub community_id: Option<CommunityId>,
    /// What moves there.
    pub buildings: Vec<MovedBuildingOut>,
    /// How many units move there.
    pub units: usize,
}

/// A vote that stands in the way of the confirmation.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct VoteInTheWayOut {
    /// The vote.
    pub vote_id: VoteId,
    /// What it is called.
    pub title: String,
    /// Its state.
    pub state: String,
}

/// A survey, consultation or renovation project that stands in the way.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WorkInTheWayOut {
    /// What it is.
    pub kind: WorkKind,
    /// Which: a survey's id, a consultation's or a project's.
    pub id: ReferenceId,
    /// What it is called.
    pub title: String,
}

/// A merger or split with what moves.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BoundaryChangeOut {
    /// The change.
    pub id: BoundaryChangeId,
    /// 合并 or 拆分.
    pub kind: BoundaryKind,
    /// Where it stands.
    pub state: ProposalState,
    /// From which day on the new boundaries hold.
    pub effective_on: LocalDate,
    /// The number of the document that it rests on.
    pub document_number: String,
    /// Why.
    pub reason: String,
    /// The composite decision that it follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision_id: Option<CompositeId>,
    /// Who proposed it.
    pub proposed_by: String,
    /// When.
    pub proposed_at: UtcTime,
    /// Who confirmed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirmed_by: Option<String>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirmed_at: Option<UtcTime>,
    /// Who withdrew it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withdrawn_by: Option<String>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withdrawn_at: Option<UtcTime>,
    /// The communities that end.
    pub sources: Vec<BoundarySourceOut>,
    /// The communities that begin, with what moves there.
    pub targets: Vec<BoundaryTargetOut>,
    /// While it is proposed: the votes that stand in its way.
    pub in_the_way: Vec<VoteInTheWayOut>,
    /// While it is proposed: the surveys, consultations and renovation projects that stand in the way.
    pub works_in_the_way: Vec<WorkInTheWayOut>,
    /// While it is proposed: why it can't be confirmed as the register stands now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unfit: Option<String>,
}

/// A community before or after a merger or split.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RelatedCommunityOut {
    /// The community.
    pub community_id: CommunityId,
    /// Its name.
    pub name: String,
    /// The merger or split.
    pub change_id: BoundaryChangeId,
    /// Since when.
    pub effective_on: LocalDate,
}

/// A building that belonged to a community on a day.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BoundaryBuildingOut {
    /// The building.
    pub building_id: BuildingId,
    /// Its name there.
    pub name: String,
    /// Since when; absent where it was never elsewhere before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<LocalDate>,
    /// Until when, that day excluded; absent where it belongs there today.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<LocalDate>,
}

/// The boundaries of a community on a day, and what it came from and became.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BoundariesOut {
    /// The community.
    pub community_id: CommunityId,
    /// Its name.
    pub name: String,
    /// When it ended by a merger or split.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_on: Option<LocalDate>,
    /// The communities that it came from.
    pub predecessors: Vec<RelatedCommunityOut>,
    /// The communities that it became.
    pub successors: Vec<RelatedCommunityOut>,
    /// The day.
    pub on: LocalDate,
    /// The buildings that belonged to it on that day.
    pub buildings: Vec<BoundaryBuildingOut>,
}

/// A community that a building belonged to.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BuildingCommunityOut {
    /// The community.
    pub community_id: CommunityId,
    /// Its name.
    pub community: String,
    /// The building's name there.
    pub building: String,
    /// Since when; absent where it was never elsewhere before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<LocalDate>,
    /// Until when, that day excluded; absent where it belongs there today.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<LocalDate>,
}
