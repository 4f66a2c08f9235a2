//! The two registers of the shape in which street offices keep them, and each fault by itself.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::Cursor,
};

use super::{IdRule, RegisterFile, read_register};
use crate::{
    kernel::{Area, Code, Outcome},
    registry::model::{OwnerKind, UnitUse},
};

const HEADER: &str = "unit_code,building,entrance,use,area,area_source,owner_kind,owner_id,\
    owner_name,phone,co_ownership,delivered,developer_id\n";
const GOOD: &str =
    "1-1-101,1栋,1单元,住宅,86.40,登记,个人,990101197511194701,徐磊强,19900000470,单独所有,是,\n";

fn read(text: &str) -> Outcome<RegisterFile> {
    read_register(Cursor::new(text.as_bytes()), IdRule::Official)
}

/// `(line, column, code)` of each fault of rows under the header.
fn faults(rows: &str) -> Vec<(u64, String, String)> {
    let file = read(&format!("{HEADER}{rows}")).unwrap();
    file.faults.into_iter().map(|fault| (fault.line, fault.column, fault.code)).collect()
}

fn sample(name: &str) -> RegisterFile {
    let path = format!("{}/tests/data/{name}", env!("CARGO_MANIFEST_DIR"));
    read_register(File::open(path).unwrap(), IdRule::Official).unwrap()
}

#[test]
fn register_a_is_clean_and_has_its_heads_and_area() {
    let file = sample("register-a.xlsx");
    assert_eq!(file.faults, []);
    let developers: BTreeSet<&str> = file
        .rows
        .iter()
        .filter(|row| row.owner_kind == OwnerKind::Developer)
        .map(|row| &*row.owner_id)
        .collect();
    assert_eq!(developers.len(), 1);
    let mut units: BTreeMap<&str, (Area, BTreeSet<&str>)> = BTreeMap::new();
    for row in file.rows.iter().filter(|row| row.unit_use != UnitUse::Parking) {
        let (_, owners) = units.entry(&row.unit_code).or_insert((row.area, BTreeSet::new()));
        let owner = if row.delivered { Some(&*row.owner_id) } else { developers.first().copied() };
        owners.extend(owner);
    }
    let heads: BTreeSet<&BTreeSet<&str>> = units.values().map(|(_, owners)| owners).collect();
    let area = Area::checked_sum(units.values().map(|(area, _)| *area)).unwrap();
    assert_eq!((heads.len(), area.to_string().as_str()), (403, "66783.97"));
    let all: BTreeSet<&str> = file.rows.iter().map(|row| &*row.unit_code).collect();
    assert_eq!((units.len(), all.len() - units.len()), (428, 40));
    assert_eq!(file.notes.len(), 2, "the total row and the remark: {:?}", file.notes);
}

#[test]
fn register_b_has_exactly_its_faults() {
    let file = sample("register-b-gb18030.csv");
    let found: Vec<(u64, &str, &str)> =
        file.faults.iter().map(|fault| (fault.line, &*fault.column, &*fault.code)).collect();
    assert_eq!(
        found,
        [
            (7, "area", "missing_value"),
            (12, "owner_id", "id_wrong_check_digit"),
            (16, "owner_id", "id_in_scientific_notation"),
            (20, "owner_id", "owner_missing"),
            (24, "area", "area_too_many_decimals"),
            (28, "area", "area_not_positive"),
            (32, "phone", "invalid_phone"),
            (36, "area_source", "unknown_area_source"),
            (40, "use", "unknown_use"),
            (44, "area", "unit_with_two_areas"),
            (45, "area", "unit_with_two_areas"),
            (50, "delivered", "delivered_unclear"),
        ]
    );
    let row = |line| file.rows.iter().find(|row| row.line == line).unwrap();
    assert_eq!(row(55).area, Area(8850));
    assert_eq!(row(53).owner_name, "=HYPERLINK(\"http://x\",\"点我\")");
    for fault in &file.faults {
        assert!(!fault.message.is_empty() && !fault.message.contains('{'), "{fault:?}");
        assert!(!fault.value.contains("990103197"), "not masked: {fault:?}");
    }
}

#[test]
fn a_good_row_has_no_fault() {
    assert_eq!(faults(GOOD), []);
    let english = "1-1-101,1,1,residential,86.4,register,person,990101197511194701,X,,,yes,\n";
    assert_eq!(faults(english), []);
}

#[test]
fn each_column_has_its_fault() {
    let cases = [
        ("86.40", "", "area", "missing_value"),
        ("86.40", "0", "area", "area_not_positive"),
        ("86.40", "86.405", "area", "area_too_many_decimals"),
        ("86.40", "8_6", "area", "area_not_a_number"),
        ("86.40", "8.6E+1", "area", "area_not_a_number"),
        ("86.40", "1.2.3", "area", "area_not_a_number"),
        ("86.40", "\"1,086.40\"", "area", "area_not_a_number"),
        ("86.40", "99999999999999999999", "area", "area_too_large"),
        ("1-1-101", "", "unit_code", "missing_value"),
        ("住宅", "厂房", "use", "unknown_use"),
        ("登记", "", "area_source", "missing_value"),
        ("个人", "亲戚", "owner_kind", "unknown_owner_kind"),
        ("个人", "单位", "owner_id", "id_wrong_check_digit"),
        ("990101197511194701", "", "owner_id", "missing_value"),
        ("990101197511194701", "990101751119470", "owner_id", "id_wrong_length"),
        ("990101197511194701", "990101197513194701", "owner_id", "id_wrong_birth_date"),
        ("990101197511194701", "99010119751119470A", "owner_id", "id_wrong_character"),
        ("19900000470", "1990000047", "phone", "invalid_phone"),
        ("19900000470", "a@b.cn", "phone", "invalid_phone"),
        ("单独所有", "不清楚", "co_ownership", "unknown_co_ownership"),
        (",是,", ",,", "delivered", "missing_value"),
        (",是,", ",否,", "developer_id", "developer_unknown"),
        (",是,", ",是,12990000MA0TEH0021", "developer_id", "id_wrong_check_digit"),
    ];
    for (good, bad, column, code) in cases {
        let row = GOOD.replace(good, bad);
        assert_eq!(faults(&row), [(2, column.to_owned(), code.to_owned())], "{row}");
    }
}

#[test]
fn rows_of_one_unit_must_agree() {
    let second = GOOD.replace("990101197511194701", "99010219380216149X");
    assert_eq!(faults(&format!("{GOOD}{second}")), []);
    for (good, bad, column) in [
        ("1栋", "2栋", "building"),
        ("1单元", "2单元", "entrance"),
        ("住宅", "商业", "use"),
        ("登记", "合同", "area_source"),
    ] {
        let found = faults(&format!("{GOOD}{}", second.replace(good, bad)));
        assert_eq!(found, [(3, column.to_owned(), "unit_rows_disagree".to_owned())]);
    }
    let twice = faults(&format!("{GOOD}{GOOD}"));
    assert_eq!(twice, [(3, "owner_id".to_owned(), "duplicate_owner".to_owned())]);
}

#[test]
fn the_only_developer_takes_undelivered_units() {
    let developer = GOOD
        .replace("1-1-101", "1-1-102")
        .replace("个人", "开发商")
        .replace("990101197511194701", "12990000MA0TEH002X")
        .replace(",是,", ",否,");
    let sold = GOOD.replace(",是,", ",否,");
    assert_eq!(faults(&format!("{sold}{developer}")), []);
    let named = GOOD.replace(",是,", ",否,91350100M000100Y43");
    assert_eq!(faults(&named), []);
}

#[test]
fn a_number_in_the_id_column_is_refused_and_one_name_per_number_is_noted() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (column, name) in HEADER.trim().split(',').enumerate() {
        let column = u16::try_from(column).unwrap();
        sheet.write(0, column, name.trim()).unwrap();
        let value = GOOD.trim().split(',').nth(usize::from(column)).unwrap();
        if name.trim() == "owner_id" {
            sheet.write(1, column, 990_101_197_511_194_701_f64).unwrap();
        } else {
            sheet.write(1, column, value).unwrap();
        }
    }
    let file =
        read_register(Cursor::new(book.save_to_buffer().unwrap()), IdRule::Official).unwrap();
    assert_eq!(file.faults[0].code, "id_is_a_number");
    assert_eq!(file.faults.len(), 1);

    let other = GOOD.replace("1-1-101", "1-1-102").replace("徐磊强", "徐磊");
    let file = read(&format!("{HEADER}{GOOD}{other}")).unwrap();
    assert_eq!((file.faults.len(), file.notes.len(), file.notes[0].line), (0, 1, 3));
}

#[test]
fn a_file_that_is_no_register_says_which_columns_it_lacks() {
    let refusal = read("房号,面积,备注\n1,2,3\n").unwrap_err();
    assert_eq!(refusal.code(), Code::ImportUnreadable);
    assert_eq!(
        refusal.params()["missing"],
        serde_json::json!(["use", "area_source", "owner_kind", "owner_id", "delivered"])
    );
}
