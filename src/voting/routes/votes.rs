//! Votes: drafting, reading, materials.

use actix_multipart::form::{MultipartForm, tempfile::TempFile};
use actix_web::{
    HttpResponse, delete, get,
    http::{StatusCode, header},
    patch, post, web,
};
use serde_json::json;

use super::show::show_vote;
use crate::kernel::{Code, MaterialId, Page, PageQuery, Refusal, VoteId};
use crate::platform::{
    auth::{
        Authorized,
        permission::{VotePrepare, VoteRead},
    },
    db::Db,
    http::{Body, IfMatch, Problem, command, page_of},
};
use crate::voting::{
    dto::{TransitionOut, VoteIn, VoteOut, VotePatch, VoteQuery, VoteSummary},
    model::NewFile,
    service::{clones, draft, facts::get_vote as load_vote},
    store::votes as store,
};

/// Drafts a vote.
#[utoipa::path(
    tag = "voting", summary = "Draft a vote · 起草表决", operation_id = "create_vote",
    security(("bearer" = [])), request_body = VoteIn,
    responses((status = 201, description = "Drafted", body = VoteOut))
)]
#[post("/votes")]
async fn create_vote(
    auth: Authorized<VotePrepare>,
    db: web::Data<Db>,
    body: Body<VoteIn>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let new = body.value.into_command()?;
    command(&db, &context, ("vote.draft", StatusCode::CREATED), move |tx| {
        let row = draft::draft_vote(tx, &reach, &new)?;
        let vote = load_vote(tx.conn(), row.id, &reach)?;
        show_vote(tx.conn(), vote)
    })
    .await
}

/// Votes within the caller's scope, newest first; of an owner those on whose roll he stands.
#[utoipa::path(
    tag = "voting", summary = "List votes · 表决列表", operation_id = "list_votes",
    security(("bearer" = [])), params(VoteQuery),
    responses((status = 200, description = "A page", body = Page<VoteSummary>))
)]
#[get("/votes")]
async fn list_votes(
    auth: Authorized<VoteRead>,
    db: web::Data<Db>,
    query: web::Query<VoteQuery>,
) -> Result<HttpResponse, Problem> {
    let (query, reach) = (query.into_inner(), auth.reach().clone());
    let page = PageQuery { limit: query.limit, cursor: query.cursor.clone() };
    let after = page.cursor::<VoteId>()?;
    let limit = page.limit();
    let rows = db
        .read(move |conn| {
            Ok(store::list_votes(conn, &reach, &query.filter(), (after, page.fetch()))?)
        })
        .await?;
    Ok(page_of(Page::cut(rows, limit, |row| row.id.to_string()).map(VoteSummary::from)))
}

/// One vote.
#[utoipa::path(
    tag = "voting", summary = "A vote · 表决详情", operation_id = "get_vote",
    security(("bearer" = [])), params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 200, description = "The vote", body = VoteOut))
)]
#[get("/votes/{vote_id}")]
async fn get_vote(
    auth: Authorized<VoteRead>,
    db: web::Data<Db>,
    vote_id: web::Path<VoteId>,
) -> Result<HttpResponse, Problem> {
    let reach = auth.reach().clone();
    let vote = db
        .read(move |conn| {
            let vote = load_vote(conn, *vote_id, &reach)?;
            show_vote(conn, vote)
        })
        .await?;
    let tag = crate::platform::http::etag(vote.summary.version);
    Ok(HttpResponse::Ok().insert_header(header::ETag(tag)).json(vote))
}

/// Changes a vote before its notice.
#[utoipa::path(
    tag = "voting", summary = "Change a draft · 修改草案", operation_id = "update_vote",
    security(("bearer" = [])), request_body = VotePatch,
    params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 200, description = "Changed", body = VoteOut))
)]
#[patch("/votes/{vote_id}")]
async fn update_vote(
    auth: Authorized<VotePrepare>,
    db: web::Data<Db>,
    (vote_id, if_match): (web::Path<VoteId>, IfMatch),
    body: Body<VotePatch>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (body.bind(auth.context()), auth.reach().clone());
    let edit = body.value.into_command()?;
    command(&db, &context, ("vote.edit", StatusCode::OK), move |tx| {
        let vote = load_vote(tx.conn(), *vote_id, &reach)?;
        if_match.check(vote.row.version)?;
        draft::edit_vote(tx, &vote, &edit)?;
        let vote = load_vote(tx.conn(), *vote_id, &reach)?;
        show_vote(tx.conn(), vote)
    })
    .await
}

/// Drafts a vote anew from one that has ended, confirmed or voided: the same scope, items and
/// materials, under the version of its rule pack that is in force today.
#[utoipa::path(
    tag = "voting", summary = "Clone an ended vote · 复制已结束的表决", operation_id = "clone_vote",
    security(("bearer" = [])), params(("vote_id" = VoteId, Path, description = "The ended vote")),
    responses((status = 201, description = "The new draft", body = VoteOut))
)]
#[post("/votes/{vote_id}/clones")]
async fn clone_vote(
    auth: Authorized<VotePrepare>,
    db: web::Data<Db>,
    vote_id: web::Path<VoteId>,
) -> Result<HttpResponse, Problem> {
    let (context, reach) = (auth.context(), auth.reach().clone());
    command(&db, &context, ("vote.clone", StatusCode::CREATED), move |tx| {
        let vote = load_vote(tx.conn(), *vote_id, &reach)?;
        let id = clones::clone_vote(tx, &reach, &vote)?;
        let vote = load_vote(tx.conn(), id, &reach)?;
        show_vote(tx.conn(), vote)
    })
    .await
}

/// A file in a form.
#[derive(Debug, MultipartForm, utoipa::ToSchema)]
struct MaterialForm {
    /// The file: PDF, JPEG, PNG, text; at most 10 MB.
    #[schema(value_type = String, format = Binary, content_media_type = "application/octet-stream")]
    #[multipart(limit = "10MB")]
    file: TempFile,
}

const MEDIA_TYPES: &[&str] = &["application/pdf", "image/jpeg", "image/png", "text/plain"];

/// Attaches a material; its digest enters the agenda that the notice locks.
#[utoipa::path(
    tag = "voting", summary = "Attach a material · 上传材料", operation_id = "create_material",
    security(("bearer" = [])), params(("vote_id" = VoteId, Path, description = "The vote")),
    request_body(content = MaterialForm, content_type = "multipart/form-data"),
    responses((status = 201, description = "Attached: id and sha256"))
)]
#[post("/votes/{vote_id}/materials")]
async fn create_material(
    auth: Authorized<VotePrepare>,
    db: web::Data<Db>,
    vote_id: web::Path<VoteId>,
    form: MultipartForm<MaterialForm>,
) -> Result<HttpResponse, Problem> {
    let file = web::block(move || read_upload(form.into_inner().file, MEDIA_TYPES))
        .await
        .map_err(|error| Problem(Refusal::internal(error)))??;
    let (context, reach) = (auth.context(), auth.reach().clone());
    command(&db, &context, ("vote.attach", StatusCode::CREATED), move |tx| {
        let vote = load_vote(tx.conn(), *vote_id, &reach)?;
        let (id, sha256) = draft::attach_material(tx, &vote, &file)?;
        Ok(json!({ "id": id, "sha256": sha256 }))
    })
    .await
}

/// One uploaded file of these media types.
pub(super) fn read_upload(file: TempFile, accepted: &[&str]) -> Result<NewFile, Refusal> {
    let media_type = file.content_type.map(|kind| kind.essence_str().to_owned());
    let media_type = media_type
        .filter(|kind| accepted.contains(&kind.as_str()))
        .ok_or_else(|| Refusal::new(Code::UnsupportedMediaType).with("accepted", accepted))?;
    let content = std::fs::read(file.file.path()).map_err(Refusal::internal)?;
    let file_name = file.file_name.unwrap_or_else(|| "file".to_owned());
    let file_name = file_name.rsplit(['/', '\\']).next().unwrap_or("file").to_owned();
    crate::voting::dto::check_text("/file", &file_name, 1..=200)?;
    Ok(NewFile { file_name, media_type, content })
}

/// The content of a material.
#[utoipa::path(
    tag = "voting", summary = "Download a material · 下载材料", operation_id = "get_material",
    security(("bearer" = [])),
    params(
        ("vote_id" = VoteId, Path, description = "The vote"),
        ("material_id" = MaterialId, Path, description = "The material")
    ),
    responses((status = 200, description = "The file", content_type = "application/octet-stream"))
)]
#[get("/votes/{vote_id}/materials/{material_id}")]
async fn get_material(
    auth: Authorized<VoteRead>,
    db: web::Data<Db>,
    path: web::Path<(VoteId, MaterialId)>,
) -> Result<HttpResponse, Problem> {
    let (reach, (vote_id, id)) = (auth.reach().clone(), path.into_inner());
    let (name, media_type, content) = db
        .read(move |conn| {
            load_vote(conn, vote_id, &reach)?;
            let found = store::find_material(conn, vote_id, id)?;
            found.ok_or_else(|| Refusal::new(Code::NotFound))
        })
        .await?;
    let disposition = header::ContentDisposition::attachment(name);
    Ok(HttpResponse::Ok()
        .content_type(media_type)
        .insert_header(disposition)
        .insert_header(("content-security-policy", "sandbox"))
        .body(content))
}

/// Takes a material away before the notice.
#[utoipa::path(
    tag = "voting", summary = "Remove a material · 删除材料", operation_id = "delete_material",
    security(("bearer" = [])),
    params(
        ("vote_id" = VoteId, Path, description = "The vote"),
        ("material_id" = MaterialId, Path, description = "The material")
    ),
    responses((status = 204, description = "Removed"))
)]
#[delete("/votes/{vote_id}/materials/{material_id}")]
async fn delete_material(
    auth: Authorized<VotePrepare>,
    db: web::Data<Db>,
    path: web::Path<(VoteId, MaterialId)>,
) -> Result<HttpResponse, Problem> {
    let (context, reach, (vote_id, id)) = (auth.context(), auth.reach().clone(), path.into_inner());
    command(&db, &context, ("vote.detach", StatusCode::NO_CONTENT), move |tx| {
        let vote = load_vote(tx.conn(), vote_id, &reach)?;
        draft::remove_material(tx, &vote, id)
    })
    .await
}

/// Every step that the vote has taken.
#[utoipa::path(
    tag = "voting", summary = "Steps taken · 流程记录", operation_id = "list_transitions",
    security(("bearer" = [])), params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 200, description = "In order", body = Vec<TransitionOut>))
)]
#[get("/votes/{vote_id}/transitions")]
async fn list_transitions(
    auth: Authorized<VoteRead>,
    db: web::Data<Db>,
    vote_id: web::Path<VoteId>,
) -> Result<HttpResponse, Problem> {
    let reach = auth.reach().clone();
    let rows = db
        .read(move |conn| {
            load_vote(conn, *vote_id, &reach)?;
            Ok(store::list_transitions(conn, *vote_id)?)
        })
        .await?;
    Ok(HttpResponse::Ok().json(rows.into_iter().map(TransitionOut::from).collect::<Vec<_>>()))
}
