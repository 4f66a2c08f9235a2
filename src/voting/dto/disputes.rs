//! Disputed ballots and rulings over HTTP.

use serde::Deserialize;

use super::{ChoiceIn, check_text};
use crate::kernel::{Outcome, PageQuery};
use crate::voting::model::{DisputeReason, InvalidReason, Ruling};

const MOST_TEXT: usize = 5_000;
const MOST_NAME: usize = 200;

/// A dispute to be filed.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DisputeIn {
    /// 回执码 of the ballot, as the notice and the own list have it.
    #[schema(example = "0123456789abcdef0123")]
    pub receipt: String,
    /// Why; `misread` for a paper ballot only.
    pub reason: DisputeReason,
    /// In words, 1 to 5,000 characters.
    #[schema(example = "本户三月未曾投票")]
    pub text: String,
    /// The unit of the household on whose behalf staff files it; staff must name one.
    #[serde(default)]
    pub unit_code: Option<String>,
}

impl DisputeIn {
    /// Checks the texts.
    ///
    /// # Errors
    /// `invalid_field` with the pointer.
    pub fn check(&self) -> Outcome<()> {
        check_text("/receipt", &self.receipt, 1..=MOST_NAME)?;
        check_text("/text", &self.text, 1..=MOST_TEXT)?;
        match &self.unit_code {
            Some(code) => check_text("/unit_code", code, 1..=MOST_NAME).map(drop),
            None => Ok(()),
        }
    }
}

/// What a list of disputes is narrowed by.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct DisputeQuery {
    /// Items per page, 1 to 200; 50 when absent.
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Without a confirmed ruling only, or with one only.
    pub open: Option<bool>,
    /// Of ballots of my own heads only.
    #[serde(default)]
    pub mine: bool,
}

impl DisputeQuery {
    /// The paging part.
    #[must_use]
    pub fn page(&self) -> PageQuery {
        PageQuery { limit: self.limit, cursor: self.cursor.clone() }
    }
}

/// A ruling to be proposed.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProposalIn {
    /// Whether the dispute is right. The ballot is then void; one that was misread is corrected.
    pub upheld: bool,
    /// Why, 1 to 5,000 characters.
    #[schema(example = "经核对签名样本，非业主本人所签")]
    pub text: String,
    /// What stands on a misread sheet, item by item; items left out are blank.
    #[serde(default)]
    pub choices: Option<Vec<ChoiceIn>>,
    /// Why a choice is invalid; there exactly where one is.
    #[serde(default)]
    pub invalid_reason: Option<InvalidReason>,
}

impl ProposalIn {
    /// The ruling and its reason.
    ///
    /// # Errors
    /// `invalid_field`.
    pub fn into_command(self) -> Outcome<(Ruling, String)> {
        check_text("/text", &self.text, 1..=MOST_TEXT)?;
        let Self { upheld, text, choices, invalid_reason } = self;
        Ok((ruling(upheld, choices, invalid_reason), text))
    }
}

/// The confirmation of a proposal: the same ruling, by another person.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmationIn {
    /// The version of the dispute with the proposal that is confirmed.
    pub version: i32,
    /// Whether the dispute is right.
    pub upheld: bool,
    /// What stands on a misread sheet, as this person reads it.
    #[serde(default)]
    pub choices: Option<Vec<ChoiceIn>>,
    /// Why a choice is invalid; there exactly where one is.
    #[serde(default)]
    pub invalid_reason: Option<InvalidReason>,
}

impl ConfirmationIn {
    /// The ruling and the version of the proposal.
    #[must_use]
    pub fn into_command(self) -> (Ruling, i32) {
        (ruling(self.upheld, self.choices, self.invalid_reason), self.version)
    }
}

fn ruling(
    upheld: bool,
    choices: Option<Vec<ChoiceIn>>,
    invalid_reason: Option<InvalidReason>,
) -> Ruling {
    let choices = choices.map(|all| all.into_iter().map(|c| (c.item_id, c.choice)).collect());
    Ruling { upheld, choices, invalid_reason }
}
