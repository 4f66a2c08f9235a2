//! Rows and commands of paper sheets, objections and challenges. Absent on purpose: what an entry
//! says is text here; only the sheet's own service reads it.

use diesel::{AsChangeset, Insertable, Queryable, Selectable};

use super::{Choice, EntryRound, InvalidReason, ObjectionSubject, SheetState};
use crate::kernel::{
    AccountId, ChallengeId, HeadId, ItemId, LocalDate, ObjectionId, OwnerId, SheetEntryId, SheetId,
    UtcTime, VoteId,
};
use crate::platform::db::schema::{objections, sheet_entries, sheets, vote_challenges};

/// A sheet.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = sheets)]
#[diesel(treat_none_as_default_value = false)]
#[expect(missing_docs, reason = "the migration documents the columns")]
pub struct SheetRow {
    pub id: SheetId,
    pub vote_id: VoteId,
    pub head_id: HeadId,
    pub unit_code: String,
    pub state: SheetState,
    pub registered_at: UtcTime,
    pub registered_by: AccountId,
    pub settled_at: Option<UtcTime>,
    pub void_reason: Option<String>,
    pub version: i32,
}

/// What a step changes of a sheet; `None` leaves a column as it is.
#[derive(Debug, Clone, Default, AsChangeset)]
#[diesel(table_name = sheets)]
#[expect(missing_docs, reason = "the migration documents the columns")]
pub struct SheetChange {
    pub state: Option<SheetState>,
    pub settled_at: Option<UtcTime>,
    pub void_reason: Option<String>,
}

/// One person's entry of a sheet. `choices` is a JSON list of item and choice.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = sheet_entries)]
#[diesel(treat_none_as_default_value = false)]
#[expect(missing_docs, reason = "the migration documents the columns")]
pub struct SheetEntryRow {
    pub id: SheetEntryId,
    pub sheet_id: SheetId,
    pub round: EntryRound,
    pub clerk_id: AccountId,
    pub clerk_name: String,
    pub choices: String,
    pub invalid_reason: Option<InvalidReason>,
    pub entered_at: UtcTime,
}

/// An objection with its answer, if it has one.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = objections)]
#[diesel(treat_none_as_default_value = false)]
#[expect(missing_docs, reason = "the migration documents the columns")]
pub struct ObjectionRow {
    pub id: ObjectionId,
    pub vote_id: VoteId,
    pub subject: ObjectionSubject,
    pub owner_id: Option<OwnerId>,
    pub unit_code: Option<String>,
    pub filed_by: String,
    pub text: String,
    pub filed_at: UtcTime,
    pub answer: Option<String>,
    pub upheld: Option<bool>,
    pub answered_by: Option<String>,
    pub answered_at: Option<UtcTime>,
    pub version: i32,
}

/// A challenge of a confirmed result in court.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = vote_challenges)]
#[diesel(treat_none_as_default_value = false)]
#[expect(missing_docs, reason = "the migration documents the columns")]
pub struct ChallengeRow {
    pub id: ChallengeId,
    pub vote_id: VoteId,
    pub item_id: Option<ItemId>,
    pub court: String,
    pub case_number: String,
    pub filed_on: LocalDate,
    pub outcome: Option<String>,
    pub recorded_at: UtcTime,
    pub recorded_by: String,
}

/// What a list of objections is narrowed by.
#[derive(Debug, Clone, Copy, Default)]
pub struct ObjectionFilter {
    /// To the roll or to the result only.
    pub subject: Option<ObjectionSubject>,
    /// Answered ones only, or open ones only.
    pub answered: Option<bool>,
    /// One owner's own only.
    pub owner_id: Option<OwnerId>,
}

/// Whoever handles paper: the account, and the owner on the register behind it, if any.
#[derive(Debug, Clone)]
pub struct Clerk {
    /// The account.
    pub account_id: AccountId,
    /// The name that stays on the entry.
    pub name: String,
    /// Nobody enters the sheet of an own head.
    pub owner_id: Option<OwnerId>,
}

/// Whose sheet it is: by any unit of the head, or by the reference in the printed sheet's QR code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SheetOf {
    /// The number of a unit.
    Unit(String),
    /// The head.
    Head(HeadId),
}

/// What a person read on a sheet.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The sheet.
    pub sheet_id: SheetId,
    /// What on which item; items left out are blank.
    pub choices: Vec<(ItemId, Choice)>,
    /// Why a choice is invalid.
    pub invalid_reason: Option<InvalidReason>,
}

/// An objection to be filed.
#[derive(Debug, Clone)]
pub struct NewObjection {
    /// The roll or the result; what is open to objections now where it is left out.
    pub subject: Option<ObjectionSubject>,
    /// On behalf of the owner of this unit, by staff.
    pub unit_code: Option<String>,
    /// What is objected to, and why.
    pub text: String,
}

/// A challenge in court to be recorded.
#[derive(Debug, Clone)]
pub struct NewChallenge {
    /// The item that is challenged; the whole vote where it is left out.
    pub item_id: Option<ItemId>,
    /// The court.
    pub court: String,
    /// 案号.
    pub case_number: String,
    /// When it was filed.
    pub filed_on: LocalDate,
    /// What the court decided, where it has.
    pub outcome: Option<String>,
}
