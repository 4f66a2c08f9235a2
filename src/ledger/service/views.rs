//! What the ledger shows: balances at a day, journals, statements.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use crate::kernel::{
    BookId, Code, CommunityId, Fen, JournalId, LedgerAccountId, LocalDate, Outcome, ProjectId,
    Refusal, ReservationId, UnitId, UtcTime, VoteId,
    page::{Page, PageQuery},
};
use crate::ledger::{
    model::{AccountKind, AccountRow, BookRow, EntryRow, Event, JournalRow},
    store::{accounts, journals, periods},
};
use crate::platform::db::Conn;

/// A set of books.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct BookView {
    /// The books.
    pub id: BookId,
    /// Their management area.
    pub community_id: CommunityId,
    /// The bank of the special account.
    pub bank_name: String,
    /// The last digits of its number.
    pub bank_account_end: String,
    /// How many journals are booked.
    pub journals: i64,
    /// When they were opened.
    pub opened_on: LocalDate,
    /// The last day of the last closed period.
    pub closed_through: Option<LocalDate>,
}

/// Books as they are shown.
///
/// # Errors
/// Of the database.
pub fn book_view(conn: &mut Conn, row: BookRow) -> Outcome<BookView> {
    let from = row.bank_account.char_indices().rev().nth(3).map_or(0, |(at, _)| at);
    Ok(BookView {
        id: row.id,
        community_id: row.community_id,
        bank_name: row.bank_name,
        bank_account_end: row.bank_account.get(from..).unwrap_or_default().to_owned(),
        journals: row.last_number,
        opened_on: row.opened_on,
        closed_through: periods::find_last(conn, row.id)?.map(|period| period.through),
    })
}

/// An account with what it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = LedgerAccountView)]
pub struct AccountView {
    /// The account.
    pub id: LedgerAccountId,
    /// What it holds.
    pub kind: AccountKind,
    /// Its name: the building and the room, the tier.
    pub title: String,
    /// The unit of a sub-account.
    pub unit_id: Option<UnitId>,
    /// What is there, in yuan.
    pub balance: Fen,
    /// What of it is reserved now.
    pub reserved: Fen,
}

/// 试算平衡表: every account of the books at the end of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct TrialBalance {
    /// The books.
    pub book_id: BookId,
    /// The day.
    pub on: LocalDate,
    /// Bank and investments.
    pub assets: Fen,
    /// Everything that is owed: always the same as `assets`.
    pub liabilities: Fen,
    /// The sum of each kind.
    pub kinds: Vec<KindTotal>,
    /// The sum of the sub-accounts and the seller's part, by building.
    pub buildings: Vec<BuildingTotal>,
    /// Each account that holds something.
    pub accounts: Vec<AccountView>,
}

/// What the accounts of a kind hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct KindTotal {
    /// The kind.
    pub kind: AccountKind,
    /// How many accounts.
    pub accounts: usize,
    /// Their sum.
    pub balance: Fen,
}

/// 幢账: what a building's accounts hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct BuildingTotal {
    /// The building.
    pub building_id: crate::kernel::BuildingId,
    /// The sum.
    pub balance: Fen,
}

fn add(sum: &mut Fen, fen: Fen) -> Outcome<()> {
    *sum = sum.checked_add(fen).ok_or_else(|| Refusal::internal("overflow"))?;
    Ok(())
}

/// The trial balance at the end of a day, from the entries alone.
///
/// # Errors
/// Of the database.
pub fn trial_balance(conn: &mut Conn, book_id: BookId, on: LocalDate) -> Outcome<TrialBalance> {
    let held = periods::list_balances(conn, book_id, on)?.into_iter();
    let held: HashMap<LedgerAccountId, Fen> = held.map(|one| (one.account_id, one.fen)).collect();
    let (mut assets, mut liabilities) = (Fen::ZERO, Fen::ZERO);
    let mut kinds: BTreeMap<AccountKind, (usize, Fen)> = BTreeMap::new();
    let mut buildings = BTreeMap::new();
    let mut shown = Vec::new();
    for row in accounts::list_accounts_of(conn, book_id)? {
        let balance = held.get(&row.id).copied().unwrap_or_default();
        add(if row.kind.is_asset() { &mut assets } else { &mut liabilities }, balance)?;
        let (count, sum) = kinds.entry(row.kind).or_default();
        *count += 1;
        add(sum, balance)?;
        if let Some(building_id) = row.building_id {
            add(buildings.entry(building_id).or_default(), balance)?;
        }
        if balance != Fen::ZERO {
            shown.push(account_view(row, balance));
        }
    }
    let kind_total = |(kind, (accounts, balance))| KindTotal { kind, accounts, balance };
    let building_total = |(building_id, balance)| BuildingTotal { building_id, balance };
    Ok(TrialBalance {
        book_id,
        on,
        assets,
        liabilities,
        kinds: kinds.into_iter().map(kind_total).collect(),
        buildings: buildings.into_iter().map(building_total).collect(),
        accounts: shown,
    })
}

fn account_view(row: AccountRow, balance: Fen) -> AccountView {
    AccountView {
        id: row.id,
        kind: row.kind,
        title: row.title,
        unit_id: row.unit_id,
        balance,
        reserved: row.reserved_fen,
    }
}

/// An entry: so much from here to there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = LedgerEntryView)]
pub struct EntryView {
    /// The account that is debited 借.
    pub debit: String,
    /// The account that is credited 贷.
    pub credit: String,
    /// In yuan.
    pub amount: Fen,
}

/// A journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct JournalView {
    /// The journal.
    pub id: JournalId,
    /// Its number within the books, from 1.
    pub number: i64,
    /// What happened.
    pub event: Event,
    /// On which day it counts.
    pub on: LocalDate,
    /// The sum of its entries.
    pub amount: Fen,
    /// In a sentence.
    pub narrative: String,
    /// 银行流水号.
    pub bank_serial: Option<String>,
    /// Invoice, contract, report.
    pub document: Option<String>,
    /// The vote that decided it.
    pub vote_id: Option<VoteId>,
    /// The project.
    pub project_id: Option<ProjectId>,
    /// The reservation that it is paid out of.
    pub reservation_id: Option<ReservationId>,
    /// The journal that it takes back.
    pub reverses_id: Option<JournalId>,
    /// Who made it.
    pub maker: String,
    /// Who checked it.
    pub checkers: Vec<String>,
    /// When it was booked.
    pub recorded_at: UtcTime,
    /// Its leaf in the log of the books.
    pub log_seq: i64,
    /// Its entries, in order; in a list of journals at most the first 50.
    pub entries: Vec<EntryView>,
    /// How many entries it has.
    pub entry_count: usize,
}

const SHOWN: usize = 50;

fn journal_view(
    row: JournalRow,
    entries: &[EntryRow],
    (titles, most): (&HashMap<LedgerAccountId, String>, usize),
) -> JournalView {
    let title = |id| titles.get(&id).cloned().unwrap_or_default();
    let view = |entry: &EntryRow| EntryView {
        debit: title(entry.debit_account_id),
        credit: title(entry.credit_account_id),
        amount: entry.amount_fen,
    };
    JournalView {
        id: row.id,
        number: row.number,
        event: row.event,
        on: row.on_date,
        amount: row.amount_fen,
        narrative: row.narrative,
        bank_serial: row.bank_serial,
        document: row.document,
        vote_id: row.vote_id,
        project_id: row.project_id,
        reservation_id: row.reservation_id,
        reverses_id: row.reverses_id,
        maker: row.maker_name,
        checkers: row.checker_name.into_iter().chain(row.second_checker_name).collect(),
        recorded_at: row.recorded_at,
        log_seq: row.log_seq,
        entries: entries.iter().take(most).map(view).collect(),
        entry_count: entries.len(),
    }
}

/// The titles of the accounts that entries name.
pub(super) fn titles(
    conn: &mut Conn,
    entries: &[EntryRow],
) -> Outcome<HashMap<LedgerAccountId, String>> {
    let mut ids: Vec<LedgerAccountId> =
        entries.iter().flat_map(|one| [one.debit_account_id, one.credit_account_id]).collect();
    ids.sort_unstable();
    ids.dedup();
    let rows = accounts::list_accounts(conn, &ids)?.into_iter();
    Ok(rows.map(|row| (row.id, row.title)).collect())
}

/// A page of the journal 序时账, by number.
///
/// # Errors
/// `invalid_cursor`.
pub fn list_journals(
    conn: &mut Conn,
    book_id: BookId,
    page: &PageQuery,
) -> Outcome<Page<JournalView>> {
    let after = page.cursor::<i64>()?.unwrap_or(0);
    let rows = journals::list_journals(conn, book_id, (after, page.fetch(), None))?;
    let rows = Page::cut(rows, page.limit(), |row| row.number.to_string());
    let ids: Vec<JournalId> = rows.items.iter().map(|row| row.id).collect();
    let entries = journals::list_entries_of(conn, &ids)?;
    let titles = titles(conn, &entries)?;
    let mut by_journal: HashMap<JournalId, Vec<EntryRow>> = HashMap::new();
    for entry in entries {
        by_journal.entry(entry.journal_id).or_default().push(entry);
    }
    Ok(rows.map(|row| {
        let entries = by_journal.remove(&row.id).unwrap_or_default();
        journal_view(row, &entries, (&titles, SHOWN))
    }))
}

/// A journal of the books with all its entries.
///
/// # Errors
/// `not_found`.
pub fn get_journal(conn: &mut Conn, book_id: BookId, id: JournalId) -> Outcome<JournalView> {
    let row = journals::find_journal(conn, id)?.filter(|row| row.book_id == book_id);
    let row = row.ok_or_else(|| Refusal::new(Code::NotFound))?;
    let entries = journals::list_entries(conn, id)?;
    let titles = titles(conn, &entries)?;
    Ok(journal_view(row, &entries, (&titles, usize::MAX)))
}

/// A line of a statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct StatementLine {
    /// The number of its journal.
    pub number: i64,
    /// The day on which it counts.
    pub on: LocalDate,
    /// What happened.
    pub event: Event,
    /// In a sentence.
    pub narrative: String,
    /// What it adds to the account, below zero where it takes away.
    pub change: Fen,
    /// What the account holds after it, in the order of the journals.
    pub balance: Fen,
    /// Its journal.
    pub journal_id: JournalId,
    /// 银行流水号.
    pub bank_serial: Option<String>,
}

/// 对账单: an account, line by line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Statement {
    /// The account as it stands.
    pub account: AccountView,
    /// Every line, in the order of the journals.
    pub lines: Vec<StatementLine>,
}

/// The statement of an account of the books.
///
/// # Errors
/// `not_found`.
pub fn statement(conn: &mut Conn, book_id: BookId, id: LedgerAccountId) -> Outcome<Statement> {
    let found = accounts::list_accounts(conn, &[id])?.into_iter().next();
    let row = found.filter(|row| row.book_id == book_id);
    let row = row.ok_or_else(|| Refusal::new(Code::NotFound))?;
    let mut balance = Fen::ZERO;
    let mut lines: Vec<StatementLine> = Vec::new();
    for (journal, entry) in journals::list_of_account(conn, id, (0, i64::MAX))? {
        let grows = (entry.debit_account_id == id) == row.kind.is_asset();
        let change = Fen(if grows { entry.amount_fen.0 } else { -entry.amount_fen.0 });
        add(&mut balance, change)?;
        match lines.last_mut().filter(|line| line.journal_id == journal.id) {
            Some(line) => {
                add(&mut line.change, change)?;
                line.balance = balance;
            }
            None => lines.push(StatementLine {
                number: journal.number,
                on: journal.on_date,
                event: journal.event,
                narrative: journal.narrative,
                change,
                balance,
                journal_id: journal.id,
                bank_serial: journal.bank_serial,
            }),
        }
    }
    let balance = row.balance_fen;
    Ok(Statement { account: account_view(row, balance), lines })
}
