//! Applications from every channel.

use actix_web::{
    HttpResponse, get,
    http::{StatusCode, header},
    post, web,
};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::consultation::{
    dto::{
        ApplicationIn, ApplicationMergeIn, ApplicationUnmergeIn, ApplicationsIn, ConsultationQuery,
    },
    service::applications::{self, ApplicationView, ImportedApplications},
};
use crate::kernel::{ApplicationId, Page};
use crate::platform::{
    auth::{
        Authorized,
        permission::{
            ConsultationManage, ConsultationRead, ConsultationTakePart, ConsultationVisit,
        },
    },
    db::Db,
    http::{Body, Problem, command, page_of},
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(enter_application)
        .service(list_applications)
        .service(get_applications_template)
        .service(import_applications)
        .service(get_application)
        .service(merge_application)
        .service(unmerge_application);
}

/// Enters an application for a renovation: an owner's own, or what came to the street's desk or the
/// hotline. It gets the next number of its division and year, whatever the channel.
#[utoipa::path(
    tag = "consultation", summary = "Apply · 申请改造", operation_id = "enter_application",
    security(("bearer" = [])), request_body = ApplicationIn,
    responses((status = 201, description = "Entered", body = ApplicationView))
)]
#[post("/renovation-applications")]
async fn enter_application(
    auth: Authorized<ConsultationTakePart>,
    db: web::Data<Db>,
    body: Body<ApplicationIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let (community_id, channel, new) = body.value.into_command()?;
    command(&db, &context, ("application.enter", StatusCode::CREATED), move |tx| {
        applications::apply(tx, (&reach, community_id), (channel, &new))
    })
    .await
}

/// Applications within the reach, an owner's own among them; newest first.
#[utoipa::path(
    tag = "consultation", summary = "Applications · 改造申请列表", operation_id = "list_applications",
    security(("bearer" = [])), params(ConsultationQuery),
    responses((status = 200, description = "A page", body = Page<ApplicationView>))
)]
#[get("/renovation-applications")]
async fn list_applications(
    auth: Authorized<ConsultationRead>,
    db: web::Data<Db>,
    query: web::Query<ConsultationQuery>,
) -> Result<HttpResponse, Problem> {
    let (reach, (community_id, page)) = (auth.reach().clone(), query.into_inner().parts());
    let page = db.snapshot(move |conn| applications::list(conn, (&reach, community_id), &page));
    Ok(page_of(page.await?))
}

/// The empty CSV template: one row an application.
#[utoipa::path(
    tag = "consultation", summary = "Template · 下载导入模板",
    operation_id = "get_applications_template", security(("bearer" = [])),
    responses((status = 200, description = "CSV", content_type = "text/csv", body = String))
)]
#[get("/renovation-applications/template.csv")]
async fn get_applications_template(
    _auth: Authorized<ConsultationRead>,
) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header(header::ContentDisposition::attachment("applications.csv"))
        .body(applications::import_template()))
}

/// Enters the rows of a file, all or none; every bad row is named with its reason.
#[utoipa::path(
    tag = "consultation", summary = "Import · 批量导入申请", operation_id = "import_applications",
    security(("bearer" = [])), request_body = ApplicationsIn,
    responses((status = 201, description = "Entered", body = ImportedApplications))
)]
#[post("/renovation-applications/import")]
async fn import_applications(
    auth: Authorized<ConsultationVisit>,
    db: web::Data<Db>,
    body: Body<ApplicationsIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let ApplicationsIn { community_id, csv } = body.value;
    command(&db, &context, ("application.import", StatusCode::CREATED), move |tx| {
        applications::import(tx, (&reach, community_id), &csv)
    })
    .await
}

/// An application with its merges.
#[utoipa::path(
    tag = "consultation", summary = "Application · 改造申请", operation_id = "get_application",
    security(("bearer" = [])),
    params(("application_id" = ApplicationId, Path, description = "The application")),
    responses((status = 200, description = "The application", body = ApplicationView))
)]
#[get("/renovation-applications/{application_id}")]
async fn get_application(
    auth: Authorized<ConsultationRead>,
    db: web::Data<Db>,
    id: web::Path<ApplicationId>,
) -> Result<HttpResponse, Problem> {
    let reach = auth.reach().clone();
    let view = db.snapshot(move |conn| applications::get(conn, *id, &reach)).await?;
    Ok(HttpResponse::Ok().json(view))
}

/// Merges a duplicate into another application of the community; both stay.
#[utoipa::path(
    tag = "consultation", summary = "Merge · 合并重复申请", operation_id = "merge_application",
    security(("bearer" = [])), request_body = ApplicationMergeIn,
    params(("application_id" = ApplicationId, Path, description = "The duplicate")),
    responses((status = 200, description = "Merged", body = ApplicationView))
)]
#[post("/renovation-applications/{application_id}/merge")]
async fn merge_application(
    auth: Authorized<ConsultationManage>,
    db: web::Data<Db>,
    id: web::Path<ApplicationId>,
    body: Body<ApplicationMergeIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let (into, reason) = body.value.into_command()?;
    command(&db, &context, ("application.merge", StatusCode::OK), move |tx| {
        applications::merge(tx, (*id, &reach), (into, &reason))
    })
    .await
}

/// Undoes a merge; it stays on record.
#[utoipa::path(
    tag = "consultation", summary = "Undo a merge · 撤销合并", operation_id = "unmerge_application",
    security(("bearer" = [])), request_body = ApplicationUnmergeIn,
    params(("application_id" = ApplicationId, Path, description = "The application that was merged")),
    responses((status = 200, description = "Undone", body = ApplicationView))
)]
#[post("/renovation-applications/{application_id}/unmerge")]
async fn unmerge_application(
    auth: Authorized<ConsultationManage>,
    db: web::Data<Db>,
    id: web::Path<ApplicationId>,
    body: Body<ApplicationUnmergeIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let reason = body.value.into_command()?;
    command(&db, &context, ("application.unmerge", StatusCode::OK), move |tx| {
        applications::unmerge(tx, (*id, &reach), &reason)
    })
    .await
}
