//! Both kinds of file, with the habits of real registers.

use std::io::Cursor;

use rust_xlsxwriter::{Format, Formula, Workbook};

use super::{CellKind, Column, TableInfo, TableRow, header_key, read_table};
use crate::kernel::{Code, Outcome};

static COLUMNS: &[Column] = &[
    Column { name: "unit_code", label: "房号", aliases: &["室号"], required: true },
    Column { name: "area", label: "面积", aliases: &["专有部分面积"], required: true },
    Column { name: "note", label: "备注", aliases: &[], required: false },
];

fn read(bytes: impl AsRef<[u8]>) -> Outcome<(TableInfo, Vec<TableRow>)> {
    let mut rows = Vec::new();
    let info = read_table(Cursor::new(bytes.as_ref()), COLUMNS, &mut |row| {
        rows.push(row);
        Ok(())
    })?;
    Ok((info, rows))
}

fn brief(rows: &[TableRow]) -> Vec<(u64, &str, &str)> {
    rows.iter().map(|row| (row.line, &*row.cell(0).text, &*row.cell(1).text)).collect()
}

fn workbook(fill: impl FnOnce(&mut Workbook)) -> Vec<u8> {
    let mut book = Workbook::new();
    fill(&mut book);
    book.save_to_buffer().unwrap()
}

#[test]
fn headers_are_compared_without_units_spaces_and_width() {
    for header in
        ["专有部分面积(㎡)", "专有部分面积（平方米）*", " 专有部分 面积 m2", "专有部分面积"]
    {
        assert_eq!(header_key(header), "专有部分面积", "{header}");
    }
    assert_eq!(header_key("Unit Code"), header_key("unit_code"));
}

#[test]
fn csv_lines_are_those_of_an_editor() {
    let text = "标题\r\n\r\n说明,,\r\n房号,面积,备注\r\n1,10,\"两\r\n行\"\r\n\r\n\r\n2,20,\r\n合计,30,\r\n注：以登记为准";
    for text in [text.to_owned(), text.replace("\r\n", "\n"), format!("\u{feff}{text}")] {
        let (info, rows) = read(text).unwrap();
        assert_eq!(brief(&rows), [(5, "1", "10"), (9, "2", "20")]);
        assert_eq!(info.notes.iter().map(|note| note.line).collect::<Vec<_>>(), [10, 11]);
        assert_eq!(rows[0].cell(2).text.lines().collect::<Vec<_>>(), ["两", "行"]);
    }
}

#[test]
fn gb18030_utf16_and_tabs_are_read() {
    let text = "房号\t面积\n㛃-1\t88.50\n";
    let (gb, _, unmappable) = encoding_rs::GB18030.encode(text);
    assert!(!unmappable);
    let utf16: Vec<u8> =
        [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    for bytes in [text.as_bytes(), &gb, &utf16] {
        assert_eq!(brief(&read(bytes).unwrap().1), [(2, "㛃-1", "88.50")]);
    }
}

#[test]
fn what_is_no_text_is_refused() {
    for bytes in [
        b"".as_slice(),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"unit_code,area\n1,\x00\n",
        b"unit_code,area\n\xff\xff,1\n",
        b"PK\x03\x04 no workbook",
    ] {
        assert_eq!(read(bytes).unwrap_err().code(), Code::ImportUnreadable);
    }
}

#[test]
fn missing_and_doubled_columns_are_named() {
    let missing = read("房号,备注\n1,2\n").unwrap_err();
    assert_eq!(missing.params()["missing"], serde_json::json!(["area"]));
    let none = read("hello\nworld\n").unwrap_err();
    assert_eq!(none.params()["missing"], serde_json::json!(["unit_code", "area"]));
    let doubled = read("房号,面积,专有部分面积\n1,2,3\n").unwrap_err();
    assert_eq!(doubled.params()["doubled"], serde_json::json!(["area"]));
}

#[test]
fn unknown_columns_are_ignored_with_a_note() {
    let (info, rows) = read("房号,朝向,面积\n1,南,10\n").unwrap();
    assert_eq!(brief(&rows), [(2, "1", "10")]);
    assert!(info.notes[0].message.contains("朝向"));
    assert_eq!(info.columns, ["unit_code", "area"]);
}

#[test]
fn an_exported_apostrophe_is_taken_away_again() {
    let (_, rows) = read("房号,面积,备注\n1,10,'=1+1\n2,10,'normal\n").unwrap();
    assert_eq!((&*rows[0].cell(2).text, &*rows[1].cell(2).text), ("=1+1", "'normal"));
}

#[test]
fn workbooks_keep_what_a_cell_is() {
    let bytes = workbook(|book| {
        let sheet = book.add_worksheet();
        sheet.write(0, 0, "名册").unwrap();
        sheet.write(2, 0, "房号").unwrap().write(2, 1, "面积").unwrap();
        sheet.write(3, 0, "1-1").unwrap().write(3, 1, 172.47).unwrap();
        sheet.write(4, 0, 990_101_197_511_194_701_f64).unwrap();
        sheet.write(5, 0, true).unwrap().write(5, 1, Formula::new("=1+1").set_result("2")).unwrap();
        sheet
            .write(6, 0, "x")
            .unwrap()
            .write(6, 1, Formula::new("=1/0").set_result("#DIV/0!"))
            .unwrap();
        let date = Format::new().set_num_format("yyyy-mm-dd");
        sheet.write_with_format(7, 1, 46_000, &date).unwrap();
    });
    let (_, rows) = read(bytes).unwrap();
    let kinds: Vec<_> =
        rows.iter().map(|row| (row.line, row.cell(0).kind, row.cell(1).kind)).collect();
    assert_eq!(
        kinds,
        [
            (4, CellKind::Text, CellKind::Number),
            (5, CellKind::Number, CellKind::Empty),
            (6, CellKind::Boolean, CellKind::Number),
            (7, CellKind::Text, CellKind::Error),
            (8, CellKind::Empty, CellKind::Date),
        ]
    );
    assert_eq!(rows[0].cell(1).text, "172.47");
    assert_eq!(rows[2].cell(1).text, "2");
}

#[test]
fn merged_cells_two_row_headers_and_further_sheets() {
    let bytes = workbook(|book| {
        let plain = Format::new();
        let cover = book.add_worksheet();
        cover.write(0, 0, "填表说明").unwrap();
        let sheet = book.add_worksheet();
        sheet.merge_range(0, 0, 0, 2, "名册", &plain).unwrap();
        sheet.merge_range(1, 0, 2, 0, "房号", &plain).unwrap();
        sheet.merge_range(1, 1, 1, 2, "房屋", &plain).unwrap();
        sheet.write(2, 1, "面积").unwrap().write(2, 2, "备注").unwrap();
        sheet.merge_range(3, 0, 4, 0, "1-1", &plain).unwrap();
        sheet.merge_range(3, 1, 4, 1, "88.5", &plain).unwrap();
        sheet.write(3, 2, "甲").unwrap().write(4, 2, "乙").unwrap();
        sheet.write(5, 0, "1-2").unwrap();
    });
    let (_, rows) = read(bytes).unwrap();
    assert_eq!(brief(&rows), [(4, "1-1", "88.5"), (5, "1-1", "88.5"), (6, "1-2", "")]);
}

#[test]
fn a_data_row_is_never_taken_for_a_total() {
    let (info, rows) =
        read("房号,面积,备注\n合计楼-1,10,\n总计,10,业主\n小 计,10,\n房号,面积,备注\n").unwrap();
    assert_eq!(brief(&rows), [(2, "合计楼-1", "10"), (3, "总计", "10")]);
    assert_eq!(info.notes.iter().map(|note| note.line).collect::<Vec<_>>(), [4, 5]);
}
