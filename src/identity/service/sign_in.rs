//! Staff sign-in: password, and the authenticator where one is enrolled. An unknown login costs the
//! same work and gets the same answer as a wrong password.

use super::{Client, Identity, off_thread, reserve, sessions::Opened, store};
use crate::identity::{
    model::{Account, Factor, SignedIn},
    rules::{SIGN_IN_BY_ADDRESS, SIGN_IN_BY_LOGIN},
};
use crate::kernel::{Code, LimitedAttemptId, Outcome, Refusal};
use crate::platform::{
    auth::password::check_rules,
    db::{Actor, WriteContext, WriteTx},
};

/// What staff send to sign in.
#[derive(Debug, Clone)]
pub struct PasswordSignIn {
    /// The login, in any case of letters.
    pub login: String,
    /// The password.
    pub password: String,
    /// The authenticator's code, where one is enrolled.
    pub totp: Option<String>,
    /// A password to replace an initial one.
    pub new_password: Option<String>,
}

/// A sign-in under way: what was counted, and whose it would be.
#[derive(Debug, Clone)]
struct Begun {
    login_subject: String,
    address_attempt: LimitedAttemptId,
    account: Option<Account>,
}

/// What the second write keeps.
#[derive(Debug, Clone)]
struct Passed {
    account: Account,
    begun: Begun,
    change: store::AccountChange,
    factor: Factor,
}

fn refused() -> Refusal {
    Refusal::new(Code::BadCredentials)
}

impl Identity {
    /// Signs staff in.
    ///
    /// # Errors
    /// `bad_credentials` for whatever does not fit, `second_factor_required`,
    /// `password_change_required`, `weak_password`, `too_many_requests`.
    pub async fn sign_in(
        &self,
        (context, client): (&WriteContext, &Client),
        request: PasswordSignIn,
    ) -> Outcome<SignedIn> {
        let begun = self.begin(context, client, &request.login).await?;
        let passed = self.check(begun, request).await.inspect_err(|refusal| {
            let (code, request_id) = (refusal.code().as_str(), &context.request_id);
            tracing::warn!(target: "authentication", code, request_id, "sign-in refused");
        })?;
        let (this, client) = (self.clone(), client.clone());
        let mut context = context.clone();
        context.actor = actor_of(&passed.account);
        let open = move |tx: &mut WriteTx<'_>| this.finish(tx, &passed, &client);
        let opened = self.0.db.write(&context, "sign_in.open", open).await?;
        self.sign(opened)
    }

    async fn begin(&self, context: &WriteContext, client: &Client, login: &str) -> Outcome<Begun> {
        let login = login.trim().to_lowercase();
        let login_subject = self.subject(&SIGN_IN_BY_LOGIN, &login);
        let address_subject = self.subject(&SIGN_IN_BY_ADDRESS, &client.address);
        let count = move |tx: &mut WriteTx<'_>| {
            let now = tx.now();
            reserve(tx.conn(), (&SIGN_IN_BY_LOGIN, &login_subject), now)?;
            let address_attempt = reserve(tx.conn(), (&SIGN_IN_BY_ADDRESS, &address_subject), now)?;
            let account = store::find_account_by_login(tx.conn(), &login)?;
            let login_subject = login_subject.clone();
            Ok(Begun { login_subject, address_attempt, account })
        };
        self.0.db.write(context, "sign_in.begin", count).await
    }

    /// Everything that costs time, outside of any write.
    async fn check(&self, begun: Begun, request: PasswordSignIn) -> Outcome<Passed> {
        let this = self.clone();
        let now = self.0.db.clock().now();
        off_thread(move || {
            let account = begun.account.as_ref();
            let stored = account.and_then(|account| account.password_hash.as_deref());
            let matches = this.0.passwords.verify(&request.password, stored);
            let account = account.filter(|account| matches && account.disabled_at.is_none());
            let account = account.ok_or_else(refused)?.clone();
            let mut change = store::AccountChange::default();
            let factor = this.second_factor(&account, request.totp.as_deref(), &mut change)?;
            if let Some(until) = account.initial_until {
                if until <= now {
                    return Err(refused());
                }
                let Some(new) = request.new_password else {
                    return Err(Refusal::new(Code::PasswordChangeRequired));
                };
                let totp_step = change.totp_step;
                let new = this.new_password(&account, &new)?;
                change = store::AccountChange { totp_step, ..new };
            }
            Ok(Passed { account, begun, change, factor })
        })
        .await
    }

    fn second_factor(
        &self,
        account: &Account,
        code: Option<&str>,
        change: &mut store::AccountChange,
    ) -> Outcome<Factor> {
        let secret = store::open_totp(&self.0.keys, account)?;
        let Some(secret) = secret.filter(|_| account.totp_confirmed) else {
            return Ok(Factor::Password);
        };
        let code = code.ok_or_else(|| Refusal::new(Code::SecondFactorRequired))?;
        let step = secret.check(code, self.0.db.clock().now(), account.totp_step)?;
        change.totp_step = Some(Some(step.ok_or_else(refused)?));
        Ok(Factor::PasswordAndTotp)
    }

    /// Checks and hashes a password that its owner chose.
    pub(super) fn new_password(
        &self,
        account: &Account,
        password: &str,
    ) -> Outcome<store::AccountChange> {
        check_rules(password, &[account.login.as_deref().unwrap_or_default(), &account.name])?;
        Ok(store::AccountChange {
            password_hash: Some(self.0.passwords.hash(password)?),
            initial_until: Some(None),
            password_changed_at: Some(self.0.db.clock().now()),
            ..store::AccountChange::default()
        })
    }

    fn finish(&self, tx: &mut WriteTx<'_>, passed: &Passed, client: &Client) -> Outcome<Opened> {
        let account = &passed.account;
        // The version tells that nothing changed since the password was checked, and lets one of
        // two racing sign-ins with the same authenticator code win.
        let is_same = if passed.change.is_empty() {
            let found = store::find_account(tx.conn(), account.id)?;
            found.is_some_and(|found| found.version == account.version)
        } else {
            store::set_account(tx.conn(), (account.id, account.version), &passed.change)?
        };
        if !is_same {
            return Err(refused());
        }
        if passed.change.password_hash.is_some() {
            tx.audit("account.choose_password", ("account", account.id), (None, None));
        }
        store::delete_attempts(tx.conn(), &passed.begun.login_subject)?;
        store::delete_attempt(tx.conn(), passed.begun.address_attempt)?;
        self.open_session(tx, (account.id, passed.factor), client)
    }
}

/// Whoever signs in is the actor of that.
pub(super) fn actor_of(account: &Account) -> Actor {
    Actor {
        account_id: Some(account.id),
        name: account.name.clone(),
        role: account.kind.as_str().to_owned(),
    }
}
