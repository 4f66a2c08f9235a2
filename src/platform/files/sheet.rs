//! Writes a table as XLSX or CSV (UTF-8 with BOM), row by row into a file, in bounded memory. Text
//! that a spreadsheet would take for a formula gets an apostrophe before it, which reading takes
//! away again; numbers stay numbers. Absent on purpose: formulas, styles beyond the header's.

use std::{
    borrow::Cow,
    fs::File,
    io::{BufWriter, Seek, SeekFrom, Write},
    pin::Pin,
    task::{Context, Poll},
};

use actix_web::{
    body::{BodySize, MessageBody},
    web::Bytes,
};
use rust_decimal::Decimal;
use rust_xlsxwriter::{DataValidation, Format, Workbook};

use super::table::{Column, FORMULA_STARTS};
use crate::kernel::{Area, Outcome, Refusal};

/// The kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SheetKind {
    /// Text with commas, UTF-8 with BOM.
    Csv,
    /// A workbook.
    Xlsx,
}

impl SheetKind {
    /// The media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }

    /// The file name's end.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }
}

/// A cell to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Text.
    Text(String),
    /// An area in m².
    Area(Area),
    /// Nothing.
    Empty,
}

impl Value {
    /// Text, or nothing.
    #[must_use]
    pub fn text(text: impl ToString) -> Self {
        let text = text.to_string();
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }
}

/// Text as it may stand in a cell that a spreadsheet opens.
#[must_use]
pub fn formula_safe(text: &str) -> Cow<'_, str> {
    // Text that begins as an escaped text does is escaped too, so that reading gives it back.
    if text.trim_start_matches('\'').starts_with(FORMULA_STARTS) {
        return Cow::Owned(format!("'{}", text.replace('\0', "")));
    }
    Cow::Borrowed(text)
}

/// A drop-down: the column's place and its words.
pub type Choices = (u16, &'static [&'static str]);

/// A table on its way into a file.
pub struct SheetWriter(Inner);

enum Inner {
    Csv(Box<csv::Writer<BufWriter<File>>>),
    Xlsx { book: Box<Workbook>, row: u32, file: File },
}

fn failed(error: impl ToString) -> Refusal {
    Refusal::internal(format!("writing a sheet: {}", error.to_string()))
}

impl SheetWriter {
    /// Begins a sheet with its header row. `footer` is printed on each page of a workbook: who took
    /// it and when.
    ///
    /// # Errors
    /// `internal` where the file can't be written.
    pub fn create(
        (kind, mut file): (SheetKind, File),
        columns: &[Column],
        (choices, footer): (&[Choices], &str),
    ) -> Outcome<Self> {
        if kind == SheetKind::Csv {
            file.write_all(b"\xef\xbb\xbf").map_err(failed)?;
            let mut writer = csv::Writer::from_writer(BufWriter::new(file));
            writer.write_record(columns.iter().map(|column| column.label)).map_err(failed)?;
            return Ok(Self(Inner::Csv(Box::new(writer))));
        }
        let mut book = Workbook::new();
        header(&mut book, columns, (choices, footer)).map_err(failed)?;
        Ok(Self(Inner::Xlsx { book: Box::new(book), row: 1, file }))
    }

    /// Writes a row.
    ///
    /// # Errors
    /// `internal` where the file can't be written.
    pub fn row(&mut self, values: &[Value]) -> Outcome<()> {
        match &mut self.0 {
            Inner::Csv(writer) => {
                let text = |value: &Value| match value {
                    Value::Text(text) => formula_safe(text).into_owned(),
                    Value::Area(area) => area.to_string(),
                    Value::Empty => String::new(),
                };
                writer.write_record(values.iter().map(text)).map_err(failed)
            }
            Inner::Xlsx { book, row, .. } => {
                write_row(book, *row, values).map_err(failed)?;
                *row += 1;
                Ok(())
            }
        }
    }

    /// Ends the sheet; the file stands at its beginning.
    ///
    /// # Errors
    /// `internal` where the file can't be written.
    pub fn finish(self) -> Outcome<File> {
        let mut file = match self.0 {
            Inner::Csv(writer) => {
                let buffered = writer.into_inner().map_err(failed)?;
                buffered.into_inner().map_err(failed)?
            }
            Inner::Xlsx { mut book, mut file, .. } => {
                book.save_to_writer(&mut file).map_err(failed)?;
                file
            }
        };
        file.seek(SeekFrom::Start(0)).map_err(failed)?;
        Ok(file)
    }
}

fn header(
    book: &mut Workbook,
    columns: &[Column],
    (choices, footer): (&[Choices], &str),
) -> Result<(), rust_xlsxwriter::XlsxError> {
    let (bold, text) = (Format::new().set_bold(), Format::new().set_num_format("@"));
    let sheet = book.add_worksheet_with_constant_memory()?;
    sheet.set_freeze_panes(1, 0)?;
    sheet.set_footer(format!("&L{}&R&P/&N", footer.replace('&', "&&")));
    for (place, column) in (0u16..).zip(columns) {
        // Text columns keep an ID number's 18 digits as they are typed.
        if column.name != "area" {
            sheet.set_column_format(place, &text)?;
        }
        sheet.set_column_width_pixels(place, if column.name == "owner_id" { 160 } else { 90 })?;
        sheet.write_string_with_format(0, place, column.label, &bold)?;
    }
    for (place, words) in choices {
        let list = DataValidation::new().allow_list_strings(words)?;
        sheet.add_data_validation(1, *place, 20_000, *place, &list)?;
    }
    Ok(())
}

fn write_row(
    book: &mut Workbook,
    row: u32,
    values: &[Value],
) -> Result<(), rust_xlsxwriter::XlsxError> {
    let sheet = book.worksheet_from_index(0)?;
    for (place, value) in (0u16..).zip(values) {
        match value {
            Value::Text(text) => sheet.write_string(row, place, formula_safe(text).as_ref())?,
            Value::Area(area) => sheet.write(row, place, Decimal::new(area.0, 2))?,
            Value::Empty => continue,
        };
    }
    Ok(())
}

/// A file as a response's body, sent in chunks.
pub struct FileBody {
    file: File,
    size: u64,
}

impl FileBody {
    /// The whole of a file that stands at its beginning.
    ///
    /// # Errors
    /// `internal` where the file can't be read.
    pub fn new(file: File) -> Outcome<Self> {
        let size = file.metadata().map_err(failed)?.len();
        Ok(Self { file, size })
    }
}

impl MessageBody for FileBody {
    type Error = std::io::Error;

    fn size(&self) -> BodySize {
        BodySize::Sized(self.size)
    }

    // A chunk comes from a temporary file that was just written: out of memory, as a rule.
    fn poll_next(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let mut chunk = vec![0; 64 * 1024];
        match std::io::Read::read(&mut self.get_mut().file, &mut chunk) {
            Ok(0) => Poll::Ready(None),
            Ok(count) => {
                chunk.truncate(count);
                Poll::Ready(Some(Ok(chunk.into())))
            }
            Err(error) => Poll::Ready(Some(Err(error))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::formula_safe;

    #[test]
    fn what_looks_like_a_formula_is_text() {
        for start in ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "\nx", "＝1", "＋1", "－1", "＠x"]
        {
            assert_eq!(formula_safe(start), format!("'{start}"));
        }
        assert_eq!(formula_safe("\0=1"), "'=1");
        assert_eq!(formula_safe("张三"), "张三");
        assert_eq!(formula_safe("'张三"), "'张三");
        assert_eq!(formula_safe("'=1"), "''=1");
    }
}
