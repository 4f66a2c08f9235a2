//! What everybody may see of a project: where it stands, its fixed plans, what residents changed in them.

use actix_web::{HttpResponse, get, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::drawings::image;
use crate::kernel::{CommunityId, PlanDrawingId, ProjectId};
use crate::platform::{db::Db, http::Problem};
use crate::renovation::service::public::{self, PublicProject, PublicSummary};

pub(super) fn routes(config: &mut ServiceConfig) {
    config.service(list_public_projects).service(get_public_project).service(get_public_drawing);
}

/// The projects of a community, newest first.
#[utoipa::path(
    tag = "renovation", summary = "Projects of a community · 小区改造项目",
    operation_id = "list_public_projects", security(()),
    params(("community_id" = CommunityId, Path, description = "The community")),
    responses((status = 200, description = "Newest first", body = Vec<PublicSummary>))
)]
#[get("/public/communities/{community_id}/projects")]
async fn list_public_projects(
    db: web::Data<Db>,
    community_id: web::Path<CommunityId>,
) -> Result<HttpResponse, Problem> {
    let id = *community_id;
    Ok(HttpResponse::Ok().json(db.snapshot(move |conn| public::list(conn, id)).await?))
}

/// A project: its stages, its fixed plans with what each changed, and what residents raised that changed
/// the plan. No name, no unit, no draft.
#[utoipa::path(
    tag = "renovation", summary = "Project for everybody · 改造项目公开信息",
    operation_id = "get_public_project", security(()),
    params(("project_id" = ProjectId, Path, description = "The project")),
    responses((status = 200, description = "The project", body = PublicProject))
)]
#[get("/public/projects/{project_id}")]
async fn get_public_project(
    db: web::Data<Db>,
    project_id: web::Path<ProjectId>,
) -> Result<HttpResponse, Problem> {
    let id = *project_id;
    Ok(HttpResponse::Ok().json(db.snapshot(move |conn| public::find(conn, id)).await?))
}

/// A drawing that a fixed plan names; 404 for any other.
#[utoipa::path(
    tag = "renovation", summary = "Drawing for everybody · 公开图纸",
    operation_id = "get_public_drawing", security(()),
    params(("project_id" = ProjectId, Path, description = "The project"),
        ("drawing_id" = PlanDrawingId, Path, description = "The drawing")),
    responses((status = 200, description = "The image, without metadata", content_type = "image/jpeg"))
)]
#[get("/public/projects/{project_id}/drawings/{drawing_id}")]
async fn get_public_drawing(
    db: web::Data<Db>,
    ids: web::Path<(ProjectId, PlanDrawingId)>,
) -> Result<HttpResponse, Problem> {
    let ids = ids.into_inner();
    Ok(image(db.snapshot(move |conn| public::find_drawing(conn, ids)).await?))
}
