//! Questionnaires and their versions.

use actix_web::{HttpResponse, get, http::StatusCode, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::reading;
use crate::kernel::{Page, PageQuery, SurveyQuestionnaireId};
use crate::platform::{
    auth::{
        Authorized,
        permission::{SurveyManage, SurveyRead},
    },
    db::Db,
    http::{Body, Problem, command, page_of},
};
use crate::survey::{
    dto::{QuestionnaireIn, QuestionnaireQuery, VersionIn},
    service::questionnaires::{self, QuestionnaireView},
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(create_questionnaire)
        .service(list_questionnaires)
        .service(get_questionnaire)
        .service(publish_questionnaire_version);
}

/// Makes a questionnaire and publishes its first version.
#[utoipa::path(
    tag = "survey", summary = "New questionnaire · 新建问卷", operation_id = "create_questionnaire",
    security(("bearer" = [])), request_body = QuestionnaireIn,
    responses((status = 201, description = "Published", body = QuestionnaireView))
)]
#[post("/survey-questionnaires")]
async fn create_questionnaire(
    auth: Authorized<SurveyManage>,
    db: web::Data<Db>,
    body: Body<QuestionnaireIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let new = body.value.into_command()?;
    command(&db, &context, ("questionnaire.create", StatusCode::CREATED), move |tx| {
        questionnaires::create(tx, &reach, &new)
    })
    .await
}

/// Questionnaires, newest first.
#[utoipa::path(
    tag = "survey", summary = "Questionnaires · 问卷列表", operation_id = "list_questionnaires",
    security(("bearer" = [])), params(QuestionnaireQuery),
    responses((status = 200, description = "A page", body = Page<QuestionnaireView>))
)]
#[get("/survey-questionnaires")]
async fn list_questionnaires(
    auth: Authorized<SurveyRead>,
    db: web::Data<Db>,
    query: web::Query<QuestionnaireQuery>,
) -> Result<HttpResponse, Problem> {
    let QuestionnaireQuery { limit, cursor, purpose } = query.into_inner();
    let page = PageQuery { limit, cursor };
    let page =
        reading((&auth, &db), move |conn, _| questionnaires::list(conn, (purpose, &page))).await?;
    Ok(page_of(page))
}

/// A questionnaire with its versions.
#[utoipa::path(
    tag = "survey", summary = "Questionnaire · 问卷", operation_id = "get_questionnaire",
    security(("bearer" = [])),
    params(("questionnaire_id" = SurveyQuestionnaireId, Path, description = "The questionnaire")),
    responses((status = 200, description = "The questionnaire", body = QuestionnaireView))
)]
#[get("/survey-questionnaires/{questionnaire_id}")]
async fn get_questionnaire(
    auth: Authorized<SurveyRead>,
    db: web::Data<Db>,
    id: web::Path<SurveyQuestionnaireId>,
) -> Result<HttpResponse, Problem> {
    let view = reading((&auth, &db), move |conn, _| questionnaires::find(conn, *id)).await?;
    Ok(HttpResponse::Ok().json(view))
}

/// Publishes another version; the ones before stay as they are.
#[utoipa::path(
    tag = "survey", summary = "New version · 发布问卷新版本",
    operation_id = "publish_questionnaire_version", security(("bearer" = [])),
    params(("questionnaire_id" = SurveyQuestionnaireId, Path, description = "The questionnaire")),
    request_body = VersionIn,
    responses((status = 201, description = "Published", body = QuestionnaireView))
)]
#[post("/survey-questionnaires/{questionnaire_id}/versions")]
async fn publish_questionnaire_version(
    auth: Authorized<SurveyManage>,
    db: web::Data<Db>,
    id: web::Path<SurveyQuestionnaireId>,
    body: Body<VersionIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let questions = body.value.questions;
    command(&db, &context, ("questionnaire.publish", StatusCode::CREATED), move |tx| {
        questionnaires::add_version(tx, (*id, &reach), &questions)
    })
    .await
}
