//! The shipped pack, and packs that must be refused.

use super::national;
use crate::{
    kernel::Code,
    voting::{
        model::{Basis, ItemClass},
        rules::pack::{NATIONAL, RulePack, shipped_calendar},
    },
};

#[test]
fn the_nine_matters_have_the_classes_of_278() {
    let pack = national();
    for key in ["1", "2", "3", "4", "5", "9"] {
        assert_eq!(pack.matter(key).unwrap().class, ItemClass::Ordinary, "{key}");
    }
    for key in ["6", "7", "8"] {
        assert_eq!(pack.matter(key).unwrap().class, ItemClass::Special, "{key}");
    }
    assert_eq!(pack.matter("10"), None);
    assert_eq!(pack.strictest(&["5", "7"]), Some(ItemClass::Special));
    assert_eq!(pack.strictest(&["5", "77"]), None);
    assert!(shipped_calendar().is_ok());
}

#[test]
fn defaults_where_the_law_is_silent_are_marked_as_ours() {
    let pack = national();
    assert_eq!(pack.periods.notice.basis, Basis::Law);
    assert_eq!(pack.periods.publicity.basis, Basis::Ours);
    assert_eq!(pack.switches.count_parking.basis, Basis::Ours);
}

#[test]
fn the_digest_sees_the_content_and_not_the_layout() {
    let digest = national().digest().unwrap();
    let shuffled = NATIONAL.replace("# ", "#   ").replace(" = ", "   =   ");
    assert_eq!(RulePack::from_toml(&shuffled).unwrap().digest().unwrap(), digest);
    let canonical = national().canonical().unwrap();
    assert_eq!(RulePack::from_toml(&canonical).unwrap(), national());
    let other = NATIONAL.replace("version = 1\n", "version = 2\n");
    assert_ne!(RulePack::from_toml(&other).unwrap().digest().unwrap(), digest);
    assert_eq!(digest.len(), 64);
}

/// The pointers of the faults of the national pack with one text replaced.
fn faults(from: &str, to: &str) -> Vec<String> {
    assert!(NATIONAL.contains(from), "{from}");
    let refused = RulePack::from_toml(&NATIONAL.replace(from, to)).unwrap_err();
    assert_eq!(refused.code(), Code::RulePackInvalid);
    refused.errors().iter().map(|error| error.pointer.clone()).collect()
}

#[test]
fn every_fault_of_a_pack_is_named() {
    assert_eq!(faults("version = 1\n", "version = 0\n"), ["/version"]);
    assert_eq!(faults("key = \"9\"", "key = \"8\""), ["/matter/8/key", "/matter"]);
    assert_eq!(faults("clause = \"民法典 278(1)\"", "clause = \" \""), ["/matter/0/clause"]);
    assert_eq!(faults("ratio = \"3/4\"", "ratio = \"2/3\"").len(), 2);
    assert_eq!(faults("ratio = \"1/2\"", "ratio = \"0/2\"").len(), 2);
    assert_eq!(faults("\"more_than\", ratio = \"1/2\"", "\"at_least\", ratio = \"1/2\"").len(), 2);
    assert_eq!(faults("ratio = \"3/4\"", "ratio = \"5/4\"").len(), 2);
    assert_eq!(
        faults("window_max_days = { value = 60", "window_max_days = { value = 6"),
        ["/periods/window_max_days"]
    );
    assert_eq!(
        faults("silent_rule = { value = \"none\"", "silent_rule = { value = \"objection\""),
        ["/switches/silent_rule"]
    );
}

#[test]
fn a_stricter_pack_is_lawful_and_an_unreadable_one_says_where() {
    let stricter =
        NATIONAL.replace("\"more_than\", ratio = \"1/2\"", "\"at_least\", ratio = \"3/5\"");
    assert!(RulePack::from_toml(&stricter).is_ok());
    for broken in [
        NATIONAL.replace("days = 15", "days = 15, years = 1"),
        NATIONAL.replace("version = 1", "version = 1\nunknown = 1"),
        NATIONAL.replace("2021-01-01", "2021-13-01"),
    ] {
        let refused = RulePack::from_toml(&broken).unwrap_err();
        assert!(refused.detail_text().unwrap().contains("line"), "{refused}");
    }
}
