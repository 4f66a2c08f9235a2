//! The owner register 业主名册 as a file: its columns, its rows, and every fault in it.
//!
//! One row per unit and owner; a co-owned unit repeats its area on each row and counts once. Every
//! fault is reported with line, column and reason; nothing is guessed and nothing dropped silently.
//! Absent on purpose: the database, and how heads are counted (that is the vote's rule).

mod check;
mod columns;
mod fault;
mod row;
pub(super) mod words;

use std::io::{Read, Seek};

pub use check::RegisterCheck;
pub use columns::COLUMNS;
pub use fault::{FaultCode, RowFault, unit_fault};
pub use row::RegisterRow;

pub use crate::registry::rules::identity_number::IdRule;

use crate::{
    kernel::Outcome,
    platform::files::table::{Note, read_table},
};

/// What a whole register file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterFile {
    /// The rows without a fault of their own; usable only where `faults` is empty.
    pub rows: Vec<RegisterRow>,
    /// Every fault, by sheet and line.
    pub faults: Vec<RowFault>,
    /// What was left out or should be looked at.
    pub notes: Vec<Note>,
}

/// Reads a register into memory (a spreadsheet's worth; [`stream_register`] for the rest).
///
/// # Errors
/// `import_unreadable`: no register, with what is wrong or missing.
pub fn read_register<R: Read + Seek>(file: R, ids: IdRule) -> Outcome<RegisterFile> {
    let mut rows = Vec::new();
    let (faults, notes) = stream_register(file, ids, &mut |row, _| {
        rows.push(row);
        Ok(())
    })?;
    Ok(RegisterFile { rows, faults, notes })
}

/// How far the reading is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The line being read.
    pub line: u64,
    /// An estimate of the last line.
    pub of: u64,
}

/// Receives the rows that have no fault of their own.
pub type VisitRow<'a> = &'a mut dyn FnMut(RegisterRow, Progress) -> Outcome<()>;

/// Reads a register row by row. Faults that only show later (a unit with two areas) may concern rows
/// that were already given: use them only where no fault is returned.
///
/// # Errors
/// `import_unreadable`, or what `visit` returned.
pub fn stream_register<R: Read + Seek>(
    file: R,
    ids: IdRule,
    visit: VisitRow<'_>,
) -> Outcome<(Vec<RowFault>, Vec<Note>)> {
    let mut check = RegisterCheck::new(ids);
    let info = read_table(file, COLUMNS, &mut |row| {
        let progress = Progress { line: row.line, of: row.last_line };
        match check.take(&row) {
            Some(row) => visit(row, progress),
            None => Ok(()),
        }
    })?;
    let (faults, mut notes) = check.finish();
    notes.extend(info.notes);
    notes.sort_by(|a, b| (&a.sheet, a.line).cmp(&(&b.sheet, b.line)));
    Ok((faults, notes))
}

#[cfg(test)]
mod tests;
