//! What only shows across rows: a unit whose rows disagree, an owner twice in a unit, an
//! undelivered unit whose developer nobody knows.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    hash::{DefaultHasher, Hash, Hasher},
    mem,
    sync::Arc,
};

use super::{
    IdRule,
    columns::at,
    fault::{FaultCode, Place, RowFault},
    row::{Parsed, RegisterRow, RowReader},
};
use crate::{
    kernel::Area,
    platform::files::table::{Note, TableRow},
    registry::model::{AreaSource, OwnerKind, UnitUse},
};

/// Takes the rows of one register in order; keeps only what the comparison of rows needs.
#[derive(Debug, Default)]
pub struct RegisterCheck {
    ids: IdRule,
    units: HashMap<String, UnitSeen>,
    owners: HashMap<String, OwnerSeen>,
    developers: BTreeSet<String>,
    undelivered: Vec<(Arc<str>, u64)>,
    faults: Vec<RowFault>,
    notes: Vec<Note>,
    names: HashSet<Arc<str>>,
}

/// Notes that are kept: a register without any names would have one per owner.
const NOTES_KEPT: usize = 1000;

/// The first row of a unit that said something.
#[derive(Debug)]
struct UnitSeen {
    number: u32,
    line: u32,
    building: Option<Arc<str>>,
    entrance: Option<Arc<str>>,
    area: Option<(Area, u32)>,
    area_reported: bool,
    unit_use: Option<UnitUse>,
    area_source: Option<AreaSource>,
    delivered: Option<bool>,
    owners: Vec<(u32, u32)>,
}

#[derive(Debug)]
struct OwnerSeen {
    number: u32,
    line: u32,
    kind: OwnerKind,
    /// The name's hash: enough to see that another one differs.
    name: Option<u64>,
}

impl RegisterCheck {
    /// A check that accepts these owner numbers.
    pub fn new(ids: IdRule) -> Self {
        Self { ids, ..Self::default() }
    }

    /// Checks a row; `None` where it has a fault.
    pub fn take(&mut self, row: &TableRow) -> Option<RegisterRow> {
        let mut reader = RowReader::new(row, self.ids);
        let parsed = reader.read();
        let (unit_number, unit_faults) = self.compare_with_unit(row, &parsed);
        let (owner_number, owner_fault) = self.compare_with_owner(row, &parsed);
        let mut faults = mem::take(&mut reader.faults);
        faults.extend(unit_faults);
        faults.extend(owner_fault);
        self.watch_developer(row, &parsed);
        if faults.is_empty() {
            return parsed.into_row(row, (unit_number, owner_number));
        }
        self.faults.append(&mut faults);
        None
    }

    /// Every fault in the order of the file, and what should be looked at.
    #[must_use]
    pub fn finish(mut self) -> (Vec<RowFault>, Vec<Note>) {
        if self.developers.len() != 1 {
            for (sheet, line) in mem::take(&mut self.undelivered) {
                let place = Place { sheet: &sheet, line, column: at::DEVELOPER_ID };
                self.faults.push(RowFault::new(place, FaultCode::DeveloperUnknown, 0));
            }
        }
        // Stable: the faults of one row stay in the order of its columns.
        self.faults.sort_by(|a, b| (&a.sheet, a.line).cmp(&(&b.sheet, b.line)));
        (self.faults, self.notes)
    }

    fn compare_with_unit(&mut self, row: &TableRow, parsed: &Parsed) -> (u32, Vec<RowFault>) {
        let Some(code) = &parsed.unit_code else { return (0, Vec::new()) };
        let building = self.shared(parsed.building.as_deref());
        let entrance = self.shared(parsed.entrance.as_deref());
        let number = small(self.units.len());
        let place = |column| Place { sheet: &row.sheet, line: row.line, column };
        let mut faults = Vec::new();
        let at_line = small(row.line);
        let seen = UnitSeen::new(number, at_line);
        let seen = self.units.entry(code.clone()).or_insert(seen);
        if let Some(area) = parsed.area {
            let (first, line) = *seen.area.get_or_insert((area, at_line));
            let line = u64::from(line);
            if first != area {
                faults.push(RowFault::new(place(at::AREA), FaultCode::UnitWithTwoAreas, line));
                if !mem::replace(&mut seen.area_reported, true) {
                    let first = Place { line, ..place(at::AREA) };
                    let fault = RowFault::new(first, FaultCode::UnitWithTwoAreas, row.line);
                    self.faults.push(fault);
                }
            }
        }
        let disagreeing = seen.disagreeing(parsed, (building, entrance));
        let disagree = FaultCode::UnitRowsDisagree;
        let (line, number) = (u64::from(seen.line), seen.number);
        let differ = disagreeing.iter().map(|column| RowFault::new(place(*column), disagree, line));
        faults.extend(differ);
        (number, faults)
    }

    fn compare_with_owner(&mut self, row: &TableRow, parsed: &Parsed) -> (u32, Option<RowFault>) {
        let (Some(id), Some(kind)) = (&parsed.owner_id, parsed.owner_kind) else {
            return (0, None);
        };
        let place = |column| Place { sheet: &row.sheet, line: row.line, column };
        let (number, line) = (small(self.owners.len()), small(row.line));
        let name = parsed.owner_name.as_deref().map(hash);
        let seen = OwnerSeen { number, line, kind, name };
        let seen = self.owners.entry(id.clone()).or_insert(seen);
        let (number, first) = (seen.number, u64::from(seen.line));
        if seen.kind != kind {
            let fault = RowFault::new(place(at::OWNER_KIND), FaultCode::OwnerKindDiffers, first);
            return (number, Some(fault));
        }
        if self.notes.len() < NOTES_KEPT {
            self.notes.extend(seen.name_note(row, name));
        }
        let unit = parsed.unit_code.as_ref().and_then(|code| self.units.get_mut(code));
        let Some(unit) = unit else { return (number, None) };
        let twice = unit.owners.iter().find(|(owner, _)| *owner == number).copied();
        if unit.owners.is_empty() {
            // Most units have one owner; a vector that grows by itself begins with four places.
            unit.owners.reserve_exact(1);
        }
        unit.owners.push((number, line));
        // Where the areas differ, the two rows are one fault already.
        let areas_differ = parsed.area.is_some() && unit.area.map(|(area, _)| area) != parsed.area;
        let twice = twice.filter(|_| !areas_differ);
        let fault = twice.map(|(_, line)| {
            let (place, line) = (place(at::OWNER_ID), u64::from(line));
            RowFault::new(place, FaultCode::DuplicateOwner, line)
        });
        (number, fault)
    }

    /// The one copy of a building's or entrance's name.
    fn shared(&mut self, name: Option<&str>) -> Option<Arc<str>> {
        let name = name?;
        if let Some(known) = self.names.get(name) {
            return Some(Arc::clone(known));
        }
        let name: Arc<str> = name.into();
        self.names.insert(Arc::clone(&name));
        Some(name)
    }

    /// Undelivered units belong to the developer's one head (法释〔2009〕7号 art. 9).
    fn watch_developer(&mut self, row: &TableRow, parsed: &Parsed) {
        let Some(kind) = parsed.owner_kind else { return };
        if let (OwnerKind::Developer, Some(id)) = (kind, &parsed.owner_id) {
            self.developers.insert(id.clone());
        }
        let buyer = kind != OwnerKind::Developer;
        let named = !row.cell(at::DEVELOPER_ID).is_empty();
        if buyer && parsed.delivered == Some(false) && !named {
            self.undelivered.push((Arc::clone(&row.sheet), row.line));
        }
    }
}

/// Lines and counts of a file: beyond 4 billion they would all be told apart no more, and no
/// spreadsheet has them.
fn small(number: impl TryInto<u32>) -> u32 {
    number.try_into().unwrap_or(u32::MAX)
}

fn hash(name: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    hasher.finish()
}

impl UnitSeen {
    const fn new(number: u32, line: u32) -> Self {
        Self {
            number,
            line,
            building: None,
            entrance: None,
            area: None,
            area_reported: false,
            unit_use: None,
            area_source: None,
            delivered: None,
            owners: Vec::new(),
        }
    }

    /// The columns in which a row says something else than the rows before it.
    fn disagreeing(
        &mut self,
        parsed: &Parsed,
        (building, entrance): (Option<Arc<str>>, Option<Arc<str>>),
    ) -> Vec<usize> {
        fn differs<T: PartialEq>(slot: &mut Option<T>, value: Option<T>) -> bool {
            match (slot.as_ref(), value) {
                (Some(first), Some(value)) => *first != value,
                (None, value) => {
                    *slot = value;
                    false
                }
                (Some(_), None) => false,
            }
        }
        [
            (at::BUILDING, differs(&mut self.building, building)),
            (at::ENTRANCE, differs(&mut self.entrance, entrance)),
            (at::USE, differs(&mut self.unit_use, parsed.unit_use)),
            (at::AREA_SOURCE, differs(&mut self.area_source, parsed.area_source)),
            (at::DELIVERED, differs(&mut self.delivered, parsed.delivered)),
        ]
        .into_iter()
        .filter_map(|(column, differs)| differs.then_some(column))
        .collect()
    }
}

impl OwnerSeen {
    /// Identity is the number; a second name under it is for people to look at.
    fn name_note(&self, row: &TableRow, name: Option<u64>) -> Option<Note> {
        let (message, message_en) = match (self.name, name) {
            (_, None) => ("业主没有姓名".to_owned(), "the owner has no name".to_owned()),
            (Some(first), Some(name)) if first != name => (
                format!("同一证件号的姓名与第{}行不同", self.line),
                format!("the same owner_id has another name on line {}", self.line),
            ),
            _ => return None,
        };
        Some(Note { sheet: row.sheet.to_string(), line: row.line, message, message_en })
    }
}
