//! Whom a round visits, and who goes there.

use actix_web::{
    HttpResponse, get,
    http::{StatusCode, header},
    post, web,
};
use utoipa_actix_web::service_config::ServiceConfig;

use super::read_as_staff;
use crate::consultation::{
    dto::{AssignmentIn, TargetQuery},
    service::{
        assign::{self, Assigned, OwnAssignment},
        targets::{Asked, TargetView, page_of_units, targets, targets_csv},
    },
};
use crate::kernel::{ConsultationId, Page, PageQuery};
use crate::platform::{
    auth::{
        Authorized,
        permission::{ConsultationManage, ConsultationRead},
    },
    db::Db,
    http::{Body, Problem, command, page_of},
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(list_round_targets)
        .service(get_round_targets_csv)
        .service(assign_visits)
        .service(list_own_assignments);
}

/// The households that a round visits: everybody in the first, then whoever does not support after the
/// round before.
#[utoipa::path(
    tag = "consultation", summary = "Targets of a round · 本轮走访名单",
    operation_id = "list_round_targets", security(("bearer" = [])),
    params(("consultation_id" = ConsultationId, Path, description = "The consultation"),
        ("round" = i32, Path, description = "1 to 3"), TargetQuery),
    responses((status = 200, description = "A page", body = Page<TargetView>))
)]
#[get("/consultations/{consultation_id}/rounds/{round}/targets")]
async fn list_round_targets(
    auth: Authorized<ConsultationRead>,
    db: web::Data<Db>,
    path: web::Path<(ConsultationId, i32)>,
    query: web::Query<TargetQuery>,
) -> Result<HttpResponse, Problem> {
    let ((id, round), (building_id, page)) = (path.into_inner(), query.into_inner().parts());
    let page = read_as_staff((&auth, &db), id, move |conn, row, now| {
        let found = targets(conn, (&row, now), Asked { round, building_id })?;
        page_of_units(found, &page, |target| target.unit_id)
    });
    Ok(page_of(page.await?))
}

/// The same list as a CSV file.
#[utoipa::path(
    tag = "consultation", summary = "Targets as CSV · 导出走访名单",
    operation_id = "get_round_targets_csv", security(("bearer" = [])),
    params(("consultation_id" = ConsultationId, Path, description = "The consultation"),
        ("round" = i32, Path, description = "1 to 3"), TargetQuery),
    responses((status = 200, description = "CSV", content_type = "text/csv", body = String))
)]
#[get("/consultations/{consultation_id}/rounds/{round}/targets.csv")]
async fn get_round_targets_csv(
    auth: Authorized<ConsultationRead>,
    db: web::Data<Db>,
    path: web::Path<(ConsultationId, i32)>,
    query: web::Query<TargetQuery>,
) -> Result<HttpResponse, Problem> {
    let ((id, round), (building_id, _)) = (path.into_inner(), query.into_inner().parts());
    let text = read_as_staff((&auth, &db), id, move |conn, row, now| {
        targets_csv(&targets(conn, (&row, now), Asked { round, building_id })?)
    });
    let name = format!("targets-round-{round}.csv");
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header(header::ContentDisposition::attachment(name))
        .body(text.await?))
}

/// Gives the targets of a building in the open or next round to two visitors.
#[utoipa::path(
    tag = "consultation", summary = "Assign visits · 分派走访", operation_id = "assign_visits",
    security(("bearer" = [])), request_body = AssignmentIn,
    params(("consultation_id" = ConsultationId, Path, description = "The consultation")),
    responses((status = 201, description = "Assigned", body = Assigned))
)]
#[post("/consultations/{consultation_id}/assignments")]
async fn assign_visits(
    auth: Authorized<ConsultationManage>,
    db: web::Data<Db>,
    id: web::Path<ConsultationId>,
    body: Body<AssignmentIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let new = body.value.into_command()?;
    command(&db, &context, ("consultation.assign", StatusCode::CREATED), move |tx| {
        assign::assign(tx, (*id, &reach), &new)
    })
    .await
}

/// What the caller is to visit in the open or next round.
#[utoipa::path(
    tag = "consultation", summary = "My assignments · 我的走访任务",
    operation_id = "list_own_assignments", security(("bearer" = [])),
    params(("consultation_id" = ConsultationId, Path, description = "The consultation"), PageQuery),
    responses((status = 200, description = "A page", body = Page<OwnAssignment>))
)]
#[get("/consultations/{consultation_id}/assignments/own")]
async fn list_own_assignments(
    auth: Authorized<ConsultationRead>,
    db: web::Data<Db>,
    id: web::Path<ConsultationId>,
    query: web::Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let (account, page) = (auth.principal().account_id, query.into_inner());
    let page = read_as_staff((&auth, &db), *id, move |conn, row, now| {
        assign::list_own(conn, (&row, now), (account, &page))
    });
    Ok(page_of(page.await?))
}
