//! Heads and areas of the roll, and rolls that can't be counted on.

use serde_json::json;

use super::{Desk, ROLL, flat, flats, organization, person, sample, tally, told};

fn totals(roll: &str, arguments: &[&str]) -> (String, u64) {
    let told = tally(roll, "", arguments);
    assert_eq!(told.code, 0, "{}", told.json);
    let item = told.item(0);
    (item["area_total"].as_str().unwrap().to_owned(), item["heads_total"].as_u64().unwrap())
}

fn of(area: &str, heads: u64) -> (String, u64) {
    (area.to_owned(), heads)
}

#[test]
fn the_sample_register_has_403_heads() {
    let desk = Desk::new();
    let roll = sample("register-a.xlsx");
    let told = told(&desk.run(&["--roll", roll.to_str().unwrap(), "--json", "--matter", "7"]));
    assert_eq!(told.item(0)["heads_total"], 403);
    assert_eq!(told.item(0)["area_total"], "66783.97");
    assert_eq!((told.code, told.problems()), (0, vec![]));
}

#[test]
fn the_faulty_sample_register_is_unusable_with_every_reason() {
    let desk = Desk::new();
    let roll = sample("register-b-gb18030.csv");
    let told = told(&desk.run(&["--roll", roll.to_str().unwrap(), "--json"]));
    assert_eq!((told.code, &told.json["items"]), (2, &json!([])));
    let lines: Vec<u64> = told.problems().iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [7, 12, 16, 20, 24, 28, 32, 36, 40, 44, 45, 50]);
}

#[test]
fn a_co_owned_unit_counts_once_and_each_owner_set_is_a_head() {
    let roll = [
        flat("1", "80.00", 1),
        flat("1", "80.00", 2),
        flat("2", "80.00", 2),
        flat("2", "80.00", 1),
        flat("3", "50.00", 2),
    ]
    .concat();
    assert_eq!(totals(&roll, &[]), of("210.00", 2));
}

#[test]
fn parking_counts_by_switch_and_storage_always() {
    let space = flat("P", "12.50", 1).replace("residential", "车位");
    let stranger = flat("Q", "12.50", 9).replace("residential", "parking");
    let cellar = flat("S", "5.00", 1).replace("residential", "storage");
    let roll = [flat("1", "80.00", 1), space, stranger, cellar].concat();
    assert_eq!(totals(&roll, &[]), of("85.00", 1));
    assert_eq!(totals(&roll, &["--count-parking"]), of("110.00", 2));
}

fn developer(unit: &str, number: u32, delivered: &str) -> String {
    let code = organization(number);
    format!("{unit},1,1,residential,100.00,register,developer,{code},开发,{delivered},\n")
}

fn undelivered(unit: &str, owner: u32, developer: &str) -> String {
    let id = person(owner);
    format!("{unit},1,1,residential,100.00,contract,person,{id},乙,no,{developer}\n")
}

#[test]
fn units_of_a_developer_and_undelivered_ones_are_one_head() {
    let roll = [
        developer("1", 1, "no"),
        developer("2", 1, "yes"),
        undelivered("3", 1, ""),
        flat("4", "100.00", 1),
    ]
    .concat();
    assert_eq!(totals(&roll, &[]), of("400.00", 2));
    let told = tally(&roll, "3,1,for,,\n1,1,against,,\n", &[]);
    assert_eq!(told.item(0)["area_for"], "300.00");
    assert_eq!(told.problems(), [(3, "contradicting_ballot")]);
}

#[test]
fn with_two_developers_an_undelivered_unit_names_its_own() {
    let two = [developer("1", 1, "no"), developer("2", 2, "no")].concat();
    let named = format!("{two}{}", undelivered("3", 1, &organization(2)));
    assert_eq!(totals(&named, &[]), of("300.00", 2));
    let silent = tally(&format!("{two}{}", undelivered("3", 1, "")), "", &[]);
    assert_eq!((silent.code, silent.problems()), (2, vec![(4, "developer_unknown")]));
    let nobody = tally(&undelivered("3", 1, ""), "", &[]);
    assert_eq!((nobody.code, nobody.problems()), (2, vec![(2, "developer_unknown")]));
}

#[test]
fn every_fault_of_both_files_is_told() {
    let roll = [
        flat("1", "", 1),
        flat("2", "50.00", 2).replace("register", "guess"),
        flat("3", "50.00", 3).replace(&person(3), "990101197001010000"),
        flat("4", "50.00", 4),
        flat("4", "60.00", 5),
    ]
    .concat();
    let told = tally(&roll, "1,1,perhaps,,\n", &[]);
    assert_eq!(told.code, 2);
    let lines: Vec<_> = told.json["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| (p["file"].as_str().unwrap(), p["line"].as_u64().unwrap()))
        .collect();
    let (roll, ballots) = ("roll.csv", "ballots.csv");
    assert_eq!(lines, [(roll, 2), (roll, 3), (roll, 4), (roll, 5), (roll, 6), (ballots, 2)]);
    for problem in told.json["problems"].as_array().unwrap() {
        assert!(!problem["message"].as_str().unwrap().is_empty());
        assert_eq!(problem.as_object().unwrap().len(), 4);
    }
}

#[test]
fn an_empty_scope_is_unusable() {
    let told = tally("", "", &[]);
    assert_eq!((told.code, told.problems()), (2, vec![(1, "empty_scope")]));
    let parking = flat("P", "12.50", 1).replace("residential", "parking");
    assert_eq!(tally(&parking, "", &[]).code, 2);
    assert_eq!(tally(&parking, "", &["--count-parking"]).code, 0);
}

#[test]
fn chinese_headers_and_values() {
    let header = "房号,楼栋,单元,用途,面积,面积来源,业主类型,证件号,业主姓名,已交付\n";
    let row = |unit: &str, owner: u32| {
        format!("{unit},1栋,1单元,住宅,８８．５０,实测,个人,{},甲,是\n", person(owner))
    };
    let desk = Desk::new();
    desk.file("roll.csv", format!("{header}{}{}", row("1", 1), row("2", 2)));
    desk.file("b.csv", "房号,事项,选择,渠道,时间\n１,1,同意,网上,2025年3月17日 9:05\n");
    let told = told(&desk.run(&["--roll", "roll.csv", "--ballots", "b.csv", "--json"]));
    assert_eq!(told.item(0)["area_for"], "88.50");
    assert_eq!(told.item(0)["area_total"], "177.00");
}

#[test]
fn a_roll_that_is_none_says_what_it_lacks() {
    let desk = Desk::new();
    desk.file("roll.csv", "a,b\n1,2\n");
    let told = told(&desk.run(&["--roll", "roll.csv", "--json"]));
    assert_eq!((told.code, told.problems()), (2, vec![(1, "import_unreadable")]));
    let missing = super::told(&desk.run(&["--roll", "nothing.csv", "--json"]));
    assert_eq!((missing.code, missing.problems()), (2, vec![(1, "import_unreadable")]));
    assert!(ROLL.starts_with("unit_code") && !flats(1).is_empty());
}
