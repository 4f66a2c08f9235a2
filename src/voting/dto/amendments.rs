//! Amendments of a frozen roll over HTTP.

use serde::Deserialize;

use super::check_text;
use crate::kernel::{Code, ObjectionId, Outcome, Refusal, UnitId};
use crate::voting::model::NewAmendment;

/// Units of one amendment at the most.
const MOST_UNITS: usize = 500;

/// An amendment to be proposed.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AmendmentIn {
    /// The units to be taken anew from the register as of the record date, 1 to 500: on the roll, or
    /// left out of it. One that the register does not have there any more is struck.
    pub units: Vec<UnitId>,
    /// The objection that was found right.
    #[serde(default)]
    pub objection_id: Option<ObjectionId>,
    /// Why; it is published.
    #[schema(example = "1-001 室面积按不动产权证书更正")]
    pub reason: String,
}

impl AmendmentIn {
    /// The command, with its fields checked.
    ///
    /// # Errors
    /// `invalid_field` with the pointer.
    pub fn into_command(self) -> Outcome<NewAmendment> {
        check_text("/reason", &self.reason, 1..=2000)?;
        let count = self.units.len();
        if !(1..=MOST_UNITS).contains(&count) {
            let detail = format!("{count} units; 1 to {MOST_UNITS}");
            return Err(Refusal::field(Code::InvalidField, "/units", detail));
        }
        let Self { units, objection_id, reason } = self;
        Ok(NewAmendment { units, objection_id, reason })
    }
}
