//! The frozen roll: units and totals, never a name.

use actix_web::{HttpResponse, get, web};

use crate::kernel::{Page, PageQuery, VoteId};
use crate::platform::{
    auth::{Authorized, permission::VoteRead},
    db::Db,
    http::{Problem, page_of},
};
use crate::voting::{
    dto::{RollQuery, RollTotalsOut, RollUnitOut},
    service::{facts::get_vote, roll::totals_by_building},
    store::rolls,
};

/// The units of the frozen roll that count, in its order.
#[utoipa::path(
    tag = "voting", summary = "Units of the roll · 名册", operation_id = "list_roll_units",
    security(("bearer" = [])),
    params(("vote_id" = VoteId, Path, description = "The vote"), RollQuery),
    responses((status = 200, description = "A page", body = Page<RollUnitOut>))
)]
#[get("/votes/{vote_id}/roll")]
async fn list_roll_units(
    auth: Authorized<VoteRead>,
    db: web::Data<Db>,
    vote_id: web::Path<VoteId>,
    query: web::Query<RollQuery>,
) -> Result<HttpResponse, Problem> {
    let (query, reach) = (query.into_inner(), auth.reach().clone());
    let page = PageQuery { limit: query.limit, cursor: query.cursor.clone() };
    let (after, limit) = (page.cursor::<i32>()?, page.limit());
    let rows = db
        .read(move |conn| {
            get_vote(conn, *vote_id, &reach)?;
            let slice = (after, page.fetch());
            Ok(rolls::list_roll_units(conn, *vote_id, &query.filter(), slice)?)
        })
        .await?;
    Ok(page_of(Page::cut(rows, limit, |row| row.position.to_string()).map(RollUnitOut::from)))
}

/// Totals of the frozen roll, by building: what the notice publishes.
#[utoipa::path(
    tag = "voting", summary = "Totals of the roll · 名册合计", operation_id = "get_roll_totals",
    security(("bearer" = [])), params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 200, description = "Totals", body = RollTotalsOut))
)]
#[get("/votes/{vote_id}/roll/totals")]
async fn get_roll_totals(
    auth: Authorized<VoteRead>,
    db: web::Data<Db>,
    vote_id: web::Path<VoteId>,
) -> Result<HttpResponse, Problem> {
    let reach = auth.reach().clone();
    let (vote, units) = db
        .snapshot(move |conn| {
            let vote = get_vote(conn, *vote_id, &reach)?;
            Ok((vote, rolls::list_whole_roll(conn, *vote_id)?))
        })
        .await?;
    Ok(HttpResponse::Ok().json(RollTotalsOut {
        heads: vote.row.roll_heads.unwrap_or_default(),
        area: vote.row.roll_area.unwrap_or_default(),
        buildings: totals_by_building(&units).into_iter().map(Into::into).collect(),
    }))
}
