//! Deliveries per unit: recorded in lists, checked by another person; who is still to be reached.

use actix_web::{
    HttpResponse, get,
    http::{StatusCode, header},
    post, web,
};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::kernel::{DeliveryId, Page, VoteId};
use crate::platform::{
    auth::{
        Authorized,
        permission::{PaperEnter, VoteRead},
    },
    db::Db,
    http::{Body, Problem, command, page_of},
};
use crate::voting::{
    dto::{DeliveriesIn, DeliveryCheckIn, DeliveryCorrectionIn, DeliveryQuery, DeliveryUnitQuery},
    pages,
    service::{
        deliveries::{self as service, DeliveryView},
        delivery_book::{self, DeliveryTotals, DeliveryUnit},
        facts::get_vote,
    },
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(record_deliveries)
        .service(check_deliveries)
        .service(correct_delivery)
        .service(list_deliveries)
        .service(get_delivery_totals)
        .service(list_delivery_units)
        .service(get_delivery_units_csv);
}

/// Records deliveries to units of the roll, from the notice until the close. A list with a bad row is
/// refused as a whole; every bad row is named.
#[utoipa::path(
    tag = "voting", summary = "Record deliveries · 登记送达", operation_id = "record_deliveries",
    security(("bearer" = [])), request_body = DeliveriesIn,
    params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 201, description = "Recorded", body = Vec<DeliveryView>))
)]
#[post("/votes/{vote_id}/deliveries")]
async fn record_deliveries(
    auth: Authorized<PaperEnter>,
    db: web::Data<Db>,
    vote_id: web::Path<VoteId>,
    body: Body<DeliveriesIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let list = body.value.into_command()?;
    command(&db, &context, ("delivery.record", StatusCode::CREATED), move |tx| {
        let vote = get_vote(tx.conn(), *vote_id, &reach)?;
        service::record_deliveries(tx, &vote, &list)
    })
    .await
}

/// Checks records, as another person than the one who recorded each: all of the list, or none.
#[utoipa::path(
    tag = "voting", summary = "Check deliveries · 复核送达", operation_id = "check_deliveries",
    security(("bearer" = [])), request_body = DeliveryCheckIn,
    params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 200, description = "Checked", body = Vec<DeliveryView>))
)]
#[post("/votes/{vote_id}/deliveries/check")]
async fn check_deliveries(
    auth: Authorized<PaperEnter>,
    db: web::Data<Db>,
    vote_id: web::Path<VoteId>,
    body: Body<DeliveryCheckIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let ids = body.value.into_command()?;
    command(&db, &context, ("delivery.check", StatusCode::OK), move |tx| {
        let vote = get_vote(tx.conn(), *vote_id, &reach)?;
        service::check_deliveries(tx, &vote, &ids)
    })
    .await
}

/// Corrects a record by another one, which must be checked in turn. Both stay.
#[utoipa::path(
    tag = "voting", summary = "Correct a delivery · 更正送达记录", operation_id = "correct_delivery",
    security(("bearer" = [])), request_body = DeliveryCorrectionIn,
    params(("vote_id" = VoteId, Path, description = "The vote"),
        ("delivery_id" = DeliveryId, Path, description = "The record")),
    responses((status = 201, description = "Corrected", body = DeliveryView))
)]
#[post("/votes/{vote_id}/deliveries/{delivery_id}/correction")]
async fn correct_delivery(
    auth: Authorized<PaperEnter>,
    db: web::Data<Db>,
    path: web::Path<(VoteId, DeliveryId)>,
    body: Body<DeliveryCorrectionIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let ((vote_id, id), (new, reason)) = (path.into_inner(), body.value.into_command()?);
    command(&db, &context, ("delivery.correct", StatusCode::CREATED), move |tx| {
        let vote = get_vote(tx.conn(), vote_id, &reach)?;
        service::correct_delivery(tx, &vote, (id, &new, &reason))
    })
    .await
}

/// Delivery records in their order, corrected ones too.
#[utoipa::path(
    tag = "voting", summary = "Delivery records · 送达记录", operation_id = "list_deliveries",
    security(("bearer" = [])),
    params(("vote_id" = VoteId, Path, description = "The vote"), DeliveryQuery),
    responses((status = 200, description = "A page", body = Page<DeliveryView>))
)]
#[get("/votes/{vote_id}/deliveries")]
async fn list_deliveries(
    auth: Authorized<PaperEnter>,
    db: web::Data<Db>,
    vote_id: web::Path<VoteId>,
    query: web::Query<DeliveryQuery>,
) -> Result<HttpResponse, Problem> {
    let reach = auth.reach().clone();
    let page = db
        .read(move |conn| {
            let vote = get_vote(conn, *vote_id, &reach)?;
            let unit_code = query.unit_code.as_deref();
            service::list_deliveries(conn, &vote, (unit_code, &query.page()))
        })
        .await?;
    Ok(page_of(page))
}

/// How many units of the roll were reached, and how surely.
#[utoipa::path(
    tag = "voting", summary = "Totals of deliveries · 送达合计",
    operation_id = "get_delivery_totals", security(("bearer" = [])),
    params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 200, description = "Totals", body = DeliveryTotals))
)]
#[get("/votes/{vote_id}/delivery-totals")]
async fn get_delivery_totals(
    auth: Authorized<VoteRead>,
    db: web::Data<Db>,
    vote_id: web::Path<VoteId>,
) -> Result<HttpResponse, Problem> {
    let reach = auth.reach().clone();
    let totals = db
        .snapshot(move |conn| {
            let vote = get_vote(conn, *vote_id, &reach)?;
            delivery_book::totals(conn, &vote)
        })
        .await?;
    Ok(HttpResponse::Ok().json(totals))
}

/// The units of the roll with the record that each stands by: `undelivered=true` are those to whom
/// somebody must still go.
#[utoipa::path(
    tag = "voting", summary = "Units and their deliveries · 逐户送达情况",
    operation_id = "list_delivery_units", security(("bearer" = [])),
    params(("vote_id" = VoteId, Path, description = "The vote"), DeliveryUnitQuery),
    responses((status = 200, description = "A page", body = Page<DeliveryUnit>))
)]
#[get("/votes/{vote_id}/delivery-units")]
async fn list_delivery_units(
    auth: Authorized<PaperEnter>,
    db: web::Data<Db>,
    vote_id: web::Path<VoteId>,
    query: web::Query<DeliveryUnitQuery>,
) -> Result<HttpResponse, Problem> {
    let (reach, (filter, page)) = (auth.reach().clone(), query.into_inner().parts());
    let page = db
        .snapshot(move |conn| {
            let vote = get_vote(conn, *vote_id, &reach)?;
            delivery_book::list_units(conn, &vote, (&filter, &page))
        })
        .await?;
    Ok(page_of(page))
}

/// The same as a sheet to walk with: UTF-8 with BOM.
#[utoipa::path(
    tag = "voting", summary = "Units and their deliveries as CSV · 导出逐户送达情况",
    operation_id = "get_delivery_units_csv", security(("bearer" = [])),
    params(("vote_id" = VoteId, Path, description = "The vote"), DeliveryUnitQuery),
    responses((status = 200, description = "CSV", content_type = "text/csv", body = String))
)]
#[get("/votes/{vote_id}/delivery-units.csv")]
async fn get_delivery_units_csv(
    auth: Authorized<PaperEnter>,
    db: web::Data<Db>,
    vote_id: web::Path<VoteId>,
    query: web::Query<DeliveryUnitQuery>,
) -> Result<HttpResponse, Problem> {
    let (reach, id, (filter, _)) = (auth.reach().clone(), *vote_id, query.into_inner().parts());
    let file = db
        .snapshot(move |conn| {
            let vote = get_vote(conn, id, &reach)?;
            pages::deliveries_csv(&delivery_book::list_all_units(conn, &vote, &filter)?)
        })
        .await?;
    let name = format!("attachment; filename=\"deliveries-{id}.csv\"");
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, name))
        .body(file))
}
