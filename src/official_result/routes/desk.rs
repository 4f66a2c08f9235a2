//! The desk: record, attach evidence, confirm, withdraw, look.

use actix_multipart::form::{MultipartForm, tempfile::TempFile};
use actix_web::{
    HttpResponse, get,
    http::{StatusCode, header},
    post, web,
};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::kernel::{OfficialFileId, OfficialResultId, Page, Refusal};
use crate::official_result::{
    dto::{OfficialQuery, OfficialResultIn, OfficialWithdrawIn, file_name},
    model::NewEvidence,
    service::{
        record, settle,
        views::{self, EvidenceView, OfficialResultView},
    },
};
use crate::platform::{
    auth::{
        Authorized,
        permission::{OfficialResultRead, OfficialResultRecord},
    },
    db::{Db, WriteContext},
    http::{Body, Problem, command, page_of, private_file},
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(record_official_result)
        .service(list_official_results)
        .service(get_official_template)
        .service(get_official_result)
        .service(attach_official_evidence)
        .service(get_official_evidence)
        .service(confirm_official_result)
        .service(withdraw_official_result);
}

/// Records a result that the city's own platform gave: its numbers as `items` or as the filled-in CSV
/// template. Sums that can't be right are refused, each named. It has no effect until evidence is
/// attached and another person confirms it.
#[utoipa::path(
    tag = "official_result", summary = "Record an official result · 登记官方平台表决结果",
    operation_id = "record_official_result", security(("bearer" = [])),
    request_body = OfficialResultIn,
    responses((status = 201, description = "Recorded", body = OfficialResultView))
)]
#[post("/official-results")]
async fn record_official_result(
    auth: Authorized<OfficialResultRecord>,
    db: web::Data<Db>,
    body: Body<OfficialResultIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let new = body.value.into_command()?;
    command(&db, &context, ("official_result.record", StatusCode::CREATED), move |tx| {
        record::record(tx, &reach, &new)
    })
    .await
}

/// Official results within the reach, newest first.
#[utoipa::path(
    tag = "official_result", summary = "Official results · 官方平台表决结果列表",
    operation_id = "list_official_results", security(("bearer" = [])), params(OfficialQuery),
    responses((status = 200, description = "A page", body = Page<OfficialResultView>))
)]
#[get("/official-results")]
async fn list_official_results(
    auth: Authorized<OfficialResultRead>,
    db: web::Data<Db>,
    query: web::Query<OfficialQuery>,
) -> Result<HttpResponse, Problem> {
    let (reach, (filter, page)) = (auth.reach().clone(), query.into_inner().parts());
    let page = db.snapshot(move |conn| views::list(conn, &reach, (&filter, &page))).await?;
    Ok(page_of(page))
}

/// The empty CSV template: one row an item.
#[utoipa::path(
    tag = "official_result", summary = "Template · 下载导入模板",
    operation_id = "get_official_template", security(("bearer" = [])),
    responses((status = 200, description = "CSV", content_type = "text/csv", body = String))
)]
#[get("/official-results/template.csv")]
async fn get_official_template(
    _auth: Authorized<OfficialResultRead>,
) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header(header::ContentDisposition::attachment("official-result.csv"))
        .body(views::template()))
}

/// A result with its recount and its evidence.
#[utoipa::path(
    tag = "official_result", summary = "Official result · 官方平台表决结果",
    operation_id = "get_official_result", security(("bearer" = [])),
    params(("result_id" = OfficialResultId, Path, description = "The result")),
    responses((status = 200, description = "The result", body = OfficialResultView))
)]
#[get("/official-results/{result_id}")]
async fn get_official_result(
    auth: Authorized<OfficialResultRead>,
    db: web::Data<Db>,
    result_id: web::Path<OfficialResultId>,
) -> Result<HttpResponse, Problem> {
    let reach = auth.reach().clone();
    let view = db.snapshot(move |conn| {
        let row = settle::get_result(conn, *result_id, &reach)?;
        views::view(conn, row)
    });
    Ok(HttpResponse::Ok().json(view.await?))
}

/// Evidence of an official result.
#[derive(Debug, MultipartForm, utoipa::ToSchema)]
struct EvidenceForm {
    /// PDF, PNG, JPEG or CSV, 10 MiB at the most; kept as it is given.
    #[schema(value_type = String, format = Binary, content_media_type = "application/octet-stream")]
    #[multipart(limit = "16MB")]
    file: TempFile,
}

/// Attaches a file of evidence while the result waits; the same content is kept once.
#[utoipa::path(
    tag = "official_result", summary = "Attach evidence · 上传依据",
    operation_id = "attach_official_evidence", security(("bearer" = [])),
    params(("result_id" = OfficialResultId, Path, description = "The result")),
    request_body(content = EvidenceForm, content_type = "multipart/form-data"),
    responses((status = 201, description = "Kept", body = EvidenceView))
)]
#[post("/official-results/{result_id}/evidence")]
async fn attach_official_evidence(
    auth: Authorized<OfficialResultRecord>,
    db: web::Data<Db>,
    result_id: web::Path<OfficialResultId>,
    form: MultipartForm<EvidenceForm>,
) -> Result<HttpResponse, Problem> {
    let file = form.into_inner().file;
    let file_name = file_name(file.file_name)?;
    let read = move || std::fs::read(file.file.path());
    let content = web::block(read).await.map_err(|error| Problem(Refusal::internal(error)))?;
    let content = content.map_err(|error| Problem(Refusal::internal(error)))?;
    let evidence = NewEvidence { file_name, media_type: String::new(), content };
    let (context, reach) = (auth.context(), auth.reach().clone());
    command(&db, &context, ("official_result.evidence", StatusCode::CREATED), move |tx| {
        record::attach(tx, (*result_id, &reach), &evidence)
    })
    .await
}

/// A file of evidence; whoever looks is kept in the audit trail.
#[utoipa::path(
    tag = "official_result", summary = "Look at evidence · 查看依据",
    operation_id = "get_official_evidence", security(("bearer" = [])),
    params(("result_id" = OfficialResultId, Path, description = "The result"),
        ("file_id" = OfficialFileId, Path, description = "The file")),
    responses((status = 200, description = "The file, as an attachment",
        content_type = "application/octet-stream"))
)]
#[get("/official-results/{result_id}/evidence/{file_id}")]
async fn get_official_evidence(
    auth: Authorized<OfficialResultRecord>,
    db: web::Data<Db>,
    path: web::Path<(OfficialResultId, OfficialFileId)>,
) -> Result<HttpResponse, Problem> {
    let ((id, file_id), reach) = (path.into_inner(), auth.reach().clone());
    let context = WriteContext { idempotency: None, ..auth.context() };
    let file = db
        .write(&context, "official_result.evidence_read", move |tx| {
            settle::look_at_file(tx, (id, &reach), file_id)
        })
        .await?;
    Ok(private_file((file.file_name, file.media_type), file.content))
}

/// Confirms a result, as another person than the one who recorded it: with evidence, and only where
/// the numbers give the verdict that the platform states. What it corrects is superseded.
#[utoipa::path(
    tag = "official_result", summary = "Confirm · 复核确认",
    operation_id = "confirm_official_result", security(("bearer" = [])),
    params(("result_id" = OfficialResultId, Path, description = "The result")),
    responses((status = 200, description = "Confirmed", body = OfficialResultView))
)]
#[post("/official-results/{result_id}/confirm")]
async fn confirm_official_result(
    auth: Authorized<OfficialResultRecord>,
    db: web::Data<Db>,
    result_id: web::Path<OfficialResultId>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (auth.context(), auth.reach().clone());
    command(&db, &context, ("official_result.confirm", StatusCode::OK), move |tx| {
        settle::confirm(tx, (*result_id, &reach))
    })
    .await
}

/// Withdraws a result that waits; it stays on the list with the reason.
#[utoipa::path(
    tag = "official_result", summary = "Withdraw · 撤回登记",
    operation_id = "withdraw_official_result", security(("bearer" = [])),
    request_body = OfficialWithdrawIn,
    params(("result_id" = OfficialResultId, Path, description = "The result")),
    responses((status = 200, description = "Withdrawn", body = OfficialResultView))
)]
#[post("/official-results/{result_id}/withdraw")]
async fn withdraw_official_result(
    auth: Authorized<OfficialResultRecord>,
    db: web::Data<Db>,
    result_id: web::Path<OfficialResultId>,
    body: Body<OfficialWithdrawIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let reason = body.value.into_command()?;
    command(&db, &context, ("official_result.withdraw", StatusCode::OK), move |tx| {
        settle::withdraw(tx, (*result_id, &reach), &reason)
    })
    .await
}
