//! What sign-in asks the register: whose contact this is, and where a community or building lies.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, QueryResult, RunQueryDsl,
};

use super::{service::owners::owner_place, store::owners::list_owners_by_id};
use crate::kernel::{
    BuildingId, CommunityId, Contact, LocalDate, Outcome, OwnerId, UnitId, text::mask_name,
};
use crate::platform::{
    auth::{Place, seal::Keys},
    db::{
        Conn,
        schema::{buildings, communities, owners, ownerships},
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
