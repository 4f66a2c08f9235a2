//! Receipts found again: the own ones after signing in, any one by its code.

use actix_web::{HttpResponse, get, web};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::kernel::{Code, Refusal, VoteId};
use crate::platform::{
    auth::{Authorized, permission::BallotCast},
    config::HttpUrl,
    db::Db,
    http::Problem,
};
use crate::voting::{
    pages,
    service::{
        facts::get_vote,
        receipts::{self, OwnBallot, PublicReceipt},
    },
};

pub(super) fn routes(config: &mut ServiceConfig) {
    // The page first: a code may end in anything.
    config.service(list_own_ballots).service(get_receipt_page).service(get_receipt);
}

/// The ballots of the caller's own heads with their receipts, whoever of the owners cast them and
/// on whatever phone. Never the choices.
#[utoipa::path(
    tag = "voting", summary = "My receipts · 我的回执", operation_id = "list_own_ballots",
    security(("bearer" = [])), params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 200, description = "Oldest first", body = Vec<OwnBallot>))
)]
#[get("/votes/{vote_id}/ballots/mine")]
async fn list_own_ballots(
    auth: Authorized<BallotCast>,
    (db, url): (web::Data<Db>, web::Data<HttpUrl>),
    vote_id: web::Path<VoteId>,
) -> Result<HttpResponse, Problem> {
    let owner_id = auth.principal().owner_id.ok_or_else(|| Refusal::new(Code::NotOnRoll))?;
    let reach = auth.reach().clone();
    let own = db
        .read(move |conn| {
            let vote = get_vote(conn, *vote_id, &reach)?;
            receipts::own_ballots(conn, &vote, (owner_id, url.as_str()))
        })
        .await?;
    Ok(HttpResponse::Ok().json(own))
}

/// What a receipt shows to whoever holds its code: unit, time, channel, whether the ballot stands.
/// Neither a choice nor a name.
#[utoipa::path(
    tag = "voting", summary = "A receipt · 查询回执", operation_id = "get_receipt",
    security(()), params(("code" = String, Path, description = "回执码, 20 digits")),
    responses((status = 200, description = "The receipt", body = PublicReceipt))
)]
#[get("/public/receipts/{code}")]
async fn get_receipt(
    (db, url): (web::Data<Db>, web::Data<HttpUrl>),
    code: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let receipt = db.read(move |conn| receipts::public_receipt(conn, &code, url.as_str()));
    Ok(HttpResponse::Ok().json(receipt.await?))
}

/// The same as a page in large print, with a QR code that leads back to it.
#[utoipa::path(
    tag = "voting", summary = "A receipt's page · 回执页面", operation_id = "get_receipt_page",
    security(()), params(("code" = String, Path, description = "回执码, 20 digits")),
    responses(
        (status = 200, description = "A page", content_type = "text/html", body = String),
        (status = 404, description = "No such code", content_type = "text/html", body = String)
    )
)]
#[get("/public/receipts/{code}.html")]
async fn get_receipt_page(
    (db, url): (web::Data<Db>, web::Data<HttpUrl>),
    code: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let receipt = db.read(move |conn| receipts::public_receipt(conn, &code, url.as_str())).await;
    let (mut answer, page) = match receipt {
        Ok(receipt) => (HttpResponse::Ok(), pages::receipt_page(&receipt)?),
        Err(refusal) if refusal.code() == Code::NotFound => {
            (HttpResponse::NotFound(), pages::no_receipt_page()?)
        }
        Err(refusal) => return Err(refusal.into()),
    };
    Ok(answer.content_type("text/html; charset=utf-8").body(page))
}
