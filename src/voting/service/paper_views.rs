//! What may be told of a sheet: where it stands, and, after the close only, who read what on it.

use serde::{Deserialize, Serialize};

use super::facts::Vote;
use crate::kernel::{Code, HeadId, ItemId, Outcome, Refusal, SheetBatchId, SheetId, UtcTime};
use crate::platform::db::WriteTx;
use crate::voting::{
    model::{
        Choice, EntryRound, InvalidReason, Serial, SheetBatchRow, SheetEntryRow, SheetRow,
        SheetState, SpoilReason,
    },
    rules::sheet::Reading,
    store::{scans, sheets},
};

/// A sheet, silent about what stands on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SheetView {
    /// The sheet.
    pub sheet_id: SheetId,
    /// Its serial.
    pub serial: Serial,
    /// A unit of its head.
    pub unit_code: String,
    /// The head that it is for.
    pub head_id: HeadId,
    /// Where it stands.
    pub state: SheetState,
    /// The batch that brought it back.
    pub batch_id: Option<SheetBatchId>,
    /// When it came back: the time of its ballot.
    pub registered_at: Option<UtcTime>,
    /// When it became a ballot.
    pub settled_at: Option<UtcTime>,
    /// Why it is void.
    pub void_reason: Option<SpoilReason>,
    /// More on that, in words.
    pub void_note: Option<String>,
    /// Rises with every step.
    pub version: i32,
}

impl From<SheetRow> for SheetView {
    fn from(row: SheetRow) -> Self {
        Self {
            sheet_id: row.id,
            serial: row.serial,
            unit_code: row.unit_code,
            batch_id: row.batch_id,
            head_id: row.head_id,
            state: row.state,
            registered_at: row.registered_at,
            settled_at: row.settled_at,
            void_reason: row.void_reason,
            void_note: row.void_note,
            version: row.version,
        }
    }
}

/// A sheet as its batch leaves it.
pub(super) fn of_batch(sheet: SheetRow, batch: &SheetBatchRow) -> SheetView {
    SheetView {
        batch_id: Some(batch.id),
        state: SheetState::Registered,
        registered_at: Some(batch.registered_at),
        version: sheet.version + 1,
        ..sheet.into()
    }
}

/// What became of one entry of many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct EntryAnswer {
    /// The serial as it was given.
    pub serial: String,
    /// The sheet afterwards, where the entry was taken.
    pub sheet: Option<SheetView>,
    /// The code of the refusal, where it was not.
    #[schema(example = "same_clerk")]
    pub code: Option<String>,
    /// What is wrong.
    pub detail: Option<String>,
}

/// A choice as an entry keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct EnteredChoice {
    /// The item.
    pub item_id: ItemId,
    /// What was read.
    pub choice: Choice,
}

pub(super) fn written(reading: &Reading) -> Outcome<String> {
    let choices: Vec<EnteredChoice> = reading
        .choices
        .iter()
        .map(|&(item_id, choice)| EnteredChoice { item_id, choice })
        .collect();
    serde_json::to_string(&choices).map_err(Refusal::internal)
}

pub(super) fn read(entry: &SheetEntryRow) -> Outcome<Reading> {
    Ok(Reading { choices: read_choices(&entry.choices)?, invalid_reason: entry.invalid_reason })
}

pub(super) fn read_choices(written: &str) -> Outcome<Vec<(ItemId, Choice)>> {
    let choices: Vec<EnteredChoice> = serde_json::from_str(written).map_err(Refusal::internal)?;
    Ok(choices.into_iter().map(|entered| (entered.item_id, entered.choice)).collect())
}

/// One entry of a settled sheet, for those who check the count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct EntryView {
    /// Whose turn it was.
    pub round: EntryRound,
    /// Who entered it.
    pub clerk_name: String,
    /// What was read on each item.
    pub choices: Vec<EnteredChoice>,
    /// Why a choice is invalid.
    pub invalid_reason: Option<InvalidReason>,
    /// When.
    pub entered_at: UtcTime,
}

/// The entries of a settled sheet, after the close; whoever looks is kept in the audit trail.
///
/// # Errors
/// `result_hidden` before the close, before the sheet is settled, and while sheets are read again;
/// `not_found`.
pub fn reveal_entries(tx: &mut WriteTx<'_>, vote: &Vote, id: SheetId) -> Outcome<Vec<EntryView>> {
    let sheet = sheets::find_sheet(tx.conn(), vote.row.id, id)?;
    let sheet = sheet.ok_or_else(|| Refusal::new(Code::NotFound))?;
    if vote.row.closed_at.is_none() || sheet.state != SheetState::Settled {
        return Err(Refusal::new(Code::ResultHidden).detail("settled sheets, after the close"));
    }
    let recheck = scans::find_recheck(tx.conn(), vote.row.id)?;
    if recheck.is_some_and(|recheck| recheck.finished_at.is_none()) {
        return Err(Refusal::new(Code::ResultHidden).detail("sheets are read again, blind"));
    }
    let entries = sheets::list_entries(tx.conn(), id)?;
    tx.audit("sheet.entries_read", ("sheet", id), (None, None));
    entries
        .into_iter()
        .map(|row| {
            let reading = read(&row)?;
            let entered = |(item_id, choice)| EnteredChoice { item_id, choice };
            Ok(EntryView {
                round: row.round,
                clerk_name: row.clerk_name,
                choices: reading.choices.into_iter().map(entered).collect(),
                invalid_reason: row.invalid_reason,
                entered_at: row.entered_at,
            })
        })
        .collect()
}
