//! Uses and operations: what is reserved, and what is booked.

use actix_web::{HttpResponse, get, http::StatusCode, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::fund::{
    dto::{FundOperationIn, FundOperationQuery, FundUseIn, WithdrawalIn},
    model::PlanItems,
    service::{
        operations, uses,
        views::{self, OperationView, UseView},
    },
};
use crate::kernel::{BookId, FundOperationId, FundUseId, Page, text::check_text};
use crate::ledger::get_book;
use crate::platform::{
    auth::{
        Authorized,
        permission::{FundApprove, FundManage, FundRead},
    },
    db::Db,
    http::{Body, Problem, command, page_of},
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(reserve_fund)
        .service(list_fund_uses)
        .service(get_fund_use)
        .service(release_fund_use)
        .service(ask_fund_operation)
        .service(list_fund_operations)
        .service(check_fund_operation)
        .service(withdraw_fund_operation);
}

/// Reserves the residents' share of a plan item on the sub-accounts of those who voted.
#[utoipa::path(
    tag = "fund", summary = "Reserve for works · 预留", operation_id = "reserve_fund",
    security(("bearer" = [])), request_body = FundUseIn,
    params(("book_id" = BookId, Path, description = "The books")),
    responses((status = 201, description = "Reserved", body = UseView))
)]
#[post("/ledger-books/{book_id}/uses")]
async fn reserve_fund(
    auth: Authorized<FundManage>,
    (db, plans): (web::Data<Db>, web::Data<dyn PlanItems>),
    id: web::Path<BookId>,
    body: Body<FundUseIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let new = body.value.into_command()?;
    command(&db, &context, ("fund.reserve", StatusCode::CREATED), move |tx| {
        let book = get_book(tx.conn(), *id, &reach)?;
        let row = uses::create(tx, (&book, &**plans), &new)?;
        views::use_view(tx.conn(), &book, row.id)
    })
    .await
}

/// The uses of the books.
#[utoipa::path(
    tag = "fund", summary = "Uses · 使用项目", operation_id = "list_fund_uses",
    security(("bearer" = [])),
    params(("book_id" = BookId, Path, description = "The books")),
    responses((status = 200, description = "In order", body = Vec<UseView>))
)]
#[get("/ledger-books/{book_id}/uses")]
async fn list_fund_uses(
    auth: Authorized<FundRead>,
    db: web::Data<Db>,
    id: web::Path<BookId>,
) -> Result<HttpResponse, Problem> {
    let reach = auth.reach().clone();
    let view = db.read(move |conn| {
        let book = get_book(conn, *id, &reach)?;
        views::list_uses(conn, &book)
    });
    Ok(HttpResponse::Ok().json(view.await?))
}

/// A use with its shares, payments and what stands behind it.
#[utoipa::path(
    tag = "fund", summary = "A use · 使用详情", operation_id = "get_fund_use",
    security(("bearer" = [])),
    params(
        ("book_id" = BookId, Path, description = "The books"),
        ("use_id" = FundUseId, Path, description = "The use")
    ),
    responses((status = 200, description = "The use", body = UseView))
)]
#[get("/ledger-books/{book_id}/uses/{use_id}")]
async fn get_fund_use(
    auth: Authorized<FundRead>,
    db: web::Data<Db>,
    ids: web::Path<(BookId, FundUseId)>,
) -> Result<HttpResponse, Problem> {
    let reach = auth.reach().clone();
    let (book_id, id) = ids.into_inner();
    let view = db.read(move |conn| {
        let book = get_book(conn, book_id, &reach)?;
        views::use_view(conn, &book, id)
    });
    Ok(HttpResponse::Ok().json(view.await?))
}

/// Gives up a use of which nothing was paid: what it reserved is free again.
#[utoipa::path(
    tag = "fund", summary = "Give up a use · 释放预留", operation_id = "release_fund_use",
    security(("bearer" = [])),
    params(
        ("book_id" = BookId, Path, description = "The books"),
        ("use_id" = FundUseId, Path, description = "The use")
    ),
    responses((status = 200, description = "Released", body = UseView))
)]
#[post("/ledger-books/{book_id}/uses/{use_id}/release")]
async fn release_fund_use(
    auth: Authorized<FundManage>,
    db: web::Data<Db>,
    ids: web::Path<(BookId, FundUseId)>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (auth.context(), auth.reach().clone());
    let (book_id, id) = ids.into_inner();
    command(&db, &context, ("fund.release", StatusCode::OK), move |tx| {
        let book = get_book(tx.conn(), book_id, &reach)?;
        uses::give_up(tx, (&book, id)).map(UseView::from)
    })
    .await
}

/// Asks for something to be booked. What needs nobody else is booked at once; payments, audits,
/// subsidies and corrections wait for another person, above the policy's limit for two.
#[utoipa::path(
    tag = "fund", summary = "Book on the fund · 办理业务", operation_id = "ask_fund_operation",
    security(("bearer" = [])), request_body = FundOperationIn,
    params(("book_id" = BookId, Path, description = "The books")),
    responses((status = 201, description = "Booked, or waiting", body = OperationView))
)]
#[post("/ledger-books/{book_id}/operations")]
async fn ask_fund_operation(
    auth: Authorized<FundManage>,
    db: web::Data<Db>,
    id: web::Path<BookId>,
    body: Body<FundOperationIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let new = body.value.into_command()?;
    command(&db, &context, ("fund.ask", StatusCode::CREATED), move |tx| {
        let book = get_book(tx.conn(), *id, &reach)?;
        operations::ask(tx, &book, &new).map(OperationView::from)
    })
    .await
}

/// The operations of the books, the newest first.
#[utoipa::path(
    tag = "fund", summary = "Operations · 业务单", operation_id = "list_fund_operations",
    security(("bearer" = [])),
    params(
        ("book_id" = BookId, Path, description = "The books"),
        FundOperationQuery
    ),
    responses((status = 200, description = "A page", body = Page<OperationView>))
)]
#[get("/ledger-books/{book_id}/operations")]
async fn list_fund_operations(
    auth: Authorized<FundRead>,
    db: web::Data<Db>,
    id: web::Path<BookId>,
    query: web::Query<FundOperationQuery>,
) -> Result<HttpResponse, Problem> {
    let (state, page) = query.into_inner().parts();
    let reach = auth.reach().clone();
    let view = db.read(move |conn| {
        let book = get_book(conn, *id, &reach)?;
        views::list_operations(conn, book.id, (state, &page))
    });
    Ok(page_of(view.await?))
}

/// Signs what another asked for; the last signature books it.
#[utoipa::path(
    tag = "fund", summary = "Check an operation · 复核", operation_id = "check_fund_operation",
    security(("bearer" = [])),
    params(
        ("book_id" = BookId, Path, description = "The books"),
        ("operation_id" = FundOperationId, Path, description = "The operation")
    ),
    responses((status = 200, description = "Signed", body = OperationView))
)]
#[post("/ledger-books/{book_id}/operations/{operation_id}/check")]
async fn check_fund_operation(
    auth: Authorized<FundApprove>,
    db: web::Data<Db>,
    ids: web::Path<(BookId, FundOperationId)>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (auth.context(), auth.reach().clone());
    let (book_id, id) = ids.into_inner();
    command(&db, &context, ("fund.check", StatusCode::OK), move |tx| {
        let book = get_book(tx.conn(), book_id, &reach)?;
        operations::check(tx, (&book, id)).map(OperationView::from)
    })
    .await
}

/// Takes an operation back before it is booked.
#[utoipa::path(
    tag = "fund", summary = "Withdraw an operation · 撤回", operation_id = "withdraw_fund_operation",
    security(("bearer" = [])), request_body = WithdrawalIn,
    params(
        ("book_id" = BookId, Path, description = "The books"),
        ("operation_id" = FundOperationId, Path, description = "The operation")
    ),
    responses((status = 200, description = "Withdrawn", body = OperationView))
)]
#[post("/ledger-books/{book_id}/operations/{operation_id}/withdraw")]
async fn withdraw_fund_operation(
    auth: Authorized<FundManage>,
    db: web::Data<Db>,
    ids: web::Path<(BookId, FundOperationId)>,
    body: Body<WithdrawalIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let reason = check_text("/reason", &body.value.reason, 1..=500)?;
    let (book_id, id) = ids.into_inner();
    command(&db, &context, ("fund.withdraw", StatusCode::OK), move |tx| {
        let book = get_book(tx.conn(), book_id, &reach)?;
        operations::withdraw(tx, (&book, id), &reason).map(OperationView::from)
    })
    .await
}
