//! Signing in and out.

use actix_web::{HttpRequest, HttpResponse, post, web};

use super::client_of;
use crate::identity::{
    dto::{CodeRequestIn, CodeRequestOut, CodeSignInIn, RefreshIn, SignInIn, TokensOut},
    model::SessionEnd,
    service::{CodeSignIn, Identity, PasswordSignIn},
};
use crate::kernel::{Code, Refusal};
use crate::platform::{
    auth::{Authorized, anonymous_context, permission::SignedIn},
    db::{Db, WriteTx},
    http::{Body, Problem},
};

/// Staff sign in with a password and, where enrolled, their authenticator. After five failures in
/// 15 minutes a login waits; it is never locked.
#[utoipa::path(
    tag = "identity", operation_id = "sign_in", summary = "Sign in as staff · 工作人员登录",
    security(()),
    request_body = SignInIn,
    responses((status = 200, description = "Tokens", body = TokensOut))
)]
#[post("/auth/sign-in")]
async fn sign_in(
    request: HttpRequest,
    identity: web::Data<Identity>,
    body: Body<SignInIn>,
) -> Result<HttpResponse, Problem> {
    let body = body.value;
    let client = client_of(&request, body.device);
    let shown = PasswordSignIn {
        login: body.login,
        password: body.password,
        totp: body.totp,
        new_password: body.new_password,
    };
    let signed_in = identity.sign_in((&anonymous_context(&request), &client), shown).await?;
    Ok(HttpResponse::Ok().json(TokensOut::from(signed_in)))
}

/// Asks for a one-time code. The answer is the same whether or not the contact is on the register;
/// only a contact on the register gets a code.
#[utoipa::path(
    tag = "identity", operation_id = "request_code", summary = "Ask for a code · 获取验证码",
    security(()),
    request_body = CodeRequestIn,
    responses((status = 202, description = "Asked for", body = CodeRequestOut))
)]
#[post("/auth/codes")]
async fn request_code(
    request: HttpRequest,
    identity: web::Data<Identity>,
    body: Body<CodeRequestIn>,
) -> Result<HttpResponse, Problem> {
    let contact = body.value.contact.parse();
    let contact =
        contact.map_err(|detail: String| Refusal::field(Code::InvalidField, "/contact", detail))?;
    let client = client_of(&request, None);
    let made = identity.request_code((&anonymous_context(&request), &client), contact).await?;
    let out = CodeRequestOut { code_id: made.id, expires_at: made.expires_at };
    Ok(HttpResponse::Accepted().json(out))
}

/// Owners sign in with the code that was sent to their contact on the register.
#[utoipa::path(
    tag = "identity", operation_id = "sign_in_by_code", summary = "Sign in as an owner · 业主登录",
    security(()),
    request_body = CodeSignInIn,
    responses((status = 200, description = "Tokens", body = TokensOut))
)]
#[post("/auth/code-sign-in")]
async fn sign_in_by_code(
    request: HttpRequest,
    identity: web::Data<Identity>,
    body: Body<CodeSignInIn>,
) -> Result<HttpResponse, Problem> {
    let body = body.value;
    let client = client_of(&request, body.device);
    let shown = CodeSignIn { id: body.code_id, code: body.code, id_tail: body.id_tail };
    let context = anonymous_context(&request);
    let signed_in = identity.sign_in_by_code((&context, &client), shown).await?;
    Ok(HttpResponse::Ok().json(TokensOut::from(signed_in)))
}

/// Exchanges a refresh token for new tokens. A token that comes a second time ends its session.
#[utoipa::path(
    tag = "identity", operation_id = "refresh_session", summary = "Refresh · 刷新令牌",
    security(()),
    request_body = RefreshIn,
    responses((status = 200, description = "Tokens", body = TokensOut))
)]
#[post("/auth/refresh")]
async fn refresh_session(
    request: HttpRequest,
    identity: web::Data<Identity>,
    body: Body<RefreshIn>,
) -> Result<HttpResponse, Problem> {
    let context = anonymous_context(&request);
    let signed_in = identity.refresh(&context, &body.value.refresh_token).await?;
    Ok(HttpResponse::Ok().json(TokensOut::from(signed_in)))
}

/// Ends this session: its tokens are refused from the next request on.
#[utoipa::path(
    tag = "identity", operation_id = "sign_out", summary = "Sign out · 退出登录",
    security(("bearer" = [])),
    responses((status = 204, description = "Ended"))
)]
#[post("/auth/sign-out")]
async fn sign_out(
    caller: Authorized<SignedIn>,
    db: web::Data<Db>,
) -> Result<HttpResponse, Problem> {
    let (account, session) = (caller.principal().account_id, caller.principal().session_id);
    let end = (session, SessionEnd::SignOut);
    let run = move |tx: &mut WriteTx<'_>| Identity::end_session(tx, account, end);
    db.write(&caller.context(), "session.end", run).await?;
    Ok(HttpResponse::NoContent().finish())
}
