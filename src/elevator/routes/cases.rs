//! A case from the request to its end, and the public board.

use actix_web::{HttpResponse, get, http::StatusCode, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::{on_case, read_case};
use crate::elevator::{
    dto::{ElevatorAnswerIn, ElevatorQuery, ElevatorReasonIn, ElevatorRequestIn, ElevatorVotesIn},
    model::CaseCommand,
    service::{
        board::{self, Board},
        cases as service,
        views::{CaseSummary, CaseView, case_view},
    },
};
use crate::kernel::{CommunityId, ElevatorCaseId, Page};
use crate::platform::{
    auth::{
        Authorized,
        permission::{ElevatorManage, ElevatorRead, ElevatorRequest},
    },
    db::Db,
    http::{Body, Problem, command, page_of},
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(request_elevator)
        .service(list_elevator_cases)
        .service(get_elevator_case)
        .service(start_elevator_case)
        .service(link_elevator_votes)
        .service(reserve_elevator_pit)
        .service(reopen_elevator_case)
        .service(withdraw_elevator_case)
        .service(get_elevator_board);
}

/// One household asks for an elevator in its entrance: its own account, or staff for a unit. The
/// request opens the case, joins the open one, or revives a reserved one; the committee answers
/// until 24:00 of the next working day.
#[utoipa::path(
    tag = "elevator", summary = "Ask for an elevator · 申请加装电梯",
    operation_id = "request_elevator", security(("bearer" = [])),
    request_body = ElevatorRequestIn,
    responses((status = 201, description = "Asked", body = CaseView))
)]
#[post("/elevator-cases")]
async fn request_elevator(
    auth: Authorized<ElevatorRequest>,
    db: web::Data<Db>,
    body: Body<ElevatorRequestIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let new = body.value.into_command()?;
    command(&db, &context, ("elevator.request", StatusCode::CREATED), move |tx| {
        service::request(tx, &reach, &new)
    })
    .await
}

/// Cases within the reach, newest first; an owner's are those of the own entrances.
#[utoipa::path(
    tag = "elevator", summary = "Elevator cases · 加装电梯列表",
    operation_id = "list_elevator_cases", security(("bearer" = [])), params(ElevatorQuery),
    responses((status = 200, description = "A page", body = Page<CaseSummary>))
)]
#[get("/elevator-cases")]
async fn list_elevator_cases(
    auth: Authorized<ElevatorRead>,
    db: web::Data<Db>,
    query: web::Query<ElevatorQuery>,
) -> Result<HttpResponse, Problem> {
    let (reach, now) = (auth.reach().clone(), db.clock().legal_now());
    let (filter, page) = query.into_inner().parts();
    let page =
        db.read(move |conn| service::list_cases(conn, (&reach, now), (&filter, &page))).await?;
    Ok(page_of(page))
}

/// A case with plan, votes, objections and steps.
#[utoipa::path(
    tag = "elevator", summary = "Elevator case · 加装电梯事项", operation_id = "get_elevator_case",
    security(("bearer" = [])), params(("case_id" = ElevatorCaseId, Path, description = "The case")),
    responses((status = 200, description = "The case", body = CaseView))
)]
#[get("/elevator-cases/{case_id}")]
async fn get_elevator_case(
    auth: Authorized<ElevatorRead>,
    db: web::Data<Db>,
    case_id: web::Path<ElevatorCaseId>,
) -> Result<HttpResponse, Problem> {
    let view = read_case((&auth, &db), *case_id, case_view);
    Ok(HttpResponse::Ok().json(view.await?))
}

/// The committee answers the request and begins.
#[utoipa::path(
    tag = "elevator", summary = "Answer and begin · 答复并启动", operation_id = "start_elevator_case",
    security(("bearer" = [])), request_body = ElevatorAnswerIn,
    params(("case_id" = ElevatorCaseId, Path, description = "The case")),
    responses((status = 200, description = "Done", body = CaseView))
)]
#[post("/elevator-cases/{case_id}/start")]
async fn start_elevator_case(
    auth: Authorized<ElevatorManage>,
    db: web::Data<Db>,
    case_id: web::Path<ElevatorCaseId>,
    body: Body<ElevatorAnswerIn>,
) -> Result<HttpResponse, Problem> {
    let who = (&**db, body.bind(auth.context()), auth.reach().clone());
    let new = body.value.into_command()?;
    on_case(who, ("elevator.start", StatusCode::OK), *case_id, move |tx, case, reach| {
        service::start(tx, (case, reach), &new)
    })
    .await
}

/// Names the votes that the agreement rests on; all must be confirmed and passed.
#[utoipa::path(
    tag = "elevator", summary = "Link votes · 关联表决", operation_id = "link_elevator_votes",
    security(("bearer" = [])), request_body = ElevatorVotesIn,
    params(("case_id" = ElevatorCaseId, Path, description = "The case")),
    responses((status = 200, description = "Done", body = CaseView))
)]
#[post("/elevator-cases/{case_id}/votes")]
async fn link_elevator_votes(
    auth: Authorized<ElevatorManage>,
    db: web::Data<Db>,
    case_id: web::Path<ElevatorCaseId>,
    body: Body<ElevatorVotesIn>,
) -> Result<HttpResponse, Problem> {
    let who = (&**db, body.bind(auth.context()), auth.reach().clone());
    let new = body.value.into_command()?;
    on_case(who, ("elevator.link_votes", StatusCode::OK), *case_id, move |tx, case, reach| {
        service::link_votes(tx, (case, reach), &new)
    })
    .await
}

/// A step of a case that needs a reason and nothing else.
async fn end(
    auth: Authorized<ElevatorManage>,
    (db, case_id): (web::Data<Db>, ElevatorCaseId),
    body: Body<ElevatorReasonIn>,
    (operation, command): (&'static str, CaseCommand),
) -> Result<HttpResponse, Problem> {
    let who = (&**db, body.bind(auth.context()), auth.reach().clone());
    let new = body.value.into_command()?;
    on_case(who, (operation, StatusCode::OK), case_id, move |tx, case, reach| {
        service::end(tx, (case, reach), (command, &new))
    })
    .await
}

/// Owners do not agree yet: the pit is kept free. It can be taken up again.
#[utoipa::path(
    tag = "elevator", summary = "Reserve the pit · 预留基坑", operation_id = "reserve_elevator_pit",
    security(("bearer" = [])), request_body = ElevatorReasonIn,
    params(("case_id" = ElevatorCaseId, Path, description = "The case")),
    responses((status = 200, description = "Done", body = CaseView))
)]
#[post("/elevator-cases/{case_id}/reserve")]
async fn reserve_elevator_pit(
    auth: Authorized<ElevatorManage>,
    db: web::Data<Db>,
    case_id: web::Path<ElevatorCaseId>,
    body: Body<ElevatorReasonIn>,
) -> Result<HttpResponse, Problem> {
    end(auth, (db, *case_id), body, ("elevator.reserve", CaseCommand::Reserve)).await
}

/// Takes a reserved case up again.
#[utoipa::path(
    tag = "elevator", summary = "Take up again · 重新启动", operation_id = "reopen_elevator_case",
    security(("bearer" = [])), request_body = ElevatorReasonIn,
    params(("case_id" = ElevatorCaseId, Path, description = "The case")),
    responses((status = 200, description = "Done", body = CaseView))
)]
#[post("/elevator-cases/{case_id}/reopen")]
async fn reopen_elevator_case(
    auth: Authorized<ElevatorManage>,
    db: web::Data<Db>,
    case_id: web::Path<ElevatorCaseId>,
    body: Body<ElevatorReasonIn>,
) -> Result<HttpResponse, Problem> {
    end(auth, (db, *case_id), body, ("elevator.reopen", CaseCommand::Reopen)).await
}

/// Ends a case without an elevator; the entrance may ask anew.
#[utoipa::path(
    tag = "elevator", summary = "Withdraw · 撤回", operation_id = "withdraw_elevator_case",
    security(("bearer" = [])), request_body = ElevatorReasonIn,
    params(("case_id" = ElevatorCaseId, Path, description = "The case")),
    responses((status = 200, description = "Done", body = CaseView))
)]
#[post("/elevator-cases/{case_id}/withdraw")]
async fn withdraw_elevator_case(
    auth: Authorized<ElevatorManage>,
    db: web::Data<Db>,
    case_id: web::Path<ElevatorCaseId>,
    body: Body<ElevatorReasonIn>,
) -> Result<HttpResponse, Problem> {
    end(auth, (db, *case_id), body, ("elevator.withdraw", CaseCommand::Withdraw)).await
}

/// How far each entrance of a community is, for everybody: states and counts.
#[utoipa::path(
    tag = "elevator", summary = "Board · 加装电梯进度公示（公开）",
    operation_id = "get_elevator_board", security(()),
    params(("community_id" = CommunityId, Path, description = "The community")),
    responses((status = 200, description = "The board", body = Board))
)]
#[get("/public/communities/{community_id}/elevators")]
async fn get_elevator_board(
    db: web::Data<Db>,
    community_id: web::Path<CommunityId>,
) -> Result<HttpResponse, Problem> {
    let board = db.snapshot(move |conn| board::board(conn, *community_id));
    Ok(HttpResponse::Ok().json(board.await?))
}
