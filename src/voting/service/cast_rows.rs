//! What a ballot on line is written as: its choices, its place in the log, its answer, its refusal.

use std::collections::BTreeMap;

use super::log::Entry;
use crate::kernel::{AttemptId, Code, HeadId, ItemId, Outcome, Refusal, UtcTime, hex};
use crate::platform::{
    db::KeptAnswer,
    tlog::{Appended, NewLeaf},
};
use crate::voting::{
    model::{AttemptRow, Cast, Channel, Choice, ItemRow, LogPlace, Receipt},
    rules::questions::{Question, fill},
};

pub(super) fn place_in_log(
    appended: &Appended,
    leaf: usize,
    (new, entry): (&NewLeaf, &Entry),
) -> Outcome<LogPlace> {
    let seq = appended.first + u64::try_from(leaf).map_err(Refusal::internal)?;
    let head = appended.log.head()?;
    let siblings = appended.tree.prove(seq)?;
    Ok(LogPlace {
        origin: appended.log.origin.clone(),
        key_generation: appended.log.key_generation,
        seq,
        leaf: String::from_utf8(new.bytes.clone()).map_err(Refusal::internal)?,
        openings: entry.openings.clone(),
        size: head.size,
        root: hex::encode(&head.root),
        siblings: siblings.iter().map(|hash| hex::encode(hash)).collect(),
    })
}

pub(super) fn kept_answer(
    cast: &Cast,
    receipt: &Receipt,
    now: UtcTime,
) -> Outcome<Option<KeptAnswer>> {
    let Some((principal, key)) = &cast.idempotency else { return Ok(None) };
    Ok(Some(KeptAnswer {
        principal: principal.clone(),
        route: key.route.clone(),
        key: key.key.clone(),
        request_digest: key.request_digest.clone(),
        status: 201,
        body: serde_json::to_string(receipt).map_err(Refusal::internal)?,
        created_at: now,
    }))
}

/// What the ballot says of each item, in the order of the ballot; an option that is left out beside
/// others of its question is not chosen. An unknown or doubled item is refused.
pub(super) fn complete(
    cast: &Cast,
    (items, questions): (&[ItemRow], &[Question]),
) -> Outcome<Vec<Option<Choice>>> {
    let mut given: BTreeMap<ItemId, Choice> = BTreeMap::new();
    for (index, (item_id, choice)) in cast.choices.iter().enumerate() {
        let pointer = format!("/choices/{index}/item_id");
        if !items.iter().any(|item| item.id == *item_id) {
            return Err(Refusal::field(Code::BallotIncomplete, &pointer, "not on this ballot"));
        }
        if given.insert(*item_id, *choice).is_some() {
            return Err(Refusal::field(Code::BallotIncomplete, &pointer, "named twice"));
        }
    }
    let mut said: Vec<_> = items.iter().map(|item| given.get(&item.id).copied()).collect();
    fill(questions, &mut said);
    Ok(said)
}

pub(super) fn attempt(
    (cast, channel): (&Cast, Channel),
    head_id: Option<HeadId>,
    reason: Code,
) -> AttemptRow {
    AttemptRow {
        id: AttemptId::new(),
        vote_id: cast.vote_id,
        head_id,
        sheet_id: None,
        channel,
        at: cast.admitted_at,
        reason: reason.as_str().to_owned(),
        actor_id: Some(cast.account_id),
        request_id: cast.request_id.clone(),
    }
}
