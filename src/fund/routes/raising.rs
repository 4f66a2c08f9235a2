//! Policies, schemes, bills.

use actix_web::{HttpResponse, get, http::StatusCode, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::fund::{
    dto::{DeferralIn, SchemeIn},
    model::{Policy, policies},
    service::{
        schemes,
        views::{self, BillView, SchemeBoard, SchemeView},
    },
};
use crate::kernel::{BillId, BookId, SchemeId};
use crate::ledger::get_book;
use crate::platform::{
    auth::{
        Authorized,
        permission::{FundManage, FundRead},
    },
    db::Db,
    http::{Body, Problem, command},
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(list_fund_policies)
        .service(begin_fund_scheme)
        .service(list_fund_schemes)
        .service(get_fund_scheme)
        .service(defer_fund_bill);
}

/// What districts lay down for raising, using and matching.
#[utoipa::path(
    tag = "fund", summary = "Fund policies · 维修资金政策", operation_id = "list_fund_policies",
    security(("bearer" = [])),
    responses((status = 200, description = "All of them", body = Vec<Policy>))
)]
#[get("/fund-policies")]
async fn list_fund_policies(_auth: Authorized<FundRead>) -> Result<HttpResponse, Problem> {
    let data = std::future::ready(policies()).await;
    Ok(HttpResponse::Ok().json(data))
}

/// Begins a scheme that owners decided by a special vote, and bills every unit that voted.
#[utoipa::path(
    tag = "fund", summary = "Begin a scheme · 建立筹集方案", operation_id = "begin_fund_scheme",
    security(("bearer" = [])), request_body = SchemeIn,
    params(("book_id" = BookId, Path, description = "The books")),
    responses((status = 201, description = "Begun", body = SchemeView))
)]
#[post("/ledger-books/{book_id}/schemes")]
async fn begin_fund_scheme(
    auth: Authorized<FundManage>,
    db: web::Data<Db>,
    id: web::Path<BookId>,
    body: Body<SchemeIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let new = body.value.into_command()?;
    command(&db, &context, ("fund.begin_scheme", StatusCode::CREATED), move |tx| {
        let book = get_book(tx.conn(), *id, &reach)?;
        schemes::create(tx, &book, &new).map(SchemeView::from)
    })
    .await
}

/// The schemes of the books.
#[utoipa::path(
    tag = "fund", summary = "Schemes · 筹集方案", operation_id = "list_fund_schemes",
    security(("bearer" = [])),
    params(("book_id" = BookId, Path, description = "The books")),
    responses((status = 200, description = "In order", body = Vec<SchemeView>))
)]
#[get("/ledger-books/{book_id}/schemes")]
async fn list_fund_schemes(
    auth: Authorized<FundRead>,
    db: web::Data<Db>,
    id: web::Path<BookId>,
) -> Result<HttpResponse, Problem> {
    let reach = auth.reach().clone();
    let view = db.read(move |conn| {
        let book = get_book(conn, *id, &reach)?;
        views::list_schemes(conn, &book)
    });
    Ok(HttpResponse::Ok().json(view.await?))
}

/// Who has paid, by building, with everybody who has not.
#[utoipa::path(
    tag = "fund", summary = "Who has paid · 交存情况", operation_id = "get_fund_scheme",
    security(("bearer" = [])),
    params(
        ("book_id" = BookId, Path, description = "The books"),
        ("scheme_id" = SchemeId, Path, description = "The scheme")
    ),
    responses((status = 200, description = "The scheme", body = SchemeBoard))
)]
#[get("/ledger-books/{book_id}/schemes/{scheme_id}")]
async fn get_fund_scheme(
    auth: Authorized<FundRead>,
    db: web::Data<Db>,
    ids: web::Path<(BookId, SchemeId)>,
) -> Result<HttpResponse, Problem> {
    let today = db.clock().legal_now().local_date();
    let reach = auth.reach().clone();
    let (book_id, id) = ids.into_inner();
    let view = db.snapshot(move |conn| {
        let book = get_book(conn, book_id, &reach)?;
        views::scheme_board(conn, (&book, id), today)
    });
    Ok(HttpResponse::Ok().json(view.await?))
}

/// Gives a household more time, for hardship.
#[utoipa::path(
    tag = "fund", summary = "Defer a bill · 缓交", operation_id = "defer_fund_bill",
    security(("bearer" = [])), request_body = DeferralIn,
    params(
        ("book_id" = BookId, Path, description = "The books"),
        ("bill_id" = BillId, Path, description = "The bill")
    ),
    responses((status = 200, description = "Deferred", body = BillView))
)]
#[post("/ledger-books/{book_id}/bills/{bill_id}/defer")]
async fn defer_fund_bill(
    auth: Authorized<FundManage>,
    db: web::Data<Db>,
    ids: web::Path<(BookId, BillId)>,
    body: Body<DeferralIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let (until, reason) = body.value.into_command()?;
    let (book_id, id) = ids.into_inner();
    command(&db, &context, ("fund.defer", StatusCode::OK), move |tx| {
        let book = get_book(tx.conn(), book_id, &reach)?;
        let today = tx.legal_now().local_date();
        let bill = schemes::defer(tx, (&book, id), (until, &reason))?;
        Ok(views::bill_view(bill, today))
    })
    .await
}
