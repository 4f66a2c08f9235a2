//! Surveys and their rolls of households.

use diesel::{
    BoolExpressionMethods, BoxableExpression, EscapeExpressionMethods, ExpressionMethods,
    OptionalExtension, QueryDsl, QueryResult, RunQueryDsl, SelectableHelper, TextExpressionMethods,
    sql_types::Bool,
};

use crate::kernel::{CommunityId, SurveyHouseholdId, SurveyId, UnitId, UtcTime};
use crate::platform::{
    auth::Reach,
    db::{
        Conn, MultiBackend,
        schema::{survey_households, survey_versions, surveys},
    },
};
use crate::survey::model::{HouseholdRow, SurveyFilter, SurveyRow, SurveyState};

/// Keeps a survey.
pub fn insert_survey(conn: &mut Conn, row: &SurveyRow) -> QueryResult<()> {
    diesel::insert_into(surveys::table).values(row).execute(conn).map(|_| ())
}

/// A survey.
pub fn find_survey(conn: &mut Conn, id: SurveyId) -> QueryResult<Option<SurveyRow>> {
    surveys::table.find(id).select(SurveyRow::as_select()).first(conn).optional()
}

/// Moves a survey that still stands in that state; whether it did.
pub fn set_survey(conn: &mut Conn, before: SurveyState, row: &SurveyRow) -> QueryResult<bool> {
    let seen = surveys::table.filter(surveys::id.eq(row.id)).filter(surveys::state.eq(before));
    diesel::update(seen)
        .set((
            surveys::state.eq(row.state),
            surveys::opened_at.eq(row.opened_at),
            surveys::closed_at.eq(row.closed_at),
            surveys::voided_at.eq(row.voided_at),
            surveys::voider_name.eq(&row.voider_name),
            surveys::void_reason.eq(&row.void_reason),
            surveys::households.eq(row.households),
            surveys::verdict.eq(&row.verdict),
        ))
        .execute(conn)
        .map(|rows| rows == 1)
}

/// Open surveys whose window and time of entry have ended, oldest first.
pub fn list_due(conn: &mut Conn, now: UtcTime, most: i64) -> QueryResult<Vec<SurveyRow>> {
    surveys::table
        .filter(surveys::state.eq(SurveyState::Open))
        .filter(surveys::closes_at.le(now))
        .filter(surveys::entry_until.is_null().or(surveys::entry_until.le(now)))
        .order(surveys::closes_at)
        .limit(most)
        .select(SurveyRow::as_select())
        .load(conn)
}

/// The surveys of the same community and purpose in a state.
pub fn list_like(
    conn: &mut Conn,
    row: &SurveyRow,
    state: SurveyState,
) -> QueryResult<Vec<SurveyRow>> {
    surveys::table
        .filter(surveys::community_id.eq(row.community_id))
        .filter(surveys::purpose.eq(row.purpose))
        .filter(surveys::state.eq(state))
        .order(surveys::id)
        .select(SurveyRow::as_select())
        .load(conn)
}

/// The open surveys of some communities, oldest first.
pub fn list_open(
    conn: &mut Conn,
    communities: &[CommunityId],
) -> QueryResult<Vec<(SurveyId, String)>> {
    surveys::table
        .filter(surveys::community_id.eq_any(communities.to_vec()))
        .filter(surveys::state.eq(SurveyState::Open))
        .order(surveys::id)
        .select((surveys::id, surveys::title))
        .load(conn)
}

/// The round after a survey, unless it is void.
pub fn find_next(conn: &mut Conn, id: SurveyId) -> QueryResult<Option<SurveyId>> {
    surveys::table
        .filter(surveys::previous_id.eq(id))
        .filter(surveys::state.ne(SurveyState::Void))
        .select(surveys::id)
        .first(conn)
        .optional()
}

/// Surveys within the reach, newest first, after the cursor.
pub fn list_surveys(
    conn: &mut Conn,
    reach: &Reach,
    filter: &SurveyFilter,
    (after, limit): (Option<SurveyId>, i64),
) -> QueryResult<Vec<SurveyRow>> {
    let mut query = surveys::table.select(SurveyRow::as_select()).into_boxed::<MultiBackend>();
    if !reach.is_everything() {
        query = query.filter(within(reach));
    }
    if let Some(id) = filter.community_id {
        query = query.filter(surveys::community_id.eq(id));
    }
    if let Some(state) = filter.state {
        query = query.filter(surveys::state.eq(state));
    }
    if let Some(purpose) = filter.purpose {
        query = query.filter(surveys::purpose.eq(purpose));
    }
    if let Some(id) = filter.questionnaire_id {
        let versions = survey_versions::table
            .filter(survey_versions::questionnaire_id.eq(id))
            .select(survey_versions::id);
        query = query.filter(surveys::version_id.eq_any(versions));
    }
    if let Some(after) = after {
        query = query.filter(surveys::id.lt(after));
    }
    query.order(surveys::id.desc()).limit(limit).load(conn)
}

type Within = Box<dyn BoxableExpression<surveys::table, MultiBackend, SqlType = Bool>>;

fn within(reach: &Reach) -> Within {
    // A survey of one building lies within that building.
    let buildings: Vec<String> =
        reach.buildings().into_iter().map(|id| format!("[\"{id}\"]")).collect();
    let mut condition: Within = Box::new(
        surveys::community_id.eq_any(reach.communities()).or(surveys::buildings.eq_any(buildings)),
    );
    for division in reach.divisions() {
        // A division's code is digits: nothing in it needs an escape.
        let inside = surveys::division_code.like(format!("{division}%")).escape('\\');
        condition = Box::new(condition.or(inside));
    }
    condition
}

/// Keeps a roll.
pub fn insert_households(conn: &mut Conn, rows: &[HouseholdRow]) -> QueryResult<()> {
    crate::insert_many!(conn, survey_households::table, rows)
}

/// The roll, in its order.
pub fn list_households(conn: &mut Conn, id: SurveyId) -> QueryResult<Vec<HouseholdRow>> {
    survey_households::table
        .filter(survey_households::survey_id.eq(id))
        .order(survey_households::position)
        .select(HouseholdRow::as_select())
        .load(conn)
}

/// A household.
pub fn find_household(conn: &mut Conn, id: SurveyHouseholdId) -> QueryResult<Option<HouseholdRow>> {
    survey_households::table.find(id).select(HouseholdRow::as_select()).first(conn).optional()
}

/// The household of a unit on a survey's roll.
pub fn find_household_of_unit(
    conn: &mut Conn,
    (id, unit): (SurveyId, UnitId),
) -> QueryResult<Option<HouseholdRow>> {
    survey_households::table
        .filter(survey_households::survey_id.eq(id))
        .filter(survey_households::unit_id.eq(unit))
        .select(HouseholdRow::as_select())
        .first(conn)
        .optional()
}

/// The households of some units in open surveys, each with its survey.
pub fn list_open_of_units(
    conn: &mut Conn,
    units: &[UnitId],
) -> QueryResult<Vec<(SurveyRow, HouseholdRow)>> {
    survey_households::table
        .inner_join(surveys::table)
        .filter(survey_households::unit_id.eq_any(units.to_vec()))
        .filter(surveys::state.eq(SurveyState::Open))
        .order((surveys::id.desc(), survey_households::position))
        .select((SurveyRow::as_select(), HouseholdRow::as_select()))
        .load(conn)
}
