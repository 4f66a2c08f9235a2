//! Rows and commands of paper sheets, objections and challenges. Absent on purpose: what an entry
//! says is text here; only the sheet's own service reads it.

use diesel::{AsChangeset, Insertable, Queryable, Selectable};

use super::{Choice, EntryRound, InvalidReason, ObjectionSubject, Serial, SheetState, SpoilReason};
use crate::kernel::{
    AccountId, ChallengeId, HeadId, ItemId, LocalDate, ObjectionId, OwnerId, ProxyId, SessionId,
    SheetBatchId, SheetEntryId, SheetId, SheetIssueId, UtcTime, VoteId,
};
use crate::platform::db::schema::{
    objections, sheet_accounts, sheet_batches, sheet_entries, sheet_issues, sheets, vote_challenges,
};

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
    pub serial: Serial,
    pub issue_id: SheetIssueId,
    pub batch_id: Option<SheetBatchId>,
    pub state: SheetState,
    pub registered_at: Option<UtcTime>,
    pub registered_by: Option<AccountId>,
    pub settled_at: Option<UtcTime>,
    pub void_reason: Option<SpoilReason>,
    pub void_note: Option<String>,
    pub version: i32,
}

/// What a step changes of a sheet; `None` leaves a column as it is.
#[derive(Debug, Clone, Default, AsChangeset)]
#[diesel(table_name = sheets)]
#[expect(missing_docs, reason = "the migration documents the columns")]
pub struct SheetChange {
    pub state: Option<SheetState>,
    pub settled_at: Option<UtcTime>,
    pub void_reason: Option<SpoilReason>,
    pub void_note: Option<String>,
}

/// A run of printed sheets.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = sheet_issues)]
#[expect(missing_docs, reason = "the migration documents the columns")]
pub struct SheetIssueRow {
    pub id: SheetIssueId,
    pub vote_id: VoteId,
    pub number: i32,
    pub sheets: i32,
    pub issued_at: UtcTime,
    pub issued_by: AccountId,
    pub issuer_name: String,
}

/// Sheets that two collectors brought back.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = sheet_batches)]
#[expect(missing_docs, reason = "the migration documents the columns")]
pub struct SheetBatchRow {
    pub id: SheetBatchId,
    pub vote_id: VoteId,
    pub number: i32,
    pub first_collector: AccountId,
    pub second_collector: AccountId,
    pub place: String,
    pub seal: String,
    pub sheets: i32,
    pub registered_at: UtcTime,
    pub registered_by: AccountId,
}

/// The account of a vote's sheets.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = sheet_accounts)]
#[expect(missing_docs, reason = "the migration documents the columns")]
pub struct SheetAccountRow {
    pub vote_id: VoteId,
    pub issued: i32,
    pub returned: i32,
    pub spoiled: i32,
    pub missing: i32,
    pub closed_at: UtcTime,
    pub closed_by: AccountId,
    pub closer_name: String,
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
    pub session_id: SessionId,
    pub clerk_name: String,
    pub choices: String,
    pub invalid_reason: Option<InvalidReason>,
    pub entered_at: UtcTime,
    pub proxy_id: Option<ProxyId>,
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
    pub annuls: bool,
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
    /// The session: two entries of a sheet never come from one.
    pub session_id: SessionId,
    /// The name that stays on the entry.
    pub name: String,
    /// Nobody enters the sheet of an own head.
    pub owner_id: Option<OwnerId>,
}

/// For whom sheets are issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IssueTo {
    /// Every head.
    All,
    /// Heads with a unit in the building of that name.
    Building(String),
    /// The heads of these units.
    Units(Vec<String>),
}

/// A batch of sheets to be registered.
#[derive(Debug, Clone)]
pub struct NewBatch {
    /// The two people who collected it.
    pub collectors: [AccountId; 2],
    /// Where the box stood.
    pub place: String,
    /// The number of the box's seal.
    pub seal: String,
    /// Serials as typed, or QR codes as scanned.
    pub sheets: Vec<String>,
    /// Whether the good lines are registered where others are refused.
    pub take_good: bool,
}

/// Why a sheet is spoiled, and whether another is issued in its place.
#[derive(Debug, Clone)]
pub struct Spoil {
    /// The coded reason.
    pub reason: SpoilReason,
    /// More, in words.
    pub note: Option<String>,
    /// Whether a sheet of a new serial takes its place.
    pub reissue: bool,
}

/// What a clerk counted when accounting for the sheets.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// Sheets that came back.
    pub returned: i32,
    /// Sheets that were spoiled.
    pub spoiled: i32,
    /// The serials of those that did not come back.
    pub missing: Vec<String>,
}

/// Which sheet is meant.
#[derive(Debug, Clone)]
pub enum SheetRef {
    /// By its id.
    Id(SheetId),
    /// By its serial, as typed.
    Serial(String),
}

impl std::fmt::Display for SheetRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Serial(text) => f.write_str(text),
        }
    }
}

/// What a person read on a sheet.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The sheet.
    pub sheet: SheetRef,
    /// What on which item; items left out are blank.
    pub choices: Vec<(ItemId, Choice)>,
    /// Why a choice is invalid.
    pub invalid_reason: Option<InvalidReason>,
    /// Whether the head's agent signed, not an owner.
    pub is_agents: bool,
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
    /// Whether the decision annuls the item, or the whole vote.
    pub annuls: bool,
}
