//! What sign-in asks the register: whose contact this is, and where a community or building lies.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, RunQueryDsl,
};

use super::{
    model::OwnerKind,
    service::owners::{index_resident, owner_place},
    store::owners::{Owner, find_owner, find_owner_by_identity, list_owners_by_id},
};
use crate::kernel::{
    BuildingId, CommunityId, Contact, EntranceId, LocalDate, Outcome, OwnerId, UnitId,
    text::mask_name,
};
use crate::platform::{
    auth::{Place, seal::Keys},
    db::{
        Conn,
        schema::{buildings, communities, entrances, owners, ownerships, units},
    },
};

/// An owner who can be reached by a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactOwner {
    /// The owner.
    pub id: OwnerId,
    /// The name, masked.
    pub masked_name: String,
    /// The last four characters of the identity number.
    pub id_tail: String,
}

/// The owners of today whose phone or e-mail has this keyed hash (`Keys::contact_index`).
///
/// # Errors
/// Those of the database.
pub fn find_owners_by_contact(conn: &mut Conn, index: &str) -> QueryResult<Vec<ContactOwner>> {
    let current =
        ownerships::table.filter(ownerships::valid_to.is_null()).select(ownerships::owner_id);
    let rows: Vec<(OwnerId, String, String)> = owners::table
        .filter(owners::phone_index.eq(index).or(owners::email_index.eq(index)))
        .filter(owners::id.eq_any(current))
        .select((owners::id, owners::name, owners::identity_tail))
        .order(owners::id)
        .load(conn)?;
    let owner = |(id, name, id_tail): (OwnerId, String, String)| ContactOwner {
        id,
        masked_name: mask_name(&name),
        id_tail,
    };
    Ok(rows.into_iter().map(owner).collect())
}

/// The units of today of some owners.
///
/// # Errors
/// Those of the database.
pub fn list_owned_units(
    conn: &mut Conn,
    owners: &[OwnerId],
    day: LocalDate,
) -> QueryResult<Vec<(OwnerId, UnitId)>> {
    ownerships::table
        .filter(ownerships::owner_id.eq_any(owners))
        .filter(ownerships::valid_from.le(day))
        .filter(ownerships::valid_to.is_null().or(ownerships::valid_to.gt(day)))
        .select((ownerships::owner_id, ownerships::unit_id))
        .load(conn)
}

/// How these owners can be reached, as far as the register knows: each phone and e-mail address,
/// opened. Whoever sends to one keeps it masked.
///
/// # Errors
/// `internal` where a contact was sealed under another master key.
pub fn list_contacts(
    conn: &mut Conn,
    keys: &Keys,
    ids: &[OwnerId],
) -> Outcome<Vec<(OwnerId, Contact)>> {
    let mut found = Vec::new();
    for owner in list_owners_by_id(conn, ids)? {
        let sealed = [("phone", &owner.phone_sealed), ("email", &owner.email_sealed)];
        for (column, value) in sealed {
            let Some(value) = value else { continue };
            let text = keys.open_text(&owner_place(column, owner.id), value)?;
            found.extend(text.parse::<Contact>().ok().map(|contact| (owner.id, contact)));
        }
    }
    Ok(found)
}

/// Somebody as the register tells people apart: by a keyed hash of the number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The owner, where the register knows this person.
    pub owner_id: Option<OwnerId>,
    /// Person, organization or developer.
    pub kind: OwnerKind,
    /// The name in full; mask it before it leaves the server.
    pub name: String,
    /// The keyed hash of the number.
    pub index: String,
    /// Its last four characters.
    pub tail: String,
}

impl From<Owner> for Identity {
    fn from(owner: Owner) -> Self {
        Self {
            owner_id: Some(owner.id),
            kind: owner.kind,
            name: owner.name,
            index: owner.identity_index,
            tail: owner.identity_tail,
        }
    }
}

/// An owner's identity.
///
/// # Errors
/// Those of the database.
pub fn find_identity(conn: &mut Conn, id: OwnerId) -> QueryResult<Option<Identity>> {
    Ok(find_owner(conn, id)?.map(Identity::from))
}

/// Somebody of this number: an owner where the register has it, by the register's own name.
///
/// # Errors
/// `invalid_id_number`.
pub fn identify(conn: &mut Conn, keys: &Keys, (name, number): (&str, &str)) -> Outcome<Identity> {
    let (index, tail) = index_resident(keys, number)?;
    let known = find_owner_by_identity(conn, &index)?.map(Identity::from);
    let (kind, name) = (OwnerKind::Person, name.trim().to_owned());
    Ok(known.unwrap_or(Identity { owner_id: None, kind, name, index, tail }))
}

/// Where a community lies.
///
/// # Errors
/// Those of the database.
pub fn find_place_of_community(conn: &mut Conn, id: CommunityId) -> QueryResult<Option<Place>> {
    let division = communities::table.find(id).select(communities::division_code);
    let division: Option<String> = division.first(conn).optional()?;
    Ok(division.map(|division_code| Place {
        division_code,
        community_id: Some(id),
        building_id: None,
    }))
}

/// Where a building lies.
///
/// # Errors
/// Those of the database.
pub fn find_place_of_building(conn: &mut Conn, id: BuildingId) -> QueryResult<Option<Place>> {
    let row: Option<(String, CommunityId)> = buildings::table
        .inner_join(communities::table)
        .filter(buildings::id.eq(id))
        .select((communities::division_code, communities::id))
        .first(conn)
        .optional()?;
    Ok(row.map(|(division_code, community_id)| Place {
        division_code,
        community_id: Some(community_id),
        building_id: Some(id),
    }))
}

/// An entrance with its building.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntrancePlace {
    /// The entrance.
    pub id: EntranceId,
    /// Its building's name.
    pub building: String,
    /// Its name.
    pub name: String,
}

/// The entrances of a community, by building and name.
///
/// # Errors
/// Those of the database.
pub fn list_entrance_places(conn: &mut Conn, id: CommunityId) -> QueryResult<Vec<EntrancePlace>> {
    let rows: Vec<(EntranceId, String, String)> = entrances::table
        .inner_join(buildings::table)
        .filter(buildings::community_id.eq(id))
        .order((buildings::name, entrances::name))
        .select((entrances::id, buildings::name, entrances::name))
        .load(conn)?;
    let place = |(id, building, name)| EntrancePlace { id, building, name };
    Ok(rows.into_iter().map(place).collect())
}

/// The entrances in which somebody owns a unit on a day.
///
/// # Errors
/// Those of the database.
pub fn list_entrances_of_owner(
    conn: &mut Conn,
    owner_id: OwnerId,
    day: LocalDate,
) -> QueryResult<Vec<EntranceId>> {
    let held = ownerships::valid_from
        .le(day)
        .and(ownerships::valid_to.is_null().or(ownerships::valid_to.gt(day)));
    let rows: Vec<Option<EntranceId>> = units::table
        .inner_join(ownerships::table)
        .filter(ownerships::owner_id.eq(owner_id))
        .filter(held)
        .select(units::entrance_id)
        .distinct()
        .load(conn)?;
    Ok(rows.into_iter().flatten().collect())
}
