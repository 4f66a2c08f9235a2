//! The states of a case, and which command leads where.

use crate::{
    joint_review::model::{ReviewCommand, ReviewState},
    kernel::{Code, Outcome, Refusal, RuleBroken},
};

/// What may be done in a state, and the state after it. A closed case goes on only by another round.
#[must_use]
pub const fn transitions(state: ReviewState) -> &'static [(ReviewCommand, ReviewState)] {
    use ReviewCommand as Do;
    use ReviewState as State;
    match state {
        State::Open => &[
            (Do::NextRound, State::Open),
            (Do::Invite, State::Open),
            (Do::Opine, State::Open),
            (Do::Respond, State::Open),
            (Do::RecordMeeting, State::Open),
            (Do::RecordSilence, State::Open),
            (Do::Close, State::Closed),
        ],
        State::Closed => &[(Do::NextRound, State::Open)],
    }
}

/// The state after a command.
///
/// # Errors
/// `review_state_conflict` with the state and those that allow the command.
pub fn next_state(state: ReviewState, command: ReviewCommand) -> Outcome<ReviewState> {
    if let Some((_, to)) = transitions(state).iter().find(|(known, _)| *known == command) {
        return Ok(*to);
    }
    let allows =
        |state: &&ReviewState| transitions(**state).iter().any(|(known, _)| *known == command);
    let need: Vec<&str> =
        ReviewState::ALL.iter().filter(allows).map(|state| state.as_str()).collect();
    Err(Refusal::rule(
        Code::ReviewStateConflict,
        RuleBroken {
            rule_id: format!("joint_review_{command}"),
            clause: "docs/state-machines/joint-review.md".to_owned(),
            have: state.to_string(),
            need: need.join(", "),
        },
    ))
}
