//! The result: each item with every test, its numbers, margin and clause.

use actix_web::{HttpResponse, get, web};
use serde_json::json;

use crate::kernel::{Code, Refusal, VoteId};
use crate::platform::{
    auth::{
        Authorized, Permission,
        permission::{VoteCount, VoteRead},
    },
    db::Db,
    http::Problem,
};
use crate::voting::{
    model::VoteState,
    service::{count::stored_workings, facts::get_vote, questions::views},
};

/// The result with its working: totals, the four tests with numbers, comparator, margin and clause,
/// what came of each question, and the fewest heads whose ballots, if void, would change the outcome.
/// Where a clause on silence covers an item, tests and distance are those of the strict count, and the
/// count by the clause stands beside. The desk sees it once counted, everybody else once published.
#[utoipa::path(
    tag = "voting", summary = "Explain the result · 结果与依据", operation_id = "explain_result",
    security(("bearer" = [])), params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 200, description = "State, rule pack and the working of each item"))
)]
#[get("/votes/{vote_id}/explain")]
async fn explain_result(
    auth: Authorized<VoteRead>,
    db: web::Data<Db>,
    vote_id: web::Path<VoteId>,
) -> Result<HttpResponse, Problem> {
    let reach = auth.reach().clone();
    let is_desk = auth.principal().grants_of(VoteCount::NAME).next().is_some();
    let result = db
        .read(move |conn| {
            let vote = get_vote(conn, *vote_id, &reach)?;
            if !is_shown(vote.row.state, is_desk) {
                return Err(Refusal::new(Code::ResultHidden).with("state", vote.row.state.as_str()));
            }
            let items = stored_workings(conn, &vote)?;
            let questions = views(conn, &vote)?;
            Ok(json!({
                "vote_id": vote.row.id, "title": vote.row.title, "state": vote.row.state,
                "rule_pack": { "key": vote.pack.id, "version": vote.pack.version,
                    "digest": vote.pack.digest()? },
                "agenda_digest": vote.row.agenda_digest, "counted_at": vote.row.counted_at,
                "published_at": vote.row.published_at,
                "objections_until": vote.row.objections_until,
                "confirmed_at": vote.row.confirmed_at, "items": items, "questions": questions,
            }))
        })
        .await?;
    Ok(HttpResponse::Ok().json(result))
}

fn is_shown(state: VoteState, is_desk: bool) -> bool {
    match state {
        VoteState::Draft
        | VoteState::RollFrozen
        | VoteState::Noticed
        | VoteState::Open
        | VoteState::Extended
        | VoteState::Closed
        | VoteState::Voided => false,
        VoteState::Counted => is_desk,
        VoteState::Published | VoteState::Confirmed => true,
    }
}
