//! `docs/tour.md`, `docs/check-a-vote.md`, `docs/elevators.md`, `docs/ways-of-voting.md` and
//! `docs/from-wish-to-acceptance.md`, run as they stand: every shell block, against the real demo server.

use std::process::Command;

use jiugai::platform::db::DatabaseUrl;

use crate::{
    process::Home,
    support::{Engine, TestDatabase},
};

fn blocks(page: &str) -> String {
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

/// Runs a page; what it prints holds these texts in this order.
fn run_page(engine: Engine, (page, expected): (&str, &[&str])) {
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
        .args(["-c", &blocks(page)])
        .env("U", format!("{}/api/v1", server.url))
        .env("JIUGAI", env!("CARGO_BIN_EXE_jiugai"))
        .env("SEED", concat!(env!("CARGO_MANIFEST_DIR"), "/seed/demo"))
        .env("RECOUNT", concat!(env!("CARGO_MANIFEST_DIR"), "/tools/recount.py"))
        .current_dir(home.path(""))
        .output()
        .unwrap();
    let told = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert!(output.status.success(), "{told}");
    let mut rest = told.as_str();
    for text in expected {
        let at = rest.find(text).unwrap_or_else(|| panic!("{text} is missing: {told}"));
        // One character on only: the line end of this text may begin the next one.
        rest = rest[at..].strip_prefix(|_: char| true).unwrap_or_default();
    }
}

const TOUR: (&str, &[&str]) = (
    include_str!("../../docs/tour.md"),
    &[
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
    ],
);

const CHECK: (&str, &[&str]) = (
    include_str!("../../docs/check-a-vote.md"),
    &[
        "\ncommitted\n",
        "\nnoticed\n",
        "{\"heads\":403,\"area\":\"66783.97\"",
        "\nsame_clerk\n",
        "\"state\":\"entered_once\"",
        "\"code\":\"same_clerk\"",
        "\"state\":\"settled\"",
        "\nupheld\n",
        "\naccount_mismatch\n",
        "\ncounted\n",
        "\"rule_id\":\"paper_recheck\"",
        "\nconfirmed\n",
        "INCOMPLETE",
        "\nexit 3\n",
        "Verdict: 相符 GOOD",
        "whole.zip: GOOD",
        "== area",
        "leaf 3 [tree]",
        "leaf 3 [tree]",
        "== ballot",
        "== late",
        "[window]",
        "[window]",
        "== unit",
        "[opening]",
        "[opening]",
    ],
);

const ELEVATOR: (&str, &[&str]) = (
    include_str!("../../docs/elevators.md"),
    &[
        "\ncommitted\n",
        "\"state\":\"requested\"",
        "\"due_at\":\"2026-03-03T16:00:00Z\"",
        "\"request_count\":2",
        "\nstarted\nstarted\nreserved_pit\n",
        "149333.33",
        "170666.67",
        "elevator_vote_missing",
        "\"is_confirmed_and_passed\":false",
        "\nconfirmed\n",
        "elevator_objections_open",
        "\nsettled\n",
        "\nstarted\n",
        "same_clerk",
        "\nagreed\n",
        "\"counts\":{\"agreed\":1,\"reserved_pit\":1}",
    ],
);

const WAYS: (&str, &[&str]) = (
    include_str!("../../docs/ways-of-voting.md"),
    &[
        "GOOD",
        "\ncommitted\n",
        "\nnoticed\n",
        "proxy_limit_reached",
        "业主大会议事规则 第十二条",
        "\nconfirmed\n",
        "\"receipt\"",
        "\"receipt\"",
        "\"units\":[\"1-103\"]",
        "\"together\":",
        "\"receipt\"",
        "\nconfirmed\n",
        "\"receipt\"",
        "\"passed\":false",
        "\nconfirmed\n",
        "\"cloned_from\":",
        "\nnoticed\n",
        "\"passed\":true",
        "\nconfirmed\n",
        "\npending\n",
        "\nfailed\n",
        "昌盛3院：参与表决面积",
        "composite_not_ready",
        "\nboundary_unfit\n",
        "\nsame_clerk\n",
        "\nconfirmed\n",
        "\n昌盛2院\n",
        "\n昌盛小区\n",
        "\ncommunity_ended\n",
        "\nconfirmed\n",
        "杭州市物业管理条例 20",
        "refused",
    ],
);

const PROJECT: (&str, &[&str]) = (
    include_str!("../../docs/from-wish-to-acceptance.md"),
    &[
        "\ncommitted\n",
        "\"reason\":\"no_evidence\"",
        "\nsurvey_report\nsurveyed\n",
        "no_survey_linked",
        "survey_open",
        "\nconsented\n",
        "plan_not_fixed",
        "\"code\":\"B01\"",
        "\"in_favour\":5",
        "\nfixed\ndesigned\n",
        "review_not_opened",
        "review_open",
        "\nreview_unresolved\n",
        "数量变更：B02",
        "\nclosed\nreviewed\n",
        "no_survey_linked",
        "\nnoticed\n",
        "vote_not_confirmed",
        "\nconfirmed\napproved\n",
        "plan_changed",
        "plan_changed",
        "plan_changed",
        "\nconfirmed\nin_library\n",
        "\nin_programme\n",
        "\nbuilding\n",
        "no_survey_linked",
        "\naccepted\n",
        "\nin_warranty\n",
        "\nmaintained\n",
        "\"stage\":\"maintained\",\"projects\":",
    ],
);

#[test]
fn the_tour_works_on_sqlite() {
    run_page(Engine::Sqlite, TOUR);
}

#[test]
fn the_tour_works_on_postgres() {
    run_page(Engine::Postgres, TOUR);
}

#[test]
fn a_vote_is_checked_by_strangers_on_sqlite() {
    run_page(Engine::Sqlite, CHECK);
}

#[test]
fn a_vote_is_checked_by_strangers_on_postgres() {
    run_page(Engine::Postgres, CHECK);
}

#[test]
fn one_staircase_agrees_on_an_elevator_on_sqlite() {
    run_page(Engine::Sqlite, ELEVATOR);
}

#[test]
fn one_staircase_agrees_on_an_elevator_on_postgres() {
    run_page(Engine::Postgres, ELEVATOR);
}

#[test]
fn a_failed_vote_a_merger_and_a_changed_pack_on_sqlite() {
    run_page(Engine::Sqlite, WAYS);
}

#[test]
fn a_failed_vote_a_merger_and_a_changed_pack_on_postgres() {
    run_page(Engine::Postgres, WAYS);
}

#[test]
fn a_project_goes_from_a_wish_to_acceptance_on_sqlite() {
    run_page(Engine::Sqlite, PROJECT);
}

#[test]
fn a_project_goes_from_a_wish_to_acceptance_on_postgres() {
    run_page(Engine::Postgres, PROJECT);
}
