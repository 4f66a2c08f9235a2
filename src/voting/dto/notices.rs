//! Notices to households over HTTP.

use serde::Deserialize;

use super::check_text;
use crate::kernel::{Outcome, PageQuery};
use crate::voting::model::NoticeState;

const MOST_NOTE: usize = 200;

/// What a list of notices is narrowed by.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct NoticeQuery {
    /// Items per page, 1 to 200; 50 when absent.
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// In one state only: `no_contact` are those to whom somebody must go.
    pub state: Option<NoticeState>,
}

impl NoticeQuery {
    /// The paging part.
    #[must_use]
    pub fn page(&self) -> PageQuery {
        PageQuery { limit: self.limit, cursor: self.cursor.clone() }
    }
}

/// What a sheet of notices is narrowed by.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct NoticeSheetQuery {
    /// In one state only.
    pub state: Option<NoticeState>,
}

/// How a notice was brought.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeliveredIn {
    /// How and to whom, 1 to 200 characters.
    #[schema(example = "上门送达，业主签收")]
    pub note: String,
}

impl DeliveredIn {
    /// The note, checked.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<String> {
        check_text("/note", &self.note, 1..=MOST_NOTE)?;
        Ok(self.note)
    }
}
