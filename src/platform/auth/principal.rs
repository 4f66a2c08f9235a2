//! Whoever sent a request, with the grants that hold at this moment.

use super::{
    permission::{OWNER_ROLE, Permission, SignedIn, find_role},
    scope::{Reach, Scope},
};
use crate::kernel::{AccountId, OwnerId, SessionId};
use crate::platform::db::Actor;

/// A role bound to a scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The role's word in the roles' file.
    pub role: String,
    /// Where it holds.
    pub scope: Scope,
}

/// Whoever is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// The account.
    pub account_id: AccountId,
    /// The session.
    pub session_id: SessionId,
    /// The name for the audit trail.
    pub name: String,
    /// The owner on the register, for those who signed in as one.
    pub owner_id: Option<OwnerId>,
    /// The grants in force; an owner's role over the own units is not among them.
    pub grants: Vec<Grant>,
}

impl Principal {
    /// The grants, with the role that an owner has by standing on the register.
    pub fn all_grants(&self) -> impl Iterator<Item = (&str, &Scope)> {
        let own = self.owner_id.map(|_| (OWNER_ROLE, &Scope::Own));
        self.grants.iter().map(|grant| (grant.role.as_str(), &grant.scope)).chain(own)
    }

    /// The grants that give a permission.
    pub fn grants_of(&self, permission: &'static str) -> impl Iterator<Item = (&str, &Scope)> {
        let gives = move |role: &str| find_role(role).is_some_and(|role| role.allows(permission));
        self.all_grants().filter(move |(role, _)| gives(role))
    }

    /// Where the principal holds a permission; `None` where nowhere.
    #[must_use]
    pub fn reach<P: Permission>(&self) -> Option<Reach> {
        if P::NAME == SignedIn::NAME {
            return Some(Reach::default());
        }
        let scopes: Vec<Scope> = self.grants_of(P::NAME).map(|(_, scope)| scope.clone()).collect();
        (!scopes.is_empty()).then(|| Reach::new(scopes, self.owner_id))
    }

    /// The actor of the audit trail: with the role that gives the permission.
    #[must_use]
    pub fn actor<P: Permission>(&self) -> Actor {
        let role = self.grants_of(P::NAME).next().map_or(SignedIn::NAME, |(role, _)| role);
        Actor { account_id: Some(self.account_id), name: self.name.clone(), role: role.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::CommunityId;
    use crate::platform::auth::permission::{BallotCast, VoteOpen, VoteRead};

    fn principal(grants: Vec<Grant>, owner_id: Option<OwnerId>) -> Principal {
        let (account_id, session_id) = (AccountId::new(), SessionId::new());
        Principal { account_id, session_id, name: "张*".to_owned(), owner_id, grants }
    }

    #[test]
    fn an_owner_votes_over_the_own_units_and_opens_nothing() {
        let owner = OwnerId::new();
        let principal = principal(vec![], Some(owner));
        assert_eq!(principal.reach::<BallotCast>().unwrap().owner_id(), Some(owner));
        assert_eq!(principal.reach::<VoteOpen>(), None);
        assert_eq!(principal.actor::<BallotCast>().role, "owner");
    }

    #[test]
    fn grants_add_up_and_unknown_roles_give_nothing() {
        let (one, two) = (CommunityId::new(), CommunityId::new());
        let grant = |role: &str, id| Grant { role: role.to_owned(), scope: Scope::Community(id) };
        let principal = principal(
            vec![grant("committee", one), grant("auditor", two), grant("king", two)],
            None,
        );
        assert_eq!(principal.reach::<VoteRead>().unwrap().communities(), [one, two]);
        assert_eq!(principal.reach::<VoteOpen>().unwrap().communities(), [one]);
        assert_eq!(principal.actor::<VoteRead>().role, "committee");
    }

    #[test]
    fn everybody_who_is_signed_in_reaches_the_own_account_only() {
        let nobody = principal(vec![], None);
        assert!(nobody.reach::<SignedIn>().unwrap().is_empty());
        assert_eq!(nobody.reach::<VoteRead>(), None);
        assert_eq!(nobody.actor::<SignedIn>().role, "signed_in");
    }
}
