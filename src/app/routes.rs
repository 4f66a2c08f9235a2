//! Mounts every slice, and the two questions that machines ask.

use actix_web::{HttpRequest, HttpResponse, get, web};
use utoipa_actix_web::{scope, service_config::ServiceConfig};

use crate::{
    app::demo,
    consultation, elevator, fund, funding, identity, joint_review,
    kernel::{Code, Refusal},
    ledger, official_result,
    platform::{
        db::{Db, Readiness},
        http::{Drain, Limits, Problem},
        telemetry::Metrics,
    },
    registry, renovation, survey, voting,
};

/// All routes.
pub fn mount(config: &mut ServiceConfig) {
    config.configure(probes).service(scope::scope("/api/v1").configure(slices));
}

/// What machines ask of any server of ours.
pub fn probes(config: &mut ServiceConfig) {
    config.service(livez).service(readyz).service(metrics);
}

fn slices(config: &mut ServiceConfig) {
    config.configure(identity::routes).configure(registry::routes);
    config.configure(voting::routes).configure(elevator::routes);
    config.configure(official_result::routes).configure(consultation::routes);
    config.configure(survey::routes).configure(joint_review::routes);
    config.configure(renovation::routes).configure(ledger::routes);
    config.configure(fund::routes);
    config.configure(funding::routes);
    config.configure(demo::routes);
}

/// Whether the process is alive.
#[utoipa::path(
    tag = "operations",
    summary = "Alive? · 存活检查",
    operation_id = "livez",
    security(()),
    responses((status = 200, description = "The process answers", body = String))
)]
#[get("/livez")]
async fn livez() -> HttpResponse {
    std::future::ready(HttpResponse::Ok().body("ok")).await
}

/// Whether the server should be given work: the database answers and the last commit succeeded.
#[utoipa::path(
    tag = "operations",
    summary = "Ready? · 就绪检查",
    operation_id = "readyz",
    security(()),
    responses(
        (status = 200, description = "Ready", body = String),
        (status = 503, description = "Not ready")
    )
)]
#[get("/readyz")]
async fn readyz(db: web::Data<Db>, drain: web::Data<Drain>) -> Result<HttpResponse, Problem> {
    let not_ready = |reason: &str| Refusal::new(Code::Unavailable).detail(reason).into();
    if drain.has_begun() {
        return Err(not_ready("draining"));
    }
    match db.readiness().await {
        Readiness::Ready => Ok(HttpResponse::Ok().body("ready")),
        Readiness::NotReady(reason) => {
            tracing::warn!(reason, "not ready");
            Err(not_ready("the database"))
        }
    }
}

/// The numbers of the process as Prometheus text, for the addresses in `metrics_from` only.
#[utoipa::path(
    tag = "operations",
    summary = "Numbers for Prometheus · 运行指标",
    operation_id = "metrics",
    security(()),
    responses((status = 200, description = "Prometheus text", body = String))
)]
#[get("/metrics")]
async fn metrics(
    request: HttpRequest,
    limits: web::Data<Limits>,
    numbers: web::Data<Metrics>,
) -> Result<HttpResponse, Problem> {
    let answer = limits.may_read_metrics(&request).then(|| {
        HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(numbers.render())
    });
    std::future::ready(answer.ok_or_else(|| Refusal::new(Code::NotFound).into())).await
}
