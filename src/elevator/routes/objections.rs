//! Objections to an elevator, their mediations and their ends.

use actix_web::{HttpResponse, get, http::StatusCode, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::{on_case, read_case};
use crate::elevator::{
    dto::{ElevatorObjectionIn, ElevatorObjectionQuery, MediationIn, ObjectionClosingIn},
    service::objections::{self as service, ElevatorObjectionView},
};
use crate::kernel::{ElevatorCaseId, ElevatorObjectionId, Page};
use crate::platform::{
    auth::{
        Authorized,
        permission::{ElevatorManage, ElevatorRead, ElevatorRequest},
    },
    db::Db,
    http::{Body, Problem, page_of},
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(file_elevator_objection)
        .service(list_elevator_objections)
        .service(record_elevator_mediation)
        .service(close_elevator_objection);
}

/// Objects to an elevator: an owner for the own unit, staff on behalf of a unit.
#[utoipa::path(
    tag = "elevator", summary = "Object · 提出异议", operation_id = "file_elevator_objection",
    security(("bearer" = [])), request_body = ElevatorObjectionIn,
    params(("case_id" = ElevatorCaseId, Path, description = "The case")),
    responses((status = 201, description = "Done", body = ElevatorObjectionView))
)]
#[post("/elevator-cases/{case_id}/objections")]
async fn file_elevator_objection(
    auth: Authorized<ElevatorRequest>,
    db: web::Data<Db>,
    case_id: web::Path<ElevatorCaseId>,
    body: Body<ElevatorObjectionIn>,
) -> Result<HttpResponse, Problem> {
    let who = (&**db, body.bind(auth.context()), auth.reach().clone());
    let new = body.value.into_command()?;
    on_case(who, ("elevator.object", StatusCode::CREATED), *case_id, move |tx, case, reach| {
        service::file(tx, (case, reach), &new)
    })
    .await
}

/// Objections with their mediations; an owner sees the own ones.
#[utoipa::path(
    tag = "elevator", summary = "Objections · 异议列表", operation_id = "list_elevator_objections",
    security(("bearer" = [])),
    params(("case_id" = ElevatorCaseId, Path, description = "The case"), ElevatorObjectionQuery),
    responses((status = 200, description = "A page", body = Page<ElevatorObjectionView>))
)]
#[get("/elevator-cases/{case_id}/objections")]
async fn list_elevator_objections(
    auth: Authorized<ElevatorRead>,
    db: web::Data<Db>,
    case_id: web::Path<ElevatorCaseId>,
    query: web::Query<ElevatorObjectionQuery>,
) -> Result<HttpResponse, Problem> {
    let (open, page) = query.into_inner().parts();
    let page = read_case((&auth, &db), *case_id, move |conn, case, (reach, _)| {
        service::list(conn, (&case, reach), (open, &page))
    });
    Ok(page_of(page.await?))
}

/// Records a mediation of an open objection.
#[utoipa::path(
    tag = "elevator", summary = "Record a mediation · 记录调解", operation_id = "record_elevator_mediation",
    security(("bearer" = [])), request_body = MediationIn,
    params(("case_id" = ElevatorCaseId, Path, description = "The case"),
        ("objection_id" = ElevatorObjectionId, Path, description = "The objection")),
    responses((status = 201, description = "Done", body = ElevatorObjectionView))
)]
#[post("/elevator-cases/{case_id}/objections/{objection_id}/mediations")]
async fn record_elevator_mediation(
    auth: Authorized<ElevatorManage>,
    db: web::Data<Db>,
    path: web::Path<(ElevatorCaseId, ElevatorObjectionId)>,
    body: Body<MediationIn>,
) -> Result<HttpResponse, Problem> {
    let (case_id, id) = path.into_inner();
    let who = (&**db, body.bind(auth.context()), auth.reach().clone());
    let new = body.value.into_command()?;
    on_case(who, ("elevator.mediate", StatusCode::CREATED), case_id, move |tx, case, _| {
        service::mediate(tx, (case, id), &new)
    })
    .await
}

/// Closes an objection: withdrawn, settled, or unsettled with the next legal way.
#[utoipa::path(
    tag = "elevator", summary = "Close an objection · 办结异议", operation_id = "close_elevator_objection",
    security(("bearer" = [])), request_body = ObjectionClosingIn,
    params(("case_id" = ElevatorCaseId, Path, description = "The case"),
        ("objection_id" = ElevatorObjectionId, Path, description = "The objection")),
    responses((status = 200, description = "Done", body = ElevatorObjectionView))
)]
#[post("/elevator-cases/{case_id}/objections/{objection_id}/close")]
async fn close_elevator_objection(
    auth: Authorized<ElevatorManage>,
    db: web::Data<Db>,
    path: web::Path<(ElevatorCaseId, ElevatorObjectionId)>,
    body: Body<ObjectionClosingIn>,
) -> Result<HttpResponse, Problem> {
    let (case_id, id) = path.into_inner();
    let who = (&**db, body.bind(auth.context()), auth.reach().clone());
    let new = body.value.into_command()?;
    on_case(who, ("elevator.close", StatusCode::OK), case_id, move |tx, case, _| {
        service::close(tx, (case, id), &new)
    })
    .await
}
