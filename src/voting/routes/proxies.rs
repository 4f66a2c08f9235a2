//! Proxies: recorded by one person from the signed document, confirmed by another, ended by the
//! principal or the desk.

use actix_multipart::form::{MultipartForm, tempfile::TempFile, text::Text};
use actix_web::{HttpResponse, get, http::StatusCode, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::votes::read_upload;
use crate::kernel::{Code, Page, ProxyId, Refusal, VoteId};
use crate::platform::{
    auth::{
        Authorized,
        permission::{BallotCast, PaperEnter},
        seal::Keys,
    },
    db::{Db, WriteContext},
    http::{Body, Problem, command, page_of, private_file},
};
use crate::voting::{
    dto::{ProxyConfirmIn, ProxyEndIn, ProxyIn, ProxyQuery},
    service::{
        facts::get_vote,
        proxies::{self, Ender, ProxyView},
    },
};

const MEDIA_TYPES: &[&str] = &["application/pdf", "image/jpeg", "image/png"];

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(record_proxy)
        .service(list_proxies)
        .service(get_proxy_document)
        .service(confirm_proxy)
        .service(end_proxy)
        .service(revoke_proxy);
}

type VoteAndProxy = web::Path<(VoteId, ProxyId)>;

/// A proxy with its signed document.
#[derive(Debug, MultipartForm, utoipa::ToSchema)]
struct ProxyForm {
    /// What the document says, as JSON.
    #[schema(value_type = ProxyIn)]
    details: Text<String>,
    /// The signed document: PDF, JPEG or PNG, 10 MiB at the most.
    #[schema(value_type = String, format = Binary, content_media_type = "application/octet-stream")]
    #[multipart(limit = "16MB")]
    document: TempFile,
}

/// Records a proxy from its signed document. It has no effect until another person confirms it. An
/// agent holds written powers for no more heads than the rule pack allows.
#[utoipa::path(
    tag = "voting", summary = "Record a proxy · 登记授权委托书", operation_id = "record_proxy",
    security(("bearer" = [])), params(("vote_id" = VoteId, Path, description = "The vote")),
    request_body(content = ProxyForm, content_type = "multipart/form-data"),
    responses((status = 201, description = "Recorded", body = ProxyView))
)]
#[post("/votes/{vote_id}/proxies")]
async fn record_proxy(
    auth: Authorized<PaperEnter>,
    (db, keys): (web::Data<Db>, web::Data<Keys>),
    vote_id: web::Path<VoteId>,
    form: MultipartForm<ProxyForm>,
) -> Result<HttpResponse, Problem> {
    let ProxyForm { details, document } = form.into_inner();
    let new = ProxyIn::parse(&details)?;
    let file = web::block(move || read_upload(document, MEDIA_TYPES))
        .await
        .map_err(|error| Problem(Refusal::internal(error)))??;
    let (context, reach) = (auth.context(), auth.reach().clone());
    command(&db, &context, ("proxy.record", StatusCode::CREATED), move |tx| {
        let vote = get_vote(tx.conn(), *vote_id, &reach)?;
        proxies::record(tx, (&vote, &keys), (&new, &file), reach.owner_id())
    })
    .await
}

/// The proxies of a vote, in the order in which they were recorded.
#[utoipa::path(
    tag = "voting", summary = "Proxies · 授权委托书", operation_id = "list_proxies",
    security(("bearer" = [])),
    params(("vote_id" = VoteId, Path, description = "The vote"), ProxyQuery),
    responses((status = 200, description = "A page", body = Page<ProxyView>))
)]
#[get("/votes/{vote_id}/proxies")]
async fn list_proxies(
    auth: Authorized<PaperEnter>,
    db: web::Data<Db>,
    vote_id: web::Path<VoteId>,
    query: web::Query<ProxyQuery>,
) -> Result<HttpResponse, Problem> {
    let (reach, query) = (auth.reach().clone(), query.into_inner());
    let page = db
        .read(move |conn| {
            let vote = get_vote(conn, *vote_id, &reach)?;
            let page = query.page();
            let wanted = (query.unit_code.as_deref(), query.agent.clone(), &page);
            proxies::list(conn, &vote, wanted)
        })
        .await?;
    Ok(page_of(page))
}

/// The signed document; whoever looks is kept in the audit trail.
#[utoipa::path(
    tag = "voting", summary = "Look at a proxy's document · 查看授权委托书",
    operation_id = "get_proxy_document", security(("bearer" = [])),
    params(("vote_id" = VoteId, Path, description = "The vote"),
        ("proxy_id" = ProxyId, Path, description = "The proxy")),
    responses((status = 200, description = "The file, as an attachment",
        content_type = "application/octet-stream"))
)]
#[get("/votes/{vote_id}/proxies/{proxy_id}/document")]
async fn get_proxy_document(
    auth: Authorized<PaperEnter>,
    db: web::Data<Db>,
    path: VoteAndProxy,
) -> Result<HttpResponse, Problem> {
    let ((vote_id, id), reach) = (path.into_inner(), auth.reach().clone());
    let context = WriteContext { idempotency: None, ..auth.context() };
    let file = db
        .write(&context, "proxy.document_read", move |tx| {
            let vote = get_vote(tx.conn(), vote_id, &reach)?;
            proxies::look_at_document(tx, &vote, id)
        })
        .await?;
    Ok(private_file((file.file_name, file.media_type), file.content))
}

/// Confirms a proxy, as another person than the one who recorded it, who has read the same document:
/// it enters the vote's log, and the agent may cast.
#[utoipa::path(
    tag = "voting", summary = "Confirm a proxy · 复核授权委托书", operation_id = "confirm_proxy",
    security(("bearer" = [])), request_body = ProxyConfirmIn,
    params(("vote_id" = VoteId, Path, description = "The vote"),
        ("proxy_id" = ProxyId, Path, description = "The proxy")),
    responses((status = 200, description = "Confirmed", body = ProxyView))
)]
#[post("/votes/{vote_id}/proxies/{proxy_id}/confirm")]
async fn confirm_proxy(
    auth: Authorized<PaperEnter>,
    db: web::Data<Db>,
    path: VoteAndProxy,
    body: Body<ProxyConfirmIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let ((vote_id, id), digest) = (path.into_inner(), body.value.document_sha256);
    command(&db, &context, ("proxy.confirm", StatusCode::OK), move |tx| {
        let vote = get_vote(tx.conn(), vote_id, &reach)?;
        proxies::confirm(tx, &vote, (id, &digest), reach.owner_id())
    })
    .await
}

/// Ends a proxy by which no ballot stands: it was recorded by mistake, or the principal revoked it at
/// the desk.
#[utoipa::path(
    tag = "voting", summary = "End a proxy · 终止委托", operation_id = "end_proxy",
    security(("bearer" = [])), request_body = ProxyEndIn,
    params(("vote_id" = VoteId, Path, description = "The vote"),
        ("proxy_id" = ProxyId, Path, description = "The proxy")),
    responses((status = 200, description = "Ended", body = ProxyView))
)]
#[post("/votes/{vote_id}/proxies/{proxy_id}/end")]
async fn end_proxy(
    auth: Authorized<PaperEnter>,
    db: web::Data<Db>,
    path: VoteAndProxy,
    body: Body<ProxyEndIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let ((vote_id, id), reason) = (path.into_inner(), body.value.into_reason()?);
    command(&db, &context, ("proxy.end", StatusCode::OK), move |tx| {
        let vote = get_vote(tx.conn(), vote_id, &reach)?;
        proxies::end(tx, &vote, (id, &reason), Ender::Desk)
    })
    .await
}

/// Revokes a proxy that the caller gave, before a ballot was cast by it.
#[utoipa::path(
    tag = "voting", summary = "Revoke my proxy · 撤销委托", operation_id = "revoke_proxy",
    security(("bearer" = [])),
    params(("vote_id" = VoteId, Path, description = "The vote"),
        ("proxy_id" = ProxyId, Path, description = "The proxy")),
    responses((status = 204, description = "Revoked"))
)]
#[post("/votes/{vote_id}/proxies/{proxy_id}/revoke")]
async fn revoke_proxy(
    auth: Authorized<BallotCast>,
    db: web::Data<Db>,
    path: VoteAndProxy,
) -> Result<HttpResponse, Problem> {
    let owner_id = auth.principal().owner_id.ok_or_else(|| Refusal::new(Code::NotOnRoll))?;
    let (context, reach) = (auth.context(), auth.reach().clone());
    let (vote_id, id) = path.into_inner();
    command(&db, &context, ("proxy.revoke", StatusCode::NO_CONTENT), move |tx| {
        let vote = get_vote(tx.conn(), vote_id, &reach)?;
        let reason = (id, "委托人撤销 · revoked by the principal");
        proxies::end(tx, &vote, reason, Ender::Principal(owner_id)).map(|_| ())
    })
    .await
}
