//! Payments: one person proposes, another confirms.

use actix_web::{HttpResponse, http::StatusCode, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::funding::{
    dto::FundingPaymentIn,
    service::{payments as service, views::FundingPaymentView},
};
use crate::kernel::{FundingCommitmentId, FundingPaymentId, ProposalState};
use crate::platform::{
    auth::{
        Authorized,
        permission::{FundingApprove, FundingManage},
    },
    db::Db,
    http::{Body, Problem, command},
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(propose_funding_payment)
        .service(confirm_funding_payment)
        .service(withdraw_funding_payment);
}

/// Proposes a payment on an invoice; another person confirms it.
#[utoipa::path(
    tag = "funding", summary = "Propose a payment · 申请支付", operation_id = "propose_funding_payment",
    security(("bearer" = [])), request_body = FundingPaymentIn,
    params(("commitment_id" = FundingCommitmentId, Path, description = "The commitment")),
    responses((status = 201, description = "It waits", body = FundingPaymentView))
)]
#[post("/funding-commitments/{commitment_id}/payments")]
async fn propose_funding_payment(
    auth: Authorized<FundingManage>,
    db: web::Data<Db>,
    commitment_id: web::Path<FundingCommitmentId>,
    body: Body<FundingPaymentIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let (id, new) = (*commitment_id, body.value.into_command()?);
    command(&db, &context, ("funding.propose_payment", StatusCode::CREATED), move |tx| {
        service::propose(tx, (id, &reach), &new)
    })
    .await
}

/// Confirms a payment that somebody else proposed.
#[utoipa::path(
    tag = "funding", summary = "Confirm a payment · 复核支付", operation_id = "confirm_funding_payment",
    security(("bearer" = [])),
    params(("payment_id" = FundingPaymentId, Path, description = "The payment")),
    responses((status = 200, description = "Paid", body = FundingPaymentView))
)]
#[post("/funding-payments/{payment_id}/confirm")]
async fn confirm_funding_payment(
    auth: Authorized<FundingApprove>,
    db: web::Data<Db>,
    payment_id: web::Path<FundingPaymentId>,
) -> Result<HttpResponse, Problem> {
    let (context, reach, id) = (auth.context(), auth.reach().clone(), *payment_id);
    command(&db, &context, ("funding.confirm_payment", StatusCode::OK), move |tx| {
        service::settle(tx, (id, &reach), ProposalState::Confirmed)
    })
    .await
}

/// Withdraws a payment that waits; contract and invoice have the amount open again.
#[utoipa::path(
    tag = "funding", summary = "Withdraw a payment · 撤回支付", operation_id = "withdraw_funding_payment",
    security(("bearer" = [])),
    params(("payment_id" = FundingPaymentId, Path, description = "The payment")),
    responses((status = 200, description = "Withdrawn", body = FundingPaymentView))
)]
#[post("/funding-payments/{payment_id}/withdraw")]
async fn withdraw_funding_payment(
    auth: Authorized<FundingManage>,
    db: web::Data<Db>,
    payment_id: web::Path<FundingPaymentId>,
) -> Result<HttpResponse, Problem> {
    let (context, reach, id) = (auth.context(), auth.reach().clone(), *payment_id);
    command(&db, &context, ("funding.withdraw_payment", StatusCode::OK), move |tx| {
        service::settle(tx, (id, &reach), ProposalState::Withdrawn)
    })
    .await
}
