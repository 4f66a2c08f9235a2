//! Owners and what their rows said before.

use diesel::{
    BoolExpressionMethods, EscapeExpressionMethods, ExpressionMethods, JoinOnDsl,
    OptionalExtension, QueryDsl, QueryResult, RunQueryDsl, Selectable, SelectableHelper,
    TextExpressionMethods,
};

use super::communities::containing;
use crate::{
    kernel::{BuildingId, CommunityId, ImportId, OwnerChangeId, OwnerId, UtcTime},
    platform::auth::Place,
    platform::db::{
        CHUNK, Conn,
        schema::{communities, owner_changes, owners, ownerships, units},
    },
    registry::model::OwnerKind,
};

/// An owner 业主. Personal values are sealed for this row (`owners.<column>:<id>`).
#[derive(Debug, Clone, diesel::Queryable, Selectable, diesel::Insertable)]
#[diesel(table_name = owners)]
pub struct Owner {
    /// The owner.
    pub id: OwnerId,
    /// Person, organization or developer.
    pub kind: OwnerKind,
    /// The name in full; mask it before it leaves the server.
    pub name: String,
    /// The keyed hash of the identity.
    pub identity_index: String,
    /// The number, sealed.
    pub identity_sealed: Vec<u8>,
    /// Its last four characters.
    pub identity_tail: String,
    /// The keyed hash of the phone number.
    pub phone_index: Option<String>,
    /// The phone number, sealed.
    pub phone_sealed: Option<Vec<u8>>,
    /// The keyed hash of the e-mail address.
    pub email_index: Option<String>,
    /// The e-mail address, sealed.
    pub email_sealed: Option<Vec<u8>>,
    /// When the contact was changed last.
    pub contact_bound_at: Option<UtcTime>,
    /// For `If-Match`.
    pub version: i32,
    /// When the owner was entered.
    pub created_at: UtcTime,
}

/// What an owner's row said before a change.
#[derive(Debug, Clone, diesel::Queryable, Selectable, diesel::Insertable)]
#[diesel(table_name = owner_changes)]
pub struct OwnerChange {
    /// The change.
    pub id: OwnerChangeId,
    /// Whose.
    pub owner_id: OwnerId,
    /// The name before.
    pub name: String,
    /// The phone number's hash before.
    pub phone_index: Option<String>,
    /// The phone number before, sealed.
    pub phone_sealed: Option<Vec<u8>>,
    /// The e-mail address's hash before.
    pub email_index: Option<String>,
    /// The e-mail address before, sealed.
    pub email_sealed: Option<Vec<u8>>,
    /// When the contact before had been changed.
    pub contact_bound_at: Option<UtcTime>,
    /// Why it was changed.
    pub reason: String,
    /// By whom.
    pub changed_by: String,
    /// By which import.
    pub import_id: Option<ImportId>,
    /// When.
    pub recorded_at: UtcTime,
}

/// Which owners a list shows.
#[derive(Debug, Clone, Default)]
pub struct OwnerFilter {
    /// Part of the name.
    pub name: Option<String>,
    /// The hash of an ID number.
    pub identity_index: Option<String>,
    /// The hash of a phone number or e-mail address.
    pub contact_index: Option<String>,
    /// Only those whom no message can reach.
    pub without_contact: bool,
}

/// An owner.
pub fn find_owner(conn: &mut Conn, id: OwnerId) -> QueryResult<Option<Owner>> {
    owners::table.find(id).select(Owner::as_select()).first(conn).optional()
}

/// Whoever owns a unit of a community, in order of entry; of some buildings only where the caller's
/// reach ends there.
pub fn list_owners(
    conn: &mut Conn,
    (community, within): (CommunityId, Option<Vec<BuildingId>>),
    filter: &OwnerFilter,
    (after, limit): (Option<OwnerId>, i64),
) -> QueryResult<Vec<Owner>> {
    let held = ownerships::table
        .inner_join(units::table.on(ownerships::unit_id.eq(units::id)))
        .filter(units::community_id.eq(community))
        .filter(ownerships::valid_to.is_null())
        .select(ownerships::owner_id);
    let query = owners::table.into_boxed();
    let mut query = match within {
        Some(buildings) => {
            let held = held.filter(units::building_id.eq_any(buildings));
            query.filter(owners::id.eq_any(held))
        }
        None => query.filter(owners::id.eq_any(held)),
    };
    if let Some(name) = &filter.name {
        query = query.filter(owners::name.like(containing(name)).escape('\\'));
    }
    if let Some(index) = filter.identity_index.clone() {
        query = query.filter(owners::identity_index.eq(index));
    }
    if let Some(index) = filter.contact_index.clone() {
        query =
            query.filter(owners::phone_index.eq(index.clone()).or(owners::email_index.eq(index)));
    }
    if filter.without_contact {
        query = query.filter(owners::phone_index.is_null().and(owners::email_index.is_null()));
    }
    if let Some(after) = after {
        query = query.filter(owners::id.gt(after));
    }
    query.order(owners::id).limit(limit).select(Owner::as_select()).load(conn)
}

/// Owners by their ids.
pub fn list_owners_by_id(conn: &mut Conn, ids: &[OwnerId]) -> QueryResult<Vec<Owner>> {
    let mut found = Vec::new();
    for chunk in ids.chunks(CHUNK) {
        let some = owners::table.filter(owners::id.eq_any(chunk.to_vec()));
        found.extend(some.select(Owner::as_select()).load::<Owner>(conn)?);
    }
    Ok(found)
}

/// Where an owner owns a unit today.
pub fn list_owner_places(conn: &mut Conn, id: OwnerId) -> QueryResult<Vec<Place>> {
    let rows: Vec<(String, CommunityId, BuildingId)> = ownerships::table
        .inner_join(units::table.on(ownerships::unit_id.eq(units::id)))
        .inner_join(communities::table.on(units::community_id.eq(communities::id)))
        .filter(ownerships::owner_id.eq(id).and(ownerships::valid_to.is_null()))
        .select((communities::division_code, communities::id, units::building_id))
        .distinct()
        .load(conn)?;
    let place = |(division_code, community, building)| Place {
        division_code,
        community_id: Some(community),
        building_id: Some(building),
    };
    Ok(rows.into_iter().map(place).collect())
}

/// An owner by the hash of the ID number.
pub fn find_owner_by_identity(conn: &mut Conn, index: &str) -> QueryResult<Option<Owner>> {
    owners::table
        .filter(owners::identity_index.eq(index))
        .select(Owner::as_select())
        .first(conn)
        .optional()
}

/// Enters an owner.
pub fn insert_owner(conn: &mut Conn, row: &Owner) -> QueryResult<()> {
    diesel::insert_into(owners::table).values(row).execute(conn).map(|_| ())
}

/// Keeps what an owner's row says before it is changed.
pub fn insert_owner_change(conn: &mut Conn, row: &OwnerChange) -> QueryResult<()> {
    diesel::insert_into(owner_changes::table).values(row).execute(conn).map(|_| ())
}

/// Writes an owner's name and contacts if nobody changed the row meanwhile.
pub fn set_owner(conn: &mut Conn, row: &Owner) -> QueryResult<usize> {
    diesel::update(owners::table)
        .filter(owners::id.eq(row.id).and(owners::version.eq(row.version)))
        .set((
            owners::name.eq(&row.name),
            owners::phone_index.eq(&row.phone_index),
            owners::phone_sealed.eq(&row.phone_sealed),
            owners::email_index.eq(&row.email_index),
            owners::email_sealed.eq(&row.email_sealed),
            owners::contact_bound_at.eq(row.contact_bound_at),
            owners::version.eq(owners::version + 1),
        ))
        .execute(conn)
}

/// What an import changed of owners, newest first.
pub fn list_import_owner_changes(
    conn: &mut Conn,
    import: ImportId,
) -> QueryResult<Vec<OwnerChange>> {
    owner_changes::table
        .filter(owner_changes::import_id.eq(import))
        .order(owner_changes::id.desc())
        .select(OwnerChange::as_select())
        .load(conn)
}
