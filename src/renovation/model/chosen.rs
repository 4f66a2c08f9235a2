//! The residents' menu 居民菜单: by whose word an item is in the plan, with the numbers behind it.

use serde::{Deserialize, Serialize};

use crate::kernel::{ItemId, ReferenceId, VoteId};

/// What an item of the plan was chosen by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum ChosenBy {
    /// A confirmed vote: this item of it passed.
    Vote {
        /// The vote.
        vote_id: VoteId,
        /// Its item.
        item_id: ItemId,
    },
    /// A closed survey: the option whose key is the code of the plan's item in small letters.
    Survey {
        /// The survey.
        survey_id: ReferenceId,
        /// The key of the question.
        #[schema(example = "menu")]
        question: String,
    },
}

/// The choice with its numbers, as they stood when the plan was drafted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Chosen {
    /// By what.
    pub by: ChosenBy,
    /// Heads for it, or households that chose it.
    pub in_favour: u64,
    /// Heads of the roll, or households of the roll.
    pub of: u64,
}

/// An item of the catalogue as residents were asked about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct MenuLine {
    /// Its code.
    pub code: String,
    /// In Chinese.
    pub title: String,
    /// In English.
    pub title_en: String,
    /// The question that it was an option of.
    pub question: String,
    /// Households that chose it.
    pub in_favour: u64,
    /// Households that answered the survey.
    pub answered: u64,
    /// Households of the survey's roll.
    pub households: u64,
}
