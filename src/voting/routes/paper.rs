//! The paper desk: sheets are entered blind by two people, settled by a third. Nothing
//! that a handler here answers tells what was entered before the close.

use actix_web::{HttpResponse, get, http::StatusCode, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::kernel::{Outcome, Page, PageQuery, SheetId, VoteId};
use crate::platform::{
    auth::{
        Authorized, Permission,
        permission::{PaperDecide, PaperEnter},
    },
    db::{Db, WriteContext, WriteTx},
    http::{Body, Problem, command, page_of},
};
use crate::voting::{
    dto::{EntriesIn, EntryIn, SheetQuery},
    model::Clerk,
    service::{
        facts::get_vote,
        paper::PaperDesk,
        paper_lists::{self, SheetTotals, WaitingSheet},
        paper_views::{EntryAnswer, EntryView, SheetView, reveal_entries},
    },
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(list_sheets)
        .service(list_waiting_sheets)
        .service(count_sheets)
        .service(get_sheet)
        .service(enter_sheet)
        .service(enter_sheets)
        .service(adjudicate_sheet)
        .service(list_sheet_entries);
}

type VoteAndSheet = web::Path<(VoteId, SheetId)>;

pub(super) fn clerk_of<P: Permission>(auth: &Authorized<P>) -> Clerk {
    let principal = auth.principal();
    Clerk {
        account_id: principal.account_id,
        session_id: principal.session_id,
        name: principal.name.clone(),
        owner_id: principal.owner_id,
    }
}

/// Runs one step at the paper desk of a vote.
async fn at_desk<P: Permission, T: serde::Serialize>(
    (auth, db, context): (Authorized<P>, web::Data<Db>, WriteContext),
    vote_id: VoteId,
    (label, status): (&'static str, StatusCode),
    run: impl Fn(&PaperDesk<'_>, &mut WriteTx<'_>) -> Outcome<T> + Send + Sync + 'static,
) -> Result<HttpResponse, Problem> {
    let (reach, clerk) = (auth.reach().clone(), clerk_of(&auth));
    command(&db, &context, (label, status), move |tx| {
        let vote = get_vote(tx.conn(), vote_id, &reach)?;
        let desk = PaperDesk::open(tx, &vote, &clerk)?;
        run(&desk, tx)
    })
    .await
}

/// Sheets in the order of their issue.
#[utoipa::path(
    tag = "voting", summary = "Sheets · 纸质表决票列表", operation_id = "list_sheets",
    security(("bearer" = [])),
    params(("vote_id" = VoteId, Path, description = "The vote"), SheetQuery),
    responses((status = 200, description = "A page", body = Page<SheetView>))
)]
#[get("/votes/{vote_id}/sheets")]
async fn list_sheets(
    auth: Authorized<PaperEnter>,
    db: web::Data<Db>,
    vote_id: web::Path<VoteId>,
    query: web::Query<SheetQuery>,
) -> Result<HttpResponse, Problem> {
    let reach = auth.reach().clone();
    let page = db
        .read(move |conn| {
            let vote = get_vote(conn, *vote_id, &reach)?;
            paper_lists::list_sheets(conn, &vote, (query.state, &query.page()))
        })
        .await?;
    Ok(page_of(page))
}

/// Sheets that I may enter, in an order of my own: two clerks never share a pile.
#[utoipa::path(
    tag = "voting", summary = "Sheets for me to enter · 待我录入", operation_id = "list_waiting_sheets",
    security(("bearer" = [])),
    params(("vote_id" = VoteId, Path, description = "The vote"), PageQuery),
    responses((status = 200, description = "A page", body = Page<WaitingSheet>))
)]
#[get("/votes/{vote_id}/sheets/waiting")]
async fn list_waiting_sheets(
    auth: Authorized<PaperEnter>,
    db: web::Data<Db>,
    vote_id: web::Path<VoteId>,
    page: web::Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let (reach, clerk_id) = (auth.reach().clone(), auth.principal().account_id);
    let page = db
        .read(move |conn| {
            let vote = get_vote(conn, *vote_id, &reach)?;
            paper_lists::list_waiting(conn, &vote, (clerk_id, &page))
        })
        .await?;
    Ok(page_of(page))
}

/// How many sheets are where.
#[utoipa::path(
    tag = "voting", summary = "Reconcile sheets · 纸质票核对", operation_id = "count_sheets",
    security(("bearer" = [])), params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 200, description = "By state", body = SheetTotals))
)]
#[get("/votes/{vote_id}/sheets/totals")]
async fn count_sheets(
    auth: Authorized<PaperEnter>,
    db: web::Data<Db>,
    vote_id: web::Path<VoteId>,
) -> Result<HttpResponse, Problem> {
    let reach = auth.reach().clone();
    let totals = db
        .read(move |conn| {
            let vote = get_vote(conn, *vote_id, &reach)?;
            paper_lists::count_sheets(conn, &vote)
        })
        .await?;
    Ok(HttpResponse::Ok().json(totals))
}

/// One sheet.
#[utoipa::path(
    tag = "voting", summary = "A sheet · 纸质表决票", operation_id = "get_sheet",
    security(("bearer" = [])),
    params(("vote_id" = VoteId, Path, description = "The vote"),
        ("sheet_id" = SheetId, Path, description = "The sheet")),
    responses((status = 200, description = "The sheet", body = SheetView))
)]
#[get("/votes/{vote_id}/sheets/{sheet_id}")]
async fn get_sheet(
    auth: Authorized<PaperEnter>,
    db: web::Data<Db>,
    path: VoteAndSheet,
) -> Result<HttpResponse, Problem> {
    let ((vote_id, sheet_id), reach) = (path.into_inner(), auth.reach().clone());
    let sheet = db
        .read(move |conn| {
            let vote = get_vote(conn, vote_id, &reach)?;
            paper_lists::get_sheet(conn, &vote, sheet_id)
        })
        .await?;
    Ok(HttpResponse::Ok().json(sheet))
}

/// Enters a sheet. The first entry waits for a second one by another clerk; equal entries settle the
/// sheet, different ones wait for a third person.
#[utoipa::path(
    tag = "voting", summary = "Enter a sheet · 录入纸质表决票", operation_id = "enter_sheet",
    security(("bearer" = [])), request_body = EntryIn,
    params(("vote_id" = VoteId, Path, description = "The vote"),
        ("sheet_id" = SheetId, Path, description = "The sheet")),
    responses((status = 201, description = "Taken", body = SheetView))
)]
#[post("/votes/{vote_id}/sheets/{sheet_id}/entries")]
async fn enter_sheet(
    auth: Authorized<PaperEnter>,
    db: web::Data<Db>,
    path: VoteAndSheet,
    body: Body<EntryIn>,
) -> Result<HttpResponse, Problem> {
    let context = body.bind(auth.context());
    let (vote_id, sheet_id) = path.into_inner();
    let entry = body.value.into_command(sheet_id);
    let label = ("sheet.enter", StatusCode::CREATED);
    at_desk((auth, db, context), vote_id, label, move |desk, tx| desk.enter(tx, &entry)).await
}

/// Enters up to 200 sheets, each answered alone: for work without the mouse.
#[utoipa::path(
    tag = "voting", summary = "Enter many sheets · 批量录入", operation_id = "enter_sheets",
    security(("bearer" = [])), request_body = EntriesIn,
    params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 200, description = "An answer for each", body = Vec<EntryAnswer>))
)]
#[post("/votes/{vote_id}/sheet-entries")]
async fn enter_sheets(
    auth: Authorized<PaperEnter>,
    db: web::Data<Db>,
    vote_id: web::Path<VoteId>,
    body: Body<EntriesIn>,
) -> Result<HttpResponse, Problem> {
    let context = body.bind(auth.context());
    let entries = body.value.into_command()?;
    let label = ("sheet.enter_many", StatusCode::OK);
    at_desk((auth, db, context), *vote_id, label, move |desk, tx| desk.enter_many(tx, &entries))
        .await
}

/// Decides where two entries differ: a third person reads the sheet again.
#[utoipa::path(
    tag = "voting", summary = "Decide between entries · 裁定录入差异",
    operation_id = "adjudicate_sheet", security(("bearer" = [])), request_body = EntryIn,
    params(("vote_id" = VoteId, Path, description = "The vote"),
        ("sheet_id" = SheetId, Path, description = "The sheet")),
    responses((status = 201, description = "Settled", body = SheetView))
)]
#[post("/votes/{vote_id}/sheets/{sheet_id}/adjudication")]
async fn adjudicate_sheet(
    auth: Authorized<PaperDecide>,
    db: web::Data<Db>,
    path: VoteAndSheet,
    body: Body<EntryIn>,
) -> Result<HttpResponse, Problem> {
    let context = body.bind(auth.context());
    let (vote_id, sheet_id) = path.into_inner();
    let entry = body.value.into_command(sheet_id);
    let label = ("sheet.adjudicate", StatusCode::CREATED);
    at_desk((auth, db, context), vote_id, label, move |desk, tx| desk.adjudicate(tx, &entry)).await
}

/// Who read what on a settled sheet; after the close only, and whoever looks is kept.
#[utoipa::path(
    tag = "voting", summary = "Entries of a sheet · 录入记录", operation_id = "list_sheet_entries",
    security(("bearer" = [])),
    params(("vote_id" = VoteId, Path, description = "The vote"),
        ("sheet_id" = SheetId, Path, description = "The sheet")),
    responses((status = 200, description = "Two or three entries", body = Vec<EntryView>))
)]
#[get("/votes/{vote_id}/sheets/{sheet_id}/entries")]
async fn list_sheet_entries(
    auth: Authorized<PaperDecide>,
    db: web::Data<Db>,
    path: VoteAndSheet,
) -> Result<HttpResponse, Problem> {
    let ((vote_id, sheet_id), reach) = (path.into_inner(), auth.reach().clone());
    let context = WriteContext { idempotency: None, ..auth.context() };
    let entries = db
        .write(&context, "sheet.entries_read", move |tx| {
            let vote = get_vote(tx.conn(), vote_id, &reach)?;
            reveal_entries(tx, &vote, sheet_id)
        })
        .await?;
    Ok(HttpResponse::Ok().json(entries))
}
