//! Sheets for people: what is printed, and what is published to everybody.

use actix_web::{HttpResponse, get, http::header, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::log::LogData;
use crate::kernel::{Code, Outcome, Refusal, UtcTime, VoteId};
use crate::platform::{
    auth::{
        Authorized, Permission,
        permission::{PaperEnter, VoteCount, VoteRead},
        seal::Keys,
    },
    db::{Conn, Db},
    http::Problem,
    tlog::LogSigner,
};
use crate::voting::{
    dto::{BuildingQuery, PrintQuery},
    pages,
    service::{
        checkpoints,
        facts::{Vote, find_vote, get_vote},
        printing,
        publication::{self, Notice, Reader, ResultSheet},
    },
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(print_ballots)
        .service(print_delivery_list)
        .service(print_notice)
        .service(print_roll)
        .service(get_result)
        .service(get_result_page)
        .service(get_result_csv)
        .service(get_public_notice)
        .service(get_public_notice_page)
        .service(get_public_result)
        .service(get_public_result_page);
}

pub(super) fn html(page: String) -> HttpResponse {
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body(page)
}

/// Reads a vote within the caller's reach in one view of the database, and makes something of it.
async fn of_vote<P: Permission, T: Send + 'static>(
    auth: &Authorized<P>,
    db: &Db,
    vote_id: VoteId,
    make: impl FnOnce(&mut Conn, &Vote, Reader) -> Outcome<T> + Send + 'static,
) -> Result<T, Problem> {
    let reach = auth.reach().clone();
    let is_desk = auth.principal().grants_of(VoteCount::NAME).next().is_some();
    let made = db.snapshot(move |conn| {
        let vote = get_vote(conn, vote_id, &reach)?;
        let is_staff = is_desk && reach.covers(&vote.place);
        make(conn, &vote, if is_staff { Reader::Staff } else { Reader::Owner })
    });
    Ok(made.await?)
}

/// Reads a vote for somebody who has not signed in.
pub(super) async fn of_public_vote<T: Send + 'static>(
    db: &Db,
    vote_id: VoteId,
    make: impl FnOnce(&mut Conn, &Vote) -> Outcome<T> + Send + 'static,
) -> Result<T, Problem> {
    let made = db.snapshot(move |conn| {
        let vote = find_vote(conn, vote_id)?;
        make(conn, &vote)
    });
    Ok(made.await?)
}

/// The issued sheets, one page each: units, area, items, boxes, signature, serial, QR code.
#[utoipa::path(
    tag = "voting", summary = "Blank ballots · 打印空白表决票", operation_id = "print_ballots",
    security(("bearer" = [])),
    params(("vote_id" = VoteId, Path, description = "The vote"), PrintQuery),
    responses((status = 200, description = "A4 pages", content_type = "text/html", body = String))
)]
#[get("/votes/{vote_id}/print/ballots")]
async fn print_ballots(
    auth: Authorized<PaperEnter>,
    (db, keys): (web::Data<Db>, web::Data<Keys>),
    vote_id: web::Path<VoteId>,
    query: web::Query<PrintQuery>,
) -> Result<HttpResponse, Problem> {
    let page = of_vote(&auth, &db, *vote_id, move |conn, vote, _| {
        let of = (query.building.as_deref(), query.issue_id);
        let print = printing::blank_ballots(conn, (vote, &keys), of)?;
        pages::ballots_page(&print)
    });
    Ok(html(page.await?))
}

/// The delivery list: a line per unit to be signed for.
#[utoipa::path(
    tag = "voting", summary = "Delivery list · 打印送达清单", operation_id = "print_delivery_list",
    security(("bearer" = [])),
    params(("vote_id" = VoteId, Path, description = "The vote"), BuildingQuery),
    responses((status = 200, description = "A4 pages", content_type = "text/html", body = String))
)]
#[get("/votes/{vote_id}/print/delivery-list")]
async fn print_delivery_list(
    auth: Authorized<PaperEnter>,
    db: web::Data<Db>,
    vote_id: web::Path<VoteId>,
    query: web::Query<BuildingQuery>,
) -> Result<HttpResponse, Problem> {
    let page = of_vote(&auth, &db, *vote_id, move |conn, vote, _| {
        let list = printing::unit_list(conn, vote, query.building.as_deref())?;
        pages::delivery_page(&list)
    });
    Ok(html(page.await?))
}

/// The notice for the notice board.
#[utoipa::path(
    tag = "voting", summary = "Notice · 打印公告", operation_id = "print_notice",
    security(("bearer" = [])), params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 200, description = "A4 pages", content_type = "text/html", body = String))
)]
#[get("/votes/{vote_id}/print/notice")]
async fn print_notice(
    auth: Authorized<VoteRead>,
    (db, signer): LogData,
    vote_id: web::Path<VoteId>,
) -> Result<HttpResponse, Problem> {
    let now = db.clock().now();
    let page =
        of_vote(&auth, &db, *vote_id, move |conn, vote, _| notice_page(conn, vote, (&signer, now)));
    Ok(html(page.await?))
}

/// The roll for the notice board: units and areas, never names. Owners see it from the notice on.
#[utoipa::path(
    tag = "voting", summary = "Roll · 打印名册公示", operation_id = "print_roll",
    security(("bearer" = [])),
    params(("vote_id" = VoteId, Path, description = "The vote"), BuildingQuery),
    responses((status = 200, description = "A4 pages", content_type = "text/html", body = String))
)]
#[get("/votes/{vote_id}/print/roll")]
async fn print_roll(
    auth: Authorized<VoteRead>,
    db: web::Data<Db>,
    vote_id: web::Path<VoteId>,
    query: web::Query<BuildingQuery>,
) -> Result<HttpResponse, Problem> {
    let page = of_vote(&auth, &db, *vote_id, move |conn, vote, reader| {
        if reader != Reader::Staff && vote.row.noticed_at.is_none() {
            return Err(Refusal::new(Code::NotFound));
        }
        pages::roll_page(&printing::unit_list(conn, vote, query.building.as_deref())?)
    });
    Ok(html(page.await?))
}

/// The result sheet: for the desk once counted, for owners once published.
#[utoipa::path(
    tag = "voting", summary = "Result · 表决结果", operation_id = "get_result",
    security(("bearer" = [])), params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 200, description = "The result", body = ResultSheet))
)]
#[get("/votes/{vote_id}/result")]
async fn get_result(
    auth: Authorized<VoteRead>,
    db: web::Data<Db>,
    vote_id: web::Path<VoteId>,
) -> Result<HttpResponse, Problem> {
    let result = of_vote(&auth, &db, *vote_id, publication::result);
    Ok(HttpResponse::Ok().json(result.await?))
}

/// The result sheet for printing.
#[utoipa::path(
    tag = "voting", summary = "Result page · 打印结果公示", operation_id = "get_result_page",
    security(("bearer" = [])), params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 200, description = "A4 pages", content_type = "text/html", body = String))
)]
#[get("/votes/{vote_id}/result.html")]
async fn get_result_page(
    auth: Authorized<VoteRead>,
    db: web::Data<Db>,
    vote_id: web::Path<VoteId>,
) -> Result<HttpResponse, Problem> {
    let page = of_vote(&auth, &db, *vote_id, |conn, vote, reader| {
        pages::result_page(&publication::result(conn, vote, reader)?)
    });
    Ok(html(page.await?))
}

/// The result as CSV for spreadsheets: UTF-8 with BOM, one line per item.
#[utoipa::path(
    tag = "voting", summary = "Result as CSV · 导出结果", operation_id = "get_result_csv",
    security(("bearer" = [])), params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 200, description = "CSV", content_type = "text/csv", body = String))
)]
#[get("/votes/{vote_id}/result.csv")]
async fn get_result_csv(
    auth: Authorized<VoteRead>,
    db: web::Data<Db>,
    vote_id: web::Path<VoteId>,
) -> Result<HttpResponse, Problem> {
    let file = of_vote(&auth, &db, *vote_id, |conn, vote, reader| {
        pages::result_csv(&publication::result(conn, vote, reader)?)
    });
    let name = format!("attachment; filename=\"result-{vote_id}.csv\"");
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, name))
        .body(file.await?))
}

/// The notice, for everybody once it was given.
#[utoipa::path(
    tag = "voting", summary = "Public notice · 公告（公开）", operation_id = "get_public_notice",
    security(()), params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 200, description = "The notice", body = Notice))
)]
#[get("/public/votes/{vote_id}/notice")]
async fn get_public_notice(
    db: web::Data<Db>,
    vote_id: web::Path<VoteId>,
) -> Result<HttpResponse, Problem> {
    let notice = of_public_vote(&db, *vote_id, publication::notice);
    Ok(HttpResponse::Ok().json(notice.await?))
}

/// The notice as a page, for everybody once it was given.
#[utoipa::path(
    tag = "voting", summary = "Public notice page · 公告页面（公开）",
    operation_id = "get_public_notice_page", security(()),
    params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 200, description = "A4 pages", content_type = "text/html", body = String))
)]
#[get("/public/votes/{vote_id}/notice.html")]
async fn get_public_notice_page(
    (db, signer): LogData,
    vote_id: web::Path<VoteId>,
) -> Result<HttpResponse, Problem> {
    let now = db.clock().now();
    let page =
        of_public_vote(&db, *vote_id, move |conn, vote| notice_page(conn, vote, (&signer, now)));
    Ok(html(page.await?))
}

fn notice_page(conn: &mut Conn, vote: &Vote, signer: (&LogSigner, UtcTime)) -> Outcome<String> {
    let notice = publication::notice(conn, vote)?;
    let checkpoint = checkpoints::sheet_of_notice(conn, vote, signer)?;
    pages::notice_page(&notice, checkpoint.as_ref())
}

/// The result, for everybody once it is published: sums only.
#[utoipa::path(
    tag = "voting", summary = "Public result · 结果（公开）", operation_id = "get_public_result",
    security(()), params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 200, description = "The result", body = ResultSheet))
)]
#[get("/public/votes/{vote_id}/result")]
async fn get_public_result(
    db: web::Data<Db>,
    vote_id: web::Path<VoteId>,
) -> Result<HttpResponse, Problem> {
    let result =
        of_public_vote(&db, *vote_id, |conn, vote| publication::result(conn, vote, Reader::Public));
    Ok(HttpResponse::Ok().json(result.await?))
}

/// The result as a page, for everybody once it is published: sums only.
#[utoipa::path(
    tag = "voting", summary = "Public result page · 结果页面（公开）",
    operation_id = "get_public_result_page", security(()),
    params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 200, description = "A4 pages", content_type = "text/html", body = String))
)]
#[get("/public/votes/{vote_id}/result.html")]
async fn get_public_result_page(
    db: web::Data<Db>,
    vote_id: web::Path<VoteId>,
) -> Result<HttpResponse, Problem> {
    let page = of_public_vote(&db, *vote_id, |conn, vote| {
        pages::result_page(&publication::result(conn, vote, Reader::Public)?)
    });
    Ok(html(page.await?))
}
