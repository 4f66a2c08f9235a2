//! Rolls: heads, pools, faults.

use super::{flat, roll_rules};
use crate::voting::rules::roll::{BuildingTotal, Roll, RollFault, RollProblem, UnitRow};

#[test]
fn every_fault_of_every_unit_is_listed() {
    let bare = UnitRow { area: None, has_area_source: false, owners: vec![], ..flat("1.00", &[]) };
    let zero = flat("0.00", &["A"]);
    let waiting = UnitRow { is_delivered: false, ..flat("50.00", &["B"]) };
    let problems = Roll::build(&[bare, zero, waiting], roll_rules()).unwrap_err();
    let fault = |unit, fault| RollProblem { unit, fault };
    assert_eq!(
        problems,
        [
            fault(0, RollFault::AreaMissing),
            fault(0, RollFault::AreaSourceMissing),
            fault(0, RollFault::OwnerMissing),
            fault(1, RollFault::AreaNotPositive),
            fault(2, RollFault::DeveloperUnknown),
        ]
    );
}

#[test]
fn the_developer_of_an_undelivered_unit_is_named_or_the_only_one() {
    let waiting = |developer: Option<&str>| UnitRow {
        is_delivered: false,
        developer: developer.map(str::to_owned),
        ..flat("50.00", &["B"])
    };
    let heads = |units: &[UnitRow]| Roll::build(units, roll_rules()).map(|roll| roll.heads.len());
    assert_eq!(heads(&[flat("50.00", &["DEV1"]), waiting(None)]), Ok(1));
    assert_eq!(heads(&[waiting(Some("DEV1")), waiting(None)]), Ok(1));
    let two = [flat("50.00", &["DEV1"]), flat("50.00", &["DEV2"]), waiting(None)];
    assert!(heads(&two).is_err());
    let two = [flat("50.00", &["DEV1"]), flat("50.00", &["DEV2"]), waiting(Some("DEV2"))];
    assert_eq!(heads(&two), Ok(2));
}

#[test]
fn the_order_of_owners_and_a_name_said_twice_make_no_new_head() {
    let units =
        [flat("10.00", &["A", "B"]), flat("10.00", &["B", "A"]), flat("10.00", &["B", "A", "B"])];
    let roll = Roll::build(&units, roll_rules()).unwrap();
    assert_eq!(roll.heads.len(), 1);
    assert_eq!(roll.heads[0].units, [0, 1, 2]);
}

#[test]
fn totals_by_building_add_up_by_area() {
    let second = UnitRow { building: "2".to_owned(), ..flat("20.00", &["A"]) };
    let units = [flat("10.00", &["A"]), second, flat("5.00", &["B"])];
    let roll = Roll::build(&units, roll_rules()).unwrap();
    let total = |building: &str, units, heads, area: &str| BuildingTotal {
        building: building.to_owned(),
        units,
        heads,
        area: area.parse().unwrap(),
    };
    assert_eq!(roll.by_building(&units), [total("1", 2, 2, "15.00"), total("2", 1, 1, "20.00")]);
    assert_eq!(roll.area.to_string(), "35.00");
}

#[test]
fn areas_that_can_not_be_summed_are_a_fault() {
    let mut huge = flat("1.00", &["A"]);
    huge.area = Some(crate::kernel::Area(i64::MAX));
    let problems = Roll::build(&[huge.clone(), huge], roll_rules()).unwrap_err();
    assert_eq!(problems, [RollProblem { unit: 1, fault: RollFault::AreaTooLarge }]);
}
