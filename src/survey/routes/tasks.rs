//! Rectification after a failed acceptance.

use actix_web::{HttpResponse, get, http::StatusCode, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::reading;
use crate::kernel::{SurveyId, SurveyTaskId};
use crate::platform::{
    auth::{
        Authorized,
        permission::{SurveyManage, SurveyRead},
    },
    db::Db,
    http::{Body, Problem, command},
};
use crate::survey::{
    dto::{TaskDoneIn, TaskIn, TaskReviewIn},
    service::tasks::{self, TaskView},
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(list_survey_tasks)
        .service(add_survey_task)
        .service(finish_survey_task)
        .service(review_survey_task);
}

/// The tasks of a failed survey.
#[utoipa::path(
    tag = "survey", summary = "Rectification · 整改事项", operation_id = "list_survey_tasks",
    security(("bearer" = [])), params(("survey_id" = SurveyId, Path, description = "The survey")),
    responses((status = 200, description = "In their order", body = Vec<TaskView>))
)]
#[get("/surveys/{survey_id}/tasks")]
async fn list_survey_tasks(
    auth: Authorized<SurveyRead>,
    db: web::Data<Db>,
    id: web::Path<SurveyId>,
) -> Result<HttpResponse, Problem> {
    let list = reading((&auth, &db), move |conn, reach| tasks::list(conn, (*id, reach)));
    Ok(HttpResponse::Ok().json(list.await?))
}

/// Adds a task to those that the count opened.
#[utoipa::path(
    tag = "survey", summary = "Add a task · 增加整改事项", operation_id = "add_survey_task",
    security(("bearer" = [])), params(("survey_id" = SurveyId, Path, description = "The survey")),
    request_body = TaskIn,
    responses((status = 201, description = "Open", body = TaskView))
)]
#[post("/surveys/{survey_id}/tasks")]
async fn add_survey_task(
    auth: Authorized<SurveyManage>,
    db: web::Data<Db>,
    id: web::Path<SurveyId>,
    body: Body<TaskIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let (item, description) = body.value.into_command()?;
    command(&db, &context, ("survey_task.add", StatusCode::CREATED), move |tx| {
        tasks::add(tx, (*id, &reach), (&item, &description))
    })
    .await
}

/// Says what was done.
#[utoipa::path(
    tag = "survey", summary = "Done · 整改完成", operation_id = "finish_survey_task",
    security(("bearer" = [])), params(("task_id" = SurveyTaskId, Path, description = "The task")),
    request_body = TaskDoneIn,
    responses((status = 200, description = "Waits for a second person", body = TaskView))
)]
#[post("/survey-tasks/{task_id}/done")]
async fn finish_survey_task(
    auth: Authorized<SurveyManage>,
    db: web::Data<Db>,
    id: web::Path<SurveyTaskId>,
    body: Body<TaskDoneIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let evidence = body.value.into_command()?;
    command(&db, &context, ("survey_task.done", StatusCode::OK), move |tx| {
        tasks::finish(tx, (*id, &reach), &evidence)
    })
    .await
}

/// Another person confirms it or sends it back.
#[utoipa::path(
    tag = "survey", summary = "Review · 复核整改", operation_id = "review_survey_task",
    security(("bearer" = [])), params(("task_id" = SurveyTaskId, Path, description = "The task")),
    request_body = TaskReviewIn,
    responses((status = 200, description = "The task", body = TaskView))
)]
#[post("/survey-tasks/{task_id}/review")]
async fn review_survey_task(
    auth: Authorized<SurveyManage>,
    db: web::Data<Db>,
    id: web::Path<SurveyTaskId>,
    body: Body<TaskReviewIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let accepted = body.value.accepted;
    command(&db, &context, ("survey_task.review", StatusCode::OK), move |tx| {
        tasks::review(tx, (*id, &reach), accepted)
    })
    .await
}
