//! What everybody may see: confirmed results and those that were superseded, numbers only.

use actix_web::{HttpResponse, get, web};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::kernel::{CommunityId, OfficialResultId, Page, PageQuery};
use crate::official_result::service::views::{self, PublicOfficialResult};
use crate::platform::{
    db::Db,
    http::{Problem, page_of},
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config.service(list_public_official_results).service(get_public_official_result);
}

/// The confirmed official results of a community, newest first; superseded ones stay.
#[utoipa::path(
    tag = "official_result", summary = "Public official results · 官方平台表决结果（公开）",
    operation_id = "list_public_official_results", security(()),
    params(("community_id" = CommunityId, Path, description = "The community"), PageQuery),
    responses((status = 200, description = "A page", body = Page<PublicOfficialResult>))
)]
#[get("/public/communities/{community_id}/official-results")]
async fn list_public_official_results(
    db: web::Data<Db>,
    community_id: web::Path<CommunityId>,
    query: web::Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let page = query.into_inner();
    let page = db.snapshot(move |conn| views::list_public(conn, *community_id, &page)).await?;
    Ok(page_of(page))
}

/// A confirmed official result, also once it was superseded.
#[utoipa::path(
    tag = "official_result", summary = "Public official result · 官方平台表决结果（公开）",
    operation_id = "get_public_official_result", security(()),
    params(("result_id" = OfficialResultId, Path, description = "The result")),
    responses((status = 200, description = "The result", body = PublicOfficialResult))
)]
#[get("/public/official-results/{result_id}")]
async fn get_public_official_result(
    db: web::Data<Db>,
    result_id: web::Path<OfficialResultId>,
) -> Result<HttpResponse, Problem> {
    let view = db.snapshot(move |conn| views::find_public(conn, *result_id)).await?;
    Ok(HttpResponse::Ok().json(view))
}
