//! A household's link: the questions and the answer, as JSON and as a page in large print. The token is
//! the proof; the limits per address hold here as everywhere.

use actix_web::{HttpRequest, HttpResponse, get, http::StatusCode, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::kernel::{Code, Refusal};
use crate::platform::{
    auth::anonymous_context,
    db::Db,
    http::{Body, Problem, command},
};
use crate::survey::{
    dto::{LinkAnswerIn, of_form},
    pages::{self, Said},
    service::{
        answers::{self, AskedView, KeptAnswer},
        links::household_of_token,
    },
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(get_survey_page)
        .service(post_survey_page)
        .service(get_survey_by_link)
        .service(answer_survey_by_link);
}

async fn asked(db: &Db, token: String) -> Result<AskedView, Refusal> {
    db.snapshot(move |conn| {
        let (survey, household, _) = household_of_token(conn, &token)?;
        answers::asked(conn, survey, household)
    })
    .await
}

/// What a household is asked, by the token of its link.
#[utoipa::path(
    tag = "survey", summary = "Questions by link · 凭链接查看问卷",
    operation_id = "get_survey_by_link", security(()),
    params(("token" = String, Path, description = "The link's token")),
    responses((status = 200, description = "The questions", body = AskedView))
)]
#[get("/public/survey-links/{token}")]
async fn get_survey_by_link(
    db: web::Data<Db>,
    token: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(asked(&db, token.into_inner()).await?))
}

/// Answers for the link's household. Another answer before the close takes its place; both are kept.
#[utoipa::path(
    tag = "survey", summary = "Answer by link · 凭链接填写问卷",
    operation_id = "answer_survey_by_link", security(()), request_body = LinkAnswerIn,
    params(("token" = String, Path, description = "The link's token")),
    responses((status = 201, description = "Kept", body = KeptAnswer))
)]
#[post("/public/survey-links/{token}")]
async fn answer_survey_by_link(
    request: HttpRequest,
    db: web::Data<Db>,
    token: web::Path<String>,
    body: Body<LinkAnswerIn>,
) -> Result<HttpResponse, Problem> {
    let (context, new) = (anonymous_context(&request), body.value);
    command(&db, &context, ("survey.answer_by_link", StatusCode::CREATED), move |tx| {
        answers::answer_by_link(tx, &token, (new.respondent, &new.answers))
    })
    .await
}

fn page(status: StatusCode, page: String) -> HttpResponse {
    HttpResponse::build(status).content_type("text/html; charset=utf-8").body(page)
}

fn status_of(refusal: &Refusal) -> StatusCode {
    StatusCode::from_u16(refusal.code().status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// The page behind a QR code.
#[utoipa::path(
    tag = "survey", summary = "Survey page · 问卷页面", operation_id = "get_survey_page",
    security(()), params(("token" = String, Path, description = "The link's token")),
    responses(
        (status = 200, description = "A page", content_type = "text/html", body = String),
        (status = 404, description = "No such link", content_type = "text/html", body = String)
    )
)]
#[get("/public/survey-links/{token}/page")]
async fn get_survey_page(
    db: web::Data<Db>,
    token: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let now = db.clock().legal_now();
    match asked(&db, token.into_inner()).await {
        Ok(asked) => Ok(page(StatusCode::OK, pages::survey_page((&asked, now), &Said::Nothing)?)),
        Err(refusal) if refusal.code() == Code::SurveyLinkUnknown => {
            Ok(page(StatusCode::NOT_FOUND, pages::no_survey_page()?))
        }
        Err(refusal) => Err(refusal.into()),
    }
}

/// The page's form: `respondent`, and `q.` with each question's key.
#[utoipa::path(
    tag = "survey", summary = "Send the page · 提交问卷页面", operation_id = "post_survey_page",
    security(()), params(("token" = String, Path, description = "The link's token")),
    request_body(content = String, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "Thanks", content_type = "text/html", body = String),
        (status = 422, description = "What is missing", content_type = "text/html", body = String)
    )
)]
#[post("/public/survey-links/{token}/page")]
async fn post_survey_page(
    request: HttpRequest,
    db: web::Data<Db>,
    token: web::Path<String>,
    form: web::Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Problem> {
    let (token, now) = (token.into_inner(), db.clock().legal_now());
    let asked = match asked(&db, token.clone()).await {
        Ok(asked) => asked,
        Err(refusal) if refusal.code() == Code::SurveyLinkUnknown => {
            return Ok(page(StatusCode::NOT_FOUND, pages::no_survey_page()?));
        }
        Err(refusal) => return Err(refusal.into()),
    };
    let (respondent, given) = of_form(&asked.questions, &form);
    let (context, answers) = (anonymous_context(&request), given.clone());
    let kept = db
        .write(&context, "survey.answer_by_page", move |tx| {
            answers::answer_by_link(tx, &token, (respondent, &answers))
        })
        .await;
    match kept {
        Ok(_) => Ok(page(StatusCode::OK, pages::survey_page((&asked, now), &Said::Thanks)?)),
        Err(refusal) if refusal.code().status() < 500 => {
            let status = status_of(&refusal);
            Ok(page(status, pages::survey_page((&asked, now), &Said::Refused(refusal, given))?))
        }
        Err(refusal) => Err(refusal.into()),
    }
}
