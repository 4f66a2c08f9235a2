//! From staged rows into the register, and back: a few set-based statements, whatever the size.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, NullableExpressionMethods, QueryDsl,
    QueryResult, RunQueryDsl, SelectableHelper,
    dsl::{exists, not},
};

use super::{
    communities::{Building, Entrance},
    imports::Import,
    staging::ImportOwner,
};
use crate::{
    kernel::{BuildingId, EntranceId, ImportId, LocalDate, UtcTime},
    platform::db::{
        Conn,
        schema::{
            buildings, entrances, import_owners, import_ownerships, import_units, owners,
            ownerships, unit_facts, units,
        },
    },
    registry::model::UnitChange,
};

/// Whether another batch brought an owner of this one into the register meanwhile.
pub fn has_stale_owners(conn: &mut Conn, import: ImportId) -> QueryResult<bool> {
    let known = owners::table.filter(owners::identity_index.eq(import_owners::identity_index));
    let stale = import_owners::table
        .filter(import_owners::import_id.eq(import).and(import_owners::is_new))
        .filter(exists(known));
    diesel::select(exists(stale)).get_result(conn)
}

/// Buildings and entrances that the register does not have yet.
pub fn list_new_buildings(
    conn: &mut Conn,
    import: &Import,
) -> QueryResult<(Vec<Building>, Vec<Entrance>)> {
    let staged = import_units::table.filter(import_units::import_id.eq(import.id));
    let new_buildings = staged
        .filter(not(exists(buildings::table.filter(buildings::id.eq(import_units::building_id)))))
        .select((import_units::building_id, import_units::building))
        .distinct()
        .load::<(BuildingId, String)>(conn)?;
    let known = entrances::table.filter(entrances::id.nullable().eq(import_units::entrance_id));
    let new_entrances = staged
        .filter(import_units::entrance_id.is_not_null().and(not(exists(known))))
        .select((import_units::entrance_id, import_units::building_id, import_units::entrance))
        .distinct()
        .load::<(Option<EntranceId>, BuildingId, Option<String>)>(conn)?;
    let community_id = import.community_id;
    let mut new_buildings: Vec<Building> = new_buildings
        .into_iter()
        .map(|(id, name)| Building { id, community_id, name, version: 1 })
        .collect();
    new_buildings.sort_by_key(|building| building.id);
    let new_entrances = new_entrances
        .into_iter()
        .filter_map(|(id, building_id, name)| Some(Entrance { id: id?, building_id, name: name? }))
        .collect();
    Ok((new_buildings, new_entrances))
}

/// Known owners whose name or contact the file changes.
pub fn list_changed_owners(conn: &mut Conn, import: ImportId) -> QueryResult<Vec<ImportOwner>> {
    import_owners::table
        .filter(import_owners::import_id.eq(import).and(not(import_owners::is_new)))
        .select(ImportOwner::as_select())
        .load(conn)
}

/// Copies new owners and new units.
pub fn copy_owners_and_units(conn: &mut Conn, import: &Import, now: UtcTime) -> QueryResult<()> {
    let constant = |value: i32| diesel::IntoSql::into_sql::<diesel::sql_types::Integer>(value);
    let at = diesel::IntoSql::into_sql::<diesel::sql_types::Timestamp>(now);
    import_owners::table
        .filter(import_owners::import_id.eq(import.id).and(import_owners::is_new))
        .select((
            import_owners::owner_id,
            import_owners::kind,
            import_owners::name,
            import_owners::identity_index,
            import_owners::identity_sealed,
            import_owners::identity_tail,
            import_owners::phone_index,
            import_owners::phone_sealed,
            import_owners::email_index,
            import_owners::email_sealed,
            constant(1),
            at,
        ))
        .insert_into(owners::table)
        .into_columns((
            owners::id,
            owners::kind,
            owners::name,
            owners::identity_index,
            owners::identity_sealed,
            owners::identity_tail,
            owners::phone_index,
            owners::phone_sealed,
            owners::email_index,
            owners::email_sealed,
            owners::version,
            owners::created_at,
        ))
        .execute(conn)?;
    let community = diesel::IntoSql::into_sql::<crate::kernel::id::DbId>(import.community_id);
    import_units::table
        .filter(import_units::import_id.eq(import.id).and(import_units::is_new_unit))
        .select((
            import_units::unit_id,
            community,
            import_units::building_id,
            import_units::entrance_id,
            import_units::code,
            constant(1),
            at,
        ))
        .insert_into(units::table)
        .into_columns((
            units::id,
            units::community_id,
            units::building_id,
            units::entrance_id,
            units::code,
            units::version,
            units::created_at,
        ))
        .execute(conn)
        .map(|_| ())
}

/// Ends what the batch replaces, from its day on.
pub fn end_replaced(conn: &mut Conn, import: &Import) -> QueryResult<()> {
    let (id, day) = (import.id, import.effective_on);
    let facts = import_units::table
        .filter(import_units::import_id.eq(id).and(import_units::has_new_facts))
        .select(import_units::unit_id);
    diesel::update(unit_facts::table)
        .filter(unit_facts::valid_to.is_null().and(unit_facts::unit_id.eq_any(facts)))
        .set((unit_facts::valid_to.eq(day), unit_facts::ended_by_id.eq(id)))
        .execute(conn)?;
    let held = import_units::table
        .filter(import_units::import_id.eq(id).and(import_units::has_new_owners))
        .select(import_units::unit_id);
    let kept = import_ownerships::table
        .filter(import_ownerships::import_id.eq(id).and(not(import_ownerships::is_new)))
        .filter(import_ownerships::unit_id.eq(ownerships::unit_id))
        .filter(import_ownerships::owner_id.eq(ownerships::owner_id));
    diesel::update(ownerships::table)
        .filter(ownerships::valid_to.is_null().and(ownerships::unit_id.eq_any(held)))
        .filter(not(exists(kept)))
        .set((ownerships::valid_to.eq(day), ownerships::ended_by_id.eq(id)))
        .execute(conn)
        .map(|_| ())
}

/// Ends the units that the file does not have.
pub fn end_vanished(conn: &mut Conn, import: &Import) -> QueryResult<()> {
    let (id, day) = (import.id, import.effective_on);
    let vanished = || {
        import_units::table
            .filter(import_units::import_id.eq(id))
            .filter(import_units::change.eq(UnitChange::Vanished))
            .select(import_units::unit_id)
    };
    diesel::update(unit_facts::table)
        .filter(unit_facts::valid_to.is_null().and(unit_facts::unit_id.eq_any(vanished())))
        .set((unit_facts::valid_to.eq(day), unit_facts::ended_by_id.eq(id)))
        .execute(conn)?;
    diesel::update(ownerships::table)
        .filter(ownerships::valid_to.is_null().and(ownerships::unit_id.eq_any(vanished())))
        .set((ownerships::valid_to.eq(day), ownerships::ended_by_id.eq(id)))
        .execute(conn)
        .map(|_| ())
}

/// Copies new facts: from the batch's day on.
pub fn copy_facts(conn: &mut Conn, import: &Import, now: UtcTime) -> QueryResult<()> {
    use diesel::{
        IntoSql,
        sql_types::{Date, Text, Timestamp},
    };
    let from = IntoSql::into_sql::<Date>(import.effective_on);
    let reason = || IntoSql::into_sql::<Text>("import");
    let at = IntoSql::into_sql::<Timestamp>(now);
    import_units::table
        .filter(import_units::import_id.eq(import.id).and(import_units::has_new_facts))
        .select((
            import_units::id,
            import_units::unit_id,
            import_units::unit_use,
            import_units::area,
            import_units::area_source,
            import_units::delivered,
            import_units::developer_id,
            from,
            reason(),
            import_units::import_id.nullable(),
            at,
        ))
        .insert_into(unit_facts::table)
        .into_columns((
            unit_facts::id,
            unit_facts::unit_id,
            unit_facts::unit_use,
            unit_facts::area,
            unit_facts::area_source,
            unit_facts::delivered,
            unit_facts::developer_id,
            unit_facts::valid_from,
            unit_facts::reason,
            unit_facts::import_id,
            unit_facts::recorded_at,
        ))
        .execute(conn)
        .map(|_| ())
}

/// Copies new ownerships: from the batch's day on.
pub fn copy_ownerships(conn: &mut Conn, import: &Import, now: UtcTime) -> QueryResult<()> {
    use diesel::{
        IntoSql,
        sql_types::{Date, Text, Timestamp},
    };
    let from = IntoSql::into_sql::<Date>(import.effective_on);
    let reason = || IntoSql::into_sql::<Text>("import");
    let at = IntoSql::into_sql::<Timestamp>(now);
    import_ownerships::table
        .filter(import_ownerships::import_id.eq(import.id).and(import_ownerships::is_new))
        .select((
            import_ownerships::id,
            import_ownerships::unit_id,
            import_ownerships::owner_id,
            import_ownerships::co_ownership,
            from,
            reason(),
            import_ownerships::import_id.nullable(),
            at,
        ))
        .insert_into(ownerships::table)
        .into_columns((
            ownerships::id,
            ownerships::unit_id,
            ownerships::owner_id,
            ownerships::co_ownership,
            ownerships::valid_from,
            ownerships::reason,
            ownerships::import_id,
            ownerships::recorded_at,
        ))
        .execute(conn)
        .map(|_| ())
}

/// Voids the periods that the batch began (they hold on no day) and begins again those it ended.
pub fn undo_periods(conn: &mut Conn, import: ImportId) -> QueryResult<()> {
    diesel::update(unit_facts::table.filter(unit_facts::import_id.eq(import)))
        .set(unit_facts::valid_to.eq(unit_facts::valid_from.nullable()))
        .execute(conn)?;
    diesel::update(unit_facts::table.filter(unit_facts::ended_by_id.eq(import)))
        .set((
            unit_facts::valid_to.eq(None::<LocalDate>),
            unit_facts::ended_by_id.eq(None::<ImportId>),
        ))
        .execute(conn)?;
    diesel::update(ownerships::table.filter(ownerships::import_id.eq(import)))
        .set(ownerships::valid_to.eq(ownerships::valid_from.nullable()))
        .execute(conn)?;
    diesel::update(ownerships::table.filter(ownerships::ended_by_id.eq(import)))
        .set((
            ownerships::valid_to.eq(None::<LocalDate>),
            ownerships::ended_by_id.eq(None::<ImportId>),
        ))
        .execute(conn)
        .map(|_| ())
}
