//! Amendments of a frozen roll: proposed by one person, confirmed by another.

use actix_web::{HttpResponse, get, http::StatusCode, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::kernel::{RollAmendmentId, VoteId};
use crate::platform::{
    auth::{Authorized, permission::VotePrepare},
    db::Db,
    http::{Body, Problem, command},
};
use crate::voting::{
    dto::AmendmentIn,
    service::{
        amendment::{self as service, AmendmentView},
        facts::get_vote,
    },
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(propose_amendment)
        .service(list_amendments)
        .service(confirm_amendment)
        .service(withdraw_amendment);
}

/// Proposes to take units of the frozen roll anew from the corrected register, between the notice and
/// the opening. The answer shows the difference; it has no effect until another person confirms it.
#[utoipa::path(
    tag = "voting", summary = "Propose an amendment of the roll · 提出名册更正",
    operation_id = "propose_amendment", security(("bearer" = [])), request_body = AmendmentIn,
    params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 201, description = "Proposed", body = AmendmentView))
)]
#[post("/votes/{vote_id}/roll/amendments")]
async fn propose_amendment(
    auth: Authorized<VotePrepare>,
    db: web::Data<Db>,
    vote_id: web::Path<VoteId>,
    body: Body<AmendmentIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let new = body.value.into_command()?;
    command(&db, &context, ("vote.propose_amendment", StatusCode::CREATED), move |tx| {
        let vote = get_vote(tx.conn(), *vote_id, &reach)?;
        service::propose_amendment(tx, &vote, &new)
    })
    .await
}

/// The amendments of a roll with their differences, in the order of their proposal.
#[utoipa::path(
    tag = "voting", summary = "Amendments of the roll · 名册更正记录",
    operation_id = "list_amendments", security(("bearer" = [])),
    params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 200, description = "In order", body = Vec<AmendmentView>))
)]
#[get("/votes/{vote_id}/roll/amendments")]
async fn list_amendments(
    auth: Authorized<VotePrepare>,
    db: web::Data<Db>,
    vote_id: web::Path<VoteId>,
) -> Result<HttpResponse, Problem> {
    let reach = auth.reach().clone();
    let amendments = db
        .snapshot(move |conn| {
            let vote = get_vote(conn, *vote_id, &reach)?;
            service::list_amendments(conn, &vote)
        })
        .await?;
    Ok(HttpResponse::Ok().json(amendments))
}

/// Confirms a proposed amendment, as another person than the one who proposed it: the roll changes.
#[utoipa::path(
    tag = "voting", summary = "Confirm an amendment of the roll · 复核名册更正",
    operation_id = "confirm_amendment", security(("bearer" = [])),
    params(("vote_id" = VoteId, Path, description = "The vote"),
        ("amendment_id" = RollAmendmentId, Path, description = "The amendment")),
    responses((status = 200, description = "Amended", body = AmendmentView))
)]
#[post("/votes/{vote_id}/roll/amendments/{amendment_id}/confirm")]
async fn confirm_amendment(
    auth: Authorized<VotePrepare>,
    db: web::Data<Db>,
    path: web::Path<(VoteId, RollAmendmentId)>,
) -> Result<HttpResponse, Problem> {
    let (context, reach, (vote_id, id)) = (auth.context(), auth.reach().clone(), path.into_inner());
    command(&db, &context, ("vote.amend_roll", StatusCode::OK), move |tx| {
        let vote = get_vote(tx.conn(), vote_id, &reach)?;
        service::confirm_amendment(tx, (&vote, id))
    })
    .await
}

/// Withdraws a proposed amendment.
#[utoipa::path(
    tag = "voting", summary = "Withdraw an amendment of the roll · 撤回名册更正",
    operation_id = "withdraw_amendment", security(("bearer" = [])),
    params(("vote_id" = VoteId, Path, description = "The vote"),
        ("amendment_id" = RollAmendmentId, Path, description = "The amendment")),
    responses((status = 200, description = "Withdrawn", body = AmendmentView))
)]
#[post("/votes/{vote_id}/roll/amendments/{amendment_id}/withdraw")]
async fn withdraw_amendment(
    auth: Authorized<VotePrepare>,
    db: web::Data<Db>,
    path: web::Path<(VoteId, RollAmendmentId)>,
) -> Result<HttpResponse, Problem> {
    let (context, reach, (vote_id, id)) = (auth.context(), auth.reach().clone(), path.into_inner());
    command(&db, &context, ("vote.withdraw_amendment", StatusCode::OK), move |tx| {
        let vote = get_vote(tx.conn(), vote_id, &reach)?;
        service::withdraw_amendment(tx, (&vote, id))
    })
    .await
}
