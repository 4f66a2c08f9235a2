//! The account of a vote's sheets 票据核对: issued = returned + spoiled + missing, with every missing
//! serial named, so that nothing disappears. Whoever closes it has counted; the ledger must agree.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{facts::Vote, log, paper_code, paper_issue::IssueView, steps::add_facts};
use crate::ballot_log::{Leaf, PaperClose};
use crate::kernel::{Code, Outcome, Refusal, UtcTime};
use crate::platform::db::{Conn, WriteTx};
use crate::voting::{
    model::{
        Clerk, Command, NewAccount, Serial, SheetAccountRow, SheetRow, SheetState, SpoilReason,
    },
    rules::{sheet::Account, state::decide},
    store::{sheet_ledger, sheets},
};

/// A sheet by its serial.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ListedSheet {
    /// Its serial.
    pub serial: Serial,
    /// A unit of its head.
    pub unit_code: String,
    /// Why it is void.
    pub void_reason: Option<SpoilReason>,
}

impl From<SheetRow> for ListedSheet {
    fn from(row: SheetRow) -> Self {
        Self { serial: row.serial, unit_code: row.unit_code, void_reason: row.void_reason }
    }
}

/// A batch in the account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ListedBatch {
    /// Its number within the vote, from 1.
    pub number: i32,
    /// Where the box stood.
    pub place: String,
    /// The number of the box's seal.
    pub seal: String,
    /// How many sheets it brought.
    pub sheets: i32,
    /// When it was registered.
    pub registered_at: UtcTime,
}

/// Where every sheet of a vote is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = SheetAccountView)]
pub struct AccountView {
    /// Sheets that were issued.
    pub issued: i32,
    /// Sheets that came back and were not spoiled since.
    pub returned: i32,
    /// Sheets that are void.
    pub spoiled: i32,
    /// Sheets that did not come back.
    pub missing: i32,
    /// The print runs.
    pub issues: Vec<IssueView>,
    /// The batches.
    pub batches: Vec<ListedBatch>,
    /// The void ones.
    pub spoiled_sheets: Vec<ListedSheet>,
    /// The ones that did not come back.
    pub missing_sheets: Vec<ListedSheet>,
    /// When the account was closed.
    pub closed_at: Option<UtcTime>,
    /// Who closed it.
    pub closer_name: Option<String>,
}

/// Where every sheet is.
///
/// # Errors
/// Of the database.
pub fn account_of(conn: &mut Conn, vote: &Vote) -> Outcome<AccountView> {
    let id = vote.row.id;
    let counts = sheets::count_by_state(conn, id)?;
    let Account { issued, returned, spoiled, missing } = Account::of(&counts);
    let closed = sheet_ledger::find_account(conn, id)?;
    let listed = |rows: Vec<SheetRow>| rows.into_iter().map(ListedSheet::from).collect();
    let away = [SheetState::Issued, SheetState::Missing];
    Ok(AccountView {
        issued,
        returned,
        spoiled,
        missing,
        issues: sheet_ledger::list_issues(conn, id)?.into_iter().map(IssueView::from).collect(),
        batches: sheet_ledger::list_batches(conn, id)?
            .into_iter()
            .map(|row| ListedBatch {
                number: row.number,
                place: row.place,
                seal: row.seal,
                sheets: row.sheets,
                registered_at: row.registered_at,
            })
            .collect(),
        spoiled_sheets: listed(sheet_ledger::list_in_states(conn, id, &[SheetState::Void])?),
        missing_sheets: listed(sheet_ledger::list_in_states(conn, id, &away)?),
        closed_at: closed.as_ref().map(|row| row.closed_at),
        closer_name: closed.map(|row| row.closer_name),
    })
}

/// Closes the account after the vote's close, when every returned sheet is settled or void. Sheets
/// that did not come back are missing from then on.
///
/// # Errors
/// `account_mismatch` with what the ledger says; `serial_mistyped`; `already_exists` where it is
/// closed; `not_ready` while sheets wait; `wrong_state` before the close.
pub fn close_account(
    tx: &mut WriteTx<'_>,
    vote: &Vote,
    (clerk, given): (&Clerk, &NewAccount),
) -> Outcome<AccountView> {
    let (id, now) = (vote.row.id, tx.legal_now());
    let facts = add_facts(tx.conn(), vote, vote.facts(now)?)?;
    decide(vote.row.state, Command::AccountSheets, &facts)?;
    if sheet_ledger::find_account(tx.conn(), id)?.is_some() {
        return Err(Refusal::new(Code::AlreadyExists).detail("the account is closed"));
    }
    let ledger = Account::of(&sheets::count_by_state(tx.conn(), id)?);
    if ledger.issued == 0 {
        return Err(Refusal::new(Code::NotFound).detail("no sheet was issued"));
    }
    let away = sheet_ledger::list_in_states(tx.conn(), id, &[SheetState::Issued])?;
    let missing = must_name_all(&away, &given.missing)?;
    let counted = Account {
        issued: ledger.issued,
        returned: given.returned,
        spoiled: given.spoiled,
        missing,
    };
    ledger.must_equal(counted)?;
    let Account { issued, returned, spoiled, missing } = ledger;
    sheet_ledger::set_missing(tx.conn(), id)?;
    let row = SheetAccountRow {
        vote_id: id,
        issued,
        returned,
        spoiled,
        missing,
        closed_at: now,
        closed_by: clerk.account_id,
        closer_name: clerk.name.clone(),
    };
    sheet_ledger::insert_account(tx.conn(), &row)?;
    let number = |count: i32| u64::try_from(count).map_err(Refusal::internal);
    let leaf = PaperClose {
        at: now.micros(),
        issued: number(issued)?,
        returned: number(returned)?,
        spoiled: number(spoiled)?,
        missing: number(missing)?,
    };
    log::append(tx, id, vec![Leaf::PaperClose(leaf).into()])?;
    let after = json!({ "issued": issued, "returned": returned, "spoiled": spoiled,
        "missing": missing });
    tx.audit("sheet.account_closed", ("vote", id), (None, Some(&after)));
    account_of(tx.conn(), vote)
}

/// How many serials were named; each that is away must be among them, and no other.
fn must_name_all(away: &[SheetRow], named: &[String]) -> Outcome<i32> {
    let named: BTreeSet<Serial> =
        named.iter().map(|text| paper_code::parse_serial(text)).collect::<Outcome<_>>()?;
    let away: BTreeSet<&Serial> = away.iter().map(|sheet| &sheet.serial).collect();
    let told = |serials: Vec<&Serial>| -> Vec<String> {
        serials.into_iter().take(100).map(Serial::grouped).collect()
    };
    let unnamed: Vec<&Serial> = away.iter().copied().filter(|s| !named.contains(*s)).collect();
    let not_away: Vec<&Serial> = named.iter().filter(|s| !away.contains(s)).collect();
    if unnamed.is_empty() && not_away.is_empty() {
        return i32::try_from(named.len()).map_err(Refusal::internal);
    }
    Err(Refusal::new(Code::AccountMismatch)
        .with("unnamed", told(unnamed))
        .with("not_missing", told(not_away))
        .detail("name each sheet that did not come back, and no other"))
}
