//! The states of a consultation: three rounds in order, each opened and closed.

use crate::{
    consultation::model::{ConsultationCommand, ConsultationState},
    kernel::{Code, Outcome, Refusal, RuleBroken},
};

/// What may be done in a state, and the state after it. A household may speak until the end; visits of
/// a closed round may still come in from phones that had no network. After the end nothing moves the
/// numbers, a correction neither.
#[must_use]
pub const fn transitions(
    state: ConsultationState,
) -> &'static [(ConsultationCommand, ConsultationState)] {
    use ConsultationCommand as Do;
    use ConsultationState as State;
    match state {
        State::Prepared => {
            &[(Do::Say, State::Prepared), (Do::Correct, State::Prepared), (Do::Open, State::Round1)]
        }
        State::Round1 => &[
            (Do::Say, State::Round1),
            (Do::Visit, State::Round1),
            (Do::Correct, State::Round1),
            (Do::Close, State::After1),
        ],
        State::After1 => &[
            (Do::Say, State::After1),
            (Do::Visit, State::After1),
            (Do::Correct, State::After1),
            (Do::Open, State::Round2),
            (Do::Conclude, State::Concluded),
        ],
        State::Round2 => &[
            (Do::Say, State::Round2),
            (Do::Visit, State::Round2),
            (Do::Correct, State::Round2),
            (Do::Close, State::After2),
        ],
        State::After2 => &[
            (Do::Say, State::After2),
            (Do::Visit, State::After2),
            (Do::Correct, State::After2),
            (Do::Open, State::Round3),
            (Do::Conclude, State::Concluded),
        ],
        State::Round3 => &[
            (Do::Say, State::Round3),
            (Do::Visit, State::Round3),
            (Do::Correct, State::Round3),
            (Do::Close, State::After3),
        ],
        State::After3 => &[
            (Do::Say, State::After3),
            (Do::Visit, State::After3),
            (Do::Correct, State::After3),
            (Do::Conclude, State::Concluded),
        ],
        State::Concluded => &[],
    }
}

/// The state after a command.
///
/// # Errors
/// `consultation_state_conflict` with the state and those that allow the command.
pub fn next_state(
    state: ConsultationState,
    command: ConsultationCommand,
) -> Outcome<ConsultationState> {
    if let Some((_, to)) = transitions(state).iter().find(|(known, _)| *known == command) {
        return Ok(*to);
    }
    let allows = |state: &&ConsultationState| {
        transitions(**state).iter().any(|(known, _)| *known == command)
    };
    let need: Vec<&str> =
        ConsultationState::ALL.iter().filter(allows).map(|state| state.as_str()).collect();
    Err(Refusal::rule(
        Code::ConsultationStateConflict,
        RuleBroken {
            rule_id: format!("consultation_{command}"),
            clause: "docs/state-machines/consultation.md".to_owned(),
            have: state.to_string(),
            need: need.join(", "),
        },
    ))
}

/// The last round that was opened; 0 before the first.
#[must_use]
pub const fn last_round(state: ConsultationState) -> i32 {
    match state {
        ConsultationState::Prepared => 0,
        ConsultationState::Round1 | ConsultationState::After1 => 1,
        ConsultationState::Round2 | ConsultationState::After2 => 2,
        ConsultationState::Round3 | ConsultationState::After3 | ConsultationState::Concluded => 3,
    }
}

/// The round whose households may be assigned now: the open one, or the next.
#[must_use]
pub const fn assignable_round(state: ConsultationState) -> Option<i32> {
    match state {
        ConsultationState::Prepared | ConsultationState::Round1 => Some(1),
        ConsultationState::After1 | ConsultationState::Round2 => Some(2),
        ConsultationState::After2 | ConsultationState::Round3 => Some(3),
        ConsultationState::After3 | ConsultationState::Concluded => None,
    }
}
