//! Plans: draft, change, fix, read, compare.

use actix_web::{HttpResponse, get, http::StatusCode, http::header, post, put, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::{Gates, on_project, port, read_project};
use crate::kernel::{PlanVersionId, ProjectId};
use crate::platform::{
    auth::{
        Authorized,
        permission::{ProjectManage, ProjectRead},
    },
    db::Db,
    http::{Body, Problem},
};
use crate::renovation::{
    dto::{DiffQuery, PlanFixIn, PlanIn},
    service::plans::{self, PlanDiff, PlanView},
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(draft_plan)
        .service(list_plans)
        .service(get_plan)
        .service(replace_plan)
        .service(fix_plan)
        .service(get_plan_document)
        .service(compare_plans);
}

type Ids = web::Path<(ProjectId, PlanVersionId)>;

/// Drafts the next version of the plan; one draft at a time.
#[utoipa::path(
    tag = "renovation", summary = "Draft a plan · 起草方案", operation_id = "draft_plan",
    security(("bearer" = [])), request_body = PlanIn,
    params(("project_id" = ProjectId, Path, description = "The project")),
    responses((status = 201, description = "Drafted", body = PlanView))
)]
#[post("/projects/{project_id}/plans")]
async fn draft_plan(
    auth: Authorized<ProjectManage>,
    db: web::Data<Db>,
    (project_id, gates): (web::Path<ProjectId>, Gates),
    body: Body<PlanIn>,
) -> Result<HttpResponse, Problem> {
    let (context, gates) = (body.bind(auth.context()), port(gates));
    let content = body.value.into_command()?;
    let label = ("project.plan_draft", StatusCode::CREATED);
    on_project((auth, db, context), label, *project_id, move |tx, row, _| {
        plans::draft(tx, (row, &*gates), &content)
    })
    .await
}

/// All versions of the plan, in order.
#[utoipa::path(
    tag = "renovation", summary = "Plan versions · 方案版本", operation_id = "list_plans",
    security(("bearer" = [])),
    params(("project_id" = ProjectId, Path, description = "The project")),
    responses((status = 200, description = "In order", body = Vec<PlanView>))
)]
#[get("/projects/{project_id}/plans")]
async fn list_plans(
    auth: Authorized<ProjectRead>,
    db: web::Data<Db>,
    project_id: web::Path<ProjectId>,
) -> Result<HttpResponse, Problem> {
    let read = read_project((&auth, &db), *project_id, |conn, row, _| plans::list(conn, row.id));
    Ok(HttpResponse::Ok().json(read.await?))
}

/// A version of the plan.
#[utoipa::path(
    tag = "renovation", summary = "Plan version · 方案", operation_id = "get_plan",
    security(("bearer" = [])),
    params(("project_id" = ProjectId, Path, description = "The project"),
        ("plan_id" = PlanVersionId, Path, description = "The version")),
    responses((status = 200, description = "The version", body = PlanView))
)]
#[get("/projects/{project_id}/plans/{plan_id}")]
async fn get_plan(
    auth: Authorized<ProjectRead>,
    db: web::Data<Db>,
    ids: Ids,
) -> Result<HttpResponse, Problem> {
    let (id, plan_id) = ids.into_inner();
    let read =
        read_project((&auth, &db), id, move |conn, row, _| plans::find(conn, (row.id, plan_id)));
    Ok(HttpResponse::Ok().json(read.await?))
}

/// Puts another content into a draft.
#[utoipa::path(
    tag = "renovation", summary = "Change a draft · 修改方案草案", operation_id = "replace_plan",
    security(("bearer" = [])), request_body = PlanIn,
    params(("project_id" = ProjectId, Path, description = "The project"),
        ("plan_id" = PlanVersionId, Path, description = "The version")),
    responses((status = 200, description = "Changed", body = PlanView))
)]
#[put("/projects/{project_id}/plans/{plan_id}")]
async fn replace_plan(
    auth: Authorized<ProjectManage>,
    db: web::Data<Db>,
    (ids, gates): (Ids, Gates),
    body: Body<PlanIn>,
) -> Result<HttpResponse, Problem> {
    let (context, gates) = (body.bind(auth.context()), port(gates));
    let ((id, plan_id), content) = (ids.into_inner(), body.value.into_command()?);
    let label = ("project.plan_replace", StatusCode::OK);
    on_project((auth, db, context), label, id, move |tx, row, _| {
        plans::replace(tx, (row, &*gates, plan_id), &content)
    })
    .await
}

/// Fixes the draft that was read: it becomes the project's plan and never changes. What was decided on
/// an earlier version does not count for it.
#[utoipa::path(
    tag = "renovation", summary = "Fix a plan · 固定方案版本", operation_id = "fix_plan",
    security(("bearer" = [])), request_body = PlanFixIn,
    params(("project_id" = ProjectId, Path, description = "The project"),
        ("plan_id" = PlanVersionId, Path, description = "The version")),
    responses((status = 200, description = "Fixed", body = PlanView))
)]
#[post("/projects/{project_id}/plans/{plan_id}/fix")]
async fn fix_plan(
    auth: Authorized<ProjectManage>,
    db: web::Data<Db>,
    ids: Ids,
    body: Body<PlanFixIn>,
) -> Result<HttpResponse, Problem> {
    let context = body.bind(auth.context());
    let ((id, plan_id), sha256) = (ids.into_inner(), body.value.into_command()?);
    let label = ("project.plan_fix", StatusCode::OK);
    on_project((auth, db, context), label, id, move |tx, row, _| {
        plans::fix(tx, (row, plan_id), &sha256)
    })
    .await
}

/// The bytes whose SHA-256 a vote decides, canonical JSON as a text file: attach it to the vote as it
/// is.
#[utoipa::path(
    tag = "renovation", summary = "Plan document · 方案文本（用于表决材料）",
    operation_id = "get_plan_document", security(("bearer" = [])),
    params(("project_id" = ProjectId, Path, description = "The project"),
        ("plan_id" = PlanVersionId, Path, description = "The version")),
    responses((status = 200, description = "Canonical JSON", content_type = "text/plain",
        body = String))
)]
#[get("/projects/{project_id}/plans/{plan_id}/document")]
async fn get_plan_document(
    auth: Authorized<ProjectRead>,
    db: web::Data<Db>,
    ids: Ids,
) -> Result<HttpResponse, Problem> {
    let (id, plan_id) = ids.into_inner();
    let read = read_project((&auth, &db), id, move |conn, row, _| {
        plans::canonical_text(conn, (row.id, plan_id))
    });
    let (number, text) = read.await?;
    let name = format!("plan-v{number}.txt");
    Ok(HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .insert_header(header::ContentDisposition::attachment(name))
        .body(text))
}

/// What a version changes against an earlier one, in plain words.
#[utoipa::path(
    tag = "renovation", summary = "Compare plans · 比较方案版本", operation_id = "compare_plans",
    security(("bearer" = [])),
    params(("project_id" = ProjectId, Path, description = "The project"),
        ("plan_id" = PlanVersionId, Path, description = "The later version"), DiffQuery),
    responses((status = 200, description = "The changes", body = PlanDiff))
)]
#[get("/projects/{project_id}/plans/{plan_id}/diff")]
async fn compare_plans(
    auth: Authorized<ProjectRead>,
    db: web::Data<Db>,
    ids: Ids,
    query: web::Query<DiffQuery>,
) -> Result<HttpResponse, Problem> {
    let ((id, to), from) = (ids.into_inner(), query.from);
    let read =
        read_project((&auth, &db), id, move |conn, row, _| plans::compare(conn, &row, (from, to)));
    Ok(HttpResponse::Ok().json(read.await?))
}
