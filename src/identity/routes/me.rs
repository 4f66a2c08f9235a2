//! The own account.

use actix_web::{HttpResponse, delete, get, http::StatusCode, post, web};

use crate::identity::{
    dto::{MeOut, PasswordIn, RoleOut, SessionOut, TotpIn, TotpOut},
    model::SessionEnd,
    service::Identity,
};
use crate::kernel::{Page, SessionId};
use crate::platform::{
    auth::{
        Authorized,
        permission::{SignedIn, roles},
    },
    db::{Db, WriteTx},
    http::{Body, Problem, command, page_of},
};

/// Who I am, what I may do, and by which grant.
#[utoipa::path(
    tag = "identity", operation_id = "get_me", summary = "My account and permissions · 我的账号与权限",
    security(("bearer" = [])),
    responses((status = 200, description = "The account", body = MeOut))
)]
#[get("/me")]
async fn get_me(
    caller: Authorized<SignedIn>,
    identity: web::Data<Identity>,
) -> Result<HttpResponse, Problem> {
    let me = identity.get_me(caller.principal()).await?;
    Ok(HttpResponse::Ok().json(MeOut::of(me, caller.principal())))
}

/// My sessions that are alive.
#[utoipa::path(
    tag = "identity", operation_id = "list_sessions", summary = "My sessions · 我的会话",
    security(("bearer" = [])),
    responses((status = 200, description = "Sessions", body = Page<SessionOut>))
)]
#[get("/me/sessions")]
async fn list_sessions(
    caller: Authorized<SignedIn>,
    identity: web::Data<Identity>,
) -> Result<HttpResponse, Problem> {
    let sessions = identity.list_sessions(caller.principal()).await?;
    let current = caller.principal().session_id;
    let items = sessions.into_iter().map(|session| SessionOut::of(session, current)).collect();
    Ok(page_of(Page { items, next_cursor: None }))
}

/// Ends one of my sessions.
#[utoipa::path(
    tag = "identity", operation_id = "end_session", summary = "End a session · 注销会话",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The session", format = "uuid")),
    responses((status = 204, description = "Ended"))
)]
#[delete("/me/sessions/{id}")]
async fn end_session(
    caller: Authorized<SignedIn>,
    db: web::Data<Db>,
    id: web::Path<SessionId>,
) -> Result<HttpResponse, Problem> {
    let account = caller.principal().account_id;
    let end = (id.into_inner(), SessionEnd::Revoked);
    let run = move |tx: &mut WriteTx<'_>| Identity::end_session(tx, account, end);
    db.write(&caller.context(), "session.end", run).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Changes my password; my other sessions end.
#[utoipa::path(
    tag = "identity", operation_id = "change_password", summary = "Change my password · 修改密码",
    security(("bearer" = [])),
    request_body = PasswordIn,
    responses((status = 204, description = "Changed"))
)]
#[post("/me/password")]
async fn change_password(
    caller: Authorized<SignedIn>,
    identity: web::Data<Identity>,
    body: Body<PasswordIn>,
) -> Result<HttpResponse, Problem> {
    let passwords = (body.value.password, body.value.new_password);
    identity.change_password((&caller.context(), caller.principal()), passwords).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Starts with an authenticator; it counts from its confirmation on.
#[utoipa::path(
    tag = "identity", operation_id = "enrol_totp", summary = "Enrol an authenticator · 绑定动态口令",
    security(("bearer" = [])),
    responses((status = 201, description = "Its address, shown once", body = TotpOut))
)]
#[post("/me/totp")]
async fn enrol_totp(
    caller: Authorized<SignedIn>,
    db: web::Data<Db>,
    identity: web::Data<Identity>,
) -> Result<HttpResponse, Problem> {
    let principal = caller.principal().clone();
    let run = move |tx: &mut WriteTx<'_>| identity.enrol_totp(tx, &principal);
    let enrolment = db.write(&caller.context(), "totp.enrol", run).await?;
    Ok(HttpResponse::Created().json(TotpOut { uri: enrolment.uri }))
}

/// Confirms the authenticator; from now on sign-in asks for it, and my other sessions end.
#[utoipa::path(
    tag = "identity", operation_id = "confirm_totp",
    summary = "Confirm the authenticator · 确认动态口令",
    security(("bearer" = [])),
    request_body = TotpIn,
    responses((status = 204, description = "In force"))
)]
#[post("/me/totp/confirm")]
async fn confirm_totp(
    caller: Authorized<SignedIn>,
    (db, identity): (web::Data<Db>, web::Data<Identity>),
    body: Body<TotpIn>,
) -> Result<HttpResponse, Problem> {
    let (context, principal) = (body.bind(caller.context()), caller.principal().clone());
    let code = body.value.code;
    let run = move |tx: &mut WriteTx<'_>| identity.confirm_totp(tx, &principal, &code);
    command(&db, &context, ("totp.confirm", StatusCode::NO_CONTENT), run).await
}

/// Takes the authenticator off, by its code.
#[utoipa::path(
    tag = "identity", operation_id = "disable_totp",
    summary = "Take the authenticator off · 解绑动态口令",
    security(("bearer" = [])),
    request_body = TotpIn,
    responses((status = 204, description = "Taken off"))
)]
#[post("/me/totp/disable")]
async fn disable_totp(
    caller: Authorized<SignedIn>,
    (db, identity): (web::Data<Db>, web::Data<Identity>),
    body: Body<TotpIn>,
) -> Result<HttpResponse, Problem> {
    let (context, principal) = (body.bind(caller.context()), caller.principal().clone());
    let code = body.value.code;
    let run = move |tx: &mut WriteTx<'_>| identity.disable_totp(tx, &principal, &code);
    command(&db, &context, ("totp.disable", StatusCode::NO_CONTENT), run).await
}

/// The roles: what each allows, where it may hold, who grants it.
#[utoipa::path(
    tag = "identity", operation_id = "list_roles", summary = "Roles · 角色",
    security(("bearer" = [])),
    responses((status = 200, description = "Roles", body = Page<RoleOut>))
)]
#[get("/roles")]
async fn list_roles(_caller: Authorized<SignedIn>) -> HttpResponse {
    let items: Vec<RoleOut> = roles().iter().map(RoleOut::from).collect();
    std::future::ready(page_of(Page { items, next_cursor: None })).await
}
