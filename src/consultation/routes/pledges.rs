//! Pledges of households.

use actix_web::{HttpResponse, get, http::StatusCode, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::consultation::{
    dto::PledgeIn,
    service::pledges::{self, CommunityPledges, HouseholdPledges},
};
use crate::kernel::{CommunityId, UnitId};
use crate::platform::{
    auth::{
        Authorized,
        permission::{ConsultationRead, ConsultationTakePart},
    },
    db::Db,
    http::{Body, Problem, command},
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config.service(record_pledge).service(get_pledge_totals).service(get_household_pledges);
}

/// Records a change of a pledge: an owner gives and withdraws for the own household; staff records what
/// is on paper, and alone says that it is fulfilled.
#[utoipa::path(
    tag = "consultation", summary = "Pledge · 登记承诺", operation_id = "record_pledge",
    security(("bearer" = [])), request_body = PledgeIn,
    params(("community_id" = CommunityId, Path, description = "The community")),
    responses((status = 201, description = "Recorded", body = HouseholdPledges))
)]
#[post("/communities/{community_id}/pledges")]
async fn record_pledge(
    auth: Authorized<ConsultationTakePart>,
    db: web::Data<Db>,
    id: web::Path<CommunityId>,
    body: Body<PledgeIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let new = body.value.into_command()?;
    command(&db, &context, ("pledge.record", StatusCode::CREATED), move |tx| {
        pledges::record(tx, (&reach, *id), &new)
    })
    .await
}

/// The pledges of a community in numbers.
#[utoipa::path(
    tag = "consultation", summary = "Pledges in numbers · 承诺统计", operation_id = "get_pledge_totals",
    security(("bearer" = [])),
    params(("community_id" = CommunityId, Path, description = "The community")),
    responses((status = 200, description = "The numbers", body = CommunityPledges))
)]
#[get("/communities/{community_id}/pledges")]
async fn get_pledge_totals(
    auth: Authorized<ConsultationRead>,
    db: web::Data<Db>,
    id: web::Path<CommunityId>,
) -> Result<HttpResponse, Problem> {
    let (reach, day) = (auth.reach().clone(), db.clock().legal_now().local_date());
    let view = db.snapshot(move |conn| pledges::of_community(conn, (&reach, *id), day)).await?;
    Ok(HttpResponse::Ok().json(view))
}

/// The pledges of a household, for staff and its owners.
#[utoipa::path(
    tag = "consultation", summary = "Pledges of a household · 住户承诺",
    operation_id = "get_household_pledges", security(("bearer" = [])),
    params(("community_id" = CommunityId, Path, description = "The community"),
        ("unit_id" = UnitId, Path, description = "The household's unit")),
    responses((status = 200, description = "Every change", body = HouseholdPledges))
)]
#[get("/communities/{community_id}/pledges/{unit_id}")]
async fn get_household_pledges(
    auth: Authorized<ConsultationRead>,
    db: web::Data<Db>,
    path: web::Path<(CommunityId, UnitId)>,
) -> Result<HttpResponse, Problem> {
    let ((id, unit_id), reach) = (path.into_inner(), auth.reach().clone());
    let day = db.clock().legal_now().local_date();
    let view = db.snapshot(move |conn| pledges::of_household(conn, (&reach, id), (unit_id, day)));
    Ok(HttpResponse::Ok().json(view.await?))
}
