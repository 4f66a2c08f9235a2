//! What an owner sees of the own units.

use actix_web::{HttpResponse, get, web};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::fund::{
    dto::CalculatorQuery,
    service::households::{self, Calculation, HouseholdFund},
};
use crate::kernel::{Code, Refusal};
use crate::platform::{
    auth::{Authorized, permission::FundOwn},
    db::Db,
    http::Problem,
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config.service(get_own_fund).service(calculate_fund);
}

/// The accounts of everything that you own: bills, balance, what was used and matched, receipts.
#[utoipa::path(
    tag = "fund", summary = "My repair fund · 我的维修资金", operation_id = "get_own_fund",
    security(("bearer" = [])),
    responses((status = 200, description = "By unit", body = Vec<HouseholdFund>))
)]
#[get("/my/repair-fund")]
async fn get_own_fund(
    auth: Authorized<FundOwn>,
    db: web::Data<Db>,
) -> Result<HttpResponse, Problem> {
    let owner_id = auth.reach().owner_id().ok_or_else(|| Refusal::new(Code::NotFound))?;
    let today = db.clock().legal_now().local_date();
    let view = db.snapshot(move |conn| households::own_funds(conn, owner_id, today));
    Ok(HttpResponse::Ok().json(view.await?))
}

/// What you would pay and what would come back, before the vote.
#[utoipa::path(
    tag = "fund", summary = "What will I pay · 算一算", operation_id = "calculate_fund",
    security(("bearer" = [])),
    params(CalculatorQuery),
    responses((status = 200, description = "By unit and percentage", body = Vec<Calculation>))
)]
#[get("/my/repair-fund/calculator")]
async fn calculate_fund(
    auth: Authorized<FundOwn>,
    db: web::Data<Db>,
    query: web::Query<CalculatorQuery>,
) -> Result<HttpResponse, Problem> {
    let owner_id = auth.reach().owner_id().ok_or_else(|| Refusal::new(Code::NotFound))?;
    let today = db.clock().legal_now().local_date();
    let CalculatorQuery { community_id, standard, use_amount } = query.into_inner();
    let view = db.snapshot(move |conn| {
        households::calculate(conn, (owner_id, community_id), (&standard, use_amount), today)
    });
    Ok(HttpResponse::Ok().json(view.await?))
}
