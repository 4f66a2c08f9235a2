//! What travels over HTTP into the ledger.

use serde::Deserialize;

use crate::kernel::{CommunityId, LocalDate, Outcome, text::check_text};
use crate::ledger::model::NewBooks;

/// What opens a set of books.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LedgerBookIn {
    /// The management area.
    pub community_id: CommunityId,
    /// 专户银行, 1 to 100 characters.
    #[schema(example = "中国建设银行宁波海曙支行")]
    pub bank_name: String,
    /// 专户账号, 4 to 40 characters.
    #[schema(example = "33150198623600000001")]
    pub bank_account: String,
}

impl LedgerBookIn {
    /// The command.
    ///
    /// # Errors
    /// `invalid_field` with the pointer.
    pub fn into_command(self) -> Outcome<NewBooks> {
        Ok(NewBooks {
            community_id: self.community_id,
            bank_name: check_text("/bank_name", &self.bank_name, 1..=100)?,
            bank_account: check_text("/bank_account", &self.bank_account, 4..=40)?,
        })
    }
}

/// Up to which day the books are closed.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LedgerPeriodIn {
    /// The last day of the period; it must be over.
    pub through: LocalDate,
}

/// On which day.
#[derive(Debug, Clone, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct LedgerDayQuery {
    /// At the end of which day; today when absent.
    pub on: Option<LocalDate>,
}
