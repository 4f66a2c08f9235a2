//! Evidence: record, withdraw, look.

use actix_web::{HttpResponse, get, http::StatusCode, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::{Gates, on_project, port, read_project};
use crate::kernel::{EvidenceId, ProjectId};
use crate::platform::{
    auth::{
        Authorized,
        permission::{ProjectManage, ProjectRead},
    },
    db::Db,
    http::{Body, Problem},
};
use crate::renovation::{
    dto::{EvidenceIn, ProjectReasonIn},
    service::evidence::{self, EvidenceView},
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(record_project_evidence)
        .service(list_project_evidence)
        .service(withdraw_project_evidence);
}

/// Records evidence for a requirement; the newest that stands is looked at.
#[utoipa::path(
    tag = "renovation", summary = "Record evidence · 登记依据",
    operation_id = "record_project_evidence", security(("bearer" = [])),
    request_body = EvidenceIn,
    params(("project_id" = ProjectId, Path, description = "The project")),
    responses((status = 201, description = "Recorded", body = EvidenceView))
)]
#[post("/projects/{project_id}/evidence")]
async fn record_project_evidence(
    auth: Authorized<ProjectManage>,
    db: web::Data<Db>,
    (project_id, gates): (web::Path<ProjectId>, Gates),
    body: Body<EvidenceIn>,
) -> Result<HttpResponse, Problem> {
    let (context, gates) = (body.bind(auth.context()), port(gates));
    let (key, proof) = body.value.into_command()?;
    let label = ("project.evidence", StatusCode::CREATED);
    on_project((auth, db, context), label, *project_id, move |tx, row, _| {
        evidence::record(tx, (row, &*gates), (&key, &proof))
    })
    .await
}

/// Everything that was recorded, withdrawals too, in order.
#[utoipa::path(
    tag = "renovation", summary = "Evidence · 依据", operation_id = "list_project_evidence",
    security(("bearer" = [])),
    params(("project_id" = ProjectId, Path, description = "The project")),
    responses((status = 200, description = "In order", body = Vec<EvidenceView>))
)]
#[get("/projects/{project_id}/evidence")]
async fn list_project_evidence(
    auth: Authorized<ProjectRead>,
    db: web::Data<Db>,
    project_id: web::Path<ProjectId>,
) -> Result<HttpResponse, Problem> {
    let read = read_project((&auth, &db), *project_id, |conn, row, _| evidence::list(conn, row.id));
    Ok(HttpResponse::Ok().json(read.await?))
}

/// Withdraws a piece of evidence by another row.
#[utoipa::path(
    tag = "renovation", summary = "Withdraw evidence · 撤回依据",
    operation_id = "withdraw_project_evidence", security(("bearer" = [])),
    request_body = ProjectReasonIn,
    params(("project_id" = ProjectId, Path, description = "The project"),
        ("evidence_id" = EvidenceId, Path, description = "The evidence")),
    responses((status = 201, description = "Withdrawn", body = EvidenceView))
)]
#[post("/projects/{project_id}/evidence/{evidence_id}/withdraw")]
async fn withdraw_project_evidence(
    auth: Authorized<ProjectManage>,
    db: web::Data<Db>,
    ids: web::Path<(ProjectId, EvidenceId)>,
    body: Body<ProjectReasonIn>,
) -> Result<HttpResponse, Problem> {
    let context = body.bind(auth.context());
    let ((id, evidence_id), reason) = (ids.into_inner(), body.value.into_command()?);
    let label = ("project.evidence_withdraw", StatusCode::CREATED);
    on_project((auth, db, context), label, id, move |tx, row, _| {
        evidence::withdraw(tx, (row, evidence_id), &reason)
    })
    .await
}
