//! The desk: draft, open, links, reminders, close, void, next round.

use actix_web::{HttpResponse, get, http::StatusCode, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::{csv, html, reading};
use crate::kernel::{Page, SurveyId};
use crate::platform::{
    auth::{
        Authorized,
        permission::{SurveyManage, SurveyRead},
    },
    config::HttpUrl,
    db::{Db, WriteContext},
    http::{Body, Problem, command, page_of},
};
use crate::survey::{
    dto::{LinkFormat, LinksIn, NextRoundIn, SurveyIn, SurveyQuery, SurveyReasonIn},
    pages,
    service::{
        facts::get_survey,
        links::{self, IssuedLinks, LinksFor},
        reminders::{self, SurveyReminderView},
        steps,
        views::{self, SurveyView},
    },
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(create_survey)
        .service(list_surveys)
        .service(get_survey_of_desk)
        .service(open_survey)
        .service(issue_survey_links)
        .service(remind_survey)
        .service(list_survey_reminders)
        .service(close_survey)
        .service(void_survey)
        .service(start_next_round);
}

/// Drafts a survey of a community or of some of its buildings. Its gate is pinned here.
#[utoipa::path(
    tag = "survey", summary = "New survey · 新建居民调查", operation_id = "create_survey",
    security(("bearer" = [])), request_body = SurveyIn,
    responses((status = 201, description = "Drafted", body = SurveyView))
)]
#[post("/surveys")]
async fn create_survey(
    auth: Authorized<SurveyManage>,
    db: web::Data<Db>,
    body: Body<SurveyIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let new = body.value.into_command()?;
    command(&db, &context, ("survey.create", StatusCode::CREATED), move |tx| {
        steps::create(tx, &reach, &new)
    })
    .await
}

/// Surveys within the reach, newest first.
#[utoipa::path(
    tag = "survey", summary = "Surveys · 居民调查列表", operation_id = "list_surveys",
    security(("bearer" = [])), params(SurveyQuery),
    responses((status = 200, description = "A page", body = Page<SurveyView>))
)]
#[get("/surveys")]
async fn list_surveys(
    auth: Authorized<SurveyRead>,
    db: web::Data<Db>,
    query: web::Query<SurveyQuery>,
) -> Result<HttpResponse, Problem> {
    let (filter, page) = query.into_inner().parts();
    let page = reading((&auth, &db), move |conn, reach| views::list(conn, reach, (&filter, &page)));
    Ok(page_of(page.await?))
}

/// A survey with its gate; after the close with the verdict and its working.
#[utoipa::path(
    tag = "survey", summary = "Survey · 居民调查", operation_id = "get_survey_of_desk",
    security(("bearer" = [])), params(("survey_id" = SurveyId, Path, description = "The survey")),
    responses((status = 200, description = "The survey", body = SurveyView))
)]
#[get("/surveys/{survey_id}")]
async fn get_survey_of_desk(
    auth: Authorized<SurveyRead>,
    db: web::Data<Db>,
    id: web::Path<SurveyId>,
) -> Result<HttpResponse, Problem> {
    let view = reading((&auth, &db), move |conn, reach| {
        let row = get_survey(conn, *id, reach)?;
        views::view(conn, row)
    });
    Ok(HttpResponse::Ok().json(view.await?))
}

/// Opens a survey and freezes its roll: every residential unit of the register is one household.
#[utoipa::path(
    tag = "survey", summary = "Open · 开始调查", operation_id = "open_survey",
    security(("bearer" = [])), params(("survey_id" = SurveyId, Path, description = "The survey")),
    responses((status = 200, description = "Open", body = SurveyView))
)]
#[post("/surveys/{survey_id}/open")]
async fn open_survey(
    auth: Authorized<SurveyManage>,
    db: web::Data<Db>,
    id: web::Path<SurveyId>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (auth.context(), auth.reach().clone());
    command(&db, &context, ("survey.open", StatusCode::OK), move |tx| {
        steps::open(tx, (*id, &reach))
    })
    .await
}

/// Issues a link for each household, as JSON, as CSV, or as slips with QR codes to print. The tokens
/// are shown this once; links issued before to the same households end. No answer is kept for an
/// `Idempotency-Key`.
#[utoipa::path(
    tag = "survey", summary = "Links and QR codes · 发放一户一码",
    operation_id = "issue_survey_links", security(("bearer" = [])), request_body = LinksIn,
    params(("survey_id" = SurveyId, Path, description = "The survey")),
    responses(
        (status = 201, description = "The links as JSON", body = IssuedLinks),
        (status = 200, description = "CSV, or slips to print", content(
            (String = "text/csv"), (String = "text/html")
        ))
    )
)]
#[post("/surveys/{survey_id}/links")]
async fn issue_survey_links(
    auth: Authorized<SurveyManage>,
    (db, url): (web::Data<Db>, web::Data<HttpUrl>),
    id: web::Path<SurveyId>,
    body: Body<LinksIn>,
) -> Result<HttpResponse, Problem> {
    let context = WriteContext { idempotency: None, ..auth.context() };
    let (reach, format) = (auth.reach().clone(), body.value.format);
    let wanted =
        LinksFor { building: body.value.building, household_ids: body.value.household_ids };
    let url = url.as_str().to_owned();
    let issued = db
        .write(&context, "survey.links", move |tx| links::issue(tx, (*id, &reach), (&wanted, &url)))
        .await?;
    Ok(match format.unwrap_or(LinkFormat::Json) {
        LinkFormat::Json => HttpResponse::Created().json(issued),
        LinkFormat::Csv => csv("survey-links.csv", pages::links_csv(&issued)?),
        LinkFormat::Html => html(pages::links_page(&issued)?),
    })
}

/// Reminds the owners of the households that have not answered; once a day at the most.
#[utoipa::path(
    tag = "survey", summary = "Remind · 催办", operation_id = "remind_survey",
    security(("bearer" = [])), params(("survey_id" = SurveyId, Path, description = "The survey")),
    responses((status = 201, description = "They will be told", body = SurveyReminderView))
)]
#[post("/surveys/{survey_id}/reminders")]
async fn remind_survey(
    auth: Authorized<SurveyManage>,
    db: web::Data<Db>,
    id: web::Path<SurveyId>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (auth.context(), auth.reach().clone());
    command(&db, &context, ("survey.remind", StatusCode::CREATED), move |tx| {
        reminders::remind(tx, (*id, &reach))
    })
    .await
}

/// The reminders of a survey, oldest first.
#[utoipa::path(
    tag = "survey", summary = "Reminders · 催办记录", operation_id = "list_survey_reminders",
    security(("bearer" = [])), params(("survey_id" = SurveyId, Path, description = "The survey")),
    responses((status = 200, description = "Oldest first", body = Vec<SurveyReminderView>))
)]
#[get("/surveys/{survey_id}/reminders")]
async fn list_survey_reminders(
    auth: Authorized<SurveyRead>,
    db: web::Data<Db>,
    id: web::Path<SurveyId>,
) -> Result<HttpResponse, Problem> {
    let list = reading((&auth, &db), move |conn, reach| reminders::list(conn, (*id, reach)));
    Ok(HttpResponse::Ok().json(list.await?))
}

/// Closes and counts a survey whose window has ended. The clock does the same.
#[utoipa::path(
    tag = "survey", summary = "Close · 截止并统计", operation_id = "close_survey",
    security(("bearer" = [])), params(("survey_id" = SurveyId, Path, description = "The survey")),
    responses((status = 200, description = "Closed", body = SurveyView))
)]
#[post("/surveys/{survey_id}/close")]
async fn close_survey(
    auth: Authorized<SurveyManage>,
    db: web::Data<Db>,
    id: web::Path<SurveyId>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (auth.context(), auth.reach().clone());
    command(&db, &context, ("survey.close", StatusCode::OK), move |tx| {
        steps::close(tx, (*id, &reach))
    })
    .await
}

/// Voids a survey with the reason; what was answered stays.
#[utoipa::path(
    tag = "survey", summary = "Void · 作废", operation_id = "void_survey",
    security(("bearer" = [])), params(("survey_id" = SurveyId, Path, description = "The survey")),
    request_body = SurveyReasonIn,
    responses((status = 200, description = "Void", body = SurveyView))
)]
#[post("/surveys/{survey_id}/void")]
async fn void_survey(
    auth: Authorized<SurveyManage>,
    db: web::Data<Db>,
    id: web::Path<SurveyId>,
    body: Body<SurveyReasonIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let reason = body.value.into_command()?;
    command(&db, &context, ("survey.void", StatusCode::OK), move |tx| {
        steps::void(tx, (*id, &reach), &reason)
    })
    .await
}

/// Drafts the round after a failed one; after a failed acceptance only once all is put right.
#[utoipa::path(
    tag = "survey", summary = "Next round · 下一轮调查", operation_id = "start_next_round",
    security(("bearer" = [])), params(("survey_id" = SurveyId, Path, description = "The survey")),
    request_body = NextRoundIn,
    responses((status = 201, description = "Drafted", body = SurveyView))
)]
#[post("/surveys/{survey_id}/next-round")]
async fn start_next_round(
    auth: Authorized<SurveyManage>,
    db: web::Data<Db>,
    id: web::Path<SurveyId>,
    body: Body<NextRoundIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let new = body.value.into_command()?;
    command(&db, &context, ("survey.next_round", StatusCode::CREATED), move |tx| {
        steps::next_round(tx, (*id, &reach), &new)
    })
    .await
}
