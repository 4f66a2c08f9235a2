//! The register of objections.

use actix_web::{HttpResponse, get, http::StatusCode, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::read_as_anyone;
use crate::consultation::{
    dto::{ConsultationObjectionIn, ObjectionAnswerIn, ObjectionResponseIn},
    service::objections::{self, ConsultationObjectionView, PublicObjection},
};
use crate::kernel::{ConsultationId, ConsultationObjectionId, Page, PageQuery};
use crate::platform::{
    auth::{
        Authorized,
        permission::{ConsultationManage, ConsultationRead, ConsultationTakePart},
    },
    db::Db,
    http::{Body, Problem, command, page_of},
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(file_consultation_objection)
        .service(list_consultation_objections)
        .service(answer_consultation_objection)
        .service(respond_to_objection_answer)
        .service(list_public_objections);
}

/// Objects: an owner for the own household, staff on behalf of named ones.
#[utoipa::path(
    tag = "consultation", summary = "Object · 提出异议", operation_id = "file_consultation_objection",
    security(("bearer" = [])), request_body = ConsultationObjectionIn,
    params(("consultation_id" = ConsultationId, Path, description = "The consultation")),
    responses((status = 201, description = "Filed", body = ConsultationObjectionView))
)]
#[post("/consultations/{consultation_id}/objections")]
async fn file_consultation_objection(
    auth: Authorized<ConsultationTakePart>,
    db: web::Data<Db>,
    id: web::Path<ConsultationId>,
    body: Body<ConsultationObjectionIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let new = body.value.into_command()?;
    command(&db, &context, ("consultation.object", StatusCode::CREATED), move |tx| {
        objections::file(tx, (*id, &reach), &new)
    })
    .await
}

/// Objections by number; an owner sees the own ones and those that staff filed for the own flat.
#[utoipa::path(
    tag = "consultation", summary = "Objections · 异议台账", operation_id = "list_consultation_objections",
    security(("bearer" = [])),
    params(("consultation_id" = ConsultationId, Path, description = "The consultation"), PageQuery),
    responses((status = 200, description = "A page", body = Page<ConsultationObjectionView>))
)]
#[get("/consultations/{consultation_id}/objections")]
async fn list_consultation_objections(
    auth: Authorized<ConsultationRead>,
    db: web::Data<Db>,
    id: web::Path<ConsultationId>,
    query: web::Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let page = query.into_inner();
    let page = read_as_anyone((&auth, &db), *id, move |conn, row, (reach, now)| {
        objections::list(conn, (&row, reach), (now.local_date(), &page))
    });
    Ok(page_of(page.await?))
}

/// Answers an objection; an answer can be given again until the objector confirms it.
#[utoipa::path(
    tag = "consultation", summary = "Answer · 答复异议", operation_id = "answer_consultation_objection",
    security(("bearer" = [])), request_body = ObjectionAnswerIn,
    params(("consultation_id" = ConsultationId, Path, description = "The consultation"),
        ("objection_id" = ConsultationObjectionId, Path, description = "The objection")),
    responses((status = 200, description = "Answered", body = ConsultationObjectionView))
)]
#[post("/consultations/{consultation_id}/objections/{objection_id}/answer")]
async fn answer_consultation_objection(
    auth: Authorized<ConsultationManage>,
    db: web::Data<Db>,
    path: web::Path<(ConsultationId, ConsultationObjectionId)>,
    body: Body<ObjectionAnswerIn>,
) -> Result<HttpResponse, Problem> {
    let ((id, objection), reach) = (path.into_inner(), auth.reach().clone());
    let context = body.bind(auth.context());
    let new = body.value.into_command()?;
    command(&db, &context, ("consultation.answer", StatusCode::OK), move |tx| {
        objections::answer(tx, (id, objection, &reach), &new)
    })
    .await
}

/// The objector confirms an answer, is not satisfied, or takes the objection back. Where staff filed it
/// for a flat, an owner of the flat says so, or staff records the household's word: not whoever answered,
/// and a withdrawal by two people, the second of whom confirms it by the same request.
#[utoipa::path(
    tag = "consultation", summary = "The objector's word · 异议人确认",
    operation_id = "respond_to_objection_answer", security(("bearer" = [])),
    request_body = ObjectionResponseIn,
    params(("consultation_id" = ConsultationId, Path, description = "The consultation"),
        ("objection_id" = ConsultationObjectionId, Path, description = "The objection")),
    responses((status = 200, description = "Recorded", body = ConsultationObjectionView))
)]
#[post("/consultations/{consultation_id}/objections/{objection_id}/response")]
async fn respond_to_objection_answer(
    auth: Authorized<ConsultationTakePart>,
    db: web::Data<Db>,
    path: web::Path<(ConsultationId, ConsultationObjectionId)>,
    body: Body<ObjectionResponseIn>,
) -> Result<HttpResponse, Problem> {
    let ((id, objection), reach) = (path.into_inner(), auth.reach().clone());
    let context = body.bind(auth.context());
    let new = body.value.into_command()?;
    command(&db, &context, ("consultation.respond", StatusCode::OK), move |tx| {
        objections::respond(tx, (id, objection, &reach), &new)
    })
    .await
}

/// What residents raised and what was changed: no name, no unit, no word of the objector.
#[utoipa::path(
    tag = "consultation", summary = "Raised and changed · 居民提出与方案修改（公开）",
    operation_id = "list_public_objections", security(()),
    params(("consultation_id" = ConsultationId, Path, description = "The consultation"), PageQuery),
    responses((status = 200, description = "A page", body = Page<PublicObjection>))
)]
#[get("/public/consultations/{consultation_id}/objections")]
async fn list_public_objections(
    db: web::Data<Db>,
    id: web::Path<ConsultationId>,
    query: web::Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let page = query.into_inner();
    let page = db.snapshot(move |conn| objections::list_public(conn, *id, &page)).await?;
    Ok(page_of(page))
}
