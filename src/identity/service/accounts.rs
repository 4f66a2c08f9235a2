//! Staff accounts: made, disabled, given a new initial password by those who administer the place
//! and could grant every role that the account holds (else a reset would be a way upwards).

use chrono::TimeDelta;
use serde_json::json;

use super::{
    Identity, grants,
    me::{get_account, set, without_totp},
    off_thread, store,
};
use crate::identity::{
    model::{Account, AccountKind, AccountView, MadeAccount, SessionEnd},
    rules::INITIAL_PASSWORD_DAYS,
};
use crate::kernel::{AccountId, Code, Outcome, Page, PageQuery, Refusal, UtcTime};
use crate::platform::{
    auth::{
        Place, Principal, Reach, Scope,
        password::check_rules,
        permission::{ADMINISTRATOR_ROLE, Role, find_role},
        require,
    },
    db::{Conn, WriteContext, WriteTx},
};

/// A staff account to be made.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// What its holder signs in with.
    pub login: String,
    /// The holder's name.
    pub name: String,
    /// Where it is administered.
    pub home: Scope,
}

/// The staff account of a login, if it may sign in.
///
/// # Errors
/// Of the database.
pub fn find_staff(conn: &mut Conn, login: &str) -> Outcome<Option<AccountId>> {
    let account = store::find_account_by_login(conn, &login.to_lowercase())?;
    let is_active = |account: &Account| account.disabled_at.is_none();
    Ok(account.filter(is_active).map(|account| account.id))
}

impl Identity {
    /// Makes a staff account with an initial password and no role.
    ///
    /// # Errors
    /// `not_found` where the home lies outside the caller's reach; `invalid_field`;
    /// `already_exists` for a login that is taken.
    pub async fn create_account(
        &self,
        (context, reach): (&WriteContext, &Reach),
        new: NewAccount,
    ) -> Outcome<MadeAccount> {
        let login = check_login(&new.login)?;
        let name = check_name(&new.name)?;
        let (password, hash) = self.initial_password().await?;
        let (this, reach) = (self.clone(), reach.clone());
        let make = move |tx: &mut WriteTx<'_>| {
            let place = this.get_place(tx.conn(), &new.home)?;
            require(&reach, &place, "account_manage")?;
            let mut account = blank(&login, &name, tx.now());
            account.initial_until = Some(initial_until(tx.now()));
            account.password_hash = Some(hash.clone());
            set_home(&mut account, place);
            insert(tx, &account)?;
            Ok(account)
        };
        let account = self.0.db.write(context, "account.create", make).await?;
        Ok(made(account, password))
    }

    /// Makes an administrator over everything who chose the password: for the machine's operator.
    ///
    /// # Errors
    /// `weak_password`, `invalid_field`, `already_exists`.
    pub async fn create_administrator(
        &self,
        context: &WriteContext,
        (login, name): (&str, &str),
        password: &str,
    ) -> Outcome<AccountId> {
        check_rules(password, &[login, name])?;
        let roles = [(ADMINISTRATOR_ROLE, Scope::Everything)];
        self.create_granted(context, (login, name, password), &roles).await
    }

    /// Makes an account with a chosen password and roles and asks nobody: for the machine's
    /// operator, and for the demo, whose passwords are printed for everybody.
    ///
    /// # Errors
    /// `invalid_field`, `already_exists`.
    pub async fn create_granted(
        &self,
        context: &WriteContext,
        (login, name, password): (&str, &str, &str),
        roles: &[(&str, Scope)],
    ) -> Outcome<AccountId> {
        let (login, name) = (check_login(login)?, check_name(name)?);
        let (this, password) = (self.clone(), password.to_owned());
        let hash = off_thread(move || this.0.passwords.hash(&password)).await?;
        let roles = roles.iter().map(|(role, scope)| {
            let unknown = || Refusal::field(Code::InvalidField, "/role", format!("no role {role}"));
            find_role(role).map(|role| (role, scope.clone())).ok_or_else(unknown)
        });
        let roles: Vec<(&'static Role, Scope)> = roles.collect::<Outcome<_>>()?;
        let this = self.clone();
        let make = move |tx: &mut WriteTx<'_>| {
            let mut account = blank(&login, &name, tx.now());
            account.password_hash = Some(hash.clone());
            account.password_changed_at = Some(tx.now());
            if let Some((_, scope)) = roles.first() {
                set_home(&mut account, this.get_place(tx.conn(), scope)?);
            }
            insert(tx, &account)?;
            for (role, scope) in &roles {
                grants::insert(tx, (account.id, None), (role, scope))?;
            }
            Ok(account.id)
        };
        self.0.db.write(context, "account.create", make).await
    }

    /// The accounts within the reach.
    ///
    /// # Errors
    /// `invalid_cursor`.
    pub async fn list_accounts(&self, reach: &Reach, page: &PageQuery) -> Outcome<Page<Account>> {
        let (after, fetch, limit) = (page.cursor()?, page.fetch(), page.limit());
        let reach = reach.clone();
        let read = move |conn: &mut _| Ok(store::list_accounts(conn, &reach, (after, fetch))?);
        let rows = self.0.db.read(read).await?;
        Ok(Page::cut(rows, limit, |account| account.id.to_string()))
    }

    /// One account within the reach.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn get_account(&self, reach: &Reach, id: AccountId) -> Outcome<AccountView> {
        let reach = reach.clone();
        let read = move |conn: &mut Conn| {
            let account = store::find_account(conn, id)?;
            let account = account.ok_or_else(|| Refusal::new(Code::NotFound))?;
            require(&reach, &account.place(), "account_read")?;
            Ok(AccountView { account, grants: store::list_live_grants(conn, id)? })
        };
        self.0.db.read(read).await
    }

    /// Disables an account and ends its sessions, or lets it sign in again.
    ///
    /// # Errors
    /// `not_found`, `grant_beyond_scope` where it holds a role that the caller could not grant.
    pub fn set_enabled(
        &self,
        tx: &mut WriteTx<'_>,
        (principal, reach): (&Principal, &Reach),
        (id, state): (AccountId, Enabled),
    ) -> Outcome<Account> {
        let mut account = self.manageable(tx, (principal, reach), id)?;
        let now = tx.now();
        let disabled_at = match state {
            Enabled::Yes => None,
            Enabled::No => account.disabled_at.or(Some(now)),
        };
        let change = store::AccountChange {
            disabled_at: Some(disabled_at),
            ..store::AccountChange::default()
        };
        set(tx, &account, &change)?;
        if disabled_at.is_some() {
            let end = (id, None, SessionEnd::AccountDisabled);
            store::set_sessions_ended(tx.conn(), end, now)?;
        }
        let (before, after) = (json!(account.disabled_at), json!(disabled_at));
        tx.audit("account.set_enabled", ("account", id), (Some(&before), Some(&after)));
        account.disabled_at = disabled_at;
        account.version = account.version.saturating_add(1);
        Ok(account)
    }

    /// Gives an account a new initial password, takes its authenticator off, ends its sessions.
    ///
    /// # Errors
    /// As [`Self::set_enabled`].
    pub async fn reset_password(
        &self,
        context: &WriteContext,
        (principal, reach): (&Principal, &Reach),
        id: AccountId,
    ) -> Outcome<MadeAccount> {
        let (password, hash) = self.initial_password().await?;
        let (this, principal, reach) = (self.clone(), principal.clone(), reach.clone());
        let reset = move |tx: &mut WriteTx<'_>| {
            let mut account = this.manageable(tx, (&principal, &reach), id)?;
            if account.kind == AccountKind::Owner {
                return Err(Refusal::new(Code::Forbidden).detail("owners have no password"));
            }
            let now = tx.now();
            account.initial_until = Some(initial_until(now));
            let change = store::AccountChange {
                password_hash: Some(hash.clone()),
                initial_until: Some(account.initial_until),
                ..without_totp()
            };
            set(tx, &account, &change)?;
            let end = (id, None, SessionEnd::PasswordChanged);
            store::set_sessions_ended(tx.conn(), end, now)?;
            tx.audit("account.reset_password", ("account", id), (None, None));
            account.totp_confirmed = false;
            account.version = account.version.saturating_add(1);
            Ok(account)
        };
        let account = self.0.db.write(context, "account.reset_password", reset).await?;
        Ok(made(account, password))
    }

    fn manageable(
        &self,
        tx: &mut WriteTx<'_>,
        (principal, reach): (&Principal, &Reach),
        id: AccountId,
    ) -> Outcome<Account> {
        let account = get_account(tx, id)?;
        require(reach, &account.place(), "account_manage")?;
        if id == principal.account_id {
            return Err(Refusal::new(Code::Forbidden).detail("not the own account"));
        }
        for row in store::list_live_grants(tx.conn(), id)? {
            if let (Some(role), Some(scope)) = (find_role(&row.role), row.scope()) {
                self.require_grantor(tx.conn(), principal, (role, &scope))?;
            }
        }
        Ok(account)
    }

    async fn initial_password(&self) -> Outcome<(String, String)> {
        let this = self.clone();
        off_thread(move || {
            let password = random_password();
            let hash = this.0.passwords.hash(&password)?;
            Ok((password, hash))
        })
        .await
    }
}

/// Whether an account may sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enabled {
    /// It may.
    Yes,
    /// It may not.
    No,
}

/// Twenty letters and digits that can't be taken for each other: 98 bits.
fn random_password() -> String {
    const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
    let letter = || LETTERS.get(rand::random_range(0..LETTERS.len())).copied().unwrap_or(b'x');
    let groups = (0..4).map(|_| (0..5).map(|_| char::from(letter())).collect::<String>());
    groups.collect::<Vec<_>>().join("-")
}

fn check_login(login: &str) -> Outcome<String> {
    let login = login.trim().to_lowercase();
    let good = (3..=64).contains(&login.len())
        && login.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-@".contains(&byte));
    if good {
        return Ok(login);
    }
    let detail = "3 to 64 letters, digits or . _ - @";
    Err(Refusal::field(Code::InvalidField, "/login", detail))
}

fn check_name(name: &str) -> Outcome<String> {
    let name = name.trim();
    if (1..=100).contains(&name.chars().count()) && !name.chars().any(char::is_control) {
        return Ok(name.to_owned());
    }
    Err(Refusal::field(Code::InvalidField, "/name", "1 to 100 characters"))
}

fn initial_until(now: UtcTime) -> UtcTime {
    now.plus(TimeDelta::days(INITIAL_PASSWORD_DAYS))
}

fn made(account: Account, initial_password: String) -> MadeAccount {
    let initial_until = account.initial_until.unwrap_or(account.created_at);
    MadeAccount { account, initial_password, initial_until }
}

fn blank(login: &str, name: &str, now: UtcTime) -> Account {
    Account {
        id: AccountId::new(),
        kind: AccountKind::Staff,
        login: Some(login.to_owned()),
        owner_id: None,
        name: name.to_owned(),
        division_code: String::new(),
        community_id: None,
        building_id: None,
        password_hash: None,
        initial_until: None,
        password_changed_at: None,
        totp_sealed: None,
        totp_confirmed: false,
        totp_step: None,
        disabled_at: None,
        version: 1,
        created_at: now,
    }
}

fn set_home(account: &mut Account, place: Place) {
    account.division_code = place.division_code;
    account.community_id = place.community_id;
    account.building_id = place.building_id;
}

fn insert(tx: &mut WriteTx<'_>, account: &Account) -> Outcome<()> {
    // Looked up first: a refusal in words, and PostgreSQL's transaction stays usable.
    let login = account.login.as_deref().unwrap_or_default();
    if store::find_account_by_login(tx.conn(), login)?.is_some() {
        return Err(Refusal::field(Code::AlreadyExists, "/login", "taken"));
    }
    store::insert_account(tx.conn(), account)?;
    let after = json!({ "login": account.login, "name": account.name });
    tx.audit("account.create", ("account", account.id), (None, Some(&after)));
    Ok(())
}
