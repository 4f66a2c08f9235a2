//! Composite decisions: several votes, all of which must pass, then the authority's decision.

use actix_web::{HttpResponse, get, http::StatusCode, post, web};
use serde::Serialize;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::kernel::{CompositeId, Outcome, Page, PageQuery};
use crate::platform::{
    auth::{
        Authorized, Reach,
        permission::{CompositeDecide, VotePrepare, VoteRead},
    },
    db::{Conn, Db},
    http::{Body, Problem, command, page_of},
};
use crate::voting::{
    dto::{AuthorityIn, CompositeIn, CompositeQuery, CompositeSummary, MemberIn},
    service::{
        composite_views::{CompositeReadiness, CompositeView},
        composites,
        facts::get_vote,
    },
    store::composites as store,
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(create_composite)
        .service(list_composites)
        .service(get_composite)
        .service(add_composite_member)
        .service(get_composite_readiness)
        .service(explain_composite)
        .service(record_authority_decision);
}

/// A composite decision.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct CompositeOut {
    /// What lists show of it.
    #[serde(flatten)]
    summary: CompositeSummary,
    /// What it has come to.
    readiness: CompositeReadiness,
}

fn show(conn: &mut Conn, id: CompositeId, reach: &Reach) -> Outcome<CompositeOut> {
    let view = CompositeView::load(conn, id, reach)?;
    let readiness = view.readiness()?;
    Ok(CompositeOut { summary: view.row.into(), readiness })
}

/// Opens a composite decision over the places that vote, each for itself.
#[utoipa::path(
    tag = "voting", summary = "Open a composite decision · 发起组合表决",
    operation_id = "create_composite", security(("bearer" = [])), request_body = CompositeIn,
    responses((status = 201, description = "Opened", body = CompositeOut))
)]
#[post("/composite-decisions")]
async fn create_composite(
    auth: Authorized<VotePrepare>,
    db: web::Data<Db>,
    body: Body<CompositeIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let new = body.value.into_command()?;
    command(&db, &context, ("composite.open", StatusCode::CREATED), move |tx| {
        let id = composites::open_composite(tx, &reach, &new)?;
        show(tx.conn(), id, &reach)
    })
    .await
}

/// Composite decisions within the caller's scope, newest first.
#[utoipa::path(
    tag = "voting", summary = "List composite decisions · 组合表决列表",
    operation_id = "list_composites", security(("bearer" = [])), params(CompositeQuery),
    responses((status = 200, description = "A page", body = Page<CompositeSummary>))
)]
#[get("/composite-decisions")]
async fn list_composites(
    auth: Authorized<VoteRead>,
    db: web::Data<Db>,
    query: web::Query<CompositeQuery>,
) -> Result<HttpResponse, Problem> {
    let (query, reach) = (query.into_inner(), auth.reach().clone());
    let page = PageQuery { limit: query.limit, cursor: query.cursor.clone() };
    let after = page.cursor::<CompositeId>()?;
    let limit = page.limit();
    let rows = db
        .read(move |conn| {
            let search = query.search.as_deref();
            Ok(store::list_composites(conn, &reach, search, (after, page.fetch()))?)
        })
        .await?;
    Ok(page_of(Page::cut(rows, limit, |row| row.id.to_string()).map(CompositeSummary::from)))
}

/// One composite decision.
#[utoipa::path(
    tag = "voting", summary = "A composite decision · 组合表决详情",
    operation_id = "get_composite", security(("bearer" = [])),
    params(("composite_id" = CompositeId, Path, description = "The composite decision")),
    responses((status = 200, description = "What it has come to", body = CompositeOut))
)]
#[get("/composite-decisions/{composite_id}")]
async fn get_composite(
    auth: Authorized<VoteRead>,
    db: web::Data<Db>,
    id: web::Path<CompositeId>,
) -> Result<HttpResponse, Problem> {
    let reach = auth.reach().clone();
    Ok(HttpResponse::Ok().json(db.snapshot(move |conn| show(conn, *id, &reach)).await?))
}

/// Adds a vote in the place and for the matter that it fits; a re-vote names the failed or voided
/// vote that it replaces, which stays in the history.
#[utoipa::path(
    tag = "voting", summary = "Add a vote · 加入一次表决", operation_id = "add_composite_member",
    security(("bearer" = [])), request_body = MemberIn,
    params(("composite_id" = CompositeId, Path, description = "The composite decision")),
    responses((status = 201, description = "Added", body = CompositeOut))
)]
#[post("/composite-decisions/{composite_id}/members")]
async fn add_composite_member(
    auth: Authorized<VotePrepare>,
    db: web::Data<Db>,
    id: web::Path<CompositeId>,
    body: Body<MemberIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let new = body.value;
    command(&db, &context, ("composite.add", StatusCode::CREATED), move |tx| {
        let view = CompositeView::load(tx.conn(), *id, &reach)?;
        let vote = get_vote(tx.conn(), new.vote_id, &reach)?;
        composites::add_member(tx, &view, (&vote, new.replaces))?;
        show(tx.conn(), *id, &reach)
    })
    .await
}

/// What is missing: every needed vote with its outcome, the verdict, and the pack's target beside.
#[utoipa::path(
    tag = "voting", summary = "Readiness of a composite · 组合表决就绪条件",
    operation_id = "get_composite_readiness", security(("bearer" = [])),
    params(("composite_id" = CompositeId, Path, description = "The composite decision")),
    responses((status = 200, description = "What is missing", body = CompositeReadiness))
)]
#[get("/composite-decisions/{composite_id}/readiness")]
async fn get_composite_readiness(
    auth: Authorized<VoteRead>,
    db: web::Data<Db>,
    id: web::Path<CompositeId>,
) -> Result<HttpResponse, Problem> {
    let reach = auth.reach().clone();
    let ready =
        db.snapshot(move |conn| CompositeView::load(conn, *id, &reach)?.readiness()).await?;
    Ok(HttpResponse::Ok().json(ready))
}

/// Why: each vote with its tests, numbers, margins and clauses, and first the tests that were not
/// met. Results are shown once published.
#[utoipa::path(
    tag = "voting", summary = "Explain a composite · 组合表决结果与依据",
    operation_id = "explain_composite", security(("bearer" = [])),
    params(("composite_id" = CompositeId, Path, description = "The composite decision")),
    responses((status = 200, description = "Readiness, tests not met, and each vote's working"))
)]
#[get("/composite-decisions/{composite_id}/explain")]
async fn explain_composite(
    auth: Authorized<VoteRead>,
    db: web::Data<Db>,
    id: web::Path<CompositeId>,
) -> Result<HttpResponse, Problem> {
    let reach = auth.reach().clone();
    let why = db.snapshot(move |conn| CompositeView::load(conn, *id, &reach)?.explain()).await?;
    Ok(HttpResponse::Ok().json(why))
}

/// Records the authority's decision with its document and announcement, once all votes have passed.
#[utoipa::path(
    tag = "voting", summary = "The authority's decision · 登记主管部门决定",
    operation_id = "record_authority_decision", security(("bearer" = [])),
    request_body = AuthorityIn,
    params(("composite_id" = CompositeId, Path, description = "The composite decision")),
    responses((status = 201, description = "Recorded", body = CompositeOut))
)]
#[post("/composite-decisions/{composite_id}/authority-decision")]
async fn record_authority_decision(
    auth: Authorized<CompositeDecide>,
    db: web::Data<Db>,
    id: web::Path<CompositeId>,
    body: Body<AuthorityIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let new = body.value.into_command()?;
    command(&db, &context, ("composite.decide", StatusCode::CREATED), move |tx| {
        let view = CompositeView::load(tx.conn(), *id, &reach)?;
        composites::record_authority(tx, &reach, (&view, &new))?;
        show(tx.conn(), *id, &reach)
    })
    .await
}
