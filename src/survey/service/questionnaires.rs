//! Questionnaires: published in versions that never change; a change is another version.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::facts::{person, refuse_faults};
use crate::kernel::{
    Code, CommunityId, Outcome, Page, PageQuery, Refusal, SurveyQuestionnaireId, SurveyVersionId,
    UtcTime, hex,
};
use crate::platform::{
    auth::{Place, Reach},
    db::{Conn, WriteTx},
};
use crate::registry::{RegisterScope, find_scope_place};
use crate::survey::{
    model::{NewQuestionnaire, Purpose, Question, QuestionnaireRow, VersionRow},
    rules::questionnaire::faults,
    store::questionnaires as store,
};

/// A published version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct VersionView {
    /// The version.
    pub version_id: SurveyVersionId,
    /// Its number, from 1.
    pub number: i32,
    /// What is asked.
    pub questions: Vec<Question>,
    /// SHA-256 of the questions' JSON text.
    pub digest: String,
    /// When it was published (legal time).
    pub published_at: UtcTime,
    /// By whom.
    pub published_by: String,
}

/// A questionnaire with its versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct QuestionnaireView {
    /// The questionnaire.
    pub questionnaire_id: SurveyQuestionnaireId,
    /// Communities whose division code begins so may use it.
    pub division_code: String,
    /// Only this community may.
    pub community_id: Option<CommunityId>,
    /// What it is for.
    pub purpose: Purpose,
    /// Its title.
    pub title: String,
    /// Its versions, oldest first.
    pub versions: Vec<VersionView>,
}

fn version_view(row: VersionRow) -> Outcome<VersionView> {
    Ok(VersionView {
        version_id: row.id,
        number: row.number,
        questions: serde_json::from_str(&row.questions).map_err(Refusal::internal)?,
        digest: row.digest,
        published_at: row.published_at,
        published_by: row.publisher_name,
    })
}

fn views(conn: &mut Conn, rows: Vec<QuestionnaireRow>) -> Outcome<Vec<QuestionnaireView>> {
    let ids: Vec<SurveyQuestionnaireId> = rows.iter().map(|row| row.id).collect();
    let mut versions: HashMap<SurveyQuestionnaireId, Vec<VersionView>> = HashMap::new();
    for row in store::list_versions(conn, &ids)? {
        versions.entry(row.questionnaire_id).or_default().push(version_view(row)?);
    }
    let view = |row: QuestionnaireRow| QuestionnaireView {
        versions: versions.remove(&row.id).unwrap_or_default(),
        questionnaire_id: row.id,
        division_code: row.division_code,
        community_id: row.community_id,
        purpose: row.purpose,
        title: row.title,
    };
    Ok(rows.into_iter().map(view).collect())
}

fn view(conn: &mut Conn, row: QuestionnaireRow) -> Outcome<QuestionnaireView> {
    let views = views(conn, vec![row])?;
    views.into_iter().next().ok_or_else(|| Refusal::internal("one view of one row"))
}

fn place_of(row: &QuestionnaireRow) -> Place {
    Place {
        division_code: row.division_code.clone(),
        community_id: row.community_id,
        building_id: None,
    }
}

/// Makes a questionnaire with its first version.
///
/// # Errors
/// `not_found` outside the reach; `survey_questionnaire_has_faults` with each fault's place.
pub fn create(
    tx: &mut WriteTx<'_>,
    reach: &Reach,
    new: &NewQuestionnaire,
) -> Outcome<QuestionnaireView> {
    let division_code = match (&new.division_code, new.community_id) {
        (Some(code), _) => code.clone(),
        (None, id) => {
            let scope = id.map(RegisterScope::Community);
            let scope = scope.ok_or_else(|| Refusal::new(Code::NotFound))?;
            let place = find_scope_place(tx.conn(), &scope)?;
            place.ok_or_else(|| Refusal::new(Code::NotFound))?.division_code
        }
    };
    let row = QuestionnaireRow {
        id: SurveyQuestionnaireId::new(),
        division_code,
        community_id: new.community_id,
        purpose: new.purpose,
        title: new.title.clone(),
        created_at: tx.legal_now(),
    };
    if !reach.covers(&place_of(&row)) {
        return Err(Refusal::new(Code::NotFound));
    }
    store::insert_questionnaire(tx.conn(), &row)?;
    publish(tx, (&row, 1), &new.questions)?;
    view(tx.conn(), row)
}

/// Publishes another version of a questionnaire.
///
/// # Errors
/// As [`create`].
pub fn add_version(
    tx: &mut WriteTx<'_>,
    (id, reach): (SurveyQuestionnaireId, &Reach),
    questions: &[Question],
) -> Outcome<QuestionnaireView> {
    let row = store::find_questionnaire(tx.conn(), id)?.filter(|row| reach.covers(&place_of(row)));
    let row = row.ok_or_else(|| Refusal::new(Code::NotFound))?;
    let last = store::list_versions(tx.conn(), &[id])?.last().map_or(0, |version| version.number);
    publish(tx, (&row, last.saturating_add(1)), questions)?;
    view(tx.conn(), row)
}

fn publish(
    tx: &mut WriteTx<'_>,
    (questionnaire, number): (&QuestionnaireRow, i32),
    questions: &[Question],
) -> Outcome<()> {
    let faults = faults(questionnaire.purpose, questions);
    refuse_faults(Code::SurveyQuestionnaireHasFaults, faults)?;
    let (published_by, publisher_name) = person(tx)?;
    let text = serde_json::to_string(questions).map_err(Refusal::internal)?;
    let row = VersionRow {
        id: SurveyVersionId::new(),
        questionnaire_id: questionnaire.id,
        number,
        digest: hex::encode(&Sha256::digest(text.as_bytes())),
        questions: text,
        published_at: tx.legal_now(),
        published_by,
        publisher_name,
    };
    store::insert_version(tx.conn(), &row)?;
    let after = json!({ "version": row.number, "digest": row.digest });
    let object = ("survey_questionnaire", questionnaire.id);
    tx.audit("survey_questionnaire.published", object, (None, Some(&after)));
    Ok(())
}

/// Questionnaires, newest first. They are forms, and everybody who sees surveys may read them.
///
/// # Errors
/// `invalid_cursor`.
pub fn list(
    conn: &mut Conn,
    (purpose, page): (Option<Purpose>, &PageQuery),
) -> Outcome<Page<QuestionnaireView>> {
    let rows = store::list_questionnaires(conn, purpose, (page.cursor()?, page.fetch()))?;
    let Page { items, next_cursor } = Page::cut(rows, page.limit(), |row| row.id.to_string());
    Ok(Page { items: views(conn, items)?, next_cursor })
}

/// A questionnaire.
///
/// # Errors
/// `not_found`.
pub fn find(conn: &mut Conn, id: SurveyQuestionnaireId) -> Outcome<QuestionnaireView> {
    let row = store::find_questionnaire(conn, id)?;
    view(conn, row.ok_or_else(|| Refusal::new(Code::NotFound))?)
}
