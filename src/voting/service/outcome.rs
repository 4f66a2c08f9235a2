//! What another slice may know of a vote: where it was held, and whether it is confirmed and passed.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    count::stored_workings,
    facts::{Vote, find_vote},
    questions::views,
};
use crate::kernel::{ItemId, Outcome, UtcTime, VoteId};
use crate::platform::db::Conn;
use crate::registry::RegisterScope;
use crate::voting::{
    model::{Command, ItemClass, ItemRow, VoteState},
    store::{objections, votes},
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
    /// Whether the result is confirmed, every item passed, every question is decided, and no court
    /// annulled any of it.
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
            && objections::list_annulled_items(conn, id)?.is_empty()
            && workings.iter().all(passed)
            && questions.iter().all(|question| question.decided),
        title: vote.row.title,
    })
}

/// An item of a vote, as far as something else may rest on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemOutcome {
    /// The item.
    pub id: ItemId,
    /// What is asked.
    pub title: String,
    /// The keys of its matters in the rule pack, with commas between: `6` is 筹集维修资金.
    pub matter: String,
    /// Which thresholds it needs.
    pub class: ItemClass,
    /// Whether it is an option of a question: it may pass and yet not win.
    pub is_option: bool,
    /// Whether it passed, and won where it is an option; false before the confirmation and where a
    /// court annulled it.
    pub passed: bool,
    /// Heads for it, of the whole roll; none before the confirmation.
    pub heads: Option<(u64, u64)>,
}

/// What a vote was given to decide, when, and what came of each item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VotePapers {
    /// SHA-256 of each material, lower-case hex; locked by the notice.
    pub material_sha256: Vec<String>,
    /// Its items, in order.
    pub items: Vec<ItemOutcome>,
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
    let steps = votes::list_transitions(conn, id)?;
    let frozen = steps.into_iter().filter(|step| step.command == Command::FreezeRoll);
    Ok(VotePapers {
        material_sha256: materials.into_iter().map(|material| material.digest).collect(),
        items: item_outcomes(conn, &vote)?,
        roll_frozen_at: frozen.map(|step| step.legal_at).max(),
        confirmed_at: vote.row.confirmed_at,
    })
}

fn item_outcomes(conn: &mut Conn, vote: &Vote) -> Outcome<Vec<ItemOutcome>> {
    let is_confirmed = vote.row.state == VoteState::Confirmed;
    let workings = if is_confirmed { stored_workings(conn, vote)? } else { Vec::new() };
    let questions = if is_confirmed { views(conn, vote)? } else { Vec::new() };
    let annulled = objections::list_annulled_items(conn, vote.row.id)?;
    let heads = |working: &Value| {
        let heads = |of: &str| working.get(of)?.get("heads")?.as_u64();
        Some((heads("for")?, heads("total")?))
    };
    let outcome = |item: ItemRow| {
        let of_item = |working: &&Value| {
            working.get("position").and_then(Value::as_i64) == Some(item.position.into())
        };
        let working = workings.iter().find(of_item);
        let won = questions.iter().any(|one| one.decided && one.chosen.contains(&item.position));
        let passed = working.and_then(|one| one.get("passed")) == Some(&Value::Bool(true));
        let is_annulled = annulled.iter().any(|id| id.is_none_or(|id| id == item.id));
        ItemOutcome {
            id: item.id,
            matter: item.matter,
            class: item.class,
            is_option: item.question_id.is_some(),
            passed: passed && (item.question_id.is_none() || won) && !is_annulled,
            heads: working.and_then(heads),
            title: item.title,
        }
    };
    Ok(votes::list_items(conn, vote.row.id)?.into_iter().map(outcome).collect())
}
