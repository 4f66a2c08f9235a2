//! CSV: decoded strictly, split by the csv crate, numbered as an editor numbers lines.

use std::io::{Read, Seek};

use super::{
    Column, TableInfo, Visit,
    assemble::{Assembler, RawRow},
    cell::Cell,
    decode::{Decoded, survey},
    refuse,
};
use crate::kernel::{Code, Outcome, Refusal};

pub(super) fn read<R: Read + Seek>(
    mut file: R,
    columns: &'static [Column],
    visit: Visit<'_>,
) -> Outcome<TableInfo> {
    let survey = survey(&mut file)?;
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(survey.delimiter)
        .from_reader(Decoded::new(file, survey.encoding));
    let mut assembler = Assembler::new(columns, "".into());
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).map_err(|error| broken(&error))? {
        let start = record.position().map_or(0, csv::Position::byte);
        let line = reader.get_mut().lines.line_at(start);
        let cells = record.iter().map(Cell::text).collect();
        assembler.push(RawRow { line, last_line: survey.lines.max(line), cells }, visit)?;
        if assembler.is_hopeless() {
            break;
        }
    }
    let mut info = TableInfo::default();
    match assembler.finish(&mut info) {
        None => Ok(info),
        Some(missing) => Err(missing.refusal(columns)),
    }
}

fn broken(error: &csv::Error) -> Refusal {
    if let csv::ErrorKind::Io(io) = error.kind() {
        return refuse("文件读取失败", &io.to_string());
    }
    Refusal::new(Code::ImportUnreadable).detail(error)
}
