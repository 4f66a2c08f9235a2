//! Which ballots count, in which order, on which item.

use serde_json::json;

use super::{flat, flats, tally};

#[test]
fn an_item_has_exactly_the_promised_fields() {
    let told = tally(&flats(3), "1,1,for,paper,\n2,1,against,online,\n", &["--matter", "5"]);
    assert_eq!(told.code, 0);
    assert_eq!(
        told.json,
        json!({
            "items": [{
                "item": "1",
                "class": "ordinary",
                "area_total": "300.00",
                "heads_total": 3,
                "area_participating": "200.00",
                "heads_participating": 2,
                "area_for": "100.00",
                "heads_for": 1,
                "area_against": "100.00",
                "heads_against": 1,
                "area_abstain": "0.00",
                "heads_abstain": 0,
                "participation_by_area": true,
                "participation_by_heads": true,
                "approval_by_area": false,
                "approval_by_heads": false,
                "passed": false
            }],
            "problems": []
        })
    );
}

#[test]
fn the_class_follows_the_matter() {
    for matter in ["1", "2", "3", "4", "5", "9"] {
        let told = tally(&flats(1), "1,1,for,,\n", &["--matter", matter]);
        assert_eq!(told.item(0)["class"], "ordinary", "{matter}");
    }
    for matter in ["6", "7", "8"] {
        let told = tally(
            &flats(4),
            "1,1,for,,\n2,1,for,,\n3,1,for,,\n4,1,abstain,,\n",
            &["--matter", matter],
        );
        assert_eq!(told.item(0)["class"], "special", "{matter}");
        assert_eq!(told.item(0)["passed"], true, "{matter}: exactly three quarters");
    }
}

#[test]
fn words_in_chinese_and_english_and_blank_abstains() {
    let rows = "1,一,同意,网上,\n2,一,反对,纸质,\n3,一,弃权,委托,\n4,一,无效,,\n5,一,,paper,\n6,一,FOR,Online,\n";
    let told = tally(&flats(6), rows, &["--matter", "5"]);
    let item = told.item(0);
    assert_eq!(item["item"], "一");
    assert_eq!(item["heads_participating"], 5);
    assert_eq!(
        (&item["heads_for"], &item["heads_against"], &item["heads_abstain"]),
        (&json!(2), &json!(1), &json!(2))
    );
    assert_eq!(told.problems(), []);
}

#[test]
fn ballots_are_taken_by_time_and_then_by_the_order_of_the_file() {
    // 09:30 at +09:00 is the earliest although its text sorts last.
    let rows = "1,1,for,,2025-03-17 09:00\n1,1,against,,2025-03-17T09:30:00+09:00\n\
        2,1,against,,2025-03-18 10:00\n2,1,for,,2025/3/18 10:00:00\n\
        3,1,abstain,,\n3,1,against,,2025-03-17 09:00\n";
    let told = tally(&flats(3), rows, &["--matter", "5"]);
    assert_eq!(told.item(0)["heads_against"], 3);
    let contradicting = "contradicting_ballot";
    assert_eq!(told.problems(), [(2, contradicting), (5, contradicting), (6, contradicting)]);
}

#[test]
fn an_equal_later_ballot_is_ignored_and_an_invalid_one_blocks_nothing() {
    let rows = "1,1,for,,2025-03-17 09:00\n1,1,同意,,2025-03-18 09:00\n\
        2,1,invalid,,2025-03-17 09:00\n2,1,for,,2025-03-18 09:00\n\
        3,1,for,,2025-03-17 09:00\n3,1,invalid,,2025-03-18 09:00\n4,1,invalid,,\n";
    let told = tally(&flats(4), rows, &["--matter", "5"]);
    assert_eq!(told.item(0)["heads_for"], 3);
    assert_eq!(told.item(0)["heads_participating"], 3);
    assert_eq!(told.problems(), []);
}

#[test]
fn a_row_for_any_unit_is_the_ballot_of_the_head_for_its_whole_area() {
    let roll = [flat("A", "80.00", 1), flat("B", "20.50", 1), flat("C", "50.00", 2)].concat();
    let told = tally(&roll, "B,1,for,,\nA,1,against,,\n", &["--matter", "5"]);
    assert_eq!(told.item(0)["area_for"], "100.50");
    assert_eq!(told.item(0)["heads_for"], 1);
    assert_eq!(told.problems(), [(3, "contradicting_ballot")]);
}

#[test]
fn items_are_sorted_as_people_count_and_judged_each_on_its_own() {
    let rows = "1,10,for,,\n1,9,against,,\n2,10,for,,\n3,2,for,,\n";
    let told = tally(&flats(3), rows, &["--matter", "9"]);
    let items = told.json["items"].as_array().unwrap();
    let names: Vec<_> = items.iter().map(|item| item["item"].as_str().unwrap()).collect();
    assert_eq!(names, ["2", "9", "10"]);
    assert_eq!(told.item(2)["passed"], true);
    assert_eq!(told.item(0)["passed"], false);
}

#[test]
fn a_file_without_rows_has_one_item_on_which_nobody_took_part() {
    let told = tally(&flats(2), "", &["--matter", "7"]);
    assert_eq!(told.code, 0);
    assert_eq!(told.json["items"].as_array().unwrap().len(), 1);
    let item = told.item(0);
    assert_eq!((&item["item"], &item["heads_total"]), (&json!("1"), &json!(2)));
    for test in ["participation_by_area", "approval_by_area", "approval_by_heads", "passed"] {
        assert_eq!(item[test], false, "{test}");
    }
}

#[test]
fn unknown_and_excluded_units_are_problems_and_do_not_stop_the_count() {
    let parking = flat("P1", "12.50", 1).replace("residential", "parking");
    let roll = format!("{}{parking}", flats(2));
    let told = tally(&roll, "1,1,for,,\n9,1,for,,\nP1,1,for,,\n2,1,for,,\n", &[]);
    assert_eq!(told.code, 0);
    assert_eq!(told.problems(), [(3, "unknown_unit"), (4, "excluded_unit")]);
    assert_eq!(told.json["problems"][0]["file"], "ballots.csv");
    assert_eq!(told.item(0)["passed"], true);
}

#[test]
fn words_and_times_that_can_not_be_read_make_the_file_unusable() {
    let rows = "1,1,maybe,,\n2,1,for,pigeon,\n3,1,for,,yesterday\n4,,for,,\n";
    let told = tally(&flats(4), rows, &[]);
    assert_eq!(told.code, 2);
    assert_eq!(told.json["items"], json!([]));
    assert_eq!(
        told.problems(),
        [(2, "unknown_choice"), (3, "unknown_channel"), (4, "unreadable_time")]
    );
    let told = tally(&flats(2), "1,1,for,,\n2,,for,,\n", &[]);
    assert_eq!((told.code, told.problems()), (2, vec![(3, "missing_value")]));
}

#[test]
fn one_hundredth_of_a_square_metre_decides() {
    let roll = |last: &str| format!("{}{}", flats(2), flat("3", last, 3));
    let two = "1,1,for,,\n2,1,for,,\n";
    let met = tally(&roll("100.00"), two, &["--matter", "5"]);
    assert_eq!(met.item(0)["passed"], true);
    let short = tally(&roll("100.01"), two, &["--matter", "5"]);
    assert_eq!(short.item(0)["participation_by_area"], false);
    assert_eq!(short.item(0)["participation_by_heads"], true);
    assert_eq!((short.code, &short.item(0)["passed"]), (0, &json!(false)));
}
