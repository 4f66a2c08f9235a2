//! Rule packs: every number of a vote with its clause.

use actix_web::{HttpResponse, get, http::StatusCode, post, web};

use crate::kernel::{Outcome, RulePackId};
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
    let shown: Vec<_> = rows.into_iter().map(RulePackOut::of).collect::<Outcome<_>>()?;
    Ok(HttpResponse::Ok().json(shown))
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
    Ok(HttpResponse::Ok().json(RulePackOut::of(row)?))
}

/// Loads a district's own pack. It is examined as `jiugai pack check` does, against the pack that it
/// names in `based_on`, with its worked cases; a version never changes afterwards.
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
    let (context, given) = (body.bind(auth.context()), body.value);
    command(&db, &context, ("rule_pack.load", StatusCode::CREATED), move |tx| {
        load_pack(tx, &given.toml, given.tests.as_deref()).and_then(RulePackOut::of)
    })
    .await
}
