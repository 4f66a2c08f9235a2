//! What auditors read: trial balance, journal, statements, the books for hledger, the log's checkpoint.

use actix_web::{HttpResponse, get, web};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::kernel::{BookId, JournalId, LedgerAccountId, Page, PageQuery};
use crate::ledger::{
    dto::LedgerDayQuery,
    service::{
        books, export,
        views::{self, JournalView, Statement, TrialBalance},
    },
};
use crate::platform::{
    auth::{Authorized, permission::FundRead},
    db::Db,
    http::{Problem, page_of},
    tlog::LogSigner,
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(get_trial_balance)
        .service(list_journals)
        .service(get_journal)
        .service(get_account_statement)
        .service(export_hledger)
        .service(get_ledger_checkpoint);
}

/// Every account at the end of a day, with the sums of kinds and buildings.
#[utoipa::path(
    tag = "ledger", summary = "Trial balance · 试算平衡表", operation_id = "get_trial_balance",
    security(("bearer" = [])), params(("book_id" = BookId, Path, description = "The books"), LedgerDayQuery),
    responses((status = 200, description = "At the end of the day", body = TrialBalance))
)]
#[get("/ledger-books/{book_id}/trial-balance")]
async fn get_trial_balance(
    auth: Authorized<FundRead>,
    db: web::Data<Db>,
    id: web::Path<BookId>,
    query: web::Query<LedgerDayQuery>,
) -> Result<HttpResponse, Problem> {
    let (reach, today) = (auth.reach().clone(), db.clock().legal_now().local_date());
    let on = query.on.unwrap_or(today);
    let view = db.snapshot(move |conn| {
        let book = books::get(conn, *id, &reach)?;
        views::trial_balance(conn, book.id, on)
    });
    Ok(HttpResponse::Ok().json(view.await?))
}

/// The journal, by number.
#[utoipa::path(
    tag = "ledger", summary = "Journal · 序时账", operation_id = "list_journals",
    security(("bearer" = [])), params(("book_id" = BookId, Path, description = "The books"), PageQuery),
    responses((status = 200, description = "A page", body = Page<JournalView>))
)]
#[get("/ledger-books/{book_id}/journals")]
async fn list_journals(
    auth: Authorized<FundRead>,
    db: web::Data<Db>,
    id: web::Path<BookId>,
    page: web::Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let reach = auth.reach().clone();
    let page = page.into_inner();
    let list = db.read(move |conn| {
        let book = books::get(conn, *id, &reach)?;
        views::list_journals(conn, book.id, &page)
    });
    Ok(page_of(list.await?))
}

/// A journal with all its entries.
#[utoipa::path(
    tag = "ledger", summary = "A journal · 记账凭证", operation_id = "get_journal",
    security(("bearer" = [])),
    params(
        ("book_id" = BookId, Path, description = "The books"),
        ("journal_id" = JournalId, Path, description = "The journal")
    ),
    responses((status = 200, description = "The journal", body = JournalView))
)]
#[get("/ledger-books/{book_id}/journals/{journal_id}")]
async fn get_journal(
    auth: Authorized<FundRead>,
    db: web::Data<Db>,
    ids: web::Path<(BookId, JournalId)>,
) -> Result<HttpResponse, Problem> {
    let (reach, (book_id, id)) = (auth.reach().clone(), ids.into_inner());
    let view = db.read(move |conn| {
        let book = books::get(conn, book_id, &reach)?;
        views::get_journal(conn, book.id, id)
    });
    Ok(HttpResponse::Ok().json(view.await?))
}

/// An account, line by line.
#[utoipa::path(
    tag = "ledger", summary = "Statement of an account · 对账单", operation_id = "get_account_statement",
    security(("bearer" = [])),
    params(
        ("book_id" = BookId, Path, description = "The books"),
        ("account_id" = LedgerAccountId, Path, description = "The account")
    ),
    responses((status = 200, description = "The statement", body = Statement))
)]
#[get("/ledger-books/{book_id}/accounts/{account_id}/statement")]
async fn get_account_statement(
    auth: Authorized<FundRead>,
    db: web::Data<Db>,
    ids: web::Path<(BookId, LedgerAccountId)>,
) -> Result<HttpResponse, Problem> {
    let (reach, (book_id, id)) = (auth.reach().clone(), ids.into_inner());
    let view = db.snapshot(move |conn| {
        let book = books::get(conn, book_id, &reach)?;
        views::statement(conn, book.id, id)
    });
    Ok(HttpResponse::Ok().json(view.await?))
}

/// The books up to the end of a day in hledger's journal format, with the balances asserted.
#[utoipa::path(
    tag = "ledger", summary = "Books for hledger · 导出 hledger 账簿", operation_id = "export_hledger",
    security(("bearer" = [])), params(("book_id" = BookId, Path, description = "The books"), LedgerDayQuery),
    responses((status = 200, description = "The journal file", body = String, content_type = "text/plain"))
)]
#[get("/ledger-books/{book_id}/hledger")]
async fn export_hledger(
    auth: Authorized<FundRead>,
    db: web::Data<Db>,
    id: web::Path<BookId>,
    query: web::Query<LedgerDayQuery>,
) -> Result<HttpResponse, Problem> {
    let (reach, today) = (auth.reach().clone(), db.clock().legal_now().local_date());
    let on = query.on.unwrap_or(today);
    let text = db.snapshot(move |conn| {
        let book = books::get(conn, *id, &reach)?;
        export::hledger(conn, &book, on)
    });
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(text.await?))
}

/// The signed checkpoint of the books' log as it stands (C2SP tlog-checkpoint).
#[utoipa::path(
    tag = "ledger", summary = "Checkpoint of the books · 账簿日志检查点",
    operation_id = "get_ledger_checkpoint", security(("bearer" = [])),
    params(("book_id" = BookId, Path, description = "The books")),
    responses((status = 200, description = "The note", body = String, content_type = "text/plain"))
)]
#[get("/ledger-books/{book_id}/checkpoint")]
async fn get_ledger_checkpoint(
    auth: Authorized<FundRead>,
    (db, signer): (web::Data<Db>, web::Data<LogSigner>),
    id: web::Path<BookId>,
) -> Result<HttpResponse, Problem> {
    let reach = auth.reach().clone();
    let note = db.read(move |conn| {
        let book = books::get(conn, *id, &reach)?;
        books::checkpoint(conn, &book, &signer)
    });
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(note.await?))
}
