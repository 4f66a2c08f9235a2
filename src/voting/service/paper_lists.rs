//! Lists of the paper desk: what waits, in an order of its own for each clerk, so that two clerks
//! never work through the same pile side by side. None of them tells what was entered.

use std::collections::HashMap;

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{facts::Vote, paper_views::SheetView};
use crate::kernel::{
    AccountId, Area, Code, HeadId, Outcome, Page, PageQuery, Refusal, SheetId, hex,
};
use crate::platform::db::Conn;
use crate::voting::{
    model::{RollUnitRow, Serial, SheetRow, SheetState},
    store::{rolls, sheets},
};

/// A sheet that waits for a clerk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct WaitingSheet {
    /// The sheet.
    pub sheet_id: SheetId,
    /// Its serial.
    pub serial: Serial,
    /// A unit of its head.
    pub unit_code: String,
    /// The building of that unit.
    pub building: String,
    /// All units of the head: one sheet speaks for them all.
    pub units: Vec<String>,
    /// The area that the ballot carries.
    pub area: Area,
}

/// How many sheets are where: what the reconciliation of a paper vote begins with.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct SheetTotals {
    /// Issued altogether.
    pub total: i64,
    /// Not back yet.
    pub issued: i64,
    /// Nobody has entered them.
    pub registered: i64,
    /// One clerk has.
    pub entered_once: i64,
    /// Two clerks differ.
    pub differing: i64,
    /// They are ballots.
    pub settled: i64,
    /// Spoiled.
    pub void: i64,
    /// Given up when the account was closed.
    pub missing: i64,
}

/// The sheets that this clerk may enter, shuffled by a digest over sheet and clerk.
///
/// # Errors
/// `invalid_cursor`.
pub fn list_waiting(
    conn: &mut Conn,
    vote: &Vote,
    (clerk_id, page): (AccountId, &PageQuery),
) -> Outcome<Page<WaitingSheet>> {
    let rows = sheets::list_enterable(conn, vote.row.id, clerk_id)?;
    shuffled(conn, rows, (clerk_id, page))
}

/// A page of sheets in the clerk's own order.
pub(super) fn shuffled(
    conn: &mut Conn,
    rows: Vec<SheetRow>,
    (clerk_id, page): (AccountId, &PageQuery),
) -> Outcome<Page<WaitingSheet>> {
    let after = page.cursor::<String>()?;
    let mut waiting: Vec<_> = rows
        .into_iter()
        .map(|sheet| (rank(sheet.id, clerk_id), sheet))
        .filter(|(rank, _)| after.as_ref().is_none_or(|after| rank > after))
        .collect();
    waiting.sort_by(|(a, _), (b, _)| a.cmp(b));
    let page = Page::cut(waiting, page.limit(), |(rank, _)| rank.clone());
    let heads: Vec<HeadId> = page.items.iter().map(|(_, sheet)| sheet.head_id).collect();
    let mut units: HashMap<HeadId, Vec<RollUnitRow>> = HashMap::new();
    for unit in rolls::list_units_of_heads(conn, &heads)? {
        if let Some(head_id) = unit.head_id {
            units.entry(head_id).or_default().push(unit);
        }
    }
    Ok(page.map(|(_, sheet)| {
        let units = units.get(&sheet.head_id).map(Vec::as_slice).unwrap_or_default();
        let own = units.iter().find(|unit| unit.code == sheet.unit_code);
        WaitingSheet {
            sheet_id: sheet.id,
            serial: sheet.serial,
            building: own.map(|unit| unit.building.clone()).unwrap_or_default(),
            unit_code: sheet.unit_code,
            units: units.iter().map(|unit| unit.code.clone()).collect(),
            area: Area::checked_sum(units.iter().map(|unit| unit.area)).unwrap_or_default(),
        }
    }))
}

fn rank(sheet_id: SheetId, clerk_id: AccountId) -> String {
    hex::encode(&Sha256::digest(format!("{sheet_id}|{clerk_id}").as_bytes()))
}

/// Sheets in the order of their issue.
///
/// # Errors
/// `invalid_cursor`.
pub fn list_sheets(
    conn: &mut Conn,
    vote: &Vote,
    (state, page): (Option<SheetState>, &PageQuery),
) -> Outcome<Page<SheetView>> {
    let rows = sheets::list_sheets(conn, vote.row.id, state, (page.cursor()?, page.fetch()))?;
    Ok(Page::cut(rows, page.limit(), |row| row.id.to_string()).map(SheetView::from))
}

/// A sheet.
///
/// # Errors
/// `not_found`.
pub fn get_sheet(conn: &mut Conn, vote: &Vote, id: SheetId) -> Outcome<SheetView> {
    let row = sheets::find_sheet(conn, vote.row.id, id)?;
    row.map(SheetView::from).ok_or_else(|| Refusal::new(Code::NotFound))
}

/// How many sheets are where.
///
/// # Errors
/// Of the database.
pub fn count_sheets(conn: &mut Conn, vote: &Vote) -> Outcome<SheetTotals> {
    let mut totals = SheetTotals::default();
    for (state, count) in sheets::count_by_state(conn, vote.row.id)? {
        totals.total += count;
        *match state {
            SheetState::Issued => &mut totals.issued,
            SheetState::Registered => &mut totals.registered,
            SheetState::EnteredOnce => &mut totals.entered_once,
            SheetState::Differing => &mut totals.differing,
            SheetState::Settled => &mut totals.settled,
            SheetState::Void => &mut totals.void,
            SheetState::Missing => &mut totals.missing,
        } = count;
    }
    Ok(totals)
}
