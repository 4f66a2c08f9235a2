//! The desk's list of notices to households: who was reached, and to whom somebody must go.

use actix_web::{
    HttpResponse, get,
    http::{StatusCode, header},
    post, web,
};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::kernel::{BallotNoticeId, Page, VoteId};
use crate::platform::{
    auth::{Authorized, permission::PaperEnter},
    db::Db,
    http::{Body, Problem, command, page_of},
};
use crate::voting::{
    dto::{DeliveredIn, NoticeQuery, NoticeSheetQuery},
    model::NoticeView,
    pages,
    service::{facts::get_vote, notice_lists as service},
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config.service(get_notices_csv).service(list_ballot_notices).service(mark_notice_delivered);
}

/// What was sent to households about their ballots, oldest first. Contacts are masked.
#[utoipa::path(
    tag = "voting", summary = "Notices to households · 表决票告知",
    operation_id = "list_ballot_notices", security(("bearer" = [])),
    params(("vote_id" = VoteId, Path, description = "The vote"), NoticeQuery),
    responses((status = 200, description = "A page", body = Page<NoticeView>))
)]
#[get("/votes/{vote_id}/ballot-notices")]
async fn list_ballot_notices(
    auth: Authorized<PaperEnter>,
    db: web::Data<Db>,
    vote_id: web::Path<VoteId>,
    query: web::Query<NoticeQuery>,
) -> Result<HttpResponse, Problem> {
    let reach = auth.reach().clone();
    let page = db
        .read(move |conn| {
            let vote = get_vote(conn, *vote_id, &reach)?;
            service::list_notices(conn, &vote, (query.state, &query.page()))
        })
        .await?;
    Ok(page_of(page))
}

/// The same as a sheet to walk with: UTF-8 with BOM.
#[utoipa::path(
    tag = "voting", summary = "Notices as CSV · 导出告知清单", operation_id = "get_notices_csv",
    security(("bearer" = [])),
    params(("vote_id" = VoteId, Path, description = "The vote"), NoticeSheetQuery),
    responses((status = 200, description = "CSV", content_type = "text/csv", body = String))
)]
#[get("/votes/{vote_id}/ballot-notices.csv")]
async fn get_notices_csv(
    auth: Authorized<PaperEnter>,
    db: web::Data<Db>,
    vote_id: web::Path<VoteId>,
    query: web::Query<NoticeSheetQuery>,
) -> Result<HttpResponse, Problem> {
    let (reach, id) = (auth.reach().clone(), *vote_id);
    let file = db
        .read(move |conn| {
            let vote = get_vote(conn, id, &reach)?;
            pages::notices_csv(&service::list_all_notices(conn, &vote, query.state)?)
        })
        .await?;
    let name = format!("attachment; filename=\"notices-{id}.csv\"");
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, name))
        .body(file))
}

/// Keeps that somebody brought a notice to a household that no message reached.
#[utoipa::path(
    tag = "voting", summary = "Notice brought by hand · 登记人工送达",
    operation_id = "mark_notice_delivered", security(("bearer" = [])),
    request_body = DeliveredIn,
    params(("vote_id" = VoteId, Path, description = "The vote"),
        ("notice_id" = BallotNoticeId, Path, description = "The notice")),
    responses((status = 200, description = "Kept", body = NoticeView))
)]
#[post("/votes/{vote_id}/ballot-notices/{notice_id}/delivered")]
async fn mark_notice_delivered(
    auth: Authorized<PaperEnter>,
    db: web::Data<Db>,
    path: web::Path<(VoteId, BallotNoticeId)>,
    body: Body<DeliveredIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let (vote_id, id) = path.into_inner();
    let note = body.value.into_command()?;
    command(&db, &context, ("notice.delivered", StatusCode::OK), move |tx| {
        let vote = get_vote(tx.conn(), vote_id, &reach)?;
        service::mark_delivered(tx, (&vote, id), &note)
    })
    .await
}
