//! Reminders to households that have not voted.

use actix_web::{HttpResponse, get, http::StatusCode, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::kernel::VoteId;
use crate::platform::{
    auth::{Authorized, permission::VoteOpen, seal::Keys},
    db::Db,
    http::{Problem, command},
};
use crate::voting::service::{
    facts::get_vote,
    reminders::{self as service, ReminderPreview, ReminderView},
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config.service(remind_households).service(preview_reminder).service(list_reminders);
}

/// Reminds the households that have neither voted on line nor brought a sheet, once a day at the
/// most. Who has voted gets none, and no message tells a choice.
#[utoipa::path(
    tag = "voting", summary = "Remind households · 催办", operation_id = "remind_households",
    security(("bearer" = [])), params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 201, description = "The messages are on their way", body = ReminderView))
)]
#[post("/votes/{vote_id}/reminders")]
async fn remind_households(
    auth: Authorized<VoteOpen>,
    db: web::Data<Db>,
    vote_id: web::Path<VoteId>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (auth.context(), auth.reach().clone());
    command(&db, &context, ("vote.remind", StatusCode::CREATED), move |tx| {
        let vote = get_vote(tx.conn(), *vote_id, &reach)?;
        service::remind(tx, &vote)
    })
    .await
}

/// How many households a reminder would reach now.
#[utoipa::path(
    tag = "voting", summary = "Preview a reminder · 催办预览", operation_id = "preview_reminder",
    security(("bearer" = [])), params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 200, description = "Numbers", body = ReminderPreview))
)]
#[get("/votes/{vote_id}/reminders/preview")]
async fn preview_reminder(
    auth: Authorized<VoteOpen>,
    (db, keys): (web::Data<Db>, web::Data<Keys>),
    vote_id: web::Path<VoteId>,
) -> Result<HttpResponse, Problem> {
    let (reach, now) = (auth.reach().clone(), db.clock().legal_now());
    let preview = db
        .snapshot(move |conn| {
            let vote = get_vote(conn, *vote_id, &reach)?;
            service::preview(conn, (&vote, &keys), now)
        })
        .await?;
    Ok(HttpResponse::Ok().json(preview))
}

/// The reminders of a vote, oldest first, with what became of them.
#[utoipa::path(
    tag = "voting", summary = "Reminders · 催办记录", operation_id = "list_reminders",
    security(("bearer" = [])), params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 200, description = "One a day at the most", body = Vec<ReminderView>))
)]
#[get("/votes/{vote_id}/reminders")]
async fn list_reminders(
    auth: Authorized<VoteOpen>,
    db: web::Data<Db>,
    vote_id: web::Path<VoteId>,
) -> Result<HttpResponse, Problem> {
    let reach = auth.reach().clone();
    let reminders = db
        .snapshot(move |conn| {
            let vote = get_vote(conn, *vote_id, &reach)?;
            service::list_reminders(conn, &vote)
        })
        .await?;
    Ok(HttpResponse::Ok().json(reminders))
}
