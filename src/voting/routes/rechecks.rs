//! The re-check of paper: drawn, read blind, finished before the result is confirmed.

use actix_web::{HttpResponse, get, http::StatusCode, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::paper::clerk_of;
use crate::kernel::{Page, PageQuery, SheetId, VoteId};
use crate::platform::{
    auth::{
        Authorized,
        permission::{PaperEnter, VoteCount},
    },
    db::Db,
    http::{Body, Problem, command, page_of},
};
use crate::voting::{
    dto::{EntryIn, RecheckIn},
    service::{
        facts::get_vote,
        paper_lists::WaitingSheet,
        recheck::{self, RecheckView, RereadView},
    },
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(draw_recheck)
        .service(get_recheck)
        .service(list_recheck_sheets)
        .service(reread_sheet);
}

/// Draws the sheets that are read again: all up to 500, above that a sample by a public seed that was
/// drawn after the count. Again only where it is finished and a later count, of a smaller margin, needs
/// more; what was read stays read.
#[utoipa::path(
    tag = "voting", summary = "Draw the re-check · 抽取复核样本", operation_id = "draw_recheck",
    security(("bearer" = [])), request_body = RecheckIn,
    params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 201, description = "Drawn", body = RecheckView))
)]
#[post("/votes/{vote_id}/recheck")]
async fn draw_recheck(
    auth: Authorized<VoteCount>,
    db: web::Data<Db>,
    vote_id: web::Path<VoteId>,
    body: Body<RecheckIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach, clerk) =
        (body.bind(auth.context()), auth.reach().clone(), clerk_of(&auth));
    let seed = body.value.into_command()?;
    command(&db, &context, ("sheet.recheck_draw", StatusCode::CREATED), move |tx| {
        let vote = get_vote(tx.conn(), *vote_id, &reach)?;
        recheck::draw(tx, (&vote, &clerk), seed.as_ref())
    })
    .await
}

/// How far the re-check is; before the draw, what it will need.
#[utoipa::path(
    tag = "voting", summary = "The re-check · 复核进度", operation_id = "get_recheck",
    security(("bearer" = [])), params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 200, description = "How far it is", body = RecheckView))
)]
#[get("/votes/{vote_id}/recheck")]
async fn get_recheck(
    auth: Authorized<PaperEnter>,
    db: web::Data<Db>,
    vote_id: web::Path<VoteId>,
) -> Result<HttpResponse, Problem> {
    let reach = auth.reach().clone();
    let view = db
        .snapshot(move |conn| {
            let vote = get_vote(conn, *vote_id, &reach)?;
            recheck::view_recheck(conn, &vote)
        })
        .await?;
    Ok(HttpResponse::Ok().json(view))
}

/// Drawn sheets that I may read again: none that I entered or decided, in an order of my own.
#[utoipa::path(
    tag = "voting", summary = "Sheets to read again · 待我复核", operation_id = "list_recheck_sheets",
    security(("bearer" = [])),
    params(("vote_id" = VoteId, Path, description = "The vote"), PageQuery),
    responses((status = 200, description = "A page", body = Page<WaitingSheet>))
)]
#[get("/votes/{vote_id}/recheck/sheets")]
async fn list_recheck_sheets(
    auth: Authorized<PaperEnter>,
    db: web::Data<Db>,
    vote_id: web::Path<VoteId>,
    page: web::Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let (reach, clerk) = (auth.reach().clone(), clerk_of(&auth));
    let page = db
        .snapshot(move |conn| {
            let vote = get_vote(conn, *vote_id, &reach)?;
            recheck::list_due(conn, &vote, (&clerk, &page))
        })
        .await?;
    Ok(page_of(page))
}

/// Takes what I read on a drawn sheet, without seeing what was recorded. Where they differ the ballot
/// is disputed as misread, and a sample becomes all sheets.
#[utoipa::path(
    tag = "voting", summary = "Read a sheet again · 复核纸质表决票", operation_id = "reread_sheet",
    security(("bearer" = [])), request_body = EntryIn,
    params(("vote_id" = VoteId, Path, description = "The vote"),
        ("sheet_id" = SheetId, Path, description = "The sheet")),
    responses((status = 201, description = "Taken", body = RereadView))
)]
#[post("/votes/{vote_id}/sheets/{sheet_id}/recheck")]
async fn reread_sheet(
    auth: Authorized<PaperEnter>,
    db: web::Data<Db>,
    path: web::Path<(VoteId, SheetId)>,
    body: Body<EntryIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach, clerk) =
        (body.bind(auth.context()), auth.reach().clone(), clerk_of(&auth));
    let (vote_id, sheet_id) = path.into_inner();
    let entry = body.value.into_command(sheet_id);
    command(&db, &context, ("sheet.recheck", StatusCode::CREATED), move |tx| {
        let vote = get_vote(tx.conn(), vote_id, &reach)?;
        recheck::reread(tx, (&vote, &clerk), &entry)
    })
    .await
}
