//! An extension: proposed by one person, confirmed by another.

use std::sync::Arc;

use actix_web::{HttpResponse, delete, post, web};
use utoipa_actix_web::service_config::ServiceConfig;

use super::steps::{Target, step};
use crate::kernel::VoteId;
use crate::platform::{
    auth::{Authorized, permission::VoteOpen},
    db::Db,
    http::{Body, Problem},
};
use crate::voting::{
    dto::{ExtendIn, ExtensionConfirmIn, VoteOut, check_text},
    service::extension,
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config.service(propose_extension).service(confirm_extension).service(withdraw_extension);
}

/// Proposes a later close, within the limit of the rule pack. It has no effect until another person
/// confirms it.
#[utoipa::path(
    tag = "voting", summary = "Propose an extension · 提出延期",
    operation_id = "propose_extension", security(("bearer" = [])), request_body = ExtendIn,
    params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 200, description = "Proposed", body = VoteOut))
)]
#[post("/votes/{vote_id}/extension")]
async fn propose_extension(
    auth: Authorized<VoteOpen>,
    db: web::Data<Db>,
    target: Target,
    body: Body<ExtendIn>,
) -> Result<HttpResponse, Problem> {
    check_text("/reason", &body.value.reason, 1..=2000)?;
    let context = body.bind(auth.context());
    let body = Arc::new(body.value);
    step((auth, db, context), target, "vote.propose_extension", move |tx, vote| {
        extension::propose_extension(tx, vote, (body.closes_at, body.reason.clone()))
    })
    .await
}

/// Confirms the proposed extension, as another person than the one who proposed it: the close moves.
#[utoipa::path(
    tag = "voting", summary = "Confirm the extension · 复核延期",
    operation_id = "confirm_extension", security(("bearer" = [])),
    request_body = ExtensionConfirmIn,
    params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 200, description = "Extended", body = VoteOut))
)]
#[post("/votes/{vote_id}/extension/confirm")]
async fn confirm_extension(
    auth: Authorized<VoteOpen>,
    db: web::Data<Db>,
    target: Target,
    body: Body<ExtensionConfirmIn>,
) -> Result<HttpResponse, Problem> {
    let context = body.bind(auth.context());
    let closes_at = body.value.closes_at;
    step((auth, db, context), target, "vote.extend", move |tx, vote| {
        extension::confirm_extension(tx, vote, closes_at)
    })
    .await
}

/// Withdraws the proposed extension.
#[utoipa::path(
    tag = "voting", summary = "Withdraw the extension · 撤回延期",
    operation_id = "withdraw_extension", security(("bearer" = [])),
    params(("vote_id" = VoteId, Path, description = "The vote")),
    responses((status = 200, description = "Withdrawn", body = VoteOut))
)]
#[delete("/votes/{vote_id}/extension")]
async fn withdraw_extension(
    auth: Authorized<VoteOpen>,
    db: web::Data<Db>,
    target: Target,
) -> Result<HttpResponse, Problem> {
    let context = auth.context();
    step((auth, db, context), target, "vote.withdraw_extension", extension::withdraw_extension)
        .await
}
