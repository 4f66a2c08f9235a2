//! Owners: my heads, my ballot. Everybody within scope: participation.

use actix_web::{HttpResponse, get, post, web};

use super::show::show_heads;
use crate::kernel::{AttemptId, Code, Page, PageQuery, Refusal, VoteId};
use crate::platform::{
    auth::{
        Authorized,
        permission::{BallotCast, PaperEnter, VoteRead},
    },
    db::Db,
    http::{Body, Problem, REPLAYED, page_of},
    tlog::LogSigner,
};
use crate::voting::{
    dto::{AttemptOut, BallotIn, HeadOut, ReceiptOut},
    model::{Cast, Taken},
    service::{
        cast::CastQueue,
        facts::get_vote,
        log::prove,
        views::{Participation, participation as show_participation},
    },
    store::ballots,
};

/// The heads for which the caller stands on the roll: units, area, own ballots.
#[utoipa::path(
    tag = "voting", summary = "My units and ballots · 我的专有部分与表决", operation_id = "list_own_heads",
    security(("bearer" = [])), params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 200, description = "The caller's heads", body = Vec<HeadOut>))
)]
#[get("/votes/{vote_id}/heads/mine")]
async fn list_own_heads(
    auth: Authorized<BallotCast>,
    db: web::Data<Db>,
    vote_id: web::Path<VoteId>,
) -> Result<HttpResponse, Problem> {
    let owner_id = auth.principal().owner_id.ok_or_else(|| Refusal::new(Code::NotOnRoll))?;
    let reach = auth.reach().clone();
    let heads = db
        .read(move |conn| {
            let vote = get_vote(conn, *vote_id, &reach)?;
            show_heads(conn, &vote, owner_id)
        })
        .await?;
    Ok(HttpResponse::Ok().json(heads))
}

/// Casts a ballot. Which of a head's ballots stands, and how often one may be changed on line before
/// the close, says the rule pack; a ballot beyond that is refused and kept as an
/// attempt. Send an `Idempotency-Key`: a repeated request gets the same receipt.
#[utoipa::path(
    tag = "voting", summary = "Cast a ballot · 投票", operation_id = "cast_ballot",
    security(("bearer" = [])), request_body = BallotIn,
    params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 201, description = "Taken", body = ReceiptOut))
)]
#[post("/votes/{vote_id}/ballots")]
async fn cast_ballot(
    auth: Authorized<BallotCast>,
    (db, queue, signer): (web::Data<Db>, web::Data<CastQueue>, web::Data<LogSigner>),
    vote_id: web::Path<VoteId>,
    body: Body<BallotIn>,
) -> Result<HttpResponse, Problem> {
    let context = body.bind(auth.context());
    let principal = auth.principal();
    let owner_id = principal.owner_id.ok_or_else(|| Refusal::new(Code::NotOnRoll))?;
    let head_id = body.value.head_id;
    let cast = Cast {
        vote_id: *vote_id,
        owner_id,
        account_id: principal.account_id,
        head_id,
        choices: body.value.into_choices()?,
        admitted_at: db.clock().legal_now(),
        request_id: context.request_id,
        idempotency: context.idempotency.map(|key| (context.actor.key(), key)),
    };
    let (receipt, is_replayed) = match queue.submit(cast).await? {
        Taken::Now(receipt) => (receipt, false),
        Taken::Before(receipt) => (receipt, true),
    };
    // What is signed here was committed.
    let proof = prove(&receipt.log, &signer)?;
    let receipt = ReceiptOut::new(receipt, proof, signer.public_url());
    let mut response = HttpResponse::Created();
    if is_replayed {
        response.insert_header((REPLAYED, "true"));
    }
    Ok(response.json(receipt))
}

/// How many have taken part, by area and heads, against the two lines. Choices are never shown.
#[utoipa::path(
    tag = "voting", summary = "Participation · 参与情况", operation_id = "get_participation",
    security(("bearer" = [])), params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 200, description = "So far", body = Participation))
)]
#[get("/votes/{vote_id}/participation")]
async fn get_participation(
    auth: Authorized<VoteRead>,
    db: web::Data<Db>,
    vote_id: web::Path<VoteId>,
) -> Result<HttpResponse, Problem> {
    let reach = auth.reach().clone();
    let participation = db
        .snapshot(move |conn| {
            let vote = get_vote(conn, *vote_id, &reach)?;
            show_participation(conn, &vote)
        })
        .await?;
    Ok(HttpResponse::Ok().json(participation))
}

/// Ballots that were refused: when, how, why.
#[utoipa::path(
    tag = "voting", summary = "Refused attempts · 被拒绝的表决", operation_id = "list_attempts",
    security(("bearer" = [])),
    params(("vote_id" = VoteId, Path, description = "The vote"), PageQuery),
    responses((status = 200, description = "A page", body = Page<AttemptOut>))
)]
#[get("/votes/{vote_id}/attempts")]
async fn list_attempts(
    auth: Authorized<PaperEnter>,
    db: web::Data<Db>,
    vote_id: web::Path<VoteId>,
    page: web::Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let (reach, after, limit) = (auth.reach().clone(), page.cursor::<AttemptId>()?, page.limit());
    let rows = db
        .read(move |conn| {
            get_vote(conn, *vote_id, &reach)?;
            Ok(ballots::list_attempts(conn, *vote_id, (after, page.fetch()))?)
        })
        .await?;
    Ok(page_of(Page::cut(rows, limit, |row| row.id.to_string()).map(AttemptOut::from)))
}
