//! What a vote asks the register: the units of a scope as they stood on a day, with their owners.

use std::collections::HashMap;

use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, NullableExpressionMethods,
    OptionalExtension, QueryDsl, QueryResult, Queryable, RunQueryDsl,
};

use serde::{Deserialize, Serialize};

use super::model::{AreaSource, OwnerKind, UnitUse};
use crate::kernel::{Area, BuildingId, CommunityId, EntranceId, LocalDate, OwnerId, UnitId};
use crate::platform::auth::Place;
use crate::platform::db::{
    Conn,
    schema::{
        buildings, communities, entrances, owners, ownerships, unit_facts, unit_voters, units,
    },
};

/// A part of the register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", content = "of", rename_all = "snake_case")]
pub enum RegisterScope {
    /// A whole community.
    Community(CommunityId),
    /// One building.
    Building(BuildingId),
    /// One entrance.
    Entrance(EntranceId),
    /// Several buildings of one community together.
    Buildings(Vec<BuildingId>),
    /// These units of one community.
    Units(Vec<UnitId>),
}

/// An owner of a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopeOwner {
    /// The owner.
    pub id: OwnerId,
    /// Person, organization or developer.
    pub kind: OwnerKind,
    /// The keyed hash of the identity.
    pub identity_index: String,
    /// The full name; mask it before it leaves the server.
    pub name: String,
    /// Whether a phone or e-mail is known.
    pub has_contact: bool,
}

/// A unit on the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopeUnit {
    /// The unit.
    pub id: UnitId,
    /// Its number 房号.
    pub code: String,
    /// Its building's name.
    pub building: String,
    /// Its entrance's name.
    pub entrance: Option<String>,
    /// What it is used for.
    pub unit_use: UnitUse,
    /// Its exclusive area, if known.
    pub area: Option<Area>,
    /// Where the area comes from, if known.
    pub area_source: Option<AreaSource>,
    /// Whether it was handed over.
    pub delivered: bool,
    /// The developer that is to hand it over, if known.
    pub developer_id: Option<OwnerId>,
    /// The voter whom its co-owners agreed on.
    pub voter_id: Option<OwnerId>,
    /// Its owners.
    pub owners: Vec<ScopeOwner>,
}

/// Where a part of the register lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopePlace {
    /// The division's code.
    pub division_code: String,
    /// The community.
    pub community_id: CommunityId,
    /// The community's name.
    pub community: String,
    /// The building, where the scope is one or lies in one.
    pub building_id: Option<BuildingId>,
}

impl From<ScopePlace> for Place {
    fn from(place: ScopePlace) -> Self {
        Self {
            division_code: place.division_code,
            community_id: Some(place.community_id),
            building_id: place.building_id,
        }
    }
}

/// Where a scope lies; `None` where there is no such thing, where a part of it is missing or named
/// twice, or where its parts lie in different communities.
pub fn find_scope_place(conn: &mut Conn, scope: &RegisterScope) -> QueryResult<Option<ScopePlace>> {
    let building_id = match scope {
        RegisterScope::Building(id) => Some(*id),
        RegisterScope::Entrance(id) => {
            entrances::table.find(id).select(entrances::building_id).first(conn).optional()?
        }
        RegisterScope::Community(_) | RegisterScope::Buildings(_) | RegisterScope::Units(_) => None,
    };
    let Some(community_id) = community_of(conn, scope, building_id)? else { return Ok(None) };
    let found: Option<(String, String)> = communities::table
        .find(community_id)
        .select((communities::division_code, communities::name))
        .first(conn)
        .optional()?;
    Ok(found.map(|(division_code, community)| ScopePlace {
        division_code,
        community_id,
        community,
        building_id,
    }))
}

/// The one community of all parts of the scope.
fn community_of(
    conn: &mut Conn,
    scope: &RegisterScope,
    building_id: Option<BuildingId>,
) -> QueryResult<Option<CommunityId>> {
    let (communities, parts): (Vec<CommunityId>, usize) = match scope {
        RegisterScope::Community(id) => return Ok(Some(*id)),
        RegisterScope::Building(_) | RegisterScope::Entrance(_) => {
            let query = buildings::table.filter(buildings::id.nullable().eq(building_id));
            (query.select(buildings::community_id).load(conn)?, 1)
        }
        RegisterScope::Buildings(ids) => {
            let query = buildings::table.filter(buildings::id.eq_any(ids.clone()));
            (query.select(buildings::community_id).load(conn)?, ids.len())
        }
        RegisterScope::Units(ids) => {
            let query = units::table.filter(units::id.eq_any(ids.clone()));
            (query.select(units::community_id).load(conn)?, ids.len())
        }
    };
    let first = communities.first().copied();
    let is_whole = communities.len() == parts && communities.iter().all(|id| Some(*id) == first);
    Ok(first.filter(|_| is_whole))
}

/// The names of buildings, by name.
pub fn list_building_names(conn: &mut Conn, ids: &[BuildingId]) -> QueryResult<Vec<String>> {
    let query = buildings::table.filter(buildings::id.eq_any(ids.to_vec()));
    query.order(buildings::name).select(buildings::name).load(conn)
}

type UnitColumns = (
    UnitId,
    String,
    String,
    Option<String>,
    UnitUse,
    Option<Area>,
    Option<AreaSource>,
    bool,
    Option<OwnerId>,
);
type OwnerColumns = (UnitId, OwnerId, OwnerKind, String, String, Option<String>, Option<String>);

/// The units of `scope` on `day`, by building, entrance and number; units that have no facts on
/// that day (sold off, demolished) are not among them.
pub fn list_scope_units(
    conn: &mut Conn,
    scope: &RegisterScope,
    day: LocalDate,
) -> QueryResult<Vec<ScopeUnit>> {
    let rows = list_units(conn, scope, day)?;
    let mut owners_of = list_owners(conn, scope, day)?;
    let voter_of = list_voters(conn, scope, day)?;
    Ok(rows
        .into_iter()
        .map(|(id, code, building, entrance, unit_use, area, area_source, delivered, developer)| {
            ScopeUnit {
                id,
                code,
                building,
                entrance,
                unit_use,
                area,
                area_source,
                delivered,
                developer_id: developer,
                voter_id: voter_of.get(&id).copied(),
                owners: owners_of.remove(&id).unwrap_or_default(),
            }
        })
        .collect())
}

/// `units` within the scope, as a boxed condition: the same for all three queries.
macro_rules! within {
    ($query:expr, $scope:expr) => {
        match $scope {
            RegisterScope::Community(id) => $query.filter(units::community_id.eq(*id)),
            RegisterScope::Building(id) => $query.filter(units::building_id.eq(*id)),
            RegisterScope::Entrance(id) => $query.filter(units::entrance_id.eq(*id)),
            RegisterScope::Buildings(ids) => $query.filter(units::building_id.eq_any(ids.clone())),
            RegisterScope::Units(ids) => $query.filter(units::id.eq_any(ids.clone())),
        }
    };
}

/// Whether a period `[valid_from, valid_to)` holds the day.
macro_rules! holds {
    ($table:ident, $day:expr) => {
        $table::valid_from.le($day).and($table::valid_to.is_null().or($table::valid_to.gt($day)))
    };
}

fn list_units(
    conn: &mut Conn,
    scope: &RegisterScope,
    day: LocalDate,
) -> QueryResult<Vec<UnitColumns>> {
    let query = units::table
        .inner_join(buildings::table)
        .left_join(entrances::table)
        .inner_join(unit_facts::table.on(unit_facts::unit_id.eq(units::id)))
        .filter(holds!(unit_facts, day))
        .select((
            units::id,
            units::code,
            buildings::name,
            entrances::name.nullable(),
            unit_facts::unit_use,
            unit_facts::area,
            unit_facts::area_source,
            unit_facts::delivered,
            unit_facts::developer_id,
        ))
        .into_boxed();
    within!(query, scope).order((buildings::name, units::code)).load(conn)
}

/// The units of `scope` on `day` with their uses, without owners; in no order.
pub fn list_unit_uses(
    conn: &mut Conn,
    scope: &RegisterScope,
    day: LocalDate,
) -> QueryResult<Vec<(UnitId, UnitUse)>> {
    let query = units::table
        .inner_join(unit_facts::table.on(unit_facts::unit_id.eq(units::id)))
        .filter(holds!(unit_facts, day))
        .select((units::id, unit_facts::unit_use))
        .into_boxed();
    within!(query, scope).load(conn)
}

/// A unit of a scope as money sees it, without owners.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct UnitPlace {
    /// The unit.
    pub id: UnitId,
    /// Its building.
    pub building_id: BuildingId,
    /// The building's name.
    pub building: String,
    /// Its number 房号.
    pub code: String,
    /// What it is used for.
    pub unit_use: UnitUse,
    /// Its exclusive area, if known.
    pub area: Option<Area>,
}

/// The units of `scope` on `day`, without owners, by building and number.
pub fn list_unit_places(
    conn: &mut Conn,
    scope: &RegisterScope,
    day: LocalDate,
) -> QueryResult<Vec<UnitPlace>> {
    let query = units::table
        .inner_join(buildings::table)
        .inner_join(unit_facts::table.on(unit_facts::unit_id.eq(units::id)))
        .filter(holds!(unit_facts, day))
        .select((
            units::id,
            buildings::id,
            buildings::name,
            units::code,
            unit_facts::unit_use,
            unit_facts::area,
        ))
        .into_boxed();
    within!(query, scope).order((buildings::name, units::code)).load(conn)
}

fn list_owners(
    conn: &mut Conn,
    scope: &RegisterScope,
    day: LocalDate,
) -> QueryResult<HashMap<UnitId, Vec<ScopeOwner>>> {
    let query = ownerships::table
        .inner_join(owners::table)
        .inner_join(units::table)
        .filter(holds!(ownerships, day))
        .select((
            ownerships::unit_id,
            owners::id,
            owners::kind,
            owners::identity_index,
            owners::name,
            owners::phone_index,
            owners::email_index,
        ))
        .into_boxed();
    let rows: Vec<OwnerColumns> = within!(query, scope).order(ownerships::id).load(conn)?;
    let mut owners_of: HashMap<UnitId, Vec<ScopeOwner>> = HashMap::new();
    for (unit_id, id, kind, identity_index, name, phone, email) in rows {
        let has_contact = phone.is_some() || email.is_some();
        owners_of.entry(unit_id).or_default().push(ScopeOwner {
            id,
            kind,
            identity_index,
            name,
            has_contact,
        });
    }
    Ok(owners_of)
}

fn list_voters(
    conn: &mut Conn,
    scope: &RegisterScope,
    day: LocalDate,
) -> QueryResult<HashMap<UnitId, OwnerId>> {
    let query = unit_voters::table
        .inner_join(units::table)
        .filter(holds!(unit_voters, day))
        .select((unit_voters::unit_id, unit_voters::owner_id))
        .into_boxed();
    let rows: Vec<(UnitId, OwnerId)> = within!(query, scope).load(conn)?;
    Ok(rows.into_iter().collect())
}
