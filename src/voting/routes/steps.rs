//! The steps of a vote, one command each. Every refusal names the rule, what there is and what is
//! needed.

use std::sync::Arc;

use actix_web::{HttpResponse, get, http::StatusCode, post, web};

use super::show::show_vote;
use crate::kernel::{Outcome, VoteId};
use crate::platform::{
    auth::{
        Authorized, Permission,
        permission::{VoteConfirm, VoteCount, VoteOpen, VotePrepare, VoteRead},
    },
    db::{Db, WriteContext, WriteTx},
    http::{Body, IfMatch, Problem, command},
    tlog::LogSigner,
};
use crate::voting::{
    dto::{FreezeIn, NoticeIn, VoidIn, VoteOut, check_text},
    service::{
        count,
        facts::{Vote, get_vote},
        steps::{self, Readiness},
    },
};

/// Which vote, at which version.
pub(super) type Target = (web::Path<VoteId>, IfMatch);

/// Runs one step and answers the vote as it then stands.
pub(super) async fn step<P: Permission>(
    (auth, db, context): (Authorized<P>, web::Data<Db>, WriteContext),
    (vote_id, if_match): Target,
    label: &'static str,
    run: impl Fn(&mut WriteTx<'_>, &Vote) -> Outcome<()> + Send + Sync + 'static,
) -> Result<HttpResponse, Problem> {
    let reach = auth.reach().clone();
    command(&db, &context, (label, StatusCode::OK), move |tx| {
        let vote = get_vote(tx.conn(), *vote_id, &reach)?;
        if_match.check(vote.row.version)?;
        run(tx, &vote)?;
        let vote = get_vote(tx.conn(), *vote_id, &reach)?;
        show_vote(tx.conn(), vote)
    })
    .await
}

/// What is missing for the next step: each condition with its clause, and the earliest lawful date.
#[utoipa::path(
    tag = "voting", summary = "Readiness · 就绪条件", operation_id = "get_readiness",
    security(("bearer" = [])), params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 200, description = "The next step and what blocks it", body = Readiness))
)]
#[get("/votes/{vote_id}/readiness")]
async fn get_readiness(
    auth: Authorized<VoteRead>,
    db: web::Data<Db>,
    vote_id: web::Path<VoteId>,
) -> Result<HttpResponse, Problem> {
    let (reach, legal_now) = (auth.reach().clone(), db.clock().legal_now());
    let readiness = db
        .snapshot(move |conn| {
            let vote = get_vote(conn, *vote_id, &reach)?;
            steps::readiness_of(conn, &vote, legal_now)
        })
        .await?;
    Ok(HttpResponse::Ok().json(readiness))
}

/// Fixes who stands on the roll, as of the record date.
#[utoipa::path(
    tag = "voting", summary = "Freeze the roll · 冻结名册", operation_id = "freeze_roll",
    security(("bearer" = [])), request_body = FreezeIn,
    params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 200, description = "Done", body = VoteOut))
)]
#[post("/votes/{vote_id}/freeze-roll")]
async fn freeze_roll(
    auth: Authorized<VotePrepare>,
    db: web::Data<Db>,
    target: Target,
    body: Body<FreezeIn>,
) -> Result<HttpResponse, Problem> {
    let context = body.bind(auth.context());
    let body = Arc::new(body.value);
    step((auth, db, context), target, "vote.freeze_roll", move |tx, vote| {
        steps::freeze_roll(tx, vote, body.record_on)
    })
    .await
}

/// Announces the window and locks agenda and materials.
#[utoipa::path(
    tag = "voting", summary = "Give notice · 发布公告", operation_id = "give_notice",
    security(("bearer" = [])), request_body = NoticeIn,
    params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 200, description = "Done", body = VoteOut))
)]
#[post("/votes/{vote_id}/notice")]
async fn give_notice(
    auth: Authorized<VoteOpen>,
    (db, signer): (web::Data<Db>, web::Data<LogSigner>),
    target: Target,
    body: Body<NoticeIn>,
) -> Result<HttpResponse, Problem> {
    let context = body.bind(auth.context());
    let body = Arc::new(body.value);
    step((auth, db, context), target, "vote.notice", move |tx, vote| {
        steps::give_notice(tx, (vote, &signer), (body.opens_at, body.closes_at))
    })
    .await
}

/// Ends the vote without a result.
#[utoipa::path(
    tag = "voting", summary = "Void · 作废", operation_id = "void_vote",
    security(("bearer" = [])), request_body = VoidIn,
    params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 200, description = "Done", body = VoteOut))
)]
#[post("/votes/{vote_id}/void")]
async fn void_vote(
    auth: Authorized<VoteConfirm>,
    db: web::Data<Db>,
    target: Target,
    body: Body<VoidIn>,
) -> Result<HttpResponse, Problem> {
    check_text("/reason", &body.value.reason, 1..=2000)?;
    let context = body.bind(auth.context());
    let body = Arc::new(body.value);
    step((auth, db, context), target, "vote.void", move |tx, vote| {
        steps::void(tx, vote, body.reason.clone())
    })
    .await
}

/// Gives the frozen roll up: back to the draft.
#[utoipa::path(
    tag = "voting", summary = "Give the roll up · 解除名册冻结", operation_id = "unfreeze_roll",
    security(("bearer" = [])), params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 200, description = "Done", body = VoteOut))
)]
#[post("/votes/{vote_id}/unfreeze-roll")]
async fn unfreeze_roll(
    auth: Authorized<VotePrepare>,
    db: web::Data<Db>,
    target: Target,
) -> Result<HttpResponse, Problem> {
    let context = auth.context();
    step((auth, db, context), target, "vote.unfreeze_roll", |tx, vote| {
        steps::unfreeze_roll(tx, vote)
    })
    .await
}

/// Opens the vote; the ticker does it at the announced time too.
#[utoipa::path(
    tag = "voting", summary = "Open · 开始表决", operation_id = "open_vote",
    security(("bearer" = [])), params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 200, description = "Done", body = VoteOut))
)]
#[post("/votes/{vote_id}/open")]
async fn open_vote(
    auth: Authorized<VoteOpen>,
    db: web::Data<Db>,
    target: Target,
) -> Result<HttpResponse, Problem> {
    let context = auth.context();
    step((auth, db, context), target, "vote.open", steps::open).await
}

/// Closes the vote; the ticker does it at the announced time too.
#[utoipa::path(
    tag = "voting", summary = "Close · 截止表决", operation_id = "close_vote",
    security(("bearer" = [])), params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 200, description = "Done", body = VoteOut))
)]
#[post("/votes/{vote_id}/close")]
async fn close_vote(
    auth: Authorized<VoteOpen>,
    db: web::Data<Db>,
    target: Target,
) -> Result<HttpResponse, Problem> {
    let context = auth.context();
    step((auth, db, context), target, "vote.close", steps::close).await
}

/// Counts the closed vote; every number is kept with its working. After a ruling on a disputed ballot
/// counts again: the earlier count stays in the log. Where the outcome of an item changes after it was
/// published, publish it anew.
#[utoipa::path(
    tag = "voting", summary = "Count · 计票", operation_id = "count_vote",
    security(("bearer" = [])), params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 200, description = "Done", body = VoteOut))
)]
#[post("/votes/{vote_id}/count")]
async fn count_vote(
    auth: Authorized<VoteCount>,
    db: web::Data<Db>,
    target: Target,
) -> Result<HttpResponse, Problem> {
    let context = auth.context();
    step((auth, db, context), target, "vote.count", count::count_vote).await
}

/// Publishes the preliminary result; the objection window begins.
#[utoipa::path(
    tag = "voting", summary = "Publish the preliminary result · 公示初步结果", operation_id = "publish_result",
    security(("bearer" = [])), params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 200, description = "Done", body = VoteOut))
)]
#[post("/votes/{vote_id}/publish")]
async fn publish_result(
    auth: Authorized<VoteCount>,
    db: web::Data<Db>,
    target: Target,
) -> Result<HttpResponse, Problem> {
    let context = auth.context();
    step((auth, db, context), target, "vote.publish", steps::publish).await
}

/// Confirms the result after the objection window: it is final.
#[utoipa::path(
    tag = "voting", summary = "Confirm the result · 确认结果", operation_id = "confirm_result",
    security(("bearer" = [])), params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 200, description = "Done", body = VoteOut))
)]
#[post("/votes/{vote_id}/confirm")]
async fn confirm_result(
    auth: Authorized<VoteConfirm>,
    db: web::Data<Db>,
    target: Target,
) -> Result<HttpResponse, Problem> {
    let context = auth.context();
    step((auth, db, context), target, "vote.confirm", steps::confirm).await
}
