//! Rule packs: every number of a vote with its clause.

use actix_web::{HttpResponse, get, http::StatusCode, post, web};

use crate::kernel::RulePackId;
use crate::platform::{
    auth::{
        Authorized,
        permission::{RulePackManage, RulePackRead},
    },
    db::Db,
    http::{Body, Problem, command},
};
use crate::voting::{
    dto::{RulePackIn, RulePackOut},
    service::packs::load_pack,
    store::packs,
};

/// Every version of every rule pack.
#[utoipa::path(
    tag = "voting", summary = "List rule packs · 规则包列表", operation_id = "list_rule_packs",
    security(("bearer" = [])),
    responses((status = 200, description = "All versions", body = Vec<RulePackOut>))
)]
#[get("/rule-packs")]
async fn list_rule_packs(
    _auth: Authorized<RulePackRead>,
    db: web::Data<Db>,
) -> Result<HttpResponse, Problem> {
    let rows = db.read(|conn| Ok(packs::list_packs(conn)?)).await?;
    Ok(HttpResponse::Ok().json(rows.into_iter().map(RulePackOut::from).collect::<Vec<_>>()))
}

/// One version.
#[utoipa::path(
    tag = "voting", summary = "A rule pack · 规则包", operation_id = "get_rule_pack",
    security(("bearer" = [])),
    params(("rule_pack_id" = RulePackId, Path, description = "The version")),
    responses((status = 200, description = "The version", body = RulePackOut))
)]
#[get("/rule-packs/{rule_pack_id}")]
async fn get_rule_pack(
    _auth: Authorized<RulePackRead>,
    db: web::Data<Db>,
    id: web::Path<RulePackId>,
) -> Result<HttpResponse, Problem> {
    let row = db.read(move |conn| Ok(packs::get_pack(conn, *id)?)).await?;
    Ok(HttpResponse::Ok().json(RulePackOut::from(row)))
}

/// Loads a version. It is checked in full, and never changes afterwards.
#[utoipa::path(
    tag = "voting", summary = "Load a rule pack · 载入规则包", operation_id = "create_rule_pack",
    security(("bearer" = [])), request_body = RulePackIn,
    responses((status = 201, description = "Loaded", body = RulePackOut))
)]
#[post("/rule-packs")]
async fn create_rule_pack(
    auth: Authorized<RulePackManage>,
    db: web::Data<Db>,
    body: Body<RulePackIn>,
) -> Result<HttpResponse, Problem> {
    let (context, text) = (body.bind(auth.context()), body.value.toml);
    command(&db, &context, ("rule_pack.load", StatusCode::CREATED), move |tx| {
        load_pack(tx, &text).map(RulePackOut::from)
    })
    .await
}
