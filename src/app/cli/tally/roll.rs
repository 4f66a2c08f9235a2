//! The owner register as units: rows of one unit become one unit with several owners.

use std::{collections::HashMap, path::Path};

use super::{open, report::Problem};
use crate::{
    registry::{IdRule, OwnerKind, RegisterRow, RowFault, UnitUse, read_register},
    voting::{OwnerRef, Space, UnitRow},
};

/// The units of a register, with what a report needs to name them.
pub(super) struct RollFile {
    /// The file as the user named it.
    pub(super) file: String,
    /// The units.
    pub(super) units: Vec<UnitRow>,
    /// By unit: the line on which it first stands.
    pub(super) lines: Vec<u64>,
    /// By 房号: the unit.
    pub(super) unit_of: HashMap<String, usize>,
}

/// Reads a register.
///
/// # Errors
/// Every fault of the file.
pub(super) fn read(path: &Path) -> Result<RollFile, Vec<Problem>> {
    let file = path.display().to_string();
    let register = read_register(open(path)?, IdRule::ShortKeys)
        .map_err(|refusal| Problem::of_file(&file, &refusal))?;
    if !register.faults.is_empty() {
        return Err(register.faults.iter().map(|fault| problem(&file, fault)).collect());
    }
    let mut roll = RollFile { file, units: Vec::new(), lines: Vec::new(), unit_of: HashMap::new() };
    for row in register.rows {
        let known = roll.unit_of.get(&row.unit_code).copied();
        let (line, code) = (row.line, row.unit_code.clone());
        let owner = owner(&row);
        if let Some(unit) = known.and_then(|unit| roll.units.get_mut(unit)) {
            unit.owners.push(owner);
            unit.developer = unit.developer.take().or(row.developer_id);
        } else {
            roll.unit_of.insert(code, roll.units.len());
            roll.units.push(unit(row, owner));
            roll.lines.push(line);
        }
    }
    Ok(roll)
}

fn owner(row: &RegisterRow) -> OwnerRef {
    let is_developer = row.owner_kind == OwnerKind::Developer;
    OwnerRef { key: row.owner_id.clone(), is_developer }
}

fn unit(row: RegisterRow, owner: OwnerRef) -> UnitRow {
    let space = match row.unit_use {
        UnitUse::Residential | UnitUse::Commercial => Space::Premises,
        UnitUse::Parking => Space::Parking,
        UnitUse::Storage => Space::Storage,
    };
    UnitRow {
        building: row.building,
        space,
        area: Some(row.area),
        has_area_source: true,
        owners: vec![owner],
        representative: None,
        is_delivered: row.delivered,
        developer: row.developer_id,
    }
}

fn problem(file: &str, fault: &RowFault) -> Problem {
    let message = format!("{} ({})", fault.message, fault.message_en);
    Problem::at(file, fault.line, &fault.code).because(&fault.sheet, &message)
}
