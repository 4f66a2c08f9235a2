//! The joint review of a plan version: opened here, run by `joint_review`.

use actix_web::{HttpResponse, http::StatusCode, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::on_project;
use crate::joint_review::CaseView;
use crate::kernel::{PlanVersionId, ProjectId};
use crate::platform::{
    auth::{Authorized, permission::ProjectManage},
    db::Db,
    http::{Body, Problem},
};
use crate::renovation::{dto::ReviewRoundIn, service::reviews};

pub(super) fn routes(config: &mut ServiceConfig) {
    config.service(open_joint_review);
}

/// Opens the joint review of the newest fixed version of the plan, or its next round: an opinion on an
/// item that did not change goes on, and everything else is asked anew.
#[utoipa::path(
    tag = "renovation", summary = "Open a review round · 发起联合审查",
    operation_id = "open_joint_review", security(("bearer" = [])), request_body = ReviewRoundIn,
    params(("project_id" = ProjectId, Path, description = "The project"),
        ("plan_id" = PlanVersionId, Path, description = "The fixed version")),
    responses((status = 201, description = "The case with its new round", body = CaseView))
)]
#[post("/projects/{project_id}/plans/{plan_id}/reviews")]
async fn open_joint_review(
    auth: Authorized<ProjectManage>,
    db: web::Data<Db>,
    ids: web::Path<(ProjectId, PlanVersionId)>,
    body: Body<ReviewRoundIn>,
) -> Result<HttpResponse, Problem> {
    let context = body.bind(auth.context());
    let ((id, plan_id), (days, wishes)) = (ids.into_inner(), body.value.into_command()?);
    let label = ("project.review_open", StatusCode::CREATED);
    on_project((auth, db, context), label, id, move |tx, row, _| {
        reviews::open(tx, (row, plan_id), (days, &wishes))
    })
    .await
}
