//! Questions over HTTP: an item with options.

use serde::{Deserialize, Serialize};

use super::check_text;
use crate::kernel::{Outcome, QuestionId, VoteId};
use crate::voting::model::{ItemRow, NewOptions, QuestionKind, QuestionRow};

/// An option, of an election a candidate.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OptionIn {
    /// What it is called, 1 to 200 characters.
    #[schema(example = "米黄色")]
    pub title: String,
    /// What it is about.
    #[serde(default)]
    pub description: String,
}

/// The options of an item: each is counted for itself, and passes only by itself.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OptionsIn {
    /// What is asked for; `choice` when absent.
    #[serde(default = "choice")]
    pub kind: QuestionKind,
    /// Options that one ballot may choose; 1 when absent.
    #[serde(default = "one")]
    pub choose_at_most: u32,
    /// Options that may win; 1 when absent.
    #[serde(default = "one")]
    pub seats: u32,
    /// At least two.
    pub options: Vec<OptionIn>,
}

const fn choice() -> QuestionKind {
    QuestionKind::Choice
}

const fn one() -> u32 {
    1
}

impl OptionsIn {
    /// The command, with its texts checked.
    ///
    /// # Errors
    /// `invalid_field` with the pointer.
    pub(super) fn into_command(self, pointer: &str, most: (usize, usize)) -> Outcome<NewOptions> {
        for (index, option) in self.options.iter().enumerate() {
            let at = format!("{pointer}/options/options/{index}");
            check_text(&format!("{at}/title"), &option.title, 1..=most.0)?;
            check_text(&format!("{at}/description"), &option.description, 0..=most.1)?;
        }
        let options = self.options.into_iter().map(|option| (option.title, option.description));
        Ok(NewOptions {
            kind: self.kind,
            choose_at_most: self.choose_at_most,
            seats: self.seats,
            options: options.collect(),
        })
    }
}

/// A question: some items of the agenda are its options.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct QuestionOut {
    /// Its id.
    pub id: QuestionId,
    /// The number of its first option on the ballot.
    pub position: i32,
    /// What is asked.
    pub title: String,
    /// What it is about.
    pub description: String,
    /// What it asks for.
    pub kind: QuestionKind,
    /// Options that one ballot may choose: `for` is chosen. An option that is left out beside others
    /// of the question is an abstention.
    pub choose_at_most: i32,
    /// Options that may win.
    pub seats: i32,
    /// The numbers of its options on the ballot.
    pub items: Vec<i32>,
}

impl QuestionOut {
    /// A question with its options among these items.
    pub(super) fn of(row: QuestionRow, items: &[ItemRow]) -> Self {
        let options = items.iter().filter(|item| item.question_id == Some(row.id));
        Self {
            items: options.map(|item| item.position).collect(),
            id: row.id,
            position: row.position,
            title: row.title,
            description: row.description,
            kind: row.kind,
            choose_at_most: row.choose_at_most,
            seats: row.seats,
        }
    }
}

/// The question that a vote runs off.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct RunOffOfOut {
    /// The vote that left it open.
    pub vote_id: VoteId,
    /// The question.
    pub question_id: QuestionId,
}
