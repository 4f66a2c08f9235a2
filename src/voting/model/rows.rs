//! The rows of the slice's tables, shared by queries, use cases and answers.

use diesel::{AsChangeset, Insertable, Queryable, Selectable};

use super::{Channel, Choice, Command, ItemClass, Reliance, VoteState};
use crate::kernel::{
    AccountId, Area, AttemptId, BallotId, BuildingId, ChoiceId, CommunityId, EntranceId, HeadId,
    ItemId, ItemResultId, LocalDate, MaterialId, OwnerId, ProxyId, QuestionId, RollUnitId,
    RulePackId, SheetId, TransitionId, UnitId, UtcTime, VoteId,
};
use crate::platform::db::schema::{
    ballot_attempts, ballot_choices, ballots, head_owners, heads, item_results, roll_units,
    rule_packs, vote_items, vote_materials, vote_transitions, votes,
};

/// One version of a pack, as stored.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = rule_packs)]
pub struct PackRow {
    /// The version's id.
    pub id: RulePackId,
    /// The pack's name for machines.
    pub pack_key: String,
    /// Counts up from 1.
    pub pack_version: i32,
    /// The pack's name for people.
    pub name: String,
    /// The first day on which a vote may use it.
    pub effective_from: LocalDate,
    /// SHA-256 of the canonical text.
    pub digest: String,
    /// The canonical text.
    pub body: String,
    /// When it was loaded.
    pub created_at: UtcTime,
}

/// A vote.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = votes)]
#[diesel(treat_none_as_default_value = false)]
#[expect(missing_docs, reason = "the migration documents the columns")]
pub struct VoteRow {
    pub id: VoteId,
    pub community_id: CommunityId,
    pub building_id: Option<BuildingId>,
    pub entrance_id: Option<EntranceId>,
    pub rule_pack_id: RulePackId,
    pub title: String,
    pub description: String,
    pub state: VoteState,
    pub record_on: Option<LocalDate>,
    pub roll_area: Option<Area>,
    pub roll_heads: Option<i64>,
    pub agenda_digest: Option<String>,
    pub noticed_at: Option<UtcTime>,
    pub opens_at: Option<UtcTime>,
    pub closes_at: Option<UtcTime>,
    pub extensions: i32,
    pub closed_at: Option<UtcTime>,
    pub counted_at: Option<UtcTime>,
    pub published_at: Option<UtcTime>,
    pub objections_until: Option<UtcTime>,
    pub confirmed_at: Option<UtcTime>,
    pub certificate: Option<String>,
    pub reliance: Reliance,
    pub created_by: Option<AccountId>,
    pub created_at: UtcTime,
    pub version: i32,
    pub scope_name: Option<String>,
}

/// What a step changes of a vote; `None` leaves a column as it is.
#[derive(Debug, Clone, Default, AsChangeset)]
#[diesel(table_name = votes)]
#[expect(missing_docs, reason = "the migration documents the columns")]
pub struct VoteChange {
    pub title: Option<String>,
    pub description: Option<String>,
    pub state: Option<VoteState>,
    pub record_on: Option<Option<LocalDate>>,
    pub roll_area: Option<Option<Area>>,
    pub roll_heads: Option<Option<i64>>,
    pub agenda_digest: Option<String>,
    pub noticed_at: Option<UtcTime>,
    pub opens_at: Option<UtcTime>,
    pub closes_at: Option<UtcTime>,
    pub extensions: Option<i32>,
    pub closed_at: Option<UtcTime>,
    pub counted_at: Option<UtcTime>,
    pub published_at: Option<Option<UtcTime>>,
    pub objections_until: Option<Option<UtcTime>>,
    pub confirmed_at: Option<UtcTime>,
    pub certificate: Option<String>,
    pub reliance: Option<Reliance>,
}

/// An item on the agenda.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = vote_items)]
#[diesel(treat_none_as_default_value = false)]
#[expect(missing_docs, reason = "the migration documents the columns")]
pub struct ItemRow {
    pub id: ItemId,
    pub vote_id: VoteId,
    pub position: i32,
    pub title: String,
    pub description: String,
    pub matter: String,
    pub class: ItemClass,
    pub question_id: Option<QuestionId>,
}

/// A material without its content.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
#[expect(missing_docs, reason = "the migration documents the columns")]
pub struct MaterialRow {
    pub id: MaterialId,
    pub file_name: String,
    pub media_type: String,
    pub size_bytes: i64,
    pub digest: String,
}

/// A new material.
#[derive(Debug, Insertable)]
#[diesel(table_name = vote_materials)]
#[expect(missing_docs, reason = "the migration documents the columns")]
pub struct NewMaterial<'a> {
    pub id: MaterialId,
    pub vote_id: VoteId,
    pub file_name: &'a str,
    pub media_type: &'a str,
    pub size_bytes: i64,
    pub digest: &'a str,
    pub content: &'a [u8],
    pub created_at: UtcTime,
}

/// A step that was taken.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = vote_transitions)]
#[diesel(treat_none_as_default_value = false)]
#[expect(missing_docs, reason = "the migration documents the columns")]
pub struct TransitionRow {
    pub id: TransitionId,
    pub vote_id: VoteId,
    pub from_state: VoteState,
    pub to_state: VoteState,
    pub command: Command,
    pub actor_name: String,
    pub at: UtcTime,
    pub legal_at: UtcTime,
    pub reason: Option<String>,
}

/// What a list of votes is narrowed by.
#[derive(Debug, Clone, Default)]
pub struct VoteFilter {
    /// One community only.
    pub community_id: Option<CommunityId>,
    /// One state only.
    pub state: Option<VoteState>,
    /// A part of the title.
    pub search: Option<String>,
}

/// A head 人数 of a roll.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = heads)]
#[expect(missing_docs, reason = "the migration documents the columns")]
pub struct HeadRow {
    pub id: HeadId,
    pub vote_id: VoteId,
    pub position: i32,
    pub area: Area,
    pub is_developer_pool: bool,
}

/// An owner who belongs to a head.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = head_owners)]
#[expect(missing_docs, reason = "the migration documents the columns")]
pub struct HeadOwnerRow {
    pub head_id: HeadId,
    pub owner_id: OwnerId,
    pub vote_id: VoteId,
    pub may_cast: bool,
}

/// A unit on a roll; without a head it does not count (parking, by switch).
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = roll_units)]
#[diesel(treat_none_as_default_value = false)]
#[expect(missing_docs, reason = "the migration documents the columns")]
pub struct RollUnitRow {
    pub id: RollUnitId,
    pub vote_id: VoteId,
    pub unit_id: UnitId,
    pub head_id: Option<HeadId>,
    pub position: i32,
    pub code: String,
    pub building: String,
    pub entrance: Option<String>,
    pub unit_use: String,
    pub area: Area,
    pub area_source: String,
    pub delivered: bool,
}

/// What a list of a roll's units is narrowed by.
#[derive(Debug, Clone, Default)]
pub struct RollFilter {
    /// One building only.
    pub building: Option<String>,
    /// A part of the unit's number.
    pub search: Option<String>,
}

/// A ballot that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = ballots)]
#[diesel(treat_none_as_default_value = false)]
#[expect(missing_docs, reason = "the migration documents the columns")]
pub struct BallotRow {
    pub id: BallotId,
    pub vote_id: VoteId,
    pub head_id: HeadId,
    pub owner_id: Option<OwnerId>,
    pub sheet_id: Option<SheetId>,
    pub channel: Channel,
    pub cast_at: UtcTime,
    pub receipt: String,
    pub log_seq: i64,
    pub actor_id: Option<AccountId>,
    pub request_id: String,
    pub proxy_id: Option<ProxyId>,
}

/// What a ballot says on an item; it stands, or another one does.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = ballot_choices)]
#[expect(missing_docs, reason = "the migration documents the columns")]
pub struct ChoiceRow {
    pub id: ChoiceId,
    pub ballot_id: BallotId,
    pub item_id: ItemId,
    pub head_id: HeadId,
    pub choice: Choice,
    pub standing: bool,
    pub reading: i32,
}

/// A ballot that was refused.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = ballot_attempts)]
#[diesel(treat_none_as_default_value = false)]
#[expect(missing_docs, reason = "the migration documents the columns")]
pub struct AttemptRow {
    pub id: AttemptId,
    pub vote_id: VoteId,
    pub head_id: Option<HeadId>,
    pub sheet_id: Option<SheetId>,
    pub channel: Channel,
    pub at: UtcTime,
    pub reason: String,
    pub actor_id: Option<AccountId>,
    pub request_id: String,
}

/// The count of an item.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = item_results)]
pub struct ResultRow {
    /// Its id.
    pub id: ItemResultId,
    /// The vote.
    pub vote_id: VoteId,
    /// The item.
    pub item_id: ItemId,
    /// Whether it passed.
    pub passed: bool,
    /// The working as JSON: totals, predicates, margins, flip distance.
    pub working: String,
    /// When it was counted (legal time).
    pub counted_at: UtcTime,
    /// The leaf of the count; the highest one counts.
    pub log_seq: i64,
}
