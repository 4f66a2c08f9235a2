//! Matches: budgets and claims.

use actix_web::{HttpResponse, get, http::StatusCode, post, put, web};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::fund::{
    dto::{ClaimIn, FundBudgetIn},
    service::{
        claims,
        match_views::{self as views, BudgetView, ClaimView, MatchView},
    },
};
use crate::kernel::{BookId, ClaimId, ProjectId};
use crate::ledger::get_book;
use crate::platform::{
    auth::{
        Authorized,
        permission::{FundApprove, FundManage, FundRead},
    },
    db::Db,
    http::{Body, Problem, command},
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(set_fund_budget)
        .service(list_fund_budgets)
        .service(claim_match)
        .service(list_claims)
        .service(get_claim)
        .service(get_match);
}

/// Sets what a tier has for matches in a year; claims that waited for it go on, in their order.
#[utoipa::path(
    tag = "fund", summary = "Set a budget · 设定补助预算", operation_id = "set_fund_budget",
    security(("bearer" = [])), request_body = FundBudgetIn,
    responses((status = 200, description = "Set", body = BudgetView))
)]
#[put("/fund-budgets")]
async fn set_fund_budget(
    auth: Authorized<FundApprove>,
    db: web::Data<Db>,
    body: Body<FundBudgetIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let new = body.value.into_command()?;
    command(&db, &context, ("fund.set_budget", StatusCode::OK), move |tx| {
        claims::set_budget(tx, &reach, &new).map(BudgetView::from)
    })
    .await
}

/// The budgets within the reach.
#[utoipa::path(
    tag = "fund", summary = "Budgets · 补助预算", operation_id = "list_fund_budgets",
    security(("bearer" = [])),
    responses((status = 200, description = "By division, year and tier", body = Vec<BudgetView>))
)]
#[get("/fund-budgets")]
async fn list_fund_budgets(
    auth: Authorized<FundRead>,
    db: web::Data<Db>,
) -> Result<HttpResponse, Problem> {
    let reach = auth.reach().clone();
    let view = db.read(move |conn| {
        let rows = claims::list_budgets(conn, &reach)?;
        Ok(rows.into_iter().map(BudgetView::from).collect::<Vec<_>>())
    });
    Ok(HttpResponse::Ok().json(view.await?))
}

/// Claims the match of a project's audited use, as far as it is not claimed; with an exhausted budget
/// it is queued, and says so.
#[utoipa::path(
    tag = "fund", summary = "Claim the match · 申请补助", operation_id = "claim_match",
    security(("bearer" = [])), request_body = ClaimIn,
    params(("book_id" = BookId, Path, description = "The books")),
    responses((status = 201, description = "Claimed", body = ClaimView))
)]
#[post("/ledger-books/{book_id}/claims")]
async fn claim_match(
    auth: Authorized<FundManage>,
    db: web::Data<Db>,
    id: web::Path<BookId>,
    body: Body<ClaimIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let project_id = body.value.project_id;
    command(&db, &context, ("fund.claim", StatusCode::CREATED), move |tx| {
        let book = get_book(tx.conn(), *id, &reach)?;
        let row = claims::create(tx, (&book, project_id))?;
        views::claim_view(tx.conn(), &book, row.id)
    })
    .await
}

/// The claims of the books.
#[utoipa::path(
    tag = "fund", summary = "Claims · 补助申请", operation_id = "list_claims",
    security(("bearer" = [])),
    params(("book_id" = BookId, Path, description = "The books")),
    responses((status = 200, description = "In order", body = Vec<ClaimView>))
)]
#[get("/ledger-books/{book_id}/claims")]
async fn list_claims(
    auth: Authorized<FundRead>,
    db: web::Data<Db>,
    id: web::Path<BookId>,
) -> Result<HttpResponse, Problem> {
    let reach = auth.reach().clone();
    let view = db.read(move |conn| {
        let book = get_book(conn, *id, &reach)?;
        views::list_claims(conn, &book)
    });
    Ok(HttpResponse::Ok().json(view.await?))
}

/// A claim with its list of units.
#[utoipa::path(
    tag = "fund", summary = "A claim · 补助申请详情", operation_id = "get_claim",
    security(("bearer" = [])),
    params(
        ("book_id" = BookId, Path, description = "The books"),
        ("claim_id" = ClaimId, Path, description = "The claim")
    ),
    responses((status = 200, description = "The claim", body = ClaimView))
)]
#[get("/ledger-books/{book_id}/claims/{claim_id}")]
async fn get_claim(
    auth: Authorized<FundRead>,
    db: web::Data<Db>,
    ids: web::Path<(BookId, ClaimId)>,
) -> Result<HttpResponse, Problem> {
    let reach = auth.reach().clone();
    let (book_id, id) = ids.into_inner();
    let view = db.read(move |conn| {
        let book = get_book(conn, book_id, &reach)?;
        views::claim_view(conn, &book, id)
    });
    Ok(HttpResponse::Ok().json(view.await?))
}

/// How the match of a project stands: what was used, what is entitled, granted, and can be claimed.
#[utoipa::path(
    tag = "fund", summary = "Match of a project · 项目补助情况", operation_id = "get_match",
    security(("bearer" = [])),
    params(
        ("book_id" = BookId, Path, description = "The books"),
        ("project_id" = ProjectId, Path, description = "The project")
    ),
    responses((status = 200, description = "How it stands", body = MatchView))
)]
#[get("/ledger-books/{book_id}/matches/{project_id}")]
async fn get_match(
    auth: Authorized<FundRead>,
    db: web::Data<Db>,
    ids: web::Path<(BookId, ProjectId)>,
) -> Result<HttpResponse, Problem> {
    let reach = auth.reach().clone();
    let (book_id, id) = ids.into_inner();
    let view = db.snapshot(move |conn| {
        let book = get_book(conn, book_id, &reach)?;
        views::match_view(conn, &book, id)
    });
    Ok(HttpResponse::Ok().json(view.await?))
}
