//! The states of a survey, and which command leads where.

use crate::{
    kernel::{Code, Outcome, Refusal, RuleBroken},
    survey::model::{SurveyCommand, SurveyState},
};

/// What may be done in a state, and the state after it.
#[must_use]
pub const fn transitions(state: SurveyState) -> &'static [(SurveyCommand, SurveyState)] {
    use SurveyCommand as Do;
    use SurveyState as State;
    match state {
        State::Draft => &[(Do::Open, State::Open), (Do::Void, State::Void)],
        State::Open => &[
            (Do::IssueLinks, State::Open),
            (Do::Answer, State::Open),
            (Do::Enter, State::Open),
            (Do::ConfirmEntry, State::Open),
            (Do::Remind, State::Open),
            (Do::Close, State::Closed),
            (Do::Void, State::Void),
        ],
        State::Closed => &[
            (Do::Enter, State::Closed),
            (Do::Rectify, State::Closed),
            (Do::NextRound, State::Closed),
            (Do::Void, State::Void),
        ],
        State::Void => &[],
    }
}

/// The state after a command.
///
/// # Errors
/// `survey_state_conflict` with the state and those that allow the command.
pub fn next_state(state: SurveyState, command: SurveyCommand) -> Outcome<SurveyState> {
    if let Some((_, to)) = transitions(state).iter().find(|(known, _)| *known == command) {
        return Ok(*to);
    }
    let allows =
        |state: &&SurveyState| transitions(**state).iter().any(|(known, _)| *known == command);
    let need: Vec<&str> =
        SurveyState::ALL.iter().filter(allows).map(|state| state.as_str()).collect();
    Err(Refusal::rule(
        Code::SurveyStateConflict,
        RuleBroken {
            rule_id: format!("survey_{command}"),
            clause: "docs/state-machines/survey.md".to_owned(),
            have: state.to_string(),
            need: need.join(", "),
        },
    ))
}
