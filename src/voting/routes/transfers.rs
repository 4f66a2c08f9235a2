//! Sales while a vote is open: proposed by one person, confirmed by another.

use actix_web::{HttpResponse, get, http::StatusCode, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::kernel::{VoteId, VoteTransferId};
use crate::platform::{
    auth::{Authorized, permission::VotePrepare},
    db::Db,
    http::{Body, Problem, command},
};
use crate::voting::{
    dto::check_text,
    service::{
        facts::get_vote,
        transfer::{self as service, TransferView, VoteTransferIn},
    },
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(propose_transfer)
        .service(list_transfers)
        .service(confirm_transfer)
        .service(withdraw_transfer);
}

/// Proposes that the buyer of a unit, as the register has him today, votes in the seller's place. The
/// roll stays as frozen. It has no effect until another person confirms it; where the seller has voted,
/// that ballot stands (`seller_has_voted`).
#[utoipa::path(
    tag = "voting", summary = "Propose a transfer · 提出过户变更",
    operation_id = "propose_transfer", security(("bearer" = [])), request_body = VoteTransferIn,
    params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 201, description = "Proposed", body = TransferView))
)]
#[post("/votes/{vote_id}/transfers")]
async fn propose_transfer(
    auth: Authorized<VotePrepare>,
    db: web::Data<Db>,
    vote_id: web::Path<VoteId>,
    body: Body<VoteTransferIn>,
) -> Result<HttpResponse, Problem> {
    check_text("/evidence", &body.value.evidence, 1..=2000)?;
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let new = body.value;
    command(&db, &context, ("vote.propose_transfer", StatusCode::CREATED), move |tx| {
        let vote = get_vote(tx.conn(), *vote_id, &reach)?;
        service::propose_transfer(tx, &vote, &new)
    })
    .await
}

/// The transfers of a vote, in the order of their proposal, with what both households were told.
#[utoipa::path(
    tag = "voting", summary = "Transfers · 过户变更记录", operation_id = "list_transfers",
    security(("bearer" = [])), params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 200, description = "In order", body = Vec<TransferView>))
)]
#[get("/votes/{vote_id}/transfers")]
async fn list_transfers(
    auth: Authorized<VotePrepare>,
    db: web::Data<Db>,
    vote_id: web::Path<VoteId>,
) -> Result<HttpResponse, Problem> {
    let reach = auth.reach().clone();
    let transfers = db
        .snapshot(move |conn| {
            let vote = get_vote(conn, *vote_id, &reach)?;
            service::list_transfers(conn, &vote)
        })
        .await?;
    Ok(HttpResponse::Ok().json(transfers))
}

/// Confirms a transfer, as another person than the one who proposed it: from now on the buyer may cast
/// for the head, and the seller not.
#[utoipa::path(
    tag = "voting", summary = "Confirm a transfer · 复核过户变更",
    operation_id = "confirm_transfer", security(("bearer" = [])),
    params(("vote_id" = VoteId, Path, description = "The vote"),
        ("transfer_id" = VoteTransferId, Path, description = "The transfer")),
    responses((status = 200, description = "Confirmed", body = TransferView))
)]
#[post("/votes/{vote_id}/transfers/{transfer_id}/confirm")]
async fn confirm_transfer(
    auth: Authorized<VotePrepare>,
    db: web::Data<Db>,
    path: web::Path<(VoteId, VoteTransferId)>,
) -> Result<HttpResponse, Problem> {
    let (context, reach, (vote_id, id)) = (auth.context(), auth.reach().clone(), path.into_inner());
    command(&db, &context, ("vote.transfer_unit", StatusCode::OK), move |tx| {
        let vote = get_vote(tx.conn(), vote_id, &reach)?;
        service::confirm_transfer(tx, (&vote, id))
    })
    .await
}

/// Withdraws a proposed transfer.
#[utoipa::path(
    tag = "voting", summary = "Withdraw a transfer · 撤回过户变更",
    operation_id = "withdraw_transfer", security(("bearer" = [])),
    params(("vote_id" = VoteId, Path, description = "The vote"),
        ("transfer_id" = VoteTransferId, Path, description = "The transfer")),
    responses((status = 200, description = "Withdrawn", body = TransferView))
)]
#[post("/votes/{vote_id}/transfers/{transfer_id}/withdraw")]
async fn withdraw_transfer(
    auth: Authorized<VotePrepare>,
    db: web::Data<Db>,
    path: web::Path<(VoteId, VoteTransferId)>,
) -> Result<HttpResponse, Problem> {
    let (context, reach, (vote_id, id)) = (auth.context(), auth.reach().clone(), path.into_inner());
    command(&db, &context, ("vote.withdraw_transfer", StatusCode::OK), move |tx| {
        let vote = get_vote(tx.conn(), vote_id, &reach)?;
        service::withdraw_transfer(tx, (&vote, id))
    })
    .await
}
