//! When an objection 异议 may be filed: to the roll from the notice until the vote opens, to the
//! result while it is published. Absent on purpose: who may object, and what becomes of it.

use crate::{
    kernel::{Code, Outcome, Refusal},
    voting::{
        model::{Command, ObjectionSubject, VoteState},
        rules::state::{Facts, decide},
    },
};

/// What an objection is about where its author does not say: what is open to objections now, or was.
#[must_use]
pub const fn subject_of(state: VoteState) -> ObjectionSubject {
    match state {
        VoteState::Draft
        | VoteState::RollFrozen
        | VoteState::Noticed
        | VoteState::Open
        | VoteState::Extended
        | VoteState::Closed
        | VoteState::Counted
        | VoteState::Voided => ObjectionSubject::Roll,
        VoteState::Published | VoteState::Confirmed => ObjectionSubject::Result,
    }
}

/// Decides whether an objection may be filed now.
///
/// # Errors
/// `too_late` after its window, `wrong_state` before it.
pub fn may_object(subject: ObjectionSubject, state: VoteState, facts: &Facts<'_>) -> Outcome<()> {
    use VoteState as S;
    let command = match subject {
        ObjectionSubject::Roll => Command::ObjectToRoll,
        ObjectionSubject::Result => Command::ObjectToResult,
    };
    let refused = match decide(state, command, facts) {
        Ok(_) => return Ok(()),
        Err(refused) => refused,
    };
    let is_over = match subject {
        ObjectionSubject::Roll => {
            matches!(
                state,
                S::Open | S::Extended | S::Closed | S::Counted | S::Published | S::Confirmed
            )
        }
        ObjectionSubject::Result => state == S::Confirmed,
    };
    if !is_over {
        return Err(refused);
    }
    let mut late = Refusal::new(Code::TooLate);
    if let Some(rule) = refused.rule_broken() {
        late = Refusal::rule(Code::TooLate, rule.clone());
    }
    Err(late.with("subject", subject.as_str()))
}
