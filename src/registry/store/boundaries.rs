//! Mergers and splits of communities, and where buildings belonged before. The migration documents
//! the columns.

use std::collections::HashMap;

use diesel::{
    BoolExpressionMethods, ExpressionMethods, IntoSql, OptionalExtension, QueryDsl, QueryResult,
    RunQueryDsl, Selectable, SelectableHelper, TextExpressionMethods, sql_types::Text,
};

use super::communities::{Building, Community};
use crate::{
    kernel::{
        AccountId, BoundaryChangeId, BoundaryTargetId, BuildingId, BuildingPeriodId, CommunityId,
        CompositeId, LocalDate, ProposalState, UtcTime,
    },
    platform::db::{
        Conn,
        schema::{
            boundary_changes, boundary_parts, boundary_sources, boundary_targets, building_periods,
            buildings, communities, units,
        },
    },
    registry::model::BoundaryKind,
};

/// A merger or split.
#[derive(Debug, Clone, diesel::Queryable, Selectable, diesel::Insertable)]
#[diesel(table_name = boundary_changes)]
#[diesel(treat_none_as_default_value = false)]
pub struct ChangeRow {
    pub id: BoundaryChangeId,
    pub kind: BoundaryKind,
    pub effective_on: LocalDate,
    pub document_number: String,
    pub reason: String,
    pub decision_id: Option<CompositeId>,
    pub proposed_by: AccountId,
    pub proposed_name: String,
    pub proposed_at: UtcTime,
    pub confirmed_by: Option<AccountId>,
    pub confirmed_name: Option<String>,
    pub confirmed_at: Option<UtcTime>,
    pub withdrawn_name: Option<String>,
    pub withdrawn_at: Option<UtcTime>,
}

impl ChangeRow {
    /// Where it stands.
    #[must_use]
    pub const fn state(&self) -> ProposalState {
        ProposalState::of(self.confirmed_at, self.withdrawn_at)
    }
}

/// A community that ends.
#[derive(Debug, Clone, diesel::Queryable, Selectable, diesel::Insertable)]
#[diesel(table_name = boundary_sources)]
pub struct SourceRow {
    pub change_id: BoundaryChangeId,
    pub community_id: CommunityId,
    pub prefix: String,
}

/// A community that begins.
#[derive(Debug, Clone, diesel::Queryable, Selectable, diesel::Insertable)]
#[diesel(table_name = boundary_targets)]
#[diesel(treat_none_as_default_value = false)]
pub struct TargetRow {
    pub id: BoundaryTargetId,
    pub change_id: BoundaryChangeId,
    pub position: i32,
    pub name: String,
    pub division_code: String,
    pub community_id: Option<CommunityId>,
}

/// Which building goes where.
#[derive(Debug, Clone, Copy, diesel::Queryable, Selectable, diesel::Insertable)]
#[diesel(table_name = boundary_parts)]
pub struct PartRow {
    pub target_id: BoundaryTargetId,
    pub building_id: BuildingId,
}

/// A period in which a building belonged to another community.
#[derive(Debug, Clone, diesel::Queryable, Selectable, diesel::Insertable)]
#[diesel(table_name = building_periods)]
#[diesel(treat_none_as_default_value = false)]
pub struct PeriodRow {
    pub id: BuildingPeriodId,
    pub building_id: BuildingId,
    pub community_id: CommunityId,
    pub building_name: String,
    pub valid_from: Option<LocalDate>,
    pub valid_to: LocalDate,
    pub change_id: BoundaryChangeId,
}

/// Keeps a proposal.
pub fn insert_change(
    conn: &mut Conn,
    row: &ChangeRow,
    (sources, targets, parts): (&[SourceRow], &[TargetRow], &[PartRow]),
) -> QueryResult<()> {
    diesel::insert_into(boundary_changes::table).values(row).execute(conn)?;
    crate::insert_many!(&mut *conn, boundary_sources::table, sources)?;
    crate::insert_many!(&mut *conn, boundary_targets::table, targets)?;
    crate::insert_many!(conn, boundary_parts::table, parts)
}

/// The merger or split of that id.
pub fn find_change(conn: &mut Conn, id: BoundaryChangeId) -> QueryResult<Option<ChangeRow>> {
    boundary_changes::table.find(id).select(ChangeRow::as_select()).first(conn).optional()
}

/// The day of the change that a community began with.
pub fn find_beginning(conn: &mut Conn, id: CommunityId) -> QueryResult<Option<LocalDate>> {
    boundary_targets::table
        .inner_join(boundary_changes::table)
        .filter(boundary_targets::community_id.eq(id))
        .select(boundary_changes::effective_on)
        .first(conn)
        .optional()
}

/// The mergers and splits that a community ended or began with, or that were proposed, oldest first.
pub fn list_changes(conn: &mut Conn, id: CommunityId) -> QueryResult<Vec<ChangeRow>> {
    let ended = boundary_sources::table
        .filter(boundary_sources::community_id.eq(id))
        .select(boundary_sources::change_id);
    let began = boundary_targets::table
        .filter(boundary_targets::community_id.eq(id))
        .select(boundary_targets::change_id);
    boundary_changes::table
        .filter(boundary_changes::id.eq_any(ended).or(boundary_changes::id.eq_any(began)))
        .order(boundary_changes::id)
        .select(ChangeRow::as_select())
        .load(conn)
}

/// Which of these communities a proposal names that still waits.
pub fn list_proposed(conn: &mut Conn, ids: &[CommunityId]) -> QueryResult<Vec<CommunityId>> {
    boundary_sources::table
        .inner_join(boundary_changes::table)
        .filter(boundary_sources::community_id.eq_any(ids))
        .filter(boundary_changes::confirmed_at.is_null())
        .filter(boundary_changes::withdrawn_at.is_null())
        .select(boundary_sources::community_id)
        .load(conn)
}

/// The communities that end with a change, with what the change says of each.
pub fn list_sources(
    conn: &mut Conn,
    id: BoundaryChangeId,
) -> QueryResult<Vec<(SourceRow, Community)>> {
    boundary_sources::table
        .inner_join(communities::table)
        .filter(boundary_sources::change_id.eq(id))
        .order(communities::id)
        .select((SourceRow::as_select(), Community::as_select()))
        .load(conn)
}

/// The communities that begin with a change.
pub fn list_targets(conn: &mut Conn, id: BoundaryChangeId) -> QueryResult<Vec<TargetRow>> {
    boundary_targets::table
        .filter(boundary_targets::change_id.eq(id))
        .order(boundary_targets::position)
        .select(TargetRow::as_select())
        .load(conn)
}

/// Which building goes where, in a split.
pub fn list_parts(conn: &mut Conn, id: BoundaryChangeId) -> QueryResult<Vec<PartRow>> {
    boundary_parts::table
        .inner_join(boundary_targets::table)
        .filter(boundary_targets::change_id.eq(id))
        .select(PartRow::as_select())
        .load(conn)
}

/// The buildings of several communities, by name.
pub fn list_buildings(conn: &mut Conn, ids: &[CommunityId]) -> QueryResult<Vec<Building>> {
    buildings::table
        .filter(buildings::community_id.eq_any(ids))
        .order((buildings::community_id, buildings::name))
        .select(Building::as_select())
        .load(conn)
}

/// The buildings of these ids.
pub fn list_some_buildings(conn: &mut Conn, ids: &[BuildingId]) -> QueryResult<Vec<Building>> {
    buildings::table.filter(buildings::id.eq_any(ids)).select(Building::as_select()).load(conn)
}

/// The numbers of the units in some buildings.
pub fn list_unit_codes(
    conn: &mut Conn,
    ids: &[BuildingId],
) -> QueryResult<Vec<(BuildingId, String)>> {
    units::table
        .filter(units::building_id.eq_any(ids))
        .select((units::building_id, units::code))
        .load(conn)
}

/// The periods that ended for some buildings, in their order.
pub fn list_periods(conn: &mut Conn, ids: &[BuildingId]) -> QueryResult<Vec<PeriodRow>> {
    building_periods::table
        .filter(building_periods::building_id.eq_any(ids))
        .order((building_periods::valid_to, building_periods::id))
        .select(PeriodRow::as_select())
        .load(conn)
}

/// The periods that ended for the buildings of a community, in their order.
pub fn list_periods_in(conn: &mut Conn, id: CommunityId) -> QueryResult<Vec<PeriodRow>> {
    building_periods::table
        .filter(building_periods::community_id.eq(id))
        .order((building_periods::valid_to, building_periods::id))
        .select(PeriodRow::as_select())
        .load(conn)
}

/// The periods that a change ended.
pub fn list_periods_of(conn: &mut Conn, id: BoundaryChangeId) -> QueryResult<Vec<PeriodRow>> {
    building_periods::table
        .filter(building_periods::change_id.eq(id))
        .order((building_periods::community_id, building_periods::building_name))
        .select(PeriodRow::as_select())
        .load(conn)
}

/// Communities by their ids.
pub fn list_communities_by_id(
    conn: &mut Conn,
    ids: &[CommunityId],
) -> QueryResult<HashMap<CommunityId, Community>> {
    let rows: Vec<Community> = communities::table
        .filter(communities::id.eq_any(ids))
        .select(Community::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// Keeps periods.
pub fn insert_periods(conn: &mut Conn, rows: &[PeriodRow]) -> QueryResult<()> {
    crate::insert_many!(conn, building_periods::table, rows)
}

/// Moves buildings with their units into a community; the prefix goes before their names.
pub fn move_buildings(
    conn: &mut Conn,
    (to, prefix): (CommunityId, &str),
    ids: &[BuildingId],
) -> QueryResult<()> {
    diesel::update(buildings::table.filter(buildings::id.eq_any(ids)))
        .set((
            buildings::community_id.eq(to),
            buildings::name.eq(prefix.into_sql::<Text>().concat(buildings::name)),
            buildings::version.eq(buildings::version + 1),
        ))
        .execute(conn)?;
    diesel::update(units::table.filter(units::building_id.eq_any(ids)))
        .set((
            units::community_id.eq(to),
            units::code.eq(prefix.into_sql::<Text>().concat(units::code)),
            units::version.eq(units::version + 1),
        ))
        .execute(conn)
        .map(|_| ())
}

/// Ends communities on a day.
pub fn end_communities(conn: &mut Conn, ids: &[CommunityId], day: LocalDate) -> QueryResult<()> {
    diesel::update(communities::table.filter(communities::id.eq_any(ids)))
        .set((communities::ended_on.eq(day), communities::version.eq(communities::version + 1)))
        .execute(conn)
        .map(|_| ())
}

/// Names the community that a target became.
pub fn set_target(
    conn: &mut Conn,
    id: BoundaryTargetId,
    community: CommunityId,
) -> QueryResult<()> {
    diesel::update(boundary_targets::table.filter(boundary_targets::id.eq(id)))
        .set(boundary_targets::community_id.eq(community))
        .execute(conn)
        .map(|_| ())
}

/// Confirms a proposal that waits; whether it waited.
pub fn set_confirmed(
    conn: &mut Conn,
    id: BoundaryChangeId,
    (by, name, at): (AccountId, &str, UtcTime),
) -> QueryResult<bool> {
    diesel::update(boundary_changes::table.filter(boundary_changes::id.eq(id)))
        .filter(boundary_changes::confirmed_at.is_null())
        .filter(boundary_changes::withdrawn_at.is_null())
        .set((
            boundary_changes::confirmed_by.eq(by),
            boundary_changes::confirmed_name.eq(name),
            boundary_changes::confirmed_at.eq(at),
        ))
        .execute(conn)
        .map(|rows| rows == 1)
}

/// Withdraws a proposal that waits; whether it waited.
pub fn set_withdrawn(
    conn: &mut Conn,
    id: BoundaryChangeId,
    (name, at): (&str, UtcTime),
) -> QueryResult<bool> {
    diesel::update(boundary_changes::table.filter(boundary_changes::id.eq(id)))
        .filter(boundary_changes::confirmed_at.is_null())
        .filter(boundary_changes::withdrawn_at.is_null())
        .set((boundary_changes::withdrawn_name.eq(name), boundary_changes::withdrawn_at.eq(at)))
        .execute(conn)
        .map(|rows| rows == 1)
}
