//! Allocations and the contracts that bind them.

use actix_web::{HttpResponse, get, http::StatusCode, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::funding::{
    dto::{FundingAllocationIn, FundingCommitmentIn, FundingReleaseIn},
    model::PlanLines,
    service::{
        allocations as service, commitments,
        views::{FundingAllocationDetail, FundingAllocationView, FundingCommitmentView},
    },
};
use crate::kernel::{FundingAllocationId, FundingCommitmentId, ProjectId};
use crate::platform::{
    auth::{
        Authorized,
        permission::{FundingManage, FundingRead},
    },
    db::Db,
    http::{Body, Problem, command},
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(allocate_funding)
        .service(get_funding_allocation)
        .service(release_funding)
        .service(commit_funding)
        .service(release_funding_commitment);
}

/// Gives an item of a project's plan money of a source.
#[utoipa::path(
    tag = "funding", summary = "Allocate · 安排资金", operation_id = "allocate_funding",
    security(("bearer" = [])), request_body = FundingAllocationIn,
    params(("project_id" = ProjectId, Path, description = "The project")),
    responses((status = 201, description = "Allocated", body = FundingAllocationView))
)]
#[post("/projects/{project_id}/funding/allocations")]
async fn allocate_funding(
    auth: Authorized<FundingManage>,
    (db, plans): (web::Data<Db>, web::Data<dyn PlanLines>),
    project_id: web::Path<ProjectId>,
    body: Body<FundingAllocationIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let (id, new) = (*project_id, body.value.into_command()?);
    command(&db, &context, ("funding.allocate", StatusCode::CREATED), move |tx| {
        service::allocate(tx, (id, &reach), (&new, &**plans))
    })
    .await
}

/// An allocation with its contracts and payments.
#[utoipa::path(
    tag = "funding", summary = "An allocation · 资金安排", operation_id = "get_funding_allocation",
    security(("bearer" = [])),
    params(("allocation_id" = FundingAllocationId, Path, description = "The allocation")),
    responses((status = 200, description = "The allocation", body = FundingAllocationDetail))
)]
#[get("/funding-allocations/{allocation_id}")]
async fn get_funding_allocation(
    auth: Authorized<FundingRead>,
    db: web::Data<Db>,
    allocation_id: web::Path<FundingAllocationId>,
) -> Result<HttpResponse, Problem> {
    let (reach, id) = (auth.reach().clone(), *allocation_id);
    let view = db.snapshot(move |conn| commitments::detail(conn, id, &reach));
    Ok(HttpResponse::Ok().json(view.await?))
}

/// Gives back to the source what no contract binds.
#[utoipa::path(
    tag = "funding", summary = "Release · 释放安排", operation_id = "release_funding",
    security(("bearer" = [])), request_body = FundingReleaseIn,
    params(("allocation_id" = FundingAllocationId, Path, description = "The allocation")),
    responses((status = 201, description = "Released", body = FundingAllocationView))
)]
#[post("/funding-allocations/{allocation_id}/releases")]
async fn release_funding(
    auth: Authorized<FundingManage>,
    db: web::Data<Db>,
    allocation_id: web::Path<FundingAllocationId>,
    body: Body<FundingReleaseIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let (id, new) = (*allocation_id, body.value.into_command()?);
    command(&db, &context, ("funding.release", StatusCode::CREATED), move |tx| {
        service::release(tx, (id, &reach), &new)
    })
    .await
}

/// Binds an amount of an allocation by a contract.
#[utoipa::path(
    tag = "funding", summary = "Commit · 合同占用", operation_id = "commit_funding",
    security(("bearer" = [])), request_body = FundingCommitmentIn,
    params(("allocation_id" = FundingAllocationId, Path, description = "The allocation")),
    responses((status = 201, description = "Bound", body = FundingCommitmentView))
)]
#[post("/funding-allocations/{allocation_id}/commitments")]
async fn commit_funding(
    auth: Authorized<FundingManage>,
    db: web::Data<Db>,
    allocation_id: web::Path<FundingAllocationId>,
    body: Body<FundingCommitmentIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let (id, new) = (*allocation_id, body.value.into_command()?);
    command(&db, &context, ("funding.commit", StatusCode::CREATED), move |tx| {
        commitments::commit(tx, (id, &reach), &new)
    })
    .await
}

/// A contract gives back to its allocation what is not paid.
#[utoipa::path(
    tag = "funding", summary = "Release of a contract · 释放合同占用",
    operation_id = "release_funding_commitment", security(("bearer" = [])),
    request_body = FundingReleaseIn,
    params(("commitment_id" = FundingCommitmentId, Path, description = "The commitment")),
    responses((status = 201, description = "Released", body = FundingCommitmentView))
)]
#[post("/funding-commitments/{commitment_id}/releases")]
async fn release_funding_commitment(
    auth: Authorized<FundingManage>,
    db: web::Data<Db>,
    commitment_id: web::Path<FundingCommitmentId>,
    body: Body<FundingReleaseIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let (id, new) = (*commitment_id, body.value.into_command()?);
    command(&db, &context, ("funding.uncommit", StatusCode::CREATED), move |tx| {
        commitments::uncommit(tx, (id, &reach), &new)
    })
    .await
}
