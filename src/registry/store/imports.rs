//! Import batches, their faults and previews.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, QueryResult,
    RunQueryDsl, Selectable, SelectableHelper,
};

use crate::{
    kernel::{
        Area, BuildingId, CommunityId, EntranceId, ImportFaultId, ImportId, LocalDate, OwnerId,
        UnitFactId, UnitId, UtcTime,
    },
    platform::db::{
        Conn,
        schema::{import_faults, import_units, imports},
    },
    registry::{
        model::{AreaSource, ImportState, UnitChange, UnitUse},
        register_file::RowFault,
    },
};

/// A batch.
#[derive(Debug, Clone, diesel::Queryable, Selectable, diesel::Insertable)]
#[diesel(table_name = imports)]
pub struct Import {
    /// The batch.
    pub id: ImportId,
    /// Whose register.
    pub community_id: CommunityId,
    /// The file's name as it was sent.
    pub file_name: String,
    /// SHA-256 of the file.
    pub file_digest: String,
    /// Where it stands.
    pub state: ImportState,
    /// Lines of the file; an estimate while it is read.
    pub lines_total: i64,
    /// Lines read so far.
    pub lines_read: i64,
    /// Units that the register does not have.
    pub units_new: i64,
    /// Units of which something differs.
    pub units_changed: i64,
    /// Units of which nothing differs.
    pub units_unchanged: i64,
    /// Units that the file does not have.
    pub units_vanished: i64,
    /// Faults of the file.
    pub fault_count: i64,
    /// What was left out or should be looked at, a JSON list.
    pub notes: String,
    /// The register's version that the preview compared with.
    pub register_version: i64,
    /// The register's version that the commit made.
    pub committed_version: Option<i64>,
    /// From which day on the file holds.
    pub effective_on: LocalDate,
    /// Whoever sent it.
    pub created_by: String,
    /// When it was sent.
    pub created_at: UtcTime,
    /// When it was committed.
    pub committed_at: Option<UtcTime>,
    /// When it was undone.
    pub undone_at: Option<UtcTime>,
    /// Why reading ended.
    pub failure: Option<String>,
    /// Rises with each step.
    pub version: i32,
}

/// A staged unit: the preview's row, and what the commit writes.
#[derive(Debug, Clone, diesel::Queryable, Selectable, diesel::Insertable)]
#[diesel(table_name = import_units)]
pub struct ImportUnit {
    /// Becomes the id of the unit's facts.
    pub id: UnitFactId,
    /// The batch.
    pub import_id: ImportId,
    /// The unit's id, or the one that it will have.
    pub unit_id: UnitId,
    /// The line; 0 for a vanished unit.
    pub line: i64,
    /// The sheet; empty in a CSV file.
    pub sheet: String,
    /// 房号.
    pub code: String,
    /// 楼栋.
    pub building: String,
    /// The building's id, or the one that it will have.
    pub building_id: BuildingId,
    /// 单元.
    pub entrance: Option<String>,
    /// The entrance's id, or the one that it will have.
    pub entrance_id: Option<EntranceId>,
    /// 用途.
    pub unit_use: UnitUse,
    /// 面积.
    pub area: Option<Area>,
    /// 面积来源.
    pub area_source: Option<AreaSource>,
    /// 已交付.
    pub delivered: bool,
    /// 建设单位.
    pub developer_id: Option<OwnerId>,
    /// What the commit would do.
    pub change: UnitChange,
    /// Which columns differ, a JSON list.
    pub differences: String,
    /// Whether the register has never had the unit.
    pub is_new_unit: bool,
    /// Whether its facts must be written.
    pub has_new_facts: bool,
    /// Whether ownerships must be ended or begun.
    pub has_new_owners: bool,
}

#[derive(diesel::Queryable, Selectable, diesel::Insertable)]
#[diesel(table_name = import_faults)]
struct FaultRow {
    id: ImportFaultId,
    import_id: ImportId,
    sheet: String,
    line: i64,
    column_name: String,
    code: String,
    message: String,
    message_en: String,
    masked_value: String,
}

/// Opens a batch.
pub fn insert_import(conn: &mut Conn, row: &Import) -> QueryResult<()> {
    diesel::insert_into(imports::table).values(row).execute(conn).map(|_| ())
}

/// A batch.
pub fn find_import(conn: &mut Conn, id: ImportId) -> QueryResult<Option<Import>> {
    imports::table.find(id).select(Import::as_select()).first(conn).optional()
}

/// The batches of a community, newest first.
pub fn list_imports(
    conn: &mut Conn,
    community: CommunityId,
    (before, limit): (Option<ImportId>, i64),
) -> QueryResult<Vec<Import>> {
    let mut query = imports::table.filter(imports::community_id.eq(community)).into_boxed();
    if let Some(before) = before {
        query = query.filter(imports::id.lt(before));
    }
    query.order(imports::id.desc()).limit(limit).select(Import::as_select()).load(conn)
}

/// Batches in a state that were opened before an instant.
pub fn list_in_state(
    conn: &mut Conn,
    (state, before): (ImportState, UtcTime),
) -> QueryResult<Vec<ImportId>> {
    imports::table
        .filter(imports::state.eq(state))
        .filter(imports::created_at.lt(before))
        .select(imports::id)
        .load(conn)
}

/// How far the reading is. A batch that was cancelled meanwhile is not touched.
pub fn set_progress(
    conn: &mut Conn,
    id: ImportId,
    (read, total): (i64, i64),
) -> QueryResult<usize> {
    diesel::update(imports::table)
        .filter(imports::id.eq(id).and(imports::state.eq(ImportState::Reading)))
        .set((imports::lines_read.eq(read), imports::lines_total.eq(total)))
        .execute(conn)
}

/// Writes what a step made of a batch, if it still is in the state and version that the step saw.
pub fn set_import(conn: &mut Conn, from: ImportState, row: &Import) -> QueryResult<usize> {
    diesel::update(imports::table)
        .filter(imports::id.eq(row.id).and(imports::state.eq(from)))
        .filter(imports::version.eq(row.version))
        .set((
            imports::state.eq(row.state),
            imports::lines_total.eq(row.lines_total),
            imports::lines_read.eq(row.lines_read),
            imports::units_new.eq(row.units_new),
            imports::units_changed.eq(row.units_changed),
            imports::units_unchanged.eq(row.units_unchanged),
            imports::units_vanished.eq(row.units_vanished),
            imports::fault_count.eq(row.fault_count),
            imports::notes.eq(&row.notes),
            imports::register_version.eq(row.register_version),
            imports::committed_version.eq(row.committed_version),
            imports::committed_at.eq(row.committed_at),
            imports::undone_at.eq(row.undone_at),
            imports::failure.eq(&row.failure),
            imports::version.eq(imports::version + 1),
        ))
        .execute(conn)
}

/// Keeps faults.
pub fn insert_faults(conn: &mut Conn, import: ImportId, faults: &[RowFault]) -> QueryResult<()> {
    let rows: Vec<FaultRow> = faults
        .iter()
        .map(|fault| FaultRow {
            id: ImportFaultId::new(),
            import_id: import,
            sheet: fault.sheet.clone(),
            line: i64::try_from(fault.line).unwrap_or(i64::MAX),
            column_name: fault.column.clone(),
            code: fault.code.clone(),
            message: fault.message.clone(),
            message_en: fault.message_en.clone(),
            masked_value: fault.value.clone(),
        })
        .collect();
    crate::insert_many!(conn, import_faults::table, &rows)
}

/// The faults of a batch in the order of the file.
pub fn list_faults(
    conn: &mut Conn,
    import: ImportId,
    (after, limit): (Option<ImportFaultId>, i64),
) -> QueryResult<Vec<(ImportFaultId, RowFault)>> {
    let mut query = import_faults::table.filter(import_faults::import_id.eq(import)).into_boxed();
    if let Some(after) = after {
        query = query.filter(import_faults::id.gt(after));
    }
    let rows = query
        .order(import_faults::id)
        .limit(limit)
        .select(FaultRow::as_select())
        .load::<FaultRow>(conn)?;
    Ok(rows.into_iter().map(|row| (row.id, fault(row))).collect())
}

fn fault(row: FaultRow) -> RowFault {
    RowFault {
        sheet: row.sheet,
        line: u64::try_from(row.line).unwrap_or_default(),
        column: row.column_name,
        code: row.code,
        message: row.message,
        message_en: row.message_en,
        value: row.masked_value,
    }
}

/// What a batch would do or did, unit by unit in the order of the file.
pub fn list_changes(
    conn: &mut Conn,
    (import, change): (ImportId, Option<UnitChange>),
    (after, limit): (Option<UnitFactId>, i64),
) -> QueryResult<Vec<ImportUnit>> {
    let mut query = import_units::table.filter(import_units::import_id.eq(import)).into_boxed();
    if let Some(change) = change {
        query = query.filter(import_units::change.eq(change));
    }
    if let Some(after) = after {
        query = query.filter(import_units::id.gt(after));
    }
    query.order(import_units::id).limit(limit).select(ImportUnit::as_select()).load(conn)
}
