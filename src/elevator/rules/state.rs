//! The states of an elevator case, and which command leads where.

use crate::{
    elevator::model::{CaseCommand, CaseState},
    kernel::{Code, Outcome, Refusal, RuleBroken},
};

/// What may be done in a state, and the state after it.
#[must_use]
pub const fn transitions(state: CaseState) -> &'static [(CaseCommand, CaseState)] {
    use CaseCommand as Do;
    use CaseState as State;
    match state {
        State::Requested => &[
            (Do::Request, State::Requested),
            (Do::Start, State::Started),
            (Do::Object, State::Requested),
            (Do::Settle, State::Requested),
            (Do::Withdraw, State::Withdrawn),
        ],
        State::Started => &[
            (Do::Request, State::Started),
            (Do::Plan, State::Started),
            (Do::LinkVotes, State::Started),
            (Do::Object, State::Started),
            (Do::Settle, State::Started),
            (Do::Sign, State::Started),
            (Do::Conclude, State::Agreed),
            (Do::Reserve, State::ReservedPit),
            (Do::Withdraw, State::Withdrawn),
        ],
        // A household that asks again starts the duty clock again.
        State::ReservedPit => &[
            (Do::Request, State::Requested),
            (Do::Object, State::ReservedPit),
            (Do::Settle, State::ReservedPit),
            (Do::Reopen, State::Started),
            (Do::Withdraw, State::Withdrawn),
        ],
        State::Agreed | State::Withdrawn => &[],
    }
}

/// The state after a command.
///
/// # Errors
/// `elevator_state_conflict` with the state and those that allow the command.
pub fn next_state(state: CaseState, command: CaseCommand) -> Outcome<CaseState> {
    if let Some((_, to)) = transitions(state).iter().find(|(known, _)| *known == command) {
        return Ok(*to);
    }
    let allows =
        |state: &&CaseState| transitions(**state).iter().any(|(known, _)| *known == command);
    let need: Vec<&str> =
        CaseState::ALL.iter().filter(allows).map(|state| state.as_str()).collect();
    Err(Refusal::rule(
        Code::ElevatorStateConflict,
        RuleBroken {
            rule_id: format!("elevator_{command}"),
            clause: "docs/state-machines/elevator.md".to_owned(),
            have: state.to_string(),
            need: need.join(", "),
        },
    ))
}
