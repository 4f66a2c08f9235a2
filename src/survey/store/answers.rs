//! Links, answers and reminders.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, QueryResult,
    RunQueryDsl, SelectableHelper,
};

use crate::kernel::{LocalDate, SurveyHouseholdId, SurveyId, UtcTime};
use crate::platform::db::{
    CHUNK, Conn,
    schema::{survey_answers, survey_households, survey_links, survey_reminders},
};
use crate::survey::model::{AnswerRow, HouseholdRow, LinkRow, ReminderRow};

/// Keeps an answer.
pub fn insert_answer(conn: &mut Conn, row: &AnswerRow) -> QueryResult<()> {
    diesel::insert_into(survey_answers::table).values(row).execute(conn).map(|_| ())
}

/// All answers of a survey, as they came.
pub fn list_answers(conn: &mut Conn, id: SurveyId) -> QueryResult<Vec<AnswerRow>> {
    survey_answers::table
        .filter(survey_answers::survey_id.eq(id))
        .order((survey_answers::received_at, survey_answers::id))
        .select(AnswerRow::as_select())
        .load(conn)
}

/// All answers of a household, as they came.
pub fn list_answers_of(conn: &mut Conn, id: SurveyHouseholdId) -> QueryResult<Vec<AnswerRow>> {
    survey_answers::table
        .filter(survey_answers::household_id.eq(id))
        .order((survey_answers::received_at, survey_answers::id))
        .select(AnswerRow::as_select())
        .load(conn)
}

/// How many answers a household gave.
pub fn count_answers_of(conn: &mut Conn, id: SurveyHouseholdId) -> QueryResult<i64> {
    survey_answers::table.filter(survey_answers::household_id.eq(id)).count().get_result(conn)
}

/// The households that answered, each once.
pub fn list_answered(conn: &mut Conn, id: SurveyId) -> QueryResult<Vec<SurveyHouseholdId>> {
    survey_answers::table
        .filter(survey_answers::survey_id.eq(id))
        .select(survey_answers::household_id)
        .distinct()
        .load(conn)
}

/// The households without an answer after a position, in the order of the roll.
pub fn list_missing(
    conn: &mut Conn,
    (id, building): (SurveyId, Option<&str>),
    (after, limit): (i32, i64),
) -> QueryResult<Vec<HouseholdRow>> {
    let answered = survey_answers::table
        .filter(survey_answers::survey_id.eq(id))
        .select(survey_answers::household_id);
    let mut query = survey_households::table
        .filter(survey_households::survey_id.eq(id))
        .filter(survey_households::position.gt(after))
        .filter(survey_households::id.ne_all(answered))
        .select(HouseholdRow::as_select())
        .into_boxed();
    if let Some(building) = building {
        query = query.filter(survey_households::building.eq(building.to_owned()));
    }
    query.order(survey_households::position).limit(limit).load(conn)
}

/// Whether a paper's serial was entered in a survey.
pub fn has_serial(conn: &mut Conn, (id, serial): (SurveyId, &str)) -> QueryResult<bool> {
    let known = survey_answers::table
        .filter(survey_answers::survey_id.eq(id).and(survey_answers::serial.eq(serial)));
    diesel::select(diesel::dsl::exists(known)).get_result(conn)
}

/// Keeps links, and ends those of the same households that worked before.
pub fn replace_links(conn: &mut Conn, rows: &[LinkRow], now: UtcTime) -> QueryResult<()> {
    for chunk in rows.chunks(CHUNK) {
        let households: Vec<SurveyHouseholdId> = chunk.iter().map(|row| row.household_id).collect();
        let old = survey_links::table
            .filter(survey_links::household_id.eq_any(households))
            .filter(survey_links::replaced_at.is_null());
        diesel::update(old).set(survey_links::replaced_at.eq(now)).execute(conn)?;
    }
    crate::insert_many!(conn, survey_links::table, rows)
}

/// The link of a token's hash, while no other took its place.
pub fn find_link(conn: &mut Conn, token_hash: &str) -> QueryResult<Option<LinkRow>> {
    survey_links::table
        .filter(survey_links::token_hash.eq(token_hash))
        .filter(survey_links::replaced_at.is_null())
        .select(LinkRow::as_select())
        .first(conn)
        .optional()
}

/// Keeps that a reminder was asked for.
pub fn insert_reminder(conn: &mut Conn, row: &ReminderRow) -> QueryResult<()> {
    diesel::insert_into(survey_reminders::table).values(row).execute(conn).map(|_| ())
}

/// The reminders of a survey, oldest first.
pub fn list_reminders(conn: &mut Conn, id: SurveyId) -> QueryResult<Vec<ReminderRow>> {
    survey_reminders::table
        .filter(survey_reminders::survey_id.eq(id))
        .order(survey_reminders::day)
        .select(ReminderRow::as_select())
        .load(conn)
}

/// Whether a reminder was asked for on a day.
pub fn has_reminder(conn: &mut Conn, (id, day): (SurveyId, LocalDate)) -> QueryResult<bool> {
    let known = survey_reminders::table
        .filter(survey_reminders::survey_id.eq(id).and(survey_reminders::day.eq(day)));
    diesel::select(diesel::dsl::exists(known)).get_result(conn)
}
