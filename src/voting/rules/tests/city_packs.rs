//! The shipped packs of the cities: good by their own examination, refused where the engine can't
//! keep them, and copies that contradict a clause.

use std::collections::BTreeSet;

use super::national;
use crate::{
    kernel::{Code, LocalDate, Outcome},
    voting::{
        model::{Basis, SilentRule, VoteScope},
        rules::{
            pack::{NATIONAL, RulePack},
            pack_report::{PackReport, examine},
            pack_use::{not_in_force, refusals, warnings},
            pack_values::{ValueUse, explain_pack},
            pack_words,
            shipped::{SHIPPED, find_shipped},
        },
    },
};

fn text(id: &str) -> &'static str {
    find_shipped(id).unwrap().text
}

fn pack(id: &str) -> RulePack {
    RulePack::from_toml(text(id)).unwrap()
}

fn codes(pack: &RulePack) -> Vec<Code> {
    refusals(pack).into_iter().map(|blocker| blocker.code).collect()
}

#[test]
fn every_shipped_pack_is_good_with_its_own_cases() {
    for shipped in SHIPPED {
        let report = examine(shipped.text, Some(shipped.tests), None).unwrap();
        assert!(report.good, "{}: {:#?}", shipped.id, report.faults);
        assert_eq!(report.id, shipped.id);
        assert!(!report.tests.is_empty() && report.tests.iter().all(|test| test.passed));
        assert!(report.warnings.iter().all(|warning| warning.name != "tests"));
    }
}

#[test]
fn every_value_has_words_in_both_languages_and_a_canonical_text() {
    for shipped in SHIPPED {
        let pack = pack(shipped.id);
        for value in explain_pack(&pack).unwrap() {
            let key = value.name.rsplit('.').next().unwrap();
            let titled = value.name.starts_with("matter.") || value.name.starts_with("composite.");
            assert!(titled || pack_words::label(key).0 != key, "{} has no label", value.name);
            assert!(!value.clause.is_empty() && value.zh.contains('：'), "{value:?}");
        }
        let canonical = pack.canonical().unwrap();
        assert_eq!(RulePack::from_toml(&canonical).unwrap(), pack, "{}", shipped.id);
    }
}

#[test]
fn what_was_not_checked_against_its_text_warns() {
    for shipped in SHIPPED {
        let pack = pack(shipped.id);
        let told: BTreeSet<_> = warnings(&pack).into_iter().map(|warning| warning.name).collect();
        for value in explain_pack(&pack).unwrap() {
            let unsure = !matches!(value.basis, Some(Basis::Law | Basis::Ours) | None);
            let composite = value.name.starts_with("composite.");
            assert_eq!(told.contains(&value.name), unsure || composite, "{}", value.name);
        }
    }
    assert_eq!(warnings(&national()), []);
    let wuhan = warnings(&pack("wuhan"));
    assert!(wuhan.iter().any(|w| w.name == "switches.max_changes" && w.basis == Some(Basis::Page)));
}

#[test]
fn a_rule_that_the_engine_does_not_keep_is_refused_and_said_in_the_explanation() {
    assert_eq!(codes(&national()), []);
    assert_eq!(codes(&pack("hangzhou")), []);
    assert_eq!(codes(&pack("wuhan")), []);
    let beijing = pack("beijing");
    assert_eq!(codes(&beijing), [Code::OfficialPlatformRequired, Code::RulePackUnsupported]);
    let recognised = text("beijing").replace(
        "[procedure]\n",
        "[procedure]\nrecognised_platform = { value = \"本系统\", clause = \"京建发〔2026〕1号\", \
         basis = \"law\" }\n",
    );
    let recognised = RulePack::from_toml(&recognised).unwrap();
    assert_eq!(codes(&recognised), [Code::RulePackUnsupported], "identity is still missing");
    let last = NATIONAL.replace("\"first_valid\"", "\"last_valid\"");
    let last = RulePack::from_toml(&last).unwrap();
    assert_eq!(codes(&last), []);
    let values = explain_pack(&beijing).unwrap();
    let identity = values.iter().find(|value| value.name == "procedure.identity").unwrap();
    assert_eq!(identity.used, ValueUse::Refused);
    let proxies = format!(
        "{NATIONAL}\n[procedure]\nproxy_limit = {{ value = 3, clause = \"潍坊市物业管理条例 32\", \
         basis = \"law\" }}\n"
    );
    assert_eq!(codes(&RulePack::from_toml(&proxies).unwrap()), [], "a limit is kept");
}

#[test]
fn a_pack_ends_with_its_law() {
    let henan = pack("henan-objection");
    let day = |text: &str| text.parse::<LocalDate>().unwrap();
    assert!(not_in_force(&henan, day("2020-12-31")).is_none());
    let blocker = not_in_force(&henan, day("2021-01-01")).unwrap();
    assert_eq!(blocker.code, Code::RulePackNotInForce);
    assert!(not_in_force(&henan, day("2017-12-31")).is_some());
    assert_eq!(henan.switches.silent_rule.value, SilentRule::Objection);
}

#[test]
fn a_matter_belongs_to_its_scope() {
    let shanghai = pack("shanghai-elevator");
    let allows = |key: &str, scope| shanghai.matter(key).unwrap().allows(scope);
    assert!(allows("elevator", VoteScope::Building) && !allows("elevator", VoteScope::Community));
    assert!(allows("elevator-area", VoteScope::Community));
    assert!(allows("7", VoteScope::Entrance), "no scope named means any");
}

/// The examination of a shipped pack with texts replaced.
fn changed(id: &str, changes: &[(&str, &str)]) -> PackReport {
    let mut changed = text(id).to_owned();
    for (from, to) in changes {
        assert!(changed.contains(from), "{from}");
        changed = changed.replace(from, to);
    }
    examine(&changed, None, None).unwrap()
}

fn pointers(report: &PackReport) -> Vec<&str> {
    report.faults.iter().map(|fault| fault.pointer.as_str()).collect()
}

#[test]
fn a_copy_of_hangzhou_with_four_days_is_told_what_the_clause_says() {
    let window = ("window_min_days = { value = 5", "window_min_days = { value = 4");
    let own = ("id = \"hangzhou\"", "id = \"xihu\"");
    let based = ("based_on = \"national\"", "based_on = \"hangzhou\"");
    for changes in [&[window][..], &[window, own, based], &[window, own]] {
        let report = changed("hangzhou", changes);
        assert_eq!(pointers(&report), ["/periods/window_min_days"], "{changes:?}");
        let fault = &report.faults[0];
        assert!(fault.message.contains("杭州市物业管理条例 20"), "{fault:?}");
        assert!(fault.message.contains("at least 5, here is 4"), "{fault:?}");
        let at = text("hangzhou").lines().position(|line| line.starts_with("window_min_days"));
        assert_eq!(fault.line, Some(u64::try_from(at.unwrap()).unwrap() + 1));
    }
    // Stricter than the clause is lawful: six days lie within five to sixty.
    let six = ("window_min_days = { value = 5", "window_min_days = { value = 6");
    assert!(changed("hangzhou", &[six]).good);
    let longer = ("window_max_days = { value = 60", "window_max_days = { value = 61");
    assert_eq!(pointers(&changed("hangzhou", &[longer])), ["/periods/window_max_days"]);
}

#[test]
fn what_national_law_asks_cannot_be_lowered() {
    let own = ("id = \"national\"", "id = \"own\"");
    let notice = |days: &str| {
        let changes = [own, ("value = { days = 15", days)];
        pointers(&changed("national", &changes)).len()
    };
    assert_eq!((notice("value = { days = 14"), notice("value = { days = 15")), (1, 0));
    assert_eq!(notice("value = { days = 16"), 0);
    assert_eq!(changed("national", &[own, ("ratio = \"2/3\"", "ratio = \"3/5\"")]).faults.len(), 4);
    assert_eq!(changed("national", &[own, ("ratio = \"3/4\"", "ratio = \"2/3\"")]).faults.len(), 2);
    assert!(changed("national", &[own, ("ratio = \"3/4\"", "ratio = \"4/5\"")]).good);
    let pool = ("developer_pool = { value = true", "developer_pool = { value = false");
    assert_eq!(pointers(&changed("national", &[own, pool])), ["/switches/developer_pool"]);
    let ours = ("count_parking = { value = false", "count_parking = { value = true");
    let report = changed("national", &[own, ours]);
    assert!(report.good, "where the law is silent a pack may differ");
    assert_eq!(report.changes.len(), 1);
}

#[test]
fn a_clause_that_was_dropped_or_only_seen_on_a_page() {
    let dropped = changed("beijing", &[("official_platform_required", "# official")]);
    assert_eq!(pointers(&dropped), [""]);
    assert!(dropped.faults[0].message.contains("北京市物业管理条例 35"), "{:?}", dropped.faults);
    // The limit of changes was only seen on a page: a copy may differ, with a warning.
    let twice = changed("wuhan", &[("max_changes = { value = 1", "max_changes = { value = 2")]);
    assert!(twice.good, "{:?}", twice.faults);
    assert!(twice.warnings.iter().any(|warning| warning.message.contains("contradicts 武汉市")));
    let sourceless = changed("wuhan", &[("source = ", "note = ")]);
    assert_eq!(sourceless.faults.len(), 3);
}

#[test]
fn silence_needs_its_clause_its_warning_and_proof_of_delivery() {
    let rule = "silent_rule = { value = \"none\", clause = \"全国未作规定；须有业主大会议事规则依据\", \
                basis = \"ours\" }";
    let follow = "silent_rule = { value = \"follow_majority\", clause = \"本小区管理规约 12\", \
                  basis = \"law\" }";
    let own = ("id = \"liaocheng\"", "id = \"garden\"");
    let bare = changed("liaocheng", &[own, (rule, follow)]);
    assert_eq!(pointers(&bare), ["/switches/silent_rule"]);
    let adopt = |proof: &str, warning: &str| {
        let adopted = format!(
            "[silence]\nadopted = {{ clause = \"本小区管理规约 12\", adopted_on = \"2025-01-01\", \
             delivery_proof = {proof}, warning = \"{warning}\" }}\n"
        );
        changed("liaocheng", &[own, (rule, follow), ("[silence]\n", &adopted)])
    };
    assert!(adopt("true", "逾期未表决的，计入多数票").good);
    assert_eq!(pointers(&adopt("false", "逾期未表决的，计入多数票")), ["/silence/adopted"]);
    assert_eq!(pointers(&adopt("true", " ")), ["/silence/adopted"]);
    let unused = "[silence]\nadopted = { clause = \"规约 12\", adopted_on = \"2025-01-01\", \
                  delivery_proof = true, warning = \"告知\" }\n";
    let unused = changed("liaocheng", &[own, ("[silence]\n", unused)]);
    assert_eq!(pointers(&unused), ["/silence/adopted"]);
    // A lawful clause stops no vote: its count rests on the deliveries that are on record.
    assert!(adopt("true", "逾期未表决的，计入多数票").refusals.is_empty());
}

#[test]
fn the_objection_method_outlives_its_law_only_where_the_authority_confirms_it() {
    let ended = "effective_until = \"2020-12-31\"\n";
    let own = ("id = \"henan-objection\"", "id = \"zhengzhou\"");
    let based = ("based_on = \"national\"", "based_on = \"henan-objection\"");
    let open_ended = changed("henan-objection", &[own, based, (ended, "")]);
    assert_eq!(pointers(&open_ended).len(), 2, "{:?}", open_ended.faults);
    let confirmed = "[local_basis]\nclause = \"郑房〔2026〕1号\"\nconfirmed_by = \"郑州市住房保障局\"\n\
                     confirmed_on = \"2026-01-05\"\n\n[silence]\n";
    let confirmed =
        changed("henan-objection", &[own, based, (ended, ""), ("[silence]\n", confirmed)]);
    assert!(confirmed.good, "{:?}", confirmed.faults);
    let half = changed("henan-objection", &[("\"1/3\"", "\"1/2\"")]);
    assert_eq!(pointers(&half), ["/silence/objection_limit"]);
}

#[test]
fn faults_name_their_line_and_a_failed_case_refuses() {
    let broken = changed("national", &[("version = 1\n", "version = 1\nunknown = 1\n")]);
    assert_eq!((broken.faults.len(), broken.faults[0].line.is_some()), (1, true));
    let mut lines: Vec<&str> = NATIONAL.lines().collect();
    lines.push("[[[");
    let broken = examine(&lines.join("\n"), None, None).unwrap();
    assert_eq!(broken.faults[0].line, u64::try_from(lines.len()).ok());

    let tests = find_shipped("national").unwrap().tests;
    let wrong = tests.replacen("passes = true", "passes = false", 1);
    let report = examine(NATIONAL, Some(&wrong), None).unwrap();
    assert!(!report.good && report.faults.len() == 1);
    assert!(report.faults[0].message.contains("V1"), "{:?}", report.faults);
    let unreadable = examine(NATIONAL, Some("[[count]]\nname = 1\n"), None).unwrap();
    assert!(!unreadable.good);
    let outcome: Outcome<()> = unreadable.accept();
    assert_eq!(outcome.unwrap_err().code(), Code::RulePackInvalid);
    let unknown = changed("hangzhou", &[("based_on = \"national\"", "based_on = \"moon\"")]);
    assert_eq!(pointers(&unknown), ["/based_on"]);
}
