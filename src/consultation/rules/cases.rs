//! What may follow what: the steps of an objection, the states of a pledge.

use std::collections::HashMap;

use crate::consultation::model::{
    ObjectionCommand, ObjectionState, PledgeCount, PledgeKind, PledgeState,
};
use crate::kernel::{Code, Outcome, Refusal, RuleBroken, UnitId};

/// The state of an objection after a command. An answer can be given again, until the objector
/// confirms it or takes the objection back.
///
/// # Errors
/// `consultation_objection_conflict`.
pub fn next_objection(state: ObjectionState, command: ObjectionCommand) -> Outcome<ObjectionState> {
    use ObjectionCommand as Do;
    use ObjectionState as State;
    match (state, command) {
        (State::Raised | State::Answered | State::NotSatisfied, Do::Answer) => Ok(State::Answered),
        (State::Raised | State::Answered | State::NotSatisfied, Do::Withdraw) => {
            Ok(State::Withdrawn)
        }
        (State::Answered, Do::Confirm) => Ok(State::Confirmed),
        (State::Answered, Do::Refuse) => Ok(State::NotSatisfied),
        _ => Err(Refusal::rule(
            Code::ConsultationObjectionConflict,
            RuleBroken {
                rule_id: format!("objection_{command}"),
                clause: "docs/consultation.md".to_owned(),
                have: state.to_string(),
                need: match command {
                    Do::Answer | Do::Withdraw => "raised, answered, not_satisfied".to_owned(),
                    Do::Confirm | Do::Refuse => "answered".to_owned(),
                },
            },
        )),
    }
}

/// Whether a pledge may stand so after it stood like that; what was fulfilled stays fulfilled.
///
/// # Errors
/// `pledge_state_conflict`.
pub fn check_pledge(before: Option<PledgeState>, after: PledgeState) -> Outcome<()> {
    use PledgeState::{Fulfilled, Given, Withdrawn};
    match (before, after) {
        (None | Some(Withdrawn), Given) | (Some(Given), Withdrawn | Fulfilled) => Ok(()),
        _ => {
            let state = before.map_or("none", PledgeState::as_str);
            Err(Refusal::new(Code::PledgeStateConflict).with("state", state))
        }
    }
}

/// How many households stand where, by kind; of each household and kind the last row counts.
#[must_use]
pub fn count_pledges(
    rows: impl Iterator<Item = (UnitId, PledgeKind, PledgeState)>,
) -> Vec<PledgeCount> {
    let mut last = HashMap::new();
    for (unit, kind, state) in rows {
        last.insert((unit, kind), state);
    }
    let count = |kind: &PledgeKind| {
        let mut count = PledgeCount { kind: *kind, given: 0, withdrawn: 0, fulfilled: 0 };
        for (_, state) in last.iter().filter(|((_, of), _)| of == kind) {
            match state {
                PledgeState::Given => count.given += 1,
                PledgeState::Withdrawn => count.withdrawn += 1,
                PledgeState::Fulfilled => count.fulfilled += 1,
            }
        }
        count
    };
    PledgeKind::ALL.iter().map(count).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_objector_ends_an_objection_and_only_after_an_answer() {
        use ObjectionCommand::{Answer, Confirm, Refuse, Withdraw};
        use ObjectionState::{Answered, Confirmed, NotSatisfied, Raised, Withdrawn};
        for (state, command, after) in [
            (Raised, Answer, Some(Answered)),
            (Raised, Confirm, None),
            (Raised, Refuse, None),
            (Raised, Withdraw, Some(Withdrawn)),
            (Answered, Answer, Some(Answered)),
            (Answered, Confirm, Some(Confirmed)),
            (Answered, Refuse, Some(NotSatisfied)),
            (NotSatisfied, Answer, Some(Answered)),
            (NotSatisfied, Confirm, None),
            (Confirmed, Answer, None),
            (Confirmed, Withdraw, None),
            (Withdrawn, Answer, None),
        ] {
            assert_eq!(next_objection(state, command).ok(), after, "{state} {command}");
        }
    }

    #[test]
    fn the_last_row_of_a_household_and_a_kind_counts() {
        use PledgeKind::{Cooperate, PayPropertyFee};
        use PledgeState::{Fulfilled, Given, Withdrawn};
        let (one, two) = (UnitId::new(), UnitId::new());
        let rows = [
            (one, Cooperate, Given),
            (one, PayPropertyFee, Given),
            (two, Cooperate, Given),
            (two, Cooperate, Withdrawn),
            (one, PayPropertyFee, Fulfilled),
        ];
        let counts = count_pledges(rows.into_iter());
        let of = |kind| *counts.iter().find(|count| count.kind == kind).unwrap();
        assert_eq!(counts.len(), 4);
        assert_eq!((of(Cooperate).given, of(Cooperate).withdrawn), (1, 1));
        assert_eq!((of(PayPropertyFee).given, of(PayPropertyFee).fulfilled), (0, 1));
        assert!(
            check_pledge(None, Fulfilled).is_err() && check_pledge(Some(Given), Given).is_err()
        );
        assert!(check_pledge(Some(Fulfilled), Withdrawn).is_err());
        assert!(check_pledge(Some(Withdrawn), Given).is_ok());
    }
}
