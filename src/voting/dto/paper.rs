//! Paper sheets over HTTP. What comes out is `service::paper`'s own view: silent about the choices.

use serde::Deserialize;

use super::{ChoiceIn, check_text};
use crate::kernel::{Code, HeadId, Outcome, PageQuery, Refusal, SheetId};
use crate::voting::model::{Entry, InvalidReason, SheetOf, SheetState};

/// Entries of one request at the most.
const MOST_ENTRIES: usize = 200;
const MOST_REASON: usize = 500;

/// A sheet that was handed in: by the number of a unit, or by the head in its QR code.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SheetIn {
    /// The number of any unit of the head.
    #[serde(default)]
    #[schema(example = "1-1-101")]
    pub unit_code: Option<String>,
    /// The head that the sheet's QR code names.
    #[serde(default)]
    pub head_id: Option<HeadId>,
}

impl SheetIn {
    /// Whose sheet it is.
    ///
    /// # Errors
    /// `invalid_field` unless exactly one of both is there.
    pub fn into_command(self) -> Outcome<SheetOf> {
        match (self.unit_code, self.head_id) {
            (Some(code), None) => Ok(SheetOf::Unit(code.trim().to_owned())),
            (None, Some(head_id)) => Ok(SheetOf::Head(head_id)),
            _ => {
                let detail = "either unit_code or head_id";
                Err(Refusal::field(Code::InvalidField, "/unit_code", detail))
            }
        }
    }
}

/// What one person read on a sheet.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EntryIn {
    /// The choices, `invalid` among them; an item left out is blank.
    pub choices: Vec<ChoiceIn>,
    /// Why a choice is invalid; there exactly where one is.
    #[serde(default)]
    pub invalid_reason: Option<InvalidReason>,
}

impl EntryIn {
    /// The entry of a sheet.
    #[must_use]
    pub fn into_command(self, sheet_id: SheetId) -> Entry {
        let choices = self.choices.into_iter().map(|c| (c.item_id, c.choice)).collect();
        Entry { sheet_id, choices, invalid_reason: self.invalid_reason }
    }
}

/// One of many entries.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SheetEntryIn {
    /// The sheet.
    pub sheet_id: SheetId,
    /// The choices, `invalid` among them; an item left out is blank.
    pub choices: Vec<ChoiceIn>,
    /// Why a choice is invalid; there exactly where one is.
    #[serde(default)]
    pub invalid_reason: Option<InvalidReason>,
}

/// Many entries, each answered alone.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EntriesIn {
    /// 1 to 200 entries.
    pub entries: Vec<SheetEntryIn>,
}

impl EntriesIn {
    /// The entries.
    ///
    /// # Errors
    /// `invalid_field` with the number.
    pub fn into_command(self) -> Outcome<Vec<Entry>> {
        let count = self.entries.len();
        if !(1..=MOST_ENTRIES).contains(&count) {
            let detail = format!("{count} entries; 1 to {MOST_ENTRIES}");
            return Err(Refusal::field(Code::InvalidField, "/entries", detail));
        }
        let entry = |SheetEntryIn { sheet_id, choices, invalid_reason }| {
            EntryIn { choices, invalid_reason }.into_command(sheet_id)
        };
        Ok(self.entries.into_iter().map(entry).collect())
    }
}

/// Why a sheet is spoiled.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VoidSheetIn {
    /// Why, 1 to 500 characters.
    #[schema(example = "同一张票重复登记")]
    pub reason: String,
}

impl VoidSheetIn {
    /// The reason.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<String> {
        check_text("/reason", &self.reason, 1..=MOST_REASON)?;
        Ok(self.reason.trim().to_owned())
    }
}

/// What a list of sheets is narrowed by.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct SheetQuery {
    /// Items per page, 1 to 200; 50 when absent.
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// One state only.
    pub state: Option<SheetState>,
}

impl SheetQuery {
    /// The paging part.
    #[must_use]
    pub fn page(&self) -> PageQuery {
        PageQuery { limit: self.limit, cursor: self.cursor.clone() }
    }
}

/// What is printed.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct BuildingQuery {
    /// One building only, by its name.
    pub building: Option<String>,
}
