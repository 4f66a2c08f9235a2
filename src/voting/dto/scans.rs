//! Scans and the re-check of paper over HTTP.

use serde::Deserialize;

use super::check_text;
use crate::kernel::{Outcome, UtcTime};
use crate::voting::model::Seed;

/// Why a scan is removed.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RemoveScanIn {
    /// 1 to 200 characters.
    #[schema(example = "拍糊了，已重拍")]
    pub reason: String,
}

impl RemoveScanIn {
    /// The reason.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<String> {
        check_text("/reason", &self.reason, 1..=200)?;
        Ok(self.reason.trim().to_owned())
    }
}

/// A public seed, which nobody could know before the count.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeedIn {
    /// What was drawn, as it was published; 1 to 200 characters.
    #[schema(example = "03 11 17 22 29 30 + 08")]
    pub text: String,
    /// Which lottery, or whose dice before which witnesses; 1 to 200 characters.
    #[schema(example = "双色球 2026034 期")]
    pub source: String,
    /// When it was drawn: after the count.
    pub drawn_at: UtcTime,
}

/// Draws the sheets that are read again.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecheckIn {
    /// The seed of the sample; not needed where every sheet is read again.
    #[serde(default)]
    pub seed: Option<SeedIn>,
}

impl RecheckIn {
    /// The seed.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<Option<Seed>> {
        let Some(SeedIn { text, source, drawn_at }) = self.seed else { return Ok(None) };
        check_text("/seed/text", &text, 1..=200)?;
        check_text("/seed/source", &source, 1..=200)?;
        let (text, source) = (text.trim().to_owned(), source.trim().to_owned());
        Ok(Some(Seed { text, source, drawn_at }))
    }
}
