//! Disputed ballots: filed, listed, ruled on by two people. Nothing that a handler here answers tells
//! what a ballot says.

use actix_web::{HttpResponse, get, http::StatusCode, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::paper::clerk_of;
use crate::kernel::{Code, DisputeId, Outcome, Page, Refusal, VoteId};
use crate::platform::{
    auth::{
        Authorized, Reach,
        permission::{DisputeRule, ObjectionFile, VoteRead},
    },
    db::Db,
    http::{Body, Problem, command, page_of},
};
use crate::voting::{
    dto::{ConfirmationIn, DisputeIn, DisputeQuery, ProposalIn},
    model::{DisputeFilter, Filer, NewDispute},
    service::{
        disputes::{self as service, DisputeView},
        facts::{Vote, get_vote},
        rulings,
    },
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(file_dispute)
        .service(list_disputes)
        .service(propose_ruling)
        .service(confirm_ruling);
}

/// Staff names the unit on whose behalf; whoever names none speaks as an owner.
fn filer(vote: &Vote, reach: &Reach, unit_code: Option<&str>) -> Outcome<Filer> {
    match (unit_code, reach.owner_id()) {
        (Some(unit), _) if reach.covers(&vote.place) => Ok(Filer::Household(unit.to_owned())),
        (None, Some(owner_id)) => Ok(Filer::Owner(owner_id)),
        _ => {
            let detail = "staff names the unit on whose behalf; an owner names none";
            Err(Refusal::field(Code::InvalidField, "/unit_code", detail))
        }
    }
}

/// Disputes a ballot from its receipt until the end of the publicity: an owner one of the own heads,
/// staff on behalf of a unit. One dispute at a time.
#[utoipa::path(
    tag = "voting", summary = "Dispute a ballot · 对表决票提出异议", operation_id = "file_dispute",
    security(("bearer" = [])), request_body = DisputeIn,
    params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 201, description = "Filed", body = DisputeView))
)]
#[post("/votes/{vote_id}/disputes")]
async fn file_dispute(
    auth: Authorized<ObjectionFile>,
    db: web::Data<Db>,
    vote_id: web::Path<VoteId>,
    body: Body<DisputeIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let given = body.value;
    given.check()?;
    command(&db, &context, ("dispute.file", StatusCode::CREATED), move |tx| {
        let vote = get_vote(tx.conn(), *vote_id, &reach)?;
        let who = filer(&vote, &reach, given.unit_code.as_deref().map(str::trim))?;
        let ballot_id = service::find_ballot(tx.conn(), &vote, &given.receipt)?;
        let new = NewDispute { ballot_id, reason: given.reason, text: given.text.clone() };
        service::file_dispute(tx, &vote, &new, &who)
    })
    .await
}

/// Disputes of a vote in the order of filing; an owner sees those of the own heads, and a ruling once
/// it is confirmed.
#[utoipa::path(
    tag = "voting", summary = "Disputed ballots · 表决票异议列表", operation_id = "list_disputes",
    security(("bearer" = [])),
    params(("vote_id" = VoteId, Path, description = "The vote"), DisputeQuery),
    responses((status = 200, description = "A page", body = Page<DisputeView>))
)]
#[get("/votes/{vote_id}/disputes")]
async fn list_disputes(
    auth: Authorized<VoteRead>,
    db: web::Data<Db>,
    vote_id: web::Path<VoteId>,
    query: web::Query<DisputeQuery>,
) -> Result<HttpResponse, Problem> {
    let reach = auth.reach().clone();
    let page = query.page();
    // Whoever is no owner has none of the own.
    let mine = || auth.principal().owner_id.unwrap_or_default();
    let filter = DisputeFilter { open: query.open, owner_id: query.mine.then(mine) };
    let page = db
        .read(move |conn| {
            let vote = get_vote(conn, *vote_id, &reach)?;
            service::list_disputes(conn, (&vote, &reach), (filter, &page))
        })
        .await?;
    Ok(page_of(page))
}

/// Proposes a ruling. It decides nothing until another person confirms it, and may be proposed anew
/// until then. Neither of the two filed the dispute, is an owner of the head, or entered the sheet.
#[utoipa::path(
    tag = "voting", summary = "Propose a ruling · 提出裁决意见", operation_id = "propose_ruling",
    security(("bearer" = [])), request_body = ProposalIn,
    params(("vote_id" = VoteId, Path, description = "The vote"),
        ("dispute_id" = DisputeId, Path, description = "The dispute")),
    responses((status = 200, description = "Proposed", body = DisputeView))
)]
#[post("/votes/{vote_id}/disputes/{dispute_id}/proposal")]
async fn propose_ruling(
    auth: Authorized<DisputeRule>,
    db: web::Data<Db>,
    path: web::Path<(VoteId, DisputeId)>,
    body: Body<ProposalIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let (clerk, (vote_id, id)) = (clerk_of(&auth), path.into_inner());
    let (ruling, text) = body.value.into_command()?;
    command(&db, &context, ("dispute.propose", StatusCode::OK), move |tx| {
        let vote = get_vote(tx.conn(), vote_id, &reach)?;
        rulings::propose(tx, (&vote, id, &clerk), (&ruling, &text))
    })
    .await
}

/// Confirms a proposal by ruling the same. An upheld dispute voids the ballot, and what had given way
/// to it stands again; a misread sheet is corrected to what both read. After a count, count again.
#[utoipa::path(
    tag = "voting", summary = "Confirm a ruling · 复核裁决", operation_id = "confirm_ruling",
    security(("bearer" = [])), request_body = ConfirmationIn,
    params(("vote_id" = VoteId, Path, description = "The vote"),
        ("dispute_id" = DisputeId, Path, description = "The dispute")),
    responses((status = 200, description = "Ruled", body = DisputeView))
)]
#[post("/votes/{vote_id}/disputes/{dispute_id}/confirmation")]
async fn confirm_ruling(
    auth: Authorized<DisputeRule>,
    db: web::Data<Db>,
    path: web::Path<(VoteId, DisputeId)>,
    body: Body<ConfirmationIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let (clerk, (vote_id, id)) = (clerk_of(&auth), path.into_inner());
    let (ruling, version) = body.value.into_command();
    command(&db, &context, ("dispute.confirm", StatusCode::OK), move |tx| {
        let vote = get_vote(tx.conn(), vote_id, &reach)?;
        rulings::confirm(tx, (&vote, id, &clerk), (&ruling, version))
    })
    .await
}
