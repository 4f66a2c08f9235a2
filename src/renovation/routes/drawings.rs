//! Drawings and pictures: uploaded as pictures, listed, looked at.

use actix_multipart::form::{MultipartForm, tempfile::TempFile};
use actix_web::{HttpResponse, get, http::StatusCode, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::{on_project, read_project};
use crate::kernel::{PlanDrawingId, ProjectId, Refusal, text::check_text};
use crate::platform::{
    auth::{
        Authorized,
        permission::{ProjectManage, ProjectRead},
    },
    db::{Db, WriteContext},
    files,
    http::{Problem, private_file, read_picture},
};
use crate::renovation::{model::DrawingRow, service::drawings};

pub(super) fn routes(config: &mut ServiceConfig) {
    config.service(create_drawing).service(list_drawings).service(get_drawing);
}

/// A drawing or a picture of a plan.
#[derive(Debug, MultipartForm, utoipa::ToSchema)]
struct DrawingForm {
    /// A JPEG, PNG or WebP image, 16 MiB and 50 megapixels at the most. Metadata is dropped.
    #[schema(value_type = String, format = Binary, content_media_type = "image/*")]
    #[multipart(limit = "16MiB")]
    file: TempFile,
}

/// Takes a drawing. It is written anew without metadata; an image that is there already is answered as
/// it is, so a request may be repeated. A plan names it in `drawing_ids`.
#[utoipa::path(
    tag = "renovation", summary = "Upload a drawing · 上传图纸或效果图", operation_id = "create_drawing",
    security(("bearer" = [])),
    params(("project_id" = ProjectId, Path, description = "The project")),
    request_body(content = DrawingForm, content_type = "multipart/form-data"),
    responses((status = 201, description = "Kept", body = DrawingRow))
)]
#[post("/projects/{project_id}/drawings")]
async fn create_drawing(
    auth: Authorized<ProjectManage>,
    db: web::Data<Db>,
    project_id: web::Path<ProjectId>,
    form: MultipartForm<DrawingForm>,
) -> Result<HttpResponse, Problem> {
    let file = form.into_inner().file;
    let name = file.file_name.clone().unwrap_or_else(|| "drawing".to_owned());
    let name = name.rsplit(['/', '\\']).next().unwrap_or("drawing").to_owned();
    let name = check_text("/file", &name, 1..=200)?;
    let mut sent = file.file.reopen().map_err(Refusal::internal)?;
    let original = web::block(move || files::digest(&mut sent)).await.map_err(Refusal::internal)?;
    let original = original.map_err(Refusal::internal)?;
    let ((), picture) = read_picture(file, |_| Ok(())).await?;
    let context = WriteContext { idempotency: None, ..auth.context() };
    let label = ("project.drawing", StatusCode::CREATED);
    on_project((auth, db, context), label, *project_id, move |tx, row, _| {
        drawings::keep(tx, row, (&name, &original, &picture))
    })
    .await
}

/// The drawings of a project, in order.
#[utoipa::path(
    tag = "renovation", summary = "Drawings · 图纸与效果图", operation_id = "list_drawings",
    security(("bearer" = [])),
    params(("project_id" = ProjectId, Path, description = "The project")),
    responses((status = 200, description = "In order", body = Vec<DrawingRow>))
)]
#[get("/projects/{project_id}/drawings")]
async fn list_drawings(
    auth: Authorized<ProjectRead>,
    db: web::Data<Db>,
    project_id: web::Path<ProjectId>,
) -> Result<HttpResponse, Problem> {
    let read = read_project((&auth, &db), *project_id, |conn, row, _| drawings::list(conn, row.id));
    Ok(HttpResponse::Ok().json(read.await?))
}

/// The image.
#[utoipa::path(
    tag = "renovation", summary = "Look at a drawing · 查看图纸", operation_id = "get_drawing",
    security(("bearer" = [])),
    params(("project_id" = ProjectId, Path, description = "The project"),
        ("drawing_id" = PlanDrawingId, Path, description = "The drawing")),
    responses((status = 200, description = "The image, as an attachment", content_type = "image/jpeg"))
)]
#[get("/projects/{project_id}/drawings/{drawing_id}")]
async fn get_drawing(
    auth: Authorized<ProjectRead>,
    db: web::Data<Db>,
    ids: web::Path<(ProjectId, PlanDrawingId)>,
) -> Result<HttpResponse, Problem> {
    let (id, drawing_id) = ids.into_inner();
    let read = read_project((&auth, &db), id, move |conn, row, _| {
        drawings::find(conn, (row.id, drawing_id))
    });
    Ok(image(read.await?))
}

/// The image as a file to be kept.
pub(super) fn image((row, content): (DrawingRow, Vec<u8>)) -> HttpResponse {
    let end = if row.media_type == "image/png" { "png" } else { "jpg" };
    private_file((format!("{}.{end}", row.id), row.media_type), content)
}
