//! Divisions, communities, buildings, entrances.

use diesel::{
    BoolExpressionMethods, BoxableExpression, EscapeExpressionMethods, ExpressionMethods,
    JoinOnDsl, OptionalExtension, QueryDsl, QueryResult, RunQueryDsl, Selectable, SelectableHelper,
    TextExpressionMethods, sql_types::Bool,
};

use crate::{
    kernel::{BuildingId, CommunityId, EntranceId, LocalDate, UnitId, UtcTime},
    platform::{
        auth::{Place, Reach},
        db::{
            AnyDb, Conn, MultiBackend,
            schema::{buildings, communities, divisions, entrances, unit_facts, units},
        },
    },
    registry::model::UnitUse,
};

/// A division 区划.
#[derive(Debug, Clone, diesel::Queryable, Selectable, diesel::Insertable)]
#[diesel(table_name = divisions)]
pub struct Division {
    /// Its code (GB/T 2260, GB/T 10114): 2, 4, 6, 9 or 12 digits.
    pub code: String,
    /// Its name.
    pub name: String,
}

/// A community 小区 with the facts of its survey 摸底.
#[derive(Debug, Clone, diesel::Queryable, Selectable, diesel::Insertable)]
#[diesel(table_name = communities)]
pub struct Community {
    /// The community.
    pub id: CommunityId,
    /// Its division.
    pub division_code: String,
    /// Its name.
    pub name: String,
    /// Its address.
    pub address: Option<String>,
    /// 建成年份.
    pub built_year: Option<i32>,
    /// 结构 (brick-concrete, frame …).
    pub structure: Option<String>,
    /// 设施, a JSON list of words.
    pub facilities: String,
    /// 隐患, a JSON list of words.
    pub hazards: String,
    /// Anything else.
    pub notes: Option<String>,
    /// Rises with every change of the register.
    pub register_version: i64,
    /// For `If-Match`.
    pub version: i32,
    /// When it was entered.
    pub created_at: UtcTime,
    /// When it ended by a merger or split.
    pub ended_on: Option<LocalDate>,
}

/// A building 楼栋.
#[derive(Debug, Clone, diesel::Queryable, Selectable, diesel::Insertable)]
#[diesel(table_name = buildings)]
pub struct Building {
    /// The building.
    pub id: BuildingId,
    /// Its community.
    pub community_id: CommunityId,
    /// Its name, as on the register.
    pub name: String,
    /// For `If-Match`.
    pub version: i32,
}

/// An entrance 单元 of a building.
#[derive(Debug, Clone, diesel::Queryable, Selectable, diesel::Insertable)]
#[diesel(table_name = entrances)]
pub struct Entrance {
    /// The entrance.
    pub id: EntranceId,
    /// Its building.
    pub building_id: BuildingId,
    /// Its name, as on the register.
    pub name: String,
}

type Condition = Box<dyn BoxableExpression<communities::table, MultiBackend, SqlType = Bool>>;

/// The communities in which a reach covers at least a building.
fn within(reach: &Reach) -> Condition {
    if reach.is_everything() {
        return Box::new(communities::id.eq(communities::id));
    }
    let touched = buildings::table
        .filter(buildings::id.eq_any(reach.buildings()))
        .select(buildings::community_id);
    let named = communities::id.eq_any(reach.communities()).or(communities::id.eq_any(touched));
    reach.divisions().into_iter().fold(Box::new(named), |condition: Condition, prefix| {
        Box::new(condition.or(communities::division_code.like(format!("{prefix}%"))))
    })
}

/// `%text%` with what LIKE would read as its own signs made plain; use with `escape('\\')`.
pub(super) fn containing(text: &str) -> String {
    let plain = text.trim().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{plain}%")
}

/// The communities within reach, in order of entry.
pub fn list_communities(
    conn: &mut Conn,
    reach: &Reach,
    (search, division): (Option<&str>, Option<&str>),
    (after, limit): (Option<CommunityId>, i64),
) -> QueryResult<Vec<Community>> {
    let mut query = communities::table.filter(within(reach)).into_boxed();
    if let Some(search) = search {
        let named = communities::name.like(containing(search)).escape('\\');
        query = query.filter(named);
    }
    if let Some(division) = division {
        query = query.filter(communities::division_code.like(format!("{division}%")));
    }
    if let Some(after) = after {
        query = query.filter(communities::id.gt(after));
    }
    query.order(communities::id).limit(limit).select(Community::as_select()).load(conn)
}

/// A community within reach.
pub fn find_community(
    conn: &mut Conn,
    reach: &Reach,
    id: CommunityId,
) -> QueryResult<Option<Community>> {
    communities::table
        .filter(communities::id.eq(id))
        .filter(within(reach))
        .select(Community::as_select())
        .first(conn)
        .optional()
}

/// The communities of exactly this name, with their divisions.
pub fn list_communities_named(
    conn: &mut Conn,
    name: &str,
) -> QueryResult<Vec<(CommunityId, String)>> {
    communities::table
        .filter(communities::name.eq(name))
        .select((communities::id, communities::division_code))
        .load(conn)
}

/// Where a unit lies.
pub fn find_unit_place(conn: &mut Conn, id: UnitId) -> QueryResult<Option<Place>> {
    let found = units::table
        .inner_join(communities::table)
        .filter(units::id.eq(id))
        .select((communities::division_code, communities::id, units::building_id))
        .first::<(String, CommunityId, BuildingId)>(conn)
        .optional()?;
    Ok(found.map(|(division_code, community, building)| Place {
        division_code,
        community_id: Some(community),
        building_id: Some(building),
    }))
}

/// Whether any community was entered yet.
pub fn has_communities(conn: &mut Conn) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(communities::table.select(communities::id))).get_result(conn)
}

/// Enters a community.
pub fn insert_community(conn: &mut Conn, row: &Community) -> QueryResult<()> {
    diesel::insert_into(communities::table).values(row).execute(conn).map(|_| ())
}

/// Writes a community's changed columns if nobody changed it meanwhile.
pub fn set_community(conn: &mut Conn, row: &Community) -> QueryResult<usize> {
    diesel::update(communities::table)
        .filter(communities::id.eq(row.id).and(communities::version.eq(row.version)))
        .set((
            communities::name.eq(&row.name),
            communities::address.eq(&row.address),
            communities::built_year.eq(row.built_year),
            communities::structure.eq(&row.structure),
            communities::facilities.eq(&row.facilities),
            communities::hazards.eq(&row.hazards),
            communities::notes.eq(&row.notes),
            communities::version.eq(communities::version + 1),
        ))
        .execute(conn)
}

/// The register's version; every change of it raises it by one.
pub fn register_version(conn: &mut Conn, id: CommunityId) -> QueryResult<i64> {
    communities::table
        .filter(communities::id.eq(id))
        .select(communities::register_version)
        .first(conn)
}

/// Raises the register's version and gives the new one.
pub fn raise_register_version(conn: &mut Conn, id: CommunityId) -> QueryResult<i64> {
    diesel::update(communities::table.filter(communities::id.eq(id)))
        .set(communities::register_version.eq(communities::register_version + 1))
        .returning(communities::register_version)
        .get_result(conn)
}

/// The divisions whose code or name begins so.
pub fn list_divisions(
    conn: &mut Conn,
    (prefix, search): (Option<&str>, Option<&str>),
    (after, limit): (Option<String>, i64),
) -> QueryResult<Vec<Division>> {
    let mut query = divisions::table.into_boxed();
    if let Some(prefix) = prefix {
        query = query.filter(divisions::code.like(format!("{prefix}%")));
    }
    if let Some(search) = search {
        query = query.filter(divisions::name.like(containing(search)).escape('\\'));
    }
    if let Some(after) = after {
        query = query.filter(divisions::code.gt(after));
    }
    query.order(divisions::code).limit(limit).select(Division::as_select()).load(conn)
}

/// A division by its code.
pub fn find_division(conn: &mut Conn, code: &str) -> QueryResult<Option<Division>> {
    divisions::table.find(code).select(Division::as_select()).first(conn).optional()
}

/// Enters or renames a division.
pub fn upsert_division(conn: &mut Conn, row: &Division) -> QueryResult<()> {
    let statement = diesel::insert_into(divisions::table)
        .values(row)
        .on_conflict(divisions::code)
        .do_update()
        .set(divisions::name.eq(&row.name));
    AnyDb(statement).execute(conn).map(|_| ())
}

/// The buildings of a community.
pub fn list_buildings(conn: &mut Conn, id: CommunityId) -> QueryResult<Vec<Building>> {
    buildings::table
        .filter(buildings::community_id.eq(id))
        .order(buildings::id)
        .select(Building::as_select())
        .load(conn)
}

/// The entrances of a community's buildings.
pub fn list_entrances(conn: &mut Conn, id: CommunityId) -> QueryResult<Vec<Entrance>> {
    entrances::table
        .inner_join(buildings::table)
        .filter(buildings::community_id.eq(id))
        .order(entrances::id)
        .select(Entrance::as_select())
        .load(conn)
}

/// How many units of each use each building has on a day.
pub fn count_units(
    conn: &mut Conn,
    id: CommunityId,
    day: LocalDate,
) -> QueryResult<Vec<(BuildingId, UnitUse, i64)>> {
    units::table
        .inner_join(unit_facts::table.on(unit_facts::unit_id.eq(units::id)))
        .filter(units::community_id.eq(id))
        .filter(super::holds!(unit_facts, day))
        .group_by((units::building_id, unit_facts::unit_use))
        .select((units::building_id, unit_facts::unit_use, diesel::dsl::count_star()))
        .load(conn)
}

/// Enters buildings and entrances.
pub fn insert_buildings(
    conn: &mut Conn,
    new_buildings: &[Building],
    new_entrances: &[Entrance],
) -> QueryResult<()> {
    crate::insert_many!(&mut *conn, buildings::table, new_buildings)?;
    crate::insert_many!(conn, entrances::table, new_entrances)
}
