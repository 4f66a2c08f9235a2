//! The public log of a vote, and the deployment's: checkpoints, tiles, openings, certificate, bundle.

use actix_web::{
    HttpResponse, get,
    http::header::{self, ContentDisposition, DispositionParam, DispositionType},
    web,
};
use utoipa_actix_web::service_config::ServiceConfig;

use super::pages::{html, of_public_vote};
use crate::kernel::{Outcome, VoteId};
use crate::platform::{
    auth::{Authorized, permission::BallotAudit},
    db::{Conn, Db, WriteContext},
    files::sheet::FileBody,
    http::Problem,
    tlog::LogSigner,
};
use crate::voting::{
    pages,
    service::{
        certificate,
        facts::{Vote, get_vote},
        log_files::{self, Audience, CertificateJson},
    },
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(get_log_checkpoint)
        .service(get_log_keys)
        .service(get_log_tile)
        .service(get_public_openings)
        .service(get_public_bundle)
        .service(get_certificate)
        .service(get_certificate_json)
        .service(get_certificate_page)
        .service(get_openings)
        .service(get_bundle)
        .service(get_deployment_checkpoint)
        .service(get_deployment_tile);
}

pub(super) type LogData = (web::Data<Db>, web::Data<LogSigner>);

pub(super) fn plain(text: String) -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(text)
}

fn archive(file: std::fs::File, vote_id: VoteId) -> Result<HttpResponse, Problem> {
    let disposition = ContentDisposition {
        disposition: DispositionType::Attachment,
        parameters: vec![DispositionParam::Filename(format!("vote-log-{vote_id}.zip"))],
    };
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "application/zip"))
        .insert_header(disposition)
        .body(FileBody::new(file)?))
}

/// The signed checkpoint of a vote's log as it stands (C2SP tlog-checkpoint).
#[utoipa::path(
    tag = "voting", summary = "Checkpoint · 日志检查点", operation_id = "get_log_checkpoint", security(()),
    params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 200, description = "A signed note", content_type = "text/plain", body = String))
)]
#[get("/public/votes/{vote_id}/log/checkpoint")]
async fn get_log_checkpoint(
    (db, signer): LogData,
    vote_id: web::Path<VoteId>,
) -> Result<HttpResponse, Problem> {
    let note =
        of_public_vote(&db, *vote_id, move |conn, vote| log_files::checkpoint(conn, vote, &signer));
    Ok(plain(note.await?))
}

/// The verifier keys of a vote's log (C2SP signed-note). Compare them with the posted notice.
#[utoipa::path(
    tag = "voting", summary = "Verifier keys · 日志验证公钥", operation_id = "get_log_keys", security(()),
    params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 200, description = "A key a line", content_type = "text/plain", body = String))
)]
#[get("/public/votes/{vote_id}/log/vkey")]
async fn get_log_keys(
    (db, signer): LogData,
    vote_id: web::Path<VoteId>,
) -> Result<HttpResponse, Problem> {
    let keys =
        of_public_vote(&db, *vote_id, move |conn, vote| log_files::vkeys(conn, vote, &signer));
    Ok(plain(keys.await?))
}

/// A tile of hashes (`0/000`) or of leaves (`entries/000`), as C2SP tlog-tiles writes the path.
/// Leaves are published after the close.
#[utoipa::path(
    tag = "voting", summary = "Tile · 日志分块", operation_id = "get_log_tile", security(()),
    params(("vote_id" = VoteId, Path, description = "The vote"),
        ("tile" = String, Path, description = "Level and number: `0/000.p/5`, `entries/000`")),
    responses((status = 200, description = "Bytes", content_type = "application/octet-stream",
        body = Vec<u8>))
)]
#[get("/public/votes/{vote_id}/log/tile/{tile:.*}")]
async fn get_log_tile(
    db: web::Data<Db>,
    path: web::Path<(VoteId, String)>,
) -> Result<HttpResponse, Problem> {
    let (vote_id, tile) = path.into_inner();
    let bytes = of_public_vote(&db, vote_id, move |conn, vote| {
        let log = log_files::noticed_log(conn, vote)?;
        log_files::tile(conn, &log, &tile)
    });
    Ok(HttpResponse::Ok().content_type("application/octet-stream").body(bytes.await?))
}

/// What opens the leaves' commitments, as far as the rule pack publishes.
#[utoipa::path(
    tag = "voting", summary = "Public openings · 公开的承诺开启值", operation_id = "get_public_openings",
    security(()), params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 200, description = "JSON lines", content_type = "application/jsonl", body = String))
)]
#[get("/public/votes/{vote_id}/log/openings.jsonl")]
async fn get_public_openings(
    db: web::Data<Db>,
    vote_id: web::Path<VoteId>,
) -> Result<HttpResponse, Problem> {
    let lines = of_public_vote(&db, *vote_id, |conn, vote| {
        log_files::openings(conn, vote, Audience::Public)
    });
    Ok(HttpResponse::Ok().content_type("application/jsonl").body(lines.await?))
}

/// Everything that a recount needs, as far as the rule pack publishes it: `jiugai verify FILE.zip`.
#[utoipa::path(
    tag = "voting", summary = "Public recount bundle · 公开复核包", operation_id = "get_public_bundle",
    security(()), params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 200, description = "An archive", content_type = "application/zip", body = Vec<u8>))
)]
#[get("/public/votes/{vote_id}/log/bundle.zip")]
async fn get_public_bundle(
    (db, signer): LogData,
    vote_id: web::Path<VoteId>,
) -> Result<HttpResponse, Problem> {
    let file = of_public_vote(&db, *vote_id, move |conn, vote| {
        log_files::bundle(conn, vote, (Audience::Public, &signer))
    });
    archive(file.await?, *vote_id)
}

/// The certificate of a confirmed result, a signed note.
#[utoipa::path(
    tag = "voting", summary = "Certificate · 结果证书", operation_id = "get_certificate", security(()),
    params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 200, description = "A signed note", content_type = "text/plain", body = String))
)]
#[get("/public/votes/{vote_id}/log/certificate")]
async fn get_certificate(
    (db, signer): LogData,
    vote_id: web::Path<VoteId>,
) -> Result<HttpResponse, Problem> {
    let note =
        of_public_vote(&db, *vote_id, move |conn, vote| certificate::signed(conn, vote, &signer));
    Ok(plain(note.await?))
}

/// The certificate's numbers for machines, with the signed note.
#[utoipa::path(
    tag = "voting", summary = "Certificate, JSON · 结果证书（JSON）", operation_id = "get_certificate_json",
    security(()), params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 200, description = "The numbers", body = CertificateJson))
)]
#[get("/public/votes/{vote_id}/log/certificate.json")]
async fn get_certificate_json(
    (db, signer): LogData,
    vote_id: web::Path<VoteId>,
) -> Result<HttpResponse, Problem> {
    let json = of_public_vote(&db, *vote_id, move |conn, vote| {
        log_files::certificate_json(conn, vote, &signer)
    });
    Ok(HttpResponse::Ok().json(json.await?))
}

/// The certificate as a sheet to be printed, with the same text and a QR code.
#[utoipa::path(
    tag = "voting", summary = "Certificate, sheet · 结果证书（打印）", operation_id = "get_certificate_page",
    security(()), params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 200, description = "An A4 page", content_type = "text/html", body = String))
)]
#[get("/public/votes/{vote_id}/log/certificate.html")]
async fn get_certificate_page(
    (db, signer): LogData,
    vote_id: web::Path<VoteId>,
) -> Result<HttpResponse, Problem> {
    let page = of_public_vote(&db, *vote_id, move |conn, vote| {
        let certificate = log_files::certificate_json(conn, vote, &signer)?;
        pages::certificate_page(&certificate, signer.public_url())
    });
    Ok(html(page.await?))
}

/// Leaves the reading in the audit trail, then reads.
async fn of_audited_vote<T: Send + 'static>(
    auth: &Authorized<BallotAudit>,
    db: &Db,
    vote_id: VoteId,
    make: impl FnOnce(&mut Conn, &Vote) -> Outcome<T> + Send + 'static,
) -> Result<T, Problem> {
    let (reach, context): (_, WriteContext) = (auth.reach().clone(), auth.context());
    let vote = db
        .write(&context, "log.audit", move |tx| {
            let vote = get_vote(tx.conn(), vote_id, &reach)?;
            tx.audit("vote.ballots_read", ("vote", vote_id), (None, None));
            Ok(vote)
        })
        .await?;
    Ok(db.snapshot(move |conn| make(conn, &vote)).await?)
}

/// What opens every leaf: whose each ballot is and what it says. After the close; the reading stays
/// in the audit trail.
#[utoipa::path(
    tag = "voting", summary = "All openings · 全部承诺开启值", operation_id = "get_openings",
    security(("bearer" = [])), params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 200, description = "JSON lines", content_type = "application/jsonl", body = String))
)]
#[get("/votes/{vote_id}/log/openings.jsonl")]
async fn get_openings(
    auth: Authorized<BallotAudit>,
    db: web::Data<Db>,
    vote_id: web::Path<VoteId>,
) -> Result<HttpResponse, Problem> {
    let lines = of_audited_vote(&auth, &db, *vote_id, |conn, vote| {
        log_files::openings(conn, vote, Audience::Auditor)
    });
    Ok(HttpResponse::Ok().content_type("application/jsonl").body(lines.await?))
}

/// The recount bundle with every opening. After the close; the reading stays in the audit trail.
#[utoipa::path(
    tag = "voting", summary = "Recount bundle · 复核包", operation_id = "get_bundle",
    security(("bearer" = [])), params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 200, description = "An archive", content_type = "application/zip", body = Vec<u8>))
)]
#[get("/votes/{vote_id}/log/bundle.zip")]
async fn get_bundle(
    auth: Authorized<BallotAudit>,
    (db, signer): LogData,
    vote_id: web::Path<VoteId>,
) -> Result<HttpResponse, Problem> {
    let file = of_audited_vote(&auth, &db, *vote_id, move |conn, vote| {
        log_files::bundle(conn, vote, (Audience::Auditor, &signer))
    });
    archive(file.await?, *vote_id)
}

/// The signed checkpoint of the deployment's log, which takes each vote's opening and closing.
#[utoipa::path(
    tag = "voting", summary = "Deployment checkpoint · 系统日志检查点",
    operation_id = "get_deployment_checkpoint", security(()),
    responses((status = 200, description = "A signed note", content_type = "text/plain", body = String))
)]
#[get("/public/log/checkpoint")]
async fn get_deployment_checkpoint((db, signer): LogData) -> Result<HttpResponse, Problem> {
    let note = db.read(move |conn| {
        let log = log_files::deployment_log(conn)?;
        log_files::cosigned(conn, &log, signer.sign(&log)?)
    });
    Ok(plain(note.await?))
}

/// A tile of the deployment's log.
#[utoipa::path(
    tag = "voting", summary = "Deployment tile · 系统日志分块", operation_id = "get_deployment_tile",
    security(()), params(("tile" = String, Path, description = "Level and number")),
    responses((status = 200, description = "Bytes", content_type = "application/octet-stream",
        body = Vec<u8>))
)]
#[get("/public/log/tile/{tile:.*}")]
async fn get_deployment_tile(
    db: web::Data<Db>,
    tile: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let bytes = db
        .snapshot(move |conn| {
            let log = log_files::deployment_log(conn)?;
            log_files::tile(conn, &log, &tile)
        })
        .await?;
    Ok(HttpResponse::Ok().content_type("application/octet-stream").body(bytes))
}
