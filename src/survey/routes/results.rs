//! Coverage while a survey is open, and results after it closed.

use actix_web::{HttpResponse, get, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::{csv, reading};
use crate::kernel::SurveyId;
use crate::platform::{
    auth::{
        Authorized,
        permission::{SurveyManage, SurveyRead},
    },
    db::Db,
    http::Problem,
};
use crate::survey::{
    pages,
    service::{
        coverage::{self, CoverageView},
        results::{self, SurveyResult},
        words::{self, WordsView},
    },
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(get_survey_coverage)
        .service(get_survey_result)
        .service(get_survey_result_csv)
        .service(list_survey_words)
        .service(get_public_survey_result);
}

/// How many households answered, by building and entrance; never what.
#[utoipa::path(
    tag = "survey", summary = "Coverage · 答卷覆盖率", operation_id = "get_survey_coverage",
    security(("bearer" = [])), params(("survey_id" = SurveyId, Path, description = "The survey")),
    responses((status = 200, description = "Now", body = CoverageView))
)]
#[get("/surveys/{survey_id}/coverage")]
async fn get_survey_coverage(
    auth: Authorized<SurveyRead>,
    db: web::Data<Db>,
    id: web::Path<SurveyId>,
) -> Result<HttpResponse, Problem> {
    let view = reading((&auth, &db), move |conn, reach| coverage::coverage(conn, (*id, reach)));
    Ok(HttpResponse::Ok().json(view.await?))
}

/// The result, whole and by building, after the close. Where too few answered, nothing is shown.
#[utoipa::path(
    tag = "survey", summary = "Result · 调查结果", operation_id = "get_survey_result",
    security(("bearer" = [])), params(("survey_id" = SurveyId, Path, description = "The survey")),
    responses((status = 200, description = "The result", body = SurveyResult))
)]
#[get("/surveys/{survey_id}/result")]
async fn get_survey_result(
    auth: Authorized<SurveyRead>,
    db: web::Data<Db>,
    id: web::Path<SurveyId>,
) -> Result<HttpResponse, Problem> {
    let result = reading((&auth, &db), move |conn, reach| results::result(conn, (*id, reach)));
    Ok(HttpResponse::Ok().json(result.await?))
}

/// The result as CSV, a line per building and option.
#[utoipa::path(
    tag = "survey", summary = "Result as CSV · 导出调查结果",
    operation_id = "get_survey_result_csv", security(("bearer" = [])),
    params(("survey_id" = SurveyId, Path, description = "The survey")),
    responses((status = 200, description = "CSV", content_type = "text/csv", body = String))
)]
#[get("/surveys/{survey_id}/result.csv")]
async fn get_survey_result_csv(
    auth: Authorized<SurveyRead>,
    db: web::Data<Db>,
    id: web::Path<SurveyId>,
) -> Result<HttpResponse, Problem> {
    let result = reading((&auth, &db), move |conn, reach| results::result(conn, (*id, reach)));
    Ok(csv("survey-result.csv", pages::result_csv(&result.await?)?))
}

/// What households wrote in their own words, after the close, for the desk that must answer it.
#[utoipa::path(
    tag = "survey", summary = "Words · 文字意见", operation_id = "list_survey_words",
    security(("bearer" = [])), params(("survey_id" = SurveyId, Path, description = "The survey")),
    responses((status = 200, description = "By question", body = Vec<WordsView>))
)]
#[get("/surveys/{survey_id}/words")]
async fn list_survey_words(
    auth: Authorized<SurveyManage>,
    db: web::Data<Db>,
    id: web::Path<SurveyId>,
) -> Result<HttpResponse, Problem> {
    let list = reading((&auth, &db), move |conn, reach| words::words(conn, (*id, reach)));
    Ok(HttpResponse::Ok().json(list.await?))
}

/// The result for everybody, after the close: sums only.
#[utoipa::path(
    tag = "survey", summary = "Public result · 调查结果（公开）",
    operation_id = "get_public_survey_result", security(()),
    params(("survey_id" = SurveyId, Path, description = "The survey")),
    responses((status = 200, description = "The result", body = SurveyResult))
)]
#[get("/public/surveys/{survey_id}/result")]
async fn get_public_survey_result(
    db: web::Data<Db>,
    id: web::Path<SurveyId>,
) -> Result<HttpResponse, Problem> {
    let result = db.snapshot(move |conn| results::public_result(conn, *id)).await?;
    Ok(HttpResponse::Ok().json(result))
}
