//! Consultations and their rounds.

use actix_web::{HttpResponse, get, http::StatusCode, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::read_as_anyone;
use crate::consultation::{
    dto::{ConsultationIn, ConsultationQuery},
    model::ConsultationCommand,
    service::{
        rounds,
        views::{self, ConsultationLine, ConsultationView},
    },
};
use crate::kernel::{ConsultationId, Page};
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
        .service(create_consultation)
        .service(list_consultations)
        .service(get_consultation)
        .service(open_consultation_round)
        .service(close_consultation_round)
        .service(conclude_consultation);
}

/// Prepares a consultation of a community's households: three rounds, by the owners' committee, by grid
/// workers, and by two bodies together.
#[utoipa::path(
    tag = "consultation", summary = "Prepare · 建立征询", operation_id = "create_consultation",
    security(("bearer" = [])), request_body = ConsultationIn,
    responses((status = 201, description = "Prepared", body = ConsultationView))
)]
#[post("/consultations")]
async fn create_consultation(
    auth: Authorized<ConsultationManage>,
    db: web::Data<Db>,
    body: Body<ConsultationIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let (community_id, title, percent) = body.value.into_command()?;
    command(&db, &context, ("consultation.prepare", StatusCode::CREATED), move |tx| {
        rounds::create(tx, &reach, (community_id, &title, percent))
    })
    .await
}

/// Consultations within the reach, or of the communities in which the caller owns something.
#[utoipa::path(
    tag = "consultation", summary = "Consultations · 征询列表", operation_id = "list_consultations",
    security(("bearer" = [])), params(ConsultationQuery),
    responses((status = 200, description = "A page", body = Page<ConsultationLine>))
)]
#[get("/consultations")]
async fn list_consultations(
    auth: Authorized<ConsultationRead>,
    db: web::Data<Db>,
    query: web::Query<ConsultationQuery>,
) -> Result<HttpResponse, Problem> {
    let (reach, (community_id, page)) = (auth.reach().clone(), query.into_inner().parts());
    let today = db.clock().legal_now().local_date();
    let page = db.snapshot(move |conn| views::list(conn, (&reach, today), (community_id, &page)));
    Ok(page_of(page.await?))
}

/// A consultation in numbers: coverage, support and unreached, each with its denominator, after each
/// round and by building and entrance.
#[utoipa::path(
    tag = "consultation", summary = "Consultation · 征询情况", operation_id = "get_consultation",
    security(("bearer" = [])),
    params(("consultation_id" = ConsultationId, Path, description = "The consultation")),
    responses((status = 200, description = "The numbers", body = ConsultationView))
)]
#[get("/consultations/{consultation_id}")]
async fn get_consultation(
    auth: Authorized<ConsultationRead>,
    db: web::Data<Db>,
    id: web::Path<ConsultationId>,
) -> Result<HttpResponse, Problem> {
    let view =
        read_as_anyone((&auth, &db), *id, |conn, row, (_, now)| views::view(conn, &row, now));
    Ok(HttpResponse::Ok().json(view.await?))
}

async fn advance(
    (auth, db): (Authorized<ConsultationManage>, web::Data<Db>),
    id: ConsultationId,
    (label, what): (&'static str, ConsultationCommand),
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (auth.context(), auth.reach().clone());
    command(&db, &context, (label, StatusCode::OK), move |tx| {
        rounds::advance(tx, (id, &reach), what)
    })
    .await
}

/// Opens the next round.
#[utoipa::path(
    tag = "consultation", summary = "Open the next round · 开始下一轮",
    operation_id = "open_consultation_round", security(("bearer" = [])),
    params(("consultation_id" = ConsultationId, Path, description = "The consultation")),
    responses((status = 200, description = "Open", body = ConsultationView))
)]
#[post("/consultations/{consultation_id}/rounds/open")]
async fn open_consultation_round(
    auth: Authorized<ConsultationManage>,
    db: web::Data<Db>,
    id: web::Path<ConsultationId>,
) -> Result<HttpResponse, Problem> {
    let what = ("consultation.open_round", ConsultationCommand::Open);
    advance((auth, db), *id, what).await
}

/// Closes the open round. Visits that took place in it may still come in.
#[utoipa::path(
    tag = "consultation", summary = "Close the round · 结束本轮",
    operation_id = "close_consultation_round", security(("bearer" = [])),
    params(("consultation_id" = ConsultationId, Path, description = "The consultation")),
    responses((status = 200, description = "Closed", body = ConsultationView))
)]
#[post("/consultations/{consultation_id}/rounds/close")]
async fn close_consultation_round(
    auth: Authorized<ConsultationManage>,
    db: web::Data<Db>,
    id: web::Path<ConsultationId>,
) -> Result<HttpResponse, Problem> {
    let what = ("consultation.close_round", ConsultationCommand::Close);
    advance((auth, db), *id, what).await
}

/// Ends the consultation between two rounds or after the last, whether or not the aim is reached.
#[utoipa::path(
    tag = "consultation", summary = "Conclude · 完成征询", operation_id = "conclude_consultation",
    security(("bearer" = [])),
    params(("consultation_id" = ConsultationId, Path, description = "The consultation")),
    responses((status = 200, description = "Concluded", body = ConsultationView))
)]
#[post("/consultations/{consultation_id}/conclude")]
async fn conclude_consultation(
    auth: Authorized<ConsultationManage>,
    db: web::Data<Db>,
    id: web::Path<ConsultationId>,
) -> Result<HttpResponse, Problem> {
    let what = ("consultation.conclude", ConsultationCommand::Conclude);
    advance((auth, db), *id, what).await
}
