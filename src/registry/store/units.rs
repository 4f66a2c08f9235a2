//! Units with their facts, owners and voters, and the history of all three.

use std::collections::HashMap;

use diesel::{
    BoolExpressionMethods, EscapeExpressionMethods, ExpressionMethods, JoinOnDsl,
    NullableExpressionMethods, OptionalExtension, QueryDsl, QueryResult, RunQueryDsl, Selectable,
    SelectableHelper, TextExpressionMethods,
};

use super::{communities::containing, holds};
use crate::{
    kernel::{
        Area, BuildingId, CommunityId, EntranceId, ImportId, LocalDate, OwnerId, OwnershipId,
        UnitFactId, UnitId, UnitVoterId, UtcTime,
    },
    platform::db::{
        Conn,
        schema::{buildings, entrances, owners, ownerships, unit_facts, unit_voters, units},
    },
    registry::model::{AreaSource, CoOwnership, OwnerKind, UnitUse},
};

/// An exclusive unit 专有部分.
#[derive(Debug, Clone, diesel::Queryable, Selectable, diesel::Insertable)]
#[diesel(table_name = units)]
pub struct Unit {
    /// The unit.
    pub id: UnitId,
    /// Its community.
    pub community_id: CommunityId,
    /// Its building.
    pub building_id: BuildingId,
    /// Its entrance.
    pub entrance_id: Option<EntranceId>,
    /// 房号.
    pub code: String,
    /// For `If-Match`.
    pub version: i32,
    /// When it was entered.
    pub created_at: UtcTime,
}

/// What is true of a unit for a time `[valid_from, valid_to)`.
#[derive(Debug, Clone, diesel::Queryable, Selectable, diesel::Insertable)]
#[diesel(table_name = unit_facts)]
pub struct UnitFacts {
    /// The period.
    pub id: UnitFactId,
    /// The unit.
    pub unit_id: UnitId,
    /// 用途.
    pub unit_use: UnitUse,
    /// 专有部分面积.
    pub area: Option<Area>,
    /// 面积来源.
    pub area_source: Option<AreaSource>,
    /// 已交付.
    pub delivered: bool,
    /// 建设单位.
    pub developer_id: Option<OwnerId>,
    /// The first day.
    pub valid_from: LocalDate,
    /// The day after the last.
    pub valid_to: Option<LocalDate>,
    /// Why the period began.
    pub reason: String,
    /// The import that began it.
    pub import_id: Option<ImportId>,
    /// The import that ended it.
    pub ended_by_id: Option<ImportId>,
    /// When it was entered.
    pub recorded_at: UtcTime,
}

/// That somebody owns a unit for a time.
#[derive(Debug, Clone, diesel::Queryable, Selectable, diesel::Insertable)]
#[diesel(table_name = ownerships)]
pub struct Ownership {
    /// The period.
    pub id: OwnershipId,
    /// The unit.
    pub unit_id: UnitId,
    /// The owner.
    pub owner_id: OwnerId,
    /// 共有情况.
    pub co_ownership: Option<CoOwnership>,
    /// The first day.
    pub valid_from: LocalDate,
    /// The day after the last.
    pub valid_to: Option<LocalDate>,
    /// Why the period began.
    pub reason: String,
    /// The import that began it.
    pub import_id: Option<ImportId>,
    /// The import that ended it.
    pub ended_by_id: Option<ImportId>,
    /// When it was entered.
    pub recorded_at: UtcTime,
}

/// Whom the co-owners of a unit agreed on to vote, for a time.
#[derive(Debug, Clone, diesel::Queryable, Selectable, diesel::Insertable)]
#[diesel(table_name = unit_voters)]
pub struct UnitVoter {
    /// The period.
    pub id: UnitVoterId,
    /// The unit.
    pub unit_id: UnitId,
    /// The owner.
    pub owner_id: OwnerId,
    /// The first day.
    pub valid_from: LocalDate,
    /// The day after the last.
    pub valid_to: Option<LocalDate>,
    /// What shows the agreement.
    pub evidence: String,
    /// When it was entered.
    pub recorded_at: UtcTime,
}

/// A unit on a day.
#[derive(Debug, Clone)]
pub struct UnitOnDay {
    /// The unit.
    pub unit: Unit,
    /// Its building's name.
    pub building: String,
    /// Its entrance's name.
    pub entrance: Option<String>,
    /// What is true of it.
    pub facts: UnitFacts,
}

/// An owner of a unit on a day.
#[derive(Debug, Clone)]
pub struct Holder {
    /// The owner.
    pub owner_id: OwnerId,
    /// Person, organization or developer.
    pub kind: OwnerKind,
    /// The name in full; mask it before it leaves the server.
    pub name: String,
    /// The last four characters of the number.
    pub identity_tail: String,
    /// Whether a phone or e-mail is known.
    pub has_contact: bool,
    /// 共有情况.
    pub co_ownership: Option<CoOwnership>,
    /// Since when.
    pub since: LocalDate,
}

/// Which units a list shows.
#[derive(Debug, Clone, Default)]
pub struct UnitFilter {
    /// Part of the number.
    pub code: Option<String>,
    /// Only of this building.
    pub building_id: Option<BuildingId>,
    /// Only of these buildings: where a reach ends.
    pub within: Option<Vec<BuildingId>>,
    /// Only of this use.
    pub unit_use: Option<UnitUse>,
    /// Only of this owner.
    pub owner_id: Option<OwnerId>,
    /// Only those of which no owner has a phone or e-mail.
    pub without_contact: bool,
}

/// The units of a community on a day, in order of entry.
pub fn list_units(
    conn: &mut Conn,
    (community, day): (CommunityId, LocalDate),
    filter: &UnitFilter,
    (after, limit): (Option<UnitId>, i64),
) -> QueryResult<Vec<UnitOnDay>> {
    let mut query = units::table
        .inner_join(buildings::table)
        .left_join(entrances::table)
        .inner_join(unit_facts::table.on(unit_facts::unit_id.eq(units::id)))
        .filter(units::community_id.eq(community))
        .filter(holds!(unit_facts, day))
        .select((
            Unit::as_select(),
            buildings::name,
            entrances::name.nullable(),
            UnitFacts::as_select(),
        ))
        .into_boxed();
    if let Some(code) = &filter.code {
        query = query.filter(units::code.like(containing(code)).escape('\\'));
    }
    if let Some(building) = filter.building_id {
        query = query.filter(units::building_id.eq(building));
    }
    if let Some(buildings) = filter.within.clone() {
        query = query.filter(units::building_id.eq_any(buildings));
    }
    if let Some(unit_use) = filter.unit_use {
        query = query.filter(unit_facts::unit_use.eq(unit_use));
    }
    if let Some(owner) = filter.owner_id {
        let held = ownerships::table
            .filter(ownerships::owner_id.eq(owner))
            .filter(holds!(ownerships, day))
            .select(ownerships::unit_id);
        query = query.filter(units::id.eq_any(held));
    }
    if filter.without_contact {
        let reached = ownerships::table
            .inner_join(owners::table)
            .filter(holds!(ownerships, day))
            .filter(owners::phone_index.is_not_null().or(owners::email_index.is_not_null()))
            .select(ownerships::unit_id);
        query = query.filter(units::id.ne_all(reached));
    }
    if let Some(after) = after {
        query = query.filter(units::id.gt(after));
    }
    let rows: Vec<(Unit, String, Option<String>, UnitFacts)> =
        query.order(units::id).limit(limit).load(conn)?;
    Ok(rows.into_iter().map(on_day).collect())
}

fn on_day(
    (unit, building, entrance, facts): (Unit, String, Option<String>, UnitFacts),
) -> UnitOnDay {
    UnitOnDay { unit, building, entrance, facts }
}

/// A unit on a day.
pub fn find_unit_on(conn: &mut Conn, id: UnitId, day: LocalDate) -> QueryResult<Option<UnitOnDay>> {
    let row: Option<(Unit, String, Option<String>, UnitFacts)> = units::table
        .inner_join(buildings::table)
        .left_join(entrances::table)
        .inner_join(unit_facts::table.on(unit_facts::unit_id.eq(units::id)))
        .filter(units::id.eq(id))
        .filter(holds!(unit_facts, day))
        .select((
            Unit::as_select(),
            buildings::name,
            entrances::name.nullable(),
            UnitFacts::as_select(),
        ))
        .first(conn)
        .optional()?;
    Ok(row.map(on_day))
}

type HolderColumns = (
    UnitId,
    OwnerId,
    OwnerKind,
    String,
    String,
    (Option<String>, Option<String>),
    Option<CoOwnership>,
    LocalDate,
);

/// The owners of units on a day.
pub fn list_holders(
    conn: &mut Conn,
    ids: Vec<UnitId>,
    day: LocalDate,
) -> QueryResult<HashMap<UnitId, Vec<Holder>>> {
    let rows: Vec<HolderColumns> = ownerships::table
        .inner_join(owners::table)
        .filter(ownerships::unit_id.eq_any(ids))
        .filter(holds!(ownerships, day))
        .order(ownerships::id)
        .select((
            ownerships::unit_id,
            owners::id,
            owners::kind,
            owners::name,
            owners::identity_tail,
            (owners::phone_index, owners::email_index),
            ownerships::co_ownership,
            ownerships::valid_from,
        ))
        .load(conn)?;
    let mut holders: HashMap<UnitId, Vec<Holder>> = HashMap::new();
    for (unit, owner_id, kind, name, identity_tail, contact, co_ownership, since) in rows {
        holders.entry(unit).or_default().push(Holder {
            owner_id,
            kind,
            name,
            identity_tail,
            has_contact: contact.0.is_some() || contact.1.is_some(),
            co_ownership,
            since,
        });
    }
    Ok(holders)
}

/// The agreed voters of units on a day.
pub fn list_voters(
    conn: &mut Conn,
    ids: Vec<UnitId>,
    day: LocalDate,
) -> QueryResult<HashMap<UnitId, OwnerId>> {
    let rows: Vec<(UnitId, OwnerId)> = unit_voters::table
        .filter(unit_voters::unit_id.eq_any(ids))
        .filter(holds!(unit_voters, day))
        .select((unit_voters::unit_id, unit_voters::owner_id))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// The periods of a unit: facts, ownerships with the owners' names, voters.
pub type UnitHistory = (Vec<UnitFacts>, Vec<(Ownership, String)>, Vec<UnitVoter>);

/// All periods of a unit, newest first: facts, ownerships with the owners' names, voters.
pub fn load_history(conn: &mut Conn, id: UnitId) -> QueryResult<UnitHistory> {
    let facts = unit_facts::table
        .filter(unit_facts::unit_id.eq(id))
        .order(unit_facts::id.desc())
        .select(UnitFacts::as_select())
        .load(conn)?;
    let held = ownerships::table
        .inner_join(owners::table)
        .filter(ownerships::unit_id.eq(id))
        .order(ownerships::id.desc())
        .select((Ownership::as_select(), owners::name))
        .load(conn)?;
    let voters = unit_voters::table
        .filter(unit_voters::unit_id.eq(id))
        .order(unit_voters::id.desc())
        .select(UnitVoter::as_select())
        .load(conn)?;
    Ok((facts, held, voters))
}

/// A unit.
pub fn find_unit(conn: &mut Conn, id: UnitId) -> QueryResult<Option<Unit>> {
    units::table.find(id).select(Unit::as_select()).first(conn).optional()
}

/// Raises a unit's version if nobody changed it meanwhile.
pub fn touch_unit(conn: &mut Conn, unit: &Unit) -> QueryResult<usize> {
    diesel::update(units::table)
        .filter(units::id.eq(unit.id).and(units::version.eq(unit.version)))
        .set(units::version.eq(units::version + 1))
        .execute(conn)
}

/// The facts that hold without an end.
pub fn find_open_facts(conn: &mut Conn, id: UnitId) -> QueryResult<Option<UnitFacts>> {
    unit_facts::table
        .filter(unit_facts::unit_id.eq(id).and(unit_facts::valid_to.is_null()))
        .select(UnitFacts::as_select())
        .first(conn)
        .optional()
}

/// The ownerships that hold without an end.
pub fn list_open_ownerships(conn: &mut Conn, id: UnitId) -> QueryResult<Vec<Ownership>> {
    ownerships::table
        .filter(ownerships::unit_id.eq(id).and(ownerships::valid_to.is_null()))
        .order(ownerships::id)
        .select(Ownership::as_select())
        .load(conn)
}

/// The voter who is agreed on without an end.
pub fn find_open_voter(conn: &mut Conn, id: UnitId) -> QueryResult<Option<UnitVoter>> {
    unit_voters::table
        .filter(unit_voters::unit_id.eq(id).and(unit_voters::valid_to.is_null()))
        .select(UnitVoter::as_select())
        .first(conn)
        .optional()
}

/// Ends the open facts and begins others.
pub fn replace_facts(conn: &mut Conn, new: &UnitFacts) -> QueryResult<()> {
    diesel::update(unit_facts::table)
        .filter(unit_facts::unit_id.eq(new.unit_id).and(unit_facts::valid_to.is_null()))
        .set(unit_facts::valid_to.eq(new.valid_from))
        .execute(conn)?;
    diesel::insert_into(unit_facts::table).values(new).execute(conn).map(|_| ())
}

/// Ends the open ownerships on a day and begins others.
pub fn replace_ownerships(
    conn: &mut Conn,
    (unit, day): (UnitId, LocalDate),
    new: &[Ownership],
) -> QueryResult<()> {
    diesel::update(ownerships::table)
        .filter(ownerships::unit_id.eq(unit).and(ownerships::valid_to.is_null()))
        .set(ownerships::valid_to.eq(day))
        .execute(conn)?;
    crate::insert_many!(conn, ownerships::table, new)
}

/// Ends the open agreement on a voter on a day and begins another, if any.
pub fn replace_voter(
    conn: &mut Conn,
    (unit, day): (UnitId, LocalDate),
    new: Option<&UnitVoter>,
) -> QueryResult<()> {
    diesel::update(unit_voters::table)
        .filter(unit_voters::unit_id.eq(unit).and(unit_voters::valid_to.is_null()))
        .set(unit_voters::valid_to.eq(day))
        .execute(conn)?;
    match new {
        Some(new) => diesel::insert_into(unit_voters::table).values(new).execute(conn).map(|_| ()),
        None => Ok(()),
    }
}
