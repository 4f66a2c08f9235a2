//! Questionnaires and their versions.

use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, RunQueryDsl, SelectableHelper,
};

use crate::kernel::{SurveyQuestionnaireId, SurveyVersionId};
use crate::platform::db::{
    Conn, MultiBackend,
    schema::{survey_questionnaires, survey_versions},
};
use crate::survey::model::{Purpose, QuestionnaireRow, VersionRow};

/// Keeps a questionnaire.
pub fn insert_questionnaire(conn: &mut Conn, row: &QuestionnaireRow) -> QueryResult<()> {
    diesel::insert_into(survey_questionnaires::table).values(row).execute(conn).map(|_| ())
}

/// Keeps a version.
pub fn insert_version(conn: &mut Conn, row: &VersionRow) -> QueryResult<()> {
    diesel::insert_into(survey_versions::table).values(row).execute(conn).map(|_| ())
}

/// A questionnaire.
pub fn find_questionnaire(
    conn: &mut Conn,
    id: SurveyQuestionnaireId,
) -> QueryResult<Option<QuestionnaireRow>> {
    survey_questionnaires::table
        .find(id)
        .select(QuestionnaireRow::as_select())
        .first(conn)
        .optional()
}

/// A version with its questionnaire.
pub fn find_version(
    conn: &mut Conn,
    id: SurveyVersionId,
) -> QueryResult<Option<(VersionRow, QuestionnaireRow)>> {
    survey_versions::table
        .inner_join(survey_questionnaires::table)
        .filter(survey_versions::id.eq(id))
        .select((VersionRow::as_select(), QuestionnaireRow::as_select()))
        .first(conn)
        .optional()
}

/// The versions of some questionnaires, by number.
pub fn list_versions(
    conn: &mut Conn,
    ids: &[SurveyQuestionnaireId],
) -> QueryResult<Vec<VersionRow>> {
    survey_versions::table
        .filter(survey_versions::questionnaire_id.eq_any(ids.to_vec()))
        .order((survey_versions::questionnaire_id, survey_versions::number))
        .select(VersionRow::as_select())
        .load(conn)
}

/// Questionnaires, newest first, after the cursor.
pub fn list_questionnaires(
    conn: &mut Conn,
    purpose: Option<Purpose>,
    (after, limit): (Option<SurveyQuestionnaireId>, i64),
) -> QueryResult<Vec<QuestionnaireRow>> {
    let mut query = survey_questionnaires::table
        .select(QuestionnaireRow::as_select())
        .into_boxed::<MultiBackend>();
    if let Some(purpose) = purpose {
        query = query.filter(survey_questionnaires::purpose.eq(purpose));
    }
    if let Some(after) = after {
        query = query.filter(survey_questionnaires::id.lt(after));
    }
    query.order(survey_questionnaires::id.desc()).limit(limit).load(conn)
}
