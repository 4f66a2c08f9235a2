//! What the slice keeps: accounts, sessions, grants, one-time codes; and the port to the register.

use diesel::{Insertable, QueryResult, Queryable, Selectable};

use crate::kernel::{
    AccountId, BuildingId, CommunityId, Contact, GrantId, OneTimeCodeId, OwnerId, SessionId,
    UtcTime,
};
use crate::platform::{
    auth::{
        Place, Scope,
        scope::ScopeKind,
        token::{AccessToken, RefreshToken},
    },
    db::{
        Conn,
        schema::{accounts, grants, one_time_codes, sessions},
    },
};

crate::text_enum! {
    /// How an account came to be.
    pub enum AccountKind {
        /// Made by an administrator; signs in with a password.
        Staff = "staff",
        /// Made by the first sign-in of an owner on the register.
        Owner = "owner",
    }
}

crate::text_enum! {
    /// What a session's holder showed.
    pub enum Factor {
        /// A password.
        Password = "password",
        /// A password and a code of an authenticator.
        PasswordAndTotp = "password_and_totp",
        /// A code that was sent to a contact on the register.
        OneTimeCode = "one_time_code",
    }
}

crate::text_enum! {
    /// Why a session ended before its time.
    pub enum SessionEnd {
        /// Its holder signed out.
        SignOut = "sign_out",
        /// Its holder ended it from another session.
        Revoked = "revoked",
        /// The password was changed or reset.
        PasswordChanged = "password_changed",
        /// One of its refresh tokens came twice.
        RefreshReused = "refresh_reused",
        /// The account was disabled.
        AccountDisabled = "account_disabled",
        /// The second factor was changed.
        TotpChanged = "totp_changed",
    }
}

crate::text_enum! {
    /// What a one-time code is for.
    pub enum CodePurpose {
        /// Signing in.
        SignIn = "sign_in",
    }
}

/// An account.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = accounts)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Staff or owner.
    pub kind: AccountKind,
    /// What staff sign in with, lower case.
    pub login: Option<String>,
    /// The owner on the register, for owners.
    pub owner_id: Option<OwnerId>,
    /// The name for lists and the audit trail; masked for owners.
    pub name: String,
    /// Where it is administered; empty for the whole deployment.
    pub division_code: String,
    /// As deep as that.
    pub community_id: Option<CommunityId>,
    /// As deep as that.
    pub building_id: Option<BuildingId>,
    /// The PHC text.
    pub password_hash: Option<String>,
    /// Set while the password is an initial one: until then it serves to choose another.
    pub initial_until: Option<UtcTime>,
    /// When the password was last chosen.
    pub password_changed_at: Option<UtcTime>,
    /// The secret of the authenticator, sealed.
    pub totp_sealed: Option<Vec<u8>>,
    /// Whether the authenticator was shown to work.
    pub totp_confirmed: bool,
    /// The last time step that was accepted.
    pub totp_step: Option<i64>,
    /// Since when it may not sign in.
    pub disabled_at: Option<UtcTime>,
    /// Compare-and-set.
    pub version: i32,
    /// When it was made.
    pub created_at: UtcTime,
}

impl Account {
    /// Where it is administered.
    #[must_use]
    pub fn place(&self) -> Place {
        Place {
            division_code: self.division_code.clone(),
            community_id: self.community_id,
            building_id: self.building_id,
        }
    }
}

/// A signed-in session: the family of its refresh tokens.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = sessions)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Whose.
    pub account_id: AccountId,
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
    /// Ended before its time at.
    pub ended_at: Option<UtcTime>,
    /// And why.
    pub ended_by: Option<SessionEnd>,
}

/// A role bound to a scope, now or in the past.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = grants)]
pub struct GrantRow {
    /// Its id.
    pub id: GrantId,
    /// Whose.
    pub account_id: AccountId,
    /// The role's word.
    pub role: String,
    /// The kind of its scope.
    pub scope_kind: ScopeKind,
    /// The code or id that completes the kind.
    pub scope_reference: String,
    /// Who granted it; none for the machine's operator.
    pub granted_by_id: Option<AccountId>,
    /// When.
    pub granted_at: UtcTime,
    /// Who took it back.
    pub revoked_by_id: Option<AccountId>,
    /// When.
    pub revoked_at: Option<UtcTime>,
}

impl GrantRow {
    /// The scope; `None` where the row holds a reference that no release writes.
    #[must_use]
    pub fn scope(&self) -> Option<Scope> {
        Scope::of(self.scope_kind, &self.scope_reference).ok()
    }
}

/// A one-time code that was asked for.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = one_time_codes)]
pub struct OneTimeCode {
    /// Its id, which only the asker was told.
    pub id: OneTimeCodeId,
    /// Keyed hash of the contact.
    pub contact_index: String,
    /// What it is for.
    pub purpose: CodePurpose,
    /// Keyed hash of id, purpose and digits.
    pub code_digest: String,
    /// Wrong tries so far.
    pub tries: i32,
    /// Not accepted from then on.
    pub expires_at: UtcTime,
    /// Accepted at.
    pub used_at: Option<UtcTime>,
    /// Asked for at.
    pub created_at: UtcTime,
}

/// An owner as the register knows them by a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryOwner {
    /// The owner.
    pub owner_id: OwnerId,
    /// The name, masked: it goes into the audit trail.
    pub masked_name: String,
    /// The last four characters of the identity number.
    pub id_tail: String,
}

/// What identity asks the register, which is a higher slice: the app gives it an implementation.
pub trait Directory: Send + Sync {
    /// The owners whose phone or e-mail has this keyed hash (`Keys::contact_index`).
    ///
    /// # Errors
    /// Those of the database.
    fn find_by_contact(
        &self,
        conn: &mut Conn,
        contact_index: &str,
    ) -> QueryResult<Vec<DirectoryOwner>>;

    /// Where the scope lies; `None` where there is no such community or building. Not asked for
    /// divisions and the whole deployment.
    ///
    /// # Errors
    /// Those of the database.
    fn find_place(&self, conn: &mut Conn, scope: &Scope) -> QueryResult<Option<Place>>;
}

/// A code on its way to a contact.
#[derive(Debug, Clone)]
pub struct CodeToSend {
    /// Where to.
    pub contact: Contact,
    /// The digits.
    pub code: String,
}

/// An account with the grants in force.
#[derive(Debug, Clone)]
pub struct AccountView {
    /// The account.
    pub account: Account,
    /// Its grants.
    pub grants: Vec<GrantRow>,
}

/// An account with the initial password, which is shown once.
#[derive(Debug, Clone)]
pub struct MadeAccount {
    /// The account.
    pub account: Account,
    /// To be changed at the first sign-in.
    pub initial_password: String,
    /// It is not accepted from then on.
    pub initial_until: UtcTime,
}

/// What a sign-in or a refresh hands out.
#[derive(Debug)]
pub struct SignedIn {
    /// Whose.
    pub account_id: AccountId,
    /// The session.
    pub session_id: SessionId,
    /// For requests.
    pub access: AccessToken,
    /// For the next refresh.
    pub refresh: RefreshToken,
    /// Until when that refresh may come.
    pub refresh_expires_at: UtcTime,
}
