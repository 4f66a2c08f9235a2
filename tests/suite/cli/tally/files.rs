//! Encodings, workbooks, line numbers, packs, the terminal.

use encoding_rs::GB18030;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

use super::{BALLOTS, Desk, ROLL, flats, told};

const BOTH: &[&str] =
    &["--roll", "roll.csv", "--ballots", "ballots.csv", "--json", "--matter", "5"];

#[test]
fn the_line_is_the_one_an_editor_shows() {
    let desk = Desk::new();
    desk.file("roll.csv", format!("{ROLL}{}", flats(3)));
    let rows = "1,1,for,,\r\n\r\n\r\n\"2\r\n\",1,for,,\r\n77,1,for,,\r\n\r\n88,1,for,,\r\n";
    desk.file("ballots.csv", format!("意见表,,,,\r\n\r\n{}{rows}", BALLOTS.replace('\n', "\r\n")));
    let told = told(&desk.run(BOTH));
    assert_eq!(told.problems(), [(9, "unknown_unit"), (11, "unknown_unit")]);
    assert_eq!(told.item(0)["heads_for"], 2);
}

#[test]
fn owners_may_be_told_apart_by_short_keys_and_what_looks_official_must_be_right() {
    let desk = Desk::new();
    let row = |unit, key| format!("{unit},1,1,residential,80.00,register,person,{key},,yes,\n");
    desk.file("ballots.csv", format!("{BALLOTS}1,1,for,,\n2,1,for,,\n"));
    desk.file("roll.csv", format!("{ROLL}{}{}{}", row(1, "O1"), row(2, "O1"), row(3, "护照E12")));
    let counted = told(&desk.run(BOTH));
    assert_eq!((counted.code, counted.problems()), (0, vec![]));
    assert_eq!(counted.item(0)["heads_total"], 2);
    assert_eq!(counted.item(0)["area_participating"], "160.00");
    for (key, code) in [
        ("990101197511194702", "id_wrong_check_digit"),
        ("99010175111947011", "id_wrong_length"),
        ("990101751119470", "id_wrong_length"),
        ("9.90101E+17", "id_in_scientific_notation"),
    ] {
        desk.file("roll.csv", format!("{ROLL}{}", row(1, key)));
        let refused = told(&desk.run(BOTH));
        assert_eq!((refused.code, refused.problems()), (2, vec![(2, code)]));
    }
}

#[test]
fn utf8_with_bom_and_gb18030() {
    let roll = format!("{ROLL}{}", flats(3));
    let ballots = "房号,事项,选择,渠道,时间\n1,一,同意,网上,\n2,一,反对,纸质,\n";
    let encoded = |text: &str| GB18030.encode(text).0.into_owned();
    for (roll, ballots) in [
        (format!("\u{feff}{roll}").into_bytes(), format!("\u{feff}{ballots}").into_bytes()),
        (encoded(&roll), encoded(ballots)),
    ] {
        let desk = Desk::new();
        desk.file("roll.csv", roll);
        desk.file("ballots.csv", ballots);
        let told = told(&desk.run(BOTH));
        assert_eq!((told.code, told.problems()), (0, vec![]));
        assert_eq!(told.item(0)["heads_participating"], 2);
    }
}

#[test]
fn ballots_in_a_workbook_with_real_dates() {
    let desk = Desk::new();
    desk.file("roll.csv", format!("{ROLL}{}", flats(3)));
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let date = Format::new().set_num_format("yyyy-mm-dd hh:mm");
    for (column, name) in ["房号", "事项", "选择", "渠道", "时间"].into_iter().enumerate()
    {
        sheet.write(0, u16::try_from(column).unwrap(), name).unwrap();
    }
    for (row, (choice, hour)) in [("同意", 10), ("反对", 9)].into_iter().enumerate() {
        let row = u32::try_from(row).unwrap() + 1;
        let time = ExcelDateTime::from_ymd(2025, 3, 17).unwrap().and_hms(hour, 0, 0).unwrap();
        sheet.write(row, 0, 1).unwrap().write(row, 1, 1).unwrap();
        sheet.write(row, 2, choice).unwrap().write_with_format(row, 4, &time, &date).unwrap();
    }
    let path = desk.path("ballots.xlsx");
    book.save(&path).unwrap();
    let run = ["--roll", "roll.csv", "--ballots", "ballots.xlsx", "--json"];
    let told = told(&desk.run(&run));
    assert_eq!(told.item(0)["item"], "1");
    assert_eq!(told.item(0)["heads_against"], 1, "09:00 comes before 10:00");
    assert_eq!(told.problems(), [(2, "contradicting_ballot")]);
}

#[test]
fn packs_by_path_and_packs_that_are_refused() {
    let desk = Desk::new();
    desk.file("roll.csv", format!("{ROLL}{}", flats(3)));
    desk.file("ballots.csv", format!("{BALLOTS}1,1,for,,\n1,1,against,,\n2,1,,,\n"));
    let national = include_str!("../../../../seed/reference/rule-packs/national.toml");
    desk.file("last.toml", national.replace("\"first_valid\"", "\"last_valid\""));
    let with = |pack: &str| told(&desk.run(&[BOTH, &["--rule", pack]].concat()));
    assert_eq!(with("national").item(0)["heads_against"], 0);
    let last = with("last.toml");
    assert_eq!((&last.item(0)["heads_against"], last.problems()), (&1.into(), vec![]));
    desk.file(
        "strict.toml",
        national.replace("blank_is_abstain = { value = true", "blank_is_abstain = { value = false"),
    );
    assert_eq!(with("strict.toml").item(0)["heads_participating"], 1);
    desk.file("weak.toml", national.replace("ratio = \"2/3\"", "ratio = \"1/2\""));
    let weak = with("weak.toml");
    assert_eq!((weak.code, weak.problems().len()), (2, 4));
    assert_eq!(with("nowhere.toml").code, 2);
}

#[test]
fn the_terminal_gets_a_table_and_the_problems_apart() {
    let desk = Desk::new();
    desk.file("roll.csv", format!("{ROLL}{}", flats(3)));
    desk.file("ballots.csv", format!("{BALLOTS}1,1,for,,\n2,1,for,,\n9,1,for,,\n"));
    let arguments = ["--roll", "roll.csv", "--ballots", "ballots.csv", "--matter", "5"];
    let output = desk.run(&arguments);
    let (out, err) =
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    assert!(out.contains("通过 PASSED") && out.contains("66.66%"), "{out}");
    assert!(err.contains("ballots.csv:4: unknown_unit"), "{err}");

    desk.file("roll.csv", ROLL);
    let output = desk.run(&arguments);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
    assert!(String::from_utf8(output.stderr).unwrap().contains("empty_scope"));
    assert_eq!(desk.run(&["--roll", "roll.csv", "--matter", "10"]).status.code(), Some(2));
}
