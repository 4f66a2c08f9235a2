//! What reading an import needs from the register, and where it keeps what the commit will write.

use std::collections::HashMap;

use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, NullableExpressionMethods, QueryDsl,
    QueryResult, RunQueryDsl, Selectable, SelectableHelper,
};

use super::{holds, imports::ImportUnit};
use crate::{
    kernel::{
        Area, BuildingId, CommunityId, EntranceId, ImportId, LocalDate, OwnerId, OwnershipId,
        UnitId,
    },
    platform::db::{
        CHUNK, Conn,
        schema::{
            import_owners, import_ownerships, import_units, owners, ownerships, unit_facts, units,
        },
    },
    registry::{
        model::{AreaSource, CoOwnership, OwnerKind, UnitUse},
        rules::compare::{Facts, Holding},
    },
};

/// A unit of the register as it stands.
#[derive(Debug, Clone)]
pub struct CurrentUnit {
    /// The unit.
    pub id: UnitId,
    /// Its building.
    pub building_id: BuildingId,
    /// Its entrance.
    pub entrance_id: Option<EntranceId>,
    /// What is true of it on the day; `None` where its time has ended.
    pub facts: Option<Facts>,
    /// Its owners on the day.
    pub holdings: Vec<Holding>,
}

/// An owner as the register knows one.
#[derive(Debug, Clone, diesel::Queryable, Selectable)]
#[diesel(table_name = owners)]
pub struct KnownOwner {
    /// The owner.
    pub id: OwnerId,
    /// The name.
    pub name: String,
    /// The keyed hash of the identity.
    pub identity_index: String,
    /// The keyed hash of the phone number.
    pub phone_index: Option<String>,
    /// The keyed hash of the e-mail address.
    pub email_index: Option<String>,
}

/// A staged owner: new, or with details that differ.
#[derive(Debug, Clone, diesel::Queryable, Selectable, diesel::Insertable)]
#[diesel(table_name = import_owners)]
pub struct ImportOwner {
    /// The owner's id, or the one that it will have.
    pub owner_id: OwnerId,
    /// The batch.
    pub import_id: ImportId,
    /// Whether the register does not have the owner.
    pub is_new: bool,
    /// Person, organization or developer.
    pub kind: OwnerKind,
    /// The name.
    pub name: String,
    /// The keyed hash of the identity.
    pub identity_index: String,
    /// The number, sealed for the owner's row.
    pub identity_sealed: Vec<u8>,
    /// Its last four characters.
    pub identity_tail: String,
    /// The keyed hash of the phone number.
    pub phone_index: Option<String>,
    /// The phone number, sealed for the owner's row.
    pub phone_sealed: Option<Vec<u8>>,
    /// The keyed hash of the e-mail address.
    pub email_index: Option<String>,
    /// The e-mail address, sealed for the owner's row.
    pub email_sealed: Option<Vec<u8>>,
}

/// A staged ownership.
#[derive(Debug, Clone, diesel::Insertable)]
#[diesel(table_name = import_ownerships)]
pub struct ImportOwnership {
    /// Becomes the ownership's id.
    pub id: OwnershipId,
    /// The batch.
    pub import_id: ImportId,
    /// The unit.
    pub unit_id: UnitId,
    /// The owner.
    pub owner_id: OwnerId,
    /// How the unit is held.
    pub co_ownership: Option<CoOwnership>,
    /// Whether the register does not have it.
    pub is_new: bool,
}

type FactColumns = (UnitId, UnitUse, Option<Area>, Option<AreaSource>, bool, Option<OwnerId>);

/// Every unit of a community by its number, with what is true of it on a day.
pub fn load_units(
    conn: &mut Conn,
    community: CommunityId,
    day: LocalDate,
) -> QueryResult<HashMap<String, CurrentUnit>> {
    let rows = units::table
        .filter(units::community_id.eq(community))
        .select((units::id, units::code, units::building_id, units::entrance_id))
        .load::<(UnitId, String, BuildingId, Option<EntranceId>)>(conn)?;
    let mut facts = load_facts(conn, community, day)?;
    let mut holdings = load_holdings(conn, community, day)?;
    let unit = |(id, code, building_id, entrance_id)| {
        let (facts, holdings) = (facts.remove(&id), holdings.remove(&id).unwrap_or_default());
        (code, CurrentUnit { id, building_id, entrance_id, facts, holdings })
    };
    Ok(rows.into_iter().map(unit).collect())
}

fn load_facts(
    conn: &mut Conn,
    community: CommunityId,
    day: LocalDate,
) -> QueryResult<HashMap<UnitId, Facts>> {
    let rows = unit_facts::table
        .inner_join(units::table.on(unit_facts::unit_id.eq(units::id)))
        .filter(units::community_id.eq(community))
        .filter(holds!(unit_facts, day))
        .select((
            unit_facts::unit_id,
            unit_facts::unit_use,
            unit_facts::area,
            unit_facts::area_source,
            unit_facts::delivered,
            unit_facts::developer_id,
        ))
        .load::<FactColumns>(conn)?;
    let facts = |(id, unit_use, area, area_source, delivered, developer_id)| {
        (id, Facts { unit_use, area, area_source, delivered, developer_id })
    };
    Ok(rows.into_iter().map(facts).collect())
}

fn load_holdings(
    conn: &mut Conn,
    community: CommunityId,
    day: LocalDate,
) -> QueryResult<HashMap<UnitId, Vec<Holding>>> {
    let rows = ownerships::table
        .inner_join(units::table.on(ownerships::unit_id.eq(units::id)))
        .filter(units::community_id.eq(community))
        .filter(holds!(ownerships, day))
        .select((ownerships::unit_id, ownerships::owner_id, ownerships::co_ownership))
        .load::<(UnitId, OwnerId, Option<CoOwnership>)>(conn)?;
    let mut holdings: HashMap<UnitId, Vec<Holding>> = HashMap::new();
    for (unit, owner_id, co_ownership) in rows {
        holdings.entry(unit).or_default().push(Holding { owner_id, co_ownership });
    }
    Ok(holdings)
}

/// Whether a period holds on any day: what an undo voided does not.
macro_rules! is_real {
    ($table:ident) => {
        $table::valid_to.is_null().or($table::valid_to.assume_not_null().gt($table::valid_from))
    };
}

/// Whether a unit of the community has a period that begins after the day: then the day lies in a
/// past that can't be written without changing what followed.
pub fn has_later_periods(
    conn: &mut Conn,
    community: CommunityId,
    day: LocalDate,
) -> QueryResult<bool> {
    let facts = unit_facts::table
        .inner_join(units::table.on(unit_facts::unit_id.eq(units::id)))
        .filter(units::community_id.eq(community))
        .filter(unit_facts::valid_from.gt(day))
        .filter(is_real!(unit_facts));
    let held = ownerships::table
        .inner_join(units::table.on(ownerships::unit_id.eq(units::id)))
        .filter(units::community_id.eq(community))
        .filter(ownerships::valid_from.gt(day))
        .filter(is_real!(ownerships));
    Ok(diesel::select(diesel::dsl::exists(facts)).get_result::<bool>(conn)?
        || diesel::select(diesel::dsl::exists(held)).get_result::<bool>(conn)?)
}

/// The owners that the register knows by these hashes.
pub fn list_known_owners(conn: &mut Conn, indices: &[String]) -> QueryResult<Vec<KnownOwner>> {
    let mut known = Vec::new();
    for chunk in indices.chunks(CHUNK) {
        known.extend(
            owners::table
                .filter(owners::identity_index.eq_any(chunk.to_vec()))
                .select(KnownOwner::as_select())
                .load::<KnownOwner>(conn)?,
        );
    }
    Ok(known)
}

/// Stages owners.
pub fn insert_import_owners(conn: &mut Conn, rows: &[ImportOwner]) -> QueryResult<()> {
    crate::insert_many!(conn, import_owners::table, rows)
}

/// Stages units and ownerships.
pub fn insert_import_units(
    conn: &mut Conn,
    unit_rows: &[ImportUnit],
    ownership_rows: &[ImportOwnership],
) -> QueryResult<()> {
    crate::insert_many!(&mut *conn, import_units::table, unit_rows)?;
    crate::insert_many!(conn, import_ownerships::table, ownership_rows)
}

/// Deletes what was staged of personal data; the preview's units stay, as the batch's history.
pub fn delete_staged(conn: &mut Conn, import: ImportId) -> QueryResult<()> {
    diesel::delete(import_owners::table.filter(import_owners::import_id.eq(import)))
        .execute(conn)?;
    diesel::delete(import_ownerships::table.filter(import_ownerships::import_id.eq(import)))
        .execute(conn)
        .map(|_| ())
}
