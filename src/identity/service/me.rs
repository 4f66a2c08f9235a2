//! What people do with their own account: look at it, change the password, keep an authenticator.

use serde_json::json;

use super::{Identity, off_thread, reserve, store};
use crate::identity::{
    model::{Account, AccountView, SessionEnd},
    rules::SIGN_IN_BY_LOGIN,
};
use crate::kernel::{Code, Outcome, Refusal};
use crate::platform::{
    auth::{Principal, totp::TotpSecret},
    db::{WriteContext, WriteTx},
};

/// A new authenticator, shown once.
#[derive(Debug, Clone)]
pub struct TotpEnrolment {
    /// `otpauth://…`, to be scanned.
    pub uri: String,
}

impl Identity {
    /// The caller's account.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn get_me(&self, principal: &Principal) -> Outcome<AccountView> {
        let id = principal.account_id;
        let read = move |conn: &mut _| {
            let account = store::find_account(conn, id)?;
            let account = account.ok_or_else(|| Refusal::new(Code::NotFound))?;
            Ok(AccountView { account, grants: store::list_live_grants(conn, id)? })
        };
        self.0.db.read(read).await
    }

    /// Changes the caller's password; every other session ends.
    ///
    /// # Errors
    /// `bad_credentials` where the current one is wrong, `weak_password`, `too_many_requests`.
    pub async fn change_password(
        &self,
        (context, principal): (&WriteContext, &Principal),
        (current, new): (String, String),
    ) -> Outcome<()> {
        let account = self.count_password_try(context, principal).await?;
        let (this, checked) = (self.clone(), account.clone());
        let change = off_thread(move || {
            if !this.0.passwords.verify(&current, checked.password_hash.as_deref()) {
                return Err(Refusal::new(Code::BadCredentials));
            }
            this.new_password(&checked, &new)
        })
        .await?;
        let (this, session) = (self.clone(), principal.session_id);
        let keep = move |tx: &mut WriteTx<'_>| {
            set(tx, &account, &change)?;
            let now = tx.now();
            let end = (account.id, Some(session), SessionEnd::PasswordChanged);
            store::set_sessions_ended(tx.conn(), end, now)?;
            let login = account.login.as_deref().unwrap_or_default();
            store::delete_attempts(tx.conn(), &this.subject(&SIGN_IN_BY_LOGIN, login))?;
            tx.audit("account.choose_password", ("account", account.id), (None, None));
            Ok(())
        };
        self.0.db.write(context, "account.choose_password", keep).await
    }

    /// A stolen session must not be a way to guess the password: tries count as at sign-in.
    async fn count_password_try(
        &self,
        context: &WriteContext,
        principal: &Principal,
    ) -> Outcome<Account> {
        let (this, id) = (self.clone(), principal.account_id);
        let count = move |tx: &mut WriteTx<'_>| {
            let now = tx.now();
            let account = get_account(tx, id)?;
            let login = account.login.as_deref().unwrap_or_default();
            let subject = this.subject(&SIGN_IN_BY_LOGIN, login);
            reserve(tx.conn(), (&SIGN_IN_BY_LOGIN, &subject), now)?;
            Ok(account)
        };
        self.0.db.write(context, "password.try", count).await
    }

    /// Makes a new authenticator secret; it counts from its confirmation on.
    ///
    /// # Errors
    /// `already_exists` where one is confirmed: disable it first. `forbidden` for owners.
    pub fn enrol_totp(
        &self,
        tx: &mut WriteTx<'_>,
        principal: &Principal,
    ) -> Outcome<TotpEnrolment> {
        let account = get_account(tx, principal.account_id)?;
        let Some(login) = account.login.as_deref() else {
            return Err(Refusal::new(Code::Forbidden).detail("for staff accounts only"));
        };
        if account.totp_confirmed {
            return Err(Refusal::new(Code::AlreadyExists).detail("disable the present one first"));
        }
        let secret = TotpSecret::random();
        let sealed = self.0.keys.seal(&store::totp_place(account.id), secret.as_bytes())?;
        let uri = secret.uri(login)?;
        let change = store::AccountChange {
            totp_sealed: Some(Some(sealed)),
            totp_step: Some(None),
            ..store::AccountChange::default()
        };
        set(tx, &account, &change)?;
        tx.audit("totp.enrol", ("account", account.id), (None, None));
        Ok(TotpEnrolment { uri })
    }

    /// Confirms the authenticator by its code; every other session ends.
    ///
    /// # Errors
    /// `code_not_accepted`.
    pub fn confirm_totp(
        &self,
        tx: &mut WriteTx<'_>,
        principal: &Principal,
        code: &str,
    ) -> Outcome<()> {
        let account = get_account(tx, principal.account_id)?;
        let change = store::AccountChange {
            totp_confirmed: Some(true),
            totp_step: Some(Some(self.check_totp(tx, &account, code)?)),
            ..store::AccountChange::default()
        };
        set(tx, &account, &change)?;
        let now = tx.now();
        let end = (account.id, Some(principal.session_id), SessionEnd::TotpChanged);
        store::set_sessions_ended(tx.conn(), end, now)?;
        tx.audit("totp.confirm", ("account", account.id), (None, Some(&json!(true))));
        Ok(())
    }

    /// Takes the authenticator off, by its code.
    ///
    /// # Errors
    /// `code_not_accepted`.
    pub fn disable_totp(
        &self,
        tx: &mut WriteTx<'_>,
        principal: &Principal,
        code: &str,
    ) -> Outcome<()> {
        let account = get_account(tx, principal.account_id)?;
        self.check_totp(tx, &account, code)?;
        set(tx, &account, &without_totp())?;
        tx.audit("totp.disable", ("account", account.id), (Some(&json!(true)), None));
        Ok(())
    }

    fn check_totp(&self, tx: &WriteTx<'_>, account: &Account, code: &str) -> Outcome<i64> {
        let secret = store::open_totp(&self.0.keys, account)?;
        let step = secret.map(|secret| secret.check(code, tx.now(), account.totp_step));
        step.transpose()?.flatten().ok_or_else(|| Refusal::new(Code::CodeNotAccepted))
    }
}

pub(super) fn without_totp() -> store::AccountChange {
    store::AccountChange {
        totp_sealed: Some(None),
        totp_confirmed: Some(false),
        totp_step: Some(None),
        ..store::AccountChange::default()
    }
}

pub(super) fn get_account(tx: &mut WriteTx<'_>, id: crate::kernel::AccountId) -> Outcome<Account> {
    store::find_account(tx.conn(), id)?.ok_or_else(|| Refusal::new(Code::NotFound))
}

pub(super) fn set(
    tx: &mut WriteTx<'_>,
    account: &Account,
    change: &store::AccountChange,
) -> Outcome<()> {
    if store::set_account(tx.conn(), (account.id, account.version), change)? {
        Ok(())
    } else {
        Err(Refusal::new(Code::StaleVersion))
    }
}
