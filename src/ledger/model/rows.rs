//! The rows of the ledger's tables.

use diesel::{Insertable, Queryable, Selectable};

use super::{AccountKind, Event, ReservationState};
use crate::kernel::{
    AccountId, BookId, BuildingId, CommunityId, Fen, JournalId, LedgerAccountId, LocalDate,
    PeriodId, ProjectId, ReservationId, UnitId, UtcTime, VoteId,
};
use crate::platform::{
    auth::Place,
    db::schema::{
        ledger_accounts, ledger_books, ledger_entries, ledger_holds, ledger_journals,
        ledger_periods, ledger_reservations,
    },
};

/// A set of books.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = ledger_books)]
#[diesel(treat_none_as_default_value = false)]
#[expect(missing_docs, reason = "the migration documents the columns")]
pub struct BookRow {
    pub id: BookId,
    pub community_id: CommunityId,
    pub division_code: String,
    pub bank_name: String,
    pub bank_account: String,
    pub last_number: i64,
    pub opened_on: LocalDate,
    pub opener_id: AccountId,
    pub opener_name: String,
    pub opened_at: UtcTime,
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = ledger_accounts)]
#[diesel(treat_none_as_default_value = false)]
#[expect(missing_docs, reason = "the migration documents the columns")]
pub struct AccountRow {
    pub id: LedgerAccountId,
    pub book_id: BookId,
    pub kind: AccountKind,
    pub code: String,
    pub title: String,
    pub unit_id: Option<UnitId>,
    pub building_id: Option<BuildingId>,
    pub project_id: Option<ProjectId>,
    pub balance_fen: Fen,
    pub reserved_fen: Fen,
    pub closed_at: Option<UtcTime>,
}

/// A journal.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = ledger_journals)]
#[diesel(treat_none_as_default_value = false)]
#[expect(missing_docs, reason = "the migration documents the columns")]
pub struct JournalRow {
    pub id: JournalId,
    pub book_id: BookId,
    pub number: i64,
    pub event: Event,
    pub on_date: LocalDate,
    pub amount_fen: Fen,
    pub narrative: String,
    pub bank_serial: Option<String>,
    pub document: Option<String>,
    pub subject: Option<String>,
    pub vote_id: Option<VoteId>,
    pub project_id: Option<ProjectId>,
    pub reservation_id: Option<ReservationId>,
    pub reverses_id: Option<JournalId>,
    pub maker_id: Option<AccountId>,
    pub maker_name: String,
    pub checker_id: Option<AccountId>,
    pub checker_name: Option<String>,
    pub second_checker_id: Option<AccountId>,
    pub second_checker_name: Option<String>,
    pub log_seq: i64,
    pub recorded_at: UtcTime,
}

/// An entry.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = ledger_entries)]
#[diesel(treat_none_as_default_value = false)]
pub struct EntryRow {
    pub journal_id: JournalId,
    pub position: i32,
    pub book_id: BookId,
    pub event: Event,
    pub debit_account_id: LedgerAccountId,
    pub debit_kind: AccountKind,
    pub credit_account_id: LedgerAccountId,
    pub credit_kind: AccountKind,
    pub amount_fen: Fen,
}

/// A reservation.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = ledger_reservations)]
#[diesel(treat_none_as_default_value = false)]
#[expect(missing_docs, reason = "the migration documents the columns")]
pub struct ReservationRow {
    pub id: ReservationId,
    pub book_id: BookId,
    pub subject: String,
    pub amount_fen: Fen,
    pub settled_fen: Fen,
    pub state: ReservationState,
    pub expires_at: UtcTime,
    pub maker_name: String,
    pub created_at: UtcTime,
    pub version: i32,
}

/// What a reservation sets aside on one account.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = ledger_holds)]
#[diesel(treat_none_as_default_value = false)]
pub struct HoldRow {
    pub reservation_id: ReservationId,
    pub account_id: LedgerAccountId,
    pub amount_fen: Fen,
    pub settled_fen: Fen,
}

/// A closed period.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = ledger_periods)]
#[diesel(treat_none_as_default_value = false)]
pub struct PeriodRow {
    pub id: PeriodId,
    pub book_id: BookId,
    pub through: LocalDate,
    pub last_number: i64,
    pub trial_balance: String,
    pub log_seq: i64,
    pub closer_id: AccountId,
    pub closer_name: String,
    pub closed_at: UtcTime,
}

impl BookRow {
    /// Where the books are.
    #[must_use]
    pub fn place(&self) -> Place {
        Place {
            division_code: self.division_code.clone(),
            community_id: Some(self.community_id),
            building_id: None,
        }
    }
}
