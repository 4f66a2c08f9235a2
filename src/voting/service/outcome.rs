//! What another slice may know of a vote: where it was held, and whether it is confirmed and passed.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{count::stored_workings, facts::find_vote, questions::views};
use crate::kernel::{Outcome, VoteId};
use crate::platform::db::Conn;
use crate::registry::RegisterScope;
use crate::voting::model::VoteState;

/// A vote, as far as something else may rest on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct VoteOutcome {
    /// The vote.
    pub vote_id: VoteId,
    /// What it was about.
    pub title: String,
    /// Among whom it was held.
    pub scope: RegisterScope,
    /// Its state.
    pub state: VoteState,
    /// Whether the result is confirmed, every item passed and every question is decided.
    pub is_confirmed_and_passed: bool,
}

/// The outcome of a vote; nothing of the count is told before the confirmation.
///
/// # Errors
/// `not_found`.
pub fn find_outcome(conn: &mut Conn, id: VoteId) -> Outcome<VoteOutcome> {
    let vote = find_vote(conn, id)?;
    let is_confirmed = vote.row.state == VoteState::Confirmed;
    let workings = if is_confirmed { stored_workings(conn, &vote)? } else { Vec::new() };
    let questions = if is_confirmed { views(conn, &vote)? } else { Vec::new() };
    // An option need not pass where others win.
    let options: Vec<i64> = questions
        .iter()
        .flat_map(|question| &question.options)
        .map(|option| option.position.into())
        .collect();
    let passed = |working: &Value| {
        let position = working.get("position").and_then(Value::as_i64);
        position.is_some_and(|position| options.contains(&position))
            || working.get("passed") == Some(&Value::Bool(true))
    };
    Ok(VoteOutcome {
        vote_id: id,
        scope: vote.scope,
        state: vote.row.state,
        is_confirmed_and_passed: !workings.is_empty()
            && workings.iter().all(passed)
            && questions.iter().all(|question| question.decided),
        title: vote.row.title,
    })
}
