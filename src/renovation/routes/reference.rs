//! What the law and the ministry give as data: policy packs and the catalogue of contents.

use actix_web::{HttpResponse, get, web};
use serde::Deserialize;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::platform::{
    auth::{Authorized, permission::ProjectRead},
    http::Problem,
};
use crate::renovation::{
    model::{ContentClass, ContentItem},
    service::policies::{self, PolicyView},
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config.service(list_policy_packs).service(get_policy_pack).service(list_content_items);
}

/// The policy packs that the program ships.
#[utoipa::path(
    tag = "renovation", summary = "Policy packs · 政策包", operation_id = "list_policy_packs",
    security(("bearer" = [])),
    responses((status = 200, description = "All of them", body = Vec<PolicyView>))
)]
#[get("/policy-packs")]
async fn list_policy_packs(_auth: Authorized<ProjectRead>) -> Result<HttpResponse, Problem> {
    let packs = std::future::ready(policies::list()).await?;
    Ok(HttpResponse::Ok().json(packs))
}

/// A policy pack: what each stage requires, each with its clause.
#[utoipa::path(
    tag = "renovation", summary = "Policy pack · 政策包详情", operation_id = "get_policy_pack",
    security(("bearer" = [])), params(("key" = String, Path, description = "Its key")),
    responses((status = 200, description = "The pack", body = PolicyView))
)]
#[get("/policy-packs/{key}")]
async fn get_policy_pack(
    _auth: Authorized<ProjectRead>,
    key: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let pack = std::future::ready(policies::find(&key)).await?;
    Ok(HttpResponse::Ok().json(pack))
}

/// What the catalogue is narrowed by.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ContentQuery {
    /// One class only.
    class: Option<ContentClass>,
    /// A part of the code or of a name, in either language.
    search: Option<String>,
}

/// The catalogue of items that a plan may hold: 基础类、完善类、提升类.
#[utoipa::path(
    tag = "renovation", summary = "Content catalogue · 改造内容目录",
    operation_id = "list_content_items", security(("bearer" = [])), params(ContentQuery),
    responses((status = 200, description = "In order", body = Vec<ContentItem>))
)]
#[get("/content-items")]
async fn list_content_items(
    _auth: Authorized<ProjectRead>,
    query: web::Query<ContentQuery>,
) -> Result<HttpResponse, Problem> {
    let ContentQuery { class, search } = query.into_inner();
    let found = policies::find_content_items(class, search.as_deref());
    let items = std::future::ready(found).await;
    Ok(HttpResponse::Ok().json(items))
}
