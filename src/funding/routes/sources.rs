//! Sources: recorded, superseded by another document, returned to their channel.

use actix_web::{HttpResponse, get, http::StatusCode, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::funding::{
    dto::{FundingReturnIn, FundingSourceIn, FundingSourceQuery},
    model::PlanLines,
    service::{
        facts::get_source,
        sources as service,
        views::{FundingSourceDetail, FundingSourceView},
    },
};
use crate::kernel::{FundingSourceId, Page};
use crate::platform::{
    auth::{
        Authorized,
        permission::{FundingApprove, FundingRead},
    },
    db::Db,
    http::{Body, Problem, command, page_of},
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(record_funding_source)
        .service(list_funding_sources)
        .service(get_funding_source)
        .service(supersede_funding_source)
        .service(return_funding);
}

/// Records what a document gives: its channel, for what, where, when, how much.
#[utoipa::path(
    tag = "funding", summary = "Record a source · 登记资金来源",
    operation_id = "record_funding_source", security(("bearer" = [])),
    request_body = FundingSourceIn,
    responses((status = 201, description = "Recorded", body = FundingSourceDetail))
)]
#[post("/funding-sources")]
async fn record_funding_source(
    auth: Authorized<FundingApprove>,
    (db, plans): (web::Data<Db>, web::Data<dyn PlanLines>),
    body: Body<FundingSourceIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let new = body.value.into_command()?;
    command(&db, &context, ("funding.record_source", StatusCode::CREATED), move |tx| {
        service::create(tx, &reach, (&new, &**plans))
    })
    .await
}

/// Sources that may pay within the reach, newest first.
#[utoipa::path(
    tag = "funding", summary = "Sources · 资金来源列表", operation_id = "list_funding_sources",
    security(("bearer" = [])), params(FundingSourceQuery),
    responses((status = 200, description = "A page", body = Page<FundingSourceView>))
)]
#[get("/funding-sources")]
async fn list_funding_sources(
    auth: Authorized<FundingRead>,
    db: web::Data<Db>,
    query: web::Query<FundingSourceQuery>,
) -> Result<HttpResponse, Problem> {
    let reach = auth.reach().clone();
    let (filter, page) = query.into_inner().parts();
    let page = db.snapshot(move |conn| service::list(conn, &reach, (&filter, &page))).await?;
    Ok(page_of(page))
}

/// A source with what became of it.
#[utoipa::path(
    tag = "funding", summary = "A source · 资金来源", operation_id = "get_funding_source",
    security(("bearer" = [])),
    params(("source_id" = FundingSourceId, Path, description = "The source")),
    responses((status = 200, description = "The source", body = FundingSourceDetail))
)]
#[get("/funding-sources/{source_id}")]
async fn get_funding_source(
    auth: Authorized<FundingRead>,
    db: web::Data<Db>,
    source_id: web::Path<FundingSourceId>,
) -> Result<HttpResponse, Problem> {
    let (reach, id) = (auth.reach().clone(), *source_id);
    let view = db.snapshot(move |conn| {
        let row = get_source(conn, id, &reach)?;
        service::detail(conn, row)
    });
    Ok(HttpResponse::Ok().json(view.await?))
}

/// Another document of the same channel takes the source's place and carries on what is left: the only
/// way to change purposes, region or dates.
#[utoipa::path(
    tag = "funding", summary = "Change by a new document · 以新文件变更用途",
    operation_id = "supersede_funding_source", security(("bearer" = [])),
    request_body = FundingSourceIn,
    params(("source_id" = FundingSourceId, Path, description = "The source")),
    responses((status = 201, description = "The new source", body = FundingSourceDetail))
)]
#[post("/funding-sources/{source_id}/supersede")]
async fn supersede_funding_source(
    auth: Authorized<FundingApprove>,
    (db, plans): (web::Data<Db>, web::Data<dyn PlanLines>),
    source_id: web::Path<FundingSourceId>,
    body: Body<FundingSourceIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let (id, new) = (*source_id, body.value.into_command()?);
    command(&db, &context, ("funding.supersede_source", StatusCode::CREATED), move |tx| {
        service::supersede(tx, (id, &reach), (&new, &**plans))
    })
    .await
}

/// Returns unspent money to its channel.
#[utoipa::path(
    tag = "funding", summary = "Return to the channel · 退回原渠道", operation_id = "return_funding",
    security(("bearer" = [])), request_body = FundingReturnIn,
    params(("source_id" = FundingSourceId, Path, description = "The source")),
    responses((status = 201, description = "Returned", body = FundingSourceDetail))
)]
#[post("/funding-sources/{source_id}/returns")]
async fn return_funding(
    auth: Authorized<FundingApprove>,
    db: web::Data<Db>,
    source_id: web::Path<FundingSourceId>,
    body: Body<FundingReturnIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let (id, (new, document)) = (*source_id, body.value.into_command()?);
    command(&db, &context, ("funding.return", StatusCode::CREATED), move |tx| {
        service::send_back(tx, (id, &reach), (&new, &document))
    })
    .await
}
