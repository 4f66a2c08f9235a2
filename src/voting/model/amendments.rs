//! Amendments of a frozen roll 名册更正 as they are proposed and confirmed: two signatures, two people.

use diesel::{Insertable, Queryable, Selectable};
use serde::{Deserialize, Serialize};

use super::Totals;
use crate::kernel::{
    AccountId, Area, ObjectionId, OwnerId, ProposalState, RollAmendmentId, UnitId, UtcTime, VoteId,
};
use crate::platform::db::schema::roll_amendments;

/// An amendment.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = roll_amendments)]
#[diesel(treat_none_as_default_value = false)]
#[expect(missing_docs, reason = "the migration documents the columns")]
pub struct AmendmentRow {
    pub id: RollAmendmentId,
    pub vote_id: VoteId,
    pub objection_id: Option<ObjectionId>,
    pub reason: String,
    pub difference: String,
    pub proposed_by: AccountId,
    pub proposed_name: String,
    pub proposed_at: UtcTime,
    pub confirmed_by: Option<AccountId>,
    pub confirmed_name: Option<String>,
    pub confirmed_at: Option<UtcTime>,
    pub withdrawn_name: Option<String>,
    pub withdrawn_at: Option<UtcTime>,
}

impl AmendmentRow {
    /// Where it stands.
    #[must_use]
    pub const fn state(&self) -> ProposalState {
        ProposalState::of(self.confirmed_at, self.withdrawn_at)
    }
}

/// An amendment to be proposed.
#[derive(Debug, Clone)]
pub struct NewAmendment {
    /// The units to be taken anew from the register, as of the record date.
    pub units: Vec<UnitId>,
    /// The objection that was right.
    pub objection_id: Option<ObjectionId>,
    /// Why; it is published.
    pub reason: String,
}

/// Where a unit stands on the roll: no name, only ids of the register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct UnitPlace {
    /// The number of its head, from 0; a number that the roll did not have is a new head's.
    pub head: i32,
    /// Who belongs to the head by it.
    pub owners: Vec<OwnerId>,
    /// Who may cast for the head; empty where each of the owners may.
    #[serde(default)]
    pub voters: Vec<OwnerId>,
    /// Its area in square metres.
    pub area: Area,
    /// Whether it was handed over.
    pub delivered: bool,
}

/// What becomes of a unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct UnitDifference {
    /// The unit.
    pub unit_id: UnitId,
    /// Its number 房号.
    pub code: String,
    /// Its building.
    pub building: String,
    /// As it stood; none where it is added.
    pub before: Option<UnitPlace>,
    /// As it will stand; none where it is struck.
    pub after: Option<UnitPlace>,
}

/// The difference that an amendment makes: what both people see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RollDifference {
    /// The roll's totals without it.
    pub before: Totals,
    /// The roll's totals with it.
    pub after: Totals,
    /// The units that differ: struck ones first, then in the register's order.
    pub units: Vec<UnitDifference>,
}
