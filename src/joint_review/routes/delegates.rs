//! Departments, and who speaks for them.

use actix_web::{HttpResponse, get, http::StatusCode, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::joint_review::{
    dto::DelegateIn,
    model::Departments,
    service::delegates::{self, DelegateView},
};
use crate::kernel::DelegateId;
use crate::platform::{
    auth::{
        Authorized,
        permission::{ProjectRead, ReviewOversee},
    },
    db::Db,
    http::{Body, Problem, command},
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(list_review_departments)
        .service(name_review_delegate)
        .service(list_review_delegates)
        .service(end_review_delegate);
}

/// The departments that a plan's content invites, with what their silence leads to.
#[utoipa::path(
    tag = "joint_review", summary = "Departments · 审查部门", operation_id = "list_review_departments",
    security(("bearer" = [])),
    responses((status = 200, description = "All of them", body = Departments))
)]
#[get("/review-departments")]
async fn list_review_departments(_auth: Authorized<ProjectRead>) -> Result<HttpResponse, Problem> {
    let data = std::future::ready(delegates::departments()).await;
    Ok(HttpResponse::Ok().json(data))
}

/// Names an account as a delegate: its opinions are the department's there. The account needs the
/// reviewer's role as well.
#[utoipa::path(
    tag = "joint_review", summary = "Name a delegate · 指定部门代表",
    operation_id = "name_review_delegate", security(("bearer" = [])), request_body = DelegateIn,
    responses((status = 201, description = "Named", body = DelegateView))
)]
#[post("/review-delegates")]
async fn name_review_delegate(
    auth: Authorized<ReviewOversee>,
    db: web::Data<Db>,
    body: Body<DelegateIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let (login, department, division) = body.value.into_command()?;
    command(&db, &context, ("review_delegate.name", StatusCode::CREATED), move |tx| {
        delegates::appoint(tx, &reach, (&login, &department, &division))
    })
    .await
}

/// The delegates that stand.
#[utoipa::path(
    tag = "joint_review", summary = "Delegates · 部门代表", operation_id = "list_review_delegates",
    security(("bearer" = [])),
    responses((status = 200, description = "In order", body = Vec<DelegateView>))
)]
#[get("/review-delegates")]
async fn list_review_delegates(
    auth: Authorized<ReviewOversee>,
    db: web::Data<Db>,
) -> Result<HttpResponse, Problem> {
    let reach = auth.reach().clone();
    let list = db.read(move |conn| delegates::list(conn, &reach)).await?;
    Ok(HttpResponse::Ok().json(list))
}

/// Ends an appointment; what the delegate said stays.
#[utoipa::path(
    tag = "joint_review", summary = "End an appointment · 终止部门代表",
    operation_id = "end_review_delegate", security(("bearer" = [])),
    params(("delegate_id" = DelegateId, Path, description = "The appointment")),
    responses((status = 200, description = "Ended", body = DelegateView))
)]
#[post("/review-delegates/{delegate_id}/end")]
async fn end_review_delegate(
    auth: Authorized<ReviewOversee>,
    db: web::Data<Db>,
    id: web::Path<DelegateId>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (auth.context(), auth.reach().clone());
    command(&db, &context, ("review_delegate.end", StatusCode::OK), move |tx| {
        delegates::end(tx, &reach, *id)
    })
    .await
}
