//! What two people must sign: whoever confirms is not whoever proposed. The database holds it too.

use super::db::WriteTx;
use crate::kernel::{AccountId, Code, Outcome, ProposalState, Refusal};

/// Somebody with an account, whose signature counts.
#[derive(Debug, Clone)]
pub struct Person {
    /// The account.
    pub id: AccountId,
    /// The name at the time.
    pub name: String,
}

impl Person {
    /// Who acts.
    ///
    /// # Errors
    /// `forbidden` for an actor without an account: nobody could tell it from another.
    pub fn of(tx: &WriteTx<'_>) -> Outcome<Self> {
        let actor = tx.actor();
        let id = actor.account_id.ok_or_else(|| Refusal::new(Code::Forbidden))?;
        Ok(Self { id, name: actor.name.clone() })
    }
}

/// Refuses a proposal that does not wait any more, with the code of its kind.
///
/// # Errors
/// `settled` with the state.
pub fn must_wait(state: ProposalState, settled: Code) -> Outcome<()> {
    match state {
        ProposalState::Proposed => Ok(()),
        ProposalState::Confirmed | ProposalState::Withdrawn => {
            Err(Refusal::new(settled).with("state", state.as_str()))
        }
    }
}

/// Refuses the second signature of one and the same person.
///
/// # Errors
/// `same_clerk`.
pub fn must_be_another(first: AccountId, second: &Person) -> Outcome<()> {
    if first != second.id {
        return Ok(());
    }
    Err(Refusal::new(Code::SameClerk).detail("whoever proposed it does not confirm it"))
}
