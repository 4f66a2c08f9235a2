//! What the API takes and gives. Passwords, codes and tokens are never printed by `Debug`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::{
    Account, AccountKind, AccountView, Factor, GrantRow, MadeAccount, Session, SignedIn,
};
use crate::kernel::{
    AccountId, Code, GrantId, OneTimeCodeId, Outcome, Refusal, SessionId, UtcTime,
};
use crate::platform::auth::{
    Principal, Scope,
    permission::{Effect, PERMISSIONS, Role, find_role},
    scope::ScopeKind,
};

/// Sign-in of staff.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignInIn {
    /// The login.
    #[schema(example = "li.na")]
    pub login: String,
    /// The password.
    pub password: String,
    /// The authenticator's six digits, where one is enrolled.
    #[serde(default)]
    pub totp: Option<String>,
    /// A password of one's own, where the present one is an initial one.
    #[serde(default)]
    pub new_password: Option<String>,
    /// A name for the list of sessions.
    #[serde(default)]
    pub device: Option<String>,
}

/// A request for a one-time code.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CodeRequestIn {
    /// A mobile number or an e-mail address on the register.
    #[schema(example = "13800000000")]
    pub contact: String,
}

/// The answer to a request for a code, the same for every contact.
#[derive(Serialize, ToSchema)]
pub struct CodeRequestOut {
    /// Send it back with the code.
    #[schema(value_type = String, format = "uuid")]
    pub code_id: OneTimeCodeId,
    /// The code is not accepted from then on.
    pub expires_at: UtcTime,
}

/// Sign-in of owners.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CodeSignInIn {
    /// The id that came with the request for the code.
    #[schema(value_type = String, format = "uuid")]
    pub code_id: OneTimeCodeId,
    /// The six digits.
    #[schema(example = "012345")]
    pub code: String,
    /// The last four characters of the identity number, where several owners share the contact.
    #[serde(default)]
    pub id_tail: Option<String>,
    /// A name for the list of sessions.
    #[serde(default)]
    pub device: Option<String>,
}

/// A refresh token to be exchanged.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefreshIn {
    /// The token of the last answer.
    pub refresh_token: String,
}

/// Tokens.
#[derive(Serialize, ToSchema)]
pub struct TokensOut {
    /// For `Authorization: Bearer`.
    pub access_token: String,
    /// Always `Bearer`.
    pub token_type: String,
    /// The access token is not accepted from then on.
    pub expires_at: UtcTime,
    /// Good once, for the next pair of tokens.
    pub refresh_token: String,
    /// It is not accepted from then on.
    pub refresh_expires_at: UtcTime,
    /// The session.
    #[schema(value_type = String, format = "uuid")]
    pub session_id: SessionId,
    /// The account.
    #[schema(value_type = String, format = "uuid")]
    pub account_id: AccountId,
}

impl From<SignedIn> for TokensOut {
    fn from(signed_in: SignedIn) -> Self {
        Self {
            access_token: signed_in.access.token,
            token_type: "Bearer".to_owned(),
            expires_at: signed_in.access.expires_at,
            refresh_token: signed_in.refresh.reveal().to_owned(),
            refresh_expires_at: signed_in.refresh_expires_at,
            session_id: signed_in.session_id,
            account_id: signed_in.account_id,
        }
    }
}

/// A session.
#[derive(Serialize, ToSchema)]
pub struct SessionOut {
    /// Its id.
    #[schema(value_type = String, format = "uuid")]
    pub id: SessionId,
    /// What was shown at sign-in.
    pub factor: Factor,
    /// The client's name for itself.
    pub device: String,
    /// Signed in at.
    pub created_at: UtcTime,
    /// Last refreshed at.
    pub refreshed_at: UtcTime,
    /// Ends by itself at.
    pub expires_at: UtcTime,
    /// Whether this request belongs to it.
    pub is_current: bool,
}

impl SessionOut {
    /// A session as its holder sees it from the session `current`.
    pub fn of(session: Session, current: SessionId) -> Self {
        Self {
            is_current: session.id == current,
            id: session.id,
            factor: session.factor,
            device: session.device,
            created_at: session.created_at,
            refreshed_at: session.refreshed_at,
            expires_at: session.expires_at,
        }
    }
}

/// A change of the own password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordIn {
    /// The present one.
    pub password: String,
    /// The new one: 8 to 128 characters, none of the common ones.
    pub new_password: String,
}

/// The authenticator's six digits.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TotpIn {
    /// The six digits.
    #[schema(example = "012345")]
    pub code: String,
}

/// A new authenticator, shown once.
#[derive(Serialize, ToSchema)]
pub struct TotpOut {
    /// `otpauth://…`, to be scanned.
    pub uri: String,
}

/// A scope.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScopeDto {
    /// The kind.
    pub kind: ScopeKind,
    /// A division code of 2, 4, 6, 9 or 12 digits, or the id of a community or building.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schema(example = "330203001")]
    pub reference: String,
}

impl ScopeDto {
    /// The scope.
    ///
    /// # Errors
    /// `invalid_field` at `/<field>/reference`.
    pub fn parse(&self, field: &str) -> Outcome<Scope> {
        Scope::of(self.kind, &self.reference).map_err(|detail| {
            Refusal::field(Code::InvalidField, &format!("/{field}/reference"), detail)
        })
    }
}

impl From<&Scope> for ScopeDto {
    fn from(scope: &Scope) -> Self {
        Self { kind: scope.kind(), reference: scope.reference() }
    }
}

/// A role to be granted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GrantIn {
    /// The role's word; `GET /roles` lists them.
    #[schema(example = "community_clerk")]
    pub role: String,
    /// Where it is to hold.
    pub scope: ScopeDto,
}

/// A grant.
#[derive(Debug, Serialize, ToSchema)]
pub struct GrantOut {
    /// Its id.
    #[schema(value_type = String, format = "uuid")]
    pub id: GrantId,
    /// The role's word.
    pub role: String,
    /// The role in Chinese.
    pub role_zh: String,
    /// Where it holds.
    pub scope: ScopeDto,
    /// When it was granted.
    pub granted_at: UtcTime,
    /// Who granted it; absent for the machine's operator.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = "uuid")]
    pub granted_by: Option<AccountId>,
}

impl From<GrantRow> for GrantOut {
    fn from(row: GrantRow) -> Self {
        Self {
            id: row.id,
            role_zh: find_role(&row.role).map(|role| role.zh.clone()).unwrap_or_default(),
            scope: ScopeDto { kind: row.scope_kind, reference: row.scope_reference },
            role: row.role,
            granted_at: row.granted_at,
            granted_by: row.granted_by_id,
        }
    }
}

/// A staff account to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountIn {
    /// 3 to 64 letters, digits or . _ - @
    #[schema(example = "li.na")]
    pub login: String,
    /// The holder's name.
    #[schema(example = "李娜")]
    pub name: String,
    /// Where the account is administered.
    pub home: ScopeDto,
}

/// An account.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountOut {
    /// Its id.
    #[schema(value_type = String, format = "uuid")]
    pub id: AccountId,
    /// Staff or owner.
    pub kind: AccountKind,
    /// What staff sign in with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub login: Option<String>,
    /// The name; masked for owners.
    pub name: String,
    /// The division in which it is administered; empty for the whole deployment.
    pub division_code: String,
    /// Whether an authenticator is needed to sign in.
    pub has_totp: bool,
    /// Whether the password is an initial one.
    pub has_initial_password: bool,
    /// Since when it may not sign in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled_at: Option<UtcTime>,
    /// When it was made.
    pub created_at: UtcTime,
    /// Rises with every change.
    pub version: i32,
}

impl From<Account> for AccountOut {
    fn from(account: Account) -> Self {
        Self {
            id: account.id,
            kind: account.kind,
            login: account.login,
            name: account.name,
            division_code: account.division_code,
            has_totp: account.totp_confirmed,
            has_initial_password: account.initial_until.is_some(),
            disabled_at: account.disabled_at,
            created_at: account.created_at,
            version: account.version,
        }
    }
}

/// An account with its grants.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountDetailOut {
    /// The account.
    #[serde(flatten)]
    pub account: AccountOut,
    /// Its grants in force.
    pub grants: Vec<GrantOut>,
}

impl From<AccountView> for AccountDetailOut {
    fn from(view: AccountView) -> Self {
        let grants = view.grants.into_iter().map(GrantOut::from).collect();
        Self { account: view.account.into(), grants }
    }
}

/// An account with an initial password, shown once.
#[derive(Serialize, ToSchema)]
pub struct MadeAccountOut {
    /// The account.
    #[serde(flatten)]
    pub account: AccountOut,
    /// To be handed over, and changed at the first sign-in.
    pub initial_password: String,
    /// It is not accepted from then on.
    pub initial_until: UtcTime,
}

impl From<MadeAccount> for MadeAccountOut {
    fn from(made: MadeAccount) -> Self {
        Self {
            account: made.account.into(),
            initial_password: made.initial_password,
            initial_until: made.initial_until,
        }
    }
}

/// Why a permission is held: a role and where.
#[derive(Debug, Serialize, ToSchema)]
pub struct BecauseOut {
    /// The role's word.
    pub role: String,
    /// The role in Chinese.
    pub role_zh: String,
    /// Where it holds.
    pub scope: ScopeDto,
}

/// A permission that the caller holds.
#[derive(Debug, Serialize, ToSchema)]
pub struct PermissionOut {
    /// Its word.
    pub permission: String,
    /// What it allows, in Chinese.
    pub zh: String,
    /// Whether it lets one change anything.
    pub writes: bool,
    /// The grants that give it.
    pub because: Vec<BecauseOut>,
}

/// The caller: the account, and what it may do and why.
#[derive(Debug, Serialize, ToSchema)]
pub struct MeOut {
    /// The account.
    #[serde(flatten)]
    pub account: AccountOut,
    /// This session.
    #[schema(value_type = String, format = "uuid")]
    pub session_id: SessionId,
    /// The owner on the register, for owners.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = "uuid")]
    pub owner_id: Option<crate::kernel::OwnerId>,
    /// The grants in force.
    pub grants: Vec<GrantOut>,
    /// What the caller may do, and by which grant.
    pub permissions: Vec<PermissionOut>,
}

impl MeOut {
    /// The caller's account, explained.
    pub fn of(me: AccountView, principal: &Principal) -> Self {
        let permissions = PERMISSIONS.iter().filter_map(|line| {
            let because: Vec<BecauseOut> = principal.grants_of(line.name).map(because).collect();
            (!because.is_empty()).then(|| PermissionOut {
                permission: line.name.to_owned(),
                zh: line.zh.to_owned(),
                writes: line.effect == Effect::Writes,
                because,
            })
        });
        Self {
            owner_id: me.account.owner_id,
            account: me.account.into(),
            session_id: principal.session_id,
            grants: me.grants.into_iter().map(GrantOut::from).collect(),
            permissions: permissions.collect(),
        }
    }
}

fn because((role, scope): (&str, &Scope)) -> BecauseOut {
    BecauseOut {
        role: role.to_owned(),
        role_zh: find_role(role).map(|role| role.zh.clone()).unwrap_or_default(),
        scope: scope.into(),
    }
}

/// A role.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoleOut {
    /// Its word.
    pub role: String,
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
    /// To which kinds of scope it may be bound.
    pub scopes: Vec<ScopeKind>,
    /// Holders of which roles may grant it, within their own scope.
    pub granted_by: Vec<String>,
    /// What it allows.
    pub permissions: Vec<String>,
}

impl From<&Role> for RoleOut {
    fn from(role: &Role) -> Self {
        Self {
            role: role.name.clone(),
            zh: role.zh.clone(),
            en: role.en.clone(),
            scopes: role.scopes.clone(),
            granted_by: role.granted_by.clone(),
            permissions: role.permissions.iter().cloned().collect(),
        }
    }
}
