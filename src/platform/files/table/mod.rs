//! Reads a table of known columns out of an XLSX or CSV file, row by row, in bounded memory.
//!
//! Tolerated, because street offices keep their files so: title rows and notes above the header, a
//! header of two rows, cells merged downwards, total rows and remarks below, repeated headers,
//! unknown columns, further sheets, a UTF-8 BOM, GB18030, tabs or semicolons for commas.
//! Formulas are never executed: the value that the file stores for them is taken, and where it
//! stores none, or an error, the cell says so ([`CellKind::Formula`], [`CellKind::Error`]).
//! Absent on purpose: what a cell means, `.xls`, encrypted workbooks.

mod assemble;
mod cell;
mod columns;
mod csv_file;
mod decode;
mod furniture;
mod lines;
mod xlsx_file;

use std::io::{self, Read, Seek, SeekFrom};

pub use super::sheet::formula_safe;
pub use cell::{Cell, CellKind, FORMULA_STARTS};
pub use columns::{Column, header_key};

use crate::kernel::{Code, Outcome, Refusal};

/// A data row: the cells of the known columns, in the order of the column table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableRow {
    /// The sheet's name; empty in a CSV file.
    pub sheet: std::sync::Arc<str>,
    /// The line as an editor or Excel numbers it, from 1.
    pub line: u64,
    /// An estimate of the last line of the file, for progress; never less than `line`.
    pub last_line: u64,
    cells: Vec<Cell>,
}

impl TableRow {
    /// The cell of a column by its place in the column table; empty where the file has none.
    #[must_use]
    pub fn cell(&self, column: usize) -> &Cell {
        static EMPTY: Cell = Cell::EMPTY;
        self.cells.get(column).unwrap_or(&EMPTY)
    }
}

/// What a reader left out, for people to see: nothing is dropped silently.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct Note {
    /// The sheet, where the file has several.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub sheet: String,
    /// The line as an editor or Excel numbers it.
    pub line: u64,
    /// What was left out, in Chinese.
    pub message: String,
    /// The same in English.
    pub message_en: String,
}

/// What the file as a whole turned out to be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableInfo {
    /// Which columns of the table the file has, by their names.
    pub columns: Vec<&'static str>,
    /// Rows and columns that were left out.
    pub notes: Vec<Note>,
}

/// Receives the rows; an error ends the reading.
pub type Visit<'a> = &'a mut dyn FnMut(TableRow) -> Outcome<()>;

/// Reads a table; the kind of file is seen from its first bytes, never from its name.
///
/// # Errors
/// `import_unreadable` with what is wrong or missing, or what `visit` returned.
pub fn read_table<R: Read + Seek>(
    mut file: R,
    columns: &'static [Column],
    visit: Visit<'_>,
) -> Outcome<TableInfo> {
    let mut magic = [0u8; 8];
    let mut length = 0;
    while let Some(rest) = magic.get_mut(length..).filter(|rest| !rest.is_empty()) {
        match file.read(rest).map_err(unreadable)? {
            0 => break,
            count => length += count,
        }
    }
    file.seek(SeekFrom::Start(0)).map_err(unreadable)?;
    if length == 0 {
        return Err(refuse("文件是空的", "the file is empty"));
    }
    if magic.starts_with(b"PK\x03\x04") {
        return xlsx_file::read(file, columns, visit);
    }
    if magic.starts_with(b"\xd0\xcf\x11\xe0") {
        return Err(refuse(
            "旧版 .xls 或加密的工作簿无法读取，请另存为未加密的 .xlsx",
            "an old .xls or an encrypted workbook; save it as a plain .xlsx",
        ));
    }
    csv_file::read(file, columns, visit)
}

fn refuse(zh: &str, en: &str) -> Refusal {
    Refusal::new(Code::ImportUnreadable).detail(format!("{zh} ({en})"))
}

#[expect(clippy::needless_pass_by_value, reason = "used as map_err(unreadable)")]
fn unreadable(error: io::Error) -> Refusal {
    refuse("文件读取失败", &error.to_string())
}

#[cfg(test)]
mod tests;
