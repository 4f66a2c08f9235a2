//! Coverage while a survey is open: who has answered, by building, and to whom somebody must go. Never
//! what was answered.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::{answers::HouseholdView, facts::get_survey};
use crate::kernel::{Outcome, Page, PageQuery, SurveyHouseholdId, SurveyId};
use crate::platform::{auth::Reach, db::Conn};
use crate::survey::{model::HouseholdRow, store};

/// How many answered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CoverageCell {
    /// The building's name.
    pub building: String,
    /// The entrance's name, where there are entrances.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entrance: Option<String>,
    /// Households of the roll.
    pub households: u64,
    /// Those that answered.
    pub answered: u64,
}

/// Coverage of a survey.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CoverageView {
    /// Households of the roll.
    pub households: u64,
    /// Those that answered.
    pub answered: u64,
    /// Answers entered after the close that do not count: no second person typed the same, or they came
    /// after the time for it.
    pub not_counted: i64,
    /// By building and entrance, in the order of the roll.
    pub parts: Vec<CoverageCell>,
}

/// Coverage now.
///
/// # Errors
/// `not_found`.
pub fn coverage(conn: &mut Conn, (id, reach): (SurveyId, &Reach)) -> Outcome<CoverageView> {
    let survey = get_survey(conn, id, reach)?;
    let answered: HashSet<SurveyHouseholdId> =
        store::answers::list_answered(conn, &survey)?.into_iter().collect();
    let not_counted = store::answers::count_unconfirmed(conn, &survey)?;
    let mut view = CoverageView { households: 0, answered: 0, not_counted, parts: Vec::new() };
    for household in store::surveys::list_households(conn, survey.id)? {
        let one = u64::from(answered.contains(&household.id));
        view.households += 1;
        view.answered += one;
        let same = |part: &&mut CoverageCell| {
            part.building == household.building && part.entrance == household.entrance
        };
        match view.parts.iter_mut().find(same) {
            Some(part) => {
                part.households += 1;
                part.answered += one;
            }
            None => view.parts.push(CoverageCell {
                building: household.building,
                entrance: household.entrance,
                households: 1,
                answered: one,
            }),
        }
    }
    Ok(view)
}

/// The households without an answer, in the order of the roll.
///
/// # Errors
/// `not_found`; `invalid_cursor`.
pub fn missing(
    conn: &mut Conn,
    (id, reach): (SurveyId, &Reach),
    (building, page): (Option<&str>, &PageQuery),
) -> Outcome<Page<HouseholdView>> {
    let survey = get_survey(conn, id, reach)?;
    let seek = (page.cursor::<i32>()?.unwrap_or(0), page.fetch());
    let rows = store::answers::list_missing(conn, (&survey, building), seek)?;
    let cut = Page::cut(rows, page.limit(), |row: &HouseholdRow| row.position.to_string());
    Ok(cut.map(HouseholdView::from))
}
