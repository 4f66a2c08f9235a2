//! The algebra of scopes: where a role holds, and whether a thing lies there. Pure.
//!
//! A thing is described by its [`Place`]; a scope to be granted is a place as well, so that "nobody
//! grants beyond the own scope" is the same question as "may I touch this". `Own` covers no place:
//! what belongs to an owner is asked by owner id.

use std::str::FromStr;

use crate::kernel::{BuildingId, CommunityId, OwnerId};

crate::text_enum! {
    /// The kinds of scope.
    pub enum ScopeKind {
        /// The whole deployment.
        Everything = "everything",
        /// A prefix of division codes 区划代码.
        Division = "division",
        /// A community 小区.
        Community = "community",
        /// A building 楼栋.
        Building = "building",
        /// The own units 专有部分 of an owner.
        Own = "own",
    }
}

/// Where a role holds.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Everywhere.
    Everything,
    /// In the divisions whose code begins so: 2, 4, 6, 9 or 12 digits (GB/T 2260, GB/T 10114).
    Division(String),
    /// In one community.
    Community(CommunityId),
    /// In one building.
    Building(BuildingId),
    /// On what belongs to the owner who signed in.
    Own,
}

impl Scope {
    /// The kind.
    #[must_use]
    pub const fn kind(&self) -> ScopeKind {
        match self {
            Self::Everything => ScopeKind::Everything,
            Self::Division(_) => ScopeKind::Division,
            Self::Community(_) => ScopeKind::Community,
            Self::Building(_) => ScopeKind::Building,
            Self::Own => ScopeKind::Own,
        }
    }

    /// The code or id that completes the kind; empty where the kind says all.
    #[must_use]
    pub fn reference(&self) -> String {
        match self {
            Self::Division(prefix) => prefix.clone(),
            Self::Community(id) => id.to_string(),
            Self::Building(id) => id.to_string(),
            Self::Everything | Self::Own => String::new(),
        }
    }

    /// The scope that kind and reference name.
    ///
    /// # Errors
    /// A sentence that says what the reference should be.
    pub fn of(kind: ScopeKind, reference: &str) -> Result<Self, String> {
        match kind {
            ScopeKind::Everything if reference.is_empty() => Ok(Self::Everything),
            ScopeKind::Own if reference.is_empty() => Ok(Self::Own),
            ScopeKind::Everything | ScopeKind::Own => Err(format!("{kind} takes no reference")),
            ScopeKind::Division => division_prefix(reference).map(Self::Division),
            ScopeKind::Community => id(reference).map(Self::Community),
            ScopeKind::Building => id(reference).map(Self::Building),
        }
    }

    /// Whether a thing at `place` lies within this scope.
    #[must_use]
    pub fn covers(&self, place: &Place) -> bool {
        match self {
            Self::Everything => true,
            Self::Division(prefix) => place.division_code.starts_with(prefix.as_str()),
            Self::Community(id) => place.community_id == Some(*id),
            Self::Building(id) => place.building_id == Some(*id),
            Self::Own => false,
        }
    }
}

fn division_prefix(text: &str) -> Result<String, String> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    if digits && matches!(text.len(), 2 | 4 | 6 | 9 | 12) {
        Ok(text.to_owned())
    } else {
        Err("a division code has 2, 4, 6, 9 or 12 digits".to_owned())
    }
}

fn id<T: FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| "an id is needed".to_owned())
}

/// Where a thing lies: as deep as the thing itself. The whole deployment is the place with nothing
/// in it, which only [`Scope::Everything`] covers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// The division code of its community, or of the division itself; empty for the deployment.
    pub division_code: String,
    /// The community, where the thing is one or lies in one.
    pub community_id: Option<CommunityId>,
    /// The building, where the thing is one or lies in one.
    pub building_id: Option<BuildingId>,
}

/// Where a principal holds one permission: the union of scopes. Store reads take it, so that a query
/// without a scope can't be written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reach {
    scopes: Vec<Scope>,
    owner_id: Option<OwnerId>,
}

impl Reach {
    /// The union of scopes; `owner_id` counts where one of them is [`Scope::Own`].
    #[must_use]
    pub fn new(scopes: Vec<Scope>, owner_id: Option<OwnerId>) -> Self {
        let owner_id = owner_id.filter(|_| scopes.contains(&Scope::Own));
        Self { scopes, owner_id }
    }

    /// Everywhere: for the command line and the worker.
    #[must_use]
    pub fn everything() -> Self {
        Self { scopes: vec![Scope::Everything], owner_id: None }
    }

    /// Whether a thing at `place` lies within.
    #[must_use]
    pub fn covers(&self, place: &Place) -> bool {
        self.scopes.iter().any(|scope| scope.covers(place))
    }

    /// The owner whose own things lie within, if the permission is held over the own.
    #[must_use]
    pub const fn owner_id(&self) -> Option<OwnerId> {
        self.owner_id
    }

    /// Whether nothing needs to be filtered.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.scopes.contains(&Scope::Everything)
    }

    /// Whether nothing lies within.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.scopes.is_empty()
    }

    /// The scopes.
    #[must_use]
    pub fn scopes(&self) -> &[Scope] {
        &self.scopes
    }

    /// The division prefixes, for a filter in SQL.
    #[must_use]
    pub fn divisions(&self) -> Vec<String> {
        self.pick(|scope| match scope {
            Scope::Division(prefix) => Some(prefix.clone()),
            _ => None,
        })
    }

    /// The communities, for a filter in SQL.
    #[must_use]
    pub fn communities(&self) -> Vec<CommunityId> {
        self.pick(|scope| match scope {
            Scope::Community(id) => Some(*id),
            _ => None,
        })
    }

    /// The buildings, for a filter in SQL.
    #[must_use]
    pub fn buildings(&self) -> Vec<BuildingId> {
        self.pick(|scope| match scope {
            Scope::Building(id) => Some(*id),
            _ => None,
        })
    }

    fn pick<T>(&self, choose: impl Fn(&Scope) -> Option<T>) -> Vec<T> {
        self.scopes.iter().filter_map(choose).collect()
    }
}

#[cfg(test)]
mod tests;
