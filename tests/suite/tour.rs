//! `docs/tour.md`, run as it stands: every shell block, against the real demo server.

use std::process::Command;

use jiugai::platform::db::DatabaseUrl;

use crate::{
    process::Home,
    support::{Engine, TestDatabase},
};

fn blocks() -> String {
    let page = include_str!("../../docs/tour.md");
    let mut script = "set -eu\n".to_owned();
    let mut inside = false;
    for line in page.lines() {
        match line {
            "```sh" => inside = true,
            "```" => inside = false,
            line if inside => {
                script.push_str(line);
                script.push('\n');
            }
            _ => {}
        }
    }
    script
}

fn run_tour(engine: Engine) {
    if engine == Engine::Postgres && std::env::var("TEST_DB").is_ok_and(|only| only == "sqlite") {
        return;
    }
    let database = TestDatabase::empty(engine);
    let url = match &database.url {
        DatabaseUrl::Sqlite(path) => format!("sqlite://{path}"),
        DatabaseUrl::Postgres(url) => url.clone(),
    };
    let home = Home::new();
    let server = home.start_with("demo", &["--database-url", &url]);
    let output = Command::new("bash")
        .args(["-c", &blocks()])
        .env("U", format!("{}/api/v1", server.url))
        .env("JIUGAI", env!("CARGO_BIN_EXE_jiugai"))
        .current_dir(home.path(""))
        .output()
        .unwrap();
    let told = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert!(output.status.success(), "{told}");
    let mut rest = told.as_str();
    for expected in [
        "id_wrong_check_digit",
        "area_too_many_decimals",
        "\ncommitted\n",
        "\nroll_frozen\n",
        "\"code\":\"too_early\"",
        "\nopen\n",
        "\"receipt\"",
        "duplicate_ballot",
        "result_hidden",
        "\ncounted\n",
        "\"passed\":true",
        "\"passed\":false",
        "\npublished\n",
        "\"rule_id\":\"publicity\"",
        "\nconfirmed\n",
        "NOT PASSED",
    ] {
        let at = rest.find(expected).unwrap_or_else(|| panic!("{expected} is missing: {told}"));
        rest = &rest[at..];
    }
}

#[test]
fn the_tour_works_on_sqlite() {
    run_tour(Engine::Sqlite);
}

#[test]
fn the_tour_works_on_postgres() {
    run_tour(Engine::Postgres);
}
