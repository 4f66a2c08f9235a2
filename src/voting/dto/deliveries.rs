//! Deliveries per unit over HTTP.

use serde::Deserialize;

use super::check_text;
use crate::kernel::{Code, DeliveryId, DeliveryPhotoId, Outcome, PageQuery, Refusal, UtcTime};
use crate::voting::model::{
    DeliveryFilter, DeliveryMethod, DeliveryOutcome, DeliveryStatus, NewDelivery,
};

/// Records of a request at the most.
const MOST_RECORDS: usize = 500;

/// One delivery.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeliveryIn {
    /// The unit's number on the roll.
    #[schema(example = "1-301")]
    pub unit_code: String,
    /// How it was brought. A posted notice by itself reaches no unit.
    pub method: DeliveryMethod,
    /// `failed` needs `failure_reason`.
    pub outcome: DeliveryOutcome,
    /// When: from the day of the notice on, not after now.
    pub delivered_at: UtcTime,
    /// Who took it, or how it was signed for; needed in person. 200 characters at the most.
    #[serde(default)]
    #[schema(example = "业主本人签收")]
    pub receiver: Option<String>,
    /// The number of the parcel or message, needed by post and SMS. 200 characters at the most.
    #[serde(default)]
    pub note: Option<String>,
    /// Why it failed; 200 characters at the most.
    #[serde(default)]
    pub failure_reason: Option<String>,
    /// A photo or scan that was uploaded for this vote; needed for a posted notice.
    #[serde(default)]
    pub photo_id: Option<DeliveryPhotoId>,
}

impl DeliveryIn {
    fn into_new(self) -> NewDelivery {
        let filled = |text: Option<String>| {
            text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
        };
        NewDelivery {
            unit_code: self.unit_code.trim().to_owned(),
            method: self.method,
            outcome: self.outcome,
            delivered_at: self.delivered_at,
            receiver: filled(self.receiver),
            note: filled(self.note),
            failure_reason: filled(self.failure_reason),
            photo_id: self.photo_id,
        }
    }
}

/// Deliveries to be recorded: those of a building, perhaps.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeliveriesIn {
    /// 1 to 500, each unit once.
    pub records: Vec<DeliveryIn>,
}

impl DeliveriesIn {
    /// The list.
    ///
    /// # Errors
    /// `invalid_field` for an empty or too long one.
    pub fn into_command(self) -> Outcome<Vec<NewDelivery>> {
        check_length("/records", self.records.len())?;
        Ok(self.records.into_iter().map(DeliveryIn::into_new).collect())
    }
}

fn check_length(pointer: &str, length: usize) -> Outcome<()> {
    if (1..=MOST_RECORDS).contains(&length) {
        return Ok(());
    }
    let detail = format!("{length} entries; 1 to {MOST_RECORDS}");
    Err(Refusal::field(Code::InvalidField, pointer, detail))
}

/// Records that another person has checked.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeliveryCheckIn {
    /// 1 to 500 records.
    pub delivery_ids: Vec<DeliveryId>,
}

impl DeliveryCheckIn {
    /// The records.
    ///
    /// # Errors
    /// `invalid_field` for an empty or too long list.
    pub fn into_command(self) -> Outcome<Vec<DeliveryId>> {
        check_length("/delivery_ids", self.delivery_ids.len())?;
        Ok(self.delivery_ids)
    }
}

/// What takes the place of a record.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeliveryCorrectionIn {
    /// What is right, of the same unit.
    pub record: DeliveryIn,
    /// Why; 1 to 200 characters.
    #[schema(example = "签收人登记错误")]
    pub reason: String,
}

impl DeliveryCorrectionIn {
    /// The record and the reason.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<(NewDelivery, String)> {
        check_text("/reason", &self.reason, 1..=200)?;
        Ok((self.record.into_new(), self.reason.trim().to_owned()))
    }
}

/// What a list of records is narrowed by.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct DeliveryQuery {
    /// Items per page, 1 to 200; 50 when absent.
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// One unit only.
    pub unit_code: Option<String>,
}

impl DeliveryQuery {
    /// The paging part.
    #[must_use]
    pub fn page(&self) -> PageQuery {
        PageQuery { limit: self.limit, cursor: self.cursor.clone() }
    }
}

/// What a list of units is narrowed by.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct DeliveryUnitQuery {
    /// Items per page, 1 to 200; 50 when absent. The whole list as CSV has no pages.
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Units that stand there only.
    pub status: Option<DeliveryStatus>,
    /// Units that nobody has reached only: `nothing`, `failed`, `posted_only`.
    pub undelivered: Option<bool>,
    /// One building only.
    pub building: Option<String>,
    /// A part of the unit's number.
    pub search: Option<String>,
}

impl DeliveryUnitQuery {
    /// The filter and the paging part.
    #[must_use]
    pub fn parts(self) -> (DeliveryFilter, PageQuery) {
        use DeliveryStatus as S;
        let statuses = match (self.status, self.undelivered) {
            (Some(status), _) => vec![status],
            (None, Some(true)) => vec![S::Nothing, S::Failed, S::PostedOnly],
            (None, Some(false)) => vec![S::Unchecked, S::Checked],
            (None, None) => Vec::new(),
        };
        let filter = DeliveryFilter { statuses, building: self.building, search: self.search };
        (filter, PageQuery { limit: self.limit, cursor: self.cursor })
    }
}
