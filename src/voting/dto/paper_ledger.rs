//! The ledger of paper sheets over HTTP: issue, batches, spoiled sheets, the account.

use serde::Deserialize;

use super::check_text;
use crate::kernel::{AccountId, Code, Outcome, Refusal};
use crate::voting::model::{IssueTo, NewAccount, NewBatch, Spoil, SpoilReason};

const MOST_UNITS: usize = 500;
const MOST_IN_BATCH: usize = 500;
const MOST_MISSING: usize = 20_000;

/// For whom sheets are issued: every head, or one building, or these units.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IssueIn {
    /// Heads with a unit in this building.
    #[serde(default)]
    pub building: Option<String>,
    /// The heads of these units, 1 to 500.
    #[serde(default)]
    pub units: Option<Vec<String>>,
}

impl IssueIn {
    /// For whom.
    ///
    /// # Errors
    /// `invalid_field` where both are there.
    pub fn into_command(self) -> Outcome<IssueTo> {
        match (self.building, self.units) {
            (None, None) => Ok(IssueTo::All),
            (Some(building), None) => Ok(IssueTo::Building(building)),
            (None, Some(units)) if (1..=MOST_UNITS).contains(&units.len()) => {
                Ok(IssueTo::Units(units.iter().map(|unit| unit.trim().to_owned()).collect()))
            }
            _ => {
                let detail = format!("either building or 1 to {MOST_UNITS} units");
                Err(Refusal::field(Code::InvalidField, "/units", detail))
            }
        }
    }
}

/// A batch that two people brought back.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BatchIn {
    /// The two people who collected it: accounts.
    pub collectors: [AccountId; 2],
    /// Where the box stood, 1 to 100 characters.
    #[schema(example = "1栋大厅")]
    pub place: String,
    /// The number of the box's seal, 1 to 50 characters.
    #[schema(example = "F-0031")]
    pub seal: String,
    /// 1 to 500 sheets: serials as typed, or QR codes as scanned.
    #[schema(example = json!(["7K2M-Q9RC"]))]
    pub sheets: Vec<String>,
    /// Register the good lines even where others are refused.
    #[serde(default)]
    pub take_good: bool,
}

impl BatchIn {
    /// The batch.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<NewBatch> {
        check_text("/place", &self.place, 1..=100)?;
        check_text("/seal", &self.seal, 1..=50)?;
        let count = self.sheets.len();
        if !(1..=MOST_IN_BATCH).contains(&count) {
            let detail = format!("{count} sheets; 1 to {MOST_IN_BATCH}");
            return Err(Refusal::field(Code::InvalidField, "/sheets", detail));
        }
        Ok(NewBatch {
            collectors: self.collectors,
            place: self.place.trim().to_owned(),
            seal: self.seal.trim().to_owned(),
            sheets: self.sheets,
            take_good: self.take_good,
        })
    }
}

/// Why a sheet is spoiled.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SpoilIn {
    /// The coded reason.
    pub reason: SpoilReason,
    /// More, in words: 1 to 500 characters.
    #[serde(default)]
    #[schema(example = "水渍，无法辨认")]
    pub note: Option<String>,
    /// Issue a sheet of a new serial in its place.
    #[serde(default)]
    pub reissue: bool,
}

impl SpoilIn {
    /// The command.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<Spoil> {
        if let Some(note) = &self.note {
            check_text("/note", note, 1..=500)?;
        }
        let note = self.note.map(|note| note.trim().to_owned());
        Ok(Spoil { reason: self.reason, note, reissue: self.reissue })
    }
}

/// What was counted: issued = returned + spoiled + missing.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SheetAccountIn)]
pub struct AccountIn {
    /// Sheets that came back and are not void.
    #[schema(example = 120)]
    pub returned: i32,
    /// Sheets that are void.
    #[schema(example = 2)]
    pub spoiled: i32,
    /// The serials of those that did not come back, each of them.
    #[schema(example = json!(["7K2M-Q9RC"]))]
    pub missing: Vec<String>,
}

impl AccountIn {
    /// The command.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<NewAccount> {
        if self.missing.len() > MOST_MISSING {
            let detail = format!("at most {MOST_MISSING} serials");
            return Err(Refusal::field(Code::InvalidField, "/missing", detail));
        }
        Ok(NewAccount { returned: self.returned, spoiled: self.spoiled, missing: self.missing })
    }
}
