//! What people ask for, and what they get for it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Channel, Choice, NewOptions, Reliance};
use crate::ballot_log::Openings;
use crate::kernel::{
    AccountId, Area, BallotId, BuildingId, CommunityId, EntranceId, HeadId, ItemId, OwnerId,
    UnitId, UtcTime, VoteId,
};
use crate::platform::db::IdempotencyKey;

/// An item to be put on the agenda.
#[derive(Debug, Clone)]
pub struct NewItem {
    /// What is asked.
    pub title: String,
    /// What it is about.
    pub description: String,
    /// Its matters by the pack; several take the strictest class.
    pub matters: Vec<String>,
    /// What is chosen from; none where owners are for or against.
    pub options: Option<NewOptions>,
}

/// A named set of units.
#[derive(Debug, Clone)]
pub struct UnitSet {
    /// What they are called together, as people know them.
    pub name: String,
    /// The units.
    pub unit_ids: BTreeSet<UnitId>,
}

/// The part of a community that decides: nothing named, all of it.
#[derive(Debug, Clone, Default)]
pub struct PartOfCommunity {
    /// One building only.
    pub building_id: Option<BuildingId>,
    /// One entrance only.
    pub entrance_id: Option<EntranceId>,
    /// These buildings together; empty where one place decides.
    pub building_ids: BTreeSet<BuildingId>,
    /// These units only.
    pub unit_set: Option<UnitSet>,
}

/// A vote to be drafted.
#[derive(Debug, Clone)]
pub struct NewVote {
    /// What the vote is called.
    pub title: String,
    /// What it is about.
    pub description: String,
    /// The community in which it is held.
    pub community_id: CommunityId,
    /// Which part of it decides.
    pub part: PartOfCommunity,
    /// The pack's name; its newest version is pinned.
    pub rule_pack: String,
    /// The agenda.
    pub items: Vec<NewItem>,
    /// Which count the outcome is to rest on, where the pack has a clause on silence.
    pub reliance: Reliance,
}

/// A change of the draft; `None` leaves as it is.
#[derive(Debug, Clone, Default)]
pub struct VoteEdit {
    /// A new title.
    pub title: Option<String>,
    /// A new description.
    pub description: Option<String>,
    /// A new agenda in place of the present one.
    pub items: Option<Vec<NewItem>>,
    /// Which count the outcome is to rest on.
    pub reliance: Option<Reliance>,
}

/// A file to be attached.
#[derive(Debug, Clone)]
pub struct NewFile {
    /// Its name.
    pub file_name: String,
    /// Its media type.
    pub media_type: String,
    /// Its content.
    pub content: Vec<u8>,
}

/// A ballot that an owner wants to cast.
#[derive(Debug, Clone)]
pub struct Cast {
    /// The vote.
    pub vote_id: VoteId,
    /// Who casts.
    pub owner_id: OwnerId,
    /// With which account.
    pub account_id: AccountId,
    /// For which head; may be left out by an owner who stands for one only.
    pub head_id: Option<HeadId>,
    /// What on which item; items left out are blank.
    pub choices: Vec<(ItemId, Choice)>,
    /// Legal time at which the server took the request in: the deadline is judged by it.
    pub admitted_at: UtcTime,
    /// The request.
    pub request_id: String,
    /// The principal's key and the request's idempotency key.
    pub idempotency: Option<(String, IdempotencyKey)>,
}

/// What the owner gets for a ballot, before its log's head is signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The ballot.
    pub ballot_id: BallotId,
    /// 回执码: the first 20 hexadecimal digits of the leaf's hash.
    pub receipt: String,
    /// The vote.
    pub vote_id: VoteId,
    /// The head that voted.
    pub head_id: HeadId,
    /// The area that the ballot carries.
    pub area: Area,
    /// When it was taken (legal time).
    pub cast_at: UtcTime,
    /// How it came in.
    pub channel: Channel,
    /// Where it stands in the vote's public log.
    pub log: LogPlace,
}

/// A leaf with its way to the root of a committed head, not yet signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogPlace {
    /// The log's name.
    pub origin: String,
    /// The generation of the key that signs it.
    pub key_generation: i32,
    /// The leaf's sequence number.
    pub seq: u64,
    /// The leaf, verbatim.
    pub leaf: String,
    /// What opens its commitments.
    pub openings: Openings,
    /// The size of the head.
    pub size: u64,
    /// The root of the head, in hex.
    pub root: String,
    /// Sibling hashes in hex, bottom up.
    pub siblings: Vec<String>,
}

/// What became of a cast.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// Taken now.
    Now(Receipt),
    /// Taken before, under the same idempotency key.
    Before(Receipt),
}

/// Area and heads together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Totals {
    /// Square metres.
    pub area: Area,
    /// Heads 人数.
    pub heads: u64,
}

/// Totals of one building on a frozen roll.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildingTotals {
    /// The building.
    pub building: String,
    /// Units that count.
    pub units: u64,
    /// Distinct heads with a unit here.
    pub heads: u64,
    /// Their area.
    pub area: Area,
}
