//! Households 户 and residents 居民, apart from owners.

use std::collections::HashMap;

use diesel::{
    BoolExpressionMethods, EscapeExpressionMethods, ExpressionMethods, JoinOnDsl,
    OptionalExtension, QueryDsl, QueryResult, RunQueryDsl, Selectable, SelectableHelper,
    TextExpressionMethods,
};

use super::{communities::containing, holds};
use crate::{
    kernel::{BuildingId, CommunityId, HouseholdId, LocalDate, ResidentId, UnitId, UtcTime},
    platform::db::{
        Conn,
        schema::{households, residents, units},
    },
};

/// A household of a unit, for a time.
#[derive(Debug, Clone, diesel::Queryable, Selectable, diesel::Insertable)]
#[diesel(table_name = households)]
pub struct Household {
    /// The household.
    pub id: HouseholdId,
    /// Where it lives.
    pub unit_id: UnitId,
    /// Who speaks for it; mask it before it leaves the server.
    pub name: String,
    /// Whether it rents.
    pub is_tenant: bool,
    /// The first day.
    pub valid_from: LocalDate,
    /// The day after the last.
    pub valid_to: Option<LocalDate>,
    /// For `If-Match`.
    pub version: i32,
    /// When it was entered.
    pub recorded_at: UtcTime,
}

/// Somebody who lives in a household.
#[derive(Debug, Clone, diesel::Queryable, Selectable, diesel::Insertable)]
#[diesel(table_name = residents)]
pub struct Resident {
    /// The resident.
    pub id: ResidentId,
    /// The household.
    pub household_id: HouseholdId,
    /// The name; mask it before it leaves the server.
    pub name: String,
    /// The keyed hash of the phone number.
    pub phone_index: Option<String>,
    /// The phone number, sealed for `residents.phone:<id>`.
    pub phone_sealed: Option<Vec<u8>>,
    /// What a survey must know, a JSON list of words.
    pub needs: String,
    /// The first day.
    pub valid_from: LocalDate,
    /// The day after the last.
    pub valid_to: Option<LocalDate>,
    /// For `If-Match`.
    pub version: i32,
    /// When it was entered.
    pub recorded_at: UtcTime,
}

/// Which households a list shows.
#[derive(Debug, Clone, Default)]
pub struct HouseholdFilter {
    /// Only of this unit.
    pub unit_id: Option<UnitId>,
    /// Only of these buildings: where a reach ends.
    pub within: Option<Vec<BuildingId>>,
    /// Part of the name or of the unit's number.
    pub search: Option<String>,
}

/// The households of a community on a day with their units' numbers, in order of entry.
pub fn list_households(
    conn: &mut Conn,
    (community, day): (CommunityId, LocalDate),
    filter: &HouseholdFilter,
    (after, limit): (Option<HouseholdId>, i64),
) -> QueryResult<Vec<(Household, String)>> {
    let mut query = households::table
        .inner_join(units::table.on(households::unit_id.eq(units::id)))
        .filter(units::community_id.eq(community))
        .filter(holds!(households, day))
        .select((Household::as_select(), units::code))
        .into_boxed();
    if let Some(unit) = filter.unit_id {
        query = query.filter(households::unit_id.eq(unit));
    }
    if let Some(buildings) = filter.within.clone() {
        query = query.filter(units::building_id.eq_any(buildings));
    }
    if let Some(text) = &filter.search {
        let named = households::name.like(containing(text)).escape('\\');
        query = query.filter(named.or(units::code.like(containing(text)).escape('\\')));
    }
    if let Some(after) = after {
        query = query.filter(households::id.gt(after));
    }
    query.order(households::id).limit(limit).load(conn)
}

/// Who lives in households on a day.
pub fn list_residents(
    conn: &mut Conn,
    ids: Vec<HouseholdId>,
    day: LocalDate,
) -> QueryResult<HashMap<HouseholdId, Vec<Resident>>> {
    let rows: Vec<Resident> = residents::table
        .filter(residents::household_id.eq_any(ids))
        .filter(holds!(residents, day))
        .order(residents::id)
        .select(Resident::as_select())
        .load(conn)?;
    let mut found: HashMap<HouseholdId, Vec<Resident>> = HashMap::new();
    for row in rows {
        found.entry(row.household_id).or_default().push(row);
    }
    Ok(found)
}

/// A household.
pub fn find_household(conn: &mut Conn, id: HouseholdId) -> QueryResult<Option<Household>> {
    households::table.find(id).select(Household::as_select()).first(conn).optional()
}

/// Enters a household with its residents.
pub fn insert_household(conn: &mut Conn, row: &Household, people: &[Resident]) -> QueryResult<()> {
    diesel::insert_into(households::table).values(row).execute(conn)?;
    crate::insert_many!(conn, residents::table, people)
}

/// Ends a household and whoever lives in it, if nobody changed it meanwhile.
pub fn end_household(conn: &mut Conn, row: &Household, day: LocalDate) -> QueryResult<usize> {
    diesel::update(residents::table)
        .filter(residents::household_id.eq(row.id).and(residents::valid_to.is_null()))
        .set(residents::valid_to.eq(day))
        .execute(conn)?;
    diesel::update(households::table)
        .filter(households::id.eq(row.id).and(households::version.eq(row.version)))
        .filter(households::valid_to.is_null())
        .set((households::valid_to.eq(day), households::version.eq(households::version + 1)))
        .execute(conn)
}
