//! `jiugai import`: the register check without a database, and loading with one.

use std::process::{Command, Output};

use tempfile::TempDir;

fn sample(name: &str) -> String {
    format!("{}/tests/data/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn run(desk: &TempDir, arguments: &[&str]) -> Output {
    let path = |name: &str| desk.path().join(name);
    Command::new(env!("CARGO_BIN_EXE_jiugai"))
        .args(arguments)
        .current_dir(desk.path())
        .env("JIUGAI_DATABASE_URL", format!("sqlite://{}", path("desk.db").display()))
        .env("JIUGAI_KEY_FILE", path("master.key"))
        .env("JIUGAI_DATA_DIR", desk.path())
        .output()
        .unwrap()
}

/// Standard output and the exit code.
fn told(output: &Output) -> (String, Option<i32>) {
    (String::from_utf8(output.stdout.clone()).unwrap(), output.status.code())
}

#[test]
fn the_check_weighs_a_clean_register_without_a_database() {
    let desk = TempDir::new().unwrap();
    let (text, code) = told(&run(&desk, &["import", "--check", &sample("register-a.xlsx")]));
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("403") && text.contains("66783.97"), "{text}");
    assert_eq!(std::fs::read_dir(desk.path()).unwrap().count(), 0, "nothing is kept");
}

#[test]
fn the_check_names_every_fault_with_its_line() {
    let desk = TempDir::new().unwrap();
    let file = sample("register-b-gb18030.csv");
    let (text, code) = told(&run(&desk, &["import", "--check", &file]));
    assert_eq!(code, Some(2));
    let lines: Vec<&str> =
        text.lines().filter_map(|line| line.split("line ").nth(1)?.split(' ').next()).collect();
    assert_eq!(lines, ["7", "12", "16", "20", "24", "28", "32", "36", "40", "44", "45", "50"]);
    assert!(!text.contains("990103194103032987"), "numbers are masked");
}

#[test]
fn a_register_is_loaded_once_and_a_faulty_one_not_at_all() {
    let desk = TempDir::new().unwrap();
    for arguments in [&["admin", "create-key"][..], &["migrate"][..]] {
        assert!(run(&desk, arguments).status.success());
    }
    let place = ["--community", "幸福里", "--division", "990101001001"];
    let load = |file: &str, more: &[&str]| {
        let path = sample(file);
        let arguments = [&["import", &path][..], &place, more].concat();
        told(&run(&desk, &arguments))
    };
    let (text, code) = load("register-a.xlsx", &[]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("新增 468"), "{text}");
    let (text, code) = load("register-a.xlsx", &["--preview"]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("未变 468"), "{text}");
    let (text, code) = load("register-b-gb18030.csv", &[]);
    assert_eq!((text.lines().count(), code), (12, Some(2)), "{text}");
    let unknown = run(&desk, &["import", &sample("register-a.xlsx"), "--community", "无此小区"]);
    assert_eq!(unknown.status.code(), Some(1));
}
