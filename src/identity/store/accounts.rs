//! Accounts.

use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, RunQueryDsl, SelectableHelper,
    TextExpressionMethods,
};

use crate::identity::model::Account;
use crate::kernel::{AccountId, OwnerId, UtcTime};
use crate::platform::{
    auth::{Reach, seal::Keys},
    db::{Conn, schema::accounts},
};

/// Where the secret of an authenticator is sealed.
pub fn totp_place(id: AccountId) -> String {
    format!("accounts.totp_sealed:{id}")
}

/// Keeps a new account.
pub fn insert_account(conn: &mut Conn, account: &Account) -> QueryResult<()> {
    diesel::insert_into(accounts::table).values(account).execute(conn).map(|_| ())
}

/// The account of an id.
pub fn find_account(conn: &mut Conn, id: AccountId) -> QueryResult<Option<Account>> {
    accounts::table.find(id).select(Account::as_select()).first(conn).optional()
}

/// The account of a login, which is lower case.
pub fn find_account_by_login(conn: &mut Conn, login: &str) -> QueryResult<Option<Account>> {
    accounts::table
        .filter(accounts::login.eq(login))
        .select(Account::as_select())
        .first(conn)
        .optional()
}

/// The account of an owner.
pub fn find_account_by_owner(conn: &mut Conn, owner: OwnerId) -> QueryResult<Option<Account>> {
    accounts::table
        .filter(accounts::owner_id.eq(owner))
        .select(Account::as_select())
        .first(conn)
        .optional()
}

/// The accounts that are administered within the reach, in the order of their ids.
pub fn list_accounts(
    conn: &mut Conn,
    reach: &Reach,
    (after, fetch): (Option<AccountId>, i64),
) -> QueryResult<Vec<Account>> {
    let mut query = accounts::table.select(Account::as_select()).into_boxed();
    if !reach.is_everything() {
        query = query.filter(accounts::id.is_null());
        for prefix in reach.divisions() {
            query = query.or_filter(accounts::division_code.like(format!("{prefix}%")));
        }
        query = query.or_filter(accounts::community_id.eq_any(reach.communities()));
        query = query.or_filter(accounts::building_id.eq_any(reach.buildings()));
    }
    if let Some(after) = after {
        query = query.filter(accounts::id.gt(after));
    }
    query.order(accounts::id).limit(fetch).load(conn)
}

/// What may change of an account; `None` leaves as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, diesel::AsChangeset)]
#[diesel(table_name = accounts)]
pub struct AccountChange {
    /// A new password.
    pub password_hash: Option<String>,
    /// Until when it is an initial one; `Some(None)` = it was chosen by its owner.
    pub initial_until: Option<Option<UtcTime>>,
    /// When it was chosen.
    pub password_changed_at: Option<UtcTime>,
    /// A new authenticator, or none.
    pub totp_sealed: Option<Option<Vec<u8>>>,
    /// Whether it was shown to work.
    pub totp_confirmed: Option<bool>,
    /// The time step that was accepted.
    pub totp_step: Option<Option<i64>>,
    /// Since when it may not sign in.
    pub disabled_at: Option<Option<UtcTime>>,
}

impl AccountChange {
    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Changes an account that still has the version; answers whether it had.
pub fn set_account(
    conn: &mut Conn,
    (id, version): (AccountId, i32),
    change: &AccountChange,
) -> QueryResult<bool> {
    diesel::update(accounts::table.find(id).filter(accounts::version.eq(version)))
        .set((change, accounts::version.eq(accounts::version + 1)))
        .execute(conn)
        .map(|changed| changed == 1)
}

/// Opens the secret of an account's authenticator, if it has one.
pub fn open_totp(
    keys: &Keys,
    account: &Account,
) -> crate::kernel::Outcome<Option<crate::platform::auth::totp::TotpSecret>> {
    let Some(sealed) = &account.totp_sealed else { return Ok(None) };
    let bytes = keys.open(&totp_place(account.id), sealed)?;
    crate::platform::auth::totp::TotpSecret::from_bytes(&bytes).map(Some)
}
