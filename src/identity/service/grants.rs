//! Grants: a role bound to a scope, never beyond the scope of whoever grants it.

use serde_json::json;

use super::{Identity, me::get_account, store};
use crate::identity::{model::GrantRow, rules::grantor};
use crate::kernel::{AccountId, Code, GrantId, Outcome, Refusal};
use crate::platform::{
    auth::{
        Place, Principal, Scope,
        permission::{Role, find_role},
    },
    db::{Conn, WriteTx},
};

/// A role to be granted.
#[derive(Debug, Clone)]
pub struct NewGrant {
    /// Whose.
    pub account_id: AccountId,
    /// The role's word.
    pub role: String,
    /// Where it is to hold.
    pub scope: Scope,
}

impl Identity {
    /// Grants a role.
    ///
    /// # Errors
    /// `grant_beyond_scope`; `invalid_field` for an unknown role or place, or a scope that the role
    /// is not bound to; `already_exists`.
    pub fn grant(
        &self,
        tx: &mut WriteTx<'_>,
        principal: &Principal,
        new: &NewGrant,
    ) -> Outcome<GrantRow> {
        let role = find_role(&new.role)
            .ok_or_else(|| Refusal::field(Code::InvalidField, "/role", "no such role"))?;
        if !role.scopes.contains(&new.scope.kind()) {
            let detail = format!("{} is not bound to {}", role.name, new.scope.kind());
            return Err(Refusal::field(Code::InvalidField, "/scope/kind", detail));
        }
        self.require_grantor(tx.conn(), principal, (role, &new.scope))?;
        let account = get_account(tx, new.account_id)?;
        let live = store::list_live_grants(tx.conn(), account.id)?;
        if live.iter().any(|row| row.role == new.role && row.scope().as_ref() == Some(&new.scope)) {
            return Err(Refusal::new(Code::AlreadyExists));
        }
        insert(tx, (account.id, Some(principal.account_id)), (role, &new.scope))
    }

    /// Takes a grant back: whoever could give it may.
    ///
    /// # Errors
    /// `not_found` where there is none in force, or it lies outside the caller's scope.
    pub fn revoke_grant(
        &self,
        tx: &mut WriteTx<'_>,
        principal: &Principal,
        id: GrantId,
    ) -> Outcome<()> {
        let missing = || Refusal::new(Code::NotFound);
        let row = store::find_grant(tx.conn(), id)?.filter(|row| row.revoked_at.is_none());
        let row = row.ok_or_else(missing)?;
        let (role, scope) = (find_role(&row.role), row.scope());
        let (role, scope) = role.zip(scope).ok_or_else(missing)?;
        self.require_grantor(tx.conn(), principal, (role, &scope)).map_err(|_| missing())?;
        let now = tx.now();
        store::set_grant_revoked(tx.conn(), (id, Some(principal.account_id)), now)?;
        tx.audit("grant.revoke", ("grant", id), (Some(&json!(row.role)), None));
        Ok(())
    }

    /// Refuses whoever could not grant the role over the scope.
    pub(super) fn require_grantor(
        &self,
        conn: &mut Conn,
        principal: &Principal,
        (role, scope): (&Role, &Scope),
    ) -> Outcome<()> {
        let place = self.get_place(conn, scope)?;
        let by = grantor(principal.all_grants(), role, &place);
        let (account, role) = (principal.account_id, &role.name);
        tracing::info!(target: "authorisation", %account, role, ?scope, ?by, "grant");
        by.map(|_| ()).ok_or_else(|| {
            Refusal::new(Code::GrantBeyondScope)
                .with("role", role.as_str())
                .with("scope", scope.kind().as_str())
        })
    }

    /// The place that a scope stands for.
    ///
    /// # Errors
    /// `invalid_field` where there is no such community or building.
    pub(super) fn get_place(&self, conn: &mut Conn, scope: &Scope) -> Outcome<Place> {
        match scope {
            Scope::Everything | Scope::Own => Ok(Place::default()),
            Scope::Division(code) => Ok(Place { division_code: code.clone(), ..Place::default() }),
            Scope::Community(_) | Scope::Building(_) => {
                let place = self.0.directory.find_place(conn, scope)?;
                place.ok_or_else(|| {
                    Refusal::field(Code::InvalidField, "/scope/reference", "no such place")
                })
            }
        }
    }
}

pub(super) fn insert(
    tx: &mut WriteTx<'_>,
    (account_id, by): (AccountId, Option<AccountId>),
    (role, scope): (&Role, &Scope),
) -> Outcome<GrantRow> {
    let row = GrantRow {
        id: GrantId::new(),
        account_id,
        role: role.name.clone(),
        scope_kind: scope.kind(),
        scope_reference: scope.reference(),
        granted_by_id: by,
        granted_at: tx.now(),
        revoked_by_id: None,
        revoked_at: None,
    };
    store::insert_grant(tx.conn(), &row)?;
    let after = json!({ "role": row.role, "kind": row.scope_kind, "reference": row.scope_reference,
        "account": account_id });
    tx.audit("grant.give", ("grant", row.id), (None, Some(&after)));
    Ok(row)
}
