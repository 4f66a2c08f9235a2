//! Books and their periods.

use actix_web::{HttpResponse, get, http::StatusCode, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::kernel::BookId;
use crate::ledger::{
    dto::{LedgerBookIn, LedgerPeriodIn},
    service::{
        books,
        periods::{self, PeriodView},
        views::{BookView, book_view},
    },
};
use crate::platform::{
    auth::{
        Authorized,
        permission::{FundApprove, FundManage, FundRead},
    },
    db::Db,
    http::{Body, Problem, command},
    tlog::LogSigner,
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(open_ledger_book)
        .service(list_ledger_books)
        .service(get_ledger_book)
        .service(close_ledger_period)
        .service(list_ledger_periods);
}

/// Opens the books of a management area, with their log.
#[utoipa::path(
    tag = "ledger", summary = "Open books · 建账", operation_id = "open_ledger_book",
    security(("bearer" = [])), request_body = LedgerBookIn,
    responses((status = 201, description = "Opened", body = BookView))
)]
#[post("/ledger-books")]
async fn open_ledger_book(
    auth: Authorized<FundManage>,
    (db, signer): (web::Data<Db>, web::Data<LogSigner>),
    body: Body<LedgerBookIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let new = body.value.into_command()?;
    command(&db, &context, ("ledger.open", StatusCode::CREATED), move |tx| {
        let book = books::open_books(tx, (&reach, &signer), new.clone())?;
        book_view(tx.conn(), book)
    })
    .await
}

/// All books within the reach.
#[utoipa::path(
    tag = "ledger", summary = "Books · 账套", operation_id = "list_ledger_books",
    security(("bearer" = [])),
    responses((status = 200, description = "In order", body = Vec<BookView>))
)]
#[get("/ledger-books")]
async fn list_ledger_books(
    auth: Authorized<FundRead>,
    db: web::Data<Db>,
) -> Result<HttpResponse, Problem> {
    let reach = auth.reach().clone();
    let read = db.read(move |conn| {
        let books = books::list(conn, &reach)?;
        books.into_iter().map(|book| book_view(conn, book)).collect::<Result<Vec<_>, _>>()
    });
    Ok(HttpResponse::Ok().json(read.await?))
}

/// A set of books.
#[utoipa::path(
    tag = "ledger", summary = "Books of an area · 账套详情", operation_id = "get_ledger_book",
    security(("bearer" = [])), params(("book_id" = BookId, Path, description = "The books")),
    responses((status = 200, description = "The books", body = BookView))
)]
#[get("/ledger-books/{book_id}")]
async fn get_ledger_book(
    auth: Authorized<FundRead>,
    db: web::Data<Db>,
    id: web::Path<BookId>,
) -> Result<HttpResponse, Problem> {
    let reach = auth.reach().clone();
    let view = db.read(move |conn| {
        let book = books::get(conn, *id, &reach)?;
        book_view(conn, book)
    });
    Ok(HttpResponse::Ok().json(view.await?))
}

/// Closes the books up to a day: the trial balance is kept and sealed in the log, and nothing is booked on
/// or before that day any more.
#[utoipa::path(
    tag = "ledger", summary = "Close a period · 结账", operation_id = "close_ledger_period",
    security(("bearer" = [])), request_body = LedgerPeriodIn,
    params(("book_id" = BookId, Path, description = "The books")),
    responses((status = 201, description = "Closed", body = PeriodView))
)]
#[post("/ledger-books/{book_id}/periods")]
async fn close_ledger_period(
    auth: Authorized<FundApprove>,
    db: web::Data<Db>,
    id: web::Path<BookId>,
    body: Body<LedgerPeriodIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let through = body.value.through;
    command(&db, &context, ("ledger.close_period", StatusCode::CREATED), move |tx| {
        let book = books::get(tx.conn(), *id, &reach)?;
        periods::close(tx, &book, through)
    })
    .await
}

/// The closed periods.
#[utoipa::path(
    tag = "ledger", summary = "Closed periods · 已结账期间", operation_id = "list_ledger_periods",
    security(("bearer" = [])), params(("book_id" = BookId, Path, description = "The books")),
    responses((status = 200, description = "In order", body = Vec<PeriodView>))
)]
#[get("/ledger-books/{book_id}/periods")]
async fn list_ledger_periods(
    auth: Authorized<FundRead>,
    db: web::Data<Db>,
    id: web::Path<BookId>,
) -> Result<HttpResponse, Problem> {
    let reach = auth.reach().clone();
    let list = db.read(move |conn| {
        let book = books::get(conn, *id, &reach)?;
        periods::list(conn, &book)
    });
    Ok(HttpResponse::Ok().json(list.await?))
}
