//! Composite decisions over HTTP.

use serde::{Deserialize, Serialize};

use super::check_text;
use crate::kernel::{
    BuildingId, Code, CommunityId, CompositeId, EntranceId, LocalDate, Outcome, Refusal,
    RulePackId, UtcTime, VoteId,
};
use crate::voting::model::{CompositeRow, NewAuthority, NewComposite, NewPlace};

/// Places of a composite decision at the most.
const MOST_PLACES: usize = 200;

/// A place that is to vote for itself.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaceIn {
    /// What people call it, at most 100 characters; the community's name when absent.
    #[serde(default)]
    #[schema(example = "昌盛一院")]
    pub name: String,
    /// The community.
    pub community_id: CommunityId,
    /// Only this building.
    #[serde(default)]
    pub building_id: Option<BuildingId>,
    /// Only this entrance.
    #[serde(default)]
    pub entrance_id: Option<EntranceId>,
}

/// A composite decision to be opened.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CompositeIn {
    /// What it is called, 1 to 200 characters.
    #[schema(example = "加装电梯并占用小区共有部分")]
    pub title: String,
    /// The rule pack; its newest version in force is pinned.
    #[schema(example = "shanghai-elevator")]
    pub rule_pack: String,
    /// The composite of the pack, by its key.
    #[schema(example = "elevator")]
    pub composite: String,
    /// Who votes, each for itself; 1 to 200.
    pub places: Vec<PlaceIn>,
}

impl CompositeIn {
    /// The command, with its texts checked.
    ///
    /// # Errors
    /// `invalid_field` with the pointer.
    pub fn into_command(self) -> Outcome<NewComposite> {
        check_text("/title", &self.title, 1..=200)?;
        if self.places.len() > MOST_PLACES {
            let detail = format!("{} places; {MOST_PLACES} at the most", self.places.len());
            return Err(Refusal::field(Code::InvalidField, "/places", detail));
        }
        let place = |(index, place): (usize, PlaceIn)| {
            check_text(&format!("/places/{index}/name"), &place.name, 0..=100)?;
            let PlaceIn { name, community_id, building_id, entrance_id } = place;
            Ok::<_, Refusal>(NewPlace { name, community_id, building_id, entrance_id })
        };
        Ok(NewComposite {
            title: self.title,
            rule_pack: self.rule_pack,
            composite: self.composite,
            places: self.places.into_iter().enumerate().map(place).collect::<Outcome<_>>()?,
        })
    }
}

/// A vote to be added.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberIn {
    /// The vote.
    pub vote_id: VoteId,
    /// The failed or voided vote whose place it takes.
    #[serde(default)]
    pub replaces: Option<VoteId>,
}

/// The authority's decision.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AuthorityIn {
    /// 批准, else 不批准.
    pub approved: bool,
    /// Who decided, 1 to 200 characters.
    #[schema(example = "昌平区住房和城乡建设委员会")]
    pub authority: String,
    /// The number of its document, 1 to 100 characters.
    #[schema(example = "昌住建〔2026〕12号")]
    pub document_number: String,
    /// The day of the document.
    pub decided_on: LocalDate,
    /// Where the document itself is kept, 1 to 2000 characters.
    #[schema(example = "区档案馆 2026-城建-0012")]
    pub evidence: String,
    /// What is announced to the owners, 1 to 2000 characters.
    pub announcement: String,
}

impl AuthorityIn {
    /// The command, with its texts checked.
    ///
    /// # Errors
    /// `invalid_field` with the pointer.
    pub fn into_command(self) -> Outcome<NewAuthority> {
        check_text("/authority", &self.authority, 1..=200)?;
        check_text("/document_number", &self.document_number, 1..=100)?;
        check_text("/evidence", &self.evidence, 1..=2000)?;
        check_text("/announcement", &self.announcement, 1..=2000)?;
        let Self { approved, authority, document_number, decided_on, evidence, announcement } =
            self;
        Ok(NewAuthority {
            approved,
            authority,
            document_number,
            decided_on,
            evidence,
            announcement,
        })
    }
}

/// What a list of composite decisions is narrowed by.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CompositeQuery {
    /// Items per page, 1 to 200; 50 when absent.
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// A part of the title.
    pub search: Option<String>,
}

/// A composite decision in a list.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct CompositeSummary {
    /// Its id.
    pub id: CompositeId,
    /// The pinned rule pack version.
    pub rule_pack_id: RulePackId,
    /// The composite of the pack, by its key.
    pub composite: String,
    /// What it is called.
    pub title: String,
    /// Who opened it.
    pub created_by: String,
    /// When it was opened.
    pub created_at: UtcTime,
    /// Counts up with each change.
    pub version: i32,
}

impl From<CompositeRow> for CompositeSummary {
    fn from(row: CompositeRow) -> Self {
        Self {
            id: row.id,
            rule_pack_id: row.rule_pack_id,
            composite: row.composite_key,
            title: row.title,
            created_by: row.creator_name,
            created_at: row.created_at,
            version: row.version,
        }
    }
}
