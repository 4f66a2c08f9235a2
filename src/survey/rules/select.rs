//! Which answer of a household counts: the latest that is the household's own word; where there is none,
//! the latest that two visitors took down. Ours: no text says which channel prevails. Ours too: of answers
//! given at one instant, the one that came here last.

use std::collections::HashMap;
use std::hash::Hash;

use crate::kernel::UtcTime;
use crate::survey::model::{AnswerConfirmation, AnswerStanding, Channel};

/// Whether it is the own word, when an answer was given, when it came here, and its id, which breaks the
/// tie.
pub type Weight<T, I> = (bool, T, T, I);

/// Whether an answer is the household's own word: given by itself, on its signed paper, or confirmed by
/// it to the visitors. What two visitors alone took down is not.
#[must_use]
pub fn is_own_word(channel: Channel, confirmation: Option<AnswerConfirmation>) -> bool {
    match channel {
        Channel::Online | Channel::Link | Channel::Paper => true,
        Channel::Door => confirmation.is_some(),
    }
}

/// How an answer stands that came here at `received_at`, by the close and the end of the entry.
#[must_use]
pub fn standing(
    (closes_at, entry_end): (UtcTime, UtcTime),
    received_at: UtcTime,
    is_confirmed: bool,
) -> AnswerStanding {
    if received_at < closes_at {
        AnswerStanding::InTime
    } else if is_confirmed {
        AnswerStanding::Confirmed
    } else if received_at < entry_end {
        AnswerStanding::Waiting
    } else {
        AnswerStanding::Late
    }
}

/// The place of each household's counted answer in the list.
#[must_use]
pub fn counted<H: Copy + Eq + Hash, T: Ord + Copy, I: Ord + Copy>(
    answers: &[(H, Weight<T, I>)],
) -> HashMap<H, usize> {
    let mut first: HashMap<H, (Weight<T, I>, usize)> = HashMap::new();
    for (at, (household, weight)) in answers.iter().enumerate() {
        let known = first.get(household);
        if known.is_none_or(|(lighter, _)| lighter < weight) {
            first.insert(*household, (*weight, at));
        }
    }
    first.into_iter().map(|(household, (_, at))| (household, at)).collect()
}
