//! Questions: the run-off between options that a vote left open.

use actix_web::{HttpResponse, http::StatusCode, post, web};

use super::show::show_vote;
use crate::kernel::{QuestionId, VoteId};
use crate::platform::{
    auth::{Authorized, permission::VotePrepare},
    db::Db,
    http::{Problem, command},
};
use crate::voting::{
    dto::VoteOut,
    service::{facts::get_vote as load_vote, run_offs},
};

/// Drafts the run-off of a question that a confirmed vote left open: its leading options, for the
/// places that nobody won. Both votes name each other.
#[utoipa::path(
    tag = "voting", summary = "Run-off of a question · 第二轮表决", operation_id = "create_run_off",
    security(("bearer" = [])),
    params(
        ("vote_id" = VoteId, Path, description = "The confirmed vote"),
        ("question_id" = QuestionId, Path, description = "The question that it left open")
    ),
    responses((status = 201, description = "The drafted run-off", body = VoteOut))
)]
#[post("/votes/{vote_id}/questions/{question_id}/run-off")]
async fn create_run_off(
    auth: Authorized<VotePrepare>,
    db: web::Data<Db>,
    path: web::Path<(VoteId, QuestionId)>,
) -> Result<HttpResponse, Problem> {
    let (context, reach, (vote_id, id)) = (auth.context(), auth.reach().clone(), path.into_inner());
    command(&db, &context, ("vote.run_off", StatusCode::CREATED), move |tx| {
        let vote = load_vote(tx.conn(), vote_id, &reach)?;
        let run_off = run_offs::draft_run_off(tx, (&vote, &reach), id)?;
        let vote = load_vote(tx.conn(), run_off, &reach)?;
        show_vote(tx.conn(), vote)
    })
    .await
}
