//! What another slice may know of a vote: where it was held, and whether it is confirmed and passed.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{count::stored_workings, facts::find_vote, questions::views};
use crate::kernel::{Outcome, UtcTime, VoteId};
use crate::platform::db::Conn;
use crate::registry::RegisterScope;
use crate::voting::{
    model::{Command, ItemClass, VoteState},
    store::votes,
};

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

/// What a vote was given to decide, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VotePapers {
    /// SHA-256 of each material, lower-case hex; locked by the notice.
    pub material_sha256: Vec<String>,
    /// The classes of its items.
    pub classes: Vec<ItemClass>,
    /// When its roll was frozen, the last time (legal time).
    pub roll_frozen_at: Option<UtcTime>,
    /// When its result was confirmed.
    pub confirmed_at: Option<UtcTime>,
}

/// The papers of a vote.
///
/// # Errors
/// `not_found`.
pub fn find_papers(conn: &mut Conn, id: VoteId) -> Outcome<VotePapers> {
    let vote = find_vote(conn, id)?;
    let materials = votes::list_materials(conn, id)?;
    let items = votes::list_items(conn, id)?;
    let steps = votes::list_transitions(conn, id)?;
    let frozen = steps.into_iter().filter(|step| step.command == Command::FreezeRoll);
    Ok(VotePapers {
        material_sha256: materials.into_iter().map(|material| material.digest).collect(),
        classes: items.into_iter().map(|item| item.class).collect(),
        roll_frozen_at: frozen.map(|step| step.legal_at).max(),
        confirmed_at: vote.row.confirmed_at,
    })
}
