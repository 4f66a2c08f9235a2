//! Units of a file: gathered row by row, then compared with the register and staged.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use super::owners::Owners;
use crate::{
    kernel::{
        Area, BuildingId, CommunityId, EntranceId, ImportId, LocalDate, Outcome, OwnerId,
        OwnershipId, UnitFactId, UnitId,
    },
    platform::db::{Conn, Db},
    registry::{
        model::{AreaSource, OwnerKind, UnitChange, UnitUse},
        register_file::{FaultCode, RegisterRow, RowFault, unit_fault},
        rules::compare::{Comparison, Details, Facts, Holding, compare},
        store::{
            communities::{list_buildings, list_entrances},
            imports::ImportUnit,
            staging::{self, CurrentUnit, ImportOwnership},
        },
    },
};

/// The building of units whose row names none.
const NO_BUILDING: &str = "未注明";

/// A unit of the file.
#[derive(Debug)]
pub(super) struct FileUnit {
    line: u64,
    sheet: Arc<str>,
    code: String,
    building: Arc<str>,
    entrance: Option<Arc<str>>,
    unit_use: UnitUse,
    area: Area,
    area_source: AreaSource,
    delivered: bool,
    developer: Option<String>,
    owned_by_developer: Option<OwnerId>,
    holdings: Vec<Holding>,
}

/// The register as it stands, with the ids that new parts of it will have.
pub(super) struct Standing {
    pub(super) register_version: i64,
    units: HashMap<String, CurrentUnit>,
    buildings: HashMap<String, BuildingId>,
    entrances: HashMap<(BuildingId, String), EntranceId>,
}

impl Standing {
    pub(super) fn load(db: &Db, community: CommunityId, day: LocalDate) -> Outcome<Self> {
        db.snapshot_blocking(|conn: &mut Conn| {
            let buildings = list_buildings(conn, community)?;
            let entrances = list_entrances(conn, community)?;
            Ok(Self {
                register_version: crate::registry::store::communities::register_version(
                    conn, community,
                )?,
                units: staging::load_units(conn, community, day)?,
                buildings: buildings.into_iter().map(|b| (b.name, b.id)).collect(),
                entrances: entrances
                    .into_iter()
                    .map(|entrance| ((entrance.building_id, entrance.name), entrance.id))
                    .collect(),
            })
        })
    }

    fn place(
        &mut self,
        building: &str,
        entrance: Option<&str>,
    ) -> (BuildingId, Option<EntranceId>) {
        let building_id = *self.buildings.entry(building.to_owned()).or_default();
        let entrance_id =
            entrance.map(|name| *self.entrances.entry((building_id, name.to_owned())).or_default());
        (building_id, entrance_id)
    }
}

/// The units of a file in its order.
#[derive(Default)]
pub(super) struct FileUnits {
    units: Vec<FileUnit>,
    places: HashMap<u32, usize>,
    names: HashSet<Arc<str>>,
}

/// How many units change how.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Counts {
    pub(super) new: i64,
    pub(super) changed: i64,
    pub(super) unchanged: i64,
    pub(super) vanished: i64,
}

impl Counts {
    fn add(&mut self, change: UnitChange) {
        let count = match change {
            UnitChange::New => &mut self.new,
            UnitChange::Changed => &mut self.changed,
            UnitChange::Unchanged => &mut self.unchanged,
            UnitChange::Vanished => &mut self.vanished,
        };
        *count += 1;
    }
}

/// A staged unit with its ownerships.
pub(super) type Staged = (ImportUnit, Vec<ImportOwnership>);

impl FileUnits {
    pub(super) fn len(&self) -> usize {
        self.units.len()
    }

    /// Adds a row; the first row of a unit tells what the unit is (the file's check made sure that
    /// the others agree).
    pub(super) fn add(&mut self, row: RegisterRow, owner_id: OwnerId) {
        let holding = Holding { owner_id, co_ownership: row.co_ownership };
        let known = self.places.get(&row.unit_number).copied();
        if let Some(unit) = known.and_then(|at| self.units.get_mut(at)) {
            unit.holdings.push(holding);
            return;
        }
        self.places.insert(row.unit_number, self.units.len());
        let building = if row.building.is_empty() { NO_BUILDING } else { &row.building };
        let building = self.shared(building);
        let entrance = Some(&row.entrance).filter(|name| !name.is_empty());
        let entrance = entrance.map(|name| self.shared(name));
        let developer = row.owner_kind == OwnerKind::Developer;
        self.units.push(FileUnit {
            line: row.line,
            sheet: row.sheet,
            code: row.unit_code,
            building,
            entrance,
            unit_use: row.unit_use,
            area: row.area,
            area_source: row.area_source,
            delivered: row.delivered,
            developer: row.developer_id,
            owned_by_developer: developer.then_some(owner_id),
            holdings: vec![holding],
        });
    }

    /// The one copy of a building's or entrance's name.
    fn shared(&mut self, name: &str) -> Arc<str> {
        if let Some(known) = self.names.get(name) {
            return Arc::clone(known);
        }
        let name: Arc<str> = name.into();
        self.names.insert(Arc::clone(&name));
        name
    }

    /// The developers who are named beside units.
    pub(super) fn developers(&self) -> Vec<String> {
        self.units.iter().filter_map(|unit| unit.developer.clone()).collect()
    }

    /// Units that the register has in another building or entrance: a file can't move a unit.
    pub(super) fn moved(&self, standing: &mut Standing) -> Vec<RowFault> {
        let mut faults = Vec::new();
        for unit in &self.units {
            let (building, entrance) = standing.place(&unit.building, unit.entrance.as_deref());
            let Some(current) = standing.units.get(&unit.code) else { continue };
            if (current.building_id, current.entrance_id) != (building, entrance) {
                faults.push(unit_fault(&unit.sheet, unit.line, FaultCode::UnitElsewhere));
            }
        }
        faults
    }

    /// Compares with the register; `each` receives what is to be staged, vanished units last.
    pub(super) fn compare(
        self,
        (import, owners): (ImportId, &Owners),
        mut standing: Standing,
        mut each: impl FnMut(Staged) -> Outcome<()>,
    ) -> Outcome<Counts> {
        let mut counts = Counts::default();
        // The file's check refuses undelivered units without one known developer.
        let only = self.units.iter().find_map(|unit| unit.owned_by_developer);
        for unit in self.units {
            let staged = unit.stage((import, owners, only), &mut standing);
            counts.add(staged.0.change);
            each(staged)?;
        }
        let names: HashMap<BuildingId, String> =
            standing.buildings.iter().map(|(name, id)| (*id, name.clone())).collect();
        let mut rest: Vec<(String, CurrentUnit)> =
            standing.units.into_iter().filter(|(_, unit)| unit.facts.is_some()).collect();
        rest.sort_by_key(|(_, unit)| unit.id);
        for (code, unit) in rest {
            let building = names.get(&unit.building_id).cloned().unwrap_or_default();
            if let Some(row) = vanished(import, (code, building), &unit) {
                counts.add(UnitChange::Vanished);
                each((row, Vec::new()))?;
            }
        }
        Ok(counts)
    }
}

impl FileUnit {
    fn stage(
        self,
        (import_id, owners, only): (ImportId, &Owners, Option<OwnerId>),
        standing: &mut Standing,
    ) -> Staged {
        let (building_id, entrance_id) = standing.place(&self.building, self.entrance.as_deref());
        let current = standing.units.remove(&self.code);
        let unit_id = current.as_ref().map_or_else(UnitId::new, |unit| unit.id);
        let named = self.developer.as_deref().and_then(|code| owners.find_developer(code));
        let undelivered = || self.owned_by_developer.or(only).filter(|_| !self.delivered);
        let facts = Facts {
            unit_use: self.unit_use,
            area: Some(self.area),
            area_source: Some(self.area_source),
            delivered: self.delivered,
            developer_id: named.or_else(undelivered),
        };
        let old = current.as_ref().and_then(|unit| Some((unit.facts.as_ref()?, &*unit.holdings)));
        let details = self.holdings.iter().any(|holding| owners.has_changed(holding.owner_id));
        let details = if details { Details::Changed } else { Details::Same };
        let comparison = compare(old, (&facts, &self.holdings), details);
        let held = old.map(|(_, holdings)| holdings).unwrap_or_default();
        let ownership = |holding: &Holding| ImportOwnership {
            id: OwnershipId::new(),
            import_id,
            unit_id,
            owner_id: holding.owner_id,
            co_ownership: holding.co_ownership,
            is_new: !held.contains(holding),
        };
        let ownerships = self.holdings.iter().map(ownership).collect();
        let ids = (import_id, unit_id, building_id, entrance_id);
        (self.row(ids, (facts, comparison), current.is_none()), ownerships)
    }

    fn row(
        self,
        (import_id, unit_id, building_id, entrance_id): (
            ImportId,
            UnitId,
            BuildingId,
            Option<EntranceId>,
        ),
        (facts, comparison): (Facts, Comparison),
        is_new_unit: bool,
    ) -> ImportUnit {
        ImportUnit {
            id: UnitFactId::new(),
            import_id,
            unit_id,
            line: i64::try_from(self.line).unwrap_or(i64::MAX),
            sheet: self.sheet.to_string(),
            code: self.code,
            building: self.building.to_string(),
            building_id,
            entrance: self.entrance.map(|name| name.to_string()),
            entrance_id,
            unit_use: facts.unit_use,
            area: facts.area,
            area_source: facts.area_source,
            delivered: facts.delivered,
            developer_id: facts.developer_id,
            change: comparison.change,
            differences: serde_json::json!(comparison.differences).to_string(),
            is_new_unit,
            has_new_facts: comparison.has_new_facts,
            has_new_owners: comparison.has_new_owners,
        }
    }
}

fn vanished(
    import_id: ImportId,
    (code, building): (String, String),
    unit: &CurrentUnit,
) -> Option<ImportUnit> {
    let facts = unit.facts?;
    Some(ImportUnit {
        id: UnitFactId::new(),
        import_id,
        unit_id: unit.id,
        line: 0,
        sheet: String::new(),
        code,
        building,
        building_id: unit.building_id,
        entrance: None,
        entrance_id: unit.entrance_id,
        unit_use: facts.unit_use,
        area: facts.area,
        area_source: facts.area_source,
        delivered: facts.delivered,
        developer_id: facts.developer_id,
        change: UnitChange::Vanished,
        differences: "[]".to_owned(),
        is_new_unit: false,
        has_new_facts: false,
        has_new_owners: false,
    })
}
