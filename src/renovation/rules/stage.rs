//! The stages of a project, and which command leads where. What a step needs is the policy's
//! (`policy`, `readiness`).

use crate::{
    kernel::{Code, Outcome, Refusal, RuleBroken},
    renovation::model::{ProjectCommand, Stage},
};

/// The stage after this one on the main line.
#[must_use]
pub const fn next_on_line(stage: Stage) -> Option<Stage> {
    match stage {
        Stage::Applied => Some(Stage::Surveyed),
        Stage::Surveyed => Some(Stage::Consented),
        Stage::Consented => Some(Stage::Designed),
        Stage::Designed => Some(Stage::Reviewed),
        Stage::Reviewed => Some(Stage::Approved),
        Stage::Approved => Some(Stage::InLibrary),
        Stage::InLibrary => Some(Stage::InProgramme),
        Stage::InProgramme => Some(Stage::Building),
        Stage::Building => Some(Stage::Accepted),
        Stage::Accepted => Some(Stage::InWarranty),
        Stage::InWarranty => Some(Stage::Maintained),
        Stage::Maintained | Stage::Suspended | Stage::Withdrawn | Stage::Substituted => None,
    }
}

/// What may be done in a stage.
#[must_use]
pub const fn commands(stage: Stage) -> &'static [ProjectCommand] {
    use ProjectCommand as Do;
    match stage {
        Stage::Applied
        | Stage::Surveyed
        | Stage::Consented
        | Stage::Designed
        | Stage::Reviewed
        | Stage::Approved
        | Stage::InLibrary
        | Stage::Building => &[Do::Advance, Do::Suspend, Do::Withdraw],
        Stage::InProgramme => &[Do::Advance, Do::Suspend, Do::Withdraw, Do::Substitute],
        Stage::Accepted | Stage::InWarranty => &[Do::Advance],
        Stage::Suspended => &[Do::Resume, Do::Withdraw],
        Stage::Maintained | Stage::Withdrawn | Stage::Substituted => &[],
    }
}

/// Whether a plan may still be drafted and fixed, and evidence recorded.
#[must_use]
pub const fn is_open(stage: Stage) -> bool {
    !commands(stage).is_empty()
}

/// Lets a command through, or says which stages allow it.
///
/// # Errors
/// `project_state_conflict`.
pub fn check(stage: Stage, command: ProjectCommand) -> Outcome<()> {
    if commands(stage).contains(&command) {
        return Ok(());
    }
    let allowing = Stage::ALL.iter().filter(|known| commands(**known).contains(&command));
    let need: Vec<&str> = allowing.map(|known| known.as_str()).collect();
    Err(conflict(stage, command.as_str(), &need.join(", ")))
}

/// Refuses to work on a project that has ended.
///
/// # Errors
/// `project_state_conflict`.
pub fn check_open(stage: Stage) -> Outcome<()> {
    if is_open(stage) {
        return Ok(());
    }
    let open = Stage::ALL.iter().filter(|known| is_open(**known));
    let need: Vec<&str> = open.map(|known| known.as_str()).collect();
    Err(conflict(stage, "work", &need.join(", ")))
}

/// The refusal of a stage.
pub fn conflict(stage: Stage, command: &str, need: &str) -> Refusal {
    Refusal::rule(
        Code::ProjectStateConflict,
        RuleBroken {
            rule_id: format!("project_{command}"),
            clause: "docs/state-machines/project-stages.md".to_owned(),
            have: stage.to_string(),
            need: need.to_owned(),
        },
    )
}
