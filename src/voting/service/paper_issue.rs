//! The issue ledger 发票登记: every printed sheet is a row with a serial of its own, before anything is
//! handed out. A head has one live sheet; another is issued only where that one was voided.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{facts::Vote, log, paper::set_sheet, paper_views::SheetView};
use crate::ballot_log::{Leaf, PaperIssue, PaperSpoil};
use crate::kernel::{Code, HeadId, Outcome, Refusal, SheetId, SheetIssueId, UtcTime};
use crate::platform::db::WriteTx;
use crate::voting::{
    model::{
        Clerk, Command, IssueTo, RollUnitRow, Serial, SheetChange, SheetIssueRow, SheetRow,
        SheetState, Spoil,
    },
    rules::{sheet::may_void, state::decide},
    store::{rolls, sheet_ledger, sheets},
};

/// Sheets of one leaf at the most: a leaf has 16 KiB.
const MOST_IN_LEAF: usize = 400;

/// A run of printed sheets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct IssueView {
    /// The run.
    pub issue_id: SheetIssueId,
    /// Its number within the vote, from 1.
    pub number: i32,
    /// How many sheets it issued.
    pub sheets: i32,
    /// When.
    pub issued_at: UtcTime,
    /// Who.
    pub issuer_name: String,
}

impl From<SheetIssueRow> for IssueView {
    fn from(row: SheetIssueRow) -> Self {
        let SheetIssueRow { id, number, sheets, issued_at, issuer_name, .. } = row;
        Self { issue_id: id, number, sheets, issued_at, issuer_name }
    }
}

/// What became of a spoiled sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SpoilView {
    /// The sheet that is void.
    pub sheet: SheetView,
    /// The one that was issued in its place.
    pub replacement: Option<SheetView>,
}

/// Issues a sheet to each head that has none.
///
/// # Errors
/// `wrong_state` before the notice; `too_late` after the close; `not_on_roll` for an unknown unit;
/// `already_exists` where every head meant has its sheet.
pub fn issue_sheets(
    tx: &mut WriteTx<'_>,
    vote: &Vote,
    (clerk, to): (&Clerk, &IssueTo),
) -> Outcome<IssueView> {
    let now = tx.legal_now();
    decide(vote.row.state, Command::IssueSheets, &vote.facts(now)?)?;
    let units = rolls::list_whole_roll(tx.conn(), vote.row.id)?;
    let wanted = wanted_heads(&units, to)?;
    let served: HashSet<HeadId> =
        sheet_ledger::list_served_heads(tx.conn(), vote.row.id)?.into_iter().collect();
    let mut heads: Vec<(HeadId, String)> = Vec::new();
    let mut seen = HashSet::new();
    for unit in units {
        if let Some(head_id) = unit.head_id
            && wanted.contains(&head_id)
            && !served.contains(&head_id)
            && seen.insert(head_id)
        {
            heads.push((head_id, unit.code));
        }
    }
    if heads.is_empty() {
        let detail = "every head meant has its sheet; a lost one is voided and issued anew";
        return Err(Refusal::new(Code::AlreadyExists).detail(detail));
    }
    let (run, _) = issue(tx, vote, (clerk, heads))?;
    Ok(run.into())
}

/// The heads that are meant.
fn wanted_heads(units: &[RollUnitRow], to: &IssueTo) -> Outcome<HashSet<HeadId>> {
    if let IssueTo::Units(codes) = to {
        let known: HashSet<&str> = units.iter().map(|unit| unit.code.as_str()).collect();
        let unknown: Vec<&str> =
            codes.iter().map(String::as_str).filter(|code| !known.contains(code)).collect();
        if !unknown.is_empty() {
            return Err(Refusal::new(Code::NotOnRoll).with("units", unknown));
        }
    }
    let is_meant = |unit: &&RollUnitRow| match to {
        IssueTo::All => true,
        IssueTo::Building(building) => unit.building == *building,
        IssueTo::Units(codes) => codes.contains(&unit.code),
    };
    Ok(units.iter().filter(is_meant).filter_map(|unit| unit.head_id).collect())
}

/// Writes a run: rows, leaves, audit.
fn issue(
    tx: &mut WriteTx<'_>,
    vote: &Vote,
    (clerk, heads): (&Clerk, Vec<(HeadId, String)>),
) -> Outcome<(SheetIssueRow, Vec<SheetRow>)> {
    let (vote_id, now) = (vote.row.id, tx.legal_now());
    let run = SheetIssueRow {
        id: SheetIssueId::new(),
        vote_id,
        number: sheet_ledger::count_issues(tx.conn(), vote_id)? + 1,
        sheets: i32::try_from(heads.len()).map_err(Refusal::internal)?,
        issued_at: now,
        issued_by: clerk.account_id,
        issuer_name: clerk.name.clone(),
    };
    let mut taken: HashSet<Serial> =
        sheet_ledger::list_serials(tx.conn(), vote_id)?.into_iter().collect();
    let rows: Vec<SheetRow> = heads
        .into_iter()
        .map(|(head_id, unit_code)| SheetRow {
            id: SheetId::new(),
            vote_id,
            head_id,
            unit_code,
            serial: new_serial(&mut taken),
            issue_id: run.id,
            batch_id: None,
            state: SheetState::Issued,
            registered_at: None,
            registered_by: None,
            settled_at: None,
            void_reason: None,
            void_note: None,
            version: 1,
        })
        .collect();
    sheet_ledger::insert_issue(tx.conn(), &run, &rows)?;
    let positions: HashMap<HeadId, i32> = rolls::list_heads(tx.conn(), vote_id)?
        .into_iter()
        .map(|head| (head.id, head.position))
        .collect();
    let line = |row: &SheetRow| {
        let position = positions.get(&row.head_id).copied().unwrap_or(-1);
        Ok((row.serial.to_string(), u64::try_from(position).map_err(Refusal::internal)?))
    };
    let leaf = |rows: &[SheetRow]| {
        let sheets = rows.iter().map(line).collect::<Outcome<Vec<_>>>()?;
        Ok(Leaf::PaperIssue(PaperIssue { at: now.micros(), sheets }).into())
    };
    let leaves = rows.chunks(MOST_IN_LEAF).map(leaf).collect::<Outcome<Vec<_>>>()?;
    log::append(tx, vote_id, leaves)?;
    let after = json!({ "number": run.number, "sheets": run.sheets });
    tx.audit("sheet.issued", ("vote", vote_id), (None, Some(&after)));
    Ok((run, rows))
}

/// A serial that this vote has not used.
fn new_serial(taken: &mut HashSet<Serial>) -> Serial {
    loop {
        let serial = Serial::from_number(rand::random());
        if taken.insert(serial.clone()) {
            return serial;
        }
    }
}

/// Voids a spoiled sheet for good, and issues another in its place where that is asked for; never one
/// that came back, so that no single person can make a ballot disappear.
///
/// # Errors
/// `sheet_state_conflict`, `not_found`, `too_late` for a new sheet after the close.
pub fn spoil_sheet(
    tx: &mut WriteTx<'_>,
    vote: &Vote,
    (clerk, id, spoil): (&Clerk, SheetId, &Spoil),
) -> Outcome<SpoilView> {
    let (vote_id, now) = (vote.row.id, tx.legal_now());
    decide(vote.row.state, Command::SpoilSheet, &vote.facts(now)?)?;
    if spoil.reissue {
        decide(vote.row.state, Command::IssueSheets, &vote.facts(now)?)?;
    }
    let sheet = sheets::find_sheet(tx.conn(), vote_id, id)?
        .ok_or_else(|| Refusal::new(Code::NotFound).with("sheet_id", id.to_string()))?;
    may_void(sheet.state)?;
    if sheet_ledger::find_account(tx.conn(), vote_id)?.is_some() {
        let detail = "the account of the sheets is closed";
        return Err(Refusal::new(Code::SheetStateConflict).detail(detail));
    }
    let change = SheetChange {
        state: Some(SheetState::Void),
        void_reason: Some(spoil.reason),
        void_note: spoil.note.clone(),
        ..SheetChange::default()
    };
    let (before, after) = (json!({ "state": sheet.state }), json!({ "reason": spoil.reason }));
    tx.audit("sheet.voided", ("sheet", id), (Some(&before), Some(&after)));
    let (head, serial) = ((sheet.head_id, sheet.unit_code.clone()), sheet.serial.clone());
    let sheet = set_sheet(tx, sheet, change)?;
    let replacement = if spoil.reissue {
        issue(tx, vote, (clerk, vec![head]))?.1.into_iter().next().map(SheetView::from)
    } else {
        None
    };
    let leaf = PaperSpoil {
        at: now.micros(),
        serial: serial.to_string(),
        reason: spoil.reason.as_str().to_owned(),
        replaced_by: replacement.as_ref().map(|sheet| sheet.serial.to_string()),
    };
    log::append(tx, vote_id, vec![Leaf::PaperSpoil(leaf).into()])?;
    Ok(SpoilView { sheet, replacement })
}
