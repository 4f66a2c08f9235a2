//! Mergers and splits of communities, and where buildings belonged on a day.

use actix_web::{HttpResponse, get, http::StatusCode, post, web};
use serde::Deserialize;
use utoipa_actix_web::service_config::ServiceConfig;

use super::day_or_today;
use crate::{
    kernel::{
        BoundaryChangeId, BuildingId, Code, CommunityId, LocalDate, Outcome, Page, ProposalState,
        Refusal,
    },
    platform::{
        auth::{
            Authorized, Reach,
            permission::{BoundaryManage, RegistryRead},
        },
        db::{Conn, Db},
        http::{Body, Problem, command, page_of},
    },
    registry::{
        dto::{
            BoundariesOut, BoundaryBuildingOut, BoundaryChangeIn, BoundaryChangeOut,
            BoundarySourceOut, BoundaryTargetOut, BuildingCommunityOut, MovedBuildingOut,
            RelatedCommunityOut, VoteInTheWayOut, WorkInTheWayOut,
        },
        model::NewBoundaryChange,
        service::{
            boundaries::{self as service, BoundaryGuard, VoteInTheWay, WorkInTheWay, place_of},
            boundary_views::{ChangeView, Move, Stay, buildings_on, stays_of},
        },
        store::{boundaries as store, communities::find_community},
    },
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(propose_boundary_change)
        .service(get_boundary_change)
        .service(confirm_boundary_change)
        .service(withdraw_boundary_change)
        .service(list_boundary_changes)
        .service(get_boundaries)
        .service(list_building_communities);
}

/// Proposes that communities merge, or that one splits. It has no effect until another person
/// confirms it; the answer lists what would move and which votes stand in the way.
#[utoipa::path(
    post, path = "/boundary-changes", tag = "registry", operation_id = "propose_boundary_change",
    summary = "Propose a merger or split · 提出小区合并或拆分", request_body = BoundaryChangeIn,
    params(("Idempotency-Key" = Option<String>, Header)), security(("bearer" = [])),
    responses((status = 201, description = "Proposed", body = BoundaryChangeOut))
)]
#[post("/boundary-changes")]
async fn propose_boundary_change(
    who: Authorized<BoundaryManage>,
    (db, guard): (web::Data<Db>, web::Data<dyn BoundaryGuard>),
    body: Body<BoundaryChangeIn>,
) -> Result<HttpResponse, Problem> {
    let context = body.bind(who.context());
    let (reach, new) = (who.reach().clone(), NewBoundaryChange::from(body.value));
    command(&db, &context, ("registry.boundaries_propose", StatusCode::CREATED), move |tx| {
        let id = service::propose(tx, &**guard, &reach, &new)?;
        let view = ChangeView::load(tx.conn(), id, (&reach, true))?;
        show(tx.conn(), &**guard, view)
    })
    .await
}

/// A merger or split with what moves.
#[utoipa::path(
    get, path = "/boundary-changes/{id}", tag = "registry", operation_id = "get_boundary_change",
    summary = "A merger or split · 小区合并或拆分", params(("id" = BoundaryChangeId, Path)),
    security(("bearer" = [])),
    responses((status = 200, description = "With what moves", body = BoundaryChangeOut))
)]
#[get("/boundary-changes/{id}")]
async fn get_boundary_change(
    who: Authorized<RegistryRead>,
    (db, guard): (web::Data<Db>, web::Data<dyn BoundaryGuard>),
    id: web::Path<BoundaryChangeId>,
) -> Result<HttpResponse, Problem> {
    let reach = who.reach().clone();
    let shown = db.snapshot(move |conn| {
        let view = ChangeView::load(conn, *id, (&reach, false))?;
        show(conn, &**guard, view)
    });
    Ok(HttpResponse::Ok().json(shown.await?))
}

/// Confirms a proposal, as another person than the one who proposed it: buildings move with their
/// units and owners, the old communities end.
#[utoipa::path(
    post, path = "/boundary-changes/{id}/confirm", tag = "registry",
    operation_id = "confirm_boundary_change", summary = "Confirm it · 复核小区合并或拆分",
    params(("id" = BoundaryChangeId, Path)), security(("bearer" = [])),
    responses((status = 200, description = "Confirmed", body = BoundaryChangeOut))
)]
#[post("/boundary-changes/{id}/confirm")]
async fn confirm_boundary_change(
    who: Authorized<BoundaryManage>,
    (db, guard): (web::Data<Db>, web::Data<dyn BoundaryGuard>),
    id: web::Path<BoundaryChangeId>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (who.context(), who.reach().clone());
    command(&db, &context, ("registry.boundaries_confirm", StatusCode::OK), move |tx| {
        let view = ChangeView::load(tx.conn(), *id, (&reach, true))?;
        service::confirm(tx, &**guard, &reach, &view)?;
        let view = ChangeView::load(tx.conn(), *id, (&reach, true))?;
        show(tx.conn(), &**guard, view)
    })
    .await
}

/// Withdraws a proposal that nobody has confirmed.
#[utoipa::path(
    post, path = "/boundary-changes/{id}/withdraw", tag = "registry",
    operation_id = "withdraw_boundary_change", summary = "Withdraw it · 撤回小区合并或拆分",
    params(("id" = BoundaryChangeId, Path)), security(("bearer" = [])),
    responses((status = 200, description = "Withdrawn", body = BoundaryChangeOut))
)]
#[post("/boundary-changes/{id}/withdraw")]
async fn withdraw_boundary_change(
    who: Authorized<BoundaryManage>,
    (db, guard): (web::Data<Db>, web::Data<dyn BoundaryGuard>),
    id: web::Path<BoundaryChangeId>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (who.context(), who.reach().clone());
    command(&db, &context, ("registry.boundaries_withdraw", StatusCode::OK), move |tx| {
        let view = ChangeView::load(tx.conn(), *id, (&reach, true))?;
        service::withdraw(tx, &view)?;
        let view = ChangeView::load(tx.conn(), *id, (&reach, true))?;
        show(tx.conn(), &**guard, view)
    })
    .await
}

/// The mergers and splits of a community, proposed ones too, oldest first.
#[utoipa::path(
    get, path = "/communities/{id}/boundary-changes", tag = "registry",
    operation_id = "list_boundary_changes", summary = "Mergers and splits · 小区合并与拆分",
    params(("id" = CommunityId, Path)), security(("bearer" = [])),
    responses((status = 200, description = "All of them", body = Page<BoundaryChangeOut>))
)]
#[get("/communities/{id}/boundary-changes")]
async fn list_boundary_changes(
    who: Authorized<RegistryRead>,
    (db, guard): (web::Data<Db>, web::Data<dyn BoundaryGuard>),
    id: web::Path<CommunityId>,
) -> Result<HttpResponse, Problem> {
    let reach = who.reach().clone();
    let items = db.snapshot(move |conn| {
        let found = find_community(conn, &reach, *id)?;
        found.ok_or_else(|| Refusal::new(Code::NotFound))?;
        let mut items = Vec::new();
        for row in store::list_changes(conn, *id)? {
            let view = ChangeView::load(conn, row.id, (&Reach::everything(), false))?;
            items.push(show(conn, &**guard, view)?);
        }
        Ok(items)
    });
    Ok(page_of(Page { items: items.await?, next_cursor: None }))
}

/// The day that boundaries are shown of.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct OnQuery {
    /// `YYYY-MM-DD`; today where nothing is said.
    on: Option<LocalDate>,
}

/// The buildings that belonged to a community on a day, the communities that it came from and those
/// that it became.
#[utoipa::path(
    get, path = "/communities/{id}/boundaries", tag = "registry", operation_id = "get_boundaries",
    summary = "Boundaries on a day · 小区范围沿革", params(("id" = CommunityId, Path), OnQuery),
    security(("bearer" = [])),
    responses((status = 200, description = "The boundaries", body = BoundariesOut))
)]
#[get("/communities/{id}/boundaries")]
async fn get_boundaries(
    who: Authorized<RegistryRead>,
    db: web::Data<Db>,
    id: web::Path<CommunityId>,
    query: web::Query<OnQuery>,
) -> Result<HttpResponse, Problem> {
    let (reach, day) = (who.reach().clone(), day_or_today(&db, query.on));
    let shown =
        db.snapshot(move |conn| {
            let found = find_community(conn, &reach, *id)?;
            let community = found.ok_or_else(|| Refusal::new(Code::NotFound))?;
            let building = |(_, building_id, name, valid_from, valid_to): Stay| {
                BoundaryBuildingOut { building_id, name, valid_from, valid_to }
            };
            let buildings = buildings_on(conn, *id, day)?.into_iter().map(building).collect();
            let (predecessors, successors) = related(conn, *id)?;
            Ok(BoundariesOut {
                community_id: *id,
                name: community.name,
                ended_on: community.ended_on,
                predecessors,
                successors,
                on: day,
                buildings,
            })
        });
    Ok(HttpResponse::Ok().json(shown.await?))
}

/// What a community came from and what it became.
fn related(
    conn: &mut Conn,
    id: CommunityId,
) -> Outcome<(Vec<RelatedCommunityOut>, Vec<RelatedCommunityOut>)> {
    let (mut before, mut after) = (Vec::new(), Vec::new());
    let confirmed = store::list_changes(conn, id)?.into_iter();
    for row in confirmed.filter(|row| row.confirmed_at.is_some()) {
        let other = |community_id, name: String| RelatedCommunityOut {
            community_id,
            name,
            change_id: row.id,
            effective_on: row.effective_on,
        };
        let sources = store::list_sources(conn, row.id)?;
        let targets = store::list_targets(conn, row.id)?;
        if sources.iter().any(|(source, _)| source.community_id == id) {
            let began = targets.into_iter().filter_map(|to| Some(other(to.community_id?, to.name)));
            after.extend(began);
        } else {
            before.extend(sources.into_iter().map(|(_, from)| other(from.id, from.name)));
        }
    }
    Ok((before, after))
}

/// The communities that a building belonged to, oldest first.
#[utoipa::path(
    get, path = "/buildings/{id}/communities", tag = "registry",
    operation_id = "list_building_communities", summary = "Where it belonged · 楼栋归属沿革",
    params(("id" = BuildingId, Path)), security(("bearer" = [])),
    responses((status = 200, description = "In order", body = Page<BuildingCommunityOut>))
)]
#[get("/buildings/{id}/communities")]
async fn list_building_communities(
    who: Authorized<RegistryRead>,
    db: web::Data<Db>,
    id: web::Path<BuildingId>,
) -> Result<HttpResponse, Problem> {
    let reach = who.reach().clone();
    let items = db.snapshot(move |conn| {
        let stays = stays_of(conn, *id)?;
        let ids: Vec<CommunityId> = stays.iter().map(|stay| stay.0).collect();
        let communities = store::list_communities_by_id(conn, &ids)?;
        let is_seen = |community| {
            let place = place_of(community);
            reach.covers(&crate::platform::auth::Place { building_id: Some(*id), ..place })
        };
        if !communities.values().any(is_seen) {
            return Err(Refusal::new(Code::NotFound));
        }
        let one = |(community_id, _, building, valid_from, valid_to): Stay| BuildingCommunityOut {
            community_id,
            community: communities
                .get(&community_id)
                .map(|row| row.name.clone())
                .unwrap_or_default(),
            building,
            valid_from,
            valid_to,
        };
        Ok(stays.into_iter().map(one).collect::<Vec<_>>())
    });
    Ok(page_of(Page { items: items.await?, next_cursor: None }))
}

fn show(
    conn: &mut Conn,
    guard: &dyn BoundaryGuard,
    view: ChangeView,
) -> Outcome<BoundaryChangeOut> {
    let (moves, unfit) = match view.moves(conn) {
        Ok(moves) => (moves, None),
        // Entered since the proposal; whoever looks must see why it can't be confirmed.
        Err(refusal) if refusal.code() == Code::BoundaryUnfit => {
            (Vec::new(), refusal.detail_text().map(str::to_owned))
        }
        Err(refusal) => return Err(refusal),
    };
    let ids: Vec<CommunityId> = view.sources.iter().map(|(row, _)| row.community_id).collect();
    let in_the_way = if view.row.state() == ProposalState::Proposed {
        let votes = guard.votes_in_the_way(conn, &ids, view.row.effective_on)?;
        (votes, guard.works_in_the_way(conn, &ids)?)
    } else {
        (Vec::new(), Vec::new())
    };
    Ok(change_out(view, &moves, (in_the_way, unfit)))
}

fn change_out(
    view: ChangeView,
    moves: &[Move],
    ((in_the_way, works), unfit): ((Vec<VoteInTheWay>, Vec<WorkInTheWay>), Option<String>),
) -> BoundaryChangeOut {
    let ChangeView { row, sources, targets } = view;
    let state = row.state();
    let moved = |one: &Move| MovedBuildingOut {
        building_id: one.building.id,
        from: one.building.community_id,
        name: one.building.name.clone(),
        new_name: format!("{}{}", one.prefix, one.building.name),
        units: one.units.len(),
    };
    let target = |(index, target): (usize, store::TargetRow)| {
        let buildings: Vec<MovedBuildingOut> =
            moves.iter().filter(|one| one.target == index).map(moved).collect();
        BoundaryTargetOut {
            name: target.name,
            division_code: target.division_code,
            community_id: target.community_id,
            units: buildings.iter().map(|building| building.units).sum(),
            buildings,
        }
    };
    let source = |(row, community): (store::SourceRow, _)| source_out(row, community);
    let vote = |VoteInTheWay { id, title, state }| VoteInTheWayOut { vote_id: id, title, state };
    let work = |WorkInTheWay { kind, id, title }| WorkInTheWayOut { kind, id, title };
    BoundaryChangeOut {
        id: row.id,
        kind: row.kind,
        state,
        effective_on: row.effective_on,
        document_number: row.document_number,
        reason: row.reason,
        decision_id: row.decision_id,
        proposed_by: row.proposed_name,
        proposed_at: row.proposed_at,
        confirmed_by: row.confirmed_name,
        confirmed_at: row.confirmed_at,
        withdrawn_by: row.withdrawn_name,
        withdrawn_at: row.withdrawn_at,
        sources: sources.into_iter().map(source).collect(),
        targets: targets.into_iter().enumerate().map(target).collect(),
        in_the_way: in_the_way.into_iter().map(vote).collect(),
        works_in_the_way: works.into_iter().map(work).collect(),
        unfit,
    }
}

fn source_out(
    row: store::SourceRow,
    community: crate::registry::store::communities::Community,
) -> BoundarySourceOut {
    BoundarySourceOut {
        community_id: row.community_id,
        name: community.name,
        prefix: row.prefix,
        ended_on: community.ended_on,
    }
}
