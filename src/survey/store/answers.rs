//! Links, answers and reminders.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, QueryResult,
    RunQueryDsl, SelectableHelper,
};

use crate::kernel::{LocalDate, SurveyAnswerId, SurveyHouseholdId, SurveyId, UtcTime, VisitKey};
use crate::platform::db::{
    CHUNK, Conn,
    schema::{
        survey_answers, survey_confirmations, survey_households, survey_links, survey_reminders,
    },
};
use crate::survey::model::{
    AnswerRow, ConfirmationRow, HouseholdRow, LinkRow, ReminderRow, SurveyRow,
};

/// Keeps an answer.
pub fn insert_answer(conn: &mut Conn, row: &AnswerRow) -> QueryResult<()> {
    diesel::insert_into(survey_answers::table).values(row).execute(conn).map(|_| ())
}

/// An answer of a survey.
pub fn find_answer(
    conn: &mut Conn,
    (id, answer): (SurveyId, SurveyAnswerId),
) -> QueryResult<Option<AnswerRow>> {
    survey_answers::table
        .filter(survey_answers::id.eq(answer))
        .filter(survey_answers::survey_id.eq(id))
        .select(AnswerRow::as_select())
        .first(conn)
        .optional()
}

/// The answer that a phone gave this key.
pub fn find_of_key(
    conn: &mut Conn,
    (id, key): (SurveyId, VisitKey),
) -> QueryResult<Option<AnswerRow>> {
    survey_answers::table
        .filter(survey_answers::survey_id.eq(id))
        .filter(survey_answers::client_key.eq(key))
        .select(AnswerRow::as_select())
        .first(conn)
        .optional()
}

/// Keeps that a second person typed the same.
pub fn insert_confirmation(conn: &mut Conn, row: &ConfirmationRow) -> QueryResult<()> {
    diesel::insert_into(survey_confirmations::table).values(row).execute(conn).map(|_| ())
}

/// The answers of a survey that a second person confirmed.
pub fn list_confirmed(conn: &mut Conn, id: SurveyId) -> QueryResult<Vec<SurveyAnswerId>> {
    let answers =
        survey_answers::table.filter(survey_answers::survey_id.eq(id)).select(survey_answers::id);
    survey_confirmations::table
        .filter(survey_confirmations::answer_id.eq_any(answers))
        .select(survey_confirmations::answer_id)
        .load(conn)
}

/// Those of a household.
pub fn list_confirmed_of(
    conn: &mut Conn,
    household: SurveyHouseholdId,
) -> QueryResult<Vec<SurveyAnswerId>> {
    let answers = survey_answers::table
        .filter(survey_answers::household_id.eq(household))
        .select(survey_answers::id);
    survey_confirmations::table
        .filter(survey_confirmations::answer_id.eq_any(answers))
        .select(survey_confirmations::answer_id)
        .load(conn)
}

/// The answers that came after the close and that no second person confirmed, as they came.
pub fn list_unconfirmed(
    conn: &mut Conn,
    survey: &SurveyRow,
    most: i64,
) -> QueryResult<Vec<AnswerRow>> {
    let confirmed = survey_confirmations::table.select(survey_confirmations::answer_id);
    survey_answers::table
        .filter(survey_answers::survey_id.eq(survey.id))
        .filter(survey_answers::received_at.ge(survey.closes_at))
        .filter(survey_answers::id.ne_all(confirmed))
        .order((survey_answers::received_at, survey_answers::id))
        .limit(most)
        .select(AnswerRow::as_select())
        .load(conn)
}

/// How many answers came after the close and were not confirmed.
pub fn count_unconfirmed(conn: &mut Conn, survey: &SurveyRow) -> QueryResult<i64> {
    let confirmed = survey_confirmations::table.select(survey_confirmations::answer_id);
    survey_answers::table
        .filter(survey_answers::survey_id.eq(survey.id))
        .filter(survey_answers::received_at.ge(survey.closes_at))
        .filter(survey_answers::id.ne_all(confirmed))
        .count()
        .get_result(conn)
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

/// The households of which an answer counts, each once.
pub fn list_answered(conn: &mut Conn, survey: &SurveyRow) -> QueryResult<Vec<SurveyHouseholdId>> {
    let confirmed = survey_confirmations::table.select(survey_confirmations::answer_id);
    let in_time = survey_answers::received_at.lt(survey.closes_at);
    survey_answers::table
        .filter(survey_answers::survey_id.eq(survey.id))
        .filter(in_time.or(survey_answers::id.eq_any(confirmed)))
        .select(survey_answers::household_id)
        .distinct()
        .load(conn)
}

/// The households without an answer that counts after a position, in the order of the roll.
pub fn list_missing(
    conn: &mut Conn,
    (survey, building): (&SurveyRow, Option<&str>),
    (after, limit): (i32, i64),
) -> QueryResult<Vec<HouseholdRow>> {
    let confirmed = survey_confirmations::table.select(survey_confirmations::answer_id);
    let in_time = survey_answers::received_at.lt(survey.closes_at);
    let answered = survey_answers::table
        .filter(survey_answers::survey_id.eq(survey.id))
        .filter(in_time.or(survey_answers::id.eq_any(confirmed)))
        .select(survey_answers::household_id);
    let mut query = survey_households::table
        .filter(survey_households::survey_id.eq(survey.id))
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
