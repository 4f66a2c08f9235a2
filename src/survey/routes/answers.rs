//! Answers of those who have signed in, and those that staff enters.

use actix_web::{HttpResponse, get, http::StatusCode, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::reading;
use crate::kernel::{Code, Page, PageQuery, Refusal, SurveyAnswerId, SurveyHouseholdId, SurveyId};
use crate::platform::{
    auth::{
        Authorized,
        permission::{SurveyAnswer, SurveyEnter, SurveyManage},
    },
    db::Db,
    http::{Body, Problem, command, page_of},
};
use crate::survey::{
    dto::{MissingQuery, OwnAnswerIn, SurveyEntriesIn, SurveyEntryAgainIn, TakenAnswerIn},
    model::Respondent,
    service::{
        answers::{self, AnswerTrace, AskedView, HouseholdView, KeptAnswer},
        coverage,
        entries::{self, SurveyEntriesAnswer, WaitingSurveyEntry},
    },
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(list_own_surveys)
        .service(answer_survey)
        .service(enter_survey_answer)
        .service(upload_survey_answers)
        .service(list_waiting_entries)
        .service(confirm_survey_entry)
        .service(list_missing_households)
        .service(list_survey_answers);
}

/// The open surveys that ask the caller's own units, with their questions.
#[utoipa::path(
    tag = "survey", summary = "My surveys · 我的问卷", operation_id = "list_own_surveys",
    security(("bearer" = [])),
    responses((status = 200, description = "Newest first", body = Vec<AskedView>))
)]
#[get("/my-surveys")]
async fn list_own_surveys(
    auth: Authorized<SurveyAnswer>,
    db: web::Data<Db>,
) -> Result<HttpResponse, Problem> {
    let owner = auth.principal().owner_id.ok_or_else(|| Refusal::new(Code::Forbidden))?;
    let now = db.clock().legal_now();
    let list = db.snapshot(move |conn| answers::list_own(conn, (owner, now))).await?;
    Ok(HttpResponse::Ok().json(list))
}

/// Answers for one of the caller's own units. Another answer before the close takes its place; both
/// are kept.
#[utoipa::path(
    tag = "survey", summary = "Answer · 填写问卷", operation_id = "answer_survey",
    security(("bearer" = [])), params(("survey_id" = SurveyId, Path, description = "The survey")),
    request_body = OwnAnswerIn,
    responses((status = 201, description = "Kept", body = KeptAnswer))
)]
#[post("/surveys/{survey_id}/answers")]
async fn answer_survey(
    auth: Authorized<SurveyAnswer>,
    db: web::Data<Db>,
    id: web::Path<SurveyId>,
    body: Body<OwnAnswerIn>,
) -> Result<HttpResponse, Problem> {
    let owner = auth.principal().owner_id.ok_or_else(|| Refusal::new(Code::Forbidden))?;
    let context = body.bind(auth.context());
    let OwnAnswerIn { unit_id, answers } = body.value;
    command(&db, &context, ("survey.answer", StatusCode::CREATED), move |tx| {
        answers::answer_online(tx, (*id, owner, unit_id), (Respondent::Owner, &answers))
    })
    .await
}

/// Enters what a household answered at the door (two visitors) or on paper (its serial). After the close it
/// counts once another person typed the same within the survey's `entry_days`; after those it is kept and
/// not counted.
#[utoipa::path(
    tag = "survey", summary = "Enter an answer · 录入上门或纸质答卷",
    operation_id = "enter_survey_answer", security(("bearer" = [])),
    params(("survey_id" = SurveyId, Path, description = "The survey")),
    request_body = TakenAnswerIn,
    responses((status = 201, description = "Kept", body = KeptAnswer))
)]
#[post("/surveys/{survey_id}/taken-answers")]
async fn enter_survey_answer(
    auth: Authorized<SurveyEnter>,
    db: web::Data<Db>,
    id: web::Path<SurveyId>,
    body: Body<TakenAnswerIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let taken = body.value.into_command()?;
    command(&db, &context, ("survey.enter", StatusCode::CREATED), move |tx| {
        entries::enter(tx, (*id, &reach), &taken)
    })
    .await
}

/// Takes answers from a phone that had no network. Each is answered by itself: accepted, duplicate,
/// conflict, or refused with code and pointer. An answer sent again has no second effect; of another
/// content under the same key the first stays, and the phone keeps the other; what the household's own or
/// later word outweighs is kept and does not count.
#[utoipa::path(
    tag = "survey", summary = "Upload answers · 批量上传上门答卷",
    operation_id = "upload_survey_answers", security(("bearer" = [])), request_body = SurveyEntriesIn,
    params(("survey_id" = SurveyId, Path, description = "The survey")),
    responses((status = 200, description = "An answer for each", body = SurveyEntriesAnswer))
)]
#[post("/surveys/{survey_id}/answers/batch")]
async fn upload_survey_answers(
    auth: Authorized<SurveyEnter>,
    db: web::Data<Db>,
    id: web::Path<SurveyId>,
    body: Body<SurveyEntriesIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let read = body.value.into_command()?.into_iter().enumerate();
    let read: Vec<_> = read
        .map(|(index, entry)| {
            entry.map_err(|(key, refusal)| entries::refused((index, key), &refusal))
        })
        .collect();
    command(&db, &context, ("survey.upload", StatusCode::OK), move |tx| {
        entries::upload(tx, (*id, &reach), &read)
    })
    .await
}

/// The answers entered after the close that another person must type again; never what they say.
#[utoipa::path(
    tag = "survey", summary = "Entries to confirm · 待复核答卷",
    operation_id = "list_waiting_entries", security(("bearer" = [])),
    params(("survey_id" = SurveyId, Path, description = "The survey")),
    responses((status = 200, description = "As they came", body = Vec<WaitingSurveyEntry>))
)]
#[get("/surveys/{survey_id}/answers/waiting")]
async fn list_waiting_entries(
    auth: Authorized<SurveyEnter>,
    db: web::Data<Db>,
    id: web::Path<SurveyId>,
) -> Result<HttpResponse, Problem> {
    let list = reading((&auth, &db), move |conn, reach| entries::list_waiting(conn, (*id, reach)));
    Ok(HttpResponse::Ok().json(list.await?))
}

/// Types an answer again that somebody else entered after the close. Where both say the same it counts.
#[utoipa::path(
    tag = "survey", summary = "Confirm an entry · 复录复核", operation_id = "confirm_survey_entry",
    security(("bearer" = [])), request_body = SurveyEntryAgainIn,
    params(("survey_id" = SurveyId, Path, description = "The survey"),
        ("answer_id" = SurveyAnswerId, Path, description = "The answer")),
    responses((status = 200, description = "It counts", body = WaitingSurveyEntry))
)]
#[post("/surveys/{survey_id}/answers/{answer_id}/confirm")]
async fn confirm_survey_entry(
    auth: Authorized<SurveyEnter>,
    db: web::Data<Db>,
    path: web::Path<(SurveyId, SurveyAnswerId)>,
    body: Body<SurveyEntryAgainIn>,
) -> Result<HttpResponse, Problem> {
    let ((id, answer_id), reach) = (path.into_inner(), auth.reach().clone());
    let context = body.bind(auth.context());
    let again = body.value.answers;
    command(&db, &context, ("survey.confirm_entry", StatusCode::OK), move |tx| {
        entries::confirm(tx, (id, &reach), (answer_id, &again))
    })
    .await
}

/// The households without an answer, in the order of the roll: to whom somebody must go.
#[utoipa::path(
    tag = "survey", summary = "Missing households · 未答卷住户",
    operation_id = "list_missing_households", security(("bearer" = [])),
    params(("survey_id" = SurveyId, Path, description = "The survey"), MissingQuery),
    responses((status = 200, description = "A page", body = Page<HouseholdView>))
)]
#[get("/surveys/{survey_id}/missing")]
async fn list_missing_households(
    auth: Authorized<SurveyEnter>,
    db: web::Data<Db>,
    id: web::Path<SurveyId>,
    query: web::Query<MissingQuery>,
) -> Result<HttpResponse, Problem> {
    let MissingQuery { limit, cursor, building } = query.into_inner();
    let page = PageQuery { limit, cursor };
    let page = reading((&auth, &db), move |conn, reach| {
        coverage::missing(conn, (*id, reach), (building.as_deref(), &page))
    });
    Ok(page_of(page.await?))
}

/// Where each answer of a household came from, and which one counts; never what it says.
#[utoipa::path(
    tag = "survey", summary = "Answers of a household · 一户的答卷记录",
    operation_id = "list_survey_answers", security(("bearer" = [])),
    params(("survey_id" = SurveyId, Path, description = "The survey"),
        ("household_id" = SurveyHouseholdId, Path, description = "The household")),
    responses((status = 200, description = "As they came", body = Vec<AnswerTrace>))
)]
#[get("/surveys/{survey_id}/households/{household_id}/answers")]
async fn list_survey_answers(
    auth: Authorized<SurveyManage>,
    db: web::Data<Db>,
    path: web::Path<(SurveyId, SurveyHouseholdId)>,
) -> Result<HttpResponse, Problem> {
    let (id, household) = path.into_inner();
    let list = reading((&auth, &db), move |conn, reach| {
        answers::list_traces(conn, (id, reach), household)
    });
    Ok(HttpResponse::Ok().json(list.await?))
}
