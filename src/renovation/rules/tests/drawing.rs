//! The drawing of stages and requirements, held by a test.

use std::{fmt::Write as _, path::Path};

use super::super::{
    policy::{SHIPPED, due, requirements},
    stage::{commands, next_on_line},
};
use crate::renovation::model::{PolicyPack, ProjectCommand, Stage};

/// What a command makes of a stage.
fn after(stage: Stage, command: ProjectCommand) -> String {
    if !commands(stage).contains(&command) {
        return "·".to_owned();
    }
    match command {
        ProjectCommand::Create => "·".to_owned(),
        ProjectCommand::Advance => next_on_line(stage).unwrap().to_string(),
        ProjectCommand::Suspend => Stage::Suspended.to_string(),
        ProjectCommand::Resume => "where it stood".to_owned(),
        ProjectCommand::Withdraw => Stage::Withdrawn.to_string(),
        ProjectCommand::Substitute => Stage::Substituted.to_string(),
    }
}

fn drawing() -> String {
    let mut page = String::from(
        "# The stages of a renovation project 改造项目\n\n\
         Drawn from `src/renovation/rules/stage.rs` and `seed/reference/policy-packs` by a test; after a\n\
         change run `make generated`.\n\n\
         ```mermaid\nstateDiagram-v2\n    [*] --> applied: create\n",
    );
    for &stage in Stage::ALL {
        for &command in commands(stage).iter().filter(|one| **one != ProjectCommand::Resume) {
            writeln!(page, "    {stage} --> {}: {command}", after(stage, command)).unwrap();
        }
    }
    page.push_str(
        "```\n\nA cell names the stage after the command; `·` is `project_state_conflict`. ",
    );
    page.push_str("`advance` needs what the policy asks for.\n\n| stage | ");
    let shown: Vec<ProjectCommand> =
        ProjectCommand::ALL.iter().copied().filter(|one| *one != ProjectCommand::Create).collect();
    let names: Vec<&str> = shown.iter().map(|command| command.as_str()).collect();
    writeln!(page, "{} |\n|---|{}", names.join(" | "), "---|".repeat(names.len())).unwrap();
    for &stage in Stage::ALL {
        let cells: Vec<String> = shown.iter().map(|command| after(stage, *command)).collect();
        writeln!(page, "| {stage} | {} |", cells.join(" | ")).unwrap();
    }
    page.push_str("\n# What each stage requires\n\n");
    page.push_str(
        "`●` is asked for when the stage begins; `○` was asked for earlier and must still hold.\n",
    );
    for pack in SHIPPED.iter() {
        matrix(&mut page, pack);
    }
    page
}

fn matrix(page: &mut String, pack: &PolicyPack) {
    let PolicyPack { id, version, name, name_en, .. } = pack;
    writeln!(page, "\n## {id} v{version}: {name} {name_en}\n").unwrap();
    let stages: Vec<Stage> = pack.stages.iter().map(|rule| rule.stage).collect();
    let names: Vec<&str> = stages.iter().map(|stage| stage.as_str()).collect();
    writeln!(page, "| requirement | clause | basis | {} |", names.join(" | ")).unwrap();
    writeln!(page, "|---|---|---|{}", "---|".repeat(names.len())).unwrap();
    for (first, one) in requirements(pack) {
        let cell = |stage: &Stage| {
            let is_due = due(pack, *stage).iter().any(|(_, known)| known.key == one.key);
            match (is_due, *stage == first) {
                (true, true) => "●",
                (true, false) => "○",
                (false, _) => " ",
            }
        };
        let cells: Vec<&str> = stages.iter().map(cell).collect();
        let head = format!("`{}` {} {}", one.key, one.title, one.title_en);
        writeln!(page, "| {head} | {} | {} | {} |", one.clause, one.basis, cells.join(" | "))
            .unwrap();
    }
}

#[test]
fn the_committed_drawing_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/state-machines/project-stages.md");
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        std::fs::write(&path, drawing()).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(committed, drawing(), "run `make generated`");
}
