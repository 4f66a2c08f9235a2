//! Projects: create, look, go on or aside.

use actix_web::{
    HttpResponse, get,
    http::{StatusCode, header},
    post, web,
};
use utoipa_actix_web::service_config::ServiceConfig;

use super::{Gates, on_project, port, read_project};
use crate::kernel::{Page, ProjectId};
use crate::platform::{
    auth::{
        Authorized,
        permission::{ProjectManage, ProjectRead},
    },
    db::Db,
    http::{Body, IfMatch, Problem, command, etag, page_of},
};
use crate::renovation::{
    dto::{MenuQuery, ProjectIn, ProjectQuery, ProjectReasonIn, SubstituteIn, TimelineQuery},
    model::{Aside, DeadlineRow, MenuLine},
    service::{
        deadlines, menu,
        projects::{self, StageCount},
        readiness::{self, Readiness, Timeline},
        views::{self, ProjectSummary, ProjectView},
    },
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(create_project)
        .service(list_projects)
        .service(get_project_board)
        .service(get_project)
        .service(get_project_readiness)
        .service(get_project_timeline)
        .service(list_project_deadlines)
        .service(get_project_menu)
        .service(advance_project)
        .service(suspend_project)
        .service(resume_project)
        .service(withdraw_project)
        .service(substitute_project);
}

/// Opens a project of a community. It pins the policy pack that is in force today.
#[utoipa::path(
    tag = "renovation", summary = "Open a project · 申报改造项目", operation_id = "create_project",
    security(("bearer" = [])), request_body = ProjectIn,
    responses((status = 201, description = "Opened", body = ProjectView))
)]
#[post("/projects")]
async fn create_project(
    auth: Authorized<ProjectManage>,
    db: web::Data<Db>,
    body: Body<ProjectIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let new = body.value.into_command()?;
    command(&db, &context, ("project.create", StatusCode::CREATED), move |tx| {
        projects::create(tx, &reach, &new)
    })
    .await
}

/// Projects within the reach, newest first.
#[utoipa::path(
    tag = "renovation", summary = "Projects · 改造项目列表", operation_id = "list_projects",
    security(("bearer" = [])), params(ProjectQuery),
    responses((status = 200, description = "A page", body = Page<ProjectSummary>))
)]
#[get("/projects")]
async fn list_projects(
    auth: Authorized<ProjectRead>,
    db: web::Data<Db>,
    query: web::Query<ProjectQuery>,
) -> Result<HttpResponse, Problem> {
    let (reach, (filter, page)) = (auth.reach().clone(), query.into_inner().parts());
    let page = db.read(move |conn| projects::list(conn, &reach, (&filter, &page))).await?;
    Ok(page_of(page))
}

/// How many projects within the reach stand in each stage.
#[utoipa::path(
    tag = "renovation", summary = "Stage board · 项目阶段看板", operation_id = "get_project_board",
    security(("bearer" = [])),
    responses((status = 200, description = "Every stage", body = Vec<StageCount>))
)]
#[get("/projects/board")]
async fn get_project_board(
    auth: Authorized<ProjectRead>,
    db: web::Data<Db>,
) -> Result<HttpResponse, Problem> {
    let reach = auth.reach().clone();
    let board = db.read(move |conn| projects::board(conn, &reach)).await?;
    Ok(HttpResponse::Ok().json(board))
}

/// A project with its policy, its current plan and every step.
#[utoipa::path(
    tag = "renovation", summary = "Project · 改造项目", operation_id = "get_project",
    security(("bearer" = [])),
    params(("project_id" = ProjectId, Path, description = "The project")),
    responses((status = 200, description = "The project", body = ProjectView))
)]
#[get("/projects/{project_id}")]
async fn get_project(
    auth: Authorized<ProjectRead>,
    db: web::Data<Db>,
    project_id: web::Path<ProjectId>,
) -> Result<HttpResponse, Problem> {
    let read = read_project((&auth, &db), *project_id, |conn, row, _| views::view(conn, row));
    let view = read.await?;
    let tag = etag(view.project.version);
    Ok(HttpResponse::Ok().insert_header(header::ETag(tag)).json(view))
}

/// What the next step needs: every requirement with whether it is met, by whom, the clause, the
/// evidence and the earliest day.
#[utoipa::path(
    tag = "renovation", summary = "Why may it (not) go on? · 进入下一阶段的条件",
    operation_id = "get_project_readiness", security(("bearer" = [])),
    params(("project_id" = ProjectId, Path, description = "The project")),
    responses((status = 200, description = "The list", body = Readiness))
)]
#[get("/projects/{project_id}/readiness")]
async fn get_project_readiness(
    auth: Authorized<ProjectRead>,
    db: web::Data<Db>,
    project_id: web::Path<ProjectId>,
    gates: Gates,
) -> Result<HttpResponse, Problem> {
    let gates = port(gates);
    let read = read_project((&auth, &db), *project_id, move |conn, row, now| {
        readiness::readiness(conn, &row, (&*gates, now))
    });
    Ok(HttpResponse::Ok().json(read.await?))
}

/// "If we publish on Monday": the earliest day of every requirement ahead.
#[utoipa::path(
    tag = "renovation", summary = "Timeline · 时间预览", operation_id = "get_project_timeline",
    security(("bearer" = [])),
    params(("project_id" = ProjectId, Path, description = "The project"), TimelineQuery),
    responses((status = 200, description = "The days", body = Timeline))
)]
#[get("/projects/{project_id}/timeline")]
async fn get_project_timeline(
    auth: Authorized<ProjectRead>,
    db: web::Data<Db>,
    (project_id, query): (web::Path<ProjectId>, web::Query<TimelineQuery>),
    gates: Gates,
) -> Result<HttpResponse, Problem> {
    let (gates, day) = (port(gates), query.publish_on);
    let read = read_project((&auth, &db), *project_id, move |conn, row, now| {
        readiness::preview(conn, &row, (&*gates, now, day))
    });
    Ok(HttpResponse::Ok().json(read.await?))
}

/// What the clock fires, and fired: reminders of the stage, ends of publicities; by their moments.
#[utoipa::path(
    tag = "renovation", summary = "Deadlines · 时限", operation_id = "list_project_deadlines",
    security(("bearer" = [])),
    params(("project_id" = ProjectId, Path, description = "The project")),
    responses((status = 200, description = "By their moments", body = Vec<DeadlineRow>))
)]
#[get("/projects/{project_id}/deadlines")]
async fn list_project_deadlines(
    auth: Authorized<ProjectRead>,
    db: web::Data<Db>,
    project_id: web::Path<ProjectId>,
) -> Result<HttpResponse, Problem> {
    let read =
        read_project((&auth, &db), *project_id, |conn, row, _| deadlines::list(conn, row.id));
    Ok(HttpResponse::Ok().json(read.await?))
}

/// The residents' menu: the items that a closed survey asked about, the most chosen first.
#[utoipa::path(
    tag = "renovation", summary = "Residents' menu · 居民菜单", operation_id = "get_project_menu",
    security(("bearer" = [])),
    params(("project_id" = ProjectId, Path, description = "The project"), MenuQuery),
    responses((status = 200, description = "The most chosen first", body = Vec<MenuLine>))
)]
#[get("/projects/{project_id}/menu")]
async fn get_project_menu(
    auth: Authorized<ProjectRead>,
    db: web::Data<Db>,
    (project_id, query): (web::Path<ProjectId>, web::Query<MenuQuery>),
    gates: Gates,
) -> Result<HttpResponse, Problem> {
    let (gates, survey_id) = (port(gates), query.survey_id);
    let read = read_project((&auth, &db), *project_id, move |conn, row, _| {
        menu::menu(conn, (&row, &*gates), survey_id)
    });
    Ok(HttpResponse::Ok().json(read.await?))
}

/// Goes on to the next stage. Where anything is missing the answer is 409 `project_not_ready` with the
/// list of `readiness`; no role goes round it.
#[utoipa::path(
    tag = "renovation", summary = "Go on · 进入下一阶段", operation_id = "advance_project",
    security(("bearer" = [])),
    params(("project_id" = ProjectId, Path, description = "The project")),
    responses((status = 200, description = "Moved", body = ProjectView))
)]
#[post("/projects/{project_id}/advance")]
async fn advance_project(
    auth: Authorized<ProjectManage>,
    db: web::Data<Db>,
    (project_id, if_match): (web::Path<ProjectId>, IfMatch),
    gates: Gates,
) -> Result<HttpResponse, Problem> {
    let (context, gates) = (auth.context(), port(gates));
    let who = (auth, db, context);
    on_project(who, ("project.advance", StatusCode::OK), *project_id, move |tx, row, _| {
        if_match.check(row.version)?;
        projects::advance(tx, row, &*gates)
    })
    .await
}

type Target = (web::Path<ProjectId>, IfMatch);

/// A step beside the main line.
async fn aside(
    (auth, db): (Authorized<ProjectManage>, web::Data<Db>),
    (id, if_match): Target,
    body: Body<ProjectReasonIn>,
    (label, make): (&'static str, fn(String) -> Aside),
) -> Result<HttpResponse, Problem> {
    let context = body.bind(auth.context());
    let what = make(body.value.into_command()?);
    on_project((auth, db, context), (label, StatusCode::OK), *id, move |tx, row, reach| {
        if_match.check(row.version)?;
        projects::aside(tx, (row, reach), &what)
    })
    .await
}

/// Suspends a project; it goes on where it stood.
#[utoipa::path(
    tag = "renovation", summary = "Suspend · 暂停", operation_id = "suspend_project",
    security(("bearer" = [])), request_body = ProjectReasonIn,
    params(("project_id" = ProjectId, Path, description = "The project")),
    responses((status = 200, description = "Suspended", body = ProjectView))
)]
#[post("/projects/{project_id}/suspend")]
async fn suspend_project(
    auth: Authorized<ProjectManage>,
    db: web::Data<Db>,
    target: Target,
    body: Body<ProjectReasonIn>,
) -> Result<HttpResponse, Problem> {
    aside((auth, db), target, body, ("project.suspend", Aside::Suspend)).await
}

/// Takes a suspended project up where it stood; no gate is passed by it.
#[utoipa::path(
    tag = "renovation", summary = "Take up again · 恢复", operation_id = "resume_project",
    security(("bearer" = [])), request_body = ProjectReasonIn,
    params(("project_id" = ProjectId, Path, description = "The project")),
    responses((status = 200, description = "Resumed", body = ProjectView))
)]
#[post("/projects/{project_id}/resume")]
async fn resume_project(
    auth: Authorized<ProjectManage>,
    db: web::Data<Db>,
    target: Target,
    body: Body<ProjectReasonIn>,
) -> Result<HttpResponse, Problem> {
    aside((auth, db), target, body, ("project.resume", Aside::Resume)).await
}

/// Ends a project with its reason; it stays on the list.
#[utoipa::path(
    tag = "renovation", summary = "Withdraw · 撤回", operation_id = "withdraw_project",
    security(("bearer" = [])), request_body = ProjectReasonIn,
    params(("project_id" = ProjectId, Path, description = "The project")),
    responses((status = 200, description = "Withdrawn", body = ProjectView))
)]
#[post("/projects/{project_id}/withdraw")]
async fn withdraw_project(
    auth: Authorized<ProjectManage>,
    db: web::Data<Db>,
    target: Target,
    body: Body<ProjectReasonIn>,
) -> Result<HttpResponse, Problem> {
    aside((auth, db), target, body, ("project.withdraw", Aside::Withdraw)).await
}

/// Lets a project of the library take the place of one in the programme. It still passes its own gate.
#[utoipa::path(
    tag = "renovation", summary = "Substitute · 替补", operation_id = "substitute_project",
    security(("bearer" = [])), request_body = SubstituteIn,
    params(("project_id" = ProjectId, Path, description = "The project")),
    responses((status = 200, description = "Substituted", body = ProjectView))
)]
#[post("/projects/{project_id}/substitute")]
async fn substitute_project(
    auth: Authorized<ProjectManage>,
    db: web::Data<Db>,
    (id, if_match): Target,
    body: Body<SubstituteIn>,
) -> Result<HttpResponse, Problem> {
    let context = body.bind(auth.context());
    let (reason, by) = body.value.into_command()?;
    let what = Aside::Substitute(reason, by);
    let label = ("project.substitute", StatusCode::OK);
    on_project((auth, db, context), label, *id, move |tx, row, reach| {
        if_match.check(row.version)?;
        projects::aside(tx, (row, reach), &what)
    })
    .await
}
