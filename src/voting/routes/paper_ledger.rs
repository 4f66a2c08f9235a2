//! The ledger of paper sheets: issue, batches, spoiled sheets, the account.

use actix_web::{HttpResponse, get, http::StatusCode, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::paper::clerk_of;
use crate::kernel::{SheetId, VoteId};
use crate::platform::{
    auth::{
        Authorized,
        permission::{PaperDecide, PaperEnter},
        seal::Keys,
    },
    db::Db,
    http::{Body, Problem, attempt, command},
};
use crate::voting::{
    dto::{AccountIn, BatchIn, IssueIn, SpoilIn},
    service::{
        facts::get_vote,
        paper_account::{AccountView, account_of, close_account},
        paper_batch::{self, BatchView},
        paper_issue::{self, IssueView, SpoilView},
    },
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(issue_sheets)
        .service(register_batch)
        .service(void_sheet)
        .service(get_sheet_account)
        .service(close_sheet_account);
}

/// Issues a sheet with a serial of its own to each head that has none: every head, or one building,
/// or the heads of some units. Print them afterwards.
#[utoipa::path(
    tag = "voting", summary = "Issue sheets · 发放纸质表决票", operation_id = "issue_sheets",
    security(("bearer" = [])), request_body = IssueIn,
    params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 201, description = "Issued", body = IssueView))
)]
#[post("/votes/{vote_id}/sheets/issue")]
async fn issue_sheets(
    auth: Authorized<PaperEnter>,
    db: web::Data<Db>,
    vote_id: web::Path<VoteId>,
    body: Body<IssueIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach, clerk) =
        (body.bind(auth.context()), auth.reach().clone(), clerk_of(&auth));
    let to = body.value.into_command()?;
    command(&db, &context, ("sheet.issue", StatusCode::CREATED), move |tx| {
        let vote = get_vote(tx.conn(), *vote_id, &reach)?;
        paper_issue::issue_sheets(tx, &vote, (&clerk, &to))
    })
    .await
}

/// Registers a batch that two people brought back: the time of its sheets is now. After the close it
/// is refused, and the attempts are kept. Each bad line is answered with its reason.
#[utoipa::path(
    tag = "voting", summary = "Register a batch · 登记回收批次", operation_id = "register_batch",
    security(("bearer" = [])), request_body = BatchIn,
    params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 201, description = "Registered", body = BatchView))
)]
#[post("/votes/{vote_id}/batches")]
async fn register_batch(
    auth: Authorized<PaperEnter>,
    (db, keys): (web::Data<Db>, web::Data<Keys>),
    vote_id: web::Path<VoteId>,
    body: Body<BatchIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach, clerk) =
        (body.bind(auth.context()), auth.reach().clone(), clerk_of(&auth));
    let batch = body.value.into_command()?;
    attempt(&db, &context, ("sheet.register", StatusCode::CREATED), move |tx| {
        let vote = get_vote(tx.conn(), *vote_id, &reach)?;
        paper_batch::register_batch(tx, &vote, (&clerk, &keys, &batch))
    })
    .await
}

/// Voids a spoiled sheet before it comes back, and issues another in its place where asked; never one
/// that came back.
#[utoipa::path(
    tag = "voting", summary = "Void a sheet · 作废纸质表决票", operation_id = "void_sheet",
    security(("bearer" = [])), request_body = SpoilIn,
    params(("vote_id" = VoteId, Path, description = "The vote"),
        ("sheet_id" = SheetId, Path, description = "The sheet")),
    responses((status = 200, description = "Void", body = SpoilView))
)]
#[post("/votes/{vote_id}/sheets/{sheet_id}/void")]
async fn void_sheet(
    auth: Authorized<PaperDecide>,
    db: web::Data<Db>,
    path: web::Path<(VoteId, SheetId)>,
    body: Body<SpoilIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach, clerk) =
        (body.bind(auth.context()), auth.reach().clone(), clerk_of(&auth));
    let (vote_id, sheet_id) = path.into_inner();
    let spoil = body.value.into_command()?;
    command(&db, &context, ("sheet.void", StatusCode::OK), move |tx| {
        let vote = get_vote(tx.conn(), vote_id, &reach)?;
        paper_issue::spoil_sheet(tx, &vote, (&clerk, sheet_id, &spoil))
    })
    .await
}

/// Where every issued sheet is: print runs, batches, void ones, missing ones.
#[utoipa::path(
    tag = "voting", summary = "Account of the sheets · 票据核对", operation_id = "get_sheet_account",
    security(("bearer" = [])), params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 200, description = "Where every sheet is", body = AccountView))
)]
#[get("/votes/{vote_id}/sheets/account")]
async fn get_sheet_account(
    auth: Authorized<PaperEnter>,
    db: web::Data<Db>,
    vote_id: web::Path<VoteId>,
) -> Result<HttpResponse, Problem> {
    let reach = auth.reach().clone();
    let account = db
        .snapshot(move |conn| {
            let vote = get_vote(conn, *vote_id, &reach)?;
            account_of(conn, &vote)
        })
        .await?;
    Ok(HttpResponse::Ok().json(account))
}

/// Closes the account: issued = returned + spoiled + missing, each missing serial named. A vote that
/// issued paper is not counted without it.
#[utoipa::path(
    tag = "voting", summary = "Close the account · 完成票据核对", operation_id = "close_sheet_account",
    security(("bearer" = [])), request_body = AccountIn,
    params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 200, description = "Closed", body = AccountView))
)]
#[post("/votes/{vote_id}/sheets/close")]
async fn close_sheet_account(
    auth: Authorized<PaperDecide>,
    db: web::Data<Db>,
    vote_id: web::Path<VoteId>,
    body: Body<AccountIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach, clerk) =
        (body.bind(auth.context()), auth.reach().clone(), clerk_of(&auth));
    let given = body.value.into_command()?;
    command(&db, &context, ("sheet.close_account", StatusCode::OK), move |tx| {
        let vote = get_vote(tx.conn(), *vote_id, &reach)?;
        close_account(tx, &vote, (&clerk, &given))
    })
    .await
}
