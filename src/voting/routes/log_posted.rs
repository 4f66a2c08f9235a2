//! Checkpoints that were cosigned, and those to be posted.

use actix_web::{HttpResponse, get, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::{
    log::{LogData, plain},
    pages::{html, of_public_vote},
};
use crate::kernel::VoteId;
use crate::platform::{db::Db, http::Problem, tlog::LogSigner};
use crate::voting::{
    dto::HourQuery,
    pages,
    service::{
        checkpoints::{self, PostedCheckpoints},
        log_files,
    },
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(get_log_checkpoint_cosigned)
        .service(get_log_checkpoint_page)
        .service(list_log_checkpoints)
        .service(get_deployment_keys);
}

/// The newest checkpoint that an outside witness cosigned, with all cosignatures of it
/// (C2SP tlog-cosignature).
#[utoipa::path(
    tag = "voting", summary = "Cosigned checkpoint · 经见证的检查点",
    operation_id = "get_log_checkpoint_cosigned", security(()),
    params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 200, description = "A signed note; 404 before a witness cosigned one",
        content_type = "text/plain", body = String))
)]
#[get("/public/votes/{vote_id}/log/checkpoint.cosigned")]
async fn get_log_checkpoint_cosigned(
    db: web::Data<Db>,
    vote_id: web::Path<VoteId>,
) -> Result<HttpResponse, Problem> {
    Ok(plain(of_public_vote(&db, *vote_id, log_files::checkpoint_cosigned).await?))
}

/// A checkpoint as a sheet to be posted, with its text in a QR code: as it stands, or of an hour that
/// is listed.
#[utoipa::path(
    tag = "voting", summary = "Checkpoint, sheet · 检查点张贴页", operation_id = "get_log_checkpoint_page",
    security(()), params(("vote_id" = VoteId, Path, description = "The vote"), HourQuery),
    responses((status = 200, description = "An A4 page", content_type = "text/html", body = String))
)]
#[get("/public/votes/{vote_id}/log/checkpoint.html")]
async fn get_log_checkpoint_page(
    (db, signer): LogData,
    vote_id: web::Path<VoteId>,
    query: web::Query<HourQuery>,
) -> Result<HttpResponse, Problem> {
    let (now, hour) = (db.clock().now(), query.into_inner().hour);
    let page = of_public_vote(&db, *vote_id, move |conn, vote| {
        let sheet = checkpoints::sheet(conn, vote, (&signer, now, hour))?;
        pages::checkpoint_page(&sheet, signer.public_url())
    });
    Ok(html(page.await?))
}

/// The checkpoint of each hour of a vote, and what its outside witnesses said last.
#[utoipa::path(
    tag = "voting", summary = "Checkpoints · 每小时检查点与见证情况", operation_id = "list_log_checkpoints",
    security(()), params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 200, description = "Hours, the newest first", body = PostedCheckpoints))
)]
#[get("/public/votes/{vote_id}/log/checkpoints")]
async fn list_log_checkpoints(
    db: web::Data<Db>,
    vote_id: web::Path<VoteId>,
) -> Result<HttpResponse, Problem> {
    let listed = of_public_vote(&db, *vote_id, checkpoints::list);
    Ok(HttpResponse::Ok().json(listed.await?))
}

/// The verifier keys of the deployment's log. All logs of a deployment are signed by one key: a witness
/// takes this line into its settings.
#[utoipa::path(
    tag = "voting", summary = "Deployment keys · 系统日志验证公钥", operation_id = "get_deployment_keys",
    security(()),
    responses((status = 200, description = "A key a line", content_type = "text/plain", body = String))
)]
#[get("/public/log/vkey")]
async fn get_deployment_keys(
    (db, signer): (web::Data<Db>, web::Data<LogSigner>),
) -> Result<HttpResponse, Problem> {
    let keys = db.read(move |conn| {
        let log = log_files::deployment_log(conn)?;
        signer.vkeys(&log.origin, log.key_generation)
    });
    Ok(plain(keys.await?.join("\n") + "\n"))
}
