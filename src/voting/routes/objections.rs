//! Objections with their answers, and challenges in court.

use actix_web::{HttpResponse, get, http::StatusCode, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::kernel::{ObjectionId, Page, PageQuery, VoteId};
use crate::platform::{
    auth::{
        Authorized,
        permission::{ObjectionAnswer, ObjectionFile, VoteConfirm, VoteRead},
    },
    db::Db,
    http::{Body, Problem, command, page_of},
};
use crate::voting::{
    dto::{AnswerIn, ChallengeIn, ObjectionIn, ObjectionQuery},
    service::{
        facts::get_vote,
        objections::{self as service, ChallengeView, ObjectionView},
    },
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(file_objection)
        .service(list_objections)
        .service(answer_objection)
        .service(record_challenge)
        .service(list_challenges);
}

/// Objects to the roll from the notice until the opening, or to the result while it is published:
/// an owner for the own head, staff on behalf of a unit.
#[utoipa::path(
    tag = "voting", summary = "Object · 提出异议", operation_id = "file_objection",
    security(("bearer" = [])), request_body = ObjectionIn,
    params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 201, description = "Filed", body = ObjectionView))
)]
#[post("/votes/{vote_id}/objections")]
async fn file_objection(
    auth: Authorized<ObjectionFile>,
    db: web::Data<Db>,
    vote_id: web::Path<VoteId>,
    body: Body<ObjectionIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let new = body.value.into_command()?;
    command(&db, &context, ("objection.file", StatusCode::CREATED), move |tx| {
        let vote = get_vote(tx.conn(), *vote_id, &reach)?;
        service::file_objection(tx, (&vote, &reach), &new)
    })
    .await
}

/// Objections with their answers; an owner sees the own ones.
#[utoipa::path(
    tag = "voting", summary = "Objections · 异议列表", operation_id = "list_objections",
    security(("bearer" = [])),
    params(("vote_id" = VoteId, Path, description = "The vote"), ObjectionQuery),
    responses((status = 200, description = "A page", body = Page<ObjectionView>))
)]
#[get("/votes/{vote_id}/objections")]
async fn list_objections(
    auth: Authorized<VoteRead>,
    db: web::Data<Db>,
    vote_id: web::Path<VoteId>,
    query: web::Query<ObjectionQuery>,
) -> Result<HttpResponse, Problem> {
    let reach = auth.reach().clone();
    let (filter, page) = query.into_inner().parts();
    let page = db
        .read(move |conn| {
            let vote = get_vote(conn, *vote_id, &reach)?;
            service::list_objections(conn, (&vote, &reach), (filter, &page))
        })
        .await?;
    Ok(page_of(page))
}

/// Answers an objection, once. Nothing follows by itself: the answer says what is to be done.
#[utoipa::path(
    tag = "voting", summary = "Answer an objection · 答复异议",
    operation_id = "answer_objection", security(("bearer" = [])), request_body = AnswerIn,
    params(("vote_id" = VoteId, Path, description = "The vote"),
        ("objection_id" = ObjectionId, Path, description = "The objection")),
    responses((status = 200, description = "Answered", body = ObjectionView))
)]
#[post("/votes/{vote_id}/objections/{objection_id}/answer")]
async fn answer_objection(
    auth: Authorized<ObjectionAnswer>,
    db: web::Data<Db>,
    path: web::Path<(VoteId, ObjectionId)>,
    body: Body<AnswerIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let (vote_id, id) = path.into_inner();
    let (upheld, answer) = body.value.into_command()?;
    command(&db, &context, ("objection.answer", StatusCode::OK), move |tx| {
        let vote = get_vote(tx.conn(), vote_id, &reach)?;
        service::answer_objection(tx, (&vote, id), (upheld, &answer))
    })
    .await
}

/// Records that a confirmed result was challenged in court (民法典 280).
#[utoipa::path(
    tag = "voting", summary = "Record a challenge · 记录诉讼", operation_id = "record_challenge",
    security(("bearer" = [])), request_body = ChallengeIn,
    params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 201, description = "Recorded", body = ChallengeView))
)]
#[post("/votes/{vote_id}/challenges")]
async fn record_challenge(
    auth: Authorized<VoteConfirm>,
    db: web::Data<Db>,
    vote_id: web::Path<VoteId>,
    body: Body<ChallengeIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let new = body.value.into_command()?;
    command(&db, &context, ("vote.challenge", StatusCode::CREATED), move |tx| {
        let vote = get_vote(tx.conn(), *vote_id, &reach)?;
        service::record_challenge(tx, &vote, &new)
    })
    .await
}

/// Challenges of a confirmed result.
#[utoipa::path(
    tag = "voting", summary = "Challenges · 诉讼记录", operation_id = "list_challenges",
    security(("bearer" = [])),
    params(("vote_id" = VoteId, Path, description = "The vote"), PageQuery),
    responses((status = 200, description = "A page", body = Page<ChallengeView>))
)]
#[get("/votes/{vote_id}/challenges")]
async fn list_challenges(
    auth: Authorized<VoteRead>,
    db: web::Data<Db>,
    vote_id: web::Path<VoteId>,
    page: web::Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let reach = auth.reach().clone();
    let page = db
        .read(move |conn| {
            let vote = get_vote(conn, *vote_id, &reach)?;
            service::list_challenges(conn, &vote, &page)
        })
        .await?;
    Ok(page_of(page))
}
