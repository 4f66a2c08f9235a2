//! What is seen: the matrix of a project, gaps, doubtful invoices, reports.

use actix_web::{HttpResponse, get, http::header, web};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::funding::{
    dto::{FundingRegionQuery, FundingReportQuery},
    model::{FundingReport, FundingTag, PlanLines},
    service::{
        facts::get_project,
        gaps::{self, FundingGap},
        invoices::{self, DoubtfulInvoice},
        matrix::{self, FundingMatrix},
        reports, sources,
    },
};
use crate::kernel::{Page, PageQuery, ProjectId};
use crate::platform::{
    auth::{Authorized, permission::FundingRead},
    db::Db,
    http::{Problem, page_of},
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(get_project_funding)
        .service(list_funding_gaps)
        .service(list_doubtful_invoices)
        .service(list_funding_tags)
        .service(list_funding_reports)
        .service(get_funding_report);
}

/// A project's items against its sources, with what nobody pays for yet.
#[utoipa::path(
    tag = "funding", summary = "Allocation matrix · 资金安排表", operation_id = "get_project_funding",
    security(("bearer" = [])), params(("project_id" = ProjectId, Path, description = "The project")),
    responses((status = 200, description = "Items × sources", body = FundingMatrix))
)]
#[get("/projects/{project_id}/funding")]
async fn get_project_funding(
    auth: Authorized<FundingRead>,
    (db, plans): (web::Data<Db>, web::Data<dyn PlanLines>),
    project_id: web::Path<ProjectId>,
) -> Result<HttpResponse, Problem> {
    let (reach, id) = (auth.reach().clone(), *project_id);
    let matrix = db.snapshot(move |conn| {
        let project = get_project(conn, (id, &**plans), &reach)?;
        matrix::matrix(conn, project)
    });
    Ok(HttpResponse::Ok().json(matrix.await?))
}

/// Items of a division that nobody pays for yet, each with the sources whose rules fit and that have
/// something left; by project. A page may hold fewer projects than its limit.
#[utoipa::path(
    tag = "funding", summary = "Uncovered items and fitting sources · 资金缺口与可用来源",
    operation_id = "list_funding_gaps", security(("bearer" = [])), params(FundingRegionQuery),
    responses((status = 200, description = "A page", body = Page<FundingGap>))
)]
#[get("/funding-gaps")]
async fn list_funding_gaps(
    auth: Authorized<FundingRead>,
    (db, plans): (web::Data<Db>, web::Data<dyn PlanLines>),
    query: web::Query<FundingRegionQuery>,
) -> Result<HttpResponse, Problem> {
    let (reach, today) = (auth.reach().clone(), db.clock().legal_now().local_date());
    let (region, page) = query.into_inner().parts()?;
    let page = db.snapshot(move |conn| {
        gaps::list(conn, (&reach, &**plans), (region.as_deref(), &page), today)
    });
    Ok(page_of(page.await?))
}

/// Invoices that are claimed more than once, or whose number two counterparties used.
#[utoipa::path(
    tag = "funding", summary = "Double claims · 重复报销核查", operation_id = "list_doubtful_invoices",
    security(("bearer" = [])), params(PageQuery),
    responses((status = 200, description = "A page", body = Page<DoubtfulInvoice>))
)]
#[get("/funding-invoices")]
async fn list_doubtful_invoices(
    auth: Authorized<FundingRead>,
    db: web::Data<Db>,
    query: web::Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let (reach, page) = (auth.reach().clone(), query.into_inner());
    let page = db.snapshot(move |conn| invoices::list(conn, &reach, &page)).await?;
    Ok(page_of(page))
}

/// The named programmes with the items that their money may pay.
#[utoipa::path(
    tag = "funding", summary = "Tags of purposes · 专项用途标签", operation_id = "list_funding_tags",
    security(("bearer" = [])),
    responses((status = 200, description = "In order", body = Vec<FundingTag>))
)]
#[get("/funding-tags")]
async fn list_funding_tags(_auth: Authorized<FundingRead>) -> HttpResponse {
    std::future::ready(HttpResponse::Ok().json(sources::tags())).await
}

/// The reports of the authorities with their columns.
#[utoipa::path(
    tag = "funding", summary = "Reports · 报表目录", operation_id = "list_funding_reports",
    security(("bearer" = [])),
    responses((status = 200, description = "In order", body = Vec<FundingReport>))
)]
#[get("/funding-reports")]
async fn list_funding_reports(_auth: Authorized<FundingRead>) -> HttpResponse {
    std::future::ready(HttpResponse::Ok().json(reports::reports())).await
}

/// A report on a division, in its authority's own columns.
#[utoipa::path(
    tag = "funding", summary = "A report as CSV · 导出报表", operation_id = "get_funding_report",
    security(("bearer" = [])),
    params(("report" = String, Path, description = "Its name"), FundingReportQuery),
    responses((status = 200, description = "CSV", content_type = "text/csv", body = String))
)]
#[get("/funding-reports/{report}")]
async fn get_funding_report(
    auth: Authorized<FundingRead>,
    (db, plans): (web::Data<Db>, web::Data<dyn PlanLines>),
    report: web::Path<String>,
    query: web::Query<FundingReportQuery>,
) -> Result<HttpResponse, Problem> {
    let (reach, name) = (auth.reach().clone(), report.into_inner());
    let region = query.into_inner().region()?;
    let file = format!("{name}.csv");
    let text = db.snapshot(move |conn| {
        reports::csv_of(conn, (&reach, &**plans), (&name, region.as_deref()))
    });
    let text = text.await?;
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header(header::ContentDisposition::attachment(file))
        .body(text))
}
