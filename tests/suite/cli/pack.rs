//! `jiugai pack`: a clerk shows a shipped pack, copies it, and has the copy checked.

use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn file(&self, name: &str, content: &str) {
        std::fs::write(self.0.path().join(name), content).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_jiugai"));
        command.arg("pack").args(arguments).current_dir(self.0.path()).output().unwrap()
    }

    /// What `check` says in JSON, and its exit code.
    fn check(&self, arguments: &[&str]) -> (Value, Option<i32>) {
        let output = self.run(&[&["check"], arguments, &["--json"]].concat());
        (serde_json::from_slice(&output.stdout).unwrap_or_default(), output.status.code())
    }
}

fn text(output: &Output) -> (String, String) {
    let read = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (read(&output.stdout), read(&output.stderr))
}

#[test]
fn a_clerk_who_copies_hangzhou_and_writes_four_days_is_told_what_the_clause_says() {
    let desk = Desk::new();
    let (hangzhou, _) = text(&desk.run(&["show", "hangzhou"]));
    let copy = hangzhou
        .replace("id = \"hangzhou\"", "id = \"xihu\"")
        .replace("based_on = \"national\"", "based_on = \"hangzhou\"")
        .replace("window_min_days = { value = 5", "window_min_days = { value = 4");
    desk.file("xihu.toml", &copy);
    let output = desk.run(&["check", "xihu.toml"]);
    let (out, err) = text(&output);
    assert_eq!(output.status.code(), Some(1), "{out}");
    let line = copy.lines().position(|line| line.starts_with("window_min_days")).unwrap() + 1;
    assert!(err.starts_with(&format!("xihu.toml:{line}: /periods/window_min_days ")), "{err}");
    assert!(
        err.contains("杭州市物业管理条例 20") && err.contains("at least 5, here is 4"),
        "{err}"
    );
    assert!(out.contains("不合格 REFUSED") && out.contains("window_min_days: 5 → 4"), "{out}");

    desk.file(
        "xihu.toml",
        &copy.replace("window_min_days = { value = 4", "window_min_days = { value = 6"),
    );
    let (report, code) = desk.check(&["xihu.toml"]);
    assert_eq!((code, &report["good"]), (Some(0), &Value::Bool(true)), "{report}");
    assert_eq!(report["against"][0], "hangzhou");
    assert_eq!(report["warnings"].as_array().unwrap().last().unwrap()["name"], "tests");
}

#[test]
fn every_shipped_pack_explains_itself_and_passes_its_cases() {
    let desk = Desk::new();
    let (listed, _) = text(&desk.run(&["list"]));
    let ids: Vec<&str> = listed.lines().filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(ids.len(), 10);
    for id in ids {
        let output = desk.run(&["check", id]);
        let (out, err) = text(&output);
        assert_eq!(output.status.code(), Some(0), "{id}: {out}{err}");
        assert!(out.contains("表决前公告期：15 日 / Notice before the opening: 15 days"), "{out}");
        assert!(out.contains("合格 GOOD") && !out.contains('✗') && out.contains('✓'), "{out}");
    }
    let (wuhan, _) = text(&desk.run(&["check", "wuhan"]));
    assert!(wuhan.contains("[网页 page] 表决可更改次数：1"), "{wuhan}");
    assert!(!wuhan.contains("rule_pack_unsupported"), "{wuhan}");
    let (beijing, _) = text(&desk.run(&["check", "beijing"]));
    assert!(
        beijing.contains("暂不支持 refused") && beijing.contains("rule_pack_unsupported"),
        "{beijing}"
    );
}

#[test]
fn the_cases_beside_a_pack_are_run_and_the_pack_named_is_compared() {
    let desk = Desk::new();
    let (national, _) = text(&desk.run(&["show", "national"]));
    let (cases, _) = text(&desk.run(&["show", "national", "--tests"]));
    desk.file("own.toml", &national.replace("id = \"national\"", "id = \"own\""));
    desk.file("own.tests.toml", &cases.replacen("passes = true", "passes = false", 1));
    let (report, code) = desk.check(&["own.toml"]);
    assert_eq!(code, Some(1));
    assert_eq!(report["tests"][0]["passed"], false);
    desk.file("own.tests.toml", &cases);
    assert_eq!(desk.check(&["own.toml"]).1, Some(0));
    // Against 杭州 the national seven days keep to "at least 5", but its clause on paper is missing.
    let (report, code) = desk.check(&["own.toml", "--against", "hangzhou"]);
    assert_eq!((code, &report["against"][0]), (Some(1), &Value::from("hangzhou")));
    assert!(report["faults"].to_string().contains("procedure.paper_allowed"), "{report}");
}

#[test]
fn what_can_not_be_read_names_its_line_and_usage_is_another_code() {
    let desk = Desk::new();
    desk.file("broken.toml", "id = \"x\"\nversion = \"one\"\n");
    let output = desk.run(&["check", "broken.toml"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output).1.starts_with("broken.toml:2: "), "{}", text(&output).1);
    for usage in [&["check", "nowhere.toml"][..], &["check"], &["show", "moon"], &[]] {
        assert_eq!(desk.run(usage).status.code(), Some(2), "{usage:?}");
    }
    let against = desk.run(&["check", "national", "--against", "nowhere.toml"]);
    assert_eq!(against.status.code(), Some(2));
}

#[test]
fn a_tally_takes_any_shipped_pack() {
    let desk = Desk::new();
    desk.file(
        "roll.csv",
        "unit_code,building,entrance,use,area,area_source,owner_kind,owner_id,owner_name,delivered,\
         developer_id\n1,1,1,residential,80.00,register,person,A,A,yes,\n",
    );
    let mut command = Command::new(env!("CARGO_BIN_EXE_jiugai"));
    command.args(["tally", "--roll", "roll.csv", "--rule", "wuhan", "--json"]);
    let output = command.current_dir(desk.0.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}
