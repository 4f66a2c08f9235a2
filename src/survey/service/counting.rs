//! Which answers count of those that came: in time or confirmed by a second person, and of a household
//! the one that `rules::select` prefers.

use std::collections::{HashMap, HashSet};

use crate::kernel::{SurveyAnswerId, SurveyHouseholdId};
use crate::survey::{
    model::{AnswerRow, AnswerStanding, SurveyRow, SurveyState},
    rules::select::{counted, is_own_word, standing},
};

/// How an answer stands to the close of its survey.
#[must_use]
pub fn standing_of(
    survey: &SurveyRow,
    row: &AnswerRow,
    confirmed: &HashSet<SurveyAnswerId>,
) -> AnswerStanding {
    let window = (survey.closes_at, survey.entry_end());
    match standing(window, row.received_at, confirmed.contains(&row.id)) {
        // Once it is counted nobody confirms any more.
        AnswerStanding::Waiting if survey.state == SurveyState::Closed => AnswerStanding::Late,
        standing => standing,
    }
}

/// The answer of each household that counts.
#[must_use]
pub fn counted_of<'a>(
    survey: &SurveyRow,
    rows: &'a [AnswerRow],
    confirmed: &HashSet<SurveyAnswerId>,
) -> HashMap<SurveyHouseholdId, &'a AnswerRow> {
    let counts = |row: &&AnswerRow| {
        let standing = standing_of(survey, row, confirmed);
        matches!(standing, AnswerStanding::InTime | AnswerStanding::Confirmed)
    };
    let valid: Vec<&AnswerRow> = rows.iter().filter(counts).collect();
    let weighed = |row: &&AnswerRow| {
        let own = is_own_word(row.channel, row.confirmation);
        (row.household_id, (own, row.given_at, row.received_at, row.id))
    };
    let weights: Vec<_> = valid.iter().map(weighed).collect();
    let found = counted(&weights).into_iter();
    found.filter_map(|(household, at)| Some((household, *valid.get(at)?))).collect()
}
