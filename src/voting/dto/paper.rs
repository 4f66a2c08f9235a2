//! Paper sheets over HTTP. What comes out is `service::paper`'s own view: silent about the choices.

use serde::Deserialize;

use super::ChoiceIn;
use crate::kernel::{Code, Outcome, PageQuery, Refusal, SheetId, SheetIssueId, UtcTime};
use crate::voting::model::{Entry, InvalidReason, SheetRef, SheetState};

/// Entries of one request at the most.
const MOST_ENTRIES: usize = 200;

/// What one person read on a sheet.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EntryIn {
    /// The choices, `invalid` among them; an item left out is blank.
    pub choices: Vec<ChoiceIn>,
    /// Why a choice is invalid; there exactly where one is.
    #[serde(default)]
    pub invalid_reason: Option<InvalidReason>,
    /// Whether the agent 代理人 whose power is recorded for the head signed the sheet.
    #[serde(default)]
    pub signed_by_agent: bool,
}

impl EntryIn {
    /// The entry of a sheet.
    #[must_use]
    pub fn into_command(self, sheet_id: SheetId) -> Entry {
        self.of(SheetRef::Id(sheet_id))
    }

    fn of(self, sheet: SheetRef) -> Entry {
        let choices = self.choices.into_iter().map(|c| (c.item_id, c.choice)).collect();
        let (invalid_reason, is_agents) = (self.invalid_reason, self.signed_by_agent);
        Entry { sheet, choices, invalid_reason, is_agents }
    }
}

/// One of many entries.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SheetEntryIn {
    /// The sheet's serial.
    #[schema(example = "7K2M-Q9RC")]
    pub serial: String,
    /// The choices, `invalid` among them; an item left out is blank.
    pub choices: Vec<ChoiceIn>,
    /// Why a choice is invalid; there exactly where one is.
    #[serde(default)]
    pub invalid_reason: Option<InvalidReason>,
    /// Whether the agent 代理人 whose power is recorded for the head signed the sheet.
    #[serde(default)]
    pub signed_by_agent: bool,
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
        let entry = |SheetEntryIn { serial, choices, invalid_reason, signed_by_agent }| {
            EntryIn { choices, invalid_reason, signed_by_agent }.of(SheetRef::Serial(serial))
        };
        Ok(self.entries.into_iter().map(entry).collect())
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

/// Which ballots are printed.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PrintQuery {
    /// One building only, by its name.
    pub building: Option<String>,
    /// One print run only.
    pub issue_id: Option<SheetIssueId>,
}

/// Which hour's checkpoint.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct HourQuery {
    /// An instant within the hour; as it stands now if it is not given.
    pub hour: Option<UtcTime>,
}

/// What is printed.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct BuildingQuery {
    /// One building only, by its name.
    pub building: Option<String>,
}
