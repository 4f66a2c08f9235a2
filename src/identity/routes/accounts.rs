//! Staff accounts and grants.

use actix_web::{HttpResponse, delete, get, http::StatusCode, post, web};

use crate::identity::{
    dto::{AccountDetailOut, AccountIn, AccountOut, GrantIn, GrantOut, MadeAccountOut},
    service::{Enabled, Identity, NewAccount, NewGrant},
};
use crate::kernel::{AccountId, GrantId, Page, PageQuery};
use crate::platform::{
    auth::{
        Authorized,
        permission::{AccountManage, AccountRead, GrantManage},
    },
    db::{Db, WriteTx},
    http::{Body, Problem, command, page_of},
};

/// The accounts that are administered within my scope.
#[utoipa::path(
    tag = "identity", operation_id = "list_accounts", summary = "Accounts · 账号列表",
    security(("bearer" = [])), params(PageQuery),
    responses((status = 200, description = "Accounts", body = Page<AccountOut>))
)]
#[get("/accounts")]
async fn list_accounts(
    caller: Authorized<AccountRead>,
    identity: web::Data<Identity>,
    page: web::Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    Ok(page_of(identity.list_accounts(caller.reach(), &page).await?.map(AccountOut::from)))
}

/// Makes a staff account; the answer shows its initial password once.
#[utoipa::path(
    tag = "identity", operation_id = "create_account", summary = "Make an account · 新建账号",
    security(("bearer" = [])),
    request_body = AccountIn,
    responses((status = 201, description = "Made", body = MadeAccountOut))
)]
#[post("/accounts")]
async fn create_account(
    caller: Authorized<AccountManage>,
    identity: web::Data<Identity>,
    body: Body<AccountIn>,
) -> Result<HttpResponse, Problem> {
    let home = body.value.home.parse("home")?;
    let new = NewAccount { login: body.value.login, name: body.value.name, home };
    let made = identity.create_account((&caller.context(), caller.reach()), new).await?;
    Ok(HttpResponse::Created().json(MadeAccountOut::from(made)))
}

/// An account with its grants.
#[utoipa::path(
    tag = "identity", operation_id = "get_account", summary = "An account · 账号详情",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The account", format = "uuid")),
    responses((status = 200, description = "The account", body = AccountDetailOut))
)]
#[get("/accounts/{id}")]
async fn get_account(
    caller: Authorized<AccountRead>,
    identity: web::Data<Identity>,
    id: web::Path<AccountId>,
) -> Result<HttpResponse, Problem> {
    let view = identity.get_account(caller.reach(), id.into_inner()).await?;
    Ok(HttpResponse::Ok().json(AccountDetailOut::from(view)))
}

/// Disables an account: its sessions end at once.
#[utoipa::path(
    tag = "identity", operation_id = "disable_account", summary = "Disable an account · 停用账号",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The account", format = "uuid")),
    responses((status = 200, description = "Disabled", body = AccountOut))
)]
#[post("/accounts/{id}/disable")]
async fn disable_account(
    caller: Authorized<AccountManage>,
    (db, identity): (web::Data<Db>, web::Data<Identity>),
    id: web::Path<AccountId>,
) -> Result<HttpResponse, Problem> {
    set_enabled(caller, (&db, identity), (id.into_inner(), Enabled::No)).await
}

/// Lets an account sign in again.
#[utoipa::path(
    tag = "identity", operation_id = "enable_account", summary = "Enable an account · 启用账号",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The account", format = "uuid")),
    responses((status = 200, description = "Enabled", body = AccountOut))
)]
#[post("/accounts/{id}/enable")]
async fn enable_account(
    caller: Authorized<AccountManage>,
    (db, identity): (web::Data<Db>, web::Data<Identity>),
    id: web::Path<AccountId>,
) -> Result<HttpResponse, Problem> {
    set_enabled(caller, (&db, identity), (id.into_inner(), Enabled::Yes)).await
}

async fn set_enabled(
    caller: Authorized<AccountManage>,
    (db, identity): (&Db, web::Data<Identity>),
    change: (AccountId, Enabled),
) -> Result<HttpResponse, Problem> {
    let (principal, reach) = (caller.principal().clone(), caller.reach().clone());
    let run = move |tx: &mut WriteTx<'_>| {
        identity.set_enabled(tx, (&principal, &reach), change).map(AccountOut::from)
    };
    command(db, &caller.context(), ("account.set_enabled", StatusCode::OK), run).await
}

/// Gives an account a new initial password, shown once; its authenticator and sessions end.
#[utoipa::path(
    tag = "identity", operation_id = "reset_account_password",
    summary = "Reset a password · 重置密码",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The account", format = "uuid")),
    responses((status = 200, description = "Reset", body = MadeAccountOut))
)]
#[post("/accounts/{id}/reset-password")]
async fn reset_account_password(
    caller: Authorized<AccountManage>,
    identity: web::Data<Identity>,
    id: web::Path<AccountId>,
) -> Result<HttpResponse, Problem> {
    let by = (caller.principal(), caller.reach());
    let made = identity.reset_password(&caller.context(), by, id.into_inner()).await?;
    Ok(HttpResponse::Ok().json(MadeAccountOut::from(made)))
}

/// Grants a role over a scope, never beyond my own.
#[utoipa::path(
    tag = "identity", operation_id = "create_grant", summary = "Grant a role · 授予角色",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The account", format = "uuid")),
    request_body = GrantIn,
    responses((status = 201, description = "Granted", body = GrantOut))
)]
#[post("/accounts/{id}/grants")]
async fn create_grant(
    caller: Authorized<GrantManage>,
    (db, identity): (web::Data<Db>, web::Data<Identity>),
    id: web::Path<AccountId>,
    body: Body<GrantIn>,
) -> Result<HttpResponse, Problem> {
    let (context, principal) = (body.bind(caller.context()), caller.principal().clone());
    let scope = body.value.scope.parse("scope")?;
    let new = NewGrant { account_id: id.into_inner(), role: body.value.role, scope };
    let run = move |tx: &mut WriteTx<'_>| identity.grant(tx, &principal, &new).map(GrantOut::from);
    command(&db, &context, ("grant.give", StatusCode::CREATED), run).await
}

/// Takes a grant back; it holds no longer from the next request on.
#[utoipa::path(
    tag = "identity", operation_id = "revoke_grant", summary = "Revoke a grant · 撤销授权",
    security(("bearer" = [])),
    params(("id" = String, Path, description = "The grant", format = "uuid")),
    responses((status = 204, description = "Taken back"))
)]
#[delete("/grants/{id}")]
async fn revoke_grant(
    caller: Authorized<GrantManage>,
    (db, identity): (web::Data<Db>, web::Data<Identity>),
    id: web::Path<GrantId>,
) -> Result<HttpResponse, Problem> {
    let (principal, id) = (caller.principal().clone(), id.into_inner());
    let run = move |tx: &mut WriteTx<'_>| identity.revoke_grant(tx, &principal, id);
    command(&db, &caller.context(), ("grant.revoke", StatusCode::NO_CONTENT), run).await
}
