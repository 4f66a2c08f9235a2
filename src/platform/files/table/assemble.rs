//! From raw rows to data rows: finds the header, drops furniture, picks the known columns.

use std::sync::Arc;

use super::{Column, Note, TableInfo, TableRow, Visit, cell::Cell, columns::header_key, furniture};
use crate::kernel::{Code, Outcome, Refusal};

/// A header further down than this is none.
const HEADER_WITHIN: usize = 60;

/// A row as the file has it.
#[derive(Debug, Clone)]
pub(super) struct RawRow {
    pub(super) line: u64,
    pub(super) last_line: u64,
    pub(super) cells: Vec<Cell>,
}

/// Where each column of the table stands in the file.
#[derive(Debug, Clone, Default)]
struct Header {
    places: Vec<Option<usize>>,
    doubled: Vec<&'static str>,
    unknown: Vec<String>,
}

impl Header {
    fn read(columns: &'static [Column], cells: &[Cell]) -> Self {
        let mut header = Self { places: vec![None; columns.len()], ..Self::default() };
        for (place, cell) in cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            let key = header_key(&cell.text);
            match columns.iter().zip(&mut header.places).find(|(column, _)| column.is_named(&key)) {
                Some((_, slot @ None)) => *slot = Some(place),
                Some((column, Some(_))) => header.doubled.push(column.name),
                None => header.unknown.push(cell.text.clone()),
            }
        }
        header
    }

    fn found(&self) -> usize {
        self.places.iter().flatten().count()
    }

    fn missing(&self, columns: &'static [Column]) -> Vec<&'static Column> {
        let absent = columns.iter().zip(&self.places).filter(|(_, place)| place.is_none());
        absent.map(|(column, _)| column).filter(|column| column.required).collect()
    }
}

/// The best header that was seen, with what it lacks.
#[derive(Debug, Clone, Default)]
pub(super) struct Missing {
    line: u64,
    header: Header,
}

impl Missing {
    /// Of two, the one that comes closer to a header.
    pub(super) fn closer(self, other: Self) -> Self {
        if other.header.found() > self.header.found() { other } else { self }
    }

    pub(super) fn refusal(self, columns: &'static [Column]) -> Refusal {
        let found = self.header.found();
        let missing: Vec<&Column> = if found < 2 {
            columns.iter().filter(|column| column.required).collect()
        } else {
            self.header.missing(columns)
        };
        let names: Vec<&str> = missing.iter().map(|column| column.name).collect();
        let both: Vec<String> =
            missing.iter().map(|column| format!("{}（{}）", column.label, column.name)).collect();
        let both = both.join("、");
        let detail = if found < 2 {
            format!("没有找到表头行，需要的列：{both} (no header row with these columns)")
        } else {
            format!("第{}行表头缺少列：{both} (the header lacks these columns)", self.line)
        };
        Refusal::new(Code::ImportUnreadable).detail(detail).with("missing", names)
    }
}

/// Takes the rows of one sheet in order.
pub(super) struct Assembler {
    columns: &'static [Column],
    sheet: Arc<str>,
    header: Option<(Header, Vec<Cell>)>,
    before: Option<RawRow>,
    seen: usize,
    best: Missing,
    notes: Vec<Note>,
}

impl Assembler {
    pub(super) fn new(columns: &'static [Column], sheet: Arc<str>) -> Self {
        Self {
            columns,
            sheet,
            header: None,
            before: None,
            seen: 0,
            best: Missing::default(),
            notes: Vec::new(),
        }
    }

    /// No header came where one would stand: the rest need not be read.
    pub(super) fn is_hopeless(&self) -> bool {
        self.header.is_none() && self.seen >= HEADER_WITHIN
    }

    pub(super) fn push(&mut self, row: RawRow, visit: Visit<'_>) -> Outcome<()> {
        if row.cells.iter().all(Cell::is_empty) {
            return Ok(());
        }
        let Some((header, titles)) = &self.header else { return self.look_for_header(row) };
        if *titles == row.cells {
            self.note(row.line, ("重复的表头行，已跳过", "the header repeated, skipped"));
        } else if let Some(why) = furniture::furniture(&row.cells) {
            self.note(row.line, why);
        } else {
            let pick = |place: &Option<usize>| {
                place.and_then(|place| row.cells.get(place)).cloned().unwrap_or(Cell::EMPTY)
            };
            visit(TableRow {
                sheet: Arc::clone(&self.sheet),
                line: row.line,
                last_line: row.last_line,
                cells: header.places.iter().map(pick).collect(),
            })?;
        }
        Ok(())
    }

    /// A header is one row, or two where cells of the first are divided by the second.
    fn look_for_header(&mut self, row: RawRow) -> Outcome<()> {
        self.seen += 1;
        let merged = self.before.as_ref().map(|before| divide(&before.cells, &row.cells));
        for cells in std::iter::once(row.cells.clone()).chain(merged) {
            let header = Header::read(self.columns, &cells);
            if header.found() < 2 {
                continue;
            }
            if header.missing(self.columns).is_empty() {
                return self.accept(header, row);
            }
            let best = std::mem::take(&mut self.best);
            self.best = best.closer(Missing { line: row.line, header });
        }
        self.before = Some(row);
        Ok(())
    }

    fn accept(&mut self, header: Header, row: RawRow) -> Outcome<()> {
        if !header.doubled.is_empty() {
            let names = header.doubled.join(", ");
            return Err(Refusal::new(Code::ImportUnreadable)
                .detail(format!("第{}行表头有重复的列：{names} (columns named twice)", row.line))
                .with("doubled", header.doubled));
        }
        if !header.unknown.is_empty() {
            let names = header.unknown.join("、");
            let zh = format!("未识别的列，已忽略：{names}");
            self.note(row.line, (&zh, &format!("unknown columns, ignored: {names}")));
        }
        self.header = Some((header, row.cells));
        Ok(())
    }

    fn note(&mut self, line: u64, (zh, en): (&str, &str)) {
        self.notes.push(Note {
            sheet: self.sheet.to_string(),
            line,
            message: zh.to_owned(),
            message_en: en.to_owned(),
        });
    }

    /// Adds what was found to `info`, or says what a header would have needed.
    pub(super) fn finish(self, info: &mut TableInfo) -> Option<Missing> {
        let Some((header, _)) = self.header else { return Some(self.best) };
        let present = self.columns.iter().zip(&header.places).filter(|(_, place)| place.is_some());
        for (column, _) in present {
            if !info.columns.contains(&column.name) {
                info.columns.push(column.name);
            }
        }
        info.notes.extend(self.notes);
        None
    }
}

/// The lower cell where there is one, the upper one otherwise.
fn divide(upper: &[Cell], lower: &[Cell]) -> Vec<Cell> {
    let length = upper.len().max(lower.len());
    let filled =
        |cells: &[Cell], place: usize| cells.get(place).filter(|cell| !cell.is_empty()).cloned();
    (0..length)
        .map(|place| filled(lower, place).or_else(|| filled(upper, place)).unwrap_or(Cell::EMPTY))
        .collect()
}
