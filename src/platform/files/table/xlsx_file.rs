//! XLSX, streamed cell by cell. A sheet that lacks the header is passed over; every sheet that has it is
//! read (some offices keep one per building). Only the workbook's shared strings are held in memory.

use std::{
    collections::{BTreeMap, HashMap},
    io::{self, Read, Seek, SeekFrom},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use calamine::{DataRef, Reader, SheetVisible, Xlsx, XlsxError, XlsxFormulaMetadata};

use super::{
    Column, TableInfo, Visit,
    assemble::{Assembler, Missing, RawRow},
    cell::{Cell, CellKind},
    refuse, unreadable,
};
use crate::kernel::{Outcome, Refusal};

/// Columns further right are not looked at.
const WIDEST: u32 = 256;
/// What may be held in memory (the shared strings) after inflation.
const HELD: u64 = 192 << 20;

pub(super) fn read<R: Read + Seek>(
    mut file: R,
    columns: &'static [Column],
    visit: Visit<'_>,
) -> Outcome<TableInfo> {
    // Arithmetic deep in the reader panics on forged dimensions; that is the file's fault, not ours.
    let read = AssertUnwindSafe(|| {
        refuse_bombs(&mut file)?;
        read_workbook(file, columns, visit)
    });
    catch_unwind(read).unwrap_or_else(|_| Err(broken(&"malformed workbook")))
}

fn broken(error: &dyn ToString) -> Refusal {
    refuse("工作簿已损坏或不是有效的 .xlsx", &error.to_string())
}

fn broken_xlsx(error: &XlsxError) -> Refusal {
    broken(error)
}

/// The parts that the reader keeps whole are inflated once into nothing, up to a limit.
fn refuse_bombs<R: Read + Seek>(file: &mut R) -> Outcome<()> {
    let mut archive = zip::ZipArchive::new(&mut *file).map_err(|error| broken(&error))?;
    let mut left = HELD;
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).map_err(|error| broken(&error))?;
        let name = part.name().map_err(|error| broken(&error))?;
        let sheet = name.contains("worksheets/sheet");
        if sheet || !(name.ends_with(".xml") || name.ends_with(".rels")) {
            continue;
        }
        let mut head = Vec::new();
        part.by_ref().take(2048).read_to_end(&mut head).map_err(|error| broken(&error))?;
        let rest = io::copy(&mut part.take(left + 1), &mut io::sink());
        let size = rest.map_err(|error| broken(&error))?.saturating_add(count(&head));
        if declared_strings(&head).is_some_and(|strings| strings > size) {
            return Err(broken(&"a false count of strings"));
        }
        left = left.checked_sub(size).ok_or_else(|| {
            refuse("工作簿解压后过大，请拆分或改用 CSV", "the workbook inflates beyond its limit")
        })?;
    }
    file.seek(SeekFrom::Start(0)).map_err(unreadable)?;
    Ok(())
}

fn count(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

/// `uniqueCount` of a string table: the reader reserves room for that many.
fn declared_strings(head: &[u8]) -> Option<u64> {
    let text = String::from_utf8_lossy(head);
    let (_, after) = text.split_once("uniqueCount")?;
    let digits: String = after
        .trim_start_matches(|c: char| c == '=' || c == '"' || c == '\'' || c.is_whitespace())
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    // More digits than a u64 holds are more strings than a file holds.
    Some(digits.parse().unwrap_or(u64::MAX))
}

fn read_workbook<R: Read + Seek>(
    file: R,
    columns: &'static [Column],
    visit: Visit<'_>,
) -> Outcome<TableInfo> {
    let mut book = Xlsx::new(file).map_err(|error| broken_xlsx(&error))?;
    let sheets: Vec<String> = book
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.visible == SheetVisible::Visible)
        .map(|sheet| sheet.name.clone())
        .collect();
    let mut info = TableInfo::default();
    let mut nearest: Option<Missing> = None;
    let mut found = false;
    for sheet in sheets {
        match read_sheet(&mut book, &sheet, (columns, &mut *visit))?.finish(&mut info) {
            None => found = true,
            Some(missing) => {
                nearest = Some(match nearest {
                    Some(nearest) => nearest.closer(missing),
                    None => missing,
                });
            }
        }
    }
    if found { Ok(info) } else { Err(nearest.unwrap_or_default().refusal(columns)) }
}

fn read_sheet<R: Read + Seek>(
    book: &mut Xlsx<R>,
    sheet: &str,
    (columns, visit): (&'static [Column], Visit<'_>),
) -> Outcome<Assembler> {
    let mut assembler = Assembler::new(columns, Arc::from(sheet));
    let merged = book.merge_cells_by_sheet_name(sheet);
    let mut merged = Merged::new(merged.map_err(|error| broken_xlsx(&error))?);
    let mut reader = match book.worksheet_cells_reader(sheet) {
        // A chart sheet holds no rows.
        Err(XlsxError::NotAWorksheet(_)) => return Ok(assembler),
        other => other.map_err(|error| broken_xlsx(&error))?,
    };
    let last_line = u64::from(reader.dimensions().end.0) + 1;
    let mut row: Option<(u32, Vec<Cell>)> = None;
    let mut end = |row: Option<(u32, Vec<Cell>)>, assembler: &mut Assembler| match row {
        Some((number, mut cells)) => {
            merged.fill(number, &mut cells);
            let line = u64::from(number) + 1;
            assembler.push(RawRow { line, last_line: last_line.max(line), cells }, &mut *visit)
        }
        None => Ok(()),
    };
    while let Some(record) =
        reader.next_cell_with_formula_metadata().map_err(|error| broken_xlsx(&error))?
    {
        let (number, column) = record.pos;
        if row.as_ref().is_none_or(|(current, _)| *current != number) {
            end(row.replace((number, Vec::new())), &mut assembler)?;
            if assembler.is_hopeless() {
                return Ok(assembler);
            }
        }
        if let (Some((_, cells)), true) = (&mut row, column < WIDEST) {
            put(cells, column, cell(&record.value, record.formula.as_ref())?);
        }
    }
    end(row, &mut assembler)?;
    Ok(assembler)
}

fn put(cells: &mut Vec<Cell>, column: u32, cell: Cell) {
    let place = usize::try_from(column).unwrap_or(usize::MAX);
    if cells.len() <= place {
        cells.resize(place.saturating_add(1), Cell::EMPTY);
    }
    if let Some(slot) = cells.get_mut(place) {
        *slot = cell;
    }
}

fn cell(value: &DataRef<'_>, formula: Option<&XlsxFormulaMetadata>) -> Outcome<Cell> {
    let cell = match value {
        DataRef::Empty if formula.is_some() => Cell::new(CellKind::Formula, ""),
        DataRef::Empty => Cell::EMPTY,
        DataRef::String(text) => Cell::text(text),
        DataRef::SharedString(text) => Cell::text(text),
        DataRef::Int(number) => Cell::new(CellKind::Number, number),
        // The shortest decimal that names this number; never an exponent.
        DataRef::Float(number) => Cell::new(CellKind::Number, number),
        DataRef::Bool(value) => Cell::new(CellKind::Boolean, value),
        DataRef::DateTime(when) => Cell::new(CellKind::Date, when),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Cell::new(CellKind::Date, text),
        DataRef::Error(error) => Cell::new(CellKind::Error, error),
    };
    if cell.text.contains('\0') {
        return Err(refuse("文件含有 NUL 字符", "the file contains NUL characters"));
    }
    Ok(cell)
}

/// Cells merged downwards: what stands in the top cell counts for each row below it.
struct Merged {
    /// (row, column) of the top cell → last row.
    tops: BTreeMap<(u32, u32), u32>,
    /// Column → (last row, what stands there).
    open: HashMap<u32, (u32, Cell)>,
}

impl Merged {
    fn new(regions: Vec<calamine::Dimensions>) -> Self {
        let downwards = regions.into_iter().filter(|region| region.end.0 > region.start.0);
        let tops = downwards.map(|region| (region.start, region.end.0)).collect();
        Self { tops, open: HashMap::new() }
    }

    fn fill(&mut self, row: u32, cells: &mut Vec<Cell>) {
        if self.tops.is_empty() {
            return;
        }
        let blank = cells.iter().all(Cell::is_empty);
        for ((_, column), last) in self.tops.range((row, 0)..(row.saturating_add(1), 0)) {
            let place = usize::try_from(*column).unwrap_or(usize::MAX);
            if let Some(top) = cells.get(place).filter(|cell| !cell.is_empty()) {
                self.open.insert(*column, (*last, top.clone()));
            }
        }
        self.open.retain(|_, (last, _)| *last >= row);
        // A blank row inside a merged region is still a blank row.
        for (column, (_, top)) in self.open.iter().filter(|_| !blank) {
            let place = usize::try_from(*column).unwrap_or(usize::MAX);
            if cells.get(place).is_none_or(Cell::is_empty) {
                put(cells, *column, top.clone());
            }
        }
    }
}
